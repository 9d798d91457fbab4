#include "snmp/look.h"

#define ROW_COLUMNS(TEXT, NUM)                                                                               \
    TEXT(4, pchatStepName, name)                                                                             \
    TEXT(5, pchatStepTarget, target)                                                                         \
    TEXT(6, pchatStepOutcome, outcome)                                                                       \
    NUM(7, pchatStepBegun, TIME, begun)                                                                      \
    NUM(8, pchatStepEnded, TIME, ended)                                                                      \
    NUM(9, pchatStepAge, AGE, seen)

ROW_STRUCT(step_row, ROW_COLUMNS);
#define ROW struct step_row

static struct fact_num time_of(int64_t utc_ms)
{
    return (struct fact_num){utc_ms > 0, utc_ms};
}

static void fill_run(const struct look *look, const struct runs_run *run, struct rows *rows)
{
    for (size_t i = 0; i < run->step_count; i++) {
        const struct runs_step *step = &run->steps[i];
        struct step_row *row = rows_push(rows, look->pool, (uint32_t)run->run, (uint32_t)i + 1);

        row->name = step->step;
        row->target = step->target;
        row->outcome = step->outcome;
        row->begun = time_of(step->begun_utc_ms);
        row->ended = time_of(step->ended_utc_ms);
        row->seen = look->runs_seen;
    }
}

static void fill(const struct look *look, struct rows *rows)
{
    for (size_t i = 0; look->runs && i < look->runs->run_count; i++)
        if (look->runs->runs[i].run > 0 && look->runs->runs[i].run <= INT32_MAX)
            fill_run(look, &look->runs->runs[i], rows);
}

TABLE(pchatStepTable, 12, PART_RUNS, 3, ROW_COLUMNS, fill)
