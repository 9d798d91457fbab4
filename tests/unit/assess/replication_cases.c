#include "unit/assess/replication_cases.h"

#include "unit/assess/snapshot_builder.h"

#include <string.h>

#define MINUTE INT64_C(60)
#define HOUR   INT64_C(3600)

static struct ls_primary_fact *primary(struct snapshot *s, const char *name)
{
    return &builder_at(s, name)->ls_primary.rows[0];
}

static struct ls_secondary_fact *secondary(struct snapshot *s)
{
    return &builder_at(s, "sqldr1")->ls_secondary.rows[0];
}

static struct database_fact *database(struct snapshot *s, const char *name)
{
    return &builder_at(s, name)->database.rows[0];
}

static struct mirroring_fact *mirroring(struct snapshot *s)
{
    return &builder_at(s, "sqlpri1")->mirroring.rows[0];
}

static struct backup_fact *set(struct snapshot *s, const char *name, int back)
{
    return &builder_at(s, name)->backup.rows[back];
}

static void ship(struct snapshot *s, int64_t backup_age_s, int copied, int restored, int64_t copy_age_s,
                 int64_t restore_age_s)
{
    builder_ship(s, "sqlpri1",
                 (struct builder_shipping){backup_age_s, copied, restored, copy_age_s, restore_age_s});
}

/* ---- healthy, and what must not disturb ---- */

static void healthy(struct snapshot *s)
{
    (void)s;
}

/* A pass of a sysadmin sees the mirror's row. */
static void seen_by_sysadmin(struct snapshot *s)
{
    struct mirroring_fact *row;

    for (size_t i = 0; i < s->instance_count; i++)
        s->instances[i].server.rows[0].is_sysadmin = builder_num(1);
    builder_empty(s, "sqlmir1", FACT_mirroring);
    row = builder_add(s, "sqlmir1", FACT_mirroring);
    *row = *mirroring(s);
    row->role = "MIRROR";
    builder_empty(s, "sqldr1", FACT_mirroring);
    (void)builder_add(s, "sqldr1", FACT_mirroring);
}

static void no_witness_designed(struct snapshot *s)
{
    for (size_t i = 2; i + 1 < s->instance_count; i++)
        s->instances[i] = s->instances[i + 1];
    s->instance_count--;
    mirroring(s)->witness_name = NULL;
    mirroring(s)->witness_state = "UNKNOWN";
}

static void thresholds_are_zero(struct snapshot *s)
{
    primary(s, "sqlpri1")->backup_threshold_min = builder_num(0);
    secondary(s)->restore_threshold_min = builder_num(0);
}

static void latency_is_frozen_high(struct snapshot *s)
{
    secondary(s)->last_restored_latency_min = builder_num(600);
}

static void mirror_row_is_stale(struct snapshot *s)
{
    primary(s, "sqlmir1")->last_backup_utc_ms = builder_ago(960 * HOUR);
}

static void restore_delayed(struct snapshot *s)
{
    secondary(s)->restore_delay_min = builder_num(60);
    ship(s, 180, 0, 4, 120, 3900);
}

static void one_file_per_run(struct snapshot *s)
{
    secondary(s)->restore_all = builder_num(0);
    ship(s, 180, 0, 1, 120, 60);
}

static void mixed_case_names(struct snapshot *s)
{
    secondary(s)->last_copied_file = "E:/LSCOPY/MGC_20261123051240.TRN";
    secondary(s)->last_restored_file = "mgc_20261123051240.trn";
    secondary(s)->backup_source_directory = "\\\\FS1\\LSShip";
    builder_at(s, "sqlpri1")->job.rows[0].kind = "BACKUP";
}

static void restoring_right_now(struct snapshot *s)
{
    database(s, "sqldr1")->state = "RECOVERING";
    builder_job(s, "sqldr1", "restore")->running = builder_num(1);
}

/* ---- can I see? ---- */

static void mirror_unseen(struct snapshot *s)
{
    builder_unsee(s, "sqlmir1", SIGHT_TIMED_OUT, "no answer within 10 s");
}

static void principal_refuses_login(struct snapshot *s)
{
    builder_unsee(s, "sqlpri1", SIGHT_LOGIN_FAILED, "18456: Login failed for user 'pchat_monitor'.");
}

static void certificate_expired(struct snapshot *s)
{
    builder_unsee(s, "sqldr1", SIGHT_TLS_FAILED, "certificate expired 2026-11-20");
}

static void primary_site_lost(struct snapshot *s)
{
    builder_unsee(s, "sqlpri1", SIGHT_TIMED_OUT, NULL);
    builder_unsee(s, "sqlmir1", SIGHT_TIMED_OUT, NULL);
    builder_unsee(s, "sqlwit1", SIGHT_TIMED_OUT, NULL);
}

static void primary_site_lost_long_ago(struct snapshot *s)
{
    ship(s, 4000, 0, 0, 3900, 3800);
    primary_site_lost(s);
}

static void nothing_seen(struct snapshot *s)
{
    for (size_t i = 0; i < s->instance_count; i++)
        builder_unsee(s, s->instances[i].name, SIGHT_UNRESOLVED, "Name or service not known");
}

