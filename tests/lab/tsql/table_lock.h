/*
 * Locks on tables that somebody created ("Table Hints", SET LOCK_TIMEOUT): the session whose transaction has
 * changed one, or has read it WITH (UPDLOCK), keeps all others from changing it until the transaction ends.
 * Rows are not locked one by one.
 */
#ifndef PCHAT_LAB_TSQL_TABLE_LOCK_H
#define PCHAT_LAB_TSQL_TABLE_LOCK_H

#include "lab/tsql/run.h"

/* True: the statement waits now (run->progress.waits), or has waited too long and 1222 is added. */
bool table_must_wait(struct run *run, const struct user_table *table);
/* What the hints of the query's tables ask for, inside a transaction: 0, or -1 as above. */
int table_lock_sources(struct run *run, const struct query *query);

#endif
