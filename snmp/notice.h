/*
 * A notice: one notification of PCHAT-MIB with all that it tells, from the moment at which it was concluded
 * until snmpd has taken it.  Immutable once made; survives restarts as JSON.
 */
#ifndef PCHAT_SNMP_NOTICE_H
#define PCHAT_SNMP_NOTICE_H

#include "base/arena.h"
#include "snmp/tree.h"

#include <jansson.h>

/* Numbers of the notifications in the MIB. */
enum notice_kind {
    NOTICE_RAISED = 1,
    NOTICE_CLEARED,
    NOTICE_SERVING_CHANGED,
    NOTICE_SIGHT_LOST,
    NOTICE_SIGHT_REGAINED,
    NOTICE_RUN_STARTED,
    NOTICE_STEP_FINISHED,
    NOTICE_RUN_FINISHED,
    NOTICE_FEED_LOST,
    NOTICE_FEED_REGAINED,
    NOTICE_KINDS
};

#define NOTICE_NUMBERS(X)                                                                                    \
    X(sequence)                                                                                              \
    X(at_utc_ms) X(condition) X(object_index) X(severity) X(serving) X(served_before) X(run) X(step) X(state)
#define NOTICE_TEXTS(X)                                                                                      \
    X(pool_name)                                                                                             \
    X(object)                                                                                                \
    X(message)                                                                                               \
    X(action)                                                                                                \
    X(serving_instance) X(reason) X(verb) X(plan) X(origin) X(step_name) X(step_target) X(step_outcome)

struct notice {
    struct arena *arena; /* owns it, and its texts */
    enum notice_kind kind;
    uint32_t pool; /* 0: about the feed */
#define NOTICE_NUMBER(member) struct fact_num member;
#define NOTICE_TEXT(member)   const char *member;
    NOTICE_NUMBERS(NOTICE_NUMBER)
    NOTICE_TEXTS(NOTICE_TEXT)
#undef NOTICE_NUMBER
#undef NOTICE_TEXT
};

/* A copy with texts of its own. */
struct notice *notice_new(const struct notice *notice);
void notice_free(struct notice *notice);
AUTO_DEFINE_FREE(notice, struct notice)

json_t *notice_json(const struct notice *notice);
/* NULL for what is none. */
struct notice *notice_of_json(const json_t *json, uint32_t pool);

/* What it tells, in the order of the MIB; what is not known is left out.  Values live as long as the notice.
 */
struct notice_object {
    struct place place;
    struct value value;
};
enum { NOTICE_OBJECTS_MOST = 10 };
size_t notice_objects(const struct notice *notice, struct notice_object objects[NOTICE_OBJECTS_MOST]);

#endif
