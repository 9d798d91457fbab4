#include "lab/world/mirroring.h"

#include "lab/world/random.h"
#include "lab/world/world.h"

#include <stdio.h>
#include <string.h>

enum { SEND_BYTES_PER_TICK = 8 << 20, DEFAULT_TIMEOUT_S = 10 };

/* One partner of a session. */
struct side {
    struct instance *instance;
    struct database *database;
    struct mirror *mirror;
};

static struct side side_of(struct instance *instance, struct database *database)
{
    return (struct side){instance, database, database ? &database->mirror : NULL};
}

static bool is_alive(const struct world *world, const struct instance *instance)
{
    return !instance->down && !world->hosts[instance->host].down;
}

bool mirroring_contact(const struct world *world, const struct instance *a, const struct instance *b)
{
    return is_alive(world, a) && is_alive(world, b) &&
           world_connects(world, &world->hosts[a->host], &world->hosts[b->host]) && a->endpoint.exists &&
           !a->endpoint.stopped && b->endpoint.exists && !b->endpoint.stopped;
}

struct database *mirroring_partner(struct world *world, const struct database *database,
                                   struct instance **ret_instance)
{
    struct instance *partner;
    struct database *copy;

    if (!database->mirror.configured)
        return NULL;
    partner = &world->instances[database->mirror.partner];
    copy = database_find(partner, database->name);
    if (!copy || !copy->mirror.configured ||
        !guid_same(&copy->mirror.mirroring_guid, &database->mirror.mirroring_guid))
        return NULL;
    if (ret_instance)
        *ret_instance = partner;
    return copy;
}

static struct side partner_of(struct world *world, struct side side)
{
    struct instance *instance = NULL;
    struct database *database = mirroring_partner(world, side.database, &instance);

    return side_of(instance, database);
}

static bool partners_touch(struct world *world, struct side side)
{
    return mirroring_contact(world, side.instance, &world->instances[side.mirror->partner]);
}

static struct instance *witness_of(struct world *world, const struct mirror *mirror)
{
    return mirror->witness < 0 ? NULL : &world->instances[mirror->witness];
}

struct witness_session *mirroring_witness_row(struct instance *witness, const struct guid *mirroring_guid)
{
    for (size_t i = 0; i < witness->witness_sessions.count; i++)
        if (guid_same(&witness->witness_sessions.rows[i].mirroring_guid, mirroring_guid))
            return &witness->witness_sessions.rows[i];
    return NULL;
}

/* --- contact
 * ---------------------------------------------------------------------------------------------------- */

/* A refused connection (host up, service down) is noticed at once, silence only after the timeout. */
static void note_contact(const struct world *world, bool contact, bool refused, int timeout_s, bool *seen,
                         int64_t *lost_utc_ms)
{
    if (contact) {
        *seen = true;
        *lost_utc_ms = 0;
        return;
    }
    if (*lost_utc_ms == 0)
        *lost_utc_ms = world->now_utc_ms;
    if (refused || world->now_utc_ms - *lost_utc_ms >= (int64_t)timeout_s * 1000)
        *seen = false;
}

static bool refuses(const struct world *world, const struct instance *from, const struct instance *to)
{
    return world_connects(world, &world->hosts[from->host], &world->hosts[to->host]) &&
           (to->down || to->endpoint.stopped || from->down || from->endpoint.stopped);
}

static void look_around(struct world *world, struct side side)
{
    struct mirror *mirror = side.mirror;
    struct instance *partner = &world->instances[mirror->partner];
    struct instance *witness = witness_of(world, mirror);
    bool had_partner = mirror->partner_seen;
    char seconds[16];

    note_contact(world, partners_touch(world, side), refuses(world, side.instance, partner),
                 mirror->connection_timeout_s, &mirror->partner_seen, &mirror->partner_lost_utc_ms);
    if (witness)
        note_contact(world, mirroring_contact(world, side.instance, witness),
                     refuses(world, side.instance, witness), mirror->connection_timeout_s,
                     &mirror->witness_seen, &mirror->witness_lost_utc_ms);
    if (had_partner && !mirror->partner_seen && is_alive(world, side.instance)) {
        snprintf(seconds, sizeof seconds, "%d", mirror->connection_timeout_s);
        instance_log(world, side.instance, 1479, mirror->partner_name, side.database->name, seconds);
        instance_log(world, side.instance, 1474, "Connection attempt failed", mirror->partner_name, NULL);
    }
}

/* --- roles
 * ------------------------------------------------------------------------------------------------------ */

