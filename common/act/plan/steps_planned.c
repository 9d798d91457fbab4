/*
 * A planned move, up to the guard: the way of the tail is tried while the serving copy A still serves; then
 * nobody is served, and A is closed by its own tail, which B restores.
 */
#include "act/plan/steps_parts.h"
#include "assess/copies.h"
#include "assess/log_file.h"
#include "assess/words.h"

#include <string.h>

static const enum part partners[] = {PART_A, PART_A_MIRROR};

/* Of a run that has opened the other copy, or where people have, nothing of the way there is left to do. */
static bool is_over(const struct step_scope *scope)
{
    return seen_stand(seen_part(scope, PART_B)) == STAND_WRITABLE;
}

/* ---- tails ---- */

enum { TAILS_MOST = 20 };

/* "mgc_tail_run7.trn"; of a copy that was opened again by a run that was put back in part, and then went on:
 * "mgc_tail_2_run7.trn": one that the other site has not restored yet is never written over. */
static const char *tail_file(const struct step_scope *scope, int number)
{
    return share_file(scope, number == 1 ? "tail" : arena_format(scope->arena, "tail_%d", number));
}

/* The one that closes A, or has closed it. */
static int tail_number(const struct step_scope *scope)
{
    const struct instance_snapshot *copy = seen_part(scope, PART_A);
    int number = 1;

    while (number < TAILS_MOST && was_backed_up(copy, tail_file(scope, number)))
        number++;
    return number > 1 && seen_stand(copy) != STAND_WRITABLE ? number - 1 : number;
}

/* ---- LSBackup ---- */

/* Of A and A', where it is set up. */
static int each_shipper(const struct making *making, const char *script, enum sending_kind kind,
                        const char *subject)
{
    for (size_t i = 0; i < COUNT(partners); i++)
        if (seen_job(seen_part(making->scope, partners[i]), "backup") &&
            sending_sql(making,
                        &(struct sql_sending){
                            .kind = kind, .part = partners[i], .script = script, .subject = subject}) != 0)
            return -1;
    return 0;
}

static int make_planned_export(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return each_shipper(&(struct making){scope, sendings, count}, "switchover/01-export.sql", SENDING_LEDGER,
                        "backup_jobs");
}

const struct step step_planned_export = {
    .id = "export-jobs",
    .title = "export the log backup jobs",
    .effect = "nothing changes for users",
    .phase = PHASE_PREPARE,
    .timeout_s = 60,
    .usual_s = 2,
    .make = make_planned_export,
    .observe = observe_export,
};

static int make_ship_off(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return each_shipper(&(struct making){scope, sendings, count}, "fence/01-jobs.sql", SENDING_SQL, "");
}

static enum step_state observe_ship_off(const struct step_scope *scope, const struct sending *sending,
                                        const char **ret_why)
{
    const struct instance_snapshot *copy = seen_target(scope, sending);
    const struct job_fact *job = seen_job(copy, "backup");

    if (!instance_seen(copy) || copy->job.sighting.sight != SIGHT_SEEN)
        return say(scope, ret_why, STEP_UNKNOWN, "the jobs of %s are not seen", sending->target);
    if (job && (!fact_is(job->enabled, 0) || fact_is(job->running, 1)))
        return say(scope, ret_why, STEP_NEEDED, "%s is %s", job->name ? job->name : "LSBackup",
                   fact_is(job->running, 1) ? "running" : "enabled");
    return say(scope, ret_why, STEP_DONE, "%s backs up no log by itself", copy->name);
}

static bool ship_off_undone(const struct step_scope *scope, const struct sending *sending,
                            const char **ret_why)
{
    const struct job_fact *job = seen_job(seen_target(scope, sending), "backup");

    if (!job || !fact_is(job->enabled, 1))
        return false;
    *ret_why = arena_format(scope->arena, "%s is enabled", job->name ? job->name : "LSBackup");
    return true;
}

