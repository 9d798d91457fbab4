/* Quorum and role switching, case by case as the reference tells them. */
#include "unit/lab/world_fixture.h"

#include <string.h>

enum { TIMEOUT_S = 12 };

static void assert_side(struct world *world, const char *instance, enum mirroring_role role,
                        enum mirroring_state mirroring_state, enum database_state database_state)
{
    const struct database *mgc = fixture_mgc(world, instance);

    assert_true(mgc->mirror.configured);
    assert_int_equal(mgc->mirror.role, role);
    assert_int_equal(mgc->mirror.state, mirroring_state);
    assert_int_equal(mgc->state, database_state);
}

static void healthy_pair(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    const struct mirror *mirror = &fixture_mgc(world, "sqlpri1")->mirror;
    const struct instance *witness = world_instance(world, "sqlwit1");

    (void)state;
    assert_side(world, "sqlpri1", ROLE_PRINCIPAL, MIRRORING_SYNCHRONIZED, DATABASE_ONLINE);
    assert_side(world, "sqlmir1", ROLE_MIRROR, MIRRORING_SYNCHRONIZED, DATABASE_RESTORING);
    assert_int_equal(mirror->witness_state, WITNESS_CONNECTED);
    assert_int_equal(mirror->safety_level, SAFETY_FULL);
    assert_string_equal(mirror->partner_name, "TCP://sqlmir1.litwareinc.com:5022");
    assert_string_equal(mirror->witness_name, "TCP://sqlwit1.litwareinc.com:7022");
    assert_int_equal(witness->witness_sessions.count, 2);
    assert_true(witness->witness_sessions.rows[0].synchronized);
    assert_true(fixture_mgc(world, "sqlmir1")->place.end_lsn == fixture_mgc(world, "sqlpri1")->place.end_lsn);
}

static void principal_down_with_witness_fails_over_without_loss(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "instance_down", "sqlpri1", NULL);
    fixture_pass_s(world, TIMEOUT_S);
    assert_side(world, "sqlmir1", ROLE_PRINCIPAL, MIRRORING_DISCONNECTED, DATABASE_ONLINE);
    assert_int_equal(fixture_mgc(world, "sqlmir1")->mirror.role_sequence, 2);
    assert_true(fixture_truth(world, "instances.sqlmir1.mgc.lost_if_survivor") == 0);
    assert_int_equal(fixture_writable_count(world), 1);
    fixture_clear(world, "instance_down", "sqlpri1");
    fixture_pass_s(world, 5);
    assert_side(world, "sqlpri1", ROLE_MIRROR, MIRRORING_SYNCHRONIZED, DATABASE_RESTORING);
    assert_int_equal(fixture_mgc(world, "sqlpri1")->mirror.role_sequence, 2);
    assert_true(fixture_truth(world, "instances.sqlpri1.mgc.lost_if_survivor") == 0);
}

static void a_cut_cable_is_noticed_after_the_timeout(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "host_down", "sqlpri1", NULL);
    fixture_pass_s(world, 5);
    assert_side(world, "sqlmir1", ROLE_MIRROR, MIRRORING_SYNCHRONIZED, DATABASE_RESTORING);
    fixture_pass_s(world, 7);
    assert_side(world, "sqlmir1", ROLE_PRINCIPAL, MIRRORING_DISCONNECTED, DATABASE_ONLINE);
}

static void principal_down_without_witness_stops_service(void **state)
{
    AUTO(world) struct world *world = fixture_world_without_witness();

    (void)state;
    fixture_set(world, "instance_down", "sqlpri1", NULL);
    fixture_pass_s(world, TIMEOUT_S);
    assert_side(world, "sqlmir1", ROLE_MIRROR, MIRRORING_DISCONNECTED, DATABASE_RESTORING);
    assert_int_equal(fixture_writable_count(world), 0);
}

