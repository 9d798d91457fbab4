/*
 * Within the serving site: the mirror takes over, willingly or by force.
 */
#include "act/judge/ledger_view.h"
#include "act/plan/steps_parts.h"
#include "assess/words.h"

#include <string.h>

/* ---- who ---- */

enum part heir_part(const struct step_scope *scope)
{
    return ledger_view_heir(scope->look, scope->run);
}

/* Its partner. */
enum part heir_partner(const struct step_scope *scope)
{
    return heir_part(scope) == PART_A ? PART_A_MIRROR : PART_A;
}

/* The new principal, which the plan names. */
static const struct instance_snapshot *heir(const struct step_scope *scope, const struct sending *sending)
{
    const char *name = sending_says(scope, sending, "heir");

    return name ? snapshot_find(scope->look->snapshot, name) : NULL;
}

static const char *heir_name(const struct step_scope *scope)
{
    const struct topology_sql *heir = scope->cast.parts[heir_part(scope)];

    return heir ? heir->name : "";
}

static int send_one(const struct making *making, enum part part, const char *script, enum sending_kind kind,
                    bool makes_writable)
{
    const struct script_value expects[] = {SCRIPT_TEXT("heir", heir_name(making->scope))};

    return sending_sql(making, &(struct sql_sending){.kind = kind,
                                                     .part = part,
                                                     .script = script,
                                                     .subject = kind == SENDING_LEDGER ? "database_mirroring"
                                                                                       : expects[0].value,
                                                     .expects = expects,
                                                     .expect_count = COUNT(expects),
                                                     .makes_writable = makes_writable});
}

/* ---- what it comes to ---- */

/* The heir is open as principal; while it opens, that is in progress. */
static enum step_state observe_heir(const struct step_scope *scope, const struct sending *sending,
                                    const char **ret_why)
{
    const struct instance_snapshot *copy = heir(scope, sending);
    const enum copy_stand stand = seen_stand(copy);

    if (stand == STAND_WRITABLE)
        return say(scope, ret_why, STEP_DONE, "%s is principal", copy->name);
    if (stand == STAND_OPENING || stand == STAND_CLOSED)
        return say(scope, ret_why, STEP_IN_PROGRESS, "%s recovers", copy->name);
    if (stand == STAND_UNSEEN)
        return say(scope, ret_why, STEP_UNKNOWN, "%s", seen_not(scope, copy));
    if (stand != STAND_MIRROR)
        return say(scope, ret_why, STEP_IMPOSSIBLE, "%s: it is no mirror", seen_not(scope, copy));
    return say(scope, ret_why, STEP_NEEDED, "%s is mirror, %s", copy->name,
               words_lower(scope->arena, FACT(copy, mirroring) ? FACT(copy, mirroring)->state : NULL));
}

/* ---- switch ---- */

static int make_switch(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return send_one(&(struct making){scope, sendings, count}, heir_partner(scope),
                    "mirror-switch/01-switch.sql", SENDING_SQL, true);
}

const struct step step_switch = {
    .id = "switch",
    .title = "let principal and mirror change roles",
    .microsoft = "mirror failover",
    .effect = "chat is interrupted for seconds",
    .phase = PHASE_COMMIT,
    .timeout_s = 120,
    .usual_s = 15,
    .make = make_switch,
    .observe = observe_heir,
};

/* ---- force ---- */

static int make_mirror_export(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return send_one(&(struct making){scope, sendings, count}, heir_part(scope), "mirror-force/01-export.sql",
                    SENDING_LEDGER, false);
}

const struct step step_mirror_export = {
    .id = "export",
    .title = "export the mirroring session",
    .effect = "nothing changes for users",
    .phase = PHASE_PREPARE,
    .timeout_s = 60,
    .usual_s = 2,
    .make = make_mirror_export,
    .observe = observe_export,
};

static bool has_witness(const struct instance_snapshot *instance)
{
    return FACT(instance, mirroring) && FACT(instance, mirroring)->witness_name &&
           *FACT(instance, mirroring)->witness_name;
}

/* One that is connected to the mirror agrees to the force. */
static bool witness_is_lost(const struct instance_snapshot *instance)
{
    return has_witness(instance) && !words_equal(FACT(instance, mirroring)->witness_state, "CONNECTED");
}

static int make_witness(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    enum part mirror = heir_part(scope);

    if (!witness_is_lost(seen_part(scope, mirror)))
        return 0;
    return send_one(&(struct making){scope, sendings, count}, mirror, "mirror-force/02-witness.sql",
                    SENDING_SQL, false);
}

