/*
 * A copy that returned after a failover is kept from being written to; and the way back.
 */
#include "act/plan/steps_parts.h"
#include "assess/host_view.h"
#include "assess/windows_service.h"
#include "assess/words.h"

#include <string.h>

/* ---- which side ---- */

static enum part left_part(const struct step_scope *scope, size_t index)
{
    enum part parts[2];

    fence_parts(scope->look, parts);
    return parts[index];
}

static const struct topology_site *left_site(const struct step_scope *scope)
{
    return fence_is_of_standby(scope->look) ? scope->cast.standby : scope->cast.serving;
}

/* ---- T-SQL to each copy of it ---- */

/* What is done already when the plan is made is not in it: otherwise it would seem done by somebody else. */
static int each_copy(const struct making *making, const char *script, bool makes_writable,
                     enum step_state (*observe)(const struct step_scope *scope, const struct sending *sending,
                                                const char **ret_why))
{
    const struct step_scope *scope = making->scope;

    for (size_t i = 0; i < 2; i++) {
        const enum part part = left_part(scope, i);
        const struct topology_sql *instance = scope->cast.parts[part];
        const char *why;

        if (!instance || !instance_seen(seen_part(scope, part)))
            continue; /* it is fenced by being away, or it cannot be reached */
        if (observe(scope, &(struct sending){.target = instance->name, .subject = ""}, &why) == STEP_DONE)
            continue;
        if (sending_sql(making, &(struct sql_sending){.kind = SENDING_SQL,
                                                      .part = part,
                                                      .script = script,
                                                      .makes_writable = makes_writable}) != 0)
            return -1;
    }
    return 0;
}

/* ---- jobs ---- */

static enum step_state judge_job(const struct step_scope *scope, const struct sending *sending,
                                 int64_t wanted, const char **ret_why)
{
    const struct instance_snapshot *copy = seen_target(scope, sending);
    const struct job_fact *job = seen_job(copy, "backup");

    if (!instance_seen(copy) || copy->job.sighting.sight != SIGHT_SEEN)
        return say(scope, ret_why, STEP_UNKNOWN, "the jobs of %s are not seen", sending->target);
    if (!job)
        return say(scope, ret_why, STEP_DONE, "%s ships no logs", copy->name);
    if (!wanted && fact_is(job->running, 1))
        return say(scope, ret_why, STEP_NEEDED, "%s runs", job->name ? job->name : "LSBackup");
    return say(scope, ret_why, fact_is(job->enabled, wanted) ? STEP_DONE : STEP_NEEDED, "%s is %s",
               job->name ? job->name : "LSBackup", fact_is(job->enabled, 0) ? "disabled" : "enabled");
}

static enum step_state observe_fence_jobs(const struct step_scope *scope, const struct sending *sending,
                                          const char **ret_why)
{
    return judge_job(scope, sending, 0, ret_why);
}

static int make_fence_jobs(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return each_copy(&(struct making){scope, sendings, count}, "fence/01-jobs.sql", false,
                     observe_fence_jobs);
}

const struct step step_fence_jobs = {
    .id = "jobs",
    .title = "stop LSBackup of the returned copy",
    .effect = "nothing changes for users of the copy that serves",
    .phase = PHASE_CUT,
    .timeout_s = 60,
    .usual_s = 5,
    .best_effort = true,
    .make = make_fence_jobs,
    .observe = observe_fence_jobs,
};

/* ---- mirroring ---- */

enum step_state observe_partner_off(const struct step_scope *scope, const struct sending *sending,
                                    const char **ret_why)
{
    const struct instance_snapshot *copy = seen_target(scope, sending);

    if (FACT_NONE(copy, mirroring) ||
        (FACT(copy, mirroring) && !FACT(copy, mirroring)->mirroring_guid && !FACT(copy, mirroring)->role))
        return say(scope, ret_why, STEP_DONE, "%s is not mirrored", copy->name);
    if (!FACT(copy, mirroring))
        return say(scope, ret_why, STEP_UNKNOWN, "the mirroring of %s is not seen", sending->target);
    return say(scope, ret_why, STEP_NEEDED, "%s is mirrored", copy->name);
}

