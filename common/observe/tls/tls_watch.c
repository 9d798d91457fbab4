#include "observe/tls/tls_watch.h"

/* Verification as OpenSSL does it, with a look at what was verified. */
static int verify(X509_STORE_CTX *store, void *argument)
{
    struct tls_watch *watch = argument;
    int ok = X509_verify_cert(store);
    X509 *certificate = X509_STORE_CTX_get0_cert(store);
    const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());

    X509_free(watch->certificate);
    watch->certificate = NULL;
    if (certificate && X509_up_ref(certificate))
        watch->certificate = certificate;
    watch->verify_error = X509_STORE_CTX_get_error(store);
    watch->version = SSL_get_version(ssl);
    return ok;
}

static void note_message(int sent, int version, int content, const void *bytes, size_t length, SSL *ssl,
                         void *argument)
{
    const unsigned char *message = bytes;
    struct tls_watch *watch = argument;

    (void)version, (void)ssl;
    if (sent)
        return;
    if (content == SSL3_RT_ALERT && length == 2 && message[1] != SSL_AD_CLOSE_NOTIFY)
        watch->alert = message[1];
    if (content == SSL3_RT_HANDSHAKE && length && message[0] == SSL3_MT_CERTIFICATE_REQUEST)
        watch->client_certificate_wanted = true;
}

void tls_watch_start(struct tls_watch *watch, SSL_CTX *context)
{
    SSL_CTX_set_cert_verify_callback(context, verify, watch);
    SSL_CTX_set_msg_callback(context, note_message);
    SSL_CTX_set_msg_callback_arg(context, watch);
}

void tls_watch_done(struct tls_watch *watch)
{
    X509_free(watch->certificate);
    *watch = (struct tls_watch)TLS_WATCH_INIT;
}

const char *tls_alert_words(int alert)
{
    /* OpenSSL 3.0 has no words for it. */
    return alert == SSL_AD_CERTIFICATE_REQUIRED ? "certificate required" : SSL_alert_desc_string_long(alert);
}
