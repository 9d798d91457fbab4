/*
 * What protects the copy that serves now: its own backups, and its mirror.
 */
#include "act/plan/steps_parts.h"
#include "assess/log_file.h"
#include "assess/words.h"

#include <string.h>

/* ---- backups ---- */

/* Log and data of the recovery path that began with the recovery, taken here. */
static const struct backup_fact *own_backup(const struct instance_snapshot *instance, const char *type,
                                            const char *folder)
{
    const struct recovery_fact *recovery = FACT(instance, recovery);

    for (size_t i = 0; recovery && FACT(instance, backup) && i < instance->backup.count; i++) {
        const struct backup_fact *row = &instance->backup.rows[i];

        if (words_equal(row->type, type) && words_equal(row->last_fork_guid, recovery->recovery_fork_guid) &&
            (!folder || log_file_in_folder(row->device, folder)))
            return row;
    }
    return NULL;
}

static const char *log_folder(const struct step_scope *scope)
{
    return scope->pool->acting ? scope->pool->acting->log_folder : NULL;
}

static int make_backup(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const char *folder = log_folder(scope);
    const struct script_value values[] = {
        SCRIPT_TEXT("file", arena_format(scope->arena, "%s\\%s_run%lld.bak", folder ? folder : "",
                                         scope->pool->database, (long long)scope->run))};

    if (!folder)
        return 0;
    return sending_sql(&(struct making){scope, sendings, count},
                       &(struct sql_sending){.kind = SENDING_SQL,
                                             .part = PART_B,
                                             .script = "failover/13-backup.sql",
                                             .subject = log_file_name(values[0].value),
                                             .values = values,
                                             .value_count = COUNT(values)});
}

/* Backups say something of an open copy alone. */
static enum step_state judge_backup(const struct step_scope *scope, const struct sending *sending,
                                    const struct backup_fact *backup, const char *what, const char **ret_why)
{
    const struct instance_snapshot *copy = seen_target(scope, sending);

    if (backup)
        return say(scope, ret_why, STEP_DONE, "%s has %s of its own", copy->name, what);
    if (!instance_seen(copy) || copy->backup.sighting.sight != SIGHT_SEEN)
        return say(scope, ret_why, STEP_UNKNOWN, "the backups of %s are not seen", sending->target);
    if (seen_request(scope, copy, "BACKUP"))
        return say(scope, ret_why, STEP_IN_PROGRESS, "%s backs up", copy->name);
    return say(scope, ret_why, STEP_NEEDED, "%s has no %s of its own", copy->name, what);
}

static enum step_state observe_backup(const struct step_scope *scope, const struct sending *sending,
                                      const char **ret_why)
{
    return judge_backup(scope, sending, own_backup(seen_target(scope, sending), "D", NULL), "full backup",
                        ret_why);
}

const struct step step_backup = {
    .id = "backup",
    .title = "back the standby's copy up",
    .effect = "nothing changes for users",
    .phase = PHASE_AFTER,
    .timeout_s = 3600,
    .usual_s = 120,
    .may_be_long = true,
    .make = make_backup,
    .observe = observe_backup,
};

static int make_log_backups(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const struct script_value values[] = {SCRIPT_TEXT("folder", log_folder(scope))};

    if (!values[0].value)
        return 0;
    return sending_sql(&(struct making){scope, sendings, count},
                       &(struct sql_sending){.kind = SENDING_SQL,
                                             .part = PART_B,
                                             .script = "failover/14-log-backups.sql",
                                             .values = values,
                                             .value_count = COUNT(values),
                                             .expects = values,
                                             .expect_count = COUNT(values)});
}

static enum step_state observe_log_backups(const struct step_scope *scope, const struct sending *sending,
                                           const char **ret_why)
{
    const char *folder = sending_says(scope, sending, "folder");

    return judge_backup(scope, sending, own_backup(seen_target(scope, sending), "L", folder), "log backup",
                        ret_why);
}

const struct step step_log_backups = {
    .id = "log-backups",
    .title = "let the standby back up its log",
    .effect = "nothing changes for users",
    .phase = PHASE_AFTER,
    .timeout_s = 300,
    .usual_s = 20,
    .make = make_log_backups,
    .observe = observe_log_backups,
};

/* ---- mirror ---- */

bool is_to_be_mirrored(const struct step_scope *scope)
{
    return scope->pool->acting && scope->pool->acting->mirror_share && scope->cast.parts[PART_B_MIRROR];
}

