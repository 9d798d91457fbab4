/* msdb: sp_add_job and what belongs to it, sp_update_job, sp_start_job, sp_stop_job, schedules ("SQL Server
 * Agent stored procedures"). */
#include "lab/tsql/procedure.h"

#include "base/arena.h"
#include "lab/tsql/job_step.h"
#include "lab/tsql/value.h"

#include <stdio.h>
#include <strings.h>

/* By @job_id or @job_name; NULL after 14294 or 14262. */
static struct job *job_asked(struct run *run, int line)
{
    const char *name = argument_text(run, "@job_name", NULL), *id = argument_text(run, "@job_id", NULL);
    struct instance *instance = run->session->instance;
    struct job *job = NULL;

    if (!name == !id) {
        PROBLEM(&run->problems, line, 14294, "@job_id", "@job_name");
        return NULL;
    }
    for (size_t i = 0; i < instance->agent.jobs.count && !job; i++)
        if (id ? strcasecmp(instance->agent.jobs.rows[i].job_id.text, id) == 0
               : strcasecmp(instance->agent.jobs.rows[i].name, name) == 0)
            job = &instance->agent.jobs.rows[i];
    if (!job)
        PROBLEM(&run->problems, line, 14262, id ? "@job_id" : "@job_name", id ? id : name);
    return job;
}

/* Its owner, sysadmin, and SQLAgentOperatorRole. */
static bool may_operate(struct run *run, const struct job *job)
{
    const struct login *login = session_login(run->session);

    return login->is_sysadmin || strcasecmp(job->owner, login->name) == 0 ||
           security_in_role(run->session->instance, login, "msdb", "SQLAgentOperatorRole");
}

static int operate_job(struct run *run, int line, int success,
                       void (*operate)(struct world *world, struct instance *instance, const char *name,
                                       struct world_result *result))
{
    const struct job *job = job_asked(run, line);
    struct world_result result = {0};

    if (!job)
        return -1;
    if (!may_operate(run, job))
        return PROBLEM0(&run->problems, line, 14393);
    operate(run->session->world, run->session->instance, job->name, &result);
    if (run_world_result(run, line, &result) != 0)
        return -1;
    PROBLEM(&run->problems, line, success, job->name);
    return 0;
}

static int start_job(struct run *run, int line)
{
    return operate_job(run, line, 14243, job_start);
}

static int stop_job(struct run *run, int line)
{
    return operate_job(run, line, 14254, job_stop);
}

/* --- making and deleting --- */

/* An administrator may give it to anybody; others keep their jobs. */
static int owner_asked(struct run *run, int line, const char **ret)
{
    const struct login *login = session_login(run->session);
    const char *own = run->session->login, *asked = argument_text(run, "@owner_login_name", own);

    *ret = asked;
    if (!security_login(run->session->instance, asked))
        return PROBLEM(&run->problems, line, 14234, "@owner_login_name",
                       "sp_helplogins (excluding Windows NT groups)");
    return login->is_sysadmin || strcasecmp(asked, own) == 0 ? 0 : PROBLEM0(&run->problems, line, 14515);
}

static int update_job(struct run *run, int line)
{
    struct job *job = job_asked(run, line);
    struct world_result result = {0};
    const char *owner;

    if (!job)
        return -1;
    if (!may_operate(run, job))
        return PROBLEM0(&run->problems, line, 14525);
    if (argument_text(run, "@owner_login_name", NULL)) {
        if (owner_asked(run, line, &owner) != 0)
            return -1;
        snprintf(job->owner, sizeof job->owner, "%s", owner);
        job->date_modified = world_getdate(run->session->world, run->session->instance);
    }
    if (run_variable(run, "@enabled")->value.is_null)
        return 0;
    job_update_enabled(run->session->world, run->session->instance, job->name,
                       argument_integer(run, "@enabled", 0) != 0, &result);
    return run_world_result(run, line, &result);
}

