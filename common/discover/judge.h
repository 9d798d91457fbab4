/*
 * From answers to findings, one function for each question of questions.h.  Each adds at least one finding,
 * and where nothing was seen the one that says why.  Pure, thread-safe.
 */
#ifndef PCHAT_DISCOVER_JUDGE_H
#define PCHAT_DISCOVER_JUDGE_H

#include "discover/evidence.h"
#include "discover/finding.h"

typedef void judge_function(const struct survey *survey, struct findings *findings);

judge_function judge_services, judge_idle, judge_ping_period, judge_ping_clock, judge_active_list,
    judge_master, judge_identity, judge_pages, judge_ports, judge_roles, judge_counters, judge_addresses,
    judge_compliance, judge_periods, judge_endpoints, judge_versions;

/* What a number of judges share: all answers to an ask, grouped by the text of one column. */
struct groups judge_group(const struct survey *survey, struct arena *arena, enum ask_id ask,
                          const char *column);

#endif
