#include "lab/world/build.h"

#include "lab/world/civil.h"
#include "lab/world/files.h"
#include "lab/world/mirroring.h"
#include "lab/world/random.h"
#include "lab/world/shipping_setup.h"
#include "lab/world/statements.h"
#include "lab/world/world.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { SQL_PORT = 1433, MIRRORING_PORT = 5022, WITNESS_PORT = 7022, EXPRESS_ENGINE = 4 };

#define LOG_SHARE    "pchatls"
#define FILE_STORE   "pchatfiles"
#define MIRROR_SHARE "mirror"

static const int64_t gigabyte = 1LL << 30;

struct world_config world_config_default(void)
{
    return (struct world_config){
        .seed = 1,
        .start_utc_ms = 1795410240000LL, /* 2026-11-23T05:04:00Z: between two rounds of jobs */
        .history_s = 4LL * 3600,
        .backup_interval_s = 300,
        .copy_interval_s = 300,
        .restore_interval_s = 300,
        .alert_interval_s = 120,
        .mirror_monitor_interval_s = 60,
        .write_interval_ms = 2000,
        .retention_minutes = 4320,
        .history_retention_minutes = 5760,
        .backup_threshold_minutes = 60,
        .restore_threshold_minutes = 45,
        .sa_password = "lab-sa",
        .admin_password = "lab-admin",
    };
}

/* --- hosts --- */

/* The lab's own. */
static const struct shape_host usual_hosts[] = {
    {"sqlpri1", PLACED_IN_PRIMARY, PART_OF_PRINCIPAL, false},
    {"sqlmir1", PLACED_IN_PRIMARY, PART_OF_MIRROR, false},
    {"sqlwit1", PLACED_IN_PRIMARY, PART_OF_WITNESS, false},
    {"sqldr1", PLACED_IN_BACKUP, PART_OF_SECONDARY, false},
    {"sqldr2", PLACED_IN_BACKUP, PART_OF_SECONDARY_MIRROR, false},
    {"fs1", PLACED_IN_PRIMARY, PART_OF_LOG_SHARE, false},
    {"fs2", PLACED_IN_PRIMARY, PART_OF_FILE_STORE, false},
    {"monitor", PLACED_ELSEWHERE, PART_OF_MONITOR, false},
    {"pc1", PLACED_IN_PRIMARY, PART_OF_CHAT_SERVER, false},
    {"pc2", PLACED_IN_PRIMARY, PART_OF_CHAT_SERVER, false},
    {"pc3", PLACED_IN_PRIMARY, PART_OF_CHAT_SERVER, false},
    {"pc4", PLACED_IN_PRIMARY, PART_OF_CHAT_SERVER, false},
    {"pc5", PLACED_IN_BACKUP, PART_OF_CHAT_SERVER, false},
    {"pc6", PLACED_IN_BACKUP, PART_OF_CHAT_SERVER, false},
    {"pc7", PLACED_IN_BACKUP, PART_OF_CHAT_SERVER, false},
    {"pc8", PLACED_IN_BACKUP, PART_OF_CHAT_SERVER, false},
    {"fe-dub1", PLACED_IN_PRIMARY, PART_OF_FRONT_END, false},
    {"fe-red1", PLACED_IN_BACKUP, PART_OF_FRONT_END, false},
    {"oob1", PLACED_ELSEWHERE, PART_OF_NOTHING, false},
    {"fs3", PLACED_IN_BACKUP, PART_OF_MIRROR_SHARE, false},
};
static const struct world_shape usual_shape = {"litwareinc.com", usual_hosts, COUNT(usual_hosts)};

static const struct world_shape *shape_of(const struct world *world)
{
    return world->config.shape ? world->config.shape : &usual_shape;
}

/* What a machine is by its part.  An instance's endpoint for mirroring: 1 PARTNER, 2 WITNESS. */
static const struct part_kind {
    enum host_role role;
    enum instance_role design;
    int endpoint_role, endpoint_port;
    const char *share;
} part_kinds[SHAPE_PARTS] = {
    [PART_OF_PRINCIPAL] = {HOST_SQL, DESIGN_PRINCIPAL, 1, MIRRORING_PORT, NULL},
    [PART_OF_MIRROR] = {HOST_SQL, DESIGN_MIRROR, 1, MIRRORING_PORT, NULL},
    [PART_OF_WITNESS] = {HOST_SQL, DESIGN_WITNESS, 2, WITNESS_PORT, NULL},
    [PART_OF_SECONDARY] = {HOST_SQL, DESIGN_SECONDARY, 1, MIRRORING_PORT, NULL},
    [PART_OF_SECONDARY_MIRROR] = {HOST_SQL, DESIGN_SECONDARY_MIRROR, 1, MIRRORING_PORT, NULL},
    [PART_OF_LOG_SHARE] = {.role = HOST_FILE, .share = LOG_SHARE},
    [PART_OF_FILE_STORE] = {.role = HOST_FILE, .share = FILE_STORE},
    [PART_OF_MIRROR_SHARE] = {.role = HOST_FILE, .share = MIRROR_SHARE},
    [PART_OF_FILE_SERVER] = {.role = HOST_FILE},
    [PART_OF_MONITOR] = {.role = HOST_MONITOR},
    [PART_OF_CHAT_SERVER] = {.role = HOST_CHAT},
    [PART_OF_FRONT_END] = {.role = HOST_FRONT_END},
    [PART_OF_NOTHING] = {.role = HOST_PLAIN},
};

