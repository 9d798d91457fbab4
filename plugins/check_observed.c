#include "check_observed.h"

#include "base/duration.h"
#include "base/strbuf.h"
#include "feed/feed.h"

enum { INTERVALS = 3 };

/* What became of the passes since; "" where none has failed. */
static void add_failure(struct strbuf *out, const struct feed_pool *pool)
{
    char ago[DURATION_TEXT_BYTES];

    if (pool->failure_pass && pool->failure_pass == pool->pass)
        strbuf_format(out, "; pass %lld failed %s ago: %s", (long long)pool->failure_pass,
                      duration_format((clock_mono(clock_system()).ms - pool->failure_at.ms) / 1000, ago),
                      pool->failure_why);
}

static int refuse(const char *what, const struct feed_pool *pool, struct err *err)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    strbuf_add(&text, what);
    add_failure(&text, pool);
    return err_set(err, ERR_IO, "%s", strbuf_text(&text));
}

static int require_young(const struct feed_pool *pool, int64_t max_age_s, int64_t *ret_age_s, struct err *err)
{
    /* A pass itself may take long, and so it has its time beside the intervals. */
    int64_t limit_s =
        max_age_s ? max_age_s : (INTERVALS * pool->interval_ms + pool->duration_ms.value) / 1000;
    struct fact_num age_ms = feed_pool_age_ms(pool, clock_system());
    char age[DURATION_TEXT_BYTES], limit[DURATION_TEXT_BYTES];
    AUTO(strbuf) struct strbuf what = STRBUF_INIT;

    if (!age_ms.known) {
        strbuf_format(&what, "the observer has not seen %s yet", pool->name);
        return refuse(strbuf_text(&what), pool, err);
    }
    *ret_age_s = age_ms.value / 1000;
    if (age_ms.value <= limit_s * 1000)
        return 0;
    strbuf_format(&what, "the observer saw %s last %s ago (limit %s)", pool->name,
                  duration_format_exact(*ret_age_s, age), duration_format_exact(limit_s, limit));
    return refuse(strbuf_text(&what), pool, err);
}

struct snapshot *observed_snapshot(const char *socket, const char *pool, int64_t max_age_s,
                                   struct deadline deadline, int64_t *ret_age_s, struct err *err)
{
    AUTO(feed_document)
    struct feed_document *document = feed_ask_pool(*socket ? socket : FEED_SOCKET_PATH, pool, deadline, err);
    struct snapshot *snapshot;

    if (!document || require_young(&document->pool, max_age_s, ret_age_s, err) != 0)
        return NULL;
    snapshot = document->pool.snapshot;
    document->pool.snapshot = NULL;
    return snapshot;
}
