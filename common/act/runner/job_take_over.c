#include "act/runner/jobs.h"

#include "act/judge/ledger_view.h"
#include "act/judge/lock_name.h"

#include <string.h>

enum { KILL_WAIT_MS = 600000, LOCK_WAIT_MS = 10000 };

static struct engine_result refused(struct arena *arena, const char *words)
{
    return (struct engine_result){.end = ENGINE_REFUSED, .step = "", .why = arena_text(arena, words)};
}

/* What the holder does just now, for people. */
static const char *work_of(const struct act_facts *facts, const struct lock_fact *holder, struct arena *arena)
{
    for (size_t i = 0; i < facts->request.count; i++) {
        const struct request_fact *request = &facts->request.rows[i];

        if (request->session_id.known && holder->session_id.known &&
            request->session_id.value == holder->session_id.value)
            return arena_format(arena, "%s, %lld %%", request->command ? request->command : "a statement",
                                request->percent_complete.known ? (long long)request->percent_complete.value
                                                                : 0LL);
    }
    return "no statement";
}

static const char *describe(const struct act_facts *facts, const struct ledger_run_fact *open,
                            const struct lock_fact *holder, struct arena *arena)
{
    return arena_format(arena, "run %lld is held by %s, session %lld (login %s, program %s, since %s), %s",
                        open ? (long long)open->run.value : 0LL, holder->host ? holder->host : "?",
                        holder->session_id.known ? (long long)holder->session_id.value : -1LL,
                        holder->login ? holder->login : "?", holder->program ? holder->program : "?",
                        holder->login_time ? holder->login_time : "?", work_of(facts, holder, arena));
}

static struct engine_result end_holder(const struct workshop *shop, const struct look *look,
                                       const struct lock_fact *holder, struct arena *arena)
{
    AUTO(pool_lock)
    struct pool_lock *lock = pool_lock_new(shop->ports.sql, pool_lock_resource(arena, shop->pool->fqdn));
    struct lock_failure failure;

    if (pool_lock_take_over(lock, ledger_view_of(look).instance, holder,
                            deadline_in_ms(shop->ports.clock, KILL_WAIT_MS), arena, &failure) == 0)
        return (struct engine_result){.end = ENGINE_DONE, .step = "", .why = NULL};
    return refused(arena, failure.failure.text ? failure.failure.text : "the holder's session does not end");
}

struct engine_result job_take_over(const struct workshop *shop, bool confirmed,
                                   const struct job_request *request, struct arena *arena)
{
    AUTO(look) struct look *look = shop->ports.looker.look(shop->ports.looker.user, false);
    const struct ledger_view ledger = ledger_view_of(look);
    const struct act_facts *facts = ledger.facts;
    const struct ledger_run_fact *open = facts ? ledger_open_run(&facts->ledger_run) : NULL;
    struct engine_result result;

    if (!open)
        return refused(arena, "the ledger knows of no run that is open");
    if (facts->lock.count) {
        const char *words = describe(facts, open, &facts->lock.rows[0], arena);

        if (!confirmed)
            return (struct engine_result){
                .end = ENGINE_WAITS,
                .step = "",
                .why = arena_format(arena, "%s -> pchatctl takeover --yes ends that session", words)};
        result = end_holder(shop, look, &facts->lock.rows[0], arena);
        if (result.end != ENGINE_DONE)
            return result;
    }
    return job_resume(shop, request, arena); /* raises the epoch before it sends anything */
}

struct engine_result job_leave(const struct workshop *shop, const struct job_request *request,
                               struct arena *arena)
{
    AUTO(look) struct look *look = shop->ports.looker.look(shop->ports.looker.user, false);
    const struct ledger_view ledger = ledger_view_of(look);
    const struct act_facts *facts = ledger.facts;
    const struct ledger_run_fact *open = facts ? ledger_open_run(&facts->ledger_run) : NULL;
    AUTO(pool_lock)
    struct pool_lock *lock = pool_lock_new(shop->ports.sql, pool_lock_resource(arena, shop->pool->fqdn));
    struct deadline deadline = deadline_in_ms(shop->ports.clock, LOCK_WAIT_MS);
    struct lock_failure refusal;
    struct sql_failure failure = {0};
    struct ledger_run row;

    if (!open)
        return refused(arena, "the ledger knows of no run that is open");
    if (!request->person)
        return refused(arena, "only a person may leave a run as it is");
    row = (struct ledger_run){.run = open->run.value,
                              .epoch = open->epoch.known ? open->epoch.value : 0,
                              .verb = open->verb,
                              .plan = open->plan,
                              .state = run_state_name(RUN_LEFT),
                              .holder = shop->holder};
    if (pool_lock_take(lock, ledger.instance, deadline, arena, &refusal) != 0)
        return refused(arena, "somebody else holds the pool lock -> pchatctl takeover");
    if (ledger_end(pool_lock_session(lock, ledger.instance->name), &row, deadline, arena, &failure) != 0)
        return refused(arena, failure.text ? failure.text : "the ledger does not take it");
    return (struct engine_result){
        .end = ENGINE_DONE, .step = "", .why = "left as it is; CRITICAL until the pool is protected again"};
}
