/*
 * After a planned move logs are shipped the other way: the copy that serves now ships, the one that served
 * before follows.  It needs no seed: its tail ended where the other took over.
 */
#include "act/plan/steps_parts.h"
#include "assess/words.h"

#include <string.h>

/* ---- the servers that are left ---- */

static int make_idle(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return each_left_server(scope, "failover/10-start.ps1", step_idle.timeout_s, sendings, count);
}

const struct step step_idle = {
    .id = "idle",
    .title = "start the chat services of the site that was left",
    .effect = "these servers stand by; they take no users",
    .phase = PHASE_AFTER,
    .timeout_s = 300,
    .usual_s = 60,
    .best_effort = true,
    .make = make_idle,
    .observe = observe_service_runs,
};

/* ---- the old way ends ---- */

static int make_unship(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    static const enum part partners[] = {PART_A, PART_A_MIRROR};

    for (size_t i = 0; i < COUNT(partners); i++)
        if (FACT(seen_part(scope, partners[i]), ls_primary) &&
            sending_sql(&(struct making){scope, sendings, count},
                        &(struct sql_sending){.kind = SENDING_SQL,
                                              .part = partners[i],
                                              .script = "switchover/05-unship.sql"}) != 0)
            return -1;
    return 0;
}

static enum step_state observe_unship(const struct step_scope *scope, const struct sending *sending,
                                      const char **ret_why)
{
    const struct instance_snapshot *copy = seen_target(scope, sending);

    if (FACT_NONE(copy, ls_primary))
        return say(scope, ret_why, STEP_DONE, "%s ships no logs any more", copy->name);
    if (FACT(copy, ls_primary))
        return say(scope, ret_why, STEP_NEEDED, "%s is set up to ship logs", copy->name);
    return say(scope, ret_why, STEP_UNKNOWN, "the log shipping of %s is not seen", sending->target);
}

const struct step step_unship = {
    .id = "unship",
    .title = "end log shipping from the site that was left",
    .effect = "nothing changes for users",
    .phase = PHASE_AFTER,
    .timeout_s = 120,
    .usual_s = 5,
    .best_effort = true,
    .make = make_unship,
    .observe = observe_unship,
};

/* ---- the new way ---- */

static const char *server_name(const struct step_scope *scope, enum part part)
{
    const struct server_fact *server = FACT(seen_part(scope, part), server);

    return server ? server->server_name : NULL;
}

/* Both halves need the names of both, a share, and a folder to copy to. */
static bool can_be_shipped(const struct step_scope *scope)
{
    const struct topology_acting *acting = scope->pool->acting;

    return acting && acting->copy_folder && scope->pool->share && server_name(scope, PART_A) &&
           server_name(scope, PART_B);
}

static const char *minutes(const struct step_scope *scope)
{
    return arena_format(scope->arena, "%lld", (long long)scope->pool->acting->ship_every_min);
}

static int make_ship(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    if (!can_be_shipped(scope))
        return 0;
    const struct script_value values[] = {
        SCRIPT_TEXT("share", scope->pool->share),
        SCRIPT_TEXT("secondary_server", server_name(scope, PART_A)),
        SCRIPT_TEXT("minutes", minutes(scope)),
    };

    return sending_sql(&(struct making){scope, sendings, count},
                       &(struct sql_sending){.kind = SENDING_SQL,
                                             .part = PART_B,
                                             .script = "switchover/06-ship.sql",
                                             .values = values,
                                             .value_count = COUNT(values)});
}

static enum step_state observe_ship(const struct step_scope *scope, const struct sending *sending,
                                    const char **ret_why)
{
    const struct instance_snapshot *copy = seen_target(scope, sending);
    const struct ls_primary_fact *row = FACT(copy, ls_primary);
    const struct job_fact *job = seen_job(copy, "backup");

    if (!row && !FACT_NONE(copy, ls_primary))
        return say(scope, ret_why, STEP_UNKNOWN, "the log shipping of %s is not seen", sending->target);
    if (!row || !job || !fact_is(job->enabled, 1))
        return say(scope, ret_why, STEP_NEEDED, "%s ships no logs", copy->name);
    return say(scope, ret_why, STEP_DONE, "%s ships its logs", copy->name);
}

const struct step step_ship = {
    .id = "ship",
    .title = "ship the logs of the copy that serves",
    .effect = "nothing changes for users",
    .phase = PHASE_AFTER,
    .timeout_s = 300,
    .usual_s = 10,
    .make = make_ship,
    .observe = observe_ship,
};

/* Fenced once, or stopped for a move, it would not ship when it takes over by itself.  No plan fails for what
 * is not seen of it. */
static int make_ship_mirror(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const struct instance_snapshot *mirror = seen_part(scope, PART_B_MIRROR);
    const struct job_fact *job = seen_job(mirror, "backup");

    if (!can_be_shipped(scope) || !server_name(scope, PART_B_MIRROR) || !job || fact_is(job->enabled, 1) ||
        (!is_to_be_mirrored(scope) && seen_stand(mirror) != STAND_MIRROR))
        return 0;
    return sending_sql(
        &(struct making){scope, sendings, count},
        &(struct sql_sending){.kind = SENDING_SQL, .part = PART_B_MIRROR, .script = "unfence/02-jobs.sql"});
}

