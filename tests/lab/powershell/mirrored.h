/*
 * What the cmdlets about mirrored databases share: SQL Servers as a run reaches them, and which database a
 * -DatabaseType means.
 */
#ifndef PCHAT_LAB_POWERSHELL_MIRRORED_H
#define PCHAT_LAB_POWERSHELL_MIRRORED_H

#include "lab/powershell/cmdlet.h"

/* For ps_parameter.choices: every type that the product knows. */
extern const char *const ps_database_types[];
/* "mgc", "mgccomp"; NULL: the chat pool has no database of that type. */
const char *ps_database_of(const char *type);
/* Does -ExcludeDatabaseList name that database? */
bool ps_is_excluded(const struct ps_call *call, const char *database);

/* Can this run log on to that SQL Server?  Another host is a second hop. */
bool ps_reaches_sql(struct ps *ps, const struct instance *instance);
/* 0, or -1 after the error of a server that it cannot log on to. */
int ps_need_sql(struct ps_call *call, const struct instance *instance);
/* 0, or -1 after what the SQL Server has refused. */
int ps_sql_answer(struct ps_call *call, const struct world_result *result);

#endif
