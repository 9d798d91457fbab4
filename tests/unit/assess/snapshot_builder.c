#include "unit/assess/snapshot_builder.h"

#include "base/utc.h"

#include <string.h>

#define FAMILY "11111111-AAAA-4AAA-8AAA-000000000001"
#define FORK   "22222222-BBBB-4BBB-8BBB-000000000001"
#define LOGIN  "LITWARE\\svc-pchatmon"

struct fact_num builder_num(int64_t value)
{
    return (struct fact_num){true, value};
}

struct fact_num builder_ago(int64_t age_s)
{
    return builder_num(BUILDER_NOW_UTC_MS - age_s * 1000);
}

struct lsn builder_lsn(int set)
{
    struct lsn lsn = {""};
    char text[LSN_DIGITS + 1];

    snprintf(text, sizeof(text), "38%010d00001", 40000 - set * 100);
    (void)lsn_parse(text, &lsn);
    return lsn;
}

struct instance_snapshot *builder_at(struct snapshot *snapshot, const char *name)
{
    for (size_t i = 0; i < snapshot->instance_count; i++)
        if (strcmp(snapshot->instances[i].name, name) == 0)
            return &snapshot->instances[i];
    return NULL;
}

void *builder_add(struct snapshot *snapshot, const char *name, enum fact_group_id group)
{
    struct instance_snapshot *instance = builder_at(snapshot, name);
    struct fact_rows rows = fact_rows_of(instance, group);
    void *record;

    rows.sighting = (struct sighting){.sight = SIGHT_SEEN};
    record = fact_rows_push(snapshot->arena, &rows, group);
    fact_rows_put(instance, group, &rows);
    return record;
}

void builder_empty(struct snapshot *snapshot, const char *name, enum fact_group_id group)
{
    struct fact_rows none = {.sighting = {.sight = SIGHT_SEEN}};

    fact_rows_put(builder_at(snapshot, name), group, &none);
}

void builder_mask(struct snapshot *snapshot, const char *name, enum fact_group_id group, enum sight sight,
                  const char *detail)
{
    struct fact_rows none = {.sighting = {sight, detail}};

    fact_rows_put(builder_at(snapshot, name), group, &none);
}

void builder_unsee(struct snapshot *snapshot, const char *name, enum sight sight, const char *detail)
{
    struct instance_snapshot *instance = builder_at(snapshot, name);

    for (int group = 0; group < FACT_GROUP_COUNT; group++)
        builder_mask(snapshot, name, (enum fact_group_id)group, SIGHT_NOT_ASKED, NULL);
    instance->reach = (struct sighting){sight, detail};
    instance->clock_offset_ms = instance->round_trip_ms = (struct fact_num){0};
}

/* ---- what every instance says ---- */

static const struct {
    const char *name, *site;
    enum site_role site_role;
    enum sql_role role;
} instances[] = {
    {"sqlpri1", "dub", SITE_PRIMARY, SQL_PRINCIPAL},      {"sqlmir1", "dub", SITE_PRIMARY, SQL_MIRROR},
    {"sqlwit1", "dub", SITE_PRIMARY, SQL_WITNESS},        {"sqldr1", "red", SITE_BACKUP, SQL_SECONDARY},
    {"sqldr2", "red", SITE_BACKUP, SQL_SECONDARY_MIRROR},
};

static char *upper(struct arena *arena, const char *name)
{
    char *text = arena_text(arena, name);

    for (char *at = text; *at; at++)
        *at = (char)(*at >= 'a' && *at <= 'z' ? *at - 'a' + 'A' : *at);
    return text;
}

static void add_server(struct snapshot *snapshot, const char *name)
{
    struct server_fact *server = builder_add(snapshot, name, FACT_server);

    *server = (struct server_fact){
        .server_name = upper(snapshot->arena, name),
        .version = "12.0.6024.0",
        .edition = "Standard Edition (64-bit)",
        .engine_edition = builder_num(2),
        .now_utc_ms = builder_num(BUILDER_NOW_UTC_MS),
        .login = LOGIN,
        .is_sysadmin = builder_num(0),
        .view_server_state = builder_num(1),
        .view_any_definition = builder_num(1),
        .view_any_database = builder_num(1),
        .encrypt_option = "TRUE",
    };
}