static void backup_site_unseen(struct snapshot *s)
{
    builder_unsee(s, "sqldr1", SIGHT_REFUSED, NULL);
    builder_unsee(s, "sqldr2", SIGHT_REFUSED, NULL);
}

#define DENIED_BACKUPSET                                                                                     \
    "SELECT on msdb.dbo.backupset -> USE [msdb]; GRANT SELECT ON [dbo].[backupset] TO "                      \
    "[LITWARE\\svc-pchatmon];"
#define DENIED_STATE "VIEW SERVER STATE -> USE master; GRANT VIEW SERVER STATE TO [LITWARE\\svc-pchatmon];"

static void right_revoked(struct snapshot *s)
{
    builder_mask(s, "sqlpri1", FACT_backup, SIGHT_DENIED, DENIED_BACKUPSET);
}

static void view_server_state_revoked(struct snapshot *s)
{
    builder_at(s, "sqldr1")->server.rows[0].view_server_state = builder_num(0);
    builder_mask(s, "sqldr1", FACT_agent, SIGHT_DENIED, DENIED_STATE);
    builder_mask(s, "sqldr1", FACT_session, SIGHT_DENIED, DENIED_STATE);
}

static void rights_revoked(struct snapshot *s)
{
    view_server_state_revoked(s);
    builder_mask(s, "sqldr1", FACT_backup, SIGHT_DENIED, DENIED_BACKUPSET);
    builder_mask(s, "sqldr1", FACT_restore, SIGHT_DENIED, DENIED_BACKUPSET);
    builder_mask(s, "sqldr1", FACT_job, SIGHT_DENIED, "15247: User does not have permission.");
}

static void msdb_locked(struct snapshot *s)
{
    builder_mask(s, "sqldr1", FACT_job, SIGHT_TIMED_OUT, "1222: Lock request time out period exceeded.");
    builder_mask(s, "sqldr1", FACT_ls_run, SIGHT_TIMED_OUT, "1222: Lock request time out period exceeded.");
}

static void agent_hidden(struct snapshot *s)
{
    builder_at(s, "sqldr1")->agent.rows[0] = (struct agent_fact){0};
}

/* ---- which copies are writable? ---- */

static void recover_by_hand(struct snapshot *s)
{
    struct restore_fact *restore = builder_add(s, "sqldr1", FACT_restore);

    database(s, "sqldr1")->state = "ONLINE";
    builder_empty(s, "sqldr1", FACT_redo);
    builder_empty(s, "sqldr1", FACT_mirroring);
    *restore =
        (struct restore_fact){.type = "L", .restored_utc_ms = builder_ago(30), .recovery = builder_num(1)};
    builder_run(s, "sqldr1", 2, 3, "3117: The log or differential backup cannot be restored");
}

static void add_sessions(struct snapshot *s, const char *name, const char *login, const char *program,
                         int count)
{
    struct session_fact *session = builder_add(s, name, FACT_session);

    *session = (struct session_fact){login, "pc1", program, builder_num(count)};
}

static void split_brain(struct snapshot *s)
{
    builder_fail_over_site(s);
    add_sessions(s, "sqlpri1", "LITWARE\\RTC Service", "Persistent Chat Server", 4);
    add_sessions(s, "sqldr1", "LITWARE\\RTC Service", "Persistent Chat Server", 4);
}

static void two_online_copies(struct snapshot *s)
{
    builder_fail_over_site(s);
    add_sessions(s, "sqlpri1", "LITWARE\\RTC Service", "Persistent Chat Server", 4);
    add_sessions(s, "sqldr1", "LITWARE\\dba", "Microsoft SQL Server Management Studio - Query", 1);
}

static void two_principals(struct snapshot *s)
{
    struct instance_snapshot *old = builder_at(s, "sqlpri1");
    struct mirroring_fact row = *mirroring(s);

    builder_fail_over_mirror(s);
    builder_ship(s, "sqlmir1", (struct builder_shipping){180, 0, 0, 120, 60});
    old->database.rows[0].state = "ONLINE";
    builder_empty(s, "sqlpri1", FACT_mirroring);
    *(struct mirroring_fact *)builder_add(s, "sqlpri1", FACT_mirroring) = row;
    old->mirroring.rows[0].state = "DISCONNECTED";
    old->mirroring.rows[0].witness_name = NULL;
    builder_at(s, "sqlmir1")->mirroring.rows[0].state = "SUSPENDED";
}

static void principal_down_no_witness(struct snapshot *s)
{
    no_witness_designed(s);
    builder_unsee(s, "sqlpri1", SIGHT_REFUSED, NULL);
}

static void principal_down_mirror_tells(struct snapshot *s)
{
    seen_by_sysadmin(s);
    builder_at(s, "sqlmir1")->mirroring.rows[0].state = "DISCONNECTED";
    builder_unsee(s, "sqlpri1", SIGHT_REFUSED, NULL);
}

static void principal_offline(struct snapshot *s)
{
    database(s, "sqlpri1")->state = "SUSPECT";
    builder_empty(s, "sqlpri1", FACT_recovery);
    builder_mask(s, "sqlpri1", FACT_recovery, SIGHT_NOT_ASKED, NULL);
}

