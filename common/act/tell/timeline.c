#include "act/tell/timeline.h"

#include "assess/copies.h"
#include "model/snapshot_json.h"

#include <string.h>

struct reading {
    struct timeline *timeline;
    int64_t open_bar; /* NO_BAR: none */
    bool found;
};

static void json_auto(json_t **json)
{
    json_decref(*json);
}

/* ---- runs ---- */

static void take_run(void *user, const struct journal_run *run)
{
    struct reading *reading = user;
    struct arena *arena = reading->timeline->arena;

    if (run->run != reading->timeline->run.run)
        return;
    reading->found = true;
    reading->timeline->run = *run;
    reading->timeline->run.plan = arena_text(arena, run->plan);
    reading->timeline->run.verb = arena_text(arena, run->verb);
    reading->timeline->run.pool = arena_text(arena, run->pool);
    reading->timeline->run.origin = arena_text(arena, run->origin);
    reading->timeline->run.state = arena_text(arena, run->state);
    reading->timeline->run.person = arena_text(arena, run->person);
}

/* A run without its plan is told all the same. */
static void take_plan(struct journal *journal, struct timeline *timeline)
{
    struct err err = ERR_INIT;
    AUTO_FREE char *json = journal_get_plan(journal, timeline->run.plan, &err);

    timeline->plan = json ? plan_from_json(json, strlen(json), &err) : NULL;
}

/* ---- who takes part ---- */

static struct actor *find_actor(const struct timeline *timeline, const char *name)
{
    for (size_t i = 0; i < timeline->actor_count; i++)
        if (strcmp(timeline->actors[i].name, name) == 0)
            return &timeline->actors[i];
    return NULL;
}

static void add_actor(struct timeline *timeline, const char *name, const char *site)
{
    struct actor *actor = find_actor(timeline, name);

    if (!actor) {
        actor = arena_push(timeline->arena, &timeline->actors, &timeline->actor_count, sizeof(struct actor));
        actor->name = arena_text(timeline->arena, name);
        actor->site = "";
    }
    if (site && !*actor->site)
        actor->site = arena_text(timeline->arena, site);
}

/* ---- looks ---- */

static enum dot_kind kind_of(const struct instance_snapshot *instance)
{
    switch (copy_writability(instance)) {
    case COPY_WRITABLE:
        return DOT_WRITABLE;
    case COPY_NOT_WRITABLE:
        return DOT_NOT_WRITABLE;
    case COPY_MAY_BECOME_WRITABLE:
        return DOT_MAY_BECOME_WRITABLE;
    default:
        return DOT_UNSEEN;
    }
}

static void take_dot(struct timeline *timeline, const struct instance_snapshot *instance, int64_t at_utc_ms)
{
    struct dot *dot;

    if (instance->role == SQL_WITNESS)
        return; /* it has no copy */
    add_actor(timeline, instance->name, instance->site_name);
    dot = arena_push(timeline->arena, &timeline->dots, &timeline->dot_count, sizeof(*dot));
    *dot = (struct dot){.at_utc_ms = at_utc_ms,
                        .object = find_actor(timeline, instance->name)->name,
                        .words = copy_words(timeline->arena, instance),
                        .kind = kind_of(instance)};
}

/* Of a host only where it stands: what is sent there is drawn in its site's lane. */
static void take_hosts(struct timeline *timeline, const struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->host_count; i++) {
        struct actor *actor = find_actor(timeline, snapshot->hosts[i].name);

        if (actor && !*actor->site && snapshot->hosts[i].site_name)
            actor->site = arena_text(timeline->arena, snapshot->hosts[i].site_name);
    }
}

/* A look that cannot be read any more costs its dots alone. */
static void take_look(struct timeline *timeline, const struct journal_entry *entry)
{
    struct err err = ERR_INIT;
    CLEANUP(json_auto) json_t *root = json_loads(entry->text, 0, NULL);
    AUTO(snapshot) struct snapshot *snapshot = snapshot_of_json(json_object_get(root, "snapshot"), &err);

    timeline->looks++;
    if (!snapshot)
        return;
    for (size_t i = 0; i < snapshot->instance_count; i++)
        take_dot(timeline, &snapshot->instances[i], entry->at_utc_ms);
    take_hosts(timeline, snapshot);
}

