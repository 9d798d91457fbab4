#include "snmp/told.h"

#include "assess/copies.h"
#include "assess/sight.h"
#include "base/mem.h"
#include "snmp/terms.h"
#include "snmp/told_state.h"

#include <string.h>

/* ---- notices ---- */

void told_pending_add(struct told *told, struct notice *notice)
{
    told->pending = mem_resize(told->pending, told->pending_count + 1, sizeof(void *));
    told->pending[told->pending_count++] = notice;
}

static void remove_pending(struct told *told, size_t at)
{
    notice_free(told->pending[at]);
    memmove(told->pending + at, told->pending + at + 1, (--told->pending_count - at) * sizeof(void *));
    told->sent -= at < told->sent;
    told->changed = true;
}

static void add_notice(struct told *told, struct notice notice, int64_t now_utc_ms)
{
    notice.pool = told->pool;
    notice.pool_name = told->pool ? told->name : NULL;
    notice.sequence = known(++told->sequence);
    notice.at_utc_ms = known(now_utc_ms);
    told_pending_add(told, notice_new(&notice));
    told->changed = true;
    if (told->pending_count > PENDING_MOST) {
        remove_pending(told, 0);
        told->dropped++;
    }
}

size_t told_pending_count(const struct told *told)
{
    return told->pending_count;
}

const struct notice *told_next(struct told *told)
{
    return told->sent == 0 && told->pending_count ? told->pending[told->sent++] : NULL;
}

void told_answered(struct told *told, int64_t sequence)
{
    for (size_t i = 0; i < told->pending_count; i++) {
        if (told->pending[i]->sequence.value == sequence) {
            remove_pending(told, i);
            return;
        }
    }
}

int64_t told_dropped(const struct told *told)
{
    return told->dropped;
}

bool told_changed(const struct told *told)
{
    return told->changed;
}

/* ---- conditions ---- */

struct told_condition *told_condition_add(struct told *told, int64_t condition, int64_t object_index,
                                          const char *object)
{
    struct told_condition *entry;

    told->conditions = mem_resize(told->conditions, told->condition_count + 1, sizeof(told->conditions[0]));
    entry = &told->conditions[told->condition_count++];
    *entry = (struct told_condition){
        .condition = condition, .object_index = object_index, .object = mem_copy_text(object)};
    return entry;
}

static struct told_condition *find_condition(struct told *told, int64_t condition, int64_t object_index)
{
    for (size_t i = 0; i < told->condition_count; i++)
        if (told->conditions[i].condition == condition && told->conditions[i].object_index == object_index)
            return &told->conditions[i];
    return NULL;
}

static void raise_condition(struct told *told, struct told_condition *entry,
                            const struct present_condition *present, int64_t now_utc_ms)
{
    const struct finding *finding = present->finding;
    const struct notice notice = {
        .kind = NOTICE_RAISED,
        .condition = known(entry->condition),
        .object_index = known(entry->object_index),
        .object = entry->object,
        .severity = known(present->severity),
        .message = finding->message,
        .action = finding->action ? finding->action : condition_info(finding->condition)->action,
    };

    entry->told = true;
    entry->agreeing = 0;
    add_notice(told, notice, now_utc_ms);
}

static void clear_condition(struct told *told, const struct told_condition *entry, int64_t now_utc_ms)
{
    const struct notice notice = {
        .kind = NOTICE_CLEARED,
        .condition = known(entry->condition),
        .object_index = known(entry->object_index),
        .object = entry->object,
    };

    add_notice(told, notice, now_utc_ms);
}

static void take_present(struct told *told, const struct present_condition *present, bool is_new_pass,
                         int64_t now_utc_ms)
{
    int64_t condition = present->finding->condition, object = present->object;
    struct told_condition *entry = find_condition(told, condition, object);

    if (!entry) {
        entry = told_condition_add(told, condition, object, present->finding->object);
        entry->first_seen_utc_ms = now_utc_ms;
    }
    entry->present = true;
    if (entry->told)
        entry->agreeing = 0;
    else if (is_new_pass && ++entry->agreeing >= CONFIRM_PASSES)
        raise_condition(told, entry, present, now_utc_ms);
}

