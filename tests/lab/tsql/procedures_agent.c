/* msdb: sp_update_job, sp_start_job, sp_stop_job, sp_add_schedule, sp_attach_schedule, sp_add_jobschedule. */
#include "lab/tsql/procedure.h"

#include "base/arena.h"
#include "lab/tsql/value.h"

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

static int update_job(struct run *run, int line)
{
    const struct job *job = job_asked(run, line);
    struct world_result result = {0};

    if (!job)
        return -1;
    if (!may_operate(run, job))
        return PROBLEM0(&run->problems, line, 14525);
    if (run_variable(run, "@enabled")->value.is_null)
        return 0;
    job_update_enabled(run->session->world, run->session->instance, job->name,
                       argument_integer(run, "@enabled", 0) != 0, &result);
    return run_world_result(run, line, &result);
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

static const struct procedure procedures[] = {
    {.name = "sp_update_job",
     .place = PROCEDURE_MSDB,
     .parameters = {GUID_PARAMETER("@job_id"), NAME_OF_JOB("@job_name"), TINYINT_PARAMETER("@enabled")},
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
