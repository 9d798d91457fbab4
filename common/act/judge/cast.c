#include "act/judge/cast.h"

#include <string.h>

enum { MOST_ACTIVE = 4 }; /* "Capacity planning for Persistent Chat Server": four active servers */

static const char *const names[PART_COUNT] = {
    [PART_A] = "A", [PART_A_MIRROR] = "A'", [PART_B] = "B", [PART_B_MIRROR] = "B'", [PART_WITNESS] = "W",
};

/* By design the primary site serves; once the backup site does, A and B are exchanged throughout. */
static const enum sql_role players[SITE_ROLE_COUNT][PART_COUNT] = {
    [SITE_PRIMARY] = {[PART_A] = SQL_PRINCIPAL,
                      [PART_A_MIRROR] = SQL_MIRROR,
                      [PART_B] = SQL_SECONDARY,
                      [PART_B_MIRROR] = SQL_SECONDARY_MIRROR,
                      [PART_WITNESS] = SQL_WITNESS},
    [SITE_BACKUP] = {[PART_A] = SQL_SECONDARY,
                     [PART_A_MIRROR] = SQL_SECONDARY_MIRROR,
                     [PART_B] = SQL_PRINCIPAL,
                     [PART_B_MIRROR] = SQL_MIRROR,
                     [PART_WITNESS] = SQL_WITNESS},
};

const char *part_name(enum part part)
{
    return names[part];
}

/* ---- sites ---- */

static const struct topology_site *site_of_role(const struct topology_pool *pool, enum site_role role)
{
    for (size_t i = 0; i < pool->site_count; i++)
        if (pool->sites[i].role == role)
            return &pool->sites[i];
    return NULL;
}

static const struct topology_site *serving_site_of(const struct topology_pool *pool, const char *name)
{
    for (size_t i = 0; name && i < pool->site_count; i++)
        if (strcmp(pool->sites[i].name, name) == 0)
            return &pool->sites[i];
    return site_of_role(pool, SITE_PRIMARY);
}

/* ---- instances ---- */

static const struct topology_sql *player(const struct topology_site *site, enum sql_role role)
{
    for (size_t i = 0; site && i < site->sql_count; i++)
        if (site->sql[i].role == role)
            return &site->sql[i];
    return NULL;
}

/* The serving site's own witness before another one: each site may have its own. */
static void fill_parts(struct cast *cast)
{
    const enum sql_role *roles = players[cast->serving ? cast->serving->role : SITE_PRIMARY];

    for (int part = 0; part < PART_COUNT; part++) {
        cast->parts[part] = player(cast->serving, roles[part]);
        if (!cast->parts[part])
            cast->parts[part] = player(cast->standby, roles[part]);
    }
}

/* ---- hosts ---- */

static const struct topology_host *chat_server(const struct topology_site *site, const char *name)
{
    for (size_t i = 0; i < site->chat_server_count; i++)
        if (strcmp(site->chat_servers[i].name, name) == 0)
            return &site->chat_servers[i];
    return NULL;
}

static void fill_activate(struct arena *arena, struct cast *cast)
{
    const struct topology_site *site = cast->standby;
    const struct topology_host **servers = NULL;
    size_t wanted = !site ? 0 : site->activate_count ? site->activate_count : site->chat_server_count;

    for (size_t i = 0; i < wanted && cast->activate_count < MOST_ACTIVE; i++) {
        const struct topology_host *server =
            site->activate_count ? chat_server(site, site->activate[i]) : &site->chat_servers[i];

        if (server)
            *(const struct topology_host **)arena_push(arena, &servers, &cast->activate_count,
                                                       sizeof(const struct topology_host *)) = server;
    }
    cast->activate = servers;
}

struct cast cast_of(struct arena *arena, const struct topology_pool *pool, const char *serving_site)
{
    struct cast cast = {.pool = pool, .serving = serving_site_of(pool, serving_site)};

    if (cast.serving)
        cast.standby = site_of_role(pool, cast.serving->role == SITE_PRIMARY ? SITE_BACKUP : SITE_PRIMARY);
    fill_parts(&cast);
    if (cast.standby)
        cast.management = cast.standby->management;
    if (!cast.management && cast.serving)
        cast.management = cast.serving->management;
    fill_activate(arena, &cast);
    return cast;
}

const struct instance_snapshot *cast_instance(const struct cast *cast, enum part part,
                                              const struct snapshot *snapshot)
{
    return cast->parts[part] ? snapshot_find(snapshot, cast->parts[part]->name) : NULL;
}

enum part cast_part(const struct cast *cast, const char *instance)
{
    for (int part = 0; part < PART_COUNT; part++)
        if (cast->parts[part] && strcmp(cast->parts[part]->name, instance) == 0)
            return (enum part)part;
    return PART_COUNT;
}
