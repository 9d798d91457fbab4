#include "act/stranded/stranded_compare.h"

#include "base/utc.h"

#include <stdlib.h>

/* ---- order ---- */

static int order(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_identity(const void *a, const void *b)
{
    const struct chat_message *one = a, *other = b;
    int by = order(one->room, other->room);

    if (!by)
        by = order(one->ticks, other->ticks);
    return by ? by : order(one->number, other->number);
}

static int by_author(const void *a, const void *b)
{
    return order(*(const int64_t *)a, *(const int64_t *)b);
}

/* ---- counting ---- */

static size_t count_authors(const struct chat_message *rows, size_t count, struct arena *arena)
{
    int64_t *authors = arena_alloc(arena, (count ? count : 1) * sizeof(*authors));
    size_t distinct = 0;

    for (size_t i = 0; i < count; i++)
        authors[i] = rows[i].author;
    qsort(authors, count, sizeof(*authors), by_author);
    for (size_t i = 0; i < count; i++)
        distinct += !i || authors[i] != authors[i - 1];
    return distinct;
}

static void add_room(struct stranded *stranded, size_t from, size_t to, struct arena *arena)
{
    struct stranded_room *room = arena_push(arena, &stranded->rooms, &stranded->room_count, sizeof(*room));

    *room = (struct stranded_room){
        .room = stranded->rows[from].room,
        .messages = to - from,
        .authors = count_authors(&stranded->rows[from], to - from, arena),
        .first_utc_ms = utc_ms_of_ticks(stranded->rows[from].ticks),
        .last_utc_ms = utc_ms_of_ticks(stranded->rows[to - 1].ticks),
    };
    if (stranded->room_count == 1 || room->first_utc_ms < stranded->first_utc_ms)
        stranded->first_utc_ms = room->first_utc_ms;
    if (stranded->room_count == 1 || room->last_utc_ms > stranded->last_utc_ms)
        stranded->last_utc_ms = room->last_utc_ms;
}

struct stranded stranded_compare(struct chat_message *old, size_t old_count, struct chat_message *serving,
                                 size_t serving_count, struct arena *arena)
{
    struct stranded stranded = {0};
    size_t begin = 0;

    if (serving_count)
        qsort(serving, serving_count, sizeof(*serving), by_identity);
    if (old_count)
        qsort(old, old_count, sizeof(*old), by_identity);
    for (size_t i = 0; i < old_count; i++)
        if (!serving_count || !bsearch(&old[i], serving, serving_count, sizeof(*serving), by_identity))
            *(struct chat_message *)arena_push(arena, &stranded.rows, &stranded.count,
                                               sizeof(*stranded.rows)) = old[i];
    for (size_t i = 1; i <= stranded.count; i++)
        if (i == stranded.count || stranded.rows[i].room != stranded.rows[begin].room) {
            add_room(&stranded, begin, i, arena);
            begin = i;
        }
    stranded.authors = count_authors(stranded.rows, stranded.count, arena);
    return stranded;
}