/* ---- bars ---- */

static void describe(const struct timeline *timeline, struct bar *bar)
{
    const struct plan *plan = timeline->plan;

    bar->title = bar->step;
    bar->script = "";
    bar->phase = PHASE_COUNT;
    for (size_t i = 0; plan && i < plan->step_count; i++) {
        const struct plan_step *step = &plan->steps[i];

        if (strcmp(step->step->id, bar->step) != 0)
            continue;
        bar->number = i + 1;
        bar->title = step->step->title;
        bar->phase = step->step->phase;
        for (size_t s = 0; s < step->sending_count; s++)
            if (strcmp(step->sendings[s].target, bar->target) == 0 &&
                strcmp(step->sendings[s].subject, bar->subject) == 0)
                bar->script = step->sendings[s].script;
    }
}

static bool is_about(const struct bar *bar, const struct journal_entry *entry)
{
    return strcmp(bar->step, entry->step) == 0 && strcmp(bar->target, entry->target) == 0 &&
           strcmp(bar->subject, entry->subject) == 0;
}

static void open_bar(struct reading *reading, const struct journal_entry *entry)
{
    struct timeline *timeline = reading->timeline;
    struct bar *bar = arena_push(timeline->arena, &timeline->bars, &timeline->bar_count, sizeof(*bar));

    *bar = (struct bar){.step = arena_text(timeline->arena, entry->step),
                        .target = arena_text(timeline->arena, entry->target),
                        .subject = arena_text(timeline->arena, entry->subject),
                        .begun_utc_ms = entry->at_utc_ms,
                        .begun_mono_ms = entry->mono_ms};
    describe(timeline, bar);
    add_actor(timeline, bar->target, NULL);
    reading->open_bar = (int64_t)timeline->bar_count - 1;
}

/* Durations are the monotonic clock's, unless the host was started anew in between. */
static void extend(struct bar *bar, const struct journal_entry *entry)
{
    bar->ended_utc_ms = entry->at_utc_ms;
    bar->took_ms = entry->mono_ms - bar->begun_mono_ms;
    if (bar->took_ms < 0)
        bar->took_ms = bar->ended_utc_ms - bar->begun_utc_ms;
}

/* The bar that the entry belongs to, opened where none is. */
static int64_t bar_for(struct reading *reading, const struct journal_entry *entry)
{
    struct timeline *timeline = reading->timeline;

    if (!*entry->step || !*entry->target)
        return NO_BAR;
    if (reading->open_bar == NO_BAR || !is_about(&timeline->bars[reading->open_bar], entry))
        open_bar(reading, entry);
    return reading->open_bar;
}

static void put_in_bar(struct reading *reading, struct told *told)
{
    struct bar *bar;

    told->bar = bar_for(reading, &told->entry);
    if (told->bar == NO_BAR)
        return;
    bar = &reading->timeline->bars[told->bar];
    extend(bar, &told->entry);
    if (told->entry.kind != ENTRY_OUTCOME)
        return;
    bar->outcome = told->entry.text;
    reading->open_bar = NO_BAR;
}

/* ---- entries ---- */

/* What persons said of the plan before the run had its number belongs to it. */
static bool belongs(const struct timeline *timeline, const struct journal_entry *entry)
{
    return entry->run == timeline->run.run ||
           (entry->run == 0 && *entry->plan && strcmp(entry->plan, timeline->run.plan) == 0);
}

static void take_entry(void *user, const struct journal_entry *entry)
{
    struct reading *reading = user;
    struct timeline *timeline = reading->timeline;
    struct arena *arena = timeline->arena;
    struct told *told;

    if (!belongs(timeline, entry))
        return;
    if (entry->kind == ENTRY_LOOK)
        take_look(timeline, entry);
    told = arena_push(arena, &timeline->told, &timeline->told_count, sizeof(*told));
    told->entry = *entry;
    told->entry.plan = arena_text(arena, entry->plan);
    told->entry.step = arena_text(arena, entry->step);
    told->entry.target = arena_text(arena, entry->target);
    told->entry.subject = arena_text(arena, entry->subject);
    told->entry.text = entry->kind == ENTRY_LOOK ? "" : arena_text(arena, entry->text);
    told->entry.person = arena_text(arena, entry->person);
    put_in_bar(reading, told);
}

