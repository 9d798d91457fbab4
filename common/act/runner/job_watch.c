#include "act/runner/jobs.h"

#include "act/drill/drill.h"
#include "act/engine/said.h"
#include "act/judge/ledger_view.h"
#include "act/runner/homecoming.h"
#include "assess/copies.h"
#include "assess/sight.h"
#include "base/strbuf.h"
#include "base/utc.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ---- what one look says ---- */

static bool nothing_is_seen(const struct look *look)
{
    for (size_t i = 0; i < look->snapshot->instance_count; i++)
        if (instance_seen(&look->snapshot->instances[i]))
            return false;
    return true;
}

/* The newest release of that object in the ledger; 0: none. */
static int64_t release_of(const struct look *look, const char *object)
{
    const struct ledger_view ledger = ledger_view_of(look);
    const struct ledger_note_fact *release = ledger_view_note(&ledger, NOTE_RELEASE, object);

    return release ? release->note.value : 0;
}

/* Was off, is not now, and nobody has released it since: it was seen off with that release as the newest. */
static bool is_lost(struct journal *journal, const struct look *look, const struct fence *fence,
                    struct arena *arena)
{
    const char *key = arena_format(arena, "fenced:%s", fence->object);
    const int64_t release = release_of(look, fence->object);
    struct err err = ERR_INIT;
    AUTO_FREE char *was_off = journal_get(journal, key, &err);

    if (fence->status == FENCE_OFF) {
        const char *now = arena_format(arena, "%lld", (long long)release);

        if (!was_off || strcmp(was_off, now) != 0)
            journal_set(journal, key, now, &err);
        return false;
    }
    return was_off && release <= strtoll(was_off, NULL, 10);
}

static const char *lost_fences(const struct workshop *shop, const struct look *look, struct arena *arena)
{
    AUTO(strbuf) struct strbuf lost = STRBUF_INIT;

    for (size_t i = 0; i < look->fence_count; i++)
        if (is_lost(shop->ports.journal, look, &look->fences[i], arena))
            strbuf_format(&lost, "%s%s", lost.length ? ", " : "", look->fences[i].object);
    return lost.length ? arena_text(arena, strbuf_text(&lost)) : NULL;
}

/* No failover waits for its failback, as the ledger that counts says. */
static bool is_at_home(const struct look *look)
{
    const struct ledger_view ledger = ledger_view_of(look);
    const struct ledger_run_fact *move;

    if (!ledger.is_of_record || ledger_open_run(&ledger.facts->ledger_run))
        return false;
    move = ledger_last_move(&ledger.facts->ledger_run);
    return !look->cast.serving || look->cast.serving->role == SITE_PRIMARY ||
           (move && move->verb && strcmp(move->verb, verb_name(VERB_SWITCHOVER)) == 0);
}

static void tell_look(const struct workshop *shop, const struct look *look, struct watch_outcome *outcome,
                      struct arena *arena)
{
    const struct act_facts *facts = ledger_view_of(look).facts;
    const struct ledger_run_fact *open = facts ? ledger_open_run(&facts->ledger_run) : NULL;
    const char *serving = facts ? ledger_serving_site(&facts->ledger_run) : NULL;

    outcome->sees_nothing = nothing_is_seen(look);
    outcome->open_run = open ? open->run.value : 0;
    outcome->failed_over = serving && strcmp(serving, shop->pool->sites[0].name) != 0;
    outcome->at_home = is_at_home(look);
    if (outcome->failed_over || open)
        outcome->fence_lost = lost_fences(shop, look, arena);
}

/* ---- what the journal missed ---- */

/* Runs that it has as open and the ledger as ended: by another runner, or by one that died before it wrote it
 * down here. */
struct missed_ends {
    const struct ledger_view *ledger;
    struct arena *arena;
    struct journal_run *runs;
    size_t count;
};

static void take_missed(void *user, const struct journal_run *run)
{
    struct missed_ends *missed = user;
    const struct ledger_run_fact *row = ledger_view_run(missed->ledger, run->run);
    struct journal_run *ended;

    if (strcmp(run->state, RUN_STATE_OPEN) != 0 || !row || !row->state ||
        strcmp(row->state, RUN_STATE_OPEN) == 0)
        return;
    ended = arena_push(missed->arena, &missed->runs, &missed->count, sizeof(*ended));
    *ended = *run;
    ended->plan = arena_text(missed->arena, run->plan);
    ended->verb = arena_text(missed->arena, run->verb);
    ended->pool = arena_text(missed->arena, run->pool);
    ended->origin = arena_text(missed->arena, run->origin);
    ended->person = arena_text(missed->arena, run->person);
    ended->state = arena_text(missed->arena, row->state);
}

