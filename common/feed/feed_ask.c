/* Asking once. */
#include "feed/feed.h"

#include "feed/feed_link.h"
#include "model/json_text.h"

#include <limits.h>
#include <poll.h>

enum { AGAIN_MS = 20 };

static void write_request(const char *pool, struct strbuf *out)
{
    json_t *request = json_object();

    json_object_set_new(request, "ask", json_string("pool"));
    if (pool)
        json_object_set_new(request, "name", json_text(pool));
    json_print_compact(request, out);
    strbuf_add_char(out, '\n');
    json_decref(request);
}

static int open_link(struct feed_link *link, const char *socket_path, const char *request,
                     struct deadline deadline, struct err *err)
{
    bool full;

    while (feed_link_open(link, socket_path, request, &full, err) != 0) {
        if (!full || deadline_left_ms(deadline) <= AGAIN_MS)
            return -1;
        clock_sleep_ms(deadline.clock, AGAIN_MS);
    }
    return 0;
}

static int wait_for_line(struct feed_link *link, const char **ret_line, size_t *ret_length,
                         struct deadline deadline, struct err *err)
{
    enum feed_line outcome;

    while ((outcome = feed_link_line(link, ret_line, ret_length, err)) != FEED_LINE_WHOLE) {
        struct pollfd ready = {.fd = link->fd, .events = POLLIN};
        int64_t left_ms = deadline_left_ms(deadline);

        if (outcome == FEED_LINE_END)
            return -1;
        if (left_ms == 0)
            return err_set(err, ERR_IO, "the observer does not answer in time");
        (void)poll(&ready, 1, left_ms > INT_MAX ? INT_MAX : (int)left_ms);
    }
    return 0;
}

static struct feed_document *expect_pool(struct feed_document *document, struct err *err)
{
    if (document->kind == FEED_POOL)
        return document;
    if (document->kind == FEED_ERROR)
        err_set(err, ERR_USAGE, "%s", document->error);
    else
        err_set(err, ERR_INPUT, "the observer answers what was not asked");
    feed_document_free(document);
    return NULL;
}

struct feed_document *feed_ask_pool(const char *socket_path, const char *pool, struct deadline deadline,
                                    struct err *err)
{
    AUTO(strbuf) struct strbuf request = STRBUF_INIT;
    AUTO(feed_link) struct feed_link link = FEED_LINK_INIT;
    struct feed_document *document;
    const char *line;
    size_t length;

    write_request(pool, &request);
    if (request.length > FEED_REQUEST_MAX_BYTES) {
        err_set(err, ERR_USAGE, "--pool: that is no name of a pool");
        return NULL;
    }
    if (open_link(&link, socket_path, strbuf_text(&request), deadline, err) != 0 ||
        wait_for_line(&link, &line, &length, deadline, err) != 0)
        return NULL;
    document = feed_read(line, length, deadline.clock, err);
    return document ? expect_pool(document, err) : NULL;
}
