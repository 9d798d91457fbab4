/*
 * Work in a child process: what may crash, hang, leak, eat memory or call exit() costs an answer and never
 * the caller. FreeTDS does each of these when a server wants it to.
 *
 * Linux: fork, PR_SET_PDEATHSIG (the child does not outlive its parent), RLIMIT_DATA.
 */
#ifndef PCHAT_BASE_CHILD_H
#define PCHAT_BASE_CHILD_H

#include "base/clock.h"
#include "base/strbuf.h"

#include <sys/types.h>

struct child_answer {
    struct strbuf text;
    int code;
    bool in_haste; /* threads still hold things: not even a sanitizer may look for leaks */
};

enum child_end {
    CHILD_ANSWERED,
    CHILD_CRASHED,   /* by a signal that was not ours */
    CHILD_TIMED_OUT, /* it was killed */
    CHILD_FAILED     /* ended without an answer, or could not be started (errno in .code) */
};

struct child_result {
    enum child_end end;
    int code;   /* ANSWERED: the answer's, 0..255 */
    int signal; /* CRASHED */
};

/* ---- beside other work ---- */

struct child {
    pid_t pid; /* 0: none */
    int fd;    /* what it says, for poll(); -1: nothing more */
    struct strbuf said;
    struct deadline deadline;
    bool said_all, killed;
};

#define CHILD_INIT                                                                                           \
    {                                                                                                        \
        .fd = -1                                                                                             \
    }

/* As child_run(), which says what work may do, but returns at once: 0, or -1 with errno.  The caller's
 * signals are the child's too, also those that it blocks. */
int child_start(struct child *child, void (*work)(void *argument, struct child_answer *answer),
                void *argument, size_t memory_most_bytes, struct deadline deadline);
/* Takes in what it has said by now, without waiting; false: it says no more, or is to say no more. */
bool child_hear(struct child *child);
/*
 * Once child_hear() was false: ends it, in time or not.  False: it is not gone yet (never with `wait`; a
 * process that hangs in the kernel can outlive SIGKILL); SIGCHLD tells when to ask again.
 */
bool child_end(struct child *child, bool wait, struct child_result *ret_result, struct strbuf *text);

/* ---- waiting for it ---- */

/*
 * Runs work(argument, &answer) in a child and appends its text to *text once all of it is there and the child
 * has ended.  The child's memory (heap, stacks) may grow by memory_most_bytes; what it writes to stdout is
 * part of the text.  Ends by the deadline.  To be called while the process has one thread.
 */
struct child_result child_run(void (*work)(void *argument, struct child_answer *answer), void *argument,
                              size_t memory_most_bytes, struct deadline deadline, struct strbuf *text);

#endif
