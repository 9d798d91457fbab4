/*
 * What the jobs do: sqllogship.exe as backup, copy and restore agent, the alert check, the mirroring monitor.
 *
 * Messages are worded as sqllogship writes them into log_shipping_monitor_history_detail and _error_detail.
 */
#ifndef PCHAT_LAB_WORLD_AGENTS_H
#define PCHAT_LAB_WORLD_AGENTS_H

#include "lab/world/instance.h"

struct world;

/* One run of a log-shipping agent. */
struct ls_run {
    struct world *world;
    struct instance *instance;
    struct host *host;
    const struct job *job;
    enum ls_agent_type type;
    struct guid agent_id;
    const char *database; /* "" for copy */
    int session_id;
    int sequence; /* of error rows */
    bool had_errors;
};

void ls_note(struct ls_run *run, enum ls_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* An error of the agent itself, or the error that SQL Server gave it. */
void ls_fail(struct ls_run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ls_fail_sql(struct ls_run *run, const struct world_result *result);

/* Is the name that of a log backup of this database: <database>_<14 digits>.trn? */
bool ls_is_backup_name(const char *name, const char *database);

/* The work of one kind of job; begin may be NULL. */
void agent_begin(struct world *world, struct instance *instance, struct job *job);
void agent_work(struct world *world, struct instance *instance, struct job *job, struct job_outcome *outcome);

void backup_agent(struct ls_run *run);
void copy_agent_begin(struct ls_run *run);
void copy_agent(struct ls_run *run);
void restore_agent(struct ls_run *run);
void alert_agent(struct world *world, struct instance *instance, struct job_outcome *outcome);
/* sp_dbmmonitorupdate: one row for every mirrored database. */
void mirror_monitor_agent(struct world *world, struct instance *instance);

#endif
