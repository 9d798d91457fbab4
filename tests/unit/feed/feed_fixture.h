/* A board of two pools under a clock that stands still until it is told. */
#ifndef PCHAT_TESTS_FEED_FIXTURE_H
#define PCHAT_TESTS_FEED_FIXTURE_H

#include "feed/feed.h"
#include "feed/feed_board.h"

#define POOL_A "a.example"
#define POOL_B "b.example"

struct still_clock {
    struct clock clock;
    int64_t mono_ms, utc_ms;
};

struct still_clock still_clock(void); /* at 1,000,000 ms */
/* Pools A (every 60 s) and B (every 30 s), nothing seen yet. */
struct feed_board *board_of_two(struct still_clock *clock);
/* A pass over the pool, that began so long ago, with a snapshot of that pool's name. */
void see(struct feed_board *board, size_t pool, int64_t ago_ms);
/* As --record writes it, in one line; malloc'ed. */
char *snapshot_line(const char *pool, unsigned seed);

#endif
