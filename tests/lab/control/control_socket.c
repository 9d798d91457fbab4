#include "lab/control/control_socket.h"

#include "base/cleanup.h"
#include "base/mem.h"
#include "lab/control/commands.h"
#include "lab/control/control_address.h"
#include "lab/control/lab.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { CLIENTS_MAX = 16, REQUEST_MAX_BYTES = 65536, BACKLOG = 16 };

struct client {
    struct control_socket *control; /* NULL: a free place */
    struct bufferevent *stream;
};

struct control_socket {
    struct lab *lab;
    int fd;
    struct event *readable;
    struct client clients[CLIENTS_MAX];
};

static void client_done(struct client *client)
{
    if (client->stream)
        bufferevent_free(client->stream);
    *client = (struct client){NULL, NULL};
}

static void answer_line(struct client *client, const char *line, size_t length)
{
    json_t *request = json_loadb(line, length, 0, NULL);
    json_t *answer = commands_answer(client->control->lab, request);
    char *text = json_dumps(answer, JSON_COMPACT);

    if (text)
        evbuffer_add_printf(bufferevent_get_output(client->stream), "%s\n", text);
    free(text);
    json_decref(answer);
    json_decref(request);
}

static void on_readable(struct bufferevent *stream, void *user)
{
    struct client *client = user;
    struct evbuffer *input = bufferevent_get_input(stream);
    size_t length = 0;
    char *line;

    while ((line = evbuffer_readln(input, &length, EVBUFFER_EOL_LF)) != NULL) {
        answer_line(client, line, length);
        free(line);
    }
    if (evbuffer_get_length(input) > REQUEST_MAX_BYTES)
        client_done(client);
}

static void on_event(struct bufferevent *stream, short what, void *user)
{
    (void)stream;
    if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
        client_done(user);
}

static struct client *free_place(struct control_socket *control)
{
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        if (!control->clients[i].control)
            return &control->clients[i];
    return NULL;
}

static void on_visitor(evutil_socket_t listener, short what, void *user)
{
    struct control_socket *control = user;
    int fd = accept4((int)listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    struct client *client = free_place(control);

    (void)what;
    if (fd < 0)
        return;
    if (!client) {
        close(fd);
        return;
    }
    client->control = control;
    client->stream = bufferevent_socket_new(control->lab->base, fd, BEV_OPT_CLOSE_ON_FREE);
    bufferevent_setcb(client->stream, on_readable, NULL, on_event, client);
    bufferevent_enable(client->stream, EV_READ | EV_WRITE);
}

static int open_socket(struct control_socket *control, struct err *err)
{
    struct sockaddr_un address = control_address(control->lab->dir.fd);

    lab_dir_remove(&control->lab->dir, CONTROL_SOCKET_NAME);
    control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (control->fd < 0 || bind(control->fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        fchmodat(control->lab->dir.fd, CONTROL_SOCKET_NAME, 0600, 0) != 0 ||
        listen(control->fd, BACKLOG) != 0)
        return err_set_errno(err, ERR_IO, errno, "%s/%s: cannot listen", control->lab->dir.path,
                             CONTROL_SOCKET_NAME);
    return 0;
}

struct control_socket *control_socket_new(struct lab *lab, struct err *err)
{
    struct control_socket *control = mem_alloc(sizeof *control);

    control->lab = lab;
    if (open_socket(control, err) != 0) {
        control_socket_free(control);
        return NULL;
    }
    control->readable = event_new(lab->base, control->fd, EV_READ | EV_PERSIST, on_visitor, control);
    event_add(control->readable, NULL);
    return control;
}

void control_socket_free(struct control_socket *control)
{
    if (!control)
        return;
    lab_dir_remove(&control->lab->dir, CONTROL_SOCKET_NAME);
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        client_done(&control->clients[i]);
    if (control->readable)
        event_free(control->readable);
    if (control->fd >= 0)
        close(control->fd);
    free(control);
}
