/*
 * Perfdata: 'label'=value[UOM];warn;crit;min[;max], separated by blanks, as the Monitoring Plugins
 * Development Guidelines define it ("Performance data").  Private to this room.
 *
 * A metric of the pool has its name as its label; where a metric belongs to an object the label is
 * "metric:object", so that sorting groups a metric and the first colon parts the two.  Labels stand in quotes
 * only where they must.  An unknown value is U.
 */
#ifndef PCHAT_PRESENT_PERFDATA_H
#define PCHAT_PRESENT_PERFDATA_H

#include "base/strbuf.h"
#include "model/report.h"

/* Appends all metrics on one line, without newline; nothing when there are none. */
void perfdata_add(struct strbuf *out, const struct report *report);

#endif
