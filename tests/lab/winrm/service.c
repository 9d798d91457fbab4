#include "lab/winrm/service.h"

#include "base/mem.h"
#include "lab/winrm/answer.h"
#include "lab/winrm/namespaces.h"
#include "lab/winrm/operation.h"
#include "lab/winrm/xml.h"

#include <string.h>

enum { STATUS_OK = 200, STATUS_UNAUTHORIZED = 401, STATUS_FAULT = 500 };

static const struct operation_row {
    const char *action, *resource;
    bool resource_is_prefix;
    operation_handler run;
} operations[] = {
    {NS_TRANSFER "/Create", RESOURCE_CMD, false, operation_shell_create},
    {NS_TRANSFER "/Delete", RESOURCE_CMD, false, operation_shell_delete},
    {NS_SHELL "/Command", RESOURCE_CMD, false, operation_command},
    {NS_SHELL "/Receive", RESOURCE_CMD, false, operation_receive},
    {NS_SHELL "/Signal", RESOURCE_CMD, false, operation_signal},
    {NS_TRANSFER "/Get", RESOURCE_CIMV2, true, operation_get},
    {NS_ENUMERATION "/Enumerate", RESOURCE_CIMV2, true, operation_enumerate},
    {NS_ENUMERATION "/Pull", RESOURCE_CIMV2, true, operation_pull},
    {NS_ENUMERATION "/Release", RESOURCE_CIMV2, true, operation_release},
};

static bool resource_fits(const struct operation_row *row, const char *resource)
{
    return row->resource_is_prefix ? strncmp(row->resource, resource, strlen(row->resource)) == 0
                                   : strcmp(row->resource, resource) == 0;
}

/* An action that exists for other resources is unsupported here; a resource of no operation is unreachable.
 */
static const struct operation_row *find_operation(const struct soap_request *request, enum fault_kind *ret)
{
    *ret = FAULT_BAD_RESOURCE;
    for (size_t i = 0; i < COUNT(operations); i++) {
        if (!resource_fits(&operations[i], request->resource))
            continue;
        if (strcmp(operations[i].action, request->action) == 0)
            return &operations[i];
        *ret = FAULT_ACTION_NOT_SUPPORTED;
    }
    return NULL;
}

static struct wsman_fault run(struct operation *operation)
{
    const struct soap_request *request = operation->request;
    enum fault_kind why_not = FAULT_NONE;
    const struct operation_row *row = find_operation(request, &why_not);

    if (!row)
        return fault_of(why_not);
    if (operation->service->host->windows.winrm.manner == WINRM_ACCESS_DENIED || operation->call->forbidden)
        return fault_of(FAULT_ACCESS_DENIED);
    AUTO_FREE char *action = mem_format("%sResponse", row->action);
    answer_begin(operation->out, action, request->message_id);
    struct wsman_fault fault = row->run(operation);
    answer_end(operation->out);
    return fault;
}

static void reply_identity(const struct winrm_service *service, const struct winrm_call *call,
                           struct winrm_reply *reply)
{
    (void)service;
    reply->status = STATUS_OK;
    answer_identify(&reply->body,
                    call->user ? "OS: 6.3.9600 SP: 0.0 Stack: 3.0" : "OS: 0.0.0 SP: 0.0 Stack: 3.0",
                    call->user != NULL);
}

static void reply_operation(struct winrm_service *service, const struct winrm_call *call,
                            const struct soap_request *request, enum fault_kind refused,
                            struct winrm_reply *reply)
{
    struct operation operation = {service, call, request, &reply->body, false};
    struct wsman_fault fault = refused == FAULT_NONE ? run(&operation) : fault_of(refused);

    reply->pending = operation.pending;
    reply->status = STATUS_OK;
    if (fault.kind == FAULT_NONE)
        return;
    strbuf_truncate(&reply->body, 0);
    reply->status = STATUS_FAULT;
    answer_fault(&reply->body, &fault, service->host->fqdn, request->message_id);
}

void winrm_service_call(struct winrm_service *service, const struct winrm_call *call,
                        struct winrm_reply *ret_reply)
{
    AUTO(soap_request) struct soap_request request = {0};
    enum fault_kind refused = soap_read(call->text, call->length, &request);

    shell_table_expire(&service->shells, call->now_ms);
    enumeration_table_expire(&service->enumerations, call->now_ms);
    if (refused == FAULT_NONE && xml_is(request.body, NS_IDENTIFY, "Identify"))
        reply_identity(service, call, ret_reply);
    else if (!call->user)
        ret_reply->status = STATUS_UNAUTHORIZED;
    else
        reply_operation(service, call, &request, refused, ret_reply);
}

struct winrm_service *winrm_service_new(struct world *world, struct host *host)
{
    struct winrm_service *service = mem_alloc(sizeof *service);

    service->world = world;
    service->host = host;
    return service;
}

void winrm_service_reset(struct winrm_service *service)
{
    shell_table_done(&service->shells);
    enumeration_table_done(&service->enumerations);
}

void winrm_service_free(struct winrm_service *service)
{
    if (!service)
        return;
    winrm_service_reset(service);
    free(service);
}
