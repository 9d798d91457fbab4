/*
 * Of a failback: what the primary site's old copy holds is kept, then a full backup of the copy that serves
 * replaces it.  From there on it is a planned move like another.
 */
#include "act/plan/steps_parts.h"
#include "assess/log_file.h"
#include "assess/words.h"

#include <string.h>

/* Of a run that has recovered it, nothing of this is left to do. */
static bool target_is_open(const struct step_scope *scope)
{
    return seen_stand(seen_part(scope, PART_B)) == STAND_WRITABLE;
}

static int to_file(const struct step_scope *scope, enum part part, const char *script, const char *file,
                   struct sending **sendings, size_t *count)
{
    const struct script_value values[] = {SCRIPT_TEXT("file", file)};

    if (!file)
        return err_set(scope->err, ERR_CONFIG, "%s: \"share\" is missing, which the backups go through",
                       scope->pool->fqdn);
    return sending_sql(&(struct making){scope, sendings, count},
                       &(struct sql_sending){.kind = SENDING_SQL,
                                             .part = part,
                                             .script = script,
                                             .subject = log_file_name(file),
                                             .values = values,
                                             .value_count = COUNT(values),
                                             .expects = values,
                                             .expect_count = COUNT(values)});
}

static enum step_state judge_full(const struct step_scope *scope, const struct sending *sending,
                                  const char **ret_why)
{
    const struct instance_snapshot *copy = seen_target(scope, sending);

    if (was_backed_up(copy, sending_says(scope, sending, "file")))
        return say(scope, ret_why, STEP_DONE, "%s is there", sending->subject);
    if (!instance_seen(copy) || copy->backup.sighting.sight != SIGHT_SEEN)
        return say(scope, ret_why, STEP_UNKNOWN, "the backups of %s are not seen", sending->target);
    if (seen_request(scope, copy, "BACKUP"))
        return say(scope, ret_why, STEP_IN_PROGRESS, "%s backs up", copy->name);
    return say(scope, ret_why, STEP_NEEDED, "%s is not there", sending->subject);
}

/* ---- keep ---- */

static int make_keep(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    if (seen_stand(seen_part(scope, PART_B)) != STAND_READ_ONLY)
        return 0; /* it holds nothing, or is open and must be fenced first */
    return to_file(scope, PART_B, "failback/01-keep.sql", share_backup(scope, "kept"), sendings, count);
}

const struct step step_keep = {
    .id = "keep",
    .title = "keep what the primary site's old copy holds",
    .effect = "nothing changes for users",
    .phase = PHASE_PREPARE,
    .timeout_s = 3600,
    .usual_s = 120,
    .may_be_long = true,
    .make = make_keep,
    .observe = judge_full,
};

/* ---- its own log backups ---- */

static int to_own_job(const struct step_scope *scope, const char *script, struct sending **sendings,
                      size_t *count)
{
    return sending_sql(&(struct making){scope, sendings, count},
                       &(struct sql_sending){.kind = SENDING_SQL, .part = PART_A, .script = script});
}

static int make_own_log_off(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return target_is_open(scope) ? 0 : to_own_job(scope, "failback/02-own-log-off.sql", sendings, count);
}

static int undo_own_log_off(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return to_own_job(scope, "failback/02-own-log-on.sql", sendings, count);
}

/* Which jobs a server has besides those of log shipping is not looked at: said again, it changes nothing. */
static enum step_state observe_own_job(const struct step_scope *scope, const struct sending *sending,
                                       const char **ret_why)
{
    return say(scope, ret_why, STEP_NEEDED, "%s is told again, which is harmless", sending->target);
}

const struct step step_own_log_off = {
    .id = "own-log-off",
    .title = "stop the log backups of the copy that serves",
    .effect = "nothing changes for users; undo: they run again",
    .phase = PHASE_CUT,
    .timeout_s = 60,
    .usual_s = 5,
    .asserted = true,
    .make = make_own_log_off,
    .observe = observe_own_job,
    .undo = undo_own_log_off,
};

