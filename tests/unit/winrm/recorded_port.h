/*
 * winrm_port filled from a table: a host that gives the answers that the test wrote down, and keeps what it
 * was asked.
 */
#ifndef PCHAT_TESTS_RECORDED_PORT_H
#define PCHAT_TESTS_RECORDED_PORT_H

#include "base/strbuf.h"
#include "observe/winrm/winrm_port.h"

enum { RECORDED_START_UTC_MS = 1000000 };

struct recorded_answer {
    /* Of a WQL query, rows by lines and cells by "|", where "-" is NULL; of a script, its JSON; NULL: it
     * fails. */
    const char *text;
    struct winrm_failure failure;
    int64_t takes_ms; /* of the virtual clock */
};

struct recorded_port {
    struct winrm_port port;
    struct clock clock; /* virtual */
    int64_t now_ms;
    const struct recorded_answer *answers; /* the last one repeats itself */
    size_t answer_count, next;
    struct strbuf asked; /* "wmi " WQL, or "ps " and the parameters; a line each */
};

void recorded_port_init(struct recorded_port *port, const struct recorded_answer *answers,
                        size_t answer_count);
void recorded_port_done(struct recorded_port *port);
AUTO_DEFINE_DONE(recorded_port, struct recorded_port)

/* The host's answer, and how it fails: by WS-Management or the script, or below it. */
#define ANSWER(...)                                                                                          \
    {                                                                                                        \
        .text = (__VA_ARGS__)                                                                                \
    }
#define FAULTED(sight_of_it, words, cure)                                                                    \
    {                                                                                                        \
        .failure = {.sight = (sight_of_it), .text = (words), .hint = (cure), .serves = true }                \
    }
#define BROKEN(sight_of_it, words, cure)                                                                     \
    {                                                                                                        \
        .failure = {.sight = (sight_of_it), .text = (words), .hint = (cure) }                                \
    }

#endif
