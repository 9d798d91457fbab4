#include "discover/pings.h"

#include "base/mem.h"
#include "base/utc.h"

#include <stdlib.h>
#include <string.h>

/* Servers' clocks differ; zones differ by a quarter of an hour at least. */
enum { SKEW_MOST_MS = 120 * 1000, ZONE_LEAST_MS = 8 * 60 * 1000, STEPS_MAX = 4096, PERIODS_STILL = 2 };

/* One row of an answer, its times read. */
struct sample {
    const char *id, *address;
    int64_t ping_ms, before_ms, utc_ms, local_ms;
    bool is_first; /* nothing is known of what was before */
};

static bool read_time(const struct answer *answer, size_t row, const char *column, int64_t *ret_ms)
{
    const char *text = answer_cell(answer, row, column);

    return text && utc_parse(text, ret_ms);
}

/* False for a row without ping or clocks. */
static bool read_sample(const struct answer *answer, size_t row, struct sample *ret)
{
    *ret = (struct sample){.id = answer_cell(answer, row, "server_id"),
                           .address = answer_cell(answer, row, "server_address")};
    ret->is_first = !read_time(answer, row, "before", &ret->before_ms);
    return ret->id && read_time(answer, row, "ping", &ret->ping_ms) &&
           read_time(answer, row, "server_utc", &ret->utc_ms) &&
           read_time(answer, row, "server_local", &ret->local_ms);
}

/* The row of the same server before this one. */
static bool read_previous(const struct answer *answer, size_t row, const struct sample *sample,
                          struct sample *ret)
{
    while (row-- > 0)
        if (read_sample(answer, row, ret) && strcmp(ret->id, sample->id) == 0)
            return true;
    return false;
}

/* A row that is new because its ping has moved; the last sample repeats rows that have not. */
static bool read_step(const struct answer *answer, size_t row, struct sample *ret,
                      struct sample *ret_previous)
{
    return read_sample(answer, row, ret) && !ret->is_first && read_previous(answer, row, ret, ret_previous) &&
           ret->ping_ms > ret_previous->ping_ms;
}

/* ---- period ---- */

struct steps {
    int64_t *ms;
    size_t count;
};

static void steps_done(struct steps *steps)
{
    free(steps->ms);
}
AUTO_DEFINE_DONE(steps, struct steps)

/*
 * Two pings in one step are twice as far apart as one, and the first of them stood there for half the step: a
 * sample that often would have seen it.
 */
static bool may_have_missed(const struct sample *sample, int64_t step_ms)
{
    return (sample->utc_ms - sample->before_ms) * 2 >= step_ms;
}

/*
 * from_first: also those from a ping that stood there before we watched.  They say little: clocks may have
 * been set in between.
 */
static void take_steps(const struct answer *answer, bool from_first, struct steps *steps,
                       struct ping_period *period)
{
    struct sample sample, previous;

    for (size_t row = 0; row < answer->row_count; row++) {
        if (!read_step(answer, row, &sample, &previous) || previous.is_first != from_first)
            continue;
        if (may_have_missed(&sample, sample.ping_ms - previous.ping_ms) || steps->count == STEPS_MAX)
            period->unreliable++;
        else
            steps->ms[steps->count++] = sample.ping_ms - previous.ping_ms;
    }
}

static int64_t watched_ms(const struct answer *answer)
{
    struct sample sample;
    int64_t first_ms = 0, last_ms = 0;

    for (size_t row = 0; row < answer->row_count; row++) {
        if (!read_sample(answer, row, &sample))
            continue;
        first_ms = first_ms ? first_ms : sample.utc_ms;
        last_ms = sample.utc_ms;
    }
    return last_ms - first_ms;
}

