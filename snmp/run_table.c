#include "snmp/look.h"
#include "snmp/terms.h"

#define ROW_COLUMNS(TEXT, NUM)                                                                               \
    NUM(4, pchatRunNumber, GAUGE, run)                                                                       \
    TEXT(5, pchatRunVerb, verb)                                                                              \
    TEXT(6, pchatRunPlan, plan)                                                                              \
    NUM(7, pchatRunState, ENUM, state)                                                                       \
    TEXT(8, pchatRunOrigin, origin)                                                                          \
    TEXT(9, pchatRunPerson, person)                                                                          \
    NUM(10, pchatRunBegun, TIME, begun)                                                                      \
    NUM(11, pchatRunEnded, TIME, ended)                                                                      \
    NUM(12, pchatRunSteps, GAUGE, steps)                                                                     \
    NUM(13, pchatRunAge, AGE, seen)

ROW_STRUCT(run_row, ROW_COLUMNS);
#define ROW struct run_row

/* A journal dates what is not known 0. */
static struct fact_num time_of(int64_t utc_ms)
{
    return (struct fact_num){utc_ms > 0, utc_ms};
}

static void fill(const struct look *look, struct rows *rows)
{
    for (size_t i = 0; look->runs && i < look->runs->run_count; i++) {
        const struct runs_run *run = &look->runs->runs[i];
        struct run_row *row;

        if (run->run < 1 || run->run > INT32_MAX)
            continue;
        row = rows_push(rows, look->pool, (uint32_t)run->run, 0);
        row->run = known(run->run);
        row->verb = run->verb;
        row->plan = run->plan;
        row->state = term_of(&run_state_terms, run->state);
        row->origin = run->origin;
        row->person = run->person && *run->person ? run->person : NULL;
        row->begun = time_of(run->begun_utc_ms);
        row->ended = time_of(run->ended_utc_ms);
        row->steps = known(0);
        for (size_t s = 0; s < run->step_count; s++)
            row->steps.value += run->steps[s].outcome != NULL;
        row->seen = look->runs_seen;
    }
}

TABLE(pchatRunTable, 11, PART_RUNS, 2, ROW_COLUMNS, fill)