static void add_volume(struct host *host, const char *root, int64_t size_bytes)
{
    struct volume *volume = &host->volumes[host->volume_count++];

    snprintf(volume->root, sizeof volume->root, "%s", root);
    volume->size_bytes = size_bytes;
    volume->used_bytes = size_bytes / 5;
}

static void offer_share(struct host *host, const char *name)
{
    struct share *share = &host->shares[host->share_count++];

    snprintf(share->unc, sizeof share->unc, "\\\\%.200s\\%s", host->fqdn, name);
    snprintf(share->folder, sizeof share->folder, "E:\\%s", name);
    share->offered = true;
}

static void add_host(struct world *world, const struct shape_host *plan, const char *domain)
{
    static const enum site sites[] = {
        [PLACED_ELSEWHERE] = SITE_NONE, [PLACED_IN_PRIMARY] = SITE_PRIMARY, [PLACED_IN_BACKUP] = SITE_BACKUP};
    struct host *host = &world->hosts[world->host_count];

    host->index = (int)world->host_count++;
    host->site = sites[plan->place];
    host->role = part_kinds[plan->part].role;
    snprintf(host->name, sizeof host->name, "%s", plan->name);
    snprintf(host->fqdn, sizeof host->fqdn, "%s.%s", plan->name, domain);
    add_volume(host, "C:\\", 80 * gigabyte);
    add_volume(host, "E:\\", 200 * gigabyte);
    host->chat.stands_by = plan->stands_by;
    windows_install(world, host);
}

static void add_hosts(struct world *world)
{
    const struct world_shape *shape = shape_of(world);

    for (size_t i = 0; i < shape->host_count && i < WORLD_HOSTS_MAX; i++)
        add_host(world, &shape->hosts[i], shape->domain);
}

static void offer_shares(struct world *world)
{
    for (size_t i = 0; i < world->host_count; i++) {
        const char *share = part_kinds[shape_of(world)->hosts[i].part].share;

        if (share)
            offer_share(&world->hosts[i], share);
    }
}

/* --- instances --- */

static struct instance_config config_of(const struct world_config *config, const char *name)
{
    struct instance_config own = {name, 12, 0, 6024, "Standard Edition (64-bit)", 0};

    for (size_t i = 0; i < WORLD_INSTANCES_MAX; i++) {
        const struct instance_config *given = &config->instances[i];
        if (!given->name || (strcmp(given->name, name) != 0 && strcmp(given->name, "*") != 0))
            continue;
        if (given->version_major > 0) {
            own.version_major = given->version_major;
            own.version_minor = given->version_minor;
            own.version_build = given->version_build;
        }
        own.edition = given->edition ? given->edition : own.edition;
        own.utc_offset_minutes = given->utc_offset_minutes;
    }
    return own;
}

static int engine_edition_of(const char *edition)
{
    if (strncmp(edition, "Express", 7) == 0)
        return EXPRESS_ENGINE;
    return strncmp(edition, "Enterprise", 10) == 0 || strncmp(edition, "Developer", 9) == 0 ? 3 : 2;
}

static void add_endpoint(struct instance *instance, const struct part_kind *kind)
{
    instance->endpoint = (struct endpoint){
        .exists = true,
        .name = "Mirroring",
        .endpoint_id = 65536,
        .port = kind->endpoint_port,
        .role = kind->endpoint_role,
        .connection_auth = 3,
        .encryption_algorithm = 2,
        .is_encryption_enabled = true,
    };
}

static void add_system_databases(struct world *world, struct instance *instance)
{
    static const char *const names[] = {"master", "tempdb", "model", "msdb"};

    for (size_t i = 0; i < COUNT(names); i++) {
        struct database *database = database_add(instance, names[i]);
        database->recovery_model = strcmp(names[i], "model") == 0 ? RECOVERY_FULL : RECOVERY_SIMPLE;
        database->create_date = world_getdate(world, instance);
        database->data_size_bytes = database->log_size_bytes = 16LL << 20;
        database->family_guid = database->database_guid = world_new_guid(world);
        database->recovery_fork_guid = database->first_recovery_fork_guid = world_new_guid(world);
    }
}