static void show_restoring(struct world *world, struct database *database)
{
    database->state = DATABASE_RESTORING;
    database->is_read_only = database->is_in_standby = false;
    database->redo_start_lsn = database->place.end_lsn;
    if (database->has_lineage)
        database->redo_start_fork_guid = world->lineage.forks.rows[database->place.fork].guid;
}

static void become_principal(struct world *world, struct side side)
{
    side.mirror->role = ROLE_PRINCIPAL;
    side.mirror->role_sequence++;
    side.mirror->lost_quorum = false;
    side.mirror->redo_queue_bytes = 0;
    side.database->state = DATABASE_ONLINE;
    side.database->redo_start_lsn = 0;
    instance_log(world, side.instance, 1480, side.database->name, "MIRROR", "PRINCIPAL");
}

static void become_mirror(struct world *world, struct side side, int role_sequence)
{
    side.mirror->role = ROLE_MIRROR;
    side.mirror->role_sequence = role_sequence;
    side.mirror->lost_quorum = false;
    side.mirror->send_queue_bytes = 0;
    sessions_end_in(side.instance, side.database->name, 0);
    show_restoring(world, side.database);
    instance_log(world, side.instance, 1480, side.database->name, "PRINCIPAL", "MIRROR");
}

void mirroring_switch(struct world *world, struct instance *mirror, struct database *database)
{
    struct side winner = side_of(mirror, database);
    struct side loser = partner_of(world, winner);

    become_principal(world, winner);
    if (loser.database && partners_touch(world, winner))
        become_mirror(world, loser, winner.mirror->role_sequence);
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
    become_principal(world, side);
    side.mirror->suspended = true;
    side.mirror->state = MIRRORING_SUSPENDED;
    side.mirror->failover_lsn = database->place.end_lsn;
}

void mirroring_forget(struct world *world, struct instance *instance, struct database *database)
{
    struct witness_session *row = NULL;
    struct instance *witness = witness_of(world, &database->mirror);
    bool was_mirror = database->mirror.role == ROLE_MIRROR;

    if (witness && mirroring_contact(world, instance, witness))
        row = mirroring_witness_row(witness, &database->mirror.mirroring_guid);
    if (row)
        LIST_REMOVE(&witness->witness_sessions, (size_t)(row - witness->witness_sessions.rows));
    database->mirror = (struct mirror){0};
    if (was_mirror)
        show_restoring(world, database);
    else
        database->state = DATABASE_ONLINE;
    database_account_log(database);
    instance_log(world, instance, 1443, database->name, NULL, NULL);
}

/* --- what each side concludes
 * ----------------------------------------------------------------------------------- */

/* Two principals meet: the one with the higher role sequence has the witness's or an administrator's word. */
static void settle_roles(struct world *world, struct side side, struct side partner)
{
    if (side.mirror->role != ROLE_PRINCIPAL || partner.mirror->role != ROLE_PRINCIPAL ||
        side.mirror->role_sequence >= partner.mirror->role_sequence)
        return;
    side.mirror->suspended = partner.mirror->suspended;
    become_mirror(world, side, partner.mirror->role_sequence);
}

/* The witness knows of a newer principal: the old one must not open its copy. */
static bool is_superseded(struct world *world, struct side side)
{
    struct instance *witness = witness_of(world, side.mirror);
    const struct witness_session *row;

    if (!witness || !side.mirror->witness_seen)
        return false;
    row = mirroring_witness_row(witness, &side.mirror->mirroring_guid);
    return row && row->role_sequence_number > side.mirror->role_sequence;
}

static void judge_quorum(struct world *world, struct side side)
{
    struct mirror *mirror = side.mirror;
    bool quorum = mirror->witness < 0 || mirror->partner_seen || mirror->witness_seen;
    bool lost = !quorum || (!mirror->partner_seen && is_superseded(world, side));

    if (lost == mirror->lost_quorum)
        return;
    mirror->lost_quorum = lost;
    side.database->state = lost ? DATABASE_RECOVERING : DATABASE_ONLINE;
    if (lost) {
        sessions_end_in(side.instance, side.database->name, 0);
        instance_log(world, side.instance, 955, side.database->name, NULL, NULL);
    }
}

/* The witness and the mirror agree that the principal has gone, and nothing committed there is missing here.
 */
static bool may_take_over(struct world *world, struct side side)
{
    struct side principal = partner_of(world, side);

    return side.mirror->role == ROLE_MIRROR && side.mirror->state == MIRRORING_SYNCHRONIZED &&
           !side.mirror->suspended && side.mirror->safety_level == SAFETY_FULL && side.mirror->witness >= 0 &&
           side.mirror->witness_seen && principal.database && !principal.mirror->witness_seen;
}