/* The plan names what it replaces: a database of that name may be there by the time, and is looked at then.
 */
static const char *whose_copy_is_replaced(const struct step_scope *scope)
{
    return seen_stand(seen_part(scope, PART_B_MIRROR)) == STAND_ABSENT
               ? ""
               : scope->cast.parts[PART_B_MIRROR]->name;
}

static int make_mirror(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const struct topology_sql *standby = scope->cast.parts[PART_B];

    if (!is_to_be_mirrored(scope))
        return 0;
    const struct script_value values[] = {
        SCRIPT_TEXT("mirror_share", scope->pool->acting->mirror_share),
        SCRIPT_TEXT("sql", !standby        ? NULL
                           : standby->fqdn ? standby->fqdn
                                           : standby->host),
        SCRIPT_TEXT("instance", standby && standby->instance ? standby->instance : ""),
        SCRIPT_TEXT("replace", whose_copy_is_replaced(scope)),
    };

    return sending_ps(&(struct making){scope, sendings, count},
                      &(struct ps_sending){.host = scope->cast.management,
                                           .script = "failover/15-mirror.ps1",
                                           .subject = scope->cast.parts[PART_B_MIRROR]->name,
                                           .action = "mirror",
                                           .limit_s = step_mirror.timeout_s,
                                           .values = values,
                                           .value_count = COUNT(values)});
}

/* A copy that was left restoring, and holds nothing that the one which serves has not. */
static enum step_state judge_replaced(const struct step_scope *scope, const struct instance_snapshot *left,
                                      const char **ret_why)
{
    const struct lsn redo = seen_redo(left), farthest = restored_to(seen_part(scope, PART_B));

    if (!lsn_known(&redo) || !lsn_known(&farthest))
        return say(scope, ret_why, STEP_IMPOSSIBLE,
                   "it is not seen how far the copy on %s goes: a person looks what it holds, and drops it",
                   left->name);
    if (lsn_compare(&redo, &farthest) > 0)
        return say(scope, ret_why, STEP_IMPOSSIBLE,
                   "the copy on %s goes on to LSN %s, beyond %s: a person looks what it holds, and drops it",
                   left->name, lsn_text(&redo), lsn_text(&farthest));
    return say(scope, ret_why, STEP_NEEDED, "%s was left restoring, and is replaced", left->name);
}

static enum step_state judge_mirrors_place(const struct step_scope *scope, const struct sending *sending,
                                           const char **ret_why)
{
    const struct instance_snapshot *left = seen_part(scope, PART_B_MIRROR);
    const char *replaced = sending_says(scope, sending, "replace");

    if (!replaced || !*replaced || seen_stand(left) == STAND_ABSENT)
        return say(scope, ret_why, STEP_NEEDED, "%s has no copy", sending->subject);
    if (seen_stand(left) == STAND_RESTORING)
        return judge_replaced(scope, left, ret_why);
    return say(scope, ret_why, STEP_IMPOSSIBLE, "%s: only a copy that was left restoring is replaced",
               seen_not(scope, left));
}

static enum step_state observe_mirror(const struct step_scope *scope, const struct sending *sending,
                                      const char **ret_why)
{
    const struct instance_snapshot *copy = seen_part(scope, PART_B);
    const struct mirroring_fact *row = FACT(copy, mirroring);

    if (!row && !FACT_NONE(copy, mirroring))
        return say(scope, ret_why, STEP_UNKNOWN, "the mirroring of the standby is not seen");
    if (!row || !row->mirroring_guid)
        return judge_mirrors_place(scope, sending, ret_why);
    if (words_equal(row->state, "SYNCHRONIZED"))
        return say(scope, ret_why, STEP_DONE, "%s mirrors to %s", copy->name, sending->subject);
    return say(scope, ret_why, STEP_IN_PROGRESS, "the mirror %s is %s", sending->subject,
               words_lower(scope->arena, row->state));
}

const struct step step_mirror = {
    .id = "mirror",
    .title = "mirror the standby's copy",
    .microsoft = "failover 6",
    .effect = "nothing changes for users; a copy that was left restoring there is replaced",
    .phase = PHASE_AFTER,
    .timeout_s = 3600,
    .usual_s = 600,
    .best_effort = true,
    .may_be_long = true,
    .make = make_mirror,
    .observe = observe_mirror,
};

/* ---- the log backup which that took ---- */

