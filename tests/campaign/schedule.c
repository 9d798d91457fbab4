#include "campaign/schedule.h"

#include "base/mem.h"
#include "campaign/draw.h"
#include "campaign/works.h"

#include <string.h>

static const char *const label_names[FENCE_LABEL_COUNT] = {
    [LABEL_TRUE] = "true", [LABEL_FALSE] = "false", [LABEL_LOST] = "lost"};

const char *fence_label_name(enum fence_label label)
{
    return label_names[label];
}

/* ---- a schedule ---- */

static void draw_world(struct draw *draw)
{
    struct schedule *schedule = draw->schedule;

    schedule->world = (struct campaign_config){
        .seed = draw_next(draw) | 1,
        .history_s = 3600,
        .backup_interval_s = 60 * draw_between(draw, 1, 15),
        .copy_interval_s = 60 * draw_between(draw, 1, 15),
        .restore_interval_s = 60 * draw_between(draw, 1, 15),
        .write_interval_ms = draw_between(draw, 500, 5000),
        .without_witness = schedule->trouble == TROUBLE_PRINCIPAL || draw_chance(draw, 30),
    };
}

static void draw_operators(struct draw *draw)
{
    static const enum verb usual[] = {VERB_NONE, VERB_NONE, VERB_FAILOVER},
                           other[] = {VERB_NONE, VERB_FAILOVER, VERB_MIRROR_FORCE, VERB_MIRROR_SWITCH};
    struct schedule *schedule = draw->schedule;

    schedule->operator_count = draw_chance(draw, 40) ? 2 : 1;
    for (size_t i = 0; i < schedule->operator_count; i++)
        schedule->operators[i] = (struct operator_plan){
            .verb = i ? DRAW_ONE_OF(draw, other) : DRAW_ONE_OF(draw, usual),
            .begins_ms = schedule->strikes_ms + draw_between(draw, 30 * second, 5 * minute),
            .pause_ms = draw_between(draw, 20 * second, 2 * minute),
            .patience = draw_chance(draw, 50) ? (unsigned)draw_between(draw, 1, 5) : 0,
        };
}

static void draw_label(struct draw *draw)
{
    struct schedule *schedule = draw->schedule;

    schedule->label = LABEL_TRUE;
    schedule->returns_ms = -1;
    if (!trouble_of(schedule->trouble)->come_back || !draw_chance(draw, 45))
        return;
    schedule->label = draw_chance(draw, 50) ? LABEL_FALSE : LABEL_LOST;
    /* As often as not while the failover is under way, which takes some minutes. */
    schedule->returns_ms = draw_chance(draw, 60)
                               ? schedule->operators[0].begins_ms + draw_between(draw, 5 * second, 3 * minute)
                               : schedule->strikes_ms + draw_between(draw, 30 * second, 40 * minute);
}

/* A site of which only a part is lost may be switched off whole, by who wants to fail over. */
static void draw_sudden_events(struct draw *draw)
{
    struct schedule *schedule = draw->schedule;
    const struct trouble_kind *trouble = trouble_of(schedule->trouble);
    int64_t count = draw_between(draw, 0, 6);

    draw_strike(draw, schedule->strikes_ms);
    if (schedule->trouble == TROUBLE_BY_HAND)
        draw_begin_by_hand(draw);
    else
        draw_words(draw, schedule->strikes_ms + draw_between(draw, 5 * second, 10 * minute), EVENT_BY_HAND,
                   ".step_move_store");
    if (schedule->label == LABEL_TRUE && trouble->is_within_site && draw_chance(draw, 50))
        draw_words(draw, schedule->strikes_ms + draw_between(draw, 2 * minute, 20 * minute), EVENT_WORDS,
                   "site_down dub");
    for (int64_t i = 0; i < count; i++)
        draw_sudden_mishap(draw, schedule->strikes_ms);
    if (schedule->returns_ms >= 0)
        draw_return(draw, schedule->returns_ms);
    else if (trouble->heals)
        trouble->come_back(draw, schedule->strikes_ms + draw_between(draw, 10 * minute, 40 * minute));
}

