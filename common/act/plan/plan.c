#include "act/plan/plan.h"

#include "act/judge/ledger_view.h"
#include "act/judge/lock_name.h"
#include "act/memory/ledger.h"
#include "act/plan/plan_parts.h"
#include "assess/copies.h"
#include "assess/sight.h"

#include <string.h>

/* What the making of one plan needs beside the plan. */
struct making {
    struct plan *plan;
    const struct plan_request *request;
    struct step_scope scope;
    struct gate_question question;
};

/* ---- which verb ---- */

/* A run that has begun to force the mirror's tail goes on with that, though it is a mirror no more. */
static bool has_begun_to_force(const struct look *look)
{
    const struct ledger_view ledger = ledger_view_of(look);
    const struct ledger_run_fact *open = ledger_view_open_run(&ledger, 0);

    return open && ledger_view_run_note(&ledger, NOTE_HEIR, open->run.value);
}

static enum rescue choose_rescue(enum verb verb, const struct verb_row *row,
                                 const struct situation *situation, const struct look *look)
{
    if (verb != VERB_FAILOVER)
        return RESCUE_NONE;
    if (has_begun_to_force(look))
        return situation->standby == STANDBY_RECOVERED ? RESCUE_NONE : RESCUE_FORCE;
    return row->verb == VERB_FAILOVER ? row->rescue : rescue_of(situation);
}

static int choose_verb(struct making *making, struct err *err)
{
    struct plan *plan = making->plan;
    const struct situation situation = situation_of(making->request->look);
    const struct verb_row *row = verb_table(&situation);

    plan->verb = making->request->verb == VERB_NONE ? row->verb : making->request->verb;
    plan->rescue = choose_rescue(plan->verb, row, &situation, making->request->look);
    plan->why = plan->verb == row->verb ? row->why : "asked for by name";
    if (plan->verb == VERB_NONE)
        return err_set(err, ERR_INPUT, "nothing to plan: %s%s%s", row->why, row->advice ? "; " : "",
                       row->advice ? row->advice : "");
    return 0;
}

/* ---- the ledger's word ---- */

static void number_run(struct making *making)
{
    struct plan *plan = making->plan;
    const struct ledger_view ledger = ledger_view_of(making->request->look);
    const struct act_facts *facts = ledger.facts;
    const struct ledger_run_fact *open = facts ? ledger_open_run(&facts->ledger_run) : NULL;

    plan->run = open ? open->run.value : facts ? ledger_next_run(&facts->ledger_run) : 1;
    plan->epoch = facts ? ledger_next_epoch(&facts->ledger_run) : 1;
    plan->made_utc_ms = ledger.now_utc_ms.known ? ledger.now_utc_ms.value : 0;
}

/* ---- what is there ---- */

static const char *fork_of(const struct instance_snapshot *instance)
{
    const struct recovery_fact *recovery = FACT(instance, recovery);
    const struct redo_fact *redo = FACT(instance, redo);

    if (recovery)
        return recovery->recovery_fork_guid;
    return redo ? redo->redo_start_fork_guid : NULL;
}

static void note_copies(struct making *making)
{
    struct plan *plan = making->plan;
    const struct look *look = making->request->look;

    for (enum part part = PART_A; part < PART_WITNESS; part++) {
        const struct instance_snapshot *instance = cast_instance(&look->cast, part, look->snapshot);
        struct plan_copy *copy;

        if (!instance)
            continue;
        copy = arena_push(plan->arena, &plan->copies, &plan->copy_count, sizeof(*copy));
        copy->instance = arena_text(plan->arena, instance->name);
        copy->state = plan_copy_state(plan->arena, instance);
        copy->fork = arena_text(plan->arena, fork_of(instance));
    }
}

const char *plan_copy_state(struct arena *arena, const struct instance_snapshot *instance)
{
    /* The reason for which a copy is not seen may change from one look to the next; that it is not, counts.
     */
    return instance_seen(instance) ? copy_words(arena, instance) : "not seen";
}

static void note_intent(struct making *making)
{
    const struct snapshot *snapshot = making->request->look->snapshot;

    for (size_t i = 0; i < snapshot->host_count; i++) {
        const struct host_snapshot *host = &snapshot->hosts[i];

        if (host->kind != HOST_MANAGEMENT || host->store.sighting.sight != SIGHT_SEEN || !host->store.count)
            continue;
        making->plan->pool_state = arena_text(making->plan->arena, host->store.rows[0].pool_state);
        making->plan->active_list = arena_text(making->plan->arena, host->store.rows[0].active_servers);
        return;
    }
}

static void note_world(struct making *making)
{
    struct plan *plan = making->plan;
    const struct look *look = making->request->look;

    plan->pool = arena_text(plan->arena, making->request->pool->fqdn);
    plan->database = arena_text(plan->arena, making->request->pool->database);
    plan->topology_sha256 = arena_text(plan->arena, making->request->topology_sha256);
    plan->origin = making->request->origin;
    plan->from_site = arena_text(plan->arena, look->cast.serving ? look->cast.serving->name : "");
    plan->to_site = verb_moves_site(plan->verb) && look->cast.standby
                        ? arena_text(plan->arena, look->cast.standby->name)
                        : plan->from_site;
    note_copies(making);
    note_intent(making);
}

/* ---- steps ---- */

