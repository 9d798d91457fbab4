#include "lab/world/statements.h"

#include "lab/world/mirroring.h"
#include "lab/world/result.h"
#include "lab/world/world.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct call {
    struct world *world;
    struct instance *instance;
    struct database *database;
    struct database *partner; /* NULL unless the partner knows of the session */
    bool in_contact;
};

static struct database *partner_in_contact(const struct call *call)
{
    return call->in_contact ? call->partner : NULL;
}

/* --- preconditions, in the order in which the engine names them --- */

static int refuse_failover(const struct call *call)
{
    const struct mirror *mirror = &call->database->mirror;

    if (mirror->role != ROLE_PRINCIPAL)
        return 1470;
    if (mirror->safety_level != SAFETY_FULL)
        return 1477;
    if (!call->in_contact)
        return 1447;
    return mirror->state == MIRRORING_SYNCHRONIZED ? 0 : 1422;
}

static int refuse_force(const struct call *call)
{
    const struct mirror *mirror = &call->database->mirror;

    if (mirror->role != ROLE_MIRROR || mirror->partner_seen)
        return 1455;
    return mirror->witness >= 0 && !mirror->witness_seen ? 1431 : 0;
}

static int refuse_nothing(const struct call *call)
{
    (void)call;
    return 0;
}

static int refuse_resume(const struct call *call)
{
    if (call->database->mirror.role != ROLE_PRINCIPAL)
        return 1470;
    return call->in_contact ? 0 : 1447;
}

static int refuse_safety(const struct call *call)
{
    enum { ENTERPRISE = 3 };

    if (call->database->mirror.role != ROLE_PRINCIPAL)
        return 1470;
    return call->instance->engine_edition == ENTERPRISE ? 0 : 1473;
}

static int refuse_on_mirror(const struct call *call)
{
    return call->database->mirror.role == ROLE_PRINCIPAL ? 0 : 1470;
}

/* --- effects --- */

static void do_failover(const struct call *call)
{
    struct instance *mirror = &call->world->instances[call->database->mirror.partner];

    mirroring_switch(call->world, mirror, call->partner);
}

static void do_force(const struct call *call)
{
    mirroring_force(call->world, call->instance, call->database);
}

static void do_off(const struct call *call)
{
    struct instance *other = &call->world->instances[call->database->mirror.partner];
    struct database *partner = partner_in_contact(call);

    mirroring_forget(call->world, call->instance, call->database);
    if (partner)
        mirroring_forget(call->world, other, partner);
}

static void set_suspended(const struct call *call, bool suspended)
{
    call->database->mirror.suspended = suspended;
    if (partner_in_contact(call))
        call->partner->mirror.suspended = suspended;
}

static void do_suspend(const struct call *call)
{
    set_suspended(call, true);
}

static void do_resume(const struct call *call)
{
    set_suspended(call, false);
}

static void do_safety_full(const struct call *call)
{
    call->database->mirror.safety_level = SAFETY_FULL;
    call->database->mirror.safety_sequence++;
}

static void do_safety_off(const struct call *call)
{
    call->database->mirror.safety_level = SAFETY_OFF;
    call->database->mirror.safety_sequence++;
}

static void leave_witness(struct mirror *mirror)
{
    mirror->witness = -1;
    mirror->witness_seen = false;
    mirror->witness_name[0] = '\0';
}

static void do_witness_off(const struct call *call)
{
    struct mirror *mirror = &call->database->mirror;
    struct instance *witness = mirror->witness < 0 ? NULL : &call->world->instances[mirror->witness];
    struct witness_session *row = witness ? mirroring_witness_row(witness, &mirror->mirroring_guid) : NULL;

    if (row && mirroring_contact(call->world, call->instance, witness))
        LIST_REMOVE(&witness->witness_sessions, (size_t)(row - witness->witness_sessions.rows));
    leave_witness(mirror);
    if (partner_in_contact(call))
        leave_witness(&call->partner->mirror);
}

static const struct {
    int (*refuse)(const struct call *call);
    void (*apply)(const struct call *call);
} verbs[] = {
    [PARTNER_FAILOVER] = {refuse_failover, do_failover},
    [PARTNER_FORCE_SERVICE] = {refuse_force, do_force},
    [PARTNER_OFF] = {refuse_nothing, do_off},
    [PARTNER_SUSPEND] = {refuse_nothing, do_suspend},
    [PARTNER_RESUME] = {refuse_resume, do_resume},
    [PARTNER_SAFETY_FULL] = {refuse_on_mirror, do_safety_full},
    [PARTNER_SAFETY_OFF] = {refuse_safety, do_safety_off},
    [WITNESS_OFF] = {refuse_on_mirror, do_witness_off},
};

void world_set_partner(struct world *world, struct instance *instance, const char *database,
                       enum partner_verb verb, struct world_result *result)
{
    struct call call = {.world = world, .instance = instance, .database = database_find(instance, database)};
    int refusal = 0;

    result_clear(result);
    if (!call.database)
        refusal = 911;
    else if (!call.database->mirror.configured)
        refusal = 1416;
    if (refusal == 0) {
        call.partner = mirroring_partner(world, call.database, NULL);
        call.in_contact =
            mirroring_contact(world, instance, &world->instances[call.database->mirror.partner]);
        refusal = verbs[verb].refuse(&call);
    }
    if (refusal != 0) {
        result_error(result, refusal, database, NULL, NULL);
        return;
    }
    verbs[verb].apply(&call);
    mirroring_refresh(world);
}

