#include "lab/winrm/listener.h"

#include "base/mem.h"
#include "lab/http/http_server.h"
#include "lab/tds/door.h"
#include "lab/tds/door_state.h"
#include "lab/winrm/negotiation.h"
#include "lab/winrm/service.h"

/* How long until a request that waits is looked at again. */
enum { LOOK_AGAIN_MS = 20 };

struct winrm_listener {
    struct event_base *base;
    struct world *world;
    struct host *host;
    struct certificate_issuer issuer;
    struct winrm_account account;
    const struct domain *domain; /* NULL: none */
    struct strbuf binding;       /* of the certificate shown, for channel bindings */
    struct tds_clockwork clockwork;
    struct winrm_service *service;
    struct door *door;
    struct http_server *server;
    struct windows_certificate shown; /* as the server that runs shows it */
};

/* ---- a request ---- */

static void add_header(struct http_answer *answer, const char *name, const char *value)
{
    answer->headers[answer->header_count++] = (struct http_header){name, value};
}

static void add_challenges(struct http_answer *answer)
{
    add_header(answer, "WWW-Authenticate", "Negotiate");
    add_header(answer, "WWW-Authenticate", "Kerberos");
    add_header(answer, "WWW-Authenticate", "Basic realm=\"WSMAN\"");
}

static void close_after(struct http_answer *answer)
{
    add_header(answer, "Connection", "close");
}

static void add_challenges_and_close(struct http_answer *answer)
{
    add_challenges(answer);
    close_after(answer);
}

static void add_allow(struct http_answer *answer)
{
    add_header(answer, "Allow", "POST");
}

/* Its one header is the token. */
static void add_nothing(struct http_answer *answer)
{
    (void)answer;
}

static const struct {
    unsigned status;
    void (*headers)(struct http_answer *answer);
} refusals[] = {
    [HTTP_CHALLENGE] = {401, add_challenges}, [HTTP_LOGON_FAILED] = {401, add_challenges_and_close},
    [HTTP_CONTINUE] = {401, add_nothing},     [HTTP_NOT_FOUND] = {404, close_after},
    [HTTP_NOT_ALLOWED] = {405, add_allow},    [HTTP_UNSUPPORTED] = {415, close_after},
    [HTTP_EMPTY_ERROR] = {500, close_after},  [HTTP_UNAVAILABLE] = {503, close_after},
};

static void refuse(enum http_verdict verdict, struct http_answer *answer)
{
    answer->status = refusals[verdict].status;
    refusals[verdict].headers(answer);
}

static void ask_service(struct winrm_listener *listener, const struct http_exchange *exchange,
                        const char *user, struct http_answer *answer)
{
    const struct negotiation *negotiation = *exchange->memory;
    bool negotiated = user && user == negotiation_account(negotiation);
    const struct winrm_call call = {
        .user = user,
        .forbidden = negotiated && !domain_may_manage(user),
        .delegated = negotiated && acceptor_delegated(negotiation->acceptor),
        .address = exchange->address,
        .text = exchange->body,
        .length = exchange->body_length,
        .started_ms = exchange->started_ms,
        .now_ms = exchange->now_ms,
        .again = exchange->again && listener->host->windows.winrm.slow_ms == 0,
    };
    struct winrm_reply reply = {0};

    winrm_service_call(listener->service, &call, &reply);
    answer->wait_ms = reply.pending ? LOOK_AGAIN_MS : 0;
    answer->status = reply.status;
    answer->body = reply.body;
    if (reply.status == 401)
        add_challenges(answer);
    else
        add_header(answer, "Content-Type", "application/soap+xml;charset=UTF-8");
}

/* What keeps a request waiting whatever it wants; 0: nothing. */
static int64_t delay_ms(const struct winrm_listener *listener, const struct http_exchange *exchange)
{
    const struct winrm_policy *policy = &listener->host->windows.winrm;
    int64_t waited_ms = exchange->now_ms - exchange->started_ms;

    if (policy->manner == WINRM_HUNG || door_state(listener->door) == DOOR_BLACKHOLED)
        return LOOK_AGAIN_MS;
    return waited_ms < policy->slow_ms ? policy->slow_ms - waited_ms : 0;
}

struct asking {
    const struct winrm_listener *listener;
    const struct http_exchange *exchange;
};

static enum http_verdict negotiate(void *user, const char *scheme, const char *encoded,
                                   const char **ret_account)
{
    static const char *const services[] = {"HTTP", "WSMAN", "HOST", NULL};
    const struct asking *asking = user;
    const struct winrm_listener *listener = asking->listener;
    const struct acceptor_server server = {
        .domain = listener->domain,
        .fqdn = listener->host->fqdn,
        .services = services,
        .port = PORT_WINRM,
        .binding = listener->binding.text,
        .binding_bytes = listener->binding.length,
        .binding_required = listener->host->windows.winrm.strict_bindings,
    };
    void **memory = asking->exchange->memory;

    if (!*memory)
        *memory = negotiation_new();
    enum http_verdict verdict = negotiation_take(*memory, &server, asking->exchange->number, scheme, encoded);
    *ret_account = negotiation_account(*memory);
    return verdict;
}

