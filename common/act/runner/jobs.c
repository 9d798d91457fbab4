#include "act/runner/jobs.h"

#include "act/judge/ledger_view.h"
#include "act/judge/lock_name.h"
#include "act/runner/sightings.h"
#include "assess/server_time.h"
#include "assess/sight.h"
#include "base/strbuf.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { LOCK_WAIT_MS = 10000, SECONDS_PER_MINUTE = 60, PLANS_ANEW_MOST = 3 };

/* ---- what both planning and carrying out begin with ---- */

/* look: by whose ledger a monitoring system may begin again; a person knows what he begins. */
static struct gate_question question_of(const struct workshop *shop, const struct job_request *request,
                                        const struct look *look)
{
    struct gate_question question = {
        .hard = request->origin == ORIGIN_PERSON || request->hard,
        .downtime = request->downtime,
        .paused = request->paused,
        .automatic = request->automatic,
        .without_secondary = request->without_secondary,
        .holder = shop->holder,
        .loss_accepted_s = -1,
        .since_last_run_s = -1,
        .now = clock_mono(shop->ports.clock),
    };

    if (request->origin == ORIGIN_HANDLER) {
        const struct ledger_view ledger = ledger_view_of(look);

        question.since_last_run_s = ledger_view_since_move_s(&ledger);
    }
    return question;
}

static struct look *look_once(const struct workshop *shop)
{
    return shop->ports.looker.look(shop->ports.looker.user, true);
}

static struct plan *plan_from(const struct workshop *shop, const struct job_request *request,
                              const struct look *look, struct last_writable last, struct err *err)
{
    struct plan_request wanted = {
        .pool = shop->pool,
        .topology_sha256 = shop->topology_sha256,
        .verb = request->verb,
        .origin = request->origin,
        .look = look,
        .override_dir = shop->pool->acting ? shop->pool->acting->runbooks : NULL,
        .gates = question_of(shop, request, look),
        .last = last,
    };

    wanted.gates.automatic = false; /* a plan is the same, whoever carries it out */
    wanted.gates.secondary_never_recovered = sightings_secondary_never_recovered(shop->ports.journal, look);
    return plan_new(&wanted, err);
}

static int keep_plan(const struct workshop *shop, const struct plan *plan, struct err *err)
{
    AUTO_FREE char *json = plan_to_json(plan);
    AUTO_FREE char *text = plan_to_text(plan, false);

    return journal_put_plan(shop->ports.journal, plan->id, json, text, clock_utc_ms(shop->ports.clock), err);
}

struct plan *job_plan_from(const struct workshop *shop, const struct job_request *request,
                           const struct look *look, struct last_writable *ret_last, struct err *err)
{
    AUTO(plan) struct plan *plan = NULL;
    struct plan *kept;

    *ret_last = sightings_update(shop->ports.journal, look, clock_mono(shop->ports.clock));
    plan = plan_from(shop, request, look, *ret_last, err);
    if (!plan || keep_plan(shop, plan, err) != 0)
        return NULL;
    kept = plan;
    plan = NULL;
    return kept;
}

struct plan *job_plan(const struct workshop *shop, const struct job_request *request, struct err *err)
{
    struct look *look = look_once(shop);
    struct last_writable last;
    struct plan *plan = job_plan_from(shop, request, look, &last, err);

    if (!plan) {
        look_free(look);
        return NULL;
    }
    arena_adopt(plan->arena, look->snapshot->arena);
    arena_adopt(plan->arena, look->arena); /* the chain's files are the look's */
    return plan;
}

/* ---- a person's word ---- */

/* Where the ledger of record is; by design while nothing of it is seen. */
static const struct topology_sql *keeper_of(const struct look *look)
{
    const struct ledger_view ledger = ledger_view_of(look);

    return ledger.instance ? ledger.instance : look->cast.parts[ledger_part(look)];
}

static int say_at(const struct workshop *shop, const struct topology_sql *keeper,
                  const struct ledger_note *note, struct err *err)
{
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(pool_lock)
    struct pool_lock *lock = pool_lock_new(shop->ports.sql, pool_lock_resource(arena, shop->pool->fqdn));
    struct deadline deadline = deadline_in_ms(shop->ports.clock, LOCK_WAIT_MS);
    struct lock_failure refusal;
    struct sql_failure failure = {0};

    if (!keeper)
        return err_set(err, ERR_CONFIG, "%s has no secondary: nothing keeps its ledger", shop->pool->fqdn);
    if (pool_lock_take(lock, keeper, deadline, arena, &refusal) != 0)
        return err_set(err, ERR_IO, "the ledger of %s cannot be written: %s", keeper->name,
                       refusal.held_by_other ? "a run holds the pool lock" : refusal.failure.text);
    if (ledger_write_note(pool_lock_session(lock, keeper->name), note, deadline, arena, &failure) != 0)
        return err_set(err, ERR_IO, "the ledger of %s cannot be written: %s", keeper->name, failure.text);
    return 0;
}