/* Conditions that say what is out of sight; they are cleared by the look that sees it. */
static bool is_of_sight(int64_t condition)
{
    static const int of_sight[] = {
        CONDITION_instance_unseen,     CONDITION_instance_refuses_monitor,
        CONDITION_facts_missing,       CONDITION_monitor_isolated,
        CONDITION_primary_site_unseen, CONDITION_writable_copy_unseen,
        CONDITION_site_loss,           CONDITION_host_unseen,
        CONDITION_vantage_silent,      CONDITION_pool_unproven,
        CONDITION_service_unproven,    CONDITION_inconsistent,
    };

    for (size_t i = 0; i < COUNT(of_sight); i++)
        if (of_sight[i] == condition)
            return true;
    return false;
}

/* While one of these is present, nothing of the pool as a whole is known to be well again. */
static bool pool_is_dark(const struct look *look)
{
    for (size_t i = 0; i < look->condition_count; i++) {
        enum condition condition = look->conditions[i].finding->condition;

        if (condition == CONDITION_monitor_isolated || condition == CONDITION_primary_site_unseen ||
            condition == CONDITION_writable_copy_unseen)
            return true;
    }
    return look_sees_nothing(look);
}

/* Is that object of the pool, and does it not answer? */
static bool object_is_dark(const struct look *look, const char *object)
{
    bool named = false, seen = false;

    for (size_t i = 0; i < look->snapshot->instance_count; i++) {
        const struct instance_snapshot *instance = &look->snapshot->instances[i];

        if (strcmp(instance->name, object) != 0)
            continue;
        named = true;
        seen = seen || instance_seen(instance);
    }
    for (size_t i = 0; i < look->snapshot->host_count; i++) {
        const struct host_snapshot *host = &look->snapshot->hosts[i];

        if (strcmp(host->name, object) != 0)
            continue;
        named = true;
        seen = seen || host_is_seen(host);
    }
    return named ? !seen : pool_is_dark(look);
}

/* What is gone was gone in enough passes that saw its object; what was not told yet is forgotten at once. */
static bool is_gone(const struct look *look, struct told_condition *entry)
{
    if (!entry->told)
        return true;
    if (!is_of_sight(entry->condition) && object_is_dark(look, entry->object)) {
        entry->agreeing = 0;
        return false;
    }
    return ++entry->agreeing >= CONFIRM_PASSES;
}

static void drop_gone(struct told *told, const struct look *look, int64_t now_utc_ms)
{
    size_t kept = 0;

    for (size_t i = 0; i < told->condition_count; i++) {
        struct told_condition *entry = &told->conditions[i];

        if (entry->present || !is_gone(look, entry)) {
            told->conditions[kept++] = *entry;
            continue;
        }
        if (entry->told)
            clear_condition(told, entry, now_utc_ms);
        free(entry->object);
    }
    told->condition_count = kept;
}

static void annotate(struct told *told, struct look *look)
{
    for (size_t i = 0; i < look->condition_count; i++) {
        struct present_condition *present = &look->conditions[i];
        const struct told_condition *entry =
            find_condition(told, present->finding->condition, present->object);

        present->told = entry && entry->told;
        if (entry)
            present->first_seen_utc_ms = known(entry->first_seen_utc_ms);
    }
}

/* ---- who serves ---- */

