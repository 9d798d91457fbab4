/*
 * The Monitoring Plugins' format: one line that a tired person understands, perfdata on that line, then the
 * evidence. Source: Monitoring Plugins Development Guidelines, "Plugin Output for Nagios", "Performance
 * data"; Nagios Core's plugin API reads the first 8 kB.
 */
#include "present/formats.h"

#include "base/utf8.h"
#include "present/decimal.h"
#include "present/escape.h"
#include "present/object_table.h"
#include "present/perfdata.h"

#include <math.h>
#include <string.h>

enum {
    FIRST_LINE_COLUMNS = 200, /* further conditions join the first line while it is shorter */
    FIRST_LINE_BYTES_MOST = 2048,
    MORE_LINE_BYTES = 40 /* room for "… N more lines" */
};

/* ---- the first line ---- */

static void add_state(struct strbuf *out, const char *title, enum severity severity)
{
    escape_line(out, title);
    strbuf_format(out, " %s - ", severity_name(severity));
}

static void add_finding(struct strbuf *out, const struct finding *finding)
{
    strbuf_format(out, "%s: ", condition_info(finding->condition)->name);
    escape_line(out, finding->message);
}

/* Findings that speak of trouble; they come first, an OK one is only remarked upon below. */
static size_t trouble_count(const struct report *report)
{
    size_t count = 0;

    while (count < report->finding_count && report->findings[count].severity != SEVERITY_OK)
        count++;
    return count;
}

/* The worst in full, further ones while they fit; returns how many were said. */
static size_t add_findings(struct strbuf *out, const struct report *report, size_t count)
{
    size_t said = 0;

    for (; said < count; said++) {
        AUTO(strbuf) struct strbuf text = STRBUF_INIT;

        add_finding(&text, &report->findings[said]);
        if (said && utf8_columns(strbuf_text(out)) + utf8_columns(strbuf_text(&text)) > FIRST_LINE_COLUMNS)
            break;
        strbuf_add(out, said ? "; " : "");
        strbuf_add(out, strbuf_text(&text));
    }
    if (said < count)
        strbuf_format(out, "; and %zu more", count - said);
    return said;
}

static size_t add_first_line(struct strbuf *out, const struct report *report)
{
    AUTO(strbuf) struct strbuf line = STRBUF_INIT;
    size_t count = trouble_count(report), said = 0;

    add_state(&line, report->title, report->severity);
    if (count)
        said = add_findings(&line, report, count);
    else
        escape_line(&line, *report->summary ? report->summary : "nothing was judged");
    strbuf_add_n(out, line.text, utf8_cut(line.text, line.length, FIRST_LINE_BYTES_MOST));
    if (line.length > FIRST_LINE_BYTES_MOST)
        strbuf_add(out, "…");
    return said;
}

/* ---- the lines below ---- */

/* As many lines as the reader takes; what is left is counted, never silently lost. */
static void add_lines(struct strbuf *out, const struct text_lines *lines)
{
    size_t i = 0;

    for (; i < lines->count; i++) {
        size_t reserve = i + 1 < lines->count ? MORE_LINE_BYTES : 0;

        if (out->length + strlen(lines->items[i]) + 1 + reserve >= PRESENT_NAGIOS_MAX_BYTES)
            break;
        strbuf_format(out, "%s\n", lines->items[i]);
    }
    if (i < lines->count)
        strbuf_format(out, "… %zu more lines\n", lines->count - i);
}

static const char *range_or_none(const struct range *range, char text[RANGE_TEXT_BYTES])
{
    return range->set ? range_format(range, text) : "none";
}

static void describe_metric(struct strbuf *out, const struct metric *metric, const struct limits *limits)
{
    const struct metric_info *info = metric_info(metric->id);
    char warning[RANGE_TEXT_BYTES], critical[RANGE_TEXT_BYTES];

    strbuf_format(out, "metric  %s", info->name);
    if (*metric->object) {
        strbuf_add(out, " of ");
        escape_line(out, metric->object);
    }
    strbuf_add_char(out, ' ');
    if (metric->known && isfinite(metric->value)) {
        decimal_add(out, metric->value);
        strbuf_format(out, "%s%s", *info->unit ? " " : "", info->unit);
    } else {
        strbuf_add(out, "unknown");
    }
    strbuf_format(out, " (warning %s, critical %s): %s", range_or_none(&limits->warning[metric->id], warning),
                  range_or_none(&limits->critical[metric->id], critical), info->meaning);
}

static void add_metric_lines(struct text_lines *lines, const struct report *report, struct arena *arena)
{
    for (size_t i = 0; i < report->metric_count; i++) {
        AUTO(strbuf) struct strbuf line = STRBUF_INIT;

        describe_metric(&line, &report->metrics[i], &report->limits);
        *(const char **)arena_push(arena, &lines->items, &lines->count, sizeof(*lines->items)) =
            arena_text(arena, strbuf_text(&line));
    }
}

/* ---- the whole ---- */

void nagios_report(const struct report *report, unsigned verbosity, struct strbuf *out)
{
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    struct text_lines lines;
    size_t said = add_first_line(&text, report);

    if (report->metric_count) {
        strbuf_add(&text, " | ");
        perfdata_add(&text, report);
    }
    strbuf_add_char(&text, '\n');
    lines = object_table(report, said, verbosity, arena);
    if (verbosity >= 1)
        add_metric_lines(&lines, report, arena);
    add_lines(&text, &lines);
    strbuf_add_n(out, text.text, text.length);
}

void nagios_error(const char *title, const struct err *err, struct strbuf *out)
{
    const char *hint = err_kind_hint(err->kind);

    add_state(out, title, SEVERITY_UNKNOWN);
    escape_line(out, err->text);
    if (*hint)
        strbuf_format(out, " (%s)", hint);
    strbuf_add_char(out, '\n');
}
