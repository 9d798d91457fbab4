/*
 * What a client of a SQL Server in the world meets: the world's side of world_sql.c, as the lab's own headers
 * and those of the product do not meet in one file.
 */
#ifndef PCHAT_TESTS_CAMPAIGN_WORLD_NETWORK_H
#define PCHAT_TESTS_CAMPAIGN_WORLD_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

struct world;
struct host;

struct sql_door {
    bool exists;                      /* the world has an instance of that name */
    bool is_silent;                   /* packets vanish, or nobody answers them */
    bool refuses;                     /* the host is there, the service is not */
    int64_t slow_ms, cut_after_bytes; /* cut: -1 for never */
    const char *certificate_problem;  /* NULL: none */
};

struct sql_door sql_door_seen(struct world *world, const struct host *from, const char *instance);

#endif
