#include "present/perfdata.h"

#include "present/decimal.h"
#include "present/escape.h"

#include <math.h>
#include <string.h>

static const char plain_characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-";

static void add_label(struct strbuf *out, const struct metric *metric)
{
    AUTO(strbuf) struct strbuf label = STRBUF_INIT;

    strbuf_add(&label, metric_info(metric->id)->name);
    if (*metric->object)
        strbuf_format(&label, ":%s", metric->object);
    if (strspn(label.text, plain_characters) == label.length)
        strbuf_add(out, label.text);
    else
        escape_perfdata_label(out, label.text);
}

static void add_value(struct strbuf *out, const struct metric *metric)
{
    if (!metric->known || !isfinite(metric->value)) {
        strbuf_add_char(out, 'U');
        return;
    }
    decimal_add(out, metric->value);
    strbuf_add(out, metric_info(metric->id)->unit);
}

/* Every metric is an amount, so the least is 0; only a percentage has a most. */
static void add_metric(struct strbuf *out, const struct metric *metric, const struct limits *limits)
{
    char warning[RANGE_TEXT_BYTES], critical[RANGE_TEXT_BYTES];
    bool is_percentage = strcmp(metric_info(metric->id)->unit, "%") == 0;

    add_label(out, metric);
    strbuf_add_char(out, '=');
    add_value(out, metric);
    strbuf_format(out, ";%s;%s;0%s", range_format(&limits->warning[metric->id], warning),
                  range_format(&limits->critical[metric->id], critical), is_percentage ? ";100" : "");
}

void perfdata_add(struct strbuf *out, const struct report *report)
{
    for (size_t i = 0; i < report->metric_count; i++) {
        if (i)
            strbuf_add_char(out, ' ');
        add_metric(out, &report->metrics[i], &report->limits);
    }
}
