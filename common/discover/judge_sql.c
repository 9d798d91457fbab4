/* What SQL Server itself tells beside the chat tables: where mirroring listens, when log shipping is meant to
 * run. */
#include "discover/judge.h"

#include "base/number.h"

#include <inttypes.h>
#include <string.h>

/* ---- mirroring endpoints ---- */

void judge_endpoints(const struct survey *survey, struct findings *findings)
{
    struct groups endpoints = {.arena = findings->arena};
    const struct answer *answer;
    size_t at = 0;

    while ((answer = survey_next(survey, ASK_ENDPOINT, &at)))
        for (size_t row = 0; row < answer->row_count; row++)
            groups_add(&endpoints,
                       arena_format(findings->arena, "port %s (%s, %s)", answer_cell(answer, row, "port"),
                                    answer_cell(answer, row, "role"), answer_cell(answer, row, "state")),
                       answer_subject(survey, answer)->name, answer->at_utc_ms);
    for (size_t i = 0; i < endpoints.count; i++)
        findings_add(findings, PROVEN, evidence_of(findings->arena, ASK_ENDPOINT, &endpoints.items[i]),
                     "database mirroring listens on %s", endpoints.items[i].value);
    if (!endpoints.count)
        findings_add(findings, NOT_KNOWN, evidence_silence(survey, findings->arena, ASK_ENDPOINT),
                     "where database mirroring listens");
}

/* ---- periods ---- */

static int64_t cell_number(const struct answer *answer, size_t row, const char *column)
{
    const char *text = answer_cell(answer, row, column);
    int64_t number = -1;

    if (text)
        number_parse(text, &number);
    return number;
}

/*
 * How often a schedule runs in a day, 0 for one that is not that simple: "sysschedules" (SQL Server
 * documentation), freq_type 4 is daily, every freq_interval days; freq_subday_type 1 once, 2 seconds, 4
 * minutes, 8 hours.
 */
static int64_t period_s(const struct answer *answer, size_t row)
{
    static const struct {
        int64_t type, unit_s;
    } units[] = {{2, 1}, {4, 60}, {8, 3600}};
    enum { DAILY = 4, ONCE = 1, DAY_S = 86400, MOST = 10000 };
    int64_t days = cell_number(answer, row, "freq_interval"),
            interval = cell_number(answer, row, "freq_subday_interval");

    if (cell_number(answer, row, "freq_type") != DAILY || days < 1 || days > MOST)
        return 0;
    if (cell_number(answer, row, "freq_subday_type") == ONCE)
        return days * DAY_S;
    for (size_t i = 0; i < COUNT(units) && days == 1 && interval > 0 && interval <= MOST; i++)
        if (cell_number(answer, row, "freq_subday_type") == units[i].type)
            return interval * units[i].unit_s;
    return 0;
}

static struct groups periods_of(const struct survey *survey, struct arena *arena, const char *kind,
                                int64_t *ret_period_s)
{
    struct groups groups = {.arena = arena};
    const struct answer *answer;
    size_t at = 0;

    while ((answer = survey_next(survey, ASK_SCHEDULE, &at)))
        for (size_t row = 0; row < answer->row_count; row++) {
            const char *cell = answer_cell(answer, row, "kind");
            int64_t period;

            if (!cell || strcmp(cell, kind) != 0)
                continue;
            period = period_s(answer, row);
            *ret_period_s = period;
            groups_add(&groups, arena_format(arena, "%" PRId64, period),
                       arena_format(arena, "%s (%s)", answer_subject(survey, answer)->name,
                                    answer_cell(answer, row, "job")),
                       answer->at_utc_ms);
        }
    return groups;
}

static void judge_period(const struct survey *survey, const char *kind, const char *key,
                         struct findings *findings)
{
    int64_t period = 0;
    const struct groups periods = periods_of(survey, findings->arena, kind, &period);

    if (periods.count == 1 && period > 0)
        finding_settles_number(
            findings,
            findings_add(findings, PROVEN, evidence_of(findings->arena, ASK_SCHEDULE, &periods.items[0]),
                         "the %s job of log shipping runs every %" PRId64 " s", kind, period),
            SECTION_PERIODS, key, period);
    else
        findings_add(
            findings, NOT_KNOWN,
            periods.count == 0
                ? evidence_silence(survey, findings->arena, ASK_SCHEDULE)
                : "several schedules that differ, or one that is not \"every so often on every day\"",
            "how often the %s job of log shipping runs", kind);
}

void judge_periods(const struct survey *survey, struct findings *findings)
{
    judge_period(survey, "backup", "backup_s", findings);
    judge_period(survey, "copy", "copy_s", findings);
    judge_period(survey, "restore", "restore_s", findings);
}