static void quorum_lost(struct snapshot *s)
{
    database(s, "sqlpri1")->state = "RECOVERY_PENDING";
    mirroring(s)->state = "DISCONNECTED";
    mirroring(s)->witness_state = "DISCONNECTED";
    builder_mask(s, "sqlpri1", FACT_recovery, SIGHT_NOT_ASKED, NULL);
    builder_unsee(s, "sqlmir1", SIGHT_TIMED_OUT, NULL);
    builder_unsee(s, "sqlwit1", SIGHT_TIMED_OUT, NULL);
}

static void quorum_lost_mirror_took_over(struct snapshot *s)
{
    struct mirroring_fact row = *mirroring(s);

    builder_fail_over_mirror(s);
    database(s, "sqlpri1")->state = "RECOVERY_PENDING";
    builder_empty(s, "sqlpri1", FACT_mirroring);
    row.state = row.witness_state = "DISCONNECTED";
    *(struct mirroring_fact *)builder_add(s, "sqlpri1", FACT_mirroring) = row;
    builder_at(s, "sqlmir1")->mirroring.rows[0].state = "DISCONNECTED";
}

static void secondary_suspect(struct snapshot *s)
{
    database(s, "sqldr1")->state = "SUSPECT";
}

static void secondary_dropped(struct snapshot *s)
{
    builder_empty(s, "sqldr1", FACT_database);
    builder_empty(s, "sqldr1", FACT_redo);
}

/* ---- does intent agree? ---- */

static void serving_from_mirror(struct snapshot *s)
{
    builder_fail_over_mirror(s);
    *(struct backup_fact *)builder_add(s, "sqlmir1", FACT_backup) = *set(s, "sqlpri1", 0);
}

static void serving_from_mirror_principal_down(struct snapshot *s)
{
    builder_fail_over_mirror(s);
    builder_ship(s, "sqlmir1", (struct builder_shipping){180, 0, 0, 120, 60});
    builder_at(s, "sqlmir1")->mirroring.rows[0].state = "DISCONNECTED";
    builder_unsee(s, "sqlpri1", SIGHT_REFUSED, NULL);
}

static void serving_from_mirror_without_shipping(struct snapshot *s)
{
    builder_fail_over_mirror(s);
    builder_empty(s, "sqlmir1", FACT_ls_primary);
    builder_empty(s, "sqlmir1", FACT_job);
    builder_empty(s, "sqlmir1", FACT_ls_run);
    builder_at(s, "sqlmir1")->mirroring.rows[0].state = "DISCONNECTED";
    ship(s, 3000, 0, 0, 2900, 2800);
    builder_unsee(s, "sqlpri1", SIGHT_REFUSED, NULL);
}

static void failed_over(struct snapshot *s)
{
    builder_fail_over_site(s);
    primary_site_lost(s);
}

static void failed_over_old_primary_fenced(struct snapshot *s)
{
    builder_fail_over_site(s);
    database(s, "sqlpri1")->is_read_only = builder_num(1);
    builder_empty(s, "sqlpri1", FACT_mirroring);
    builder_empty(s, "sqlmir1", FACT_database);
    builder_empty(s, "sqlmir1", FACT_mirroring);
}

/* ---- mirroring ---- */

static void suspended(struct snapshot *s)
{
    mirroring(s)->state = "SUSPENDED";
    database(s, "sqlpri1")->log_reuse_wait = "DATABASE_MIRRORING";
    builder_at(s, "sqlpri1")->counter.rows[0].send_queue_kb = builder_num(20000);
}

static void disconnected(struct snapshot *s)
{
    mirroring(s)->state = "DISCONNECTED";
    builder_unsee(s, "sqlmir1", SIGHT_REFUSED, NULL);
}

static void synchronizing(struct snapshot *s)
{
    mirroring(s)->state = "SYNCHRONIZING";
}

static void asynchronous(struct snapshot *s)
{
    mirroring(s)->state = "SYNCHRONIZING";
    mirroring(s)->safety_level = "OFF";
}

static void mirroring_removed(struct snapshot *s)
{
    builder_empty(s, "sqlpri1", FACT_mirroring);
    (void)builder_add(s, "sqlpri1", FACT_mirroring);
    builder_at(s, "sqlpri1")->counter.rows[0].send_queue_kb = (struct fact_num){0};
}

static void witness_disconnected(struct snapshot *s)
{
    mirroring(s)->witness_state = "DISCONNECTED";
}

static void witness_name_is_empty(struct snapshot *s)
{
    mirroring(s)->witness_name = "";
    mirroring(s)->witness_state = "UNKNOWN";
}

static void queues_high(struct snapshot *s)
{
    builder_at(s, "sqlpri1")->counter.rows[0].send_queue_kb = builder_num(INT64_C(200) * 1024);
    builder_at(s, "sqlmir1")->counter.rows[0].redo_queue_kb = builder_num(INT64_C(100) * 1024);
}

/* ---- log shipping: the stages ---- */

