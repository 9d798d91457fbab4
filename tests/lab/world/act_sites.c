/* The documented failover and failback, as an administrator carries them out by hand. */
#include "lab/world/act_steps.h"
#include "lab/world/build.h"
#include "lab/world/fault.h"
#include "lab/world/mirroring.h"
#include "lab/world/shipping_setup.h"
#include "lab/world/statements.h"

/* The store follows its operator to that site, and everybody who can be reached has learned it when he is
 * done. */
static void serve_from(struct world *world, enum site site)
{
    const char *servers[ACTIVE_SERVERS_MAX];
    size_t count = store_site_servers(world, (int)site, servers);
    struct host *master = world_host(world, site == SITE_PRIMARY ? "fe-dub1" : "fe-red1");
    struct err ignored;

    store_move_master(world, master, &ignored);
    store_put(world, site == SITE_PRIMARY ? POOL_NORMAL : POOL_FAILED_OVER, servers, count);
}

int act_failover_by_hand(struct fault_call *call)
{
    static const char *const words[] = {"no", "yes", NULL};
    int mirror;

    if (fault_word(call, "mirror", words, &mirror) != 0)
        return -1;
    if (build_designed(call->world, DESIGN_SECONDARY)->down)
        return err_set(call->err, ERR_INPUT, "failover_by_hand: sqldr1 is down");
    if (step_remove_log_shipping(call) != 0 || step_copy_logs(call) != 0)
        return -1;
    if (step_apply_logs(call) != 0)
        *call->err = (struct err)ERR_INIT; /* what cannot be applied is accepted as lost */
    if (act_recover(call) != 0)
        return -1;
    serve_from(call->world, SITE_BACKUP);
    return mirror == 0 ? 0 : step_mirror_backup(call);
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
    step_unmirror(call, b, "mgc");
    step_unmirror(call, a, "mgc");
    step_unmirror(call, mirror, "mgc");
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
    serve_from(world, SITE_PRIMARY);
    return 0;
}
