#include "act/runner/office.h"

#include "act/episode/episode.h"
#include "act/runner/desk.h"
#include "act/runner/people.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

enum { CLIENTS_MAX = 16, TICK_MS = 500, POLL_MAX = 1 + 2 * CLIENTS_MAX + 128 };

struct client {
    int fd; /* -1: free */
    struct strbuf said;
};

struct office {
    const struct office_config *config;
    struct desk *desks; /* one for each pool of the topology that has an acting */
    size_t desk_count;
    struct client clients[CLIENTS_MAX];
    struct mono_ms busy_last;
};

static volatile sig_atomic_t end_asked;

static void ask_to_end(int signal_number)
{
    (void)signal_number;
    end_asked = 1;
}

/* ---- clients ---- */

static void client_close(struct client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
    strbuf_done(&client->said);
}

static void client_accept(struct office *office)
{
    int fd = accept4(office->config->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    for (size_t i = 0; fd >= 0 && i < CLIENTS_MAX; i++)
        if (office->clients[i].fd < 0) {
            office->clients[i].fd = fd;
            return;
        }
    if (fd >= 0)
        close(fd);
}

static struct desk *find_desk(struct office *office, const char *pool)
{
    if (!pool)
        return office->desk_count == 1 ? &office->desks[0] : NULL;
    for (size_t i = 0; i < office->desk_count; i++)
        if (strcasecmp(office->desks[i].pool->fqdn, pool) == 0)
            return &office->desks[i];
    return NULL;
}

static void answer_error(int fd, int code, const char *text)
{
    AUTO(strbuf) struct strbuf line = STRBUF_INIT;

    wire_put_answer(code, text, &line);
    strbuf_write_fd(&line, fd);
}

/* Its one line is there: the desk of its pool has it, and its socket, from here on. */
static void client_ask(struct office *office, struct client *client, size_t length)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct wire_request request;
    struct err err = ERR_INIT;
    struct desk *desk;

    if (wire_get_request(strbuf_text(&client->said), length, arena, &request, &err) != 0) {
        answer_error(client->fd, RUNNER_USAGE, err.text);
        client_close(client);
        return;
    }
    desk = find_desk(office, request.pool);
    if (!desk) {
        answer_error(client->fd, RUNNER_USAGE, "the topology has no such pool that may be acted on");
        client_close(client);
        return;
    }
    desk_ask(desk, &request, arena, client->fd);
    arena = NULL; /* the desk's, with the request */
    client->fd = -1;
    client_close(client);
}

static void client_hear(struct office *office, struct client *client)
{
    char bytes[4096];
    ssize_t got = read(client->fd, bytes, sizeof(bytes));
    const char *end;

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0)
        strbuf_add_n(&client->said, bytes, (size_t)got);
    end = strchr(strbuf_text(&client->said), '\n');
    if (end)
        client_ask(office, client, (size_t)(end - strbuf_text(&client->said)));
    else if (got <= 0 || client->said.length > WIRE_LINE_MAX)
        client_close(client);
}

/* ---- the spool ---- */

static void take_episodes(struct office *office)
{
    struct episode episode;
    struct err err = ERR_INIT;
    char name[300];

    while (episode_take(office->config->spool, &episode, name, &err) == 1) {
        struct desk *desk = find_desk(office, episode.pool);

        if (desk)
            desk_episode(desk, &episode);
        else
            fprintf(stderr, "pchat-runner: an episode of %s, which may not be acted on\n", episode.pool);
        if (episode_done(office->config->spool, name, &err) != 0)
            break; /* it would be taken for ever */
    }
    if (err.kind != ERR_NONE)
        fprintf(stderr, "pchat-runner: %s\n", err.text);
}

/* ---- the loop ---- */

static size_t fill_poll(struct office *office, struct pollfd *fds)
{
    size_t count = 0;

    fds[count++] = (struct pollfd){office->config->listen_fd, POLLIN, 0};
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        if (office->clients[i].fd >= 0)
            fds[count++] = (struct pollfd){office->clients[i].fd, POLLIN, 0};
    for (size_t i = 0; i < office->desk_count && count + 1 < POLL_MAX; i++) {
        if (office->desks[i].worker.fd >= 0)
            fds[count++] = (struct pollfd){office->desks[i].worker.fd, POLLIN, 0};
        if (office->desks[i].drill_worker.fd >= 0)
            fds[count++] = (struct pollfd){office->desks[i].drill_worker.fd, POLLIN, 0};
    }
    return count;
}

static void attend(struct office *office)
{
    struct pollfd fds[POLL_MAX];
    size_t count = fill_poll(office, fds);

    if (poll(fds, count, TICK_MS) < 0)
        return;
    if (fds[0].revents)
        client_accept(office);
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        if (office->clients[i].fd >= 0)
            client_hear(office, &office->clients[i]);
    take_episodes(office);
    for (size_t i = 0; i < office->desk_count; i++)
        desk_tick(&office->desks[i]);
}

static bool is_idle(struct office *office)
{
    struct mono_ms now = clock_mono(clock_system());
    bool busy = false;

    for (size_t i = 0; i < office->desk_count; i++)
        busy |= desk_is_busy(&office->desks[i]);
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        busy |= office->clients[i].fd >= 0;
    if (busy)
        office->busy_last = now;
    return office->config->idle_s && now.ms - office->busy_last.ms > office->config->idle_s * 1000;
}

static int open_desks(struct office *office, struct err *err)
{
    const struct topology *topology = office->config->topology;

    office->desks = mem_alloc(topology->pool_count * sizeof(*office->desks));
    for (size_t i = 0; i < topology->pool_count; i++)
        if (topology->pools[i].acting &&
            desk_open(&office->desks[office->desk_count++], &topology->pools[i], office->config, err) != 0)
            return -1;
    if (!office->desk_count)
        return err_set(err, ERR_CONFIG, "%s: no pool has an `acting`, so nothing may be acted on",
                       topology->path);
    return 0;
}

static void office_done(struct office *office)
{
    for (size_t i = 0; i < office->desk_count; i++)
        desk_close(&office->desks[i]);
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        client_close(&office->clients[i]);
    free(office->desks);
}

static void hear_signals(void)
{
    struct sigaction action = {.sa_handler = ask_to_end};

    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

int office_run(const struct office_config *config, struct err *err)
{
    struct office office = {.config = config, .busy_last = clock_mono(clock_system())};
    int code;

    for (size_t i = 0; i < CLIENTS_MAX; i++)
        office.clients[i].fd = -1;
    hear_signals();
    code = open_desks(&office, err);
    while (code == 0 && !end_asked && !is_idle(&office))
        attend(&office);
    office_done(&office);
    return code == 0 ? RUNNER_DONE : RUNNER_USAGE;
}
