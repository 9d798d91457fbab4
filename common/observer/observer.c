#include "observer/observer.h"

#include "base/mem.h"
#include "feed/feed_server.h"
#include "observer/observer_pass.h"
#include "observer/runs_watch.h"
#include "observer/schedule.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <strings.h>
#include <sys/signalfd.h>

enum { TICK_MS = 1000 };

/* One pool. */
struct watch {
    const struct topology_pool *pool; /* NULL: it is gone, and this with it once its child has ended */
    struct feed_board_pool *told;
    struct schedule schedule;
    struct observer_pass pass;
};

struct observer {
    const struct observer_config *config;
    struct topology *topology;
    struct feed_board *board;
    struct feed_server *server;
    struct watch *watches; /* those of the topology first, in its order */
    size_t watch_count;
    size_t running;
    struct pollfd *fds;
    int signals;
    bool ends;
    struct mono_ms ticked;
};

static struct mono_ms now(void)
{
    return clock_mono(clock_system());
}

static void say(const char *about, const char *text)
{
    fprintf(stderr, "pchat-observer: %s%s%s\n", about, *about ? ": " : "", text);
}

/* ---- the topology ---- */

/* The old watch of that pool, taken out of the list; or a new one. */
static struct watch keep_or_make(struct observer *observer, const struct topology_pool *pool, size_t index)
{
    struct watch watch = {
        .schedule = schedule_new(pool->observer.interval_s * 1000, (uint32_t)index, now()),
        .pass = OBSERVER_PASS_INIT,
    };

    for (size_t i = 0; i < observer->watch_count; i++) {
        struct watch *old = &observer->watches[i];

        if (old->pool && strcasecmp(old->pool->fqdn, pool->fqdn) == 0) {
            watch = *old;
            *old = (struct watch){.pass = OBSERVER_PASS_INIT};
            break;
        }
    }
    watch.pool = watch.pass.pool = pool;
    if (watch.schedule.interval_ms != pool->observer.interval_s * 1000)
        schedule_change(&watch.schedule, pool->observer.interval_s * 1000);
    return watch;
}

static void put_on_board(struct observer *observer, const struct topology *topology)
{
    struct feed_board_plan *plans = mem_alloc(topology->pool_count * sizeof(*plans));

    for (size_t i = 0; i < topology->pool_count; i++)
        plans[i] =
            (struct feed_board_plan){topology->pools[i].fqdn, topology->pools[i].observer.interval_s * 1000};
    feed_board_plan(observer->board, plans, topology->pool_count);
    free(plans);
}

/* Pools that are gone keep a watch until their child is gone too. */
static size_t take_over_gone(struct observer *observer, struct watch *watches, size_t count)
{
    for (size_t i = 0; i < observer->watch_count; i++)
        if (observer_pass_runs(&observer->watches[i].pass)) {
            watches[count] = observer->watches[i];
            watches[count].pool = NULL;
            observer_pass_abort(&watches[count++].pass);
        }
    return count;
}

/* Takes the topology over. */
static void adopt(struct observer *observer, struct topology *topology)
{
    struct watch *watches = mem_alloc((topology->pool_count + observer->watch_count) * sizeof(*watches));

    put_on_board(observer, topology);
    for (size_t i = 0; i < topology->pool_count; i++) {
        watches[i] = keep_or_make(observer, &topology->pools[i], i);
        watches[i].told = observer->board->pools[i];
    }
    observer->watch_count = take_over_gone(observer, watches, topology->pool_count);
    free(observer->watches);
    observer->watches = watches;
    topology_free(observer->topology);
    observer->topology = topology;
}

static void reload(struct observer *observer)
{
    struct err err = ERR_INIT;
    struct topology *topology;

    observer->config->notify("RELOADING=1");
    topology = topology_load(observer->config->topology, &err);
    if (topology) {
        adopt(observer, topology);
        say("", "the topology was loaded anew");
    } else {
        feed_board_topology_error(observer->board, err.text);
        say("the topology stays as it was", err.text);
    }
    observer->config->notify("READY=1");
}

/* ---- passes ---- */

static void tell_failure(struct observer *observer, struct watch *watch, const struct err *err)
{
    /* Said once, not with every pass. */
    if (!watch->told->failure_pass || watch->told->failure_pass != watch->told->pass)
        say(watch->pool->fqdn, err->text);
    feed_board_failure(observer->board, watch->told, err->text);
}

static void hear(struct observer *observer, struct watch *watch)
{
    AUTO(strbuf) struct strbuf snapshot = STRBUF_INIT;
    struct mono_ms begun = watch->pass.begun;
    struct err err = ERR_INIT;
    enum observer_pass_end end = observer_pass_hear(&watch->pass, &snapshot, &err);

    if (end == PASS_GOES_ON)
        return;
    observer->running--;
    if (!watch->pool)
        return;
    if (end == PASS_DONE)
        feed_board_snapshot(observer->board, watch->told, begun, strbuf_text(&snapshot));
    else
        tell_failure(observer, watch, &err);
}