static void backup_stopped(struct snapshot *s)
{
    ship(s, 50 * MINUTE, 0, 0, 49 * MINUTE, 48 * MINUTE);
    builder_job(s, "sqlpri1", "backup")->enabled = builder_num(0);
}

static void backup_failing(struct snapshot *s)
{
    ship(s, 50 * MINUTE, 0, 0, 49 * MINUTE, 48 * MINUTE);
    builder_run(s, "sqlpri1", 0, 3,
                "3201: Cannot open backup device '\\\\fs1\\lsship\\mgc_1.trn'. Operating system error 53");
}

static void backup_share_full(struct snapshot *s)
{
    ship(s, 20 * MINUTE, 0, 0, 19 * MINUTE, 18 * MINUTE);
    builder_run(s, "sqlpri1", 0, 3,
                "3202: Write on mgc.trn failed: 112(There is not enough space on the disk.)");
}

static void mirror_job_idle_but_principal_stopped(struct snapshot *s)
{
    ship(s, 50 * MINUTE, 0, 0, 49 * MINUTE, 48 * MINUTE);
    primary(s, "sqlmir1")->last_backup_utc_ms = builder_ago(60);
}

static void copy_stopped(struct snapshot *s)
{
    ship(s, 180, 4, 4, HOUR + 180, HOUR + 120);
    builder_run(s, "sqldr1", 1, 3, "Access to the path '\\\\fs1\\lsship' is denied.");
}

static void copy_disabled_not_yet_late(struct snapshot *s)
{
    ship(s, 180, 1, 1, 600, 540);
    builder_job(s, "sqldr1", "copy")->enabled = builder_num(0);
}

static void copy_disk_full(struct snapshot *s)
{
    ship(s, 180, 3, 3, 33 * MINUTE, 32 * MINUTE);
    builder_run(s, "sqldr1", 1, 3, "There is not enough space on the disk.");
}

static void restore_stopped(struct snapshot *s)
{
    ship(s, 180, 0, 4, 120, 62 * MINUTE);
}

static void restore_blocked_by_users(struct snapshot *s)
{
    ship(s, 180, 0, 3, 120, 47 * MINUTE);
    builder_run(s, "sqldr1", 2, 3,
                "3101: Exclusive access could not be obtained because the database is in use.");
    add_sessions(s, "sqldr1", "LITWARE\\reporting", "SSMS", 52);
}

static void restore_hangs(struct snapshot *s)
{
    ship(s, 180, 0, 3, 120, 47 * MINUTE);
    builder_job(s, "sqldr1", "restore")->running = builder_num(1);
    builder_job(s, "sqldr1", "restore")->running_for_s = builder_num(46 * MINUTE);
}

static void restore_unscheduled(struct snapshot *s)
{
    ship(s, 180, 0, 3, 120, 47 * MINUTE);
    builder_job(s, "sqldr1", "restore")->schedules_enabled = builder_num(0);
}

static void restore_could_not_start(struct snapshot *s)
{
    struct job_fact *job = builder_job(s, "sqldr1", "restore");

    job->last_outcome = builder_num(0);
    job->last_message = "The job failed. Unable to determine if the owner has server access.";
    job->last_run_utc_ms = builder_ago(30);
}

static void restore_failed_then_succeeded(struct snapshot *s)
{
    struct job_fact *job = builder_job(s, "sqldr1", "restore");

    job->last_outcome = builder_num(0);
    job->last_run_utc_ms = builder_ago(1000);
}

static void agent_stopped_on_principal(struct snapshot *s)
{
    ship(s, 35 * MINUTE, 0, 0, 34 * MINUTE, 33 * MINUTE);
    builder_at(s, "sqlpri1")->agent.rows[0].service_status = "Stopped";
}

static void agent_stopped_on_secondary(struct snapshot *s)
{
    ship(s, 180, 4, 4, HOUR + 120, HOUR + 60);
    builder_at(s, "sqldr1")->agent.rows[0].service_status = NULL;
    builder_at(s, "sqldr1")->agent.rows[0].session_count = builder_num(0);
}

static void job_missing(struct snapshot *s)
{
    builder_empty(s, "sqldr1", FACT_job);
}

static void job_renamed(struct snapshot *s)
{
    builder_job(s, "sqldr1", "copy")->name = "DBA nightly";
    builder_job(s, "sqldr1", "copy")->kind = "other";
}

static void mirror_job_disabled(struct snapshot *s)
{
    builder_job(s, "sqlmir1", "backup")->enabled = builder_num(0);
}

static void share_unreachable_from_both(struct snapshot *s)
{
    ship(s, 35 * MINUTE, 0, 0, 34 * MINUTE, 33 * MINUTE);
    builder_run(
        s, "sqlpri1", 0, 3,
        "3201: Cannot open backup device. Operating system error 53(The network path was not found.).");
    builder_run(s, "sqldr1", 1, 3, "The network path was not found.");
}

static void wrong_prefix_copied(struct snapshot *s)
{
    secondary(s)->last_copied_file = "E:\\lscopy\\mgccomp_20261123051240.trn";
    secondary(s)->last_restored_file = NULL;
    secondary(s)->last_restored_utc_ms = (struct fact_num){0};
    builder_empty(s, "sqldr1", FACT_restore);
}

