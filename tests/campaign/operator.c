#include "campaign/operator.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

enum {
    IMPATIENT_MS = 20 * 60 * 1000,
    PATIENT_PAUSE_MS = 3 * 60 * 1000,
    QUIET_PAUSE_MS = 5 * 60 * 1000,
    REPEATS_MOST = 4,
    PUT_BACKS_MOST = 3,
    GIVE_UPS_MOST = 2,
    STRUCK_ENDURES = 2
};

/* ---- a pass ---- */

static int64_t now_ms(const struct operator* op)
{
    return campaign_now_ms(op->campaign);
}

static void remember(struct operator* op, const struct engine_result *result)
{
    const char *step = result->step ? result->step : "";

    if ((op->answer.end == ENGINE_DONE) != (result->end == ENGINE_DONE))
        op->changed_ms = now_ms(op);
    op->answer.end = result->end;
    snprintf(op->answer.step, sizeof op->answer.step, "%s", step);
    snprintf(op->answer.why, sizeof op->answer.why, "%s", result->why ? result->why : "");
    op->held =
        result->end == ENGINE_RESUMABLE && strstr(op->answer.why, "holds the pool lock") ? op->held + 1 : 0;
}

static struct plan *plan_dry(struct operator* op, const struct job_request *request, struct err *err)
{
    int64_t before = op->alone ? campaign_mutations(op->campaign) : 0;
    struct plan *plan = job_plan(&op->runner->shop, request, err);

    op->sends_in_dry_run |= op->alone && campaign_mutations(op->campaign) != before;
    return plan;
}

static void refuse(struct operator* op, const struct err *err)
{
    remember(op, &(struct engine_result){.end = ENGINE_REFUSED, .step = "plan", .why = err->text});
}

/* Where a site is named in whose stead the other one would be taken, somebody was faster. */
static bool leads_to(const struct operator* op, const struct plan *plan, const struct task *task)
{
    const struct topology_pool *pool = op->campaign->pool;

    return !task || !verb_moves_site(plan->verb) || !plan->to_site ||
           strcmp(plan->to_site, pool->sites[task->to == PLACE_PRIMARY ? 0 : 1].name) == 0;
}

static void plan_and_apply(struct operator* op, const struct job_request *request, const struct task *task,
                           struct arena *arena)
{
    struct err err = ERR_INIT;
    AUTO(plan) struct plan *plan = plan_dry(op, request, &err);
    struct engine_result result;

    if (!plan) {
        refuse(op, &err);
        return;
    }
    if (!leads_to(op, plan, task))
        return;
    result = job_apply(&op->runner->shop, plan->id, request, arena);
    remember(op, &result);
}

/* The copy that came back is shut out first, then what was begun goes on. */
static void fence(struct operator* op, struct arena *arena)
{
    struct job_request request = op->request;

    op->pass.alarmed = true;
    request.verb = VERB_FENCE;
    plan_and_apply(op, &request, NULL, arena);
}

static void take_over(struct operator* op, struct arena *arena)
{
    struct engine_result result = job_take_over(&op->runner->shop, true, &op->request, arena);

    op->held = 0;
    remember(op, &result);
}

/* What is not to be put back any more, and cannot be ended without a site that is lost. */
static void leave(struct operator* op, struct arena *arena)
{
    struct engine_result result = job_leave(&op->runner->shop, &op->request, arena);

    remember(op, &result);
    op->agenda->left_as_it_is |= result.end == ENGINE_DONE;
}

/* What is behind its point of no return goes on, unless the site is lost that it needs for that. */
static void put_back(struct operator* op, struct arena *arena)
{
    struct engine_result result = job_put_back(&op->runner->shop, &op->request, arena);

    remember(op, &result);
    op->gives_up = result.end == ENGINE_DONE || result.end == ENGINE_REFUSED ? 0 : op->gives_up - 1;
    if (result.end == ENGINE_DONE)
        agenda_put_back(op->agenda);
    else if (!op->gives_up && op->agenda->has_struck && !op->agenda->has_returned)
        leave(op, arena);
}