int job_say(const struct workshop *shop, const struct ledger_note *note, struct err *err)
{
    AUTO(look) struct look *look = shop->ports.looker.look(shop->ports.looker.user, false);

    return say_at(shop, keeper_of(look), note, err);
}

/* "12" minutes as seconds, for the ledger. */
static const char *loss_text(struct arena *arena, const char *accept)
{
    char *end;
    long minutes;

    if (strcmp(accept, "unknown") == 0)
        return accept;
    minutes = strtol(accept, &end, 10);
    return end == accept || *end || minutes < 0 ? NULL
                                                : arena_format(arena, "%ld", minutes * SECONDS_PER_MINUTE);
}

/* All that the command line of a person says of that plan. */
static int say_all(const struct workshop *shop, const struct look *look, const char *plan,
                   const struct job_request *request, struct arena *arena, struct err *err)
{
    const struct topology_sql *keeper = keeper_of(look);
    const int64_t valid_s = shop->pool->acting->approval_valid_s;
    struct ledger_note note = {.plan = plan, .person = request->person, .valid_s = valid_s};

    if (!request->person)
        return 0;
    note.kind = NOTE_APPROVAL;
    if (request->approves && say_at(shop, keeper, &note, err) != 0)
        return -1;
    note.kind = NOTE_LOSS;
    note.text = request->accept_loss ? loss_text(arena, request->accept_loss) : NULL;
    if (request->accept_loss && !note.text)
        return err_set(err, ERR_USAGE, "\"%s\" is no loss, expected minutes or unknown",
                       request->accept_loss);
    if (request->accept_loss && request->approves && say_at(shop, keeper, &note, err) != 0)
        return -1;
    note = (struct ledger_note){
        .plan = plan, .person = request->person, .valid_s = valid_s, .kind = NOTE_OVERRIDE};
    for (size_t i = 0; request->approves && i < request->override_count; i++) {
        note.object = request->overrides[i];
        if (say_at(shop, keeper, &note, err) != 0)
            return -1;
    }
    return 0;
}

/* ---- carrying out ---- */

__attribute__((format(printf, 2, 3))) static struct engine_result refuse(struct arena *arena,
                                                                         const char *format, ...)
{
    struct engine_result result = {.end = ENGINE_REFUSED, .step = "", .why = NULL};
    va_list args;

    va_start(args, format);
    result.why = arena_vformat(arena, format, args);
    va_end(args);
    return result;
}

/* The open run of the ledger, or NULL. */
static const struct ledger_run_fact *open_run(const struct look *look)
{
    const struct ledger_view ledger = ledger_view_of(look);

    return ledger.facts ? ledger_open_run(&ledger.facts->ledger_run) : NULL;
}

static bool has_expired(const struct plan *plan, const struct plan *fresh)
{
    return plan->made_utc_ms && fresh->made_utc_ms - plan->made_utc_ms > (int64_t)PLAN_VALID_S * 1000;
}

/* The same in all but what grew along the same log chain: the old files first, in their order. */
static bool grew_along_its_chain(const struct plan *old, const struct plan *fresh)
{
    if (old->verb != fresh->verb || old->chain.file_count > fresh->chain.file_count ||
        fresh->chain.state != CHAIN_COMPLETE || old->run != fresh->run ||
        old->copy_count != fresh->copy_count)
        return false;
    for (size_t i = 0; i < old->chain.file_count; i++) {
        const char *a = old->chain.files[i]->backup_set_guid, *b = fresh->chain.files[i]->backup_set_guid;

        if (!a || !b || strcmp(a, b) != 0)
            return false;
    }
    for (size_t i = 0; i < old->copy_count; i++)
        if (strcmp(old->copies[i].state, fresh->copies[i].state) != 0)
            return false;
    return true;
}

/* A copy that comes back while a run is open is shut out in the midst of it; the run goes on afterwards. */
static bool is_within_run(const struct plan *plan, const struct look *look)
{
    const struct ledger_run_fact *open = open_run(look);

    return plan->verb == VERB_FENCE && open && open->verb && strcmp(open->verb, verb_name(VERB_FENCE)) != 0;
}

