#include "observe/sql/name_lookup.h"

#include <errno.h>
#include <string.h>

struct addrinfo *name_lookup(const char *host, int port, struct arena *arena, struct sql_failure *ret_failure)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *addresses = NULL;
    char service[8], reason[128];
    int status;

    snprintf(service, sizeof(service), "%d", port);
    status = getaddrinfo(host, service, &hints, &addresses);
    if (status == 0)
        return addresses;
    *ret_failure =
        (struct sql_failure){SIGHT_UNRESOLVED, 0,
                             arena_format(arena, "%s: %s", host,
                                          status == EAI_SYSTEM ? strerror_r(errno, reason, sizeof(reason))
                                                               : gai_strerror(status))};
    return NULL;
}
