/*
 * How a runner looks: observe_pool() with the acting credential on every instance, the queries of act on each
 * that is seen, the status of the fence of each object, and whether our own clock can be trusted.
 *
 * FreeTDS may crash and hang, so a look with it is taken in a child process, and costs an answer at worst.  A
 * program that brings its own opener has it in this process and in one thread: such an opener, and its
 * tracks, may be of a world that knows no threads.
 *
 * One thread; the process has no other while a child is started.
 */
#ifndef PCHAT_ACT_ENGINE_LOOKER_H
#define PCHAT_ACT_ENGINE_LOOKER_H

#include "act/engine/look_port.h"
#include "observe/core/track.h"
#include "observe/sql/sql_port.h"

struct looker_setup {
    const struct topology_pool *pool; /* with its acting */
    /* With the monitoring credentials, for who may only look; and beside the rest it asks what a failover
     * would stumble over later (inquire_jobs). */
    bool for_readiness;
    struct clock *clock;
    const struct sql_opener *opener;  /* NULL: FreeTDS, in a child */
    const struct track_table *tracks; /* NULL: hosts and vantage points are not looked at */
    const char *program_name;         /* what the servers' session lists show */
    int64_t look_ms;                  /* a look ends within */
    int64_t files_ms;                 /* and with headers of files so much later */
    /* Instead of the site's program: what it would say of one object.  NULL: the program. */
    enum fence_status (*fence)(void *user, const char *object);
    void *user;
};

struct pool_looker;

/* What the setup points to is the caller's, and outlives the looker. */
struct pool_looker *pool_looker_new(const struct looker_setup *setup);
void pool_looker_free(struct pool_looker *looker);
AUTO_DEFINE_FREE(pool_looker, struct pool_looker)

/* As the engine's port. */
struct looker pool_looker_port(struct pool_looker *looker);
/* The next look was planned for then: how much later it begins is its probe_delay_ms. */
void pool_looker_plan(struct pool_looker *looker, struct mono_ms at);

#endif