static void never_copied(struct snapshot *s)
{
    secondary(s)->last_copied_file = secondary(s)->last_restored_file = NULL;
    secondary(s)->last_copied_utc_ms = secondary(s)->last_restored_utc_ms = (struct fact_num){0};
    builder_empty(s, "sqldr1", FACT_restore);
}

static void just_seeded(struct snapshot *s)
{
    struct restore_fact *restore;

    never_copied(s);
    restore = builder_add(s, "sqldr1", FACT_restore);
    *restore = (struct restore_fact){.type = "D", .restored_utc_ms = builder_ago(300)};
}

static void exposure_at(struct snapshot *s, int64_t age_s)
{
    ship(s, age_s, 0, 0, 60, 30);
}

static void exposure_at_limit(struct snapshot *s)
{
    exposure_at(s, 1200);
}

static void exposure_over_limit(struct snapshot *s)
{
    exposure_at(s, 1201);
}

static void backlog_only(struct snapshot *s)
{
    ship(s, 180, 0, 2, 120, 60);
}

/* ---- log shipping: the set-up ---- */

static void not_on_mirror(struct snapshot *s)
{
    builder_empty(s, "sqlmir1", FACT_ls_primary);
    builder_empty(s, "sqlmir1", FACT_job);
    builder_empty(s, "sqlmir1", FACT_ls_run);
}

static void not_on_principal(struct snapshot *s)
{
    ship(s, 35 * MINUTE, 0, 0, 34 * MINUTE, 33 * MINUTE);
    builder_empty(s, "sqlpri1", FACT_ls_primary);
    builder_empty(s, "sqlpri1", FACT_job);
    builder_empty(s, "sqlpri1", FACT_ls_run);
}

static void not_on_secondary(struct snapshot *s)
{
    builder_empty(s, "sqldr1", FACT_ls_secondary);
    builder_empty(s, "sqldr1", FACT_job);
    builder_empty(s, "sqldr1", FACT_ls_run);
}

static void set_up_differently(struct snapshot *s)
{
    primary(s, "sqlmir1")->backup_share = "\\\\fs2\\lsship";
    primary(s, "sqlmir1")->backup_retention_min = builder_num(1440);
}

static void share_on_principal(struct snapshot *s)
{
    s->share = "\\\\sqlpri1\\lsship";
    primary(s, "sqlpri1")->backup_share = primary(s, "sqlmir1")->backup_share =
        "\\\\SQLPRI1.litwareinc.com\\lsship";
    secondary(s)->backup_source_directory = "\\\\SQLPRI1.litwareinc.com\\lsship";
}

static void in_standby(struct snapshot *s)
{
    database(s, "sqldr1")->state = "ONLINE";
    database(s, "sqldr1")->is_in_standby = database(s, "sqldr1")->is_read_only = builder_num(1);
    secondary(s)->restore_mode = builder_num(1);
    builder_empty(s, "sqldr1", FACT_redo);
    (void)builder_add(s, "sqldr1", FACT_redo);
    builder_empty(s, "sqldr1", FACT_mirroring);
}

static void simple_recovery(struct snapshot *s)
{
    database(s, "sqlpri1")->recovery_model = "SIMPLE";
    builder_at(s, "sqlpri1")->recovery.rows[0].last_log_backup_lsn = (struct lsn){""};
    builder_run(s, "sqlpri1", 0, 3,
                "4208: The statement BACKUP LOG is not allowed while the recovery model is SIMPLE.");
}

static void simple_and_back(struct snapshot *s)
{
    ship(s, 180, 0, 2, 120, 32 * MINUTE);
    set(s, "sqlpri1", 1)->first_lsn = builder_lsn(1);
    set(s, "sqlpri1", 1)->first_lsn.digits[LSN_DIGITS - 1] = '7';
    set(s, "sqlpri1", 1)->begins_log_chain = builder_num(1);
}

static void no_full_backup(struct snapshot *s)
{
    builder_at(s, "sqlpri1")->recovery.rows[0].last_log_backup_lsn = (struct lsn){""};
}

static void monitor_row_missing(struct snapshot *s)
{
    secondary(s)->monitor_row = builder_num(0);
}

static void monitor_row_stale(struct snapshot *s)
{
    secondary(s)->last_restored_utc_ms = builder_ago(3 * HOUR);
    primary(s, "sqlpri1")->last_backup_utc_ms = builder_ago(3 * HOUR);
}

/* ---- the chain ---- */

static void ad_hoc_backup(struct snapshot *s)
{
    ship(s, 180, 0, 3, 120, 32 * MINUTE);
    set(s, "sqlpri1", 2)->device = "D:\\adhoc\\before-change.bak";
    builder_run(s, "sqldr1", 2, 3,
                "4305: The log in this backup set begins at LSN 38000003980000001, which is too recent.");
}

static void ad_hoc_copy_only(struct snapshot *s)
{
    struct backup_fact *extra = builder_add(s, "sqlpri1", FACT_backup);

    *extra = *set(s, "sqlpri1", 0);
    extra->is_copy_only = builder_num(1);
    extra->device = "D:\\adhoc\\copy.bak";
}