static int add_job(struct run *run, int line)
{
    static const char category[] = "[Uncategorized (Local)]";
    struct instance *instance = run->session->instance;
    const char *name = argument_text(run, "@job_name", ""), *owner;
    struct job *job;

    if (job_find(instance, name))
        return PROBLEM(&run->problems, line, 14261, "@job_name", name);
    if (strcasecmp(argument_text(run, "@category_name", category), category) != 0)
        return PROBLEM(&run->problems, line, 14234, "@category_name", "sp_help_category");
    if (owner_asked(run, line, &owner) != 0)
        return -1;
    job = job_add_empty(run->session->world, instance, name, owner);
    job->enabled = argument_integer(run, "@enabled", 1) != 0;
    argument_set_guid(run, "@job_id", &job->job_id);
    return 0;
}

/* Its owner and sysadmin. */
static struct job *job_to_change(struct run *run, int line)
{
    struct job *job = job_asked(run, line);
    const struct login *login = session_login(run->session);

    if (!job || login->is_sysadmin || strcasecmp(job->owner, run->session->login) == 0)
        return job;
    PROBLEM0(&run->problems, line, 14525);
    return NULL;
}

/* A job has one step here, and it is Transact-SQL: what else there is, only log shipping makes. */
static int add_job_step(struct run *run, int line)
{
    struct job *job = job_to_change(run, line);

    if (!job)
        return -1;
    if (strcasecmp(argument_text(run, "@subsystem", "TSQL"), "TSQL") != 0)
        return PROBLEM(&run->problems, line, 14234, "@subsystem", "sp_enum_sqlagent_subsystems");
    if (*job->command || argument_integer(run, "@step_id", 1) != 1)
        return PROBLEM(&run->problems, line, 14266, "@step_id", "1, of a job that has none");
    job_set_step(job, argument_text(run, "@step_name", ""), argument_text(run, "@database_name", "master"),
                 argument_text(run, "@command", ""));
    run->session->world->run_job_text = job_step_run;
    return 0;
}

static bool is_local_server(struct run *run)
{
    const char *server = argument_text(run, "@server_name", "(local)");

    return strcasecmp(server, "(local)") == 0 || strcasecmp(server, run->session->instance->server_name) == 0;
}

static int add_job_server(struct run *run, int line)
{
    struct job *job = job_to_change(run, line);

    if (!job)
        return -1;
    if (!is_local_server(run))
        return PROBLEM(&run->problems, line, 14262, "@server_name", argument_text(run, "@server_name", ""));
    if (!job->untargeted)
        return PROBLEM(&run->problems, line, 14269, job->name, run->session->instance->server_name);
    job_target(run->session->world, run->session->instance, job);
    return 0;
}

static int delete_job(struct run *run, int line)
{
    const struct job *job = job_to_change(run, line);

    if (!job)
        return -1;
    job_delete(run->session->instance, &job->job_id,
               argument_integer(run, "@delete_unused_schedule", 1) == 0);
    return 0;
}

/* --- schedules --- */

/* Daily, by hours, minutes or seconds; 0: any other frequency, which no job here has. */
static int64_t interval_asked_s(struct run *run)
{
    enum { DAILY = 4, SUBDAY_SECONDS = 2, SUBDAY_MINUTES = 4, SUBDAY_HOURS = 8 };
    int64_t n = argument_integer(run, "@freq_subday_interval", 0);

    if (argument_integer(run, "@freq_type", 0) != DAILY || n <= 0 || n > 86400)
        return 0;
    switch (argument_integer(run, "@freq_subday_type", 0)) {
    case SUBDAY_SECONDS:
        return n;
    case SUBDAY_MINUTES:
        return n * 60;
    case SUBDAY_HOURS:
        return n * 3600;
    default:
        return 0;
    }
}

