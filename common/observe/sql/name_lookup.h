/*
 * Host names to addresses.  getaddrinfo has no deadline (resolv.conf rules it), so callers keep a thread that
 * others do not wait for.  Thread-safe.
 */
#ifndef PCHAT_OBSERVE_SQL_NAME_LOOKUP_H
#define PCHAT_OBSERVE_SQL_NAME_LOOKUP_H

#include "observe/sql/sql_port.h"

#include <netdb.h>

/* As getaddrinfo: 0 and *ret_addresses, the first with its canonical name, or an EAI_ error (EAI_SYSTEM:
 * errno). */
int name_lookup_try(const char *host, int port, struct addrinfo **ret_addresses);
/* TCP addresses of host, or NULL with *ret_failure filled (SIGHT_UNRESOLVED).  port 0: none wanted.
 * name_lookup_free(). */
struct addrinfo *name_lookup(const char *host, int port, struct arena *arena,
                             struct sql_failure *ret_failure);

static inline void name_lookup_free(struct addrinfo *addresses)
{
    if (addresses)
        freeaddrinfo(addresses);
}
AUTO_DEFINE_FREE(name_lookup, struct addrinfo)

#endif
