/* A port of a host of the world on this thread's loop, and a probe of the product in another that looks at
 * it. */
#ifndef PCHAT_TESTS_PORT_BENCH_H
#define PCHAT_TESTS_PORT_BENCH_H

#include "base/arena.h"
#include "base/clock.h"
#include "lab/tds/listener.h"
#include "observe/sip/probe.h"
#include "unit/lab/world_fixture.h"

#include <event2/event.h>
#include <openssl/ssl.h>

enum { BENCH_PATIENCE_MS = 300, BENCH_LONG_MS = 10000 };

struct port_bench {
    struct event_base *base;
    struct world *world;
    struct arena *arena;
    struct probe_target target; /* port is the caller's to set */
    int64_t patience_ms;        /* BENCH_LONG_MS at first */
    int done[2];                /* a pipe: the probe has ended */
};

struct port_bench *bench_new(void);
void bench_free(struct port_bench *bench);
struct deadline bench_deadline(const struct port_bench *bench);
/* Runs look(user) in a thread and the loop here until it returns. */
void bench_look(struct port_bench *bench, void (*look)(void *user), void *user);

/* A clock that stands still. */
extern const struct tds_clockwork bench_clockwork;

/* For cmocka: two authorities, the files of a probe. */
int bench_make_authorities(void **state);
int bench_drop_authorities(void **state);
X509 *bench_authority(void);
const char *bench_client_file(void); /* a certificate of the authority with its key */
/* As the issuers' issue(); user is a const enum certificate_use *. */
SSL_CTX *bench_issue(void *user, const struct host *host, struct err *err);

#endif
