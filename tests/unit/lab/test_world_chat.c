/* The chat servers, the store and its replicas, the Windows hosts, and the steps between the sites. */
#include "unit/lab/world_fixture.h"

#include <string.h>

#define MINUTE_S INT64_C(60)

static struct host *host(struct world *world, const char *name)
{
    return world_host(world, name);
}

/* "pc1 pc2": the servers connected to that copy, in order. */
static const char *connected_to(struct world *world, const char *instance)
{
    static char names[256];

    names[0] = '\0';
    for (size_t i = 0; i < world->host_count; i++) {
        const struct instance *copy = chat_copy(world, &world->hosts[i]);
        if (copy && strcmp(copy->name, instance) == 0)
            snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", *names ? " " : "",
                     world->hosts[i].name);
    }
    return names;
}

static size_t moved_pings(struct world *world, const char *instance, size_t *ret_rows)
{
    struct chat_identity before[CHAT_SERVERS_MAX], after[CHAT_SERVERS_MAX];
    size_t count = chat_identities(world, fixture_mgc(world, instance), before), moved = 0;

    fixture_pass_s(world, 20);
    *ret_rows = chat_identities(world, fixture_mgc(world, instance), after);
    for (size_t i = 0; i < count; i++)
        moved += before[i].last_ping_time != after[i].last_ping_time;
    return moved;
}

static void active_and_idle_differ_only_in_the_database(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    struct chat_peer peers[CHAT_SERVERS_MAX * CHAT_SERVERS_MAX];
    size_t rows;

    (void)state;
    assert_string_equal(connected_to(world, "sqlpri1"), "pc1 pc2 pc3 pc4");
    assert_int_equal(moved_pings(world, "sqlpri1", &rows), 4);
    assert_int_equal(rows, 8);
    assert_int_equal(chat_peers(world, world_instance(world, "sqlpri1"), peers), 12);
    assert_int_equal(chat_peers(world, world_instance(world, "sqldr1"), peers), 0);
    for (int i = 0; i < 2; i++) {
        struct host *server = host(world, i ? "pc5" : "pc1");
        assert_int_equal(windows_service_for(server, SERVICE_CHAT)->state, SERVICE_RUNNING);
        assert_int_equal(windows_port(world, host(world, "monitor"), server, PORT_SIP_CHAT), PORT_OPEN);
        assert_int_equal(chat_is_active(server), i == 0);
    }
}

static void unconfirmed_things_are_configuration(void **state)
{
    struct world_config config = world_config_default();
    struct chat_identity rows[CHAT_SERVERS_MAX];
    struct world *world;

    (void)state;
    config.history_s = 600;
    config.chat = (struct chat_config){.chat_service_name = "PCHAT",
                                       .program_name = "Channel",
                                       .ping_local_time = true,
                                       .idle_without_row = true,
                                       .idle_ports_closed = true};
    world = world_new(&config);
    fixture_set(world, "time_zone", "pc1", "minutes=60");
    fixture_pass_s(world, 30);
    assert_non_null(windows_service(host(world, "pc1"), "pchat"));
    assert_int_equal(chat_identities(world, fixture_mgc(world, "sqlpri1"), rows), 4);
    assert_true(rows[0].last_ping_time > world->now_utc_ms + INT64_C(59) * 60000);
    assert_true(rows[1].last_ping_time <= world->now_utc_ms);
    assert_int_equal(windows_port(world, host(world, "monitor"), host(world, "pc5"), PORT_SIP_CHAT),
                     PORT_CLOSED);
    fixture_set(world, "active_list", NULL, "how=empty");
    fixture_pass_s(world, 5);
    assert_int_equal(chat_identities(world, fixture_mgc(world, "sqlpri1"), rows), 0);
    world_free(world);
}

