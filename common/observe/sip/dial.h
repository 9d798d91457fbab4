/*
 * A connection over TCP or TLS that carries our own bytes: libcurl as far as the end of the handshake
 * (CURLOPT_CONNECT_ONLY), then bytes under a deadline.  No proxy, no ALPN, TLS 1.2 or newer.  Sources: curl
 * manual, CURLOPT_CONNECT_ONLY(3), curl_easy_recv(3).  One thread at a time; libcurl initialises itself.
 */
#ifndef PCHAT_OBSERVE_SIP_DIAL_H
#define PCHAT_OBSERVE_SIP_DIAL_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "observe/sip/probe.h"
#include "observe/tls/tls_watch.h"

#include <curl/curl.h>

enum dial_layer { DIAL_TCP, DIAL_TLS };

struct dial {
    const struct probe_target *target;
    enum dial_layer layer;
    struct deadline deadline;
    struct arena *arena;
    CURL *curl;
    struct curl_slist *connect_to;
    struct tls_watch watch;
    struct mono_ms started_at, connected_at; /* connected_at: TLS begins; 0 before */
    char error[CURL_ERROR_SIZE];
};

/* Nothing is sent yet.  The dial stays where it is until dial_done(); the target outlives it. */
void dial_init(struct dial *dial, const struct probe_target *target, enum dial_layer layer,
               struct deadline deadline, struct arena *arena);
/* For HTTP: what is asked for, "/" by default. */
void dial_set_path(struct dial *dial, const char *path);
void dial_done(struct dial *dial);
AUTO_DEFINE_DONE(dial, struct dial)

/* Performs whatever the handle is set to, the connection alone by default, and fills *ret_result but for its
 * first byte: sighting SIGHT_SEEN and true, or why not. */
bool dial_perform(struct dial *dial, struct probe_result *ret_result);

/* Sends all of it, or false with *result's sighting set. */
bool dial_send(struct dial *dial, const char *bytes, size_t length, struct probe_result *result);

enum dial_received { DIAL_BYTES, DIAL_CLOSED, DIAL_FAILED };
/* Appends what comes next; DIAL_CLOSED and DIAL_FAILED set *result's sighting. */
enum dial_received dial_receive(struct dial *dial, struct strbuf *inbox, struct probe_result *result);

#endif
