/*
 * A look as JSON: what it adds to a snapshot, and the snapshot as it prints itself.  The cast is not written
 * out: it follows from the topology and from where the pool serves.
 */
#include "act/judge/look.h"

#include "model/json_reader.h"
#include "model/json_text.h"
#include "model/json_writer.h"
#include "model/snapshot_json.h"

#include <string.h>

enum { LOOK_SCHEMA = 1, LOOK_MAX_BYTES = 2 * SNAPSHOT_MAX_BYTES, MOST_FENCES = 1000 };

/* ---- written ---- */

static json_t *write_fence(const struct fence *fence)
{
    json_t *object = json_object();

    json_object_set_new(object, "object", json_text(fence->object));
    json_object_set_new(object, "status", json_string(fence_status_name(fence->status)));
    json_object_set_new(object, "detail", json_text(fence->detail));
    json_object_set_new(object, "asked_ms", json_integer(fence->asked.ms));
    return object;
}

static json_t *write_facts(const struct look *look, size_t at)
{
    json_t *object = json_object();

    json_object_set_new(object, "instance", json_text(look->snapshot->instances[at].name));
    for (int id = 0; id < ACT_FACT_COUNT; id++)
        json_set_group(object, act_fact_group((enum act_fact_id)id), &look->facts[at]);
    return object;
}

static json_t *write_all_facts(const struct look *look)
{
    json_t *all = json_array();

    for (size_t i = 0; look->facts && i < look->snapshot->instance_count; i++)
        json_array_append_new(all, write_facts(look, i));
    return all;
}

static json_t *write_fences(const struct look *look)
{
    json_t *all = json_array();

    for (size_t i = 0; i < look->fence_count; i++)
        json_array_append_new(all, write_fence(&look->fences[i]));
    return all;
}

char *look_to_json(const struct look *look)
{
    AUTO(json) json_t *root = json_object();
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    json_object_set_new(root, "schema", json_integer(LOOK_SCHEMA));
    json_object_set_new(root, "began_ms", json_integer(look->began.ms));
    json_object_set_new(root, "ended_ms", json_integer(look->ended.ms));
    json_object_set_new(root, "clock_jumped", json_boolean(look->clock_jumped));
    json_object_set_new(root, "probe_delay_ms", json_integer(look->probe_delay_ms));
    json_object_set_new(root, "serving_site",
                        json_text(look->cast.serving ? look->cast.serving->name : NULL));
    json_object_set_new(root, "fences", write_fences(look));
    json_object_set_new(root, "facts", write_all_facts(look));
    json_object_set_new(root, "snapshot", json_snapshot(look->snapshot));
    json_print(root, &out);
    return strbuf_take(&out);
}

/* ---- read back ---- */

static int read_schema(struct json_reader *reader, const json_t *value, void *member)
{
    (void)member;
    if (!json_is_integer(value) || json_integer_value(value) != LOOK_SCHEMA)
        return json_expected(reader, "1, the only schema this version reads");
    return 0;
}

/* member: int64_t */
static int read_whole(struct json_reader *reader, const json_t *value, void *member)
{
    if (!json_is_integer(value))
        return json_expected(reader, "a whole number");
    *(int64_t *)member = json_integer_value(value);
    return 0;
}

/* member: bool */
static int read_flag(struct json_reader *reader, const json_t *value, void *member)
{
    if (!json_is_boolean(value))
        return json_expected(reader, "true or false");
    *(bool *)member = json_is_true(value);
    return 0;
}

/* member: enum fence_status */
static int read_status(struct json_reader *reader, const json_t *value, void *member)
{
    if (!json_is_string(value) || !fence_status_parse(json_string_value(value), member))
        return json_expected(reader, "unknown, off or on");
    return 0;
}

/* member: struct look */
static int read_fence(struct json_reader *reader, const json_t *value, void *member)
{
    struct look *look = member;
    struct fence fence = {0};

    if (!json_is_object(value))
        return json_expected(reader, "an object");
    if (json_read_key(reader, value, "object", json_read_required, &fence.object) != 0 ||
        json_read_key(reader, value, "status", read_status, &fence.status) != 0 ||
        json_read_key(reader, value, "detail", json_read_text, &fence.detail) != 0 ||
        json_read_key(reader, value, "asked_ms", read_whole, &fence.asked.ms) != 0)
        return -1;
    *(struct fence *)arena_push(look->arena, &look->fences, &look->fence_count, sizeof(fence)) = fence;
    return 0;
}

