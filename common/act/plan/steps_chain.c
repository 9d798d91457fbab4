/*
 * Log backups on their way into the standby: rescued, copied, applied.
 */
#include "act/plan/steps_parts.h"
#include "assess/log_file.h"
#include "assess/words.h"

#include <string.h>

/* ---- files ---- */

static const struct log_file_facts *files_of_standby(const struct step_scope *scope)
{
    const struct act_facts *acts = seen_acts(scope, seen_part(scope, PART_B));

    return acts && acts->log_file.sighting.sight == SIGHT_SEEN ? &acts->log_file : NULL;
}

static bool is_readable(const struct log_file_fact *file)
{
    return (!file->error.known || file->error.value == 0) && lsn_known(&file->last_lsn);
}

const struct log_file_fact *seen_log_file(const struct step_scope *scope, const char *name)
{
    const struct log_file_facts *files = files_of_standby(scope);

    for (size_t i = 0; files && i < files->count; i++)
        if (log_file_equal(files->rows[i].name, name) && is_readable(&files->rows[i]))
            return &files->rows[i];
    return NULL;
}

static const char *join(const struct step_scope *scope, const char *folder, const char *name)
{
    size_t length = strlen(folder);

    return arena_format(scope->arena, "%s%s%s", folder, length && folder[length - 1] == '\\' ? "" : "\\",
                        name);
}

/* ---- rescue ---- */

static enum part rescue_part(const struct step_scope *scope)
{
    return scope->rescue == RESCUE_FORCE ? heir_part(scope) : look_principal(scope->look);
}

static const char *named_file(const struct step_scope *scope, const char *what, const char *suffix)
{
    if (!scope->pool->share)
        return NULL;
    return join(scope, scope->pool->share,
                arena_format(scope->arena, "%s_%s_run%lld.%s", scope->pool->database, what,
                             (long long)scope->run, suffix));
}

const char *share_file(const struct step_scope *scope, const char *what)
{
    return named_file(scope, what, "trn");
}

const char *share_backup(const struct step_scope *scope, const char *what)
{
    return named_file(scope, what, "bak");
}

/* NULL: nothing can be rescued. */
static const char *rescue_file(const struct step_scope *scope)
{
    if (scope->rescue == RESCUE_NONE || !instance_seen(seen_part(scope, rescue_part(scope))))
        return NULL;
    return share_file(scope, "rescue");
}

static int make_rescue(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const char *file = rescue_file(scope);
    const struct script_value values[] = {SCRIPT_TEXT("file", file)};

    if (scope->rescue != RESCUE_TAIL || !file)
        return 0;
    return sending_sql(&(struct making){scope, sendings, count},
                       &(struct sql_sending){.kind = SENDING_SQL,
                                             .part = rescue_part(scope),
                                             .script = "failover/01-rescue-tail.sql",
                                             .subject = log_file_name(file),
                                             .values = values,
                                             .value_count = COUNT(values),
                                             .expects = values,
                                             .expect_count = COUNT(values)});
}

bool was_backed_up(const struct instance_snapshot *instance, const char *file)
{
    for (size_t i = 0; FACT(instance, backup) && i < instance->backup.count; i++)
        if (words_equal(instance->backup.rows[i].device, file))
            return true;
    return false;
}

static enum step_state observe_rescue(const struct step_scope *scope, const struct sending *sending,
                                      const char **ret_why)
{
    const struct instance_snapshot *source = seen_target(scope, sending);
    const char *file = sending_says(scope, sending, "file");

    if (seen_log_file(scope, sending->subject) || was_backed_up(source, file))
        return say(scope, ret_why, STEP_DONE, "%s is there", sending->subject);
    if (!instance_seen(source))
        return say(scope, ret_why, STEP_IMPOSSIBLE, "%s", seen_not(scope, source));
    if (seen_request(scope, source, "BACKUP LOG"))
        return say(scope, ret_why, STEP_IN_PROGRESS, "%s backs up its log", source->name);
    return say(scope, ret_why, STEP_NEEDED, "the tail of the log of %s is not backed up", source->name);
}

const struct step step_rescue = {
    .id = "rescue",
    .title = "rescue the tail of the log",
    .effect = "nothing changes for users",
    .phase = PHASE_PREPARE,
    .timeout_s = 300,
    .usual_s = 30,
    .best_effort = true,
    .may_be_long = true,
    .make = make_rescue,
    .observe = observe_rescue,
};

/* ---- forced rescue ---- */

