#include "model/report.h"
#include "unit/cmocka_unit.h"

#include <stdio.h>

static struct report *new_report(void)
{
    struct limits limits = limits_default();

    return report_new("PCHAT REPLICATION", "pool", &limits);
}

static void never_judged_is_unknown(void **state)
{
    AUTO(report) struct report *report = new_report();

    (void)state;
    assert_int_equal(report->severity, SEVERITY_UNKNOWN);
    report_add(report, CONDITION_instance_unseen, "a", "a")->severity = SEVERITY_CRITICAL;
    assert_int_equal(report->severity, SEVERITY_UNKNOWN);
}

static void judged_without_findings_is_ok(void **state)
{
    AUTO(report) struct report *report = new_report();

    (void)state;
    report_judge(report);
    assert_int_equal(report->severity, SEVERITY_OK);
}

/* Objects are named by the order in which they were added. */
static const struct {
    enum severity added[6];
    enum severity state;
    const char *order;
} sorts[] = {
    {{SEVERITY_OK, SEVERITY_UNKNOWN, SEVERITY_WARNING, SEVERITY_CRITICAL, SEVERITY_OK, SEVERITY_CRITICAL},
     SEVERITY_CRITICAL,
     "352104"},
    {{SEVERITY_UNKNOWN, SEVERITY_UNKNOWN, SEVERITY_WARNING, SEVERITY_WARNING, SEVERITY_OK, SEVERITY_UNKNOWN},
     SEVERITY_WARNING,
     "230154"},
    {{SEVERITY_OK, SEVERITY_OK, SEVERITY_OK, SEVERITY_UNKNOWN, SEVERITY_OK, SEVERITY_OK},
     SEVERITY_UNKNOWN,
     "301245"},
};

static void worst_comes_first_and_order_is_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sorts); i++) {
        AUTO(report) struct report *report = new_report();

        for (int k = 0; k < 6; k++) {
            char name[2] = {(char)('0' + k), '\0'};

            report_line(report, "primary", name);
            report_add(report, CONDITION_instance_unseen, name, "%d", k)->severity = sorts[i].added[k];
        }
        report_judge(report);
        assert_int_equal(report->severity, sorts[i].state);
        for (int k = 0; k < 6; k++) {
            assert_int_equal(report->findings[k].object[0], sorts[i].order[k]);
            assert_int_equal(report->lines[k].object[0], sorts[i].order[k]);
            assert_int_equal(report->lines[k].severity, report->findings[k].severity);
        }
    }
}

static void findings_start_with_their_condition(void **state)
{
    AUTO(report) struct report *report = new_report();
    const struct condition_info *info = condition_info(CONDITION_right_missing);
    struct finding *finding = report_add(report, CONDITION_right_missing, NULL, "%s %d", "right", 5);

    (void)state;
    assert_int_equal(finding->severity, info->severity);
    assert_string_equal(finding->action, info->action);
    assert_string_equal(finding->message, "right 5");
    assert_string_equal(finding->object, "");
    assert_false(finding->since_utc_ms.known);
}

static void unknown_metrics_stay_unknown(void **state)
{
    AUTO(report) struct report *report = new_report();

    (void)state;
    report_metric(report, METRIC_copy_age_s, "b", (struct fact_num){false, 77});
    report_metric(report, METRIC_exposure_s, NULL, (struct fact_num){true, 5});
    assert_false(report->metrics[0].known);
    assert_true(report->metrics[0].value == 0);
    assert_true(report->metrics[1].known && report->metrics[1].value == 5);
    assert_string_equal(report->metrics[1].object, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(never_judged_is_unknown),
        cmocka_unit_test(judged_without_findings_is_ok),
        cmocka_unit_test(worst_comes_first_and_order_is_kept),
        cmocka_unit_test(findings_start_with_their_condition),
        cmocka_unit_test(unknown_metrics_stay_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