static int make_step(struct making *making, const struct step *step)
{
    struct plan *plan = making->plan;
    struct sending *sendings = NULL;
    struct plan_step *made;
    size_t count = 0;

    if (step->make(&making->scope, &sendings, &count) != 0)
        return -1;
    if (!count)
        return 0; /* this pool, or this situation, has nothing of the kind */
    made = arena_push(plan->arena, &plan->steps, &plan->step_count, sizeof(*made));
    *made = (struct plan_step){.step = step, .sendings = sendings, .sending_count = count};
    for (size_t i = 0; i < count; i++)
        plan->unproven |= sendings[i].overridden;
    plan_step_observe(&making->scope, made);
    plan->estimate_s += made->estimate_s;
    return 0;
}

void plan_step_observe(const struct step_scope *scope, struct plan_step *step)
{
    step->state = STEP_DONE;
    step->estimate_s = 0;
    for (size_t i = 0; i < step->sending_count; i++) {
        const char *why = NULL;
        enum step_state state = step->step->observe(scope, &step->sendings[i], &why);

        step->sendings[i].was_done = state == STEP_DONE;
        if (state == STEP_DONE)
            continue;
        step->estimate_s += step->step->usual_s;
        if (step->state == STEP_DONE) {
            step->state = state;
            step->why = why;
        }
    }
}

static int make_steps(struct making *making)
{
    const struct step_list list = steps_of(making->plan->verb);

    for (size_t i = 0; i < list.count; i++)
        if (make_step(making, list.steps[i]) != 0)
            return -1;
    return 0;
}

/* ---- gates and price ---- */

/* A gate that binds in several phases is judged for the latest before the guard: there it says most. */
static void judge_gates(struct making *making)
{
    struct plan *plan = making->plan;

    for (enum gate gate = 0; gate < GATE_COUNT; gate++)
        for (enum phase phase = PHASE_COMMIT + 1; phase-- > PHASE_PREPARE;)
            if (gate_binds(gate, plan->verb, plan->origin, phase)) {
                struct gate_verdict *verdict =
                    arena_push(plan->arena, &plan->gates, &plan->gate_count, sizeof(*verdict));

                making->question.phase = phase;
                *verdict = gate_judge(gate, &making->question, plan->arena);
                break;
            }
}

static void work_out_price(struct making *making)
{
    struct plan *plan = making->plan;

    const struct look *look = making->request->look;

    if (verb_moves_site(plan->verb))
        plan->chain = chain_plan_of(look, plan->arena);
    if (plan->verb == VERB_FAILOVER || plan->verb == VERB_MIRROR_FORCE)
        plan->loss = loss_bound(look, &making->request->last,
                                plan->verb == VERB_FAILOVER ? &plan->chain : NULL, plan->arena);
}

static void prepare_making(struct making *making, struct err *err)
{
    struct plan *plan = making->plan;
    const struct plan_request *request = making->request;

    making->scope = (struct step_scope){
        .pool = request->pool,
        .cast = request->look->cast,
        .verb = plan->verb,
        .look = request->look,
        .chain = verb_moves_site(plan->verb) ? &plan->chain : NULL,
        .run = plan->run,
        .epoch = plan->epoch,
        .override_dir = request->override_dir,
        .lock = pool_lock_resource(plan->arena, plan->pool),
        .rescue = plan->rescue,
        .arena = plan->arena,
        .err = err,
    };
    making->question = request->gates;
    making->question.verb = plan->verb;
    making->question.origin = plan->origin;
    making->question.look = request->look;
    making->question.loss = plan->loss;
    making->question.chain = making->scope.chain;
    making->question.rescue_forces = plan->rescue == RESCUE_FORCE;
    making->question.rescue_takes_tail = plan->rescue == RESCUE_TAIL;
}

static int fill(struct making *making, struct err *err)
{
    struct plan *plan = making->plan;

    if (choose_verb(making, err) != 0)
        return -1;
    note_world(making);
    number_run(making);
    work_out_price(making);
    prepare_making(making, err);
    if (make_steps(making) != 0)
        return -1;
    making->question.scripts_overridden = plan->unproven;
    judge_gates(making);
    plan_hash(plan);
    return 0;
}

struct plan *plan_new(const struct plan_request *request, struct err *err)
{
    AUTO(plan) struct plan *plan = plan_blank();
    struct making making = {.plan = plan, .request = request};
    struct plan *made;

    if (fill(&making, err) != 0)
        return NULL;
    made = plan;
    plan = NULL;
    return made;
}

bool plan_sends_sql(const struct plan *plan, const char *instance)
{
    for (size_t i = 0; i < plan->step_count; i++)
        for (size_t s = 0; !plan->steps[i].step->aside && s < plan->steps[i].sending_count; s++) {
            const struct sending *sending = &plan->steps[i].sendings[s];

            if ((sending->kind == SENDING_SQL || sending->kind == SENDING_LEDGER) &&
                strcmp(sending->target, instance) == 0)
                return true;
        }
    return false;
}

bool plan_is_committed(const struct plan *plan)
{
    for (size_t i = 0; i < plan->step_count; i++)
        if (plan->steps[i].step->phase == PHASE_COMMIT && plan->steps[i].state == STEP_DONE)
            return true;
    return false;
}

struct plan *plan_blank(void)
{
    struct arena *arena = arena_new();
    struct plan *plan = arena_alloc(arena, sizeof(*plan));

    plan->arena = arena;
    return plan;
}

void plan_free(struct plan *plan)
{
    if (plan)
        arena_free(plan->arena);
}
