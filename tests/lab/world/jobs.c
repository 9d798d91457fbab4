#include "lab/world/jobs.h"

#include "base/mem.h"
#include "lab/world/agents.h"
#include "lab/world/civil.h"
#include "lab/world/random.h"
#include "lab/world/result.h"
#include "lab/world/world.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { HISTORY_ROWS_PER_JOB = 100, SHORTEST_RUN_MS = 120, LONGEST_RUN_MS = 1400 };

static const struct kind_info {
    int category_id;
    const char *category, *subsystem, *step;
} kinds[] = {
    [JOB_OTHER] = {0, "[Uncategorized (Local)]", "TSQL", "step 1"},
    [JOB_LS_BACKUP] = {6, "Log Shipping Backup", "CmdExec", "Log shipping backup log job step."},
    [JOB_LS_COPY] = {7, "Log Shipping Copy", "CmdExec", "Log shipping copy log job step."},
    [JOB_LS_RESTORE] = {8, "Log Shipping Restore", "CmdExec", "Log shipping restore log job step."},
    [JOB_LS_ALERT] = {9, "Log Shipping Alert", "TSQL", "Log shipping alert job step."},
    [JOB_MIRROR_MONITOR] = {3, "Database Maintenance", "TSQL", "Database Mirroring Monitor Job Step"},
};

/* --- finding --- */

struct job *job_find(struct instance *instance, const char *name)
{
    for (size_t i = 0; i < instance->agent.jobs.count; i++)
        if (strcasecmp(instance->agent.jobs.rows[i].name, name) == 0)
            return &instance->agent.jobs.rows[i];
    return NULL;
}

struct job *job_find_id(struct instance *instance, const struct guid *job_id)
{
    for (size_t i = 0; i < instance->agent.jobs.count; i++)
        if (guid_same(&instance->agent.jobs.rows[i].job_id, job_id))
            return &instance->agent.jobs.rows[i];
    return NULL;
}

static struct schedule *schedule_of(const struct agent *agent, const struct job *job)
{
    for (size_t i = 0; i < agent->schedules.count; i++)
        if (agent->schedules.rows[i].schedule_id == job->schedule_id)
            return &agent->schedules.rows[i];
    return NULL;
}

struct schedule *job_schedule(struct instance *instance, const struct job *job)
{
    return schedule_of(&instance->agent, job);
}

bool job_is_running(const struct job *job)
{
    return job->running_until_utc_ms != 0;
}

static bool is_scheduled(const struct instance *instance, const struct job *job)
{
    const struct schedule *schedule = schedule_of(&instance->agent, job);

    return job->enabled && !job->untargeted && schedule && schedule->enabled && instance->agent.running &&
           !instance->down;
}

/* The newest Agent session's row of this job. */
static struct job_activity *activity_of(struct agent *agent, const struct job *job)
{
    for (size_t i = agent->activities.count; i-- > 0;)
        if (agent->activities.rows[i].session_id == agent->session_id &&
            guid_same(&agent->activities.rows[i].job_id, &job->job_id))
            return &agent->activities.rows[i];
    return NULL;
}

int64_t job_next_run_date(const struct instance *instance, const struct job *job)
{
    for (size_t i = instance->agent.activities.count; i-- > 0;) {
        const struct job_activity *row = &instance->agent.activities.rows[i];
        if (row->session_id == instance->agent.session_id && guid_same(&row->job_id, &job->job_id))
            return row->next_scheduled_run_date == SQL_NULL_DATE ? 0 : row->next_scheduled_run_date;
    }
    return 0;
}

/* --- making --- */

static void add_activity(struct agent *agent, const struct job *job)
{
    *LIST_ADD(&agent->activities) = (struct job_activity){
        .session_id = agent->session_id,
        .job_id = job->job_id,
        .start_execution_date = SQL_NULL_DATE,
        .stop_execution_date = SQL_NULL_DATE,
        .next_scheduled_run_date = SQL_NULL_DATE,
        .last_executed_step_id = SQL_NULL_INT,
        .job_history_id = SQL_NULL_INT,
    };
}

static void add_schedule(struct agent *agent, struct job *job, const struct job_config *config)
{
    struct schedule *schedule = LIST_ADD(&agent->schedules);

    job->schedule_id = schedule->schedule_id = ++agent->next_schedule_id;
    schedule->enabled = true;
    schedule->interval_s = (int)config->interval_s;
    snprintf(schedule->name, sizeof schedule->name, "%.200s schedule", config->name);
}