static void add_instance(struct world *world, const struct shape_host *plan)
{
    struct instance *instance = &world->instances[world->instance_count];
    struct host *host = world_host(world, plan->name);
    struct instance_config config = config_of(&world->config, plan->name);
    const struct part_kind *kind = &part_kinds[plan->part];

    if (kind->design == DESIGN_WITNESS && strncmp(config.edition, "Standard", 8) == 0)
        config.edition = "Express Edition (64-bit)";
    instance->index = (int)world->instance_count++;
    instance->host = host->index;
    instance->design = kind->design;
    instance->port = SQL_PORT;
    instance->version_major = config.version_major;
    instance->version_minor = config.version_minor;
    instance->version_build = config.version_build;
    instance->compatibility_level = config.version_major * 10;
    instance->engine_edition = engine_edition_of(config.edition);
    instance->wire.cut_after_bytes = -1;
    instance->agent.session_id = 40;
    instance->last_startup_utc_ms = world->now_utc_ms;
    host->utc_offset_minutes = config.utc_offset_minutes;
    add_volume(host, "D:\\", 200 * gigabyte);
    add_volume(host, "L:\\", 100 * gigabyte);
    snprintf(instance->name, sizeof instance->name, "%s", plan->name);
    for (size_t i = 0; plan->name[i] != '\0'; i++)
        instance->server_name[i] = (char)toupper((unsigned char)plan->name[i]);
    snprintf(instance->service_name, sizeof instance->service_name, "MSSQLSERVER");
    snprintf(instance->edition, sizeof instance->edition, "%s", config.edition);
    snprintf(instance->collation, sizeof instance->collation, "SQL_Latin1_General_CP1_CI_AS");
    snprintf(instance->service_account, sizeof instance->service_account, "LITWARE\\svc-sql");
    snprintf(instance->agent_account, sizeof instance->agent_account, "LITWARE\\svc-sqlagent");
    add_endpoint(instance, kind);
    add_system_databases(world, instance);
}