static void transfer_log(struct world *world, struct side principal, struct side mirror)
{
    struct lineage_place *from = &principal.database->place, *to = &mirror.database->place;
    int64_t behind;
    lsn_t until = 0;

    if (to->fork != from->fork && lineage_on_chain(&world->lineage, from->fork, to->fork, &until)) {
        to->end_lsn = to->end_lsn < until ? to->end_lsn : until;
        to->fork = from->fork;
    } else if (to->fork != from->fork) {
        /* After forced service: the old principal's tail is undone back to the fork point. */
        int common = to->fork;
        while (common != FORK_NONE && !lineage_on_chain(&world->lineage, from->fork, common, &until)) {
            to->end_lsn = world->lineage.forks.rows[common].point_lsn;
            common = world->lineage.forks.rows[common].parent;
        }
        to->end_lsn = to->end_lsn < until ? to->end_lsn : until;
        to->fork = from->fork;
    }
    behind = lsn_distance_bytes(to->end_lsn, from->end_lsn);
    to->end_lsn =
        behind <= SEND_BYTES_PER_TICK ? from->end_lsn : lsn_advance(to->end_lsn, SEND_BYTES_PER_TICK);
    principal.mirror->log_bytes_sent += behind < SEND_BYTES_PER_TICK ? behind : SEND_BYTES_PER_TICK;
    principal.mirror->log_send_rate_bytes_s = behind < SEND_BYTES_PER_TICK ? behind : SEND_BYTES_PER_TICK;
}

/* What a mirror learns through the log beside the data. */
static void share_facts(struct side principal, struct side mirror)
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

static void show_lsns(struct side principal, struct side mirror)
{
    principal.mirror->end_of_log_lsn = principal.database->place.end_lsn;
    mirror.mirror->end_of_log_lsn = mirror.database->place.end_lsn;
    principal.mirror->failover_lsn = mirror.mirror->failover_lsn = mirror.database->place.end_lsn;
    principal.mirror->replication_lsn = mirror.mirror->replication_lsn = mirror.database->place.end_lsn;
    mirror.database->redo_start_lsn = mirror.database->place.end_lsn;
    mirror.database->redo_start_fork_guid = principal.database->recovery_fork_guid;
}

/* A pair in contact, in their settled roles: log flows and both show the same state. */
static void synchronize(struct world *world, struct side principal, struct side mirror)
{
    bool caught_up = mirror.database->place.end_lsn == principal.database->place.end_lsn &&
                     mirror.database->place.fork == principal.database->place.fork;
    enum mirroring_state state = MIRRORING_SYNCHRONIZING;

    if (principal.mirror->suspended) {
        state = MIRRORING_SUSPENDED;
    } else {
        transfer_log(world, principal, mirror);
        share_facts(principal, mirror);
        show_lsns(principal, mirror);
        if (caught_up && principal.mirror->safety_level == SAFETY_FULL)
            state = MIRRORING_SYNCHRONIZED;
    }
    principal.mirror->state = mirror.mirror->state = state;
    mirror.mirror->suspended = principal.mirror->suspended;
    mirror.mirror->safety_level = principal.mirror->safety_level;
    mirror.mirror->safety_sequence = principal.mirror->safety_sequence;
    mirror.mirror->witness = principal.mirror->witness;
    memcpy(mirror.mirror->witness_name, principal.mirror->witness_name, sizeof mirror.mirror->witness_name);
}

static void show_queue(struct world *world, struct side side)
{
    struct side partner = partner_of(world, side);

    if (side.mirror->role != ROLE_PRINCIPAL)
        return;
    side.mirror->end_of_log_lsn = side.database->place.end_lsn;
    side.mirror->send_queue_bytes = 0;
    if (partner.database && side.mirror->state != MIRRORING_SYNCHRONIZED)
        side.mirror->send_queue_bytes =
            lsn_distance_bytes(side.mirror->failover_lsn, side.database->place.end_lsn);
    database_account_log(side.database);
}

static void report_to_witness(struct world *world, struct side side)
{
    struct instance *witness = witness_of(world, side.mirror);
    struct witness_session *row;

    if (!witness || side.mirror->role != ROLE_PRINCIPAL || side.mirror->lost_quorum ||
        !mirroring_contact(world, side.instance, witness))
        return;
    row = mirroring_witness_row(witness, &side.mirror->mirroring_guid);
    if (row && row->role_sequence_number > side.mirror->role_sequence)
        return;
    if (!row)
        row = LIST_ADD(&witness->witness_sessions);
    row->mirroring_guid = side.mirror->mirroring_guid;
    row->family_guid = side.database->family_guid;
    row->safety_level = side.mirror->safety_level;
    row->safety_sequence_number = side.mirror->safety_sequence;
    row->role_sequence_number = side.mirror->role_sequence;
    row->is_suspended = side.mirror->suspended;
    row->synchronized = side.mirror->state == MIRRORING_SYNCHRONIZED;
    snprintf(row->database_name, sizeof row->database_name, "%s", side.database->name);
    snprintf(row->principal_server_name, sizeof row->principal_server_name, "TCP://%.200s:%d",
             world->hosts[side.instance->host].fqdn, side.instance->endpoint.port);
    snprintf(row->mirror_server_name, sizeof row->mirror_server_name, "%s", side.mirror->partner_name);
}