static int make_own_log_end(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    return to_own_job(scope, "failback/05-own-log-end.sql", sendings, count);
}

const struct step step_own_log_end = {
    .id = "own-log-end",
    .title = "remove the log backups that the backup site took for itself",
    .effect = "nothing changes for users",
    .phase = PHASE_AFTER,
    .timeout_s = 60,
    .usual_s = 5,
    .best_effort = true,
    .asserted = true,
    .make = make_own_log_end,
    .observe = observe_own_job,
};

/* ---- the seed ---- */

static int make_seed_backup(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    if (target_is_open(scope))
        return 0;
    return to_file(scope, PART_A, "failback/03-seed-backup.sql", share_backup(scope, "seed"), sendings,
                   count);
}

const struct step step_seed_backup = {
    .id = "seed-backup",
    .title = "back up the copy that serves",
    .microsoft = "failback 3",
    .effect = "nothing changes for users",
    .phase = PHASE_CUT,
    .timeout_s = 3600,
    .usual_s = 300,
    .may_be_long = true,
    .make = make_seed_backup,
    .observe = judge_full,
};

static int make_seed_restore(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    if (target_is_open(scope))
        return 0;
    return to_file(scope, PART_B, "failback/04-seed-restore.sql", share_backup(scope, "seed"), sendings,
                   count);
}

static const struct backup_fact *seed_of(const struct step_scope *scope, const struct sending *sending)
{
    const struct instance_snapshot *source = seen_part(scope, PART_A);
    const char *file = sending_says(scope, sending, "file");

    for (size_t i = 0; FACT(source, backup) && i < source->backup.count; i++)
        if (words_equal(source->backup.rows[i].device, file))
            return &source->backup.rows[i];
    return NULL;
}

static bool was_restored(const struct instance_snapshot *copy, const char *backup_set_guid)
{
    for (size_t i = 0; FACT(copy, restore) && i < copy->restore.count; i++)
        if (words_equal(copy->restore.rows[i].type, "D") &&
            words_equal(copy->restore.rows[i].backup_set_guid, backup_set_guid))
            return true;
    return false;
}

static enum step_state observe_seed_restore(const struct step_scope *scope, const struct sending *sending,
                                            const char **ret_why)
{
    const struct instance_snapshot *copy = seen_target(scope, sending);
    const struct backup_fact *seed = seed_of(scope, sending);
    const enum copy_stand stand = seen_stand(copy);

    if (stand == STAND_UNSEEN)
        return say(scope, ret_why, STEP_UNKNOWN, "%s", seen_not(scope, copy));
    if (seen_request(scope, copy, "RESTORE"))
        return say(scope, ret_why, STEP_IN_PROGRESS, "it is being restored");
    if (stand == STAND_RESTORING && seed && was_restored(copy, seed->backup_set_guid))
        return say(scope, ret_why, STEP_DONE, "%s holds %s", copy->name, sending->subject);
    if (stand == STAND_WRITABLE || stand == STAND_OPENING)
        return say(scope, ret_why, STEP_IMPOSSIBLE,
                   "%s: an open copy is not overwritten; a person closes it first, or drops it "
                   "once what it holds is kept",
                   seen_not(scope, copy));
    if (stand == STAND_CLOSED)
        return say(scope, ret_why, STEP_IMPOSSIBLE,
                   "%s: what it holds was not kept; bring it online and fence it, or drop it there",
                   seen_not(scope, copy));
    return say(scope, ret_why, STEP_NEEDED, "%s does not hold it yet", copy->name);
}

const struct step step_seed_restore = {
    .id = "seed-restore",
    .title = "restore it in the primary site",
    .microsoft = "failback 4",
    .effect = "nothing changes for users; the old copy is overwritten, its content is in the file that was "
              "kept",
    .phase = PHASE_CUT,
    .timeout_s = 7200,
    .usual_s = 600,
    .may_be_long = true,
    .make = make_seed_restore,
    .observe = observe_seed_restore,
};
