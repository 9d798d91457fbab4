/*
 * JSON, the machine format: present.h lists its keys.  Zabbix and others read it by JSONPath; the arrays
 * serve discovery.
 */
#include "present/formats.h"

#include "base/utc.h"
#include "model/json_text.h"

#include <math.h>

enum { SCHEMA = 1 };

/* Beyond this a double is no exact whole number. */
static const double exact_most = 9007199254740992.0;

static json_t *number(const struct metric *metric)
{
    if (!metric->known || !isfinite(metric->value))
        return json_null();
    if (fabs(metric->value) <= exact_most && rint(metric->value) == metric->value)
        return json_integer((json_int_t)metric->value);
    return json_real(metric->value);
}

static json_t *range(const struct range *limit)
{
    char text[RANGE_TEXT_BYTES];

    return limit->set ? json_string(range_format(limit, text)) : json_null();
}

static json_t *time_or_null(const struct fact_num *utc_ms)
{
    char text[UTC_TEXT_BYTES];

    return utc_ms->known ? json_string(utc_format(utc_ms->value, text)) : json_null();
}

static json_t *condition(const struct finding *finding)
{
    json_t *object = json_object();

    json_object_set_new(object, "name", json_text(condition_info(finding->condition)->name));
    json_object_set_new(object, "severity", json_text(severity_name(finding->severity)));
    json_object_set_new(object, "object", json_text(finding->object));
    json_object_set_new(object, "message", json_text(finding->message));
    json_object_set_new(object, "action", json_text(finding->action));
    json_object_set_new(object, "since", time_or_null(&finding->since_utc_ms));
    return object;
}

static json_t *metric_object(const struct metric *metric, const struct limits *limits)
{
    json_t *object = json_object();

    json_object_set_new(object, "name", json_text(metric_info(metric->id)->name));
    json_object_set_new(object, "object", json_text(metric->object));
    json_object_set_new(object, "value", number(metric));
    json_object_set_new(object, "unit", json_text(metric_info(metric->id)->unit));
    json_object_set_new(object, "warn", range(&limits->warning[metric->id]));
    json_object_set_new(object, "crit", range(&limits->critical[metric->id]));
    return object;
}

static json_t *line_object(const struct object_line *line)
{
    json_t *object = json_object();

    json_object_set_new(object, "site", json_text(line->site));
    json_object_set_new(object, "object", json_text(line->object));
    json_object_set_new(object, "severity", json_text(severity_name(line->severity)));
    json_object_set_new(object, "text", json_text(line->text));
    json_object_set_new(object, "aside", json_text(line->aside));
    return object;
}

/* The keys that every answer has, so that a reader never meets a missing one. */
static json_t *document(const char *title, const char *pool, enum severity severity)
{
    json_t *root = json_object();

    json_object_set_new(root, "schema", json_integer(SCHEMA));
    json_object_set_new(root, "title", json_text(title));
    json_object_set_new(root, "pool", json_text(pool));
    json_object_set_new(root, "state", json_text(severity_name(severity)));
    json_object_set_new(root, "conditions", json_array());
    json_object_set_new(root, "metrics", json_array());
    json_object_set_new(root, "objects", json_array());
    json_object_set_new(root, "snapshot_age_s", json_null());
    return root;
}

static void finish(json_t *root, struct strbuf *out)
{
    json_print(root, out);
    json_decref(root);
}

void json_report(const struct report *report, unsigned verbosity, struct strbuf *out)
{
    json_t *root = document(report->title, report->pool, report->severity);

    (void)verbosity; /* a program reads this: always everything */
    for (size_t i = 0; i < report->finding_count; i++)
        json_array_append_new(json_object_get(root, "conditions"), condition(&report->findings[i]));
    for (size_t i = 0; i < report->metric_count; i++)
        json_array_append_new(json_object_get(root, "metrics"),
                              metric_object(&report->metrics[i], &report->limits));
    for (size_t i = 0; i < report->line_count; i++)
        json_array_append_new(json_object_get(root, "objects"), line_object(&report->lines[i]));
    if (report->snapshot_age_s.known)
        json_object_set_new(root, "snapshot_age_s", json_integer(report->snapshot_age_s.value));
    finish(root, out);
}

void json_error(const char *title, const struct err *err, struct strbuf *out)
{
    json_t *root = document(title, NULL, SEVERITY_UNKNOWN), *error = json_object();

    json_object_set_new(error, "kind", json_text(err_kind_name(err->kind)));
    json_object_set_new(error, "message", json_text(err->text));
    json_object_set_new(error, "hint", json_text(err_kind_hint(err->kind)));
    json_object_set_new(root, "error", error);
    finish(root, out);
}
