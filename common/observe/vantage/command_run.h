/*
 * One run of a program of the site: no shell, an environment of its own, in a process group that ends with it
 * at the latest at the deadline.
 *
 * Linux: PR_SET_PDEATHSIG (it does not outlive us), pidfd (its end is seen while something else still holds
 * its output).  A program that makes a session of its own (setsid) leaves the group, and is not ended.  May
 * be called by several threads; SIGCHLD must not be ignored.
 */
#ifndef PCHAT_OBSERVE_VANTAGE_COMMAND_RUN_H
#define PCHAT_OBSERVE_VANTAGE_COMMAND_RUN_H

#include "base/clock.h"
#include "base/strbuf.h"

enum command_end {
    COMMAND_EXITED,    /* .code */
    COMMAND_KILLED,    /* by the signal .code, which was not ours */
    COMMAND_TIMED_OUT, /* ended by us */
    COMMAND_TOO_MUCH,  /* likewise, as it wrote more than was wanted */
    COMMAND_NOT_RUN    /* errno in .code */
};

struct command_result {
    enum command_end end;
    int code;
};

struct command {
    const char *path;
    const char *const *args; /* after the program's own name */
    size_t arg_count;
    const char *input; /* what it reads from stdin; NUL-terminated */
    size_t output_most_bytes;
};

/* Appends what it wrote to stdout and to stderr. */
struct command_result command_run(const struct command *command, struct deadline deadline,
                                  struct strbuf *output, struct strbuf *errors);

#endif
