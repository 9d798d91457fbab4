#include "feed/feed_board.h"

#include "base/mem.h"
#include "feed/feed.h"
#include "model/json_text.h"

#include <string.h>
#include <strings.h>

static void set_text(char **member, const char *text)
{
    free(*member);
    *member = mem_copy_text(text);
}

struct feed_board *feed_board_new(const char *topology, struct clock *clock)
{
    struct feed_board *board = mem_alloc(sizeof(*board));

    *board = (struct feed_board){.clock = clock, .started_utc_ms = clock_utc_ms(clock)};
    set_text(&board->topology, topology);
    set_text(&board->runs_unknown, "not looked at yet");
    board->observer_changed = board->runs_changed = ++board->sequence;
    return board;
}

static void pool_free(struct feed_board_pool *pool)
{
    free(pool->name);
    free(pool->failure_why);
    free(pool->snapshot);
    free(pool);
}

void feed_board_free(struct feed_board *board)
{
    if (!board)
        return;
    for (size_t i = 0; i < board->pool_count; i++)
        pool_free(board->pools[i]);
    free(board->pools);
    free(board->topology);
    free(board->topology_error);
    free(board->runs_unknown);
    free(board->runs_file);
    free(board);
}

/* ---- what is known ---- */

static struct feed_board_pool **find_place(const struct feed_board *board, const char *name)
{
    for (size_t i = 0; i < board->pool_count; i++)
        if (board->pools[i] && strcasecmp(board->pools[i]->name, name) == 0)
            return &board->pools[i];
    return NULL;
}

/* Out of the old list, or new. */
static struct feed_board_pool *keep_or_make(struct feed_board *board, const struct feed_board_plan *plan)
{
    struct feed_board_pool **place = find_place(board, plan->name);
    struct feed_board_pool *pool = place ? *place : mem_alloc(sizeof(*pool));

    if (place)
        *place = NULL;
    else
        set_text(&pool->name, plan->name);
    if (pool->interval_ms != plan->interval_ms)
        pool->changed = ++board->sequence;
    pool->interval_ms = plan->interval_ms;
    return pool;
}

void feed_board_plan(struct feed_board *board, const struct feed_board_plan *plans, size_t count)
{
    struct feed_board_pool **pools = mem_alloc((count ? count : 1) * sizeof(struct feed_board_pool *));

    for (size_t i = 0; i < count; i++)
        pools[i] = keep_or_make(board, &plans[i]);
    for (size_t i = 0; i < board->pool_count; i++)
        if (board->pools[i])
            pool_free(board->pools[i]);
    free(board->pools);
    board->pools = pools;
    board->pool_count = count;
    feed_board_topology_error(board, NULL);
}

void feed_board_topology_error(struct feed_board *board, const char *why)
{
    set_text(&board->topology_error, why);
    board->observer_changed = ++board->sequence;
}

void feed_board_snapshot(struct feed_board *board, struct feed_board_pool *pool, struct mono_ms begun,
                         const char *snapshot)
{
    set_text(&pool->snapshot, snapshot);
    pool->generation = ++pool->pass;
    pool->begun = begun;
    pool->duration_ms = clock_mono(board->clock).ms - begun.ms;
    pool->changed = ++board->sequence;
}