static int by_length(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

static void take_all(const struct survey *survey, bool from_first, struct steps *steps,
                     struct ping_period *period)
{
    const struct answer *answer;
    size_t at = 0;

    while ((answer = survey_next(survey, ASK_PINGS, &at))) {
        int64_t ms = watched_ms(answer);

        take_steps(answer, from_first, steps, period);
        period->watched_ms = ms > period->watched_ms ? ms : period->watched_ms;
    }
}

struct ping_period pings_period(const struct survey *survey)
{
    AUTO(steps) struct steps steps = {mem_alloc(STEPS_MAX * sizeof(int64_t)), 0};
    struct ping_period period = {0};

    take_all(survey, false, &steps, &period);
    period.is_sure = steps.count > 0;
    if (!period.is_sure)
        take_all(survey, true, &steps, &period);
    if (steps.count == 0)
        return period;
    qsort(steps.ms, steps.count, sizeof(*steps.ms), by_length);
    period.period_ms = steps.ms[steps.count / 2];
    period.spread_ms = steps.ms[steps.count - 1] - steps.ms[0];
    period.measured = steps.count;
    return period;
}

/* ---- clock ---- */

/* Was it stamped between the two samples, by a clock that is so far ahead of UTC? */
static bool fits(const struct sample *sample, int64_t ahead_ms)
{
    return sample->ping_ms >= sample->before_ms + ahead_ms - SKEW_MOST_MS &&
           sample->ping_ms <= sample->utc_ms + ahead_ms + SKEW_MOST_MS;
}

static void compare(const struct sample *sample, struct ping_clock *clock)
{
    int64_t offset_ms = sample->local_ms - sample->utc_ms;
    bool as_utc = fits(sample, 0), as_local = fits(sample, offset_ms);

    clock->offset_ms = offset_ms;
    if (!as_utc && !as_local)
        clock->astray_ms = sample->ping_ms - sample->utc_ms;
    if (llabs(offset_ms) < ZONE_LEAST_MS && (as_utc || as_local))
        clock->both++;
    else if (as_utc == as_local)
        clock->neither++;
    else if (as_utc)
        clock->utc++;
    else
        clock->local++;
}

struct ping_clock pings_clock(const struct survey *survey)
{
    struct ping_clock clock = {0};
    const struct answer *answer;
    size_t at = 0;

    while ((answer = survey_next(survey, ASK_PINGS, &at)))
        for (size_t row = 0; row < answer->row_count; row++) {
            struct sample sample, previous;

            if (read_step(answer, row, &sample, &previous))
                compare(&sample, &clock);
        }
    return clock;
}

/* ---- one server ---- */

const char *ping_address_host(const char *address, size_t *ret_length)
{
    const char *start = address ? strstr(address, "://") : NULL;

    start = start ? start + 3 : address;
    *ret_length = start ? strcspn(start, ":/") : 0;
    return *ret_length ? start : NULL;
}

static bool is_of(const struct survey *survey, const struct sample *sample, const struct subject *server)
{
    size_t length;
    const char *host = ping_address_host(sample->address, &length);

    return host && survey_find(survey, SUBJECT_CHAT_SERVER, host, length) == server;
}

static enum ping_view view_in(const struct survey *survey, const struct answer *answer,
                              const struct subject *server, int64_t still_after_ms)
{
    enum ping_view view = PINGS_NO_ROW;
    bool is_long = still_after_ms > 0 && watched_ms(answer) > still_after_ms;

    for (size_t row = 0; row < answer->row_count; row++) {
        struct sample sample, previous;

        if (!read_sample(answer, row, &sample) || !is_of(survey, &sample, server))
            continue;
        if (read_step(answer, row, &sample, &previous))
            return PINGS_MOVE;
        view = is_long ? PINGS_STILL : PINGS_UNSEEN;
    }
    return view;
}

enum ping_view pings_view(const struct survey *survey, const struct subject *server)
{
    int64_t still_after_ms = pings_period(survey).period_ms * PERIODS_STILL;
    bool seen = false, unsure = false;
    enum ping_view view = PINGS_NO_ROW;
    const struct answer *answer;
    size_t at = 0;

    while ((answer = survey_next(survey, ASK_PINGS, &at))) {
        enum ping_view here;

        if (answer->sighting.sight != SIGHT_SEEN)
            continue;
        seen = true;
        here = view_in(survey, answer, server, still_after_ms);
        unsure |= here == PINGS_UNSEEN;
        view = here > view ? here : view;
    }
    if (!seen || (unsure && view != PINGS_MOVE))
        return PINGS_UNSEEN;
    return view;
}
