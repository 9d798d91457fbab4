/* The feed's documents, read. */
#include "feed/feed.h"

#include "act/runner/runs_file_json.h"
#include "base/mem.h"
#include "model/json_reader.h"
#include "model/snapshot_json.h"

#include <string.h>

void feed_document_free(struct feed_document *document)
{
    if (!document)
        return;
    snapshot_free(document->pool.snapshot);
    arena_free(document->arena);
    free(document);
}

/* ---- values that must be there ---- */

static int need_num(struct json_reader *reader, const json_t *object, const char *key, int64_t *ret)
{
    size_t mark = json_enter(reader, key);
    struct fact_num num = {0};

    if (json_read_num(reader, json_object_get(object, key), &num) != 0)
        return -1;
    if (!num.known || num.value < 0)
        return json_expected(reader, "a number that is not negative");
    *ret = num.value;
    return json_leave(reader, mark, 0);
}

static int need_object(struct json_reader *reader, const json_t *value)
{
    return json_is_object(value) ? 0 : json_expected(reader, "an object");
}

/* ---- the observer ---- */

static int read_names(struct json_reader *reader, const json_t *list, struct feed_observer *observer)
{
    const json_t *item;
    size_t i;

    if (!json_is_array(list))
        return json_expected(reader, "pools");
    json_array_foreach(list, i, item)
    {
        const char **name =
            arena_push(reader->arena, &observer->pools, &observer->pool_count, sizeof(*observer->pools));

        if (json_read_required(reader, item, name) != 0)
            return -1;
    }
    return 0;
}

static int read_observer(struct json_reader *reader, const json_t *value, struct clock *clock,
                         struct feed_document *document)
{
    struct feed_observer *observer = &document->observer;
    int64_t schema = 0;

    (void)clock;
    if (need_num(reader, value, "schema", &schema) != 0)
        return -1;
    if (schema != FEED_SCHEMA)
        return err_set(reader->err, ERR_INPUT,
                       "schema %lld, expected %d: this program and the observer are of "
                       "different age",
                       (long long)schema, FEED_SCHEMA);
    if (json_read_key(reader, value, "version", json_read_required, &observer->version) != 0 ||
        need_num(reader, value, "started_utc_ms", &observer->started_utc_ms) != 0 ||
        json_read_key(reader, value, "topology", json_read_required, &observer->topology) != 0 ||
        json_read_key(reader, value, "topology_error", json_read_text, &observer->topology_error) != 0)
        return -1;
    return read_names(reader, json_object_get(value, "pools"), observer);
}

/* ---- runs ---- */

static int read_runs(struct json_reader *reader, const json_t *value, struct clock *clock,
                     struct feed_document *document)
{
    struct feed_runs *runs = &document->runs;
    const json_t *file = json_object_get(value, "file");

    (void)clock;
    if (json_read_key(reader, value, "unknown", json_read_text, &runs->unknown) != 0 ||
        json_read_key(reader, value, "episodes_waiting", json_read_num, &runs->episodes_waiting) != 0)
        return -1;
    if (!json_absent(file))
        return runs_file_of_json(file, "runs.file", reader->arena, &runs->file, reader->err);
    return runs->unknown ? 0 : json_expected(reader, "why there is no file");
}

/* ---- a pool ---- */

static struct mono_ms ago(struct clock *clock, int64_t age_ms)
{
    return (struct mono_ms){clock_mono(clock).ms - age_ms};
}

static int read_failure(struct json_reader *reader, const json_t *value, struct clock *clock,
                        struct feed_pool *pool)
{
    int64_t age_ms = 0;

    if (json_absent(value))
        return 0;
    if (need_num(reader, value, "pass", &pool->failure_pass) != 0 ||
        need_num(reader, value, "age_ms", &age_ms) != 0 ||
        json_read_key(reader, value, "why", json_read_required, &pool->failure_why) != 0)
        return -1;
    pool->failure_at = ago(clock, age_ms);
    return 0;
}

static int read_snapshot(struct json_reader *reader, const json_t *value, struct clock *clock,
                         struct feed_pool *pool)
{
    const json_t *snapshot = json_object_get(value, "snapshot");
    int64_t age_ms = 0;

    if (json_absent(snapshot) && pool->generation == 0)
        return 0;
    if (json_absent(snapshot) || pool->generation == 0)
        return json_expected(reader, "a snapshot where there is a generation");
    if (need_num(reader, value, "age_ms", &age_ms) != 0 ||
        json_read_key(reader, value, "duration_ms", json_read_num, &pool->duration_ms) != 0)
        return -1;
    pool->begun = ago(clock, age_ms);
    pool->snapshot = snapshot_of_json(snapshot, reader->err);
    return pool->snapshot ? 0 : -1;
}

static int read_pool(struct json_reader *reader, const json_t *value, struct clock *clock,
                     struct feed_document *document)
{
    struct feed_pool *pool = &document->pool;

    if (json_read_key(reader, value, "name", json_read_required, &pool->name) != 0 ||
        need_num(reader, value, "interval_ms", &pool->interval_ms) != 0 ||
        need_num(reader, value, "pass", &pool->pass) != 0 ||
        need_num(reader, value, "failed", &pool->failed) != 0 ||
        need_num(reader, value, "generation", &pool->generation) != 0 ||
        read_failure(reader, json_object_get(value, "failure"), clock, pool) != 0)
        return -1;
    return read_snapshot(reader, value, clock, pool);
}

struct fact_num feed_pool_age_ms(const struct feed_pool *pool, struct clock *clock)
{
    if (!pool->snapshot)
        return (struct fact_num){0};
    return (struct fact_num){true, clock_mono(clock).ms - pool->begun.ms};
}

/* ---- any of them ---- */

static const struct {
    const char *key;
    int (*read)(struct json_reader *reader, const json_t *value, struct clock *clock,
                struct feed_document *document);
} kinds[FEED_KIND_COUNT] = {
    [FEED_OBSERVER] = {"observer", read_observer},
    [FEED_RUNS] = {"runs", read_runs},
    [FEED_POOL] = {"pool", read_pool},
    [FEED_ERROR] = {"error", NULL},
};

static int read_kind(struct json_reader *reader, const json_t *value, struct clock *clock,
                     struct feed_document *document)
{
    size_t mark = json_enter(reader, kinds[document->kind].key);

    if (document->kind == FEED_ERROR)
        return json_read_required(reader, value, &document->error);
    if (need_object(reader, value) != 0)
        return -1;
    return json_leave(reader, mark, kinds[document->kind].read(reader, value, clock, document));
}

static int read_document(struct json_reader *reader, const json_t *root, struct clock *clock,
                         struct feed_document *document)
{
    for (enum feed_kind kind = 0; kind < FEED_KIND_COUNT; kind++) {
        const json_t *value = json_object_get(root, kinds[kind].key);

        if (value) {
            document->kind = kind;
            return read_kind(reader, value, clock, document);
        }
    }
    return json_expected(reader, "a document of the observer");
}

struct feed_document *feed_read(const char *line, size_t length, struct clock *clock, struct err *err)
{
    AUTO(json) json_t *root = json_parse(line, length, FEED_DOCUMENT_MAX_BYTES, err);
    AUTO(feed_document) struct feed_document *document = mem_alloc(sizeof(*document));
    AUTO(json_reader) struct json_reader reader = {.err = err, .path = STRBUF_INIT};
    struct feed_document *whole = document;

    document->arena = reader.arena = arena_new();
    if (!root || read_document(&reader, root, clock, document) != 0)
        return NULL;
    document = NULL;
    return whole;
}
