/*
 * The jobs of log shipping and the Agent that runs them: will they run, and did the last run fail?
 * Only the newest Agent session counts (that is in the query): rows of older ones say "running" for ever.
 * Source: sysjobs, sysjobactivity, sysjobhistory, sys.dm_server_services,
 * log_shipping_monitor_history_detail.
 */
#ifndef PCHAT_ASSESS_JOBS_H
#define PCHAT_ASSESS_JOBS_H

#include "model/condition.h"
#include "model/snapshot.h"

#include "base/arena.h"

enum ls_agent { LS_AGENT_BACKUP, LS_AGENT_COPY, LS_AGENT_RESTORE, LS_AGENT_COUNT };

/* log_shipping_monitor_history_detail.session_status */
enum { LS_SUCCESS = 2, LS_ERROR = 3 };

/* Why a job does not do its work, as far as the server tells. */
struct trouble {
    enum condition condition; /* 0: none */
    const char *text;         /* "LSCopy_x on sqldr1 failed 05:10:02Z: The network path was not found." */
    const char *brief;        /* the same without the server's words: "LSCopy_x on sqldr1 fails" */
    const char *action;       /* NULL: the condition's */
    bool standing;            /* a state, not a run that failed */
    struct fact_num since_utc_ms;
};

struct replication;

/* The last run as log shipping's own history has it; NULL: none seen. */
const struct ls_run_fact *run_of(const struct instance_snapshot *instance, enum ls_agent agent);
const struct job_fact *job_of(const struct instance_snapshot *instance, enum ls_agent agent);
/* The job's name; "the copy job of log shipping" where not seen. */
const char *job_name(const struct instance_snapshot *instance, enum ls_agent agent);
bool agent_is_stopped(const struct instance_snapshot *instance);
/* Missing, disabled, without schedule: condition log_job_disabled. */
struct trouble job_idle(struct arena *arena, const struct instance_snapshot *instance, enum ls_agent agent);
/* The last run failed. */
struct trouble job_failing(struct arena *arena, const struct snapshot *snapshot,
                           const struct instance_snapshot *instance, enum ls_agent agent);
/* The first of: Agent stopped, idle, failing. */
struct trouble job_trouble(struct arena *arena, const struct snapshot *snapshot,
                           const struct instance_snapshot *instance, enum ls_agent agent);

/* Says the failed run of a job, with its consequence behind. */
void assess_failure(struct replication *replication, const struct instance_snapshot *instance,
                    enum ls_agent agent, const char *consequence);
/* The consequence for the partner that is not principal. */
#define JOB_INACTIVE "; after a mirror failover nothing would be shipped"

#endif
