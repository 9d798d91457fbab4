/*
 * The chat servers: which are active, the copy of mgc they are connected to, and what they leave in mgc and
 * mgccomp.
 *
 * Persistent-chat reference, "Database facts that monitoring can use", "What a server looks like from
 * outside".  What is written to mgc takes part in its lineage: a copy shows the rows that its log holds, so a
 * recovered copy has the old site's rows with ping times that stand still.
 */
#ifndef PCHAT_LAB_WORLD_CHAT_H
#define PCHAT_LAB_WORLD_CHAT_H

#include "base/err.h"
#include "lab/world/lineage.h"

struct world;
struct host;
struct instance;
struct database;

enum { CHAT_SERVERS_MAX = 8 };

/* What nobody outside Microsoft has confirmed; zero fields take the default named. */
struct chat_config {
    const char *chat_service_name;       /* "RTCCHAT" */
    const char *compliance_service_name; /* "RTCCOMPLIANCE" */
    const char *chat_display_name;       /* "Skype for Business Server Persistent Chat" */
    const char *compliance_display_name; /* "Skype for Business Server Persistent Chat Compliance" */
    const char *program_name;            /* of its SQL sessions: "Persistent Chat Server" */
    int64_t ping_interval_s;             /* 15 */
    bool ping_local_time;                /* serverLastPingTime in the server's local time instead of UTC */
    bool idle_without_row;               /* a server that is not active has no row, instead of a frozen one */
    bool idle_ports_closed;              /* an idle server does not listen on 5041 */
    const char *active_list_property;    /* of Get-CsService: "ActiveServers" */
    const char *master_property;         /* of Get-CsService -CentralManagement: "Active" */
    const char *identity_prefix;         /* as Get-CsPersistentChatState spells it: "PersistentChatServer:" */
    const char *counter_sets;            /* of chat servers, with commas: "LS:Persistent Chat Server" */
    const char *setters_role;            /* role that may set state and list: "CsAdministrator" */
    int64_t compliance_run_interval_s;   /* 900: the documented default of RunInterval */
    int64_t replication_min_s, replication_max_s; /* 5, 60: a Set reaches a replica after that long */
};

/* One write of a chat server into mgc. */
enum chat_record_kind {
    RECORD_PING,    /* refreshes its row in tblServerIdentity */
    RECORD_LEAVE,   /* takes its row out */
    RECORD_REVISION /* an administrator's change: sysRevision + 1 */
};
struct chat_record {
    enum chat_record_kind kind;
    int server_id;
    int64_t ping_time;       /* as written: UTC or local time of the server, by configuration */
    struct lineage_place at; /* fork, and the LSN of the record */
};

/* A row of mgccomp.dbo.tblComplianceData. */
struct compliance_entry {
    int64_t entry_id;
    int64_t date_utc_ms;
};

/* The content of one site's mgccomp; the mirror has the same. */
struct compliance {
    LIST(struct compliance_entry) backlog;
    int64_t next_entry_id, last_processed_entry_id;
    int active_server_id; /* -1 = nobody holds the lock */
    int64_t lock_expires_utc_ms, next_run_utc_ms;
    bool adapter_fails; /* fault */
};

struct chat {
    LIST(struct chat_record) records;
    struct compliance compliance[3]; /* by enum site */
    int64_t next_revision_utc_ms;
    int next_hop; /* host: the front end that routes SIP to the pool */
};

/* Of a host that is a chat server. */
struct chat_server {
    int server_id;  /* tblServerIdentity.serverID; 0 = not a chat server */
    bool stands_by; /* not to be active when its site serves */
    int home;       /* the instance it is connected to; -1 = none */
    int64_t next_ping_utc_ms;
    bool database_lost; /* it wants a copy and has none: 53530 is logged, once */
};

bool chat_is_server(const struct host *host);
/* Active: its chat service runs and its own replica lists it. */
bool chat_is_active(const struct host *host);
/* The copy it is connected to now; NULL = none. */
struct instance *chat_copy(struct world *world, const struct host *host);
/* The chat server with that serverID; NULL = none. */
struct host *chat_server_by_id(struct world *world, int server_id);
/* Is a copy of that site (enum site) in use by a connected server? In a split brain both are. */
bool chat_serves_from(const struct world *world, int site);

/* A row of tblServerIdentity as one copy of mgc shows it. */
struct chat_identity {
    int server_id;
    char server_address[WORLD_NAME_BYTES]; /* net.tcp://fqdn:8011/...: unconfirmed */
    int64_t last_ping_time;                /* as written */
};
/* Fills at most CHAT_SERVERS_MAX rows in order of serverID. */
size_t chat_identities(struct world *world, const struct database *mgc,
                       struct chat_identity out[CHAT_SERVERS_MAX]);
/* tblActivePeers of one copy: pairs among the servers connected there; n * (n - 1) rows. */
struct chat_peer {
    int server_id, peer_id;
};
size_t chat_peers(struct world *world, const struct instance *instance,
                  struct chat_peer out[CHAT_SERVERS_MAX * CHAT_SERVERS_MAX]);
int64_t chat_revision(const struct world *world, const struct database *mgc);

/* When the newest of those changes was made, as its writer's clock had it; SQL_NULL_DATE = never. */
int64_t chat_revised_at(const struct world *world, const struct database *mgc);
/* tblConfig.configPoolID: of the database from which all restored copies come. */
const struct guid *chat_config_pool_id(const struct world *world, const struct database *mgc);
/* The queue of one site (enum site). */
struct compliance *compliance_of(struct world *world, int site);

/* Test-CsPersistentChatMessage through the next hop from `from`: 0, or -1 with *err saying what fails. */
int chat_test_message(struct world *world, const struct host *from, struct err *err);

/* The rest is for the world itself. */
void chat_configure(struct chat_config *config); /* fills in the defaults */
void chat_found(struct world *world);
void chat_register_all(struct world *world, struct instance *instance);
void compliance_found(struct world *world);
void compliance_tick(struct world *world);
void compliance_note(struct world *world, const struct host *host);
void chat_tick(struct world *world);
void chat_leave(struct world *world, struct host *host); /* its service ends: sessions go */
/* A user's message through this server; false = it could not. */
bool chat_write(struct world *world, struct host *host);
void chat_done(struct chat *chat);

#endif
