/*
 * What runs.json says of runs: the newest of the pool as the journal has them, and the steps of the last.
 * Entries are read once, as they come: looks make a run's entries large, and a worker writes meanwhile.
 */
#include "act/runner/desk.h"

#include <string.h>
#include <strings.h>

enum { RUNS_SHOWN = 8 };

/* ---- steps ---- */

void desk_steps_done(struct desk_steps *steps)
{
    arena_free(steps->arena);
    *steps = (struct desk_steps){0};
}

static bool is_about(const struct runs_step *step, const struct journal_entry *entry)
{
    return strcmp(step->step, entry->step) == 0 && strcmp(step->target, entry->target) == 0;
}

/* A step is begun by the first that is written of it, and ends with its outcome. */
static void take_entry(void *user, const struct journal_entry *entry)
{
    struct desk_steps *steps = user;
    struct runs_step *last = steps->count ? &steps->steps[steps->count - 1] : NULL;

    steps->after = entry->entry;
    if (!*entry->step || !*entry->target)
        return;
    if (!last || last->outcome || !is_about(last, entry)) {
        last = arena_push(steps->arena, &steps->steps, &steps->count, sizeof(*last));
        *last = (struct runs_step){.step = arena_text(steps->arena, entry->step),
                                   .target = arena_text(steps->arena, entry->target),
                                   .begun_utc_ms = entry->at_utc_ms};
    }
    if (entry->kind != ENTRY_OUTCOME)
        return;
    last->outcome = arena_text(steps->arena, entry->text);
    last->ended_utc_ms = entry->at_utc_ms;
}

static void read_steps(struct desk *desk, struct runs_run *run)
{
    struct desk_steps *steps = &desk->steps;
    struct err err = ERR_INIT;

    if (steps->run != run->run) {
        desk_steps_done(steps);
        *steps = (struct desk_steps){.run = run->run, .arena = arena_new()};
    }
    if (journal_entries(desk->journal, run->run, steps->after, take_entry, steps, &err) != 0)
        fprintf(stderr, "pchat-runner: %s\n", err.text);
    run->steps = steps->steps;
    run->step_count = steps->count;
}

/* ---- runs ---- */

struct finding_runs {
    const char *pool;
    struct arena *arena;
    struct runs_run *runs;
    size_t count;
};

/* Oldest first: the oldest makes room. */
static void take_run(void *user, const struct journal_run *run)
{
    struct finding_runs *finding = user;
    struct arena *arena = finding->arena;

    if (strcasecmp(run->pool, finding->pool) != 0)
        return;
    if (finding->count == RUNS_SHOWN)
        memmove(finding->runs, finding->runs + 1, --finding->count * sizeof(finding->runs[0]));
    finding->runs[finding->count++] = (struct runs_run){
        .run = run->run,
        .verb = arena_text(arena, run->verb),
        .plan = arena_text(arena, run->plan),
        .state = arena_text(arena, run->state),
        .origin = arena_text(arena, run->origin),
        .person = arena_text(arena, run->person),
        .begun_utc_ms = run->begun_utc_ms,
        .ended_utc_ms = run->ended_utc_ms,
    };
}

void desk_find_runs(struct desk *desk, struct arena *arena, struct runs_pool *pool)
{
    struct finding_runs finding = {.pool = desk->pool->fqdn,
                                   .arena = arena,
                                   .runs = arena_alloc(arena, RUNS_SHOWN * sizeof(struct runs_run))};
    struct err err = ERR_INIT;

    if (journal_runs(desk->journal, take_run, &finding, &err) != 0)
        fprintf(stderr, "pchat-runner: %s\n", err.text);
    if (finding.count)
        read_steps(desk, &finding.runs[finding.count - 1]);
    pool->runs = finding.runs;
    pool->run_count = finding.count;
}