static void add_database(struct snapshot *snapshot, const char *name, const char *state)
{
    struct database_fact *database = builder_add(snapshot, name, FACT_database);

    *database = (struct database_fact){
        .name = "mgc",
        .state = state,
        .user_access = "MULTI_USER",
        .is_read_only = builder_num(0),
        .is_in_standby = builder_num(0),
        .recovery_model = "FULL",
        .log_reuse_wait = "NOTHING",
        .has_dbaccess = builder_num(0),
    };
}

static void add_instance(struct snapshot *snapshot, size_t at)
{
    struct instance_snapshot *instance =
        arena_push(snapshot->arena, &snapshot->instances, &snapshot->instance_count, sizeof(*instance));

    instance->name = instances[at].name;
    instance->site_name = instances[at].site;
    instance->site = instances[at].site_role;
    instance->role = instances[at].role;
    instance->address = arena_format(snapshot->arena, "%s.litwareinc.com:1433", instances[at].name);
    instance->reach.sight = SIGHT_SEEN;
    instance->clock_offset_ms = builder_num(40);
    instance->round_trip_ms = builder_num(8);
    for (int group = 0; group < FACT_GROUP_COUNT; group++)
        builder_empty(snapshot, instance->name, (enum fact_group_id)group);
    add_server(snapshot, instance->name);
}

static void add_agent(struct snapshot *snapshot, const char *name)
{
    struct agent_fact *agent = builder_add(snapshot, name, FACT_agent);

    agent->service_status = "Running";
    agent->session_count = builder_num(2);
}

static void add_job(struct snapshot *snapshot, const char *name, const char *kind, const char *job_name,
                    const char *id)
{
    struct job_fact *job = builder_add(snapshot, name, FACT_job);

    *job = (struct job_fact){
        .job_id = id,
        .name = job_name,
        .kind = kind,
        .enabled = builder_num(1),
        .schedules_enabled = builder_num(1),
        .running = builder_num(0),
        .last_outcome = builder_num(1),
        .last_message = "The job succeeded.",
        .last_run_utc_ms = builder_ago(130),
    };
}

struct job_fact *builder_job(struct snapshot *snapshot, const char *name, const char *kind)
{
    struct instance_snapshot *instance = builder_at(snapshot, name);

    for (size_t i = 0; i < instance->job.count; i++)
        if (strcmp(instance->job.rows[i].kind, kind) == 0)
            return &instance->job.rows[i];
    return NULL;
}

void builder_run(struct snapshot *snapshot, const char *name, int agent_type, int status, const char *error)
{
    struct instance_snapshot *instance = builder_at(snapshot, name);
    struct ls_run_fact *run = NULL;

    for (size_t i = 0; i < instance->ls_run.count; i++)
        if (instance->ls_run.rows[i].agent_type.value == agent_type)
            run = &instance->ls_run.rows[i];
    if (!run)
        run = builder_add(snapshot, name, FACT_ls_run);
    run->agent_type = builder_num(agent_type);
    run->session_status = builder_num(status);
    run->logged_utc_ms = builder_ago(120);
    run->message = status == 3 ? "*** Error: the run failed." : "The run succeeded.";
    run->error = error;
}

/* ---- the mirroring session ---- */

static void add_mirroring(struct snapshot *snapshot, const char *name, const char *partner)
{
    struct mirroring_fact *row = builder_add(snapshot, name, FACT_mirroring);

    *row = (struct mirroring_fact){
        .mirroring_guid = "33333333-CCCC-4CCC-8CCC-000000000001",
        .state = "SYNCHRONIZED",
        .role = "PRINCIPAL",
        .role_sequence = builder_num(1),
        .safety_level = "FULL",
        .partner_instance = partner,
        .witness_name = "TCP://sqlwit1.litwareinc.com:5022",
        .witness_state = "CONNECTED",
        .failover_lsn = builder_lsn(-1),
        .end_of_log_lsn = builder_lsn(-1),
    };
}