static void history_hole(struct snapshot *s)
{
    ship(s, 180, 0, 4, 120, 32 * MINUTE);
    set(s, "sqlpri1", 2)->type = "D";
}

static void history_purged(struct snapshot *s)
{
    ship(s, 180, 0, 8, 120, 32 * MINUTE);
    builder_at(s, "sqlpri1")->backup.count = 3;
}

static void deleted_by_retention(struct snapshot *s)
{
    primary(s, "sqlpri1")->backup_retention_min = primary(s, "sqlmir1")->backup_retention_min =
        builder_num(60);
    ship(s, 180, 8, 8, 2 * HOUR, 2 * HOUR);
}

static void forced_service_secondary_beyond(struct snapshot *s)
{
    struct recovery_fact *recovery;

    builder_fail_over_mirror(s);
    builder_ship(s, "sqlmir1", (struct builder_shipping){180, 0, 0, 120, 60});
    recovery = &builder_at(s, "sqlmir1")->recovery.rows[0];
    recovery->recovery_fork_guid = "22222222-BBBB-4BBB-8BBB-000000000009";
    recovery->fork_point_lsn = builder_lsn(2);
    builder_at(s, "sqlmir1")->mirroring.rows[0].state = "SUSPENDED";
}

static void forced_service_secondary_before(struct snapshot *s)
{
    forced_service_secondary_beyond(s);
    builder_at(s, "sqlmir1")->recovery.rows[0].fork_point_lsn = builder_lsn(-1);
}

static void unlisted_backup(struct snapshot *s)
{
    builder_at(s, "sqlpri1")->recovery.rows[0].last_log_backup_lsn = builder_lsn(-3);
}

static void restore_cut_off(struct snapshot *s)
{
    builder_at(s, "sqldr1")->redo.rows[0].redo_start_lsn_max = builder_lsn(-2);
}

/* LSCopy never saw it; by LSN all is well, but the restore job says what it has is too recent. */
static void file_lost(struct snapshot *s)
{
    ship(s, 180, 0, 4, 120, 62 * MINUTE);
    builder_job(s, "sqldr1", "restore")->last_outcome = builder_num(0);
    builder_run(s, "sqldr1", 2, 4,
                "The log in this backup set begins at LSN 38000003970000001, which is too recent");
}

static void clock_set_back_on_principal(struct snapshot *s)
{
    ship(s, 180, 0, 0, 1320, 1260);
}

static void monitor_row_frozen(struct snapshot *s)
{
    secondary(s)->last_copied_file = "mgc_20261123022540.trn";
    secondary(s)->last_copied_utc_ms = secondary(s)->last_restored_utc_ms = builder_ago(3 * HOUR);
    secondary(s)->last_restored_file = "mgc_20261123022540.trn";
}

/* ---- hygiene ---- */

static void log_filling(struct snapshot *s)
{
    builder_at(s, "sqlpri1")->counter.rows[0].log_used_percent = builder_num(97);
    database(s, "sqlpri1")->log_reuse_wait = "ACTIVE_TRANSACTION";
}

static void clock_ahead(struct snapshot *s)
{
    builder_skew(s, "sqldr1", 47 * INT64_C(1000));
}

static void clock_far_ahead_on_principal(struct snapshot *s)
{
    builder_skew(s, "sqlpri1", 40 * MINUTE * 1000);
}

static void clock_uncertain(struct snapshot *s)
{
    builder_skew(s, "sqldr1", 40 * INT64_C(1000));
    builder_at(s, "sqldr1")->round_trip_ms = builder_num(30 * INT64_C(1000));
}

static void clock_set_back(struct snapshot *s)
{
    builder_at(s, "sqldr1")->ls_secondary.rows[0].last_copied_utc_ms = builder_ago(-20 * MINUTE);
}

static void other_time_zone(struct snapshot *s)
{
    /* Only UTC is kept: a server in another zone says the same. */
    builder_at(s, "sqldr1")->server.rows[0].version = "11.0.7001.0";
}

static void hostile_names(struct snapshot *s)
{
    builder_run(s, "sqldr1", 2, 3,
                "3101: 'quoted' | piped \"double\"\nnew line \xF0\x9F\x92\xA5; DROP TABLE x --");
    add_sessions(s, "sqldr1", "'; DROP TABLE sessions; --", "a|b=1;2", 1);
    ship(s, 180, 0, 3, 120, 47 * MINUTE);
}

/* ---- at the limits ---- */

static void backup_at_limit(struct snapshot *s)
{
    ship(s, 1800, 0, 0, 1700, 1600);
}

static void backup_over_limit(struct snapshot *s)
{
    ship(s, 1801, 0, 0, 1700, 1600);
}

static void backup_at_critical_limit(struct snapshot *s)
{
    ship(s, 3600, 0, 0, 1700, 1600);
}

static void backup_over_critical_limit(struct snapshot *s)
{
    ship(s, 3601, 0, 0, 1700, 1600);
}

static void copy_at_limit(struct snapshot *s)
{
    ship(s, 180, 2, 2, 1800, 1700);
}