/* What a person asks for who sees no open run; NULL: nothing. */
static const struct task *task_of(struct operator* op, const struct watch_outcome *outcome)
{
    if (op->schedule->task_count && !outcome->open_run)
        agenda_look(op->agenda);
    return op->schedule->task_count ? agenda_task(op->agenda) : NULL;
}

static bool is_asked(const struct operator* op, const struct watch_outcome *outcome, const struct task *task)
{
    return !outcome->open_run && (op->schedule->task_count ? task != NULL : !outcome->failed_over);
}

/* A planned move begins at the principal that was designed to be: where its mirror serves, they change first.
 */
static bool mirror_serves(const struct operator* op, const struct task *task)
{
    return verb_is_planned(task->verb) &&
           campaign_world_is_writable(op->campaign->world, task->to == PLACE_BACKUP ? "sqlmir1" : "sqldr2");
}

static void ask(struct operator* op, const struct task *task, struct arena *arena)
{
    struct job_request request = op->request;

    if (task && task->verb != VERB_FAILOVER)
        request.verb = mirror_serves(op, task) ? VERB_MIRROR_SWITCH : task->verb;
    plan_and_apply(op, &request, task, arena);
}

/* Nobody waits for long for a site that is lost. */
static unsigned endures(const struct operator* op)
{
    return op->gave_up == GIVE_UPS_MOST                  ? 0
           : op->plan->endures && op->agenda->has_struck ? STRUCK_ENDURES
                                                         : op->plan->endures;
}

bool operator_will_give_up(const struct operator* op)
{
    return op->gives_up || (op->stuck && endures(op));
}

static void count_stuck(struct operator* op, const struct watch_outcome *outcome)
{
    op->stuck = outcome->open_run && outcome->result.end != ENGINE_DONE && !op->held ? op->stuck + 1 : 0;
    if (!endures(op) || op->stuck < endures(op))
        return;
    op->gives_up = PUT_BACKS_MOST;
    op->gave_up++;
    op->stuck = 0;
}

static void watch(struct operator* op, struct arena *arena)
{
    struct job_request watching = op->request;
    struct watch_outcome outcome;
    const struct task *task;
    bool asks;

    watching.verb = VERB_NONE; /* of an open run it is known */
    outcome = job_watch(&op->runner->shop, &watching, false, arena);
    op->pass.alarmed |= outcome.fence_lost != NULL;
    op->pass.open_run = outcome.open_run;
    op->pass.failed_over = outcome.failed_over;
    task = task_of(op, &outcome);
    asks = is_asked(op, &outcome, task);
    if (!asks)
        remember(op, &outcome.result);
    count_stuck(op, &outcome);
    if (outcome.verb == VERB_FENCE || (outcome.open_run && outcome.result.end == ENGINE_RETURNED))
        fence(op, arena);
    else if (asks)
        ask(op, task, arena);
    if (op->answer.end == ENGINE_RETURNED && !outcome.open_run)
        fence(op, arena);
}

static void do_pass(struct operator* op, struct arena *arena)
{
    if (op->plan->patience && op->held >= op->plan->patience)
        take_over(op, arena);
    else if (op->gives_up)
        put_back(op, arena);
    else
        watch(op, arena);
}

static bool is_same(const struct operator_answer *a, const struct operator_answer *b)
{
    return a->end == b->end && strcmp(a->step, b->step) == 0 && strcmp(a->why, b->why) == 0;
}

/* When something happens, or is to be done. */
static int64_t next_ms(const struct operator* op)
{
    const struct agenda *agenda = op->agenda;
    int64_t next_ms = schedule_next_ms(op->schedule, now_ms(op));

    return agenda_is_left(agenda) && agenda->due_ms > now_ms(op) && agenda->due_ms < next_ms ? agenda->due_ms
                                                                                             : next_ms;
}

/* Who hears the same again while nothing happens waits twice as long, up to a quarter of the calm that ends
 * the schedule (stage.c), and is back as soon after the next event as he would have been. */
