#include "lab/world/mirroring_side.h"

#include "lab/world/world.h"

#include <stdio.h>
#include <string.h>

enum { SEND_BYTES_PER_TICK = 8 << 20 };

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

struct witness_session *mirroring_witness_row(struct instance *witness, const struct guid *mirroring_guid)
{
    for (size_t i = 0; i < witness->witness_sessions.count; i++)
        if (guid_same(&witness->witness_sessions.rows[i].mirroring_guid, mirroring_guid))
            return &witness->witness_sessions.rows[i];
    return NULL;
}

/* --- contact --- */

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
    struct instance *witness = side_witness(world, mirror);
    bool had_partner = mirror->partner_seen;
    char seconds[16];

    note_contact(world, side_in_contact(world, side), refuses(world, side.instance, partner),
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

/* --- what each side concludes --- */

/* Two principals meet: the one with the higher role sequence has the witness's or an administrator's word. */
static void settle_roles(struct world *world, struct side side, struct side partner)
{
    if (side.mirror->role != ROLE_PRINCIPAL || partner.mirror->role != ROLE_PRINCIPAL ||
        side.mirror->role_sequence >= partner.mirror->role_sequence)
        return;
    side.mirror->suspended = partner.mirror->suspended;
    side_become_mirror(world, side, partner.mirror->role_sequence);
}

/* The witness knows of a newer principal: the old one must not open its copy. */
static bool is_superseded(struct world *world, struct side side)
{
    struct instance *witness = side_witness(world, side.mirror);
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
    struct side principal = side_partner(world, side);

    return side.mirror->role == ROLE_MIRROR && side.mirror->state == MIRRORING_SYNCHRONIZED &&
           !side.mirror->suspended && side.mirror->safety_level == SAFETY_FULL && side.mirror->witness >= 0 &&
           side.mirror->witness_seen && principal.database && !principal.mirror->witness_seen;
}

static void count_sent(struct side principal, struct side mirror, int64_t bytes)
{
    principal.mirror->log_bytes_sent += bytes;
    mirror.mirror->log_bytes_sent += bytes;
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
    count_sent(principal, mirror, behind <= SEND_BYTES_PER_TICK ? behind : SEND_BYTES_PER_TICK);
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
        side_share_facts(principal, mirror);
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
    struct side partner = side_partner(world, side);

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
    struct instance *witness = side_witness(world, side.mirror);
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
    snprintf(row->principal_server_name, sizeof row->principal_server_name, "%s", side.instance->server_name);
    snprintf(row->mirror_server_name, sizeof row->mirror_server_name, "%s", side.mirror->partner_instance);
}

/* --- the tick --- */

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
    struct side partner = side_partner(world, side);

    if (!side_in_contact(world, side))
        return;
    if (!partner.database)
        mirroring_forget(world, side.instance, side.database);
    else
        settle_roles(world, side, partner);
}

static void conclude(struct world *world, struct side side)
{
    struct side partner = side_partner(world, side);

    if (side.mirror->role == ROLE_PRINCIPAL)
        judge_quorum(world, side);
    if (!side.mirror->partner_seen) {
        if (may_take_over(world, side))
            mirroring_switch(world, side.instance, side.database);
        side.mirror->state = side.mirror->suspended ? MIRRORING_SUSPENDED : MIRRORING_DISCONNECTED;
        return;
    }
    if (side.mirror->role == ROLE_PRINCIPAL && partner.database && partner.mirror->role == ROLE_MIRROR &&
        side_in_contact(world, side))
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

static void measure_rate(struct world *world, struct side side)
{
    (void)world;
    side.mirror->log_send_rate_bytes_s = side.mirror->log_bytes_sent - side.mirror->log_bytes_at_tick;
    side.mirror->log_bytes_at_tick = side.mirror->log_bytes_sent;
}

void mirroring_tick(struct world *world)
{
    mirroring_refresh(world);
    for_sides(world, true, measure_rate);
}

bool mirroring_can_commit(struct world *world, struct instance *instance, struct database *database)
{
    struct side side = side_of(instance, database);

    if (!side.mirror->configured || side.mirror->state != MIRRORING_SYNCHRONIZED)
        return true;
    return side_in_contact(world, side);
}

void mirroring_follow(struct world *world, struct instance *instance, struct database *database)
{
    struct side side = side_of(instance, database);
    struct side partner;

    if (!side.mirror->configured)
        return;
    partner = side_partner(world, side);
    side.mirror->end_of_log_lsn = database->place.end_lsn;
    if (partner.database && side.mirror->state == MIRRORING_SYNCHRONIZED) {
        count_sent(side, partner,
                   lsn_distance_bytes(partner.database->place.end_lsn, database->place.end_lsn));
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