static void copy_over_limit(struct snapshot *s)
{
    ship(s, 180, 2, 2, 1801, 1700);
}

static void restore_at_limit(struct snapshot *s)
{
    ship(s, 180, 0, 1, 120, 1800);
}

static void restore_over_limit(struct snapshot *s)
{
    ship(s, 180, 0, 1, 120, 1801);
}

static void restore_over_critical_limit(struct snapshot *s)
{
    ship(s, 180, 0, 1, 120, 2701);
}

static void skew_at_limit(struct snapshot *s)
{
    builder_skew(s, "sqldr1", 30 * INT64_C(1000) + 8);
}

static void skew_over_limit(struct snapshot *s)
{
    builder_skew(s, "sqldr1", 31 * INT64_C(1000) + 8);
}

static void limits_of_the_owner(struct snapshot *s)
{
    struct err err = ERR_INIT;

    (void)range_parse("@0:10", &s->limits.warning[METRIC_backlog_files], &err);
    (void)range_parse("5:", &s->limits.critical[METRIC_send_queue_bytes], &err);
}

/* ---- more of the same kinds ---- */

static void witness_unseen(struct snapshot *s)
{
    builder_unsee(s, "sqlwit1", SIGHT_TIMED_OUT, NULL);
}

static void not_asked(struct snapshot *s)
{
    builder_unsee(s, "sqldr2", SIGHT_NOT_ASKED, NULL);
}

static void cut_connection(struct snapshot *s)
{
    builder_mask(s, "sqlpri1", FACT_session, SIGHT_PROTOCOL_ERROR, "the connection was cut");
}

static void mirror_suspect(struct snapshot *s)
{
    database(s, "sqlmir1")->state = "SUSPECT";
    mirroring(s)->state = "SUSPENDED";
}

static void failing_over_by_hand(struct snapshot *s)
{
    mirroring(s)->state = "PENDING_FAILOVER";
}

static void bulk_logged(struct snapshot *s)
{
    database(s, "sqlpri1")->recovery_model = "BULK_LOGGED";
}

static void never_backed_up(struct snapshot *s)
{
    never_copied(s);
    builder_empty(s, "sqlpri1", FACT_backup);
    primary(s, "sqlpri1")->last_backup_file = NULL;
    primary(s, "sqlpri1")->last_backup_utc_ms = (struct fact_num){0};
}

/* What is being copied, or is named badly, is no log backup. */
static void only_the_name_is_known(struct snapshot *s, const char *file)
{
    secondary(s)->last_copied_file = file;
    secondary(s)->last_restored_file = file;
    builder_empty(s, "sqldr1", FACT_restore);
}

static void stamp_of_13_digits(struct snapshot *s)
{
    only_the_name_is_known(s, "mgc_2026112305124.trn");
}

static void work_file_copied(struct snapshot *s)
{
    only_the_name_is_known(s, "mgc_20261123051240.wrk");
}

static void stamp_in_the_future(struct snapshot *s)
{
    builder_empty(s, "sqlpri1", FACT_backup);
    only_the_name_is_known(s, "mgc_20261123054000.trn");
    primary(s, "sqlpri1")->last_backup_utc_ms = builder_ago(180);
}

static void read_only_secondary(struct snapshot *s)
{
    database(s, "sqldr1")->state = "ONLINE";
    database(s, "sqldr1")->is_read_only = builder_num(1);
    builder_empty(s, "sqldr1", FACT_redo);
}

static void secondary_stuck_in_recovery(struct snapshot *s)
{
    database(s, "sqldr1")->state = "RECOVERING";
}

static void mirrored_in_backup_site(struct snapshot *s)
{
    struct mirroring_fact *row;
    struct database_fact *copy = builder_add(s, "sqldr2", FACT_database);

    failed_over(s);
    *copy = *database(s, "sqldr1");
    copy->state = "RESTORING";
    builder_mask(s, "sqldr2", FACT_mirroring, SIGHT_DENIED, NULL);
    builder_empty(s, "sqldr1", FACT_mirroring);
    row = builder_add(s, "sqldr1", FACT_mirroring);
    row->mirroring_guid = "33333333-CCCC-4CCC-8CCC-000000000002";
    row->state = "SYNCHRONIZED";
    row->role = "PRINCIPAL";
    row->role_sequence = builder_num(1);
    row->safety_level = "FULL";
}

