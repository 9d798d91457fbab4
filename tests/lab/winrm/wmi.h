/*
 * WMI of one host: classes of root/cimv2 as tables over the world, and which of their rows a query wants.
 * Sources: "Win32 Provider" reference pages, one per class.  Not thread-safe.
 */
#ifndef PCHAT_LAB_WINRM_WMI_H
#define PCHAT_LAB_WINRM_WMI_H

#include "base/strbuf.h"
#include "lab/winrm/wql.h"

#include <stddef.h>

struct world;
struct host;

enum { WMI_COLUMNS_MAX = 24 };

enum wmi_type { WMI_STRING, WMI_UNSIGNED, WMI_BOOLEAN, WMI_DATETIME };

struct wmi_column {
    const char *name;
    enum wmi_type type;
};

struct wmi_value {
    bool is_null;
    const char *text; /* STRING */
    int64_t number;   /* UNSIGNED; BOOLEAN; DATETIME in UTC milliseconds by the host's clock */
};

/* Takes one row: a value for each column, in their order; they last as long as the call. */
struct wmi_sink {
    void *user;
    void (*row)(void *user, const struct wmi_value *values);
};

struct wmi_class {
    const char *name;
    const struct wmi_column *columns;
    size_t column_count;
    void (*rows)(struct world *world, struct host *host, const struct wmi_sink *sink);
};

/* Without regard to case; NULL: no such class here. */
const struct wmi_class *wmi_class_of(const char *name);
/* The place of a column in a class, or -1. */
int wmi_column_of(const struct wmi_class *wmi_class, const char *name);

/* Whether every column of the query belongs to the class and is compared with something of its kind. */
bool wql_fits(const struct wql_query *query, const struct wmi_class *wmi_class);
bool wql_matches(const struct wql_condition *where, const struct wmi_class *wmi_class,
                 const struct wmi_value *values);

/* One instance as XML: a whole class element, or the columns of a projection as w:XmlFragment. */
void wmi_put_item(struct strbuf *out, const struct wmi_class *wmi_class, const struct wql_query *query,
                  const struct wmi_value *values);

#endif
