/*
 * The scripts of contrib/runbooks, compiled in by this room's CMakeLists.txt.
 */
#ifndef PCHAT_ACT_PLAN_RUNBOOKS_H
#define PCHAT_ACT_PLAN_RUNBOOKS_H

#include <stddef.h>

struct runbook {
    const char *name; /* "failover/07-recover.sql" */
    const char *text;
};
extern const struct runbook runbooks[];
extern const size_t runbook_count;

#endif