static int make_schedule(struct run *run, int line, const char *name, int *ret_id)
{
    int64_t interval_s = interval_asked_s(run);

    if (interval_s == 0)
        return PROBLEM(&run->problems, line, 14266, "@freq_type", "4, with a frequency within the day");
    *ret_id = schedule_add(run->session->instance, name, argument_integer(run, "@enabled", 1) != 0,
                           (int)interval_s);
    run_variable(run, "@schedule_id")->value = value_integer(*ret_id);
    return 0;
}

static int add_schedule(struct run *run, int line)
{
    int id = 0;

    return make_schedule(run, line, argument_text(run, "@schedule_name", ""), &id);
}

static int attach_schedule(struct run *run, int line)
{
    int id = (int)argument_integer(run, "@schedule_id", 0);
    struct job *job = job_asked(run, line);

    if (!job)
        return -1;
    if (!schedule_find(run->session->instance, id))
        return PROBLEM(&run->problems, line, 14262, "@schedule_id", arena_format(run->arena, "%d", id));
    if (!may_operate(run, job))
        return PROBLEM0(&run->problems, line, 14525);
    job_attach_schedule(run->session->world, run->session->instance, job, id);
    return 0;
}

static int add_job_schedule(struct run *run, int line)
{
    struct job *job = job_asked(run, line);
    int id = 0;

    if (!job)
        return -1;
    if (!may_operate(run, job))
        return PROBLEM0(&run->problems, line, 14525);
    if (make_schedule(run, line, argument_text(run, "@name", ""), &id) != 0)
        return -1;
    job_attach_schedule(run->session->world, run->session->instance, job, id);
    return 0;
}

#define NAME_OF_JOB(name) TEXT_PARAMETER(name, 128, false)
#define FREQUENCY                                                                                            \
    TINYINT_PARAMETER("@enabled"), INT_PARAMETER("@freq_type"), INT_PARAMETER("@freq_interval"),             \
        INT_PARAMETER("@freq_subday_type"), INT_PARAMETER("@freq_subday_interval"),                          \
        INT_PARAMETER("@freq_relative_interval"), INT_PARAMETER("@freq_recurrence_factor"),                  \
        INT_PARAMETER("@active_start_date"), INT_PARAMETER("@active_end_date"),                              \
        INT_PARAMETER("@active_start_time"), INT_PARAMETER("@active_end_time")

#define LEVEL_PARAMETERS                                                                                     \
    INT_PARAMETER("@notify_level_eventlog"), INT_PARAMETER("@notify_level_email"),                           \
        INT_PARAMETER("@notify_level_netsend"), INT_PARAMETER("@notify_level_page"),                         \
        TEXT_PARAMETER("@notify_email_operator_name", 128, false),                                           \
        TEXT_PARAMETER("@notify_netsend_operator_name", 128, false),                                         \
        TEXT_PARAMETER("@notify_page_operator_name", 128, false), INT_PARAMETER("@delete_level")
#define STEP_PARAMETERS                                                                                      \
    INT_PARAMETER("@step_id"), SYSNAME_PARAMETER("@step_name"), TEXT_PARAMETER("@subsystem", 40, false),     \
        TEXT_PARAMETER("@command", 0, false), TEXT_PARAMETER("@additional_parameters", 0, false),            \
        INT_PARAMETER("@cmdexec_success_code"), TINYINT_PARAMETER("@on_success_action"),                     \
        INT_PARAMETER("@on_success_step_id"), TINYINT_PARAMETER("@on_fail_action"),                          \
        INT_PARAMETER("@on_fail_step_id"), TEXT_PARAMETER("@server", 128, false),                            \
        TEXT_PARAMETER("@database_name", 128, false), TEXT_PARAMETER("@database_user_name", 128, false),     \
        INT_PARAMETER("@retry_attempts"), INT_PARAMETER("@retry_interval"),                                  \
        INT_PARAMETER("@os_run_priority"), TEXT_PARAMETER("@output_file_name", 200, false),                  \
        INT_PARAMETER("@flags")