static int undo_ship_off(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    for (size_t i = 0; i < COUNT(partners); i++) {
        const char *enabled = seen_exported(scope, partners[i], "backup_jobs", "enabled");

        if (enabled && strcmp(enabled, "1") == 0 && seen_job(seen_part(scope, partners[i]), "backup") &&
            sending_sql(&(struct making){scope, sendings, count},
                        &(struct sql_sending){
                            .kind = SENDING_SQL, .part = partners[i], .script = "unfence/02-jobs.sql"}) != 0)
            return -1;
    }
    return 0;
}

const struct step step_ship_off = {
    .id = "ship-off",
    .title = "stop LSBackup",
    .effect = "nothing changes for users; undo: it runs again",
    .phase = PHASE_CUT,
    .timeout_s = 120,
    .usual_s = 5,
    .make = make_ship_off,
    .observe = observe_ship_off,
    .undone = ship_off_undone,
    .undo = undo_ship_off,
};

/* ---- rehearsal ---- */

static int back_up(const struct step_scope *scope, const char *script, const char *file,
                   struct sending **sendings, size_t *count)
{
    const struct script_value values[] = {SCRIPT_TEXT("file", file)};

    if (!file)
        return err_set(scope->err, ERR_CONFIG, "%s: \"share\" is missing, which the tail goes through",
                       scope->pool->fqdn);
    return sending_sql(&(struct making){scope, sendings, count},
                       &(struct sql_sending){.kind = SENDING_SQL,
                                             .part = PART_A,
                                             .script = script,
                                             .subject = log_file_name(file),
                                             .values = values,
                                             .value_count = COUNT(values),
                                             .expects = values,
                                             .expect_count = COUNT(values)});
}

static int make_rehearsal(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    if (is_over(scope))
        return 0;
    return back_up(scope, "switchover/02-rehearsal.sql", share_file(scope, "rehearsal"), sendings, count);
}

/* Of a copy that is closed already none is to be had, and none is needed. */
static enum step_state observe_rehearsal(const struct step_scope *scope, const struct sending *sending,
                                         const char **ret_why)
{
    const struct instance_snapshot *copy = seen_target(scope, sending);

    if (seen_log_file(scope, sending->subject) || was_backed_up(copy, sending_says(scope, sending, "file")))
        return say(scope, ret_why, STEP_DONE, "%s is there", sending->subject);
    if (!instance_seen(copy))
        return say(scope, ret_why, STEP_UNKNOWN, "%s", seen_not(scope, copy));
    if (seen_stand(copy) == STAND_RESTORING)
        return say(scope, ret_why, STEP_DONE, "%s is closed already", copy->name);
    if (seen_request(scope, copy, "BACKUP LOG"))
        return say(scope, ret_why, STEP_IN_PROGRESS, "%s backs up its log", copy->name);
    return say(scope, ret_why, STEP_NEEDED, "%s is not there", sending->subject);
}

const struct step step_rehearsal = {
    .id = "rehearsal",
    .title = "back the log up while users chat",
    .effect = "nothing changes for users",
    .phase = PHASE_CUT,
    .timeout_s = 600,
    .usual_s = 20,
    .may_be_long = true,
    .make = make_rehearsal,
    .observe = observe_rehearsal,
};

static int make_rehearse(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return is_over(scope) ? 0 : make_apply_file(scope, share_file(scope, "rehearsal"), sendings, count);
}

/* Closed without one: nothing of it is to be restored. */
static enum step_state observe_rehearse(const struct step_scope *scope, const struct sending *sending,
                                        const char **ret_why)
{
    const bool is_closed = seen_stand(seen_part(scope, PART_A)) == STAND_RESTORING;

    return observe_apply_file(scope, sending, is_closed ? STEP_DONE : STEP_UNKNOWN, ret_why);
}

