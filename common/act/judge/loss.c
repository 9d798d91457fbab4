#include "act/judge/loss.h"

#include "assess/copies.h"
#include "assess/server_name.h"
#include "assess/server_time.h"
#include "assess/sight.h"
#include "assess/words.h"
#include "base/duration.h"

/* Whose clock the bound is told by. */
static const struct instance_snapshot *ruler(const struct look *look)
{
    const struct instance_snapshot *standby = cast_instance(&look->cast, PART_B, look->snapshot);

    return instance_seen(standby) ? standby : cast_instance(&look->cast, look_mirror(look), look->snapshot);
}

static struct fact_num later(struct fact_num a, struct fact_num b)
{
    if (!a.known || !b.known)
        return a.known ? a : b;
    return a.value > b.value ? a : b;
}

static bool writes_now(const struct look *look)
{
    return copy_is_writable(cast_instance(&look->cast, PART_A, look->snapshot)) ||
           copy_is_writable(cast_instance(&look->cast, PART_A_MIRROR, look->snapshot));
}

static struct fact_num last_moment(const struct look *look, const struct last_writable *last)
{
    struct fact_num now = server_now(ruler(look));

    if (writes_now(look))
        return now;
    if (last->partition_excluded && last->seen_utc_ms.known)
        return last->seen_utc_ms;
    return last->fenced_utc_ms.known ? later(last->seen_utc_ms, last->fenced_utc_ms) : now;
}

/* ---- what will be there ---- */

static const struct instance_snapshot *producer_of(const struct look *look, const struct chain_plan *chain)
{
    const char *name = chain->file_count ? chain->files[chain->file_count - 1]->server_name : NULL;

    for (size_t i = 0; name && i < look->snapshot->instance_count; i++)
        if (server_name_is(name, &look->snapshot->instances[i]))
            return &look->snapshot->instances[i];
    return NULL;
}

static struct fact_num restorable(const struct look *look, const struct last_writable *last,
                                  const struct chain_plan *chain)
{
    struct fact_num until;

    if (!chain)
        return last->synchronized_utc_ms;
    until = chain->until_utc_ms;
    if (chain->state == CHAIN_UNSEEN)
        return (struct fact_num){0};
    if (until.known)
        until.value = server_time_on(ruler(look), producer_of(look, chain), until.value);
    return until;
}

/* ---- in words ---- */

static const char *unknown_words(const struct loss *loss, const struct chain_plan *chain, struct arena *arena)
{
    if (!loss->last_writable_utc_ms.known)
        return "unknown: when chat was last written cannot be told by the server's clock";
    if (!chain)
        return "unknown: the mirror was never recorded as synchronized";
    return chain->why ? arena_format(arena, "unknown: %s", chain->why)
                      : "unknown: until when log backups reach was not seen";
}

static const char *known_words(const struct loss *loss, const struct look *look,
                               const struct chain_plan *chain, struct arena *arena)
{
    int64_t now = server_now(ruler(look)).value;
    char text[DURATION_TEXT_BYTES];

    return arena_format(arena, "at most %s of chat (last writable sighting %s, %s %s)",
                        duration_format_exact((loss->bound_ms + 999) / 1000, text),
                        words_time(arena, loss->last_writable_utc_ms, now),
                        chain ? "newest restorable log" : "mirror last synchronized",
                        words_time(arena, loss->restorable_utc_ms, now));
}

struct loss loss_bound(const struct look *look, const struct last_writable *last,
                       const struct chain_plan *chain, struct arena *arena)
{
    struct loss loss = {.last_writable_utc_ms = last_moment(look, last),
                        .restorable_utc_ms = restorable(look, last, chain)};

    loss.known = loss.last_writable_utc_ms.known && loss.restorable_utc_ms.known;
    if (!loss.known) {
        loss.words = unknown_words(&loss, chain, arena);
        return loss;
    }
    if (loss.last_writable_utc_ms.value > loss.restorable_utc_ms.value)
        loss.bound_ms = loss.last_writable_utc_ms.value - loss.restorable_utc_ms.value;
    loss.words = known_words(&loss, look, chain, arena);
    return loss;
}
