/*
 * What a vantage point said, and what of it is a vote: the rules of vantage.h, the same for every kind.
 */
#ifndef PCHAT_OBSERVE_VANTAGE_VERDICTS_H
#define PCHAT_OBSERVE_VANTAGE_VERDICTS_H

#include "model/snapshot.h"
#include "observe/vantage/objects.h"

enum verdict { VERDICT_UNKNOWN, VERDICT_SEEN, VERDICT_NOT_SEEN };

struct verdict_told {
    enum verdict verdict;
    struct fact_num at_utc_ms; /* by the vantage point's clock */
    bool is_live;              /* asked for anew just now, by one that has no clock: its age is 0 */
    bool told;
};

struct verdicts {
    const struct vantage_objects *objects;
    struct verdict_told of[OBJECTS_MAX]; /* beside the objects */
    struct verdict_told reference;
    struct fact_num now_utc_ms; /* the vantage point's clock when it answered */
    bool has_no_clock;          /* by its nature: what it says is live, or of no age */
    bool can_look;              /* that it answers at all proves that it sees what it tells of */
};

/* A second word about the same is a contradiction: unknown from then on. */
void verdict_tell(struct verdict_told *told, enum verdict verdict, struct fact_num at_utc_ms);
/* "seen", "not_seen", "unknown"; false for other words. */
bool verdict_parse(const char *word, size_t length, enum verdict *ret_verdict);

/* One row for each object, and the group's sighting. */
void verdicts_put(const struct verdicts *verdicts, const struct topology_vantage *vantage,
                  struct arena *arena, struct host_snapshot *seen);
/* The vantage point brought nothing; detail lives in the arena. */
void verdicts_fail(enum sight sight, const char *detail, struct host_snapshot *seen);

#endif
