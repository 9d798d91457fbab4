/*
 * Each documented step by itself, as an administrator takes it: failover and failback between the sites, and
 * what belongs to them (persistent-chat reference, "Failover DC1 to DC2", "Failback DC2 to DC1", "Planned
 * switchover").
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
#include <string.h>

static struct instance *designed(const struct fault_call *call, enum instance_role design)
{
    return build_designed(call->world, design);
}

static int need_up(const struct fault_call *call, const struct instance *instance)
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
    struct instance *b = designed(call, DESIGN_SECONDARY);
    struct world_result ignored;

    if (need_up(call, b) != 0)
        return -1;
    world_delete_ls_secondary_database(call->world, b, "mgc", &ignored);
    return 0;
}

/* Step 2: uncopied files from the share, if it can still be read. */
int step_copy_logs(struct fault_call *call)
{
    struct host *host = world_host_of(call->world, designed(call, DESIGN_SECONDARY));
    struct names names = {0};
    char source[WORLD_PATH_BYTES], target[WORLD_PATH_BYTES];
    enum os_error error;

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

/* Step 3: what the copy folder holds, in order of name; files that were applied already are skipped. */
int step_apply_logs(struct fault_call *call)
{
    enum { TOO_EARLY = 4326 };
    struct instance *b = designed(call, DESIGN_SECONDARY);
    struct names names = {0};
    struct world_result result = {0};

    if (need_up(call, b) != 0)
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
    return 0;
}

static int recover(struct fault_call *call, struct instance *instance)
{
    const struct restore_request finish = {.database = "mgc", .leave = LEAVE_RECOVERY, .user = "sa"};
    struct world_result result;

    if (need_up(call, instance) != 0)
        return -1;
    sessions_end_in(instance, "mgc", 0);
    world_restore(call->world, instance, &finish, &result);
    return fault_sql(call, &result);
}

int step_recover(struct fault_call *call)
{
    return recover(call, designed(call, DESIGN_SECONDARY));
}

/* --- the store --- */

/* The machine on which the operator works: the front end of the site that is to serve, unless from= says
 * another. */
static struct host *operator_at(const struct fault_call *call, const char *otherwise)
{
    return world_host(call->world, fault_param(call, "from", otherwise));
}

static int set_state(struct fault_call *call, const char *from, enum pool_state state)
{
    const struct host *host = operator_at(call, from);

    if (!host || host->down)
        return err_set(call->err, ERR_INPUT, "from=%s: no such host, or it is down",
                       fault_param(call, "from", from));
    return store_set_state(call->world, host, state, call->err);
}

static int step_set_failed_over(struct fault_call *call)
{
    return set_state(call, "fe-red1", POOL_FAILED_OVER);
}

static int step_set_normal(struct fault_call *call)
{
    return set_state(call, "fe-dub1", POOL_NORMAL);
}

/* The FQDNs of "pc1,pc2"; other words are taken as they are, since the cmdlet takes them too. */
static size_t split_servers(const struct fault_call *call, char *text, const char *out[ACTIVE_SERVERS_MAX])
{
    size_t count = 0;
    char *word;

    while (count < ACTIVE_SERVERS_MAX && (word = strsep(&text, ",")) != NULL) {
        const struct host *host = world_host(call->world, word);
        if (*word)
            out[count++] = host ? host->fqdn : word;
    }
    return count;
}

static int set_servers(struct fault_call *call, enum site site)
{
    const char *from = site == SITE_BACKUP ? "fe-red1" : "fe-dub1",
               *given = fault_param(call, "servers", NULL);
    const struct host *host = operator_at(call, from);
    const char *servers[ACTIVE_SERVERS_MAX];
    char text[1024];
    size_t count;

    if (!host || host->down)
        return err_set(call->err, ERR_INPUT, "from=%s: no such host, or it is down",
                       fault_param(call, "from", from));
    snprintf(text, sizeof text, "%s", given ? given : "");
    count = given ? split_servers(call, text, servers) : store_site_servers(call->world, (int)site, servers);
    return store_set_active_servers(call->world, host, servers, count, call->err);
}

static int step_activate_backup(struct fault_call *call)
{
    return set_servers(call, SITE_BACKUP);
}

static int step_activate_primary(struct fault_call *call)
{
    return set_servers(call, SITE_PRIMARY);
}

static int step_clear_active_list(struct fault_call *call)
{
    const struct host *host = operator_at(call, "fe-red1");

    if (!host || host->down)
        return err_set(call->err, ERR_INPUT, "the operator's machine is down");
    return store_set_active_servers(call->world, host, NULL, 0, call->err);
}

static int step_move_store(struct fault_call *call)
{
    return store_move_master(call->world, call->host, call->err);
}

static int step_wait_for_replicas(struct fault_call *call)
{
    store_push(call->world);
    return 0;
}

static int step_move_next_hop(struct fault_call *call)
{
    if (call->host->role != HOST_FRONT_END)
        return err_set(call->err, ERR_INPUT, "%s is no front end", call->target);
    call->world->chat.next_hop = call->host->index;
    return 0;
}

/* --- mirroring --- */

/* Step 6: the mirror of the design, whatever it held. */
static int mirror_anew(struct fault_call *call, enum instance_role first, enum instance_role second,
                       struct instance *witness)
{
    struct instance *principal = designed(call, first), *mirror = designed(call, second);

    if (need_up(call, principal) != 0 || need_up(call, mirror) != 0)
        return -1;
    if (!database_is_writable(database_find(principal, "mgc")))
        return err_set(call->err, ERR_INPUT, "mgc on %s is not online", principal->name);
    if (!database_find(mirror, "mgc"))
        database_add(mirror, "mgc");
    mirroring_reseed(call->world, principal, mirror, witness, "mgc");
    return 0;
}

int step_mirror_backup(struct fault_call *call)
{
    return mirror_anew(call, DESIGN_SECONDARY, DESIGN_SECONDARY_MIRROR, NULL);
}

static int step_mirror_primary(struct fault_call *call)
{
    struct instance *witness = call->world->config.without_witness ? NULL : designed(call, DESIGN_WITNESS);

    return mirror_anew(call, DESIGN_PRINCIPAL, DESIGN_MIRROR, witness);
}

static void unmirror(struct fault_call *call, struct instance *instance, const char *name)
{
    struct world_result ignored; /* 1416: it was not mirrored */

    if (!instance->down && database_find(instance, name))
        world_set_partner(call->world, instance, name, PARTNER_OFF, &ignored);
}

static int step_unmirror_backup(struct fault_call *call)
{
    unmirror(call, designed(call, DESIGN_SECONDARY), "mgc");
    unmirror(call, designed(call, DESIGN_SECONDARY), "mgccomp");
    return 0;
}

static int step_unmirror_primary(struct fault_call *call)
{
    unmirror(call, designed(call, DESIGN_PRINCIPAL), "mgc");
    unmirror(call, designed(call, DESIGN_MIRROR), "mgc");
    return 0;
}

/* The firmer fence: READ_ONLY is refused while the database is mirrored. */
static int step_fence_primary(struct fault_call *call)
{
    static const enum instance_role pair[] = {DESIGN_PRINCIPAL, DESIGN_MIRROR};
    struct world_result result = {0};

    step_unmirror_primary(call);
    for (size_t i = 0; i < COUNT(pair) && result.number == 0; i++) {
        struct instance *instance = designed(call, pair[i]);
        if (!instance->down && database_find(instance, "mgc")->state == DATABASE_ONLINE)
            world_set_option(call->world, instance, "mgc", OPTION_READ_ONLY, true, 0, &result);
    }
    return fault_sql(call, &result);
}

/* --- planned switchover --- */

/* The tail leaves the primary RESTORING; its name is one that copying and applying know. */
static int step_tail_log(struct fault_call *call)
{
    struct instance *a = designed(call, DESIGN_PRINCIPAL);
    char path[WORLD_PATH_BYTES], stamp[STAMP_BYTES];
    const struct backup_request tail = {
        .database = "mgc", .path = path, .log = true, .norecovery = true, .user = "sa"};
    struct world_result result;

    if (need_up(call, a) != 0)
        return -1;
    snprintf(path, sizeof path, "%.255s\\mgc_%s.trn", build_share(call->world),
             civil_stamp(world_getutcdate(call->world, a), stamp));
    sessions_end_in(a, "mgc", 0);
    world_backup(call->world, a, &tail, &result);
    return fault_sql(call, &result);
}

/* --- the old site returns --- */

/*
 * Power comes back to dub.  Without sqlpri1, mirror and witness find each other, and what was synchronized
 * when the lights went out becomes principal by itself.
 */
static int old_primary_returned(struct fault_call *call)
{
    static const char *const words[] = {"all", "mirror", NULL};
    struct instance *mirror = designed(call, DESIGN_MIRROR), *witness = designed(call, DESIGN_WITNESS);
    struct database *mgc = database_find(mirror, "mgc");
    int who;

    if (fault_word(call, "who", words, &who) != 0)
        return -1;
    if (!fault_is_set(call->world, "site_down", "dub"))
        return err_set(call->err, ERR_INPUT, "old_primary_returned: dub is not down");
    if (who == 1 && world_fault_set(call->world, "host_down", "sqlpri1", NULL, 0, call->err) != 0)
        return -1;
    if (world_fault_clear(call->world, "site_down", "dub", call->err) != 0)
        return -1;
    if (who == 1 && !mirror->down && !witness->down && mgc->mirror.configured && mgc->mirror.witness >= 0 &&
        mgc->mirror.role == ROLE_MIRROR && !mgc->mirror.suspended)
        mirroring_switch(call->world, mirror, mgc);
    return 0;
}

/* --- failback --- */

static const char failback_file[] = "mgc_failback.bak";

static void failback_path(const struct fault_call *call, char path[WORLD_PATH_BYTES])
{
    snprintf(path, WORLD_PATH_BYTES, "%.255s\\%s", build_share(call->world), failback_file);
}

static int step_back_up_backup(struct fault_call *call)
{
    char path[WORLD_PATH_BYTES];
    const struct backup_request full = {.database = "mgc", .path = path, .init = true, .user = "sa"};
    struct world_result result;

    failback_path(call, path);
    world_backup(call->world, designed(call, DESIGN_SECONDARY), &full, &result);
    return fault_sql(call, &result);
}

static int step_restore_primary(struct fault_call *call)
{
    struct instance *a = designed(call, DESIGN_PRINCIPAL);
    char path[WORLD_PATH_BYTES];
    const struct restore_request load = {
        .database = "mgc", .path = path, .leave = LEAVE_NORECOVERY, .replace = true, .user = "sa"};
    struct world_result result;

    failback_path(call, path);
    if (need_up(call, a) != 0)
        return -1;
    sessions_end_in(a, "mgc", 0);
    world_restore(call->world, a, &load, &result);
    return fault_sql(call, &result) != 0 ? -1 : recover(call, a);
}

/* Log shipping anew from one copy to the other, which is initialised with a full backup first. */
static int ship(struct fault_call *call, struct instance *from, struct instance *to, bool initialise)
{
    struct world_result result = {0};

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
    return ship(call, designed(call, DESIGN_PRINCIPAL), designed(call, DESIGN_SECONDARY), true);
}

/* After a planned switch the old primary is RESTORING already, at the place where the new one took over. */
static int step_ship_from_backup(struct fault_call *call)
{
    return ship(call, designed(call, DESIGN_SECONDARY), designed(call, DESIGN_PRINCIPAL), false);
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
    struct instance *a = designed(call, DESIGN_PRINCIPAL);

    if (need_up(call, a) != 0)
        return -1;
    unmirror(call, a, "mgc");
    unmirror(call, a, "mgccomp");
    unmirror(call, designed(call, DESIGN_MIRROR), "mgc");
    unmirror(call, designed(call, DESIGN_MIRROR), "mgccomp");
    shipping_delete_primary(call->world, a);
    create_anew(call, a, "mgc");
    create_anew(call, a, "mgccomp");
    return 0;
}

/* --- the other site's mirror --- */

static int step_mirror_failover(struct fault_call *call)
{
    static const char *const words[] = {"no", "yes", NULL};
    struct instance *principal = fault_principal(call->world);
    struct world_result result;
    int force;

    if (fault_word(call, "force", words, &force) != 0)
        return -1;
    if (force)
        world_set_partner(call->world, designed(call, DESIGN_MIRROR), "mgc", PARTNER_FORCE_SERVICE, &result);
    else
        world_set_partner(call->world, principal, "mgc", PARTNER_FAILOVER, &result);
    mirroring_refresh(call->world);
    return fault_sql(call, &result);
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
     step_recover,
     NULL},
    {{"step_set_failed_over", TARGET_NONE, NULL, "from=fe-red1",
      "failover 5: Set-CsPersistentChatState FailedOver"},
     step_set_failed_over,
     NULL},
    {{"step_mirror_backup", TARGET_NONE, NULL, "", "failover 6: Install-CsMirrorDatabase, sqldr1 to sqldr2"},
     step_mirror_backup,
     NULL},
    {{"step_activate_backup", TARGET_NONE, NULL, "from=fe-red1 servers=pc5,pc6",
      "failover 7: Set-CsPersistentChatActiveServer; all of red by default"},
     step_activate_backup,
     NULL},
    {{"step_clear_active_list", TARGET_NONE, NULL, "from=fe-red1", "failback 1: -ActiveServers $Null"},
     step_clear_active_list,
     NULL},
    {{"step_unmirror_backup", TARGET_NONE, NULL, "",
      "failback 2: SET PARTNER OFF for mgc and mgccomp on sqldr1"},
     step_unmirror_backup,
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
    {{"step_activate_primary", TARGET_NONE, NULL, "from=fe-dub1 servers=pc1,pc2",
      "failback 6: Set-CsPersistentChatActiveServer; all of dub by default"},
     step_activate_primary,
     NULL},
    {{"step_set_normal", TARGET_NONE, NULL, "from=fe-dub1", "failback 7: Set-CsPersistentChatState Normal"},
     step_set_normal,
     NULL},
    {{"step_mirror_primary", TARGET_NONE, NULL, "", "sqlpri1 is mirrored to sqlmir1 anew"},
     step_mirror_primary,
     NULL},
    {{"step_unmirror_primary", TARGET_NONE, NULL, "", "SET PARTNER OFF for mgc on sqlpri1 and sqlmir1"},
     step_unmirror_primary,
     NULL},
    {{"step_fence_primary", TARGET_NONE, NULL, "",
      "SET PARTNER OFF and SET READ_ONLY on sqlpri1 and sqlmir1"},
     step_fence_primary,
     NULL},
    {{"step_rebuild_primary", TARGET_NONE, NULL, "", "sqlpri1 gets empty databases from Topology Builder"},
     step_rebuild_primary,
     NULL},
    {{"step_tail_log", TARGET_NONE, NULL, "",
      "planned switch: BACKUP LOG WITH NORECOVERY on sqlpri1 to the share"},
     step_tail_log,
     NULL},
    {{"step_ship_from_backup", TARGET_NONE, NULL, "",
      "planned switch: log shipping sqldr1 to sqlpri1, which is RESTORING already"},
     step_ship_from_backup,
     NULL},
    {{"step_mirror_failover", TARGET_NONE, NULL, "force=no|yes", "Invoke-CsDatabaseFailover within the site"},
     step_mirror_failover,
     NULL},
    {{"step_move_store", TARGET_HOST, "fe-red1", "", "Invoke-CsManagementServerFailover to that front end"},
     step_move_store,
     NULL},
    {{"step_wait_for_replicas", TARGET_NONE, NULL, "",
      "every replica that can be reached has learned it now"},
     step_wait_for_replicas,
     NULL},
    {{"old_primary_returned", TARGET_NONE, NULL, "who=all|mirror",
      "site_down dub ends; mirror: without sqlpri1, and sqlmir1 and sqlwit1 promote themselves"},
     old_primary_returned,
     NULL},
    {{"step_move_next_hop", TARGET_HOST, "fe-red1", "", "the pool's next hop becomes that front end"},
     step_move_next_hop,
     NULL},
};

const struct fault_table act_table_steps = {rows, COUNT(rows)};
