/* Determinism, the whole failover and back, statements, rights, and every fault set and cleared. */
#include "unit/lab/world_fixture.h"

#include <stdio.h>
#include <string.h>

#define MINUTE_S INT64_C(60)

static char *truth_text(struct world *world)
{
    json_t *truth = world_truth(world);
    char *text = json_dumps(truth, JSON_SORT_KEYS);

    json_decref(truth);
    return text;
}

/* --- determinism --- */

static char *story(uint64_t seed, int64_t step_s)
{
    struct world_config config = world_config_default();
    struct world *world;
    char *text;

    config.seed = seed;
    config.history_s = 3600;
    world = world_new(&config);
    fixture_set(world, "mirror_disconnected", NULL, NULL);
    for (int64_t s = 0; s < 1800; s += step_s)
        fixture_pass_s(world, step_s);
    fixture_clear(world, "mirror_disconnected", NULL);
    fixture_set(world, "site_down", "dub", NULL);
    fixture_pass_s(world, 600);
    text = truth_text(world);
    world_free(world);
    return text;
}

static void one_seed_gives_one_world(void **state)
{
    char *a = story(7, 1800), *b = story(7, 1800), *in_steps = story(7, 10), *other = story(8, 1800);

    (void)state;
    assert_string_equal(a, b);
    assert_string_equal(a, in_steps);
    assert_string_not_equal(a, other);
    free(a);
    free(b);
    free(in_steps);
    free(other);
}

/* --- sites --- */

static void a_lost_site_leaves_b_alone(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "site_down", "dub", NULL);
    fixture_pass_s(world, 20 * MINUTE_S);
    assert_int_equal(fixture_writable_count(world), 0);
    assert_int_equal(fixture_mgc(world, "sqldr1")->state, DATABASE_RESTORING);
    assert_non_null(strstr(fixture_last_error(world, "sqldr1", LS_COPY), "Operating system error 53"));
    fixture_clear(world, "site_down", "dub");
    fixture_pass_s(world, 20 * MINUTE_S);
    assert_int_equal(fixture_writable_count(world), 1);
    assert_int_equal(fixture_last_status(world, "sqldr1", LS_RESTORE), LS_SUCCESS);
}

static void overlapping_outages_do_not_undo_each_other(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "instance_down", "sqlmir1", NULL);
    fixture_set(world, "host_down", "sqlwit1", NULL);
    fixture_set(world, "site_down", "primary", NULL);
    fixture_clear(world, "site_down", "dub");
    assert_true(world_instance(world, "sqlmir1")->down);
    assert_true(world_host(world, "sqlwit1")->down);
    assert_false(world_instance(world, "sqlpri1")->down);
    fixture_clear(world, "host_down", "sqlwit1");
    assert_false(world_instance(world, "sqlwit1")->down);
    fixture_set(world, "link_cut", NULL, "from=sqlpri1 to=sqlmir1");
    fixture_set(world, "link_cut", "dub->dub", NULL);
    fixture_clear(world, "link_cut", "dub->dub");
    assert_false(world_reaches(world, world_host(world, "sqlpri1"), world_host(world, "sqlmir1")));
    assert_true(world_reaches(world, world_host(world, "sqlmir1"), world_host(world, "sqlpri1")));
}

static size_t length_of(struct world *world, const char *key)
{
    json_t *truth = world_truth(world);
    size_t length = json_array_size(json_object_get(truth, key));

    json_decref(truth);
    return length;
}

/* Old A's servers come up with what their replicas last heard, and write to it until they hear more. */
static void a_site_that_returns_has_writers_until_its_replicas_learn(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    double overlap_s;

    (void)state;
    fixture_set(world, "site_down", "dub", NULL);
    fixture_act(world, "failover_by_hand", NULL, NULL);
    fixture_pass_s(world, 10 * MINUTE_S);
    assert_int_equal((int)fixture_truth(world, "writer_overlap_s"), 0);
    assert_int_equal((int)length_of(world, "writer_overlaps"), 0);
    fixture_act(world, "old_primary_returned", NULL, NULL);
    fixture_pass_s(world, 10 * MINUTE_S);
    overlap_s = fixture_truth(world, "writer_overlap_s");
    assert_true(overlap_s > 1 && overlap_s < 120);
    assert_true(fixture_truth(world, "writable_overlap_s") > 500);
    assert_true(length_of(world, "writer_overlaps") > 0);
    fixture_pass_s(world, 10 * MINUTE_S);
    assert_true(fixture_truth(world, "writer_overlap_s") == overlap_s);
    assert_true(fixture_truth(world, "instances.sqlpri1.mgc.lost_if_survivor") > 0);
}

