#include "base/strbuf.h"
#include "unit/assess/replication_cases.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static void add_finding(struct strbuf *out, const struct finding *finding)
{
    strbuf_format(out, "%s%s %s %s", out->length ? "; " : "", severity_name(finding->severity),
                  condition_info(finding->condition)->name, finding->object);
}

static void findings_of(const struct report *report, struct strbuf *out)
{
    for (size_t i = 0; i < report->finding_count; i++)
        add_finding(out, &report->findings[i]);
}

/* "exposure_s=180" as the report has it. */
static void add_metric(struct strbuf *out, const struct report *report, const char *name)
{
    for (size_t i = 0; i < report->metric_count; i++) {
        const struct metric *metric = &report->metrics[i];

        if (strcmp(metric_info(metric->id)->name, name) != 0)
            continue;
        strbuf_format(out, "%s%s=", out->length ? " " : "", name);
        if (metric->known)
            strbuf_format(out, "%.0f", metric->value);
        else
            strbuf_add(out, "U");
    }
}

/* The metrics that the case names, in its order. */
static void metrics_like(const struct report *report, const char *wanted, struct strbuf *out)
{
    for (const char *pair = wanted; *pair; pair += strcspn(pair, " "), pair += *pair == ' ') {
        char name[64];

        snprintf(name, sizeof(name), "%.*s", (int)strcspn(pair, "="), pair);
        add_metric(out, report, name);
    }
}

static bool check_text(const char *name, const char *what, const char *got, const char *wanted)
{
    if (strcmp(got, wanted) == 0)
        return true;
    print_error("%s: %s\n  got    %s\n  wanted %s\n", name, what, got, wanted);
    return false;
}

static bool check_case(const struct replication_case *row)
{
    AUTO(snapshot) struct snapshot *snapshot = replication_case_snapshot(row);
    AUTO(report) struct report *report = assess_replication(snapshot, NULL);
    AUTO(strbuf) struct strbuf findings = STRBUF_INIT, metrics = STRBUF_INIT;
    bool good;

    findings_of(report, &findings);
    good = check_text(row->name, "findings", strbuf_text(&findings), row->findings);
    if (row->metrics) {
        metrics_like(report, row->metrics, &metrics);
        good &= check_text(row->name, "metrics", strbuf_text(&metrics), row->metrics);
    }
    return good;
}

static void every_situation_is_told(void **state)
{
    bool good = true;

    (void)state;
    for (size_t i = 0; i < replication_case_count; i++)
        good &= check_case(&replication_cases[i]);
    assert_true(good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_situation_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
