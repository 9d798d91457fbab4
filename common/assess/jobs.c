#include "assess/jobs.h"

#include "assess/remedy.h"
#include "assess/replication.h"
#include "assess/sight.h"
#include "assess/words.h"

/* sysjobhistory.run_status */
enum { RUN_FAILED = 0 };

static const struct {
    const char *kind, *unnamed;
    enum condition failing;
} agents[LS_AGENT_COUNT] = {
    [LS_AGENT_BACKUP] = {"backup", "the backup job of log shipping", CONDITION_log_backup_failing},
    [LS_AGENT_COPY] = {"copy", "the copy job of log shipping", CONDITION_log_copy_failing},
    [LS_AGENT_RESTORE] = {"restore", "the restore job of log shipping", CONDITION_log_restore_failing},
};

static const char *job_id(const struct instance_snapshot *instance, enum ls_agent agent)
{
    const struct ls_primary_fact *primary = FACT(instance, ls_primary);
    const struct ls_secondary_fact *secondary = FACT(instance, ls_secondary);

    if (agent == LS_AGENT_BACKUP)
        return primary ? primary->backup_job_id : NULL;
    if (!secondary)
        return NULL;
    return agent == LS_AGENT_COPY ? secondary->copy_job_id : secondary->restore_job_id;
}

/* By id first: administrators rename jobs. */
const struct job_fact *job_of(const struct instance_snapshot *instance, enum ls_agent agent)
{
    const char *id = job_id(instance, agent);
    const struct job_fact *by_kind = NULL;

    for (size_t i = 0; FACT(instance, job) && i < instance->job.count; i++) {
        const struct job_fact *job = &instance->job.rows[i];

        if (words_equal(job->job_id, id))
            return job;
        if (!by_kind && words_equal(job->kind, agents[agent].kind))
            by_kind = job;
    }
    return by_kind;
}

const char *job_name(const struct instance_snapshot *instance, enum ls_agent agent)
{
    const struct job_fact *job = job_of(instance, agent);

    return job && job->name ? job->name : agents[agent].unnamed;
}

bool agent_is_stopped(const struct instance_snapshot *instance)
{
    const struct agent_fact *agent = FACT(instance, agent);

    if (!agent)
        return false;
    if (agent->service_status)
        return !words_equal(agent->service_status, "Running");
    return fact_is(agent->session_count, 0);
}

static struct trouble idle(struct arena *arena, const struct instance_snapshot *instance, enum ls_agent agent,
                           const char *how)
{
    const char *text = arena_format(arena, "%s on %s %s", job_name(instance, agent), instance->name, how);

    return (struct trouble){
        .condition = CONDITION_log_job_disabled,
        .standing = true,
        .text = text,
        .brief = text,
    };
}

struct trouble job_idle(struct arena *arena, const struct instance_snapshot *instance, enum ls_agent agent)
{
    const struct job_fact *job = job_of(instance, agent);

    if (!job) {
        bool is_missing = instance_seen(instance) && instance->job.sighting.sight == SIGHT_SEEN;

        return is_missing ? idle(arena, instance, agent, "is missing") : (struct trouble){0};
    }
    if (fact_is(job->enabled, 0))
        return idle(arena, instance, agent, "is disabled");
    if (fact_is(job->schedules_enabled, 0))
        return idle(arena, instance, agent, "has no enabled schedule");
    return (struct trouble){0};
}

const struct ls_run_fact *run_of(const struct instance_snapshot *instance, enum ls_agent agent)
{
    for (size_t i = 0; FACT(instance, ls_run) && i < instance->ls_run.count; i++)
        if (fact_is(instance->ls_run.rows[i].agent_type, agent))
            return &instance->ls_run.rows[i];
    return NULL;
}

/* The Agent's own verdict counts where log shipping wrote nothing since: the program may not even have
 * started. */
static bool job_run_failed(const struct job_fact *job, const struct ls_run_fact *run)
{
    if (!job || !fact_is(job->last_outcome, RUN_FAILED))
        return false;
    return !(run && fact_is(run->session_status, LS_SUCCESS) && run->logged_utc_ms.known &&
             job->last_run_utc_ms.known && run->logged_utc_ms.value > job->last_run_utc_ms.value);
}

