#include "feed/feed_server.h"

#include "base/mem.h"
#include "feed/feed_client.h"

#include <sys/socket.h>

struct feed_server {
    int listen_fd;
    const struct feed_board *board;
    struct feed_client clients[FEED_CLIENTS_MAX];
    size_t client_count; /* the first ones are taken */
};

struct feed_server *feed_server_new(int listen_fd, const struct feed_board *board)
{
    struct feed_server *server = mem_alloc(sizeof(*server));

    server->listen_fd = listen_fd;
    server->board = board;
    return server;
}

void feed_server_free(struct feed_server *server)
{
    if (!server)
        return;
    for (size_t i = 0; i < server->client_count; i++)
        feed_client_done(&server->clients[i]);
    free(server);
}

size_t feed_server_poll(const struct feed_server *server, struct pollfd fds[FEED_POLL_MAX])
{
    size_t count = 0;

    if (server->client_count < FEED_CLIENTS_MAX)
        fds[count++] = (struct pollfd){.fd = server->listen_fd, .events = POLLIN};
    for (size_t i = 0; i < server->client_count; i++)
        fds[count++] = feed_client_poll(&server->clients[i], server->board);
    return count;
}

static size_t count_followers(const struct feed_server *server)
{
    size_t count = 0;

    for (size_t i = 0; i < server->client_count; i++)
        count += server->clients[i].follows;
    return count;
}

static void accept_clients(struct feed_server *server)
{
    while (server->client_count < FEED_CLIENTS_MAX) {
        int fd = accept4(server->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (fd < 0)
            return;
        feed_client_start(&server->clients[server->client_count++], fd, server->board->clock);
    }
}

static void drop(struct feed_server *server, size_t client)
{
    feed_client_done(&server->clients[client]);
    server->clients[client] = server->clients[--server->client_count];
}

void feed_server_attend(struct feed_server *server)
{
    size_t i = 0;

    accept_clients(server);
    while (i < server->client_count)
        if (feed_client_attend(&server->clients[i], server->board,
                               count_followers(server) < FEED_FOLLOWERS_MAX))
            i++;
        else
            drop(server, i);
}