/* Other verbs wait for the run to end, and it may need what is gone for good. */
static void tell_way_out(const struct ledger_run_fact *open, struct err *err)
{
    AUTO_FREE char *why = strdup(err->text);

    err_set(err, err->kind, "run %lld: %s; or let it end as it is: pchatctl abandon --leave-as-is",
            open->run.known ? (long long)open->run.value : 0LL, why ? why : "it cannot be planned");
}

/* The run of the ledger that is open, planned anew from where the world is; NULL with *err.  Behind the point
 * of no return it goes on by the ledger alone, which has the run and what was approved. */
static struct plan *plan_open_run(const struct workshop *shop, const struct job_request *request,
                                  const struct look *look, struct last_writable *ret_last, struct err *err)
{
    const struct ledger_run_fact *open = open_run(look);
    struct job_request same = *request;
    AUTO(plan) struct plan *plan = NULL;
    struct plan *made;

    if (!open || !open->verb || !verb_parse(open->verb, &same.verb)) {
        err_set(err, ERR_INPUT, "the ledger knows of no run that is open");
        return NULL;
    }
    *ret_last = sightings_update(shop->ports.journal, look, clock_mono(shop->ports.clock));
    plan = plan_from(shop, &same, look, *ret_last, err);
    if (!plan)
        tell_way_out(open, err);
    if (!plan || (keep_plan(shop, plan, err) != 0 && !plan_is_committed(plan)))
        return NULL;
    made = plan;
    plan = NULL;
    return made;
}

static struct engine_result carry_once(const struct workshop *shop, const struct plan *plan,
                                       const char *approved, const struct job_request *request,
                                       const struct look *look, bool resumes, struct last_writable last,
                                       struct arena *arena)
{
    AUTO(pool_lock)
    struct pool_lock *lock = pool_lock_new(shop->ports.sql, pool_lock_resource(arena, shop->pool->fqdn));
    struct engine_run run = {
        .pool = shop->pool,
        .plan = plan,
        .approved_plan = approved,
        .holder = shop->holder,
        .resumes = resumes || is_within_run(plan, look),
        .within = is_within_run(plan, look),
        .said = question_of(shop, request, look),
        .last = last,
        .lock = lock,
        .override_dir = shop->pool->acting ? shop->pool->acting->runbooks : NULL,
    };

    run.said.secondary_never_recovered = sightings_secondary_never_recovered(shop->ports.journal, look);
    return engine_carry_out(&shop->ports, &run, arena);
}

/* The same run, by a plan that has what was not there when the other was made. */
static struct engine_result carry_anew(const struct workshop *shop, const char *approved,
                                       const struct job_request *request, struct arena *arena)
{
    AUTO(look) struct look *look = look_once(shop);
    struct err err = ERR_INIT;
    struct last_writable last;
    AUTO(plan) struct plan *plan = plan_open_run(shop, request, look, &last, &err);

    if (!plan)
        return refuse(arena, "%s", err.text);
    return carry_once(shop, plan, approved, request, look, true, last, arena);
}

static struct engine_result carry(const struct workshop *shop, const struct plan *plan, const char *approved,
                                  const struct job_request *request, const struct look *look, bool resumes,
                                  struct last_writable last, struct arena *arena)
{
    struct engine_result result = carry_once(shop, plan, approved, request, look, resumes, last, arena);

    for (int i = 0; result.plan_anew && i < PLANS_ANEW_MOST; i++)
        result = carry_anew(shop, approved, request, arena);
    return result;
}

/* What differs, for people: the first thing that does. */
static const char *difference(const struct plan *old, const struct plan *fresh, struct arena *arena)
{
    for (size_t i = 0; i < old->copy_count && i < fresh->copy_count; i++)
        if (strcmp(old->copies[i].state, fresh->copies[i].state) != 0)
            return arena_format(arena, "the copy of %s was %s and is %s", old->copies[i].instance,
                                old->copies[i].state, fresh->copies[i].state);
    if (old->chain.file_count != fresh->chain.file_count)
        return arena_format(arena, "%zu log backups were to be restored, now %zu", old->chain.file_count,
                            fresh->chain.file_count);
    if (old->run != fresh->run || old->epoch != fresh->epoch)
        return "another run came between";
    for (size_t i = 0; i < old->gate_count && i < fresh->gate_count; i++)
        if (plan_counts_gate(fresh->gates[i].gate) &&
            (old->gates[i].gate != fresh->gates[i].gate || old->gates[i].state != fresh->gates[i].state))
            return arena_format(arena, "the gate \"%s\" judges otherwise: %s",
                                gate_title(fresh->gates[i].gate),
                                fresh->gates[i].observed ? fresh->gates[i].observed : "");
    return "what would be sent differs";
}

