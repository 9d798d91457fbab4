/*
 * The documented steps at the copies of mgc, each by itself, as an administrator takes it: failover and
 * failback between the sites, and the planned switch (persistent-chat reference, "Failover DC1 to DC2",
 * "Failback DC2 to DC1", "Planned switchover").
 */
#include "lab/world/act_steps.h"

#include "lab/world/agents.h"
#include "lab/world/build.h"
#include "lab/world/civil.h"
#include "lab/world/fault.h"
#include "lab/world/mirroring.h"
#include "lab/world/random.h"
#include "lab/world/shipping_setup.h"

#include <stdio.h>

struct instance *step_designed(const struct fault_call *call, enum instance_role design)
{
    return build_designed(call->world, design);
}

int step_need_up(const struct fault_call *call, const struct instance *instance)
{
    return instance->down ? err_set(call->err, ERR_INPUT, "%s is down", instance->name) : 0;
}

/* --- failover, steps 1 to 4: the secondary's mgc --- */

struct names {
    LIST(struct stored_file) files; /* only their names matter */
};

static void collect(void *user, const struct stored_file *file)
{
    struct names *names = user;

    if (ls_is_backup_name(files_base_name(file->path), "mgc"))
        *LIST_ADD(&names->files) = *file;
}

/* Step 1; a second time there is nothing to remove. */
int step_remove_log_shipping(struct fault_call *call)
{
    struct instance *b = step_designed(call, DESIGN_SECONDARY);
    struct world_result ignored;

    if (step_need_up(call, b) != 0)
        return -1;
    world_delete_ls_secondary_database(call->world, b, "mgc", &ignored);
    return 0;
}

/* Step 2: uncopied files from the share, if it can still be read. */
int step_copy_logs(struct fault_call *call)
{
    struct instance *b = step_designed(call, DESIGN_SECONDARY);
    struct host *host = world_host_of(call->world, b);
    struct names names = {0};
    char source[WORLD_PATH_BYTES], target[WORLD_PATH_BYTES];
    enum os_error error;

    if (step_need_up(call, b) != 0)
        return -1;
    files_list(call->world, host, build_share(call->world), collect, &names);
    for (size_t i = 0; i < names.files.count; i++) {
        const char *name = files_base_name(names.files.rows[i].path);
        snprintf(source, sizeof source, "%.255s\\%.255s", build_share(call->world), name);
        snprintf(target, sizeof target, "E:\\LogCopy\\%.255s", name);
        if (!files_find(call->world, host, target, &error))
            files_copy(call->world, host, source, target);
    }
    free(names.files.rows);
    return 0;
}

/* Step 3: what the copy folder holds, in order of name, up to the first that cannot be applied; files that
 * were applied already are skipped. */
int step_apply_logs(struct fault_call *call)
{
    enum { TOO_EARLY = 4326 };
    struct instance *b = step_designed(call, DESIGN_SECONDARY);
    struct names names = {0};
    struct world_result result = {0};

    if (step_need_up(call, b) != 0)
        return -1;
    sessions_end_in(b, "mgc", 0);
    files_list(call->world, world_host_of(call->world, b), "E:\\LogCopy", collect, &names);
    for (size_t i = 0; i < names.files.count && (result.number == 0 || result.number == TOO_EARLY); i++) {
        const struct restore_request request = {.database = "mgc",
                                                .path = names.files.rows[i].path,
                                                .log = true,
                                                .leave = LEAVE_NORECOVERY,
                                                .user = "sa"};
        world_restore(call->world, b, &request, &result);
    }
    free(names.files.rows);
    return result.number == TOO_EARLY ? 0 : fault_sql(call, &result);
}

static int recover(struct fault_call *call, struct instance *instance)
{
    const struct restore_request finish = {.database = "mgc", .leave = LEAVE_RECOVERY, .user = "sa"};
    struct world_result result;

    if (step_need_up(call, instance) != 0)
        return -1;
    sessions_end_in(instance, "mgc", 0);
    world_restore(call->world, instance, &finish, &result);
    return fault_sql(call, &result);
}

