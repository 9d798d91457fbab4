/*
 * A TLS server of one connection at a time with a certificate of its own making, for tests of what a client
 * makes of bad answers.  Runs in a thread; its script is data.
 */
#ifndef PCHAT_TESTS_OBSERVE_TLS_SERVER_H
#define PCHAT_TESTS_OBSERVE_TLS_SERVER_H

#include <openssl/ssl.h>
#include <pthread.h>
#include <stdbool.h>

enum tls_server_end {
    TLS_SERVER_CLOSE,      /* as TLS wants it */
    TLS_SERVER_HALF_CLOSE, /* says that it sends no more, and stays */
    TLS_SERVER_CUT,        /* closes the socket without a word */
    TLS_SERVER_STAY        /* until the client goes */
};

struct tls_server_script {
    const char *answer;  /* "{call_id}" in it becomes the request's; NULL: none */
    size_t answer_bytes; /* how many of them are sent, after the replacement; 0: all */
    enum tls_server_end end;
    bool byte_by_byte; /* one TLS record for each */
    bool plain;        /* no TLS: the answer comes at once */
    bool deaf;         /* does not wait for a request */
};

enum { TLS_SERVER_PATH_BYTES = 64 };
struct tls_server {
    char ca_file[TLS_SERVER_PATH_BYTES];       /* its own certificate: to be trusted */
    char stranger_file[TLS_SERVER_PATH_BYTES]; /* the certificate of an authority that has nothing to do with
                                                  it */
    SSL_CTX *context;
    pthread_mutex_t lock;
    struct tls_server_script script; /* under the lock */
    int listener, port;
    pthread_t thread;
};

void tls_server_start(struct tls_server *server);
/* What it does from the next connection on. */
void tls_server_play(struct tls_server *server, struct tls_server_script script);
void tls_server_stop(struct tls_server *server);

#endif