void world_set_partner_timeout(struct world *world, struct instance *instance, const char *database,
                               int64_t timeout_s, struct world_result *result)
{
    enum { TIMEOUT_MIN_S = 5, TIMEOUT_MAX_S = 32767 };
    struct database *own = database_find(instance, database);
    struct instance *other = NULL;
    struct database *partner;
    char value[24];

    result_clear(result);
    if (!own || !own->mirror.configured) {
        result_error(result, own ? 1416 : 911, database, NULL, NULL);
        return;
    }
    snprintf(value, sizeof value, "%lld", (long long)timeout_s);
    if (own->mirror.role != ROLE_PRINCIPAL)
        result_error(result, 1470, database, NULL, NULL);
    else if (timeout_s > TIMEOUT_MAX_S)
        result_error(result, 1476, value, NULL, NULL);
    if (result->number != 0)
        return;
    partner = mirroring_partner(world, own, &other);
    own->mirror.connection_timeout_s = timeout_s < TIMEOUT_MIN_S ? TIMEOUT_MIN_S : (int)timeout_s;
    if (partner && mirroring_contact(world, instance, other))
        partner->mirror.connection_timeout_s = own->mirror.connection_timeout_s;
}

/* --- establishing by address --- */

/* The instance whose mirroring endpoint listens at TCP://fqdn:port; NULL = nobody. */
static struct instance *at_address(struct world *world, const char *address)
{
    char own[WORLD_NAME_BYTES + 24];

    for (size_t i = 0; i < world->instance_count; i++) {
        struct instance *instance = &world->instances[i];
        snprintf(own, sizeof own, "TCP://%s:%d", world_host_of(world, instance)->fqdn,
                 instance->endpoint.port);
        if (instance->endpoint.exists && strcasecmp(own, address) == 0)
            return instance;
    }
    return NULL;
}

/* 0, or why this principal cannot be joined with that mirror. */
static int refuse_join(const struct world *world, const struct database *principal,
                       const struct database *mirror)
{
    lsn_t until;

    if (principal->recovery_model != RECOVERY_FULL)
        return 1465;
    if (!mirror || mirror->state != DATABASE_RESTORING || mirror->mirror.configured)
        return 1464;
    if (!guid_same(&principal->family_guid, &mirror->family_guid) || principal->last_log_backup_lsn == 0 ||
        mirror->place.end_lsn < principal->last_log_backup_lsn)
        return 1478;
    if (principal->has_lineage &&
        (!lineage_on_chain(&world->lineage, principal->place.fork, mirror->place.fork, &until) ||
         mirror->place.end_lsn > until))
        return 1478;
    return 0;
}

/* SET PARTNER on the future mirror: it only remembers whom to expect. */
static int expect_partner(struct database *mirror, const char *address)
{
    snprintf(mirror->mirror.partner_name, sizeof mirror->mirror.partner_name, "%s", address);
    return 0;
}

static int join_partner(struct world *world, struct instance *instance, struct database *database,
                        struct instance *other)
{
    struct database *mirror = database_find(other, database->name);
    int refusal = refuse_join(world, database, mirror);

    if (refusal == 0 && at_address(world, mirror->mirror.partner_name) != instance)
        refusal = 1418;
    if (refusal == 0)
        mirroring_establish(world, instance, other, NULL, database->name);
    return refusal;
}

void world_set_partner_address(struct world *world, struct instance *instance, const char *database,
                               const char *address, struct world_result *result)
{
    struct database *own = database_find(instance, database);
    struct instance *other = at_address(world, address);
    int refusal = 0;

    result_clear(result);
    if (!own)
        refusal = 911;
    else if (own->mirror.configured)
        refusal = 1405;
    else if (!other || !mirroring_contact(world, instance, other))
        refusal = 1418;
    else if (own->state == DATABASE_RESTORING)
        refusal = expect_partner(own, address);
    else
        refusal = join_partner(world, instance, own, other);
    if (refusal != 0)
        result_error(result, refusal, refusal == 1418 ? address : database, NULL, NULL);
}

static void join_witness(struct mirror *mirror, const struct instance *witness, const char *address)
{
    mirror->witness = witness->index;
    mirror->witness_seen = true;
    snprintf(mirror->witness_name, sizeof mirror->witness_name, "%s", address);
}

void world_set_witness_address(struct world *world, struct instance *instance, const char *database,
                               const char *address, struct world_result *result)
{
    struct database *own = database_find(instance, database);
    struct instance *witness = at_address(world, address), *other = NULL;
    struct database *partner = own ? mirroring_partner(world, own, &other) : NULL;
    int refusal = 0;

    result_clear(result);
    if (!own)
        refusal = 911;
    else if (!partner)
        refusal = 1416;
    else if (own->mirror.role != ROLE_PRINCIPAL)
        refusal = 1470;
    else if (!witness || !mirroring_contact(world, instance, witness))
        refusal = 1418;
    else if (witness == instance || witness == other)
        refusal = 1429;
    else if (!mirroring_contact(world, instance, other) || !mirroring_contact(world, other, witness))
        refusal = 1456;
    if (refusal != 0) {
        result_error(result, refusal, refusal == 1418 ? address : database, NULL, NULL);
        return;
    }
    join_witness(&own->mirror, witness, address);
    join_witness(&partner->mirror, witness, address);
    mirroring_refresh(world);
}
