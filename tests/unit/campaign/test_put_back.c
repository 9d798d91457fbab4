/*
 * A run that has removed log shipping is put back: log shipping is there again, row by row, from what was
 * exported - but for the ids and dates that SQL Server makes.
 */
#include "unit/campaign/scene.h"

#include "base/strbuf.h"
#include "unit/cmocka_unit.h"

#include <string.h>

/* ---- what msdb has of it ---- */

#define OF_SHIPPING "j.name LIKE N'LS%'"

static const char *const tables[] = {
    "SELECT primary_server, primary_database, backup_source_directory, backup_destination_directory, "
    "file_retention_period, monitor_server, CAST(monitor_server_security_mode AS int) AS mode, "
    "CAST(user_specified_monitor AS int) AS own_monitor FROM msdb.dbo.log_shipping_secondary",
    "SELECT secondary_database, restore_delay, CAST(restore_all AS int) AS restore_all, CAST(restore_mode AS "
    "int) "
    "AS restore_mode, CAST(disconnect_users AS int) AS disconnect_users, block_size, buffer_count, "
    "max_transfer_size FROM msdb.dbo.log_shipping_secondary_databases",
    "SELECT secondary_server, secondary_database, primary_server, primary_database, restore_threshold, "
    "threshold_alert, CAST(threshold_alert_enabled AS int) AS alerts, history_retention_period FROM "
    "msdb.dbo.log_shipping_monitor_secondary",
    "SELECT j.name, CAST(j.enabled AS int) AS enabled FROM msdb.dbo.sysjobs AS j WHERE " OF_SHIPPING
    " ORDER BY j.name",
    "SELECT j.name, p.step_id, p.step_name, p.subsystem FROM msdb.dbo.sysjobs AS j JOIN msdb.dbo.sysjobsteps "
    "AS p ON p.job_id = j.job_id WHERE " OF_SHIPPING " ORDER BY j.name, p.step_id",
    "SELECT j.name, s.name AS schedule, CAST(s.enabled AS int) AS enabled, s.freq_type, s.freq_interval, "
    "s.freq_subday_type, s.freq_subday_interval, s.freq_relative_interval, s.freq_recurrence_factor, "
    "s.active_start_date, s.active_end_date, s.active_start_time, s.active_end_time FROM msdb.dbo.sysjobs AS "
    "j "
    "JOIN msdb.dbo.sysjobschedules AS js ON js.job_id = j.job_id JOIN msdb.dbo.sysschedules AS s ON "
    "s.schedule_id = js.schedule_id WHERE " OF_SHIPPING " ORDER BY j.name, s.name",
};

static void add_table(struct strbuf *out, struct scene *scene, const char *query)
{
    const struct sql_rows rows = scene_type(scene, query);

    for (size_t i = 0; i < rows.row_count * rows.column_count; i++)
        strbuf_format(out, "%s=%s%s", rows.columns[i % rows.column_count],
                      rows.cells[i] ? rows.cells[i] : "NULL", (i + 1) % rows.column_count ? " | " : "\n");
    strbuf_add(out, "--\n");
}

static char *shipping_of(struct scene *scene)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < COUNT(tables); i++)
        add_table(&out, scene, tables[i]);
    return strbuf_take(&out);
}

/* Line by line: which row it is. */
static void assert_same_rows(const char *after, const char *before)
{
    AUTO(arena) struct arena *arena = arena_new();
    char *left = arena_text(arena, after), *right = arena_text(arena, before);

    while (left || right) {
        const char *is = strsep(&left, "\n"), *was = strsep(&right, "\n");

        if (!is || !was || strcmp(is, was) != 0)
            fail_msg("it was\n%s\nand is\n%s", was ? was : "nothing", is ? is : "nothing");
    }
}

/* ---- a run that stops between removing and recovering ---- */

static void lose_fence(struct scene *scene)
{
    scene->switchboard.is_silent = true;
}

static void stop_before_recovering(struct scene *scene, const char *name)
{
    static const char *const lost[] = {"site_down dub", ".step_move_store", NULL};
    AUTO(plan) struct plan *plan = NULL;
    struct engine_result result;

    scene_say(scene, lost);
    plan = scene_plan(scene);
    scene->at_step = "recover";
    scene->act = lose_fence;
    result = scene_apply(scene, plan);
    scene_assert_ends(name, &result, ENGINE_WAITS);
    assert_int_equal(scene_times_received(scene, "sp_delete_log_shipping_secondary_database"), 1);
}

/* Whatever became of the run before, another one can be begun, and carried out. */
static void fail_over_anew(struct scene *scene, const char *name)
{
    AUTO(plan) struct plan *plan = NULL;
    struct engine_result result;

    scene->switchboard.is_silent = false;
    campaign_advance(scene->campaign, SCENE_MINUTE_MS);
    plan = scene_plan(scene);
    assert_int_equal(plan->run, 2);
    result = scene_apply(scene, plan);
    scene_assert_ends(name, &result, ENGINE_DONE);
}