static int make_force(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    static const struct {
        const char *script, *subject;
        bool makes_writable;
    } rows[] = {{"failover/01-rescue-force.sql", "force", true},
                {"failover/01-rescue-off.sql", "partner off", false},
                {"failover/01-rescue-end.sql", "tail", false}};
    const struct making making = {scope, sendings, count};
    const char *file = rescue_file(scope);
    const struct script_value values[] = {SCRIPT_TEXT("file", file)};

    for (size_t i = 0; scope->rescue == RESCUE_FORCE && file && i < COUNT(rows); i++)
        if (sending_sql(&making, &(struct sql_sending){.kind = SENDING_SQL,
                                                       .part = rescue_part(scope),
                                                       .script = rows[i].script,
                                                       .subject = rows[i].subject,
                                                       .values = values,
                                                       .value_count = COUNT(values),
                                                       .expects = values,
                                                       .expect_count = COUNT(values),
                                                       .makes_writable = rows[i].makes_writable}) != 0)
            return -1;
    return 0;
}

/* A live mirror is forced; what is open then leaves the session and is ended; what is restoring is done. */
static enum step_state observe_force(const struct step_scope *scope, const struct sending *sending,
                                     const char **ret_why)
{
    const struct instance_snapshot *copy = seen_target(scope, sending);
    const enum copy_stand stand = seen_stand(copy);
    const bool is_mirrored = FACT(copy, mirroring) && FACT(copy, mirroring)->mirroring_guid;
    const bool wants_force = strcmp(sending->subject, "force") == 0,
               wants_off = strcmp(sending->subject, "partner off") == 0;

    if (was_backed_up(copy, sending_says(scope, sending, "file")) && stand == STAND_RESTORING)
        return say(scope, ret_why, STEP_DONE, "the tail of %s is backed up", copy->name);
    if (stand == STAND_MIRROR)
        return say(scope, ret_why, wants_force ? STEP_NEEDED : STEP_IMPOSSIBLE, "%s is still a mirror",
                   copy->name);
    if (stand == STAND_OPENING)
        return say(scope, ret_why, STEP_IN_PROGRESS, "%s recovers", copy->name);
    if (stand != STAND_WRITABLE && stand != STAND_CLOSED)
        return say(scope, ret_why, stand == STAND_UNSEEN ? STEP_UNKNOWN : STEP_IMPOSSIBLE, "%s",
                   seen_not(scope, copy));
    if (wants_force || (wants_off && !is_mirrored))
        return say(scope, ret_why, STEP_DONE, "%s is open%s", copy->name, is_mirrored ? "" : ", alone");
    return say(scope, ret_why, wants_off || !is_mirrored ? STEP_NEEDED : STEP_IMPOSSIBLE,
               "%s is open%s, its tail is not backed up", copy->name, is_mirrored ? " and mirrored" : "");
}

const struct step step_force = {
    .id = "force",
    .title = "rescue the tail of the mirror's log, by force",
    .effect = "the primary site's mirror opens for a moment and ends; its principal is fenced",
    .phase = PHASE_CUT,
    .timeout_s = 300,
    .usual_s = 30,
    .best_effort = true,
    .may_be_long = true,
    .make = make_force,
    .observe = observe_force,
};

/* ---- copying ---- */

/*
 * A log backup that the standby still needs, lies on the share, and not yet in the copy folder.  LSCopy takes
 * what LSBackup has named, and no rescued tail: RESTORE reads that from the share.
 */
static const char *uncopied(const struct step_scope *scope)
{
    const struct instance_snapshot *standby = seen_part(scope, PART_B);
    const struct log_file_facts *files = files_of_standby(scope);
    const struct ls_secondary_fact *shipping = FACT(standby, ls_secondary);
    const struct lsn redo = seen_redo(standby);

    for (size_t i = 0; files && shipping && i < files->count; i++) {
        const struct log_file_fact *file = &files->rows[i];
        bool copied = false;
        int64_t stamp_ms;

        if (!log_file_in_folder(file->path, shipping->backup_source_directory) || !is_readable(file) ||
            !log_file_stamp(file->name, scope->pool->database, &stamp_ms) ||
            (lsn_known(&redo) && lsn_compare(&file->last_lsn, &redo) <= 0))
            continue;
        for (size_t k = 0; k < files->count && !copied; k++)
            copied = log_file_equal(files->rows[k].name, file->name) && is_readable(&files->rows[k]) &&
                     log_file_in_folder(files->rows[k].path, shipping->backup_destination_directory);
        if (!copied)
            return file->name;
    }
    return NULL;
}

