/* Log shipping, row by row of the reference's table "Situation -> what you see from SQL". */
#include "lab/world/shipping_setup.h"
#include "unit/lab/world_fixture.h"

#include <string.h>
#include <strings.h>

#define MINUTE_S INT64_C(60)
#define HOUR_S   INT64_C(3600)

static struct ls_monitor_primary *monitor_of(struct world *world, const char *instance)
{
    return &world_instance(world, instance)->shipping.monitor_primaries.rows[0];
}

static struct ls_monitor_secondary *monitor_of_b(struct world *world)
{
    return &world_instance(world, "sqldr1")->shipping.monitor_secondaries.rows[0];
}

static struct ls_secondary_database *secondary_of(struct world *world)
{
    return &world_instance(world, "sqldr1")->shipping.secondary_databases.rows[0];
}

static int64_t age_s(struct world *world, const char *instance, int64_t utc_ms)
{
    return (world_getutcdate(world, world_instance(world, instance)) - utc_ms) / 1000;
}

static int64_t backup_age_s(struct world *world, const char *instance)
{
    return age_s(world, instance, monitor_of(world, instance)->last_backup_date_utc);
}

static int64_t copy_age_s(struct world *world)
{
    return age_s(world, "sqldr1", monitor_of_b(world)->last_copied_date_utc);
}

static int64_t restore_age_s(struct world *world)
{
    return age_s(world, "sqldr1", monitor_of_b(world)->last_restored_date_utc);
}

static const char *last_copied(struct world *world)
{
    return files_base_name(monitor_of_b(world)->last_copied_file);
}

static const char *last_restored(struct world *world)
{
    return files_base_name(monitor_of_b(world)->last_restored_file);
}

static const char *last_backup(struct world *world, const char *instance)
{
    return files_base_name(monitor_of(world, instance)->last_backup_file);
}

static bool job_row(struct world *world, const char *instance, const char *name, enum run_status *ret_status)
{
    struct instance *own = world_instance(world, instance);
    const struct job *job = job_find(own, name);

    for (size_t i = own->agent.histories.count; job && i-- > 0;)
        if (guid_same(&own->agent.histories.rows[i].job_id, &job->job_id) &&
            own->agent.histories.rows[i].step_id == 0) {
            *ret_status = own->agent.histories.rows[i].run_status;
            return true;
        }
    return false;
}

/* --- healthy --- */

static void healthy_rows(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    const struct instance *a = world_instance(world, "sqlpri1"), *mirror = world_instance(world, "sqlmir1");
    const struct instance *b = world_instance(world, "sqldr1");

    (void)state;
    fixture_pass_s(world, 4 * MINUTE_S);
    assert_in_range(backup_age_s(world, "sqlpri1"), 0, 300);
    assert_in_range(copy_age_s(world), 0, 301);
    assert_in_range(restore_age_s(world), 0, 301);
    assert_string_equal(last_copied(world), last_backup(world, "sqlpri1"));
    assert_string_equal(last_restored(world), last_copied(world));
    assert_int_equal(fixture_last_status(world, "sqlpri1", LS_BACKUP), LS_SUCCESS);
    assert_int_equal(fixture_last_status(world, "sqldr1", LS_COPY), LS_SUCCESS);
    assert_int_equal(fixture_last_status(world, "sqldr1", LS_RESTORE), LS_SUCCESS);
    assert_int_equal(a->shipping.error_details.count + mirror->shipping.error_details.count +
                         b->shipping.error_details.count,
                     0);
    assert_int_equal(fixture_mgc(world, "sqldr1")->state, DATABASE_RESTORING);
    assert_false(fixture_mgc(world, "sqldr1")->mirror.configured);
    assert_true(fixture_mgc(world, "sqldr1")->redo_start_lsn > 0);
    assert_int_equal(b->restore_histories.count + 1, b->backup_sets.count + 1);
}

