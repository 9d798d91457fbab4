#include "act/runner/sightings.h"

#include "act/judge/gate.h"
#include "assess/copies.h"
#include "assess/server_time.h"
#include "assess/sight.h"

#include <stdlib.h>

/* The ruler: B's clock, else that of whoever of the pair answers. */
static struct fact_num ruler_now(const struct look *look)
{
    static const enum part order[] = {PART_B, PART_A_MIRROR, PART_A};

    for (size_t i = 0; i < COUNT(order); i++) {
        const struct instance_snapshot *instance = cast_instance(&look->cast, order[i], look->snapshot);

        if (instance_seen(instance))
            return server_now(instance);
    }
    return (struct fact_num){0};
}

static bool serving_copy_is_writable(const struct look *look)
{
    for (enum part part = PART_A; part <= PART_A_MIRROR; part++) {
        const struct instance_snapshot *copy = cast_instance(&look->cast, part, look->snapshot);

        if (copy && copy_is_writable(copy))
            return true;
    }
    return false;
}

static bool is_proven_dead(const struct look *look, struct mono_ms now)
{
    const struct gate_question question = {.verb = VERB_FAILOVER,
                                           .origin = ORIGIN_PERSON,
                                           .phase = PHASE_COMMIT,
                                           .look = look,
                                           .loss_accepted_s = -1,
                                           .since_last_run_s = -1,
                                           .now = now};

    return gate_judge(GATE_evidence, &question, look->arena).state == GATE_OK;
}

static const char *key_of(const struct look *look)
{
    return arena_format(look->arena, "dead_since:%s", look->snapshot->pool);
}

static struct fact_num remembered(struct journal *journal, const char *key)
{
    struct err err = ERR_INIT;
    AUTO_FREE char *text = journal_get(journal, key, &err);
    char *end;
    struct fact_num utc_ms = {0};

    if (!text)
        return utc_ms;
    utc_ms.value = strtoll(text, &end, 10);
    utc_ms.known = end != text && !*end;
    return utc_ms;
}

static void remember(struct journal *journal, const struct look *look, struct fact_num utc_ms)
{
    struct err err = ERR_INIT;

    journal_set(journal, key_of(look),
                utc_ms.known ? arena_format(look->arena, "%lld", (long long)utc_ms.value) : NULL, &err);
}

struct last_writable sightings_update(struct journal *journal, const struct look *look, struct mono_ms now)
{
    const struct fact_num before = remembered(journal, key_of(look));
    struct last_writable last = {.partition_excluded = is_proven_dead(look, now)};

    if (!last.partition_excluded || serving_copy_is_writable(look)) {
        if (before.known)
            remember(journal, look, (struct fact_num){0});
        return last;
    }
    last.seen_utc_ms = before.known ? before : ruler_now(look);
    if (!before.known)
        remember(journal, look, last.seen_utc_ms);
    return last;
}
