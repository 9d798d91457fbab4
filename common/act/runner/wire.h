/*
 * What pchatctl and the runner say to each other over the runner's socket: one JSON object a line.  A request
 * is one line; the answer is any number of lines {"progress": TEXT} and one {"exit": CODE, "text": TEXT}.
 * Foreign bytes are survived.  Pure.
 */
#ifndef PCHAT_ACT_RUNNER_WIRE_H
#define PCHAT_ACT_RUNNER_WIRE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RUNNER_SOCKET_PATH "/run/pchat-plugins/runner.sock"
#define RUNNER_STATE_DIR   "/var/lib/pchat-plugins"
enum { WIRE_LINE_MAX = 256 * 1024, WIRE_LIST_MAX = 32 };

enum wire_command {
    WIRE_STATUS,
    WIRE_PLAN,
    WIRE_APPLY,
    WIRE_APPROVE,
    WIRE_FENCE_WORD,
    WIRE_RESUME,
    WIRE_TAKEOVER,
    WIRE_ABANDON,
    WIRE_PAUSE,
    WIRE_RESUME_WATCHING,
    WIRE_DOCTOR_ACT,
    WIRE_DRILL,
    WIRE_STRANDED,
    WIRE_COMMAND_COUNT
};

struct wire_request {
    enum wire_command command;
    const char *pool;           /* NULL: the only one */
    const char *verb;           /* plan: NULL: the verb table decides */
    const char *plan;           /* id; apply, approve */
    const char *by;             /* who says so; must agree with the socket's peer; NULL: whoever that is */
    const char *reason, *until; /* pause, fence_word; until: UTC */
    const char *accept_loss;    /* minutes, or "unknown" */
    const char *instance;       /* drill; NULL: the topology's */
    const char *objects[WIRE_LIST_MAX]; /* fence_word */
    size_t object_count;
    const char *overrides[WIRE_LIST_MAX]; /* names of gates */
    size_t override_count;
    int64_t run; /* 0: the open one */
    bool without_secondary, leave_as_is, scripts, confirmed;
    bool release;            /* fence_word: the object need not be off any more */
    bool copy_only, checkdb; /* drill */
};

/* One line with its newline. */
void wire_put_request(const struct wire_request *request, struct strbuf *out);
int wire_get_request(const char *line, size_t length, struct arena *arena, struct wire_request *ret_request,
                     struct err *err);
void wire_put_progress(const char *text, struct strbuf *out);
void wire_put_answer(int exit_code, const char *text, struct strbuf *out);
/* *ret_exit: -1 for a line of progress. */
int wire_get_answer(const char *line, size_t length, struct arena *arena, int *ret_exit,
                    const char **ret_text, struct err *err);

#endif
