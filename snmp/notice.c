#include "snmp/notice.h"

/* ---- what each tells ---- */

/* By what the instance of an object is found. */
enum by { BY_POOL, BY_CONDITION, BY_RUN, BY_STEP };

struct told_object {
    const struct table *table;
    const char *column;
    enum by by;
    size_t offset; /* in the notice */
};

#define TELLS(table, column, by, member)                                                                     \
    {                                                                                                        \
        &(table), #column, by, offsetof(struct notice, member)                                               \
    }
#define POOL_NAME TELLS(pchatPoolTable, pchatPoolName, BY_POOL, pool_name)
#define CONDITION_KIND                                                                                       \
    TELLS(pchatConditionTable, pchatConditionKind, BY_CONDITION, condition),                                 \
        TELLS(pchatConditionTable, pchatConditionObject, BY_CONDITION, object)

static const struct told_object raised[] = {
    POOL_NAME,
    CONDITION_KIND,
    TELLS(pchatConditionTable, pchatConditionSeverity, BY_CONDITION, severity),
    TELLS(pchatConditionTable, pchatConditionMessage, BY_CONDITION, message),
    TELLS(pchatConditionTable, pchatConditionAction, BY_CONDITION, action),
};
static const struct told_object cleared[] = {POOL_NAME, CONDITION_KIND};
static const struct told_object serving_changed[] = {
    POOL_NAME,
    TELLS(pchatPoolTable, pchatPoolServing, BY_POOL, serving),
    TELLS(pchatPoolTable, pchatPoolServingInstance, BY_POOL, serving_instance),
};
static const struct told_object of_pool[] = {POOL_NAME};
static const struct told_object run_started[] = {
    POOL_NAME,
    TELLS(pchatRunTable, pchatRunVerb, BY_RUN, verb),
    TELLS(pchatRunTable, pchatRunPlan, BY_RUN, plan),
    TELLS(pchatRunTable, pchatRunOrigin, BY_RUN, origin),
};
static const struct told_object step_finished[] = {
    POOL_NAME,
    TELLS(pchatRunTable, pchatRunVerb, BY_RUN, verb),
    TELLS(pchatStepTable, pchatStepName, BY_STEP, step_name),
    TELLS(pchatStepTable, pchatStepTarget, BY_STEP, step_target),
    TELLS(pchatStepTable, pchatStepOutcome, BY_STEP, step_outcome),
};
static const struct told_object run_finished[] = {
    POOL_NAME,
    TELLS(pchatRunTable, pchatRunVerb, BY_RUN, verb),
    TELLS(pchatRunTable, pchatRunState, BY_RUN, state),
};

static const struct {
    const struct told_object *objects;
    size_t count;
} kinds[NOTICE_KINDS] = {
    [NOTICE_RAISED] = {raised, COUNT(raised)},
    [NOTICE_CLEARED] = {cleared, COUNT(cleared)},
    [NOTICE_SERVING_CHANGED] = {serving_changed, COUNT(serving_changed)},
    [NOTICE_SIGHT_LOST] = {of_pool, COUNT(of_pool)},
    [NOTICE_SIGHT_REGAINED] = {of_pool, COUNT(of_pool)},
    [NOTICE_RUN_STARTED] = {run_started, COUNT(run_started)},
    [NOTICE_STEP_FINISHED] = {step_finished, COUNT(step_finished)},
    [NOTICE_RUN_FINISHED] = {run_finished, COUNT(run_finished)},
};

/* Objects that stand in no table: pchatNotificationInfo. */
enum { INFO_ARC = 20, INFO_SEQUENCE = 1, INFO_TIME, INFO_SERVED_BEFORE, INFO_REASON };

/* ---- objects ---- */

struct telling {
    const struct notice *notice;
    struct notice_object *objects;
    size_t count;
};

/* No age is among them: the time does not matter. */
static void tell(struct telling *telling, const struct place *place, enum value_kind kind, const void *member)
{
    struct notice_object *object = &telling->objects[telling->count];

    if (!value_of(kind, member, (struct mono_ms){0}, &object->value))
        return;
    object->place = *place;
    telling->count++;
}

