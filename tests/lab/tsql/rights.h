/*
 * What the login of a session may do to a server and its databases ("Permissions" of the statements' pages).
 */
#ifndef PCHAT_LAB_TSQL_RIGHTS_H
#define PCHAT_LAB_TSQL_RIGHTS_H

#include "lab/tsql/run.h"

bool may_server(struct tsql_session *session, const char *permission);
/* Member of a fixed server role; sysadmin is a member of each. */
bool may_as(struct tsql_session *session, const char *server_role);
/* ALTER on the database: its owner, db_owner while it is open, ALTER ANY DATABASE. */
bool may_alter_database(struct tsql_session *session, const struct database *database);
/* BACKUP DATABASE, BACKUP LOG: db_owner, db_backupoperator, or the permission. */
bool may_back_up(struct tsql_session *session, const struct database *database, const char *permission);
/* RESTORE over an existing database: sysadmin, dbcreator or its owner; members of db_owner may not. */
bool may_restore_over(struct tsql_session *session, const struct database *database);
/* CREATE DATABASE: for RESTORE of a new one, and to read the headers of media. */
bool may_create_database(struct tsql_session *session);

#endif