static int make_copy(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const struct instance_snapshot *standby = seen_part(scope, PART_B);

    if (!seen_job(standby, "copy") || !uncopied(scope))
        return 0; /* RESTORE reads what is not copied from the share itself */
    return sending_sql(
        &(struct making){scope, sendings, count},
        &(struct sql_sending){.kind = SENDING_SQL, .part = PART_B, .script = "failover/04-copy.sql"});
}

static enum step_state observe_copy(const struct step_scope *scope, const struct sending *sending,
                                    const char **ret_why)
{
    const struct instance_snapshot *standby = seen_target(scope, sending);
    const struct job_fact *job = seen_job(standby, "copy");
    const char *name = uncopied(scope);

    if (job && fact_is(job->running, 1))
        return say(scope, ret_why, STEP_IN_PROGRESS, "%s runs", job->name ? job->name : "LSCopy");
    if (FACT_NONE(standby, ls_secondary))
        return say(scope, ret_why, STEP_DONE, "log shipping to %s is gone, RESTORE reads the share",
                   standby->name);
    if (!files_of_standby(scope) || !FACT(standby, ls_secondary))
        return say(scope, ret_why, STEP_UNKNOWN, "the log backups were not looked at");
    if (!name)
        return say(scope, ret_why, STEP_DONE, "everything that is needed and can be read is copied");
    return say(scope, ret_why, STEP_NEEDED, "%s is not copied yet", name);
}

const struct step step_copy = {
    .id = "copy",
    .title = "copy the log backups that are still on the share",
    .microsoft = "failover 2",
    .effect = "nothing changes for users",
    .phase = PHASE_PREPARE,
    .timeout_s = 600,
    .usual_s = 60,
    .best_effort = true,
    .may_be_long = true,
    .make = make_copy,
    .observe = observe_copy,
};

/* ---- applying ---- */

static int send_apply(const struct making *making, enum part part, const char *path, int64_t position,
                      const struct lsn *last_lsn)
{
    const struct step_scope *scope = making->scope;
    const struct script_value values[] = {
        SCRIPT_TEXT("file", path),
        SCRIPT_TEXT("position", arena_format(scope->arena, "%lld", (long long)position))};
    const struct script_value expects[] = {
        SCRIPT_TEXT("last_lsn", arena_text(scope->arena, last_lsn->digits))};

    return sending_sql(making, &(struct sql_sending){.kind = SENDING_SQL,
                                                     .part = part,
                                                     .script = "failover/05-apply.sql",
                                                     .subject = log_file_name(path),
                                                     .values = values,
                                                     .value_count = COUNT(values),
                                                     .expects = expects,
                                                     .expect_count = COUNT(expects)});
}

static int make_apply(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const struct making making = {scope, sendings, count};

    for (size_t i = 0; scope->chain && i < scope->chain->file_count; i++) {
        const struct log_file_fact *file = scope->chain->files[i];

        if (send_apply(&making, PART_B, file->path, file->position.known ? file->position.value : 1,
                       &file->last_lsn) != 0)
            return -1;
    }
    return 0;
}

int make_apply_log(const struct making *making, enum part part, const char *path, const struct lsn *last_lsn)
{
    return send_apply(making, part, path, 1, last_lsn);
}

struct lsn restored_to(const struct instance_snapshot *instance)
{
    struct lsn farthest = {""};

    for (size_t i = 0; FACT(instance, restore) && i < instance->restore.count; i++) {
        const struct lsn *last = &instance->restore.rows[i].last_lsn;

        if (lsn_known(last) && (!lsn_known(&farthest) || lsn_compare(last, &farthest) > 0))
            farthest = *last;
    }
    return farthest;
}

/* Recovered already: it holds what was restored by then, and nothing can be added. */
static enum step_state judge_open(const struct step_scope *scope, const struct instance_snapshot *copy,
                                  const struct lsn *last, const char **ret_why)
{
    const struct lsn to = restored_to(copy);

    if (!lsn_known(&to))
        return say(scope, ret_why, STEP_UNKNOWN, "%s is open, and does not say what was restored",
                   copy->name);
    if (lsn_compare(&to, last) >= 0)
        return say(scope, ret_why, STEP_DONE, "%s was recovered with it", copy->name);
    return say(scope, ret_why, STEP_IMPOSSIBLE, "%s was recovered at LSN %s, without it", copy->name,
               lsn_text(&to));
}