static void forget(void *memory)
{
    negotiation_free(memory);
}

static void add_token(const struct http_exchange *exchange, struct http_answer *answer)
{
    const struct negotiation *negotiation = *exchange->memory;

    if (negotiation && negotiation->request == exchange->number && negotiation->answer.length > 0)
        add_header(answer, "WWW-Authenticate", strbuf_text(&negotiation->answer));
}

static enum http_verdict judge(const struct winrm_listener *listener, const struct http_exchange *exchange,
                               const char **ret_user)
{
    struct asking asking = {listener, exchange};
    const struct http_logons logons = {
        .account = listener->account,
        .negotiate = listener->domain ? negotiate : NULL,
        .user = &asking,
        .known = negotiation_account(*exchange->memory),
    };

    return http_judge(&exchange->request, &logons, listener->host->windows.winrm.manner, ret_user);
}

static void on_request(void *user, const struct http_exchange *exchange, struct http_answer *answer)
{
    struct winrm_listener *listener = user;
    const char *account = NULL;

    listener->clockwork.advance(listener->clockwork.user);
    answer->wait_ms = delay_ms(listener, exchange);
    if (answer->wait_ms > 0)
        return;
    enum http_verdict verdict = judge(listener, exchange, &account);
    if (verdict == HTTP_PASS)
        ask_service(listener, exchange, account, answer);
    else
        refuse(verdict, answer);
    if (answer->wait_ms == 0)
        add_token(exchange, answer);
}

/* ---- the wire ---- */

static void on_visitor(void *user, int fd)
{
    struct winrm_listener *listener = user;

    http_server_visit(listener->server, fd);
}

static bool certificate_changed(const struct winrm_listener *listener)
{
    return !windows_certificate_equal(&listener->host->windows.certificates[CERTIFICATE_WINRM],
                                      &listener->shown);
}

/* RFC 5929, "tls-server-end-point": of the whole certificate, by the hash of its signature, which is SHA-256.
 */
static void bind_to(struct winrm_listener *listener, const SSL_CTX *certificate)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;

    strbuf_truncate(&listener->binding, 0);
    if (!X509_digest(SSL_CTX_get0_certificate(certificate), EVP_sha256(), digest, &length))
        return;
    strbuf_add(&listener->binding, "tls-server-end-point:");
    strbuf_add_n(&listener->binding, (const char *)digest, length);
}

/* A new server ends all connections of the old one. */
static int serve(struct winrm_listener *listener, struct err *err)
{
    const struct http_handler handler = {listener, on_request, forget};
    SSL_CTX *certificate = listener->issuer.issue(listener->issuer.user, listener->host, err);

    http_server_free(listener->server);
    listener->server = NULL;
    listener->shown = listener->host->windows.certificates[CERTIFICATE_WINRM];
    if (certificate) {
        bind_to(listener, certificate);
        listener->server = http_server_new(listener->base, certificate, &handler, err);
    }
    SSL_CTX_free(certificate);
    return listener->server ? 0 : -1;
}

struct winrm_listener *winrm_listener_new(struct event_base *base, struct world *world, struct host *host,
                                          const struct certificate_issuer *issuer,
                                          const struct winrm_account *account, const struct domain *domain,
                                          const struct tds_clockwork *clockwork, struct err *err)
{
    struct winrm_listener *listener = mem_alloc(sizeof *listener);

    listener->base = base;
    listener->world = world;
    listener->host = host;
    listener->issuer = *issuer;
    listener->account = *account;
    listener->domain = domain;
    listener->clockwork = *clockwork;
    listener->service = winrm_service_new(world, host);
    listener->door = door_new(base, on_visitor, listener, err);
    if (!listener->door || serve(listener, err) != 0) {
        winrm_listener_free(listener);
        return NULL;
    }
    return listener;
}

void winrm_listener_free(struct winrm_listener *listener)
{
    if (!listener)
        return;
    door_free(listener->door);
    http_server_free(listener->server);
    winrm_service_free(listener->service);
    strbuf_done(&listener->binding);
    free(listener);
}

uint16_t winrm_listener_port(const struct winrm_listener *listener)
{
    return door_port(listener->door);
}

int winrm_listener_refresh(struct winrm_listener *listener, struct err *err)
{
    enum door_state state = door_state_seen(listener->world, listener->host, PORT_WINRM);
    bool closes = state == DOOR_REFUSING && door_state(listener->door) != DOOR_REFUSING;

    if (listener->host->down)
        winrm_service_reset(listener->service);
    if ((closes || certificate_changed(listener)) && serve(listener, err) != 0)
        return -1;
    return door_set_state(listener->door, state, err);
}
