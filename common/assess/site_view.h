/*
 * Who sees a site, and who does not?
 *
 * What is not seen from here proves nothing alone.  Lost means: the principal, the mirror and every chat
 * server of the site were asked and do not answer here; for each of them a vantage point of another failure
 * domain - neither the other site nor this monitor's own uplink - looked just now and did not see it; and
 * nobody saw any of them.  An answer that is old, or says neither "seen" nor "not_seen", is no vote.  Pure,
 * thread-safe.
 */
#ifndef PCHAT_ASSESS_SITE_VIEW_H
#define PCHAT_ASSESS_SITE_VIEW_H

#include "assess/host_view.h"

/* Of one SQL instance or host. */
struct object_view {
    const char *name;
    enum answer here;    /* does it answer here? */
    bool vouched;        /* a fresh independent "not seen" */
    bool elsewhere;      /* a fresh sighting by a vantage point */
    const char *seen_by; /* the vantage point of that sighting */
};

struct site_tally {
    size_t objects;   /* principal, mirror, chat servers */
    size_t seen;      /* from here */
    size_t asked;     /* from here, without an answer */
    size_t vouched;   /* a fresh independent "not seen" */
    size_t elsewhere; /* a fresh sighting by a vantage point */
};

/* Of an object of that site. */
struct object_view object_view_of(const struct snapshot *snapshot, enum site_role site, const char *name,
                                  enum answer here);
struct site_tally site_tally_of(const struct snapshot *snapshot, enum site_role site);
/* By the tally alone. */
bool site_is_lost(const struct site_tally *tally);
/* Does anything of the pool answer here, besides vantage points? */
bool site_anything_answers(const struct snapshot *snapshot);
bool vote_is_fresh(const struct snapshot *snapshot, const struct vote_fact *vote);
/* A second domain that fails neither with us nor with the site that would take over from that one. */
bool vote_is_independent(const struct snapshot *snapshot, enum site_role site, const char *domain);

#endif
