#include "observe/winrm/wsman_client.h"

#include "observe/winrm/wsman_fault.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

enum {
    OPERATION_MAX_MS = 20000, /* below the 60 s after which hosts end an operation by themselves */
    CLEAN_UP_MAX_MS = 4000,
    TIMEOUT_TEXT_BYTES = 32,
    UUID_TEXT_BYTES = 37
};

/* Answers without an envelope. */
static const struct status_meaning {
    int status;
    enum sight sight;
    const char *words, *hint;
} statuses[] = {
    {401, SIGHT_LOGIN_FAILED, "the host accepts no such login (HTTP 401)", NULL},
    {403, SIGHT_DENIED, "HTTP 403: not WinRM, or access through it is forbidden",
     "is this WinRM's own port, without a proxy or IIS in between?"},
    {404, SIGHT_PROTOCOL_ERROR, "HTTP 404: no WinRM at /wsman",
     "is this the port of a WinRM HTTPS listener?"},
    {405, SIGHT_PROTOCOL_ERROR, "HTTP 405: what answers there is no WinRM", NULL},
    {407, SIGHT_PROTOCOL_ERROR, "HTTP 407: a proxy answered", "connect directly; proxies break Negotiate"},
    {415, SIGHT_PROTOCOL_ERROR, "HTTP 415: the host refuses SOAP", "what answers there is no WinRM"},
    {500, SIGHT_PROTOCOL_ERROR, "HTTP 500 without a fault",
     "the host's event log \"Windows Remote Management\" says why"},
    {503, SIGHT_REFUSED, "HTTP 503: WinRM is stopped behind HTTP.sys", "start the service WinRM on the host"},
};

int winrm_fail(struct winrm_failure *failure, enum sight sight, const char *text, const char *hint)
{
    *failure = (struct winrm_failure){.sight = sight, .text = text, .hint = hint};
    return -1;
}

struct deadline winrm_work_deadline(struct deadline deadline)
{
    int64_t share_ms = deadline_left_ms(deadline) / 4;

    deadline.at.ms -= share_ms < CLEAN_UP_MAX_MS ? share_ms : CLEAN_UP_MAX_MS;
    return deadline;
}

xmlNode *wsman_answer(const xmlDoc *document, const char *local_name)
{
    return node_child(node_child(xmlDocGetRootElement(document), "Body"), local_name);
}

/* A random UUID, version 4.  Source: RFC 4122, 4.4. */
static void make_uuid(char out[UUID_TEXT_BYTES])
{
    unsigned char b[16];

    while (getrandom(b, sizeof(b), 0) != sizeof(b))
        continue;
    b[6] = (unsigned char)((b[6] & 0x0F) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3F) | 0x80);
    snprintf(out, UUID_TEXT_BYTES, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
             b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
             b[15]);
}

/* The host must give up before we do, or its "nothing yet" never arrives. */
static void make_timeout(struct deadline deadline, char out[TIMEOUT_TEXT_BYTES])
{
    int64_t ms = deadline_left_ms(deadline) * 3 / 4;

    if (ms > OPERATION_MAX_MS)
        ms = OPERATION_MAX_MS;
    snprintf(out, TIMEOUT_TEXT_BYTES, "PT%" PRId64 ".%03" PRId64 "S", ms / 1000, ms % 1000);
}

static enum wsman_outcome fail_status(const struct wsman_reply *reply, struct arena *arena,
                                      struct winrm_failure *failure)
{
    for (size_t i = 0; i < COUNT(statuses); i++) {
        const struct status_meaning *meaning = &statuses[i];

        if (meaning->status != reply->status)
            continue;
        winrm_fail(failure, meaning->sight, meaning->words, meaning->hint);
        if (reply->status == 401 && reply->login_words)
            winrm_fail(failure, meaning->sight, reply->login_words, reply->login_hint);
        failure->http_status = reply->status;
        return WSMAN_DECLINED;
    }
    winrm_fail(failure, SIGHT_PROTOCOL_ERROR,
               arena_format(arena, "HTTP %d: no answer of WinRM", reply->status), NULL);
    failure->http_status = reply->status;
    return WSMAN_DECLINED;
}

/* Hosts name the message they answer; Identify has no message to name. */
static bool relates_to(const xmlDoc *document, const char *message, struct arena *arena)
{
    xmlNode *header = node_child(xmlDocGetRootElement(document), "Header");
    const char *related = node_text(arena, node_child(header, "RelatesTo"));

    return !message || !related ||
           (strncasecmp(related, "uuid:", 5) == 0 && strcasecmp(related + 5, message) == 0);
}

static enum wsman_outcome lost(struct winrm_failure *failure, const char *text)
{
    winrm_fail(failure, SIGHT_PROTOCOL_ERROR, text, "what answers there is no WinRM, or is broken");
    return WSMAN_LOST;
}

static enum wsman_outcome read_reply(const struct wsman_reply *reply, const char *message,
                                     struct arena *arena, xmlDoc **ret_document,
                                     struct winrm_failure *failure)
{
    AUTO(xml_document) xmlDoc *document = NULL;
    const char *problem;

    if (reply->status != 200 && (reply->status != 500 || !reply->body.length))
        return fail_status(reply, arena, failure);
    document = xml_document_parse(strbuf_text(&reply->body), reply->body.length, &problem);
    if (!document)
        return lost(failure, problem);
    if (!node_is(xmlDocGetRootElement(document), "Envelope"))
        return lost(failure, "the answer is no SOAP envelope");
    if (!relates_to(document, message, arena))
        return lost(failure, "the answer belongs to another request");
    if (wsman_fault_read(document, arena, failure))
        return WSMAN_DECLINED;
    if (reply->status != 200)
        return lost(failure, "HTTP 500 without a fault");
    *ret_document = document;
    document = NULL;
    return WSMAN_ANSWERED;
}

enum wsman_outcome wsman_exchange(struct wsman_client *client, enum wsman_operation operation,
                                  struct envelope_values values, struct deadline deadline,
                                  struct arena *arena, xmlDoc **ret_document,
                                  struct winrm_failure *ret_failure)
{
    char message[UUID_TEXT_BYTES], timeout[TIMEOUT_TEXT_BYTES];
    AUTO(strbuf) struct strbuf envelope = STRBUF_INIT;
    struct wsman_post post = {.anonymous = operation == WSMAN_IDENTIFY, .deadline = deadline};
    struct wsman_reply reply = {.body = STRBUF_INIT};
    enum wsman_outcome outcome;

    *ret_document = NULL;
    if (deadline_passed(deadline)) {
        winrm_fail(ret_failure, SIGHT_TIMED_OUT, "no time left to ask", NULL);
        return WSMAN_DECLINED;
    }
    make_uuid(message);
    make_timeout(deadline, timeout);
    values.to = client->url;
    values.message = message;
    values.timeout = timeout;
    envelope_add(&envelope, operation, &values);
    post.envelope = strbuf_text(&envelope);
    post.length_bytes = envelope.length;
    if (client->transport->ops->post(client->transport, &post, arena, &reply, ret_failure) != 0)
        outcome = WSMAN_LOST;
    else if (reply.body.length > client->bytes_left)
        outcome = lost(ret_failure, "the answers are larger than any true ones");
    else
        outcome = read_reply(&reply, post.anonymous ? NULL : message, arena, ret_document, ret_failure);
    client->bytes_left -= reply.body.length < client->bytes_left ? reply.body.length : client->bytes_left;
    strbuf_done(&reply.body);
    return outcome;
}
