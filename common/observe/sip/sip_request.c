#include "observe/sip/sip_request.h"

#include <string.h>
#include <sys/random.h>

enum { RANDOM_BYTES = 16 };

static bool add_random_hex(char *out, size_t size)
{
    unsigned char bytes[RANDOM_BYTES];

    if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
        return false;
    for (size_t i = 0; i < size - 1; i++)
        out[i] = "0123456789abcdef"[(bytes[i / 2] >> (i % 2 * 4)) & 0xF];
    out[size - 1] = '\0';
    return true;
}

bool sip_dialog_new(struct sip_dialog *ret_dialog)
{
    return add_random_hex(ret_dialog->call_id, SIP_TOKEN_BYTES) &&
           add_random_hex(ret_dialog->branch, SIP_TOKEN_BYTES) &&
           add_random_hex(ret_dialog->tag, SIP_TOKEN_BYTES) &&
           add_random_hex(ret_dialog->epid, SIP_EPID_BYTES);
}

/* An IPv6 address wears brackets in a URI and in Via. */
static void add_host(struct strbuf *out, const char *host)
{
    strbuf_format(out, strchr(host, ':') ? "[%s]" : "%s", host);
}

/* "sip:user@host" */
static void add_uri(struct strbuf *out, const char *user, const char *host)
{
    strbuf_add(out, "sip:");
    if (user)
        strbuf_format(out, "%s@", user);
    add_host(out, host);
}

void sip_call_id(struct strbuf *out, const struct sip_request *request, const struct sip_dialog *dialog)
{
    strbuf_format(out, "%s@", dialog->call_id);
    add_host(out, request->from_host);
}

void sip_request_text(struct strbuf *out, const struct sip_request *request, const struct sip_dialog *dialog)
{
    strbuf_add(out, "OPTIONS ");
    add_uri(out, request->user, request->host);
    strbuf_format(out, ":%d;transport=tls SIP/2.0\r\nVia: SIP/2.0/TLS ", request->port);
    add_host(out, request->from_host);
    /* z9hG4bK: the cookie that says "RFC 3261" (8.1.1.7).  Each attempt is a transaction of its own. */
    strbuf_format(out, ";branch=z9hG4bK%s%u\r\nMax-Forwards: %u\r\nFrom: <", dialog->branch,
                  request->sequence, request->max_forwards);
    add_uri(out, "probe", request->domain);
    strbuf_format(out, ">;tag=%s;epid=%s\r\nTo: <", dialog->tag, dialog->epid);
    add_uri(out, request->user, request->host);
    strbuf_add(out, ">\r\nCall-ID: ");
    sip_call_id(out, request, dialog);
    strbuf_format(out, "\r\nCSeq: %u OPTIONS\r\nContact: <", request->sequence);
    add_uri(out, "probe", request->from_host);
    strbuf_add(out, ";transport=tls>\r\nAccept: application/sdp\r\nUser-Agent: pchat-plugins/" PCHAT_VERSION
                    "\r\nContent-Length: 0\r\n\r\n");
}