void feed_board_failure(struct feed_board *board, struct feed_board_pool *pool, const char *why)
{
    set_text(&pool->failure_why, why);
    pool->failure_pass = ++pool->pass;
    pool->failure_at = clock_mono(board->clock);
    pool->failed++;
    pool->changed = ++board->sequence;
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool feed_board_runs(struct feed_board *board, const char *unknown, const char *file,
                     struct fact_num episodes_waiting)
{
    if (same_text(board->runs_unknown, unknown) && same_text(board->runs_file, file) &&
        board->episodes_waiting.known == episodes_waiting.known &&
        board->episodes_waiting.value == episodes_waiting.value)
        return false;
    set_text(&board->runs_unknown, unknown);
    set_text(&board->runs_file, file);
    board->episodes_waiting = episodes_waiting;
    board->runs_changed = ++board->sequence;
    return true;
}

/* ---- what is told ---- */

/* {"kind": {..., "key": rest}}: the rest is JSON already, and may be large. */
static void put(const char *kind, json_t *members, const char *key, const char *rest, struct strbuf *out)
{
    json_t *document = json_object();

    json_object_set_new(document, kind, members);
    json_print_compact(document, out);
    json_decref(document);
    if (key) {
        strbuf_truncate(out, out->length - 2);
        strbuf_format(out, ",\"%s\":", key);
        strbuf_add(out, rest ? rest : "null");
        strbuf_add(out, "}}");
    }
    strbuf_add_char(out, '\n');
}

void feed_board_put_observer(const struct feed_board *board, struct strbuf *out)
{
    json_t *members = json_object(), *names = json_array();

    json_object_set_new(members, "schema", json_integer(FEED_SCHEMA));
    json_object_set_new(members, "version", json_string(PCHAT_VERSION));
    json_object_set_new(members, "started_utc_ms", json_integer(board->started_utc_ms));
    json_object_set_new(members, "topology", json_text(board->topology));
    json_object_set_new(members, "topology_error", json_text(board->topology_error));
    for (size_t i = 0; i < board->pool_count; i++)
        json_array_append_new(names, json_text(board->pools[i]->name));
    json_object_set_new(members, "pools", names);
    put("observer", members, NULL, NULL, out);
}

static json_t *number_or_null(struct fact_num number)
{
    return number.known ? json_integer(number.value) : json_null();
}

void feed_board_put_runs(const struct feed_board *board, struct strbuf *out)
{
    json_t *members = json_object();

    json_object_set_new(members, "unknown", json_text(board->runs_unknown));
    json_object_set_new(members, "episodes_waiting", number_or_null(board->episodes_waiting));
    put("runs", members, "file", board->runs_file, out);
}

static json_t *age_of(const struct feed_board *board, struct mono_ms then)
{
    return json_integer(clock_mono(board->clock).ms - then.ms);
}

static json_t *failure_of(const struct feed_board *board, const struct feed_board_pool *pool)
{
    json_t *failure;

    if (!pool->failure_pass)
        return json_null();
    failure = json_object();
    json_object_set_new(failure, "pass", json_integer(pool->failure_pass));
    json_object_set_new(failure, "age_ms", age_of(board, pool->failure_at));
    json_object_set_new(failure, "why", json_text(pool->failure_why));
    return failure;
}

void feed_board_put_pool(const struct feed_board *board, const struct feed_board_pool *pool,
                         struct strbuf *out)
{
    json_t *members = json_object();
    bool known = pool->generation > 0;

    json_object_set_new(members, "name", json_text(pool->name));
    json_object_set_new(members, "interval_ms", json_integer(pool->interval_ms));
    json_object_set_new(members, "pass", json_integer(pool->pass));
    json_object_set_new(members, "failed", json_integer(pool->failed));
    json_object_set_new(members, "generation", json_integer(pool->generation));
    json_object_set_new(members, "age_ms", known ? age_of(board, pool->begun) : json_null());
    json_object_set_new(members, "duration_ms", known ? json_integer(pool->duration_ms) : json_null());
    json_object_set_new(members, "failure", failure_of(board, pool));
    put("pool", members, "snapshot", pool->snapshot, out);
}

void feed_board_put_error(const char *why, struct strbuf *out)
{
    json_t *document = json_object();

    json_object_set_new(document, "error", json_text(why));
    json_print_compact(document, out);
    strbuf_add_char(out, '\n');
    json_decref(document);
}

const struct feed_board_pool *feed_board_find(const struct feed_board *board, const char *name,
                                              struct err *err)
{
    struct feed_board_pool **place = name ? find_place(board, name) : NULL;

    if (!name && board->pool_count == 1)
        return board->pools[0];
    if (place)
        return *place;
    if (name)
        err_set(err, ERR_INPUT, "\"%s\" is no pool of the observer's topology %s", name, board->topology);
    else
        err_set(err, ERR_INPUT, "the observer has %zu pools; name one", board->pool_count);
    return NULL;
}

/* Which of them changed first after the cursor; NULL with runs: those. */
static const struct feed_board_pool *first_changed(const struct feed_board *board, int64_t cursor,
                                                   int64_t *ret_changed)
{
    const struct feed_board_pool *first = NULL;
    int64_t changed = board->runs_changed > cursor ? board->runs_changed : INT64_MAX;

    for (size_t i = 0; i < board->pool_count; i++) {
        const struct feed_board_pool *pool = board->pools[i];

        if (pool->changed > cursor && pool->changed < changed) {
            first = pool;
            changed = pool->changed;
        }
    }
    *ret_changed = changed;
    return first;
}

bool feed_board_put_next(const struct feed_board *board, int64_t *cursor, struct strbuf *out)
{
    const struct feed_board_pool *pool;
    int64_t changed;

    if (*cursor >= board->sequence)
        return false;
    pool = first_changed(board, *cursor, &changed);
    *cursor = changed == INT64_MAX ? board->sequence : changed;
    if (changed == INT64_MAX)
        return false;
    if (pool)
        feed_board_put_pool(board, pool, out);
    else
        feed_board_put_runs(board, out);
    return true;
}
