/* msdb: SQL Server Agent ("SQL Server Agent tables"). */
#include "lab/tsql/catalog.h"

#include <string.h>
#include <time.h>

static const struct agent *agent_of(struct rows *rows)
{
    return &rows_instance(rows)->agent;
}

static const struct catalog_column jobs_columns[] = {
    {"job_id", {GUID}, 0},
    {"originating_server_id", {INT}, 0},
    {"name", {SYSNAME}, 0},
    {"enabled", {TINYINT}, 0},
    {"description", {NVARCHAR(512), NULLABLE}, 0},
    {"start_step_id", {INT}, 0},
    {"category_id", {INT}, 0},
    {"owner_sid", {VARBINARY(85)}, 0},
    {"delete_level", {INT}, 0},
    {"date_created", {DATETIME}, 0},
    {"date_modified", {DATETIME}, 0},
    {"version_number", {INT}, 0},
};

/* Of an account that the directory no longer knows: S-1-5-21-7-7-7-1107. */
static const unsigned char nobodys_sid[] = {1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0,    0, 7, 0,
                                            0, 0, 7, 0, 0, 0, 7, 0, 0,  0, 0x53, 4, 0, 0};

static void put_job(struct rows *rows, const struct job *job)
{
    const struct login *owner = security_login(rows_instance(rows), job->owner);

    row_begin(rows);
    row_guid(rows, "job_id", &job->job_id);
    row_integer(rows, "originating_server_id", 0);
    row_text(rows, "name", job->name);
    row_integer(rows, "enabled", job->enabled);
    row_integer(rows, "start_step_id", 1);
    row_integer(rows, "category_id", job->category_id);
    row_bytes(rows, "owner_sid", owner ? owner->sid.bytes : nobodys_sid,
              owner ? owner->sid.length_bytes : sizeof nobodys_sid);
    row_integer(rows, "delete_level", 0);
    row_date(rows, "date_created", job->date_created);
    row_date(rows, "date_modified", job->date_modified);
    row_integer(rows, "version_number", 3);
    row_end(rows);
}

static void fill_jobs(struct rows *rows)
{
    for (size_t i = 0; i < agent_of(rows)->jobs.count; i++)
        put_job(rows, &agent_of(rows)->jobs.rows[i]);
}

static const struct catalog_column steps_columns[] = {
    {"job_id", {GUID}, 0},
    {"step_id", {INT}, 0},
    {"step_name", {SYSNAME}, 0},
    {"subsystem", {NVARCHAR(40)}, 0},
    {"command", {NTEXT, NULLABLE}, 0},
    {"database_name", {SYSNAME, NULLABLE}, 0},
};

static void fill_steps(struct rows *rows)
{
    for (size_t i = 0; i < agent_of(rows)->jobs.count; i++) {
        const struct job *job = &agent_of(rows)->jobs.rows[i];

        if (!*job->command)
            continue;
        row_begin(rows);
        row_guid(rows, "job_id", &job->job_id);
        row_integer(rows, "step_id", 1);
        row_text(rows, "step_name", *job->step ? job->step : job->name);
        row_text(rows, "subsystem", job->subsystem);
        row_text(rows, "command", job->command);
        row_text_or_null(rows, "database_name", job->database);
        row_end(rows);
    }
}

static const struct catalog_column job_schedules_columns[] = {
    {"schedule_id", {INT, NULLABLE}, 0},
    {"job_id", {GUID, NULLABLE}, 0},
    {"next_run_date", {INT}, 0},
    {"next_run_time", {INT}, 0},
};

/* 20261123 and 51540 */
static int date_number(int64_t local_ms)
{
    time_t seconds = (time_t)(local_ms / 1000);
    struct tm tm = {0};

    gmtime_r(&seconds, &tm);
    return local_ms ? ((tm.tm_year + 1900) * 100 + tm.tm_mon + 1) * 100 + tm.tm_mday : 0;
}

static int time_number(int64_t local_ms)
{
    int seconds = (int)(local_ms / 1000 % 86400);

    return seconds / 3600 * 10000 + seconds / 60 % 60 * 100 + seconds % 60;
}

static void fill_job_schedules(struct rows *rows)
{
    for (size_t i = 0; i < agent_of(rows)->jobs.count; i++) {
        const struct job *job = &agent_of(rows)->jobs.rows[i];
        int64_t next_run = job_next_run_date(rows_instance(rows), job);

        if (!job->schedule_id)
            continue;
        row_begin(rows);
        row_integer(rows, "schedule_id", job->schedule_id);
        row_guid(rows, "job_id", &job->job_id);
        row_integer(rows, "next_run_date", date_number(next_run));
        row_integer(rows, "next_run_time", time_number(next_run));
        row_end(rows);
    }
}