/* The log backup that A has in that file, where it is what B must restore next; NULL: it is not. */
static const struct backup_fact *next_for_standby(const struct step_scope *scope, const char *file,
                                                  const struct lsn *redo)
{
    const struct instance_snapshot *source = seen_part(scope, PART_A);

    for (size_t i = 0; FACT(source, backup) && i < source->backup.count; i++) {
        const struct backup_fact *row = &source->backup.rows[i];

        if (words_equal(row->device, file) && lsn_known(&row->first_lsn) && lsn_known(redo) &&
            lsn_compare(&row->first_lsn, redo) <= 0 && lsn_compare(&row->last_lsn, redo) > 0)
            return row;
    }
    return NULL;
}

/* Of those files, in their order, what B must restore next, and after it. */
static int apply_next(const struct step_scope *scope, const char *const *files, size_t file_count,
                      struct sending **sendings, size_t *count)
{
    struct lsn redo = seen_redo(seen_part(scope, PART_B));

    for (size_t i = 0; i < file_count; i++) {
        const struct backup_fact *next = next_for_standby(scope, files[i], &redo);

        if (!next)
            continue;
        if (make_apply_file(scope, files[i], sendings, count) != 0)
            return -1;
        redo = next->last_lsn;
    }
    return 0;
}

/* Tails up to that number. */
static size_t list_tails(const struct step_scope *scope, int last, const char **files)
{
    size_t count = 0;

    for (int number = 1; number <= last; number++)
        files[count++] = tail_file(scope, number);
    return count;
}

/* LSCopy knows its own files alone: without these, what it brings from now on could not be restored.  Of a
 * failback nothing is brought. */
static int undo_rehearse(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const char *files[TAILS_MOST + 1] = {share_file(scope, "rehearsal")};

    if (scope->verb == VERB_FAILBACK)
        return 0;
    return apply_next(scope, files, 1 + list_tails(scope, tail_number(scope), files + 1), sendings, count);
}

const struct step step_rehearse = {
    .id = "rehearse",
    .title = "restore it at the other site",
    .effect =
        "nothing changes for users; where this fails, nobody has lost anything; undo: what was taken is "
        "restored, so that logs can follow",
    .phase = PHASE_CUT,
    .timeout_s = 1800,
    .usual_s = 20,
    .may_be_long = true,
    .alone = true,
    .make = make_rehearse,
    .observe = observe_rehearse,
    .undo = undo_rehearse,
};

/* ---- nobody is served ---- */

static int make_empty(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const struct script_value values[] = {
        SCRIPT_TEXT("property", scope->pool->settings.active_list_property)};

    if (is_over(scope))
        return 0; /* the other servers may be active by then */
    return sending_ps(&(struct making){scope, sendings, count},
                      &(struct ps_sending){.host = scope->cast.management,
                                           .script = "switchover/03-empty.ps1",
                                           .action = "empty",
                                           .limit_s = step_empty.timeout_s,
                                           .values = values,
                                           .value_count = COUNT(values)});
}

static enum step_state observe_empty(const struct step_scope *scope, const struct sending *sending,
                                     const char **ret_why)
{
    const struct store_fact *store = seen_store(scope);

    (void)sending;
    if (store && store->active_servers)
        return say(scope, ret_why, *store->active_servers ? STEP_NEEDED : STEP_DONE,
                   "the active servers are %s", *store->active_servers ? store->active_servers : "none");
    return say(scope, ret_why, STEP_NEEDED,
               "the list cannot be read: it is emptied again, which is harmless");
}

/* A store that cannot be read does not tell whether it was emptied: setting it is harmless. */
static int undo_empty(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const struct store_fact *store = seen_store(scope);

    if (store && store->active_servers && *store->active_servers)
        return 0;
    return send_active(scope, scope->cast.serving, sendings, count);
}

