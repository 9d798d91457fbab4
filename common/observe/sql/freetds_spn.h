/*
 * The Kerberos principal for which FreeTDS asks a ticket.  Source: FreeTDS User Guide, "Kerberos"; behaviour
 * of 1.3.17.  Thread-safe.
 */
#ifndef PCHAT_OBSERVE_SQL_FREETDS_SPN_H
#define PCHAT_OBSERVE_SQL_FREETDS_SPN_H

#include "base/arena.h"
#include "topology/topology.h"

/* canonical: the host's name as the resolver has it, NULL: none.  NULL where it is known only after SQL
 * Server Browser was asked for the port. */
const char *freetds_spn(const struct topology_sql *endpoint, const char *canonical, struct arena *arena);

#endif
