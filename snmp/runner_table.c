#include "base/arena.h"
#include "snmp/look.h"

#define ROW_COLUMNS(TEXT, NUM)                                                                               \
    NUM(4, pchatRunnerFailedOver, TRUTH, failed_over)                                                        \
    NUM(5, pchatRunnerOpenRun, GAUGE, open_run)                                                              \
    TEXT(6, pchatRunnerPausedUntil, paused_until)                                                            \
    TEXT(7, pchatRunnerFenceLost, fence_lost)                                                                \
    TEXT(8, pchatRunnerWaitingPlan, plan)                                                                    \
    NUM(9, pchatRunnerAge, AGE, seen)

ROW_STRUCT(runner_row, ROW_COLUMNS);
#define ROW struct runner_row

static void fill(const struct look *look, struct rows *rows)
{
    const struct runs_pool *runs = look->runs;
    struct runner_row *row;

    if (!runs)
        return;
    row = rows_push(rows, look->pool, 0, 0);
    row->failed_over = known(runs->failed_over);
    row->open_run = (struct fact_num){runs->open_run > 0, runs->open_run};
    if (runs->pause_until)
        row->paused_until =
            arena_format(look->arena, "%s by %s: %s", runs->pause_until, runs->pause_by ? runs->pause_by : "",
                         runs->pause_reason ? runs->pause_reason : "");
    row->fence_lost = runs->fence_lost;
    row->plan = runs->plan;
    row->seen = look->runs_seen;
}

TABLE(pchatRunnerTable, 13, PART_RUNS, 1, ROW_COLUMNS, fill)
