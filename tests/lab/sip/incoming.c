#include "lab/sip/incoming.h"

#include <string.h>
#include <strings.h>

/* What a response repeats, with the compact forms. */
static const struct {
    const char *name, *compact;
} copied_headers[] = {{"Via", "v"}, {"From", "f"}, {"To", "t"}, {"Call-ID", "i"}, {"CSeq", ""}};

struct line {
    const char *at, *end; /* without its line end */
};

void sip_incoming_done(struct sip_incoming *incoming)
{
    strbuf_done(&incoming->copied);
}

static bool is_named(struct line line, const char *name)
{
    size_t length = strlen(name);

    if (!length || (size_t)(line.end - line.at) <= length || strncasecmp(line.at, name, length) != 0)
        return false;
    for (line.at += length; line.at < line.end && (*line.at == ' ' || *line.at == '\t');)
        line.at++;
    return line.at < line.end && *line.at == ':';
}

/* The header line at *at with the lines folded into it; moves behind them. */
static struct line next_header(const char **at, const char *end)
{
    struct line line = {*at, *at};

    do {
        const char *stop = memmem(line.end, (size_t)(end - line.end), "\r\n", 2);

        line.end = stop ? stop : end;
        *at = stop ? stop + 2 : end;
        if (*at < end && (**at == ' ' || **at == '\t'))
            line.end = *at;
    } while (line.end == *at && *at < end);
    return line;
}

static void copy(struct sip_incoming *incoming, struct line line, bool is_to, const char *tag)
{
    size_t length = (size_t)(line.end - line.at);

    strbuf_add_n(&incoming->copied, line.at, length);
    if (is_to && !memmem(line.at, length, ";tag=", 5))
        strbuf_format(&incoming->copied, ";tag=%s", tag);
    strbuf_add(&incoming->copied, "\r\n");
}

/* Returns the length of the body, or -1 when it is not told. */
static long read_headers(const char *at, const char *end, const char *tag, struct sip_incoming *incoming)
{
    unsigned found = 0;
    long body_bytes = -1;

    while (at < end) {
        struct line line = next_header(&at, end);

        for (size_t i = 0; i < COUNT(copied_headers); i++)
            if (is_named(line, copied_headers[i].name) || is_named(line, copied_headers[i].compact)) {
                copy(incoming, line, strcmp(copied_headers[i].name, "To") == 0, tag);
                found |= 1U << i;
            }
        if (is_named(line, "Content-Length") || is_named(line, "l"))
            body_bytes =
                strtol((const char *)memchr(line.at, ':', (size_t)(line.end - line.at)) + 1, NULL, 10);
    }
    incoming->complete = found == (1U << COUNT(copied_headers)) - 1;
    return body_bytes;
}

/* "OPTIONS sip:host SIP/2.0" */
static bool read_request_line(struct line line, struct sip_incoming *incoming)
{
    static const char version[] = " SIP/2.0";
    const char *blank = memchr(line.at, ' ', (size_t)(line.end - line.at));
    size_t length = blank ? (size_t)(blank - line.at) : 0;

    if (!length || length >= sizeof incoming->method || (size_t)(line.end - blank) <= sizeof version ||
        strncmp(line.end - (sizeof version - 1), version, sizeof version - 1) != 0)
        return false;
    memcpy(incoming->method, line.at, length);
    incoming->method[length] = '\0';
    return true;
}

enum sip_incoming_read sip_incoming_read(const char *bytes, size_t length, const char *tag,
                                         struct sip_incoming *ret_incoming, size_t *ret_used)
{
    const char *at = bytes, *end = bytes + length, *head_end;
    struct line first;
    long body_bytes;

    while (end - at >= 2 && memcmp(at, "\r\n", 2) == 0)
        at += 2; /* keep-alives */
    head_end = memmem(at, (size_t)(end - at), "\r\n\r\n", 4);
    if (!head_end)
        return length > SIP_INCOMING_MAX_BYTES ? SIP_INCOMING_BROKEN : SIP_INCOMING_MORE;
    *ret_incoming = (struct sip_incoming){0};
    first = next_header(&at, head_end);
    if (!read_request_line(first, ret_incoming))
        return SIP_INCOMING_BROKEN;
    body_bytes = read_headers(at, head_end, tag, ret_incoming);
    if (body_bytes >= 0 && body_bytes <= end - head_end - 4) {
        *ret_used = (size_t)(head_end + 4 - bytes) + (size_t)body_bytes;
        return SIP_INCOMING_WHOLE;
    }
    sip_incoming_done(ret_incoming);
    return body_bytes < 0 || body_bytes > SIP_INCOMING_MAX_BYTES ? SIP_INCOMING_BROKEN : SIP_INCOMING_MORE;
}
