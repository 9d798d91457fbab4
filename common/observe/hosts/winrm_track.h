/*
 * A Windows host over WS-Management, as one track: its questions one after the other over one connection.
 */
#ifndef PCHAT_OBSERVE_WINRM_TRACK_H
#define PCHAT_OBSERVE_WINRM_TRACK_H

#include "observe/core/track.h"
#include "observe/winrm/winrm_port.h"

/* Does the topology say how? */
bool winrm_track_is_set_up(const struct track_subject *subject);
void winrm_track_run(struct track *track, struct host_snapshot *draft, struct arena *arena);

/* A port to that host, which has a way to be asked; NULL with ERR_CONFIG.  The caller closes it. */
struct winrm_port *winrm_track_open(const struct winrm_opener *opener, const struct topology_host *host,
                                    struct err *err);

/* Bits 1 << enum host_fact_id that the questions settle. */
#define WINRM_TRACK_GROUPS                                                                                   \
    (1U << HOST_FACT_os | 1U << HOST_FACT_service | 1U << HOST_FACT_event | 1U << HOST_FACT_replica |        \
     1U << HOST_FACT_store | 1U << HOST_FACT_replication)

#endif
