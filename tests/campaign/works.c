#include "campaign/works.h"

#include <string.h>

#define NEVER SIZE_MAX

static const enum trouble none[] = {TROUBLE_NONE}, backup_site[] = {TROUBLE_BACKUP_SITE},
                          primary_site[] = {TROUBLE_SITE, TROUBLE_SITE_BUT_SHARE},
                          whole_site[] = {TROUBLE_SITE};

#define TROUBLES(list) .troubles = (list), .trouble_count = COUNT(list)
#define TO(asked, place)                                                                                     \
    {                                                                                                        \
        .verb = VERB_##asked, .to = PLACE_##place                                                            \
    }
#define ONCE_IT_IS_BACK(asked, place)                                                                        \
    {                                                                                                        \
        .verb = VERB_##asked, .to = PLACE_##place, .after_return = true                                      \
    }

static const struct work_kind {
    const char *name;
    int weight;
    struct task tasks[SCHEDULE_TASKS_MOST];
    size_t task_count;
    const enum trouble *troubles;
    size_t trouble_count;
    size_t strikes, returns; /* in which act; NEVER */
    int return_percent;
    bool ends_dark;
} works[WORK_COUNT] = {
    [WORK_SUDDEN] = {.name = "sudden", .weight = 36},
    [WORK_SWITCHOVER] = {.name = "switchover",
                         .weight = 12,
                         .tasks = {TO(SWITCHOVER, BACKUP)},
                         .task_count = 1,
                         TROUBLES(none),
                         .strikes = NEVER,
                         .returns = NEVER},
    [WORK_THERE_AND_BACK] = {.name = "there and back",
                             .weight = 12,
                             .tasks = {TO(SWITCHOVER, BACKUP), TO(SWITCHOVER, PRIMARY)},
                             .task_count = 2,
                             TROUBLES(none),
                             .strikes = NEVER,
                             .returns = NEVER},
    [WORK_LOST_MEANWHILE] = {.name = "lost meanwhile",
                             .weight = 10,
                             .tasks = {TO(SWITCHOVER, BACKUP), TO(FAILOVER, BACKUP)},
                             .task_count = 2,
                             TROUBLES(primary_site),
                             .strikes = 0,
                             .returns = 1,
                             .return_percent = 30},
    [WORK_LOST_THERE] = {.name = "lost there",
                         .weight = 8,
                         .tasks = {TO(SWITCHOVER, BACKUP), TO(FAILOVER, PRIMARY)},
                         .task_count = 2,
                         TROUBLES(backup_site),
                         .strikes = 1,
                         .returns = 1,
                         .return_percent = 40},
    [WORK_FAILBACK] = {.name = "failback",
                       .weight = 14,
                       .tasks = {TO(FAILOVER, BACKUP), ONCE_IT_IS_BACK(FAILBACK, PRIMARY)},
                       .task_count = 2,
                       TROUBLES(primary_site),
                       .strikes = 0,
                       .returns = 1,
                       .return_percent = 100},
    [WORK_FULL_CIRCLE] = {.name = "full circle",
                          .weight = 4,
                          .tasks = {TO(FAILOVER, BACKUP), ONCE_IT_IS_BACK(FAILBACK, PRIMARY),
                                    TO(SWITCHOVER, BACKUP)},
                          .task_count = 3,
                          TROUBLES(whole_site),
                          .strikes = 0,
                          .returns = 1,
                          .return_percent = 100},
    [WORK_UNFENCE] = {.name = "unfence",
                      .weight = 4,
                      .tasks = {TO(FAILOVER, BACKUP), ONCE_IT_IS_BACK(UNFENCE, PRIMARY)},
                      .task_count = 2,
                      TROUBLES(whole_site),
                      .strikes = 0,
                      .returns = 1,
                      .return_percent = 100,
                      .ends_dark = true},
};

const char *work_name(enum work work)
{
    return works[work].name;
}

enum work work_draw(struct draw *draw)
{
    int64_t sum = 0, at;
    size_t work = 0;

    for (size_t i = 0; i < WORK_COUNT; i++)
        sum += works[i].weight;
    at = draw_between(draw, 0, sum - 1);
    while (at >= works[work].weight)
        at -= works[work++].weight;
    return (enum work)work;
}

void work_begin(struct draw *draw)
{
    struct schedule *schedule = draw->schedule;
    const struct work_kind *work = &works[schedule->work];

    schedule->task_count = work->task_count;
    for (size_t i = 0; i < work->task_count; i++) {
        schedule->tasks[i] = work->tasks[i];
        schedule->tasks[i].rest_ms = draw_between(draw, 2 * minute, 12 * minute);
    }
    schedule->trouble = work->troubles[draw_between(draw, 0, (int64_t)work->trouble_count - 1)];
    schedule->label = draw_chance(draw, work->return_percent) ? LABEL_LOST : LABEL_TRUE;
    schedule->tries_again = draw_chance(draw, 50);
    schedule->ends_dark = work->ends_dark;
}

