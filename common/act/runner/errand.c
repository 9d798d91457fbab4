#include "act/runner/errand.h"

#include "act/drill/drill.h"
#include "act/runner/shop.h"
#include "act/stranded/stranded.h"
#include "model/json_text.h"

#include <signal.h>
#include <string.h>

/* ---- what is said ---- */

static void say(int fd, const struct strbuf *line)
{
    strbuf_write_fd(line, fd);
}

static int say_answer(int fd, int code, const char *text)
{
    AUTO(strbuf) struct strbuf line = STRBUF_INIT;

    wire_put_answer(code, text ? text : "", &line);
    say(fd, &line);
    return code;
}

static int say_error(int fd, const struct err *err)
{
    bool is_callers = err->kind == ERR_USAGE || err->kind == ERR_CONFIG || err->kind == ERR_SECRET;

    return say_answer(fd, is_callers ? RUNNER_USAGE : RUNNER_REFUSED, err->text);
}

int runner_exit_of(enum engine_end end)
{
    static const enum runner_exit codes[ENGINE_END_COUNT] = {
        [ENGINE_DONE] = RUNNER_DONE,           [ENGINE_REFUSED] = RUNNER_REFUSED,
        [ENGINE_RESUMABLE] = RUNNER_RESUMABLE, [ENGINE_CHANGED] = RUNNER_RESUMABLE,
        [ENGINE_RETURNED] = RUNNER_RESUMABLE,  [ENGINE_WAITS] = RUNNER_WAITS,
    };

    return (int)codes[end];
}

static int say_result(int fd, const struct engine_result *result)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    strbuf_format(&text, "%s%s%s: %s\n", engine_end_name(result->end), *result->step ? " at " : "",
                  result->step, result->why ? result->why : "");
    return say_answer(fd, runner_exit_of(result->end), strbuf_text(&text));
}

/* ---- a job under way: progress out, stop in ---- */

static volatile sig_atomic_t stop_asked;

static void ask_to_stop(int signal_number)
{
    (void)signal_number;
    stop_asked = 1;
}

static bool is_stopped(void *user)
{
    (void)user;
    return stop_asked != 0;
}

static void tell_progress(void *user, const struct plan_step *step, const struct sending *sending,
                          const char *words)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT, line = STRBUF_INIT;

    strbuf_format(&text, "%s  %s%s%s  %s", step->step->title, sending->target, *sending->subject ? "  " : "",
                  sending->subject, words);
    wire_put_progress(strbuf_text(&text), &line);
    say(*(int *)user, &line);
}

/* ---- the requests ---- */

/* What one errand has at hand. */
struct hand {
    const struct errand *errand;
    const struct workshop *shop;
    struct job_request job;
    struct arena *arena;
    int fd;
};

/* A plan that was made before, by its id. */
static struct plan *kept_plan(const struct hand *hand, const char *id, struct err *err)
{
    struct err unknown = ERR_INIT;
    AUTO_FREE char *json = journal_get_plan(hand->shop->ports.journal, id, &unknown);

    if (json)
        return plan_from_json(json, strlen(json), err);
    err_set(err, ERR_USAGE, "\"%s\" is neither a verb nor the id of a plan", id);
    return NULL;
}

static int do_plan(struct hand *hand)
{
    const struct wire_request *request = &hand->errand->request;
    struct err err = ERR_INIT;
    AUTO(plan) struct plan *plan = NULL;
    AUTO_FREE char *text = NULL;

    if (!request->verb || verb_parse(request->verb, &hand->job.verb))
        plan = job_plan(hand->shop, &hand->job, &err);
    else
        plan = kept_plan(hand, request->verb, &err);
    if (!plan)
        return say_error(hand->fd, &err);
    text = plan_to_text(plan, request->scripts);
    return say_answer(hand->fd, RUNNER_DONE, text);
}

static int do_apply(struct hand *hand)
{
    const struct engine_result result =
        job_apply(hand->shop, hand->errand->request.plan, &hand->job, hand->arena);

    return say_result(hand->fd, &result);
}

static int do_resume(struct hand *hand)
{
    const struct engine_result result = job_resume(hand->shop, &hand->job, hand->arena);

    return say_result(hand->fd, &result);
}

static int do_abandon(struct hand *hand)
{
    const struct engine_result result = hand->errand->request.leave_as_is
                                            ? job_leave(hand->shop, &hand->job, hand->arena)
                                            : job_put_back(hand->shop, &hand->job, hand->arena);

    return say_result(hand->fd, &result);
}