static int64_t quiet_pause_ms(const struct operator* op)
{
    int64_t pause_ms = op->plan->pause_ms << op->repeats, due_ms = next_ms(op);

    if (pause_ms > QUIET_PAUSE_MS)
        pause_ms = QUIET_PAUSE_MS;
    return due_ms < now_ms(op) + pause_ms - op->plan->pause_ms ? due_ms + op->plan->pause_ms - now_ms(op)
                                                               : pause_ms;
}

/* What is refused for long is asked for less often. */
static int64_t pause_ms(const struct operator* op)
{
    bool is_long = now_ms(op) - op->changed_ms > IMPATIENT_MS && op->answer.end != ENGINE_DONE;
    int64_t pause_ms = op->repeats ? quiet_pause_ms(op) : op->plan->pause_ms;

    return is_long && pause_ms < PATIENT_PAUSE_MS ? PATIENT_PAUSE_MS : pause_ms;
}

/* Two who are at it change each other's world, and patience counts passes; but who knows what he is about
 * to do waits for its time. */
static void count_repeats(struct operator* op, const struct operator_answer *before)
{
    bool goes_on = !op->alone && (!op->schedule->task_count || op->pass.open_run) &&
                   schedule_next_ms(op->schedule, now_ms(op)) != INT64_MAX;

    if (goes_on || op->held || !is_same(&op->answer, before))
        op->repeats = 0;
    else if (op->repeats < REPEATS_MOST)
        op->repeats++;
}

static void do_logged_pass(struct operator* op)
{
    AUTO(arena) struct arena *arena = arena_new();
    const struct operator_answer before = op->answer;

    op->pass = (struct operator_pass){.began_ms = now_ms(op)};
    do_pass(op, arena);
    if (op->answer.end == ENGINE_DONE)
        agenda_look(op->agenda);
    op->told_to_stop = false;
    op->pass.ended_ms = now_ms(op);
    op->pass.held = op->held > 0;
    count_repeats(op, &before);
    if (op->passes < OPERATOR_PASSES_MOST)
        op->log[op->passes++] = op->pass;
    if (op->tells)
        printf("%8lld %s pass %zu, run %lld%s: %s at %s: %.300s\n", (long long)now_ms(op), op->name,
               op->passes, (long long)op->pass.open_run, op->pass.failed_over ? ", failed over" : "",
               engine_end_name(op->answer.end), op->answer.step, op->answer.why);
}

static void work(void *argument)
{
    struct operator* op = argument;

    clock_sleep_ms(&op->runner->seat->clock.clock, op->plan->begins_ms - now_ms(op));
    while (!op->told_to_end) {
        do_logged_pass(op);
        clock_sleep_ms(&op->runner->seat->clock.clock, pause_ms(op));
    }
    op->has_ended = true;
}

/* ---- life ---- */

static bool is_told_to_stop(void *user)
{
    return ((const struct operator*)user)->told_to_stop;
}

struct operator* operator_new(struct campaign *campaign, const struct operator_plan *plan, unsigned number,
                              const struct switchboard *switchboard, struct err *err)
{
    struct operator* op = mem_alloc(sizeof *op);

    op->campaign = campaign;
    op->plan = plan;
    op->answer.end = ENGINE_WAITS;
    snprintf(op->name, sizeof op->name, "runner%u", number);
    op->runner = runner_seat_new(campaign, op->name, ":memory:", switchboard, err);
    op->request = request_of_dba(plan->verb);
    if (!op->runner) {
        free(op);
        return NULL;
    }
    op->runner->shop.ports.stop = is_told_to_stop;
    op->runner->shop.ports.user = op;
    return op;
}

bool operator_start(struct operator* op)
{
    return seat_start(op->runner->seat, work, op);
}

void operator_crash(struct operator* op)
{
    seat_crash(op->runner->seat);
    op->is_gone = true;
}

void operator_stop(struct operator* op, bool gives_up)
{
    op->told_to_stop = true;
    op->gives_up = gives_up ? PUT_BACKS_MOST : 0;
}

void operator_free(struct operator* op)
{
    if (!op)
        return;
    runner_seat_free(op->runner);
    free(op);
}
