/*
 * winrm_port over any wsman_transport.
 */
#ifndef PCHAT_OBSERVE_WINRM_WINRM_CLIENT_H
#define PCHAT_OBSERVE_WINRM_WINRM_CLIENT_H

#include "observe/winrm/wsman_transport.h"

/* Takes the transport over: closing the port closes it.  url: what the envelopes name as their destination;
 * copied. */
struct winrm_port *winrm_client_new(struct wsman_transport *transport, const char *url);

#endif
