#include "campaign/schedule_json.h"

static const char *const kind_names[] = {
    [EVENT_WORDS] = "words",     [EVENT_BY_HAND] = "by_hand", [EVENT_KILL] = "kill",
    [EVENT_SILENCE] = "silence", [EVENT_CRASH] = "crash",     [EVENT_STOP] = "stop",
    [EVENT_GIVE_UP] = "give_up"};

static const char *const mark_names[] = {
    [MARK_NONE] = "", [MARK_STRIKES] = "strikes", [MARK_RETURNS] = "returns"};
static const char *const place_names[] = {[PLACE_PRIMARY] = "primary", [PLACE_BACKUP] = "backup"};

static void put(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

static void put_number(json_t *object, const char *key, int64_t number)
{
    put(object, key, json_integer((json_int_t)number));
}

static json_t *world_json(const struct campaign_config *world)
{
    json_t *object = json_object();

#define NUMBER(member) put_number(object, #member, (int64_t)world->member)
    NUMBER(history_s);
    NUMBER(backup_interval_s);
    NUMBER(copy_interval_s);
    NUMBER(restore_interval_s);
    NUMBER(write_interval_ms);
#undef NUMBER
    put(object, "witness", json_string(world->without_witness ? "no" : "yes"));
    put(object, "mirrors", json_string(world->names_mirror_share ? "yes" : "no"));
    return object;
}

static json_t *operators_json(const struct schedule *schedule)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < schedule->operator_count; i++) {
        const struct operator_plan *plan = &schedule->operators[i];
        json_t *row = json_object();

        put(row, "verb", json_string(plan->verb == VERB_NONE ? "" : verb_name(plan->verb)));
        put_number(row, "begins_ms", plan->begins_ms);
        put_number(row, "pause_ms", plan->pause_ms);
        put_number(row, "patience", plan->patience);
        put_number(row, "endures", plan->endures);
        json_array_append_new(rows, row);
    }
    return rows;
}

/* Times of an act after the first count from when it begins. */
static json_t *tasks_json(const struct schedule *schedule)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < schedule->task_count; i++) {
        const struct task *task = &schedule->tasks[i];
        json_t *row = json_object();

        put(row, "verb", json_string(verb_name(task->verb)));
        put(row, "to", json_string(place_names[task->to]));
        put(row, "after_return", json_boolean(task->after_return));
        put_number(row, "rest_ms", task->rest_ms);
        json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *events_json(const struct schedule *schedule)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < schedule->event_count; i++) {
        const struct event *event = &schedule->events[i];
        json_t *row = json_object();

        put_number(row, "act", (int64_t)event->act);
        put(row, "mark", json_string(mark_names[event->mark]));
        put_number(row, "at_ms", event->at_ms);
        put(row, "kind", json_string(kind_names[event->kind]));
        put(row, "words", json_string(event->words ? event->words : ""));
        put_number(row, "operator", (int64_t)event->operator);
        put_number(row, "later_ms", event->later_ms);
        put(row, "is_mishap", json_boolean(event->is_mishap));
        put_number(row, "until_ms", event->until_ms);
        json_array_append_new(rows, row);
    }
    return rows;
}

json_t *schedule_to_json(const struct schedule *schedule)
{
    json_t *object = json_object();

    put_number(object, "seed", (int64_t)schedule->seed);
    put_number(object, "world_seed", (int64_t)(schedule->world.seed & INT64_MAX));
    put(object, "world", world_json(&schedule->world));
    put(object, "work", json_string(work_name(schedule->work)));
    put(object, "trouble", json_string(trouble_name(schedule->trouble)));
    put(object, "label", json_string(fence_label_name(schedule->label)));
    put_number(object, "strikes_ms", schedule->strikes_ms);
    put(object, "tasks", tasks_json(schedule));
    put(object, "tries_again", json_boolean(schedule->tries_again));
    put(object, "ends_dark", json_boolean(schedule->ends_dark));
    put_number(object, "settled_ms", schedule->settled_ms);
    put(object, "calls_for_failover", json_boolean(schedule_calls_for_failover(schedule)));
    put(object, "operators", operators_json(schedule));
    put(object, "events", events_json(schedule));
    return object;
}