static const struct catalog_column schedules_columns[] = {
    {"schedule_id", {INT}, 0},
    {"name", {SYSNAME}, 0},
    {"enabled", {INT}, 0},
    {"freq_type", {INT}, 0},
    {"freq_interval", {INT}, 0},
    {"freq_subday_type", {INT}, 0},
    {"freq_subday_interval", {INT}, 0},
    {"freq_relative_interval", {INT}, 0},
    {"freq_recurrence_factor", {INT}, 0},
    {"active_start_date", {INT}, 0},
    {"active_end_date", {INT}, 0},
    {"active_start_time", {INT}, 0},
    {"active_end_time", {INT}, 0},
};

/* Daily, every n minutes or seconds. */
static void fill_schedules(struct rows *rows)
{
    enum { FREQ_DAILY = 4, SUBDAY_SECONDS = 2, SUBDAY_MINUTES = 4 };

    for (size_t i = 0; i < agent_of(rows)->schedules.count; i++) {
        const struct schedule *schedule = &agent_of(rows)->schedules.rows[i];
        bool minutes = schedule->interval_s % 60 == 0;

        row_begin(rows);
        row_integer(rows, "schedule_id", schedule->schedule_id);
        row_text(rows, "name", schedule->name);
        row_integer(rows, "enabled", schedule->enabled);
        row_integer(rows, "freq_type", FREQ_DAILY);
        row_integer(rows, "freq_interval", 1);
        row_integer(rows, "freq_subday_type", minutes ? SUBDAY_MINUTES : SUBDAY_SECONDS);
        row_integer(rows, "freq_subday_interval", minutes ? schedule->interval_s / 60 : schedule->interval_s);
        row_integer(rows, "freq_relative_interval", 0);
        row_integer(rows, "freq_recurrence_factor", 0);
        row_integer(rows, "active_start_date", 20200101);
        row_integer(rows, "active_end_date", 99991231);
        row_integer(rows, "active_start_time", 0);
        row_integer(rows, "active_end_time", 235959);
        row_end(rows);
    }
}

static const struct catalog_column activity_columns[] = {
    {"session_id", {INT}, 0},
    {"job_id", {GUID}, 0},
    {"run_requested_date", {DATETIME, NULLABLE}, 0},
    {"run_requested_source", {SYSNAME, NULLABLE}, 0},
    {"queued_date", {DATETIME, NULLABLE}, 0},
    {"start_execution_date", {DATETIME, NULLABLE}, 0},
    {"last_executed_step_id", {INT, NULLABLE}, 0},
    {"last_executed_step_date", {DATETIME, NULLABLE}, 0},
    {"stop_execution_date", {DATETIME, NULLABLE}, 0},
    {"job_history_id", {INT, NULLABLE}, 0},
    {"next_scheduled_run_date", {DATETIME, NULLABLE}, 0},
};

static void fill_activity(struct rows *rows)
{
    for (size_t i = 0; i < agent_of(rows)->activities.count; i++) {
        const struct job_activity *activity = &agent_of(rows)->activities.rows[i];

        row_begin(rows);
        row_integer(rows, "session_id", activity->session_id);
        row_guid(rows, "job_id", &activity->job_id);
        row_date(rows, "run_requested_date", activity->start_execution_date);
        row_text(rows, "run_requested_source", activity->run_requested_source);
        row_date(rows, "start_execution_date", activity->start_execution_date);
        row_integer(rows, "last_executed_step_id", activity->last_executed_step_id);
        row_date(rows, "stop_execution_date", activity->stop_execution_date);
        row_integer(rows, "job_history_id", activity->job_history_id);
        row_date(rows, "next_scheduled_run_date", activity->next_scheduled_run_date);
        row_end(rows);
    }
}

static const struct catalog_column history_columns[] = {
    {"instance_id", {INT}, 0},
    {"job_id", {GUID}, 0},
    {"step_id", {INT}, 0},
    {"step_name", {SYSNAME}, 0},
    {"sql_message_id", {INT}, 0},
    {"sql_severity", {INT}, 0},
    {"message", {NVARCHAR(4000), NULLABLE}, 0},
    {"run_status", {INT}, 0},
    {"run_date", {INT}, 0},
    {"run_time", {INT}, 0},
    {"run_duration", {INT}, 0},
    {"retries_attempted", {INT}, 0},
    {"server", {SYSNAME}, 0},
};

static void fill_history(struct rows *rows)
{
    for (size_t i = 0; i < agent_of(rows)->histories.count; i++) {
        const struct job_history *history = &agent_of(rows)->histories.rows[i];

        row_begin(rows);
        row_integer(rows, "instance_id", history->instance_id);
        row_guid(rows, "job_id", &history->job_id);
        row_integer(rows, "step_id", history->step_id);
        row_text(rows, "step_name", history->step_name);
        row_integer(rows, "sql_message_id", history->sql_message_id);
        row_integer(rows, "sql_severity", history->sql_severity);
        row_text(rows, "message", history->message);
        row_integer(rows, "run_status", history->run_status);
        row_integer(rows, "run_date", history->run_date);
        row_integer(rows, "run_time", history->run_time);
        row_integer(rows, "run_duration", history->run_duration);
        row_integer(rows, "retries_attempted", 0);
        row_text(rows, "server", rows_instance(rows)->server_name);
        row_end(rows);
    }
}

