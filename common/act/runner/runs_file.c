#include "act/runner/runs_file_json.h"

#include "base/utc.h"
#include "base/whole_file.h"
#include "model/json_text.h"

#include <string.h>
#include <strings.h>

enum { RUNS_MAX_BYTES = 4 * 1024 * 1024, RUNS_MODE = 0640 };

#define TEXT_MEMBERS(X)                                                                                      \
    X(pool)                                                                                                  \
    X(episode_from) X(end) X(why) X(plan) X(verb) X(fence_lost) X(pause_until) X(pause_by) X(pause_reason)
#define NUMBER_MEMBERS(X) X(episode_utc_ms) X(open_run) X(failed_over_utc_ms) X(watched_utc_ms)
#define FLAG_MEMBERS(X)   X(episode) X(failed_over) X(busy)

static void json_auto(json_t **json)
{
    json_decref(*json);
}

#define RUN_TEXT_MEMBERS(X)    X(verb) X(plan) X(state) X(origin) X(person)
#define RUN_NUMBER_MEMBERS(X)  X(run) X(begun_utc_ms) X(ended_utc_ms)
#define STEP_TEXT_MEMBERS(X)   X(step) X(target) X(outcome)
#define STEP_NUMBER_MEMBERS(X) X(begun_utc_ms) X(ended_utc_ms)

/* ---- runs and their steps ---- */

static json_t *step_json(const struct runs_step *step)
{
    json_t *object = json_object();

#define SET_TEXT(member)   json_object_set_new(object, #member, json_text(step->member));
#define SET_NUMBER(member) json_object_set_new(object, #member, json_integer(step->member));
    STEP_TEXT_MEMBERS(SET_TEXT)
    STEP_NUMBER_MEMBERS(SET_NUMBER)
#undef SET_TEXT
#undef SET_NUMBER
    return object;
}

static json_t *run_json(const struct runs_run *run)
{
    json_t *object = json_object(), *steps = json_array();

#define SET_TEXT(member)   json_object_set_new(object, #member, json_text(run->member));
#define SET_NUMBER(member) json_object_set_new(object, #member, json_integer(run->member));
    RUN_TEXT_MEMBERS(SET_TEXT)
    RUN_NUMBER_MEMBERS(SET_NUMBER)
#undef SET_TEXT
#undef SET_NUMBER
    for (size_t i = 0; i < run->step_count; i++)
        json_array_append_new(steps, step_json(&run->steps[i]));
    json_object_set_new(object, "steps", steps);
    return object;
}

