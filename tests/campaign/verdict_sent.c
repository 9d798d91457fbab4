/* What runners sent, and what they noticed in time. */
#include "campaign/verdict_parts.h"

#include <stdio.h>
#include <string.h>

/* A look may be that old when something is sent by it: what it takes, and for how long it counts. */
enum { BLIND_MS = 45000 };
enum { RUNS_MOST = 512, ACTINGS_MOST = 512 };

/* ---- runs ---- */

struct known_runs {
    struct known_run {
        int64_t run;
        enum verb verb;
        bool is_put_back;
    } rows[RUNS_MOST];
    size_t count;
};

static void note_known(void *user, const struct journal_run *run)
{
    struct known_runs *runs = user;
    enum verb verb;

    if (verb_parse(run->verb, &verb) && runs->count < RUNS_MOST)
        runs->rows[runs->count++] = (struct known_run){run->run, verb, strcmp(run->state, "abandoned") == 0};
}

/* Of all journals: who goes on with a run is not who began it. */
static void find_runs(const struct stage *stage, struct known_runs *runs)
{
    struct err err = ERR_INIT;

    for (const struct operator* op = stage->operators; op; op = op->next)
        journal_runs(op->runner->journal, note_known, runs, &err);
}

/* VERB_NONE: not known. */
static enum verb verb_of_run(const struct known_runs *runs, int64_t run)
{
    for (size_t i = 0; i < runs->count; i++)
        if (runs->rows[i].run == run)
            return runs->rows[i].verb;
    return VERB_NONE;
}

static bool was_put_back(const struct known_runs *runs, int64_t run)
{
    for (size_t i = 0; i < runs->count; i++)
        if (runs->rows[i].run == run && runs->rows[i].is_put_back)
            return true;
    return false;
}

/* ---- what was sent beside an old primary that is back ---- */

struct judged_journal {
    const struct stage *stage;
    const struct operator* op;
    const struct known_runs *runs;
    struct verdict *verdict;
    int64_t intent_ms; /* of what may be sent next; -1: none */
    char step[64], target[64];
    bool found;
};

/* Verbs that need an open principal, and a put back that lets logs be restored again: right where they are,
 * as long as the standby never opened. */
static bool needs_it_open(const struct judged_journal *journal, const struct journal_entry *entry)
{
    const enum verb verb = verb_of_run(journal->runs, entry->run);

    if (journal->stage->recovered_ms >= 0 && entry->mono_ms >= journal->stage->recovered_ms)
        return false;
    return verb == VERB_MIRROR_SWITCH || verb_is_planned(verb) ||
           (was_put_back(journal->runs, entry->run) && strcmp(entry->step, "quiesce") == 0);
}

/* Fence may be part of the run that it interrupts. */
static bool is_of_fence(const char *step)
{
    static const char *const steps[] = {"jobs", "partner", "read-only", "services"};

    for (size_t i = 0; i < COUNT(steps); i++)
        if (strcmp(step, steps[i]) == 0)
            return true;
    return false;
}

static const struct span *span_at(const struct stage *stage, int64_t at_ms)
{
    for (size_t i = 0; i < stage->span_count; i++)
        if (at_ms > stage->spans[i].from_ms + BLIND_MS &&
            (stage->spans[i].to_ms < 0 || at_ms < stage->spans[i].to_ms))
            return &stage->spans[i];
    return NULL;
}

static void judge_intent(struct judged_journal *journal)
{
    if (!journal->found && journal->intent_ms >= 0)
        violate(journal->verdict,
                "%s sent %s to %s at %lld ms, with the old primary open for longer than a look",
                journal->op->name, journal->step, journal->target, (long long)journal->intent_ms);
    journal->found |= journal->intent_ms >= 0;
    journal->intent_ms = -1;
}

static void note_intent(struct judged_journal *journal, const struct journal_entry *entry)
{
    if (is_of_fence(entry->step) || needs_it_open(journal, entry) || !span_at(journal->stage, entry->mono_ms))
        return;
    journal->intent_ms = entry->mono_ms;
    snprintf(journal->step, sizeof journal->step, "%s", entry->step);
    snprintf(journal->target, sizeof journal->target, "%s", entry->target);
}

/* What the guard refuses is not sent. */
static void judge_entry(void *user, const struct journal_entry *entry)
{
    struct judged_journal *journal = user;

    if (entry->kind == ENTRY_GUARD && strcmp(entry->text, "lets pass") != 0)
        journal->intent_ms = -1;
    if (entry->kind == ENTRY_ACT || entry->kind == ENTRY_INTENT)
        judge_intent(journal);
    if (entry->kind == ENTRY_INTENT)
        note_intent(journal, entry);
}

