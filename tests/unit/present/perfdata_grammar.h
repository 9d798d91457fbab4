/*
 * A strict reader of plugin output, written from the Monitoring Plugins Development Guidelines ("Plugin
 * Output for Nagios", "Performance data", "Threshold and Ranges") and from nothing of ours, so that it can
 * judge the printer.  Thread-safe.
 */
#ifndef PCHAT_TESTS_PERFDATA_GRAMMAR_H
#define PCHAT_TESTS_PERFDATA_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>

enum { PLUGIN_OUTPUT_MOST_BYTES = 8192 }; /* what Nagios Core reads */

struct complaint {
    size_t offset; /* in the text that was read */
    const char *reason;
};

/* One or more label=value[UOM];[warn];[crit];[min];[max], separated by single blanks; *ret_count of them. */
bool perfdata_is_valid(const char *perfdata, size_t *ret_count, struct complaint *ret_complaint);

/*
 * A whole answer: "TITLE STATE - text[ | perfdata]\n" and further lines; well-formed UTF-8 without control
 * characters, no other "|", at most PLUGIN_OUTPUT_MOST_BYTES.
 */
bool plugin_output_is_valid(const char *output, size_t length, struct complaint *ret_complaint);

#endif
