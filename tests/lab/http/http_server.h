/*
 * libmicrohttpd inside the lab's event loop: no thread, no socket of its own; connections come from a door.
 *
 * A request arrives whole.  Its handler answers, or says how long to wait until it is asked again; what it
 * wants to remember of a connection it puts into the connection's memory.  One thread only.
 */
#ifndef PCHAT_LAB_HTTP_HTTP_SERVER_H
#define PCHAT_LAB_HTTP_HTTP_SERVER_H

#include "base/err.h"
#include "base/strbuf.h"
#include "lab/http/http_request.h"

#include <event2/event.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>

struct http_header {
    const char *name, *value;
};

enum { HTTP_HEADERS_MAX = 6 };

struct http_answer {
    int64_t wait_ms;    /* > 0: ask again then, nothing else counts */
    unsigned status;    /* 0: no response, the connection is closed once the body is out as it is */
    const char *server; /* NULL: HTTP.sys itself */
    struct strbuf body; /* the server releases it */
    struct http_header headers[HTTP_HEADERS_MAX];
    size_t header_count;
};

struct http_exchange {
    struct http_request request;
    uint64_t number;     /* of the request; no two of a server have the same */
    void **memory;       /* of the connection, NULL at first; goes to the handler's forget() with it */
    const char *address; /* the client's */
    const char *body;
    size_t body_length;
    bool body_announced;        /* by Content-Length or Transfer-Encoding */
    int64_t started_ms, now_ms; /* monotonic; started: when the request was complete */
    bool again;                 /* asked before */
};

struct http_handler {
    void *user;
    /* *ret_answer starts zeroed. */
    void (*answer)(void *user, const struct http_exchange *exchange, struct http_answer *ret_answer);
    void (*forget)(void *memory); /* NULL where nothing is remembered */
};

struct http_server;

/* The key and certificate of the context are copied; NULL with *err set. */
struct http_server *http_server_new(struct event_base *base, SSL_CTX *certificate,
                                    const struct http_handler *handler, struct err *err);
/* Closes all connections. */
void http_server_free(struct http_server *server);
/* Takes the socket. */
void http_server_visit(struct http_server *server, int fd);

#endif
