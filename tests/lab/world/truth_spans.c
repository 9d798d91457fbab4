#include "lab/world/truth_spans.h"

#include "lab/world/truth_chat.h"
#include "lab/world/world.h"

json_t *truth_spans(const struct world *world, const struct copy_spans *spans)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < spans->count; i++) {
        const struct copy_span *span = &spans->rows[i];

        json_array_append_new(rows,
                              json_pack("{s:s, s:o, s:o}", "instance", world->instances[span->instance].name,
                                        "from", truth_utc(span->from_utc_ms), "to",
                                        span->to_utc_ms < 0 ? json_null() : truth_utc(span->to_utc_ms)));
    }
    return rows;
}

/* --- overlaps --- */

/* Copies whose spans cover an instant, as bits. */
static unsigned covered(const struct copy_spans *spans, int64_t utc_ms)
{
    unsigned instances = 0;

    for (size_t i = 0; i < spans->count; i++) {
        const struct copy_span *span = &spans->rows[i];
        if (span->from_utc_ms <= utc_ms && (span->to_utc_ms < 0 || span->to_utc_ms > utc_ms))
            instances |= 1U << span->instance;
    }
    return instances;
}

static void keep_sooner(int64_t *sooner, int64_t utc_ms, int64_t after_utc_ms)
{
    if (utc_ms > after_utc_ms && utc_ms < *sooner)
        *sooner = utc_ms;
}

/* The next instant at which a span begins or ends, or now. */
static int64_t next_change(const struct world *world, const struct copy_spans *spans, int64_t after_utc_ms)
{
    int64_t sooner = world->now_utc_ms;

    for (size_t i = 0; i < spans->count; i++) {
        keep_sooner(&sooner, spans->rows[i].from_utc_ms, after_utc_ms);
        keep_sooner(&sooner, spans->rows[i].to_utc_ms, after_utc_ms);
    }
    return sooner;
}

struct overlap {
    int64_t from_utc_ms, to_utc_ms;
    unsigned instances;
};

/* The first stretch of more than one copy at or behind that instant; false: none. */
static bool next_overlap(const struct world *world, const struct copy_spans *spans, struct overlap *ret)
{
    for (int64_t at = ret->to_utc_ms; at < world->now_utc_ms;) {
        int64_t until = next_change(world, spans, at);
        unsigned instances = covered(spans, at);

        if (instances & (instances - 1)) {
            *ret = (struct overlap){at, until, instances};
            return true;
        }
        at = until;
    }
    return false;
}

static json_t *names_json(const struct world *world, const struct overlap *overlap)
{
    json_t *names = json_array();

    for (size_t i = 0; i < world->instance_count; i++)
        if (overlap->instances >> i & 1)
            json_array_append_new(names, json_string(world->instances[i].name));
    return names;
}

/* What users wrote meanwhile, by the copy that took it. */
static json_t *messages_json(const struct world *world, const struct overlap *overlap)
{
    json_int_t counts[WORLD_INSTANCES_MAX] = {0};
    json_t *messages = json_object();

    for (size_t i = 0; i < world->lineage.messages.count; i++) {
        const struct chat_message *message = &world->lineage.messages.rows[i];
        if (message->written_utc_ms >= overlap->from_utc_ms && message->written_utc_ms < overlap->to_utc_ms)
            counts[message->instance]++;
    }
    for (size_t i = 0; i < world->instance_count; i++)
        if (overlap->instances >> i & 1)
            json_object_set_new(messages, world->instances[i].name, json_integer(counts[i]));
    return messages;
}

json_t *truth_overlaps(const struct world *world, const struct copy_spans *spans)
{
    struct overlap overlap = {0};
    json_t *rows = json_array();

    while (next_overlap(world, spans, &overlap))
        json_array_append_new(rows, json_pack("{s:o, s:o, s:o, s:o}", "from", truth_utc(overlap.from_utc_ms),
                                              "to", truth_utc(overlap.to_utc_ms), "instances",
                                              names_json(world, &overlap), "messages",
                                              messages_json(world, &overlap)));
    return rows;
}

double truth_overlap_s(const struct world *world, const struct copy_spans *spans)
{
    struct overlap overlap = {0};
    int64_t total_ms = 0;

    while (next_overlap(world, spans, &overlap))
        total_ms += overlap.to_utc_ms - overlap.from_utc_ms;
    return (double)total_ms / 1000.0;
}
