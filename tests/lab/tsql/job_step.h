/*
 * A job's step in Transact-SQL, as SQL Server Agent runs it ("Manage Job Steps"): with the Agent's account
 * for an administrator's job, as the owner for any other.
 */
#ifndef PCHAT_LAB_TSQL_JOB_STEP_H
#define PCHAT_LAB_TSQL_JOB_STEP_H

#include "lab/world/world.h"

/* A job_text_runner.  The step is over at the instant at which it runs, whatever it waits for. */
void job_step_run(struct world *world, struct instance *instance, const struct job *job,
                  struct job_outcome *outcome);

#endif