static void a_change_reaches_each_replica_after_a_while(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    const char *const one[] = {"PC3.litwareinc.com"};
    struct err err;

    (void)state;
    fixture_set(world, "service", "pc1", "service=replica");
    assert_int_equal(store_set_active_servers(world, host(world, "fe-dub1"), one, 1, &err), 0);
    assert_string_equal(connected_to(world, "sqlpri1"), "pc1 pc2 pc3 pc4");
    assert_false(store_up_to_date(world, host(world, "pc4")));
    fixture_pass_s(world, 2 * MINUTE_S);
    assert_true(store_up_to_date(world, host(world, "pc4")));
    assert_false(store_up_to_date(world, host(world, "pc1")));
    assert_string_equal(connected_to(world, "sqlpri1"), "pc1 pc3");
    fixture_clear(world, "service", "pc1");
    fixture_pass_s(world, 2 * MINUTE_S);
    assert_string_equal(connected_to(world, "sqlpri1"), "pc3");
}

static void a_lost_store_takes_no_orders(void **state)
{
    static const struct {
        const char *fault, *target;
    } cases[] = {{"store_unreachable", NULL}, {"host_down", "fe-dub1"}, {"link_cut", "fe-red1->fe-dub1"}};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(world) struct world *world = fixture_world();
        fixture_set(world, cases[i].fault, cases[i].target, NULL);
        assert_non_null(strstr(fixture_refused_act(world, "step_set_failed_over", NULL, NULL),
                               "Cannot connect to the Central"));
        if (i == 0)
            continue;
        fixture_act(world, "step_move_store", "fe-red1", NULL);
        fixture_act(world, "step_set_failed_over", NULL, NULL);
        assert_int_equal(world->store.settings.state, POOL_FAILED_OVER);
    }
}

static void the_list_is_taken_as_given(void **state)
{
    static const struct {
        const char *how;
        size_t count, active;
    } cases[] = {{"how=empty", 0, 0},
                 {"how=wrong", 4, 3},
                 {"how=five", 5, 5},
                 {"how=far", 4, 4},
                 {"how=unreadable", 4, 4}};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(world) struct world *world = fixture_world();
        size_t active = 0;
        fixture_set(world, "active_list", NULL, cases[i].how);
        for (size_t h = 0; h < world->host_count; h++)
            active += chat_is_active(&world->hosts[h]);
        assert_int_equal(world->store.settings.active_server_count, cases[i].count);
        assert_int_equal(active, cases[i].active);
        fixture_clear(world, "active_list", NULL);
        assert_true(chat_is_active(host(world, "pc4")));
        assert_false(chat_is_active(host(world, "pc5")));
    }
}

/* --- services --- */

static void services_as_the_controller_knows_them(void **state)
{
    static const struct {
        const char *params;
        enum service_state state;
        int start_error, stop_error;
        enum port_state port;
    } cases[] = {
        {"how=stopped", SERVICE_STOPPED, 0, 1062, PORT_CLOSED},
        {"how=disabled", SERVICE_STOPPED, 1058, 1062, PORT_CLOSED},
        {"how=failing", SERVICE_STOPPED, 1067, 1062, PORT_CLOSED},
        {"how=hung", SERVICE_RUNNING, 1056, 1053, PORT_OPEN},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(world) struct world *world = fixture_world();
        struct host *pc1 = host(world, "pc1");
        fixture_set(world, "service", "pc1", cases[i].params);
        fixture_pass_s(world, 5);
        assert_int_equal(windows_service(pc1, "rtcchat")->state, cases[i].state);
        assert_int_equal(windows_port(world, host(world, "monitor"), pc1, PORT_WCF), cases[i].port);
        assert_false(windows_runs(pc1, SERVICE_CHAT));
        assert_string_equal(connected_to(world, "sqlpri1"), "pc2 pc3 pc4");
        assert_int_equal(windows_stop(world, pc1, "RTCCHAT"), cases[i].stop_error);
        assert_int_equal(windows_start(world, pc1, "RTCCHAT"), cases[i].start_error);
        fixture_clear(world, "service", "pc1");
        fixture_pass_s(world, MINUTE_S);
        assert_string_equal(connected_to(world, "sqlpri1"), "pc1 pc2 pc3 pc4");
    }
}

