/*
 * A Windows host of the lab's world in the same process: winrm_port over the lab's WinRM service, without a
 * wire.  Time is virtual: waiting moves the port's clock and the world alike.
 */
#ifndef PCHAT_TESTS_LAB_HOST_H
#define PCHAT_TESTS_LAB_HOST_H

#include "base/clock.h"
#include "lab/winrm/service.h"
#include "observe/winrm/wsman_transport.h"

struct lab_host {
    struct wsman_transport transport;
    struct clock clock;
    int64_t now_ms;
    struct world *world; /* the caller's */
    struct winrm_service *service;
    struct winrm_port *port;
    size_t posts; /* how many envelopes it was sent */
};

/* The host stays where it is; name: of a host of the world. */
void lab_host_init(struct lab_host *host, struct world *world, const char *name);
void lab_host_done(struct lab_host *host);
AUTO_DEFINE_DONE(lab_host, struct lab_host)

#endif
