/* SQL Server Agent and the log-shipping jobs. */
#include "lab/world/fault.h"

#include <stdio.h>

enum how { HOW_STOPPED, HOW_FAILING, HOW_DISABLED, HOW_UNSCHEDULED, HOW_HANGING };

#define HOW_PARAM "how=stopped|failing|disabled|unscheduled|hanging"

static struct job *job_of(struct instance *instance, enum job_kind kind)
{
    for (size_t i = 0; i < instance->agent.jobs.count; i++)
        if (instance->agent.jobs.rows[i].kind == kind)
            return &instance->agent.jobs.rows[i];
    return NULL;
}

static void apply(struct world *world, struct instance *instance, struct job *job, enum how how)
{
    struct schedule *schedule = job_schedule(instance, job);

    switch (how) {
    case HOW_STOPPED:
        if (schedule)
            schedule->enabled = false;
        break;
    case HOW_FAILING:
        job->fails = true;
        break;
    case HOW_DISABLED:
        job->enabled = false;
        job->date_modified = world_getdate(world, instance);
        break;
    case HOW_UNSCHEDULED:
        job->schedule_id = 0;
        break;
    case HOW_HANGING:
        job->hangs = true;
        break;
    }
}

static int set_job(struct fault_call *call, enum job_kind kind)
{
    static const char *const words[] = {"stopped", "failing", "disabled", "unscheduled", "hanging", NULL};
    struct job *job = job_of(call->instance, kind);
    int how;

    if (fault_word(call, "how", words, &how) != 0)
        return -1;
    if (!job)
        return err_set(call->err, ERR_INPUT, "%s has no such job", call->target);
    call->record->saved[0] = how;
    call->record->saved[1] = job->schedule_id;
    snprintf(call->record->text, sizeof call->record->text, "%s", job->job_id.text);
    apply(call->world, call->instance, job, (enum how)how);
    return 0;
}

static void clear_job(struct fault_call *call)
{
    struct guid id;
    struct job *job;
    struct schedule *schedule;

    snprintf(id.text, sizeof id.text, "%.36s", call->record->text);
    job = job_find_id(call->instance, &id);
    if (!job)
        return;
    job->schedule_id = (int)call->record->saved[1];
    schedule = job_schedule(call->instance, job);
    if (schedule && call->record->saved[0] == HOW_STOPPED)
        schedule->enabled = true;
    if (call->record->saved[0] == HOW_DISABLED)
        job->enabled = true;
    if (job->hangs && job_is_running(job))
        job->running_until_utc_ms = call->world->now_utc_ms;
    job->fails = job->hangs = false;
}

static int set_backup_job(struct fault_call *call)
{
    return set_job(call, JOB_LS_BACKUP);
}

static int set_copy_job(struct fault_call *call)
{
    return set_job(call, JOB_LS_COPY);
}

static int set_restore_job(struct fault_call *call)
{
    return set_job(call, JOB_LS_RESTORE);
}

static int set_agent_stopped(struct fault_call *call)
{
    agent_stop(call->world, call->instance);
    return 0;
}

static void clear_agent_stopped(struct fault_call *call)
{
    agent_start(call->world, call->instance);
}

/* The Windows account that set log shipping up has left the directory. */
static int set_job_owner_gone(struct fault_call *call)
{
    static const char *const words[] = {"copy", "restore", NULL};
    static const enum job_kind job_kinds[] = {JOB_LS_COPY, JOB_LS_RESTORE};
    struct job *job;
    int which;

    if (fault_word(call, "job", words, &which) != 0)
        return -1;
    job = job_of(call->instance, job_kinds[which]);
    if (!job)
        return err_set(call->err, ERR_INPUT, "%s has no such job", call->target);
    call->record->saved[0] = job_kinds[which];
    snprintf(call->record->text, sizeof call->record->text, "%s", job->owner);
    snprintf(job->owner, sizeof job->owner, "LITWARE\\left");
    return 0;
}

/* Somebody may have given it another owner meanwhile. */
static void clear_job_owner_gone(struct fault_call *call)
{
    struct job *job = job_of(call->instance, (enum job_kind)call->record->saved[0]);

    if (job && !security_login(call->instance, job->owner))
        snprintf(job->owner, sizeof job->owner, "%.127s", call->record->text);
}

/* A crash of the Agent left a row that says "running" for ever, in a session that is no longer the newest. */
static int set_old_agent_session(struct fault_call *call)
{
    enum { DAY_MS = 24 * 3600 * 1000 };
    const char *name = fault_param(call, "job", "LSRestore_sqlpri1_mgc");
    const struct job *job = job_find(call->instance, name);

    if (!job)
        return err_set(call->err, ERR_INPUT, "%s has no job \"%s\"", call->target, name);
    call->record->saved[0] = call->instance->agent.session_id - 1;
    *LIST_ADD(&call->instance->agent.activities) = (struct job_activity){
        .session_id = call->instance->agent.session_id - 1,
        .job_id = job->job_id,
        .start_execution_date = world_getdate(call->world, call->instance) - DAY_MS,
        .stop_execution_date = SQL_NULL_DATE,
        .next_scheduled_run_date = SQL_NULL_DATE,
        .last_executed_step_id = SQL_NULL_INT,
        .job_history_id = SQL_NULL_INT,
        .run_requested_source = "1",
    };
    return 0;
}

static void clear_old_agent_session(struct fault_call *call)
{
    struct agent *agent = &call->instance->agent;

    for (size_t i = agent->activities.count; i-- > 0;)
        if (agent->activities.rows[i].session_id == call->record->saved[0])
            LIST_REMOVE(&agent->activities, i);
}

static const struct fault rows[] = {
    {{"backup_job", TARGET_INSTANCE, "sqlpri1", HOW_PARAM, "LSBackup_mgc does not do its work"},
     set_backup_job,
     clear_job},
    {{"copy_job", TARGET_INSTANCE, "sqldr1", HOW_PARAM, "LSCopy does not do its work"},
     set_copy_job,
     clear_job},
    {{"restore_job", TARGET_INSTANCE, "sqldr1", HOW_PARAM, "LSRestore does not do its work"},
     set_restore_job,
     clear_job},
    {{"agent_stopped", TARGET_INSTANCE, NULL, "", "the service SQL Server Agent is stopped"},
     set_agent_stopped,
     clear_agent_stopped},
    {{"old_agent_session", TARGET_INSTANCE, "sqldr1", "job=NAME",
      "sysjobactivity keeps a \"running\" row of an older Agent session"},
     set_old_agent_session,
     clear_old_agent_session},
    {{"job_owner_gone", TARGET_INSTANCE, "sqldr1", "job=copy|restore",
      "the account that owns the job is no longer in the directory: the Agent does not run it"},
     set_job_owner_gone,
     clear_job_owner_gone},
};

const struct fault_table fault_table_jobs = {rows, COUNT(rows)};