static void file_servers_are_reached_while_they_offer_something(void **state)
{
    static const struct {
        const char *fault, *target;
        enum port_state log_share, file_store; /* port 445 of fs1 and fs2 */
    } cases[] = {
        {"file_store_down", NULL, PORT_OPEN, PORT_CLOSED},
        {"share_unreachable", NULL, PORT_CLOSED, PORT_OPEN},
        {"host_down", "fs2", PORT_OPEN, PORT_FILTERED},
        {"share_on_primary", "sqlpri1", PORT_OPEN, PORT_OPEN},
    };
    AUTO(world) struct world *world = fixture_world();
    const struct host *monitor = host(world, "monitor"), *fs1 = host(world, "fs1"), *fs2 = host(world, "fs2");

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        fixture_set(world, cases[i].fault, cases[i].target, "");
        assert_int_equal(windows_port(world, monitor, fs1, PORT_SMB), cases[i].log_share);
        assert_int_equal(windows_port(world, monitor, fs2, PORT_SMB), cases[i].file_store);
        fixture_clear(world, cases[i].fault, cases[i].target);
        assert_int_equal(windows_port(world, monitor, fs1, PORT_SMB), PORT_OPEN);
        assert_int_equal(windows_port(world, monitor, fs2, PORT_SMB), PORT_OPEN);
    }
}

static void sql_services_are_the_instances(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    struct host *sql = host(world, "sqldr1");
    char executable[64];

    (void)state;
    assert_int_equal(windows_stop(world, sql, "SQLSERVERAGENT"), 0);
    assert_false(world_instance(world, "sqldr1")->agent.running);
    fixture_set(world, "instance_down", "sqldr1", NULL);
    fixture_pass_s(world, 2);
    assert_int_equal(windows_service(sql, "MSSQLSERVER")->state, SERVICE_STOPPED);
    assert_int_equal(windows_service(sql, "MSSQLSERVER")->process_id, 0);
    assert_int_equal(windows_start(world, sql, "MSSQLSERVER"), 0);
    assert_false(world_instance(world, "sqldr1")->down);
    assert_int_equal(windows_start(world, sql, "nosuch"), 1060);
    assert_string_equal(
        windows_executable(windows_service(host(world, "pc1"), "RTCCHAT"), executable, sizeof executable),
        "ChannelService.exe");
}

static void a_broken_database_path_is_logged_once(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    const struct windows *windows = &host(world, "pc1")->windows;

    (void)state;
    fixture_set(world, "instance_down", "sqlpri1", NULL);
    fixture_set(world, "host_down", "sqlmir1", NULL);
    fixture_pass_s(world, 5 * MINUTE_S);
    assert_int_equal(windows->events.count, 1);
    assert_int_equal(windows->events.rows[0].event_code, 53530);
    assert_string_equal(connected_to(world, "sqlpri1"), "");
}

static void a_test_message_needs_the_next_hop_and_a_server(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    struct err err;

    (void)state;
    assert_int_equal(chat_test_message(world, host(world, "fe-red1"), &err), 0);
    fixture_set(world, "next_hop_down", NULL, NULL);
    assert_int_equal(chat_test_message(world, host(world, "fe-red1"), &err), -1);
    fixture_act(world, "step_move_next_hop", "fe-red1", NULL);
    assert_int_equal(chat_test_message(world, host(world, "fe-red1"), &err), 0);
    fixture_set(world, "active_list", NULL, "how=empty");
    fixture_pass_s(world, 2);
    assert_int_equal(chat_test_message(world, host(world, "fe-red1"), &err), -1);
}

static void compliance_is_drained_by_its_adapter(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    const struct compliance *dub = compliance_of(world, SITE_PRIMARY);

    (void)state;
    assert_int_equal(dub->active_server_id, 1);
    fixture_set(world, "compliance_adapter", "dub", NULL);
    fixture_pass_s(world, 40 * MINUTE_S);
    assert_true(dub->backlog.count > 1000);
    fixture_clear(world, "compliance_adapter", "dub");
    fixture_pass_s(world, 16 * MINUTE_S);
    assert_true(dub->backlog.count < 500);
    fixture_act(world, "stop_service", "pc1", "name=RTCCOMPLIANCE");
    assert_non_null(strstr(fixture_refused_act(world, "start_service", "pc2", NULL), "1056"));
    fixture_pass_s(world, 3 * MINUTE_S);
    assert_int_equal(dub->active_server_id, 2);
}

/* --- between the sites --- */