const struct step step_empty = {
    .id = "empty",
    .title = "let no server take users",
    .effect = "the outage begins; undo: the serving site's servers are active again",
    .phase = PHASE_CUT,
    .timeout_s = 180,
    .usual_s = 15,
    .asserted = true,
    .make = make_empty,
    .observe = observe_empty,
    .undo = undo_empty,
};

static int make_stop(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    if (is_over(scope))
        return 0; /* they may run again by then */
    return each_left_server(scope, "switchover/04-stop.ps1", step_stop.timeout_s, sendings, count);
}

static enum step_state observe_stop(const struct step_scope *scope, const struct sending *sending,
                                    const char **ret_why)
{
    bool seen;
    const struct service_fact *running = seen_service_unlike(scope, sending->target, "Stopped", NULL, &seen);

    if (!seen)
        return say(scope, ret_why, STEP_UNKNOWN, "the services of %s are not seen", sending->target);
    if (running)
        return say(scope, ret_why, STEP_NEEDED, "%s on %s is %s", running->name ? running->name : "chat",
                   sending->target, words_lower(scope->arena, running->state));
    return say(scope, ret_why, STEP_DONE, "the chat services of %s are stopped", sending->target);
}

static int undo_stop(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return each_left_server(scope, "failover/10-start.ps1", step_stop.timeout_s, sendings, count);
}

/* Whoever does not stop is found by the next step, in the database. */
const struct step step_stop = {
    .id = "stop",
    .title = "stop the serving site's chat services",
    .effect = "whoever is still connected there is disconnected; undo: they start again",
    .phase = PHASE_CUT,
    .timeout_s = 180,
    .usual_s = 30,
    .best_effort = true,
    .make = make_stop,
    .observe = observe_stop,
    .undo = undo_stop,
};

/* ---- quiet ---- */

static const char *name_of(const struct step_scope *scope, enum part part)
{
    return scope->cast.parts[part] ? scope->cast.parts[part]->name : part_name(part);
}

static int make_quiet(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    if (is_over(scope))
        return 0;
    return sending_wait(&(struct making){scope, sendings, count}, name_of(scope, PART_A), "", NULL, 0);
}

static enum step_state observe_quiet(const struct step_scope *scope, const struct sending *sending,
                                     const char **ret_why)
{
    const struct instance_snapshot *copy = seen_target(scope, sending);

    if (instance_seen(copy) && seen_stand(copy) == STAND_RESTORING)
        return say(scope, ret_why, STEP_DONE, "%s is closed already", copy->name);
    if (!instance_seen(copy) || copy->session.sighting.sight != SIGHT_SEEN)
        return say(scope, ret_why, STEP_UNKNOWN, "who is in the copy of %s is not seen", sending->target);
    for (size_t i = 0; i < copy->session.count; i++) {
        const struct session_fact *row = &copy->session.rows[i];

        if (!session_is_administration(row->program))
            return say(scope, ret_why, STEP_IN_PROGRESS, "%s on %s is still in the copy of %s",
                       row->program ? row->program : "a program without a name",
                       row->host ? row->host : "an unknown host", copy->name);
    }
    return say(scope, ret_why, STEP_DONE, "nobody of chat is in the copy of %s", copy->name);
}

const struct step step_quiet = {
    .id = "quiet",
    .title = "wait until nobody is in the database",
    .effect = "nothing changes for users",
    .phase = PHASE_CUT,
    .timeout_s = 300,
    .usual_s = 10,
    .make = make_quiet,
    .observe = observe_quiet,
};

/* ---- A is closed ---- */

static int make_partner_off(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const struct mirroring_fact *row = FACT(seen_part(scope, PART_A), mirroring);

    if (!row || !row->mirroring_guid)
        return 0;
    return sending_sql(
        &(struct making){scope, sendings, count},
        &(struct sql_sending){.kind = SENDING_SQL, .part = PART_A, .script = "fence/02-partner.sql"});
}

