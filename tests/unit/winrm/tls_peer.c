#include "unit/winrm/tls_peer.h"

#include "base/base64.h"
#include "base/strbuf.h"
#include "unit/cmocka_unit.h"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

struct tls_peer {
    const struct tls_peer_line *lines;
    size_t count, next, bodies;
    int listener, port;
    SSL_CTX *context;
    struct strbuf pin, request;
    pthread_t thread;
    bool stopped;
};

static X509 *self_signed(EVP_PKEY *key)
{
    enum { DAY_S = 86400 };
    X509 *certificate = X509_new();

    X509_set_pubkey(certificate, key);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -DAY_S);
    X509_gmtime_adj(X509_getm_notAfter(certificate), DAY_S);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    return certificate;
}

static void make_pin(struct tls_peer *peer, X509 *certificate)
{
    unsigned char digest[EVP_MAX_MD_SIZE], *key = NULL;
    unsigned length = 0;
    int key_length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &key);

    assert_true(key_length > 0);
    assert_int_equal(EVP_Digest(key, (size_t)key_length, digest, &length, EVP_sha256(), NULL), 1);
    OPENSSL_free(key);
    strbuf_add(&peer->pin, "sha256//");
    base64_add(&peer->pin, digest, length);
}

static void make_identity(struct tls_peer *peer)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = self_signed(key);

    make_pin(peer, certificate);
    peer->context = SSL_CTX_new(TLS_server_method());
    assert_int_equal(SSL_CTX_use_certificate(peer->context, certificate), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(peer->context, key), 1);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static void listen_on_loopback(struct tls_peer *peer)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);

    peer->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(peer->listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(peer->listener, 8), 0);
    assert_int_equal(getsockname(peer->listener, (struct sockaddr *)&address, &size), 0);
    peer->port = ntohs(address.sin_port);
}

/* Length of the body that the header announces. */
static size_t announced(const char *request)
{
    const char *field = strcasestr(request, "\r\nContent-Length:");

    return field ? (size_t)atol(field + strlen("\r\nContent-Length:")) : 0;
}

/* One request whole; false when the client has gone. */
static bool read_request(struct tls_peer *peer, SSL *ssl)
{
    strbuf_truncate(&peer->request, 0);
    for (;;) {
        char bytes[4096];
        const char *head_end = strstr(strbuf_text(&peer->request), "\r\n\r\n");
        int got;

        if (head_end) {
            size_t head = (size_t)(head_end + 4 - peer->request.text), body = announced(peer->request.text);

            if (peer->request.length >= head + body) {
                peer->bodies += body > 0;
                return true;
            }
        }
        got = SSL_read(ssl, bytes, sizeof(bytes));
        if (got <= 0)
            return false;
        strbuf_add_n(&peer->request, bytes, (size_t)got);
    }
}

/* True while the connection stays. */
static bool act(struct tls_peer *peer, SSL *ssl, const struct tls_peer_line *line)
{
    char byte;

    if (line->answer)
        SSL_write(ssl, line->answer, (int)strlen(line->answer));
    if (line->act == PEER_SILENCE)
        SSL_read(ssl, &byte, 1);
    peer->next++;
    return line->act == PEER_ANSWER;
}

static void serve_connection(struct tls_peer *peer, int fd)
{
    SSL *ssl = SSL_new(peer->context);

    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) == 1)
        while (peer->next < peer->count && read_request(peer, ssl))
            if (!act(peer, ssl, &peer->lines[peer->next]))
                break;
    SSL_free(ssl);
    close(fd);
}

static void *serve(void *user)
{
    struct tls_peer *peer = user;
    int fd;

    while ((fd = accept4(peer->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0)
        serve_connection(peer, fd);
    return NULL;
}

struct tls_peer *tls_peer_new(const struct tls_peer_line *lines, size_t count)
{
    struct tls_peer *peer = calloc(1, sizeof(*peer));

    assert_non_null(peer);
    signal(SIGPIPE, SIG_IGN);
    peer->lines = lines;
    peer->count = count;
    make_identity(peer);
    listen_on_loopback(peer);
    assert_int_equal(pthread_create(&peer->thread, NULL, serve, peer), 0);
    return peer;
}

void tls_peer_stop(struct tls_peer *peer)
{
    if (peer->stopped)
        return;
    peer->stopped = true;
    shutdown(peer->listener, SHUT_RDWR);
    pthread_join(peer->thread, NULL);
}

void tls_peer_free(struct tls_peer *peer)
{
    if (!peer)
        return;
    tls_peer_stop(peer);
    close(peer->listener);
    SSL_CTX_free(peer->context);
    strbuf_done(&peer->pin);
    strbuf_done(&peer->request);
    free(peer);
}

int tls_peer_port(const struct tls_peer *peer)
{
    return peer->port;
}

const char *tls_peer_pin(const struct tls_peer *peer)
{
    return strbuf_text(&peer->pin);
}

size_t tls_peer_bodies(const struct tls_peer *peer)
{
    return peer->bodies;
}

const char *tls_peer_request(const struct tls_peer *peer)
{
    return strbuf_text(&peer->request);
}