/* Log shipping's own words say more than the Agent's, where they belong to a run that did not succeed. */
static const char *failure_text(const struct job_fact *job, const struct ls_run_fact *run, bool run_failed)
{
    if (run && run->error && !fact_is(run->session_status, LS_SUCCESS))
        return run->error;
    if (run_failed)
        return run->message;
    return job->last_message;
}

struct trouble job_failing(struct arena *arena, const struct snapshot *snapshot,
                           const struct instance_snapshot *instance, enum ls_agent agent)
{
    const struct job_fact *job = job_of(instance, agent);
    const struct ls_run_fact *run = run_of(instance, agent);
    bool run_failed = run && fact_is(run->session_status, LS_ERROR);
    struct trouble trouble = {.condition = agents[agent].failing};
    const char *error;

    if (!run_failed && !job_run_failed(job, run))
        return (struct trouble){0};
    error = failure_text(job, run, run_failed);
    trouble.since_utc_ms = run_failed ? run->logged_utc_ms : job->last_run_utc_ms;
    trouble.text = arena_format(arena, "%s on %s failed %s: %s", job_name(instance, agent), instance->name,
                                words_time(arena, trouble.since_utc_ms, snapshot->taken_utc_ms),
                                error ? words_clip(arena, error) : "no error text");
    trouble.brief = arena_format(arena, "%s on %s fails", job_name(instance, agent), instance->name);
    trouble.action = remedy_for(arena, snapshot, instance, error);
    return trouble;
}

static struct trouble agent_stopped(struct arena *arena, const struct instance_snapshot *instance)
{
    const char *text = arena_format(arena, "SQL Server Agent on %s is not running", instance->name);

    return (struct trouble){
        .condition = CONDITION_agent_stopped,
        .standing = true,
        .text = text,
        .brief = text,
    };
}

struct trouble job_trouble(struct arena *arena, const struct snapshot *snapshot,
                           const struct instance_snapshot *instance, enum ls_agent agent)
{
    struct trouble trouble;

    if (agent_is_stopped(instance))
        return agent_stopped(arena, instance);
    trouble = job_idle(arena, instance, agent);
    return trouble.condition ? trouble : job_failing(arena, snapshot, instance, agent);
}

/* ---- findings ---- */

static void report_trouble(struct replication *r, const struct instance_snapshot *instance,
                           const struct trouble *trouble, const char *consequence)
{
    struct finding *finding;

    if (!trouble->condition)
        return;
    finding = report_add(r->report, trouble->condition, instance->name, "%s%s", trouble->text, consequence);
    if (trouble->action)
        finding->action = trouble->action;
    finding->since_utc_ms = trouble->since_utc_ms;
}

static void assess_idle(struct replication *r, const struct instance_snapshot *instance, enum ls_agent agent,
                        const char *consequence)
{
    struct trouble trouble = job_idle(r->report->arena, instance, agent);

    report_trouble(r, instance, &trouble, consequence);
}

void assess_failure(struct replication *r, const struct instance_snapshot *instance, enum ls_agent agent,
                    const char *consequence)
{
    struct trouble trouble = job_failing(r->report->arena, r->snapshot, instance, agent);

    report_trouble(r, instance, &trouble, consequence);
}

static void assess_agent(struct replication *r, const struct instance_snapshot *instance)
{
    struct trouble stopped = agent_stopped(r->report->arena, instance);

    if (agent_is_stopped(instance))
        report_trouble(r, instance, &stopped, ": no log-shipping job runs there, and none raises an alert");
}

void assess_jobs(struct replication *r)
{
    for (int i = 0; i < PARTNERS; i++) {
        const struct instance_snapshot *partner = r->roles.partners[i];
        bool inactive = r->roles.principal && partner != r->roles.principal;

        if (!FACT(partner, ls_primary))
            continue;
        assess_agent(r, partner);
        assess_idle(r, partner, LS_AGENT_BACKUP, inactive ? JOB_INACTIVE : "");
    }
    if (!receives_logs(r->roles.standby))
        return;
    assess_agent(r, r->roles.standby);
    if (!replication_ships(r))
        return;
    assess_idle(r, r->roles.standby, LS_AGENT_COPY, "");
    assess_idle(r, r->roles.standby, LS_AGENT_RESTORE, "");
}
