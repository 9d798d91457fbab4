#include "perfdata_grammar.h"
#include "samples.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static void assert_valid(const char *output)
{
    struct complaint complaint = {0, ""};

    if (!plugin_output_is_valid(output, strlen(output), &complaint))
        fail_msg("byte %zu: %s in\n%s", complaint.offset, complaint.reason, output);
}

static void assert_prints(struct report *made, unsigned verbosity, const char *expected)
{
    AUTO(report) struct report *report = made;
    AUTO_FREE char *output = printed(report, PRESENT_NAGIOS, verbosity);

    assert_valid(output);
    assert_string_equal(output, expected);
}

static void healthy_is_one_line_and_its_objects(void **state)
{
    (void)state;
    assert_prints(
        sample_healthy(), 0,
        "PCHAT REPLICATION OK - exposure 6 min, sqldr1 4 min behind, mirror synchronized"
        " | exposure_s=360s;1200;2700;0 restore_age_s:sqldr1=240s;1800;2700;0 backlog_files:sqldr1=0;;;0"
        " log_used_percent:sqlpri1=33%;80;95;0;100 send_queue_bytes:sqlpri1=U;16777216;134217728;0\n"
        "primary  sqlpri1  principal, synchronized, witness connected  log backup 3 min ago\n"
        "primary  sqlmir1  mirror, synchronized                        log shipping set up like sqlpri1\n"
        "backup   sqldr1   restoring, chain unbroken to 04:55:00Z      copied 6 min, restored 4 min ago\n");
}

static void trouble_comes_worst_first_with_what_to_do(void **state)
{
    AUTO(strbuf) struct strbuf expected = STRBUF_INIT;

    (void)state;
    strbuf_format(
        &expected,
        "PCHAT REPLICATION CRITICAL - instance_unseen: sqldr1 is gone for 47 min (limit 30); "
        "instance_refuses_monitor: nobody lets us in; right_missing: sqlmir1 hides its mirroring row"
        " | exposure_s=2820s;1200;2700;0\n"
        "backup   sqldr1   connection refused\n"
        "                  -> look at sqldr1\n"
        "pool              instance_refuses_monitor: nobody lets us in\n"
        "                  -> %s\n"
        "primary  sqlmir1  mirror: not visible to this login\n"
        "                  -> grant it\n"
        "primary  sqlpri1  principal, synchronized, witness connected  log backup 3 min ago\n",
        condition_info(CONDITION_instance_refuses_monitor)->action);
    assert_prints(sample_trouble(), 0, strbuf_text(&expected));
}

static void verbosity_adds_meanings_and_times(void **state)
{
    AUTO(report) struct report *report = sample_trouble();
    AUTO_FREE char *once = printed(report, PRESENT_NAGIOS, 1), *twice = printed(report, PRESENT_NAGIOS, 2);

    (void)state;
    assert_valid(once);
    assert_valid(twice);
    assert_non_null(strstr(once, "metric  exposure_s 2820 s (warning 1200, critical 2700): chat lost"));
    assert_null(strstr(once, "since 20"));
    assert_non_null(
        strstr(twice, "CRITICAL instance_unseen: a SQL instance does not answer, since 2026-11-23T"));
}

static void forgotten_judgement_is_unknown(void **state)
{
    struct limits limits = limits_default();

    (void)state;
    assert_prints(report_new("PCHAT REPLICATION", "p", &limits), 0,
                  "PCHAT REPLICATION UNKNOWN - nothing was judged\n");
}

/* More than Nagios reads: text is cut and counted, perfdata never. */
static void too_much_text_is_cut_and_counted(void **state)
{
    AUTO(report) struct report *report = sample_healthy();
    AUTO_FREE char *output = NULL;
    char name[32];

    (void)state;
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof(name), "sql%03d", i);
        report_line(report, "primary", name)->text = "ein Spiegel, übereinstimmend – synchronisiert";
        report_add(report, CONDITION_instance_unseen, name, "%s does not answer", name);
    }
    report_judge(report);
    output = printed(report, PRESENT_NAGIOS, 0);
    assert_valid(output);
    assert_in_range(strlen(output), PRESENT_NAGIOS_MAX_BYTES - 300, PRESENT_NAGIOS_MAX_BYTES - 1);
    assert_non_null(strstr(output, "; and 29"));
    assert_non_null(strstr(output, "send_queue_bytes:sqlpri1=U;16777216;134217728;0\n"));
    assert_non_null(strstr(output, " more lines\n"));
}

static void one_endless_message_is_cut(void **state)
{
    AUTO(report) struct report *report = sample_healthy();
    AUTO_FREE char *output = NULL, *endless = malloc(30001);

    (void)state;
    for (size_t i = 0; i < 30000; i += 3)
        memcpy(endless + i, "…", 3);
    endless[30000] = '\0';
    report_add(report, CONDITION_instance_unseen, "sqldr1", "%s", endless)->action = endless;
    report_judge(report);
    output = printed(report, PRESENT_NAGIOS, 3);
    assert_valid(output);
    assert_non_null(strstr(output, " | exposure_s=360s;1200;2700;0"));
}

static void what_is_not_said_above_is_said_below(void **state)
{
    AUTO(report) struct report *report = sample_healthy();
    AUTO_FREE char *output = NULL;

    (void)state;
    for (int i = 0; i < 4; i++)
        report_add(report, CONDITION_right_missing, "sqldr1",
                   "right number %d is missing on sqldr1, which is a long story to tell in a single line", i);
    report_judge(report);
    output = printed(report, PRESENT_NAGIOS, 0);
    assert_valid(output);
    assert_null(strstr(strchr(output, '\n'), "right number 0"));
    assert_non_null(strstr(strchr(output, '\n'), "  right_missing: right number 3"));
}

static void errors_are_one_line(void **state)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    struct err err = ERR_INIT;

    (void)state;
    err_set(&err, ERR_INTERNAL, "topology.yaml:3: \"a|b\nc\" is not a role");
    present_error("PCHAT REPLICATION", PRESENT_NAGIOS, &err, &out);
    assert_valid(strbuf_text(&out));
    assert_ptr_equal(strstr(out.text, "PCHAT REPLICATION UNKNOWN - topology.yaml:3: \"a¦b c\" is not a role"),
                     out.text);
    assert_ptr_equal(strchr(out.text, '\n'), out.text + out.length - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(healthy_is_one_line_and_its_objects),
        cmocka_unit_test(trouble_comes_worst_first_with_what_to_do),
        cmocka_unit_test(verbosity_adds_meanings_and_times),
        cmocka_unit_test(forgotten_judgement_is_unknown),
        cmocka_unit_test(too_much_text_is_cut_and_counted),
        cmocka_unit_test(one_endless_message_is_cut),
        cmocka_unit_test(what_is_not_said_above_is_said_below),
        cmocka_unit_test(errors_are_one_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
