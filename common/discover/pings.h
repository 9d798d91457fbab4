/*
 * The rows of tblServerIdentity as they changed while they were watched: whose ping moves, how often, and by
 * which clock.  Sources: "tblServerIdentity" (Persistent Chat database schema), which says neither.  Pure,
 * thread-safe.
 */
#ifndef PCHAT_DISCOVER_PINGS_H
#define PCHAT_DISCOVER_PINGS_H

#include "discover/survey.h"

/* What the watched rows of one chat server show, over all open copies of the chat database. */
enum ping_view {
    PINGS_UNSEEN, /* no table was seen, or not long enough to tell */
    PINGS_NO_ROW,
    PINGS_STILL, /* for more than two periods */
    PINGS_MOVE
};
enum ping_view pings_view(const struct survey *survey, const struct subject *server);

/* Between one ping and the next, by the stamps themselves. */
struct ping_period {
    int64_t period_ms;  /* the middle of those measured */
    size_t measured;    /* steps that no ping can have been missed in */
    size_t unreliable;  /* others */
    int64_t spread_ms;  /* between the smallest and the largest measured */
    bool is_sure;       /* both ends of each were seen to come */
    int64_t watched_ms; /* by the server's clock */
};
struct ping_period pings_period(const struct survey *survey);

/* How the stamps of pings that came while we watched compare with the two clocks of the server. */
struct ping_clock {
    size_t utc, local;    /* how many fit only that one */
    size_t both, neither; /* local time is UTC there; or far from each */
    int64_t offset_ms;    /* local time minus UTC, of the last */
    int64_t astray_ms;    /* stamp minus UTC, of the last that fits neither */
};
struct ping_clock pings_clock(const struct survey *survey);

/* The first `length` bytes of the address that name the server, NULL where there is no such part. */
const char *ping_address_host(const char *address, size_t *ret_length);

#endif