static enum step_state observe_witness(const struct step_scope *scope, const struct sending *sending,
                                       const char **ret_why)
{
    const struct instance_snapshot *copy = seen_target(scope, sending);

    if (!FACT(copy, mirroring))
        return say(scope, ret_why, STEP_UNKNOWN, "the mirroring of %s is not seen", sending->target);
    return say(scope, ret_why, witness_is_lost(copy) ? STEP_NEEDED : STEP_DONE, "%s",
               witness_is_lost(copy) ? "the witness cannot be asked" : "no witness is in the way");
}

const struct step step_witness = {
    .id = "witness",
    .title = "leave the lost witness out",
    .effect = "nothing changes for users",
    .phase = PHASE_CUT,
    .timeout_s = 60,
    .usual_s = 5,
    .best_effort = true,
    .make = make_witness,
    .observe = observe_witness,
};

static int make_mirror_force(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return send_one(&(struct making){scope, sendings, count}, heir_part(scope), "mirror-force/03-force.sql",
                    SENDING_SQL, true);
}

const struct step step_mirror_force = {
    .id = "force",
    .title = "make the mirror principal, by force",
    .microsoft = "mirror failover, forced",
    .effect = "chat comes back; what the mirror had not received is lost",
    .phase = PHASE_COMMIT,
    .timeout_s = 300,
    .usual_s = 30,
    .make = make_mirror_force,
    .observe = observe_heir,
};

/* ---- afterwards ---- */

static int make_shipping(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    enum part mirror = heir_part(scope);

    if (FACT_NONE(seen_part(scope, mirror), ls_primary))
        return 0;
    return send_one(&(struct making){scope, sendings, count}, mirror, "mirror-switch/02-shipping.sql",
                    SENDING_SQL, false);
}

static enum step_state observe_shipping(const struct step_scope *scope, const struct sending *sending,
                                        const char **ret_why)
{
    const struct instance_snapshot *copy = seen_target(scope, sending);
    const struct job_fact *job = seen_job(copy, "backup");

    if (!instance_seen(copy) || copy->job.sighting.sight != SIGHT_SEEN)
        return say(scope, ret_why, STEP_UNKNOWN, "the jobs of %s are not seen", sending->target);
    if (!job)
        return say(scope, ret_why, STEP_IMPOSSIBLE,
                   "%s ships no logs: the half of log shipping that belongs there was never set up",
                   copy->name);
    return say(scope, ret_why, fact_is(job->enabled, 1) ? STEP_DONE : STEP_NEEDED, "%s is %s",
               job->name ? job->name : "its job", fact_is(job->enabled, 1) ? "enabled" : "not enabled");
}

const struct step step_shipping = {
    .id = "shipping",
    .title = "let the new principal ship its logs",
    .effect = "nothing changes for users",
    .phase = PHASE_AFTER,
    .timeout_s = 60,
    .usual_s = 5,
    .best_effort = true,
    .make = make_shipping,
    .observe = observe_shipping,
};

static int make_connected(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const struct script_value expects[] = {SCRIPT_TEXT("heir", heir_name(scope))};

    return sending_wait(&(struct making){scope, sendings, count}, heir_name(scope), heir_name(scope), expects,
                        COUNT(expects));
}

/* Some server of the serving site writes to the new principal. */
static enum step_state observe_connected(const struct step_scope *scope, const struct sending *sending,
                                         const char **ret_why)
{
    const struct topology_site *site = scope->cast.serving;
    const struct instance_snapshot *copy = heir(scope, sending);
    bool seen = false;

    for (size_t i = 0; site && i < site->chat_server_count; i++) {
        const enum ping_seen ping = seen_ping(scope, copy, site->chat_servers[i].fqdn);

        if (ping == PING_MOVES)
            return say(scope, ret_why, STEP_DONE, "%s writes to %s", site->chat_servers[i].name, copy->name);
        seen |= ping == PING_STILL;
    }
    return say(scope, ret_why, seen ? STEP_IN_PROGRESS : STEP_UNKNOWN, "%s %s", sending->target,
               seen ? "is not written to yet" : "does not say who writes to it");
}

const struct step step_connected = {
    .id = "connected",
    .title = "wait for the chat servers to come back",
    .effect = "users chat again",
    .phase = PHASE_AFTER,
    .timeout_s = 300,
    .usual_s = 30,
    .make = make_connected,
    .observe = observe_connected,
};
