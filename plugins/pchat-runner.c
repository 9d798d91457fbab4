/* pchat-runner: carries out what episodes and persons ask for, and watches what is open. */
#include "act/episode/episode.h"
#include "act/runner/errand.h"
#include "act/runner/office.h"

#include "base/opts.h"
#include "base/secret.h"
#include "base/unix_socket.h"
#include "base/whole_file.h"

#include <errno.h>
#include <openssl/sha.h>
#include <string.h>

#include <systemd/sd-daemon.h>

enum { BACKLOG = 16, IDLE_MOST_S = 86400, PERIOD_MOST_S = 3600, NAME_BYTES = 256 };

struct options {
    const char *topology, *spool, *state_dir, *socket;
    int64_t period_s, idle_s;
};

#define OPTION(name, kind, member, ...)                                                                      \
    {                                                                                                        \
        0, name, kind, offsetof(struct options, member), __VA_ARGS__                                         \
    }
static const struct opt_spec specs[] = {
    OPTION("topology", OPT_TEXT, topology, "FILE", "topology file (default " TOPOLOGY_DEFAULT_PATH ")", 0, 0,
           NULL),
    OPTION("spool", OPT_TEXT, spool, "DIR", "where handlers leave episodes (default " EPISODE_SPOOL ")", 0, 0,
           NULL),
    OPTION("state", OPT_TEXT, state_dir, "DIR", "journal and runs.json (default " RUNNER_STATE_DIR ")", 0, 0,
           NULL),
    OPTION("socket", OPT_TEXT, socket, "PATH",
           "where pchatctl asks, unless systemd hands the socket over (default " RUNNER_SOCKET_PATH ")", 0, 0,
           NULL),
    OPTION("watch-period", OPT_NUMBER, period_s, "SECONDS",
           "between two looks while something is open (default 30)", 1, PERIOD_MOST_S, NULL),
    OPTION("idle", OPT_NUMBER, idle_s, "SECONDS",
           "end after so long with nothing open; 0 stays for ever (default 60)", 0, IDLE_MOST_S, NULL),
};

static int listen_at(const char *path, struct err *err)
{
    int fd = unix_socket_listen(path, BACKLOG); /* two runners are held apart by the pool lock */

    return fd >= 0 ? fd : err_set_errno(err, ERR_IO, errno, "%s cannot be listened at", path);
}

static int get_socket(const struct options *options, struct err *err)
{
    return sd_listen_fds(0) >= 1 ? SD_LISTEN_FDS_START : listen_at(options->socket, err);
}

static int hash_file(const char *path, char *out, struct err *err)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    unsigned char digest[SHA256_DIGEST_LENGTH];

    if (whole_file_read(path, TOPOLOGY_MAX_BYTES, &text, err) != 0)
        return -1;
    SHA256((const unsigned char *)strbuf_text(&text), text.length, digest);
    for (size_t i = 0; i < sizeof(digest); i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
    return 0;
}

static int complain(const struct err *err)
{
    fprintf(stderr, "pchat-runner: %s\n", err->text);
    return RUNNER_USAGE;
}

static int run(const struct options *options)
{
    struct err err = ERR_INIT;
    AUTO(topology) struct topology *topology = topology_load_for_acting(options->topology, &err);
    char holder[NAME_BYTES] = "", hash[2 * SHA256_DIGEST_LENGTH + 1];
    struct office_config config = {
        .topology = topology,
        .topology_sha256 = hash,
        .spool = options->spool,
        .state_dir = options->state_dir,
        .holder = holder,
        .watch_period_s = options->period_s,
        .idle_s = options->idle_s,
    };
    int code;

    if (!topology || hash_file(options->topology, hash, &err) != 0)
        return complain(&err);
    gethostname(holder, sizeof(holder) - 1);
    config.listen_fd = get_socket(options, &err);
    if (config.listen_fd < 0)
        return complain(&err);
    sd_notify(0, "READY=1");
    code = office_run(&config, &err);
    if (err.kind != ERR_NONE)
        complain(&err);
    close(config.listen_fd);
    return code;
}

int main(int argc, char **argv)
{
    struct options options = {
        TOPOLOGY_DEFAULT_PATH, EPISODE_SPOOL, RUNNER_STATE_DIR, RUNNER_SOCKET_PATH, 30, 60};
    const struct opt_program program = {
        .name = "pchat-runner",
        .summary = "Carries out what event handlers and pchatctl ask for, and watches what is open.",
        .usage = "[options]",
        .epilogue = "Exit codes: 0 nothing is open any more, 3 wrong usage or configuration.",
        .options = specs,
        .option_count = COUNT(specs),
    };
    struct err err = ERR_INIT;

    secret_protect_process();
    switch (opts_parse(&program, argc, argv, &options, stdout, NULL, NULL, &err)) {
    case OPT_DONE:
        return RUNNER_DONE;
    case OPT_BAD:
        return complain(&err);
    case OPT_RUN:
        break;
    }
    return run(&options);
}
