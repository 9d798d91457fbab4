#include "act/runner/desk.h"

#include "act/runner/notify.h"
#include "act/runner/people.h"
#include "base/mem.h"

#include <string.h>

enum { FIRST_WATCH_MS = 0, WORKER_END_MS = 20000, WORKER_POLL_MS = 50, PROGRESS_MS = 1000 };

/* ---- answers ---- */

static void answer(int fd, int code, const char *text)
{
    AUTO(strbuf) struct strbuf line = STRBUF_INIT;

    wire_put_answer(code, text, &line);
    strbuf_write_fd(&line, fd);
}

void desk_request_done(struct desk_request *request)
{
    if (request->fd >= 0)
        close(request->fd);
    arena_free(request->arena);
    *request = (struct desk_request){.fd = -1};
}

void desk_answer(struct desk_request *request, int code, const char *text)
{
    answer(request->fd, code, text);
    desk_request_done(request);
}

/* ---- what needs no worker ---- */

static void tell_status(struct desk *desk, struct desk_request *request)
{
    AUTO_FREE char *text = desk_status_text(desk);

    desk_answer(request, RUNNER_DONE, text);
}

static void set_pause(struct desk *desk, struct desk_request *request)
{
    AUTO(strbuf) struct strbuf value = STRBUF_INIT;
    struct err err = ERR_INIT;

    strbuf_format(&value, "%s\t%s\t%s", request->request.until ? request->request.until : "",
                  request->person->name, request->request.reason ? request->request.reason : "");
    if (journal_set(desk->journal, arena_format(request->arena, "pause:%s", desk->pool->fqdn),
                    strbuf_text(&value), &err) != 0)
        desk_answer(request, RUNNER_REFUSED, err.text);
    else
        desk_answer(request, RUNNER_DONE, "paused; nothing is begun until pchatctl resume-watching\n");
    desk_write_runs(desk);
}

static void end_pause(struct desk *desk, struct desk_request *request)
{
    struct err err = ERR_INIT;

    if (journal_set(desk->journal, arena_format(request->arena, "pause:%s", desk->pool->fqdn), NULL, &err) !=
        0)
        desk_answer(request, RUNNER_REFUSED, err.text);
    else
        desk_answer(request, RUNNER_DONE, "watching again\n");
    desk->due = (struct mono_ms){FIRST_WATCH_MS};
    desk_write_runs(desk);
}

/* Which requests are answered here, and which of them a listed person alone may make. */
static const struct desk_command {
    void (*here)(struct desk *desk, struct desk_request *request); /* NULL: by a worker */
    bool by_anybody;
} commands[WIRE_COMMAND_COUNT] = {
    [WIRE_STATUS] = {tell_status, true},      [WIRE_PLAN] = {NULL, true},
    [WIRE_PAUSE] = {set_pause, false},        [WIRE_RESUME_WATCHING] = {end_pause, false},
    [WIRE_DRILL] = {desk_drill_begin, false},
};

/* ---- requests ---- */

static bool record_person(struct desk *desk, const struct desk_request *request)
{
    AUTO(strbuf) struct strbuf line = STRBUF_INIT;
    struct err err = ERR_INIT;
    struct journal_entry entry = {.kind = ENTRY_PERSON,
                                  .plan = request->request.plan ? request->request.plan : "",
                                  .run = request->request.run,
                                  .at_utc_ms = clock_utc_ms(clock_system()),
                                  .mono_ms = clock_mono(clock_system()).ms,
                                  .step = "",
                                  .target = "",
                                  .subject = "",
                                  .person = request->person ? request->person->name : ""};

    wire_put_request(&request->request, &line);
    entry.text = strbuf_text(&line);
    return journal_write(desk->journal, &entry, &err) == 0;
}

static void enqueue(struct desk *desk, struct desk_request *request)
{
    if (desk->queued == DESK_QUEUE_MAX)
        desk_answer(request, RUNNER_RESUMABLE, "too many requests wait for this pool");
    else
        desk->queue[desk->queued++] = *request;
}

