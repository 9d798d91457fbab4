#include "campaign/stage.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

enum { STEP_MS = 30000 };
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
    op->agenda = &stage->agenda;
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
    const struct event *event; /* NULL: none */
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

static void stop(struct stage *stage, const struct event *event)
{
    struct operator* op = living(stage, event->operator);

    if (!op)
        return;
    tell(stage, event->kind == EVENT_STOP ? "stop" : "give up", op->name);
    operator_stop(op, event->kind == EVENT_GIVE_UP);
}

static void kill_sessions(struct stage *stage, const struct event *event)
{
    tell(stage, "kill", event->words);
    campaign_world_kill(stage->campaign->world, event->words, "pchat_admin");
}

static void say_words(struct stage *stage, const struct event *event)
{
    say(stage, event->words);
}

/* The switchboard learns that what was left has power again; it may come in parts. */
static void note_return(struct stage *stage)
{
    stage->forgiven = -1;
    if (stage->returned_ms >= 0)
        return;
    stage->returned_ms = campaign_now_ms(stage->campaign);
    stage->agenda.has_returned = true;
    stage->switchboard.is_honest = stage->schedule->label != LABEL_FALSE;
}

static void note_strike(struct stage *stage)
{
    if (stage->agenda.has_struck)
        return;
    stage->forgiven = -1;
    agenda_strike(&stage->agenda);
}

static void happen(void *user)
{
    static void (*const happenings[])(struct stage * stage, const struct event *event) = {
        [EVENT_WORDS] = say_words,     [EVENT_BY_HAND] = say_words, [EVENT_KILL] = kill_sessions,
        [EVENT_SILENCE] = fall_silent, [EVENT_CRASH] = crash,       [EVENT_STOP] = stop,
        [EVENT_GIVE_UP] = stop};
    struct event_turn *turn = user;

    happenings[turn->event->kind](turn->stage, turn->event);
    if (turn->event->mark == MARK_RETURNS)
        note_return(turn->stage);
    if (turn->event->mark == MARK_STRIKES)
        note_strike(turn->stage);
}

/* ---- what is seen on the way ---- */

static void sample(void *user)
{
    struct event_turn *turn = user;
    struct stage *stage = turn->stage;

    stage_look(stage);
    world_time_plan(stage->campaign->time, campaign_now_ms(stage->campaign) + STAGE_LOOK_MS, sample, turn);
}

/* ---- when it is over ---- */

/* Who has nothing left to do may well be refused something else. */
static int64_t calm_of(const struct stage *stage, const struct operator* op)
{
    bool is_through = stage->schedule->task_count && !agenda_is_left(&stage->agenda) && !op->pass.open_run;

    return is_through || op->answer.end == ENGINE_DONE ? done_calm_ms : calm_ms;
}

static bool is_calm(const struct stage *stage, const struct operator* op)
{
    int64_t now_ms = campaign_now_ms(stage->campaign), since_ms = op->changed_ms;

    if (since_ms < stage->schedule->settled_ms)
        since_ms = stage->schedule->settled_ms;
    if (agenda_is_left(&stage->agenda) && since_ms < stage->agenda.due_ms)
        since_ms = stage->agenda.due_ms;
    return op->passes >= 3 && !operator_will_give_up(op) && now_ms - since_ms >= calm_of(stage, op) &&
           op->log[op->passes - 1].began_ms >= since_ms; /* who is at it may yet find more to do */
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

static void plan_act(void *user, size_t act)
{
    struct stage *stage = user;

    for (size_t i = 0; i < stage->schedule->event_count; i++)
        if (stage->schedule->events[i].act == act)
            plan_turn(stage, &stage->schedule->events[i], stage->schedule->events[i].at_ms, happen);
}

/* Who moves a pool has a switchboard that works. */
static bool is_honest(const struct schedule *schedule)
{
    return schedule->label == LABEL_TRUE || schedule->work != WORK_SUDDEN;
}

static bool set_up(struct stage *stage, struct err *err)
{
    const struct schedule *schedule = stage->schedule;

    stage->campaign = campaign_new(&schedule->world, err);
    if (!stage->campaign)
        return false;
    stage->recovered_ms = stage->returned_ms = -1;
    stage->forgiven = schedule->work == WORK_SUDDEN ? -1 : 0;
    stage->agenda = (struct agenda){
        .campaign = stage->campaign, .schedule = stage->schedule, .begins = plan_act, .user = stage};
    stage->switchboard =
        (struct switchboard){.campaign = stage->campaign, .is_off = true, .is_honest = is_honest(schedule)};
    plan_act(stage, 0);
    plan_turn(stage, NULL, STAGE_LOOK_MS, sample);
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
