#include "lab/tds/door.h"

#include "base/cleanup.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

enum { BACKLOG = 128, FILLERS_MAX = 16 };

struct door {
    struct event_base *base;
    door_visitor visitor;
    void *user;
    enum door_state state;
    struct sockaddr_in address;
    int fd;
    struct event *readable;
    int fillers[FILLERS_MAX]; /* our own connections that nobody accepts */
    size_t filler_count;
};

static int bind_socket(struct door *door, struct err *err)
{
    socklen_t size = sizeof door->address;
    int on = 1;

    door->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (door->fd < 0 || setsockopt(door->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(door->fd, (struct sockaddr *)&door->address, sizeof door->address) != 0 ||
        getsockname(door->fd, (struct sockaddr *)&door->address, &size) != 0)
        return err_set_errno(err, ERR_IO, errno, "cannot bind 127.0.0.1:%u", door_port(door));
    return 0;
}

static void on_readable(evutil_socket_t fd, short what, void *user)
{
    struct door *door = user;
    int visitor_fd;

    (void)what;
    while ((visitor_fd = accept4((int)fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
        door->visitor(door->user, visitor_fd);
}

static int start_listening(struct door *door, int backlog, struct err *err)
{
    if (listen(door->fd, backlog) != 0)
        return err_set_errno(err, ERR_IO, errno, "cannot listen on 127.0.0.1:%u", door_port(door));
    return 0;
}

static void close_socket(struct door *door)
{
    if (door->readable)
        event_free(door->readable);
    door->readable = NULL;
    for (size_t i = 0; i < door->filler_count; i++)
        close(door->fillers[i]);
    door->filler_count = 0;
    if (door->fd >= 0)
        close(door->fd);
    door->fd = -1;
}

static int open_door(struct door *door, struct err *err)
{
    if (start_listening(door, BACKLOG, err) != 0)
        return -1;
    door->readable = event_new(door->base, door->fd, EV_READ | EV_PERSIST, on_readable, door);
    event_add(door->readable, NULL);
    return 0;
}

/* Over the loopback a handshake is done when connect() returns, so EINPROGRESS means that the queue is full.
 */
static int fill_queue(struct door *door, struct err *err)
{
    if (start_listening(door, 0, err) != 0)
        return -1;
    while (door->filler_count < FILLERS_MAX) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0)
            return err_set_errno(err, ERR_IO, errno, "cannot fill the queue of 127.0.0.1:%u",
                                 door_port(door));
        int connected = connect(fd, (struct sockaddr *)&door->address, sizeof door->address);
        if (connected != 0) {
            close(fd);
            return 0;
        }
        door->fillers[door->filler_count++] = fd;
    }
    return err_set(err, ERR_INTERNAL, "the queue of 127.0.0.1:%u does not fill", door_port(door));
}

struct door *door_new(struct event_base *base, door_visitor visitor, void *user, struct err *err)
{
    struct door *door = mem_alloc(sizeof *door);

    door->base = base;
    door->visitor = visitor;
    door->user = user;
    door->address.sin_family = AF_INET;
    door->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind_socket(door, err) != 0 || open_door(door, err) != 0) {
        door_free(door);
        return NULL;
    }
    return door;
}

void door_free(struct door *door)
{
    if (!door)
        return;
    close_socket(door);
    free(door);
}

uint16_t door_port(const struct door *door)
{
    return ntohs(door->address.sin_port);
}

enum door_state door_state(const struct door *door)
{
    return door->state;
}

int door_set_state(struct door *door, enum door_state state, struct err *err)
{
    if (state == door->state)
        return 0;
    close_socket(door);
    door->state = state;
    if (bind_socket(door, err) != 0)
        return -1;
    if (state == DOOR_OPEN)
        return open_door(door, err);
    return state == DOOR_BLACKHOLED ? fill_queue(door, err) : 0;
}
