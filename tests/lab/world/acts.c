#include "lab/world/build.h"
#include "lab/world/civil.h"
#include "lab/world/fault.h"
#include "lab/world/mirroring.h"
#include "lab/world/statements.h"
#include "lab/world/users.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const no_yes[] = {"no", "yes", NULL};

/* --- backups and restores by hand --- */

static void stamped_path(const struct fault_call *call, const char *folder, const char *word,
                         const char *extension, char path[WORLD_PATH_BYTES])
{
    char stamp[STAMP_BYTES];

    snprintf(path, WORLD_PATH_BYTES, "%.300s\\mgc_%s_%s.%s", folder, word,
             civil_stamp(world_getutcdate(call->world, call->instance), stamp), extension);
}

static int ad_hoc_log_backup(struct fault_call *call)
{
    char path[WORLD_PATH_BYTES];
    struct world_result result;
    struct backup_request request = {
        .database = "mgc", .path = path, .log = true, .init = true, .user = "sa"};
    int copy_only;

    if (fault_word(call, "copy_only", no_yes, &copy_only) != 0)
        return -1;
    request.copy_only = copy_only != 0;
    stamped_path(call, fault_param(call, "dir", "E:\\AdHoc"), "adhoc", "trn", path);
    world_backup(call->world, call->instance, &request, &result);
    return fault_sql(call, &result);
}

static int full_backup(struct fault_call *call)
{
    char path[WORLD_PATH_BYTES];
    struct world_result result;
    struct backup_request request = {.database = "mgc", .path = path, .init = true, .user = "sa"};

    stamped_path(call, fault_param(call, "dir", "E:\\AdHoc"), "full", "bak", path);
    world_backup(call->world, call->instance, &request, &result);
    return fault_sql(call, &result);
}

static int tail_log_backup(struct fault_call *call)
{
    char path[WORLD_PATH_BYTES];
    struct world_result result;
    struct backup_request request = {
        .database = "mgc", .path = path, .log = true, .norecovery = true, .user = "sa"};

    stamped_path(call, build_share(call->world), "tail", "trn", path);
    sessions_end_in(call->instance, "mgc", 0);
    world_backup(call->world, call->instance, &request, &result);
    return fault_sql(call, &result);
}

/* Finds the log backup that another host holds and restores it here, as an administrator would after copying
 * it. */
static int restore_log(struct fault_call *call)
{
    const char *host_name = fault_param(call, "host", call->host->name),
               *path = fault_param(call, "path", NULL);
    struct host *host = world_host(call->world, host_name);
    char local[WORLD_PATH_BYTES];
    struct world_result result;
    struct restore_request request = {
        .database = "mgc", .path = local, .log = true, .leave = LEAVE_NORECOVERY, .user = "sa"};
    enum os_error error;
    struct stored_file *file = host && path ? files_find(call->world, host, path, &error) : NULL;

    if (!file)
        return err_set(call->err, ERR_INPUT, "restore_log: no such file: %s on %s",
                       path ? path : "(no path=)", host_name);
    snprintf(local, sizeof local, "E:\\LogCopy\\byhand_%.200s", files_base_name(path));
    if (host == call->host) {
        snprintf(local, sizeof local, "%s", path);
    } else {
        struct backup_set set = file->sets.rows[0];
        struct stored_file *copy = files_create(call->world, call->host, local, file->size_bytes, &error);
        if (!copy)
            return err_set(call->err, ERR_INPUT, "restore_log: %s", os_error_text(error));
        *LIST_ADD(&copy->sets) = set;
    }
    world_restore(call->world, call->instance, &request, &result);
    return fault_sql(call, &result);
}

static int leave_secondary(struct fault_call *call, enum restore_leave how)
{
    struct world_result result;
    struct restore_request request = {.database = "mgc", .leave = how, .user = "sa"};

    sessions_end_in(call->instance, "mgc", 0);
    world_restore(call->world, call->instance, &request, &result);
    return fault_sql(call, &result);
}

static int recover_secondary(struct fault_call *call)
{
    return leave_secondary(call, LEAVE_RECOVERY);
}

