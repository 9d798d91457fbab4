#include "assess/shipping.h"

#include "assess/exposure.h"
#include "assess/metrics.h"
#include "assess/replication.h"
#include "assess/server_time.h"
#include "assess/sight.h"
#include "assess/words.h"

#include <string.h>

static const struct stage_info {
    enum ls_agent agent;
    enum metric_id metric;
    enum condition late, never;
    const char *late_format, *never_words, *undated_words;
} infos[STAGE_COUNT] = {
    [STAGE_BACKUP] = {LS_AGENT_BACKUP, METRIC_backup_age_s, CONDITION_log_backup_late,
                      CONDITION_log_backup_late, "took no log backup for",
                      "has never taken a log backup into the share", "when it last took a log backup"},
    [STAGE_COPY] = {LS_AGENT_COPY, METRIC_copy_age_s, CONDITION_log_copy_late, CONDITION_log_copy_late,
                    "copied no log backup for", "has never copied a log backup",
                    "when it last copied a log backup"},
    [STAGE_RESTORE] = {LS_AGENT_RESTORE, METRIC_restore_age_s, CONDITION_log_restore_late,
                       CONDITION_never_restored, "restored no log backup for",
                       "has never restored a log backup", "when it last restored a log backup"},
};

/* ---- how the stages stand ---- */

/* By LSN where both are seen; names and clocks say less. */
static bool is_ahead(const struct log_point *a, const struct log_point *b)
{
    if (lsn_known(&a->last_lsn) && lsn_known(&b->last_lsn))
        return lsn_compare(&a->last_lsn, &b->last_lsn) > 0;
    return log_point_on(b->producer, a) > b->finished_utc_ms;
}

static bool nothing_to_do(const struct log_point *before, const struct log_point *here)
{
    return before->known && here->known && !is_ahead(before, here);
}

/* What the principal took is seen only where its own history is: what has come to the standby is always a
 * part. */
static bool taken_is_seen(const struct replication *r)
{
    const struct instance_snapshot *principal = r->roles.principal;

    return FACT(principal, backup) || FACT(principal, ls_primary) || FACT_NONE(principal, ls_primary);
}

static struct trouble not_set_up(const struct replication *r)
{
    const struct instance_snapshot *principal = r->roles.principal;
    bool by_mirror = principal == r->roles.by_design[SQL_MIRROR];

    const char *text = arena_format(r->report->arena, "log shipping is not set up on %s", principal->name);

    return (struct trouble){
        .condition = by_mirror ? CONDITION_log_shipping_missing_mirror : CONDITION_log_shipping_missing,
        .text = text,
        .brief = text,
        .standing = true,
    };
}

/* Nothing that arrives can be restored: the job's own failure only repeats it. */
static struct trouble blocked_by_chain(const struct replication *r)
{
    bool diverged = r->chain.verdict == CHAIN_DIVERGED;
    const char *text = diverged ? "it is on another recovery fork" : "the log chain is broken";

    return (struct trouble){
        .condition = diverged ? CONDITION_secondary_diverged : CONDITION_log_chain_broken,
        .text = text,
        .brief = text,
        .action = "repair the log chain first; LSRestore then catches up by itself",
        .standing = true,
    };
}

static void find_stages(struct replication *r)
{
    const struct shipped *shipped = &r->shipped;
    struct stage *stages = r->stages;
    struct arena *arena = r->report->arena;

    stages[STAGE_BACKUP] = (struct stage){.instance = r->roles.principal,
                                          .age_s = shipped->backup_age_s,
                                          .since_utc_ms = shipped->backup_utc_ms};
    stages[STAGE_COPY] = (struct stage){
        .instance = r->roles.standby,
        .age_s = shipped->copy_age_s,
        .since_utc_ms = shipped->copy_utc_ms,
        .idle = taken_is_seen(r) && nothing_to_do(&shipped->taken, &shipped->copied),
    };
    stages[STAGE_RESTORE] = (struct stage){
        .instance = r->roles.standby,
        .age_s = shipped->restore_age_s,
        .since_utc_ms = shipped->restore_utc_ms,
        .idle = nothing_to_do(&shipped->copied, &shipped->restored),
    };
    for (int id = 0; id < STAGE_COUNT; id++)
        if (FACT(stages[id].instance, ls_primary) || FACT(stages[id].instance, ls_secondary))
            stages[id].trouble = job_trouble(arena, r->snapshot, stages[id].instance, infos[id].agent);
    if (FACT_NONE(r->roles.principal, ls_primary))
        stages[STAGE_BACKUP].trouble = not_set_up(r);
    if (r->chain.blocks)
        stages[STAGE_RESTORE].trouble = blocked_by_chain(r);
}

