/*
 * The office: the runner's loop.  Takes episodes out of the spool, requests from its socket, gives each pool
 * one worker at a time, watches by itself while an episode, a run or a failover is open, and keeps runs.json.
 *
 * Knows no secret and speaks to no server: workers do.  One thread.
 */
#ifndef PCHAT_ACT_RUNNER_OFFICE_H
#define PCHAT_ACT_RUNNER_OFFICE_H

#include "base/err.h"
#include "topology/topology.h"

struct office_config {
    const struct topology *topology;
    const char *topology_sha256;
    const char *spool, *state_dir; /* journal.db and runs.json are in state_dir */
    const char *holder;            /* this host's name */
    int listen_fd;                 /* a listening unix socket */
    int64_t watch_period_s;        /* between two looks at what is open; 30 */
    int64_t idle_s;                /* ends after so long without anything open; 0: stays */
};

/* Returns the runner's exit code. */
int office_run(const struct office_config *config, struct err *err);

#endif