static void each_server_has_its_own_rows(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    static const struct {
        const char *instance;
        size_t primaries, secondaries, alert_jobs;
    } cases[] = {{"sqlpri1", 1, 0, 1},
                 {"sqlmir1", 1, 0, 1},
                 {"sqldr1", 0, 1, 1},
                 {"sqldr2", 0, 0, 0},
                 {"sqlwit1", 0, 0, 0}};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct shipping *shipping = &world_instance(world, cases[i].instance)->shipping;
        assert_int_equal(shipping->primary_databases.count, cases[i].primaries);
        assert_int_equal(shipping->primary_secondaries.count, cases[i].primaries);
        assert_int_equal(shipping->monitor_primaries.count, cases[i].primaries);
        assert_int_equal(shipping->secondaries.count, cases[i].secondaries);
        assert_int_equal(shipping->secondary_databases.count, cases[i].secondaries);
        assert_int_equal(shipping->monitor_secondaries.count, cases[i].secondaries);
        assert_int_equal(!guid_is_null(&shipping->alert_job_id), cases[i].alert_jobs);
    }
    assert_false(guid_same(&world_instance(world, "sqlpri1")->shipping.primary_databases.rows[0].primary_id,
                           &world_instance(world, "sqlmir1")->shipping.primary_databases.rows[0].primary_id));
}

static void the_backup_job_on_the_mirror_succeeds_without_a_backup(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    size_t sets = world_instance(world, "sqlmir1")->backup_sets.count;
    enum run_status status = RUN_FAILED;

    (void)state;
    fixture_pass_s(world, HOUR_S);
    assert_true(job_row(world, "sqlmir1", "LSBackup_mgc", &status));
    assert_int_equal(status, RUN_SUCCEEDED);
    assert_int_equal(fixture_last_status(world, "sqlmir1", LS_BACKUP), LS_SUCCESS);
    assert_int_equal(world_instance(world, "sqlmir1")->backup_sets.count, sets);
    assert_true(backup_age_s(world, "sqlmir1") > 24 * HOUR_S);
}

/* --- jobs that do not work --- */

static void a_job_can_be_broken_in_many_ways(void **state)
{
    static const struct {
        const char *how;
        bool enabled, scheduled, runs;
    } cases[] = {
        {"how=stopped", true, true, false},   {"how=failing", true, true, true},
        {"how=disabled", false, true, false}, {"how=unscheduled", true, false, false},
        {"how=hanging", true, true, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(world) struct world *world = fixture_world();
        struct instance *a = world_instance(world, "sqlpri1");
        size_t sets;
        const struct job *job;
        fixture_pass_s(world, 30);
        sets = a->backup_sets.count;
        fixture_set(world, "backup_job", "sqlpri1", cases[i].how);
        fixture_pass_s(world, HOUR_S);
        job = job_find(a, "LSBackup_mgc");
        assert_int_equal(job->enabled, cases[i].enabled);
        assert_int_equal(job->schedule_id != 0, cases[i].scheduled);
        assert_int_equal(a->backup_sets.count, sets);
        assert_true(backup_age_s(world, "sqlpri1") >= HOUR_S);
        assert_int_equal(fixture_last_status(world, "sqlpri1", LS_BACKUP) == LS_ERROR, cases[i].runs);
        fixture_clear(world, "backup_job", "sqlpri1");
        fixture_pass_s(world, 10 * MINUTE_S);
        assert_true(a->backup_sets.count > sets);
        assert_in_range(backup_age_s(world, "sqlpri1"), 0, 301);
    }
}

static void backup_stopped_lets_b_run_dry(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "backup_job", NULL, "how=failing");
    fixture_pass_s(world, 70 * MINUTE_S);
    assert_int_equal(fixture_mgc(world, "sqlpri1")->log_reuse_wait, REUSE_LOG_BACKUP);
    assert_string_equal(last_copied(world), last_backup(world, "sqlpri1"));
    assert_string_equal(last_restored(world), last_copied(world));
    assert_int_equal(fixture_last_status(world, "sqldr1", LS_RESTORE), LS_SUCCESS);
    assert_true(fixture_last_run_says(world, "sqldr1", LS_RESTORE, "Could not find a log backup file"));
    assert_true(restore_age_s(world) > HOUR_S);
    assert_true(fixture_truth(world, "shipping.exposure_share_lost.newest_log_age_s") > HOUR_S);
    assert_int_equal((int)fixture_truth(world, "shipping.backlog.files"), 0);
}

