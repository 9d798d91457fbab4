#include "lab/http/http_server.h"

#include "base/clock.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <string.h>
#include <sys/socket.h>

/* HTTP.sys closes idle connections after 120 s; MaxEnvelopeSizekb of WinRM is 500. */
enum { IDLE_TIMEOUT_S = 120 };
enum { SUSPENDED_MAX = 256, BODY_MAX_BYTES = 500 * 1024 };

struct exchange {
    struct http_server *server;
    struct MHD_Connection *connection;
    uint64_t number;
    struct strbuf body;
    int64_t started_ms;
    bool complete, suspended;
    struct event *wait;
};

struct http_server {
    struct event_base *base;
    struct http_handler handler;
    uint64_t requests; /* so far */
    struct MHD_Daemon *daemon;
    struct event *readable, *due;
    struct exchange *suspended[SUSPENDED_MAX];
    size_t suspended_count;
    bool stopping;
};

/* ---- the daemon's turn ---- */

static void run(struct http_server *server)
{
    MHD_UNSIGNED_LONG_LONG wait_ms = 0;

    MHD_run(server->daemon);
    if (MHD_get_timeout(server->daemon, &wait_ms) != MHD_YES)
        return;
    const struct timeval wait = {(time_t)(wait_ms / 1000), (suseconds_t)(wait_ms % 1000 * 1000)};
    event_add(server->due, &wait);
}

static void on_turn(evutil_socket_t fd, short what, void *user)
{
    (void)fd;
    (void)what;
    run(user);
}

/* ---- waiting ---- */

static void forget_suspended(struct exchange *exchange)
{
    struct http_server *server = exchange->server;

    for (size_t i = 0; i < server->suspended_count; i++) {
        if (server->suspended[i] != exchange)
            continue;
        server->suspended[i] = server->suspended[--server->suspended_count];
        return;
    }
}

static void resume(struct exchange *exchange)
{
    if (!exchange->suspended)
        return;
    exchange->suspended = false;
    forget_suspended(exchange);
    MHD_resume_connection(exchange->connection);
}

static void on_waited(evutil_socket_t fd, short what, void *user)
{
    struct exchange *exchange = user;
    struct http_server *server = exchange->server;

    (void)fd;
    (void)what;
    resume(exchange);
    run(server);
}

static enum MHD_Result wait_for(struct exchange *exchange, int64_t wait_ms)
{
    struct http_server *server = exchange->server;
    const struct timeval wait = {wait_ms / 1000, wait_ms % 1000 * 1000};

    if (server->stopping || server->suspended_count == SUSPENDED_MAX)
        return MHD_NO;
    if (!exchange->wait)
        exchange->wait = evtimer_new(server->base, on_waited, exchange);
    event_add(exchange->wait, &wait);
    server->suspended[server->suspended_count++] = exchange;
    exchange->suspended = true;
    MHD_suspend_connection(exchange->connection);
    return MHD_YES;
}

/* ---- one request ---- */

static struct exchange *exchange_new(struct http_server *server, struct MHD_Connection *connection)
{
    struct exchange *exchange = mem_alloc(sizeof *exchange);

    exchange->server = server;
    exchange->connection = connection;
    exchange->number = ++server->requests;
    return exchange;
}

static void on_completed(void *user, struct MHD_Connection *connection, void **memory,
                         enum MHD_RequestTerminationCode how)
{
    struct exchange *exchange = *memory;

    (void)user;
    (void)connection;
    (void)how;
    *memory = NULL;
    if (!exchange)
        return;
    if (exchange->wait)
        event_free(exchange->wait);
    forget_suspended(exchange);
    strbuf_done(&exchange->body);
    free(exchange);
}

static enum MHD_Result send_raw(struct MHD_Connection *connection, struct http_answer *answer)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);

    if (info && answer->body.length > 0)
        gnutls_record_send((gnutls_session_t)info->tls_session, answer->body.text, answer->body.length);
    strbuf_done(&answer->body);
    return MHD_NO;
}

static enum MHD_Result send_answer(struct MHD_Connection *connection, struct http_answer *answer)
{
    if (answer->status == 0)
        return send_raw(connection, answer);
    size_t length = answer->body.length;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(length, strbuf_take(&answer->body), MHD_RESPMEM_MUST_FREE);

    MHD_add_response_header(response, MHD_HTTP_HEADER_SERVER,
                            answer->server ? answer->server : "Microsoft-HTTPAPI/2.0");
    for (size_t i = 0; i < answer->header_count; i++)
        MHD_add_response_header(response, answer->headers[i].name, answer->headers[i].value);
    enum MHD_Result queued = MHD_queue_response(connection, answer->status, response);
    MHD_destroy_response(response);
    return queued;
}

