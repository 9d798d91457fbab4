#include "feed/feed_client.h"

#include "model/json_reader.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* A reader that takes nothing for so long, or asks nothing, is cut off.  So many documents at a time, then it
 * is the others' turn. */
enum { PATIENCE_MS = 10000, AT_ONCE = 32, OUT_KEPT_BYTES = 4096 };

void feed_client_start(struct feed_client *client, int fd, struct clock *clock)
{
    *client = (struct feed_client){.fd = fd, .moved = clock_mono(clock)};
}

void feed_client_done(struct feed_client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    strbuf_done(&client->out);
    *client = (struct feed_client)FEED_CLIENT_INIT;
}

/* ---- requests ---- */

static void refuse(struct feed_client *client, const char *why)
{
    feed_board_put_error(why, &client->out);
    client->ends = true;
}

static void ask_observer(struct feed_client *client, const struct feed_board *board, const json_t *request,
                         bool may_follow)
{
    (void)request, (void)may_follow;
    feed_board_put_observer(board, &client->out);
}

static void ask_runs(struct feed_client *client, const struct feed_board *board, const json_t *request,
                     bool may_follow)
{
    (void)request, (void)may_follow;
    feed_board_put_runs(board, &client->out);
}

static void ask_pool(struct feed_client *client, const struct feed_board *board, const json_t *request,
                     bool may_follow)
{
    const char *name = json_string_value(json_object_get(request, "name"));
    struct err err = ERR_INIT;
    const struct feed_board_pool *pool = feed_board_find(board, name, &err);

    (void)may_follow;
    if (pool)
        feed_board_put_pool(board, pool, &client->out);
    else
        feed_board_put_error(err.text, &client->out);
}

static void ask_follow(struct feed_client *client, const struct feed_board *board, const json_t *request,
                       bool may_follow)
{
    (void)board, (void)request;
    client->follows = may_follow;
    if (!may_follow)
        refuse(client, "too many follow already");
}

static const struct {
    const char *name;
    void (*answer)(struct feed_client *client, const struct feed_board *board, const json_t *request,
                   bool may_follow);
} asks[] = {{"pool", ask_pool}, {"observer", ask_observer}, {"runs", ask_runs}, {"follow", ask_follow}};

static void answer(struct feed_client *client, const struct feed_board *board, size_t length, bool may_follow)
{
    AUTO(json) json_t *request = json_parse(client->asked, length, FEED_REQUEST_MAX_BYTES, NULL);
    const char *ask = json_string_value(json_object_get(request, "ask"));

    for (size_t i = 0; ask && i < COUNT(asks); i++)
        if (strcmp(asks[i].name, ask) == 0) {
            asks[i].answer(client, board, request, may_follow);
            return;
        }
    refuse(client,
           "expected {\"ask\": \"pool\", \"name\": \"FQDN\"}, or observer, runs or follow, in one line");
}

/* The next line, if all of it is there. */
static bool take_request(struct feed_client *client, const struct feed_board *board, bool may_follow)
{
    const char *end = memchr(client->asked, '\n', client->asked_length);
    size_t length = end ? (size_t)(end - client->asked) : 0;

    if (!end) {
        if (client->asked_length < sizeof(client->asked))
            return false;
        refuse(client, "a request is shorter");
        return true;
    }
    answer(client, board, length, may_follow);
    client->asked_length -= length + 1;
    memmove(client->asked, client->asked + length + 1, client->asked_length);
    client->moved = clock_mono(board->clock);
    return true;
}

/* Both ways: one who has said all may well go on reading. */
static bool is_gone(const struct feed_client *client)
{
    struct pollfd now = {.fd = client->fd};

    return poll(&now, 1, 0) > 0 && (now.revents & (POLLHUP | POLLERR));
}

/* False: the connection is broken. */
static bool hear(struct feed_client *client)
{
    size_t room = sizeof(client->asked) - client->asked_length;
    ssize_t got;

    if (client->heard_all)
        return !is_gone(client);
    if (room == 0)
        return true;
    got = read(client->fd, client->asked + client->asked_length, room);
    if (got > 0)
        client->asked_length += (size_t)got;
    client->heard_all = got == 0;
    return got >= 0 || errno == EAGAIN || errno == EINTR;
}

/* ---- what is told ---- */

/* Puts what a follower does not know yet; false: it knows all. */
static bool put_news(struct feed_client *client, const struct feed_board *board)
{
    if (client->knows_observer < board->observer_changed) {
        client->knows_observer = board->observer_changed;
        feed_board_put_observer(board, &client->out);
        return true;
    }
    return feed_board_put_next(board, &client->knows, &client->out);
}

/* False: nothing to tell now. */
static bool find_something(struct feed_client *client, const struct feed_board *board, bool may_follow)
{
    if (client->ends)
        return false;
    return client->follows ? put_news(client, board) : take_request(client, board, may_follow);
}

/* 1: all is sent, 0: it has to take something first, -1: it is gone. */
static int send_out(struct feed_client *client, struct clock *clock)
{
    while (client->sent < client->out.length) {
        ssize_t sent = send(client->fd, client->out.text + client->sent, client->out.length - client->sent,
                            MSG_NOSIGNAL);

        if (sent < 0)
            return errno == EAGAIN || errno == EINTR ? 0 : -1;
        client->sent += (size_t)sent;
        client->moved = clock_mono(clock);
    }
    if (client->out.capacity > OUT_KEPT_BYTES)
        strbuf_done(&client->out);
    strbuf_truncate(&client->out, 0);
    client->sent = 0;
    return 1;
}

static bool is_sending(const struct feed_client *client)
{
    return client->out.length > 0;
}

/* ---- its turn ---- */

/* A follower may know everything for long; whoever is to take or to ask something may not wait. */
static bool is_stalled(const struct feed_client *client, struct clock *clock)
{
    return (is_sending(client) || !client->follows) && clock_mono(clock).ms - client->moved.ms > PATIENCE_MS;
}

struct pollfd feed_client_poll(const struct feed_client *client, const struct feed_board *board)
{
    struct pollfd wanted = {.fd = client->fd};
    bool has_news = client->follows && (client->knows < board->sequence);

    if (!client->heard_all && !is_sending(client))
        wanted.events |= POLLIN;
    if (is_sending(client) || has_news || client->ends)
        wanted.events |= POLLOUT;
    return wanted;
}

/* A follower has nothing more to say, and who has asked and heard all is done. */
static bool is_over(const struct feed_client *client)
{
    return client->ends || (client->follows ? client->asked_length > 0 : client->heard_all);
}

bool feed_client_attend(struct feed_client *client, const struct feed_board *board, bool may_follow)
{
    if (!is_sending(client) && !hear(client))
        return false;
    for (int i = 0; i < AT_ONCE; i++) {
        int sent = is_sending(client) ? send_out(client, board->clock) : 1;

        if (sent <= 0)
            return sent == 0 && !is_stalled(client, board->clock);
        if (!find_something(client, board, may_follow))
            return !is_over(client) && !is_stalled(client, board->clock);
    }
    return true;
}
