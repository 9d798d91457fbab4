/*
 * Prometheus' text exposition format 0.0.4, in base units: seconds, bytes, ratios of 1.  An unknown value has
 * no sample. Source: Prometheus documentation, "Exposition formats", "Metric and label naming".
 */
#include "present/formats.h"

#include "present/decimal.h"
#include "present/escape.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

/* How a metric's last word is said in base units. */
static const struct {
    const char *ending, *base_ending;
    double divisor;
} base_units[] = {
    {"_s", "_seconds", 1},
    {"_percent", "_ratio", 100},
    {"", "", 1},
};

static size_t base_unit_of(const char *name)
{
    size_t length = strlen(name), unit = 0;

    for (;; unit++) {
        size_t ending = strlen(base_units[unit].ending);

        if (length >= ending && strcmp(name + length - ending, base_units[unit].ending) == 0)
            return unit;
    }
}

static void add_family_name(struct strbuf *out, const char *name)
{
    size_t unit = base_unit_of(name);
    int stem = (int)(strlen(name) - strlen(base_units[unit].ending));

    strbuf_format(out, "pchat_%.*s%s", stem, name, base_units[unit].base_ending);
}

/* help is a text of ours, one line without backslash. */
static void add_header(struct strbuf *out, const char *name, const char *help)
{
    strbuf_add(out, "# HELP ");
    add_family_name(out, name);
    strbuf_add_char(out, ' ');
    strbuf_add(out, help);
    strbuf_add(out, "\n# TYPE ");
    add_family_name(out, name);
    strbuf_add(out, " gauge\n");
}

/* Opens the braces with the label that every sample has. */
static void begin_sample(struct strbuf *out, const char *name, const char *pool)
{
    add_family_name(out, name);
    strbuf_add(out, "{pool=\"");
    escape_prometheus(out, pool);
    strbuf_add_char(out, '"');
}

static void add_label(struct strbuf *out, const char *label, const char *value)
{
    strbuf_format(out, ",%s=\"", label);
    escape_prometheus(out, value);
    strbuf_add_char(out, '"');
}

static void end_sample(struct strbuf *out, double value)
{
    strbuf_add(out, "} ");
    decimal_add(out, value);
    strbuf_add_char(out, '\n');
}

static bool has_sample(const struct metric *metric, enum metric_id id)
{
    return metric->id == id && metric->known && isfinite(metric->value);
}

/* A series may stand only once: the first of its kind is the one. */
static bool is_repeated_metric(const struct report *report, size_t at)
{
    const struct metric *metric = &report->metrics[at];

    for (size_t i = 0; i < at; i++)
        if (has_sample(&report->metrics[i], metric->id) &&
            strcmp(report->metrics[i].object, metric->object) == 0)
            return true;
    return false;
}

/* A family's samples stand together, under one header. */
static void add_family(struct strbuf *out, const struct report *report, enum metric_id id)
{
    const struct metric_info *info = metric_info(id);
    double divisor = base_units[base_unit_of(info->name)].divisor;
    bool any = false;

    for (size_t i = 0; i < report->metric_count; i++) {
        const struct metric *metric = &report->metrics[i];

        if (!has_sample(metric, id) || is_repeated_metric(report, i))
            continue;
        if (!any)
            add_header(out, info->name, info->meaning);
        any = true;
        begin_sample(out, info->name, report->pool);
        add_label(out, "object", metric->object);
        end_sample(out, metric->value / divisor);
    }
}

static bool is_repeated_finding(const struct report *report, size_t at)
{
    const struct finding *finding = &report->findings[at];

    for (size_t i = 0; i < at; i++)
        if (report->findings[i].condition == finding->condition &&
            report->findings[i].severity == finding->severity &&
            strcmp(report->findings[i].object, finding->object) == 0)
            return true;
    return false;
}

static void add_conditions(struct strbuf *out, const struct report *report)
{
    if (report->finding_count)
        add_header(out, "condition", "1 for each condition that holds");
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct finding *finding = &report->findings[i];

        if (is_repeated_finding(report, i))
            continue;
        begin_sample(out, "condition", report->pool);
        add_label(out, "object", finding->object);
        add_label(out, "condition", condition_info(finding->condition)->name);
        add_label(out, "severity", severity_name(finding->severity));
        end_sample(out, 1);
    }
}

/* "PCHAT REPLICATION" is the check "replication". */
static void add_check_name(struct strbuf *out, const char *title)
{
    const char *blank = strrchr(title, ' ');

    for (const char *at = blank ? blank + 1 : title; *at; at++)
        strbuf_add_char(out, (char)tolower((unsigned char)*at));
}

static void add_state(struct strbuf *out, const char *title, const char *pool, enum severity severity)
{
    AUTO(strbuf) struct strbuf check = STRBUF_INIT;

    add_check_name(&check, title);
    add_header(out, "check_state", "state of a check: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN");
    begin_sample(out, "check_state", pool);
    add_label(out, "check", strbuf_text(&check));
    end_sample(out, severity);
}

void prometheus_report(const struct report *report, unsigned verbosity, struct strbuf *out)
{
    (void)verbosity; /* a program reads this: always everything */
    for (int id = 0; id < METRIC_COUNT; id++)
        add_family(out, report, (enum metric_id)id);
    add_conditions(out, report);
    if (report->snapshot_age_s.known) {
        add_header(out, "snapshot_age_s", "how old the facts were when they were judged");
        begin_sample(out, "snapshot_age_s", report->pool);
        end_sample(out, (double)report->snapshot_age_s.value);
    }
    add_state(out, report->title, report->pool, report->severity);
}

/* The text format has no place for a reason but a comment. */
void prometheus_error(const char *title, const struct err *err, struct strbuf *out)
{
    strbuf_add(out, "# ");
    escape_line(out, err->text);
    strbuf_add_char(out, '\n');
    add_state(out, title, "", SEVERITY_UNKNOWN);
}