void desk_ask(struct desk *desk, const struct wire_request *request, struct arena *arena, int fd)
{
    const struct desk_command *command = &commands[request->command];
    struct desk_request asked = {.request = *request, .arena = arena, .fd = fd};
    struct err err = ERR_INIT;

    asked.person = people_find(desk->pool->acting, people_peer(fd), request->by, &err);
    if (!asked.person && (!command->by_anybody || request->by)) {
        desk_answer(&asked, RUNNER_USAGE, err.text);
        return;
    }
    if (!record_person(desk, &asked) && !command->by_anybody) {
        desk_answer(&asked, RUNNER_REFUSED, "the journal cannot be written");
        return;
    }
    if (command->here)
        command->here(desk, &asked);
    else
        enqueue(desk, &asked);
}

/* ---- episodes ---- */

void desk_episode(struct desk *desk, const struct episode *episode)
{
    struct desk_episode *mine = &desk->episodes[episode->kind];
    const int asks = episode_asks(episode);

    if (!asks)
        return;
    mine->is_open = asks > 0; /* what is closed ends watching; a run goes on */
    if (mine->is_open)
        mine->episode = *episode;
    if (mine->is_open && episode->kind == EPISODE_FAILOVER)
        desk_drill_yield(desk);
    desk->due = (struct mono_ms){FIRST_WATCH_MS};
    desk_keep_episode(desk, episode->kind);
    desk_write_runs(desk);
}

/* Home again, or gone from on purpose: nobody need look out for a way back. */
static void end_failback(struct desk *desk)
{
    if (!desk->episodes[EPISODE_FAILBACK].is_open)
        return;
    desk->episodes[EPISODE_FAILBACK].is_open = false;
    desk_keep_episode(desk, EPISODE_FAILBACK);
}

/* ---- workers ---- */

struct errand desk_errand_for(struct desk *desk, const struct desk_request *turn)
{
    const struct desk_episode *failover = &desk->episodes[EPISODE_FAILOVER];

    return (struct errand){
        .pool = desk->pool,
        .topology_sha256 = desk->config->topology_sha256,
        .journal_path = desk->journal_path,
        .holder = desk->config->holder,
        .request = turn->request,
        .person = turn->person,
        .watch = turn->fd < 0,
        .episode = failover->is_open,
        .hard = failover->is_open && failover->episode.hard,
        .downtime = failover->is_open && failover->episode.downtime > 0,
        .failback = desk->episodes[EPISODE_FAILBACK].is_open,
        .paused = desk_is_paused(desk),
        .drills = worker_is_busy(&desk->drill_worker),
    };
}

/* What carries a run out has the servers for itself. */
static bool carries_out(enum wire_command command)
{
    return command == WIRE_APPLY || command == WIRE_RESUME || command == WIRE_TAKEOVER ||
           command == WIRE_ABANDON;
}

static void begin(struct desk *desk, const struct desk_request *turn)
{
    struct err err = ERR_INIT;

    desk->turn = *turn;
    desk->errand = desk_errand_for(desk, turn);
    if (turn->fd >= 0 && carries_out(turn->request.command))
        desk_drill_yield(desk);
    if (worker_start(&desk->worker, errand_run, &desk->errand, &err) != 0) {
        if (desk->turn.fd >= 0)
            answer(desk->turn.fd, RUNNER_RESUMABLE, err.text);
        desk_request_done(&desk->turn);
    }
}

static void take_turn(struct desk *desk)
{
    const struct desk_request next = desk->queue[0];

    desk->queued--;
    memmove(desk->queue, desk->queue + 1, desk->queued * sizeof(*desk->queue));
    begin(desk, &next);
}

static void take_news(struct desk *desk, const char *text)
{
    struct err err = ERR_INIT;

    arena_free(desk->news_arena);
    desk->news_arena = arena_new();
    desk->news = (struct watch_news){0};
    if (watch_news_parse(text, desk->news_arena, &desk->news, &err) != 0)
        desk->news.why = arena_text(desk->news_arena, text);
    desk->watched_utc_ms = clock_utc_ms(clock_system());
    if (desk->news.at_home)
        end_failback(desk);
    notify_news(desk->pool, &desk->news, &desk->told);
}

