#include "lab/winrm/enumeration.h"

#include "base/mem.h"
#include "base/number.h"
#include "lab/winrm/guid_text.h"
#include "lab/winrm/namespaces.h"
#include "lab/winrm/operation.h"
#include "lab/winrm/wmi.h"
#include "lab/winrm/xml.h"

#include <string.h>

/* What an envelope needs besides its items. */
enum { ENVELOPE_OVERHEAD_BYTES = 2048, ELEMENTS_MAX = 32000 };

/* ---- the table ---- */

static void enumeration_free(struct enumeration *enumeration)
{
    if (!enumeration)
        return;
    for (size_t i = 0; i < enumeration->items.count; i++)
        free(enumeration->items.rows[i]);
    free(enumeration->items.rows);
    free(enumeration);
}
AUTO_DEFINE_FREE(enumeration, struct enumeration)

static void forget(struct enumeration_table *table, size_t index)
{
    enumeration_free(table->rows[index]);
    table->rows[index] = table->rows[--table->count];
}

void enumeration_table_expire(struct enumeration_table *table, int64_t now_ms)
{
    for (size_t i = table->count; i > 0; i--)
        if (now_ms - table->rows[i - 1]->used_ms > ENUMERATION_LIFE_MS)
            forget(table, i - 1);
}

void enumeration_table_done(struct enumeration_table *table)
{
    while (table->count > 0)
        forget(table, table->count - 1);
}

/* Its index, or the count when there is none. */
static size_t find(const struct enumeration_table *table, const char *context)
{
    size_t i = 0;

    while (i < table->count && strcmp(table->rows[i]->context, context) != 0)
        i++;
    return i;
}

/* The oldest gives way. */
static void keep(struct enumeration_table *table, struct enumeration *enumeration)
{
    if (table->count == ENUMERATIONS_MAX)
        forget(table, 0);
    table->rows[table->count++] = enumeration;
}

/* ---- rows to items ---- */

struct selection {
    const struct wmi_class *wmi_class;
    struct wql_query query;
    struct enumeration *enumeration;
};

static void on_row(void *user, const struct wmi_value *values)
{
    struct selection *selection = user;
    AUTO(strbuf) struct strbuf item = STRBUF_INIT;

    if (!wql_matches(selection->query.where, selection->wmi_class, values))
        return;
    wmi_put_item(&item, selection->wmi_class, &selection->query, values);
    *LIST_ADD(&selection->enumeration->items) = strbuf_take(&item);
}

static struct wsman_fault wmi_fault(uint32_t code)
{
    return (struct wsman_fault){FAULT_WMI, code};
}

/* A filter goes with the resource of all classes, its absence with that of one. */
static struct wsman_fault read_selection(const struct operation *operation, struct selection *ret)
{
    const struct soap_request *request = operation->request;
    const xmlNode *filter = xml_child(request->body, NS_WSMAN, "Filter");
    const char *name = request->resource + strlen(RESOURCE_CIMV2);
    AUTO(strbuf) struct strbuf dialect = STRBUF_INIT;

    if (!filter == (strcmp(name, "*") == 0))
        return fault_of(FAULT_BAD_FILTER);
    ret->query.class_name = name;
    if (filter) {
        if (!xml_attribute(filter, NULL, "Dialect", &dialect) ||
            strcmp(strbuf_text(&dialect), DIALECT_WQL) != 0)
            return fault_of(FAULT_DIALECT);
        if (!wql_parse(request->arena, soap_text(request, filter), &ret->query))
            return wmi_fault(WMI_INVALID_QUERY);
    }
    ret->wmi_class = wmi_class_of(ret->query.class_name);
    if (!ret->wmi_class)
        return wmi_fault(WMI_INVALID_CLASS);
    return wql_fits(&ret->query, ret->wmi_class) ? fault_of(FAULT_NONE) : wmi_fault(WMI_INVALID_QUERY);
}

/* ---- items to envelopes ---- */

/* MaxElements of the namespace; absent means one.  False: not a number of elements. */
static bool read_max_elements(const struct operation *operation, const char *namespace_uri, int64_t *ret)
{
    const xmlNode *node = xml_child(operation->request->body, namespace_uri, "MaxElements");

    *ret = 1;
    if (!node)
        return true;
    return number_parse(soap_text(operation->request, node), ret) && *ret > 0 && *ret <= ELEMENTS_MAX;
}

/* As many items as were asked for and fit; one always goes, since a client can do nothing about it. */
static void put_items(struct operation *operation, struct enumeration *enumeration, const char *element,
                      int64_t max_elements)
{
    size_t room = (size_t)operation->request->envelope_bytes - ENVELOPE_OVERHEAD_BYTES;
    size_t start = operation->out->length;

    strbuf_format(operation->out, "<%s>", element);
    for (int64_t i = 0; i < max_elements && enumeration->next < enumeration->items.count; i++) {
        const char *item = enumeration->items.rows[enumeration->next];
        if (i > 0 && operation->out->length - start + strlen(item) > room)
            break;
        strbuf_add(operation->out, item);
        enumeration->next++;
    }
    strbuf_format(operation->out, "</%s>", element);
}

