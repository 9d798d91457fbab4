#include "observe/sip/dial.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>

/* What libcurl reports, as sights; the phase that was under way is told apart by its times. */
static const struct {
    CURLcode code;
    enum sight sight;
} sights[] = {
    {CURLE_COULDNT_RESOLVE_HOST, SIGHT_UNRESOLVED},     {CURLE_COULDNT_CONNECT, SIGHT_REFUSED},
    {CURLE_OPERATION_TIMEDOUT, SIGHT_TIMED_OUT},        {CURLE_SSL_CONNECT_ERROR, SIGHT_TLS_FAILED},
    {CURLE_PEER_FAILED_VERIFICATION, SIGHT_TLS_FAILED}, {CURLE_SSL_CACERT_BADFILE, SIGHT_TLS_FAILED},
    {CURLE_SSL_CERTPROBLEM, SIGHT_TLS_FAILED},          {CURLE_SSL_CIPHER, SIGHT_TLS_FAILED},
};

static enum sight sight_of(CURLcode code)
{
    for (size_t i = 0; i < COUNT(sights); i++)
        if (sights[i].code == code)
            return sights[i].sight;
    return SIGHT_PROTOCOL_ERROR;
}

/* libcurl tells when TCP was connected only once TLS is done too: this is the moment between. */
static CURLcode watch_handshake(CURL *curl, void *context, void *argument)
{
    struct dial *dial = argument;

    (void)curl;
    dial->connected_at = clock_mono(dial->deadline.clock);
    tls_watch_start(&dial->watch, context);
    return CURLE_OK;
}

/* An IPv6 address wears brackets in a URL. */
static const char *bracketed(struct arena *arena, const char *host)
{
    return strchr(host, ':') ? arena_format(arena, "[%s]", host) : host;
}

void dial_set_path(struct dial *dial, const char *path)
{
    const struct probe_target *target = dial->target;

    curl_easy_setopt(dial->curl, CURLOPT_URL,
                     arena_format(dial->arena, "%s://%s:%d%s", dial->layer == DIAL_TLS ? "https" : "http",
                                  bracketed(dial->arena, probe_target_name(target)), target->port, path));
}

/* The name is whom we want; the host is where it is looked for. */
static struct curl_slist *other_address(const struct dial *dial)
{
    const struct probe_target *target = dial->target;

    if (!target->name)
        return NULL;
    return curl_slist_append(
        NULL, arena_format(dial->arena, "::%s:%d", bracketed(dial->arena, target->host), target->port));
}