int act_recover(struct fault_call *call)
{
    return recover(call, step_designed(call, DESIGN_SECONDARY));
}

/* --- planned switchover --- */

/* The tail leaves the primary RESTORING; its name is one that copying and applying know. */
static int step_tail_log(struct fault_call *call)
{
    struct instance *a = step_designed(call, DESIGN_PRINCIPAL);
    char path[WORLD_PATH_BYTES], stamp[STAMP_BYTES];
    const struct backup_request tail = {
        .database = "mgc", .path = path, .log = true, .norecovery = true, .user = "sa"};
    struct world_result result;

    if (step_need_up(call, a) != 0)
        return -1;
    snprintf(path, sizeof path, "%.255s\\mgc_%s.trn", build_share(call->world),
             civil_stamp(world_getutcdate(call->world, a), stamp));
    sessions_end_in(a, "mgc", 0);
    world_backup(call->world, a, &tail, &result);
    return fault_sql(call, &result);
}

/* --- failback --- */

static const char failback_file[] = "mgc_failback.bak";

static void failback_path(const struct fault_call *call, char path[WORLD_PATH_BYTES])
{
    snprintf(path, WORLD_PATH_BYTES, "%.255s\\%s", build_share(call->world), failback_file);
}

static int step_back_up_backup(struct fault_call *call)
{
    struct instance *b = step_designed(call, DESIGN_SECONDARY);
    char path[WORLD_PATH_BYTES];
    const struct backup_request full = {.database = "mgc", .path = path, .init = true, .user = "sa"};
    struct world_result result;

    if (step_need_up(call, b) != 0)
        return -1;
    failback_path(call, path);
    world_backup(call->world, b, &full, &result);
    return fault_sql(call, &result);
}

static int step_restore_primary(struct fault_call *call)
{
    struct instance *a = step_designed(call, DESIGN_PRINCIPAL);
    char path[WORLD_PATH_BYTES];
    const struct restore_request load = {
        .database = "mgc", .path = path, .leave = LEAVE_NORECOVERY, .replace = true, .user = "sa"};
    struct world_result result;

    failback_path(call, path);
    if (step_need_up(call, a) != 0)
        return -1;
    sessions_end_in(a, "mgc", 0);
    world_restore(call->world, a, &load, &result);
    return fault_sql(call, &result) != 0 ? -1 : recover(call, a);
}

/* Log shipping anew from one copy to the other, which is initialised with a full backup first. */
static int ship(struct fault_call *call, struct instance *from, struct instance *to, bool initialise)
{
    struct world_result result = {0};

    if (step_need_up(call, from) != 0 || step_need_up(call, to) != 0)
        return -1;
    shipping_delete_primary(call->world, to);
    shipping_delete_primary(call->world, from);
    world_delete_ls_secondary_database(call->world, from, "mgc", &result);
    world_delete_ls_secondary_database(call->world, to, "mgc", &result);
    result = (struct world_result){0};
    if (initialise) {
        sessions_end_in(to, "mgc", 0);
        build_seed(call->world, from, to, "mgc", &result);
    }
    if (fault_sql(call, &result) != 0)
        return -1;
    shipping_add_primary(call->world, from, build_share(call->world), to);
    shipping_add_secondary(call->world, to, from, build_share(call->world));
    return 0;
}

static int step_ship_from_primary(struct fault_call *call)
{
    return ship(call, step_designed(call, DESIGN_PRINCIPAL), step_designed(call, DESIGN_SECONDARY), true);
}

static bool is_online(struct instance *instance, const char *name)
{
    const struct database *database = database_find(instance, name);

    return database && database->state == DATABASE_ONLINE;
}

/* The half of log shipping that Management Studio cannot set up: only the principal can be given it. */
static int step_ship_from_mirror(struct fault_call *call)
{
    struct instance *mirror = step_designed(call, DESIGN_MIRROR);

    if (step_need_up(call, mirror) != 0)
        return -1;
    if (!is_online(mirror, "mgc"))
        return err_set(call->err, ERR_INPUT, "mgc on %s is not online; fail over to it first", mirror->name);
    shipping_delete_primary(call->world, mirror);
    shipping_add_primary(call->world, mirror, build_share(call->world),
                         step_designed(call, DESIGN_SECONDARY));
    return 0;
}

