#include "model/report.h"

#include <stdarg.h>
#include <string.h>

/* A name that nobody gave is "", the pool's own: presenters need not ask. */
static const char *copy(struct report *report, const char *text)
{
    return text ? arena_text(report->arena, text) : "";
}

struct report *report_new(const char *title, const char *pool, const struct limits *limits)
{
    struct arena *arena = arena_new();
    struct report *report = arena_alloc(arena, sizeof(*report));

    report->arena = arena;
    report->title = arena_text(arena, title);
    report->pool = arena_text(arena, pool);
    report->severity = SEVERITY_UNKNOWN;
    report->summary = "";
    report->limits = *limits;
    return report;
}

void report_free(struct report *report)
{
    if (report)
        arena_free(report->arena);
}

struct finding *report_add(struct report *report, enum condition condition, const char *object,
                           const char *format, ...)
{
    const struct condition_info *info = condition_info(condition);
    struct finding *finding =
        arena_push(report->arena, &report->findings, &report->finding_count, sizeof(*finding));
    va_list args;

    finding->condition = condition;
    finding->severity = info->severity;
    finding->object = copy(report, object);
    finding->action = info->action;
    va_start(args, format);
    finding->message = arena_vformat(report->arena, format, args);
    va_end(args);
    return finding;
}

void report_metric(struct report *report, enum metric_id id, const char *object, struct fact_num value)
{
    struct metric *metric =
        arena_push(report->arena, &report->metrics, &report->metric_count, sizeof(*metric));

    metric->id = id;
    metric->object = copy(report, object);
    metric->known = value.known;
    metric->value = value.known ? (double)value.value : 0;
}

struct object_line *report_line(struct report *report, const char *site, const char *object)
{
    struct object_line *line = arena_push(report->arena, &report->lines, &report->line_count, sizeof(*line));

    *line = (struct object_line){
        .site = copy(report, site), .object = copy(report, object), .text = "", .aside = ""};
    return line;
}

static bool is_worse(enum severity a, enum severity b)
{
    return a != b && severity_worse(a, b) == a;
}

/* Both sorts are by insertion: stable, and a report has few of either. */
static void sort_findings(struct finding *findings, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct finding moved = findings[i];
        size_t at = i;

        for (; at > 0 && is_worse(moved.severity, findings[at - 1].severity); at--)
            findings[at] = findings[at - 1];
        findings[at] = moved;
    }
}

static void sort_lines(struct object_line *lines, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct object_line moved = lines[i];
        size_t at = i;

        for (; at > 0 && is_worse(moved.severity, lines[at - 1].severity); at--)
            lines[at] = lines[at - 1];
        lines[at] = moved;
    }
}

static void judge_line(const struct report *report, struct object_line *line)
{
    for (size_t i = 0; i < report->finding_count; i++)
        if (strcmp(report->findings[i].object, line->object) == 0)
            line->severity = severity_worse(line->severity, report->findings[i].severity);
}

static struct finding *find_same(const struct report *report, size_t before)
{
    const struct finding *other = &report->findings[before];

    for (size_t i = 0; i < before; i++)
        if (report->findings[i].condition == other->condition &&
            strcmp(report->findings[i].object, other->object) == 0)
            return &report->findings[i];
    return NULL;
}

void report_merge_findings(struct report *report)
{
    size_t kept = 0;

    for (size_t i = 0; i < report->finding_count; i++) {
        struct finding finding = report->findings[i], *same;

        report->findings[kept] = finding;
        same = find_same(report, kept);
        if (!same) {
            kept++;
            continue;
        }
        same->severity = severity_worse(same->severity, finding.severity);
        same->message = arena_format(report->arena, "%s; %s", same->message, finding.message);
    }
    report->finding_count = kept;
}

void report_judge(struct report *report)
{
    report->severity = SEVERITY_OK;
    for (size_t i = 0; i < report->finding_count; i++)
        report->severity = severity_worse(report->severity, report->findings[i].severity);
    for (size_t i = 0; i < report->line_count; i++)
        judge_line(report, &report->lines[i]);
    sort_findings(report->findings, report->finding_count);
    sort_lines(report->lines, report->line_count);
}
