/*
 * What a script left on its streams, read: the one line PCHAT-JSON:… of stdout, and stderr for people.
 * Thread-safe.
 */
#ifndef PCHAT_OBSERVE_WINRM_PS_ANSWER_H
#define PCHAT_OBSERVE_WINRM_PS_ANSWER_H

#include "base/strbuf.h"
#include "observe/winrm/winrm_port.h"

struct ps_streams {
    struct strbuf output, errors; /* bytes as they came */
    int32_t exit_code;
};

/* 0, or -1 when there is not exactly one line of well-formed JSON, an object or an array. */
int ps_answer_read(const struct ps_streams *streams, struct arena *arena, struct winrm_output *ret_output,
                   struct winrm_failure *ret_failure);

#endif