const struct step step_partner_off = {
    .id = "partner-off",
    .title = "end the mirroring of the serving copy",
    .effect = "nothing changes for users; its mirror stays behind restoring, and is no mirror until people "
              "set it up anew",
    .phase = PHASE_CUT,
    .timeout_s = 60,
    .usual_s = 5,
    .make = make_partner_off,
    .observe = observe_partner_off,
};

static int make_close(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    if (is_over(scope))
        return 0;
    return back_up(scope, "failover/01-rescue-end.sql", tail_file(scope, tail_number(scope)), sendings,
                   count);
}

static enum step_state observe_close(const struct step_scope *scope, const struct sending *sending,
                                     const char **ret_why)
{
    const struct instance_snapshot *copy = seen_target(scope, sending);
    const bool is_there =
        seen_log_file(scope, sending->subject) || was_backed_up(copy, sending_says(scope, sending, "file"));

    switch (seen_stand(copy)) {
    case STAND_RESTORING:
        return say(scope, ret_why, is_there ? STEP_DONE : STEP_UNKNOWN, "%s is closed, %s %s", copy->name,
                   sending->subject, is_there ? "is there" : "is not seen");
    case STAND_WRITABLE:
        if (seen_request(scope, copy, "BACKUP LOG"))
            return say(scope, ret_why, STEP_IN_PROGRESS, "%s backs up its tail", copy->name);
        return say(scope, ret_why, STEP_NEEDED, "%s is open", copy->name);
    case STAND_OPENING:
    case STAND_CLOSED:
        return say(scope, ret_why, STEP_IN_PROGRESS, "%s", seen_not(scope, copy));
    case STAND_UNSEEN:
        return say(scope, ret_why, STEP_UNKNOWN, "%s", seen_not(scope, copy));
    default:
        return say(scope, ret_why, STEP_IMPOSSIBLE, "%s: no tail can be taken", seen_not(scope, copy));
    }
}

static bool close_undone(const struct step_scope *scope, const struct sending *sending, const char **ret_why)
{
    const struct instance_snapshot *copy = seen_target(scope, sending);

    if (seen_stand(copy) != STAND_WRITABLE)
        return false;
    *ret_why = arena_format(scope->arena, "%s is open", copy->name);
    return true;
}

/* Nothing was recovered elsewhere: it goes on where it was closed. */
static int undo_close(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    if (seen_stand(seen_part(scope, PART_A)) != STAND_RESTORING)
        return 0;
    return sending_sql(&(struct making){scope, sendings, count},
                       &(struct sql_sending){.kind = SENDING_SQL,
                                             .part = PART_A,
                                             .script = "failover/07-recover.sql",
                                             .makes_writable = true});
}

const struct step step_close = {
    .id = "close",
    .title = "close the serving copy with its tail",
    .effect = "nobody can write any more, anywhere; undo: it is opened again, by the guard",
    .phase = PHASE_CUT,
    .timeout_s = 600,
    .usual_s = 15,
    .may_be_long = true,
    .make = make_close,
    .observe = observe_close,
    .undone = close_undone,
    .undo = undo_close,
};

static int make_close_apply(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const char *before[TAILS_MOST];
    const int number = tail_number(scope);

    if (is_over(scope))
        return 0;
    if (apply_next(scope, before, list_tails(scope, number - 1, before), sendings, count) != 0)
        return -1;
    return make_apply_file(scope, tail_file(scope, number), sendings, count);
}

static enum step_state observe_close_apply(const struct step_scope *scope, const struct sending *sending,
                                           const char **ret_why)
{
    return observe_apply_file(scope, sending, STEP_UNKNOWN, ret_why);
}

const struct step step_close_apply = {
    .id = "tail",
    .title = "restore the tail at the other site",
    .effect = "nothing changes for users",
    .phase = PHASE_CUT,
    .timeout_s = 1800,
    .usual_s = 20,
    .may_be_long = true,
    .alone = true,
    .make = make_close_apply,
    .observe = observe_close_apply,
};
