/*
 * The feed: what pchat-observer tells over its unix socket (stream, one JSON document a line, UTF-8) to those
 * who may read and hold no credentials - checks with --from-observer, pchat-agentx.
 *
 * Requests, each one line of at most FEED_REQUEST_MAX_BYTES:
 *
 *     {"ask": "pool", "name": "lyncpc.litwareinc.com"}   the newest of that pool; without name, of the only
 * one
 *     {"ask": "observer"}                                the observer itself
 *     {"ask": "runs"}                                    what runners show
 *     {"ask": "follow"}                                  all of these now, and each again whenever it changes
 *
 * Each of the first three is answered by one line; several may be asked one after the other.  After "follow"
 * nothing more may be asked: first comes `observer`, then `runs` and every pool, and from then on a document
 * for each that has changed: a pool when a pass of it has ended, well or not.  `observer` comes again, before
 * all else, when the topology was loaded anew, or could not be: pools that its list no longer has are gone.
 * Who reads slowly misses what was between, never what is newest; who reads not at all is cut off.
 *
 *     {"observer": {"schema": 1, "version": "0.1.0", "started_utc_ms": N, "topology": "FILE",
 *                   "topology_error": null | "FILE:LINE: ...", "pools": ["FQDN", ...]}}
 *     {"runs": {"unknown": null | "why", "episodes_waiting": null | N, "file": null | { runs.json }}}
 *     {"pool": {"name": "FQDN", "interval_ms": N, "pass": N, "failed": N, "generation": N,
 *               "age_ms": null | N, "duration_ms": null | N,
 *               "failure": null | {"pass": N, "age_ms": N, "why": "..."},
 *               "snapshot": null | { as --record writes it }}}
 *     {"error": "why the request cannot be answered"}      after one that was no request, the end
 *
 * Every pass of a pool has a number, from 1, while the observer lives.  `pass` is the newest that has ended,
 * `generation` the one that the snapshot is of (0: none yet), `failure` the newest that failed: it is why the
 * snapshot grows old when failure.pass is pass.  Ages are the observer's, by its monotonic clock, when it
 * began to send; the age of a snapshot counts from when its pass began, so no fact in it is older than that.
 *
 * A pass that saw nothing because nothing answers is no failure: what was not seen, and why, is in its
 * snapshot.  Runs that are not known are unknown, never none.
 *
 * Foreign bytes are survived on both sides.  One thread per object.
 */
#ifndef PCHAT_FEED_H
#define PCHAT_FEED_H

#include "act/runner/runs_file.h"
#include "base/clock.h"
#include "model/snapshot.h"

#define FEED_SOCKET_PATH "/run/pchat-plugins/observer.sock"

enum {
    FEED_SCHEMA = 1,
    FEED_REQUEST_MAX_BYTES = 1024,
    FEED_DOCUMENT_MAX_BYTES = SNAPSHOT_MAX_BYTES + 1024 * 1024
};

/* ---- documents ---- */

enum feed_kind { FEED_OBSERVER, FEED_RUNS, FEED_POOL, FEED_ERROR, FEED_KIND_COUNT };

struct feed_observer {
    const char *version;
    int64_t started_utc_ms;     /* the observer host's UTC */
    const char *topology;       /* the file */
    const char *topology_error; /* why what stands there now is not used; NULL: it is */
    const char **pools;         /* FQDNs, in the order of the topology */
    size_t pool_count;
};

struct feed_runs {
    const char *unknown;   /* why there is no file; NULL: there is one */
    struct runs_file file; /* meaningful unless unknown */
    struct fact_num
        episodes_waiting; /* in the spool, untaken for more than a minute; unknown: not readable */
};

struct feed_pool {
    const char *name;         /* FQDN */
    int64_t interval_ms;      /* between two passes */
    int64_t pass, generation; /* see above; 0: none yet */
    int64_t failed;           /* how many passes failed */
    struct mono_ms
        begun; /* when the snapshot's pass began, by this process's monotonic clock; with generation
                */
    struct fact_num duration_ms; /* of that pass */
    int64_t failure_pass;        /* 0: none has failed */
    struct mono_ms failure_at;   /* when it ended, likewise; with failure_pass */
    const char *failure_why;     /* one sentence; NULL: none has failed */
    struct snapshot
        *snapshot; /* NULL: none yet; the document's, unless the reader takes it (and sets NULL) */
};

struct feed_document {
    struct arena *arena; /* owns everything below but the snapshot */
    enum feed_kind kind; /* which of these is meant */
    struct feed_observer observer;
    struct feed_runs runs;
    struct feed_pool pool;
    const char *error;
};

void feed_document_free(struct feed_document *document);
AUTO_DEFINE_FREE(feed_document, struct feed_document)

/*
 * Reads one line, without its newline, which came now.  NULL with ERR_INPUT, also for a schema of another
 * age and for a snapshot that is none.  Kinds that this program does not know are ERR_INPUT too.
 */
struct feed_document *feed_read(const char *line, size_t length, struct clock *clock, struct err *err);

/* Milliseconds since the snapshot's pass began; not known without a snapshot. */
struct fact_num feed_pool_age_ms(const struct feed_pool *pool, struct clock *clock);

/* ---- asking once ---- */

/*
 * The newest of one pool, or with NULL of the observer's only one; waits until the deadline at most.  NULL
 * with *err: ERR_IO where nobody answers, ERR_INPUT for what is no answer, ERR_USAGE for what the observer
 * has no answer to (its own words: no such pool).
 */
struct feed_document *feed_ask_pool(const char *socket_path, const char *pool, struct deadline deadline,
                                    struct err *err);

/* ---- following ---- */

struct feed_follower;

/*
 * Connects and asks for everything, without waiting.  NULL with ERR_IO: nobody listens there, or too many ask
 * at the moment; try again later, with a pause of the caller's own.
 */
struct feed_follower *feed_follow(const char *socket_path, struct clock *clock, struct err *err);
void feed_follower_free(struct feed_follower *follower);
AUTO_DEFINE_FREE(feed_follower, struct feed_follower)

/* For poll(), POLLIN; the same one as long as the follower lives. */
int feed_follower_fd(const struct feed_follower *follower);

enum feed_news {
    FEED_NEWS_DOCUMENT, /* *ret_document is the caller's */
    FEED_NEWS_NONE,     /* nothing whole is there yet: wait for the fd */
    FEED_NEWS_END       /* with *err: the observer is gone or talks nonsense.  Free it, and follow anew. */
};

/* Call it until it says NONE; it reads a bounded amount each time, and never waits. */
enum feed_news feed_follower_next(struct feed_follower *follower, struct feed_document **ret_document,
                                  struct err *err);

#endif
