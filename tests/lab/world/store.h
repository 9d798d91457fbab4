/*
 * The Central Management Store: what the administrator set, and what each server's local replica knows of it.
 *
 * Persistent-chat reference, "CMS propagation": a Set cmdlet writes to the store; MASTER and FTA carry it to
 * each server's REPLICA, and the chat service obeys that replica.  The store is up where its active master
 * is: host up, MASTER and FTA Running.
 */
#ifndef PCHAT_LAB_WORLD_STORE_H
#define PCHAT_LAB_WORLD_STORE_H

#include "base/err.h"
#include "lab/world/kinds.h"

struct world;
struct host;

enum { ACTIVE_SERVERS_MAX = 16, STORE_MASTERS_MAX = 2 };

enum pool_state { POOL_NORMAL, POOL_FAILED_OVER };
const char *pool_state_name(enum pool_state state); /* "Normal", "FailedOver" */

/* What a snapshot of the store says about the pool. */
struct pool_settings {
    enum pool_state state;
    char active_servers[ACTIVE_SERVERS_MAX][WORLD_NAME_BYTES]; /* FQDNs in the order given; any text */
    size_t active_server_count;
    int64_t version;        /* rises with every Set */
    int64_t created_utc_ms; /* when it was set: LastUpdateCreation */
};

struct store {
    struct pool_settings settings;
    int masters[STORE_MASTERS_MAX]; /* hosts marked active master; normally one */
    size_t master_count;
    bool unreachable;            /* fault */
    bool active_list_unreadable; /* fault: whoever asks for the list gets an error */
};

/* RTCLOCAL of one host. */
struct replica {
    bool exists;                   /* chat servers and front ends have one */
    struct pool_settings settings; /* settings.created_utc_ms: LastUpdateCreation of this replica */
    int64_t received_utc_ms;
    int64_t last_status_report_utc_ms; /* as the store has it */
    bool frozen;                       /* fault replica_stale */
    int64_t due_utc_ms, due_version;   /* the delivery under way; version 0 = none */
};

enum { POOL_FQDN_BYTES = 64 };
#define STORE_POOL_FQDN     "lyncpc.litwareinc.com"
#define STORE_POOL_IDENTITY "PersistentChatServer:" STORE_POOL_FQDN

/* The host with the active master; the first when there are two, NULL when none is marked. */
struct host *store_master(struct world *world);
/* Can a cmdlet that runs on `from` open the store? 0, or -1 with ERR_INPUT; *err says what the cmdlet
 * would. */
int store_open(struct world *world, const struct host *from, struct err *err);

/* Set-CsPersistentChatState, Set-CsPersistentChatActiveServer on `from`; 0, or -1 as store_open.  The list is
 * taken as given: nothing checks names or counts (more than ACTIVE_SERVERS_MAX: ERR_INPUT). */
int store_set_state(struct world *world, const struct host *from, enum pool_state state, struct err *err);
int store_set_active_servers(struct world *world, const struct host *from, const char *const *fqdns,
                             size_t count, struct err *err);
/* Invoke-CsManagementServerFailover: the other front end becomes active master. */
int store_move_master(struct world *world, struct host *to, struct err *err);

/* Does the replica hold what the store has now? (Get-CsManagementStoreReplicationStatus UpToDate) */
bool store_up_to_date(const struct world *world, const struct host *host);
/* Invoke-CsManagementStoreReplication; NULL = every replica.  Begins after a while, as documented. */
void store_replicate(struct world *world, struct host *host);
/* Is this FQDN or name in the list, in any case? */
bool pool_settings_lists(const struct pool_settings *settings, const struct host *host);

/* The rest is for the world itself. */
void store_found(struct world *world);
/* The FQDNs of a site's chat servers, which live as long as the world. */
size_t store_site_servers(struct world *world, int site, const char *out[ACTIVE_SERVERS_MAX]);
void store_tick(struct world *world);
/* What the operator waits for: every replica that can be reached learns it now. */
void store_push(struct world *world);
/* Writes without asking whether the store is up; then store_push(). */
void store_put(struct world *world, enum pool_state state, const char *const *fqdns, size_t count);

#endif
