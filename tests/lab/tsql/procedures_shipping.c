/* master: sp_add_log_shipping_*, sp_delete_log_shipping_*. */
#include "lab/tsql/procedure.h"

#include "lab/tsql/value.h"
#include "lab/world/shipping_procedures.h"
#include "lab/world/statements.h"

enum { HISTORY_MINUTES = 14420 };

static const char *text(struct run *run, const char *name)
{
    return argument_text(run, name, "");
}

static int number(struct run *run, const char *name, int otherwise)
{
    return (int)argument_integer(run, name, otherwise);
}

static bool flag(struct run *run, const char *name, bool otherwise)
{
    return argument_integer(run, name, otherwise) != 0;
}

static int add_primary_database(struct run *run, int line)
{
    const struct ls_primary_request request = {
        .database = text(run, "@database"),
        .backup_directory = text(run, "@backup_directory"),
        .backup_share = text(run, "@backup_share"),
        .job_name = text(run, "@backup_job_name"),
        .monitor_server = argument_text(run, "@monitor_server", NULL),
        .retention_minutes = number(run, "@backup_retention_period", 1440),
        .threshold_minutes = number(run, "@backup_threshold", 60),
        .threshold_alert = number(run, "@threshold_alert", 14420),
        .history_retention_minutes = number(run, "@history_retention_period", HISTORY_MINUTES),
        .compression = number(run, "@backup_compression", 2),
        .threshold_alert_enabled = flag(run, "@threshold_alert_enabled", false),
        .overwrite = flag(run, "@overwrite", false),
    };
    const struct ls_primary_database *row;
    struct world_result result = {0};

    world_add_ls_primary_database(run->session->world, run->session->instance, &request, &row, &result);
    if (row) {
        argument_set_guid(run, "@backup_job_id", &row->backup_job_id);
        argument_set_guid(run, "@primary_id", &row->primary_id);
    }
    return run_world_result(run, line, &result);
}

static int add_primary_secondary(struct run *run, int line)
{
    struct world_result result = {0};

    world_add_ls_primary_secondary(run->session->instance, text(run, "@primary_database"),
                                   text(run, "@secondary_server"), text(run, "@secondary_database"), &result);
    return run_world_result(run, line, &result);
}

static int add_secondary_primary(struct run *run, int line)
{
    const struct ls_secondary_request request = {
        .primary_server = text(run, "@primary_server"),
        .primary_database = text(run, "@primary_database"),
        .source_directory = text(run, "@backup_source_directory"),
        .destination_directory = text(run, "@backup_destination_directory"),
        .copy_job_name = text(run, "@copy_job_name"),
        .restore_job_name = text(run, "@restore_job_name"),
        .monitor_server = argument_text(run, "@monitor_server", NULL),
        .retention_minutes = number(run, "@file_retention_period", HISTORY_MINUTES),
        .overwrite = flag(run, "@overwrite", false),
    };
    const struct ls_secondary *row;
    struct world_result result = {0};

    world_add_ls_secondary_primary(run->session->world, run->session->instance, &request, &row, &result);
    if (row) {
        argument_set_guid(run, "@copy_job_id", &row->copy_job_id);
        argument_set_guid(run, "@restore_job_id", &row->restore_job_id);
        argument_set_guid(run, "@secondary_id", &row->secondary_id);
    }
    return run_world_result(run, line, &result);
}

static int add_secondary_database(struct run *run, int line)
{
    const struct ls_secondary_database_request request = {
        .database = text(run, "@secondary_database"),
        .primary_server = text(run, "@primary_server"),
        .primary_database = text(run, "@primary_database"),
        .restore_delay_minutes = number(run, "@restore_delay", 0),
        .threshold_minutes = number(run, "@restore_threshold", 45),
        .threshold_alert = number(run, "@threshold_alert", 14421),
        .history_retention_minutes = number(run, "@history_retention_period", HISTORY_MINUTES),
        .block_size = number(run, "@block_size", -1),
        .buffer_count = number(run, "@buffer_count", -1),
        .max_transfer_size = number(run, "@max_transfer_size", -1),
        .restore_all = flag(run, "@restore_all", true),
        .restore_mode = flag(run, "@restore_mode", false),
        .disconnect_users = flag(run, "@disconnect_users", false),
        .threshold_alert_enabled = flag(run, "@threshold_alert_enabled", true),
        .overwrite = flag(run, "@overwrite", false),
    };
    struct world_result result = {0};

    world_add_ls_secondary_database(run->session->world, run->session->instance, &request, &result);
    return run_world_result(run, line, &result);
}

/* An instance watches itself; LSAlert is there as long as it has something to watch. */
static int add_alert_job(struct run *run, int line)
{
    (void)line;
    argument_set_guid(run, "@alert_job_id", &run->session->instance->shipping.alert_job_id);
    return 0;
}

static int delete_primary_secondary(struct run *run, int line)
{
    struct world_result result = {0};

    world_delete_ls_primary_secondary(run->session->instance, text(run, "@primary_database"),
                                      text(run, "@secondary_server"), text(run, "@secondary_database"),
                                      &result);
    return run_world_result(run, line, &result);
}

static int delete_primary_database(struct run *run, int line)
{
    struct world_result result = {0};

    world_delete_ls_primary_database(run->session->world, run->session->instance, text(run, "@database"),
                                     &result);
    return run_world_result(run, line, &result);
}

static int delete_secondary_primary(struct run *run, int line)
{
    struct world_result result = {0};

    world_delete_ls_secondary_primary(run->session->instance, text(run, "@primary_server"),
                                      text(run, "@primary_database"), &result);
    return run_world_result(run, line, &result);
}

