/*
 * The standby's log shipping is exported, put to rest and removed; then its copy is recovered.
 */
#include "act/judge/ledger_words.h"
#include "act/plan/steps_parts.h"
#include "assess/words.h"

#include <string.h>

/* ---- export ---- */

static int make_export(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    static const struct {
        const char *script, *table;
    } rows[] = {
        {"failover/02-export-secondary.sql", "log_shipping_secondary"},
        {"failover/02-export-database.sql", "log_shipping_secondary_databases"},
        {"failover/02-export-monitor.sql", "log_shipping_monitor_secondary"},
        {"failover/02-export-jobs.sql", "jobs"},
        {"failover/02-export-schedules.sql", "schedules"},
    };
    const struct making making = {scope, sendings, count};

    /* An empty export would hide the one that an earlier run made before it removed the rows. */
    if (FACT_NONE(seen_part(scope, PART_B), ls_secondary))
        return 0;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (sending_sql(&making, &(struct sql_sending){.kind = SENDING_LEDGER,
                                                       .part = PART_B,
                                                       .script = rows[i].script,
                                                       .subject = rows[i].table}) != 0)
            return -1;
    return 0;
}

enum step_state observe_export(const struct step_scope *scope, const struct sending *sending,
                               const char **ret_why)
{
    const struct instance_snapshot *owner = seen_target(scope, sending);
    const struct act_facts *acts = seen_acts(scope, owner);

    if (!acts || acts->ledger_note.sighting.sight != SIGHT_SEEN)
        return say(scope, ret_why, STEP_UNKNOWN, "the ledger of %s is not seen", sending->target);
    for (size_t i = 0; i < acts->ledger_note.count; i++) {
        const struct ledger_note_fact *note = &acts->ledger_note.rows[i];

        if (words_equal(note->kind, NOTE_EXPORT) && fact_is(note->run, scope->run) &&
            words_equal(note->object, sending->subject))
            return say(scope, ret_why, STEP_DONE, "%s is in the ledger", sending->subject);
    }
    return say(scope, ret_why, STEP_NEEDED, "%s is not in the ledger yet", sending->subject);
}

const struct step step_export = {
    .id = "export",
    .title = "export log shipping",
    .effect = "nothing changes for users",
    .phase = PHASE_PREPARE,
    .timeout_s = 60,
    .usual_s = 2,
    .make = make_export,
    .observe = observe_export,
};

/* ---- quiesce ---- */

static int make_quiesce(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const struct instance_snapshot *standby = seen_part(scope, PART_B);

    if (FACT_NONE(standby, ls_secondary))
        return 0;
    return sending_sql(
        &(struct making){scope, sendings, count},
        &(struct sql_sending){.kind = SENDING_SQL, .part = PART_B, .script = "failover/03-quiesce.sql"});
}

static enum step_state observe_quiesce(const struct step_scope *scope, const struct sending *sending,
                                       const char **ret_why)
{
    static const char *const kinds[] = {"copy", "restore"};
    const struct instance_snapshot *standby = seen_target(scope, sending);

    if (!instance_seen(standby) || standby->job.sighting.sight != SIGHT_SEEN)
        return say(scope, ret_why, STEP_UNKNOWN, "the jobs of %s are not seen", sending->target);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        const struct job_fact *job = seen_job(standby, kinds[i]);

        if (job && (!fact_is(job->enabled, 0) || !fact_is(job->running, 0)))
            return say(scope, ret_why, STEP_NEEDED, "%s is %s", job->name ? job->name : kinds[i],
                       fact_is(job->running, 1) ? "running" : "enabled");
    }
    return say(scope, ret_why, STEP_DONE, "no job copies or restores on %s", standby->name);
}

/* One that runs may be ours: it copies once more. */
static bool quiesce_undone(const struct step_scope *scope, const struct sending *sending,
                           const char **ret_why)
{
    static const char *const kinds[] = {"copy", "restore"};
    const struct instance_snapshot *standby = seen_target(scope, sending);

    for (size_t i = 0; i < COUNT(kinds); i++) {
        const struct job_fact *job = seen_job(standby, kinds[i]);

        if (job && fact_is(job->enabled, 1)) {
            *ret_why = arena_format(scope->arena, "%s is enabled", job->name ? job->name : kinds[i]);
            return true;
        }
    }
    return false;
}