static void set_tls(struct dial *dial)
{
    const struct probe_target *target = dial->target;

    curl_easy_setopt(dial->curl, CURLOPT_SSL_ENABLE_ALPN, 0L);
    curl_easy_setopt(dial->curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(dial->curl, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    curl_easy_setopt(dial->curl, CURLOPT_SSL_CTX_FUNCTION, watch_handshake);
    curl_easy_setopt(dial->curl, CURLOPT_SSL_CTX_DATA, dial);
    if (target->ca) {
        curl_easy_setopt(dial->curl, CURLOPT_CAINFO, target->ca);
        curl_easy_setopt(dial->curl, CURLOPT_CAPATH, NULL);
    }
    if (target->client_certificate) {
        curl_easy_setopt(dial->curl, CURLOPT_SSLCERT, target->client_certificate);
        curl_easy_setopt(dial->curl, CURLOPT_SSLKEY, target->client_key);
    }
}

void dial_init(struct dial *dial, const struct probe_target *target, enum dial_layer layer,
               struct deadline deadline, struct arena *arena)
{
    *dial = (struct dial){.target = target,
                          .layer = layer,
                          .deadline = deadline,
                          .arena = arena,
                          .curl = curl_easy_init(),
                          .watch = TLS_WATCH_INIT};
    if (!dial->curl)
        return;
    curl_easy_setopt(dial->curl, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(dial->curl, CURLOPT_ERRORBUFFER, dial->error);
    curl_easy_setopt(dial->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(dial->curl, CURLOPT_PROXY, ""); /* also none from the environment */
    /* A resolver that hangs is left to itself, not waited for. */
    curl_easy_setopt(dial->curl, CURLOPT_QUICK_EXIT, 1L);
    dial_set_path(dial, "/");
    dial->connect_to = other_address(dial);
    curl_easy_setopt(dial->curl, CURLOPT_CONNECT_TO, dial->connect_to);
    set_tls(dial);
}

void dial_done(struct dial *dial)
{
    curl_easy_cleanup(dial->curl);
    curl_slist_free_all(dial->connect_to);
    tls_watch_done(&dial->watch);
}

/* libcurl's times are sums from the start in microseconds, 0: not reached. */
static int64_t reached_ms(const struct dial *dial, CURLINFO phase)
{
    curl_off_t time_us = 0;

    curl_easy_getinfo(dial->curl, phase, &time_us);
    return time_us ? time_us / 1000 : PHASE_NOT_REACHED;
}

/* Sums of different clocks may differ by their rounding. */
static int64_t between_ms(int64_t from_ms, int64_t to_ms)
{
    if (to_ms == PHASE_NOT_REACHED)
        return PHASE_NOT_REACHED;
    return to_ms > from_ms ? to_ms - from_ms : 0;
}

static struct probe_phases phases_of(const struct dial *dial)
{
    int64_t dns_ms = reached_ms(dial, CURLINFO_NAMELOOKUP_TIME_T);
    int64_t tcp_ms = dial->connected_at.ms ? dial->connected_at.ms - dial->started_at.ms
                                           : reached_ms(dial, CURLINFO_CONNECT_TIME_T);
    int64_t tls_ms = reached_ms(dial, CURLINFO_APPCONNECT_TIME_T);

    return (struct probe_phases){
        .dns_ms = dns_ms,
        .tcp_ms = between_ms(dns_ms, tcp_ms),
        .tls_ms = between_ms(tcp_ms, tls_ms),
        .first_byte_ms = PHASE_NOT_REACHED,
    };
}

static enum evidence evidence_of(const struct probe_phases *phases)
{
    if (phases->tls_ms != PHASE_NOT_REACHED)
        return EVIDENCE_TLS;
    return phases->tcp_ms != PHASE_NOT_REACHED ? EVIDENCE_LISTENING : EVIDENCE_NONE;
}

/* What was being done when it failed. */
static const char *phase_words(const struct probe_phases *phases)
{
    if (phases->dns_ms == PHASE_NOT_REACHED)
        return "name resolution";
    if (phases->tcp_ms == PHASE_NOT_REACHED)
        return "TCP";
    return phases->tls_ms == PHASE_NOT_REACHED ? "TLS handshake" : "after TLS";
}

static bool fail(struct probe_result *result, enum sight sight, const char *detail)
{
    result->sighting = (struct sighting){sight, detail};
    return false;
}

static bool fail_timed_out(const struct dial *dial, struct probe_result *result)
{
    return fail(result, SIGHT_TIMED_OUT,
                arena_format(dial->arena, "%s: no answer", phase_words(&result->phases)));
}

/* TLS 1.3 refuses a client only after the handshake looked done: it proves no more than under TLS 1.2. */
static bool fail_alert(const struct dial *dial, struct probe_result *result)
{
    result->evidence = EVIDENCE_LISTENING;
    return fail(result, SIGHT_TLS_FAILED,
                arena_format(dial->arena, "the server ended TLS with \"%s\"%s",
                             tls_alert_words(dial->watch.alert),
                             !dial->watch.client_certificate_wanted ? ""
                             : dial->target->client_certificate     ? "; it wants another client certificate"
                                                                    : "; it wants a client certificate"));
}

static bool fail_connection(const struct dial *dial, struct probe_result *result)
{
    long number = 0;
    char reason[128];

    curl_easy_getinfo(dial->curl, CURLINFO_OS_ERRNO, &number);
    result->system_error = (int)number;
    return fail(result, sight_of_connect((int)number),
                number ? arena_format(dial->arena, "TCP: %s", strerror_r((int)number, reason, sizeof(reason)))
                       : arena_text(dial->arena, dial->error));
}

static bool fail_code(const struct dial *dial, CURLcode code, struct probe_result *result)
{
    if (code == CURLE_OPERATION_TIMEDOUT)
        return fail_timed_out(dial, result);
    if (code == CURLE_COULDNT_CONNECT)
        return fail_connection(dial, result);
    if (dial->watch.alert != TLS_NO_ALERT)
        return fail_alert(dial, result);
    if (code == CURLE_PEER_FAILED_VERIFICATION && result->certificate && result->certificate->problem)
        return fail(result, SIGHT_TLS_FAILED, result->certificate->problem);
    return fail(result, sight_of(code),
                arena_text(dial->arena, dial->error[0] ? dial->error : curl_easy_strerror(code)));
}

bool dial_perform(struct dial *dial, struct probe_result *ret_result)
{
    int64_t left_ms = deadline_left_ms(dial->deadline);
    const struct tls_watch *watch = &dial->watch;
    CURLcode code;

    *ret_result = (struct probe_result){
        .phases = {PHASE_NOT_REACHED, PHASE_NOT_REACHED, PHASE_NOT_REACHED, PHASE_NOT_REACHED}};
    if (!dial->curl)
        return fail(ret_result, SIGHT_PROTOCOL_ERROR, "libcurl cannot be used");
    if (!probe_name_valid(dial->target->host) || !probe_name_valid(probe_target_name(dial->target)))
        return fail(ret_result, SIGHT_NOT_ASKED, "the target is no host name and no address");
    if (!left_ms)
        return fail_timed_out(dial, ret_result);
    curl_easy_setopt(dial->curl, CURLOPT_TIMEOUT_MS, (long)left_ms);
    dial->started_at = clock_mono(dial->deadline.clock);
    code = curl_easy_perform(dial->curl);
    ret_result->phases = phases_of(dial);
    ret_result->evidence = evidence_of(&ret_result->phases);
    ret_result->client_certificate_wanted = watch->client_certificate_wanted;
    ret_result->tls_version = watch->version;
    if (watch->certificate)
        ret_result->certificate = certificate_view(dial->arena, watch->certificate, watch->verify_error,
                                                   probe_target_name(dial->target));
    if (code != CURLE_OK)
        return fail_code(dial, code, ret_result);
    ret_result->sighting.sight = SIGHT_SEEN;
    return true;
}

/* Until libcurl can go on; false with the sighting set when the time is over. */
static bool wait_for(const struct dial *dial, short events, struct probe_result *result)
{
    int64_t left_ms = deadline_left_ms(dial->deadline);
    curl_socket_t socket = CURL_SOCKET_BAD;
    struct pollfd ready = {.events = events};
    int status;

    curl_easy_getinfo(dial->curl, CURLINFO_ACTIVESOCKET, &socket);
    ready.fd = socket;
    if (socket == CURL_SOCKET_BAD)
        return fail(result, SIGHT_PROTOCOL_ERROR, "the connection is gone");
    do
        status = poll(&ready, 1, left_ms > INT_MAX ? INT_MAX : (int)left_ms);
    while (status < 0 && errno == EINTR);
    return status > 0 || fail_timed_out(dial, result);
}

bool dial_send(struct dial *dial, const char *bytes, size_t length, struct probe_result *result)
{
    while (length) {
        size_t sent = 0;
        CURLcode code = curl_easy_send(dial->curl, bytes, length, &sent);

        bytes += sent;
        length -= sent;
        if (code == CURLE_AGAIN ? !wait_for(dial, POLLOUT, result) : code != CURLE_OK)
            return code != CURLE_AGAIN && fail_code(dial, code, result);
    }
    return true;
}

enum dial_received dial_receive(struct dial *dial, struct strbuf *inbox, struct probe_result *result)
{
    char chunk[4096];
    size_t got = 0;
    CURLcode code;

    if (deadline_passed(dial->deadline)) {
        fail_timed_out(dial, result);
        return DIAL_FAILED;
    }
    /* Bytes may wait inside the TLS layer: the socket is asked only when there are none. */
    while ((code = curl_easy_recv(dial->curl, chunk, sizeof(chunk), &got)) == CURLE_AGAIN)
        if (!wait_for(dial, POLLIN, result))
            return DIAL_FAILED;
    result->client_certificate_wanted = dial->watch.client_certificate_wanted;
    if (code == CURLE_OK && got) {
        strbuf_add_n(inbox, chunk, got);
        return DIAL_BYTES;
    }
    if (dial->watch.alert != TLS_NO_ALERT) {
        fail_alert(dial, result);
        return DIAL_FAILED;
    }
    fail(result, SIGHT_PROTOCOL_ERROR, "the server closed the connection without an answer");
    return DIAL_CLOSED;
}
