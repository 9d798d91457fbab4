#include "observe/sql/name_lookup.h"

#include <errno.h>
#include <string.h>

int name_lookup_try(const char *host, int port, struct addrinfo **ret_addresses)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | AI_CANONNAME};
    char service[8];

    snprintf(service, sizeof(service), "%d", port);
    return getaddrinfo(host, service, &hints, ret_addresses);
}

struct addrinfo *name_lookup(const char *host, int port, struct arena *arena, struct sql_failure *ret_failure)
{
    struct addrinfo *addresses = NULL;
    char reason[128];
    int status = name_lookup_try(host, port, &addresses);

    if (status == 0)
        return addresses;
    *ret_failure =
        (struct sql_failure){SIGHT_UNRESOLVED, 0,
                             arena_format(arena, "%s: %s", host,
                                          status == EAI_SYSTEM ? strerror_r(errno, reason, sizeof(reason))
                                                               : gai_strerror(status))};
    return NULL;
}
