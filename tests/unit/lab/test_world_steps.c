/* The documented steps of a person: what SQL Server and the management store refuse, what may be done twice,
 * and what each leaves behind. */
#include "unit/lab/world_fixture.h"

#include <string.h>

#define LOST    "site_down dub; "
#define REMOVED LOST ".step_remove_log_shipping; .step_copy_logs; .step_apply_logs; "
#define IN_RED                                                                                               \
    REMOVED ".step_recover; .step_move_store fe-red1; .step_set_failed_over; .step_activate_backup; +2; "
#define RETURNED  IN_RED "!site_down dub; .step_rebuild_primary; .step_clear_active_list; +2; "
#define BACKED_UP RETURNED ".step_unmirror_backup; .step_back_up_backup; "

static const struct {
    const char *steps, *act, *target, *params;
    const char *says; /* in the refusal */
} refusals[] = {
    /* failover */
    {"instance_down sqldr1; ", "step_remove_log_shipping", NULL, "", "sqldr1 is down"},
    {"instance_down sqldr1; ", "step_copy_logs", NULL, "", "sqldr1 is down"},
    {"instance_down sqldr1; ", "step_apply_logs", NULL, "", "sqldr1 is down"},
    {"file_deleted_early; +20; site_down dub; ", "step_apply_logs", NULL, "", "Msg 4305"},
    {"instance_down sqldr1; ", "step_recover", NULL, "", "sqldr1 is down"},
    {REMOVED ".step_recover; ", "step_apply_logs", NULL, "", "Msg 3117"},
    {REMOVED ".step_recover; ", "step_recover", NULL, "", "Msg 3153"},
    {LOST, "step_set_failed_over", NULL, "", "Central Management Store"},
    {"host_down fe-red1; ", "step_set_failed_over", NULL, "", "from=fe-red1: no such host, or it is down"},
    {LOST, "step_activate_backup", NULL, "", "Central Management Store"},
    {LOST, "step_mirror_backup", NULL, "", "mgc on sqldr1 is not online"},
    {IN_RED "instance_down sqldr2; ", "step_mirror_backup", NULL, "", "sqldr2 is down"},
    {IN_RED ".step_mirror_backup; ", "step_mirror_backup", NULL, "", "Msg 1405"},
    {LOST, "step_move_store", "fe-dub1", "", "fe-dub1.litwareinc.com is down"},
    {"", "step_move_store", "pc1", "", "does not host the Central Management Store"},
    {LOST, "step_move_next_hop", "fe-dub1", "", "fe-dub1 is down"},
    {LOST, "step_move_next_hop", "fe-red1", "", "Central Management Store"},
    /* failback */
    {"store_unreachable; ", "step_clear_active_list", NULL, "", "Central Management Store"},
    {"instance_down sqldr1; ", "step_unmirror_backup", NULL, "", "sqldr1 is down"},
    {"instance_down sqldr1; ", "step_back_up_backup", NULL, "", "sqldr1 is down"},
    {"", "step_back_up_backup", NULL, "", "Msg 927"},
    {RETURNED "share_unreachable; ", "step_back_up_backup", NULL, "", "Msg 3201"},
    {RETURNED "share_full; ", "step_back_up_backup", NULL, "", "Msg 3202"},
    {RETURNED, "step_restore_primary", NULL, "", "Msg 3201"},
    {"", "step_restore_primary", NULL, "", "Msg 3201"},
    {BACKED_UP "instance_down sqlpri1; ", "step_restore_primary", NULL, "", "sqlpri1 is down"},
    {BACKED_UP "instance_down sqldr1; ", "step_ship_from_primary", NULL, "", "sqldr1 is down"},
    {"store_unreachable; ", "step_activate_primary", NULL, "", "Central Management Store"},
    {"store_unreachable; ", "step_set_normal", NULL, "", "Central Management Store"},
    {LOST, "step_fence_primary", NULL, "", "sqlpri1 and sqlmir1 are down"},
    {LOST, "step_unmirror_primary", NULL, "", "sqlpri1 and sqlmir1 are down"},
    {LOST, "step_rebuild_primary", NULL, "", "sqlpri1 is down"},
    {"", "step_mirror_primary", NULL, "", "Msg 1405"},
    {"", "step_ship_from_mirror", NULL, "", "fail over to it first"},
    /* within the site */
    {"mirror_suspended; ", "step_mirror_failover", NULL, "", "Msg 1422"},
    {"mirror_removed; ", "step_mirror_failover", NULL, "", "Msg 1416"},
    {LOST, "step_mirror_failover", NULL, "force=yes", "sqlmir1 is down"},
    {"instance_down sqlpri1; instance_down sqlmir1; ", "step_mirror_failover", NULL, "", "sqlpri1 is down"},
    /* planned switch */
    {"", "step_tail_log", NULL, "", "Msg 1468"},
    {LOST, "step_tail_log", NULL, "", "sqlpri1 is down"},
};

