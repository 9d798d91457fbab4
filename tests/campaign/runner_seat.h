/*
 * A runner in a campaign: the product's jobs on a seat of the world, with a journal of its own, and the
 * site's fence as the campaign says it is.
 */
#ifndef PCHAT_CAMPAIGN_RUNNER_SEAT_H
#define PCHAT_CAMPAIGN_RUNNER_SEAT_H

#include "act/engine/looker.h"
#include "act/runner/jobs.h"
#include "campaign/campaign.h"

/* The site's switchboard: what its status program would say, whatever is true. */
struct switchboard {
    const struct campaign *campaign;
    bool is_off;    /* of all objects of the primary site */
    bool is_silent; /* no answer about objects of the primary site */
    bool is_honest; /* instead: off is what has no power */
};

struct runner_seat {
    struct seat *seat;
    struct journal *journal;
    struct looker_setup setup;
    struct pool_looker *looker;
    struct workshop shop;
};

/* journal: path, or ":memory:"; switchboard NULL: the site has no program that tells of fences, or the
 * topology's own.  NULL with *err. */
struct runner_seat *runner_seat_new(struct campaign *campaign, const char *name, const char *journal,
                                    const struct switchboard *switchboard, struct err *err);
void runner_seat_free(struct runner_seat *runner);
/* What the person asks for who may approve, accepts any loss, and passes what a lab's logins and an old
 * copy's messages would stop.  Static. */
struct job_request request_of_dba(enum verb verb);
AUTO_DEFINE_FREE(runner_seat, struct runner_seat)

#endif
