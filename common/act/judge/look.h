/*
 * A look: all that a decision of act may rest on, taken at one time - a snapshot of the pool seen with the
 * acting login, what acting must know beyond it, and what the site's fence says.  Immutable once taken; the
 * journal keeps each one that a decision rested on (look_to_json).
 *
 * Unknown stays unknown: what was not asked or not seen carries its sighting.
 */
#ifndef PCHAT_ACT_JUDGE_LOOK_H
#define PCHAT_ACT_JUDGE_LOOK_H

#include "act/judge/act_facts.h"
#include "act/judge/cast.h"
#include "act/judge/verb.h"
#include "base/clock.h"
#include "base/err.h"

enum fence_status {
    FENCE_UNKNOWN,
    FENCE_OFF,
    FENCE_ON,
    FENCE_STATUS_COUNT
};                                                       /* off: cannot act, as the program says */
const char *fence_status_name(enum fence_status status); /* "unknown", "off", "on" */
bool fence_status_parse(const char *name, enum fence_status *ret_status);

/* What the site's program said of one object, asked again for this look. */
struct fence {
    const char *object; /* a SQL instance or chat server, by its name in the topology */
    enum fence_status status;
    const char *detail;   /* the program's words, or why there are none; may be NULL */
    struct mono_ms asked; /* when: a status older than 60 s is none */
};

struct look {
    struct arena *arena; /* owns everything below */
    struct snapshot *snapshot;
    struct cast cast;
    struct act_facts *facts; /* one for each of snapshot->instances, in its order */
    struct fence *fences;
    size_t fence_count;
    struct mono_ms began, ended; /* our own clock: how old the look is */
    bool clock_jumped;      /* host UTC and monotonic time parted while it was taken, or since the last one */
    int64_t probe_delay_ms; /* how much later than planned it began */
};

struct look *look_new(void);
void look_free(struct look *look);
AUTO_DEFINE_FREE(look, struct look)

const struct act_facts *look_facts(const struct look *look,
                                   const struct topology_sql *instance); /* NULL: none */
/* The newest answer about that object; FENCE_UNKNOWN with asked = 0 where there is none. */
struct fence look_fence(const struct look *look, const char *object);

/* The part of the serving site that is principal now: whoever claims it, by the higher role sequence where
 * both do; PART_A where nobody does. */
enum part look_principal(const struct look *look);
/* The other partner of the serving site. */
enum part look_mirror(const struct look *look);
/* The copy that the verb lets serve instead: of mirror verbs the mirror, of site verbs B; PART_COUNT: none.
 */
enum part look_target(const struct look *look, enum verb verb);

/* malloc'ed JSON, deterministic; journals and tests keep it.  Reading it back: for replays and goldens. */
char *look_to_json(const struct look *look);
struct look *look_from_json(const char *text, size_t length, const struct topology_pool *pool,
                            struct err *err);

#endif
