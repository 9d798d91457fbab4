/*
 * Databases of an instance, and the state in which sys.databases, sys.master_files,
 * sys.database_recovery_status and sys.database_mirroring show them.
 */
#ifndef PCHAT_LAB_WORLD_DATABASE_H
#define PCHAT_LAB_WORLD_DATABASE_H

#include "lab/world/files.h"
#include "lab/world/lineage.h"

struct world;
struct instance;
struct world_result;

/* Where the files of a database are, by its name, and their logical names: NAME and NAME_log. */
#define DATABASE_DATA_FILE "D:\\Data\\%.200s.mdf"
#define DATABASE_LOG_FILE  "L:\\Log\\%.200s.ldf"

/* sys.databases.state */
enum database_state {
    DATABASE_ONLINE = 0,
    DATABASE_RESTORING = 1,
    DATABASE_RECOVERING = 2,
    DATABASE_RECOVERY_PENDING = 3,
    DATABASE_SUSPECT = 4,
    DATABASE_EMERGENCY = 5,
    DATABASE_OFFLINE = 6
};
const char *database_state_desc(enum database_state state);

enum user_access { ACCESS_MULTI_USER = 0, ACCESS_SINGLE_USER = 1, ACCESS_RESTRICTED_USER = 2 };
enum recovery_model { RECOVERY_FULL = 1, RECOVERY_BULK_LOGGED = 2, RECOVERY_SIMPLE = 3 };
enum log_reuse_wait {
    REUSE_NOTHING = 0,
    REUSE_LOG_BACKUP = 2,
    REUSE_ACTIVE_BACKUP_OR_RESTORE = 3,
    REUSE_ACTIVE_TRANSACTION = 4,
    REUSE_DATABASE_MIRRORING = 5
};
const char *log_reuse_wait_desc(enum log_reuse_wait wait);
const char *recovery_model_desc(enum recovery_model model);

/* sys.database_mirroring.mirroring_state */
enum mirroring_state {
    MIRRORING_SUSPENDED = 0,
    MIRRORING_DISCONNECTED = 1,
    MIRRORING_SYNCHRONIZING = 2,
    MIRRORING_PENDING_FAILOVER = 3,
    MIRRORING_SYNCHRONIZED = 4
};
const char *mirroring_state_desc(enum mirroring_state state);
enum mirroring_role { ROLE_PRINCIPAL = 1, ROLE_MIRROR = 2 };
enum witness_state { WITNESS_UNKNOWN = 0, WITNESS_CONNECTED = 1, WITNESS_DISCONNECTED = 2 };
enum safety_level { SAFETY_OFF = 1, SAFETY_FULL = 2 };

/*
 * This partner's own view of its mirroring session; the other partner's may differ while they cannot see each
 * other. configured = false: every mirroring column is NULL.
 */
struct mirror {
    bool configured;
    struct guid mirroring_guid;
    enum mirroring_state state;
    enum mirroring_role role;
    int role_sequence;
    enum safety_level safety_level;
    int safety_sequence;
    char partner_name[WORLD_NAME_BYTES];     /* TCP://fqdn:port */
    char partner_instance[WORLD_NAME_BYTES]; /* @@SERVERNAME of the partner */
    char witness_name[WORLD_NAME_BYTES];     /* "" = no witness */
    enum witness_state witness_state;
    lsn_t failover_lsn, end_of_log_lsn, replication_lsn;
    int connection_timeout_s;
    int64_t send_queue_bytes; /* counter Log Send Queue KB; meaningful on the principal */
    int64_t redo_queue_bytes; /* counter Redo Queue KB; meaningful on the mirror, reported to the principal */

    /* Behind the view. */
    int partner, witness; /* indices of instances; witness -1 = none */
    bool suspended;       /* paused by hand, forced service or a redo error; survives restarts */
    bool lost_quorum;     /* the database is closed: 955 */
    bool partner_seen, witness_seen;
    int64_t partner_lost_utc_ms, witness_lost_utc_ms; /* since when there is no contact; 0 = there is */
    int64_t log_bytes_sent;        /* cumulative: sent by the principal, received by the mirror */
    int64_t log_send_rate_bytes_s; /* in the last second */
    int64_t log_bytes_at_tick;
};

struct database {
    char name[WORLD_NAME_BYTES];
    int database_id;
    enum database_state state;
    bool is_read_only, is_in_standby, is_cleanly_shutdown, is_trustworthy_on, is_broker_enabled;
    enum user_access user_access;
    enum recovery_model recovery_model;
    enum log_reuse_wait log_reuse_wait;
    char owner[WORLD_NAME_BYTES]; /* a login of the instance */
    int64_t create_date;          /* [L] */
    int compatibility_level;
    struct guid database_guid, family_guid, recovery_fork_guid, first_recovery_fork_guid;
    lsn_t fork_point_lsn;
    lsn_t last_log_backup_lsn;   /* start of the next log backup; 0 = NULL: no log backup possible */
    lsn_t differential_base_lsn; /* checkpoint of the last full backup; DatabaseBackupLSN */
    lsn_t redo_start_lsn;        /* meaningful while RESTORING or RECOVERY_PENDING; else NULL (0) */
    struct guid redo_start_fork_guid;
    int64_t data_size_bytes, log_size_bytes;
    int64_t log_used_bytes; /* DBCC SQLPERF(LOGSPACE) */
    char data_file[WORLD_PATH_BYTES], log_file[WORLD_PATH_BYTES];
    char data_name[WORLD_NAME_BYTES], log_name[WORLD_NAME_BYTES];

    struct mirror mirror;

    /* Behind the views. */
    bool has_lineage;           /* mgc: its content is counted */
    struct lineage_place place; /* what it holds; end_lsn also for databases without lineage */
    bool chain_begins;          /* the next log backup is the first of a chain */
    bool half_restored;         /* a RESTORE DATABASE began and has not ended: only another one helps */
    bool log_full;              /* fault: 9002 */
    bool writes_refused;        /* the volume is full: 1105 */
    bool pages_damaged;         /* fault: DBCC CHECKDB finds it, and so do checksums */
    int64_t online_utc_ms;      /* RECOVERING until then; 0 = for another reason */
    int64_t as_of_utc_ms;       /* the true instant whose content a restored copy holds */
    int rights_from;            /* whose users and grants it holds, and as of how many changes there */
    unsigned rights_changes;
};

/* CREATE DATABASE: 1801 for one that is there. */
void world_create_database(struct world *world, struct instance *instance, const char *name,
                           const char *owner, struct world_result *result);
struct database *database_find(struct instance *instance, const char *name);
/* ONLINE, read-write, open: a user can write here now. */
bool database_is_writable(const struct database *database);
/* Brings log space, growth and log_reuse_wait up to date with what the log holds. */
void database_account_log(struct database *database);
/* Its recovery begins, and takes so long. */
void database_recover(const struct world *world, struct database *database, int64_t takes_ms);
/* Recovering by itself, to be ONLINE soon. */
bool database_recovers(const struct database *database);
/* Those that have recovered by now are ONLINE. */
void databases_tick(struct world *world);
/* Adds a database; NULL when the instance has no room for another. */
struct database *database_add(struct instance *instance, const char *name);
/* 0, or the error (reference, "what a RESTORING / mirror database answers") with which USE of this database
 * is refused: 927, 954, 955, 942 ... */
int database_open_error(struct instance *instance, const struct database *database,
                        struct world_result *result);

#endif
