/*
 * What the cmdlets of the product and of Windows share: who may reach what, and objects that several of them
 * give.
 */
#ifndef PCHAT_LAB_POWERSHELL_OBJECTS_H
#define PCHAT_LAB_POWERSHELL_OBJECTS_H

#include "lab/powershell/cmdlet.h"

/*
 * The host that -ComputerName names, the own one without it: reaching another is a second hop.  NULL after an
 * error.
 */
struct host *ps_target_host(struct ps_call *call);
/* Does -Identity (a text, or an object with an Identity; or such an object of the pipeline) name the chat
 * pool? */
bool ps_names_pool(struct ps_call *call, bool allow_global);
/* Cannot find "what" "identity" because it does not exist. */
int ps_no_such_item(struct ps_call *call, const char *what, const char *identity);
/* Parameters that exclude each other; always -1. */
int ps_ambiguous(struct ps_call *call);
/* Does -Filter, a wildcard, let that identity pass?  Without one everything passes. */
bool ps_passes_filter(const struct ps_call *call, const char *identity);
/*
 * Of what the call has put out since `before`, leaves what -Identity or -Filter, and the other parameters
 * that are named as properties, ask for.  -1 after an error: -Identity and -Filter exclude each other, and an
 * identity has to exist.
 */
int ps_keep_wanted(struct ps_call *call, size_t before, const char *what);
/* The host of that design role, e.g. DESIGN_PRINCIPAL; NULL: the deployment has none. */
struct instance *ps_designed(struct ps *ps, enum instance_role design);

/* System.ServiceProcess.ServiceControllerStatus */
struct ps_value ps_service_status(const struct windows_service *service);

#endif