static void copy_stopped_costs_exposure_not_backlog(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "copy_job", NULL, NULL);
    fixture_pass_s(world, HOUR_S);
    assert_true(strcasecmp(last_copied(world), last_backup(world, "sqlpri1")) < 0);
    assert_string_equal(last_restored(world), last_copied(world));
    assert_true(fixture_last_run_says(world, "sqldr1", LS_RESTORE, "Could not find a log backup file"));
    assert_true(fixture_truth(world, "shipping.exposure_share_lost.newest_log_age_s") >= HOUR_S);
    assert_true(fixture_truth(world, "shipping.exposure_share_kept.newest_log_age_s") < 6 * MINUTE_S);
    assert_int_equal((int)fixture_truth(world, "shipping.backlog.files"), 0);
}

static void restore_stopped_costs_backlog_not_exposure(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    int latency = monitor_of_b(world)->last_restored_latency;
    lsn_t redo = fixture_mgc(world, "sqldr1")->redo_start_lsn;

    (void)state;
    fixture_set(world, "restore_job", NULL, NULL);
    fixture_pass_s(world, HOUR_S);
    assert_string_equal(last_copied(world), last_backup(world, "sqlpri1"));
    assert_true(strcasecmp(last_restored(world), last_copied(world)) < 0);
    assert_int_equal(monitor_of_b(world)->last_restored_latency, latency);
    assert_true(fixture_mgc(world, "sqldr1")->redo_start_lsn == redo);
    assert_true(fixture_truth(world, "shipping.exposure_share_lost.newest_log_age_s") < 12 * MINUTE_S);
    assert_in_range((int)fixture_truth(world, "shipping.backlog.files"), 11, 13);
    fixture_clear(world, "restore_job", NULL);
    fixture_pass_s(world, 10 * MINUTE_S);
    assert_true((int)fixture_truth(world, "shipping.backlog.files") <= 1);
}

static void lateness_raises_the_alerts(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    const struct instance *a = world_instance(world, "sqlpri1"), *b = world_instance(world, "sqldr1");
    enum run_status status = RUN_SUCCEEDED;

    (void)state;
    fixture_set(world, "backup_job", NULL, NULL);
    fixture_pass_s(world, 70 * MINUTE_S);
    assert_int_equal(a->error_log.rows[a->error_log.count - 1].number, 14420);
    assert_int_equal(b->error_log.rows[b->error_log.count - 1].number, 14421);
    assert_true(job_row(world, "sqldr1", "LSAlert_SQLDR1", &status));
    assert_int_equal(status, RUN_FAILED);
}

static void a_stopped_agent_is_silent(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    struct instance *b = world_instance(world, "sqldr1");
    size_t history, alerts;
    int session = b->agent.session_id;

    (void)state;
    fixture_pass_s(world, 30);
    fixture_set(world, "agent_stopped", "sqldr1", NULL);
    history = b->agent.histories.count;
    alerts = b->error_log.count;
    fixture_pass_s(world, HOUR_S);
    assert_false(b->agent.running);
    assert_int_equal(b->agent.histories.count, history);
    assert_int_equal(b->error_log.count, alerts);
    assert_true(copy_age_s(world) > 50 * MINUTE_S && restore_age_s(world) > 50 * MINUTE_S);
    fixture_clear(world, "agent_stopped", "sqldr1");
    assert_int_equal(b->agent.session_id, session + 1);
    fixture_pass_s(world, 10 * MINUTE_S);
    assert_in_range(restore_age_s(world), 0, 301);
}

