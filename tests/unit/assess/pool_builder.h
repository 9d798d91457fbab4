/*
 * Builds snapshots of a whole pool for tests: the SQL instances of snapshot_builder.h, and beside them the
 * hosts.
 *
 * dub has the chat servers pc1 and pc2 (active) and pc3 (idle), the front end fe1 and the management host
 * adm1; red has the idle chat servers pc5 and pc6 and the front end fe2.  Chat servers that are idle run
 * their service and listen, and keep a frozen row in tblServerIdentity.  A vantage point oob stands in a
 * third place.
 */
#ifndef PCHAT_TESTS_POOL_BUILDER_H
#define PCHAT_TESTS_POOL_BUILDER_H

#include "unit/assess/snapshot_builder.h"

struct snapshot *pool_healthy(void);
struct host_snapshot *pool_host(struct snapshot *snapshot, enum host_kind kind, const char *name);
/* One more record, all unknown, of a group that is seen. */
void *pool_host_add(struct snapshot *snapshot, struct host_snapshot *host, enum host_fact_id id);
/* The host answers in no way. */
void pool_host_unsee(struct host_snapshot *host);

void pool_state_is(struct snapshot *snapshot, const char *state);  /* store and all replicas */
void pool_active_are(struct snapshot *snapshot, const char *list); /* likewise; FQDNs, comma separated */
/* A chat server's row in tblServerIdentity of that instance, moving or frozen. */
void pool_ping(struct snapshot *snapshot, const char *instance, const char *server, bool moves);
/* Every row of the instance stands still from now on. */
void pool_freeze(struct snapshot *snapshot, const char *instance);
void pool_session(struct snapshot *snapshot, const char *instance, const char *server);
struct service_fact *pool_service(struct snapshot *snapshot, const char *server);
struct port_fact *pool_port(struct snapshot *snapshot, const char *server);
/* What the vantage point says of all of the primary site's objects. */
void pool_vote(struct snapshot *snapshot, const char *domain, const char *vote, int64_t age_s);
/* Nothing of that site answers any more. */
void pool_lose_site(struct snapshot *snapshot, enum site_role site);
/* Failed over, all steps done: sqldr1 serves, pc5 and pc6 are active. */
void pool_fail_over(struct snapshot *snapshot);
/* An open copy that nobody uses. */
void pool_open_copy(struct snapshot *snapshot, const char *instance);

#endif
