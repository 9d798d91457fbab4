#include "assess/windows_service.h"

#include <string.h>
#include <strings.h>

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), wanted = strlen(end);

    return length >= wanted && strcasecmp(text + length - wanted, end) == 0;
}

bool service_is(const struct service_fact *service, const char *executable, const char *display_name)
{
    if (service->path_name)
        return executable && *executable && strcasestr(service->path_name, executable);
    return service->display_name && display_name && *display_name &&
           ends_with(service->display_name, display_name);
}
