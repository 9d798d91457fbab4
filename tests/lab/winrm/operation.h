/*
 * One operation of the WinRM service on its way, as its handler sees it, and the handlers.
 *
 * A handler appends the content of s:Body to out and returns FAULT_NONE, or a fault.  One that must wait sets
 * pending and is called again later with the same request; it must have changed nothing by then.
 */
#ifndef PCHAT_LAB_WINRM_OPERATION_H
#define PCHAT_LAB_WINRM_OPERATION_H

#include "lab/winrm/enumeration.h"
#include "lab/winrm/service.h"
#include "lab/winrm/shell.h"
#include "lab/winrm/soap.h"
#include "lab/winrm/wsman_fault.h"
#include "lab/world/world.h"

struct winrm_service {
    struct world *world;
    struct host *host;
    struct shell_table shells;
    struct enumeration_table enumerations;
};

struct operation {
    struct winrm_service *service;
    const struct winrm_call *call;
    const struct soap_request *request;
    struct strbuf *out;
    bool pending;
};

typedef struct wsman_fault (*operation_handler)(struct operation *operation);

static inline struct wsman_fault fault_of(enum fault_kind kind)
{
    return (struct wsman_fault){kind, WMI_OK};
}

struct wsman_fault operation_shell_create(struct operation *operation);
struct wsman_fault operation_shell_delete(struct operation *operation);
struct wsman_fault operation_command(struct operation *operation);
struct wsman_fault operation_receive(struct operation *operation);
struct wsman_fault operation_signal(struct operation *operation);
struct wsman_fault operation_get(struct operation *operation);
struct wsman_fault operation_enumerate(struct operation *operation);
struct wsman_fault operation_pull(struct operation *operation);
struct wsman_fault operation_release(struct operation *operation);

/* The shell that the selectors name, if it is the caller's; NULL: FAULT_UNKNOWN_SHELL. */
struct shell *operation_shell(const struct operation *operation);

#endif
