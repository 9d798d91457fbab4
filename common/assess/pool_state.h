/*
 * The state of a pool: a small view of it, in columns of a few values each, and the table that names the
 * state.
 *
 * Every column has a value for "not known", the zero: a view that nobody filled in is unknown throughout, and
 * no row of the table that means health accepts it.  The table's rows are tried in a fixed order, the
 * dangerous before the harmless; the first that fits is the state, the others that fit are details.
 *
 * The table is derived from Microsoft's failover and failback procedures ("Configuring Persistent Chat Server
 * for high availability and disaster recovery"): each step half done is a row.  Pure, thread-safe.
 */
#ifndef PCHAT_ASSESS_POOL_STATE_H
#define PCHAT_ASSESS_POOL_STATE_H

#include "model/condition.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * COLUMN(name, VALUE(name, value)...).  p is what the primary site has of the chat database: on (the designed
 * principal serves), mirror (its mirror serves), restoring, down (no writable copy); b the same of the backup
 * site.
 */
#define POOL_COLUMNS(COLUMN)                                                                                 \
    COLUMN(site, POOL_SITE)     /* is the primary site seen, and by whom? */                                 \
    COLUMN(intent, POOL_INTENT) /* PoolState */                                                              \
    COLUMN(store, POOL_STORE)   /* the Central Management Store */                                           \
    COLUMN(p, POOL_P)                                                                                        \
    COLUMN(b, POOL_B)                                                                                        \
    COLUMN(p_sessions, POOL_P_SESSIONS) /* of chat, in the open copy */                                      \
    COLUMN(b_sessions, POOL_B_SESSIONS)                                                                      \
    COLUMN(ha, POOL_HA) /* the mirror of the primary site */                                                 \
    COLUMN(b_ha, POOL_B_HA)                                                                                  \
    COLUMN(dr, POOL_DR)             /* log shipping to the backup site */                                    \
    COLUMN(lineage, POOL_LINEAGE)   /* are both sites' copies of one content? */                             \
    COLUMN(failback, POOL_FAILBACK) /* was P restored after B was recovered? */                              \
    COLUMN(active, POOL_ACTIVE)     /* where the servers of the active list stand */                         \
    COLUMN(list, POOL_LIST)         /* is it a list that may be? */                                          \
    COLUMN(reach, POOL_REACH)       /* from the active servers to the database */                            \
    COLUMN(running, POOL_RUNNING)   /* chat services of the active servers */                                \
    COLUMN(ports, POOL_PORTS)                                                                                \
    COLUMN(pings, POOL_PINGS) /* in which copy the active servers' pings move */                             \
    COLUMN(next_hop, POOL_NEXT_HOP)                                                                          \
    COLUMN(replicas, POOL_REPLICAS)                                                                          \
    COLUMN(compliance, POOL_COMPLIANCE)                                                                      \
    COLUMN(files, POOL_FILES)                                                                                \
    COLUMN(certificate, POOL_CERTIFICATE)

/* seen: something of it answers here; unseen: nothing does, and nobody proves why; lost: two failure domains
   see nothing; elsewhere: somebody else sees it; nothing: nothing at all is seen from here. */
#define POOL_SITE(V)                                                                                         \
    V(site, unknown) V(site, seen) V(site, unseen) V(site, lost) V(site, elsewhere) V(site, nothing)
