#include "snmp/told_state.h"

#include "base/mem.h"
#include "base/whole_file.h"
#include "model/json_reader.h"
#include "model/json_text.h"

#include <errno.h>
#include <string.h>

/*
 * told-N.json: {"schema": 1, "pool": NAME, "sequence": N, "serving": N, "sight_lost": B, "feed_lost": B,
 * "conditions": [...], "runs_known": B, "runs_last": N, "runs": [...], "pending": [...]}
 */
enum { TOLD_SCHEMA = 1, FILE_MAX_BYTES = 16 * 1024 * 1024, FILE_MODE = 0600 };

/* ---- writing ---- */

/* What was not told yet is not kept: after a restart it is seen anew. */
static json_t *conditions_json(const struct told *told)
{
    json_t *array = json_array();

    for (size_t i = 0; i < told->condition_count; i++) {
        const struct told_condition *entry = &told->conditions[i];
        json_t *object;

        if (!entry->told)
            continue;
        object = json_object();
        json_object_set_new(object, "condition", json_integer(entry->condition));
        json_object_set_new(object, "object_index", json_integer(entry->object_index));
        json_object_set_new(object, "object", json_text(entry->object));
        json_object_set_new(object, "first_seen_utc_ms", json_integer(entry->first_seen_utc_ms));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *runs_json(const struct told *told)
{
    json_t *array = json_array();

    for (size_t i = 0; i < told->run_count; i++) {
        json_t *object = json_object();

        json_object_set_new(object, "run", json_integer(told->runs[i].run));
        json_object_set_new(object, "steps", json_integer(told->runs[i].steps));
        json_object_set_new(object, "finished", json_boolean(told->runs[i].finished));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *told_json(const struct told *told)
{
    json_t *root = json_object(), *pending = json_array();

    json_object_set_new(root, "schema", json_integer(TOLD_SCHEMA));
    json_object_set_new(root, "pool", json_text(told->name));
    json_object_set_new(root, "sequence", json_integer(told->sequence));
    json_object_set_new(root, "serving",
                        told->serving.known ? json_integer(told->serving.value) : json_null());
    json_object_set_new(root, "sight_lost", json_boolean(told->sight_lost));
    json_object_set_new(root, "feed_lost", json_boolean(told->feed_lost));
    json_object_set_new(root, "conditions", conditions_json(told));
    json_object_set_new(root, "runs_known", json_boolean(told->runs_known));
    json_object_set_new(root, "runs_last", json_integer(told->runs_last));
    json_object_set_new(root, "runs", runs_json(told));
    for (size_t i = 0; i < told->pending_count; i++)
        json_array_append_new(pending, notice_json(told->pending[i]));
    json_object_set_new(root, "pending", pending);
    return root;
}

int told_save(struct told *told, struct err *err)
{
    AUTO(json) json_t *root = told_json(told);
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    json_print(root, &text);
    if (whole_file_write(told->path, FILE_MODE, strbuf_text(&text), err) != 0)
        return -1;
    told->changed = false;
    return 0;
}

/* ---- reading ---- */

static int64_t integer(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static bool take_pending(struct told *told, const json_t *array)
{
    const json_t *item;
    size_t i;

    json_array_foreach(array, i, item)
    {
        struct notice *notice = notice_of_json(item, told->pool);

        if (!notice)
            return false;
        told_pending_add(told, notice);
    }
    return true;
}

static bool take_conditions(struct told *told, const json_t *array)
{
    const json_t *item;
    size_t i;

    json_array_foreach(array, i, item)
    {
        const char *object = json_string_value(json_object_get(item, "object"));
        struct told_condition *entry;

        if (!object || !condition_info((enum condition)integer(item, "condition"))->number)
            return false;
        entry = told_condition_add(told, integer(item, "condition"), integer(item, "object_index"), object);
        entry->first_seen_utc_ms = integer(item, "first_seen_utc_ms");
        entry->told = true;
    }
    return true;
}

static void take_runs(struct told *told, const json_t *array)
{
    const json_t *item;
    size_t i;

    json_array_foreach(array, i, item)
    {
        struct told_run *run = told_run_add(told, integer(item, "run"));
        int64_t steps = integer(item, "steps");

        run->steps = steps > 0 ? steps : 0;
        run->finished = json_is_true(json_object_get(item, "finished"));
    }
}

static bool take_document(struct told *told, const json_t *root)
{
    const char *name = json_string_value(json_object_get(root, "pool"));
    const json_t *serving = json_object_get(root, "serving");

    if (integer(root, "schema") != TOLD_SCHEMA || !name || strcmp(name, told->name) != 0)
        return false;
    told->sequence = integer(root, "sequence");
    told->serving = (struct fact_num){json_is_integer(serving), json_integer_value(serving)};
    told->sight_lost = json_is_true(json_object_get(root, "sight_lost"));
    told->feed_lost = json_is_true(json_object_get(root, "feed_lost"));
    told->runs_known = json_is_true(json_object_get(root, "runs_known"));
    told->runs_last = integer(root, "runs_last");
    take_runs(told, json_object_get(root, "runs"));
    return take_conditions(told, json_object_get(root, "conditions")) &&
           take_pending(told, json_object_get(root, "pending"));
}

static int read_file(struct told *told, struct err *err)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    AUTO(json) json_t *root = NULL;

    if (access(told->path, F_OK) != 0 && errno == ENOENT)
        return 0;
    if (whole_file_read(told->path, FILE_MAX_BYTES, &text, err) != 0)
        return -1;
    root = json_parse(strbuf_text(&text), text.length, FILE_MAX_BYTES, err);
    if (!root || !take_document(told, root))
        return err_set(err, ERR_INPUT,
                       "%s: this is not what was told of %s; move it away to tell everything anew",
                       told->path, told->name);
    return 0;
}

struct told *told_read(const char *folder, uint32_t pool, const char *name, struct err *err)
{
    AUTO(told) struct told *told = mem_alloc(sizeof(*told));
    struct told *ready = told;

    told->pool = pool;
    told->name = mem_copy_text(name);
    told->path = mem_format("%s/told-%u.json", folder, pool);
    if (read_file(told, err) != 0)
        return NULL;
    told->changed = false;
    told = NULL;
    return ready;
}

void told_free(struct told *told)
{
    if (!told)
        return;
    for (size_t i = 0; i < told->condition_count; i++)
        free(told->conditions[i].object);
    for (size_t i = 0; i < told->pending_count; i++)
        notice_free(told->pending[i]);
    free(told->conditions);
    free(told->runs);
    free(told->pending);
    free(told->name);
    free(told->path);
    free(told);
}