/* Switched over by plan: B serves and ships to A. */
static void shipping_reversed(struct snapshot *s)
{
    struct ls_secondary_fact receiving = *secondary(s);
    struct ls_primary_fact sending = *primary(s, "sqlpri1");
    struct instance_snapshot *a = builder_at(s, "sqlpri1"), *b = builder_at(s, "sqldr1");
    struct recovery_fact *recovery;

    b->database.rows[0].state = "ONLINE";
    a->database.rows[0].state = "RESTORING";
    builder_empty(s, "sqlmir1", FACT_database);
    *(struct ls_primary_fact *)builder_add(s, "sqldr1", FACT_ls_primary) = sending;
    *(struct ls_secondary_fact *)builder_add(s, "sqlpri1", FACT_ls_secondary) = receiving;
    fact_rows_put(b, FACT_backup, &(struct fact_rows){a->backup.sighting, a->backup.rows, a->backup.count});
    fact_rows_put(a, FACT_restore,
                  &(struct fact_rows){b->restore.sighting, b->restore.rows, b->restore.count});
    fact_rows_put(a, FACT_redo, &(struct fact_rows){b->redo.sighting, b->redo.rows, b->redo.count});
    fact_rows_put(a, FACT_job, &(struct fact_rows){b->job.sighting, b->job.rows, b->job.count});
    builder_empty(s, "sqldr1", FACT_ls_secondary);
    builder_empty(s, "sqldr1", FACT_redo);
    builder_empty(s, "sqldr1", FACT_job);
    *(struct job_fact *)builder_add(s, "sqldr1", FACT_job) = *builder_job(s, "sqlmir1", "backup");
    builder_empty(s, "sqldr1", FACT_mirroring);
    builder_empty(s, "sqlpri1", FACT_mirroring);
    builder_empty(s, "sqlpri1", FACT_ls_primary);
    builder_empty(s, "sqlmir1", FACT_ls_primary);
    recovery = builder_add(s, "sqldr1", FACT_recovery);
    *recovery = a->recovery.rows[0];
    *(struct counter_fact *)builder_add(s, "sqldr1", FACT_counter) = a->counter.rows[0];
}

static void old_primary_returned(struct snapshot *s)
{
    builder_fail_over_site(s);
    mirroring_removed(s);
}

static void full_names_in_rows(struct snapshot *s)
{
    for (size_t i = 0; i < builder_at(s, "sqldr1")->restore.count; i++)
        builder_at(s, "sqldr1")->restore.rows[i].server_name = "sqlpri1.LitwareInc.com";
    secondary(s)->primary_server = "sqlpri1.litwareinc.com";
}

/* The copy and restore jobs keep their own record; only the monitor's row is gone. */
static void monitor_row_lost(struct snapshot *s)
{
    secondary(s)->monitor_row = builder_num(0);
    secondary(s)->last_copied_utc_ms = (struct fact_num){0};
    secondary(s)->last_restored_utc_ms = (struct fact_num){0};
}

static void monitor_row_lost_and_history_purged(struct snapshot *s)
{
    monitor_row_lost(s);
    builder_empty(s, "sqldr1", FACT_restore);
}

static void history_of_restores_hidden(struct snapshot *s)
{
    monitor_row_lost(s);
    secondary(s)->last_restored_file = NULL;
    builder_mask(s, "sqldr1", FACT_restore, SIGHT_DENIED, "SELECT on msdb.dbo.restorehistory");
}

/* Nothing has reached the standby yet; what the principal took is told by a file's name alone. */
static void history_of_backups_hidden(struct snapshot *s)
{
    builder_empty(s, "sqlmir1", FACT_backup);
    builder_mask(s, "sqlpri1", FACT_backup, SIGHT_DENIED, "SELECT on msdb.dbo.backupset");
    primary(s, "sqlpri1")->last_backup_utc_ms = (struct fact_num){0};
    builder_unsee(s, "sqldr1", SIGHT_TIMED_OUT, "no answer");
}

static void failed_over_and_half_seen(struct snapshot *s)
{
    builder_fail_over_site(s);
    builder_unsee(s, "sqlpri1", SIGHT_TIMED_OUT, "no answer");
    builder_unsee(s, "sqlmir1", SIGHT_TIMED_OUT, "no answer");
    builder_unsee(s, "sqlwit1", SIGHT_TIMED_OUT, "no answer");
    builder_mask(s, "sqldr1", FACT_mirroring, SIGHT_TIMED_OUT, "lock request time out");
    builder_mask(s, "sqldr1", FACT_ls_primary, SIGHT_TIMED_OUT, "lock request time out");
}

static void mirror_serves_into_another_share(struct snapshot *s)
{
    builder_fail_over_mirror(s);
    builder_unsee(s, "sqlpri1", SIGHT_REFUSED, NULL);
    primary(s, "sqlmir1")->backup_share = "\\\\fs2\\elsewhere";
}

static void imported_headers_without_zone(struct snapshot *s)
{
    for (size_t i = 0; i < builder_at(s, "sqldr1")->restore.count; i++)
        builder_at(s, "sqldr1")->restore.rows[i].finished_utc_ms = (struct fact_num){0};
}

static void hostile_objects(struct snapshot *s)
{
    restore_blocked_by_users(s);
    builder_at(s, "sqldr1")->name = "dr'1\"|=\n\xF0\x9F\x92\xA5; DROP";
    s->pool = "pool|\"'; DROP TABLE x";
}

#define CASE(function, findings, metrics)                                                                    \
    {                                                                                                        \
#function, function, findings, metrics                                                               \
    }

const struct replication_case replication_cases[] = {
#include "unit/assess/replication_cases.def"
};
const size_t replication_case_count = COUNT(replication_cases);

struct snapshot *replication_case_snapshot(const struct replication_case *row)
{
    struct snapshot *snapshot = builder_healthy();

    row->change(snapshot);
    return snapshot;
}
