/* Every row of the persistent-chat reference's state table can be reached: by faults, and by the steps of a
 * person. */
#include "unit/lab/world_fixture.h"

#include <stdio.h>
#include <string.h>

/* "fault set NAME [TARGET] [K=V ...]" without the words fault set: !NAME clears, .NAME acts, +N lets N
 * minutes pass. */
static void do_word(struct world *world, char *step)
{
    char *name = strsep(&step, " "), *target = NULL;

    if (step && !strchr(step, '='))
        target = step, step = NULL;
    else if (step && strchr(step, ' ') && strchr(step, ' ') < strchr(step, '='))
        target = strsep(&step, " ");
    if (*name == '+')
        fixture_pass_s(world, strtoll(name + 1, NULL, 10) * 60);
    else if (*name == '!')
        fixture_clear(world, name + 1, target);
    else if (*name == '.')
        fixture_act(world, name + 1, target, step);
    else
        fixture_set(world, name, target, step);
}

static void do_all(struct world *world, const char *steps)
{
    char text[1024], *rest = text, *step;

    snprintf(text, sizeof text, "%s", steps);
    while ((step = strsep(&rest, ";")) != NULL) {
        step += strspn(step, " ");
        if (*step)
            do_word(world, step);
    }
}

/* ON, MIR (served by the mirror), RST, DOWN; a read-only or closed copy is CLOSED. */
static const char *copy_word(struct world *world, const char *name)
{
    const struct instance *instance = world_instance(world, name);
    const struct database *mgc = fixture_mgc(world, name);

    if (instance->down)
        return "DOWN";
    if (mgc->state == DATABASE_RESTORING)
        return "RST";
    return database_is_writable(mgc) ? "ON" : "CLOSED";
}

static int connected(struct world *world, const char *first, const char *second)
{
    int count = 0;

    for (size_t i = 0; i < world->host_count; i++) {
        const struct instance *copy = chat_copy(world, &world->hosts[i]);
        count += copy && (strcmp(copy->name, first) == 0 || strcmp(copy->name, second) == 0);
    }
    return count;
}

/* Pool state, A, A', B, servers connected in dub and in red, length of the list, servers whose service runs.
 */
static void describe(struct world *world, char *out, size_t out_bytes)
{
    int running = 0;

    for (size_t i = 0; i < world->host_count; i++)
        running += chat_is_server(&world->hosts[i]) && windows_runs(&world->hosts[i], SERVICE_CHAT);
    snprintf(out, out_bytes, "%c %s %s %s %d/%d list %zu run %d",
             world->store.settings.state == POOL_NORMAL ? 'N' : 'F', copy_word(world, "sqlpri1"),
             copy_word(world, "sqlmir1"), copy_word(world, "sqldr1"), connected(world, "sqlpri1", "sqlmir1"),
             connected(world, "sqldr1", "sqldr2"), world->store.settings.active_server_count, running);
}

#define LOST        "site_down dub; "
#define RECOVERED   LOST ".step_remove_log_shipping; .step_copy_logs; .step_apply_logs; .step_recover; "
#define FAILED_OVER RECOVERED ".step_move_store fe-red1; .step_set_failed_over; .step_activate_backup; +2; "
#define REBUILT     FAILED_OVER "!site_down dub; .step_rebuild_primary; .step_clear_active_list; +2; "
#define RESTORED    REBUILT ".step_unmirror_backup; .step_back_up_backup; .step_restore_primary; "