static void steps_are_refused_as_by_the_real_ones(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refusals); i++) {
        AUTO(world) struct world *world = fixture_world();
        const char *said;

        fixture_do(world, refusals[i].steps);
        said = fixture_refused_act(world, refusals[i].act, refusals[i].target, refusals[i].params);
        if (!strstr(said, refusals[i].says))
            fail_msg("row %zu, %s: \"%s\", should say \"%s\"", i, refusals[i].act, said, refusals[i].says);
    }
}

static void what_may_be_done_twice_may(void **state)
{
    static const char *const steps[] = {
        REMOVED ".step_remove_log_shipping; .step_copy_logs; .step_apply_logs",
        IN_RED ".step_set_failed_over; .step_activate_backup; .step_move_store fe-red1",
        BACKED_UP ".step_clear_active_list; .step_unmirror_backup; .step_back_up_backup",
        BACKED_UP
        ".step_restore_primary; .step_restore_primary; .step_ship_from_primary; .step_ship_from_primary",
        IN_RED ".old_primary_returned; +3; .step_fence_primary; .step_fence_primary",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(steps); i++) {
        AUTO(world) struct world *world = fixture_world();

        fixture_do(world, steps[i]);
    }
}

static void the_mirrored_databases_fail_over_one_by_one(void **state)
{
    AUTO(world) struct world *world = fixture_world();
    struct instance *a = world_instance(world, "sqlpri1"), *mirror = world_instance(world, "sqlmir1");

    (void)state;
    fixture_act(world, "step_mirror_failover", NULL, "database=mgccomp");
    assert_true(database_is_writable(database_find(mirror, "mgccomp")));
    assert_true(database_is_writable(database_find(a, "mgc")));
    fixture_act(world, "step_mirror_failover", NULL, "");
    assert_true(database_is_writable(database_find(mirror, "mgc")));
    fixture_pass_s(world, 60);
    fixture_act(world, "step_mirror_failover", NULL, ""); /* and back */
    assert_true(database_is_writable(database_find(a, "mgc")));
}

/* The whole way back: log shipping works from both partners afterwards, as it did at first. */
static void a_failback_by_steps_leaves_nothing_undone(void **state)
{
    AUTO(world) struct world *world = fixture_world();

    (void)state;
    fixture_do(world,
               BACKED_UP ".step_restore_primary; .step_set_normal; .step_activate_primary; "
                         ".step_ship_from_primary; .step_mirror_primary; +5; .step_mirror_failover; +1; "
                         ".step_ship_from_mirror; +30");
    assert_int_equal(fixture_last_status(world, "sqlmir1", LS_BACKUP), LS_SUCCESS);
    assert_int_equal(fixture_last_status(world, "sqldr1", LS_RESTORE), LS_SUCCESS);
    assert_int_equal(fixture_writable_count(world), 1);
    assert_true(fixture_truth(world, "shipping.backlog.files") < 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_refused_as_by_the_real_ones),
        cmocka_unit_test(what_may_be_done_twice_may),
        cmocka_unit_test(the_mirrored_databases_fail_over_one_by_one),
        cmocka_unit_test(a_failback_by_steps_leaves_nothing_undone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
