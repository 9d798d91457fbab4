/*
 * Sight: whether something was seen, and if not, why not.  The zero value is "not asked", so that no
 * forgotten default looks like health.
 */
#ifndef PCHAT_MODEL_SIGHT_H
#define PCHAT_MODEL_SIGHT_H

#include <stdbool.h>

enum sight {
    SIGHT_NOT_ASKED,
    SIGHT_SEEN,
    SIGHT_REFUSED,
    SIGHT_TIMED_OUT,
    SIGHT_UNRESOLVED,
    SIGHT_TLS_FAILED,
    SIGHT_LOGIN_FAILED,
    SIGHT_DENIED,         /* answered, but this login may not see it */
    SIGHT_PROTOCOL_ERROR, /* answered something that is no answer; also a connection that was cut */
    SIGHT_COUNT
};

struct sighting {
    enum sight sight;
    /* One line for people: the server's message, the missing right (model/right.h); NULL when there is
     * nothing to add. */
    const char *detail;
};

/* "not_asked", "seen", "refused", ... as in the JSON form. */
const char *sight_name(enum sight sight);
bool sight_parse(const char *name, enum sight *ret_sight);
/* Why no TCP connection came about, by errno: what a host refused is an answer of that host; a network that
 * leads nowhere is none. */
enum sight sight_of_connect(int system_error);
/* As words in a sentence: "timed out", "refused", "name not resolved", ... */
const char *sight_words(enum sight sight);

#endif
