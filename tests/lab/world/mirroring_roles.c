#include "lab/world/mirroring_side.h"

#include "lab/world/random.h"
#include "lab/world/world.h"

struct side side_of(struct instance *instance, struct database *database)
{
    return (struct side){instance, database, &database->mirror};
}

struct side side_partner(struct world *world, struct side side)
{
    struct instance *instance = NULL;
    struct database *database = mirroring_partner(world, side.database, &instance);

    return database ? side_of(instance, database) : (struct side){NULL, NULL, NULL};
}

bool side_in_contact(struct world *world, struct side side)
{
    return mirroring_contact(world, side.instance, &world->instances[side.mirror->partner]);
}

struct instance *side_witness(struct world *world, const struct mirror *mirror)
{
    return mirror->witness < 0 ? NULL : &world->instances[mirror->witness];
}

void side_show_restoring(struct database *database)
{
    database->state = DATABASE_RESTORING;
    database->is_read_only = database->is_in_standby = false;
    database->redo_start_lsn = database->place.end_lsn;
    database->redo_start_fork_guid = database->recovery_fork_guid;
}

void side_become_principal(struct world *world, struct side side)
{
    side.mirror->role = ROLE_PRINCIPAL;
    side.mirror->role_sequence++;
    side.mirror->lost_quorum = false;
    side.mirror->redo_queue_bytes = 0;
    side.database->state = DATABASE_ONLINE;
    side.database->redo_start_lsn = 0;
    instance_log(world, side.instance, 1480, side.database->name, "MIRROR", "PRINCIPAL");
}

void side_become_mirror(struct world *world, struct side side, int role_sequence)
{
    side.mirror->role = ROLE_MIRROR;
    side.mirror->role_sequence = role_sequence;
    side.mirror->lost_quorum = false;
    side.mirror->send_queue_bytes = 0;
    sessions_end_in(side.instance, side.database->name, 0);
    side_show_restoring(side.database);
    instance_log(world, side.instance, 1480, side.database->name, "PRINCIPAL", "MIRROR");
}

void mirroring_switch(struct world *world, struct instance *mirror, struct database *database)
{
    struct side winner = side_of(mirror, database);
    struct side loser = side_partner(world, winner);

    side_become_principal(world, winner);
    if (loser.database && side_in_contact(world, winner))
        side_become_mirror(world, loser, winner.mirror->role_sequence);
    winner.mirror->state = MIRRORING_DISCONNECTED;
}

/* Where a copy was opened on its own: its path leaves the old one here. */
static void start_fork(struct world *world, struct database *database)
{
    struct guid guid = world_new_guid(world);

    database->fork_point_lsn = database->place.end_lsn;
    database->first_recovery_fork_guid = database->recovery_fork_guid;
    database->recovery_fork_guid = guid;
    if (database->has_lineage)
        database->place.fork = lineage_fork(&world->lineage, database->place.fork, database->place.end_lsn,
                                            &guid, world->now_utc_ms);
}

void mirroring_force(struct world *world, struct instance *mirror, struct database *database)
{
    struct side side = side_of(mirror, database);

    start_fork(world, database);
    side_become_principal(world, side);
    side.mirror->suspended = true;
    side.mirror->state = MIRRORING_SUSPENDED;
    side.mirror->failover_lsn = database->place.end_lsn;
}

void mirroring_forget(struct world *world, struct instance *instance, struct database *database)
{
    struct witness_session *row = NULL;
    struct instance *witness = side_witness(world, &database->mirror);
    bool was_mirror = database->mirror.role == ROLE_MIRROR;

    if (witness && mirroring_contact(world, instance, witness))
        row = mirroring_witness_row(witness, &database->mirror.mirroring_guid);
    if (row)
        LIST_REMOVE(&witness->witness_sessions, (size_t)(row - witness->witness_sessions.rows));
    database->mirror = (struct mirror){0};
    if (was_mirror)
        side_show_restoring(database);
    else
        database->state = DATABASE_ONLINE;
    database_account_log(database);
    instance_log(world, instance, 1443, database->name, NULL, NULL);
}

void side_share_facts(struct side principal, struct side mirror)
{
    mirror.database->last_log_backup_lsn = principal.database->last_log_backup_lsn;
    mirror.database->differential_base_lsn = principal.database->differential_base_lsn;
    mirror.database->family_guid = principal.database->family_guid;
    mirror.database->recovery_fork_guid = principal.database->recovery_fork_guid;
    mirror.database->first_recovery_fork_guid = principal.database->first_recovery_fork_guid;
    mirror.database->fork_point_lsn = principal.database->fork_point_lsn;
    mirror.database->data_size_bytes = principal.database->data_size_bytes;
    mirror.database->log_size_bytes = principal.database->log_size_bytes;
    mirror.database->recovery_model = principal.database->recovery_model;
}