/* ... and for as long as they do not. */
static void replicas_that_never_learn_keep_two_copies_written(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "replica_stale", "pc1", NULL);
    fixture_set(world, "site_down", "dub", NULL);
    fixture_act(world, "failover_by_hand", NULL, NULL);
    fixture_pass_s(world, 10 * MINUTE_S);
    fixture_act(world, "old_primary_returned", NULL, NULL);
    fixture_pass_s(world, 10 * MINUTE_S);
    assert_true(fixture_truth(world, "writer_overlap_s") > 500);
}

static const char *oldest_log(const struct host *host)
{
    for (size_t i = 0; i < host->files.count; i++)
        if (host->files.rows[i].sets.count > 0 && host->files.rows[i].sets.rows[0].type == 'L')
            return files_base_name(host->files.rows[i].path);
    return "";
}

/* Its LSBackup goes on as if nothing had happened, and its retention deletes from the share. */
static void a_site_that_returns_backs_up_and_deletes(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    enum os_error error;
    struct host *monitor = world_host(world, "sqldr1");
    char oldest[WORLD_PATH_BYTES];
    size_t files;

    (void)state;
    snprintf(oldest, sizeof(oldest), "\\\\fs1\\pchatls\\%s", oldest_log(world_host(world, "fs1")));
    fixture_set(world, "site_down", "dub", NULL);
    fixture_act(world, "failover_by_hand", NULL, NULL);
    fixture_pass_s(world, 3L * 24 * 60 * MINUTE_S);
    fixture_act(world, "old_primary_returned", NULL, NULL);
    assert_non_null(files_find(world, monitor, oldest, &error));
    files = world_host(world, "fs1")->files.count;
    fixture_pass_s(world, 12 * MINUTE_S);
    assert_int_equal(fixture_last_status(world, "sqlpri1", LS_BACKUP), LS_SUCCESS);
    assert_true(world_host(world, "fs1")->files.count != files);
    assert_null(files_find(world, monitor, oldest, &error));
    assert_int_equal(error, OS_FILE_NOT_FOUND);
}

static void failover_loses_what_was_not_shipped_and_failback_brings_the_rest_home(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    double unshipped;
    struct guid old_id = world_instance(world, "sqldr1")->shipping.secondaries.rows[0].secondary_id;

    (void)state;
    fixture_pass_s(world, 3 * MINUTE_S);
    fixture_set(world, "site_down", "dub", NULL);
    unshipped = fixture_truth(world, "shipping.exposure_share_lost.unshipped_messages");
    assert_true(unshipped > 0);
    fixture_act(world, "failover_by_hand", NULL, NULL);
    assert_true(fixture_truth(world, "instances.sqldr1.mgc.lost_if_survivor") == unshipped);
    assert_int_equal(world_instance(world, "sqldr1")->shipping.secondaries.count, 0);
    assert_false(fixture_mgc(world, "sqldr1")->mirror.configured);
    fixture_pass_s(world, 10 * MINUTE_S);
    assert_int_equal(fixture_writable_count(world), 1);
    assert_true(sessions_in(world_instance(world, "sqldr1"), "mgc") > 0);
    assert_true(fixture_truth(world, "instances.sqldr1.mgc.lost_if_survivor") == unshipped);
    fixture_clear(world, "site_down", "dub");
    assert_int_equal(fixture_writable_count(world), 2); /* the hazard: A comes back writable */
    fixture_act(world, "failback_by_hand", NULL, NULL);
    fixture_pass_s(world, 16 * MINUTE_S);
    assert_int_equal(fixture_writable_count(world), 1);
    assert_true(fixture_truth(world, "instances.sqlpri1.mgc.lost_if_survivor") == unshipped);
    assert_int_equal(fixture_mgc(world, "sqlpri1")->mirror.state, MIRRORING_SYNCHRONIZED);
    assert_int_equal(fixture_last_status(world, "sqldr1", LS_RESTORE), LS_SUCCESS);
    assert_false(
        guid_same(&old_id, &world_instance(world, "sqldr1")->shipping.secondaries.rows[0].secondary_id));
}

