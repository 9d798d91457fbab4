/*
 * sql_port by FreeTDS's DB-Library.
 *
 * DB-Library is one per process: its handlers, its login timeout, its configuration file and
 * dbinit()/dbexit() are global. So is struct freetds: one at a time, made before the threads that use it and
 * freed after them; a thread that still hangs in the library means that it must never be freed.  It clears
 * the environment variables that steer FreeTDS (unsetenv: no other thread may run yet).  Sources: FreeTDS
 * Reference and User Guide; sybdb.h.
 */
#ifndef PCHAT_OBSERVE_SQL_FREETDS_H
#define PCHAT_OBSERVE_SQL_FREETDS_H

#include "base/err.h"
#include "observe/sql/sql_port.h"
#include "topology/topology.h"

struct freetds;

/* For these endpoints (NULL: a gap), which are kept by address; program_name is what the server lists.  The
 * login timeout of the library, in whole seconds, comes from the deadline.  NULL with *err. */
struct freetds *freetds_new(const struct topology_sql *const *endpoints, size_t count,
                            const char *program_name, struct deadline deadline, struct err *err);
void freetds_free(struct freetds *freetds);
AUTO_DEFINE_FREE(freetds, struct freetds)

/* Opens ports to those endpoints and no others. */
struct sql_opener freetds_opener(struct freetds *freetds);

#endif
