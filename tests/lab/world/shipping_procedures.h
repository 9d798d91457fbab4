/*
 * The log-shipping procedures of master, as their pages have them: rows, jobs (made disabled, without a
 * schedule) and errors 32009-32025.  Rights are the caller's business.  The monitor server is taken to be the
 * instance itself, whatever name it was given. Each function overwrites *result; number 0 = done.
 */
#ifndef PCHAT_LAB_WORLD_SHIPPING_PROCEDURES_H
#define PCHAT_LAB_WORLD_SHIPPING_PROCEDURES_H

#include "lab/world/instance.h"

struct world;

struct ls_primary_request {
    const char *database, *backup_directory, *backup_share, *job_name, *monitor_server;
    int retention_minutes, threshold_minutes, threshold_alert, history_retention_minutes, compression;
    bool threshold_alert_enabled, overwrite;
};

struct ls_secondary_request {
    const char *primary_server, *primary_database, *source_directory, *destination_directory, *copy_job_name,
        *restore_job_name, *monitor_server;
    int retention_minutes;
    bool overwrite;
};

struct ls_secondary_database_request {
    const char *database, *primary_server, *primary_database;
    int restore_delay_minutes, threshold_minutes, threshold_alert, history_retention_minutes, block_size,
        buffer_count, max_transfer_size;
    bool restore_all, restore_mode, disconnect_users, threshold_alert_enabled, overwrite;
};

/* sp_add_log_shipping_primary_database; *ret_row is good until the next row comes or goes. */
void world_add_ls_primary_database(struct world *world, struct instance *instance,
                                   const struct ls_primary_request *request,
                                   const struct ls_primary_database **ret_row, struct world_result *result);
/* sp_add_log_shipping_primary_secondary */
void world_add_ls_primary_secondary(struct instance *instance, const char *primary_database,
                                    const char *secondary_server, const char *secondary_database,
                                    struct world_result *result);
/* sp_add_log_shipping_secondary_primary */
void world_add_ls_secondary_primary(struct world *world, struct instance *instance,
                                    const struct ls_secondary_request *request,
                                    const struct ls_secondary **ret_row, struct world_result *result);
/* sp_add_log_shipping_secondary_database */
void world_add_ls_secondary_database(struct world *world, struct instance *instance,
                                     const struct ls_secondary_database_request *request,
                                     struct world_result *result);
/* sp_delete_log_shipping_primary_secondary, _primary_database, _secondary_primary */
void world_delete_ls_primary_secondary(struct instance *instance, const char *primary_database,
                                       const char *secondary_server, const char *secondary_database,
                                       struct world_result *result);
void world_delete_ls_primary_database(struct world *world, struct instance *instance, const char *database,
                                      struct world_result *result);
void world_delete_ls_secondary_primary(struct instance *instance, const char *primary_server,
                                       const char *primary_database, struct world_result *result);

#endif