static int set_restore_mode(struct fault_call *call, bool standby)
{
    if (leave_secondary(call, standby ? LEAVE_STANDBY : LEAVE_NORECOVERY) != 0)
        return -1;
    for (size_t i = 0; i < call->instance->shipping.secondary_databases.count; i++)
        call->instance->shipping.secondary_databases.rows[i].restore_mode = standby;
    return 0;
}

static int standby_secondary(struct fault_call *call)
{
    return set_restore_mode(call, true);
}

static int norecovery_secondary(struct fault_call *call)
{
    return set_restore_mode(call, false);
}

/* --- mirroring --- */

static int partner(struct fault_call *call, struct instance *instance, enum partner_verb verb)
{
    struct world_result result;

    world_set_partner(call->world, instance, "mgc", verb, &result);
    return fault_sql(call, &result);
}

static int mirror_failover(struct fault_call *call)
{
    if (partner(call, fault_principal(call->world), PARTNER_FAILOVER) != 0)
        return -1;
    mirroring_refresh(call->world);
    return 0;
}

static int force_service(struct fault_call *call)
{
    return partner(call, call->instance, PARTNER_FORCE_SERVICE);
}

static int resume_mirror(struct fault_call *call)
{
    return partner(call, fault_principal(call->world), PARTNER_RESUME);
}

static int witness_off(struct fault_call *call)
{
    return partner(call, fault_principal(call->world), WITNESS_OFF);
}

/* --- recovery model --- */

static int recovery_flip(struct fault_call *call)
{
    struct world_result result;

    world_set_option(call->world, call->instance, "mgc", OPTION_RECOVERY_SIMPLE, false, 0, &result);
    if (result.number == 0)
        world_set_option(call->world, call->instance, "mgc", OPTION_RECOVERY_FULL, false, 0, &result);
    return fault_sql(call, &result);
}

/* --- services --- */

static int control_service(struct fault_call *call,
                           int (*control)(struct world *, struct host *, const char *))
{
    const char *name = fault_param(call, "name", call->world->config.chat.chat_service_name);
    int error = control(call->world, call->host, name);

    if (error != 0)
        return err_set(call->err, ERR_INPUT, "%s on %s: the service controller says %d", name, call->target,
                       error);
    return 0;
}

/* One that is disabled must be enabled by whoever starts it. */
static int start_service(struct fault_call *call)
{
    static const char *const words[] = {"no", "yes", NULL};
    const char *name = fault_param(call, "name", call->world->config.chat.chat_service_name);
    int enable;

    if (fault_word(call, "enable", words, &enable) != 0)
        return -1;
    if (enable)
        windows_set_start_mode(call->host, name, START_AUTO);
    return control_service(call, windows_start);
}

static int stop_service(struct fault_call *call)
{
    return control_service(call, windows_stop);
}

/* --- jobs, messages, sessions --- */

static int run_job(struct fault_call *call)
{
    const char *name = fault_param(call, "name", "");
    struct job *job = job_find(call->instance, name);

    if (!job)
        return err_set(call->err, ERR_INPUT, "%s has no job \"%s\"", call->target, name);
    if (!job_run_now(call->world, call->instance, job))
        return err_set(call->err, ERR_INPUT, "the Agent on %s cannot run \"%s\" now", call->target, name);
    return 0;
}

static int write_messages(struct fault_call *call)
{
    size_t before = call->world->lineage.messages.count;
    int64_t count;

    if (fault_number(call, "n", 10, &count) != 0)
        return -1;
    for (int64_t i = 0; i < count; i++)
        users_write(call->world);
    if (call->world->lineage.messages.count - before < (size_t)count)
        return err_set(call->err, ERR_INPUT, "only %zu of %lld messages could be written",
                       call->world->lineage.messages.count - before, (long long)count);
    return 0;
}

static int kill_readers(struct fault_call *call)
{
    sessions_end_in(call->instance, "mgc", 0);
    return 0;
}

static int remove_log_shipping_secondary(struct fault_call *call)
{
    struct world_result result;

    world_delete_ls_secondary_database(call->world, call->instance, "mgc", &result);
    return fault_sql(call, &result);
}

