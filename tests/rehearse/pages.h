/*
 * What a rehearsal leaves behind: a page for each scenario (NAME.html), the page of each run as `pchatctl
 * explain` writes it (NAME-runN.html), each plan as `pchatctl plan ID --scripts` prints it
 * (NAME-plan-ID.txt), and index.html.  Pages open without a network: no script, no picture, links to each
 * other alone.
 */
#ifndef PCHAT_REHEARSE_PAGES_H
#define PCHAT_REHEARSE_PAGES_H

#include "rehearse/scenarios.h"

struct pages {
    const char *folder;
    const struct shape *shape;
    const char *pool; /* as the user calls it */
    int64_t seed;
    struct strbuf index;
};

/* Tells on stdout what is rehearsed otherwise than it is. */
void pages_begin(struct pages *pages);
/* Writes the pages of one play, and its line on stdout.  0, or -1 with *err. */
int pages_add(struct pages *pages, const struct scenario *scenario, struct play *play, struct err *err);
int pages_end(struct pages *pages, struct err *err);
void pages_done(struct pages *pages);

#endif
