/*
 * The observer: looks at every pool of the topology again and again, and tells the newest of each to whoever
 * asks at its socket.  It speaks to no server itself - children do - and waits for nobody.
 *
 * Signals that it takes for itself: SIGTERM and SIGINT end it, SIGHUP loads the topology anew, SIGCHLD.
 * One thread.
 */
#ifndef PCHAT_OBSERVER_OBSERVER_H
#define PCHAT_OBSERVER_OBSERVER_H

#include "base/err.h"

#include <stdint.h>

struct observer_config {
    const char *topology;          /* file */
    const char *runs_path, *spool; /* what runners of this host show */
    int listen_fd;                 /* a listening unix socket, non-blocking */
    int64_t passes_most;           /* at the same time */
    /* What systemd may know, in sd_notify's words: READY=1, RELOADING=1, WATCHDOG=1 at least each second. */
    void (*notify)(const char *state);
};

/* Returns 0 when it was asked to end, or -1 with *err: there is no topology to begin with. */
int observer_run(const struct observer_config *config, struct err *err);

#endif
