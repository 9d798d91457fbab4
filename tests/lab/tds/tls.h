/*
 * The server's end of one TLS session over memory: bytes in, bytes out, no socket.
 *
 * TLS 1.2 is the newest version that TDS 7.x clients expect inside PRELOGIN packets.  Not thread-safe.
 */
#ifndef PCHAT_LAB_TDS_TLS_H
#define PCHAT_LAB_TDS_TLS_H

#include "base/err.h"
#include "base/strbuf.h"

#include <openssl/ssl.h>
#include <stdbool.h>

/* A context with that certificate and key (referenced, not taken); NULL with *err set. */
SSL_CTX *tls_context_new(X509 *certificate, EVP_PKEY *key, struct err *err);

struct tls;

struct tls *tls_new(SSL_CTX *context);
void tls_free(struct tls *tls);

enum tls_state { TLS_SHAKING_HANDS, TLS_READY, TLS_BROKEN };

/* What came from the peer. */
void tls_receive(struct tls *tls, const void *bytes, size_t length);
/* Goes on with the handshake as far as what was received allows. */
enum tls_state tls_handshake(struct tls *tls);
/* Appends what could be decrypted; false when the session is broken or the peer closed it. */
bool tls_decrypt(struct tls *tls, struct strbuf *ret_clear);
bool tls_encrypt(struct tls *tls, const void *clear, size_t length);
/* Appends what must be sent to the peer. */
void tls_take_output(struct tls *tls, struct strbuf *ret_bytes);

#endif
