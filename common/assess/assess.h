/*
 * Assess: pure functions from a snapshot and its limits to a report.  No socket, no clock, no printing;
 * nothing here can block or fail.  Thread-safe.
 */
#ifndef PCHAT_ASSESS_H
#define PCHAT_ASSESS_H

#include "model/report.h"
#include "model/snapshot.h"

/* Who is meant to serve chat: the primary site as designed, unless somebody says otherwise. */
enum expect { EXPECT_PRIMARY, EXPECT_BACKUP, EXPECT_MIRROR, EXPECT_ANY };

struct assess_options {
    /* Of one endpoint unseen from one place, and of what rests on that alone; SEVERITY_UNKNOWN by default. */
    enum severity unreachable;
    const char *only_instance; /* -H: speak of this one alone; NULL: all */
    enum expect expect;        /* assess_pool */
};

/*
 * How far the backup site is behind, how much chat would be lost, whether protection stands.  Asks in this
 * order: can I see? which copies are writable? mirroring, log shipping, chain; hygiene.  The caller frees the
 * report.
 */
struct report *assess_replication(const struct snapshot *snapshot, const struct assess_options *options);

/*
 * Which site serves chat, whether that is what was intended, whether anything contradicts it: the state table
 * of pool_state.h over the snapshot.  The caller frees the report.
 */
struct report *assess_pool(const struct snapshot *snapshot, const struct assess_options *options);

/*
 * Whether what carries chat is up, host by host: Windows services, ports, SIP answers, web pages.  The caller
 * frees the report.
 */
struct report *assess_service(const struct snapshot *snapshot, const struct assess_options *options);

#endif
