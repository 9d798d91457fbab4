/*
 * Words for evidence: who said the same, where and when; or why nobody said anything.  Pure; texts live in
 * the arena.
 */
#ifndef PCHAT_DISCOVER_EVIDENCE_H
#define PCHAT_DISCOVER_EVIDENCE_H

#include "discover/survey.h"

/* Those who said the same. */
struct group {
    const char *value;
    const char **names;
    size_t name_count;
    int64_t at_utc_ms; /* of the last */
};

struct groups {
    struct arena *arena;
    struct group *items; /* in the order in which the values came */
    size_t count;
};

/* Values compare by case; a name counts once. */
void groups_add(struct groups *groups, const char *value, const char *name, int64_t at_utc_ms);

/* "pc1, pc2, pc3" or, of more than eight, "pc1, pc2, ... and 5 more". */
const char *evidence_names(struct arena *arena, const struct group *group);
/* "Win32_Service on pc1, pc2, 05:20:10Z" */
const char *evidence_of(struct arena *arena, enum ask_id ask, const struct group *group);
/* Why an ask brought nothing: "pc1: timed out (no answer); pc2: ...", or that nobody could be asked. */
const char *evidence_silence(const struct survey *survey, struct arena *arena, enum ask_id ask);

#endif
