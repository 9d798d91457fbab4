/*
 * What a host of a snapshot shows: does it answer, is a port open, does a front end route?  Pure,
 * thread-safe.
 */
#ifndef PCHAT_ASSESS_HOST_VIEW_H
#define PCHAT_ASSESS_HOST_VIEW_H

#include "model/snapshot.h"

/* A question with three answers. */
enum answer { ANSWER_UNKNOWN, ANSWER_NO, ANSWER_YES };

/* A host's only record of a group; NULL when nothing was seen. */
#define HOST_FACT(host, group)                                                                               \
    ((host)->group.sighting.sight == SIGHT_SEEN && (host)->group.count ? &(host)->group.rows[0] : NULL)

/* By the FQDN, or the name before its first dot; case-insensitive. */
bool host_is_called(const struct host_snapshot *host, const char *name, size_t length);
/* Who lets nobody in is there all the same: refused, denied, login failed, TLS failed, even words that nobody
 * understands are answers; only silence is none. */
enum answer sight_answers(enum sight sight);
/* Did it answer in any way?  NO: it was asked and did not. */
enum answer host_answers(const struct host_snapshot *host);
/* Is the port of that purpose open? */
enum answer host_port_is_open(const struct host_snapshot *host, enum host_port purpose);
/* Does this front end route SIP, by its answer to an OPTIONS, else by its port? */
enum answer host_routes(const struct host_snapshot *host);

#endif