static const struct {
    const char *row, *steps, *facts;
} rows[] = {
    {"1 NORMAL", "", "N ON RST RST 4/0 list 4 run 8"},
    {"2 NORMAL_ON_MIRROR", ".step_mirror_failover; +1", "N RST ON RST 4/0 list 4 run 8"},
    {"4 NO_SITE_HA", "mirror_suspended; +1", "N ON RST RST 4/0 list 4 run 8"},
    {"6 DR_UNAVAILABLE", "instance_down sqldr1; +1", "N ON RST DOWN 4/0 list 4 run 8"},
    {"7 TWO_ONLINE_COPIES", ".recover_secondary; +1", "N ON RST ON 4/0 list 4 run 8"},
    {"8 SPLIT_BRAIN", "both_copies_written; +1", "F ON RST ON 4/4 list 4 run 8"},
    {"9 DEGRADED", "service pc2; +1", "N ON RST RST 3/0 list 4 run 7"},
    {"10 NO_RUNNING_SERVER", "service pc1; service pc2; service pc3; service pc4; +1",
     "N ON RST RST 0/0 list 4 run 4"},
    {"12 SERVERS_NOT_CONNECTED", "pool_state_mismatch dub; +1", "N ON RST RST 0/0 list 4 run 8"},
    {"13 NO_ACTIVE_SERVER", "active_list how=empty; +1", "N ON RST RST 0/0 list 0 run 8"},
    {"14 ACTIVE_LIST_INVALID", "active_list how=five; +1", "N ON RST RST 5/0 list 5 run 8"},
    {"15 ACTIVE_FAR_FROM_DB", "active_list how=far; +1", "N ON RST RST 4/0 list 4 run 8"},
    {"16 DATABASE_DOWN", "instance_down sqlpri1; instance_down sqlmir1; +1",
     "N DOWN DOWN RST 0/0 list 4 run 8"},
    {"17 SITE_LOSS", LOST "+1", "N DOWN DOWN RST 0/0 list 4 run 4"},
    {"18 FAILOVER_STEP1_3", LOST ".step_remove_log_shipping; +1", "N DOWN DOWN RST 0/0 list 4 run 4"},
    {"19 FAILOVER_STEP4_DONE", RECOVERED "+1", "N DOWN DOWN ON 0/0 list 4 run 4"},
    {"20 STATE_AHEAD_OF_DATABASE", LOST ".step_move_store fe-red1; .step_set_failed_over; +1",
     "F DOWN DOWN RST 0/0 list 4 run 4"},
    {"21 FAILOVER_STEP7_PENDING", RECOVERED ".step_move_store fe-red1; .step_set_failed_over; +2",
     "F DOWN DOWN ON 0/0 list 4 run 4"},
    {"22 DR_ACTIVE_NO_HA", FAILED_OVER, "F DOWN DOWN ON 0/4 list 4 run 4"},
    {"23 DR_ACTIVE", FAILED_OVER ".step_mirror_backup; +1", "F DOWN DOWN ON 0/4 list 4 run 4"},
    {"24 OLD_PRIMARY_RETURNED", FAILED_OVER ".old_primary_returned; +3", "F ON RST ON 0/4 list 4 run 8"},
    {"24 fenced", FAILED_OVER ".old_primary_returned; +3; .step_fence_primary",
     "F CLOSED RST ON 0/4 list 4 run 8"},
    {"25 DR_ACTIVE_PROTECTED",
     ".step_clear_active_list; .step_wait_for_replicas; .step_unmirror_primary; .step_tail_log; "
     ".step_copy_logs; "
     ".step_apply_logs; .step_recover; .step_ship_from_backup; .step_set_failed_over; .step_activate_backup; "
     "+2",
     "F RST RST ON 0/4 list 4 run 8"},
    {"26 FAILBACK_STEP1", REBUILT, "F ON RST ON 0/0 list 0 run 8"},
    {"27 FAILBACK_STEP4_DONE", RESTORED "+1", "F ON RST ON 0/0 list 0 run 8"},
    {"28 FAILBACK_ORDER_HAZARD", RESTORED ".step_activate_primary; +2", "F ON RST ON 0/4 list 4 run 8"},
    {"29 FAILBACK_LS_PENDING", RESTORED ".step_set_normal; .step_activate_primary; +2",
     "N ON RST ON 4/0 list 4 run 8"},
    {"30 STATE_MISMATCH",
     "replica_stale pc1; replica_stale pc2; replica_stale pc3; replica_stale pc4; .recover_secondary; "
     ".step_set_failed_over; +2",
     "F ON RST ON 4/0 list 4 run 8"},
    {"31 REPLICA_STALE", "replica_stale pc6; +1", "N ON RST RST 4/0 list 4 run 8"},
    {"32 CMS_UNREACHABLE", "store_unreachable; +1", "N ON RST RST 4/0 list 4 run 8"},
    {"33 NEXT_HOP_DOWN", "next_hop_down; +1", "N ON RST RST 4/0 list 4 run 8"},
    {"38 INCONSISTENT", FAILED_OVER ".old_primary_returned; +3; database_closed sqldr1; +1",
     "F ON RST CLOSED 0/0 list 4 run 8"},
};

static void every_row_is_reachable(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(world) struct world *world = fixture_world();
        char facts[128];
        do_all(world, rows[i].steps);
        describe(world, facts, sizeof facts);
        if (strcmp(facts, rows[i].facts) != 0)
            fail_msg("%s: %s, should be %s", rows[i].row, facts, rows[i].facts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_row_is_reachable)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