static void step_from(const json_t *object, struct arena *arena, struct runs_step *step)
{
#define GET_TEXT(member)                                                                                     \
    step->member = arena_text(arena, json_string_value(json_object_get(object, #member)));
#define GET_NUMBER(member) step->member = json_integer_value(json_object_get(object, #member));
    STEP_TEXT_MEMBERS(GET_TEXT)
    STEP_NUMBER_MEMBERS(GET_NUMBER)
#undef GET_TEXT
#undef GET_NUMBER
}

static void run_from(const json_t *object, struct arena *arena, struct runs_run *run)
{
    const json_t *item;
    size_t i;

#define GET_TEXT(member)   run->member = arena_text(arena, json_string_value(json_object_get(object, #member)));
#define GET_NUMBER(member) run->member = json_integer_value(json_object_get(object, #member));
    RUN_TEXT_MEMBERS(GET_TEXT)
    RUN_NUMBER_MEMBERS(GET_NUMBER)
#undef GET_TEXT
#undef GET_NUMBER
    json_array_foreach(json_object_get(object, "steps"), i, item)
        step_from(item, arena, arena_push(arena, &run->steps, &run->step_count, sizeof(*run->steps)));
}

/* ---- pools ---- */

static json_t *pool_json(const struct runs_pool *pool)
{
    json_t *object = json_object(), *runs = json_array();

#define SET_TEXT(member)   json_object_set_new(object, #member, json_text(pool->member));
#define SET_NUMBER(member) json_object_set_new(object, #member, json_integer(pool->member));
#define SET_FLAG(member)   json_object_set_new(object, #member, json_boolean(pool->member));
    TEXT_MEMBERS(SET_TEXT)
    NUMBER_MEMBERS(SET_NUMBER)
    FLAG_MEMBERS(SET_FLAG)
#undef SET_TEXT
#undef SET_NUMBER
#undef SET_FLAG
    for (size_t i = 0; i < pool->run_count; i++)
        json_array_append_new(runs, run_json(&pool->runs[i]));
    json_object_set_new(object, "runs", runs);
    return object;
}

static void pool_from(const json_t *object, struct arena *arena, struct runs_pool *pool)
{
    const json_t *item;
    size_t i;

#define GET_TEXT(member)                                                                                     \
    pool->member = arena_text(arena, json_string_value(json_object_get(object, #member)));
#define GET_NUMBER(member) pool->member = json_integer_value(json_object_get(object, #member));
#define GET_FLAG(member)   pool->member = json_is_true(json_object_get(object, #member));
    TEXT_MEMBERS(GET_TEXT)
    NUMBER_MEMBERS(GET_NUMBER)
    FLAG_MEMBERS(GET_FLAG)
#undef GET_TEXT
#undef GET_NUMBER
#undef GET_FLAG
    json_array_foreach(json_object_get(object, "runs"), i, item)
        run_from(item, arena, arena_push(arena, &pool->runs, &pool->run_count, sizeof(*pool->runs)));
}

int runs_file_write(const char *path, const struct runs_file *file, struct err *err)
{
    CLEANUP(json_auto) json_t *root = json_object();
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    char written[UTC_TEXT_BYTES];
    json_t *pools = json_array();

    json_object_set_new(root, "schema", json_integer(RUNS_SCHEMA));
    json_object_set_new(root, "written", json_text(utc_format(file->written_utc_ms, written)));
    json_object_set_new(root, "written_utc_ms", json_integer(file->written_utc_ms));
    for (size_t i = 0; i < file->pool_count; i++)
        json_array_append_new(pools, pool_json(&file->pools[i]));
    json_object_set_new(root, "pools", pools);
    json_print(root, &text);
    return whole_file_write(path, RUNS_MODE, strbuf_text(&text), err);
}

int runs_file_put(const char *path, const struct runs_pool *pool, int64_t now_utc_ms, struct err *err)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct runs_file file = {0};
    struct runs_pool *mine = NULL;

    if (access(path, F_OK) == 0 && runs_file_read(path, arena, &file, err) != 0)
        file = (struct runs_file){0}; /* ours alone: what it said is unreadable anyway */
    for (size_t i = 0; i < file.pool_count; i++)
        if (file.pools[i].pool && strcasecmp(file.pools[i].pool, pool->pool) == 0)
            mine = &file.pools[i];
    if (!mine)
        mine = arena_push(arena, &file.pools, &file.pool_count, sizeof(*file.pools));
    *mine = *pool;
    file.written_utc_ms = now_utc_ms;
    return runs_file_write(path, &file, err);
}

json_t *runs_file_load(const char *path, struct err *err)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    json_error_t error;
    json_t *root;

    if (whole_file_read(path, RUNS_MAX_BYTES, &text, err) != 0)
        return NULL;
    root = json_loadb(strbuf_text(&text), text.length, 0, &error);
    if (!root)
        err_set(err, ERR_INPUT, "%s is no runs.json of this version", path);
    return root;
}

int runs_file_of_json(const json_t *root, const char *path, struct arena *arena, struct runs_file *ret_file,
                      struct err *err)
{
    struct runs_file file = {0};
    const json_t *item;
    size_t i;

    if (json_integer_value(json_object_get(root, "schema")) != RUNS_SCHEMA)
        return err_set(err, ERR_INPUT, "%s is no runs.json of this version", path);
    file.written_utc_ms = json_integer_value(json_object_get(root, "written_utc_ms"));
    json_array_foreach(json_object_get(root, "pools"), i, item)
        pool_from(item, arena, arena_push(arena, &file.pools, &file.pool_count, sizeof(*file.pools)));
    *ret_file = file;
    return 0;
}

int runs_file_read(const char *path, struct arena *arena, struct runs_file *ret_file, struct err *err)
{
    CLEANUP(json_auto) json_t *root = runs_file_load(path, err);

    return root ? runs_file_of_json(root, path, arena, ret_file, err) : -1;
}
