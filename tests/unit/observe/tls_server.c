#include "unit/observe/tls_server.h"

#include "base/strbuf.h"
#include "unit/cmocka_unit.h"

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/socket.h>

enum { LIFE_S = 3600, REQUEST_MAX_BYTES = 4096 };

static X509 *make_certificate(EVP_PKEY *key)
{
    X509 *certificate = X509_new();
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_EXTENSION *names = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");

    X509_set_version(certificate, X509_VERSION_3);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)"server", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -LIFE_S);
    X509_gmtime_adj(X509_getm_notAfter(certificate), LIFE_S);
    X509_set_pubkey(certificate, key);
    X509_add_ext(certificate, names, -1);
    X509_EXTENSION_free(names);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    return certificate;
}

static void write_certificate(X509 *certificate, char path[TLS_SERVER_PATH_BYTES])
{
    FILE *file;
    int fd;

    snprintf(path, TLS_SERVER_PATH_BYTES, "/tmp/tls_server_XXXXXX");
    fd = mkstemp(path);
    assert_true(fd >= 0);
    file = fdopen(fd, "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_X509(file, certificate), 1);
    fclose(file);
}

static void make_stranger(struct tls_server *server)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = make_certificate(key);

    write_certificate(certificate, server->stranger_file);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static void make_context(struct tls_server *server)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = make_certificate(key);

    server->context = SSL_CTX_new(TLS_server_method());
    assert_int_equal(SSL_CTX_use_certificate(server->context, certificate), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(server->context, key), 1);
    write_certificate(certificate, server->ca_file);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

/* The answer with the Call-ID of the request. */
static void fill_in(struct strbuf *out, const char *answer, const char *request)
{
    static const char place[] = "{call_id}", header[] = "Call-ID: ";
    const char *at = strstr(answer, place), *call_id = strstr(request, header);

    if (!at || !call_id) {
        strbuf_add(out, answer);
        return;
    }
    call_id += sizeof(header) - 1;
    strbuf_add_n(out, answer, (size_t)(at - answer));
    strbuf_add_n(out, call_id, strcspn(call_id, "\r"));
    fill_in(out, at + sizeof(place) - 1, request);
}

static void send_answer(const struct tls_server_script *script, SSL *ssl, const char *request)
{
    AUTO(strbuf) struct strbuf answer = STRBUF_INIT;
    size_t length, step;

    fill_in(&answer, script->answer ? script->answer : "", request);
    length =
        script->answer_bytes && script->answer_bytes < answer.length ? script->answer_bytes : answer.length;
    step = script->byte_by_byte ? 1 : length;
    for (size_t at = 0; at < length; at += step)
        if (SSL_write(ssl, answer.text + at, (int)step) <= 0)
            return;
}

static void converse(const struct tls_server_script *script, SSL *ssl)
{
    char request[REQUEST_MAX_BYTES] = "";

    if (SSL_accept(ssl) != 1 || (!script->deaf && SSL_read(ssl, request, sizeof(request) - 1) <= 0))
        return;
    send_answer(script, ssl, request);
    if (script->end == TLS_SERVER_CLOSE || script->end == TLS_SERVER_HALF_CLOSE)
        SSL_shutdown(ssl);
    while (script->end != TLS_SERVER_CLOSE && script->end != TLS_SERVER_CUT &&
           SSL_read(ssl, request, sizeof(request)) > 0)
        ;
}

static void serve_one(struct tls_server *server, int fd)
{
    struct tls_server_script script;
    SSL *ssl;

    pthread_mutex_lock(&server->lock);
    script = server->script;
    pthread_mutex_unlock(&server->lock);
    if (script.plain) {
        (void)send(fd, script.answer, strlen(script.answer), MSG_NOSIGNAL);
        return;
    }
    ssl = SSL_new(server->context);
    SSL_set_fd(ssl, fd);
    converse(&script, ssl);
    SSL_free(ssl);
}

static void *serve(void *argument)
{
    struct tls_server *server = argument;

    for (;;) {
        AUTO_CLOSE int fd = accept(server->listener, NULL, NULL);

        if (fd < 0)
            return NULL;
        serve_one(server, fd);
    }
}

void tls_server_start(struct tls_server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);

    make_context(server);
    make_stranger(server);
    pthread_mutex_init(&server->lock, NULL);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(server->listener, 4), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &size), 0);
    server->port = ntohs(address.sin_port);
    pthread_create(&server->thread, NULL, serve, server);
}

void tls_server_play(struct tls_server *server, struct tls_server_script script)
{
    pthread_mutex_lock(&server->lock);
    server->script = script;
    pthread_mutex_unlock(&server->lock);
}

void tls_server_stop(struct tls_server *server)
{
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
    pthread_mutex_destroy(&server->lock);
    unlink(server->ca_file);
    unlink(server->stranger_file);
    SSL_CTX_free(server->context);
}
