/*
 * Log shipping: the msdb tables of a server, fields named and typed as the columns (pages
 * system-tables/log-shipping-*).
 */
#ifndef PCHAT_LAB_WORLD_SHIPPING_H
#define PCHAT_LAB_WORLD_SHIPPING_H

#include "lab/world/kinds.h"

enum ls_agent_type { LS_BACKUP = 0, LS_COPY = 1, LS_RESTORE = 2 };
enum ls_status { LS_STARTING = 0, LS_RUNNING = 1, LS_SUCCESS = 2, LS_ERROR = 3, LS_WARNING = 4 };

struct ls_primary_database {
    struct guid primary_id;
    char primary_database[WORLD_NAME_BYTES];
    char backup_directory[WORLD_PATH_BYTES], backup_share[WORLD_PATH_BYTES];
    int backup_retention_period; /* minutes */
    struct guid backup_job_id;
    char monitor_server[WORLD_NAME_BYTES];
    bool user_specified_monitor, monitor_server_security_mode;
    char last_backup_file[WORLD_PATH_BYTES]; /* "" = NULL */
    int64_t last_backup_date;                /* [L] */
    int backup_compression;
};

struct ls_primary_secondary {
    struct guid primary_id;
    char secondary_server[WORLD_NAME_BYTES], secondary_database[WORLD_NAME_BYTES];
};

struct ls_secondary {
    struct guid secondary_id;
    char primary_server[WORLD_NAME_BYTES], primary_database[WORLD_NAME_BYTES];
    char backup_source_directory[WORLD_PATH_BYTES], backup_destination_directory[WORLD_PATH_BYTES];
    int file_retention_period; /* minutes */
    struct guid copy_job_id, restore_job_id;
    char monitor_server[WORLD_NAME_BYTES];
    bool monitor_server_security_mode, user_specified_monitor;
    char last_copied_file[WORLD_PATH_BYTES]; /* "" = NULL */
    int64_t last_copied_date;                /* [L] */
};

struct ls_secondary_database {
    char secondary_database[WORLD_NAME_BYTES];
    struct guid secondary_id;
    int restore_delay;                                /* minutes */
    bool restore_all, restore_mode, disconnect_users; /* restore_mode: 0 NORECOVERY, 1 STANDBY */
    int block_size, buffer_count, max_transfer_size;
    char last_restored_file[WORLD_PATH_BYTES]; /* "" = NULL */
    int64_t last_restored_date;                /* [L] */
};

struct ls_monitor_primary {
    struct guid primary_id;
    char primary_server[WORLD_NAME_BYTES], primary_database[WORLD_NAME_BYTES];
    int backup_threshold; /* minutes */
    int threshold_alert;
    bool threshold_alert_enabled;
    char last_backup_file[WORLD_PATH_BYTES];        /* "" = NULL */
    int64_t last_backup_date, last_backup_date_utc; /* [L] [U] */
    int history_retention_period;                   /* minutes */
};

struct ls_monitor_secondary {
    char secondary_server[WORLD_NAME_BYTES], secondary_database[WORLD_NAME_BYTES];
    struct guid secondary_id;
    char primary_server[WORLD_NAME_BYTES], primary_database[WORLD_NAME_BYTES];
    int restore_threshold; /* minutes */
    int threshold_alert;
    bool threshold_alert_enabled;
    char last_copied_file[WORLD_PATH_BYTES];            /* "" = NULL */
    int64_t last_copied_date, last_copied_date_utc;     /* [L] [U] */
    char last_restored_file[WORLD_PATH_BYTES];          /* "" = NULL */
    int64_t last_restored_date, last_restored_date_utc; /* [L] [U] */
    int last_restored_latency;                          /* minutes, SQL_NULL_INT until the first restore */
    int history_retention_period;                       /* minutes */
};

struct ls_history_detail {
    struct guid agent_id;
    enum ls_agent_type agent_type;
    int session_id;
    char database_name[WORLD_NAME_BYTES]; /* "" = NULL (copy) */
    enum ls_status session_status;
    int64_t log_time, log_time_utc; /* [L] [U] */
    char *message;                  /* owned */
};

struct ls_error_detail {
    struct guid agent_id;
    enum ls_agent_type agent_type;
    int session_id;
    char database_name[WORLD_NAME_BYTES]; /* "" = NULL (copy) */
    int sequence_number;
    int64_t log_time, log_time_utc; /* [L] [U] */
    char *message;                  /* owned */
    const char *source, *help_url;
};

/* The log-shipping tables of one server's msdb. */
struct shipping {
    LIST(struct ls_primary_database) primary_databases;
    LIST(struct ls_primary_secondary) primary_secondaries;
    LIST(struct ls_secondary) secondaries;
    LIST(struct ls_secondary_database) secondary_databases;
    LIST(struct ls_monitor_primary) monitor_primaries;
    LIST(struct ls_monitor_secondary) monitor_secondaries;
    LIST(struct ls_history_detail) history_details;
    LIST(struct ls_error_detail) error_details;
    struct guid alert_job_id; /* log_shipping_monitor_alert: its one row, or NULL = no row */
    int next_session_id;
    bool monitor_frozen; /* fault: the agents cannot update log_shipping_monitor_* */
};

#endif