struct guid job_add(struct world *world, struct instance *instance, const struct job_config *config)
{
    struct agent *agent = &instance->agent;
    struct job *job = LIST_ADD(&agent->jobs);
    const struct kind_info *kind = &kinds[config->kind];
    int64_t interval_ms = config->interval_s * 1000;

    job->job_id = world_new_guid(world);
    job->kind = config->kind;
    job->enabled = true;
    job->category_id = kind->category_id;
    job->category = kind->category;
    job->subsystem = kind->subsystem;
    job->command = mem_copy_text(config->command);
    job->date_created = job->date_modified = world_getdate(world, instance);
    job->agent_id = config->agent_id;
    snprintf(job->name, sizeof job->name, "%s", config->name);
    snprintf(job->owner, sizeof job->owner, "sa");
    if (interval_ms > 0) {
        job->next_run_utc_ms =
            world->now_utc_ms - world->now_utc_ms % interval_ms + interval_ms + config->phase_s * 1000;
        add_schedule(agent, job, config);
    }
    add_activity(agent, job);
    return job->job_id;
}

struct job *job_add_empty(struct world *world, struct instance *instance, const char *name, const char *owner)
{
    const struct job_config config = {.name = name, .kind = JOB_OTHER, .command = ""};
    struct guid job_id = job_add(world, instance, &config);
    struct job *job = job_find_id(instance, &job_id);

    job->untargeted = true;
    snprintf(job->owner, sizeof job->owner, "%s", owner);
    return job;
}

void job_set_step(struct job *job, const char *step, const char *database, const char *command)
{
    free(job->command);
    job->command = mem_copy_text(command);
    snprintf(job->step, sizeof job->step, "%s", step);
    snprintf(job->database, sizeof job->database, "%s", database);
}

static void forget_history(struct agent *agent, const struct guid *job_id)
{
    for (size_t i = agent->histories.count; i-- > 0;)
        if (guid_same(&agent->histories.rows[i].job_id, job_id)) {
            free(agent->histories.rows[i].message);
            LIST_REMOVE(&agent->histories, i);
        }
    for (size_t i = agent->activities.count; i-- > 0;)
        if (guid_same(&agent->activities.rows[i].job_id, job_id))
            LIST_REMOVE(&agent->activities, i);
}

void job_delete(struct instance *instance, const struct guid *job_id, bool keep_schedule)
{
    struct agent *agent = &instance->agent;
    struct job *job = job_find_id(instance, job_id);
    struct schedule *schedule = job ? schedule_of(agent, job) : NULL;
    struct guid id = *job_id;

    if (!job)
        return;
    if (schedule && !keep_schedule)
        LIST_REMOVE(&agent->schedules, (size_t)(schedule - agent->schedules.rows));
    free(job->command);
    LIST_REMOVE(&agent->jobs, (size_t)(job - agent->jobs.rows));
    forget_history(agent, &id);
}

void agent_done(struct agent *agent)
{
    for (size_t i = 0; i < agent->jobs.count; i++)
        free(agent->jobs.rows[i].command);
    for (size_t i = 0; i < agent->histories.count; i++)
        free(agent->histories.rows[i].message);
    free(agent->jobs.rows);
    free(agent->schedules.rows);
    free(agent->activities.rows);
    free(agent->histories.rows);
}

/* --- the service --- */

static bool has_agent(const struct instance *instance)
{
    enum { EXPRESS = 4 };

    return instance->engine_edition != EXPRESS;
}

void agent_start(struct world *world, struct instance *instance)
{
    struct agent *agent = &instance->agent;
    struct session *session;

    if (agent->running || instance->down || !has_agent(instance))
        return;
    agent->running = true;
    agent->session_id++;
    agent->last_startup_utc_ms = world->now_utc_ms;
    for (size_t i = 0; i < agent->jobs.count; i++) {
        agent->jobs.rows[i].running_until_utc_ms = 0;
        add_activity(agent, &agent->jobs.rows[i]);
    }
    session = session_open(world, instance, instance->agent_account, world_host_of(world, instance)->name,
                           "SQLAgent - Generic Refresher", "msdb", false);
    session->synthetic = true;
}

void agent_stop(struct world *world, struct instance *instance)
{
    struct agent *agent = &instance->agent;

    (void)world;
    agent->running = false;
    for (size_t i = 0; i < agent->jobs.count; i++)
        agent->jobs.rows[i].running_until_utc_ms = 0;
    for (size_t i = instance->sessions.count; i-- > 0;)
        if (instance->sessions.rows[i].synthetic &&
            strncmp(instance->sessions.rows[i].program, "SQLAgent", 8) == 0)
            LIST_REMOVE(&instance->sessions, i);
}

