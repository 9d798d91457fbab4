/* Somebody at the console, who reads what the runner says, types what it asks for, and does by hand what only
 * people can. */
#include "rehearse/play.h"

#include "act/judge/ledger_words.h"
#include "base/cleanup.h"

#include <stdio.h>
#include <string.h>

enum {
    PASS_MS = 30000, /* of the runner, while an episode is open */
    TRIES_MOST = 6,  /* with the same answer */
    TRY_AGAIN_MS = 60000,
    TYPING_MS = 20000,
    OBJECTS_MOST = 16,
    PLANS_MOST = 6,
    DOOMED_MS = 60 * PLAY_MINUTE_MS,
    MS_PER_MINUTE = 60000,
};

/* ---- what is printed ---- */

static void show_plan(struct play *play, const struct plan *plan)
{
    AUTO_FREE char *text = plan_to_text(plan, true);
    struct shown_plan *shown;

    for (size_t i = 0; i < play->plan_count; i++)
        if (strcmp(play->plans[i].id, plan->id) == 0)
            return;
    shown = arena_push(play->arena, &play->plans, &play->plan_count, sizeof(*shown));
    *shown =
        (struct shown_plan){.id = arena_text(play->arena, plan->id),
                            .title = strcmp(plan->from_site, plan->to_site) != 0
                                         ? arena_format(play->arena, "%s %s -> %s", verb_name(plan->verb),
                                                        plan->from_site, plan->to_site)
                                         : verb_name(plan->verb),
                            .text = arena_text(play->arena, text)};
}

static const struct shown_plan *shown_as(const struct play *play, const char *id)
{
    for (size_t i = 0; i < play->plan_count; i++)
        if (strcmp(play->plans[i].id, id) == 0)
            return &play->plans[i];
    return NULL;
}

/* Where the next gate begins in "TITLE - WHY -> REMEDY; TITLE - WHY..."; the end of the text: nowhere. */
static const char *next_gate(const char *text)
{
    for (const char *at = strstr(text, "; "); at; at = strstr(at + 1, "; "))
        for (int gate = 0; gate < GATE_COUNT; gate++) {
            const char *title = gate_title((enum gate)gate), *behind = at + strlen("; ");
            const size_t length = strlen(title);

            if (strncmp(behind, title, length) == 0 && strncmp(behind + length, " - ", strlen(" - ")) == 0)
                return at;
        }
    return text + strlen(text);
}

/* What stands first, and its remedy; the rest is in the story. */
static void end_by(struct play *play, enum ending ending, const char *text)
{
    const char *end = next_gate(text), *arrow = strstr(text, " -> ");
    const bool has_remedy = arrow && arrow < end;
    const char *why_ends = has_remedy ? arrow : end;

    play_end(play, ending, arena_format(play->arena, "%.*s", (int)(why_ends - text), text),
             has_remedy ? arena_format(play->arena, "%.*s", (int)(end - arrow - 4), arrow + 4) : NULL);
    play->more = *end ? arena_text(play->arena, end + strlen("; ")) : NULL;
}

static void end_with(struct play *play, const struct engine_result *result)
{
    static const enum ending endings[ENGINE_END_COUNT] = {
        [ENGINE_DONE] = ENDING_DONE,         [ENGINE_REFUSED] = ENDING_REFUSED,
        [ENGINE_RESUMABLE] = ENDING_STOPPED, [ENGINE_CHANGED] = ENDING_STOPPED,
        [ENGINE_RETURNED] = ENDING_STOPPED,  [ENGINE_WAITS] = ENDING_WAITS};

    end_by(play, endings[result->end], result->why ? result->why : "");
}

/* ---- the runner by itself ---- */

static const struct job_request by_episode = {.origin = ORIGIN_HANDLER, .hard = true};

struct watching {
    const char *said; /* the last that was told */
    const char *plan; /* id of the newest; NULL: none */
    bool goes_by_itself, carried_out, fenced;
};

static void tell_outcome(struct play *play, struct watching *watching, const struct watch_outcome *outcome)
{
    const char *said = play_text(play, "%s%s%s: %s", outcome->fence_lost ? "fence_lost: " : "",
                                 outcome->fence_lost ? outcome->fence_lost : "",
                                 engine_end_name(outcome->result.end), outcome->result.why);

    if (watching->said && strcmp(watching->said, said) == 0)
        return;
    watching->said = said;
    if (outcome->fence_lost)
        play_tell(play, TELLER_RUNNER, NULL, "fence_lost: %s", outcome->fence_lost);
    play_tell(play, TELLER_RUNNER, outcome->plan_text, "%s%s%s",
              outcome->result.end == ENGINE_DONE ? "" : engine_end_name(outcome->result.end),
              outcome->result.end == ENGINE_DONE ? "" : ": ", outcome->result.why);
}