static void an_old_agent_session_keeps_a_running_row(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    const struct agent *agent = &world_instance(world, "sqldr1")->agent;
    size_t running = 0;

    (void)state;
    fixture_set(world, "old_agent_session", "sqldr1", NULL);
    for (size_t i = 0; i < agent->activities.count; i++)
        running += agent->activities.rows[i].session_id < agent->session_id &&
                   agent->activities.rows[i].start_execution_date != SQL_NULL_DATE &&
                   agent->activities.rows[i].stop_execution_date == SQL_NULL_DATE;
    assert_int_equal(running, 1);
    fixture_clear(world, "old_agent_session", "sqldr1");
}

/* --- storage --- */

static void storage_faults_speak_with_real_numbers(void **state)
{
    static const struct {
        const char *fault, *target, *instance;
        enum ls_agent_type type;
        const char *error;
    } cases[] = {
        {"share_unreachable", NULL, "sqlpri1", LS_BACKUP,
         "Operating system error 53(The network path was not found.)"},
        {"share_unreachable", NULL, "sqldr1", LS_COPY, "Operating system error 53"},
        {"share_read_only", NULL, "sqlpri1", LS_BACKUP, "Operating system error 5(Access is denied.)"},
        {"share_full", NULL, "sqlpri1", LS_BACKUP, "112(There is not enough space on the disk.)"},
        {"copy_disk_full", "sqldr1", "sqldr1", LS_COPY, "Operating system error 112"},
        {"db_volume_full", "sqldr1", "sqldr1", LS_RESTORE, "There is insufficient free space"},
        {"link_cut", "sqldr1->fs1", "sqldr1", LS_COPY, "Operating system error 53"},
        {"link_cut", "fs1->sqlpri1", "sqlpri1", LS_BACKUP, "Operating system error 53"},
        {"file_corrupted", NULL, "sqldr1", LS_RESTORE, "Damage to the backup set was detected."},
        {"file_truncated", NULL, "sqldr1", LS_RESTORE, "is incorrectly formed"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(world) struct world *world = fixture_world();
        fixture_set(world, cases[i].fault, cases[i].target, NULL);
        fixture_pass_s(world, 20 * MINUTE_S);
        assert_int_equal(fixture_last_status(world, cases[i].instance, cases[i].type), LS_ERROR);
        assert_non_null(strstr(fixture_last_error(world, cases[i].instance, cases[i].type), cases[i].error));
        fixture_clear(world, cases[i].fault, cases[i].target);
        fixture_pass_s(world, 20 * MINUTE_S);
        assert_int_equal(fixture_last_status(world, cases[i].instance, cases[i].type), LS_SUCCESS);
        assert_string_equal(last_restored(world), last_copied(world));
        assert_in_range(restore_age_s(world), 0, 301);
    }
}

static void a_full_copy_disk_leaves_a_work_file(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    const struct host *host = world_host(world, "sqldr1");
    size_t work_files = 0;

    (void)state;
    fixture_set(world, "copy_disk_full", "sqldr1", NULL);
    fixture_pass_s(world, 10 * MINUTE_S);
    for (size_t i = 0; i < host->files.count; i++)
        work_files += strstr(host->files.rows[i].path, ".wrk") != NULL;
    assert_int_equal(work_files, 1);
}

static void a_full_log_stops_the_users_while_roles_look_well(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    size_t written;

    (void)state;
    fixture_set(world, "log_full", NULL, NULL);
    written = world->lineage.messages.count;
    fixture_pass_s(world, 60);
    assert_int_equal(world->lineage.messages.count, written);
    assert_true(world->messages_refused >= 29);
    assert_int_equal(fixture_mgc(world, "sqlpri1")->state, DATABASE_ONLINE);
    assert_int_equal(fixture_mgc(world, "sqlpri1")->log_used_bytes,
                     fixture_mgc(world, "sqlpri1")->log_size_bytes);
}

/* --- the chain --- */

static void an_ad_hoc_log_backup_breaks_the_chain_until_it_is_restored(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    const struct instance *a = world_instance(world, "sqlpri1");
    char path[WORLD_PATH_BYTES + 32];

    (void)state;
    fixture_pass_s(world, MINUTE_S);
    fixture_act(world, "ad_hoc_log_backup", NULL, NULL);
    snprintf(path, sizeof path, "host=sqlpri1 path=%s",
             a->backup_sets.rows[a->backup_sets.count - 1].physical_device_name);
    fixture_pass_s(world, 20 * MINUTE_S);
    assert_int_equal(fixture_last_status(world, "sqldr1", LS_RESTORE), LS_ERROR);
    assert_non_null(strstr(fixture_last_error(world, "sqldr1", LS_RESTORE), "too recent to apply"));
    assert_int_equal(fixture_last_status(world, "sqldr1", LS_COPY), LS_SUCCESS);
    assert_true(fixture_truth(world, "shipping.exposure_share_kept.usable_age_s") >
                fixture_truth(world, "shipping.exposure_share_kept.newest_log_age_s"));
    fixture_act(world, "restore_log", NULL, path);
    fixture_pass_s(world, 6 * MINUTE_S);
    assert_int_equal(fixture_last_status(world, "sqldr1", LS_RESTORE), LS_SUCCESS);
    assert_string_equal(last_restored(world), last_copied(world));
}

static void a_copy_only_log_backup_breaks_nothing(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_act(world, "ad_hoc_log_backup", NULL, "copy_only=yes");
    fixture_pass_s(world, 20 * MINUTE_S);
    assert_int_equal(fixture_last_status(world, "sqldr1", LS_RESTORE), LS_SUCCESS);
    assert_in_range(restore_age_s(world), 0, 301);
}

static void a_file_deleted_early_breaks_the_chain_for_good(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "file_deleted_early", NULL, NULL);
    fixture_pass_s(world, 20 * MINUTE_S);
    assert_non_null(strstr(fixture_last_error(world, "sqldr1", LS_RESTORE), "too recent to apply"));
    fixture_clear(world, "file_deleted_early", NULL);
    fixture_pass_s(world, 20 * MINUTE_S);
    assert_int_equal(fixture_last_status(world, "sqldr1", LS_RESTORE), LS_ERROR);
}

