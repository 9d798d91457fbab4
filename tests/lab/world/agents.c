#include "lab/world/agents.h"

#include "base/mem.h"
#include "lab/world/result.h"
#include "lab/world/world.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

bool ls_is_backup_name(const char *name, const char *database)
{
    enum { STAMP_DIGITS = 14 };
    size_t length = strlen(database);

    if (strncasecmp(name, database, length) != 0 || name[length] != '_')
        return false;
    for (size_t i = 0; i < STAMP_DIGITS; i++)
        if (!isdigit((unsigned char)name[length + 1 + i]))
            return false;
    return strcasecmp(name + length + 1 + STAMP_DIGITS, ".trn") == 0;
}

/* --- history --- */

void ls_note(struct ls_run *run, enum ls_status status, const char *format, ...)
{
    char text[2 * WORLD_TEXT_BYTES];
    struct ls_history_detail *row = LIST_ADD(&run->instance->shipping.history_details);
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    row->agent_id = run->agent_id;
    row->agent_type = run->type;
    row->session_id = run->session_id;
    row->session_status = status;
    row->log_time = world_getdate(run->world, run->instance);
    row->log_time_utc = world_getutcdate(run->world, run->instance);
    row->message = mem_copy_text(text);
    snprintf(row->database_name, sizeof row->database_name, "%s", run->database);
}

static void add_error(struct ls_run *run, const char *text, const char *source)
{
    struct ls_error_detail *row = LIST_ADD(&run->instance->shipping.error_details);

    row->agent_id = run->agent_id;
    row->agent_type = run->type;
    row->session_id = run->session_id;
    row->sequence_number = ++run->sequence;
    row->log_time = world_getdate(run->world, run->instance);
    row->log_time_utc = world_getutcdate(run->world, run->instance);
    row->message = mem_copy_text(text);
    row->source = source;
    row->help_url = "";
    snprintf(row->database_name, sizeof row->database_name, "%s", run->database);
    run->had_errors = true;
}

void ls_fail(struct ls_run *run, const char *format, ...)
{
    char text[2 * WORLD_TEXT_BYTES];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    add_error(run, text, "Microsoft.SqlServer.Management.LogShipping");
}

void ls_fail_sql(struct ls_run *run, const struct world_result *result)
{
    char text[2 * WORLD_TEXT_BYTES];

    add_error(run, result_line(result, text, sizeof text), ".Net SqlClient Data Provider");
}

/* --- runs --- */

static const struct agent_kind {
    enum ls_agent_type type;
    const char *noun;   /* "transaction log backup" */
    const char *finish; /* "backup" */
    const char *id;     /* "Primary" */
    void (*begin)(struct ls_run *run);
    void (*work)(struct ls_run *run);
} kinds[] = {
    [JOB_LS_BACKUP] = {LS_BACKUP, "transaction log backup", "backup", "Primary", NULL, backup_agent},
    [JOB_LS_COPY] = {LS_COPY, "transaction log copy", "copy", "Secondary", copy_agent_begin, copy_agent},
    [JOB_LS_RESTORE] = {LS_RESTORE, "transaction log restore", "restore", "Secondary", NULL, restore_agent},
};

static const struct agent_kind *kind_of(const struct job *job)
{
    return (size_t)job->kind < COUNT(kinds) && kinds[job->kind].work ? &kinds[job->kind] : NULL;
}

/* Copy rows carry no database name (page log_shipping_monitor_history_detail). */
static struct ls_run start_run(struct world *world, struct instance *instance, const struct job *job,
                               const struct agent_kind *kind)
{
    return (struct ls_run){
        .world = world,
        .instance = instance,
        .host = world_host_of(world, instance),
        .job = job,
        .type = kind->type,
        .agent_id = job->agent_id,
        .database = kind->type == LS_COPY ? "" : "mgc",
        .session_id = job->ls_session_id,
    };
}

/* An account that the directory has lost: the Agent cannot tell whether it may log on, and runs no step. */
static bool belongs_to_nobody(struct instance *instance, const struct job *job)
{
    return !security_login(instance, job->owner);
}