static void judge_journal(const struct stage *stage, const struct operator* op, const struct known_runs *runs,
                          struct verdict *verdict)
{
    struct judged_journal journal = {
        .stage = stage, .op = op, .runs = runs, .verdict = verdict, .intent_ms = -1};
    struct err err = ERR_INIT;

    if (journal_entries(op->runner->journal, 0, 0, judge_entry, &journal, &err) != 0)
        violate(verdict, "the journal of %s cannot be read: %s", op->name, err.text);
    judge_intent(&journal);
}

/* ---- one runner at a time ---- */

/* From a runner's first sending under the lock to its last. */
struct acting {
    const struct operator* op;
    int64_t from_ms, to_ms;
};

struct actings {
    struct acting rows[ACTINGS_MOST];
    size_t count;
    const struct operator* op; /* whose journal is read */
    bool is_open;
};

/* Whatever else it notes is told before or after. */
static void note_acting(void *user, const struct journal_entry *entry)
{
    struct actings *actings = user;

    if (entry->kind == ENTRY_NOTE || entry->kind == ENTRY_REFUSAL)
        actings->is_open = false;
    if (entry->kind != ENTRY_INTENT || (!actings->is_open && actings->count == ACTINGS_MOST))
        return;
    if (!actings->is_open)
        actings->rows[actings->count++] = (struct acting){actings->op, entry->mono_ms, entry->mono_ms};
    actings->is_open = true;
    actings->rows[actings->count - 1].to_ms = entry->mono_ms;
}

static void judge_pair(const struct acting *a, const struct acting *b, struct verdict *verdict)
{
    if (a->op != b->op && a->from_ms < b->to_ms && b->from_ms < a->to_ms)
        violate(verdict, "%s and %s sent at the same time, %lld to %lld ms and %lld to %lld ms", a->op->name,
                b->op->name, (long long)a->from_ms, (long long)a->to_ms, (long long)b->from_ms,
                (long long)b->to_ms);
}

static void judge_actings(const struct stage *stage, struct verdict *verdict)
{
    struct actings actings = {.count = 0};
    struct err err = ERR_INIT;

    for (const struct operator* op = stage->operators; op; op = op->next) {
        actings.op = op;
        actings.is_open = false;
        journal_entries(op->runner->journal, 0, 0, note_acting, &actings, &err);
    }
    for (size_t i = 0; i < actings.count; i++)
        for (size_t j = i + 1; j < actings.count; j++)
            judge_pair(&actings.rows[i], &actings.rows[j], verdict);
}

/* ---- how soon an old primary is noticed, and shut out ---- */

/* A whole pass beside both open copies, that nothing else disturbed.  Where no run of ours is
 * recorded, it is for people to say which copy is right. */
static bool counts(const struct stage *stage, const struct known_runs *runs, const struct span *span,
                   const struct operator_pass *pass)
{
    int64_t from_ms = span->from_ms > stage->recovered_ms ? span->from_ms : stage->recovered_ms;

    return (pass->failed_over || verb_moves_site(verb_of_run(runs, pass->open_run))) && !pass->held &&
           pass->began_ms > from_ms && (span->to_ms < 0 || pass->ended_ms <= span->to_ms) &&
           schedule_is_calm(stage->schedule, pass->began_ms, pass->ended_ms);
}

static void judge_span(const struct stage *stage, const struct operator* op, const struct known_runs *runs,
                       const struct span *span, struct verdict *verdict)
{
    size_t count = 0;

    for (size_t i = 0; i < op->passes; i++) {
        if (!counts(stage, runs, span, &op->log[i]))
            continue;
        count++;
        if (count == 1 && !op->log[i].alarmed)
            violate(verdict, "%s told nothing in its pass at %lld ms, with two copies open since %lld ms",
                    op->name, (long long)op->log[i].began_ms, (long long)span->from_ms);
    }
    if (count > 2)
        violate(verdict, "two copies were open for %zu passes of %s", count, op->name);
}

static void judge_passes(const struct stage *stage, const struct operator* op, const struct known_runs *runs,
                         struct verdict *verdict)
{
    for (size_t i = 0; stage->recovered_ms >= 0 && i < stage->span_count; i++)
        judge_span(stage, op, runs, &stage->spans[i], verdict);
}

void judge_sent(const struct stage *stage, struct verdict *verdict)
{
    struct known_runs runs = {.count = 0};

    find_runs(stage, &runs);
    for (const struct operator* op = stage->operators; op; op = op->next) {
        judge_journal(stage, op, &runs, verdict);
        judge_passes(stage, op, &runs, verdict);
    }
    judge_actings(stage, verdict);
}
