/*
 * What keeps an object from writing: proof that it cannot, or a fence.  Shared by gates and guard.  Pure,
 * thread-safe.
 */
#ifndef PCHAT_ACT_JUDGE_FENCED_H
#define PCHAT_ACT_JUDGE_FENCED_H

#include "act/judge/look.h"

enum { FENCE_MOST_AGE_MS = 60000 }; /* an older status is none */

enum fence_cover {
    FENCE_COVERS_NOT,
    FENCE_BY_WORD,  /* a person's; never satisfies automatic */
    FENCE_BY_STATUS /* of the site's program */
};

/* *ret_why: what was said, by whom, when; in the arena. */
enum fence_cover fence_cover_of(const struct look *look, const char *object, struct mono_ms now,
                                struct arena *arena, const char **ret_why);
/* By either, as of when the look ended. */
bool fenced_by_anything(const struct look *look, const char *object);

/* Is this copy provably and durably not writable?  Not in the topology, absent as seen by a login that may
 * see it, OFFLINE, READ_ONLY, RESTORING and no live mirror. */
bool copy_is_proven(const struct look *look, enum part part, struct arena *arena, const char **ret_why);
/* Seen, and provably unable to start: its chat service is stopped and disabled, or it has none. */
bool chat_server_is_proven(const struct snapshot *snapshot, const struct host_snapshot *host);
/* The chat service's row; NULL: none seen. */
const struct service_fact *chat_service_of(const struct snapshot *snapshot, const struct host_snapshot *host);

#endif