/* What was left restoring must not ship, should somebody open it.  Before the guard it is no mirror yet. */
static bool mirrors_not(const struct step_scope *scope, const struct instance_snapshot *mirror)
{
    return seen_stand(seen_part(scope, PART_B)) == STAND_WRITABLE && seen_stand(mirror) != STAND_MIRROR;
}

static enum step_state observe_ship_mirror(const struct step_scope *scope, const struct sending *sending,
                                           const char **ret_why)
{
    const struct instance_snapshot *mirror = seen_target(scope, sending);

    if (instance_seen(mirror) && mirrors_not(scope, mirror))
        return say(scope, ret_why, STEP_IMPOSSIBLE,
                   "%s is no mirror: once it is, a person enables its LSBackup", mirror->name);
    return observe_ship(scope, sending, ret_why);
}

/* A mirror that goes away meanwhile keeps nobody from coming home. */
const struct step step_ship_mirror = {
    .id = "ship-mirror",
    .title = "let its mirror ship when it takes over",
    .effect = "nothing changes for users",
    .phase = PHASE_AFTER,
    .timeout_s = 60,
    .usual_s = 5,
    .best_effort = true,
    .aside = true,
    .make = make_ship_mirror,
    .observe = observe_ship_mirror,
};

static int make_receive(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    if (!can_be_shipped(scope))
        return 0;
    const struct script_value values[] = {
        SCRIPT_TEXT("share", scope->pool->share),
        SCRIPT_TEXT("folder", scope->pool->acting->copy_folder),
        SCRIPT_TEXT("primary_server", server_name(scope, PART_B)),
        SCRIPT_TEXT("minutes", minutes(scope)),
    };

    return sending_sql(&(struct making){scope, sendings, count},
                       &(struct sql_sending){.kind = SENDING_SQL,
                                             .part = PART_A,
                                             .script = "switchover/07-receive.sql",
                                             .values = values,
                                             .value_count = COUNT(values)});
}

static enum step_state observe_receive(const struct step_scope *scope, const struct sending *sending,
                                       const char **ret_why)
{
    static const char *const kinds[] = {"copy", "restore"};
    const struct instance_snapshot *copy = seen_target(scope, sending);

    if (!FACT(copy, ls_secondary) && !FACT_NONE(copy, ls_secondary))
        return say(scope, ret_why, STEP_UNKNOWN, "the log shipping of %s is not seen", sending->target);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        const struct job_fact *job = seen_job(copy, kinds[i]);

        if (!job || !fact_is(job->enabled, 1))
            return say(scope, ret_why, STEP_NEEDED, "%s receives no logs", copy->name);
    }
    return say(scope, ret_why, STEP_DONE, "%s receives logs", copy->name);
}

const struct step step_receive = {
    .id = "receive",
    .title = "let the copy that was left follow",
    .effect = "nothing changes for users",
    .phase = PHASE_AFTER,
    .timeout_s = 300,
    .usual_s = 10,
    .make = make_receive,
    .observe = observe_receive,
};

/* ---- proof ---- */

static int make_shipped(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    static const struct {
        const char *script, *subject;
    } rows[] = {{"failover/04-copy.sql", "LSCopy"}, {"switchover/08-restore.sql", "LSRestore"}};

    for (size_t i = 0; can_be_shipped(scope) && i < COUNT(rows); i++)
        if (sending_sql(&(struct making){scope, sendings, count},
                        &(struct sql_sending){.kind = SENDING_SQL,
                                              .part = PART_A,
                                              .script = rows[i].script,
                                              .subject = rows[i].subject}) != 0)
            return -1;
    return 0;
}

/* Of this way: the rows are new with it. */
static enum step_state observe_shipped(const struct step_scope *scope, const struct sending *sending,
                                       const char **ret_why)
{
    const struct instance_snapshot *copy = seen_target(scope, sending);
    const struct ls_secondary_fact *row = FACT(copy, ls_secondary);
    const bool copies = strcmp(sending->subject, "LSCopy") == 0;
    const struct job_fact *job = seen_job(copy, copies ? "copy" : "restore");
    const char *file = !row ? NULL : copies ? row->last_copied_file : row->last_restored_file;

    if (file && *file)
        return say(scope, ret_why, STEP_DONE, "%s is %s", file, copies ? "copied" : "restored");
    if (job && fact_is(job->running, 1))
        return say(scope, ret_why, STEP_IN_PROGRESS, "%s runs", job->name ? job->name : sending->subject);
    if (!row)
        return say(scope, ret_why, STEP_UNKNOWN, "the log shipping of %s is not seen", sending->target);
    return say(scope, ret_why, STEP_NEEDED, "nothing is %s on %s yet", copies ? "copied" : "restored",
               copy->name);
}

/* It comes about by itself, with the next run of the jobs: nobody waits for it. */
const struct step step_shipped = {
    .id = "shipped",
    .title = "see a log backup arrive",
    .effect = "nothing changes for users",
    .phase = PHASE_AFTER,
    .timeout_s = 180,
    .usual_s = 30,
    .best_effort = true,
    .make = make_shipped,
    .observe = observe_shipped,
};
