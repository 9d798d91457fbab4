#include "lab/web/site_rules.h"

#include <string.h>
#include <strings.h>

#define IIS "Microsoft-IIS/8.5"

enum {
    STATUS_OK = 200,
    STATUS_UNAUTHORIZED = 401,
    STATUS_NOT_FOUND = 404,
    STATUS_NOT_ALLOWED = 405,
    STATUS_LENGTH_REQUIRED = 411,
    STATUS_UNAVAILABLE = 503
};

static const struct {
    const char *path;
    enum web_part part;
} pages[] = {
    {"/PersistentChat/RM/", WEB_ROOM_MANAGEMENT},
    {"/PersistentChat/RM/default.aspx", WEB_ROOM_MANAGEMENT},
    {"/PersistentChat/MGCWebService.asmx", WEB_FILE_TRANSFER},
};

enum web_part web_part_of(const char *path)
{
    for (size_t i = 0; i < COUNT(pages); i++)
        if (strcasecmp(path, pages[i].path) == 0)
            return pages[i].part;
    return WEB_PARTS;
}

/* ---- headers ---- */

static void add_header(struct http_answer *answer, const char *name, const char *value)
{
    answer->headers[answer->header_count++] = (struct http_header){name, value};
}

static void add_challenges(struct http_answer *answer)
{
    add_header(answer, "WWW-Authenticate", "Negotiate");
    add_header(answer, "WWW-Authenticate", "NTLM");
}

static void add_allow(struct http_answer *answer)
{
    add_header(answer, "Allow", "GET, HEAD, OPTIONS, TRACE");
}

static void add_location(struct http_answer *answer)
{
    add_header(answer, "Location", "/PersistentChat/RM/default.aspx");
}

static void add_close(struct http_answer *answer)
{
    add_header(answer, "Connection", "close");
}

/* ---- answers ---- */

/* server NULL: HTTP.sys, which has no page of its own. */
static const struct answer_plan {
    unsigned status;
    const char *server, *title;
    void (*headers)(struct http_answer *answer);
} plans[] = {
    {STATUS_OK, IIS, "Persistent Chat Room Management", NULL},
    {301, IIS, "Document Moved", add_location},
    {302, IIS, "Object moved", add_location},
    {307, IIS, "Object moved", add_location},
    {308, IIS, "Object moved", add_location},
    {400, NULL, "Bad Request", add_close},
    {STATUS_UNAUTHORIZED, IIS, "401 - Unauthorized: Access is denied due to invalid credentials.",
     add_challenges},
    {403, IIS, "403 - Forbidden: Access is denied.", NULL},
    {STATUS_NOT_FOUND, IIS, "404 - File or directory not found.", NULL},
    {STATUS_NOT_ALLOWED, IIS, "405 - HTTP verb used to access this page is not allowed.", add_allow},
    {STATUS_LENGTH_REQUIRED, NULL, "Length Required", add_close},
    {500, IIS, "500 - Internal server error.", NULL},
    {STATUS_UNAVAILABLE, NULL, "Service Unavailable", add_close},
};

static struct answer_plan plan_of(unsigned status)
{
    for (size_t i = 0; i < COUNT(plans); i++)
        if (plans[i].status == status)
            return plans[i];
    return (struct answer_plan){status, IIS, "An answer that the lab was asked for", NULL};
}

static void put_answer(unsigned status, struct http_answer *answer)
{
    const struct answer_plan plan = plan_of(status);

    answer->status = status;
    answer->server = plan.server;
    add_header(answer, "Content-Type", plan.server ? "text/html" : "text/html; charset=us-ascii");
    if (plan.headers)
        plan.headers(answer);
    if (plan.server)
        add_header(answer, "X-Powered-By", "ASP.NET");
    strbuf_format(
        &answer->body,
        "<!DOCTYPE html>\r\n<html><head><title>%s</title></head><body><h1>%s</h1></body></html>\r\n",
        plan.title, plan.title);
}

/* ---- requests ---- */

static bool is_read(const struct http_request *request)
{
    return strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
}

/* HTTP.sys itself wants to know how long a body will be. */
static bool lacks_length(const struct http_exchange *exchange)
{
    const char *method = exchange->request.method;

    return !exchange->body_announced && (strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0);
}

/* Who has to log on is asked to before anything else is looked at. */
static unsigned own_status(const struct http_request *request, enum web_part part)
{
    if (part == WEB_PARTS)
        return STATUS_NOT_FOUND;
    if (part == WEB_FILE_TRANSFER)
        return STATUS_UNAUTHORIZED;
    return is_read(request) ? STATUS_OK : STATUS_NOT_ALLOWED;
}

void web_site_answer(const struct http_exchange *exchange, enum web_part part, int code,
                     struct http_answer *answer)
{
    if (lacks_length(exchange))
        put_answer(STATUS_LENGTH_REQUIRED, answer);
    else
        put_answer(code ? (unsigned)code : own_status(&exchange->request, part), answer);
}

void web_site_garbage(struct http_answer *answer)
{
    answer->status = 0;
    strbuf_add(&answer->body, "\x16\x03 this is no HTTP \xff\xfe\r\n\r\n");
}
