#include "lab/tds/connection.h"

#include "base/cleanup.h"
#include "base/mem.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

struct connection {
    int fd;
    struct tds_session *session;
    struct connection_wire wire;
    struct connection_owner owner;
    struct event *readable, *writable, *pause;
    int64_t sent_bytes;
    bool frozen;
    bool paused; /* a slow packet waits for its time */
};

void connection_free(struct connection *connection)
{
    if (!connection)
        return;
    event_free(connection->readable);
    event_free(connection->writable);
    event_free(connection->pause);
    tds_session_free(connection->session);
    close(connection->fd);
    free(connection);
}

static void close_connection(struct connection *connection)
{
    connection->owner.closed(connection->owner.user, connection);
    connection_free(connection);
}

/* A cut is not a goodbye: the client sees a reset. */
static void cut(struct connection *connection)
{
    struct linger at_once = {1, 0};

    setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close_connection(connection);
}

static bool cut_is_due(const struct connection *connection)
{
    return connection->wire.cut_after_bytes >= 0 &&
           connection->sent_bytes >= connection->wire.cut_after_bytes;
}

static size_t next_piece_bytes(const struct connection *connection, size_t waiting)
{
    size_t piece = waiting;
    size_t packet = tds_session_packet_bytes(connection->session);

    if (connection->wire.slow_ms > 0 && piece > packet)
        piece = packet;
    if (connection->wire.cut_after_bytes >= 0) {
        size_t left = (size_t)(connection->wire.cut_after_bytes - connection->sent_bytes);
        piece = piece < left ? piece : left;
    }
    return piece;
}

static void pause_sending(struct connection *connection)
{
    struct timeval delay = {connection->wire.slow_ms / 1000, connection->wire.slow_ms % 1000 * 1000};

    connection->paused = true;
    event_add(connection->pause, &delay);
}

/* Sends one piece; false when nothing more can go now. */
static bool send_piece(struct connection *connection, struct strbuf *output)
{
    size_t piece = next_piece_bytes(connection, output->length);
    ssize_t sent = send(connection->fd, output->text, piece, MSG_NOSIGNAL);

    if (sent < 0) {
        if (errno == EAGAIN || errno == EINTR)
            event_add(connection->writable, NULL);
        else
            strbuf_truncate(output, 0); /* the peer is gone; reading tells */
        return false;
    }
    memmove(output->text, output->text + sent, output->length - (size_t)sent);
    strbuf_truncate(output, output->length - (size_t)sent);
    connection->sent_bytes += sent;
    return true;
}

/* Sends what may be sent now; may close (and free) the connection. */
static void pump(struct connection *connection, bool pause_is_over)
{
    struct strbuf *output = tds_session_output(connection->session);

    while (output->length > 0 && !connection->frozen && !connection->paused) {
        if (connection->wire.slow_ms > 0 && !pause_is_over) {
            pause_sending(connection);
            return;
        }
        pause_is_over = false;
        if (!cut_is_due(connection) && !send_piece(connection, output))
            return;
        if (cut_is_due(connection)) {
            cut(connection);
            return;
        }
    }
    if (output->length == 0 && tds_session_ended(connection->session) && !connection->frozen)
        close_connection(connection);
}

static void on_readable(evutil_socket_t fd, short what, void *user)
{
    struct connection *connection = user;
    char bytes[8192];
    ssize_t length = recv((int)fd, bytes, sizeof bytes, 0);

    (void)what;
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (length <= 0) {
        close_connection(connection);
        return;
    }
    if (connection->wire.hung)
        return;
    connection->owner.input(connection->owner.user);
    tds_session_receive(connection->session, bytes, (size_t)length);
    explicit_bzero(bytes, sizeof bytes);
    pump(connection, false);
}

static void on_writable(evutil_socket_t fd, short what, void *user)
{
    (void)fd;
    (void)what;
    pump(user, true);
}

static void on_pause_over(evutil_socket_t fd, short what, void *user)
{
    struct connection *connection = user;

    (void)fd;
    (void)what;
    connection->paused = false;
    pump(connection, true);
}

struct connection *connection_new(struct event_base *base, int fd, struct tds_session *session,
                                  const struct connection_wire *wire, const struct connection_owner *owner)
{
    struct connection *connection = mem_alloc(sizeof *connection);
    int on = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connection->fd = fd;
    connection->session = session;
    connection->wire = *wire;
    connection->owner = *owner;
    connection->readable = event_new(base, fd, EV_READ | EV_PERSIST, on_readable, connection);
    connection->writable = event_new(base, fd, EV_WRITE, on_writable, connection);
    connection->pause = evtimer_new(base, on_pause_over, connection);
    event_add(connection->readable, NULL);
    return connection;
}

void connection_set_frozen(struct connection *connection, bool frozen)
{
    if (connection->frozen == frozen)
        return;
    connection->frozen = frozen;
    if (frozen) {
        event_del(connection->readable);
        event_del(connection->writable);
        return;
    }
    event_add(connection->readable, NULL);
    event_add(connection->writable, NULL);
}

void connection_review(struct connection *connection)
{
    tds_session_continue(connection->session);
    pump(connection, false);
}