/* That nobody does, or several do, is a condition, and no change of roles. */
static void take_serving(struct told *told, const struct look *look, int64_t now_utc_ms)
{
    bool one = look->serving.known && look->serving.value != WRITABLE_NOBODY &&
               look->serving.value != WRITABLE_SEVERAL;
    const struct notice notice = {
        .kind = NOTICE_SERVING_CHANGED,
        .serving = look->serving,
        .serving_instance = look->serving_instance,
        .served_before = told->serving,
    };

    if (!one || !told->candidate.known || told->candidate.value != look->serving.value)
        told->candidate_agreeing = 0;
    told->candidate = one ? look->serving : (struct fact_num){0};
    if (!one || ++told->candidate_agreeing < CONFIRM_PASSES ||
        (told->serving.known && told->serving.value == look->serving.value))
        return;
    if (told->serving.known)
        add_notice(told, notice, now_utc_ms);
    told->serving = look->serving;
    told->changed = true;
}

/* ---- sight ---- */

static void set_sight(struct told *told, bool lost, const char *reason, int64_t now_utc_ms)
{
    const struct notice notice = {.kind = lost ? NOTICE_SIGHT_LOST : NOTICE_SIGHT_REGAINED,
                                  .reason = lost ? reason : NULL};

    if (told->sight_lost == lost)
        return;
    told->sight_lost = lost;
    add_notice(told, notice, now_utc_ms);
}

static void take_sight(struct told *told, const struct look *look, int64_t now_utc_ms)
{
    bool dark = look_sees_nothing(look);

    told->dark_agreeing = dark ? told->dark_agreeing + 1 : 0;
    told->bright_agreeing = dark ? 0 : told->bright_agreeing + 1;
    if (told->dark_agreeing >= CONFIRM_PASSES)
        set_sight(told, true, "nothing of the pool answers", now_utc_ms);
    if (told->bright_agreeing >= CONFIRM_PASSES)
        set_sight(told, false, NULL, now_utc_ms);
}

void told_silence(struct told *told, const char *reason, int64_t now_utc_ms)
{
    told->bright_agreeing = 0;
    set_sight(told, true, reason, now_utc_ms);
}

void told_feed(struct told *told, bool heard, int64_t now_utc_ms)
{
    const struct notice notice = {.kind = heard ? NOTICE_FEED_REGAINED : NOTICE_FEED_LOST};

    if (told->feed_lost == !heard)
        return;
    told->feed_lost = !heard;
    add_notice(told, notice, now_utc_ms);
}

/* ---- a look ---- */

enum { SAME_PASS_MS = 1000 };

/* A document may come again for the same pass; an observer that was started anew counts from 1 again. */
static bool begins_new_pass(struct told *told, const struct feed_pool *feed)
{
    int64_t later_ms = feed->begun.ms - told->begun_ms.value;
    bool same = told->generation.known && told->generation.value == feed->generation &&
                later_ms < SAME_PASS_MS && later_ms > -SAME_PASS_MS;

    told->generation = known(feed->generation);
    told->begun_ms = known(feed->begun.ms);
    return !same;
}

static void take_pass(struct told *told, struct look *look, int64_t now_utc_ms)
{
    bool is_new_pass = begins_new_pass(told, look->feed);

    for (size_t i = 0; i < told->condition_count; i++)
        told->conditions[i].present = false;
    for (size_t i = 0; i < look->condition_count; i++)
        take_present(told, &look->conditions[i], is_new_pass, now_utc_ms);
    if (!is_new_pass)
        return;
    drop_gone(told, look, now_utc_ms);
    take_serving(told, look, now_utc_ms);
    take_sight(told, look, now_utc_ms);
}

void told_look(struct told *told, struct look *look, int64_t now_utc_ms)
{
    const struct feed_pool *feed = look->feed;

    if (look->snapshot)
        take_pass(told, look, now_utc_ms);
    if (feed->failure_pass && feed->failure_pass == feed->pass &&
        feed->pass - feed->generation >= FAILED_PASSES)
        told_silence(told, feed->failure_why, now_utc_ms);
    annotate(told, look);
    look->sight_lost = told->sight_lost;
    look->sequence = told->sequence;
}

/* ---- runs ---- */

