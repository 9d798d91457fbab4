/*
 * Verbs: what can be done to a pool, and the words that all of act shares.
 *
 * A and A' are principal and mirror of the site that serves, B and B' secondary and its later mirror in the
 * site that stands by; after a switchover the sites are exchanged (cast.h).
 *
 * Sources: "Failing over Persistent Chat Server", "Failing over a mirrored database"; the switchover's and
 * the fence's steps are derived (docs/failover.md).  Pure, thread-safe.
 */
#ifndef PCHAT_ACT_JUDGE_VERB_H
#define PCHAT_ACT_JUDGE_VERB_H

#include "base/strbuf.h"

#include <stdbool.h>

enum verb {
    VERB_NONE, /* nothing is to be done, or nothing can be */
    VERB_MIRROR_SWITCH,
    VERB_MIRROR_FORCE,
    VERB_FAILOVER,
    VERB_SWITCHOVER,
    VERB_FAILBACK,
    VERB_FENCE,
    VERB_UNFENCE,
    VERB_COUNT
};

/* Who began it: a handler, by an episode, or a person. */
enum origin { ORIGIN_HANDLER, ORIGIN_PERSON, ORIGIN_COUNT };

/*
 * When a step runs.  Prepare: nothing that a user or a later failover would feel.  Fence: what is left behind
 * is switched off, which nothing after it can do without.  Cut: everything else before the guard.  Commit:
 * makes a copy writable; there is no way back.  After: the rest.
 */
enum phase { PHASE_PREPARE, PHASE_FENCE, PHASE_CUT, PHASE_COMMIT, PHASE_AFTER, PHASE_COUNT };

/* As the command line and plans spell them: "mirror-switch", "failover"; "handler"; "prepare". */
const char *verb_name(enum verb verb);
bool verb_parse(const char *name, enum verb *ret_verb);
/* Appends what verb_parse takes, "mirror-switch, mirror-force, ...", for an error. */
void verb_spellings(struct strbuf *out);
const char *origin_name(enum origin origin);
const char *phase_name(enum phase phase);
bool phase_parse(const char *name, enum phase *ret_phase);

/* Site verbs move chat to the other site: management store and chat servers take part. */
bool verb_moves_site(enum verb verb);
/* Planned: what serves is open when it begins, and is closed by its own tail, so that nothing can be lost.  A
 * person alone starts it. */
bool verb_is_planned(enum verb verb);
/* Mirror verbs: the other partner of the same site becomes principal. */
bool verb_switches_partners(enum verb verb);
/* May a handler's episode carry it out without a person, where the topology says automatic? */
bool verb_may_be_automatic(enum verb verb);

#endif
