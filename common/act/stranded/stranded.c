#include "act/stranded/stranded.h"

#include "act/judge/ledger_words.h"
#include "act/stranded/stranded_compare.h"
#include "assess/copies.h"
#include "assess/sight.h"
#include "assess/words.h"
#include "base/utc.h"
#include "base/whole_file.h"
#include "model/json_text.h"
#include "observe/sql/fact_query.h"
#include "observe/sql/row_reader.h"

#include <inttypes.h>
#include <string.h>

extern const char embedded_stranded_messages_sql[];

enum {
    LOGIN_MS = 20000,
    READ_MS = 600000,
    MOST_MESSAGES = 200000, /* eight hours of Microsoft's reference load */
    MARGIN_MS = 15 * 60000, /* a log backup ends before it is finished */
    COLUMNS = 5
};

/* ---- which copies ---- */

static bool is_online(const struct instance_snapshot *copy)
{
    const struct database_fact *database = FACT(copy, database);

    return database && words_equal(database->state, "ONLINE");
}

/* The part that serves.  Whoever has gone home by hand has left the one that did, and closed it. */
static enum part serving_part(const struct look *look)
{
    const enum part by_role = look_principal(look);

    return !copy_is_writable(cast_instance(&look->cast, by_role, look->snapshot)) &&
                   copy_is_writable(cast_instance(&look->cast, PART_B, look->snapshot))
               ? PART_B
               : by_role;
}

static const struct instance_snapshot *old_copy(const struct look *look, enum part serves)
{
    const enum part of_other_site[][2] = {{PART_B, PART_B_MIRROR}, {look_principal(look), PART_COUNT}};
    const enum part *parts = of_other_site[serves == PART_B];

    for (size_t i = 0; i < 2 && parts[i] != PART_COUNT; i++) {
        const struct instance_snapshot *copy = cast_instance(&look->cast, parts[i], look->snapshot);

        if (is_online(copy))
            return copy;
    }
    return NULL;
}

/* From when on the two may differ: what was restored last was finished then.  0: from the beginning. */
static int64_t fork_utc_ms(const struct instance_snapshot *serving)
{
    int64_t newest = 0;

    for (size_t i = 0; FACT(serving, restore) && i < serving->restore.count; i++) {
        const struct restore_fact *row = &serving->restore.rows[i];

        if (words_equal(row->type, "L") && row->finished_utc_ms.known && row->finished_utc_ms.value > newest)
            newest = row->finished_utc_ms.value;
    }
    return newest ? newest - MARGIN_MS : 0;
}

/* ---- asking ---- */

struct copy_messages {
    struct chat_message *rows;
    size_t count;
};

static bool take_row(const char *const *cells, struct chat_message *ret, struct arena *arena)
{
    ret->content = cells[4] ? row_safe_text(arena, cells[4]) : "";
    return row_number(cells[0], &ret->room) && row_number(cells[1], &ret->number) &&
           row_number(cells[2], &ret->ticks) && row_number(cells[3], &ret->author);
}

static int take_rows(const struct sql_rows *rows, struct copy_messages *ret, struct arena *arena,
                     const char **ret_why)
{
    *ret_why = "the answer is not what was asked for";
    if (rows->row_count && rows->column_count != COLUMNS)
        return -1;
    if (rows->row_count > MOST_MESSAGES) {
        *ret_why = arena_format(arena, "more than %d messages are newer than the fork: compare them by hand",
                                MOST_MESSAGES);
        return -1;
    }
    ret->rows = arena_alloc(arena, (rows->row_count + 1) * sizeof(*ret->rows));
    for (ret->count = 0; ret->count < rows->row_count; ret->count++)
        if (!take_row(&rows->cells[ret->count * COLUMNS], &ret->rows[ret->count], arena))
            return -1;
    return 0;
}

static int ask(const struct stranding *stranding, enum part part, int64_t since_utc_ms,
               struct copy_messages *ret, struct arena *arena, const char **ret_why)
{
    const struct topology_pool *pool = stranding->look->cast.pool;
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
    struct sql_failure failure = {0};
    struct sql_rows rows;
    const char *_Atomic doing = NULL;
    struct sql_port *port =
        stranding->sql->open(stranding->sql->user, stranding->look->cast.parts[part],
                             deadline_in_ms(stranding->clock, LOGIN_MS), arena, &doing, &failure);
    int failed = -1;

    strbuf_format(&batch, "DECLARE @since bigint; SET @since = %" PRId64 ";\n",
                  utc_ticks_of_ms(since_utc_ms));
    fact_query_batch(&batch, embedded_stranded_messages_sql, pool->database);
    if (port)
        failed = port->ops->query(port, strbuf_text(&batch), MOST_MESSAGES + 1,
                                  deadline_in_ms(stranding->clock, READ_MS), arena, &rows, &failure);
    if (failed)
        *ret_why = row_safe_text(arena, failure.text ? failure.text : "no answer");
    else
        failed = take_rows(&rows, ret, arena, ret_why);
    sql_port_close(port);
    return failed;
}