static void after_failover_b_can_be_mirrored_to_its_partner(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "site_down", "dub", NULL);
    fixture_act(world, "failover_by_hand", NULL, "mirror=yes");
    fixture_pass_s(world, MINUTE_S);
    assert_int_equal(fixture_mgc(world, "sqldr1")->mirror.state, MIRRORING_SYNCHRONIZED);
    assert_int_equal(fixture_mgc(world, "sqldr2")->mirror.role, ROLE_MIRROR);
    assert_int_equal(fixture_mgc(world, "sqldr2")->state, DATABASE_RESTORING);
}

static void a_tail_backup_moves_everything(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    assert_non_null(strstr(fixture_refused_act(world, "tail_log_backup", NULL, NULL), "1468"));
    fixture_pass_s(world, 3 * MINUTE_S);
    fixture_set(world, "mirror_removed", NULL, NULL);
    fixture_act(world, "run_job", "sqlpri1", "name=LSBackup_mgc");
    fixture_act(world, "tail_log_backup", NULL, NULL);
    assert_int_equal(fixture_mgc(world, "sqlpri1")->state, DATABASE_RESTORING);
    assert_int_equal(fixture_writable_count(world), 0);
}

/* --- statements --- */

static void backup_and_restore_refuse_with_their_numbers(void **state)
{
    static const struct {
        const char *instance, *database, *path;
        bool backup, log, norecovery, recover;
        int number;
    } cases[] = {
        {"sqlpri1", "nothing", "E:\\x.trn", true, true, false, false, 911},
        {"sqlmir1", "mgc", "E:\\x.trn", true, true, false, false, 954},
        {"sqldr1", "mgc", "E:\\x.trn", true, true, false, false, 927},
        {"sqlpri1", "mgc", "E:\\x.trn", true, true, true, false, 1468},
        {"sqlpri1", "mgc", "Q:\\x.trn", true, true, false, false, 3201},
        {"sqlpri1", "mgc", "\\\\nowhere\\x\\x.trn", true, true, false, false, 3201},
        {"sqlpri1", "master", "E:\\x.trn", true, true, false, false, 4208},
        {"sqlpri1", "mgc", "E:\\x.trn", false, true, false, false, 3104},
        {"sqlmir1", "mgc", "E:\\x.trn", false, true, false, false, 3059},
        {"sqldr1", "nothing", "E:\\x.trn", false, true, false, false, 3118},
        {"sqldr1", "mgccomp", "E:\\x.trn", false, true, false, false, 3117},
        {"sqldr1", "mgc", "E:\\none.trn", false, true, false, false, 3201},
        {"sqldr1", "mgccomp", NULL, false, false, false, true, 3153},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(world) struct world *world = fixture_world();
        struct instance *instance = world_instance(world, cases[i].instance);
        struct world_result result;
        const struct backup_request backup = {.database = cases[i].database,
                                              .path = cases[i].path,
                                              .log = cases[i].log,
                                              .norecovery = cases[i].norecovery};
        const struct restore_request restore = {.database = cases[i].database,
                                                .path = cases[i].path,
                                                .log = cases[i].log,
                                                .leave =
                                                    cases[i].recover ? LEAVE_RECOVERY : LEAVE_NORECOVERY};
        sessions_end_in(instance, "mgc", 0);
        if (cases[i].backup)
            world_backup(world, instance, &backup, &result);
        else
            world_restore(world, instance, &restore, &result);
        assert_int_equal(result.number, cases[i].number);
        assert_int_equal(result.messages[result.message_count - 1].number, 3013);
    }
}