static void draw_sudden(struct draw *draw)
{
    struct schedule *schedule = draw->schedule;

    schedule->trouble = (enum trouble)draw_between(draw, 0, TROUBLE_SUDDEN_COUNT - 1);
    schedule->strikes_ms = draw_between(draw, minute, 10 * minute);
    draw_world(draw);
    draw_operators(draw);
    draw_label(draw);
    draw_sudden_events(draw);
}

/* Mirror verbs are no part of it; and nobody goes on for ever with what does not go on. */
static void draw_planned(struct draw *draw)
{
    struct schedule *schedule = draw->schedule;

    schedule->returns_ms = -1;
    work_begin(draw);
    schedule->strikes_ms = draw_between(draw, minute, 10 * minute);
    draw_world(draw);
    draw_operators(draw);
    for (size_t i = 0; i < schedule->operator_count; i++) {
        struct operator_plan *plan = &schedule->operators[i];

        plan->verb = draw_chance(draw, 50) ? VERB_FAILOVER : VERB_NONE;
        plan->endures = (unsigned)draw_between(draw, 3, 8);
    }
    work_draw_events(draw);
}

struct schedule *schedule_draw(uint64_t seed)
{
    struct schedule *schedule = mem_alloc(sizeof *schedule);
    struct draw draw = {seed, schedule, 0}, work = {~seed, schedule, 0};

    schedule->arena = arena_new();
    schedule->seed = seed;
    schedule->acts_begun = 1;
    schedule->work = work_draw(&work);
    if (schedule->work == WORK_SUDDEN)
        draw_sudden(&draw);
    else
        draw_planned(&draw);
    schedule->world.names_mirror_share = draw_chance(&draw, 40);
    return schedule;
}

/* ---- acts ---- */

static bool has_begun(const struct schedule *schedule, const struct event *event)
{
    return event->act < schedule->acts_begun;
}

void schedule_settle(struct schedule *schedule, const struct event *event)
{
    if (has_begun(schedule, event) && event->at_ms + event->later_ms > schedule->settled_ms)
        schedule->settled_ms = event->at_ms + event->later_ms;
}

void schedule_begin_act(struct schedule *schedule, size_t act, int64_t now_ms)
{
    schedule->acts_begun = act + 1;
    for (size_t i = 0; i < schedule->event_count; i++) {
        struct event *event = &schedule->events[i];

        if (event->act != act)
            continue;
        event->at_ms += now_ms;
        event->until_ms += now_ms;
        schedule_settle(schedule, event);
    }
}

bool schedule_is_calm(const struct schedule *schedule, int64_t from_ms, int64_t to_ms)
{
    for (size_t i = 0; i < schedule->event_count; i++) {
        const struct event *event = &schedule->events[i];

        if (has_begun(schedule, event) && event->is_mishap && event->at_ms <= to_ms &&
            event->until_ms + minute >= from_ms)
            return false;
    }
    return true;
}

bool schedule_calls_for_failover(const struct schedule *schedule)
{
    return schedule->work == WORK_SUDDEN && !trouble_of(schedule->trouble)->is_within_site &&
           schedule->label == LABEL_TRUE;
}

bool schedule_breaks_server(const struct schedule *schedule, const char *host)
{
    static const char *const faults[] = {"winrm", "service", "host_down"};

    for (size_t i = 0; i < schedule->event_count; i++)
        for (size_t j = 0; schedule->events[i].words && j < COUNT(faults); j++) {
            const char *words = arena_format(schedule->arena, "%s %s ", faults[j], host);

            if (strncmp(schedule->events[i].words, words, strlen(words)) == 0)
                return true;
        }
    return false;
}

int64_t schedule_next_ms(const struct schedule *schedule, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;

    for (size_t i = 0; i < schedule->event_count; i++) {
        const struct event *event = &schedule->events[i];
        int64_t at_ms = event->at_ms > now_ms ? event->at_ms : event->at_ms + event->later_ms;

        if (has_begun(schedule, event) && at_ms > now_ms && at_ms < next_ms)
            next_ms = at_ms;
    }
    return next_ms;
}

void schedule_free(struct schedule *schedule)
{
    if (!schedule)
        return;
    arena_free(schedule->arena);
    free(schedule);
}
