#include "lab/sip/answer.h"

#include <string.h>

enum { BAD_REQUEST = 400, UNAUTHORIZED = 401, NOT_ALLOWED = 405, PROXY_UNAUTHORIZED = 407 };

static const struct {
    int code;
    const char *reason;
} reasons[] = {
    {200, "OK"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {480, "Temporarily Unavailable"},
    {481, "Call/Transaction Does Not Exist"},
    {488, "Not Acceptable Here"},
    {500, "Server Internal Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {504, "Server Time-out"},
};

static const char *reason_of(int code)
{
    for (size_t i = 0; i < COUNT(reasons); i++)
        if (reasons[i].code == code)
            return reasons[i].reason;
    return "As Asked";
}

static void put_challenges(struct strbuf *out, const char *header, const char *fqdn)
{
    static const char *const schemes[] = {"NTLM", "Kerberos", "TLS-DSK"};

    for (size_t i = 0; i < COUNT(schemes); i++)
        strbuf_format(out, "%s: %s realm=\"SIP Communications Service\", targetname=\"%s%s\", version=4\r\n",
                      header, schemes[i], strcmp(schemes[i], "Kerberos") == 0 ? "sip/" : "", fqdn);
}

/* What is said beside the code. */
static void put_details(struct strbuf *out, int code, const char *fqdn)
{
    if (code == UNAUTHORIZED)
        put_challenges(out, "WWW-Authenticate", fqdn);
    if (code == PROXY_UNAUTHORIZED)
        put_challenges(out, "Proxy-Authenticate", fqdn);
    if (code == NOT_ALLOWED)
        strbuf_add(out, "Allow: OPTIONS\r\n");
    if (code >= BAD_REQUEST)
        strbuf_format(out, "ms-diagnostics: 1000;reason=\"%s\";source=\"%s\"\r\n", reason_of(code), fqdn);
}

void sip_answer_put(struct strbuf *out, const struct sip_incoming *request, int code, const char *fqdn)
{
    if (strcmp(request->method, "ACK") == 0)
        return; /* never answered */
    if (strcmp(request->method, "OPTIONS") != 0)
        code = NOT_ALLOWED;
    if (!request->complete)
        code = BAD_REQUEST;
    strbuf_format(out, "SIP/2.0 %d %s\r\n%s", code, reason_of(code), strbuf_text(&request->copied));
    put_details(out, code, fqdn);
    strbuf_add(out, "Server: RTC/5.0\r\nContent-Length: 0\r\n\r\n");
}

void sip_garbage_put(struct strbuf *out)
{
    static const char garbage[] = "SIP/2.0 2\0"
                                  "0 \xff\xfe\x01not at all\n\n";

    strbuf_add_n(out, garbage, sizeof garbage - 1);
}
