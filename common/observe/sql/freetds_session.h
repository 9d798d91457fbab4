/*
 * One session with a SQL Server through DB-Library, as a sql_port.  Sources: FreeTDS Reference (dbresults,
 * dbsetinterrupt, dbconvert), sybdb.h.
 */
#ifndef PCHAT_OBSERVE_SQL_FREETDS_SESSION_H
#define PCHAT_OBSERVE_SQL_FREETDS_SESSION_H

#include "observe/sql/sql_port.h"

#include <sybfront.h>

#include <sybdb.h>

/* The port owns the process from now on.  The deadline is that of the pass, until the first query brings its
 * own. */
struct sql_port *freetds_session_new(DBPROCESS *process, struct deadline deadline);

#endif
