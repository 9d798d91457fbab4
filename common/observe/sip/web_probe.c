#include "observe/sip/web_probe.h"

#include "observe/sip/dial.h"

#include "base/utf8.h"

/* The status line has been read when the first byte of a page comes: the rest is of no use. */
static size_t stop_at_page(char *bytes, size_t size, size_t count, void *user)
{
    (void)bytes, (void)size, (void)count, (void)user;
    return 0;
}

/* A server that never ends its headers has not answered. */
static size_t note_header(char *line, size_t size, size_t count, void *user)
{
    bool *headers_ended = user;
    size_t length = size * count;

    *headers_ended = length > 0 && (line[0] == '\r' || line[0] == '\n');
    return length;
}

static const char *text_of(struct arena *arena, const char *text)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    if (!text)
        return NULL;
    utf8_add_text(&out, text);
    return arena_text(arena, strbuf_text(&out));
}

static void take(const struct dial *dial, long status, struct web_result *result)
{
    char *location = NULL;
    curl_off_t before_us = 0, first_byte_us = 0;

    curl_easy_getinfo(dial->curl, CURLINFO_REDIRECT_URL, &location);
    curl_easy_getinfo(dial->curl, CURLINFO_PRETRANSFER_TIME_T, &before_us);
    curl_easy_getinfo(dial->curl, CURLINFO_STARTTRANSFER_TIME_T, &first_byte_us);
    result->status = (int)status;
    result->class = web_class_of(result->status);
    result->location = text_of(dial->arena, location);
    result->probe.phases.first_byte_ms = (first_byte_us - before_us) / 1000;
    result->probe.sighting = (struct sighting){.sight = SIGHT_SEEN};
}

void web_probe(const struct probe_target *target, const char *path, struct deadline deadline,
               struct arena *arena, struct web_result *ret_result)
{
    AUTO(dial) struct dial dial;
    bool headers_ended = false;
    long status = 0;

    *ret_result = (struct web_result){0};
    dial_init(&dial, target, DIAL_TLS, deadline, arena);
    if (dial.curl) {
        curl_easy_setopt(dial.curl, CURLOPT_CONNECT_ONLY, 0L);
        curl_easy_setopt(dial.curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
        dial_set_path(&dial, path);
        curl_easy_setopt(dial.curl, CURLOPT_USERAGENT, "pchat-plugins/" PCHAT_VERSION);
        curl_easy_setopt(dial.curl, CURLOPT_WRITEFUNCTION, stop_at_page);
        curl_easy_setopt(dial.curl, CURLOPT_HEADERFUNCTION, note_header);
        curl_easy_setopt(dial.curl, CURLOPT_HEADERDATA, &headers_ended);
    }
    dial_perform(&dial, &ret_result->probe);
    if (dial.curl)
        curl_easy_getinfo(dial.curl, CURLINFO_RESPONSE_CODE, &status);
    /* Also when the page was cut off: by us, or by a server that sends it slowly. */
    if (status >= 200 && headers_ended)
        take(&dial, status, ret_result);
}
