/*
 * A Windows host of the topology as a winrm_endpoint: one way for whoever asks it.  Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_WINRM_WINRM_TOPOLOGY_H
#define PCHAT_OBSERVE_WINRM_WINRM_TOPOLOGY_H

#include "observe/winrm/winrm_curl.h"
#include "topology/topology.h"

/* host: the name that TLS and Kerberos must prove; address: where to connect, NULL: the host.  Texts and
 * secrets are the topology's. */
struct winrm_endpoint winrm_topology_endpoint(const char *host, const char *address,
                                              const struct topology_winrm *winrm);

#endif