/* --- runs --- */

/* One row per outcome and step, the oldest of the job making room (Agent's default limit). */
static struct job_history *add_history(struct agent *agent, const struct job *job)
{
    size_t rows = 0, oldest = agent->histories.count;

    for (size_t i = agent->histories.count; i-- > 0;)
        if (guid_same(&agent->histories.rows[i].job_id, &job->job_id)) {
            rows++;
            oldest = i;
        }
    if (rows >= HISTORY_ROWS_PER_JOB) {
        free(agent->histories.rows[oldest].message);
        LIST_REMOVE(&agent->histories, oldest);
    }
    return LIST_ADD(&agent->histories);
}

static const char *step_name(const struct job *job)
{
    return *job->step ? job->step : kinds[job->kind].step;
}

static void note_step(struct world *world, struct instance *instance, const struct job *job, int step_id,
                      const struct job_outcome *outcome, const char *message)
{
    const struct host *host = world_host_of(world, instance);
    struct job_history *row = add_history(&instance->agent, job);
    int64_t started = host_local_ms(host, job->started_utc_ms);

    row->instance_id = ++instance->agent.next_instance_id;
    row->job_id = job->job_id;
    row->step_id = step_id;
    snprintf(row->step_name, sizeof row->step_name, "%s", step_id == 0 ? "(Job outcome)" : step_name(job));
    row->sql_message_id = outcome->number;
    row->sql_severity = outcome->severity;
    row->message = mem_copy_text(message);
    row->run_status = outcome->failed ? RUN_FAILED : RUN_SUCCEEDED;
    row->run_date = civil_date(started);
    row->run_time = civil_time(started);
    row->run_duration = civil_duration(world->now_utc_ms - job->started_utc_ms);
}

static void note_outcome(struct world *world, struct instance *instance, const struct job *job,
                         const struct job_outcome *outcome)
{
    char text[3 * WORLD_TEXT_BYTES], invoked[2 * WORLD_NAME_BYTES] = "User sa";
    const struct schedule *schedule = schedule_of(&instance->agent, job);
    struct job_activity *activity = activity_of(&instance->agent, job);

    if (schedule && job->requested_source && *job->requested_source == '1')
        snprintf(invoked, sizeof invoked, "Schedule %d (%s)", schedule->schedule_id, schedule->name);
    snprintf(text, sizeof text,
             "The job %s.  The Job was invoked by %s.  The last step to run was step 1 (%s).",
             outcome->failed ? "failed" : "succeeded", invoked, step_name(job));
    note_step(world, instance, job, 1, outcome, outcome->text);
    note_step(world, instance, job, 0, &(struct job_outcome){.failed = outcome->failed}, text);
    if (activity) {
        activity->stop_execution_date = world_getdate(world, instance);
        activity->last_executed_step_id = 1;
        activity->job_history_id = instance->agent.next_instance_id;
    }
}

static void begin(struct world *world, struct instance *instance, struct job *job, const char *source)
{
    struct job_activity *activity = activity_of(&instance->agent, job);

    job->requested_source = source;
    job->started_utc_ms = world->now_utc_ms;
    job->running_until_utc_ms = job->hangs ? INT64_MAX
                                           : world->now_utc_ms + SHORTEST_RUN_MS +
                                                 world_random_below(world, LONGEST_RUN_MS - SHORTEST_RUN_MS);
    if (activity) {
        activity->start_execution_date = world_getdate(world, instance);
        activity->stop_execution_date = SQL_NULL_DATE;
        activity->run_requested_source = source;
    }
    agent_begin(world, instance, job);
}

static void finish(struct world *world, struct instance *instance, struct job *job)
{
    struct job_outcome outcome;
    struct guid job_id = job->job_id;

    agent_work(world, instance, job, &outcome);
    job = job_find_id(instance, &job_id); /* its own text may have deleted it */
    if (!job)
        return;
    job->running_until_utc_ms = 0;
    note_outcome(world, instance, job, &outcome);
}

static void plan_next(struct world *world, struct instance *instance, struct job *job)
{
    const struct schedule *schedule = schedule_of(&instance->agent, job);
    struct job_activity *activity = activity_of(&instance->agent, job);

    if (schedule)
        while (job->next_run_utc_ms <= world->now_utc_ms)
            job->next_run_utc_ms += (int64_t)schedule->interval_s * 1000;
    if (activity)
        activity->next_scheduled_run_date =
            is_scheduled(instance, job) ? host_local_ms(world_host_of(world, instance), job->next_run_utc_ms)
                                        : SQL_NULL_DATE;
}

