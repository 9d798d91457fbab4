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

static int make_mirror(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const struct topology_sql *standby = scope->cast.parts[PART_B];
    const struct script_value values[] = {
        SCRIPT_TEXT("share", scope->pool->acting ? scope->pool->acting->mirror_share : NULL),
        SCRIPT_TEXT("sql", standby ? standby->host : NULL),
        SCRIPT_TEXT("instance", standby && standby->instance ? standby->instance : ""),
    };

    if (!values[0].value || !scope->cast.parts[PART_B_MIRROR])
        return 0;
    return sending_ps(&(struct making){scope, sendings, count},
                      &(struct ps_sending){.host = scope->cast.management,
                                           .script = "failover/15-mirror.ps1",
                                           .subject = scope->cast.parts[PART_B_MIRROR]->name,
                                           .action = "mirror",
                                           .limit_s = step_mirror.timeout_s,
                                           .values = values,
                                           .value_count = COUNT(values)});
}

static enum step_state observe_mirror(const struct step_scope *scope, const struct sending *sending,
                                      const char **ret_why)
{
    const struct instance_snapshot *copy = seen_part(scope, PART_B);
    const struct mirroring_fact *row = FACT(copy, mirroring);

    if (!row && !FACT_NONE(copy, mirroring))
        return say(scope, ret_why, STEP_UNKNOWN, "the mirroring of the standby is not seen");
    if (!row || !row->mirroring_guid)
        return say(scope, ret_why, STEP_NEEDED, "%s has no mirror", copy->name);
    if (words_equal(row->state, "SYNCHRONIZED"))
        return say(scope, ret_why, STEP_DONE, "%s mirrors to %s", copy->name, sending->subject);
    return say(scope, ret_why, STEP_IN_PROGRESS, "the mirror %s is %s", sending->subject,
               words_lower(scope->arena, row->state));
}

const struct step step_mirror = {
    .id = "mirror",
    .title = "mirror the standby's copy",
    .microsoft = "failover 6",
    .effect = "nothing changes for users",
    .phase = PHASE_AFTER,
    .timeout_s = 3600,
    .usual_s = 600,
    .best_effort = true,
    .may_be_long = true,
    .make = make_mirror,
    .observe = observe_mirror,
};
