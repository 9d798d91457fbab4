#include "observe/sql/tls_probe.h"

#include "observe/sql/name_lookup.h"
#include "observe/sql/tds_channel.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>

static void ssl_context_auto(SSL_CTX **context)
{
    SSL_CTX_free(*context);
}

static void ssl_auto(SSL **ssl)
{
    SSL_free(*ssl);
}

static void x509_auto(X509 **certificate)
{
    X509_free(*certificate);
}

struct probe {
    const struct topology_sql *endpoint;
    struct deadline deadline;
    struct arena *arena;
    struct tls_probe_seen *seen;
    struct sql_failure *failure;
    struct mono_ms since; /* when the layer under way began */
};

static bool fail(struct probe *probe, enum sight sight, enum tls_probe_trouble trouble, const char *text)
{
    probe->seen->trouble = trouble;
    *probe->failure = (struct sql_failure){sight, 0, text};
    return false;
}

/* The layer under way is good, the next one begins. */
static bool good(struct probe *probe, int64_t *ret_took_ms)
{
    struct mono_ms now = clock_mono(probe->deadline.clock);

    *ret_took_ms = now.ms - probe->since.ms;
    probe->since = now;
    probe->seen->layer++;
    return true;
}

/* What became of a layer that TCP carries. */
static bool fail_outcome(struct probe *probe, enum tds_outcome outcome, const char *layer)
{
    static const struct {
        enum sight sight;
        enum tls_probe_trouble trouble;
        const char *words;
    } meanings[] = {
        [TDS_TIMED_OUT] = {SIGHT_TIMED_OUT, TROUBLE_SILENT, "no answer"},
        [TDS_CLOSED] = {SIGHT_PROTOCOL_ERROR, TROUBLE_CLOSED, "the server closed the connection"},
        [TDS_GARBAGE] = {SIGHT_PROTOCOL_ERROR, TROUBLE_FOREIGN, "what answers there does not speak TDS"},
    };
    char reason[128];

    probe->seen->system_error = outcome == TDS_FAILED ? errno : 0;
    if (outcome == TDS_FAILED)
        return fail(probe, sight_of_connect(errno), TROUBLE_SYSTEM,
                    arena_format(probe->arena, "%s: %s", layer, strerror_r(errno, reason, sizeof(reason))));
    return fail(probe, meanings[outcome].sight, meanings[outcome].trouble,
                arena_format(probe->arena, "%s: %s", layer, meanings[outcome].words));
}

static bool connected(struct probe *probe, int *ret_socket)
{
    AUTO(name_lookup)
    struct addrinfo *addresses =
        name_lookup(probe->endpoint->host, probe->endpoint->port, probe->arena, probe->failure);
    enum tds_outcome outcome;
    int64_t name_ms;

    if (!addresses) {
        probe->seen->trouble = TROUBLE_NAME;
        return false;
    }
    good(probe, &name_ms);
    outcome = tds_connect(addresses, probe->deadline, ret_socket);
    return outcome == TDS_DONE ? good(probe, &probe->seen->tcp_ms) : fail_outcome(probe, outcome, "TCP");
}

static bool prelogin_done(struct probe *probe, int socket)
{
    unsigned char request[PRELOGIN_REQUEST_BYTES];
    AUTO(strbuf) struct strbuf answer = STRBUF_INIT;
    struct prelogin_answer *options = &probe->seen->prelogin;
    enum tds_outcome outcome =
        tds_send(socket, TDS_PACKET_PRELOGIN, request, prelogin_request(request), probe->deadline);

    if (outcome == TDS_DONE)
        outcome = tds_receive(socket, &answer, probe->deadline);
    if (outcome == TDS_DONE &&
        !prelogin_parse((const unsigned char *)strbuf_text(&answer), answer.length, options))
        outcome = TDS_GARBAGE;
    if (outcome != TDS_DONE)
        return fail_outcome(probe, outcome, "PRELOGIN");
    good(probe, &probe->seen->prelogin_ms);
    if (options->encryption == PRELOGIN_ENCRYPT_NOT_SUP && probe->endpoint->tls == TLS_REQUIRE)
        return fail(probe, SIGHT_TLS_FAILED, TROUBLE_NO_ENCRYPTION,
                    "the server offers no encryption, but the topology requires it");
    return true;
}

/* Goes on with a bad certificate: the handshake's own failures and the certificate's are told apart
 * afterwards. */
static int note_verify_error(int ok, X509_STORE_CTX *store)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    long *first_error = SSL_get_app_data(ssl);

    if (!ok && *first_error == X509_V_OK)
        *first_error = X509_STORE_CTX_get_error(store);
    return 1;
}

static bool fail_openssl(struct probe *probe)
{
    unsigned long error = ERR_get_error();

    switch (ERR_GET_REASON(error)) {
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_WRONG_SSL_VERSION:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_NO_PROTOCOLS_AVAILABLE:
        return fail(probe, SIGHT_TLS_FAILED, TROUBLE_NO_VERSION, "no common TLS version (here 1.0 or newer)");
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
    case SSL_R_NO_SHARED_CIPHER:
        return fail(probe, SIGHT_TLS_FAILED, TROUBLE_NO_CIPHER, "no common TLS cipher");
    default:
        return fail(probe, SIGHT_TLS_FAILED, TROUBLE_HANDSHAKE,
                    arena_format(probe->arena, "TLS handshake: %s",
                                 error ? ERR_reason_error_string(error) : "failed without a reason"));
    }
}

