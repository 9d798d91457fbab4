#include "observe/sip/sip_message.h"

#include "base/number.h"
#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

enum { STATUS_DIGITS = 3, FIRST_STATUS = 100, LAST_STATUS = 699 };

static const char version[] = "SIP/2.0";

/* Compact forms, RFC 3261 7.3.3 and 20. */
static const struct {
    const char *compact, *name;
} compact_forms[] = {
    {"c", "Content-Type"}, {"e", "Content-Encoding"}, {"f", "From"},
    {"i", "Call-ID"},      {"k", "Supported"},        {"l", "Content-Length"},
    {"m", "Contact"},      {"s", "Subject"},          {"t", "To"},
    {"v", "Via"},
};

/* A stretch of the bytes being read. */
struct span {
    const char *at, *end;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_token(char c)
{
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr("-.!%*_+`'~", c) != NULL);
}

static struct span trim(struct span span)
{
    while (span.at < span.end && is_blank(*span.at))
        span.at++;
    while (span.at < span.end && is_blank(span.end[-1]))
        span.end--;
    return span;
}

static struct span first_line(struct span span)
{
    const char *stop = memmem(span.at, (size_t)(span.end - span.at), "\r\n", 2);

    return (struct span){span.at, stop ? stop : span.end};
}

static const char *skip_empty_lines(const char *at, const char *end)
{
    while (end - at >= 2 && at[0] == '\r' && at[1] == '\n')
        at += 2;
    return at;
}

/* Text and whole line ends only; a carriage return at the very end may yet get its line feed. */
static bool is_text(struct span span)
{
    for (const char *c = span.at; c < span.end; c++) {
        if (*c == '\r' && (c + 1 == span.end || c[1] == '\n'))
            continue;
        if (*c == '\n' && c > span.at && c[-1] == '\r')
            continue;
        if (((unsigned char)*c < ' ' && *c != '\t') || *c == 0x7F)
            return false;
    }
    return true;
}

/* UTF-8 whatever was sent; `span` holds no NUL. */
static const char *text_of(struct arena *arena, struct span span)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    utf8_add_text(&text, arena_text_n(arena, span.at, (size_t)(span.end - span.at)));
    return arena_text(arena, strbuf_text(&text));
}

/* The code of "SIP/2.0 200 OK", or 0. */
static int status_of(struct span line)
{
    const char *digits = line.at + sizeof(version);
    int status = 0;

    if (line.end - line.at < (ptrdiff_t)sizeof(version) + STATUS_DIGITS + 1 ||
        strncasecmp(line.at, version, sizeof(version) - 1) != 0 || digits[-1] != ' ' ||
        digits[STATUS_DIGITS] != ' ')
        return 0;
    for (int i = 0; i < STATUS_DIGITS; i++) {
        if (!is_digit(digits[i]))
            return 0;
        status = status * 10 + (digits[i] - '0');
    }
    return status >= FIRST_STATUS && status <= LAST_STATUS ? status : 0;
}

/* "OPTIONS sip:… SIP/2.0": servers send requests of their own on the same stream. */
static bool is_request_line(struct span line)
{
    size_t length = (size_t)(line.end - line.at), suffix = sizeof(version) - 1;
    const char *method_end = line.at;

    while (method_end < line.end && is_token(*method_end))
        method_end++;
    return method_end > line.at && method_end < line.end && *method_end == ' ' && length > suffix + 3 &&
           line.end[-(ptrdiff_t)suffix - 1] == ' ' && strncasecmp(line.end - suffix, version, suffix) == 0 &&
           line.end - (ptrdiff_t)suffix - 1 > method_end + 1;
}

static const char *long_name(struct arena *arena, struct span name)
{
    const char *text = arena_text_n(arena, name.at, (size_t)(name.end - name.at));

    for (size_t i = 0; i < COUNT(compact_forms); i++)
        if (strcasecmp(compact_forms[i].compact, text) == 0)
            return compact_forms[i].name;
    return text;
}

static const char *read_header(struct span line, struct arena *arena, struct sip_message *message)
{
    const char *colon = memchr(line.at, ':', (size_t)(line.end - line.at));
    struct span name = {line.at, colon};
    struct sip_header *header;

    if (!colon)
        return "a header line without a colon";
    while (name.end > name.at && is_blank(name.end[-1]))
        name.end--;
    for (const char *c = name.at; c < name.end; c++)
        if (!is_token(*c))
            return "a header name that is none";
    if (name.at == name.end)
        return "a header without a name";
    if (message->header_count == SIP_MAX_HEADERS)
        return "too many headers";
    header = arena_push(arena, &message->headers, &message->header_count, sizeof(*header));
    header->name = long_name(arena, name);
    header->value = text_of(arena, trim((struct span){colon + 1, line.end}));
    return NULL;
}

/* One line for each header: a line end before blanks becomes a blank. */
static struct span unfold(struct span head, struct arena *arena)
{
    char *to = arena_text_n(arena, head.at, (size_t)(head.end - head.at));
    struct span unfolded = {to, to};

    for (const char *from = head.at; from < head.end;) {
        if (head.end - from > 2 && from[0] == '\r' && is_blank(from[2])) {
            for (from += 2; from < head.end && is_blank(*from);)
                from++;
            *to++ = ' ';
        } else {
            *to++ = *from++;
        }
    }
    unfolded.end = to;
    return unfolded;
}