static void add_counters(struct snapshot *snapshot, const char *name)
{
    struct counter_fact *counter = builder_add(snapshot, name, FACT_counter);

    counter->send_queue_kb = builder_num(0);
    counter->redo_queue_kb = builder_num(12);
    counter->log_used_percent = builder_num(7);
}

static void add_recovery(struct snapshot *snapshot, const char *name)
{
    struct recovery_fact *recovery = builder_add(snapshot, name, FACT_recovery);

    recovery->family_guid = FAMILY;
    recovery->recovery_fork_guid = FORK;
    recovery->last_log_backup_lsn = builder_lsn(-1);
}

static void add_partner(struct snapshot *snapshot, const char *name)
{
    struct ls_primary_fact *primary = builder_add(snapshot, name, FACT_ls_primary);

    *primary = (struct ls_primary_fact){
        .primary_id = arena_format(snapshot->arena, "44444444-DDDD-4DDD-8DDD-%012d", name[3] == 'p' ? 1 : 2),
        .backup_directory = BUILDER_SHARE,
        .backup_share = BUILDER_SHARE,
        .backup_retention_min = builder_num(4320),
        .backup_job_id = "55555555-EEEE-4EEE-8EEE-000000000001",
        .monitor_server = upper(snapshot->arena, name),
        .backup_threshold_min = builder_num(60),
        .secondaries = "SQLDR1",
    };
    add_agent(snapshot, name);
    add_job(snapshot, name, "backup", "LSBackup_mgc", primary->backup_job_id);
    builder_run(snapshot, name, 0, 2, NULL);
    add_counters(snapshot, name);
}

static void add_secondary(struct snapshot *snapshot)
{
    struct ls_secondary_fact *secondary = builder_add(snapshot, "sqldr1", FACT_ls_secondary);

    *secondary = (struct ls_secondary_fact){
        .secondary_id = "66666666-FFFF-4FFF-8FFF-000000000001",
        .primary_server = "SQLPRI1",
        .backup_source_directory = BUILDER_SHARE "\\",
        .backup_destination_directory = "E:\\lscopy",
        .file_retention_min = builder_num(4320),
        .copy_job_id = "55555555-EEEE-4EEE-8EEE-000000000002",
        .restore_job_id = "55555555-EEEE-4EEE-8EEE-000000000003",
        .restore_mode = builder_num(0),
        .restore_delay_min = builder_num(0),
        .restore_all = builder_num(1),
        .disconnect_users = builder_num(0),
        .restore_threshold_min = builder_num(45),
        .last_restored_latency_min = builder_num(2),
        .monitor_row = builder_num(1),
    };
    add_agent(snapshot, "sqldr1");
    add_job(snapshot, "sqldr1", "copy", "LSCopy_SQLPRI1_mgc", secondary->copy_job_id);
    add_job(snapshot, "sqldr1", "restore", "LSRestore_SQLPRI1_mgc", secondary->restore_job_id);
    builder_run(snapshot, "sqldr1", 1, 2, NULL);
    builder_run(snapshot, "sqldr1", 2, 2, NULL);
}

/* ---- log shipping ---- */

static int64_t set_age_s(struct builder_shipping shipping, int set)
{
    return shipping.backup_age_s + (int64_t)set * BUILDER_INTERVAL_S;
}

static const char *set_file(struct snapshot *snapshot, const char *folder, int64_t age_s)
{
    char iso[UTC_TEXT_BYTES];

    utc_format(BUILDER_NOW_UTC_MS - age_s * 1000, iso);
    return arena_format(snapshot->arena, "%s\\mgc_%.4s%.2s%.2s%.2s%.2s%.2s.trn", folder, iso, iso + 5,
                        iso + 8, iso + 11, iso + 14, iso + 17);
}

