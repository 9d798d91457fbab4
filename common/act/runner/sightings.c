#include "act/runner/sightings.h"

#include "act/judge/gate.h"
#include "act/judge/ledger_view.h"
#include "act/memory/ledger.h"
#include "assess/copies.h"
#include "assess/server_time.h"
#include "assess/sight.h"

#include <stdlib.h>
#include <string.h>

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

static const char *key_of(const struct look *look, const char *what)
{
    return arena_format(look->arena, "%s:%s", what, look->snapshot->pool);
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

static void remember(struct journal *journal, const struct look *look, const char *what,
                     struct fact_num utc_ms)
{
    struct err err = ERR_INIT;

    journal_set(journal, key_of(look, what),
                utc_ms.known ? arena_format(look->arena, "%lld", (long long)utc_ms.value) : NULL, &err);
}

/* Since a lost principal leaves DISCONNECTED behind, the last time that it was SYNCHRONIZED is what counts.
 */
static struct fact_num synchronized_at(struct journal *journal, const struct look *look)
{
    struct fact_num at = remembered(journal, key_of(look, "synchronized"));

    for (enum part part = PART_A; part <= PART_A_MIRROR; part++) {
        const struct instance_snapshot *copy = cast_instance(&look->cast, part, look->snapshot);
        const char *state = FACT(copy, mirroring) ? FACT(copy, mirroring)->state : NULL;

        if (state && strcmp(state, "SYNCHRONIZED") == 0) {
            at = ruler_now(look);
            remember(journal, look, "synchronized", at);
        }
    }
    return at;
}

bool sightings_secondary_never_recovered(struct journal *journal, const struct look *look)
{
    const struct ledger_view ledger = ledger_view_of(look);
    struct fact_num never = remembered(journal, key_of(look, "never_recovered"));

    if (ledger.instance && ledger.is_of_record) {
        never = (struct fact_num){true, !ledger_open_run(&ledger.facts->ledger_run) &&
                                            !ledger_serving_site(&ledger.facts->ledger_run)};
        remember(journal, look, "never_recovered", never);
    }
    return never.known && never.value;
}

struct last_writable sightings_update(struct journal *journal, const struct look *look, struct mono_ms now)
{
    const struct fact_num before = remembered(journal, key_of(look, "dead_since"));
    struct last_writable last = {.partition_excluded = is_proven_dead(look, now),
                                 .synchronized_utc_ms = synchronized_at(journal, look)};

    if (!last.partition_excluded || serving_copy_is_writable(look)) {
        if (before.known)
            remember(journal, look, "dead_since", (struct fact_num){0});
        return last;
    }
    last.seen_utc_ms = before.known ? before : ruler_now(look);
    if (!before.known)
        remember(journal, look, "dead_since", last.seen_utc_ms);
    return last;
}