static const struct catalog_column job_servers_columns[] = {
    {"job_id", {GUID}, 0},
    {"server_id", {INT}, 0},
    {"last_run_outcome", {TINYINT}, 0},
    {"last_outcome_message", {NVARCHAR(4000), NULLABLE}, 0},
    {"last_run_date", {INT}, 0},
    {"last_run_time", {INT}, 0},
    {"last_run_duration", {INT}, 0},
};

/* The newest outcome of the job, NULL when it never ran. */
static const struct job_history *last_outcome(struct rows *rows, const struct job *job)
{
    const struct agent *agent = agent_of(rows);

    for (size_t i = agent->histories.count; i-- > 0;)
        if (agent->histories.rows[i].step_id == 0 &&
            guid_same(&agent->histories.rows[i].job_id, &job->job_id))
            return &agent->histories.rows[i];
    return NULL;
}

static void fill_job_servers(struct rows *rows)
{
    enum { OUTCOME_UNKNOWN = 5 };

    for (size_t i = 0; i < agent_of(rows)->jobs.count; i++) {
        const struct job_history *last = last_outcome(rows, &agent_of(rows)->jobs.rows[i]);

        row_begin(rows);
        row_guid(rows, "job_id", &agent_of(rows)->jobs.rows[i].job_id);
        row_integer(rows, "server_id", 0);
        row_integer(rows, "last_run_outcome", last ? (int)last->run_status : OUTCOME_UNKNOWN);
        row_text(rows, "last_outcome_message", last ? last->message : NULL);
        row_integer(rows, "last_run_date", last ? last->run_date : 0);
        row_integer(rows, "last_run_time", last ? last->run_time : 0);
        row_integer(rows, "last_run_duration", last ? last->run_duration : 0);
        row_end(rows);
    }
}

static const struct catalog_column sessions_columns[] = {{"session_id", {INT}, 0},
                                                         {"agent_start_date", {DATETIME}, 0}};

/* One row for each start of the Agent; the older ones lie an hour apart. */
static void fill_sessions(struct rows *rows)
{
    struct tsql_session *session = rows_session(rows);
    const struct agent *agent = agent_of(rows);
    int64_t start =
        host_local_ms(world_host_of(session->world, session->instance), agent->last_startup_utc_ms);

    for (int i = 1; i <= agent->session_id; i++) {
        row_begin(rows);
        row_integer(rows, "session_id", i);
        row_date(rows, "agent_start_date", start - (int64_t)(agent->session_id - i) * 3600000);
        row_end(rows);
    }
}

static const struct catalog_column categories_columns[] = {{"category_id", {INT}, 0},
                                                           {"category_class", {INT}, 0},
                                                           {"category_type", {TINYINT}, 0},
                                                           {"name", {SYSNAME}, 0}};

static bool category_seen(const struct agent *agent, size_t before)
{
    for (size_t i = 0; i < before; i++)
        if (agent->jobs.rows[i].category_id == agent->jobs.rows[before].category_id)
            return true;
    return false;
}

static void fill_categories(struct rows *rows)
{
    const struct agent *agent = agent_of(rows);

    for (size_t i = 0; i < agent->jobs.count; i++) {
        if (category_seen(agent, i))
            continue;
        row_begin(rows);
        row_integer(rows, "category_id", agent->jobs.rows[i].category_id);
        row_integer(rows, "category_class", 1);
        row_integer(rows, "category_type", 1);
        row_text(rows, "name",
                 agent->jobs.rows[i].category ? agent->jobs.rows[i].category : "[Uncategorized (Local)]");
        row_end(rows);
    }
}

static const struct catalog_table tables[] = {
    MSDB_TABLE("sysjobs", jobs_columns, fill_jobs),
    MSDB_TABLE("sysjobsteps", steps_columns, fill_steps),
    MSDB_TABLE("sysjobschedules", job_schedules_columns, fill_job_schedules),
    MSDB_TABLE("sysschedules", schedules_columns, fill_schedules),
    MSDB_TABLE("sysjobactivity", activity_columns, fill_activity),
    MSDB_TABLE("sysjobhistory", history_columns, fill_history),
    MSDB_TABLE("sysjobservers", job_servers_columns, fill_job_servers),
    MSDB_TABLE("syssessions", sessions_columns, fill_sessions),
    MSDB_TABLE("syscategories", categories_columns, fill_categories),
};
const struct catalog_family catalog_agent = {tables, COUNT(tables)};