static void mirror_down_leaves_the_principal_serving_exposed(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "instance_down", "sqlmir1", NULL);
    fixture_pass_s(world, 60);
    assert_side(world, "sqlpri1", ROLE_PRINCIPAL, MIRRORING_DISCONNECTED, DATABASE_ONLINE);
    assert_int_equal(fixture_mgc(world, "sqlpri1")->log_reuse_wait, REUSE_DATABASE_MIRRORING);
    assert_true(fixture_mgc(world, "sqlpri1")->mirror.send_queue_bytes > 0);
    assert_int_equal(fixture_mgc(world, "sqlpri1")->mirror.role_sequence, 1);
    assert_false(world_instance(world, "sqlwit1")->witness_sessions.rows[0].synchronized);
    fixture_clear(world, "instance_down", "sqlmir1");
    fixture_pass_s(world, 5);
    assert_side(world, "sqlpri1", ROLE_PRINCIPAL, MIRRORING_SYNCHRONIZED, DATABASE_ONLINE);
    assert_int_equal(fixture_mgc(world, "sqlpri1")->mirror.send_queue_bytes, 0);
}

static void partners_apart_but_both_see_the_witness_no_failover(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "mirror_disconnected", NULL, NULL);
    fixture_pass_s(world, 60);
    assert_side(world, "sqlpri1", ROLE_PRINCIPAL, MIRRORING_DISCONNECTED, DATABASE_ONLINE);
    assert_side(world, "sqlmir1", ROLE_MIRROR, MIRRORING_DISCONNECTED, DATABASE_RESTORING);
}

static void principal_lost_after_disconnection_is_not_replaced(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "mirror_disconnected", NULL, NULL);
    fixture_pass_s(world, 60);
    fixture_set(world, "instance_down", "sqlpri1", NULL);
    fixture_pass_s(world, 60);
    assert_side(world, "sqlmir1", ROLE_MIRROR, MIRRORING_DISCONNECTED, DATABASE_RESTORING);
}

static void witness_lost_alone_changes_nothing(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "witness_lost", NULL, NULL);
    fixture_pass_s(world, 60);
    assert_side(world, "sqlpri1", ROLE_PRINCIPAL, MIRRORING_SYNCHRONIZED, DATABASE_ONLINE);
    assert_int_equal(fixture_mgc(world, "sqlpri1")->mirror.witness_state, WITNESS_DISCONNECTED);
}

static void witness_then_mirror_lost_takes_the_principal_offline(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    struct world_result result = {0};

    (void)state;
    fixture_set(world, "witness_lost", NULL, NULL);
    fixture_pass_s(world, 30);
    fixture_set(world, "instance_down", "sqlmir1", NULL);
    fixture_pass_s(world, TIMEOUT_S);
    assert_int_equal(
        database_open_error(world_instance(world, "sqlpri1"), fixture_mgc(world, "sqlpri1"), &result), 955);
    assert_int_not_equal(fixture_mgc(world, "sqlpri1")->state, DATABASE_ONLINE);
    assert_int_equal(fixture_writable_count(world), 0);
    fixture_clear(world, "instance_down", "sqlmir1");
    fixture_pass_s(world, 5);
    assert_side(world, "sqlpri1", ROLE_PRINCIPAL, MIRRORING_SYNCHRONIZED, DATABASE_ONLINE);
}

static void witness_off_lets_the_principal_go_on_alone(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_act(world, "witness_off", NULL, NULL);
    fixture_set(world, "instance_down", "sqlmir1", NULL);
    fixture_pass_s(world, 60);
    assert_side(world, "sqlpri1", ROLE_PRINCIPAL, MIRRORING_DISCONNECTED, DATABASE_ONLINE);
    assert_string_equal(fixture_mgc(world, "sqlpri1")->mirror.witness_name, "");
}

static void isolated_principal_loses_quorum_and_the_mirror_takes_over(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "quorum_lost", NULL, NULL);
    fixture_pass_s(world, TIMEOUT_S + 2);
    assert_true(fixture_mgc(world, "sqlpri1")->mirror.lost_quorum);
    assert_int_not_equal(fixture_mgc(world, "sqlpri1")->state, DATABASE_ONLINE);
    assert_side(world, "sqlmir1", ROLE_PRINCIPAL, MIRRORING_DISCONNECTED, DATABASE_ONLINE);
    fixture_pass_s(world, 30);
    fixture_clear(world, "quorum_lost", NULL);
    fixture_pass_s(world, 5);
    assert_side(world, "sqlpri1", ROLE_MIRROR, MIRRORING_SYNCHRONIZED, DATABASE_RESTORING);
    for (size_t i = 0; i < world->writable_spans.count; i++)
        for (size_t j = 0; j < i; j++)
            assert_true(world->writable_spans.rows[j].to_utc_ms >= 0 &&
                        world->writable_spans.rows[j].to_utc_ms <= world->writable_spans.rows[i].from_utc_ms);
    assert_true(fixture_truth(world, "instances.sqlmir1.mgc.lost_if_survivor") == 0);
}