static struct plan *kept_plan(const struct play *play, const char *id)
{
    struct err err = ERR_INIT;
    AUTO_FREE char *json = journal_get_plan(play_runner(play)->journal, id, &err);

    return json ? plan_from_json(json, strlen(json), &err) : NULL;
}

static void note_carried(struct play *play, const char *id)
{
    AUTO(plan) struct plan *plan = kept_plan(play, id);

    if (!plan)
        return;
    show_plan(play, plan);
    play->estimate_s += plan->estimate_s;
    play->done = play->done ? arena_format(play->arena, "%s, %s", play->done, shown_as(play, id)->title)
                            : shown_as(play, id)->title;
}

/* A fence in the midst of a run does not end it. */
static void take_done(struct play *play, struct watching *watching, const struct watch_outcome *outcome)
{
    const bool is_done = outcome->result.end == ENGINE_DONE,
               is_within = outcome->open_run && outcome->verb == VERB_FENCE;
    const char *plan = outcome->plan ? outcome->plan : watching->plan;

    watching->fenced = is_done && outcome->verb == VERB_FENCE;
    watching->carried_out = is_done && !is_within && (outcome->plan || outcome->open_run);
    if (plan && (watching->fenced || watching->carried_out))
        note_carried(play, plan);
}

static void look_once(struct play *play, bool episode, struct watching *watching)
{
    AUTO(arena) struct arena *arena = arena_new();
    const struct watch_outcome outcome = job_watch(&play_runner(play)->shop, &by_episode, episode, arena);

    tell_outcome(play, watching, &outcome);
    if (outcome.plan && !(outcome.open_run && watching->plan)) {
        watching->plan = arena_text(play->arena, outcome.plan);
        watching->goes_by_itself = topology_lets(play->shape->pool.acting, outcome.verb);
    }
    end_with(play, &outcome.result);
    take_done(play, watching, &outcome);
}

/* Until a plan waits or was carried out, or nothing is to be done any more. */
static struct watching watch(struct play *play, bool episode, int64_t most_ms)
{
    const int64_t until_ms = campaign_now_ms(play->campaign) + most_ms;
    struct watching watching = {0};

    while (campaign_now_ms(play->campaign) < until_ms && !watching.plan) {
        look_once(play, episode, &watching);
        if (watching.carried_out || (!watching.plan && play->ending == ENDING_DONE && play_chat_flows(play)))
            break;
        if (!watching.plan)
            play_advance(play, PASS_MS);
    }
    return watching;
}

/* The runner goes on by itself with what it has begun. */
static bool watch_on(struct play *play, struct watching watching, int64_t most_ms)
{
    const int64_t until_ms = campaign_now_ms(play->campaign) + most_ms;

    while (campaign_now_ms(play->campaign) < until_ms && !watching.carried_out) {
        play_advance(play, PASS_MS);
        look_once(play, true, &watching);
    }
    return watching.carried_out;
}

void person_waits_for_runner(struct play *play, bool episode, int64_t most_ms)
{
    const struct watching watching = watch(play, episode, most_ms);

    if (episode && watching.goes_by_itself)
        watch_on(play, watching, most_ms);
}

/* ---- what a plan asks of people ---- */

struct chore {
    struct play *play;
    const struct plan *plan;
    struct job_request *request;
    const char **overrides; /* room for one of each gate */
    char command[512];      /* what is added to `pchatctl apply --plan ID` */
};

static void add_words(struct chore *chore, const char *words)
{
    const size_t length = strlen(chore->command);

    snprintf(chore->command + length, sizeof chore->command - length, " %s", words);
}

static bool is_off(const struct play *play, const char *object)
{
    return campaign_world_is_off(play->campaign->world, object);
}

static void switch_off_by_hand(struct play *play, const char *object)
{
    play->hands++;
    play_tell(play, TELLER_HANDS, NULL, "switch %s off, so that it does not come back by itself", object);
    play_world_silently(play, play_text(play, "host_down %s", object));
}

static void say_word(struct play *play, const char *object)
{
    const struct ledger_note note = {.kind = NOTE_FENCE,
                                     .object = object,
                                     .person = play->shape->approver.name,
                                     .text = "seen by me",
                                     .valid_s = play->shape->pool.acting->fence_word_valid_s};
    struct err err = ERR_INIT;

    play->words++;
    if (job_say(&play_runner(play)->shop, &note, &err) != 0)
        play_tell(play, TELLER_RUNNER, NULL, "%s", err.text);
}

