/* assess_pool: every situation is told, the more dangerous of two leads, expectations are weighed. */
#include "assess/assess.h"
#include "assess/pool_state.h"
#include "unit/assess/pool_cases.h"
#include "unit/cmocka_unit.h"

#include "base/strbuf.h"

#include <string.h>

static const char *lead_of(const struct report *report, struct strbuf *out)
{
    if (!report->finding_count)
        return "OK";
    strbuf_format(out, "%s %s", severity_name(report->findings[0].severity),
                  condition_info(report->findings[0].condition)->name);
    return strbuf_text(out);
}

static void explain(const struct report *report)
{
    for (size_t i = 0; i < report->finding_count; i++)
        print_error("    %s %s: %s\n", severity_name(report->findings[i].severity),
                    condition_info(report->findings[i].condition)->name, report->findings[i].message);
}

static bool leads(const struct snapshot *snapshot, const struct assess_options *options, const char *name,
                  const char *wanted)
{
    AUTO(report) struct report *report = assess_pool(snapshot, options);
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    const char *lead = lead_of(report, &text);

    if (strcmp(lead, wanted) == 0)
        return true;
    print_error("%s\n  got    %s\n  wanted %s\n", name, lead, wanted);
    explain(report);
    return false;
}

static void every_situation_is_told(void **state)
{
    bool good = true;

    (void)state;
    for (size_t i = 0; i < pool_case_count; i++) {
        AUTO(snapshot) struct snapshot *snapshot = pool_healthy();

        pool_cases[i].change(snapshot);
        good &= leads(snapshot, NULL, pool_cases[i].name, pool_cases[i].state);
    }
    assert_true(good);
}

static bool some_case_is(const struct pool_row *row)
{
    char wanted[80];

    snprintf(wanted, sizeof(wanted), "%s %s", severity_name(row->severity),
             condition_info(row->condition)->name);
    for (size_t i = 0; i < pool_case_count; i++)
        if (strcmp(pool_cases[i].state, wanted) == 0)
            return true;
    return false;
}

/* Of replica_stale only the mild form leads alone: the others accompany what is worse. */
static void every_row_has_its_situation(void **state)
{
    (void)state;
    for (size_t i = 0; i < pool_row_count; i++)
        if (pool_rows[i].condition && !some_case_is(&pool_rows[i]) &&
            pool_rows[i].condition != CONDITION_replica_stale)
            fail_msg("row %d, %s %s, leads no case", pool_rows[i].number,
                     severity_name(pool_rows[i].severity), pool_rows[i].name);
}

static const struct {
    const char *worse, *milder;
} pairs[] = {
    {"split brain", "services stopped"},
    {"split brain", "ports closed"},
    {"split brain", "next hop down"},
    {"split brain", "certificate ended"},
    {"split brain", "shipping late"},
    {"secondary recovered", "next hop down"},
    {"secondary recovered", "one service stopped"},
    {"secondary recovered", "certificate ended"},
    {"secondary recovered", "two masters"},
    {"both partners closed", "services stopped"},
    {"both partners closed", "ports closed"},
    {"both partners closed", "secondary suspect"},
    {"both partners closed", "next hop down"},
    {"services stopped", "next hop down"},
    {"services stopped", "shipping very late"},
    {"services stopped", "certificate ended"},
    {"services stopped", "mirror suspended"},
    {"ports closed", "next hop down"},
    {"ports closed", "certificate ending"},
    {"not connected", "next hop down"},
    {"not connected", "mirror suspended"},
    {"list empty", "next hop down"},
    {"list empty", "five active servers"},
    {"next hop down", "shipping very late"},
    {"next hop down", "mirror suspended"},
    {"on the mirror, no shipping", "one port closed"},
    {"mirror suspended", "shipping late"},
    {"mirror suspended", "one service stopped"},
    {"shipping very late", "mirror suspended"},
    {"certificate ended", "one service stopped"},
    {"one service stopped", "certificate ending"},
    {"one service stopped", "replica stale"},
    {"site lost", "shipping late"},
    {"site lost", "secondary suspect"},
    {"old primary returned", "certificate ended"},
    {"old primary returned", "next hop down"},
};