static void an_applied_log_is_too_early_and_a_foreign_one_is_refused(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    struct instance *b = world_instance(world, "sqldr1"), *a = world_instance(world, "sqlpri1");
    const struct stored_file *file;
    struct world_result result;
    struct restore_request request = {.database = "mgc", .log = true, .leave = LEAVE_NORECOVERY};

    (void)state;
    request.path = b->shipping.monitor_secondaries.rows[0].last_restored_file;
    world_restore(world, b, &request, &result);
    assert_int_equal(result.number, 4326);
    world_restore_headeronly(world, b, request.path, &file, &result);
    assert_int_equal(result.number, 0);
    assert_true(file->sets.rows[0].last_lsn == fixture_mgc(world, "sqldr1")->redo_start_lsn);
    world_backup(
        world, a,
        &(struct backup_request){.database = "mgccomp", .path = "\\\\fs1\\pchatls\\other.trn", .log = true},
        &result);
    assert_int_equal(result.number, 0);
    request.path = "\\\\fs1\\pchatls\\other.trn";
    world_restore(world, b, &request, &result);
    assert_int_equal(result.number, 3154);
}

static void sp_delete_removes_rows_and_jobs_but_no_file(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    struct instance *b = world_instance(world, "sqldr1");
    size_t files = world_host(world, "sqldr1")->files.count;
    struct world_result result;

    (void)state;
    world_delete_ls_secondary_database(world, b, "mgc", &result);
    assert_int_equal(result.number, 0);
    assert_null(job_find(b, "LSCopy_sqlpri1_mgc"));
    assert_null(job_find(b, "LSRestore_sqlpri1_mgc"));
    assert_int_equal(b->shipping.secondaries.count + b->shipping.monitor_secondaries.count +
                         b->shipping.history_details.count,
                     0);
    assert_int_equal(world_host(world, "sqldr1")->files.count, files);
    assert_int_equal(fixture_mgc(world, "sqldr1")->state, DATABASE_RESTORING);
    world_delete_ls_secondary_database(world, b, "mgc", &result);
    assert_int_not_equal(result.number, 0);
}

static void options_refuse_with_their_numbers(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    static const struct {
        const char *instance;
        enum database_option option;
        int number;
    } cases[] = {
        {"sqlpri1", OPTION_RECOVERY_SIMPLE, 1468}, {"sqlpri1", OPTION_OFFLINE, 1468},
        {"sqldr1", OPTION_SINGLE_USER, 5052},      {"sqlmir1", OPTION_OFFLINE, 5052},
        {"sqlpri1", OPTION_RECOVERY_FULL, 0},
    };
    struct world_result result;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        world_set_option(world, world_instance(world, cases[i].instance), "mgc", cases[i].option, false, 0,
                         &result);
        assert_int_equal(result.number, cases[i].number);
    }
}

static void mirroring_can_be_set_up_by_address(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    struct instance *a = world_instance(world, "sqlpri1"), *mirror = world_instance(world, "sqlmir1");
    struct world_result result;

    (void)state;
    world_set_partner_address(world, a, "mgc", "TCP://sqlmir1.litwareinc.com:5022", &result);
    assert_int_equal(result.number, 1405);
    fixture_set(world, "mirror_removed", NULL, NULL);
    world_set_partner_address(world, a, "mgc", "TCP://nobody.litwareinc.com:5022", &result);
    assert_int_equal(result.number, 1418);
    world_set_partner_address(world, a, "mgc", "TCP://sqlmir1.litwareinc.com:5022", &result);
    assert_int_equal(result.number, 1418); /* the mirror does not expect it yet */
    world_set_partner_address(world, mirror, "mgc", "TCP://sqlpri1.litwareinc.com:5022", &result);
    assert_int_equal(result.number, 0);
    world_set_partner_address(world, a, "mgc", "TCP://sqlmir1.litwareinc.com:5022", &result);
    assert_int_equal(result.number, 0);
    world_set_witness_address(world, a, "mgc", "TCP://sqlwit1.litwareinc.com:7022", &result);
    assert_int_equal(result.number, 0);
    fixture_pass_s(world, 5);
    assert_int_equal(fixture_mgc(world, "sqlpri1")->mirror.state, MIRRORING_SYNCHRONIZED);
    assert_int_equal(fixture_mgc(world, "sqlpri1")->mirror.witness_state, WITNESS_CONNECTED);
}

/* --- rights --- */

