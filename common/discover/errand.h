/*
 * An errand: all asks to one subject, in a thread of its own.  Each answer is put as it comes; what is owed
 * when time is up is timed out.
 */
#ifndef PCHAT_DISCOVER_ERRAND_H
#define PCHAT_DISCOVER_ERRAND_H

#include "discover/survey_pool.h"
#include "observe/core/crew.h"
#include "observe/core/track.h"

struct errand {
    struct crew_job job;
    size_t subject; /* in the survey */
    unsigned asks;  /* what it is to bring: bits 1 << enum ask_id */
    void (*run)(struct errand *errand);
    const struct survey_request *request; /* copied with the crew */

    const struct topology_sql *sql; /* whom; or ... */
    struct sql_opener opener;
    struct track_subject host;

    struct sighting last; /* the thread's own: of its last answer */

    /* Under the crew's lock. */
    struct arena *arena; /* of the answers; NULL once they were taken: then nothing more is put */
    struct answer *answers;
    size_t answer_count;
    unsigned settled;      /* asks with an answer, as bits; its thread may read them without the lock */
    struct sql_port *port; /* under way, so that it can be interrupted */
};

static inline struct deadline errand_deadline(const struct errand *errand)
{
    return errand->job.crew->deadline;
}

/* Puts an answer to one of its asks; texts are copied. */
void errand_put(struct errand *errand, enum ask_id ask, struct sighting sighting,
                const struct answer_row *rows, size_t row_count);
/* The same without rows. */
void errand_fail(struct errand *errand, enum ask_id ask, enum sight sight, const char *detail);
/* All asks that have no answer yet. */
void errand_fail_rest(struct errand *errand, enum sight sight, const char *detail);
bool errand_owes(const struct errand *errand, enum ask_id ask);

/* The three ways. */
void errand_sql(struct errand *errand);
void errand_windows(struct errand *errand);
void errand_outside(struct errand *errand);

#endif
