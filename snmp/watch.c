#include "snmp/watch.h"

#include "base/mem.h"
#include "snmp/told.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

enum { TICK_MS = 500, SILENCE_INTERVALS = 5, SILENCE_SLACK_MS = 60000 };

/* What is kept of a pool besides its branch. */
struct watched_pool {
    uint32_t number;
    struct told *told;
    bool listed; /* the observer has it */
    int64_t pass, begun_ms, interval_ms;
    struct fact_num duration_ms;
};

struct watch {
    struct watch_config config;
    struct mailbox *mailbox;
    struct clock *clock;
    pthread_t thread;
    atomic_bool stopping;
    _Atomic int64_t round_ms; /* when the thread last came round */

    struct indexes *indexes;
    struct watched_pool *pools; /* by number; [0] is about the feed */
    size_t pool_count;
    struct feed_follower *follower;
    struct feed_document *observer, *runs; /* the newest; NULL: none yet */
    struct fact_num heard_ms;              /* anything of the observer */
    int64_t started_ms, follow_due_ms, tick_due_ms;
    int64_t passes, passes_failed, sent;
    bool complained; /* of the feed, since it was last heard */
};

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fputs("pchat-agentx: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

static int64_t now_ms(const struct watch *watch)
{
    return clock_mono(watch->clock).ms;
}

/* ---- pools ---- */

/* NULL with *err where what was told of it cannot be read. */
static struct watched_pool *pool_at(struct watch *watch, uint32_t number, const char *name, struct err *err)
{
    struct watched_pool *pool;

    if (number >= watch->pool_count) {
        size_t wanted = number + (size_t)1;

        watch->pools = mem_resize(watch->pools, wanted, sizeof(watch->pools[0]));
        memset(watch->pools + watch->pool_count, 0, (wanted - watch->pool_count) * sizeof(watch->pools[0]));
        watch->pool_count = wanted;
    }
    pool = &watch->pools[number];
    pool->number = number;
    if (!pool->told)
        pool->told = told_read(watch->config.state_dir, number, name, err);
    return pool->told ? pool : NULL;
}

/* ---- telling ---- */

/* Written down before it is sent.  Where that fails it is sent all the same: better twice than never. */
static void tell(struct watch *watch, struct watched_pool *pool)
{
    const struct notice *notice;
    struct err err = ERR_INIT;

    if (told_changed(pool->told) && told_save(pool->told, &err) != 0)
        say("what was told cannot be written down: %s", err.text);
    while ((notice = told_next(pool->told)))
        mailbox_post(watch->mailbox, (struct mail){.notice = notice_new(notice)});
}

static void take_answers(struct watch *watch)
{
    struct answer answer;

    while (mailbox_take_answer(watch->mailbox, &answer)) {
        struct watched_pool *pool = answer.pool < watch->pool_count ? &watch->pools[answer.pool] : NULL;

        if (!pool || !pool->told)
            continue;
        told_answered(pool->told, answer.sequence);
        watch->sent++;
        tell(watch, pool);
    }
}

/* A number that a restart would forget must not be seen by anybody. */
static bool numbers_are_kept(struct watch *watch)
{
    struct err err = ERR_INIT;

    if (!indexes_changed(watch->indexes) || indexes_save(watch->indexes, &err) == 0)
        return true;
    say("numbers cannot be written down, what has new ones is not shown: %s", err.text);
    return false;
}

/* ---- documents ---- */

static const struct runs_pool *runs_of(const struct watch *watch, const char *name)
{
    const struct feed_runs *runs = watch->runs ? &watch->runs->runs : NULL;

    for (size_t i = 0; runs && !runs->unknown && i < runs->file.pool_count; i++)
        if (runs->file.pools[i].pool && strcmp(runs->file.pools[i].pool, name) == 0)
            return &runs->file.pools[i];
    return NULL;
}

/* The file bears the runner host's time, which is the observer's. */
static struct fact_num runs_seen(const struct watch *watch)
{
    int64_t age_ms = 0;

    if (watch->runs && !watch->runs->runs.unknown &&
        __builtin_sub_overflow(clock_utc_ms(watch->clock), watch->runs->runs.file.written_utc_ms, &age_ms))
        return (struct fact_num){0};
    return known(now_ms(watch) - (age_ms > 0 ? age_ms : 0));
}

static void show_runs(struct watch *watch, struct watched_pool *pool, const char *name)
{
    AUTO(arena) struct arena *arena = arena_new();
    const struct look look = {
        .pool = pool->number, .arena = arena, .runs = runs_of(watch, name), .runs_seen = runs_seen(watch)};

    told_runs(pool->told, look.runs, clock_utc_ms(watch->clock));
    tell(watch, pool);
    mailbox_post(watch->mailbox, (struct mail){.branch = branch_new(&look, PART_RUNS), .part = PART_RUNS});
}

static void count_pass(struct watch *watch, struct watched_pool *pool, const struct feed_pool *feed)
{
    bool is_new = feed->pass && feed->pass != pool->pass;

    watch->passes += is_new;
    watch->passes_failed += is_new && feed->failure_pass == feed->pass;
    pool->pass = feed->pass;
    pool->interval_ms = feed->interval_ms;
    pool->duration_ms = feed->duration_ms;
    if (feed->snapshot)
        pool->begun_ms = feed->begun.ms;
}

static void show_pass(struct watch *watch, struct watched_pool *pool, const struct feed_pool *feed)
{
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(look)
    struct look look = {.pool = pool->number, .arena = arena, .indexes = watch->indexes, .feed = feed};
    struct branch *branch;

    look_assess(&look);
    told_look(pool->told, &look, clock_utc_ms(watch->clock));
    branch = branch_new(&look, PART_PASS);
    if (!numbers_are_kept(watch)) {
        branch_free(branch);
        return;
    }
    mailbox_post(watch->mailbox, (struct mail){.branch = branch, .part = PART_PASS});
    tell(watch, pool);
}

static void take_pool(struct watch *watch, const struct feed_pool *feed)
{
    uint32_t number = index_of(watch->indexes, 0, INDEX_POOL, feed->name);
    struct err err = ERR_INIT;
    struct watched_pool *pool = pool_at(watch, number, feed->name, &err);
    bool was_listed;

    if (!pool) {
        say("%s is not shown: %s", feed->name, err.text);
        return;
    }
    was_listed = pool->listed;
    pool->listed = true;
    count_pass(watch, pool, feed);
    show_pass(watch, pool, feed);
    if (!was_listed)
        show_runs(watch, pool, feed->name);
}

static bool lists(const struct feed_observer *observer, const char *name)
{
    for (size_t i = 0; i < observer->pool_count; i++)
        if (strcmp(observer->pools[i], name) == 0)
            return true;
    return false;
}

/* Pools that are gone from the topology are no more shown; what was told of them stands. */
static void take_observer(struct watch *watch, struct feed_document *document)
{
    feed_document_free(watch->observer);
    watch->observer = document;
    for (size_t i = 1; i < watch->pool_count; i++) {
        struct watched_pool *pool = &watch->pools[i];
        const char *name = pool->listed ? index_pool_name(watch->indexes, pool->number) : NULL;

        if (!name || lists(&document->observer, name))
            continue;
        pool->listed = false;
        mailbox_post(watch->mailbox, (struct mail){.removed = pool->number});
    }
}

static void take_runs(struct watch *watch, struct feed_document *document)
{
    feed_document_free(watch->runs);
    watch->runs = document;
    for (size_t i = 1; i < watch->pool_count; i++)
        if (watch->pools[i].listed)
            show_runs(watch, &watch->pools[i], index_pool_name(watch->indexes, watch->pools[i].number));
}

static void take_document(struct watch *watch, struct feed_document *document)
{
    switch (document->kind) {
    case FEED_OBSERVER:
        take_observer(watch, document);
        return;
    case FEED_RUNS:
        take_runs(watch, document);
        return;
    case FEED_POOL:
        take_pool(watch, &document->pool);
        break;
    default:
        say("the observer says: %s", document->error ? document->error : "");
    }
    feed_document_free(document);
}

/* ---- the feed ---- */

/* One that cannot be reached is told once, not each second. */
static void complain(struct watch *watch, const struct err *err)
{
    if (!watch->complained)
        say("%s", err->text);
    watch->complained = true;
    watch->follow_due_ms = now_ms(watch) + TICK_MS;
}

static void hear(struct watch *watch)
{
    struct err err = ERR_INIT;

    for (;;) {
        struct feed_document *document = NULL;

        switch (feed_follower_next(watch->follower, &document, &err)) {
        case FEED_NEWS_DOCUMENT:
            if (watch->complained)
                say("the observer is heard");
            watch->complained = false;
            watch->heard_ms = known(now_ms(watch));
            take_document(watch, document);
            take_answers(watch);
            atomic_store(&watch->round_ms, now_ms(watch));
            continue;
        case FEED_NEWS_END:
            feed_follower_free(watch->follower);
            watch->follower = NULL;
            complain(watch, &err);
            return;
        default:
            return;
        }
    }
}

static void follow(struct watch *watch)
{
    struct err err = ERR_INIT;

    if (watch->follower || now_ms(watch) < watch->follow_due_ms)
        return;
    watch->follower = feed_follow(watch->config.feed_socket, watch->clock, &err);
    if (!watch->follower)
        complain(watch, &err);
}

/* ---- time passes ---- */

static void check_silence(struct watch *watch, struct watched_pool *pool)
{
    int64_t since_ms = now_ms(watch) - pool->begun_ms;

    if (!pool->listed || !pool->begun_ms ||
        since_ms < SILENCE_INTERVALS * pool->interval_ms + SILENCE_SLACK_MS)
        return;
    told_silence(pool->told, "no pass of the pool ends any more", clock_utc_ms(watch->clock));
    tell(watch, pool);
}

/* Quiet it may be, as long as it holds the line. */
static void check_feed(struct watch *watch)
{
    int64_t silent_ms = now_ms(watch) - (watch->heard_ms.known ? watch->heard_ms.value : watch->started_ms);

    if (watch->follower && watch->heard_ms.known)
        told_feed(watch->pools[0].told, true, clock_utc_ms(watch->clock));
    else if (silent_ms > FEED_LOST_S * INT64_C(1000))
        told_feed(watch->pools[0].told, false, clock_utc_ms(watch->clock));
    tell(watch, &watch->pools[0]);
}

static struct agent_state agent_state_of(const struct watch *watch)
{
    struct agent_state state = {
        .connected = watch->follower && watch->heard_ms.known,
        .heard = watch->heard_ms,
        .observer = watch->observer ? &watch->observer->observer : NULL,
        .runs = watch->runs ? &watch->runs->runs : NULL,
        .passes = watch->passes,
        .passes_failed = watch->passes_failed,
        .sent = watch->sent,
    };

    for (size_t i = 0; i < watch->pool_count; i++) {
        const struct watched_pool *pool = &watch->pools[i];

        state.pools += pool->listed;
        state.waiting += pool->told ? (int64_t)told_pending_count(pool->told) : 0;
        state.dropped += pool->told ? told_dropped(pool->told) : 0;
        if (pool->listed && pool->duration_ms.known &&
            (!state.longest_pass_ms.known || pool->duration_ms.value > state.longest_pass_ms.value))
            state.longest_pass_ms = pool->duration_ms;
    }
    return state;
}

static void tick(struct watch *watch)
{
    AUTO(arena) struct arena *arena = NULL;
    struct agent_state state;

    if (now_ms(watch) < watch->tick_due_ms)
        return;
    watch->tick_due_ms = now_ms(watch) + TICK_MS;
    for (size_t i = 1; watch->follower && i < watch->pool_count; i++)
        check_silence(watch, &watch->pools[i]);
    check_feed(watch);
    state = agent_state_of(watch);
    arena = arena_new();
    const struct look look = {.arena = arena, .agent = &state};
    mailbox_post(watch->mailbox, (struct mail){.branch = branch_new(&look, PART_AGENT), .part = PART_AGENT});
}

static void *run(void *argument)
{
    struct watch *watch = argument;

    while (!atomic_load(&watch->stopping)) {
        struct pollfd fds[] = {
            {.fd = mailbox_answer_fd(watch->mailbox), .events = POLLIN},
            {.fd = watch->follower ? feed_follower_fd(watch->follower) : -1, .events = POLLIN}};

        poll(fds, COUNT(fds), TICK_MS);
        atomic_store(&watch->round_ms, now_ms(watch));
        take_answers(watch);
        follow(watch);
        if (watch->follower)
            hear(watch);
        tick(watch);
    }
    return NULL;
}

/* ---- life ---- */

/* What a kill left half written. */
static void remove_leftovers(const char *folder)
{
    DIR *handle = opendir(folder);
    const struct dirent *entry;

    while (handle && (entry = readdir(handle))) {
        const char *dot = strrchr(entry->d_name, '.');

        if (dot && strcmp(dot, ".tmp") == 0)
            unlinkat(dirfd(handle), entry->d_name, 0);
    }
    if (handle)
        closedir(handle);
}

/* Everything that was ever told: a pool that the observer has not spoken of yet may have notices that wait.
 */
static int remember(struct watch *watch, struct err *err)
{
    AUTO_FREE char *path = mem_format("%s/indexes", watch->config.state_dir);
    const char *name = "";

    watch->indexes = indexes_read(path, err);
    if (!watch->indexes)
        return -1;
    for (uint32_t number = 0; number == 0 || (name = index_pool_name(watch->indexes, number)); number++) {
        struct watched_pool *pool = pool_at(watch, number, name, err);

        if (!pool)
            return -1;
        tell(watch, pool);
    }
    return 0;
}

static void watch_free(struct watch *watch)
{
    for (size_t i = 0; i < watch->pool_count; i++)
        told_free(watch->pools[i].told);
    free(watch->pools);
    feed_follower_free(watch->follower);
    feed_document_free(watch->observer);
    feed_document_free(watch->runs);
    indexes_free(watch->indexes);
    free(watch);
}

struct watch *watch_start(const struct watch_config *config, struct mailbox *mailbox, struct err *err)
{
    struct watch *watch = mem_alloc(sizeof(*watch));
    int failed;

    watch->config = *config;
    watch->mailbox = mailbox;
    watch->clock = clock_system();
    watch->started_ms = now_ms(watch);
    atomic_store(&watch->round_ms, watch->started_ms);
    remove_leftovers(config->state_dir);
    if (remember(watch, err) != 0) {
        watch_free(watch);
        return NULL;
    }
    failed = pthread_create(&watch->thread, NULL, run, watch);
    if (!failed)
        return watch;
    err_set_errno(err, ERR_IO, failed, "a thread cannot be started");
    watch_free(watch);
    return NULL;
}

bool watch_is_alive(const struct watch *watch, int64_t within_ms)
{
    return now_ms(watch) - atomic_load(&watch->round_ms) <= within_ms;
}

void watch_stop(struct watch *watch)
{
    atomic_store(&watch->stopping, true);
    pthread_join(watch->thread, NULL);
    watch_free(watch);
}
