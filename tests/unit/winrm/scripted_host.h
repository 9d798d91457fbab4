/*
 * wsman_transport filled from a table: a host that says what the test's script says, and keeps a list of what
 * it was sent.
 */
#ifndef PCHAT_TESTS_SCRIPTED_HOST_H
#define PCHAT_TESTS_SCRIPTED_HOST_H

#include "base/clock.h"
#include "observe/winrm/wsman_transport.h"

enum { SCRIPTED_MAX_POSTS = 256 };

/* What the host answers next.  The last line of a script repeats itself. */
struct scripted_line {
    int status; /* of HTTP; 0: the connection is lost, which nothing tells from a host that acted first */
    const char
        *body; /* inside an envelope's Body, or the whole answer when it begins with '<' '?' or is no XML */
    int64_t takes_ms; /* of the virtual clock */
};

struct scripted_host {
    struct wsman_transport transport;
    struct clock clock; /* virtual: only answers and sleeping take time */
    int64_t now_ms;
    const struct scripted_line *lines;
    size_t line_count, next;
    const char *posts[SCRIPTED_MAX_POSTS]; /* last part of each envelope's action: "Create", "Command", ... */
    size_t post_count;
    struct strbuf last_envelope;
};

void scripted_host_init(struct scripted_host *host, const struct scripted_line *lines, size_t line_count);
void scripted_host_done(struct scripted_host *host);
AUTO_DEFINE_DONE(scripted_host, struct scripted_host)

/* The posts as one text, "Create Command Receive". */
const char *scripted_posts(const struct scripted_host *host, struct arena *arena);

#define LINE(...)                                                                                            \
    {                                                                                                        \
        200, __VA_ARGS__, 0                                                                                  \
    }
#define FAULT(...)                                                                                           \
    {                                                                                                        \
        500, __VA_ARGS__, 0                                                                                  \
    }
#define LOST_LINE                                                                                            \
    {                                                                                                        \
        0, NULL, 0                                                                                           \
    }
#define STATUS(code)                                                                                         \
    {                                                                                                        \
        code, NULL, 0                                                                                        \
    }

#endif