struct told_run *told_run_add(struct told *told, int64_t run)
{
    told->runs = mem_resize(told->runs, told->run_count + 1, sizeof(told->runs[0]));
    told->runs[told->run_count] = (struct told_run){.run = run};
    return &told->runs[told->run_count++];
}

static struct told_run *find_run(struct told *told, int64_t run)
{
    for (size_t i = 0; i < told->run_count; i++)
        if (told->runs[i].run == run)
            return &told->runs[i];
    return NULL;
}

static bool run_is_open(const struct runs_run *run)
{
    return run->state && strcmp(run->state, "open") == 0;
}

static struct notice run_notice(enum notice_kind kind, const struct runs_run *run)
{
    return (struct notice){.kind = kind,
                           .run = known(run->run),
                           .verb = run->verb,
                           .plan = run->plan,
                           .origin = run->origin,
                           .state = term_of(&run_state_terms, run->state)};
}

static void tell_step(struct told *told, const struct runs_run *run, size_t at, int64_t now_utc_ms)
{
    struct notice notice = run_notice(NOTICE_STEP_FINISHED, run);

    notice.step = known((int64_t)at + 1);
    notice.step_name = run->steps[at].step;
    notice.step_target = run->steps[at].target;
    notice.step_outcome = run->steps[at].outcome;
    add_notice(told, notice, now_utc_ms);
}

/* A step without an outcome that is not the last was interrupted, and is begun anew further on. */
static void tell_steps(struct told *told, struct told_run *entry, const struct runs_run *run,
                       int64_t now_utc_ms)
{
    for (size_t at = (size_t)entry->steps; at < run->step_count; at++) {
        if (run->steps[at].outcome)
            tell_step(told, run, at, now_utc_ms);
        else if (at + 1 == run->step_count)
            return;
        entry->steps = (int64_t)at + 1;
        told->changed = true;
    }
}

static void take_run(struct told *told, const struct runs_run *run, int64_t now_utc_ms)
{
    struct told_run *entry = find_run(told, run->run);

    if (!entry) {
        if (run->run <= told->runs_last)
            return; /* history */
        entry = told_run_add(told, run->run);
        told->runs_last = run->run;
        add_notice(told, run_notice(NOTICE_RUN_STARTED, run), now_utc_ms);
    }
    tell_steps(told, entry, run, now_utc_ms);
    if (entry->finished || run_is_open(run))
        return;
    entry->finished = true;
    add_notice(told, run_notice(NOTICE_RUN_FINISHED, run), now_utc_ms);
}

/* At the first sight of a pool, what has ended is history. */
static void begin_runs(struct told *told, const struct runs_pool *runs)
{
    told->runs_known = true;
    told->changed = true;
    for (size_t i = 0; i < runs->run_count; i++)
        if (!run_is_open(&runs->runs[i]) && runs->runs[i].run > told->runs_last)
            told->runs_last = runs->runs[i].run;
    for (size_t i = 0; i < runs->run_count; i++)
        if (run_is_open(&runs->runs[i]) && runs->runs[i].run <= told->runs_last)
            told_run_add(told, runs->runs[i].run);
}

static void forget_runs(struct told *told, const struct runs_pool *runs)
{
    size_t kept = 0;

    for (size_t i = 0; i < told->run_count; i++) {
        bool shown = false;

        for (size_t r = 0; r < runs->run_count; r++)
            shown = shown || runs->runs[r].run == told->runs[i].run;
        if (shown || !told->runs[i].finished)
            told->runs[kept++] = told->runs[i];
    }
    told->run_count = kept;
}

void told_runs(struct told *told, const struct runs_pool *runs, int64_t now_utc_ms)
{
    if (!runs)
        return;
    if (!told->runs_known)
        begin_runs(told, runs);
    for (size_t i = 0; i < runs->run_count; i++)
        take_run(told, &runs->runs[i], now_utc_ms);
    forget_runs(told, runs);
}
