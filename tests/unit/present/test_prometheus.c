#include "samples.h"
#include "unit/cmocka_unit.h"

#include <stdio.h>
#include <string.h>

static void assert_has(const char *output, const char *line)
{
    if (!strstr(output, line))
        fail_msg("no \"%s\" in\n%s", line, output);
}

static void values_are_in_base_units(void **state)
{
    AUTO(report) struct report *report = sample_healthy();
    AUTO_FREE char *output = printed(report, PRESENT_PROMETHEUS, 0);

    (void)state;
    assert_has(output, "# TYPE pchat_exposure_seconds gauge\n"
                       "pchat_exposure_seconds{pool=\"lyncpc.litwareinc.com\",object=\"\"} 360\n");
    assert_has(output, "\npchat_log_used_ratio{pool=\"lyncpc.litwareinc.com\",object=\"sqlpri1\"} 0.33\n");
    assert_has(output, "\npchat_check_state{pool=\"lyncpc.litwareinc.com\",check=\"replication\"} 0\n");
    assert_null(strstr(output, "send_queue"));
    assert_null(strstr(output, "pchat_condition"));
}

static void conditions_are_series(void **state)
{
    AUTO(report) struct report *report = sample_trouble();
    AUTO_FREE char *output = NULL;

    (void)state;
    report->snapshot_age_s = (struct fact_num){true, 12};
    output = printed(report, PRESENT_PROMETHEUS, 0);
    assert_has(output, "\npchat_condition{pool=\"lyncpc.litwareinc.com\",object=\"sqldr1\","
                       "condition=\"instance_unseen\",severity=\"CRITICAL\"} 1\n");
    assert_has(output, "\npchat_snapshot_age_seconds{pool=\"lyncpc.litwareinc.com\"} 12\n");
    assert_has(output, "check=\"replication\"} 2\n");
}

/* The same series twice makes Prometheus refuse the whole scrape. */
static void a_series_stands_once(void **state)
{
    AUTO(report) struct report *report = sample_healthy();
    AUTO_FREE char *output = NULL;
    const char *first;

    (void)state;
    for (int i = 0; i < 2; i++) {
        report_add(report, CONDITION_right_missing, "sqldr1", "right %d", i);
        report_metric(report, METRIC_copy_age_s, "sqldr1", (struct fact_num){true, i});
    }
    report_judge(report);
    output = printed(report, PRESENT_PROMETHEUS, 0);
    first = strstr(output, "\npchat_condition{");
    assert_non_null(first);
    assert_null(strstr(first + 1, "\npchat_condition{"));
    first = strstr(output, "\npchat_copy_age_seconds{");
    assert_non_null(first);
    assert_null(strstr(first + 1, "\npchat_copy_age_seconds{"));
}

static void errors_are_a_state(void **state)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    struct err err = ERR_INIT;

    (void)state;
    err_set(&err, ERR_CONFIG, "t.yaml:3: what\npchat_forged 1");
    present_error("PCHAT REPLICATION", PRESENT_PROMETHEUS, &err, &out);
    assert_has(out.text, "# t.yaml:3: what pchat_forged 1\n");
    assert_has(out.text, "\npchat_check_state{pool=\"\",check=\"replication\"} 3\n");
}

static void promtool_finds_nothing(void **state)
{
#ifdef PROMTOOL
    static const char *const names[] = {"sqldr1", "quote\" back\\slash\nnewline|",
                                        "\xff\xf0\x9f\x92\xa9'; DROP"};

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        AUTO(report) struct report *report = sample_named(names[i]);
        AUTO_FREE char *output = printed(report, PRESENT_PROMETHEUS, 0);
        FILE *promtool = popen(PROMTOOL " check metrics", "w");

        assert_non_null(promtool);
        assert_int_equal(fwrite(output, 1, strlen(output), promtool), strlen(output));
        assert_int_equal(pclose(promtool), 0);
    }
#else
    (void)state;
    skip();
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_in_base_units), cmocka_unit_test(conditions_are_series),
        cmocka_unit_test(a_series_stands_once),     cmocka_unit_test(errors_are_a_state),
        cmocka_unit_test(promtool_finds_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