/* A line of the worker: a client gets it as it is, a watch is for ourselves. */
static void hear_line(void *user, const char *text, size_t length)
{
    struct desk *desk = user;
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(strbuf) struct strbuf line = STRBUF_INIT;
    struct err err = ERR_INIT;
    const char *said;
    int code;

    desk->has_news = true;
    if (desk->turn.fd >= 0) {
        strbuf_add_n(&line, text, length);
        strbuf_add_char(&line, '\n');
        strbuf_write_fd(&line, desk->turn.fd);
    } else if (wire_get_answer(text, length, arena, &code, &said, &err) == 0 && code >= 0) {
        take_news(desk, said);
    }
}

/* Steps of a run under way, not more often than anybody looks. */
static void show_progress(struct desk *desk)
{
    if (desk->has_news && clock_mono(clock_system()).ms - desk->shown.ms >= PROGRESS_MS)
        desk_write_runs(desk);
}

static void hear_worker(struct desk *desk)
{
    if (worker_hear(&desk->worker, hear_line, desk)) {
        show_progress(desk);
        return;
    }
    desk->unsettled = desk->turn.fd >= 0 && !commands[desk->turn.request.command].by_anybody;
    desk_request_done(&desk->turn);
    desk->due = clock_mono(clock_system());
    desk->due.ms += desk->config->watch_period_s * 1000;
    desk_write_runs(desk);
}

static bool is_watching(const struct desk *desk)
{
    return desk->episodes[EPISODE_FAILOVER].is_open || desk->episodes[EPISODE_FAILBACK].is_open ||
           desk->news.open_run || desk->news.failed_over || !desk->news.end || desk->news.drill_left ||
           desk->unsettled;
}

void desk_tick(struct desk *desk)
{
    const struct desk_request nobody = {.fd = -1};

    desk_drill_hear(desk);
    if (worker_is_busy(&desk->worker))
        hear_worker(desk);
    if (worker_is_busy(&desk->worker))
        return;
    if (desk->queued)
        take_turn(desk);
    else if (is_watching(desk) && clock_mono(clock_system()).ms >= desk->due.ms)
        begin(desk, &nobody);
}

bool desk_is_busy(const struct desk *desk)
{
    return worker_is_busy(&desk->worker) || worker_is_busy(&desk->drill_worker) || desk->queued ||
           is_watching(desk);
}

/* ---- life ---- */

int desk_open(struct desk *desk, const struct topology_pool *pool, const struct office_config *config,
              struct err *err)
{
    AUTO(strbuf) struct strbuf path = STRBUF_INIT;

    *desk = (struct desk){.pool = pool,
                          .config = config,
                          .worker = WORKER_INIT,
                          .turn = {.fd = -1},
                          .drill_worker = WORKER_INIT,
                          .drill_turn = {.fd = -1}};
    strbuf_format(&path, "%s/journal.db", config->state_dir);
    desk->journal_path = strbuf_take(&path);
    desk->journal = journal_open(desk->journal_path, err);
    if (!desk->journal || journal_check(desk->journal, err) != 0)
        return -1;
    desk_remember(desk);
    desk_write_runs(desk);
    return 0;
}

/* A sending under way is let end: what is half sent is worse than what is late. */
static void await_worker(struct desk *desk)
{
    struct deadline deadline = deadline_in_ms(clock_system(), WORKER_END_MS);

    worker_stop(&desk->worker);
    while (worker_is_busy(&desk->worker) && !deadline_passed(deadline)) {
        hear_worker(desk);
        clock_sleep_ms(clock_system(), WORKER_POLL_MS);
    }
    worker_done(&desk->worker);
}

void desk_close(struct desk *desk)
{
    desk_drill_yield(desk);
    await_worker(desk);
    desk_drill_close(desk);
    desk_request_done(&desk->turn);
    for (size_t i = 0; i < desk->queued; i++)
        desk_answer(&desk->queue[i], RUNNER_RESUMABLE, "the runner ends");
    arena_free(desk->news_arena);
    desk_steps_done(&desk->steps);
    journal_free(desk->journal);
    free(desk->journal_path);
    free(desk->told);
}
