#include "campaign/agenda.h"

#include <string.h>

/* ---- where the pool is served from ---- */

static bool is_writable(const struct agenda *agenda, enum place place)
{
    static const char *const copies[][2] = {
        [PLACE_PRIMARY] = {"sqlpri1", "sqlmir1"}, [PLACE_BACKUP] = {"sqldr1", "sqldr2"}};
    struct world *world = agenda->campaign->world;

    return campaign_world_is_writable(world, copies[place][0]) ||
           campaign_world_is_writable(world, copies[place][1]);
}

static bool is_served_from(const struct agenda *agenda, enum place place)
{
    static const struct {
        const char *state, *from, *to; /* its servers' names */
    } served[] = {[PLACE_PRIMARY] = {"normal", "pc1", "pc4"}, [PLACE_BACKUP] = {"failed_over", "pc5", "pc8"}};
    json_t *truth = campaign_world_truth(agenda->campaign->world);
    const json_t *store = json_object_get(json_object_get(truth, "chat"), "store");
    const char *state = json_string_value(json_object_get(truth, "pool_state")),
               *first = json_string_value(json_array_get(json_object_get(store, "active_servers"), 0));
    bool is_so = state && strcmp(state, served[place].state) == 0 && first &&
                 strncmp(first, served[place].from, 3) >= 0 && strncmp(first, served[place].to, 3) <= 0;

    json_decref(truth);
    return is_so;
}

static enum place opposite(enum place place)
{
    return place == PLACE_PRIMARY ? PLACE_BACKUP : PLACE_PRIMARY;
}

static bool is_alone(const struct agenda *agenda, enum place place)
{
    return is_writable(agenda, place) && !is_writable(agenda, opposite(place));
}

/* To let a copy in again moves no users.  What came back and serves alone needs no failover any more. */
static bool is_done(const struct agenda *agenda, const struct task *task)
{
    if (task->verb == VERB_FAILOVER && agenda->has_returned && is_alone(agenda, opposite(task->to)))
        return is_served_from(agenda, opposite(task->to));
    return is_alone(agenda, task->to) && (!verb_moves_site(task->verb) || is_served_from(agenda, task->to));
}

/* ---- how far they are ---- */

static const struct task *task_at(const struct agenda *agenda)
{
    return agenda->at < agenda->schedule->task_count ? &agenda->schedule->tasks[agenda->at] : NULL;
}

static void go_to(struct agenda *agenda, size_t at)
{
    const int64_t now_ms = campaign_now_ms(agenda->campaign);

    agenda->at = at;
    agenda->given_up = false;
    if (!task_at(agenda))
        return;
    schedule_begin_act(agenda->schedule, at, now_ms);
    agenda->due_ms = now_ms + task_at(agenda)->rest_ms;
    agenda->begins(agenda->user, at);
}

const struct task *agenda_task(const struct agenda *agenda)
{
    const struct task *task = task_at(agenda);

    if (!task || agenda->given_up || campaign_now_ms(agenda->campaign) < agenda->due_ms ||
        (task->after_return && !agenda->has_returned))
        return NULL;
    return task;
}

bool agenda_is_left(const struct agenda *agenda)
{
    return task_at(agenda) && !agenda->given_up;
}

void agenda_look(struct agenda *agenda)
{
    if (agenda_task(agenda) && is_done(agenda, task_at(agenda)))
        go_to(agenda, agenda->at + 1);
}

void agenda_strike(struct agenda *agenda)
{
    const size_t next = agenda->at + 1;

    agenda->has_struck = true;
    agenda->has_returned = false;
    if (agenda->at < agenda->schedule->task_count &&
        agenda->schedule->tasks[agenda->at].verb != VERB_FAILOVER && next < agenda->schedule->task_count &&
        agenda->schedule->tasks[next].verb == VERB_FAILOVER)
        go_to(agenda, next);
}

void agenda_put_back(struct agenda *agenda)
{
    const struct task *task = task_at(agenda);

    if (!task || task->verb == VERB_FAILOVER)
        return;
    agenda->given_up = !agenda->schedule->tries_again;
    agenda->due_ms = campaign_now_ms(agenda->campaign) + task->rest_ms;
}
