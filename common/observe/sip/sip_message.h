/*
 * SIP messages as they come over a stream: strict, since what is not SIP must not pass for it.
 *
 * A message is taken only whole: start line, headers (folded ones joined, compact names spelled out), a
 * Content-Length that is there once, and as many bytes after them.  Source: RFC 3261 7, 7.3, 18.3, 20.14, 25.
 * Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_SIP_MESSAGE_H
#define PCHAT_OBSERVE_SIP_MESSAGE_H

#include "base/arena.h"

#include <stddef.h>

/* The largest message and the most headers: ours; what comes beyond is no answer to an OPTIONS. */
enum { SIP_MESSAGE_MAX_BYTES = 64 * 1024, SIP_MAX_HEADERS = 200 };

struct sip_header {
    const char *name;  /* the long form for a compact one: "Call-ID" for "i" */
    const char *value; /* well-formed UTF-8, unfolded, no blanks around it */
};

struct sip_message {
    int status;         /* 100..699; 0: a request */
    const char *reason; /* of a response; "" for none */
    struct sip_header *headers;
    size_t header_count;
};

enum sip_read {
    SIP_READ_MORE,    /* good so far, but not whole */
    SIP_READ_MESSAGE, /* *ret_message is set */
    SIP_READ_BROKEN   /* *ret_problem says what is wrong; nothing after it can be read */
};

/*
 * Reads the first message of the bytes; texts live in the arena.  *ret_used: how many bytes it took, empty
 * lines before it (keep-alives) included; with SIP_READ_MORE those empty lines alone.
 */
enum sip_read sip_message_read(const char *bytes, size_t length, struct arena *arena,
                               struct sip_message *ret_message, size_t *ret_used, const char **ret_problem);

/* The value of the first header of that (long) name, or NULL. */
const char *sip_message_header(const struct sip_message *message, const char *name);

/* What a message is to the one who asked. */
enum sip_match {
    SIP_MATCH_FOREIGN,     /* a request, or the response to something else */
    SIP_MATCH_PROVISIONAL, /* 1xx: the answer is yet to come */
    SIP_MATCH_FINAL
};
enum sip_match sip_message_match(const struct sip_message *message, const char *call_id, unsigned sequence,
                                 const char *method);

/* The schemes of its challenges, "NTLM, Kerberos"; NULL for none. */
const char *sip_message_challenges(const struct sip_message *message, struct arena *arena);

#endif
