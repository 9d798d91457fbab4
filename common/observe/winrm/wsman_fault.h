/*
 * WS-Man faults: what a host says instead of an answer, and what that means for who looks.
 *
 * Sources: MS-WSMV 2.2.4.43 (WSManFault), 3.1.4.5.2.1 (QuotaLimit); "WBEM error constants" (MS-WMI
 * WBEMSTATUS). Thread-safe.
 */
#ifndef PCHAT_OBSERVE_WINRM_WSMAN_FAULT_H
#define PCHAT_OBSERVE_WINRM_WSMAN_FAULT_H

#include "observe/winrm/winrm_port.h"
#include "observe/winrm/xml_document.h"

/* False when the envelope holds no fault. */
bool wsman_fault_read(const xmlDoc *document, struct arena *arena, struct winrm_failure *ret_failure);

#endif