static void hear_passes(struct observer *observer)
{
    size_t kept = 0;

    for (size_t i = 0; i < observer->watch_count; i++) {
        struct watch *watch = &observer->watches[i];

        if (observer_pass_runs(&watch->pass))
            hear(observer, watch);
        if (watch->pool || observer_pass_runs(&watch->pass))
            observer->watches[kept++] = *watch;
    }
    observer->watch_count = kept;
}

/* Whose turn is next, now or later; NULL: everything is under way. */
static struct watch *find_next(const struct observer *observer)
{
    struct watch *next = NULL;

    for (size_t i = 0; i < observer->watch_count; i++) {
        struct watch *watch = &observer->watches[i];

        if (watch->pool && !observer_pass_runs(&watch->pass) &&
            (!next || watch->schedule.due.ms < next->schedule.due.ms))
            next = watch;
    }
    return next;
}

static bool has_room(const struct observer *observer)
{
    return observer->running < (size_t)observer->config->passes_most;
}

static void begin_passes(struct observer *observer)
{
    struct watch *next;

    while (has_room(observer) && (next = find_next(observer)) && next->schedule.due.ms <= now().ms) {
        struct err err = ERR_INIT;

        schedule_begun(&next->schedule, now());
        if (observer_pass_start(&next->pass, next->pool, &err) == 0)
            observer->running++;
        else
            tell_failure(observer, next, &err);
    }
}

/* ---- the loop ---- */

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t wait_ms(const struct observer *observer)
{
    const struct watch *next = has_room(observer) ? find_next(observer) : NULL;
    int64_t ms = next ? sooner(TICK_MS, next->schedule.due.ms - now().ms) : TICK_MS;

    for (size_t i = 0; i < observer->watch_count; i++) {
        const struct child *child = &observer->watches[i].pass.child;

        /* One that was killed, or has said all, ends with a signal. */
        if (child->pid && !child->killed && !child->said_all)
            ms = sooner(ms, deadline_left_ms(child->deadline));
    }
    return ms > 0 ? ms : 0;
}

static void wait_for_something(struct observer *observer)
{
    struct pollfd *fds = observer->fds;
    size_t count = 0;

    fds[count++] = (struct pollfd){.fd = observer->signals, .events = POLLIN};
    count += feed_server_poll(observer->server, fds + count);
    for (size_t i = 0; i < observer->watch_count; i++) {
        const struct child *child = &observer->watches[i].pass.child;

        if (child->pid && !child->said_all)
            fds[count++] = (struct pollfd){.fd = child->fd, .events = POLLIN};
    }
    (void)poll(fds, count, (int)wait_ms(observer));
}

static void hear_signals(struct observer *observer)
{
    struct signalfd_siginfo signal;

    while (read(observer->signals, &signal, sizeof(signal)) == (ssize_t)sizeof(signal)) {
        if (signal.ssi_signo == SIGHUP)
            reload(observer);
        else if (signal.ssi_signo != SIGCHLD)
            observer->ends = true;
    }
}

static void tick(struct observer *observer)
{
    if (now().ms - observer->ticked.ms < TICK_MS && observer->ticked.ms)
        return;
    observer->ticked = now();
    runs_watch_look(observer->config->runs_path, observer->config->spool, observer->board);
    observer->config->notify("WATCHDOG=1");
}

static void attend(struct observer *observer)
{
    tick(observer);
    begin_passes(observer);
    feed_server_attend(observer->server);
    wait_for_something(observer);
    hear_signals(observer);
    hear_passes(observer);
}

static int take_signals(void)
{
    sigset_t mine;

    sigemptyset(&mine);
    sigaddset(&mine, SIGTERM);
    sigaddset(&mine, SIGINT);
    sigaddset(&mine, SIGHUP);
    sigaddset(&mine, SIGCHLD);
    /* An ignored SIGCHLD, which is inherited, would take the children's status away. */
    (void)signal(SIGCHLD, SIG_DFL);
    (void)sigprocmask(SIG_BLOCK, &mine, NULL);
    return signalfd(-1, &mine, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Children end with it. */
static void observer_done(struct observer *observer)
{
    feed_server_free(observer->server);
    feed_board_free(observer->board);
    for (size_t i = 0; i < observer->watch_count; i++)
        suspects_free(observer->watches[i].pass.suspects);
    free(observer->watches);
    free(observer->fds);
    topology_free(observer->topology);
    close(observer->signals);
}

int observer_run(const struct observer_config *config, struct err *err)
{
    struct topology *topology = topology_load(config->topology, err);
    struct observer observer = {.config = config, .signals = -1};

    if (!topology)
        return -1;
    observer.signals = take_signals();
    if (observer.signals < 0) {
        topology_free(topology);
        return err_set_errno(err, ERR_IO, errno, "signals cannot be taken");
    }
    observer.board = feed_board_new(config->topology, clock_system());
    observer.server = feed_server_new(config->listen_fd, observer.board);
    observer.fds = mem_alloc((1 + FEED_POLL_MAX + (size_t)config->passes_most) * sizeof(*observer.fds));
    adopt(&observer, topology);
    config->notify("READY=1");
    while (!observer.ends)
        attend(&observer);
    config->notify("STOPPING=1");
    observer_done(&observer);
    return 0;
}