static void the_more_dangerous_leads(void **state)
{
    bool good = true;

    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        const struct pool_case *worse = pool_case_find(pairs[i].worse);
        const struct pool_case *milder = pool_case_find(pairs[i].milder);
        AUTO(snapshot) struct snapshot *snapshot = pool_healthy();

        assert_true(worse && milder);
        milder->change(snapshot);
        worse->change(snapshot);
        good &= leads(snapshot, NULL, pairs[i].milder, worse->state);
    }
    assert_true(good);
}

static const struct {
    const char *situation;
    enum expect expect;
    const char *state;
} expectations[] = {
    {"healthy", EXPECT_PRIMARY, "OK"},
    {"healthy", EXPECT_ANY, "OK"},
    {"healthy", EXPECT_BACKUP, "CRITICAL role_unexpected"},
    {"healthy", EXPECT_MIRROR, "CRITICAL role_unexpected"},
    {"on the mirror", EXPECT_PRIMARY, "WARNING normal_on_mirror"},
    {"on the mirror", EXPECT_MIRROR, "OK"},
    {"on the mirror", EXPECT_ANY, "OK"},
    {"on the mirror", EXPECT_BACKUP, "CRITICAL role_unexpected"},
    {"switched over", EXPECT_PRIMARY, "WARNING dr_active_protected"},
    {"switched over", EXPECT_BACKUP, "OK"},
    {"switched over", EXPECT_MIRROR, "CRITICAL role_unexpected"},
    {"failed over", EXPECT_BACKUP, "WARNING dr_active_no_ha"},
    {"split brain", EXPECT_ANY, "CRITICAL split_brain"},
};

static void expectations_are_weighed(void **state)
{
    bool good = true;

    (void)state;
    for (size_t i = 0; i < COUNT(expectations); i++) {
        const struct assess_options options = {.unreachable = SEVERITY_UNKNOWN,
                                               .expect = expectations[i].expect};
        AUTO(snapshot) struct snapshot *snapshot = pool_healthy();

        pool_case_find(expectations[i].situation)->change(snapshot);
        good &= leads(snapshot, &options, expectations[i].situation, expectations[i].state);
    }
    assert_true(good);
}

static void a_welcome_state_must_be_seen(void **state)
{
    const struct assess_options options = {.unreachable = SEVERITY_UNKNOWN, .expect = EXPECT_BACKUP};
    AUTO(snapshot) struct snapshot *snapshot = pool_healthy();

    (void)state;
    pool_case_find("switched over")->change(snapshot);
    pool_host(snapshot, HOST_CHAT_SERVER, "pc5")->service.sighting.sight = SIGHT_DENIED;
    assert_true(leads(snapshot, &options, "switched over, services hidden", "UNKNOWN pool_unproven"));
}

static void hide_way(struct host_snapshot *host, enum host_fact_id id)
{
    static const struct fact_rows hidden = {.sighting = {.sight = SIGHT_TIMED_OUT}};

    fact_group_put(host_fact_group(id), host, &hidden);
}

/* Blindness never turns trouble into health. */
static void nothing_can_be_hidden_into_ok(void **state)
{
    (void)state;
    for (size_t i = 0; i < pool_case_count; i++) {
        AUTO(snapshot) struct snapshot *whole = pool_healthy();

        pool_cases[i].change(whole);
        for (size_t host = 0; host < whole->host_count; host++) {
            AUTO(snapshot) struct snapshot *hidden = pool_healthy();
            AUTO(report) struct report *before = assess_pool(whole, NULL), *after = NULL;

            pool_cases[i].change(hidden);
            if (hidden->hosts[host].kind == HOST_VANTAGE)
                continue;
            hide_way(&hidden->hosts[host], HOST_FACT_service);
            hide_way(&hidden->hosts[host], HOST_FACT_store);
            after = assess_pool(hidden, NULL);
            if (before->severity == SEVERITY_CRITICAL && after->severity == SEVERITY_OK)
                fail_msg("%s: OK with %s hidden", pool_cases[i].name, hidden->hosts[host].name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_situation_is_told),       cmocka_unit_test(every_row_has_its_situation),
        cmocka_unit_test(the_more_dangerous_leads),      cmocka_unit_test(expectations_are_weighed),
        cmocka_unit_test(nothing_can_be_hidden_into_ok), cmocka_unit_test(a_welcome_state_must_be_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
