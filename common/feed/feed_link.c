#include "feed/feed_link.h"

#include "base/unix_socket.h"
#include "feed/feed.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

enum { CHUNK_BYTES = 64 * 1024 };

/* What to do about it, by errno. */
static const struct {
    int error;
    const char *remedy;
} remedies[] = {
    {ENOENT, "systemctl start pchat-observer"},
    {ECONNREFUSED, "systemctl start pchat-observer"},
    {EACCES, "this user belongs into group pchat-read"},
};

static int nobody(const char *socket_path, int error, struct err *err)
{
    for (size_t i = 0; i < COUNT(remedies); i++)
        if (remedies[i].error == error)
            return err_set(err, ERR_IO, "no observer answers at %s: %s -> %s", socket_path, strerror(error),
                           remedies[i].remedy);
    return err_set_errno(err, ERR_IO, error, "no observer answers at %s", socket_path);
}

int feed_link_open(struct feed_link *link, const char *socket_path, const char *request, bool *ret_full,
                   struct err *err)
{
    *link = (struct feed_link){.fd = unix_socket_connect(socket_path, SOCK_NONBLOCK)};
    *ret_full = link->fd < 0 && errno == EAGAIN;
    if (*ret_full)
        return err_set(err, ERR_IO, "too many ask the observer at %s", socket_path);
    if (link->fd < 0)
        return nobody(socket_path, errno, err);
    /* A fresh socket has room for it. */
    if (send(link->fd, request, strlen(request), MSG_NOSIGNAL) != (ssize_t)strlen(request)) {
        nobody(socket_path, errno, err);
        feed_link_done(link);
        return -1;
    }
    return 0;
}

void feed_link_done(struct feed_link *link)
{
    if (link->fd >= 0)
        close(link->fd);
    strbuf_done(&link->said);
    link->fd = -1;
}

static bool find_line(struct feed_link *link, const char **ret_line, size_t *ret_length)
{
    const char *text = strbuf_text(&link->said);
    const char *end = memchr(text + link->searched, '\n', link->said.length - link->searched);

    link->searched = link->said.length;
    if (!end)
        return false;
    *ret_line = text + link->begin;
    *ret_length = (size_t)(end - *ret_line);
    link->begin = link->searched = (size_t)(end - text) + 1;
    return true;
}

/* What was handed out goes; what begins a line stays. */
static void forget_lines(struct feed_link *link)
{
    size_t rest = link->said.length - link->begin;

    if (link->begin == 0)
        return;
    memmove(link->said.text, link->said.text + link->begin, rest);
    strbuf_truncate(&link->said, rest);
    link->searched -= link->begin;
    link->begin = 0;
}

static enum feed_line read_once(struct feed_link *link, struct err *err)
{
    char chunk[CHUNK_BYTES];
    ssize_t got = read(link->fd, chunk, sizeof(chunk));

    if (got > 0) {
        strbuf_add_n(&link->said, chunk, (size_t)got);
        return FEED_LINE_PART;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return FEED_LINE_WAIT;
    if (got < 0)
        err_set_errno(err, ERR_IO, errno, "the observer cannot be heard");
    else
        err_set(err, ERR_IO, "the observer has ended the connection");
    return FEED_LINE_END;
}

enum feed_line feed_link_line(struct feed_link *link, const char **ret_line, size_t *ret_length,
                              struct err *err)
{
    enum feed_line outcome;

    if (find_line(link, ret_line, ret_length))
        return FEED_LINE_WHOLE;
    forget_lines(link);
    if (link->said.length > FEED_DOCUMENT_MAX_BYTES) {
        err_set(err, ERR_INPUT, "the observer's line has no end");
        return FEED_LINE_END;
    }
    outcome = read_once(link, err);
    if (outcome == FEED_LINE_PART && find_line(link, ret_line, ret_length))
        return FEED_LINE_WHOLE;
    return outcome;
}