static int delete_secondary_database(struct run *run, int line)
{
    struct world_result result = {0};

    world_delete_ls_secondary_database(run->session->world, run->session->instance,
                                       text(run, "@secondary_database"), &result);
    return run_world_result(run, line, &result);
}

#define FOLDER_PARAMETER(name) TEXT_PARAMETER(name, 500, true)
#define MONITOR_PARAMETERS                                                                                   \
    TEXT_PARAMETER("@monitor_server", 128, false), BIT_PARAMETER("@monitor_server_security_mode"),           \
        TEXT_PARAMETER("@monitor_server_login", 128, false),                                                 \
        TEXT_PARAMETER("@monitor_server_password", 128, false)
#define PAIR_PARAMETERS                                                                                      \
    SYSNAME_PARAMETER("@primary_database"), SYSNAME_PARAMETER("@secondary_server"),                          \
        SYSNAME_PARAMETER("@secondary_database")

static const struct procedure procedures[] = {
    {.name = "sp_add_log_shipping_primary_database",
     .parameters = {SYSNAME_PARAMETER("@database"), FOLDER_PARAMETER("@backup_directory"),
                    FOLDER_PARAMETER("@backup_share"), SYSNAME_PARAMETER("@backup_job_name"),
                    INT_PARAMETER("@backup_retention_period"), MONITOR_PARAMETERS,
                    INT_PARAMETER("@backup_threshold"), INT_PARAMETER("@threshold_alert"),
                    BIT_PARAMETER("@threshold_alert_enabled"), INT_PARAMETER("@history_retention_period"),
                    GUID_PARAMETER("@backup_job_id"), GUID_PARAMETER("@primary_id"),
                    TINYINT_PARAMETER("@backup_compression"), BIT_PARAMETER("@overwrite"),
                    BIT_PARAMETER("@ignoreremotemonitor")},
     .role = "sysadmin",
     .body = add_primary_database,
     .mutates = true},
    {.name = "sp_add_log_shipping_primary_secondary",
     .parameters = {PAIR_PARAMETERS, BIT_PARAMETER("@overwrite")},
     .role = "sysadmin",
     .body = add_primary_secondary,
     .mutates = true},
    {.name = "sp_add_log_shipping_secondary_primary",
     .parameters = {SYSNAME_PARAMETER("@primary_server"), SYSNAME_PARAMETER("@primary_database"),
                    FOLDER_PARAMETER("@backup_source_directory"),
                    FOLDER_PARAMETER("@backup_destination_directory"), SYSNAME_PARAMETER("@copy_job_name"),
                    SYSNAME_PARAMETER("@restore_job_name"), INT_PARAMETER("@file_retention_period"),
                    MONITOR_PARAMETERS, GUID_PARAMETER("@copy_job_id"), GUID_PARAMETER("@restore_job_id"),
                    GUID_PARAMETER("@secondary_id"), BIT_PARAMETER("@overwrite"),
                    BIT_PARAMETER("@ignoreremotemonitor")},
     .role = "sysadmin",
     .body = add_secondary_primary,
     .mutates = true},
    {.name = "sp_add_log_shipping_secondary_database",
     .parameters = {SYSNAME_PARAMETER("@secondary_database"), SYSNAME_PARAMETER("@primary_server"),
                    SYSNAME_PARAMETER("@primary_database"), INT_PARAMETER("@restore_delay"),
                    BIT_PARAMETER("@restore_all"), BIT_PARAMETER("@restore_mode"),
                    BIT_PARAMETER("@disconnect_users"), INT_PARAMETER("@block_size"),
                    INT_PARAMETER("@buffer_count"), INT_PARAMETER("@max_transfer_size"),
                    INT_PARAMETER("@restore_threshold"), INT_PARAMETER("@threshold_alert"),
                    BIT_PARAMETER("@threshold_alert_enabled"), INT_PARAMETER("@history_retention_period"),
                    BIT_PARAMETER("@overwrite"), BIT_PARAMETER("@ignoreremotemonitor")},
     .role = "sysadmin",
     .body = add_secondary_database,
     .mutates = true},
    {.name = "sp_add_log_shipping_alert_job",
     .parameters = {GUID_PARAMETER("@alert_job_id")},
     .role = "sysadmin",
     .body = add_alert_job,
     .mutates = true},
    {.name = "sp_delete_log_shipping_primary_secondary",
     .parameters = {PAIR_PARAMETERS},
     .role = "sysadmin",
     .body = delete_primary_secondary,
     .mutates = true},
    {.name = "sp_delete_log_shipping_primary_database",
     .parameters = {SYSNAME_PARAMETER("@database"), BIT_PARAMETER("@ignoreremotemonitor")},
     .role = "sysadmin",
     .body = delete_primary_database,
     .mutates = true},
    {.name = "sp_delete_log_shipping_secondary_primary",
     .parameters = {SYSNAME_PARAMETER("@primary_server"), SYSNAME_PARAMETER("@primary_database")},
     .role = "sysadmin",
     .body = delete_secondary_primary,
     .mutates = true},
    {.name = "sp_delete_log_shipping_secondary_database",
     .parameters = {SYSNAME_PARAMETER("@secondary_database"), BIT_PARAMETER("@ignoreremotemonitor")},
     .role = "sysadmin",
     .body = delete_secondary_database,
     .mutates = true},
};
const struct procedure_family procedures_shipping = {procedures, COUNT(procedures)};
