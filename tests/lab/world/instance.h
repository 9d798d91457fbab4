/*
 * Hosts and the SQL Server instances on them.
 */
#ifndef PCHAT_LAB_WORLD_INSTANCE_H
#define PCHAT_LAB_WORLD_INSTANCE_H

#include "lab/world/applocks.h"
#include "lab/world/chat.h"
#include "lab/world/database.h"
#include "lab/world/jobs.h"
#include "lab/world/security.h"
#include "lab/world/sessions.h"
#include "lab/world/shipping.h"
#include "lab/world/store.h"
#include "lab/world/user_tables.h"
#include "lab/world/windows.h"

enum { HOST_VOLUMES_MAX = 4, HOST_SHARES_MAX = 2, INSTANCE_DATABASES_MAX = 16 };

enum site { SITE_NONE, SITE_PRIMARY, SITE_BACKUP };
enum host_role { HOST_SQL, HOST_FILE, HOST_MONITOR, HOST_CHAT, HOST_FRONT_END, HOST_PLAIN };

/*
 * A machine: a SQL host, a file server fs1 or fs2, a chat server pc1..pc8, a front end fe-dub1 or fe-red1,
 * "monitor" where our checks run, or oob1, a Windows host in a third place.
 */
struct host {
    int index;
    char name[WORLD_NAME_BYTES], fqdn[WORLD_NAME_BYTES];
    enum site site;
    enum host_role role;
    bool down;
    int64_t clock_skew_ms;  /* its clock minus true time */
    int utc_offset_minutes; /* its zone */
    struct share shares[HOST_SHARES_MAX];
    size_t share_count;
    struct volume volumes[HOST_VOLUMES_MAX];
    size_t volume_count;
    LIST(struct stored_file) files; /* sorted by path */
    struct windows windows;
    struct replica replica;
    struct chat_server chat;
};

/* [U] and [L] of a host for a true instant. */
int64_t host_utc_ms(const struct host *host, int64_t utc_ms);
int64_t host_local_ms(const struct host *host, int64_t utc_ms);

enum instance_role {
    DESIGN_PRINCIPAL,
    DESIGN_MIRROR,
    DESIGN_WITNESS,
    DESIGN_SECONDARY,
    DESIGN_SECONDARY_MIRROR
};

/* sys.database_mirroring_endpoints and sys.tcp_endpoints; exists = false: no row. */
struct endpoint {
    bool exists, stopped;
    char name[WORLD_NAME_BYTES];
    int endpoint_id, port;
    int role;                 /* 1 PARTNER, 2 WITNESS, 3 ALL */
    int connection_auth;      /* 3 NEGOTIATE */
    int encryption_algorithm; /* 2 AES */
    bool is_encryption_enabled;
};

/* sys.database_mirroring_witnesses. */
struct witness_session {
    char database_name[WORLD_NAME_BYTES], principal_server_name[WORLD_NAME_BYTES],
        mirror_server_name[WORLD_NAME_BYTES];
    enum safety_level safety_level;
    int safety_sequence_number, role_sequence_number, is_suspended_sequence_number;
    struct guid mirroring_guid, family_guid;
    bool is_suspended, synchronized; /* partner_sync_state 5/6: decide by _desc */
};

/* One row of msdb.dbo.dbm_monitor_data, as sp_dbmmonitorresults gives it. */
struct mirror_sample {
    char database_name[WORLD_NAME_BYTES];
    int role, mirroring_state, witness_status;
    int log_generation_rate, unsent_log, send_rate, unrestored_log,
        recovery_rate; /* KB, KB/s; SQL_NULL_INT */
    int transaction_delay, transactions_per_sec, average_delay;
    int64_t time_recorded, time_behind; /* [U]; SQL_NULL_DATE */
    int64_t local_time;                 /* [L] */
};

/* Table restorehistory. */
struct restore_history {
    int restore_history_id;
    int64_t restore_date; /* [L] */
    char destination_database_name[WORLD_NAME_BYTES], user_name[WORLD_NAME_BYTES];
    int backup_set_id;
    char restore_type; /* D, L */
    bool replace, recovery, restart;
};

struct error_log_entry {
    int64_t log_date; /* [L] */
    int number, severity, state;
    char *text; /* owned */
};

/* What the wire does to clients of this instance; the tds room acts on it, the world only keeps it. */
struct wire_fault {
    bool hung;               /* accepts, never answers */
    bool blackholed;         /* packets vanish */
    int64_t slow_ms;         /* delay of each packet; 0 = none */
    int64_t cut_after_bytes; /* the connection is cut after that many bytes sent; -1 = never */
    bool certificate_expired, certificate_wrong_name;
};

/* How many statements that change something a login has sent, carried out or refused. */
struct statement_count {
    char login[WORLD_NAME_BYTES];
    int64_t count;
};

struct instance {
    int index;
    char name[WORLD_NAME_BYTES];        /* the lab's name for it, "sqlpri1" */
    char server_name[WORLD_NAME_BYTES]; /* @@SERVERNAME, "SQLPRI1" */
    char service_name[64];              /* @@SERVICENAME, "MSSQLSERVER" */
    int host;                           /* index into world.hosts */
    enum instance_role design;
    int port;
    int version_major, version_minor, version_build;
    int compatibility_level;
    char edition[64];
    int engine_edition; /* 2 Standard, 3 Enterprise, 4 Express */
    char collation[64];
    bool down;                   /* the service is stopped */
    int64_t last_startup_utc_ms; /* true time */
    char service_account[WORLD_NAME_BYTES], agent_account[WORLD_NAME_BYTES];
    struct wire_fault wire;
    bool msdb_locked; /* fault: reads of msdb tables answer 1222 after LOCK_TIMEOUT */

    struct database databases[INSTANCE_DATABASES_MAX];
    size_t database_count;
    struct endpoint endpoint;
    LIST(struct witness_session) witness_sessions;
    LIST(struct mirror_sample) mirror_samples;
    bool mirror_samples_exist; /* sp_dbmmonitorupdate ran once: table and role dbm_monitor exist */

    struct agent agent;
    struct shipping shipping;
    LIST(struct backup_set) backup_sets; /* msdb backupset + backupmediafamily */
    LIST(struct restore_history) restore_histories;
    int next_backup_set_id, next_restore_history_id;
    LIST(struct error_log_entry) error_log;

    struct security security;
    LIST(struct session) sessions;
    int next_session_id;
    LIST(struct applock) applocks;
    LIST(struct user_table_slot) user_tables;
    int next_user_table;
    int64_t media_slow_ms,
        rollback_slow_ms;     /* faults: BACKUP and RESTORE, and what KILL ends, take so long */
    int64_t recovery_slow_ms; /* fault: a RESTORE WITH RECOVERY leaves its database RECOVERING for so long */
    int64_t half_open_ms;     /* fault: a client that leaves is missed so much later; 0 = at once */
    char half_open_login[WORLD_NAME_BYTES]; /* ... one of this login; "" = any */
    LIST(struct statement_count) mutating_statements;
};

struct world;

/* The service SQL Server (...) and its Agent; recovery of databases follows the mirroring roles. */
void instance_start(struct world *world, struct instance *instance);
void instance_stop(struct world *world, struct instance *instance);
void instance_done(struct instance *instance);
void host_done(struct host *host);
/* A statement that changes something came from this login. */
void instance_count_mutation(struct instance *instance, const char *login);
/* Writes sys.messages text `number` into the error log. */
void instance_log(struct world *world, struct instance *instance, int number, const char *arg1,
                  const char *arg2, const char *arg3);

#endif
