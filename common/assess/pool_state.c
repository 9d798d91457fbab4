#include "assess/pool_state.h"

#include "base/cleanup.h"

#define BIT(column, value)   (1U << POOL_##column##_##value)
#define ONE(column, value)   [COLUMN_##column] = BIT(column, value)
#define TWO(column, a, b)    [COLUMN_##column] = (BIT(column, a) | BIT(column, b))
#define ANY(column, a, b, c) [COLUMN_##column] = (BIT(column, a) | BIT(column, b) | BIT(column, c))
#define NOT(column, value)   [COLUMN_##column] = ~BIT(column, value)

#define NORMAL      ONE(intent, normal)
#define FAILED_OVER ONE(intent, failed_over)
/* The store is silent, or was not asked: nothing says that the pool was failed over. */
#define NOT_FAILED_OVER TWO(intent, normal, unknown)
#define P_OPEN          TWO(p, on, mirror)
#define P_CLOSED        ANY(p, down, restoring, unseen)
#define P_GONE          TWO(p, down, unseen)
#define B_OPEN          ONE(b, on)
#define SERVES_P        NOT_FAILED_OVER, P_OPEN
#define SERVES_B        FAILED_OVER, P_CLOSED, B_OPEN

#define AS(condition_name, how_bad)                                                                          \
    .name = #condition_name, .condition = CONDITION_##condition_name, .severity = SEVERITY_##how_bad
#define TELLS(column) .tells = COLUMN_##column