static void simple_and_back_stops_backups_until_a_full_one(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    const struct instance *a = world_instance(world, "sqlpri1");

    (void)state;
    assert_non_null(strstr(fixture_refused_set(world, "recovery_simple", NULL, NULL), "1468"));
    fixture_set(world, "mirror_removed", NULL, NULL);
    fixture_set(world, "recovery_simple", NULL, NULL);
    fixture_pass_s(world, 10 * MINUTE_S);
    assert_non_null(strstr(fixture_last_error(world, "sqlpri1", LS_BACKUP), "recovery model is SIMPLE"));
    fixture_clear(world, "recovery_simple", NULL);
    fixture_pass_s(world, 10 * MINUTE_S);
    assert_non_null(strstr(fixture_last_error(world, "sqlpri1", LS_BACKUP), "no current database backup"));
    assert_true(fixture_mgc(world, "sqlpri1")->last_log_backup_lsn == 0);
    fixture_act(world, "full_backup", NULL, NULL);
    fixture_pass_s(world, 10 * MINUTE_S);
    assert_int_equal(fixture_last_status(world, "sqlpri1", LS_BACKUP), LS_SUCCESS);
    assert_non_null(strstr(fixture_last_error(world, "sqldr1", LS_RESTORE), "too recent to apply"));
    for (size_t i = 0; i < a->backup_sets.count; i++)
        if (a->backup_sets.rows[i].begins_log_chain)
            return;
    fail_msg("no backup begins a chain");
}