static void the_documented_failover_step_by_step(void **state)
{
    static const char *const steps[] = {"step_remove_log_shipping", "step_copy_logs", "step_apply_logs",
                                        "step_recover"};
    AUTO(world) struct world *world = fixture_world();
    size_t rows;

    (void)state;
    fixture_set(world, "site_down", "dub", NULL);
    for (size_t i = 0; i < COUNT(steps); i++) {
        assert_int_equal(fixture_mgc(world, "sqldr1")->state, DATABASE_RESTORING);
        fixture_act(world, steps[i], NULL, NULL);
    }
    assert_int_equal(fixture_mgc(world, "sqldr1")->state, DATABASE_ONLINE);
    fixture_act(world, "step_move_store", NULL, NULL);
    fixture_act(world, "step_set_failed_over", NULL, NULL);
    fixture_pass_s(world, 2 * MINUTE_S);
    assert_string_equal(connected_to(world, "sqldr1"), "");
    assert_int_equal(moved_pings(world, "sqldr1", &rows), 0);
    assert_int_equal(rows, 8); /* the old site's rows came with the log, and stand still */
    fixture_act(world, "step_mirror_backup", NULL, NULL);
    fixture_act(world, "step_activate_backup", NULL, "servers=pc5,pc6");
    fixture_pass_s(world, 2 * MINUTE_S);
    assert_string_equal(connected_to(world, "sqldr1"), "pc5 pc6");
    assert_int_equal(moved_pings(world, "sqldr1", &rows), 2);
    assert_int_equal(fixture_mgc(world, "sqldr1")->mirror.state, MIRRORING_SYNCHRONIZED);
}

static void a_returned_site_believes_its_old_replica(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "site_down", "dub", NULL);
    fixture_act(world, "failover_by_hand", NULL, NULL);
    fixture_set(world, "link_cut", "red->dub", NULL); /* dub hears nothing of it */
    fixture_clear(world, "site_down", "dub");
    fixture_pass_s(world, 3 * MINUTE_S);
    assert_string_equal(connected_to(world, "sqlpri1"), "pc1 pc2 pc3 pc4");
    assert_string_equal(connected_to(world, "sqldr1"), "pc5 pc6 pc7 pc8");
    fixture_clear(world, "link_cut", "red->dub");
    fixture_pass_s(world, 3 * MINUTE_S);
    assert_string_equal(connected_to(world, "sqlpri1"), "");
    assert_int_equal(fixture_writable_count(world), 2);
    fixture_act(world, "step_fence_primary", NULL, NULL);
    assert_int_equal(fixture_writable_count(world), 1);
}

static void the_documented_failback_step_by_step(void **state)
{
    static const char *const steps[] = {
        "step_clear_active_list", "step_wait_for_replicas", "step_unmirror_backup",
        "step_back_up_backup",    "step_restore_primary",   "step_ship_from_primary",
        "step_activate_primary",  "step_set_normal",        "step_mirror_primary"};
    AUTO(world) struct world *world = fixture_world();
    struct guid id;

    (void)state;
    id = *chat_config_pool_id(world, fixture_mgc(world, "sqlpri1"));
    fixture_set(world, "site_down", "dub", NULL);
    fixture_act(world, "failover_by_hand", NULL, "mirror=yes");
    fixture_pass_s(world, 10 * MINUTE_S);
    fixture_clear(world, "site_down", "dub");
    fixture_act(world, "step_rebuild_primary", NULL, NULL);
    assert_false(guid_same(&id, chat_config_pool_id(world, fixture_mgc(world, "sqlpri1"))));
    for (size_t i = 0; i < COUNT(steps); i++)
        fixture_act(world, steps[i], NULL, NULL);
    fixture_pass_s(world, 20 * MINUTE_S);
    assert_true(guid_same(&id, chat_config_pool_id(world, fixture_mgc(world, "sqlpri1"))));
    assert_string_equal(connected_to(world, "sqlpri1"), "pc1 pc2 pc3 pc4");
    assert_int_equal(fixture_writable_count(world), 1);
    assert_int_equal(fixture_mgc(world, "sqldr1")->state, DATABASE_RESTORING);
    assert_int_equal(fixture_last_status(world, "sqldr1", LS_RESTORE), LS_SUCCESS);
}