/* Facts of an instance that the snapshot does not have are nobody's.  member: struct look */
static int read_facts(struct json_reader *reader, const json_t *value, void *member)
{
    struct look *look = member;
    const struct instance_snapshot *instance;
    const char *name = NULL;

    if (!json_is_object(value))
        return json_expected(reader, "an object");
    if (json_read_key(reader, value, "instance", json_read_required, &name) != 0)
        return -1;
    instance = snapshot_find(look->snapshot, name);
    if (!instance)
        return json_expected(reader, "facts of an instance of the snapshot");
    for (int id = 0; id < ACT_FACT_COUNT; id++)
        if (json_read_group(reader, value, act_fact_group((enum act_fact_id)id),
                            &look->facts[instance - look->snapshot->instances]) != 0)
            return -1;
    return 0;
}

static int read_each(struct json_reader *reader, const json_t *value, json_read_fn *read, void *member)
{
    const json_t *item;
    size_t i;

    if (json_absent(value))
        return 0;
    if (!json_is_array(value) || json_array_size(value) > MOST_FENCES)
        return json_expected(reader, "an array of at most 1000");
    json_array_foreach(value, i, item)
    {
        size_t mark = json_enter_index(reader, i);

        if (json_leave(reader, mark, read(reader, item, member)) != 0)
            return -1;
    }
    return 0;
}

static int read_fences(struct json_reader *reader, const json_t *value, void *member)
{
    return read_each(reader, value, read_fence, member);
}

/* After the snapshot: its instances say how many there are.  member: struct look */
static int read_all_facts(struct json_reader *reader, const json_t *value, void *member)
{
    struct look *look = member;

    look->facts = arena_alloc(look->arena, (look->snapshot->instance_count + 1) * sizeof(*look->facts));
    return read_each(reader, value, read_facts, look);
}

static int read_embedded(struct json_reader *reader, const json_t *value, void *member)
{
    struct look *look = member;
    struct err inner = ERR_INIT;

    look->snapshot = snapshot_of_json(value, &inner);
    return look->snapshot ? 0
                          : err_set(reader->err, ERR_INPUT, "%s: %s", strbuf_text(&reader->path), inner.text);
}

/* member: struct look, whose cast has the pool */
static int read_site(struct json_reader *reader, const json_t *value, void *member)
{
    struct look *look = member;
    const char *name = NULL;

    if (json_read_text(reader, value, &name) != 0)
        return -1;
    look->cast = cast_of(look->arena, look->cast.pool, name);
    return 0;
}

static int read_look(struct json_reader *reader, const json_t *root, struct look *look)
{
    const struct {
        const char *key;
        json_read_fn *read;
        void *member;
    } members[] = {
        {"schema", read_schema, NULL},
        {"began_ms", read_whole, &look->began.ms},
        {"ended_ms", read_whole, &look->ended.ms},
        {"clock_jumped", read_flag, &look->clock_jumped},
        {"probe_delay_ms", read_whole, &look->probe_delay_ms},
        {"serving_site", read_site, look},
        {"fences", read_fences, look},
        {"snapshot", read_embedded, look},
        {"facts", read_all_facts, look},
    };

    if (!json_is_object(root))
        return json_expected(reader, "an object");
    for (size_t i = 0; i < COUNT(members); i++)
        if (json_read_key(reader, root, members[i].key, members[i].read, members[i].member) != 0)
            return -1;
    return 0;
}

struct look *look_from_json(const char *text, size_t length, const struct topology_pool *pool,
                            struct err *err)
{
    AUTO(json) json_t *root = json_parse(text, length, LOOK_MAX_BYTES, err);
    AUTO(look) struct look *look = look_new();
    AUTO(json_reader) struct json_reader reader = {look->arena, err, STRBUF_INIT};
    struct look *result = look;

    look->cast.pool = pool;
    if (!root || read_look(&reader, root, look) != 0)
        return NULL;
    look = NULL;
    return result;
}