static void learn_ends(const struct workshop *shop, const struct look *look, struct arena *arena)
{
    const struct ledger_view ledger = ledger_view_of(look);
    struct missed_ends missed = {.ledger = &ledger, .arena = arena};
    struct err err = ERR_INIT;

    if (!ledger.facts || journal_runs(shop->ports.journal, take_missed, &missed, &err) != 0)
        return;
    for (size_t i = 0; i < missed.count; i++) {
        missed.runs[i].ended_utc_ms = clock_utc_ms(shop->ports.clock);
        journal_put_run(shop->ports.journal, &missed.runs[i], &err);
    }
}

/* ---- what it leads to ---- */

static void wait_with(struct watch_outcome *outcome, const struct plan *plan, const char *why,
                      struct arena *arena)
{
    AUTO_FREE char *text = plan_to_text(plan, false);

    outcome->plan = arena_text(arena, plan->id);
    outcome->plan_text = arena_text(arena, text);
    outcome->result = (struct engine_result){.end = ENGINE_WAITS, .step = "", .why = why};
}

static bool is_approved(const struct workshop *shop, const struct look *look, enum verb verb,
                        const char *plan)
{
    struct gate_question question = {.verb = verb, .now = clock_mono(shop->ports.clock)};

    said_by_persons(look, plan, &question);
    return question.approved;
}

/* No person has approved it, and none need: the topology lets that verb go. */
static bool goes_by_itself(const struct workshop *shop, const struct look *look, enum verb verb,
                           const char *plan)
{
    return verb_may_be_automatic(verb) && topology_lets(shop->pool->acting, verb) &&
           !is_approved(shop, look, verb, plan);
}

/* What is at hand while a look is followed. */
struct watch {
    const struct workshop *shop;
    struct job_request request;
    struct look *look;
    bool has_files; /* the look knows the log backups */
    bool sees_home; /* the site that was failed over from was judged in this look */
    struct arena *arena;
    struct watch_outcome *outcome;
};

static void look_anew(struct watch *watch, bool wants_files)
{
    look_free(watch->look);
    watch->look = watch->shop->ports.looker.look(watch->shop->ports.looker.user, wants_files);
    watch->has_files = wants_files;
}

/* A plan that nobody asked for by hand: carried out where that is automatic, or where a person has approved
 * it. */
static void follow_plan(struct watch *watch, const struct plan *plan, struct last_writable last)
{
    const struct workshop *shop = watch->shop;

    watch->outcome->verb = plan->verb;
    watch->request.automatic = goes_by_itself(shop, watch->look, plan->verb, plan->id);
    wait_with(watch->outcome, plan, "a plan is ready", watch->arena);
    if (watch->request.automatic || is_approved(shop, watch->look, plan->verb, plan->id))
        watch->outcome->result = job_carry(shop, plan, &watch->request, watch->look, last, watch->arena);
}

/* ---- the way back ---- */

__attribute__((format(printf, 3, 4))) static void say_of_home(struct watch *watch, enum engine_end end,
                                                              const char *format, ...)
{
    va_list args;

    va_start(args, format);
    watch->outcome->result =
        (struct engine_result){.end = end, .step = "", .why = arena_vformat(watch->arena, format, args)};
    va_end(args);
}

/* Each of its words is the same at the next look, while nothing changes: people are told again what reads
 * otherwise. */
static void judge_home(struct watch *watch, const struct plan *plan)
{
    const struct workshop *shop = watch->shop;
    const int64_t after_s = shop->pool->acting->failback_after_s;
    const struct homecoming home =
        homecoming_see(shop->ports.journal, plan, clock_utc_ms(shop->ports.clock), watch->arena);
    char since[UTC_TEXT_BYTES];

    watch->sees_home = true;
    utc_format(home.well_since_utc_ms, since);
    if (home.why_not) {
        say_of_home(watch, ENGINE_REFUSED, "no failback while %s is not well: %s", plan->to_site,
                    home.why_not);
    } else if (home.well_s < after_s) {
        say_of_home(watch, ENGINE_WAITS, "%s is well since %s; a failback is planned after %lld s of it",
                    plan->to_site, since, (long long)after_s);
    } else {
        wait_with(watch->outcome, plan, NULL, watch->arena);
        say_of_home(watch, ENGINE_WAITS,
                    "%s is well since %s: a failback is ready, and begins when a person "
                    "applies it",
                    plan->to_site, since);
    }
}

