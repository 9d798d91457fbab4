/* pchat-agentx: tells network management systems of the pools that pchat-observer watches, as PCHAT-MIB,
 * through snmpd. */
#include "base/opts.h"
#include "feed/feed.h"
#include "snmp/serve.h"
#include "snmp/watch.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include <systemd/sd-daemon.h>

enum { EXIT_REFUSED = 1, EXIT_WRONG = 3, WATCH_STUCK_MS = 60000 };

struct options {
    const char *agentx, *feed, *state_dir;
};

#define OPTION(name, member, ...)                                                                            \
    {                                                                                                        \
        0, name, OPT_TEXT, offsetof(struct options, member), __VA_ARGS__, 0, 0, NULL                         \
    }
static const struct opt_spec specs[] = {
    OPTION("agentx", agentx, "SOCKET",
           "where snmpd listens for subagents, as its agentXSocket: unix:PATH or tcp:HOST:PORT (default "
           "unix:/var/agentx/master)"),
    OPTION("feed", feed, "PATH", "socket of pchat-observer (default " FEED_SOCKET_PATH ")"),
    OPTION("state", state_dir, "DIR",
           "numbers of names, and what was told; it must outlive restarts (default " AGENTX_STATE_DIR ")"),
};

static volatile sig_atomic_t stop_wanted;

static void want_stop(int signal_number)
{
    (void)signal_number;
    stop_wanted = 1;
}

/* A hang-up is for those who have a topology: what is known comes from the observer. */
static void set_signals(void)
{
    struct sigaction stop = {.sa_handler = want_stop};

    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
}

static const char *const statuses[] = {
    [SERVE_AWAY] = "STATUS=snmpd is away",
    [SERVE_ANSWERS] = "STATUS=registered with snmpd",
    [SERVE_REFUSED] = "STATUS=snmpd refuses the registration",
};

static void tell_systemd(enum serve_state now, enum serve_state *told)
{
    if (now != *told)
        sd_notify(0, statuses[now]);
    *told = now;
}

static int work(struct serve *serve, const struct watch *watch)
{
    enum serve_state told = SERVE_AWAY;

    sd_notify(0, "READY=1");
    sd_notify(0, statuses[told]);
    while (!stop_wanted) {
        serve_work(serve);
        tell_systemd(serve_state(serve), &told);
        if (told == SERVE_REFUSED) {
            fprintf(stderr, "pchat-agentx: snmpd refuses the registration, so nothing would be answered: is "
                            "another pchat-agentx "
                            "running, or another subagent at this place?\n");
            return EXIT_REFUSED;
        }
        if (watch_is_alive(watch, WATCH_STUCK_MS))
            sd_notify(0, "WATCHDOG=1");
    }
    sd_notify(0, "STOPPING=1");
    return 0;
}

static int complain(const struct err *err)
{
    fprintf(stderr, "pchat-agentx: %s\n", err->text);
    return EXIT_WRONG;
}

/* Signals are for the thread that serves; threads inherit what is blocked. */
static struct watch *start_watch(const struct options *options, struct mailbox *mailbox, struct err *err)
{
    const struct watch_config config = {options->feed, options->state_dir};
    struct watch *watch;
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    watch = watch_start(&config, mailbox, err);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return watch;
}

static int run(const struct options *options)
{
    struct err err = ERR_INIT;
    AUTO(mailbox) struct mailbox *mailbox = NULL;
    struct serve_config config = {.agentx_socket = options->agentx};
    struct watch *watch;
    struct serve *serve;
    int code;

    if (!object_id_parse(PCHAT_MIB_BASE, &config.base))
        return EXIT_WRONG;
    if (access(options->state_dir, W_OK | X_OK) != 0) {
        err_set_errno(&err, ERR_IO, errno, "--state: %s, expected a folder that this user may write",
                      options->state_dir);
        return complain(&err);
    }
    set_signals();
    config.mailbox = mailbox = mailbox_new(&err);
    watch = mailbox ? start_watch(options, mailbox, &err) : NULL;
    if (!watch)
        return complain(&err);
    serve = serve_start(&config);
    code = work(serve, watch);
    watch_stop(watch);
    serve_stop(serve);
    return code;
}

int main(int argc, char **argv)
{
    struct options options = {"unix:/var/agentx/master", FEED_SOCKET_PATH, AGENTX_STATE_DIR};
    const struct opt_program program = {
        .name = "pchat-agentx",
        .summary = "Tells network management systems of Persistent Chat pools, through snmpd.",
        .usage = "[options]",
        .epilogue =
            "Exit codes: 0 stopped by a signal, 1 refused by snmpd, 3 usage or a damaged state folder.",
        .options = specs,
        .option_count = COUNT(specs),
    };
    struct err err = ERR_INIT;

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
