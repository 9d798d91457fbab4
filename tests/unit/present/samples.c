#include "samples.h"

static struct fact_num known(int64_t value)
{
    return (struct fact_num){true, value};
}

static void line(struct report *report, const char *site, const char *object, const char *text,
                 const char *aside)
{
    struct object_line *added = report_line(report, site, object);

    added->text = text;
    added->aside = aside;
}

static struct report *new_report(void)
{
    struct limits limits = limits_default();

    return report_new("PCHAT REPLICATION", "lyncpc.litwareinc.com", &limits);
}

struct report *sample_healthy(void)
{
    struct report *report = new_report();

    report->summary = "exposure 6 min, sqldr1 4 min behind, mirror synchronized";
    line(report, "primary", "sqlpri1", "principal, synchronized, witness connected", "log backup 3 min ago");
    line(report, "primary", "sqlmir1", "mirror, synchronized", "log shipping set up like sqlpri1");
    line(report, "backup", "sqldr1", "restoring, chain unbroken to 04:55:00Z",
         "copied 6 min, restored 4 min ago");
    report_metric(report, METRIC_exposure_s, "", known(360));
    report_metric(report, METRIC_restore_age_s, "sqldr1", known(240));
    report_metric(report, METRIC_backlog_files, "sqldr1", known(0));
    report_metric(report, METRIC_log_used_percent, "sqlpri1", known(33));
    report_metric(report, METRIC_send_queue_bytes, "sqlpri1", (struct fact_num){0});
    report_judge(report);
    return report;
}

struct report *sample_trouble(void)
{
    struct report *report = new_report();
    struct finding *late;

    line(report, "primary", "sqlpri1", "principal, synchronized, witness connected", "log backup 3 min ago");
    line(report, "primary", "sqlmir1", "mirror: not visible to this login", "");
    line(report, "backup", "sqldr1", "connection refused", "");
    report_add(report, CONDITION_right_missing, "sqlmir1", "sqlmir1 hides its mirroring row")->action =
        "grant it";
    late =
        report_add(report, CONDITION_instance_unseen, "sqldr1", "sqldr1 is gone for %d min (limit 30)", 47);
    late->severity = SEVERITY_CRITICAL;
    late->action = "look at sqldr1";
    late->since_utc_ms = known(INT64_C(1795410940123));
    report_add(report, CONDITION_instance_refuses_monitor, "lyncpc.litwareinc.com", "nobody lets us in")
        ->severity = SEVERITY_WARNING;
    report_metric(report, METRIC_exposure_s, "", known(2820));
    report_judge(report);
    return report;
}

struct report *sample_named(const char *text)
{
    struct limits limits = limits_default();
    struct report *report = report_new("PCHAT REPLICATION", text, &limits);
    struct finding *finding;

    line(report, text, text, arena_text(report->arena, text), arena_text(report->arena, text));
    finding = report_add(report, CONDITION_instance_unseen, text, "%s", text);
    finding->action = arena_text(report->arena, text);
    report_add(report, CONDITION_right_missing, "elsewhere", "%s", text);
    report_metric(report, METRIC_exposure_s, text, known(1));
    report_metric(report, METRIC_exposure_s, "", known(2));
    report_metric(report, METRIC_log_used_percent, text, (struct fact_num){0});
    report_judge(report);
    return report;
}

char *printed(const struct report *report, enum present_format format, unsigned verbosity)
{
    struct strbuf out = STRBUF_INIT;

    present_report(report, format, verbosity, &out);
    return strbuf_take(&out);
}