static bool may_say(const struct hand *hand)
{
    return hand->errand->person && hand->errand->person->approves;
}

/* Each into the ledger; answers once. */
static int say_notes(struct hand *hand, const struct ledger_note *notes, size_t count, const char *done)
{
    struct err err = ERR_INIT;

    if (!may_say(hand))
        return say_answer(hand->fd, RUNNER_REFUSED,
                          "only a person whom the topology lists with approves: true may\n");
    for (size_t i = 0; i < count; i++)
        if (job_say(hand->shop, &notes[i], &err) != 0)
            return say_error(hand->fd, &err);
    return say_answer(hand->fd, RUNNER_DONE, done);
}

static int do_approve(struct hand *hand)
{
    const struct ledger_note note = {.kind = NOTE_APPROVAL,
                                     .plan = hand->errand->request.plan,
                                     .person = hand->job.person,
                                     .valid_s = hand->errand->pool->acting->approval_valid_s};

    return say_notes(hand, &note, 1, "approved\n");
}

static int do_fence_word(struct hand *hand)
{
    const struct wire_request *request = &hand->errand->request;
    struct ledger_note notes[WIRE_LIST_MAX];

    for (size_t i = 0; i < request->object_count; i++)
        notes[i] = (struct ledger_note){
            .kind = request->release ? NOTE_RELEASE : NOTE_FENCE,
            .object = request->objects[i],
            .person = hand->job.person,
            .text = request->reason,
            .valid_s = request->release ? 0 : hand->errand->pool->acting->fence_word_valid_s};
    return say_notes(hand, notes, request->object_count, "your word is recorded\n");
}

static int do_take_over(struct hand *hand)
{
    const struct engine_result result =
        job_take_over(hand->shop, hand->errand->request.confirmed, &hand->job, hand->arena);

    return say_result(hand->fd, &result);
}

static int do_prove(struct hand *hand)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    const struct engine_result result = job_prove(hand->shop, &hand->job, hand->arena, &text);

    strbuf_format(&text, "%s\n", result.why);
    return say_answer(hand->fd, runner_exit_of(result.end), strbuf_text(&text));
}

static void tell_drill(void *user, const char *text)
{
    AUTO(strbuf) struct strbuf line = STRBUF_INIT;

    wire_put_progress(text, &line);
    say(*(int *)user, &line);
}

static int do_drill(struct hand *hand)
{
    const struct wire_request *request = &hand->errand->request;
    const struct drilling drilling = {
        .pool = hand->shop->pool,
        .holder = hand->shop->holder,
        .person = hand->job.person,
        .instance = request->instance,
        .copy_only = request->copy_only,
        .checkdb = request->checkdb,
        .progress = tell_drill,
        .user = &hand->fd,
    };
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    const enum engine_end end = drill_run(&hand->shop->ports, &drilling, &text);

    return say_answer(hand->fd, runner_exit_of(end), strbuf_text(&text));
}

/* Beside the journal. */
static const char *state_folder(const struct hand *hand)
{
    const char *path = hand->errand->journal_path, *end = strrchr(path, '/');

    return end ? arena_format(hand->arena, "%.*s", (int)(end - path), path) : ".";
}

static int do_stranded(struct hand *hand)
{
    const struct engine_ports *ports = &hand->shop->ports;
    AUTO(look) struct look *look = ports->looker.look(ports->looker.user, false);
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    const struct stranding stranding = {look, ports->sql, ports->clock, state_folder(hand)};
    const struct stranding_outcome outcome = stranded_find(&stranding, hand->arena, &text);
    const struct ledger_note note = {
        .kind = NOTE_STRANDED, .object = outcome.object, .person = hand->job.person, .text = outcome.note};
    struct err err = ERR_INIT;

    if (outcome.note && job_say(hand->shop, &note, &err) != 0)
        return say_error(hand->fd, &err);
    return say_answer(hand->fd, outcome.note ? RUNNER_DONE : RUNNER_REFUSED, strbuf_text(&text));
}

static int not_here(struct hand *hand)
{
    return say_answer(hand->fd, RUNNER_USAGE, "this is no errand of a worker");
}