/* ---- what befalls each act ---- */

static void draw_mishaps(struct draw *draw, int64_t from_ms)
{
    int64_t count = draw_between(draw, 0, 5);

    for (int64_t i = 0; i < count; i++)
        draw_planned_mishap(draw, from_ms);
}

/* The failover that comes before what the work is about. */
static void draw_sudden_mishaps(struct draw *draw, int64_t from_ms)
{
    int64_t count = draw_between(draw, 0, 1);

    for (int64_t i = 0; i < count; i++)
        draw_sudden_mishap(draw, from_ms);
}

static void move_store(struct draw *draw, int64_t struck_ms)
{
    draw_words(draw, struck_ms + draw_between(draw, 5 * second, 6 * minute), EVENT_BY_HAND,
               draw->schedule->trouble == TROUBLE_BACKUP_SITE ? ".step_move_store fe-dub1"
                                                              : ".step_move_store");
}

static bool says(const struct schedule *schedule, const char *part)
{
    for (size_t i = 0; i < schedule->event_count; i++)
        if (schedule->events[i].words && strstr(schedule->events[i].words, part))
            return true;
    return false;
}

/* Of what came back a part may stay away, or come later.  Both together leave a principal that cannot open
 * without its mirror, nor be seeded: a person has to end its mirroring first. */
static void draw_rest_of_return(struct draw *draw, int64_t returned_ms)
{
    if (draw_chance(draw, 20) && !says(draw->schedule, "who=mirror"))
        draw_words(draw, returned_ms, EVENT_BY_HAND, "host_down sqlmir1");
    if (says(draw->schedule, "who=mirror"))
        draw_event(draw, &(struct event){.at_ms = returned_ms + draw_between(draw, minute, 15 * minute),
                                         .mark = MARK_RETURNS,
                                         .kind = EVENT_WORDS,
                                         .words = "!host_down sqlpri1"});
}

/* The copy that serves is gone: its whole site, or the database alone. */
static void lose_what_serves(struct draw *draw, int64_t at_ms)
{
    static const char *const losses[] = {"site_down red", "database_closed sqldr1 state=offline",
                                         "database_closed sqldr1 state=suspect"};

    draw_words(draw, at_ms, EVENT_BY_HAND, ".step_unmirror_backup");
    draw_words(draw, at_ms + second, EVENT_BY_HAND, DRAW_ONE_OF(draw, losses));
}

static int64_t draw_strike_of(struct draw *draw, const struct work_kind *work)
{
    int64_t at_ms = draw->schedule->strikes_ms;

    if (draw->act)
        at_ms = draw_between(draw, 3 * minute, 25 * minute);
    else if (work->tasks[0].verb == VERB_SWITCHOVER) /* in the midst of it */
        at_ms += draw_between(draw, 5 * second, 8 * minute);
    draw_strike(draw, at_ms);
    move_store(draw, at_ms);
    return at_ms;
}

static int64_t draw_return_of(struct draw *draw, int64_t from_ms)
{
    int64_t at_ms = from_ms + draw_between(draw, minute, 10 * minute);

    draw_return(draw, at_ms);
    if (draw->schedule->trouble != TROUBLE_BACKUP_SITE)
        draw_rest_of_return(draw, at_ms);
    if (draw->schedule->ends_dark)
        lose_what_serves(draw, at_ms + draw_between(draw, 6 * minute, 12 * minute));
    return at_ms;
}

/* In the first act operators begin when it says; later on, what befalls the act comes before what is done. */
static void draw_act(struct draw *draw, const struct work_kind *work)
{
    struct schedule *schedule = draw->schedule;
    struct task *task = &schedule->tasks[draw->act];
    int64_t begins_ms = draw->act ? 0 : schedule->strikes_ms;

    if (draw->act == work->strikes)
        begins_ms = draw_strike_of(draw, work);
    if (draw->act == work->returns && schedule->label != LABEL_TRUE)
        begins_ms = draw_return_of(draw, begins_ms);
    task->rest_ms = draw->act ? begins_ms + task->rest_ms : 0;
    if (task->verb == VERB_FAILOVER)
        draw_sudden_mishaps(draw, begins_ms);
    else
        draw_mishaps(draw, draw->act ? task->rest_ms : schedule->operators[0].begins_ms);
}

void work_draw_events(struct draw *draw)
{
    for (draw->act = 0; draw->act < draw->schedule->task_count; draw->act++)
        draw_act(draw, &works[draw->schedule->work]);
    draw->act = 0;
}