/* --- the secondary --- */

static void a_secondary_in_standby_is_online_and_read_only(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    const struct database *mgc = fixture_mgc(world, "sqldr1");

    (void)state;
    assert_non_null(
        strstr(fixture_refused_set(world, "readers_on_secondary", NULL, NULL), "standby_secondary"));
    fixture_act(world, "standby_secondary", NULL, NULL);
    fixture_pass_s(world, 10 * MINUTE_S);
    assert_int_equal(mgc->state, DATABASE_ONLINE);
    assert_true(mgc->is_in_standby && mgc->is_read_only && mgc->redo_start_lsn == 0);
    assert_false(database_is_writable(mgc));
    assert_true(secondary_of(world)->restore_mode);
    assert_int_equal(fixture_last_status(world, "sqldr1", LS_RESTORE), LS_SUCCESS);
    fixture_set(world, "readers_on_secondary", NULL, "count=3");
    fixture_pass_s(world, 10 * MINUTE_S);
    assert_non_null(
        strstr(fixture_last_error(world, "sqldr1", LS_RESTORE), "Exclusive access could not be obtained"));
    assert_int_equal(sessions_in(world_instance(world, "sqldr1"), "mgc"), 3);
    fixture_act(world, "kill_readers", NULL, NULL);
    fixture_pass_s(world, 10 * MINUTE_S);
    assert_int_equal(fixture_last_status(world, "sqldr1", LS_RESTORE), LS_SUCCESS);
}

static void a_recovered_secondary_is_a_second_writable_copy(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    const struct instance *b = world_instance(world, "sqldr1");

    (void)state;
    fixture_act(world, "recover_secondary", NULL, NULL);
    fixture_pass_s(world, 10 * MINUTE_S);
    assert_int_equal(fixture_writable_count(world), 2);
    assert_int_equal(b->shipping.secondary_databases.count, 1);
    assert_non_null(
        strstr(fixture_last_error(world, "sqldr1", LS_RESTORE), "no files are ready to rollforward"));
    assert_true(b->restore_histories.rows[b->restore_histories.count - 1].recovery);
    assert_true(fixture_mgc(world, "sqldr1")->redo_start_lsn == 0);
    assert_false(guid_same(&fixture_mgc(world, "sqldr1")->recovery_fork_guid,
                           &fixture_mgc(world, "sqlpri1")->recovery_fork_guid));
    assert_true(
        guid_same(&fixture_mgc(world, "sqldr1")->family_guid, &fixture_mgc(world, "sqlpri1")->family_guid));
}

/* --- two primaries --- */

static void after_a_mirror_failover_the_other_partner_ships(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    const struct instance *b = world_instance(world, "sqldr1");

    (void)state;
    fixture_act(world, "mirror_failover", NULL, NULL);
    fixture_pass_s(world, 20 * MINUTE_S);
    assert_in_range(backup_age_s(world, "sqlmir1"), 0, 301);
    assert_int_equal(fixture_last_status(world, "sqldr1", LS_RESTORE), LS_SUCCESS);
    assert_in_range(restore_age_s(world), 0, 301);
    assert_string_equal(b->backup_sets.rows[b->backup_sets.count - 1].server_name, "SQLMIR1");
    assert_string_equal(b->shipping.secondaries.rows[0].primary_server, "sqlpri1");
}

static void without_log_shipping_on_the_mirror_files_stop_after_failover(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "ls_mirror_missing", NULL, NULL);
    assert_int_equal(world_instance(world, "sqlmir1")->shipping.primary_databases.count, 0);
    assert_null(job_find(world_instance(world, "sqlmir1"), "LSBackup_mgc"));
    fixture_act(world, "mirror_failover", NULL, NULL);
    fixture_pass_s(world, HOUR_S);
    assert_true(copy_age_s(world) > 50 * MINUTE_S);
    assert_true(fixture_truth(world, "shipping.exposure_share_kept.newest_log_age_s") > 50 * MINUTE_S);
}