static int (*const requests[WIRE_COMMAND_COUNT])(struct hand *hand) = {
    [WIRE_STATUS] = not_here,          [WIRE_PLAN] = do_plan,
    [WIRE_APPLY] = do_apply,           [WIRE_APPROVE] = do_approve,
    [WIRE_FENCE_WORD] = do_fence_word, [WIRE_RESUME] = do_resume,
    [WIRE_TAKEOVER] = do_take_over,    [WIRE_ABANDON] = do_abandon,
    [WIRE_PAUSE] = not_here,           [WIRE_RESUME_WATCHING] = not_here,
    [WIRE_DOCTOR_ACT] = do_prove,      [WIRE_DRILL] = do_drill,
    [WIRE_STRANDED] = do_stranded,
};

/* ---- watching by itself ---- */

static int do_watch(struct hand *hand)
{
    const struct watch_outcome outcome =
        job_watch(hand->shop, &hand->job, hand->errand->episode, hand->arena);
    json_t *news = json_object();
    AUTO_FREE char *text = NULL;

    json_object_set_new(news, "end", json_text(engine_end_name(outcome.result.end)));
    json_object_set_new(news, "why", json_text(outcome.result.why));
    json_object_set_new(news, "plan", json_text(outcome.plan));
    json_object_set_new(news, "plan_text", json_text(outcome.plan_text));
    json_object_set_new(news, "verb", json_text(verb_name(outcome.verb)));
    json_object_set_new(news, "fence_lost", json_text(outcome.fence_lost));
    json_object_set_new(news, "drill_left", json_text(outcome.drill_left));
    json_object_set_new(news, "open_run", json_integer(outcome.open_run));
    json_object_set_new(news, "failed_over", json_boolean(outcome.failed_over));
    json_object_set_new(news, "at_home", json_boolean(outcome.at_home));
    json_object_set_new(news, "sees_nothing", json_boolean(outcome.sees_nothing));
    text = json_dumps(news, JSON_COMPACT);
    json_decref(news);
    return say_answer(hand->fd, runner_exit_of(outcome.result.end), text);
}

int watch_news_parse(const char *text, struct arena *arena, struct watch_news *ret_news, struct err *err)
{
    json_error_t error;
    json_t *news = json_loads(text, 0, &error);

    if (!json_is_object(news)) {
        json_decref(news);
        return err_set(err, ERR_INPUT, "a watch said something else: %.100s", text);
    }
#define NEWS(member) .member = arena_text(arena, json_string_value(json_object_get(news, #member)))
    *ret_news = (struct watch_news){
        NEWS(end),
        NEWS(why),
        NEWS(plan),
        NEWS(plan_text),
        NEWS(verb),
        NEWS(fence_lost),
        NEWS(drill_left),
        .open_run = json_integer_value(json_object_get(news, "open_run")),
        .failed_over = json_is_true(json_object_get(news, "failed_over")),
        .at_home = json_is_true(json_object_get(news, "at_home")),
        .sees_nothing = json_is_true(json_object_get(news, "sees_nothing")),
    };
#undef NEWS
    json_decref(news);
    return 0;
}

/* ---- the errand ---- */

static struct job_request job_of(const struct errand *errand)
{
    const struct wire_request *request = &errand->request;

    return (struct job_request){
        .origin = errand->watch ? ORIGIN_HANDLER : ORIGIN_PERSON,
        .person = errand->person ? errand->person->name : NULL,
        .approves = errand->person && errand->person->approves,
        .hard = errand->hard,
        .downtime = errand->downtime,
        .paused = errand->paused,
        .failback = errand->watch && errand->failback,
        .drills = errand->drills,
        .without_secondary = request->without_secondary,
        .accept_loss = request->accept_loss,
        .overrides = request->overrides,
        .override_count = request->override_count,
    };
}

static void hear_stop(void)
{
    struct sigaction action = {.sa_handler = ask_to_stop};

    sigaction(SIGTERM, &action, NULL);
}

int errand_run(void *argument, int fd)
{
    const struct errand *errand = argument;
    AUTO(arena) struct arena *arena = arena_new();
    struct err err = ERR_INIT;
    struct hand hand = {.errand = errand, .job = job_of(errand), .arena = arena, .fd = fd};
    AUTO(shop) struct shop *shop = shop_open(errand->pool, errand->journal_path, &err);
    struct workshop workshop;

    hear_stop();
    if (!shop)
        return say_error(fd, &err);
    workshop = shop_workshop(shop, errand->topology_sha256, errand->holder);
    workshop.ports.progress = tell_progress;
    workshop.ports.user = &fd;
    workshop.ports.stop = is_stopped;
    hand.shop = &workshop;
    return errand->watch ? do_watch(&hand) : requests[errand->request.command](&hand);
}