/* One partner ends the session for both; the one that is open, if any. */
static int make_fence_partner(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const struct making making = {scope, sendings, count};
    struct sending *both = NULL;
    size_t both_count = 0, chosen = 0;

    if (each_copy(&(struct making){scope, &both, &both_count}, "fence/02-partner.sql", false,
                  observe_partner_off) != 0)
        return -1;
    for (size_t i = 0; i < both_count; i++)
        if (seen_stand(seen_target(scope, &both[i])) == STAND_WRITABLE)
            chosen = i;
    if (both_count)
        *(struct sending *)arena_push(scope->arena, making.sendings, making.count, sizeof(*both)) =
            both[chosen];
    return 0;
}

const struct step step_fence_partner = {
    .id = "partner",
    .title = "end the mirroring of the returned copy",
    .effect = "nothing changes for users of the copy that serves",
    .phase = PHASE_CUT,
    .timeout_s = 60,
    .usual_s = 5,
    .make = make_fence_partner,
    .observe = observe_partner_off,
};

/* ---- read-only ---- */

static enum step_state observe_read_only(const struct step_scope *scope, const struct sending *sending,
                                         const char **ret_why)
{
    static const enum step_state states[] = {
        [STAND_UNSEEN] = STEP_UNKNOWN,    [STAND_ABSENT] = STEP_DONE,
        [STAND_RESTORING] = STEP_DONE,    [STAND_STANDBY] = STEP_DONE,
        [STAND_MIRROR] = STEP_IMPOSSIBLE, [STAND_OPENING] = STEP_IN_PROGRESS,
        [STAND_WRITABLE] = STEP_NEEDED,   [STAND_CLOSED] = STEP_NEEDED,
        [STAND_READ_ONLY] = STEP_DONE,    [STAND_BROKEN] = STEP_IMPOSSIBLE,
        [STAND_OFFLINE] = STEP_DONE,
    };
    const struct instance_snapshot *copy = seen_target(scope, sending);

    return say(scope, ret_why, states[seen_stand(copy)], "%s", seen_not(scope, copy));
}

/* The mirror is left restoring by the step before. */
static int make_read_only(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    struct sending *both = NULL;
    size_t both_count = 0;

    if (each_copy(&(struct making){scope, &both, &both_count}, "fence/03-read-only.sql", false,
                  observe_read_only) != 0)
        return -1;
    for (size_t i = 0; i < both_count; i++)
        if (seen_stand(seen_target(scope, &both[i])) != STAND_MIRROR)
            *(struct sending *)arena_push(scope->arena, sendings, count, sizeof(*both)) = both[i];
    return 0;
}

const struct step step_fence_read_only = {
    .id = "read-only",
    .title = "make the returned copy read-only",
    .effect = "whoever still writes to it is ended; users of the copy that serves notice nothing",
    .phase = PHASE_CUT,
    .timeout_s = 120,
    .usual_s = 5,
    .make = make_read_only,
    .observe = observe_read_only,
};

/* ---- services ---- */

static int each_server(const struct making *making, const char *script, int64_t limit_s)
{
    const struct step_scope *scope = making->scope;
    const struct topology_site *site = left_site(scope);
    const struct script_value values[] = {
        SCRIPT_TEXT("chat", scope->pool->settings.chat_executable),
        SCRIPT_TEXT("compliance", scope->pool->settings.compliance_executable),
    };

    for (size_t i = 0; site && i < site->chat_server_count; i++) {
        const struct topology_host *server = &site->chat_servers[i];
        const struct host_snapshot *host = seen_host(scope, HOST_CHAT_SERVER, server->name);

        if (!host || host_answers(host) == ANSWER_NO)
            continue; /* it is away: nothing can be told to it */
        if (sending_ps(making, &(struct ps_sending){.host = server,
                                                    .script = script,
                                                    .subject = server->name,
                                                    .limit_s = limit_s,
                                                    .values = values,
                                                    .value_count = COUNT(values)}) != 0)
            return -1;
    }
    return 0;
}

const struct service_fact *seen_service_unlike(const struct step_scope *scope, const char *server,
                                               const char *state, const char *start_mode, bool *ret_seen)
{
    const struct settings *settings = &scope->look->snapshot->settings;
    const struct host_snapshot *host = seen_host(scope, HOST_CHAT_SERVER, server);

    *ret_seen = host && host->service.sighting.sight == SIGHT_SEEN;
    for (size_t i = 0; *ret_seen && i < host->service.count; i++) {
        const struct service_fact *row = &host->service.rows[i];

        if (!service_is(row, settings->chat_executable, settings->chat_display_name) &&
            !service_is(row, settings->compliance_executable, settings->compliance_display_name))
            continue;
        if ((state && !words_equal(row->state, state)) ||
            (start_mode && !words_equal(row->start_mode, start_mode)))
            return row;
    }
    return NULL;
}