static const struct procedure procedures[] = {
    {.name = "sp_add_job",
     .place = PROCEDURE_MSDB,
     .parameters = {SYSNAME_PARAMETER("@job_name"), TINYINT_PARAMETER("@enabled"),
                    TEXT_PARAMETER("@description", 512, false), INT_PARAMETER("@start_step_id"),
                    TEXT_PARAMETER("@category_name", 128, false), INT_PARAMETER("@category_id"),
                    TEXT_PARAMETER("@owner_login_name", 128, false), LEVEL_PARAMETERS,
                    GUID_PARAMETER("@job_id")},
     .role = "SQLAgentUserRole",
     .body = add_job,
     .mutates = true},
    {.name = "sp_add_jobstep",
     .place = PROCEDURE_MSDB,
     .parameters = {GUID_PARAMETER("@job_id"), NAME_OF_JOB("@job_name"), STEP_PARAMETERS},
     .role = "SQLAgentUserRole",
     .body = add_job_step,
     .mutates = true},
    {.name = "sp_add_jobserver",
     .place = PROCEDURE_MSDB,
     .parameters = {GUID_PARAMETER("@job_id"), NAME_OF_JOB("@job_name"),
                    TEXT_PARAMETER("@server_name", 128, false)},
     .role = "SQLAgentUserRole",
     .body = add_job_server,
     .mutates = true},
    {.name = "sp_delete_job",
     .place = PROCEDURE_MSDB,
     .parameters = {GUID_PARAMETER("@job_id"), NAME_OF_JOB("@job_name"),
                    TEXT_PARAMETER("@originating_server", 128, false), BIT_PARAMETER("@delete_history"),
                    BIT_PARAMETER("@delete_unused_schedule")},
     .role = "SQLAgentUserRole",
     .body = delete_job,
     .mutates = true},
    {.name = "sp_update_job",
     .place = PROCEDURE_MSDB,
     .parameters = {GUID_PARAMETER("@job_id"), NAME_OF_JOB("@job_name"), TINYINT_PARAMETER("@enabled"),
                    TEXT_PARAMETER("@owner_login_name", 128, false)},
     .role = "SQLAgentUserRole",
     .body = update_job,
     .mutates = true},
    {.name = "sp_start_job",
     .place = PROCEDURE_MSDB,
     .parameters = {NAME_OF_JOB("@job_name"), GUID_PARAMETER("@job_id")},
     .role = "SQLAgentUserRole",
     .body = start_job,
     .mutates = true},
    {.name = "sp_stop_job",
     .place = PROCEDURE_MSDB,
     .parameters = {NAME_OF_JOB("@job_name"), GUID_PARAMETER("@job_id")},
     .role = "SQLAgentUserRole",
     .body = stop_job,
     .mutates = true},
    {.name = "sp_add_schedule",
     .place = PROCEDURE_MSDB,
     .parameters = {SYSNAME_PARAMETER("@schedule_name"), FREQUENCY,
                    TEXT_PARAMETER("@owner_login_name", 128, false), GUID_PARAMETER("@schedule_uid"),
                    INT_PARAMETER("@schedule_id")},
     .role = "SQLAgentUserRole",
     .body = add_schedule,
     .mutates = true},
    {.name = "sp_attach_schedule",
     .place = PROCEDURE_MSDB,
     .parameters = {GUID_PARAMETER("@job_id"), NAME_OF_JOB("@job_name"), INT_PARAMETER("@schedule_id")},
     .role = "SQLAgentUserRole",
     .body = attach_schedule,
     .mutates = true},
    {.name = "sp_add_jobschedule",
     .place = PROCEDURE_MSDB,
     .parameters = {GUID_PARAMETER("@job_id"), NAME_OF_JOB("@job_name"), SYSNAME_PARAMETER("@name"),
                    FREQUENCY, INT_PARAMETER("@schedule_id")},
     .role = "SQLAgentUserRole",
     .body = add_job_schedule,
     .mutates = true},
};
const struct procedure_family procedures_agent = {procedures, COUNT(procedures)};