/* Sends what OpenSSL has to say, inside a PRELOGIN packet. */
static enum tds_outcome flush(struct probe *probe, int socket, BIO *out)
{
    char *bytes = NULL;
    long length = BIO_get_mem_data(out, &bytes);
    enum tds_outcome outcome;

    if (length <= 0)
        return TDS_DONE;
    outcome = tds_send(socket, TDS_PACKET_PRELOGIN, bytes, (size_t)length, probe->deadline);
    (void)BIO_reset(out);
    return outcome;
}

static enum tds_outcome refill(struct probe *probe, int socket, BIO *in)
{
    AUTO(strbuf) struct strbuf payload = STRBUF_INIT;
    enum tds_outcome outcome = tds_receive(socket, &payload, probe->deadline);

    if (outcome == TDS_DONE && payload.length)
        BIO_write(in, payload.text, (int)payload.length);
    return outcome;
}

static bool handshake_done(struct probe *probe, int socket, SSL *ssl, BIO *in, BIO *out)
{
    for (;;) {
        int status = SSL_connect(ssl);
        enum tds_outcome outcome = flush(probe, socket, out);

        if (status == 1)
            return true;
        if (SSL_get_error(ssl, status) != SSL_ERROR_WANT_READ)
            return fail_openssl(probe);
        if (outcome == TDS_DONE)
            outcome = refill(probe, socket, in);
        if (outcome != TDS_DONE)
            return fail_outcome(probe, outcome, "TLS handshake");
    }
}

static bool certificate_good(struct probe *probe, SSL *ssl, long verify_error)
{
    CLEANUP(x509_auto) X509 *certificate = SSL_get1_peer_certificate(ssl);
    const struct certificate_view *facts;

    if (!certificate)
        return fail(probe, SIGHT_TLS_FAILED, TROUBLE_CERTIFICATE, "the server shows no certificate");
    facts = certificate_view(probe->arena, certificate, verify_error, probe->endpoint->host);
    probe->seen->certificate = facts;
    probe->seen->tls_version = SSL_get_version(ssl);
    if (probe->endpoint->ca && facts->problem)
        return fail(probe, SIGHT_TLS_FAILED, TROUBLE_CERTIFICATE, facts->problem);
    return good(probe, &probe->seen->tls_ms);
}

static bool tls_done(struct probe *probe, int socket)
{
    CLEANUP(ssl_context_auto) SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    CLEANUP(ssl_auto) SSL *ssl = context ? SSL_new(context) : NULL;
    const char *ca = probe->endpoint->ca;
    BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
    long verify_error = X509_V_OK;

    if (!ssl || !in || !out) {
        BIO_free(in);
        BIO_free(out);
        return fail(probe, SIGHT_TLS_FAILED, TROUBLE_OWN, "OpenSSL is out of memory");
    }
    SSL_set_bio(ssl, in, out); /* owns both now */
    BIO_set_mem_eof_return(in, -1);
    if (ca && !SSL_CTX_load_verify_locations(context, ca, NULL))
        return fail(probe, SIGHT_TLS_FAILED, TROUBLE_OWN,
                    arena_format(probe->arena, "CA file %s cannot be read", ca));
    SSL_set_verify(ssl, SSL_VERIFY_PEER, note_verify_error);
    SSL_set_app_data(ssl, &verify_error);
    SSL_set_tlsext_host_name(ssl, probe->endpoint->host);
    /*
     * FreeTDS's GnuTLS takes TLS 1.0 and the signatures that go with it, which SQL Server before its updates
     * needs: what the second look refused of these would not be why the first one failed.
     */
    SSL_set_security_level(ssl, 0);
    SSL_set_min_proto_version(ssl, TLS1_VERSION);
    ERR_clear_error();
    return handshake_done(probe, socket, ssl, in, out) && certificate_good(probe, ssl, verify_error);
}

void tls_probe_look(const struct topology_sql *endpoint, struct deadline deadline, struct arena *arena,
                    struct tls_probe_seen *ret_seen, struct sql_failure *ret_failure)
{
    struct probe probe = {endpoint, deadline, arena, ret_seen, ret_failure, clock_mono(deadline.clock)};
    AUTO_CLOSE int socket = -1;

    *ret_seen = (struct tls_probe_seen){0};
    *ret_failure = (struct sql_failure){.sight = SIGHT_SEEN};
    if (connected(&probe, &socket) && prelogin_done(&probe, socket) &&
        (endpoint->tls == TLS_OFF || tls_done(&probe, socket)))
        ret_seen->layer = PROBE_ALL_GOOD;
}

void tls_probe(const struct topology_sql *endpoint, struct deadline deadline, struct arena *arena,
               struct sql_failure *ret_failure)
{
    struct tls_probe_seen seen;

    tls_probe_look(endpoint, deadline, arena, &seen, ret_failure);
}
