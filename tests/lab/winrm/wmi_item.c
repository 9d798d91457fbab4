/* Instances of WMI as XML.  Source: DSP0227 "WS-Management CIM Binding", "Representation of datetime". */
#include "lab/winrm/wmi.h"

#include "base/utc.h"
#include "lab/winrm/namespaces.h"
#include "lab/winrm/xml.h"

#include <inttypes.h>

static void put_value(struct strbuf *out, enum wmi_type type, const struct wmi_value *value)
{
    char time[UTC_TEXT_BYTES];

    if (type == WMI_STRING)
        xml_put(out, value->text);
    else if (type == WMI_DATETIME)
        strbuf_format(out, "<cim:Datetime xmlns:cim=\"" NS_CIM "\">%s</cim:Datetime>",
                      utc_format(value->number, time));
    else if (type == WMI_BOOLEAN)
        strbuf_add(out, value->number ? "true" : "false");
    else
        strbuf_format(out, "%" PRId64, value->number);
}

static void put_property(struct strbuf *out, const char *prefix, const struct wmi_column *column,
                         const struct wmi_value *value)
{
    if (value->is_null) {
        strbuf_format(out, "<%s%s xsi:nil=\"true\"/>", prefix, column->name);
        return;
    }
    strbuf_format(out, "<%s%s>", prefix, column->name);
    put_value(out, column->type, value);
    strbuf_format(out, "</%s%s>", prefix, column->name);
}

static void put_fragment(struct strbuf *out, const struct wmi_class *wmi_class, const struct wql_query *query,
                         const struct wmi_value *values)
{
    strbuf_add(out, "<w:XmlFragment>");
    for (size_t i = 0; i < query->column_count; i++) {
        int column = wmi_column_of(wmi_class, query->columns[i]);
        put_property(out, "", &wmi_class->columns[column], &values[column]);
    }
    strbuf_add(out, "</w:XmlFragment>");
}

void wmi_put_item(struct strbuf *out, const struct wmi_class *wmi_class, const struct wql_query *query,
                  const struct wmi_value *values)
{
    if (query->column_count > 0) {
        put_fragment(out, wmi_class, query, values);
        return;
    }
    strbuf_format(out, "<c:%s xmlns:c=\"" RESOURCE_CIMV2 "%s\" xsi:type=\"c:%s_Type\">", wmi_class->name,
                  wmi_class->name, wmi_class->name);
    for (size_t i = 0; i < wmi_class->column_count; i++)
        put_property(out, "c:", &wmi_class->columns[i], &values[i]);
    strbuf_format(out, "</c:%s>", wmi_class->name);
}