static size_t objects_left_behind(const struct chore *chore, const char *objects[OBJECTS_MOST])
{
    const struct topology_pool *pool = &chore->play->shape->pool;
    size_t count = 0;

    for (size_t s = 0; s < pool->site_count; s++) {
        const struct topology_site *site = &pool->sites[s];

        if (strcmp(site->name, chore->plan->from_site) != 0)
            continue;
        for (size_t i = 0; i < site->sql_count && count < OBJECTS_MOST; i++)
            if (site->sql[i].role != SQL_WITNESS)
                objects[count++] = site->sql[i].name;
        for (size_t i = 0;
             i < site->chat_server_count && count < OBJECTS_MOST && verb_moves_site(chore->plan->verb); i++)
            objects[count++] = site->chat_servers[i].name;
    }
    return count;
}

/* Within a site the mirror takes over: it is not left behind. */
static bool is_heir(const struct chore *chore, const char *object)
{
    return chore->plan->verb == VERB_MIRROR_FORCE && !is_off(chore->play, object);
}

/* Nobody says that something is off which he has not seen off. */
static void give_words(struct chore *chore)
{
    struct play *play = chore->play;
    const char *objects[OBJECTS_MOST], *list = "";
    const size_t count = objects_left_behind(chore, objects);

    for (size_t i = 0; i < count; i++) {
        if (is_heir(chore, objects[i]))
            continue;
        if (!is_off(play, objects[i]))
            switch_off_by_hand(play, objects[i]);
        list = play_text(play, "%s %s", list, objects[i]);
    }
    if (play->shape->has_fence_program || !play->shape->approver.name)
        return;
    play_tell(play, TELLER_PERSON, NULL, "pchatctl fence-word%s --reason \"no power, seen by me\"", list);
    for (size_t i = 0; i < count; i++)
        if (!is_heir(chore, objects[i]))
            say_word(play, objects[i]);
}

/* With a program of the site that switches off, the plan does it by itself. */
static void see_to_fence(struct chore *chore)
{
    if (!chore->play->shape->has_switch || !chore->play->shape->has_fence_program)
        give_words(chore);
}

static const char *store_of(const struct play *play, const char *site)
{
    const struct topology_pool *pool = &play->shape->pool;

    for (size_t i = 0; i < pool->site_count; i++)
        if (strcmp(pool->sites[i].name, site) == 0)
            return play->shape->stores[pool->sites[i].role];
    return "";
}

static void move_store(struct chore *chore)
{
    struct play *play = chore->play;
    const char *store = store_of(play, chore->plan->to_site);

    play->hands++;
    play_tell(play, TELLER_HANDS, NULL, "on %s: Invoke-CsManagementServerFailover", store);
    play_world_silently(play, play_text(play, ".step_move_store %s", store));
}

static void move_next_hop(struct chore *chore)
{
    struct play *play = chore->play;
    const char *store = store_of(play, chore->plan->to_site);

    play->hands++;
    play_tell(play, TELLER_HANDS, NULL,
              "on %s: Invoke-CsPoolFailOver -DisasterMode, for the users of the other front end pool", store);
    play_world_silently(play, play_text(play, ".step_move_next_hop %s", store));
}

static void accept_loss(struct chore *chore)
{
    const struct loss *loss = &chore->plan->loss;

    chore->request->accept_loss =
        loss->known ? play_text(chore->play, "%lld",
                                (long long)((loss->bound_ms + MS_PER_MINUTE - 1) / MS_PER_MINUTE))
                    : "unknown";
    add_words(chore, play_text(chore->play, "--accept-loss %s", chore->request->accept_loss));
}

static void override(struct chore *chore, enum gate gate)
{
    chore->overrides[chore->request->override_count++] = gate_name(gate);
    chore->request->overrides = chore->overrides;
    add_words(chore, play_text(chore->play, "--override %s", gate_name(gate)));
}

/* What only the old copy has is read first, then passed over. */
static void pass_stranded(struct chore *chore)
{
    play_tell(chore->play, TELLER_PERSON, NULL, "pchatctl stranded, and reads what the old copy alone holds");
    override(chore, GATE_stranded);
}

/* Nobody has the file elsewhere: chat ends where the last good one does. */
static void pass_chain(struct chore *chore)
{
    if (!verb_is_planned(chore->plan->verb))
        override(chore, GATE_chain);
}

/* What a person does with his hands, whoever approves; and what he says when it is he. */
static const struct {
    void (*see_to)(struct chore *chore);
    bool is_said;
} chores[GATE_COUNT] = {
    [GATE_fence] = {see_to_fence, false},     [GATE_management] = {move_store, false},
    [GATE_next_hop] = {move_next_hop, false}, [GATE_loss] = {accept_loss, true},
    [GATE_stranded] = {pass_stranded, true},  [GATE_chain] = {pass_chain, true},
};

