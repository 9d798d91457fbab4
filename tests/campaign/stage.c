#include "campaign/stage.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

enum { SAMPLE_MS = 5000, COUNT_MS = 30000, STEP_MS = 30000 };
/* How long a state must last to be the end - shorter where all is done -, how long the end is waited for
 * after the last event in any case, and when it is given up. */
static const int64_t calm_ms = 20LL * 60000, done_calm_ms = 5LL * 60000, least_ms = 10LL * 60000,
                     most_ms = 180LL * 60000;

/* ---- operators ---- */

static const struct operator_plan *plan_of(const struct stage *stage, size_t place)
{
    return &stage->schedule->operators[place];
}

static struct operator* add_operator(struct stage *stage, const struct operator_plan *plan, struct err *err)
{
    struct operator* op =
        operator_new(stage->campaign, plan, ++stage->operator_count, &stage->switchboard, err);

    if (!op)
        return NULL;
    op->alone = stage->schedule->operator_count == 1;
    op->tells = stage->verbose;
    op->schedule = stage->schedule;
    op->next = stage->operators;
    stage->operators = op;
    if (operator_start(op))
        return op;
    err_set(err, ERR_IO, "no thread for %s", op->name);
    return NULL;
}

static struct operator* living(const struct stage *stage, size_t place)
{
    for (struct operator* op = stage->operators; op; op = op->next)
        if (!op->is_gone && op->plan == plan_of(stage, place))
            return op;
    return NULL;
}

/* ---- events ---- */

struct event_turn {
    struct stage *stage;
    const struct event *event;
    bool is_due; /* to begin: by the main loop, as a work that others start goes down with them */
    struct event_turn *next;
};

static void plan_turn(struct stage *stage, const struct event *event, int64_t at_ms,
                      void (*happen)(void *user))
{
    struct event_turn *turn = mem_alloc(sizeof *turn);

    *turn = (struct event_turn){stage, event, false, stage->turns};
    stage->turns = turn;
    world_time_plan(stage->campaign->time, at_ms, happen, turn);
}

static void tell(const struct stage *stage, const char *what, const char *words)
{
    if (stage->verbose)
        printf("%8lld event %s %s\n", (long long)campaign_now_ms(stage->campaign), what, words);
}

static void come_after(void *user)
{
    ((struct event_turn *)user)->is_due = true;
}

static void begin_successors(struct stage *stage)
{
    struct err err = ERR_INIT;

    for (struct event_turn *turn = stage->turns; turn; turn = turn->next) {
        if (!turn->is_due)
            continue;
        turn->is_due = false;
        tell(stage, "begins", "another runner");
        if (!living(stage, turn->event->operator) &&
            !add_operator(stage, plan_of(stage, turn->event->operator), &err))
            stage->failure = "a runner could not begin";
    }
}

static void crash(struct stage *stage, const struct event *event)
{
    struct operator* op = living(stage, event->operator);

    if (!op)
        return;
    tell(stage, "crash", op->name);
    operator_crash(op);
    plan_turn(stage, event, event->at_ms + event->later_ms, come_after);
}

/* A fault may be there already, and a step by hand be refused: that is life. */
static void say(const struct stage *stage, const char *words)
{
    struct err err = ERR_INIT;

    tell(stage, words, campaign_world_do(stage->campaign->world, words, &err) == 0 ? "" : err.text);
}

static void speak_again(void *user)
{
    const struct event_turn *turn = user;

    turn->stage->switchboard.is_silent = false;
}

static void fall_silent(struct stage *stage, const struct event *event)
{
    tell(stage, "silence", "of the switchboard");
    stage->switchboard.is_silent = true;
    plan_turn(stage, event, event->at_ms + event->later_ms, speak_again);
}

static void happen(void *user)
{
    struct event_turn *turn = user;
    const struct event *event = turn->event;

    if (event->kind == EVENT_CRASH) {
        crash(turn->stage, event);
    } else if (event->kind == EVENT_SILENCE) {
        fall_silent(turn->stage, event);
    } else if (event->kind == EVENT_KILL) {
        tell(turn->stage, "kill", event->words);
        campaign_world_kill(turn->stage->campaign->world, event->words, "pchat_admin");
    } else {
        say(turn->stage, event->words);
    }
}

/* The switchboard learns that the old primary has power again. */
static void lose_fence(void *user)
{
    struct event_turn *turn = user;

    turn->stage->switchboard.is_honest = turn->stage->schedule->label == LABEL_LOST;
}

/* ---- what is seen on the way ---- */

static bool is_writable(const struct stage *stage, const char *one, const char *other)
{
    struct world *world = stage->campaign->world;

    return campaign_world_is_writable(world, one) || campaign_world_is_writable(world, other);
}