static const struct grant view_state = {.grantee = "pchat_monitor", .permission = "VIEW SERVER STATE"};
static const struct grant read_sets = {
    .grantee = "pchat_monitor", .permission = "SELECT", .database = "msdb", .object = "dbo.backupset"};

static struct login *add_monitor(struct instance *instance)
{
    struct world_result result;

    security_create_login(instance, "pchat_monitor", "secret", NULL, "master", &result);
    security_create_user(instance, "msdb", "pchat_monitor", "pchat_monitor", &result);
    security_grant(instance, &view_state, &result);
    security_grant(instance, &read_sets, &result);
    assert_int_equal(result.number, 0);
    return security_login(instance, "pchat_monitor");
}

static void a_login_may_what_it_was_granted(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    struct instance *a = world_instance(world, "sqlpri1");
    const struct login *login = add_monitor(a);

    (void)state;
    assert_true(security_may_server(a, login, "VIEW SERVER STATE"));
    assert_true(security_may_server(a, login, "VIEW ANY DATABASE")); /* through public */
    assert_false(security_may_server(a, login, "VIEW ANY DEFINITION"));
    assert_true(security_may_object(a, login, "SELECT", "msdb", "dbo.backupset"));
    assert_false(security_may_object(a, login, "SELECT", "msdb", "dbo.sysjobs"));
    assert_null(security_user(a, login, "mgc"));
    assert_string_equal(security_user(a, login, "master"), "guest");
    assert_string_equal(security_user(a, security_login(a, "sa"), "mgc"), "dbo");
}

static void denial_wins_and_roles_reach(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    struct instance *a = world_instance(world, "sqlpri1");
    struct login *login = add_monitor(a);
    struct grant denial = read_sets;
    struct world_result result;

    (void)state;
    security_add_member(a, "msdb", "db_datareader", "pchat_monitor", &result);
    assert_true(security_may_object(a, login, "SELECT", "msdb", "dbo.sysjobs"));
    denial.state = GRANT_DENY;
    security_grant(a, &denial, &result);
    assert_false(security_may_object(a, login, "SELECT", "msdb", "dbo.backupset"));
    security_add_member(a, "", "sysadmin", "pchat_monitor", &result);
    assert_true(security_may_object(a, login, "SELECT", "msdb", "dbo.backupset"));
    assert_true(security_may_server(a, login, "CONTROL SERVER"));
    security_create_login(a, "pchat_monitor", "again", NULL, NULL, &result);
    assert_int_equal(result.number, 15025);
}

static void rights_faults_take_and_give_back(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    struct instance *a = world_instance(world, "sqlpri1");
    struct login *login = add_monitor(a);

    (void)state;
    fixture_set(world, "wrong_password", "sqlpri1", NULL);
    assert_string_not_equal(login->password, "secret");
    fixture_clear(world, "wrong_password", "sqlpri1");
    assert_string_equal(login->password, "secret");
    fixture_set(world, "right_revoked", "sqlpri1", "permission=SELECT database=msdb object=dbo.backupset");
    assert_false(security_may_object(a, login, "SELECT", "msdb", "dbo.backupset"));
    fixture_clear(world, "right_revoked", "sqlpri1");
    assert_true(security_may_object(a, login, "SELECT", "msdb", "dbo.backupset"));
    assert_non_null(
        strstr(fixture_refused_set(world, "right_revoked", "sqlpri1", "permission=BACKUP"), "no grant"));
}

/* --- faults as a table --- */

static const char *target_for(const struct fault_info *info)
{
    static const char *const by_kind[] = {[TARGET_INSTANCE] = "sqlmir1",
                                          [TARGET_HOST] = "sqlmir1",
                                          [TARGET_SITE] = "red",
                                          [TARGET_LINK] = "sqldr1->fs1"};

    return info->default_target || info->target == TARGET_NONE ? NULL : by_kind[info->target];
}

/* Needs something before it can be set. */
static void make_ready(struct world *world, const char *fault)
{
    static const struct {
        const char *fault, *needs, *act;
    } table[] = {{"recovery_simple", "mirror_removed", NULL},
                 {"readers_on_secondary", NULL, "standby_secondary"}};

    for (size_t i = 0; i < COUNT(table); i++) {
        if (strcmp(table[i].fault, fault) != 0)
            continue;
        if (table[i].needs)
            fixture_set(world, table[i].needs, NULL, NULL);
        if (table[i].act)
            fixture_act(world, table[i].act, NULL, NULL);
    }
}