static const char *address_of(struct MHD_Connection *connection, char out[INET_ADDRSTRLEN])
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr_in *address =
        info ? (const struct sockaddr_in *)(const void *)info->client_addr : NULL;

    if (!address || address->sin_family != AF_INET ||
        !inet_ntop(AF_INET, &address->sin_addr, out, INET_ADDRSTRLEN))
        return "";
    return out;
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static void **memory_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static enum MHD_Result answer(struct exchange *exchange, const char *method, const char *path)
{
    struct MHD_Connection *connection = exchange->connection;
    char address[INET_ADDRSTRLEN];
    struct http_answer answer = {0};
    const struct http_exchange seen = {
        .request = {method, path, header(connection, "Content-Type"), header(connection, "Authorization"),
                    header(connection, "WSMANIDENTIFY")},
        .number = exchange->number,
        .memory = memory_of(connection),
        .address = address_of(connection, address),
        .body = strbuf_text(&exchange->body),
        .body_length = exchange->body.length,
        .body_announced = header(connection, "Content-Length") || header(connection, "Transfer-Encoding"),
        .started_ms = exchange->started_ms,
        .now_ms = clock_mono(clock_system()).ms,
        .again = exchange->wait != NULL,
    };

    exchange->server->handler.answer(exchange->server->handler.user, &seen, &answer);
    if (answer.wait_ms == 0)
        return send_answer(connection, &answer);
    strbuf_done(&answer.body);
    return wait_for(exchange, answer.wait_ms);
}

/* Called for the head, for each piece of the body, at its end, and after each wait. */
static enum MHD_Result on_request(void *user, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_length, void **memory)
{
    struct exchange *exchange = *memory;

    (void)version;
    if (!exchange) {
        *memory = exchange_new(user, connection);
        return MHD_YES;
    }
    if (*upload_length > 0) {
        if (exchange->body.length + *upload_length > BODY_MAX_BYTES)
            return MHD_NO;
        strbuf_add_n(&exchange->body, upload, *upload_length);
        *upload_length = 0;
        return MHD_YES;
    }
    if (!exchange->complete)
        exchange->started_ms = clock_mono(clock_system()).ms;
    exchange->complete = true;
    return answer(exchange, method, path);
}

static void on_connection(void *user, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    const struct http_server *server = user;
    void **memory = *context;

    (void)connection;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        *context = mem_alloc(sizeof *memory);
        return;
    }
    if (memory && *memory)
        server->handler.forget(*memory);
    free(memory);
    *context = NULL;
}

/* ---- life ---- */

static char *take_pem(BIO *memory, int written)
{
    char *text = NULL;
    long length = written == 1 ? BIO_get_mem_data(memory, &text) : 0;
    char *copy = length > 0 ? mem_format("%.*s", (int)length, text) : NULL;

    BIO_free(memory);
    return copy;
}

static char *certificate_pem(SSL_CTX *context)
{
    BIO *memory = BIO_new(BIO_s_mem());

    return take_pem(memory, PEM_write_bio_X509(memory, SSL_CTX_get0_certificate(context)));
}

static char *key_pem(SSL_CTX *context)
{
    BIO *memory = BIO_new(BIO_s_mem());

    return take_pem(memory, PEM_write_bio_PrivateKey(memory, SSL_CTX_get0_privatekey(context), NULL, NULL, 0,
                                                     NULL, NULL));
}

static void no_log(void *user, const char *format, va_list args)
{
    (void)user;
    (void)format;
    (void)args;
}

/* TLS 1.2 is the newest of the hosts of that time. */
static struct MHD_Daemon *start_daemon(struct http_server *server, SSL_CTX *certificate)
{
    const unsigned flags =
        MHD_USE_EPOLL | MHD_USE_TLS | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    AUTO_FREE char *certificate_text = certificate_pem(certificate);
    AUTO_FREE char *key_text = key_pem(certificate);

    if (!certificate_text || !key_text)
        return NULL;
    struct MHD_Daemon *daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, no_log, NULL,
        MHD_OPTION_HTTPS_MEM_CERT, certificate_text, MHD_OPTION_HTTPS_MEM_KEY, key_text,
        MHD_OPTION_HTTPS_PRIORITIES, "NORMAL:-VERS-ALL:+VERS-TLS1.2", MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, NULL, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_STRICT_FOR_CLIENT,
        1, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_TIMEOUT_S, MHD_OPTION_END);
    explicit_bzero(key_text, strlen(key_text));
    return daemon;
}

struct http_server *http_server_new(struct event_base *base, SSL_CTX *certificate,
                                    const struct http_handler *handler, struct err *err)
{
    struct http_server *server = mem_alloc(sizeof *server);

    server->base = base;
    server->handler = *handler;
    server->daemon = start_daemon(server, certificate);
    if (!server->daemon) {
        free(server);
        err_set(err, ERR_INTERNAL, "libmicrohttpd does not start");
        return NULL;
    }
    int fd = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    server->readable = event_new(base, fd, EV_READ | EV_PERSIST, on_turn, server);
    server->due = evtimer_new(base, on_turn, server);
    event_add(server->readable, NULL);
    return server;
}

void http_server_free(struct http_server *server)
{
    if (!server)
        return;
    server->stopping = true;
    event_free(server->readable);
    event_free(server->due);
    while (server->suspended_count > 0)
        resume(server->suspended[0]);
    MHD_stop_daemon(server->daemon);
    free(server);
}

void http_server_visit(struct http_server *server, int fd)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;

    getpeername(fd, (struct sockaddr *)&address, &size);
    MHD_add_connection(server->daemon, fd, (struct sockaddr *)&address, size); /* closes fd if it cannot */
    event_active(server->due, EV_TIMEOUT, 0);
}
