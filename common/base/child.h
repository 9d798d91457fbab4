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

/*
 * Runs work(argument, &answer) in a child and appends its text to *text once all of it is there and the child
 * has ended.  The child's memory (heap, stacks) may grow by memory_most_bytes; what it writes to stdout is
 * part of the text.  Ends by the deadline.  To be called while the process has one thread.
 */
struct child_result child_run(void (*work)(void *argument, struct child_answer *answer), void *argument,
                              size_t memory_most_bytes, struct deadline deadline, struct strbuf *text);

#endif
