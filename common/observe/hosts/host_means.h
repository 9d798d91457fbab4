/*
 * What the tracks of hosts reach them by: the seam behind host_tracks.h.  The wire is one way to fill it, the
 * lab's world in the same process another; SNMP and the commands of a site know the wire alone.
 */
#ifndef PCHAT_OBSERVE_HOST_MEANS_H
#define PCHAT_OBSERVE_HOST_MEANS_H

#include "observe/core/track.h"
#include "observe/sip/probes.h"
#include "observe/winrm/winrm_port.h"

struct host_means {
    const struct winrm_opener *winrm;
    const struct probes *probes;
};

static inline const struct host_means *host_means_of(const struct track *track)
{
    return track->means;
}

#endif
