#include "observe/sql/freetds_spn.h"

#include <string.h>

/* Only a name without a dot is made whole, and only by one that has some. */
static const char *principal_host(const char *host, const char *canonical)
{
    return !strchr(host, '.') && canonical && strchr(canonical, '.') ? canonical : host;
}

const char *freetds_spn(const struct topology_sql *endpoint, const char *canonical, struct arena *arena)
{
    if (endpoint->spn)
        return endpoint->spn;
    if (!endpoint->port)
        return NULL;
    return arena_format(arena, "MSSQLSvc/%s:%d", principal_host(endpoint->host, canonical), endpoint->port);
}
