/*
 * What the parts of the pool assessment share.  Inside assess only.
 *
 * Each part reads the snapshot and fills columns of the view, with a note of what it saw; the table of
 * pool_state.h makes the state of them.  The order stands in pool.c: later parts use what earlier ones left.
 */
#ifndef PCHAT_ASSESS_POOL_H
#define PCHAT_ASSESS_POOL_H

#include "assess/assess.h"
#include "assess/host_view.h"
#include "assess/pool_state.h"
#include "assess/roles.h"

/* Of a row of tblServerIdentity: does that server live? */
enum ping { PING_UNKNOWN, PING_FROZEN, PING_ALIVE };

/* Of the log "Lync Server" on a chat server: it has lost its connection to the database. */
enum { POOL_EVENT_DATABASE_LOST = 53530 };

struct chat_server {
    const struct host_snapshot *host;
    enum ping pings[SITE_ROLE_COUNT]; /* in that site's open copy */
    bool is_active;                   /* on the active list, or as good as that */
};

struct pool {
    const struct snapshot *snapshot;
    const struct assess_options *options;
    struct report *report;
    struct report *replication; /* its own; the same snapshot, assessed for replication */
    struct roles roles;
    const struct instance_snapshot
        *open[SITE_ROLE_COUNT]; /* the writable copy of each site; NULL: none seen */
    struct chat_server *servers;
    size_t server_count;
    struct pool_view view;
    const char *notes[COLUMN_COUNT]; /* what a column rests on; NULL: nothing to add */
};

/* Looks at everything: fills *pool, with its view and an empty report of that title, which is the caller's.
 */
void pool_look(struct pool *pool, const char *title, const struct snapshot *snapshot,
               const struct assess_options *options);

void pool_done(struct pool *pool);
AUTO_DEFINE_DONE(pool, struct pool)

/* Another piece of a column's note, after a comma. */
void pool_note(struct pool *pool, enum pool_column column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void pool_see_copies(struct pool *pool);  /* p, b, sessions, ha, dr, lineage, failback */
void pool_see_store(struct pool *pool);   /* intent, store, replicas */
void pool_see_servers(struct pool *pool); /* pings, active, list, reach, running, ports */
void pool_see_around(struct pool *pool);  /* next_hop, compliance, files, certificate */
void pool_see_site(struct pool *pool);    /* site */

/* Of the row at `index` in the instance's first sample. */
enum ping ping_of(const struct pool *pool, const struct instance_snapshot *instance, size_t index);

/* ---- words, in the report's arena ---- */

/* The whole view as a sentence: what a state rests on. */
const char *pool_view_words(const struct pool *pool);
/* Who serves: the summary of a healthy pool. */
const char *pool_serving_words(const struct pool *pool);
/* What is not known of the columns that decide, as a list. */
const char *pool_unknown_words(const struct pool *pool);
/* Who sees what we do not. */
const char *pool_site_words(const struct pool *pool);
/* Who does not see the primary site. */
const char *pool_loss_words(const struct pool *pool);

/* A finding for each host that does not answer; for a whole site that does not, one. */
void pool_tell_unseen_hosts(struct pool *pool);
/* A line for each vantage point, and a finding for one that gives no votes. */
void pool_tell_vantage_points(struct pool *pool);

/* The active servers as the store or the replicas say; NULL: neither does. */
const char *pool_active_list(const struct pool *pool);

#endif
