#include "lab/web/listener.h"

#include "base/mem.h"
#include "lab/http/http_server.h"
#include "lab/tds/door_state.h"
#include "lab/web/site_rules.h"

/* How long until a request that waits is looked at again. */
enum { LOOK_AGAIN_MS = 20 };

static const int ports[WEB_SITES] = {[WEB_INTERNAL] = PORT_HTTPS, [WEB_EXTERNAL] = PORT_HTTPS_EXTERNAL};

struct web_listener {
    struct event_base *base;
    struct world *world;
    struct host *host;
    enum web_site site;
    struct certificate_issuer issuer;
    struct tds_clockwork clockwork;
    struct door *door;
    struct http_server *server;
    struct windows_certificate shown; /* as the server that runs shows it */
};

/* ---- a request ---- */

/* Paths of nobody are answered whatever the parts do. */
static struct web_policy policy_for(const struct web_listener *listener, enum web_part part)
{
    return part == WEB_PARTS ? (struct web_policy){0} : listener->host->windows.web[listener->site][part];
}

static bool is_stuck(const struct web_listener *listener)
{
    const struct windows_service *service = windows_service_for(listener->host, SERVICE_WEB);

    return (service && service->hung) || door_state(listener->door) == DOOR_BLACKHOLED;
}

/* What keeps a request waiting whatever it wants; 0: nothing. */
static int64_t delay_ms(const struct web_listener *listener, const struct web_policy *policy,
                        const struct http_exchange *exchange)
{
    int64_t waited_ms = exchange->now_ms - exchange->started_ms;

    if (policy->manner == WEB_HUNG || is_stuck(listener))
        return LOOK_AGAIN_MS;
    return waited_ms < policy->slow_ms ? policy->slow_ms - waited_ms : 0;
}

static void put_answer(const struct http_exchange *exchange, enum web_part part,
                       const struct web_policy *policy, struct http_answer *answer)
{
    switch (policy->manner) {
    case WEB_ANSWERS:
        web_site_answer(exchange, part, policy->code, answer);
        break;
    case WEB_GARBAGE:
        web_site_garbage(answer);
        break;
    case WEB_HUNG:
    case WEB_CLOSES: /* status 0 without a body */
        break;
    }
}

static void on_request(void *user, const struct http_exchange *exchange, struct http_answer *answer)
{
    struct web_listener *listener = user;
    enum web_part part = web_part_of(exchange->request.path);

    listener->clockwork.advance(listener->clockwork.user);
    const struct web_policy policy = policy_for(listener, part);
    answer->wait_ms = delay_ms(listener, &policy, exchange);
    if (answer->wait_ms == 0)
        put_answer(exchange, part, &policy, answer);
}

/* ---- the wire ---- */

static void on_visitor(void *user, int fd)
{
    struct web_listener *listener = user;

    http_server_visit(listener->server, fd);
}

/* A new server ends all connections of the old one. */
static int serve(struct web_listener *listener, struct err *err)
{
    const struct http_handler handler = {.user = listener, .answer = on_request};
    SSL_CTX *certificate = listener->issuer.issue(listener->issuer.user, listener->host, err);

    http_server_free(listener->server);
    listener->server = NULL;
    listener->shown = listener->host->windows.certificates[CERTIFICATE_WEB];
    if (certificate)
        listener->server = http_server_new(listener->base, certificate, &handler, err);
    SSL_CTX_free(certificate);
    return listener->server ? 0 : -1;
}

struct web_listener *web_listener_new(struct event_base *base, struct world *world, struct host *host,
                                      enum web_site site, const struct certificate_issuer *issuer,
                                      const struct tds_clockwork *clockwork, struct err *err)
{
    struct web_listener *listener = mem_alloc(sizeof *listener);

    listener->base = base;
    listener->world = world;
    listener->host = host;
    listener->site = site;
    listener->issuer = *issuer;
    listener->clockwork = *clockwork;
    listener->door = door_new(base, on_visitor, listener, err);
    if (!listener->door || serve(listener, err) != 0) {
        web_listener_free(listener);
        return NULL;
    }
    return listener;
}

void web_listener_free(struct web_listener *listener)
{
    if (!listener)
        return;
    door_free(listener->door);
    http_server_free(listener->server);
    free(listener);
}

uint16_t web_listener_port(const struct web_listener *listener)
{
    return door_port(listener->door);
}

int web_listener_refresh(struct web_listener *listener, struct err *err)
{
    enum door_state state = door_state_seen(listener->world, listener->host, ports[listener->site]);
    bool closes = state == DOOR_REFUSING && door_state(listener->door) != DOOR_REFUSING;
    bool other =
        !windows_certificate_equal(&listener->host->windows.certificates[CERTIFICATE_WEB], &listener->shown);

    if ((closes || other) && serve(listener, err) != 0)
        return -1;
    return door_set_state(listener->door, state, err);
}