static void refuse_owner(const struct job *job, struct job_outcome *outcome)
{
    outcome->failed = true;
    snprintf(outcome->text, sizeof outcome->text,
             "The job failed.  Unable to determine if the owner (%.60s) of job %.100s has server access "
             "(reason: Could "
             "not obtain information about Windows NT group/user '%.60s', error code 0x534. [SQLSTATE 42000] "
             "(Error 15404)).",
             job->owner, job->name, job->owner);
}

void agent_begin(struct world *world, struct instance *instance, struct job *job)
{
    const struct agent_kind *kind = kind_of(job);
    struct ls_run run;

    if (!kind || belongs_to_nobody(instance, job))
        return;
    job->ls_session_id = ++instance->shipping.next_session_id;
    run = start_run(world, instance, job, kind);
    ls_note(&run, LS_STARTING, "Starting %s. %s ID: '%s'", kind->noun, kind->id, run.agent_id.text);
    ls_note(&run, LS_RUNNING, "Retrieving %s settings. %s ID: '%s'", kind->finish, kind->id,
            run.agent_id.text);
    if (kind->begin && !job->fails)
        kind->begin(&run);
}

/* Rows older than the retention go at the end of every run; both tables are in order of time. */
static void purge_history(struct ls_run *run)
{
    struct shipping *shipping = &run->instance->shipping;
    int64_t before = world_getutcdate(run->world, run->instance) -
                     (int64_t)run->world->config.history_retention_minutes * 60000;

    while (shipping->history_details.count > 0 && shipping->history_details.rows[0].log_time_utc < before) {
        free(shipping->history_details.rows[0].message);
        LIST_REMOVE(&shipping->history_details, 0);
    }
    while (shipping->error_details.count > 0 && shipping->error_details.rows[0].log_time_utc < before) {
        free(shipping->error_details.rows[0].message);
        LIST_REMOVE(&shipping->error_details, 0);
    }
}

/* The injected failure: the job-step account has lost its rights. */
static void refuse_access(struct ls_run *run)
{
    ls_fail(run, "Access to the path is denied.(mscorlib)");
}

static void finish_run(struct ls_run *run, const struct agent_kind *kind, struct job_outcome *outcome)
{
    const char *result = run->had_errors ? "completed with errors" : "was successful";

    ls_note(run, run->had_errors ? LS_ERROR : LS_SUCCESS, "The %s operation %s. %s ID: '%s'", kind->finish,
            result, kind->id, run->agent_id.text);
    purge_history(run);
    outcome->failed = run->had_errors;
    snprintf(outcome->text, sizeof outcome->text, "Executed as user: %s. Process Exit Code %d.  The step %s.",
             run->instance->agent_account, run->had_errors ? 1 : 0, run->had_errors ? "failed" : "succeeded");
}

static void run_shipping(struct world *world, struct instance *instance, struct job *job,
                         const struct agent_kind *kind, struct job_outcome *outcome)
{
    struct ls_run run = start_run(world, instance, job, kind);

    if (job->fails)
        refuse_access(&run);
    else
        kind->work(&run);
    finish_run(&run, kind, outcome);
}

void agent_work(struct world *world, struct instance *instance, struct job *job, struct job_outcome *outcome)
{
    const struct agent_kind *kind = kind_of(job);

    *outcome = (struct job_outcome){0};
    snprintf(outcome->text, sizeof outcome->text, "Executed as user: %s. The step succeeded.",
             instance->agent_account);
    if (belongs_to_nobody(instance, job))
        refuse_owner(job, outcome);
    else if (kind)
        run_shipping(world, instance, job, kind, outcome);
    else if (job->kind == JOB_LS_ALERT)
        alert_agent(world, instance, outcome);
    else if (job->kind == JOB_OTHER && world->run_job_text)
        world->run_job_text(world, instance, job, outcome);
    else if (job->kind == JOB_MIRROR_MONITOR)
        mirror_monitor_agent(world, instance);
}
