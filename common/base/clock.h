/*
 * The clock seam: all waiting and all time of the host go through here.
 *
 * Two clocks that cannot be added by accident: struct mono_ms (monotonic; deadlines) and UTC milliseconds
 * (int64_t named *_utc_ms; the host's idea of UTC, used only as a ruler between servers and for what
 * architecture.md names). Facts carry the time of the server that owns them and never come from here.
 * Thread-safe.
 */
#ifndef PCHAT_BASE_CLOCK_H
#define PCHAT_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct mono_ms {
    int64_t ms;
};

struct clock {
    struct mono_ms (*mono)(struct clock *clock);
    int64_t (*utc_ms)(struct clock *clock);
    /* Sleeps at most that long; may return earlier. */
    void (*sleep_ms)(struct clock *clock, int64_t ms);
    /*
     * Virtual clocks alone; NULL: time passes by itself.  A virtual clock moves only while all who live by it
     * sleep, so it has to know them: this starts work(argument) beside the caller, and from then on one of
     * them works at a time, until it sleeps or ends.  Whose turn is next depends on nothing but the times
     * until which they sleep, and among equals on who slept first: what runs side by side runs the same way
     * twice.  Whoever started a work is woken when that ends.  Returns 0 or an errno.
     */
    int (*start)(struct clock *clock, void (*work)(void *argument), void *argument);
};

/* The host's clocks. */
struct clock *clock_system(void);

struct mono_ms clock_mono(struct clock *clock);
int64_t clock_utc_ms(struct clock *clock);
void clock_sleep_ms(struct clock *clock, int64_t ms);

/* An absolute point on the monotonic clock by which something must have ended. */
struct deadline {
    struct clock *clock;
    struct mono_ms at;
};

struct deadline deadline_in_ms(struct clock *clock, int64_t ms);
/* The earlier of d and "ms from now". */
struct deadline deadline_sooner(struct deadline d, int64_t ms);
/*
 * When asking must end, of a work of whole_ms that ends by d: a tenth of it, 100 ms at least and a second at
 * most, is left to judge and to write down, as a machine may be busy.
 */
struct deadline deadline_of_asking(struct deadline d, int64_t whole_ms);
/* Milliseconds left, never negative. */
int64_t deadline_left_ms(struct deadline d);
bool deadline_passed(struct deadline d);
/* The same point as CLOCK_MONOTONIC timespec, for pthread_cond_clockwait and its kind; of the host's clock
 * alone. */
struct timespec deadline_timespec(struct deadline d);

#endif
