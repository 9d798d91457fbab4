/*
 * A growing piece of text.  The caller owns it; strbuf_done releases it.  Not thread-safe.
 */
#ifndef PCHAT_BASE_STRBUF_H
#define PCHAT_BASE_STRBUF_H

#include "base/cleanup.h"

#include <stddef.h>

struct strbuf {
    char *text; /* NUL-terminated once anything was added; strbuf_text() is never NULL */
    size_t length, capacity;
};

#define STRBUF_INIT                                                                                          \
    {                                                                                                        \
        NULL, 0, 0                                                                                           \
    }

void strbuf_done(struct strbuf *buf);
AUTO_DEFINE_DONE(strbuf, struct strbuf)

void strbuf_add(struct strbuf *buf, const char *text);
void strbuf_add_n(struct strbuf *buf, const char *bytes, size_t length);
void strbuf_add_char(struct strbuf *buf, char c);
void strbuf_format(struct strbuf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void strbuf_truncate(struct strbuf *buf, size_t length);
const char *strbuf_text(const struct strbuf *buf);
/* Hands the text to the caller, who frees it; the buffer is empty afterwards. */
char *strbuf_take(struct strbuf *buf);

/* Reads a whole file of at most max_bytes; 0, or -1 with errno (EFBIG when larger). */
int strbuf_read_fd(struct strbuf *buf, int fd, size_t max_bytes);
/* Writes all of it, however many calls that takes; 0, or -1 with errno. */
int strbuf_write_fd(const struct strbuf *buf, int fd);

#endif
