/*
 * A reader's connection to the observer: a request out, lines in.  Inside the room.
 */
#ifndef PCHAT_FEED_LINK_H
#define PCHAT_FEED_LINK_H

#include "base/err.h"
#include "base/strbuf.h"

#include <stdbool.h>

struct feed_link {
    int fd;
    struct strbuf said;
    size_t begin, searched; /* where the next line begins; up to where it has no end */
};

#define FEED_LINK_INIT                                                                                       \
    {                                                                                                        \
        .fd = -1                                                                                             \
    }

/* Connects without blocking and sends the request, a line.  0, or -1 with ERR_IO; *ret_full: too many others
 * wait, and it may be tried again. */
int feed_link_open(struct feed_link *link, const char *socket_path, const char *request, bool *ret_full,
                   struct err *err);
void feed_link_done(struct feed_link *link);
AUTO_DEFINE_DONE(feed_link, struct feed_link)

enum feed_line {
    FEED_LINE_WHOLE, /* valid until the next call */
    FEED_LINE_PART,  /* it was read what there is; there may be more at once */
    FEED_LINE_WAIT,  /* nothing is there */
    FEED_LINE_END    /* with *err */
};
/* Reads at most once. */
enum feed_line feed_link_line(struct feed_link *link, const char **ret_line, size_t *ret_length,
                              struct err *err);

#endif