#define POOL_INTENT(V)     V(intent, unknown) V(intent, normal) V(intent, failed_over)
#define POOL_STORE(V)      V(store, unknown) V(store, unread) V(store, answers) V(store, unseen) V(store, split)
#define POOL_P(V)          V(p, unseen) V(p, on) V(p, mirror) V(p, restoring) V(p, down)
#define POOL_B(V)          V(b, unseen) V(b, restoring) V(b, on) V(b, down)
#define POOL_P_SESSIONS(V) V(p_sessions, unknown) V(p_sessions, none) V(p_sessions, some)
#define POOL_B_SESSIONS(V) V(b_sessions, unknown) V(b_sessions, none) V(b_sessions, some)
#define POOL_HA(V)         V(ha, unknown) V(ha, synchronized) V(ha, broken) V(ha, none)
#define POOL_B_HA(V)       V(b_ha, unknown) V(b_ha, mirrored) V(b_ha, none)
#define POOL_DR(V)         V(dr, unknown) V(dr, current) V(dr, late) V(dr, very_late) V(dr, stalled) V(dr, removed)
#define POOL_LINEAGE(V)    V(lineage, unknown) V(lineage, same) V(lineage, different)
#define POOL_FAILBACK(V)   V(failback, unknown) V(failback, no) V(failback, yes)
#define POOL_ACTIVE(V)                                                                                       \
    V(active, unknown) V(active, none) V(active, primary) V(active, backup) V(active, mixed)
#define POOL_LIST(V)       V(list, unknown) V(list, valid) V(list, too_many) V(list, foreign)
#define POOL_REACH(V)      V(reach, unknown) V(reach, near) V(reach, far)
#define POOL_RUNNING(V)    V(running, unknown) V(running, all) V(running, some) V(running, none)
#define POOL_PORTS(V)      V(ports, unknown) V(ports, open) V(ports, some) V(ports, closed)
#define POOL_PINGS(V)      V(pings, unknown) V(pings, none) V(pings, at_p) V(pings, at_b) V(pings, both)
#define POOL_NEXT_HOP(V)   V(next_hop, unknown) V(next_hop, up) V(next_hop, down)
#define POOL_REPLICAS(V)   V(replicas, unknown) V(replicas, fresh) V(replicas, stale)
#define POOL_COMPLIANCE(V) V(compliance, unknown) V(compliance, well) V(compliance, stalled)
#define POOL_FILES(V)      V(files, unknown) V(files, reachable) V(files, unreachable)
#define POOL_CERTIFICATE(V)                                                                                  \
    V(certificate, unknown) V(certificate, valid) V(certificate, ending) V(certificate, ended)

enum pool_column {
#define POOL_COLUMN_ID(name, VALUES) COLUMN_##name,
    POOL_COLUMNS(POOL_COLUMN_ID)
#undef POOL_COLUMN_ID
        COLUMN_COUNT
};

#define POOL_VALUE_ID(column, value) POOL_##column##_##value,
#define POOL_VALUES(name, VALUES)    enum pool_##name{VALUES(POOL_VALUE_ID) POOL_##name##_COUNT};
POOL_COLUMNS(POOL_VALUES)
#undef POOL_VALUES
#undef POOL_VALUE_ID

struct pool_view {
    unsigned char value[COLUMN_COUNT];
};

#define POOL_SET(view, column, what) ((view)->value[COLUMN_##column] = (unsigned char)POOL_##column##_##what)
#define POOL_IS(view, column, what)  ((view)->value[COLUMN_##column] == POOL_##column##_##what)

struct pool_row {
    int number;       /* of the state, as the manual names it; several rows may make up one */
    const char *name; /* for people; rows of a number that differ in more than severity differ here too */
    enum condition condition; /* 0: all is well */
    enum severity severity;
    unsigned when[COLUMN_COUNT]; /* values that fit, as bits; 0: any */
    bool if_unknown;             /* fits only where a column that decides is not known */
    enum pool_column tells;      /* the column whose facts the finding tells; COLUMN_site: the whole view */
};

/* In the order in which they are tried; the last fits everything. */
extern const struct pool_row pool_rows[];
extern const size_t pool_row_count;

bool pool_row_fits(const struct pool_row *row, const struct pool_view *view);
/* The first row that fits. */
const struct pool_row *pool_state(const struct pool_view *view);

const char *pool_column_name(enum pool_column column);
bool pool_column_decides(enum pool_column column);  /* can no state be told without it? */
size_t pool_column_values(enum pool_column column); /* how many */
const char *pool_value_name(enum pool_column column, unsigned value);

#endif
