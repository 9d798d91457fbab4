#include "present/present.h"

#include "present/formats.h"

const char *const present_format_names[] = {
    [PRESENT_NAGIOS] = "nagios",
    [PRESENT_JSON] = "json",
    [PRESENT_PROMETHEUS] = "prometheus",
    [PRESENT_FORMAT_COUNT] = NULL,
};

static const struct {
    void (*report)(const struct report *report, unsigned verbosity, struct strbuf *out);
    void (*error)(const char *title, const struct err *err, struct strbuf *out);
} formats[PRESENT_FORMAT_COUNT] = {
    [PRESENT_NAGIOS] = {nagios_report, nagios_error},
    [PRESENT_JSON] = {json_report, json_error},
    [PRESENT_PROMETHEUS] = {prometheus_report, prometheus_error},
};

void present_report(const struct report *report, enum present_format format, unsigned verbosity,
                    struct strbuf *out)
{
    formats[format].report(report, verbosity, out);
}

void present_error(const char *title, enum present_format format, const struct err *err, struct strbuf *out)
{
    formats[format].error(title, err, out);
}