/* After a planned switch the old primary is RESTORING already, at the place where the new one took over. */
static int step_ship_from_backup(struct fault_call *call)
{
    return ship(call, step_designed(call, DESIGN_SECONDARY), step_designed(call, DESIGN_PRINCIPAL), false);
}

/* Topology Builder creates the database anew: empty, ONLINE, and of nobody's lineage. */
static void create_anew(struct fault_call *call, struct instance *instance, const char *name)
{
    struct database *database = database_find(instance, name);
    const struct database old = *database;
    size_t count = instance->database_count;

    sessions_end_in(instance, name, 0);
    instance->database_count = (size_t)(database - instance->databases);
    database_add(instance, name);
    instance->database_count = count;
    database->database_id = old.database_id;
    database->create_date = world_getdate(call->world, instance);
    database->family_guid = database->database_guid = world_new_guid(call->world);
    database->recovery_fork_guid = database->first_recovery_fork_guid = world_new_guid(call->world);
    if (old.has_lineage)
        build_lineage(call->world, database);
}

static int step_rebuild_primary(struct fault_call *call)
{
    struct instance *a = step_designed(call, DESIGN_PRINCIPAL);

    if (step_need_up(call, a) != 0)
        return -1;
    step_unmirror(call, a, "mgc");
    step_unmirror(call, a, "mgccomp");
    step_unmirror(call, step_designed(call, DESIGN_MIRROR), "mgc");
    step_unmirror(call, step_designed(call, DESIGN_MIRROR), "mgccomp");
    shipping_delete_primary(call->world, a);
    create_anew(call, a, "mgc");
    create_anew(call, a, "mgccomp");
    return 0;
}

static const struct fault rows[] = {
    {{"step_remove_log_shipping", TARGET_NONE, NULL, "",
      "failover 1: sp_delete_log_shipping_secondary_database"},
     step_remove_log_shipping,
     NULL},
    {{"step_copy_logs", TARGET_NONE, NULL, "",
      "failover 2: uncopied files from the share, if it can be read"},
     step_copy_logs,
     NULL},
    {{"step_apply_logs", TARGET_NONE, NULL, "", "failover 3: RESTORE LOG of what the copy folder holds"},
     step_apply_logs,
     NULL},
    {{"step_recover", TARGET_NONE, NULL, "", "failover 4: RESTORE DATABASE mgc WITH RECOVERY on sqldr1"},
     act_recover,
     NULL},
    {{"step_back_up_backup", TARGET_NONE, NULL, "", "failback 3: full backup of mgc on sqldr1 to the share"},
     step_back_up_backup,
     NULL},
    {{"step_restore_primary", TARGET_NONE, NULL, "",
      "failback 4: RESTORE of that on sqlpri1 WITH REPLACE, RECOVERY"},
     step_restore_primary,
     NULL},
    {{"step_ship_from_primary", TARGET_NONE, NULL, "",
      "failback 5: log shipping sqlpri1 to sqldr1, initialised"},
     step_ship_from_primary,
     NULL},
    {{"step_rebuild_primary", TARGET_NONE, NULL, "", "sqlpri1 gets empty databases from Topology Builder"},
     step_rebuild_primary,
     NULL},
    {{"step_ship_from_mirror", TARGET_NONE, NULL, "",
      "the primary half of log shipping on sqlmir1, which must be principal"},
     step_ship_from_mirror,
     NULL},
    {{"step_tail_log", TARGET_NONE, NULL, "",
      "planned switch: BACKUP LOG WITH NORECOVERY on sqlpri1 to the share"},
     step_tail_log,
     NULL},
    {{"step_ship_from_backup", TARGET_NONE, NULL, "",
      "planned switch: log shipping sqldr1 to sqlpri1, which is RESTORING already"},
     step_ship_from_backup,
     NULL},
};

const struct fault_table act_table_steps = {rows, COUNT(rows)};