static void every_fault_can_be_set_and_cleared(void **state)
{
    const struct fault_info *info;

    (void)state;
    for (size_t i = 0; (info = world_fault_info(i)); i++) {
        AUTO(world) struct world *world = fixture_world();
        const char *name;
        add_monitor(world_instance(world, "sqlmir1"));
        make_ready(world, info->name);
        fixture_set(world, info->name, target_for(info), NULL);
        name = world_fault_name(world, world_fault_count(world) - 1, &(const char *){NULL});
        assert_string_equal(name, info->name);
        assert_non_null(
            strstr(fixture_refused_set(world, info->name, target_for(info), NULL), "already set"));
        fixture_pass_s(world, 10 * MINUTE_S);
        fixture_clear(world, info->name, NULL);
        fixture_pass_s(world, 10 * MINUTE_S);
        assert_true(*info->help != '\0');
    }
    assert_true(world_act_info(0) != NULL);
}

static void nonsense_is_refused(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    static const struct {
        const char *fault, *target, *params, *says;
    } cases[] = {
        {"nothing", NULL, NULL, "no fault"},
        {"instance_down", NULL, NULL, "needs a target"},
        {"instance_down", "sqlpri9", NULL, "no instance"},
        {"site_down", "paris", NULL, "no site"},
        {"clock_skew", "sqlpri9", NULL, "no host"},
        {"link_cut", "a->b", NULL, "names no link"},
        {"slow", "sqlpri1", "ms=soon", "whole number"},
        {"slow", "sqlpri1", "speed=3", "no parameter"},
        {"backup_job", NULL, "how=gone", "unknown"},
        {"backup_job", "sqldr2", NULL, "no such job"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_non_null(strstr(fixture_refused_set(world, cases[i].fault, cases[i].target, cases[i].params),
                               cases[i].says));
    assert_int_equal(world_fault_count(world), 0);
}

static void wire_faults_are_flags_for_the_wire(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    const struct wire_fault *wire = &world_instance(world, "sqldr1")->wire;

    (void)state;
    fixture_set(world, "slow", "sqldr1", "ms=750");
    fixture_set(world, "cut_after", "sqldr1", "bytes=0");
    fixture_set(world, "certificate_expired", "sqldr1", NULL);
    assert_int_equal(wire->slow_ms, 750);
    assert_int_equal(wire->cut_after_bytes, 0);
    assert_true(wire->certificate_expired);
    fixture_clear(world, "cut_after", "sqldr1");
    assert_int_equal(wire->cut_after_bytes, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_seed_gives_one_world),
        cmocka_unit_test(a_lost_site_leaves_b_alone),
        cmocka_unit_test(overlapping_outages_do_not_undo_each_other),
        cmocka_unit_test(a_site_that_returns_has_writers_until_its_replicas_learn),
        cmocka_unit_test(replicas_that_never_learn_keep_two_copies_written),
        cmocka_unit_test(a_site_that_returns_backs_up_and_deletes),
        cmocka_unit_test(failover_loses_what_was_not_shipped_and_failback_brings_the_rest_home),
        cmocka_unit_test(after_failover_b_can_be_mirrored_to_its_partner),
        cmocka_unit_test(a_tail_backup_moves_everything),
        cmocka_unit_test(backup_and_restore_refuse_with_their_numbers),
        cmocka_unit_test(an_applied_log_is_too_early_and_a_foreign_one_is_refused),
        cmocka_unit_test(sp_delete_removes_rows_and_jobs_but_no_file),
        cmocka_unit_test(options_refuse_with_their_numbers),
        cmocka_unit_test(mirroring_can_be_set_up_by_address),
        cmocka_unit_test(a_login_may_what_it_was_granted),
        cmocka_unit_test(denial_wins_and_roles_reach),
        cmocka_unit_test(rights_faults_take_and_give_back),
        cmocka_unit_test(every_fault_can_be_set_and_cleared),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(wire_faults_are_flags_for_the_wire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