/* The row of a run is written anew when it ends; its first entry knows when it began. */
static void find_begin(struct timeline *timeline)
{
    for (size_t i = 0; i < timeline->told_count; i++)
        if (timeline->told[i].entry.run == timeline->run.run) {
            int64_t at_utc_ms = timeline->told[i].entry.at_utc_ms;

            if (!timeline->run.begun_utc_ms || at_utc_ms < timeline->run.begun_utc_ms)
                timeline->run.begun_utc_ms = at_utc_ms;
            return;
        }
}

static struct timeline *timeline_new(int64_t run)
{
    struct arena *arena = arena_new();
    struct timeline *timeline = arena_alloc(arena, sizeof(*timeline));

    timeline->arena = arena;
    timeline->run.run = run;
    return timeline;
}

void timeline_free(struct timeline *timeline)
{
    if (!timeline)
        return;
    plan_free(timeline->plan);
    arena_free(timeline->arena);
}

struct timeline *timeline_read(struct journal *journal, int64_t run, struct err *err)
{
    AUTO(timeline) struct timeline *timeline = timeline_new(run);
    struct reading reading = {timeline, NO_BAR, false};
    struct timeline *result = timeline;

    if (journal_runs(journal, take_run, &reading, err) != 0)
        return NULL;
    if (!reading.found) {
        err_set(err, ERR_INPUT, "%lld is no run of this journal; `pchatctl runs` lists them", (long long)run);
        return NULL;
    }
    take_plan(journal, timeline);
    if (journal_entries(journal, 0, 0, take_entry, &reading, err) != 0)
        return NULL;
    find_begin(timeline);
    timeline = NULL;
    return result;
}

/* ---- asked of it ---- */

static const char *serving_site(const struct timeline *timeline)
{
    return timeline->plan ? timeline->plan->from_site : NULL;
}

static const char *site_of(const struct timeline *timeline, const char *object)
{
    const struct actor *actor = find_actor(timeline, object);

    return actor ? actor->site : "";
}

const struct dot *timeline_first_bad(const struct timeline *timeline)
{
    const char *serving = serving_site(timeline);

    for (size_t i = 0; i < timeline->dot_count; i++)
        if (timeline->dots[i].kind == DOT_UNSEEN &&
            (!serving || strcmp(site_of(timeline, timeline->dots[i].object), serving) == 0))
            return &timeline->dots[i];
    return NULL;
}

int64_t timeline_begin(const struct timeline *timeline)
{
    int64_t begin_utc_ms = timeline->run.begun_utc_ms;

    for (size_t i = 0; i < timeline->told_count; i++)
        if (timeline->told[i].entry.at_utc_ms < begin_utc_ms)
            begin_utc_ms = timeline->told[i].entry.at_utc_ms;
    return begin_utc_ms;
}

int64_t timeline_end(const struct timeline *timeline)
{
    int64_t end_utc_ms = timeline->run.ended_utc_ms;

    if (end_utc_ms < timeline->run.begun_utc_ms)
        end_utc_ms = timeline->run.begun_utc_ms;
    for (size_t i = 0; i < timeline->told_count; i++)
        if (timeline->told[i].entry.at_utc_ms > end_utc_ms)
            end_utc_ms = timeline->told[i].entry.at_utc_ms;
    return end_utc_ms;
}

const struct bar *timeline_last_of(const struct timeline *timeline, const char *step)
{
    for (size_t i = timeline->bar_count; i-- > 0;)
        if (strcmp(timeline->bars[i].step, step) == 0 && timeline->bars[i].outcome)
            return &timeline->bars[i];
    return NULL;
}

bool bar_is_done(const struct bar *bar)
{
    return bar->outcome && (strcmp(bar->outcome, "done") == 0 || strcmp(bar->outcome, "was done") == 0);
}