static int pool_state(struct fault_call *call)
{
    static const char *const words[] = {"normal", "failed_over", NULL};
    const char *servers[ACTIVE_SERVERS_MAX];
    size_t count;
    int state;

    if (fault_word(call, "state", words, &state) != 0)
        return -1;
    count = store_site_servers(call->world, state == POOL_NORMAL ? SITE_PRIMARY : SITE_BACKUP, servers);
    store_put(call->world, (enum pool_state)state, servers, count);
    return 0;
}

static const struct fault rows[] = {
    {{"ad_hoc_log_backup", TARGET_INSTANCE, "sqlpri1", "dir=FOLDER copy_only=no|yes",
      "BACKUP LOG mgc outside log shipping"},
     ad_hoc_log_backup,
     NULL},
    {{"full_backup", TARGET_INSTANCE, "sqlpri1", "dir=FOLDER", "BACKUP DATABASE mgc"}, full_backup, NULL},
    {{"tail_log_backup", TARGET_INSTANCE, "sqlpri1", "", "BACKUP LOG mgc TO the share WITH NORECOVERY"},
     tail_log_backup,
     NULL},
    {{"restore_log", TARGET_INSTANCE, "sqldr1", "host=HOST path=FILE",
      "RESTORE LOG of a file that a host holds"},
     restore_log,
     NULL},
    {{"recover_secondary", TARGET_INSTANCE, "sqldr1", "",
      "RESTORE DATABASE mgc WITH RECOVERY, by mistake or by hand"},
     recover_secondary,
     NULL},
    {{"standby_secondary", TARGET_INSTANCE, "sqldr1", "", "the secondary goes to STANDBY and stays there"},
     standby_secondary,
     NULL},
    {{"norecovery_secondary", TARGET_INSTANCE, "sqldr1", "", "the secondary goes back to NORECOVERY"},
     norecovery_secondary,
     NULL},
    {{"mirror_failover", TARGET_NONE, NULL, "", "SET PARTNER FAILOVER on the principal"},
     mirror_failover,
     NULL},
    {{"force_service", TARGET_INSTANCE, "sqlmir1", "", "SET PARTNER FORCE_SERVICE_ALLOW_DATA_LOSS"},
     force_service,
     NULL},
    {{"resume_mirror", TARGET_NONE, NULL, "", "SET PARTNER RESUME on the principal"}, resume_mirror, NULL},
    {{"witness_off", TARGET_NONE, NULL, "", "SET WITNESS OFF on the principal"}, witness_off, NULL},
    {{"recovery_flip", TARGET_INSTANCE, "sqlpri1", "",
      "recovery model SIMPLE and back to FULL: the chain is broken"},
     recovery_flip,
     NULL},
    {{"remove_log_shipping_secondary", TARGET_INSTANCE, "sqldr1", "",
      "sp_delete_log_shipping_secondary_database"},
     remove_log_shipping_secondary,
     NULL},
    {{"start_service", TARGET_HOST, "pc1", "name=SERVICE enable=no|yes",
      "starts a Windows service, the chat service by default"},
     start_service,
     NULL},
    {{"stop_service", TARGET_HOST, "pc1", "name=SERVICE", "stops a Windows service"}, stop_service, NULL},
    {{"run_job", TARGET_INSTANCE, "sqldr1", "name=JOB", "runs a job from start to end at once"},
     run_job,
     NULL},
    {{"write_messages", TARGET_NONE, NULL, "n=10", "users write that many messages at once"},
     write_messages,
     NULL},
    {{"kill_readers", TARGET_INSTANCE, "sqldr1", "", "ends every session in mgc"}, kill_readers, NULL},
    {{"pool_state", TARGET_NONE, NULL, "state=normal|failed_over",
      "pool state and active list go to that site, known to every replica at once"},
     pool_state,
     NULL},
    {{"failover_by_hand", TARGET_NONE, NULL, "mirror=no|yes", "the documented failover to sqldr1"},
     act_failover_by_hand,
     NULL},
    {{"failback_by_hand", TARGET_NONE, NULL, "", "the documented failback to sqlpri1"},
     act_failback_by_hand,
     NULL},
};

const struct fault_table act_table = {rows, COUNT(rows)};
