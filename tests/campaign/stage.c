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

static bool is_open(const struct stage *stage, enum place place)
{
    static const char *const copies[][2] = {
        [PLACE_PRIMARY] = {"sqlpri1", "sqlmir1"}, [PLACE_BACKUP] = {"sqldr1", "sqldr2"}};
    struct world *world = stage->campaign->world;

    return campaign_world_is_writable(world, copies[place][0]) ||
           campaign_world_is_writable(world, copies[place][1]);
}

/* The site that trouble strikes, and the other one. */
static enum place left(const struct stage *stage)
{
    return stage->schedule->trouble == TROUBLE_BACKUP_SITE ? PLACE_BACKUP : PLACE_PRIMARY;
}

static enum place heir(const struct stage *stage)
{
    return left(stage) == PLACE_PRIMARY ? PLACE_BACKUP : PLACE_PRIMARY;
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

static int64_t lost_by(const json_t *truth, const char *instance)
{
    const json_t *row = json_object_get(json_object_get(truth, "instances"), instance);

    return json_integer_value(json_object_get(json_object_get(row, "mgc"), "lost_if_survivor"));
}

/* What log shipping has not brought yet; of the way back, what is not restored yet. */
static int64_t unshipped(const struct stage *stage, const json_t *truth)
{
    const json_t *shipping = json_object_get(truth, "shipping");

    if (heir(stage) == PLACE_PRIMARY)
        return lost_by(truth, "sqlpri1");
    return json_integer_value(
        json_object_get(json_object_get(shipping, "exposure_share_lost"), "unshipped_messages"));
}

static void count_messages(struct stage *stage, bool recovered)
{
    json_t *truth = campaign_world_truth(stage->campaign->world);
    int64_t written = json_integer_value(json_object_get(truth, "messages_written"));

    if (recovered) {
        stage->lost = lost_by(truth, heir(stage) == PLACE_BACKUP ? "sqldr1" : "sqlpri1");
        stage->written_recovered = written;
    } else {
        stage->unshipped = unshipped(stage, truth);
        stage->written_unshipped = written;
    }
    json_decref(truth);
}

/* A planned move loses nothing more, and opens no second copy. */
static void forgive(struct stage *stage)
{
    json_t *truth = campaign_world_truth(stage->campaign->world);

    stage->forgiven = lost_by(truth, heir(stage) == PLACE_BACKUP ? "sqldr1" : "sqlpri1");
    stage->overlap_s = json_number_value(json_object_get(truth, "writable_overlap_s"));
    json_decref(truth);
}

/* Has what was set out come to a verb that opens the left copy? */
static bool leads_back(const struct stage *stage)
{
    const struct agenda *agenda = &stage->agenda;

    for (size_t i = 0; i <= agenda->at && i < stage->schedule->task_count; i++)
        if (stage->schedule->tasks[i].after_return)
            return true;
    return false;
}

static void sample_left(struct stage *stage)
{
    bool has_returned = stage->returned_ms >= 0, is_back = is_open(stage, left(stage));

    keep_span(stage, has_returned && is_back && (!leads_back(stage) || is_open(stage, heir(stage))));
    if (has_returned && stage->forgiven < 0 && leads_back(stage) && !is_back && is_open(stage, heir(stage)))
        forgive(stage);
}

static void sample_heir(struct stage *stage)
{
    bool recovered = is_open(stage, heir(stage));
    int64_t now_ms = campaign_now_ms(stage->campaign);

    if (stage->recovered_ms >= 0 || (stage->schedule->work != WORK_SUDDEN && !stage->agenda.has_struck &&
                                     stage->schedule->trouble == TROUBLE_BACKUP_SITE && recovered))
        return;
    if (recovered || now_ms % COUNT_MS < SAMPLE_MS)
        count_messages(stage, recovered);
    if (recovered)
        stage->recovered_ms = now_ms;
}

static void sample(void *user)
{
    struct event_turn *turn = user;
    struct stage *stage = turn->stage;

    sample_left(stage);
    if (stage->schedule->trouble != TROUBLE_NONE)
        sample_heir(stage);
    world_time_plan(stage->campaign->time, campaign_now_ms(stage->campaign) + SAMPLE_MS, sample, turn);
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
    return op->passes >= 3 && !operator_will_give_up(op) && now_ms - since_ms >= calm_of(stage, op);
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
