/*
 * Charts: the examinations while they go on, each written by a thread of its own that may be given up.  Who
 * gives it up closes the chart; what the thread finds later goes nowhere.
 */
#ifndef PCHAT_DOCTOR_CHART_H
#define PCHAT_DOCTOR_CHART_H

#include "doctor/examination.h"

#include <pthread.h>

struct chart {
    pthread_mutex_t lock;
    struct examination examination; /* in an arena of its own; under the lock */
    enum layer doing;               /* under the lock */
    bool closed;                    /* under the lock */
};

/* site, name and address are copied. */
void chart_init(struct chart *chart, enum way way, const char *site, const char *name, const char *address);

/* Takes the chart for writing, NULL when it is closed; chart_put_down() either way. */
struct examination *chart_take_up(struct chart *chart);
void chart_put_down(struct chart *chart);
/* What is examined from here on, for the case that it takes for ever. */
void chart_begin(struct chart *chart, enum layer layer);

/* No more is written.  What was under way has timed out, unless `finished` or a fault was found.  The
 * examination's memory goes to the arena. */
struct examination chart_close(struct chart *chart, bool finished, struct arena *arena);

#endif