static void all_apart_and_mirror_and_witness_meet_again_no_failover(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "quorum_lost", NULL, "takeover=no");
    fixture_pass_s(world, 60);
    assert_int_equal(fixture_writable_count(world), 0);
    fixture_set(world, "host_down", "sqlpri1", NULL);
    fixture_clear(world, "quorum_lost", NULL);
    fixture_pass_s(world, 60);
    assert_side(world, "sqlmir1", ROLE_MIRROR, MIRRORING_DISCONNECTED, DATABASE_RESTORING);
    assert_int_equal(fixture_writable_count(world), 0);
    fixture_clear(world, "host_down", "sqlpri1");
    fixture_pass_s(world, 5);
    assert_side(world, "sqlpri1", ROLE_PRINCIPAL, MIRRORING_SYNCHRONIZED, DATABASE_ONLINE);
}

static void manual_failover_swaps_roles_and_loses_nothing(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_act(world, "mirror_failover", NULL, NULL);
    fixture_pass_s(world, 10);
    assert_side(world, "sqlmir1", ROLE_PRINCIPAL, MIRRORING_SYNCHRONIZED, DATABASE_ONLINE);
    assert_side(world, "sqlpri1", ROLE_MIRROR, MIRRORING_SYNCHRONIZED, DATABASE_RESTORING);
    assert_int_equal(fixture_mgc(world, "sqlpri1")->mirror.role_sequence, 2);
    assert_true(fixture_truth(world, "instances.sqlmir1.mgc.lost_if_survivor") == 0);
    assert_int_equal(sessions_in(world_instance(world, "sqlpri1"), "mgc"), 0);
    assert_true(sessions_in(world_instance(world, "sqlmir1"), "mgc") > 0);
}

static void forced_service_starts_a_fork_and_suspends(void **state)
{
    AUTO(world) struct world *world = fixture_world_without_witness();
    double lost;

    (void)state;
    fixture_set(world, "mirror_disconnected", NULL, NULL);
    fixture_pass_s(world, 120);
    fixture_act(world, "force_service", "sqlmir1", NULL);
    fixture_pass_s(world, 60);
    assert_side(world, "sqlmir1", ROLE_PRINCIPAL, MIRRORING_SUSPENDED, DATABASE_ONLINE);
    assert_int_equal(fixture_writable_count(world), 2);
    lost = fixture_truth(world, "instances.sqlmir1.mgc.lost_if_survivor");
    assert_true(lost > 30);
    assert_false(guid_same(&fixture_mgc(world, "sqlmir1")->recovery_fork_guid,
                           &fixture_mgc(world, "sqlpri1")->recovery_fork_guid));
    assert_true(
        guid_same(&fixture_mgc(world, "sqlmir1")->family_guid, &fixture_mgc(world, "sqlpri1")->family_guid));
    assert_true(fixture_mgc(world, "sqlmir1")->mirror.role_sequence >
                fixture_mgc(world, "sqlpri1")->mirror.role_sequence);
    fixture_clear(world, "mirror_disconnected", NULL);
    fixture_pass_s(world, 5);
    assert_side(world, "sqlpri1", ROLE_MIRROR, MIRRORING_SUSPENDED, DATABASE_RESTORING);
    fixture_act(world, "resume_mirror", NULL, NULL);
    fixture_pass_s(world, 5);
    assert_side(world, "sqlpri1", ROLE_MIRROR, MIRRORING_SYNCHRONIZED, DATABASE_RESTORING);
    assert_int_equal(fixture_truth(world, "instances.sqlpri1.mgc.messages"),
                     fixture_truth(world, "instances.sqlmir1.mgc.messages"));
}