const struct step step_quiesce = {
    .id = "quiesce",
    .title = "stop LSCopy and LSRestore",
    .effect = "nothing changes for users; undo: they are enabled again",
    .phase = PHASE_PREPARE,
    .timeout_s = 120,
    .usual_s = 5,
    .make = make_quiesce,
    .observe = observe_quiesce,
    .undone = quiesce_undone,
    .undo = put_back_jobs,
};

/* ---- remove ---- */

static int make_remove(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    if (FACT_NONE(seen_part(scope, PART_B), ls_secondary))
        return 0;
    return sending_sql(
        &(struct making){scope, sendings, count},
        &(struct sql_sending){.kind = SENDING_SQL, .part = PART_B, .script = "failover/06-remove.sql"});
}

static enum step_state observe_remove(const struct step_scope *scope, const struct sending *sending,
                                      const char **ret_why)
{
    const struct instance_snapshot *standby = seen_target(scope, sending);

    if (FACT_NONE(standby, ls_secondary))
        return say(scope, ret_why, STEP_DONE, "%s receives no logs any more", standby->name);
    if (FACT(standby, ls_secondary))
        return say(scope, ret_why, STEP_NEEDED, "%s is set up to receive logs", standby->name);
    return say(scope, ret_why, STEP_UNKNOWN, "the log shipping of %s is not seen", sending->target);
}

static bool remove_undone(const struct step_scope *scope, const struct sending *sending, const char **ret_why)
{
    *ret_why = arena_format(scope->arena, "%s is set up to receive logs", sending->target);
    return FACT(seen_target(scope, sending), ls_secondary) != NULL;
}

const struct step step_remove = {
    .id = "remove",
    .title = "end log shipping",
    .microsoft = "failover 1",
    .effect = "nothing changes for users; undo: it is set up again from what was exported",
    .phase = PHASE_CUT,
    .timeout_s = 120,
    .usual_s = 5,
    .make = make_remove,
    .observe = observe_remove,
    .undone = remove_undone,
    .undo = put_back_shipping,
};

/* ---- recover ---- */

static int make_recover(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return sending_sql(&(struct making){scope, sendings, count},
                       &(struct sql_sending){.kind = SENDING_SQL,
                                             .part = PART_B,
                                             .script = "failover/07-recover.sql",
                                             .makes_writable = true});
}

static enum step_state observe_recover(const struct step_scope *scope, const struct sending *sending,
                                       const char **ret_why)
{
    static const enum step_state states[] = {
        [STAND_UNSEEN] = STEP_UNKNOWN,       [STAND_ABSENT] = STEP_IMPOSSIBLE,
        [STAND_RESTORING] = STEP_NEEDED,     [STAND_STANDBY] = STEP_NEEDED,
        [STAND_MIRROR] = STEP_IMPOSSIBLE,    [STAND_OPENING] = STEP_IN_PROGRESS,
        [STAND_WRITABLE] = STEP_DONE,        [STAND_CLOSED] = STEP_IN_PROGRESS,
        [STAND_READ_ONLY] = STEP_IMPOSSIBLE, [STAND_BROKEN] = STEP_IMPOSSIBLE,
        [STAND_OFFLINE] = STEP_IMPOSSIBLE,
    };
    const struct instance_snapshot *copy = seen_target(scope, sending);
    enum step_state state = states[seen_stand(copy)];

    if (state == STEP_NEEDED &&
        (seen_request(scope, copy, "RESTORE") || seen_request(scope, copy, "DB STARTUP")))
        return say(scope, ret_why, STEP_IN_PROGRESS, "a RESTORE works on %s", copy->name);
    return say(scope, ret_why, state, "%s", seen_not(scope, copy));
}

const struct step step_recover = {
    .id = "recover",
    .title = "bring the chat database online",
    .microsoft = "failover 4",
    .effect = "no way back: no log backup can be restored any more",
    .phase = PHASE_COMMIT,
    .timeout_s = 1800,
    .usual_s = 60,
    .may_be_long = true,
    .make = make_recover,
    .observe = observe_recover,
};