/* One row is one line, so that the table can be read against the manual's. */
/* clang-format off */
const struct pool_row pool_rows[] = {
    /* can I see? */
    {37, AS(monitor_isolated, UNKNOWN), {TWO(site, elsewhere, nothing)}},
    /* two copies */
    {8, AS(split_brain, CRITICAL), {P_OPEN, B_OPEN, ONE(p_sessions, some), ONE(b_sessions, some)}},
    {29, AS(failback_ls_pending, CRITICAL), {NOT_FAILED_OVER, P_OPEN, B_OPEN, ONE(failback, yes)}},
    {7, AS(two_online_copies, CRITICAL), {NOT_FAILED_OVER, P_OPEN, B_OPEN, NOT(failback, yes)}},
    {28, AS(failback_order_hazard, CRITICAL), {FAILED_OVER, P_OPEN, TWO(b, on, restoring), ONE(active, primary), ANY(pings, none, at_b, unknown)}},
    {30, AS(state_mismatch, CRITICAL), {FAILED_OVER, P_OPEN, ONE(p_sessions, some)}},
    {27, AS(failback_step4_done, CRITICAL), {FAILED_OVER, P_OPEN, B_OPEN, ONE(active, none), ONE(lineage, same)}},
    {26, AS(failback_step1, CRITICAL), {FAILED_OVER, P_OPEN, B_OPEN, ONE(active, none), NOT(lineage, same)}},
    {24, AS(old_primary_returned, CRITICAL), {FAILED_OVER, P_OPEN, TWO(b, on, unseen), TWO(p_sessions, none, unknown), NOT(active, none)}},
    /* a failover that is not finished */
    {20, AS(state_ahead_of_database, CRITICAL), {FAILED_OVER, ONE(b, restoring)}},
    {21, AS(failover_step7_pending, CRITICAL), {SERVES_B, TWO(active, none, primary), ANY(pings, none, at_p, unknown)}},
    {21, AS(failover_step7_pending, CRITICAL), {SERVES_B, ONE(active, none)}},
    {19, AS(failover_step4_done, CRITICAL), {NORMAL, P_CLOSED, B_OPEN}},
    {18, AS(failover_step1_3, CRITICAL), {NORMAL, P_GONE, ONE(b, restoring), ONE(dr, removed)}},
    /* no copy in the primary site */
    {17, AS(site_loss, CRITICAL), {NOT_FAILED_OVER, ONE(site, lost), P_GONE}},
    {17, AS(primary_site_unseen, UNKNOWN), {NOT_FAILED_OVER, ONE(site, unseen), P_GONE}},
    {16, AS(database_down, CRITICAL), {NOT_FAILED_OVER, TWO(p, down, restoring), NOT(b, on)}},
    {16, AS(database_down, CRITICAL), {FAILED_OVER, TWO(p, down, restoring), ONE(b, down)}},
    {16, AS(writable_copy_unseen, UNKNOWN), {NOT_FAILED_OVER, ONE(p, unseen), NOT(b, on)}},
    {16, AS(writable_copy_unseen, UNKNOWN), {FAILED_OVER, P_CLOSED, TWO(b, unseen, down)}},
    /* a copy, but no service */
    {10, AS(no_running_server, CRITICAL), {SERVES_P, ONE(running, none), NOT(active, none)}, TELLS(running)},
    {10, AS(no_running_server, CRITICAL), {SERVES_B, ONE(running, none), NOT(active, none)}, TELLS(running)},
    {11, AS(service_not_listening, CRITICAL), {SERVES_P, TWO(running, all, some), ONE(ports, closed), NOT(active, none)}, TELLS(ports)},
    {11, AS(service_not_listening, CRITICAL), {SERVES_B, TWO(running, all, some), ONE(ports, closed), NOT(active, none)}, TELLS(ports)},
    {12, AS(servers_not_connected, CRITICAL), {SERVES_P, TWO(running, all, some), NOT(ports, closed), TWO(pings, none, at_b), NOT(active, none)}, TELLS(pings)},
    {12, AS(servers_not_connected, CRITICAL), {SERVES_B, TWO(running, all, some), NOT(ports, closed), TWO(pings, none, at_p), NOT(active, none)}, TELLS(pings)},
    {13, AS(no_active_server, CRITICAL), {SERVES_P, ONE(active, none)}, TELLS(active)},
    {33, AS(next_hop_down, CRITICAL), {ONE(next_hop, down)}, TELLS(next_hop)},
    /* service without its protection */
    {3, AS(on_mirror_no_dr, CRITICAL), {NOT_FAILED_OVER, ONE(p, mirror), TWO(dr, stalled, removed), NOT(b, on)}, TELLS(dr)},
    {2, AS(normal_on_mirror, WARNING), {NOT_FAILED_OVER, ONE(p, mirror), NOT(b, on)}},
    {4, AS(no_site_ha, WARNING), {NOT_FAILED_OVER, ONE(p, on), ONE(ha, broken), NOT(b, on)}, TELLS(ha)},
    {5, AS(dr_lagging, CRITICAL), {SERVES_P, ONE(b, restoring), ANY(dr, very_late, stalled, removed)}, TELLS(dr)},
    {5, AS(dr_lagging, WARNING), {SERVES_P, ONE(b, restoring), ONE(dr, late)}, TELLS(dr)},
    {6, AS(dr_unavailable, WARNING), {SERVES_P, TWO(b, down, unseen)}, TELLS(b)},
    {32, AS(cms_unreachable, WARNING), {ONE(store, unseen)}, TELLS(store)},
    {32, AS(store_two_masters, CRITICAL), {ONE(store, split)}, TELLS(store)},
    {32, AS(store_unread, UNKNOWN), {ONE(store, unread)}, TELLS(store)},
    /* the backup site serves */
    {22, AS(dr_active_no_ha, WARNING), {FAILED_OVER, P_GONE, B_OPEN, NOT(b_ha, mirrored), ANY(active, backup, mixed, unknown)}},
    {23, AS(dr_active, WARNING), {FAILED_OVER, P_GONE, B_OPEN, ONE(b_ha, mirrored), ANY(active, backup, mixed, unknown)}},
    {25, AS(dr_active_protected, WARNING), {FAILED_OVER, ONE(p, restoring), B_OPEN, ANY(active, backup, mixed, unknown)}},
    /* hygiene */
    {9, AS(degraded, WARNING), {ONE(running, some), NOT(active, none)}, TELLS(running)},
    {9, AS(degraded, WARNING), {ONE(ports, some), NOT(active, none)}, TELLS(ports)},
    {15, AS(active_far_from_db, WARNING), {ONE(reach, far)}, TELLS(active)},
    {31, AS(replica_stale, CRITICAL), {FAILED_OVER, P_OPEN, ONE(replicas, stale)}, TELLS(replicas)},
    {31, AS(replica_stale, CRITICAL), {NORMAL, P_CLOSED, ONE(replicas, stale)}, TELLS(replicas)},
    {31, AS(replica_stale, WARNING), {ONE(replicas, stale)}, TELLS(replicas)},
    {34, AS(compliance_stalled, WARNING), {ONE(compliance, stalled)}, TELLS(compliance)},
    {35, AS(file_store_down, WARNING), {ONE(files, unreachable)}, TELLS(files)},
    {36, AS(certificate, CRITICAL), {ONE(certificate, ended)}, TELLS(certificate)},
    {36, AS(certificate, WARNING), {ONE(certificate, ending)}, TELLS(certificate)},
    {14, AS(active_list_invalid, CRITICAL), {ONE(list, too_many)}, TELLS(list)},
    {14, AS(active_list_invalid, WARNING), {ONE(list, foreign)}, TELLS(list)},
    /* well */
    {1, .name = "normal", .severity = SEVERITY_OK,
     {NORMAL, ONE(site, seen), ONE(p, on), ONE(b, restoring), TWO(ha, synchronized, none), ONE(dr, current),
      TWO(active, primary, mixed), ONE(list, valid), ONE(running, all), ONE(ports, open), ONE(pings, at_p)}},
    /* whatever else: not seen enough, or a contradiction */
    {38, AS(pool_unproven, UNKNOWN), .if_unknown = true},
    {38, AS(inconsistent, UNKNOWN), {0}},
};
/* clang-format on */
const size_t pool_row_count = COUNT(pool_rows);