static void suspended_queue_grows_and_resume_drains_it(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "mirror_suspended", NULL, NULL);
    fixture_pass_s(world, 120);
    assert_side(world, "sqlpri1", ROLE_PRINCIPAL, MIRRORING_SUSPENDED, DATABASE_ONLINE);
    assert_side(world, "sqlmir1", ROLE_MIRROR, MIRRORING_SUSPENDED, DATABASE_RESTORING);
    assert_true(fixture_mgc(world, "sqlpri1")->mirror.send_queue_bytes > INT64_C(50) * 1500);
    assert_int_equal(fixture_mgc(world, "sqlpri1")->log_reuse_wait, REUSE_DATABASE_MIRRORING);
    fixture_clear(world, "mirror_suspended", NULL);
    fixture_pass_s(world, 5);
    assert_side(world, "sqlpri1", ROLE_PRINCIPAL, MIRRORING_SYNCHRONIZED, DATABASE_ONLINE);
}

static void removed_mirroring_leaves_the_mirror_restoring(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "mirror_removed", NULL, NULL);
    assert_false(fixture_mgc(world, "sqlpri1")->mirror.configured);
    assert_false(fixture_mgc(world, "sqlmir1")->mirror.configured);
    assert_int_equal(fixture_mgc(world, "sqlpri1")->state, DATABASE_ONLINE);
    assert_int_equal(fixture_mgc(world, "sqlmir1")->state, DATABASE_RESTORING);
    assert_int_equal(world_instance(world, "sqlwit1")->witness_sessions.count, 1);
    fixture_clear(world, "mirror_removed", NULL);
    fixture_pass_s(world, 5);
    assert_side(world, "sqlpri1", ROLE_PRINCIPAL, MIRRORING_SYNCHRONIZED, DATABASE_ONLINE);
}

static void a_removal_is_learned_on_reconnection(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_set(world, "mirror_disconnected", NULL, NULL);
    fixture_pass_s(world, 30);
    fixture_set(world, "mirror_removed", NULL, NULL);
    fixture_pass_s(world, 5);
    assert_true(fixture_mgc(world, "sqlmir1")->mirror.configured);
    fixture_clear(world, "mirror_disconnected", NULL);
    fixture_pass_s(world, 5);
    assert_false(fixture_mgc(world, "sqlmir1")->mirror.configured);
    assert_int_equal(fixture_mgc(world, "sqlmir1")->state, DATABASE_RESTORING);
}

/* --- refusals --- */

static void statements_refuse_with_their_numbers(void **state)
{
    static const struct {
        const char *fault, *instance, *database;
        enum partner_verb verb;
        int number;
    } cases[] = {
        {NULL, "sqlmir1", "mgc", PARTNER_FAILOVER, 1470},
        {NULL, "sqldr1", "mgc", PARTNER_FAILOVER, 1416},
        {NULL, "sqlpri1", "nothing", PARTNER_OFF, 911},
        {NULL, "sqlmir1", "mgc", PARTNER_FORCE_SERVICE, 1455},
        {NULL, "sqlpri1", "mgc", PARTNER_FORCE_SERVICE, 1455},
        {NULL, "sqlpri1", "mgc", PARTNER_SAFETY_OFF, 1473},
        {NULL, "sqlmir1", "mgc", PARTNER_RESUME, 1470},
        {"mirror_disconnected", "sqlpri1", "mgc", PARTNER_FAILOVER, 1447},
        {"mirror_disconnected", "sqlpri1", "mgc", PARTNER_RESUME, 1447},
        {"mirror_suspended", "sqlpri1", "mgc", PARTNER_FAILOVER, 1422},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(world) struct world *world = fixture_world();
        struct world_result result;
        if (cases[i].fault)
            fixture_set(world, cases[i].fault, NULL, NULL);
        fixture_pass_s(world, TIMEOUT_S);
        world_set_partner(world, world_instance(world, cases[i].instance), cases[i].database, cases[i].verb,
                          &result);
        assert_int_equal(result.number, cases[i].number);
    }
}