static enum step_state judge_services(const struct step_scope *scope, const struct sending *sending,
                                      const char *state, const char *start_mode, const char **ret_why)
{
    bool seen;
    const struct service_fact *unlike = seen_service_unlike(scope, sending->target, state, start_mode, &seen);

    if (!seen)
        return say(scope, ret_why, STEP_UNKNOWN, "the services of %s are not seen", sending->target);
    if (unlike)
        return say(scope, ret_why, STEP_NEEDED, "%s on %s is %s, start mode %s",
                   unlike->name ? unlike->name : "a chat service", sending->target,
                   words_lower(scope->arena, unlike->state), words_lower(scope->arena, unlike->start_mode));
    return say(scope, ret_why, STEP_DONE, "the chat services of %s are so", sending->target);
}

static int make_fence_services(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return each_server(&(struct making){scope, sendings, count}, "fence/04-services.ps1",
                       step_fence_services.timeout_s);
}

static enum step_state observe_fence_services(const struct step_scope *scope, const struct sending *sending,
                                              const char **ret_why)
{
    return judge_services(scope, sending, "Stopped", "Disabled", ret_why);
}

const struct step step_fence_services = {
    .id = "services",
    .title = "stop and disable the returned site's chat services",
    .effect = "whoever is still connected there is disconnected",
    .phase = PHASE_CUT,
    .timeout_s = 180,
    .usual_s = 30,
    .best_effort = true,
    .together = true,
    .make = make_fence_services,
    .observe = observe_fence_services,
};

/* ---- unfence ---- */

static enum step_state observe_read_write(const struct step_scope *scope, const struct sending *sending,
                                          const char **ret_why)
{
    const struct instance_snapshot *copy = seen_target(scope, sending);
    const enum copy_stand stand = seen_stand(copy);
    const enum step_state state = stand == STAND_READ_ONLY                           ? STEP_NEEDED
                                  : stand == STAND_WRITABLE || stand == STAND_CLOSED ? STEP_DONE
                                  : stand == STAND_UNSEEN                            ? STEP_UNKNOWN
                                                                                     : STEP_IMPOSSIBLE;

    return say(scope, ret_why, state, "%s", seen_not(scope, copy));
}

/* Only what the fence made read-only, wherever it stands. */
static int make_read_write(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    for (enum part part = PART_A; part < PART_WITNESS; part++)
        if (seen_stand(seen_part(scope, part)) == STAND_READ_ONLY &&
            sending_sql(&(struct making){scope, sendings, count},
                        &(struct sql_sending){.kind = SENDING_SQL,
                                              .part = part,
                                              .script = "unfence/01-read-write.sql",
                                              .makes_writable = true}) != 0)
            return -1;
    return 0;
}

const struct step step_read_write = {
    .id = "read-write",
    .title = "make the fenced copy writable",
    .effect = "chat servers can write to it again",
    .phase = PHASE_COMMIT,
    .timeout_s = 120,
    .usual_s = 5,
    .make = make_read_write,
    .observe = observe_read_write,
};

static enum step_state observe_unfence_jobs(const struct step_scope *scope, const struct sending *sending,
                                            const char **ret_why)
{
    return judge_job(scope, sending, 1, ret_why);
}

static int make_unfence_jobs(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return each_copy(&(struct making){scope, sendings, count}, "unfence/02-jobs.sql", false,
                     observe_unfence_jobs);
}

const struct step step_unfence_jobs = {
    .id = "jobs",
    .title = "let LSBackup run again",
    .effect = "nothing changes for users",
    .phase = PHASE_AFTER,
    .timeout_s = 60,
    .usual_s = 5,
    .best_effort = true,
    .make = make_unfence_jobs,
    .observe = observe_unfence_jobs,
};

static int make_unfence_services(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return each_server(&(struct making){scope, sendings, count}, "unfence/03-services.ps1",
                       step_unfence_services.timeout_s);
}

static enum step_state observe_unfence_services(const struct step_scope *scope, const struct sending *sending,
                                                const char **ret_why)
{
    return judge_services(scope, sending, NULL, "Auto", ret_why);
}

const struct step step_unfence_services = {
    .id = "services",
    .title = "enable the site's chat services",
    .effect = "they start with the next boot, or by hand",
    .phase = PHASE_AFTER,
    .timeout_s = 120,
    .usual_s = 10,
    .best_effort = true,
    .together = true,
    .make = make_unfence_services,
    .observe = observe_unfence_services,
};
