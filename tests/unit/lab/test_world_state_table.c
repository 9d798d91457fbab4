/* Every row of the persistent-chat reference's state table can be reached: by faults, and by the steps of a
 * person. */
#include "unit/lab/world_fixture.h"

#include <stdio.h>
#include <string.h>

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
    {"38 INCONSISTENT",
     ".step_clear_active_list; .step_wait_for_replicas; .step_unmirror_primary; .step_tail_log; "
     ".step_set_failed_over; +1",
     "F RST RST RST 0/0 list 0 run 8"},
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
        fixture_do(world, rows[i].steps);
        describe(world, facts, sizeof facts);
        if (strcmp(facts, rows[i].facts) != 0)
            fail_msg("%s: %s, should be %s", rows[i].row, facts, rows[i].facts);
    }
}

/* ---- rows that other facts tell apart from 1 or 2 ---- */

static const struct host *host(struct world *world, const char *name)
{
    return world_host(world, name);
}

static enum port_state port(struct world *world, const char *name, int number)
{
    return windows_port(world, host(world, "monitor"), host(world, name), number);
}

static bool ships_nothing(struct world *world)
{
    return strcmp(copy_word(world, "sqlmir1"), "ON") == 0 &&
           world_instance(world, "sqlmir1")->shipping.primary_databases.count == 0;
}

static bool lags(struct world *world)
{
    return fixture_truth(world, "shipping.exposure_share_lost.usable_age_s") > 3600;
}

static bool only_the_port_is_closed(struct world *world)
{
    return port(world, "pc1", PORT_SIP_CHAT) == PORT_CLOSED && port(world, "pc1", PORT_WCF) == PORT_OPEN &&
           windows_runs(host(world, "pc1"), SERVICE_CHAT);
}

static bool compliance_waits(struct world *world)
{
    const struct compliance *dub = compliance_of(world, SITE_PRIMARY);

    return dub->backlog.count > 0 &&
           dub->backlog.rows[0].date_utc_ms < world->now_utc_ms - INT64_C(2) * 900 * 1000;
}

static bool file_store_is_closed(struct world *world)
{
    return port(world, "fs2", PORT_SMB) == PORT_CLOSED && port(world, "fs1", PORT_SMB) == PORT_OPEN;
}

static bool certificate_ends(struct world *world)
{
    return host(world, "pc1")->windows.certificates[CERTIFICATE_SIP].expires_in_days == 10;
}

static bool only_the_monitor_is_cut_off(struct world *world)
{
    return port(world, "pc1", PORT_SIP_CHAT) == PORT_FILTERED &&
           world_connects(world, host(world, "pc5"), host(world, "pc1")) &&
           connected(world, "sqlpri1", "") == 4;
}

static const struct {
    const char *row, *steps;
    bool (*holds)(struct world *world);
} other_rows[] = {
    {"3 ON_MIRROR_NO_DR", "ls_mirror_missing; .step_mirror_failover; +15", ships_nothing},
    {"5 DR_LAGGING", "copy_job; +60", lags},
    {"11 SERVICE_NOT_LISTENING", "port pc1 port=5041; port pc2 port=5041; +1", only_the_port_is_closed},
    {"34 COMPLIANCE_STALLED", "compliance_adapter dub; +45", compliance_waits},
    {"35 FILE_STORE_DOWN", "file_store_down; +1", file_store_is_closed},
    {"36 CERTIFICATE", "certificate pc1 use=sip how=expiring days=10", certificate_ends},
    {"37 MONITOR_ISOLATED", "link_cut monitor->dub; +1", only_the_monitor_is_cut_off},
};

static void rows_of_other_facts_are_reachable_too(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(other_rows); i++) {
        AUTO(world) struct world *world = fixture_world();

        fixture_do(world, other_rows[i].steps);
        if (!other_rows[i].holds(world))
            fail_msg("%s is not reached", other_rows[i].row);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_row_is_reachable),
                                       cmocka_unit_test(rows_of_other_facts_are_reachable_too)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