/* The earliest broken stage, the late one itself where it has a fault of its own. */
static const struct stage *find_cause(const struct stage *stages, int late)
{
    if (stages[late].broken)
        return &stages[late];
    for (int id = 0; id < late; id++)
        if (stages[id].broken)
            return &stages[id];
    return &stages[late];
}

static void judge_stages(struct replication *r)
{
    struct stage *stages = r->stages;

    for (int id = 0; id < STAGE_COUNT; id++) {
        stages[id].late = metric_severity(&r->report->limits, infos[id].metric, stages[id].age_s);
        stages[id].broken =
            stages[id].trouble.condition || (stages[id].late != SEVERITY_OK && !stages[id].idle);
    }
    for (int id = 0; id < STAGE_COUNT; id++)
        if (stages[id].late != SEVERITY_OK)
            stages[id].cause = find_cause(stages, id);
}

/* ---- words ---- */

static int id_of(const struct replication *r, const struct stage *stage)
{
    return (int)(stage - r->stages);
}

static const char *cause_text(const struct replication *r, const struct stage *cause)
{
    const struct stage_info *info = &infos[id_of(r, cause)];

    if (cause->trouble.condition)
        return cause->trouble.brief;
    return arena_format(r->report->arena, "%s %s %s", cause->instance->name, info->late_format,
                        words_duration(r->report->arena, cause->age_s.value));
}

static const struct stage *first_broken(const struct replication *r, enum stage_id last)
{
    for (int id = 0; id <= (int)last; id++)
        if (r->stages[id].broken)
            return &r->stages[id];
    return NULL;
}

const char *shipping_because(const struct replication *r, enum stage_id last)
{
    const struct stage *cause = first_broken(r, last);

    return cause ? arena_format(r->report->arena, ", because %s", cause_text(r, cause)) : "";
}

const char *shipping_remedy(const struct replication *r, enum stage_id last)
{
    const struct stage *cause = first_broken(r, last);

    return cause ? arena_format(r->report->arena, "repair the cause on %s; this follows by itself",
                                cause->instance->name)
                 : NULL;
}

/* A job that runs and runs is no fault that its history shows. */
static const char *running_text(const struct replication *r, const struct stage *stage)
{
    enum ls_agent agent = infos[id_of(r, stage)].agent;
    const struct job_fact *job = job_of(stage->instance, agent);

    if (!job || !fact_is(job->running, 1) || !job->running_for_s.known || job->running_for_s.value < 60)
        return "";
    return arena_format(r->report->arena, ": %s has been running for %s", job_name(stage->instance, agent),
                        words_duration(r->report->arena, job->running_for_s.value));
}

/* The word of comfort that belongs to a late restore: nothing is lost by it. */
static const char *still_exposed(const struct replication *r)
{
    struct fact_num exposed_s = exposure_s(r);

    if (r->chain.blocks || !exposed_s.known ||
        metric_severity(&r->report->limits, METRIC_exposure_s, exposed_s) != SEVERITY_OK)
        return "";
    return arena_format(r->report->arena, "; exposure is still %s",
                        words_duration(r->report->arena, exposed_s.value));
}

static const char *why_late(const struct replication *r, const struct stage *stage)
{
    if (stage->cause != stage)
        return arena_format(r->report->arena, ", because %s", cause_text(r, stage->cause));
    if (stage->trouble.condition)
        return arena_format(r->report->arena, ": %s", stage->trouble.brief);
    /* Who sees no principal does not know whether there was anything to copy. */
    if (!r->roles.principal && id_of(r, stage) == STAGE_COPY)
        return "; no principal is seen";
    return running_text(r, stage);
}

/* ---- findings ---- */

static void raise_finding(struct report *report, enum condition condition, const char *object,
                          enum severity severity)
{
    for (size_t i = 0; i < report->finding_count; i++) {
        struct finding *finding = &report->findings[i];

        if (finding->condition == condition && strcmp(finding->object, object) == 0)
            finding->severity = severity_worse(finding->severity, severity);
    }
}

static void raise_stage(struct replication *r, const struct stage *cause, enum severity severity)
{
    const struct stage_info *info = &infos[id_of(r, cause)];
    bool failing = cause->trouble.condition && !cause->trouble.standing;

    if (cause->late != SEVERITY_OK)
        raise_finding(r->report, info->late, cause->instance->name, severity);
    /* A failure that made its own stage late is told there. */
    if (cause->trouble.condition && !(failing && cause->late != SEVERITY_OK))
        raise_finding(r->report, cause->trouble.condition, cause->instance->name, severity);
}

void shipping_raise_cause(struct replication *r, enum stage_id last, enum severity severity)
{
    const struct stage *cause = first_broken(r, last);

    if (cause)
        raise_stage(r, cause, severity);
}

