/*
 * The number of a host: of its kind and name, since a server with several duties is a host of each kind.
 */
#ifndef PCHAT_SNMP_SERVER_INDEX_H
#define PCHAT_SNMP_SERVER_INDEX_H

#include "snmp/look.h"

static inline uint32_t server_index(const struct look *look, const struct host_snapshot *host)
{
    return index_of(look->indexes, look->pool, INDEX_SERVER,
                    arena_format(look->arena, "%s %s", host_kind_name(host->kind), host->name));
}

#endif