/* ---- the file ---- */

static json_t *row_json(const struct chat_message *message)
{
    char written[UTC_TEXT_BYTES];

    return json_pack("{s:I,s:I,s:s,s:I,s:o}", "room", (json_int_t)message->room, "message",
                     (json_int_t)message->number, "written",
                     utc_format(utc_ms_of_ticks(message->ticks), written), "author",
                     (json_int_t)message->author, "content", json_text(message->content));
}

/* Its name tells what it holds: a later report of the same is the same file.  NULL: it cannot be written. */
static const char *write_file(const struct stranding *stranding, const struct stranded *stranded,
                              const char *object, struct arena *arena, struct err *err)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    const char *path;

    for (size_t i = 0; i < stranded->count; i++) {
        json_t *row = row_json(&stranded->rows[i]);
        AUTO_FREE char *line = json_dumps(row, JSON_COMPACT);

        json_decref(row);
        strbuf_format(&text, "%s\n", line);
    }
    path = arena_format(arena, "%s/stranded-%s-%" PRId64 ".jsonl", stranding->folder, object,
                        stranded->last_utc_ms / 1000);
    return whole_file_write(path, 0600, strbuf_text(&text), err) == 0 ? path : NULL;
}

/* ---- the report ---- */

static const char *span_words(struct arena *arena, int64_t first_utc_ms, int64_t last_utc_ms)
{
    char first[UTC_TEXT_BYTES], last[UTC_TEXT_BYTES];

    return arena_format(arena, "%s to %s", utc_format(first_utc_ms, first), utc_format(last_utc_ms, last));
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static void tell_rooms(const struct stranded *stranded, struct arena *arena, struct strbuf *out)
{
    for (size_t i = 0; i < stranded->room_count; i++) {
        const struct stranded_room *room = &stranded->rooms[i];

        strbuf_format(out, "room      %" PRId64 ": %zu message%s by %zu author%s, %s\n", room->room,
                      room->messages, plural(room->messages), room->authors, plural(room->authors),
                      span_words(arena, room->first_utc_ms, room->last_utc_ms));
    }
}

static const char *tell(const struct stranding *stranding, const struct stranded *stranded,
                        const char *object, const char *serving, struct arena *arena, struct strbuf *out)
{
    struct err err = ERR_INIT;
    const char *words, *path;

    if (!stranded->count) {
        strbuf_format(out, "%s holds no message that %s does not hold, too\n", object, serving);
        return STRANDED_NONE;
    }
    words = arena_format(arena, "%zu message%s of %zu room%s by %zu author%s, %s", stranded->count,
                         plural(stranded->count), stranded->room_count, plural(stranded->room_count),
                         stranded->authors, plural(stranded->authors),
                         span_words(arena, stranded->first_utc_ms, stranded->last_utc_ms));
    strbuf_format(out, "%s holds what %s does not: %s\n", object, serving, words);
    tell_rooms(stranded, arena, out);
    path = write_file(stranding, stranded, object, arena, &err);
    if (!path) {
        strbuf_format(out, "the rows could not be written: %s\n", err.text);
        return NULL;
    }
    strbuf_format(out, "rows      %s\n", path);
    return words;
}

struct stranding_outcome stranded_find(const struct stranding *stranding, struct arena *arena,
                                       struct strbuf *out)
{
    const struct look *look = stranding->look;
    const enum part serves = serving_part(look);
    const struct instance_snapshot *serving = cast_instance(&look->cast, serves, look->snapshot),
                                   *old = old_copy(look, serves);
    struct copy_messages of_old = {0}, of_serving = {0};
    struct stranding_outcome outcome = {0};
    struct stranded stranded;
    const char *why = NULL;
    int64_t since_utc_ms;

    if (!old || !serving || !copy_is_writable(serving)) {
        strbuf_format(out, "nothing is compared: %s\n",
                      !old ? "no copy of the other site is online" : "no copy is seen that serves");
        return outcome;
    }
    outcome.object = old->name;
    since_utc_ms = fork_utc_ms(serving);
    if (ask(stranding, cast_part(&look->cast, old->name), since_utc_ms, &of_old, arena, &why) != 0 ||
        ask(stranding, serves, since_utc_ms, &of_serving, arena, &why) != 0) {
        strbuf_format(out, "nothing is compared: %s\n", why);
        return outcome;
    }
    stranded = stranded_compare(of_old.rows, of_old.count, of_serving.rows, of_serving.count, arena);
    outcome.note = tell(stranding, &stranded, old->name, serving->name, arena, out);
    return outcome;
}
