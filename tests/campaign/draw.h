/*
 * How a schedule is drawn: chance, and the events that are added to it.
 *
 * Times of events are milliseconds since their act began (schedule.h).
 */
#ifndef PCHAT_TESTS_CAMPAIGN_DRAW_H
#define PCHAT_TESTS_CAMPAIGN_DRAW_H

#include "campaign/schedule.h"

static const int64_t second = 1000, minute = 60000; /* in milliseconds */

struct draw {
    uint64_t state;
    struct schedule *schedule;
    size_t act; /* that events are added to */
};

uint64_t draw_next(struct draw *draw);
int64_t draw_between(struct draw *draw, int64_t least, int64_t most);
bool draw_chance(struct draw *draw, int percent);
#define DRAW_ONE_OF(draw, list) ((list)[draw_between(draw, 0, (int64_t)COUNT(list) - 1)])

void draw_event(struct draw *draw, const struct event *event);
void draw_words(struct draw *draw, int64_t at_ms, enum event_kind kind, const char *words);
/* At that time each of them; sign "!" ends what began. */
void draw_words_each(struct draw *draw, int64_t at_ms, const char *sign, const char *fault,
                     const char *const *targets, size_t count);
/* A fault, "NAME [TARGET]" and its parameters, for so long. */
void draw_break(struct draw *draw, int64_t at_ms, int64_t for_ms, const char *fault, const char *parameters);
/* The switchboard says nothing. */
void draw_silence(struct draw *draw, int64_t at_ms, int64_t for_ms);

/* ---- the trouble ---- */

struct trouble_kind {
    const char *name;
    bool is_within_site; /* chat servers and front end of the site go on */
    bool heals;          /* whatever anybody thinks of it */
    void (*strike)(struct draw *draw, int64_t at_ms);
    void (*come_back)(struct draw *draw, int64_t at_ms); /* NULL: a site that runs has nobody to come back */
};
const struct trouble_kind *trouble_of(enum trouble trouble);
/* It strikes, the pool loses that site, or part of it. */
void draw_strike(struct draw *draw, int64_t at_ms);
/* What was left comes back. */
void draw_return(struct draw *draw, int64_t at_ms);
/* Somebody began the failover by hand, and left off. */
void draw_begin_by_hand(struct draw *draw);

/* ---- what goes wrong on the way ---- */

/* One of them, in the minutes after that: on the way of what nobody has planned; of what persons have set out
 * to do. */
void draw_sudden_mishap(struct draw *draw, int64_t from_ms);
void draw_planned_mishap(struct draw *draw, int64_t from_ms);

#endif