/* The planned switch loses nothing, and the old primary goes on as secondary. */
static void a_planned_switch_and_reverse_log_shipping(void **state)
{
    static const char *const steps[] = {
        "step_clear_active_list", "step_wait_for_replicas", "step_unmirror_primary", "step_tail_log",
        "step_copy_logs",         "step_apply_logs",        "step_recover",          "step_ship_from_backup",
        "step_set_failed_over",   "step_activate_backup",   "step_wait_for_replicas"};
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    for (size_t i = 0; i < COUNT(steps); i++)
        fixture_act(world, steps[i], NULL, NULL);
    assert_true(fixture_truth(world, "instances.sqldr1.mgc.lost_if_survivor") == 0);
    fixture_pass_s(world, 20 * MINUTE_S);
    assert_string_equal(connected_to(world, "sqldr1"), "pc5 pc6 pc7 pc8");
    assert_int_equal(fixture_mgc(world, "sqlpri1")->state, DATABASE_RESTORING);
    assert_int_equal(fixture_last_status(world, "sqlpri1", LS_RESTORE), LS_SUCCESS);
}

static void mirror_and_witness_promote_themselves(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "site_down", "dub", NULL);
    fixture_act(world, "failover_by_hand", NULL, NULL);
    fixture_act(world, "old_primary_returned", NULL, "who=mirror");
    fixture_pass_s(world, 2 * MINUTE_S);
    assert_true(database_is_writable(fixture_mgc(world, "sqlmir1")));
    assert_int_equal(fixture_writable_count(world), 2);
}

static void both_copies_are_written(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "both_copies_written", NULL, NULL);
    fixture_pass_s(world, MINUTE_S);
    assert_string_equal(connected_to(world, "sqlpri1"), "pc1 pc2 pc3 pc4");
    assert_string_equal(connected_to(world, "sqldr1"), "pc5 pc6 pc7 pc8");
    assert_true(fixture_truth(world, "instances.sqlpri1.mgc.lost_if_survivor") > 0);
    assert_true(fixture_truth(world, "instances.sqldr1.mgc.lost_if_survivor") > 0);
    fixture_clear(world, "both_copies_written", NULL);
    fixture_pass_s(world, 2 * MINUTE_S);
    assert_string_equal(connected_to(world, "sqlpri1"), "");
}

static void a_state_that_the_replicas_contradict(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "pool_state_mismatch", "dub", NULL);
    fixture_pass_s(world, 2 * MINUTE_S);
    assert_string_equal(connected_to(world, "sqlpri1"), "");
    assert_int_equal(world->store.settings.state, POOL_NORMAL);
    assert_int_equal(host(world, "pc1")->replica.settings.state, POOL_FAILED_OVER);
    fixture_clear(world, "pool_state_mismatch", "dub");
    fixture_pass_s(world, 2 * MINUTE_S);
    assert_string_equal(connected_to(world, "sqlpri1"), "pc1 pc2 pc3 pc4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(active_and_idle_differ_only_in_the_database),
        cmocka_unit_test(unconfirmed_things_are_configuration),
        cmocka_unit_test(a_change_reaches_each_replica_after_a_while),
        cmocka_unit_test(a_lost_store_takes_no_orders),
        cmocka_unit_test(the_list_is_taken_as_given),
        cmocka_unit_test(services_as_the_controller_knows_them),
        cmocka_unit_test(file_servers_are_reached_while_they_offer_something),
        cmocka_unit_test(sql_services_are_the_instances),
        cmocka_unit_test(a_broken_database_path_is_logged_once),
        cmocka_unit_test(a_test_message_needs_the_next_hop_and_a_server),
        cmocka_unit_test(compliance_is_drained_by_its_adapter),
        cmocka_unit_test(the_documented_failover_step_by_step),
        cmocka_unit_test(a_returned_site_believes_its_old_replica),
        cmocka_unit_test(the_documented_failback_step_by_step),
        cmocka_unit_test(a_planned_switch_and_reverse_log_shipping),
        cmocka_unit_test(mirror_and_witness_promote_themselves),
        cmocka_unit_test(both_copies_are_written),
        cmocka_unit_test(a_state_that_the_replicas_contradict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