static bool is_over(const struct enumeration *enumeration)
{
    return enumeration->next == enumeration->items.count;
}

static void put_context(struct operation *operation, const struct enumeration *enumeration)
{
    strbuf_format(operation->out, "<n:EnumerationContext>%s</n:EnumerationContext>",
                  is_over(enumeration) ? "" : enumeration->context);
}

/* ---- operations ---- */

static struct wsman_fault check_enumerate(const struct operation *operation, int64_t *ret_max_elements)
{
    static const char *const allowed[] = {"OptimizeEnumeration", "MaxElements", "Filter"};
    const xmlNode *body = operation->request->body;

    if (!xml_is(body, NS_ENUMERATION, "Enumerate") ||
        !read_max_elements(operation, NS_WSMAN, ret_max_elements))
        return fault_of(FAULT_BAD_SCHEMA);
    return fault_of(xml_holds_only(body, allowed, COUNT(allowed)) ? FAULT_NONE : FAULT_BAD_SCHEMA);
}

/* The response, with the first items where the client wants them at once; true when nothing is left to pull.
 */
static bool put_enumeration(struct operation *operation, struct enumeration *enumeration,
                            int64_t max_elements)
{
    AUTO(strbuf) struct strbuf items = STRBUF_INIT;
    struct operation inner = *operation;
    bool optimized = xml_child(operation->request->body, NS_WSMAN, "OptimizeEnumeration") != NULL;

    inner.out = &items;
    if (optimized)
        put_items(&inner, enumeration, "w:Items", max_elements);
    bool over = optimized && is_over(enumeration);
    strbuf_format(operation->out,
                  "<n:EnumerateResponse><n:EnumerationContext>%s</n:EnumerationContext>%s%s"
                  "</n:EnumerateResponse>",
                  over ? "" : enumeration->context, strbuf_text(&items), over ? "<w:EndOfSequence/>" : "");
    return over;
}

struct wsman_fault operation_enumerate(struct operation *operation)
{
    AUTO(enumeration) struct enumeration *enumeration = mem_alloc(sizeof *enumeration);
    struct selection selection = {.enumeration = enumeration};
    const struct wmi_sink sink = {&selection, on_row};
    int64_t max_elements = 1;
    struct wsman_fault fault = check_enumerate(operation, &max_elements);

    if (fault.kind == FAULT_NONE)
        fault = read_selection(operation, &selection);
    if (fault.kind != FAULT_NONE)
        return fault;
    guid_text_new(enumeration->context);
    enumeration->used_ms = operation->call->now_ms;
    selection.wmi_class->rows(operation->service->world, operation->service->host, &sink);
    if (!put_enumeration(operation, enumeration, max_elements)) {
        keep(&operation->service->enumerations, enumeration);
        enumeration = NULL;
    }
    return fault;
}

/* The enumeration that n:Pull or n:Release names, or the count. */
static size_t named(const struct operation *operation)
{
    const xmlNode *context = xml_child(operation->request->body, NS_ENUMERATION, "EnumerationContext");

    return find(&operation->service->enumerations, soap_text(operation->request, context));
}

struct wsman_fault operation_pull(struct operation *operation)
{
    static const char *const allowed[] = {"EnumerationContext", "MaxElements", "MaxTime", "MaxCharacters"};
    struct enumeration_table *table = &operation->service->enumerations;
    size_t index = named(operation);
    int64_t max_elements = 1;

    if (!xml_is(operation->request->body, NS_ENUMERATION, "Pull") ||
        !xml_holds_only(operation->request->body, allowed, COUNT(allowed)) ||
        !read_max_elements(operation, NS_ENUMERATION, &max_elements))
        return fault_of(FAULT_BAD_SCHEMA);
    if (index == table->count)
        return fault_of(FAULT_BAD_CONTEXT);
    AUTO(strbuf) struct strbuf items = STRBUF_INIT;
    struct enumeration *enumeration = table->rows[index];
    struct operation inner = *operation;
    inner.out = &items;
    put_items(&inner, enumeration, "n:Items", max_elements);
    enumeration->used_ms = operation->call->now_ms;
    strbuf_add(operation->out, "<n:PullResponse>");
    put_context(operation, enumeration);
    strbuf_add(operation->out, strbuf_text(&items));
    strbuf_add(operation->out, is_over(enumeration) ? "<n:EndOfSequence/>" : "");
    strbuf_add(operation->out, "</n:PullResponse>");
    if (is_over(enumeration))
        forget(table, index);
    return fault_of(FAULT_NONE);
}

struct wsman_fault operation_release(struct operation *operation)
{
    struct enumeration_table *table = &operation->service->enumerations;
    size_t index = named(operation);

    if (!xml_is(operation->request->body, NS_ENUMERATION, "Release"))
        return fault_of(FAULT_BAD_SCHEMA);
    if (index == table->count)
        return fault_of(FAULT_BAD_CONTEXT);
    forget(table, index);
    return fault_of(FAULT_NONE);
}
