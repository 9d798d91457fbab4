/*
 * A run as the journal has it, put in order: what was seen, what was sent to whom by whose word, what came
 * back.  Read from the journal and the plan that it keeps; nothing else is asked.
 *
 * Times are those of the runner's host, by which the journal was written; a server's own time stands beside
 * where it is known.
 */
#ifndef PCHAT_ACT_TELL_TIMELINE_H
#define PCHAT_ACT_TELL_TIMELINE_H

#include "act/memory/journal.h"
#include "act/plan/plan.h"

/* One copy in one look. */
enum dot_kind { DOT_UNSEEN, DOT_WRITABLE, DOT_MAY_BECOME_WRITABLE, DOT_NOT_WRITABLE, DOT_KIND_COUNT };

struct dot {
    int64_t at_utc_ms;
    const char *object, *words; /* "sqldr1", "restoring" */
    enum dot_kind kind;
};

/* A SQL instance or host that was looked at or sent to; site "": not known. */
struct actor {
    const char *name, *site;
};

/* From the first that was written about it to its outcome. */
struct bar {
    const char *step, *title, *target, *subject;
    const char *script; /* "" where nothing is sent, or the plan is gone */
    size_t number;      /* of the step in the plan, from 1; 0: the plan is gone */
    enum phase phase;   /* PHASE_COUNT: not known */
    int64_t begun_utc_ms, ended_utc_ms;
    int64_t begun_mono_ms, took_ms;
    const char *outcome; /* NULL: none was written */
};

enum { NO_BAR = -1 };
struct told {
    struct journal_entry entry; /* the text of a look is left out */
    int64_t bar;                /* index; NO_BAR: about the run as a whole */
};

struct timeline {
    struct arena *arena;
    struct journal_run run; /* begun: as its first entry says */
    struct plan *plan;      /* NULL: the journal has it no more, or it cannot be read */
    struct told *told;
    size_t told_count;
    struct dot *dots;
    size_t dot_count;
    struct actor *actors; /* by site, in the order of the topology */
    size_t actor_count;
    struct bar *bars;
    size_t bar_count;
    size_t looks;
};

/* NULL with *err: ERR_INPUT for a run that the journal does not have. */
struct timeline *timeline_read(struct journal *journal, int64_t run, struct err *err);
void timeline_free(struct timeline *timeline);
AUTO_DEFINE_FREE(timeline, struct timeline)

/* The first sighting that was not well: a copy of the site that served was not seen; NULL: there is none. */
const struct dot *timeline_first_bad(const struct timeline *timeline);
/* When the first and the last thing of it happened. */
int64_t timeline_begin(const struct timeline *timeline);
int64_t timeline_end(const struct timeline *timeline);
/* The last outcome of that step; NULL: it has none. */
const struct bar *timeline_last_of(const struct timeline *timeline, const char *step);
/* Did that step end well? */
bool bar_is_done(const struct bar *bar);

#endif