/* The limit of what may be lost unasked is not for persons: who approves says what he accepts. */
static void do_chores(struct chore *chore, bool by_hand_alone)
{
    for (size_t i = 0; i < chore->plan->gate_count; i++) {
        const struct gate_verdict *verdict = &chore->plan->gates[i];
        bool is_seen = false;

        for (size_t k = 0; k < i; k++)
            is_seen |= chore->plan->gates[k].gate == verdict->gate;
        if ((verdict->state != GATE_OK || verdict->gate == GATE_loss) && !is_seen &&
            chores[verdict->gate].see_to && !(by_hand_alone && chores[verdict->gate].is_said))
            chores[verdict->gate].see_to(chore);
    }
}

/* Of a plan that goes by itself. */
static void lend_a_hand(struct play *play, const struct plan *plan)
{
    struct chore chore = {.play = play, .plan = plan};

    play_advance(play, TYPING_MS);
    do_chores(&chore, true);
}

/* ---- carrying a plan out ---- */

static struct job_request request_of_person(const struct play *play)
{
    const struct topology_person *approver = &play->shape->approver;

    return (struct job_request){
        .origin = ORIGIN_PERSON, .person = approver->name, .approves = approver->name, .hard = true};
}

/* Not what is there without the run's own doing: what it waits for, people have seen to. */
static bool is_worth_trying(enum engine_end end)
{
    return end == ENGINE_WAITS || end == ENGINE_RESUMABLE || end == ENGINE_CHANGED;
}

static void tell_result(struct play *play, const struct engine_result *result)
{
    if (result->end == ENGINE_DONE)
        play_tell(play, TELLER_RUNNER, NULL, "%s", result->why);
    else
        play_tell(play, TELLER_RUNNER, NULL, "%s: %s", engine_end_name(result->end), result->why);
}

static bool apply(struct play *play, const char *id, const struct job_request *request)
{
    const char *said = "";

    for (int same = 0; same < TRIES_MOST; same++) {
        AUTO(arena) struct arena *arena = arena_new();
        const struct engine_result result = job_apply(&play_runner(play)->shop, id, request, arena);

        end_with(play, &result);
        if (strcmp(said, play->why) != 0) {
            tell_result(play, &result);
            same = 0;
        }
        said = play->why;
        if (result.end == ENGINE_RETURNED && person_fences(play))
            continue;
        if (!is_worth_trying(result.end))
            break;
        play_advance(play, TRY_AGAIN_MS);
    }
    if (play->ending == ENDING_DONE)
        note_carried(play, id);
    return play->ending == ENDING_DONE;
}

static struct job_request prepare(struct play *play, const struct plan *plan)
{
    struct job_request request = request_of_person(play);
    struct chore chore = {.play = play,
                          .plan = plan,
                          .request = &request,
                          .overrides = arena_alloc(play->arena, GATE_COUNT * sizeof(const char *))};

    play_advance(play, TYPING_MS);
    do_chores(&chore, false);
    play->approvals++;
    play_tell(play, TELLER_PERSON, NULL, "pchatctl apply --plan %s%s", plan->id, chore.command);
    return request;
}

/* What the plan asked for may be what it does not foresee: it is made anew then, as the refusal says.  And an
 * episode's waits for what an episode needs, a person's does not. */
static bool wants_another_plan(const struct play *play)
{
    if (strncmp(play->why, "condition - ", strlen("condition - ")) == 0)
        return true;
    return play->ending == ENDING_REFUSED && play->remedy &&
           strncmp(play->remedy, "pchatctl plan", strlen("pchatctl plan")) == 0;
}

static bool carry_out(struct play *play, const char *id)
{
    AUTO(plan) struct plan *plan = kept_plan(play, id);
    struct job_request request;

    if (!plan)
        return false;
    show_plan(play, plan);
    request = prepare(play, plan);
    if (apply(play, id, &request))
        return true;
    return wants_another_plan(play) && play->plan_count < PLANS_MOST && person_asks_for(play, plan->verb);
}

/* Nobody approves; people do what no runner can, and take it over where it does not come to an end. */
static bool goes_by_itself(struct play *play, struct watching watching, int64_t most_ms)
{
    AUTO(plan) struct plan *plan = kept_plan(play, watching.plan);

    if (!plan)
        return false;
    show_plan(play, plan);
    lend_a_hand(play, plan);
    if (watch_on(play, watching, most_ms))
        return true;
    return play->ending == ENDING_WAITS && carry_out(play, watching.plan);
}

