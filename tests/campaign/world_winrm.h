/*
 * winrm_port over the lab's WinRM service, without a wire: the product's own envelopes and shells, from one
 * host of the world to another.
 *
 * Answers, faults and the time that scripts take are the lab's.  What a script does on its host is done when
 * it starts, whether or not its caller stays to hear of it.
 */
#ifndef PCHAT_TESTS_CAMPAIGN_WORLD_WINRM_H
#define PCHAT_TESTS_CAMPAIGN_WORLD_WINRM_H

#include "campaign/world_clock.h"
#include "lab/world/kinds.h"
#include "observe/winrm/winrm_port.h"

struct winrm_service;

/* A host that was called, and its shells. */
struct world_winrm_host {
    struct host *host;
    struct winrm_service *service;
    int64_t boot_utc_ms; /* shells are gone with the power */
};

/* Where calls come from, and as whom; zeroed before, and where it is as long as any port is open. */
struct world_winrm {
    struct world_clock *clock; /* whose host they come from */
    const char *user;          /* who has logged on */
    bool delegated;            /* with credentials for a second hop */
    int64_t half_trip_ms;      /* of one message */
    LIST(struct world_winrm_host) hosts;
};

struct winrm_opener world_winrm_opener(struct world_winrm *winrm);
void world_winrm_done(struct world_winrm *winrm);

#endif
