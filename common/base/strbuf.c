#include "base/strbuf.h"

#include "base/mem.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

/* What a formatted piece needs as a rule; a longer one is written twice. */
enum { USUAL_FORMATTED = 64 };

void strbuf_done(struct strbuf *buf)
{
    free(buf->text);
    *buf = (struct strbuf)STRBUF_INIT;
}

static void reserve(struct strbuf *buf, size_t more)
{
    size_t wanted = buf->length + more + 1;
    size_t capacity = buf->capacity ? buf->capacity : 128;

    if (wanted <= buf->capacity)
        return;
    while (capacity < wanted)
        capacity *= 2;
    buf->text = mem_resize(buf->text, capacity, 1);
    buf->capacity = capacity;
}

void strbuf_add_n(struct strbuf *buf, const char *bytes, size_t length)
{
    reserve(buf, length);
    if (length)
        memcpy(buf->text + buf->length, bytes, length);
    buf->length += length;
    buf->text[buf->length] = '\0';
}

void strbuf_add(struct strbuf *buf, const char *text)
{
    strbuf_add_n(buf, text, strlen(text));
}

void strbuf_add_char(struct strbuf *buf, char c)
{
    reserve(buf, 1);
    buf->text[buf->length++] = c;
    buf->text[buf->length] = '\0';
}

void strbuf_format(struct strbuf *buf, const char *format, ...)
{
    va_list args;
    size_t room;
    int length;

    reserve(buf, USUAL_FORMATTED);
    room = buf->capacity - buf->length;
    va_start(args, format);
    length = vsnprintf(buf->text + buf->length, room, format, args);
    va_end(args);
    if (length < 0) {
        buf->text[buf->length] = '\0';
        return;
    }
    if ((size_t)length >= room) {
        reserve(buf, (size_t)length);
        va_start(args, format);
        vsnprintf(buf->text + buf->length, (size_t)length + 1, format, args);
        va_end(args);
    }
    buf->length += (size_t)length;
}

void strbuf_truncate(struct strbuf *buf, size_t length)
{
    if (length >= buf->length)
        return;
    buf->length = length;
    buf->text[length] = '\0';
}

const char *strbuf_text(const struct strbuf *buf)
{
    return buf->text ? buf->text : "";
}

char *strbuf_take(struct strbuf *buf)
{
    char *text = buf->text ? buf->text : mem_copy_text("");

    *buf = (struct strbuf)STRBUF_INIT;
    return text;
}

int strbuf_read_fd(struct strbuf *buf, int fd, size_t max_bytes)
{
    char chunk[4096];
    ssize_t got;

    while ((got = read(fd, chunk, sizeof(chunk))) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (buf->length + (size_t)got > max_bytes) {
            errno = EFBIG;
            return -1;
        }
        strbuf_add_n(buf, chunk, (size_t)got);
    }
    return 0;
}

int strbuf_write_fd(const struct strbuf *buf, int fd)
{
    for (size_t at = 0; at < buf->length;) {
        ssize_t written = write(fd, buf->text + at, buf->length - at);

        if (written < 0 && errno != EINTR)
            return -1;
        if (written > 0)
            at += (size_t)written;
    }
    return 0;
}