static void add_set(struct snapshot *snapshot, const char *producer, struct builder_shipping shipping,
                    int set)
{
    struct backup_fact *backup = builder_add(snapshot, producer, FACT_backup);

    *backup = (struct backup_fact){
        .backup_set_guid = arena_format(snapshot->arena, "77777777-0000-4000-8000-%012d", 1000 - set),
        .type = "L",
        .first_lsn = builder_lsn(set),
        .last_lsn = builder_lsn(set - 1),
        .finished_utc_ms = builder_ago(set_age_s(shipping, set)),
        .is_copy_only = builder_num(0),
        .begins_log_chain = builder_num(0),
        .server_name = upper(snapshot->arena, producer),
        .first_fork_guid = FORK,
        .last_fork_guid = FORK,
        .size_bytes = builder_num(1048576),
        .device = set_file(snapshot, BUILDER_SHARE, set_age_s(shipping, set)),
    };
}

static void add_restore(struct snapshot *snapshot, const char *producer, struct builder_shipping shipping,
                        int set, int64_t age_s)
{
    struct restore_fact *restore = builder_add(snapshot, "sqldr1", FACT_restore);

    *restore = (struct restore_fact){
        .backup_set_guid = arena_format(snapshot->arena, "77777777-0000-4000-8000-%012d", 1000 - set),
        .type = "L",
        .restored_utc_ms = builder_ago(age_s),
        .recovery = builder_num(0),
        .first_lsn = builder_lsn(set),
        .last_lsn = builder_lsn(set - 1),
        .finished_utc_ms = builder_ago(set_age_s(shipping, set)),
        .server_name = upper(snapshot->arena, producer),
        .last_fork_guid = FORK,
    };
}

static void write_secondary(struct snapshot *snapshot, const char *producer, struct builder_shipping shipping)
{
    struct ls_secondary_fact *secondary = &builder_at(snapshot, "sqldr1")->ls_secondary.rows[0];
    struct redo_fact *redo;

    secondary->last_copied_file = set_file(snapshot, "E:\\lscopy", set_age_s(shipping, shipping.copied));
    secondary->last_copied_utc_ms = builder_ago(shipping.copy_age_s);
    secondary->last_restored_file = set_file(snapshot, "E:\\lscopy", set_age_s(shipping, shipping.restored));
    secondary->last_restored_utc_ms = builder_ago(shipping.restore_age_s);
    builder_empty(snapshot, "sqldr1", FACT_restore);
    for (int i = 0; i < 3; i++)
        add_restore(snapshot, producer, shipping, shipping.restored + i,
                    shipping.restore_age_s + (int64_t)i * BUILDER_INTERVAL_S);
    builder_empty(snapshot, "sqldr1", FACT_redo);
    redo = builder_add(snapshot, "sqldr1", FACT_redo);
    redo->redo_start_lsn = redo->redo_start_lsn_max = builder_lsn(shipping.restored - 1);
    redo->redo_start_fork_guid = FORK;
}

void builder_ship(struct snapshot *snapshot, const char *producer, struct builder_shipping shipping)
{
    struct instance_snapshot *instance = builder_at(snapshot, producer);

    builder_empty(snapshot, producer, FACT_backup);
    for (int set = 0; set < BUILDER_SETS; set++)
        add_set(snapshot, producer, shipping, set);
    if (instance->ls_primary.count) {
        instance->ls_primary.rows[0].last_backup_file =
            set_file(snapshot, BUILDER_SHARE, shipping.backup_age_s);
        instance->ls_primary.rows[0].last_backup_utc_ms = builder_ago(shipping.backup_age_s);
    }
    write_secondary(snapshot, producer, shipping);
}

/* ---- the pool ---- */

struct snapshot *builder_healthy(void)
{
    struct snapshot *snapshot = snapshot_new();
    struct witness_fact *witness;

