/* The documented failover and failback, as an administrator carries them out by hand. */
#include "lab/world/agents.h"
#include "lab/world/build.h"
#include "lab/world/fault.h"
#include "lab/world/mirroring.h"
#include "lab/world/shipping_setup.h"
#include "lab/world/statements.h"

#include <stdio.h>

struct names {
    LIST(struct stored_file) files; /* only their names matter */
};

static void collect(void *user, const struct stored_file *file)
{
    struct names *names = user;

    if (ls_is_backup_name(files_base_name(file->path), "mgc"))
        *LIST_ADD(&names->files) = *file;
}

/* Step 2: uncopied files from the share, if it can still be read. */
static void copy_rest(struct world *world, struct host *host)
{
    struct names names = {0};
    char source[WORLD_PATH_BYTES], target[WORLD_PATH_BYTES];
    enum os_error error;

    files_list(world, host, build_share(world), collect, &names);
    for (size_t i = 0; i < names.files.count; i++) {
        const char *name = files_base_name(names.files.rows[i].path);
        snprintf(source, sizeof source, "%.255s\\%.255s", build_share(world), name);
        snprintf(target, sizeof target, "E:\\LogCopy\\%.255s", name);
        if (!files_find(world, host, target, &error))
            files_copy(world, host, source, target);
    }
    free(names.files.rows);
}

/* Step 3: what the copy folder holds, in order of name; files that were applied already are skipped. */
static void apply_rest(struct world *world, struct instance *instance)
{
    struct names names = {0};
    struct world_result result = {0};

    files_list(world, world_host_of(world, instance), "E:\\LogCopy", collect, &names);
    for (size_t i = 0; i < names.files.count && (result.number == 0 || result.number == 4326); i++) {
        const struct restore_request request = {.database = "mgc",
                                                .path = names.files.rows[i].path,
                                                .log = true,
                                                .leave = LEAVE_NORECOVERY,
                                                .user = "sa"};
        world_restore(world, instance, &request, &result);
    }
    free(names.files.rows);
}

int act_failover_by_hand(struct fault_call *call)
{
    struct instance *b = build_designed(call->world, DESIGN_SECONDARY);
    struct instance *partner_of_b = build_designed(call->world, DESIGN_SECONDARY_MIRROR);
    static const char *const words[] = {"no", "yes", NULL};
    struct restore_request finish = {.database = "mgc", .leave = LEAVE_RECOVERY, .user = "sa"};
    struct world_result result;
    int mirror;

    if (fault_word(call, "mirror", words, &mirror) != 0)
        return -1;
    if (b->down)
        return err_set(call->err, ERR_INPUT, "failover_by_hand: %s is down", b->name);
    world_delete_ls_secondary_database(call->world, b, "mgc", &result);
    copy_rest(call->world, world_host_of(call->world, b));
    sessions_end_in(b, "mgc", 0);
    apply_rest(call->world, b);
    world_restore(call->world, b, &finish, &result);
    if (fault_sql(call, &result) != 0)
        return -1;
    call->world->pool_state = POOL_FAILED_OVER;
    if (mirror == 0)
        return 0;
    if (!database_find(partner_of_b, "mgc"))
        database_add(partner_of_b, "mgc");
    mirroring_reseed(call->world, b, partner_of_b, NULL, "mgc");
    return 0;
}

static void unmirror(struct world *world, struct instance *instance)
{
    struct world_result ignored; /* 1416 is fine */

    world_set_partner(world, instance, "mgc", PARTNER_OFF, &ignored);
}

/* B's content becomes A's: full backup on B, RESTORE ... WITH REPLACE, RECOVERY on A. */
static int bring_back(struct fault_call *call, struct instance *a, struct instance *b)
{
    struct restore_request finish = {.database = "mgc", .leave = LEAVE_RECOVERY, .user = "sa"};
    struct world_result result;

    sessions_end_in(a, "mgc", 0);
    build_seed(call->world, b, a, "mgc", &result);
    if (result.number == 0)
        world_restore(call->world, a, &finish, &result);
    return fault_sql(call, &result);
}

int act_failback_by_hand(struct fault_call *call)
{
    struct world *world = call->world;
    struct instance *a = build_designed(world, DESIGN_PRINCIPAL),
                    *mirror = build_designed(world, DESIGN_MIRROR);
    struct instance *b = build_designed(world, DESIGN_SECONDARY);
    struct instance *witness = world->config.without_witness ? NULL : build_designed(world, DESIGN_WITNESS);
    struct world_result result;

    if (a->down || mirror->down || b->down)
        return err_set(call->err, ERR_INPUT, "failback_by_hand: sqlpri1, sqlmir1 and sqldr1 must be up");
    unmirror(world, b);
    unmirror(world, a);
    unmirror(world, mirror);
    shipping_delete_primary(world, a);
    shipping_delete_primary(world, mirror);
    world_delete_ls_secondary_database(world, b, "mgc", &result);
    if (bring_back(call, a, b) != 0)
        return -1;
    sessions_end_in(b, "mgc", 0);
    sessions_end_in(mirror, "mgc", 0);
    build_seed(world, a, b, "mgc", &result);
    if (result.number == 0)
        build_seed(world, a, mirror, "mgc", &result);
    if (fault_sql(call, &result) != 0)
        return -1;
    mirroring_establish(world, a, mirror, witness, "mgc");
    shipping_add_primary(world, a, build_share(world), b);
    shipping_add_primary(world, mirror, build_share(world), b);
    shipping_add_secondary(world, b, a, build_share(world));
    world->pool_state = POOL_NORMAL;
    return 0;
}
