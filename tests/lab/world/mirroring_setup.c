#include "lab/world/mirroring_side.h"

#include "lab/world/random.h"
#include "lab/world/world.h"

#include <stdio.h>
#include <string.h>

enum { DEFAULT_TIMEOUT_S = 10 };

static void endpoint_address(const struct world *world, const struct instance *instance, char *text,
                             size_t bytes)
{
    snprintf(text, bytes, "TCP://%.200s:%d", world->hosts[instance->host].fqdn, instance->endpoint.port);
}

static void join(struct world *world, struct side side, const struct instance *partner,
                 const struct instance *witness, const struct guid *guid, enum mirroring_role role)
{
    *side.mirror = (struct mirror){
        .configured = true,
        .mirroring_guid = *guid,
        .state = MIRRORING_SYNCHRONIZING,
        .role = role,
        .role_sequence = 1,
        .safety_level = SAFETY_FULL,
        .safety_sequence = 1,
        .witness_state = witness ? WITNESS_CONNECTED : WITNESS_UNKNOWN,
        .connection_timeout_s = DEFAULT_TIMEOUT_S,
        .partner = partner->index,
        .witness = witness ? witness->index : -1,
        .partner_seen = true,
        .witness_seen = witness != NULL,
    };
    endpoint_address(world, partner, side.mirror->partner_name, sizeof side.mirror->partner_name);
    memcpy(side.mirror->partner_instance, partner->server_name, sizeof side.mirror->partner_instance);
    if (witness)
        endpoint_address(world, witness, side.mirror->witness_name, sizeof side.mirror->witness_name);
    instance_log(world, side.instance, role == ROLE_PRINCIPAL ? 1440 : 1441, side.database->name, NULL, NULL);
}

void mirroring_establish(struct world *world, struct instance *principal, struct instance *mirror,
                         struct instance *witness, const char *name)
{
    struct guid guid = world_new_guid(world);
    struct side first = side_of(principal, database_find(principal, name));
    struct side second = side_of(mirror, database_find(mirror, name));

    join(world, first, mirror, witness, &guid, ROLE_PRINCIPAL);
    join(world, second, principal, witness, &guid, ROLE_MIRROR);
    first.mirror->failover_lsn = second.database->place.end_lsn;
    side_show_restoring(second.database);
    mirroring_refresh(world);
    mirroring_refresh(world);
}

void mirroring_reseed(struct world *world, struct instance *principal, struct instance *mirror,
                      struct instance *witness, const char *name)
{
    struct side from = side_of(principal, database_find(principal, name));
    struct side to = side_of(mirror, database_find(mirror, name));

    to.database->place = from.database->place;
    to.database->has_lineage = from.database->has_lineage;
    to.database->database_guid = from.database->database_guid;
    to.database->as_of_utc_ms = world->now_utc_ms;
    side_share_facts(from, to);
    mirroring_establish(world, principal, mirror, witness, name);
}