/* The columns without which a state cannot be told; protection decides only while the primary site serves. */
static const enum pool_column deciding[] = {COLUMN_site,    COLUMN_intent, COLUMN_p,
                                            COLUMN_b,       COLUMN_active, COLUMN_list,
                                            COLUMN_running, COLUMN_ports,  COLUMN_pings};
static const enum pool_column protecting[] = {COLUMN_ha, COLUMN_dr};

static bool any_is_unknown(const struct pool_view *view, const enum pool_column *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (view->value[list[i]] == 0)
            return true;
    return false;
}

static bool something_is_unknown(const struct pool_view *view)
{
    return any_is_unknown(view, deciding, COUNT(deciding)) ||
           (!POOL_IS(view, intent, failed_over) && any_is_unknown(view, protecting, COUNT(protecting)));
}

bool pool_row_fits(const struct pool_row *row, const struct pool_view *view)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        if (row->when[i] && !(row->when[i] & 1U << view->value[i]))
            return false;
    return !row->if_unknown || something_is_unknown(view);
}

const struct pool_row *pool_state(const struct pool_view *view)
{
    const struct pool_row *row = pool_rows;

    while (!pool_row_fits(row, view))
        row++;
    return row;
}

#define VALUE_NAME(column, value)   #value,
#define VALUE_NAMES(column, VALUES) static const char *const column##_names[] = {VALUES(VALUE_NAME)};
POOL_COLUMNS(VALUE_NAMES)

static const struct {
    const char *name;
    const char *const *values;
    size_t count;
} columns[COLUMN_COUNT] = {
#define COLUMN_ENTRY(column, VALUES) {#column, column##_names, COUNT(column##_names)},
    POOL_COLUMNS(COLUMN_ENTRY)
#undef COLUMN_ENTRY
};

const char *pool_column_name(enum pool_column column)
{
    return columns[column].name;
}

static bool is_among(enum pool_column column, const enum pool_column *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == column)
            return true;
    return false;
}

bool pool_column_decides(enum pool_column column)
{
    return is_among(column, deciding, COUNT(deciding)) || is_among(column, protecting, COUNT(protecting));
}

size_t pool_column_values(enum pool_column column)
{
    return columns[column].count;
}

const char *pool_value_name(enum pool_column column, unsigned value)
{
    return value < columns[column].count ? columns[column].values[value] : "?";
}