static void add_logins(struct world *world, struct instance *instance)
{
    static const struct sid sa_sid = {{1}, 1},
                            admin_sid = {{0x50, 0x43, 0x48, 0x41, 0x54, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 16};
    static const struct grant public_default = {.grantee = "public", .permission = "VIEW ANY DATABASE"};
    struct world_result ignored;
    struct login *login;

    login = security_create_login(instance, "sa", world->config.sa_password, &sa_sid, "master", &ignored);
    login->principal_id = 1;
    login->is_sysadmin = true;
    login = security_create_login(instance, "pchat_admin", world->config.admin_password, &admin_sid, "master",
                                  &ignored);
    login->is_sysadmin = true;
    for (size_t i = 0; i < instance->security.logins.count; i++)
        instance->security.logins.rows[i].create_date = world_getdate(world, instance);
    security_grant(instance, &public_default, &ignored);
}

/* --- databases, mirroring, log shipping, in the order of the deployment guide --- */

static void create_database(struct world *world, struct instance *instance, const char *name)
{
    struct database *database = database_add(instance, name);

    database->create_date = world_getdate(world, instance);
    database->family_guid = world_new_guid(world);
    database->database_guid = database->family_guid;
    database->recovery_fork_guid = database->first_recovery_fork_guid = world_new_guid(world);
}

void build_lineage(struct world *world, struct database *mgc)
{
    mgc->has_lineage = true;
    mgc->place.fork = lineage_fork(&world->lineage, FORK_NONE, mgc->place.end_lsn, &mgc->recovery_fork_guid,
                                   world->now_utc_ms);
    world->lineage.forks.rows[mgc->place.fork].config_pool_id = mgc->database_guid;
}

void build_seed(struct world *world, struct instance *from, struct instance *to, const char *name,
                struct world_result *result)
{
    char path[WORLD_PATH_BYTES], stamp[STAMP_BYTES];
    struct backup_request full = {.database = name, .path = path, .init = true};
    struct restore_request load = {
        .database = name, .path = path, .leave = LEAVE_NORECOVERY, .replace = true};

    snprintf(path, sizeof path, "%.255s\\%.100s_%.50s_%s.bak", build_share(world), name, to->name,
             civil_stamp(world->now_utc_ms, stamp));
    world_backup(world, from, &full, result);
    if (result->number == 0)
        world_restore(world, to, &load, result);
}

static struct host *host_with(struct world *world, const char *share)
{
    for (size_t i = 0; i < world->host_count; i++)
        for (size_t j = 0; j < world->hosts[i].share_count; j++)
            if (strcmp(files_base_name(world->hosts[i].shares[j].unc), share) == 0)
                return &world->hosts[i];
    return NULL;
}

struct host *build_share_host(struct world *world)
{
    return host_with(world, LOG_SHARE);
}

struct host *build_file_server(struct world *world)
{
    return host_with(world, FILE_STORE);
}

const char *build_share(struct world *world)
{
    return build_share_host(world)->shares[0].unc;
}

struct instance *build_designed(struct world *world, enum instance_role design)
{
    for (size_t i = 0; i < world->instance_count; i++)
        if (world->instances[i].design == design)
            return &world->instances[i];
    return NULL;
}

static void add_mirror_monitor(struct world *world, struct instance *instance)
{
    const struct job_config config = {
        .name = "Database Mirroring Monitor Job",
        .kind = JOB_MIRROR_MONITOR,
        .command = "exec sys.sp_dbmmonitorupdate",
        .interval_s = world->config.mirror_monitor_interval_s,
    };
    struct world_result ignored;

    job_add(world, instance, &config);
    instance->mirror_samples_exist = true;
    security_create_role(instance, "msdb", "dbm_monitor", &ignored);
}

static void add_msdb_roles(struct instance *instance)
{
    static const char *const roles[] = {"SQLAgentUserRole", "SQLAgentReaderRole", "SQLAgentOperatorRole"};
    struct world_result ignored;

    for (size_t i = 0; i < COUNT(roles); i++)
        security_create_role(instance, "msdb", roles[i], &ignored);
}

static void establish_mirror(struct world *world, struct instance *a, struct instance *mirror)
{
    struct instance *witness = world->config.without_witness ? NULL : build_designed(world, DESIGN_WITNESS);
    struct world_result result;

    build_seed(world, a, mirror, "mgc", &result);
    build_seed(world, a, mirror, "mgccomp", &result);
    mirroring_establish(world, a, mirror, witness, "mgc");
    mirroring_establish(world, a, mirror, witness, "mgccomp");
}

/* When log shipping was set up on A', it was principal for some minutes and took a backup: its row is old
 * since then. */
static void age_mirror_row(struct world *world, struct instance *mirror)
{
    struct ls_monitor_primary *row = &mirror->shipping.monitor_primaries.rows[0];
    struct ls_primary_database *own = &mirror->shipping.primary_databases.rows[0];
    const int64_t age_ms = 40LL * 24 * 3600 * 1000;
    char stamp[STAMP_BYTES];

    snprintf(row->last_backup_file, sizeof row->last_backup_file, "%.255s\\mgc_%s.trn", build_share(world),
             civil_stamp(world_getutcdate(world, mirror) - age_ms, stamp));
    row->last_backup_date = world_getdate(world, mirror) - age_ms;
    row->last_backup_date_utc = world_getutcdate(world, mirror) - age_ms;
    memcpy(own->last_backup_file, row->last_backup_file, sizeof own->last_backup_file);
    own->last_backup_date = row->last_backup_date;
}

static void add_databases(struct world *world)
{
    struct instance *a = build_designed(world, DESIGN_PRINCIPAL),
                    *mirror = build_designed(world, DESIGN_MIRROR);
    struct instance *b = build_designed(world, DESIGN_SECONDARY);
    struct world_result result;

    create_database(world, a, "mgc");
    create_database(world, a, "mgccomp");
    create_database(world, b, "mgccomp");
    build_lineage(world, database_find(a, "mgc"));
    chat_register_all(world, a);
    if (mirror)
        establish_mirror(world, a, mirror);
    build_seed(world, a, b, "mgc", &result);
    shipping_add_primary(world, a, build_share(world), b);
    if (mirror)
        shipping_add_primary(world, mirror, build_share(world), b);
    shipping_add_secondary(world, b, a, build_share(world));
    if (!mirror)
        return;
    add_mirror_monitor(world, a);
    add_mirror_monitor(world, mirror);
    age_mirror_row(world, mirror);
}

static bool is_instance(enum shape_part part)
{
    return part_kinds[part].role == HOST_SQL;
}

void build_deployment(struct world *world)
{
    const struct world_shape *shape = shape_of(world);

    add_hosts(world);
    offer_shares(world);
    store_found(world);
    chat_found(world);
    for (size_t i = 0; i < shape->host_count; i++) {
        struct instance *instance = &world->instances[world->instance_count];

        if (!is_instance(shape->hosts[i].part))
            continue;
        add_instance(world, &shape->hosts[i]);
        add_logins(world, instance);
        add_msdb_roles(instance);
    }
    world->next_tick_utc_ms = world->next_write_utc_ms = world->now_utc_ms;
    for (size_t i = 0; i < world->instance_count; i++)
        agent_start(world, &world->instances[i]);
    add_databases(world);
}