static enum step_state judge_restoring(const struct step_scope *scope, const struct instance_snapshot *copy,
                                       const struct lsn *last, const char **ret_why)
{
    const struct lsn redo = seen_redo(copy);
    const struct request_fact *request = seen_request(scope, copy, "RESTORE");

    if (lsn_known(&redo) && lsn_compare(&redo, last) >= 0)
        return say(scope, ret_why, STEP_DONE, "%s stands at LSN %s", copy->name, lsn_text(&redo));
    if (request && request->percent_complete.known)
        return say(scope, ret_why, STEP_IN_PROGRESS, "%lld %% restored",
                   (long long)request->percent_complete.value);
    if (request)
        return say(scope, ret_why, STEP_IN_PROGRESS, "it is being restored");
    if (!lsn_known(&redo))
        return say(scope, ret_why, STEP_UNKNOWN, "%s does not say how far it is restored", copy->name);
    return say(scope, ret_why, STEP_NEEDED, "%s stands at LSN %s", copy->name, lsn_text(&redo));
}

static enum step_state judge_applied(const struct step_scope *scope, const struct instance_snapshot *copy,
                                     const struct lsn *last, const char **ret_why)
{
    switch (seen_stand(copy)) {
    case STAND_RESTORING:
    case STAND_STANDBY:
        return judge_restoring(scope, copy, last, ret_why);
    case STAND_WRITABLE:
    case STAND_CLOSED:
    case STAND_READ_ONLY:
        return judge_open(scope, copy, last, ret_why);
    case STAND_OPENING:
        return say(scope, ret_why, STEP_IN_PROGRESS, "%s recovers", copy->name);
    case STAND_UNSEEN:
        return say(scope, ret_why, STEP_UNKNOWN, "%s", seen_not(scope, copy));
    default:
        return say(scope, ret_why, STEP_IMPOSSIBLE, "%s: no log backup can be restored",
                   seen_not(scope, copy));
    }
}

enum step_state observe_apply(const struct step_scope *scope, const struct sending *sending,
                              const char **ret_why)
{
    const char *digits = sending_says(scope, sending, "last_lsn");
    struct lsn last;

    if (!digits || !lsn_parse(digits, &last))
        return say(scope, ret_why, STEP_UNKNOWN, "the plan does not say where %s ends", sending->subject);
    return judge_applied(scope, seen_target(scope, sending), &last, ret_why);
}

const struct step step_apply = {
    .id = "apply",
    .title = "restore the log backups",
    .microsoft = "failover 3",
    .effect = "nothing changes for users; readers of a standby copy are ended",
    .phase = PHASE_PREPARE,
    .timeout_s = 1800,
    .usual_s = 20,
    .may_be_long = true,
    .alone = true,
    .make = make_apply,
    .observe = observe_apply,
};

/* ---- the rescued tail ---- */

int make_apply_file(const struct step_scope *scope, const char *file, struct sending **sendings,
                    size_t *count)
{
    return file ? send_apply(&(struct making){scope, sendings, count}, PART_B, file, 1, &(struct lsn){""})
                : 0;
}

/* LSBackup, or a person, took one in between. */
static bool is_behind_another(const struct instance_snapshot *copy, const struct log_file_fact *file)
{
    const struct lsn redo = seen_redo(copy);
    const enum copy_stand stand = seen_stand(copy);

    return (stand == STAND_RESTORING || stand == STAND_STANDBY) && lsn_known(&redo) &&
           lsn_known(&file->first_lsn) && lsn_compare(&file->first_lsn, &redo) > 0;
}

enum step_state observe_apply_file(const struct step_scope *scope, const struct sending *sending,
                                   enum step_state without, const char **ret_why)
{
    const struct log_file_fact *file = seen_log_file(scope, sending->subject);

    if (file && is_behind_another(seen_target(scope, sending), file))
        return say(scope, ret_why, STEP_OUTDATED, "another log backup must be restored before %s",
                   sending->subject);
    if (file)
        return judge_applied(scope, seen_target(scope, sending), &file->last_lsn, ret_why);
    if (!files_of_standby(scope))
        return say(scope, ret_why, STEP_UNKNOWN, "the log backups were not looked at");
    return say(scope, ret_why, without, "%s is not there", sending->subject);
}

static int make_tail(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return make_apply_file(scope, rescue_file(scope), sendings, count);
}

/* What was not rescued is not waited for. */
static enum step_state observe_tail(const struct step_scope *scope, const struct sending *sending,
                                    const char **ret_why)
{
    return observe_apply_file(scope, sending, STEP_DONE, ret_why);
}

const struct step step_tail = {
    .id = "tail",
    .title = "restore the rescued tail",
    .effect = "nothing changes for users",
    .phase = PHASE_CUT,
    .timeout_s = 1800,
    .usual_s = 20,
    .may_be_long = true,
    .alone = true,
    .make = make_tail,
    .observe = observe_tail,
};