/* --- the tick
 * --------------------------------------------------------------------------------------------------- */

/* Calls a step for every mirrored copy. */
static void for_sides(struct world *world, bool alive_only,
                      void (*step)(struct world *world, struct side side))
{
    for (size_t i = 0; i < world->instance_count; i++) {
        struct instance *instance = &world->instances[i];
        if (alive_only && !is_alive(world, instance))
            continue;
        for (size_t d = 0; d < instance->database_count; d++)
            if (instance->databases[d].mirror.configured)
                step(world, side_of(instance, &instance->databases[d]));
    }
}

static void show_witness(struct world *world, struct side side)
{
    (void)world;
    if (side.mirror->witness < 0)
        side.mirror->witness_state = WITNESS_UNKNOWN;
    else
        side.mirror->witness_state = side.mirror->witness_seen ? WITNESS_CONNECTED : WITNESS_DISCONNECTED;
}

static void meet(struct world *world, struct side side)
{
    struct side partner = partner_of(world, side);

    if (!partners_touch(world, side))
        return;
    if (!partner.database)
        mirroring_forget(world, side.instance, side.database);
    else
        settle_roles(world, side, partner);
}

static void conclude(struct world *world, struct side side)
{
    struct side partner = partner_of(world, side);

    if (side.mirror->role == ROLE_PRINCIPAL)
        judge_quorum(world, side);
    if (!side.mirror->partner_seen) {
        if (may_take_over(world, side))
            mirroring_switch(world, side.instance, side.database);
        side.mirror->state = side.mirror->suspended ? MIRRORING_SUSPENDED : MIRRORING_DISCONNECTED;
        return;
    }
    if (side.mirror->role == ROLE_PRINCIPAL && partner.database && partner.mirror->role == ROLE_MIRROR &&
        partners_touch(world, side))
        synchronize(world, side, partner);
}

void mirroring_refresh(struct world *world)
{
    for_sides(world, false, look_around);
    for_sides(world, true, show_witness);
    for_sides(world, true, meet);
    for_sides(world, true, conclude);
    for_sides(world, true, show_queue);
    for_sides(world, true, report_to_witness);
}

void mirroring_tick(struct world *world)
{
    mirroring_refresh(world);
}

bool mirroring_can_commit(struct world *world, struct instance *instance, struct database *database)
{
    struct side side = side_of(instance, database);

    if (!side.mirror->configured || side.mirror->state != MIRRORING_SYNCHRONIZED)
        return true;
    return partners_touch(world, side);
}

void mirroring_follow(struct world *world, struct instance *instance, struct database *database)
{
    struct side side = side_of(instance, database);
    struct side partner;

    if (!side.mirror->configured)
        return;
    partner = partner_of(world, side);
    side.mirror->end_of_log_lsn = database->place.end_lsn;
    if (partner.database && side.mirror->state == MIRRORING_SYNCHRONIZED) {
        partner.database->place = database->place;
        show_lsns(side, partner);
    } else {
        show_queue(world, side);
    }
}

void mirroring_restart(struct world *world, struct instance *instance)
{
    for (size_t i = 0; i < instance->database_count; i++) {
        struct database *database = &instance->databases[i];
        struct mirror *mirror = &database->mirror;
        if (!mirror->configured)
            continue;
        mirror->partner_seen = mirror->witness_seen = false;
        mirror->witness_state = WITNESS_UNKNOWN;
        mirror->state = mirror->suspended ? MIRRORING_SUSPENDED : MIRRORING_DISCONNECTED;
        if (mirror->role == ROLE_PRINCIPAL && mirror->witness >= 0) {
            mirror->lost_quorum = true;
            database->state = DATABASE_RECOVERING;
        }
    }
    mirroring_refresh(world);
}

/* --- establishing
 * ----------------------------------------------------------------------------------------------- */

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
    show_restoring(world, second.database);
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
    share_facts(from, to);
    mirroring_establish(world, principal, mirror, witness, name);
}
