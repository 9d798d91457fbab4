/* pchat-observer: looks at every pool again and again, and tells what it saw to who may not log in. */
#include "act/episode/episode.h"
#include "act/runner/wire.h"
#include "base/opts.h"
#include "base/secret.h"
#include "base/unix_socket.h"
#include "feed/feed.h"
#include "observer/observer.h"
#include "topology/topology.h"

#include <errno.h>
#include <fcntl.h>

#include <systemd/sd-daemon.h>

enum { BACKLOG = 128, PASSES = 32, PASSES_MOST = 1024, EXIT_USAGE = 3 };

struct options {
    const char *topology, *socket, *runs, *spool;
    int64_t passes;
};

#define OPTION(name, kind, member, ...)                                                                      \
    {                                                                                                        \
        0, name, kind, offsetof(struct options, member), __VA_ARGS__                                         \
    }
static const struct opt_spec specs[] = {
    OPTION("topology", OPT_TEXT, topology, "FILE", "topology file (default " TOPOLOGY_DEFAULT_PATH ")", 0, 0,
           NULL),
    OPTION("socket", OPT_TEXT, socket, "PATH",
           "where it is asked, unless systemd hands the socket over (default " FEED_SOCKET_PATH ")", 0, 0,
           NULL),
    OPTION("passes", OPT_NUMBER, passes, "N",
           "look at so many pools at the same time at most (default 32); pools times seconds of a pass, "
           "divided by the interval, is what is needed",
           1, PASSES_MOST, NULL),
    OPTION("runs", OPT_TEXT, runs, "FILE", "what the runner shows (default " RUNNER_STATE_DIR "/runs.json)",
           0, 0, NULL),
    OPTION("spool", OPT_TEXT, spool, "DIR", "where handlers leave episodes (default " EPISODE_SPOOL ")", 0, 0,
           NULL),
};

static int complain(const struct err *err)
{
    fprintf(stderr, "pchat-observer: %s\n", err->text);
    return EXIT_USAGE;
}

static void notify(const char *state)
{
    sd_notify(0, state);
}

static int get_socket(const char *path, struct err *err)
{
    int fd;

    if (sd_listen_fds(0) >= 1) {
        fcntl(SD_LISTEN_FDS_START, F_SETFL, O_NONBLOCK);
        return SD_LISTEN_FDS_START;
    }
    fd = unix_socket_listen(path, BACKLOG);
    return fd >= 0 ? fd : err_set_errno(err, ERR_IO, errno, "%s cannot be listened at", path);
}

static int run(const struct options *options)
{
    struct err err = ERR_INIT;
    struct observer_config config = {
        .topology = options->topology,
        .runs_path = options->runs,
        .spool = options->spool,
        .listen_fd = get_socket(options->socket, &err),
        .passes_most = options->passes,
        .notify = notify,
    };
    int code;

    if (config.listen_fd < 0)
        return complain(&err);
    code = observer_run(&config, &err);
    close(config.listen_fd);
    return code == 0 ? 0 : complain(&err);
}

int main(int argc, char **argv)
{
    struct options options = {TOPOLOGY_DEFAULT_PATH, FEED_SOCKET_PATH, RUNNER_STATE_DIR "/runs.json",
                              EPISODE_SPOOL, PASSES};
    const struct opt_program program = {
        .name = "pchat-observer",
        .summary = "Looks at the pools again and again, and serves what it saw to checks with "
                   "--from-observer and to pchat-agentx.",
        .usage = "[options]",
        .epilogue = "SIGHUP loads the topology anew; SIGTERM ends it.\n"
                    "Exit codes: 0 asked to end, 3 wrong usage or configuration.",
        .options = specs,
        .option_count = COUNT(specs),
    };
    struct err err = ERR_INIT;

    secret_protect_process();
    switch (opts_parse(&program, argc, argv, &options, stdout, NULL, NULL, &err)) {
    case OPT_DONE:
        return 0;
    case OPT_BAD:
        return complain(&err);
    case OPT_RUN:
        break;
    }
    return run(&options);
}
