/*
 * What SQL Server's error numbers mean for who looks.  Sources: "Database engine events and errors",
 * "MSSQLSERVER_18456" (SQL Server documentation).  Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_SQL_SERVER_ERROR_H
#define PCHAT_OBSERVE_SQL_SERVER_ERROR_H

#include "model/sight.h"

#include <stdbool.h>

/* An error that ended a login.  Whatever the server says then, it answered: SIGHT_LOGIN_FAILED unless it
 * takes nobody in. */
enum sight server_error_at_login(int number);
/* An error that ended a query. */
enum sight server_error_at_query(int number);
/* Says only that something before it failed (3013 BACKUP or RESTORE is terminating, 3621, 5069): never the
 * cause. */
bool server_error_is_wrapper(int number);

#endif