static void forced_service_needs_the_witness_when_there_is_one(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    struct world_result result;

    (void)state;
    fixture_set(world, "quorum_lost", NULL, "takeover=no");
    fixture_pass_s(world, 30);
    world_set_partner(world, world_instance(world, "sqlmir1"), "mgc", PARTNER_FORCE_SERVICE, &result);
    assert_int_equal(result.number, 1431);
}

/* steps before it, and its answer */
static void a_database_is_dropped_when_nobody_holds_it(void **state)
{
    static const struct {
        const char *steps, *instance, *database;
        int number;
    } cases[] = {
        {"", "sqlmir1", "nothing", 3701},
        {"", "sqlmir1", "mgc", 3743},
        {"", "sqlpri1", "mgc", 3743},
        {"mirror_removed; ", "sqlpri1", "mgc", 3702},
        {"mirror_removed; ", "sqlmir1", "mgc", 0},
        {"", "sqldr1", "mgccomp", 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(world) struct world *world = fixture_world();
        struct instance *instance = world_instance(world, cases[i].instance);
        struct world_result result;

        fixture_do(world, cases[i].steps);
        world_drop_database(instance, cases[i].database, &result);
        if (result.number != cases[i].number)
            fail_msg("row %zu: %d, should be %d", i, result.number, cases[i].number);
        assert_true((database_find(instance, cases[i].database) != NULL) ==
                    (result.number != 0 && result.number != 3701));
    }
}

/* What is left keeps its ids, and the world goes on: its steps and faults meet a mirror without mgc. */
static void a_dropped_mirror_can_be_built_anew(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    struct instance *mirror = world_instance(world, "sqlmir1");
    struct world_result result;
    int mgccomp_id = database_find(mirror, "mgccomp")->database_id;

    (void)state;
    fixture_do(world, ".step_unmirror_primary; ");
    world_drop_database(mirror, "mgc", &result);
    assert_int_equal(result.number, 0);
    assert_int_equal(database_find(mirror, "mgccomp")->database_id, mgccomp_id);
    for (size_t i = 0; i < mirror->security.users.count; i++)
        assert_string_not_equal(mirror->security.users.rows[i].database, "mgc");
    fixture_do(world, "+10; site_down dub; .old_primary_returned; +1; ");
    fixture_refused_act(world, "step_ship_from_mirror", NULL, "");
    fixture_refused_act(world, "step_mirror_failover", NULL, "");
    fixture_do(world, ".step_mirror_primary; +5; ");
    assert_side(world, "sqlmir1", ROLE_MIRROR, MIRRORING_SYNCHRONIZED, DATABASE_RESTORING);
    assert_true(fixture_mgc(world, "sqlmir1")->database_id > mgccomp_id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(healthy_pair),
        cmocka_unit_test(principal_down_with_witness_fails_over_without_loss),
        cmocka_unit_test(a_cut_cable_is_noticed_after_the_timeout),
        cmocka_unit_test(principal_down_without_witness_stops_service),
        cmocka_unit_test(mirror_down_leaves_the_principal_serving_exposed),
        cmocka_unit_test(partners_apart_but_both_see_the_witness_no_failover),
        cmocka_unit_test(principal_lost_after_disconnection_is_not_replaced),
        cmocka_unit_test(witness_lost_alone_changes_nothing),
        cmocka_unit_test(witness_then_mirror_lost_takes_the_principal_offline),
        cmocka_unit_test(witness_off_lets_the_principal_go_on_alone),
        cmocka_unit_test(isolated_principal_loses_quorum_and_the_mirror_takes_over),
        cmocka_unit_test(all_apart_and_mirror_and_witness_meet_again_no_failover),
        cmocka_unit_test(manual_failover_swaps_roles_and_loses_nothing),
        cmocka_unit_test(forced_service_starts_a_fork_and_suspends),
        cmocka_unit_test(suspended_queue_grows_and_resume_drains_it),
        cmocka_unit_test(removed_mirroring_leaves_the_mirror_restoring),
        cmocka_unit_test(a_removal_is_learned_on_reconnection),
        cmocka_unit_test(statements_refuse_with_their_numbers),
        cmocka_unit_test(forced_service_needs_the_witness_when_there_is_one),
        cmocka_unit_test(a_database_is_dropped_when_nobody_holds_it),
        cmocka_unit_test(a_dropped_mirror_can_be_built_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