static const char *action_of(const struct replication *r, const struct stage *stage)
{
    const struct stage *cause = stage->cause;

    if (cause == stage && stage->trouble.condition)
        return stage->trouble.action ? stage->trouble.action
                                     : condition_info(stage->trouble.condition)->action;
    if (cause != stage)
        return arena_format(r->report->arena, "repair the cause on %s; this follows by itself",
                            cause->instance->name);
    return condition_info(infos[id_of(r, stage)].late)->action;
}

/* The standby is "behind": the word that people use. */
static const char *late_words(enum stage_id id, const char *beside_limit, struct arena *arena)
{
    if (id == STAGE_RESTORE)
        return arena_format(arena, "is %s behind %s",
                            arena_text_n(arena, beside_limit, strcspn(beside_limit, "(") - 1),
                            strchr(beside_limit, '('));
    return arena_format(arena, "%s %s", infos[id].late_format, beside_limit);
}

static void report_late(struct replication *r, enum stage_id id)
{
    const struct stage *stage = &r->stages[id];
    struct finding *finding;

    if (stage->late == SEVERITY_OK)
        return;
    finding = report_add(r->report, infos[id].late, stage->instance->name, "%s %s%s%s", stage->instance->name,
                         late_words(id, metric_beside_limit(r->report, infos[id].metric, stage->age_s.value),
                                    r->report->arena),
                         why_late(r, stage), id == STAGE_RESTORE ? still_exposed(r) : "");
    finding->severity = stage->late;
    finding->since_utc_ms = stage->since_utc_ms;
    finding->action = action_of(r, stage);
    raise_stage(r, stage->cause, stage->late);
}

/* Right after it was seeded a standby has nothing yet: the seed's age is judged as the restore's would be. */
static enum severity never_severity(const struct replication *r)
{
    if (!r->shipped.seed_age_s.known)
        return SEVERITY_CRITICAL;
    return severity_worse(SEVERITY_WARNING,
                          metric_severity(&r->report->limits, METRIC_restore_age_s, r->shipped.seed_age_s));
}

/* No time is no proof: monitor rows get lost and histories are hidden or purged.  Log shipping's own record
 * of the last file must be empty, too. */
static bool is_seen_to_be_never(const struct stage *stage, enum stage_id id)
{
    const struct ls_primary_fact *primary = FACT(stage->instance, ls_primary);
    const struct ls_secondary_fact *secondary = FACT(stage->instance, ls_secondary);

    switch (id) {
    case STAGE_BACKUP:
        return primary && !primary->last_backup_file;
    case STAGE_COPY:
        return secondary && !secondary->last_copied_file;
    default:
        return secondary && !secondary->last_restored_file &&
               stage->instance->restore.sighting.sight == SIGHT_SEEN;
    }
}

static void report_never(struct replication *r, enum stage_id id)
{
    const struct stage *stage = &r->stages[id];
    struct finding *finding;

    finding = report_add(r->report, infos[id].never, stage->instance->name, "%s %s", stage->instance->name,
                         infos[id].never_words);
    finding->severity = never_severity(r);
    if (stage->trouble.condition) {
        finding->message = arena_format(r->report->arena, "%s: %s", finding->message, stage->trouble.text);
        finding->action = stage->trouble.action ? stage->trouble.action : finding->action;
    }
}

/* It is set up, and something was done, but nobody says when. */
static void report_undated(struct replication *r, enum stage_id id)
{
    const struct instance_snapshot *instance = r->stages[id].instance;

    if (id == STAGE_BACKUP ? FACT(instance, ls_primary) != NULL : receives_logs(instance))
        report_add(r->report, CONDITION_facts_missing, instance->name, "%s did not tell %s", instance->name,
                   infos[id].undated_words);
}

static void report_stage(struct replication *r, enum stage_id id)
{
    report_late(r, id);
    if (!r->stages[id].since_utc_ms.known && is_seen_to_be_never(&r->stages[id], id))
        report_never(r, id);
    else if (!r->stages[id].since_utc_ms.known)
        report_undated(r, id);
    if (r->stages[id].instance)
        report_metric(r->report, infos[id].metric, r->stages[id].instance->name, r->stages[id].age_s);
    assess_failure(r, r->stages[id].instance, infos[id].agent, "");
}

void assess_shipping(struct replication *r)
{
    if (!replication_ships(r))
        return;
    find_stages(r);
    judge_stages(r);
    for (int id = 0; id < STAGE_COUNT; id++)
        report_stage(r, (enum stage_id)id);
    assess_failure(r, roles_partner_of(&r->roles, r->roles.principal), LS_AGENT_BACKUP, JOB_INACTIVE);
}