static void remove_and_put_back(struct scene *scene, const char *name)
{
    AUTO_FREE char *before = shipping_of(scene), *between = NULL, *after = NULL;
    struct engine_result result;

    stop_before_recovering(scene, name);
    between = shipping_of(scene);
    assert_non_null(strstr(before, "sqlpri1"));
    assert_null(strstr(between, "sqlpri1"));
    result = scene_put_back(scene);
    scene_assert_ends(name, &result, ENGINE_DONE);
    after = shipping_of(scene);
    assert_same_rows(after, before);
    result = scene_put_back(scene); /* there is no run any more */
    scene_assert_ends(name, &result, ENGINE_REFUSED);
    fail_over_anew(scene, name);
}

static void log_shipping_is_put_back(void **state)
{
    remove_and_put_back(*state, "as it was set up");
}

static void log_shipping_with_hostile_names_is_put_back(void **state)
{
    struct scene *scene = *state;

    scene_type(
        scene,
        "EXEC master.dbo.sp_delete_log_shipping_secondary_database N'mgc';\n"
        "DECLARE @copy uniqueidentifier, @restore uniqueidentifier, @id uniqueidentifier;\n"
        "EXEC master.dbo.sp_add_log_shipping_secondary_primary @primary_server = N'sqlpri1',\n"
        "  @primary_database = N'mgc', @backup_source_directory = N'\\\\fs1.litwareinc.com\\pchatls',\n"
        "  @backup_destination_directory = N'E:\\LogCopy', @copy_job_name = N'LSCopy it''s ]; DROP $(x) `',\n"
        "  @restore_job_name = N'LSRestore $(database)'' -- /*', @file_retention_period = 4321,\n"
        "  @monitor_server = N'SQLDR1', @monitor_server_security_mode = 1, @copy_job_id = @copy OUTPUT,\n"
        "  @restore_job_id = @restore OUTPUT, @secondary_id = @id OUTPUT;\n"
        "EXEC master.dbo.sp_add_log_shipping_secondary_database @secondary_database = N'mgc',\n"
        "  @primary_server = N'sqlpri1', @primary_database = N'mgc', @restore_delay = 7, @restore_all = 1,\n"
        "  @restore_mode = 0, @disconnect_users = 0, @block_size = 4096, @buffer_count = 7,\n"
        "  @max_transfer_size = 65536, @restore_threshold = 46, @threshold_alert = 14421,\n"
        "  @threshold_alert_enabled = 0, @history_retention_period = 5761;\n"
        "EXEC msdb.dbo.sp_add_jobschedule @job_id = @copy, @name = N'every 5'' ] $(lock)', @enabled = 1,\n"
        "  @freq_type = 4, @freq_interval = 1, @freq_subday_type = 4, @freq_subday_interval = 5,\n"
        "  @active_start_date = 20200101, @active_start_time = 100;\n"
        "EXEC msdb.dbo.sp_add_jobschedule @job_id = @restore, @name = N'[\"at night\"]', @enabled = 1,\n"
        "  @freq_type = 4, @freq_interval = 1, @freq_subday_type = 8, @freq_subday_interval = 2, "
        "@active_start_time = 33000;\n"
        "EXEC msdb.dbo.sp_update_job @job_id = @copy, @enabled = 1;\n"
        "SELECT 1 AS done");
    remove_and_put_back(scene, "with hostile names");
}

static void a_run_is_left_as_it_is(void **state)
{
    struct scene *scene = *state;
    AUTO_FREE char *before = NULL, *after = NULL;
    struct engine_result result;

    stop_before_recovering(scene, "left");
    before = shipping_of(scene);
    result = scene_leave(scene);
    scene_assert_ends("left", &result, ENGINE_DONE);
    after = shipping_of(scene);
    assert_same_rows(after, before);
    result = scene_resume(scene);
    scene_assert_ends("left", &result, ENGINE_REFUSED);
    fail_over_anew(scene, "left");
}

/* Behind the point of no return there is nothing to put back. */
static void what_was_recovered_is_not_put_back(void **state)
{
    static const char *const lost[] = {"site_down dub", ".step_move_store", NULL};
    struct scene *scene = *state;
    AUTO(plan) struct plan *plan = NULL;
    struct engine_result result;

    scene_say(scene, lost);
    plan = scene_plan(scene);
    scene->at_step = "active";
    scene->words = ".step_set_normal from=fe-red1";
    result = scene_apply(scene, plan);
    scene_assert_ends("recovered", &result, ENGINE_CHANGED);
    result = scene_put_back(scene);
    scene_assert_ends("recovered", &result, ENGINE_REFUSED);
    assert_non_null(strstr(result.why, "the point of no return is passed"));
    assert_int_equal(scene_times_received(scene, "sp_add_log_shipping_secondary_primary"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(log_shipping_is_put_back, scene_set_up, scene_tear_down),
        cmocka_unit_test_setup_teardown(a_run_is_left_as_it_is, scene_set_up, scene_tear_down),
        cmocka_unit_test_setup_teardown(what_was_recovered_is_not_put_back, scene_set_up, scene_tear_down),
        cmocka_unit_test_setup_teardown(log_shipping_with_hostile_names_is_put_back, scene_set_up,
                                        scene_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
