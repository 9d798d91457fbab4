#include "unit/lab/port_bench.h"

#include "base/mem.h"
#include "lab/control/pki.h"

#include <pthread.h>
#include <string.h>

enum { DAY_S = 86400, PATH_BYTES = 64 };

static struct pki authority, stranger;
static char ca_file[PATH_BYTES], client_file[PATH_BYTES];

/* ---- certificates ---- */

SSL_CTX *bench_issue(void *user, const struct host *host, struct err *err)
{
    const enum certificate_use *use = user;
    const struct windows_certificate *state = &host->windows.certificates[*use];
    const struct pki_leaf leaf = {
        .common_name = "localhost",
        .names = state->wrong_name ? "DNS:decommissioned.invalid" : "DNS:localhost,IP:127.0.0.1",
        .from_s = -60L * DAY_S,
        .to_s = state->expired ? -DAY_S : 30L * DAY_S,
    };

    return pki_issue(state->untrusted ? &stranger : &authority, &leaf, err);
}

static void write_file(char path[PATH_BYTES], const struct strbuf *text)
{
    int fd;

    snprintf(path, PATH_BYTES, "/tmp/port_bench_XXXXXX");
    fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text->text, text->length), text->length);
    close(fd);
}

static void write_files(void)
{
    const struct pki_leaf leaf = {"monitor", "DNS:mon1.litwareinc.com", -DAY_S, DAY_S};
    AUTO(strbuf) struct strbuf ca = STRBUF_INIT;
    AUTO(strbuf) struct strbuf client = STRBUF_INIT;
    struct err err = ERR_INIT;

    assert_int_equal(pki_write_pem(&authority, &ca, &err), 0);
    assert_int_equal(pki_issue_pem(&authority, &leaf, &client, &err), 0);
    write_file(ca_file, &ca);
    write_file(client_file, &client);
}

int bench_make_authorities(void **state)
{
    struct err err = ERR_INIT;

    (void)state;
    assert_int_equal(pki_new(&authority, &err), 0);
    assert_int_equal(pki_new(&stranger, &err), 0);
    write_files();
    return 0;
}

int bench_drop_authorities(void **state)
{
    (void)state;
    unlink(ca_file);
    unlink(client_file);
    pki_done(&authority);
    pki_done(&stranger);
    return 0;
}

X509 *bench_authority(void)
{
    return authority.certificate;
}

const char *bench_client_file(void)
{
    return client_file;
}

/* ---- a probe in a thread while the loop runs here ---- */

static void stand_still(void *user)
{
    (void)user;
}

const struct tds_clockwork bench_clockwork = {NULL, stand_still};

struct port_bench *bench_new(void)
{
    struct port_bench *bench = mem_alloc(sizeof *bench);

    bench->base = event_base_new();
    bench->world = fixture_world();
    bench->arena = arena_new();
    bench->target = (struct probe_target){.host = "127.0.0.1", .ca = ca_file};
    bench->patience_ms = BENCH_LONG_MS;
    assert_int_equal(pipe(bench->done), 0);
    return bench;
}

void bench_free(struct port_bench *bench)
{
    world_free(bench->world);
    event_base_free(bench->base);
    arena_free(bench->arena);
    close(bench->done[0]);
    close(bench->done[1]);
    free(bench);
}

struct deadline bench_deadline(const struct port_bench *bench)
{
    return deadline_in_ms(clock_system(), bench->patience_ms);
}

struct looking {
    struct port_bench *bench;
    void (*look)(void *user);
    void *user;
};

static void *look_and_tell(void *user)
{
    const struct looking *looking = user;

    looking->look(looking->user);
    assert_int_equal(write(looking->bench->done[1], "", 1), 1);
    return NULL;
}

static void on_done(evutil_socket_t fd, short what, void *user)
{
    char byte;

    (void)what;
    assert_int_equal(read((int)fd, &byte, 1), 1);
    event_base_loopbreak(user);
}

void bench_look(struct port_bench *bench, void (*look)(void *user), void *user)
{
    struct event *done = event_new(bench->base, bench->done[0], EV_READ, on_done, bench->base);
    struct looking looking = {bench, look, user};
    pthread_t thread;

    event_add(done, NULL);
    pthread_create(&thread, NULL, look_and_tell, &looking);
    event_base_dispatch(bench->base);
    pthread_join(thread, NULL);
    event_free(done);
}