/* As the person would plan it who alone may begin it: nothing of it is carried out here, approved or not. */
static void follow_home(struct watch *watch)
{
    struct job_request request = watch->request;
    struct err err = ERR_INIT;
    struct last_writable last;
    AUTO(plan) struct plan *plan = NULL;

    request.verb = VERB_FAILBACK;
    request.origin = ORIGIN_PERSON;
    watch->outcome->verb = VERB_FAILBACK;
    plan = job_plan_from(watch->shop, &request, watch->look, &last, &err);
    if (plan)
        judge_home(watch, plan);
    else
        say_of_home(watch, ENGINE_REFUSED, "no failback can be planned: %s", err.text);
}

/* Whatever is more urgent comes first, and is a site that is not well. */
static bool may_go_home(const struct watch *watch, bool episode)
{
    const struct watch_outcome *outcome = watch->outcome;

    return watch->request.failback && !episode && outcome->failed_over && !outcome->open_run &&
           !outcome->at_home && outcome->verb == VERB_NONE;
}

static void follow_look(struct watch *watch, bool episode)
{
    struct err err = ERR_INIT;
    struct last_writable last;
    AUTO(plan) struct plan *plan = NULL;

    watch->request.origin = ORIGIN_HANDLER;
    plan = job_plan_from(watch->shop, &watch->request, watch->look, &last, &err);
    if (!plan)
        watch->outcome->result = (struct engine_result){
            .end = ENGINE_REFUSED, .step = "", .why = arena_text(watch->arena, err.text)};
    else if (episode || plan->verb == VERB_FENCE)
        follow_plan(watch, plan, last);
    if (may_go_home(watch, episode))
        follow_home(watch);
}

/* ---- an open run ---- */

/* A person has approved it, and accepted what it loses or begun it without an episode: it does not stop
 * half-way for want of what a handler's needs.  What an episode asked for keeps its limits, whoever approved
 * it. */
static bool is_a_persons(const struct workshop *shop, const struct look *look, enum verb verb,
                         const char *plan, bool episode)
{
    struct gate_question question = {.verb = verb, .now = clock_mono(shop->ports.clock)};

    said_by_persons(look, plan, &question);
    return question.approved && (!episode || question.loss_accepted_unknown || question.loss_accepted_s >= 0);
}

/* Goes on with the run that is open, by itself where it was begun so. */
static struct engine_result follow_run(struct watch *watch, bool episode)
{
    const struct ledger_view ledger = ledger_view_of(watch->look);
    const struct ledger_run_fact *open = ledger_open_run(&ledger.facts->ledger_run);
    struct job_request same = watch->request;
    enum verb verb;

    if (open && open->verb && verb_parse(open->verb, &verb)) {
        const char *plan = open->plan ? open->plan : "";

        same.automatic = goes_by_itself(watch->shop, watch->look, verb, plan);
        if (is_a_persons(watch->shop, watch->look, verb, plan, episode))
            same.origin = ORIGIN_PERSON;
    }
    if (!watch->has_files)
        look_anew(watch, true);
    return job_resume_from(watch->shop, &same, watch->look, watch->arena);
}

static void follow(struct watch *watch, bool episode)
{
    if (watch->outcome->open_run) {
        watch->outcome->result = follow_run(watch, episode);
        if (watch->outcome->result.end != ENGINE_RETURNED)
            return;
        watch->request.verb = VERB_FENCE; /* before the run goes on */
        look_anew(watch, false);
    }
    if (watch->outcome->open_run || episode || watch->outcome->failed_over)
        follow_look(watch, episode);
}

/* What a drill that died has left goes when nothing more urgent is open. */
static void sweep_drills(const struct watch *watch)
{
    const struct workshop *shop = watch->shop;
    const struct drill_left left =
        drill_sweep(&shop->ports, shop->pool, shop->holder, watch->look, watch->arena);

    if (left.left)
        watch->outcome->drill_left =
            arena_format(watch->arena, "%zu side databases: %s", left.left, left.why ? left.why : "");
}

/* With an episode open a plan may be made: the log backups are looked at right away. */
struct watch_outcome job_watch(const struct workshop *shop, const struct job_request *request, bool episode,
                               struct arena *arena)
{
    struct watch_outcome outcome = {
        .result = {.end = ENGINE_DONE, .step = "", .why = "nothing is to be done"}};
    struct watch watch = {.shop = shop, .request = *request, .arena = arena, .outcome = &outcome};

    look_anew(&watch, episode || request->failback);
    tell_look(shop, watch.look, &outcome, arena);
    learn_ends(shop, watch.look, arena);
    follow(&watch, episode);
    if (!watch.sees_home)
        homecoming_forget(shop->ports.journal, shop->pool->fqdn);
    if (!episode && !outcome.open_run && !request->drills)
        sweep_drills(&watch);
    look_free(watch.look);
    return outcome;
}
