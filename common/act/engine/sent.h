/* What came of a sending.  Inside act/engine only. */
#ifndef PCHAT_ACT_ENGINE_SENT_H
#define PCHAT_ACT_ENGINE_SENT_H

enum sent {
    SENT_DONE,   /* the other side says that it is done */
    SENT_FAILED, /* it says why not; the next look tells */
    SENT_LOST,   /* nobody knows: the session or the connection is gone */
    SENT_ENDED   /* the run has ended: the guard refused, the lock is not ours */
};

#endif