static const char *read_headers(struct span head, struct arena *arena, struct sip_message *message)
{
    const char *problem = NULL;

    for (const char *at = head.at; at < head.end && !problem;) {
        struct span line = first_line((struct span){at, head.end});

        problem = read_header(line, arena, message);
        at = line.end + 2;
    }
    return problem;
}

static const struct sip_header *only_header(const struct sip_message *message, const char *name)
{
    const struct sip_header *found = NULL;

    for (size_t i = 0; i < message->header_count; i++) {
        if (strcasecmp(message->headers[i].name, name) != 0)
            continue;
        if (found)
            return NULL;
        found = &message->headers[i];
    }
    return found;
}

/* What must be there once, or the message cannot be told from another. */
static const char *check_headers(const struct sip_message *message, size_t *ret_body_bytes)
{
    static const char *const required[] = {"Via", "From", "To"};
    const struct sip_header *length = only_header(message, "Content-Length");
    int64_t bytes;

    for (size_t i = 0; i < COUNT(required); i++)
        if (!sip_message_header(message, required[i]))
            return "a header is missing that every message has";
    if (!only_header(message, "Call-ID") || !only_header(message, "CSeq"))
        return "not exactly one Call-ID and one CSeq";
    if (!length || !number_parse(length->value, &bytes) || bytes < 0)
        return "not exactly one Content-Length";
    if (bytes > SIP_MESSAGE_MAX_BYTES)
        return "a message too large";
    *ret_body_bytes = (size_t)bytes;
    return NULL;
}

/* `head`: all before the empty line; its start line is good. */
static const char *read_head(struct span head, struct arena *arena, struct sip_message *message,
                             size_t *ret_body_bytes)
{
    struct span line = first_line(head);
    const char *problem;

    *message = (struct sip_message){.status = status_of(line), .reason = ""};
    if (message->status)
        message->reason =
            text_of(arena, trim((struct span){line.at + sizeof(version) + STATUS_DIGITS, line.end}));
    if (head.end - line.end > 2 && is_blank(line.end[2]))
        return "a continuation of no header";
    head.at = line.end == head.end ? head.end : line.end + 2;
    problem = read_headers(unfold(head, arena), arena, message);
    return problem ? problem : check_headers(message, ret_body_bytes);
}

/* Whether it is the beginning of a message, as far as it has come. */
static const char *check_beginning(struct span so_far)
{
    struct span line = first_line(so_far);

    if (!is_text(so_far))
        return "bytes that are no text";
    if (so_far.end - so_far.at > SIP_MESSAGE_MAX_BYTES)
        return "a message too large";
    if (line.end < so_far.end && !status_of(line) && !is_request_line(line))
        return "no SIP start line";
    return NULL;
}

enum sip_read sip_message_read(const char *bytes, size_t length, struct arena *arena,
                               struct sip_message *ret_message, size_t *ret_used, const char **ret_problem)
{
    const char *end = bytes + length, *at = skip_empty_lines(bytes, end);
    const char *head_end = memmem(at, (size_t)(end - at), "\r\n\r\n", 4);
    size_t body_bytes = 0;

    *ret_used = (size_t)(at - bytes);
    *ret_problem = check_beginning((struct span){at, head_end ? head_end + 2 : end});
    if (!*ret_problem && head_end)
        *ret_problem = read_head((struct span){at, head_end}, arena, ret_message, &body_bytes);
    if (*ret_problem)
        return SIP_READ_BROKEN;
    if (!head_end || (size_t)(end - head_end) - 4 < body_bytes)
        return SIP_READ_MORE;
    *ret_used = (size_t)(head_end - bytes) + 4 + body_bytes;
    return SIP_READ_MESSAGE;
}

const char *sip_message_header(const struct sip_message *message, const char *name)
{
    for (size_t i = 0; i < message->header_count; i++)
        if (strcasecmp(message->headers[i].name, name) == 0)
            return message->headers[i].value;
    return NULL;
}

/* "1 OPTIONS", with any blanks between. */
static bool sequence_matches(const char *value, unsigned sequence, const char *method)
{
    size_t digits = strspn(value, "0123456789");
    unsigned long number = 0;

    if (!digits || digits > 9 || !is_blank(value[digits]))
        return false;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (unsigned)(value[i] - '0');
    value += digits;
    return number == sequence && strcmp(value + strspn(value, " \t"), method) == 0;
}

enum sip_match sip_message_match(const struct sip_message *message, const char *call_id, unsigned sequence,
                                 const char *method)
{
    const char *got_call_id = sip_message_header(message, "Call-ID");
    const char *got_sequence = sip_message_header(message, "CSeq");

    if (!message->status || !got_call_id || strcmp(got_call_id, call_id) != 0 || !got_sequence ||
        !sequence_matches(got_sequence, sequence, method))
        return SIP_MATCH_FOREIGN;
    return message->status < 200 ? SIP_MATCH_PROVISIONAL : SIP_MATCH_FINAL;
}

const char *sip_message_challenges(const struct sip_message *message, struct arena *arena)
{
    AUTO(strbuf) struct strbuf schemes = STRBUF_INIT;

    for (size_t i = 0; i < message->header_count; i++) {
        const struct sip_header *header = &message->headers[i];

        if (strcasecmp(header->name, "WWW-Authenticate") != 0 &&
            strcasecmp(header->name, "Proxy-Authenticate") != 0)
            continue;
        strbuf_add(&schemes, schemes.length ? ", " : "");
        strbuf_add_n(&schemes, header->value, strcspn(header->value, " \t,"));
    }
    return schemes.length ? arena_text(arena, strbuf_text(&schemes)) : NULL;
}
