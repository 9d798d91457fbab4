/*
 * SQL Server Agent: jobs, schedules, activity and history as in msdb (pages dbo.sysjobs, sysjobactivity,
 * sysjobhistory).
 */
#ifndef PCHAT_LAB_WORLD_JOBS_H
#define PCHAT_LAB_WORLD_JOBS_H

#include "lab/world/kinds.h"

struct world;
struct instance;

enum job_kind { JOB_OTHER, JOB_LS_BACKUP, JOB_LS_COPY, JOB_LS_RESTORE, JOB_LS_ALERT, JOB_MIRROR_MONITOR };
enum run_status { RUN_FAILED = 0, RUN_SUCCEEDED = 1, RUN_RETRY = 2, RUN_CANCELLED = 3, RUN_IN_PROGRESS = 4 };

struct job {
    struct guid job_id;
    char name[WORLD_NAME_BYTES];
    enum job_kind kind;
    bool enabled;
    int category_id;
    const char *category; /* "Log Shipping Backup" ... */
    char owner[WORLD_NAME_BYTES];
    int64_t date_created, date_modified; /* [L] */
    const char *subsystem;               /* step 1: CmdExec or TSQL */
    char *command;                       /* step 1, owned */
    char step[WORLD_NAME_BYTES];         /* name of a step that somebody gave it; "" = what its kind has */
    char database[WORLD_NAME_BYTES];     /* in which that one runs */
    int schedule_id;                     /* 0 = no schedule attached (no row in sysjobschedules) */

    /* Behind the tables. */
    struct guid agent_id;         /* primary_id or secondary_id of the log-shipping jobs */
    int64_t next_run_utc_ms;      /* true time; meaningful while it would run */
    bool untargeted;              /* no sp_add_jobserver yet: no Agent runs it */
    bool fails, hangs;            /* faults */
    int64_t running_until_utc_ms; /* 0 = not running */
    int ls_session_id;            /* of the run under way, in log_shipping_monitor_history_detail */
    const char *requested_source;
    int64_t started_utc_ms;
};

struct schedule {
    int schedule_id;
    char name[WORLD_NAME_BYTES];
    bool enabled;
    int interval_s; /* freq_subday_type 2 (seconds) or 4 (minutes) */
};

/* Table sysjobactivity. */
struct job_activity {
    int session_id;
    struct guid job_id;
    int64_t start_execution_date, stop_execution_date, next_scheduled_run_date; /* [L] */
    int last_executed_step_id;                                                  /* SQL_NULL_INT = NULL */
    int job_history_id;                                                         /* SQL_NULL_INT = NULL */
    const char *run_requested_source; /* "1" schedule, "4" user; NULL */
};

/* Table sysjobhistory. */
struct job_history {
    int instance_id;
    struct guid job_id;
    int step_id; /* 0 = outcome */
    char step_name[WORLD_NAME_BYTES];
    int sql_message_id, sql_severity;
    char *message; /* owned */
    enum run_status run_status;
    int run_date, run_time, run_duration; /* yyyymmdd, hhmmss [L]; hhmmss */
};

struct agent {
    bool running;                /* service "SQL Server Agent (...)" */
    int64_t last_startup_utc_ms; /* true time */
    int session_id;              /* newest row of syssessions */
    LIST(struct job) jobs;
    LIST(struct schedule) schedules;
    LIST(struct job_activity) activities;
    LIST(struct job_history) histories;
    int next_instance_id, next_schedule_id;
};

struct job *job_find(struct instance *instance, const char *name);
struct job *job_find_id(struct instance *instance, const struct guid *job_id);
struct schedule *job_schedule(struct instance *instance, const struct job *job);
bool job_is_running(const struct job *job);
/* next_run_date / next_run_time (sysjobschedules), [L]; 0 when there is none. */
int64_t job_next_run_date(const struct instance *instance, const struct job *job);

/* What an Agent job run ended with. */
struct job_outcome {
    bool failed;
    int number, severity; /* of the SQL error, T-SQL steps only */
    char text[WORLD_TEXT_BYTES];
};

/* How a new job is made; interval_s 0 = no schedule. */
struct job_config {
    const char *name;
    enum job_kind kind;
    const char *command;
    int64_t interval_s, phase_s; /* runs at multiples of the interval, plus phase */
    struct guid agent_id;
};
/* sp_add_job and its step and schedule; the job is enabled.  Returns its id. */
struct guid job_add(struct world *world, struct instance *instance, const struct job_config *config);
/* Its schedule goes too, unless it is kept. */
void job_delete(struct instance *instance, const struct guid *job_id, bool keep_schedule);

/* Runs the text of a step that somebody wrote.  The world knows no Transact-SQL: whoever adds such a step
 * brings it. */
typedef void job_text_runner(struct world *world, struct instance *instance, const struct job *job,
                             struct job_outcome *outcome);
/* sp_add_job alone: neither step nor schedule nor server, so that nothing runs it. */
struct job *job_add_empty(struct world *world, struct instance *instance, const char *name,
                          const char *owner);
/* sp_add_jobstep: its one step; the texts are copied. */
void job_set_step(struct job *job, const char *step, const char *database, const char *command);
/* sp_add_jobserver */
void job_target(struct world *world, struct instance *instance, struct job *job);

/* The service "SQL Server Agent": a start opens a new Agent session in sysjobactivity. */
void agent_start(struct world *world, struct instance *instance);
void agent_stop(struct world *world, struct instance *instance);
void agent_done(struct agent *agent);

/* Starts and ends what is due now; the next instant at which something will be, INT64_MAX = never. */
void jobs_run_due(struct world *world, struct instance *instance);
int64_t jobs_next_utc_ms(const struct world *world, const struct instance *instance);
/* Runs a job from start to end at this instant, whatever its schedule; false when the Agent cannot. */
bool job_run_now(struct world *world, struct instance *instance, struct job *job);

/* msdb.dbo.sp_add_schedule, sp_attach_schedule: daily, every so many seconds.  A job has one schedule here:
 * another takes its place. */
int schedule_add(struct instance *instance, const char *name, bool enabled, int interval_s);
struct schedule *schedule_find(struct instance *instance, int schedule_id);
void job_attach_schedule(struct world *world, struct instance *instance, struct job *job, int schedule_id);

/* msdb.dbo.sp_update_job @enabled, sp_start_job, sp_stop_job; 14256 it has no server, 14262 unknown job,
 * 22022 Agent refuses. */
void job_update_enabled(struct world *world, struct instance *instance, const char *name, bool enabled,
                        struct world_result *result);
void job_start(struct world *world, struct instance *instance, const char *name, struct world_result *result);
void job_stop(struct world *world, struct instance *instance, const char *name, struct world_result *result);

#endif