static void forced_service_behind_b_is_an_inconsistent_path(void **state)
{
    AUTO(world) struct world *world = fixture_world_without_witness();

    (void)state;
    fixture_set(world, "mirror_disconnected", NULL, NULL);
    fixture_pass_s(world, 20 * MINUTE_S);
    fixture_set(world, "instance_down", "sqlpri1", NULL);
    fixture_act(world, "force_service", "sqlmir1", NULL);
    fixture_pass_s(world, HOUR_S);
    assert_non_null(
        strstr(fixture_last_error(world, "sqldr1", LS_RESTORE), "recovery path that is inconsistent"));
}

static void forced_service_ahead_of_b_goes_on(void **state)
{
    AUTO(world) struct world *world = fixture_world_without_witness();

    (void)state;
    fixture_set(world, "instance_down", "sqlpri1", NULL);
    fixture_pass_s(world, 20);
    fixture_act(world, "force_service", "sqlmir1", NULL);
    fixture_pass_s(world, HOUR_S);
    assert_int_equal(fixture_last_status(world, "sqldr1", LS_RESTORE), LS_SUCCESS);
    assert_in_range(restore_age_s(world), 0, 301);
    assert_true(guid_same(&fixture_mgc(world, "sqldr1")->recovery_fork_guid,
                          &fixture_mgc(world, "sqlmir1")->recovery_fork_guid));
}

static void settings_can_differ_between_the_partners(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    const struct ls_primary_database *row =
        &world_instance(world, "sqlmir1")->shipping.primary_databases.rows[0];

    (void)state;
    fixture_set(world, "ls_settings_differ", NULL, "retention=60 share=\\\\other\\place");
    assert_int_equal(row->backup_retention_period, 60);
    assert_string_equal(row->backup_share, "\\\\other\\place");
    fixture_clear(world, "ls_settings_differ", NULL);
    assert_int_equal(row->backup_retention_period, 4320);
}

static void the_share_can_live_on_the_primary(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "share_on_primary", NULL, NULL);
    fixture_pass_s(world, 20 * MINUTE_S);
    assert_in_range(restore_age_s(world), 0, 301);
    fixture_set(world, "host_down", "sqlpri1", NULL);
    fixture_pass_s(world, 20 * MINUTE_S);
    assert_int_equal(fixture_mgc(world, "sqlmir1")->state, DATABASE_ONLINE);
    assert_non_null(strstr(fixture_last_error(world, "sqlmir1", LS_BACKUP), "Operating system error 53"));
}

/* --- retention --- */

static size_t backup_files(struct world *world, const char *host)
{
    const struct host *own = world_host(world, host);
    size_t count = 0;

    for (size_t i = 0; i < own->files.count; i++)
        count += strstr(own->files.rows[i].path, ".trn") != NULL;
    return count;
}

static void retention_deletes_old_files_on_both_sides(void **state)
{
    struct world_config config = world_config_default();
    struct world *world;

    (void)state;
    config.retention_minutes = 60;
    world = world_new(&config);
    assert_in_range(backup_files(world, "fs1"), 12, 14);
    assert_in_range(backup_files(world, "sqldr1"), 12, 14);
    world_free(world);
}

static void what_was_not_restored_is_not_deleted_from_the_copy_folder(void **state)
{
    struct world_config config = world_config_default();
    struct world *world;

    (void)state;
    config.retention_minutes = 60;
    world = world_new(&config);
    fixture_act(world, "recover_secondary", NULL, NULL);
    fixture_pass_s(world, 3 * HOUR_S);
    assert_true(backup_files(world, "sqldr1") >= 36);
    world_free(world);
}

