/*
 * What an answer from outside proves of a chat server: each level says more than the one before, none says
 * more than its words.  Source: levels of evidence as field practice has them; a service opens its port
 * early, keeps it while the database is gone, and idle servers run it too.  Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_SIP_EVIDENCE_H
#define PCHAT_OBSERVE_SIP_EVIDENCE_H

enum evidence {
    EVIDENCE_NONE,
    EVIDENCE_LISTENING,  /* TCP connected */
    EVIDENCE_TLS,        /* handshake done, chain verified, name matches, not expired */
    EVIDENCE_SIP,        /* a valid SIP response to our own request */
    EVIDENCE_REGISTERED, /* its ping in the database moves: the best proof of an active server */
    EVIDENCE_END_TO_END, /* a message went through a room */
    EVIDENCE_COUNT
};

/* "listening", "TLS ok", ... as the output has them. */
const char *evidence_words(enum evidence evidence);

#endif