bool person_follows_episode(struct play *play, int64_t most_ms)
{
    const struct watching watching = watch(play, true, most_ms);

    if (watching.carried_out)
        return true;
    if (watching.goes_by_itself)
        return goes_by_itself(play, watching, most_ms);
    if (watching.plan)
        return carry_out(play, watching.plan);
    if (play_chat_flows(play))
        play_end(play, ENDING_ITSELF, play->why, NULL);
    return false;
}

bool person_asks_for(struct play *play, enum verb verb)
{
    struct job_request request = request_of_person(play);
    struct err err = ERR_INIT;
    AUTO(plan) struct plan *plan = NULL;
    AUTO_FREE char *text = NULL;

    request.verb = verb;
    play_tell(play, TELLER_PERSON, NULL, "pchatctl plan %s", verb_name(verb));
    plan = job_plan(&play_runner(play)->shop, &request, &err);
    if (!plan) {
        play_tell(play, TELLER_RUNNER, NULL, "%s", err.text);
        end_by(play, ENDING_REFUSED, err.text);
        return false;
    }
    text = plan_to_text(plan, false);
    play_tell(play, TELLER_RUNNER, text, "a plan, and nothing is changed");
    return carry_out(play, plan->id);
}

bool person_fences(struct play *play)
{
    const int64_t until_ms = campaign_now_ms(play->campaign) + 10LL * PLAY_MINUTE_MS;
    struct watching watching = {0};

    while (campaign_now_ms(play->campaign) < until_ms && !watching.plan) {
        look_once(play, false, &watching);
        if (!watching.plan)
            play_advance(play, PASS_MS);
    }
    return watching.fenced || (watching.plan && carry_out(play, watching.plan));
}

void person_proves(struct play *play)
{
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    const struct job_request request = request_of_person(play);
    struct engine_result result;

    play_tell(play, TELLER_PERSON, NULL, "pchatctl doctor --act");
    result = job_prove(&play_runner(play)->shop, &request, arena, &out);
    play_tell(play, TELLER_RUNNER, strbuf_text(&out), "%s", result.why);
}

/* ---- a runner that dies ---- */

struct doomed {
    struct play *play;
    const char *id;
    struct job_request request;
    struct watching watching;
    bool has_ended;
};

static void carry_out_doomed(void *argument)
{
    struct doomed *doomed = argument;
    AUTO(arena) struct arena *arena = arena_new();
    const struct engine_result result =
        job_apply(&play_runner(doomed->play)->shop, doomed->id, &doomed->request, arena);

    tell_result(doomed->play, &result);
    end_with(doomed->play, &result);
    doomed->has_ended = true;
}

static void watch_doomed(void *argument)
{
    struct doomed *doomed = argument;

    watch_on(doomed->play, doomed->watching, DOOMED_MS);
    doomed->has_ended = true;
}

/* A run is under way from then on, beside whoever calls; NULL: it is not. */
static const struct doomed *start_doomed(struct play *play, const struct watching *watching,
                                         const struct plan *plan)
{
    struct doomed *doomed = arena_alloc(play->arena, sizeof(*doomed));
    void (*const work)(void *argument) = watching->goes_by_itself ? watch_doomed : carry_out_doomed;

    *doomed = (struct doomed){.play = play, .id = arena_text(play->arena, plan->id), .watching = *watching};
    show_plan(play, plan);
    if (watching->goes_by_itself)
        lend_a_hand(play, plan);
    else
        doomed->request = prepare(play, plan);
    return seat_start(play_runner(play)->seat, work, doomed) ? doomed : NULL;
}

bool person_loses_runner(struct play *play, int64_t most_ms)
{
    const struct watching watching = watch(play, true, most_ms);
    AUTO(plan) struct plan *plan = watching.plan ? kept_plan(play, watching.plan) : NULL;
    const struct doomed *doomed = plan && !watching.carried_out ? start_doomed(play, &watching, plan) : NULL;

    if (!doomed)
        return false;
    while (!doomed->has_ended && !play_is_writable(play, SQL_SECONDARY))
        play_advance(play, PLAY_SECOND_MS);
    if (!play_is_writable(play, SQL_SECONDARY))
        return false;
    note_carried(play, plan->id);
    play_tell(play, TELLER_WORLD, NULL, "the runner's host dies, with the run half-way");
    play_next_runner(play);
    play_advance(play, PLAY_MINUTE_MS);
    play_tell(play, TELLER_WORLD, NULL, "a runner begins on another host, with nothing on its disk");
    return true;
}
