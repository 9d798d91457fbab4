#include "lab/tds/tls.h"

#include "base/mem.h"

#include <openssl/err.h>

struct tls {
    SSL *ssl;
    BIO *received, *to_send; /* owned by ssl */
};

SSL_CTX *tls_context_new(X509 *certificate, EVP_PKEY *key, struct err *err)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());

    if (!context || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION) != 1 ||
        SSL_CTX_use_certificate(context, certificate) != 1 || SSL_CTX_use_PrivateKey(context, key) != 1) {
        err_set(err, ERR_INTERNAL, "no TLS context: %s", ERR_reason_error_string(ERR_peek_last_error()));
        ERR_clear_error();
        SSL_CTX_free(context);
        return NULL;
    }
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return context;
}

struct tls *tls_new(SSL_CTX *context)
{
    struct tls *tls = mem_alloc(sizeof *tls);

    tls->ssl = SSL_new(context);
    tls->received = BIO_new(BIO_s_mem());
    tls->to_send = BIO_new(BIO_s_mem());
    if (!tls->ssl || !tls->received || !tls->to_send) {
        BIO_free(tls->received);
        BIO_free(tls->to_send);
        SSL_free(tls->ssl);
        free(tls);
        return NULL;
    }
    SSL_set_bio(tls->ssl, tls->received, tls->to_send);
    SSL_set_accept_state(tls->ssl);
    return tls;
}

void tls_free(struct tls *tls)
{
    if (!tls)
        return;
    SSL_free(tls->ssl);
    free(tls);
}

void tls_receive(struct tls *tls, const void *bytes, size_t length)
{
    size_t written = 0;

    if (length == 0)
        return;
    BIO_write_ex(tls->received, bytes, length, &written); /* memory takes all */
}

/* Whether the peer only has to send more; empties OpenSSL's queue, which all sessions of the thread share. */
static bool wants_more(struct tls *tls, int result)
{
    int reason = SSL_get_error(tls->ssl, result);

    ERR_clear_error();
    return reason == SSL_ERROR_WANT_READ;
}

enum tls_state tls_handshake(struct tls *tls)
{
    int result = SSL_do_handshake(tls->ssl);

    if (result == 1)
        return TLS_READY;
    return wants_more(tls, result) ? TLS_SHAKING_HANDS : TLS_BROKEN;
}

bool tls_decrypt(struct tls *tls, struct strbuf *ret_clear)
{
    char piece[4096];
    size_t length = 0;

    while (SSL_read_ex(tls->ssl, piece, sizeof piece, &length) == 1)
        strbuf_add_n(ret_clear, piece, length);
    return wants_more(tls, 0);
}

bool tls_encrypt(struct tls *tls, const void *clear, size_t length)
{
    size_t written = 0;

    return SSL_write_ex(tls->ssl, clear, length, &written) == 1 && written == length;
}

void tls_take_output(struct tls *tls, struct strbuf *ret_bytes)
{
    char piece[4096];
    size_t length = 0;

    while (BIO_read_ex(tls->to_send, piece, sizeof piece, &length) == 1)
        strbuf_add_n(ret_bytes, piece, length);
    ERR_clear_error();
}
