/* Following: everything, and whatever changes. */
#include "feed/feed.h"

#include "base/mem.h"
#include "feed/feed_link.h"

struct feed_follower {
    struct feed_link link;
    struct clock *clock;
};

struct feed_follower *feed_follow(const char *socket_path, struct clock *clock, struct err *err)
{
    struct feed_link link = FEED_LINK_INIT;
    struct feed_follower *follower;
    bool full;

    if (feed_link_open(&link, socket_path, "{\"ask\":\"follow\"}\n", &full, err) != 0)
        return NULL;
    follower = mem_alloc(sizeof(*follower));
    *follower = (struct feed_follower){link, clock};
    return follower;
}

void feed_follower_free(struct feed_follower *follower)
{
    if (!follower)
        return;
    feed_link_done(&follower->link);
    free(follower);
}

int feed_follower_fd(const struct feed_follower *follower)
{
    return follower->link.fd;
}

/* What the observer refuses ends the connection, so that it is the end for the caller too. */
static enum feed_news take(struct feed_follower *follower, const char *line, size_t length,
                           struct feed_document **ret_document, struct err *err)
{
    AUTO(feed_document) struct feed_document *document = feed_read(line, length, follower->clock, err);

    if (!document)
        return FEED_NEWS_END;
    if (document->kind == FEED_ERROR) {
        err_set(err, ERR_USAGE, "%s", document->error);
        return FEED_NEWS_END;
    }
    *ret_document = document;
    document = NULL;
    return FEED_NEWS_DOCUMENT;
}

enum feed_news feed_follower_next(struct feed_follower *follower, struct feed_document **ret_document,
                                  struct err *err)
{
    const char *line;
    size_t length;
    enum feed_line outcome;

    while ((outcome = feed_link_line(&follower->link, &line, &length, err)) == FEED_LINE_PART)
        ;
    if (outcome == FEED_LINE_WHOLE)
        return take(follower, line, length, ret_document, err);
    return outcome == FEED_LINE_WAIT ? FEED_NEWS_NONE : FEED_NEWS_END;
}