void jobs_run_due(struct world *world, struct instance *instance)
{
    if (instance->down || world_host_of(world, instance)->down || !instance->agent.running)
        return;
    for (size_t i = 0; i < instance->agent.jobs.count; i++) {
        struct job *job = &instance->agent.jobs.rows[i];
        if (job_is_running(job) && job->running_until_utc_ms <= world->now_utc_ms) {
            finish(world, instance, job);
            if (i >= instance->agent.jobs.count)
                break;
            job = &instance->agent.jobs.rows[i];
        }
        if (is_scheduled(instance, job) && !job_is_running(job) && job->next_run_utc_ms <= world->now_utc_ms)
            begin(world, instance, job, "1");
        plan_next(world, instance, job);
    }
}

int64_t jobs_next_utc_ms(const struct world *world, const struct instance *instance)
{
    int64_t next = INT64_MAX;

    if (instance->down || world->hosts[instance->host].down || !instance->agent.running)
        return next;
    for (size_t i = 0; i < instance->agent.jobs.count; i++) {
        const struct job *job = &instance->agent.jobs.rows[i];
        if (job_is_running(job) && job->running_until_utc_ms < next)
            next = job->running_until_utc_ms;
        if (!job_is_running(job) && is_scheduled(instance, job) && job->next_run_utc_ms < next)
            next = job->next_run_utc_ms;
    }
    return next;
}

bool job_run_now(struct world *world, struct instance *instance, struct job *job)
{
    if (instance->down || !instance->agent.running || job->hangs)
        return false;
    if (!job_is_running(job))
        begin(world, instance, job, "4");
    finish(world, instance, job);
    return true;
}

/* --- procedures of msdb --- */

struct schedule *schedule_find(struct instance *instance, int schedule_id)
{
    for (size_t i = 0; i < instance->agent.schedules.count; i++)
        if (instance->agent.schedules.rows[i].schedule_id == schedule_id)
            return &instance->agent.schedules.rows[i];
    return NULL;
}

int schedule_add(struct instance *instance, const char *name, bool enabled, int interval_s)
{
    struct schedule *schedule = LIST_ADD(&instance->agent.schedules);

    schedule->schedule_id = ++instance->agent.next_schedule_id;
    schedule->enabled = enabled;
    schedule->interval_s = interval_s;
    snprintf(schedule->name, sizeof schedule->name, "%s", name);
    return schedule->schedule_id;
}

void job_attach_schedule(struct world *world, struct instance *instance, struct job *job, int schedule_id)
{
    int64_t interval_ms = (int64_t)schedule_find(instance, schedule_id)->interval_s * 1000;

    job->schedule_id = schedule_id;
    job->next_run_utc_ms = world->now_utc_ms - world->now_utc_ms % interval_ms + interval_ms;
    plan_next(world, instance, job);
}

void job_target(struct world *world, struct instance *instance, struct job *job)
{
    job->untargeted = false;
    plan_next(world, instance, job);
}

static struct job *named(struct instance *instance, const char *name, struct world_result *result)
{
    struct job *job = job_find(instance, name);

    result_clear(result);
    if (!job)
        result_error(result, 14262, "@job_name", name, NULL);
    return job;
}

void job_update_enabled(struct world *world, struct instance *instance, const char *name, bool enabled,
                        struct world_result *result)
{
    struct job *job = named(instance, name, result);

    if (!job)
        return;
    job->enabled = enabled;
    job->date_modified = world_getdate(world, instance);
    plan_next(world, instance, job);
}

void job_start(struct world *world, struct instance *instance, const char *name, struct world_result *result)
{
    struct job *job = named(instance, name, result);

    if (!job)
        return;
    if (!instance->agent.running)
        result_error(result, 22022, "run", name,
                     "cannot be started: SQLServerAgent is not currently running");
    else if (job->untargeted)
        result_error(result, 14256, name, job->job_id.text, NULL);
    else if (job_is_running(job))
        result_error(result, 22022, "run", name, "is already running from a request by User sa");
    else
        begin(world, instance, job, "4");
}

void job_stop(struct world *world, struct instance *instance, const char *name, struct world_result *result)
{
    struct job *job = named(instance, name, result);
    struct job_activity *activity;

    if (!job)
        return;
    if (!job_is_running(job)) {
        result_error(result, 22022, "stop", name, "is not currently running");
        return;
    }
    job->running_until_utc_ms = 0;
    activity = activity_of(&instance->agent, job);
    if (activity)
        activity->stop_execution_date = world_getdate(world, instance);
}