static void keep_span(struct stage *stage, bool open)
{
    struct span *last = stage->span_count ? &stage->spans[stage->span_count - 1] : NULL;
    bool was_open = last && last->to_ms < 0;
    int64_t now_ms = campaign_now_ms(stage->campaign);

    if (open && !was_open && stage->span_count < SPANS_MOST)
        stage->spans[stage->span_count++] = (struct span){now_ms, -1};
    if (!open && was_open)
        last->to_ms = now_ms;
}

static void count_messages(struct stage *stage, bool recovered)
{
    json_t *truth = campaign_world_truth(stage->campaign->world), *mgc, *exposure;

    mgc = json_object_get(json_object_get(json_object_get(truth, "instances"), "sqldr1"), "mgc");
    exposure = json_object_get(json_object_get(truth, "shipping"), "exposure_share_lost");
    if (recovered) {
        stage->lost = json_integer_value(json_object_get(mgc, "lost_if_survivor"));
        stage->written_recovered = json_integer_value(json_object_get(truth, "messages_written"));
    } else {
        stage->unshipped = json_integer_value(json_object_get(exposure, "unshipped_messages"));
        stage->written_unshipped = json_integer_value(json_object_get(truth, "messages_written"));
    }
    json_decref(truth);
}

static void sample(void *user)
{
    struct event_turn *turn = user;
    struct stage *stage = turn->stage;
    int64_t now_ms = campaign_now_ms(stage->campaign), returned_ms = stage->schedule->returns_ms;
    bool recovered = is_writable(stage, "sqldr1", "sqldr2");

    keep_span(stage, returned_ms >= 0 && now_ms >= returned_ms && is_writable(stage, "sqlpri1", "sqlmir1"));
    if (stage->recovered_ms < 0 && (recovered || now_ms % COUNT_MS < SAMPLE_MS))
        count_messages(stage, recovered);
    if (recovered && stage->recovered_ms < 0)
        stage->recovered_ms = now_ms;
    world_time_plan(stage->campaign->time, now_ms + SAMPLE_MS, sample, turn);
}

/* ---- when it is over ---- */

static bool is_calm(const struct stage *stage, const struct operator* op)
{
    int64_t now_ms = campaign_now_ms(stage->campaign), since_ms = op->changed_ms;

    if (since_ms < stage->schedule->settled_ms)
        since_ms = stage->schedule->settled_ms;
    return op->passes >= 3 && now_ms - since_ms >= (op->answer.end == ENGINE_DONE ? done_calm_ms : calm_ms);
}

static bool is_over(const struct stage *stage)
{
    int64_t now_ms = campaign_now_ms(stage->campaign);

    if (now_ms < stage->schedule->settled_ms + least_ms)
        return false;
    if (now_ms > stage->schedule->settled_ms + most_ms)
        return true;
    for (const struct operator* op = stage->operators; op; op = op->next)
        if (!op->is_gone && !is_calm(stage, op))
            return false;
    return true;
}

static bool have_ended(const struct stage *stage)
{
    for (const struct operator* op = stage->operators; op; op = op->next)
        if (!op->is_gone && !op->has_ended)
            return false;
    return true;
}

static void end_operators(struct stage *stage)
{
    int64_t until_ms = campaign_now_ms(stage->campaign) + most_ms;

    for (struct operator* op = stage->operators; op; op = op->next)
        op->told_to_end = true;
    while (!have_ended(stage) && campaign_now_ms(stage->campaign) < until_ms)
        campaign_advance(stage->campaign, STEP_MS);
    if (!have_ended(stage))
        stage->failure = "a runner never came back from a pass";
}

/* ---- life ---- */

static bool set_up(struct stage *stage, struct err *err)
{
    const struct schedule *schedule = stage->schedule;

    stage->campaign = campaign_new(&schedule->world, err);
    if (!stage->campaign)
        return false;
    stage->recovered_ms = -1;
    stage->switchboard = (struct switchboard){
        .campaign = stage->campaign, .is_off = true, .is_honest = schedule->label == LABEL_TRUE};
    for (size_t i = 0; i < schedule->event_count; i++)
        plan_turn(stage, &schedule->events[i], schedule->events[i].at_ms, happen);
    if (schedule->returns_ms >= 0)
        plan_turn(stage, NULL, schedule->returns_ms, lose_fence);
    plan_turn(stage, NULL, SAMPLE_MS, sample);
    for (size_t i = 0; i < schedule->operator_count; i++)
        if (!add_operator(stage, plan_of(stage, i), err))
            return false;
    return true;
}

bool stage_play(struct stage *stage, struct err *err)
{
    if (!set_up(stage, err))
        return false;
    while (!is_over(stage)) {
        campaign_advance(stage->campaign, STEP_MS);
        begin_successors(stage);
    }
    end_operators(stage);
    return true;
}

void stage_done(struct stage *stage)
{
    while (stage->operators) {
        struct operator* op = stage->operators;

        stage->operators = op->next;
        if (op->has_ended)
            operator_free(op);
    }
    campaign_free(stage->campaign);
    while (stage->turns) {
        struct event_turn *turn = stage->turns;

        stage->turns = turn->next;
        free(turn);
    }
}
