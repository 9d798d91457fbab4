/*
 * Identify: whether WinRM is there, asked without credentials.  Proves HTTP.sys, the service and the
 * certificate, no right. Source: MS-WSMV 3.1.4.1.23 (metadata and discovery).
 */
#ifndef PCHAT_OBSERVE_WINRM_IDENTIFY_H
#define PCHAT_OBSERVE_WINRM_IDENTIFY_H

#include "observe/winrm/wsman_client.h"

int identify_ask(struct wsman_client *client, struct deadline deadline, struct arena *arena,
                 struct winrm_identity *ret_identity, struct winrm_failure *ret_failure);

#endif