/* LSCopy brings what LSBackup has named, and nothing else. */
static bool is_shipped(const struct step_scope *scope, const struct backup_fact *backup)
{
    int64_t stamp_ms;

    return log_file_in_folder(backup->device, scope->pool->share) &&
           log_file_stamp(backup->device, scope->pool->database, &stamp_ms);
}

/* A log backup that was taken where it serves now, since it does, and goes on beyond that LSN. */
static bool goes_beyond(const struct step_scope *scope, const struct backup_fact *backup,
                        const struct lsn *from)
{
    const struct recovery_fact *recovery = FACT(seen_part(scope, PART_B), recovery);

    return recovery && words_equal(backup->type, "L") &&
           words_equal(backup->last_fork_guid, recovery->recovery_fork_guid) &&
           lsn_compare(&backup->last_lsn, from) > 0;
}

/* The end of what was not taken for log shipping; without it, logs cannot follow. */
static bool ends_unshipped(const struct step_scope *scope, const struct lsn *from, struct lsn *ret_end)
{
    const struct instance_snapshot *serving = seen_part(scope, PART_B);
    bool found = false;

    for (size_t i = 0; FACT(serving, backup) && i < serving->backup.count; i++) {
        const struct backup_fact *row = &serving->backup.rows[i];

        if (goes_beyond(scope, row, from) && !is_shipped(scope, row) &&
            (!found || lsn_compare(&row->last_lsn, ret_end) > 0)) {
            *ret_end = row->last_lsn;
            found = true;
        }
    }
    return found;
}

/* What is to be restored until then, from the oldest, shipped or not: one cannot be without those before it,
 * and LSRestore passes over what is there already.  NULL: no more. */
static const struct backup_fact *next_to_follow(const struct step_scope *scope, struct lsn *from)
{
    const struct instance_snapshot *serving = seen_part(scope, PART_B);
    const struct backup_fact *next = NULL;
    struct lsn end;

    if (!ends_unshipped(scope, from, &end))
        return NULL;
    for (size_t i = 0; i < serving->backup.count; i++) {
        const struct backup_fact *row = &serving->backup.rows[i];

        if (goes_beyond(scope, row, from) && lsn_compare(&row->last_lsn, &end) <= 0 &&
            (!next || lsn_compare(&row->last_lsn, &next->last_lsn) < 0))
            next = row;
    }
    if (next)
        *from = next->last_lsn;
    return next;
}

static int make_mirror_log(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const struct making making = {scope, sendings, count};
    struct lsn from = seen_redo(seen_part(scope, PART_A));
    const struct backup_fact *next;

    if (!is_to_be_mirrored(scope) || !instance_seen(seen_part(scope, PART_A)))
        return 0; /* who is gone cannot follow; nobody waits for it */
    while (lsn_known(&from) && (next = next_to_follow(scope, &from)))
        if (make_apply_log(&making, PART_A, next->device, &next->last_lsn) != 0)
            return -1;
    return sending_wait(&making, scope->cast.parts[PART_A]->name, "", NULL, 0);
}

static enum step_state observe_mirror_log(const struct step_scope *scope, const struct sending *sending,
                                          const char **ret_why)
{
    const struct instance_snapshot *follower = seen_target(scope, sending);
    struct lsn from = seen_redo(follower);
    const struct backup_fact *next;

    if (sending->kind != SENDING_NONE)
        return observe_apply(scope, sending, ret_why);
    if (!lsn_known(&from) || !FACT(seen_part(scope, PART_B), recovery))
        return say(scope, ret_why, STEP_UNKNOWN, "it is not seen whether %s can follow", sending->target);
    next = next_to_follow(scope, &from);
    if (next)
        return say(scope, ret_why, STEP_OUTDATED, "%s is to be restored on %s, or logs cannot follow",
                   log_file_name(next->device), follower->name);
    return say(scope, ret_why, STEP_DONE, "%s can follow", follower->name);
}

/* It takes one without saying so; which, is only known afterwards: the plan is made anew with it.  Logs would
 * be shipped in vain without it: the run stays open until it is there. */
const struct step step_mirror_log = {
    .id = "mirror-log",
    .title = "restore the log backup that the mirror was set up with",
    .effect = "nothing changes for users",
    .phase = PHASE_AFTER,
    .timeout_s = 180,
    .usual_s = 20,
    .may_be_long = true,
    .make = make_mirror_log,
    .observe = observe_mirror_log,
};
