#include "lab/world/world.h"

#include "base/mem.h"
#include "lab/world/build.h"
#include "lab/world/random.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* splitmix64, public domain (Sebastiano Vigna). */
uint64_t world_random(struct world *world)
{
    uint64_t z = world->random += 0x9e3779b97f4a7c15ULL;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

int64_t world_random_below(struct world *world, int64_t bound)
{
    return (int64_t)(world_random(world) % (uint64_t)bound);
}

struct guid world_new_guid(struct world *world)
{
    uint64_t a = world_random(world), b = world_random(world);
    struct guid guid;

    snprintf(guid.text, sizeof guid.text, "%08X-%04X-4%03X-%04X-%012llX", (unsigned)(a >> 32),
             (unsigned)(a >> 16 & 0xffff), (unsigned)(a & 0xfff), (unsigned)(0x8000 | (b >> 48 & 0x3fff)),
             (unsigned long long)(b & 0xffffffffffffULL));
    return guid;
}

struct world *world_new(const struct world_config *config)
{
    struct world *world = mem_alloc(sizeof *world);

    world->config = *config;
    chat_configure(&world->config.chat);
    world->random = config->seed;
    world->now_utc_ms = config->start_utc_ms - config->history_s * 1000;
    build_deployment(world);
    world_advance(world, config->start_utc_ms - world->now_utc_ms);
    return world;
}

void world_free(struct world *world)
{
    if (!world)
        return;
    orphans_end_all(world);
    for (size_t i = 0; i < world->instance_count; i++)
        instance_done(&world->instances[i]);
    for (size_t i = 0; i < world->host_count; i++)
        host_done(&world->hosts[i]);
    chat_done(&world->chat);
    free(world->lineage.forks.rows);
    free(world->lineage.messages.rows);
    free(world->writable_spans.rows);
    free(world->writer_spans.rows);
    free(world->faults.rows);
    free(world->doors.rows);
    later_done(world);
    if (world->engine)
        world->free_engine(world->engine);
    free(world);
}

struct host *world_host(struct world *world, const char *name)
{
    for (size_t i = 0; i < world->host_count; i++)
        if (strcasecmp(world->hosts[i].name, name) == 0 || strcasecmp(world->hosts[i].fqdn, name) == 0)
            return &world->hosts[i];
    return NULL;
}

struct instance *world_instance(struct world *world, const char *name)
{
    for (size_t i = 0; i < world->instance_count; i++)
        if (strcasecmp(world->instances[i].name, name) == 0 ||
            strcasecmp(world->instances[i].server_name, name) == 0)
            return &world->instances[i];
    return NULL;
}

struct host *world_host_of(struct world *world, const struct instance *instance)
{
    return &world->hosts[instance->host];
}

void world_add_door(struct world *world, int loopback_port, const struct host *host, int port)
{
    *LIST_ADD(&world->doors) = (struct world_door){loopback_port, host->index, port};
}

const struct world_door *world_door(const struct world *world, int loopback_port)
{
    for (size_t i = 0; i < world->doors.count; i++)
        if (world->doors.rows[i].loopback_port == loopback_port)
            return &world->doors.rows[i];
    return NULL;
}

bool world_reaches(const struct world *world, const struct host *from, const struct host *to)
{
    return !from->down && !to->down && (from == to || world->link_cuts[from->index][to->index] == 0);
}

bool world_connects(const struct world *world, const struct host *a, const struct host *b)
{
    return world_reaches(world, a, b) && world_reaches(world, b, a);
}

bool world_instance_reachable(const struct world *world, const struct host *from,
                              const struct instance *instance)
{
    return !instance->down && world_connects(world, from, &world->hosts[instance->host]);
}

int64_t world_getutcdate(const struct world *world, const struct instance *instance)
{
    return host_utc_ms(&world->hosts[instance->host], world->now_utc_ms);
}

int64_t world_getdate(const struct world *world, const struct instance *instance)
{
    return host_local_ms(&world->hosts[instance->host], world->now_utc_ms);
}

void world_receive(const struct world *world, const struct received *received)
{
    if (world->receiver.take)
        world->receiver.take(world->receiver.user, received);
}