static struct engine_result apply_fresh(const struct workshop *shop, const struct plan *plan,
                                        const struct plan *fresh, const struct job_request *request,
                                        const struct look *look, struct last_writable last,
                                        struct arena *arena)
{
    struct err err = ERR_INIT;

    if (has_expired(plan, fresh))
        return refuse(arena, "%s: the plan is older than 15 min -> pchatctl plan", plan->id);
    if (strcmp(plan->hash, fresh->hash) != 0 && !grew_along_its_chain(plan, fresh))
        return refuse(arena, "the world is not as it was planned: %s -> pchatctl plan",
                      difference(plan, fresh, arena));
    if (say_all(shop, look, plan->id, request, arena, &err) != 0)
        return refuse(arena, "%s", err.text);
    if (keep_plan(shop, fresh, &err) != 0)
        return refuse(arena, "%s", err.text);
    return carry(shop, fresh, plan->id, request, look, false, last, arena);
}

/* No open run, and a plan that was made of this very look: nothing lies between. */
struct engine_result job_carry(const struct workshop *shop, const struct plan *plan,
                               const struct job_request *request, const struct look *look,
                               struct last_writable last, struct arena *arena)
{
    return carry(shop, plan, plan->id, request, look, false, last, arena);
}

struct engine_result job_apply(const struct workshop *shop, const char *id, const struct job_request *request,
                               struct arena *arena)
{
    struct err err = ERR_INIT;
    AUTO_FREE char *json = journal_get_plan(shop->ports.journal, id, &err);
    AUTO(plan) struct plan *plan = json ? plan_from_json(json, strlen(json), &err) : NULL;
    AUTO(look) struct look *look = NULL;
    AUTO(plan) struct plan *fresh = NULL;
    struct job_request same = *request;
    const struct ledger_run_fact *open;
    struct last_writable last;

    if (!plan)
        return refuse(arena, "%s", err.text);
    look = look_once(shop);
    open = open_run(look);
    if (open && open->plan && strcmp(open->plan, id) == 0)
        return job_resume_from(shop, request, look, arena);
    last = sightings_update(shop->ports.journal, look, clock_mono(shop->ports.clock));
    same.verb = plan->verb;
    same.origin = plan->origin;
    same.hard = true; /* it was when it was planned; what has passed since, the other gates tell */
    fresh = plan_from(shop, &same, look, last, &err);
    return fresh ? apply_fresh(shop, plan, fresh, &same, look, last, arena) : refuse(arena, "%s", err.text);
}

/* ---- the open run ---- */

struct engine_result job_resume_from(const struct workshop *shop, const struct job_request *request,
                                     const struct look *look, struct arena *arena)
{
    struct err err = ERR_INIT;
    struct last_writable last;
    AUTO(plan) struct plan *plan = plan_open_run(shop, request, look, &last, &err);
    const struct ledger_run_fact *open = open_run(look);
    const char *approved = open && open->plan ? open->plan : "";

    if (!plan)
        return refuse(arena, "%s", err.text);
    if (say_all(shop, look, approved, request, arena, &err) != 0)
        return (struct engine_result){
            .end = ENGINE_RESUMABLE, .step = "", .why = arena_text(arena, err.text)};
    return carry(shop, plan, arena_text(arena, approved), request, look, true, last, arena);
}

struct engine_result job_resume(const struct workshop *shop, const struct job_request *request,
                                struct arena *arena)
{
    AUTO(look) struct look *look = look_once(shop);

    return job_resume_from(shop, request, look, arena);
}

struct engine_result job_put_back(const struct workshop *shop, const struct job_request *request,
                                  struct arena *arena)
{
    AUTO(look) struct look *look = look_once(shop);
    struct err err = ERR_INIT;
    struct last_writable last;
    AUTO(plan) struct plan *plan = plan_open_run(shop, request, look, &last, &err);
    AUTO(pool_lock)
    struct pool_lock *lock = pool_lock_new(shop->ports.sql, pool_lock_resource(arena, shop->pool->fqdn));
    struct engine_run run = {.pool = shop->pool, .holder = shop->holder, .resumes = true, .lock = lock};

    if (!plan)
        return refuse(arena, "%s", err.text);
    run.plan = plan;
    run.approved_plan = plan->id;
    run.said = question_of(shop, request, look);
    return engine_put_back(&shop->ports, &run, arena);
}
