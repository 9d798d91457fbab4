/* Get: one instance of a class, named by its selectors.  Source: DSP0227 "Get", MS-WSMV 3.1.4.2. */
#include "lab/winrm/namespaces.h"
#include "lab/winrm/operation.h"
#include "lab/winrm/wmi.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct wanted {
    const struct soap_request *request;
    const struct wmi_class *wmi_class;
    struct strbuf *out;
    size_t found;
};

static bool is_value(const struct wmi_value *value, enum wmi_type type, const char *text)
{
    char digits[32];

    if (value->is_null)
        return false;
    snprintf(digits, sizeof digits, "%" PRId64, value->number);
    return strcasecmp(type == WMI_STRING ? value->text : digits, text) == 0;
}

static void on_row(void *user, const struct wmi_value *values)
{
    static const struct wql_query whole = {0};
    struct wanted *wanted = user;

    for (size_t i = 0; i < wanted->request->selector_count; i++) {
        const struct soap_pair *selector = &wanted->request->selectors[i];
        int column = wmi_column_of(wanted->wmi_class, selector->name);
        if (!is_value(&values[column], wanted->wmi_class->columns[column].type, selector->value))
            return;
    }
    if (wanted->found++ == 0)
        wmi_put_item(wanted->out, wanted->wmi_class, &whole, values);
}

static bool selectors_fit(const struct soap_request *request, const struct wmi_class *wmi_class)
{
    for (size_t i = 0; i < request->selector_count; i++)
        if (wmi_column_of(wmi_class, request->selectors[i].name) < 0)
            return false;
    return true;
}

/* Selectors that leave a choice name no instance. */
struct wsman_fault operation_get(struct operation *operation)
{
    const struct soap_request *request = operation->request;
    const struct wmi_class *wmi_class = wmi_class_of(request->resource + strlen(RESOURCE_CIMV2));
    struct wanted wanted = {request, wmi_class, operation->out, 0};
    const struct wmi_sink sink = {&wanted, on_row};

    if (request->body)
        return fault_of(FAULT_BAD_SCHEMA);
    if (!wmi_class)
        return (struct wsman_fault){FAULT_WMI, WMI_INVALID_CLASS};
    if (!selectors_fit(request, wmi_class))
        return fault_of(FAULT_UNEXPECTED_SELECTORS);
    wmi_class->rows(operation->service->world, operation->service->host, &sink);
    return fault_of(wanted.found == 1 ? FAULT_NONE : FAULT_NOT_FOUND);
}