    snapshot->pool = "lyncpc.litwareinc.com";
    snapshot->database = "mgc";
    snapshot->share = BUILDER_SHARE;
    snapshot->taken_utc_ms = BUILDER_NOW_UTC_MS;
    for (size_t i = 0; i < COUNT(instances); i++)
        add_instance(snapshot, i);
    add_database(snapshot, "sqlpri1", "ONLINE");
    add_database(snapshot, "sqlmir1", "RESTORING");
    add_database(snapshot, "sqldr1", "RESTORING");
    add_partner(snapshot, "sqlpri1");
    add_partner(snapshot, "sqlmir1");
    add_recovery(snapshot, "sqlpri1");
    add_mirroring(snapshot, "sqlpri1", "SQLMIR1");
    builder_mask(snapshot, "sqlmir1", FACT_mirroring, SIGHT_DENIED,
                 "the mirror shows its row to a sysadmin only");
    builder_mask(snapshot, "sqldr1", FACT_mirroring, SIGHT_DENIED,
                 "the mirror shows its row to a sysadmin only");
    witness = builder_add(snapshot, "sqlwit1", FACT_witness);
    *witness = (struct witness_fact){.principal_server = "TCP://sqlpri1.litwareinc.com:5022",
                                     .mirror_server = "TCP://sqlmir1.litwareinc.com:5022",
                                     .role_sequence = builder_num(1),
                                     .is_suspended = builder_num(0),
                                     .partner_sync_state = "SYNCHRONIZED"};
    add_secondary(snapshot);
    builder_ship(snapshot, "sqlpri1", (struct builder_shipping){180, 0, 0, 120, 60});
    return snapshot;
}

void builder_fail_over_mirror(struct snapshot *snapshot)
{
    struct instance_snapshot *old = builder_at(snapshot, "sqlpri1"), *new = builder_at(snapshot, "sqlmir1");

    old->database.rows[0].state = "RESTORING";
    new->database.rows[0].state = "ONLINE";
    builder_mask(snapshot, "sqlpri1", FACT_mirroring, SIGHT_DENIED,
                 "the mirror shows its row to a sysadmin only");
    builder_empty(snapshot, "sqlmir1", FACT_mirroring);
    add_mirroring(snapshot, "sqlmir1", "SQLPRI1");
    new->mirroring.rows[0].role_sequence = builder_num(2);
    builder_empty(snapshot, "sqlpri1", FACT_recovery);
    builder_empty(snapshot, "sqlmir1", FACT_recovery);
    add_recovery(snapshot, "sqlmir1");
}

void builder_fail_over_site(struct snapshot *snapshot)
{
    struct instance_snapshot *backup = builder_at(snapshot, "sqldr1");

    backup->database.rows[0].state = "ONLINE";
    builder_empty(snapshot, "sqldr1", FACT_mirroring);
    builder_empty(snapshot, "sqldr1", FACT_ls_secondary);
    builder_empty(snapshot, "sqldr1", FACT_redo);
    builder_empty(snapshot, "sqldr1", FACT_job);
    builder_empty(snapshot, "sqldr1", FACT_recovery);
    builder_empty(snapshot, "sqldr1", FACT_counter);
    add_recovery(snapshot, "sqldr1");
    backup->recovery.rows[0].recovery_fork_guid = "22222222-BBBB-4BBB-8BBB-000000000002";
    backup->recovery.rows[0].fork_point_lsn = builder_lsn(-1);
    add_counters(snapshot, "sqldr1");
}

/* ---- clocks ---- */

/* Imported headers of restored backups keep their producer's time. */
static bool is_own_time(const struct fact_group *group, const struct fact_field *field)
{
    return field->kind == FACT_KIND_UTC &&
           !(group == fact_group(FACT_restore) && strcmp(field->key, "finished_utc") == 0);
}

static void shift_record(void *record, const struct fact_group *group, int64_t ms)
{
    for (size_t i = 0; i < group->field_count; i++) {
        const struct fact_field *field = &group->fields[i];

        if (is_own_time(group, field) && ((struct fact_num *)fact_member(record, field))->known)
            ((struct fact_num *)fact_member(record, field))->value += ms;
    }
}

void builder_skew(struct snapshot *snapshot, const char *name, int64_t ms)
{
    struct instance_snapshot *instance = builder_at(snapshot, name);

    instance->clock_offset_ms.value += ms;
    for (int id = 0; id < FACT_GROUP_COUNT; id++) {
        const struct fact_group *group = fact_group((enum fact_group_id)id);
        struct fact_rows rows = fact_rows_of(instance, (enum fact_group_id)id);

        for (size_t i = 0; i < rows.count; i++)
            shift_record((unsigned char *)rows.rows + i * group->record_bytes, group, ms);
    }
}