/* --- clocks --- */

static void columns_are_written_with_the_writers_clock(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    const struct ls_monitor_secondary *row;

    (void)state;
    fixture_set(world, "time_zone", "sqldr1", "minutes=-480");
    fixture_set(world, "clock_skew", "sqlpri1", "seconds=600");
    fixture_pass_s(world, 20 * MINUTE_S);
    row = monitor_of_b(world);
    assert_int_equal(row->last_restored_date - row->last_restored_date_utc, -480LL * 60000);
    assert_true(row->last_restored_latency < 0);
    assert_true(monitor_of(world, "sqlpri1")->last_backup_date_utc > world->now_utc_ms);
}

static void monitor_rows_can_be_stale_or_orphaned(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "monitor_row_stale", NULL, NULL);
    fixture_pass_s(world, HOUR_S);
    assert_true(restore_age_s(world) > 50 * MINUTE_S);
    assert_int_equal(fixture_last_status(world, "sqldr1", LS_RESTORE), LS_SUCCESS);
    assert_string_not_equal(secondary_of(world)->last_restored_file, monitor_of_b(world)->last_restored_file);
    fixture_clear(world, "monitor_row_stale", NULL);
    fixture_set(world, "monitor_row_stale", NULL, "how=orphan");
    assert_int_equal(world_instance(world, "sqldr1")->shipping.monitor_secondaries.count, 2);
    fixture_clear(world, "monitor_row_stale", NULL);
    assert_int_equal(world_instance(world, "sqldr1")->shipping.monitor_secondaries.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(healthy_rows),
        cmocka_unit_test(each_server_has_its_own_rows),
        cmocka_unit_test(the_backup_job_on_the_mirror_succeeds_without_a_backup),
        cmocka_unit_test(a_job_can_be_broken_in_many_ways),
        cmocka_unit_test(backup_stopped_lets_b_run_dry),
        cmocka_unit_test(copy_stopped_costs_exposure_not_backlog),
        cmocka_unit_test(restore_stopped_costs_backlog_not_exposure),
        cmocka_unit_test(lateness_raises_the_alerts),
        cmocka_unit_test(a_stopped_agent_is_silent),
        cmocka_unit_test(an_old_agent_session_keeps_a_running_row),
        cmocka_unit_test(storage_faults_speak_with_real_numbers),
        cmocka_unit_test(a_full_copy_disk_leaves_a_work_file),
        cmocka_unit_test(a_full_log_stops_the_users_while_roles_look_well),
        cmocka_unit_test(an_ad_hoc_log_backup_breaks_the_chain_until_it_is_restored),
        cmocka_unit_test(a_copy_only_log_backup_breaks_nothing),
        cmocka_unit_test(a_file_deleted_early_breaks_the_chain_for_good),
        cmocka_unit_test(simple_and_back_stops_backups_until_a_full_one),
        cmocka_unit_test(a_secondary_in_standby_is_online_and_read_only),
        cmocka_unit_test(a_recovered_secondary_is_a_second_writable_copy),
        cmocka_unit_test(after_a_mirror_failover_the_other_partner_ships),
        cmocka_unit_test(without_log_shipping_on_the_mirror_files_stop_after_failover),
        cmocka_unit_test(forced_service_behind_b_is_an_inconsistent_path),
        cmocka_unit_test(forced_service_ahead_of_b_goes_on),
        cmocka_unit_test(settings_can_differ_between_the_partners),
        cmocka_unit_test(the_share_can_live_on_the_primary),
        cmocka_unit_test(retention_deletes_old_files_on_both_sides),
        cmocka_unit_test(what_was_not_restored_is_not_deleted_from_the_copy_folder),
        cmocka_unit_test(columns_are_written_with_the_writers_clock),
        cmocka_unit_test(monitor_rows_can_be_stale_or_orphaned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
