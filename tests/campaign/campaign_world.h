/*
 * The world of a campaign: the lab's side of campaign.c, as the lab's own headers and those of the product do
 * not meet in one file.
 */
#ifndef PCHAT_TESTS_CAMPAIGN_CAMPAIGN_WORLD_H
#define PCHAT_TESTS_CAMPAIGN_CAMPAIGN_WORLD_H

#include "base/err.h"
#include "base/strbuf.h"
#include "lab/world/received.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct world;
struct world_shape;
struct topology_pool;
struct host;

/* Zero fields take the default of the world (world_config_default()). */
struct campaign_config {
    uint64_t seed;
    int64_t start_utc_ms, history_s;
    int64_t backup_interval_s, copy_interval_s, restore_interval_s;
    int64_t write_interval_ms;
    bool without_witness, names_mirror_share;
    const struct world_shape *shape; /* outlives the world */
    /* What those inside know of it, with which it outlives the campaign; NULL: campaign_world_topology(). */
    const struct topology_pool *pool;
};

/* Logins pchat_monitor, which contrib/sql makes on every instance, and pchat_admin, a sysadmin. */
#define CAMPAIGN_MONITOR_PASSWORD "lab-monitor"
#define CAMPAIGN_ADMIN_PASSWORD   "lab-admin"

/* NULL with *err. */
struct world *campaign_world_new(const struct campaign_config *config, struct err *err);
void campaign_world_free(struct world *world);
/* Its topology.yaml, for those inside. */
void campaign_world_topology(struct strbuf *out, struct world *world);
/* NULL: there is no such host. */
const struct host *campaign_world_host(struct world *world, const char *name);
/* world_truth(): a new reference. */
json_t *campaign_world_truth(struct world *world);

/* Truths that are asked often: whether that instance's host, or a host, has no power; whether users could
 * write into the copy of mgc there. */
bool campaign_world_is_off(struct world *world, const char *name);
bool campaign_world_is_writable(struct world *world, const char *instance);

/* Messages that users have written into any copy, so far. */
int64_t campaign_world_messages(const struct world *world);

/*
 * Words to the world: "NAME [TARGET] [K=V ...]" sets a fault, "!NAME [TARGET]" ends one, ".NAME [TARGET]
 * [K=V ...]" acts (lab/world/faults.h has the tables).  0, or -1 with the world's refusal.
 */
int campaign_world_do(struct world *world, const char *words, struct err *err);
/* Tells of each batch and script that comes in from now on; take NULL: of none. */
void campaign_world_listen(struct world *world, const struct receiver *receiver);
/* KILLs the sessions of that login. */
void campaign_world_kill(struct world *world, const char *instance, const char *login);

#endif
