#include "lab/winrm/wmi.h"

#include "lab/winrm/wmi_classes.h"

#include <strings.h>

const struct wmi_class *wmi_class_of(const char *name)
{
    for (size_t i = 0; i < wmi_class_count; i++)
        if (strcasecmp(wmi_classes[i].name, name) == 0)
            return &wmi_classes[i];
    return NULL;
}

int wmi_column_of(const struct wmi_class *wmi_class, const char *name)
{
    for (size_t i = 0; i < wmi_class->column_count; i++)
        if (strcasecmp(wmi_class->columns[i].name, name) == 0)
            return (int)i;
    return -1;
}