static void tell_info(struct telling *telling, uint32_t number, enum value_kind kind, const void *member)
{
    const struct place place = {{1, INFO_ARC, number, 0}, 4};

    tell(telling, &place, kind, member);
}

static void tell_column(struct telling *telling, const struct told_object *object)
{
    const struct notice *notice = telling->notice;
    const struct column *column = column_named(object->table, object->column);
    const uint32_t indexes[][INDEX_MOST] = {
        [BY_POOL] = {notice->pool},
        [BY_CONDITION] = {notice->pool, (uint32_t)notice->condition.value,
                          (uint32_t)notice->object_index.value},
        [BY_RUN] = {notice->pool, (uint32_t)notice->run.value},
        [BY_STEP] = {notice->pool, (uint32_t)notice->run.value, (uint32_t)notice->step.value},
    };
    const struct place place = place_of(object->table, column, indexes[object->by]);

    tell(telling, &place, column->kind, (const char *)notice + object->offset);
}

size_t notice_objects(const struct notice *notice, struct notice_object objects[NOTICE_OBJECTS_MOST])
{
    struct telling telling = {notice, objects, 0};

    tell_info(&telling, INFO_SEQUENCE, VALUE_COUNTER, &notice->sequence);
    tell_info(&telling, INFO_TIME, VALUE_TIME, &notice->at_utc_ms);
    for (size_t i = 0; i < kinds[notice->kind].count; i++)
        tell_column(&telling, &kinds[notice->kind].objects[i]);
    tell_info(&telling, INFO_SERVED_BEFORE, VALUE_ENUM, &notice->served_before);
    tell_info(&telling, INFO_REASON, VALUE_TEXT, &notice->reason);
    return telling.count;
}

/* ---- life ---- */

/* As in the tables: well-formed, and not longer than a PchatText. */
struct notice *notice_new(const struct notice *notice)
{
    struct arena *arena = arena_new();
    struct notice *copy = arena_alloc(arena, sizeof(*copy));

    *copy = *notice;
    copy->arena = arena;
#define KEEP_TEXT(member) copy->member = keep_text(arena, notice->member);
    NOTICE_TEXTS(KEEP_TEXT)
#undef KEEP_TEXT
    return copy;
}

void notice_free(struct notice *notice)
{
    if (notice)
        arena_free(notice->arena);
}

/* ---- JSON ---- */

json_t *notice_json(const struct notice *notice)
{
    json_t *object = json_object();

    json_object_set_new(object, "kind", json_integer(notice->kind));
#define SET_NUMBER(member)                                                                                   \
    if (notice->member.known)                                                                                \
        json_object_set_new(object, #member, json_integer(notice->member.value));
#define SET_TEXT(member)                                                                                     \
    if (notice->member)                                                                                      \
        json_object_set_new(object, #member, json_string(notice->member));
    NOTICE_NUMBERS(SET_NUMBER)
    NOTICE_TEXTS(SET_TEXT)
#undef SET_NUMBER
#undef SET_TEXT
    return object;
}

struct notice *notice_of_json(const json_t *json, uint32_t pool)
{
    struct notice notice = {.pool = pool};
    json_int_t kind = json_integer_value(json_object_get(json, "kind"));
    const json_t *value;

    if (kind < 1 || kind >= NOTICE_KINDS)
        return NULL;
    notice.kind = (enum notice_kind)kind;
#define GET_NUMBER(member)                                                                                   \
    value = json_object_get(json, #member);                                                                  \
    notice.member = (struct fact_num){json_is_integer(value), json_integer_value(value)};
#define GET_TEXT(member) notice.member = json_string_value(json_object_get(json, #member));
    NOTICE_NUMBERS(GET_NUMBER)
    NOTICE_TEXTS(GET_TEXT)
#undef GET_NUMBER
#undef GET_TEXT
    return notice.sequence.known ? notice_new(&notice) : NULL;
}
