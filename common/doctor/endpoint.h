/*
 * The endpoints of a pool: every SQL instance, and of every host each way in that the topology names.
 */
#ifndef PCHAT_DOCTOR_ENDPOINT_H
#define PCHAT_DOCTOR_ENDPOINT_H

#include "doctor/examination.h"
#include "topology/topology.h"

#include <stdbool.h>

struct endpoint {
    enum way way;
    const struct topology_site *site;
    const struct topology_sql *sql;   /* BY_SQL; else NULL */
    const struct topology_host *host; /* all others; else NULL */
    enum host_kind kind;              /* of the host */
    int port;
    enum host_port purpose; /* BY_SIP, BY_WEB, BY_TCP */
};

struct endpoints {
    struct endpoint *list; /* in the arena, in topology order */
    size_t count;
};

/* names: those alone; none: all.  Points into the topology.  -1 with ERR_USAGE for a name that is nowhere. */
int endpoints_of(const struct topology_pool *pool, char *const *names, size_t name_count, struct arena *arena,
                 struct endpoints *ret_endpoints, struct err *err);

const char *endpoint_name(const struct endpoint *endpoint);
/* Where its connections go: a name or an address. */
const char *endpoint_address(const struct endpoint *endpoint);
/* "sqldr1.litwareinc.com:1433", in the arena. */
const char *endpoint_text(const struct endpoint *endpoint, struct arena *arena);

#endif
