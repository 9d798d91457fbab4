/*
 * The session from the client's side of memory, with an echo in the place of tsql: a batch answers itself.
 */
#include "base/mem.h"
#include "lab/control/pki.h"
#include "lab/tds/packet.h"
#include "lab/tds/session.h"
#include "lab/tds/wire.h"
#include "lab/tsql/tsql.h"
#include "tds_client.h"
#include "unit/cmocka_unit.h"

#include <string.h>

struct tsql_session {
    bool alive;
};

static size_t cancelled; /* batches that waited */
static size_t logged_in; /* sessions of the echo that live */

struct tsql_session *tsql_login(struct world *world, const struct tsql_login *login,
                                const struct tsql_sink *sink)
{
    (void)world;
    if (strcmp(login->password, "right") != 0) {
        sink->message(sink->user, &(struct tsql_message){18456, 14, 1, 1, "Login failed for user 'x'.", ""});
        return NULL;
    }
    struct tsql_session *session = mem_alloc(sizeof *session);
    session->alive = true;
    logged_in++;
    return session;
}

void tsql_logout(struct tsql_session *session)
{
    logged_in--;
    free(session);
}

int tsql_session_id(const struct tsql_session *session)
{
    return session ? 51 : 0;
}

bool tsql_session_alive(const struct tsql_session *session)
{
    return session->alive;
}

bool tsql_execute(struct tsql_session *session, const char *batch, const struct tsql_sink *sink)
{
    const struct tsql_column column = {"echo", TSQL_NVARCHAR, true, 0, 0, 0};
    const struct tsql_value value = {.text = batch};

    if (strcmp(batch, "KILL") == 0)
        session->alive = false;
    sink->columns(sink->user, &column, 1);
    sink->row(sink->user, &value, 1);
    if (strcmp(batch, "WAIT") == 0)
        return false;
    sink->done(sink->user, true, 1, false);
    return true;
}

bool tsql_continue(struct tsql_session *session, const struct tsql_sink *sink)
{
    (void)session;
    sink->done(sink->user, true, 1, false);
    return true;
}

void tsql_cancel(struct tsql_session *session)
{
    cancelled += session != NULL;
}

int tsql_run_script(struct tsql_session *session, const char *script, const char *const *variables,
                    const struct tsql_sink *sink)
{
    (void)session;
    (void)script;
    (void)variables;
    (void)sink;
    return -1;
}

/* ---- fixtures ---- */

static SSL_CTX *certificate;
static struct tds_server server = {.instance = "sqlpri1",
                                   .server_name = "SQLPRI1",
                                   .version = {12, 0, 6024},
                                   .fqdn = "sqlpri1.litwareinc.com"};

static int set_up(void **state)
{
    (void)state;
    AUTO(pki) struct pki authority = {NULL, NULL};
    const struct pki_leaf leaf = {"localhost", "DNS:localhost", -60, 3600};

    if (pki_new(&authority, NULL) != 0)
        return -1;
    certificate = pki_issue(&authority, &leaf, NULL);
    return certificate ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    SSL_CTX_free(certificate);
    return logged_in == 0 ? 0 : -1;
}

static void put_prelogin(struct strbuf *out, enum tds_encryption wish)
{
    AUTO(strbuf) struct strbuf message = STRBUF_INIT;

    wire_put_bytes(&message, "\x01\x00\x06\x00\x01\xFF", 6);
    wire_put_le(&message, wish, 1);
    client_send(out, TDS_PRELOGIN, &message);
}

static void put_login(struct strbuf *out, const char *password)
{
    const struct client_login login = {
        .version = 0x74000004, .packet_bytes = 512, .user = "x", .password = password};
    AUTO(strbuf) struct strbuf message = STRBUF_INIT;

    client_put_login(&message, &login);
    client_send(out, TDS_LOGIN, &message);
}

static void put_batch(struct strbuf *out, const char *text)
{
    AUTO(strbuf) struct strbuf message = STRBUF_INIT;

    client_put_headers(&message);
    client_put_text(&message, text);
    client_send(out, TDS_BATCH, &message);
}

static void session_auto(struct tds_session **session)
{
    tds_session_free(*session);
}

static bool output_has(struct tds_session *session, const void *bytes, size_t length)
{
    const struct strbuf *output = tds_session_output(session);

    return output->length >= length && memmem(output->text, output->length, bytes, length) != NULL;
}

/* ---- in the clear ---- */

static void a_clear_session_from_start_to_end(void **state)
{
    (void)state;
    AUTO(session) struct tds_session *session = tds_session_new(&server, certificate);
    AUTO(strbuf) struct strbuf sent = STRBUF_INIT;

    put_prelogin(&sent, TDS_ENCRYPT_NOT_SUP);
    put_login(&sent, "right");
    put_batch(&sent, "SELECT 1");
    for (size_t i = 0; i < sent.length; i++) /* byte by byte */
        tds_session_receive(session, &sent.text[i], 1);
    assert_true(output_has(session, "\xAD", 1));
    assert_true(output_has(session, "S\0E\0L\0E\0C\0T\0 \0\61\0", 16));
    assert_int_equal(tds_session_packet_bytes(session), 512);
    assert_false(tds_session_ended(session));

    strbuf_truncate(tds_session_output(session), 0);
    tds_session_receive(session, "\x06\x01\x00\x08\0\0\1\0", 8);
    assert_true(output_has(session, "\xFD\x20\x00", 3));

    strbuf_truncate(&sent, 0);
    put_batch(&sent, "KILL");
    tds_session_receive(session, sent.text, sent.length);
    assert_true(tds_session_ended(session));
}

/* Nothing is said while a statement waits; an attention gives it up, another request breaks the rules. */
static void a_request_that_waits(void **state)
{
    (void)state;
    AUTO(session) struct tds_session *session = tds_session_new(&server, certificate);
    AUTO(strbuf) struct strbuf sent = STRBUF_INIT, again = STRBUF_INIT;

    put_prelogin(&sent, TDS_ENCRYPT_NOT_SUP);
    put_login(&sent, "right");
    tds_session_receive(session, sent.text, sent.length);
    put_batch(&again, "WAIT");
    for (int i = 0; i < 2; i++) {
        strbuf_truncate(tds_session_output(session), 0);
        tds_session_receive(session, again.text, again.length);
        assert_int_equal(tds_session_output(session)->length, 0);
        if (i == 0)
            tds_session_continue(session);
        else
            tds_session_receive(session, "\x06\x01\x00\x08\0\0\1\0", 8);
        assert_true(i == 0 ? output_has(session, "W\0A\0I\0T\0", 8)
                           : output_has(session, "\xFD\x20\x00", 3) && !output_has(session, "W\0A\0", 4));
    }
    assert_int_equal(cancelled, 1);
    tds_session_continue(session);
    tds_session_receive(session, again.text, again.length);
    tds_session_receive(session, again.text, again.length);
    assert_true(tds_session_ended(session));
}

static void a_wrong_password_ends_the_session(void **state)
{
    (void)state;
    AUTO(session) struct tds_session *session = tds_session_new(&server, certificate);
    AUTO(strbuf) struct strbuf sent = STRBUF_INIT;

    put_prelogin(&sent, TDS_ENCRYPT_NOT_SUP);
    put_login(&sent, "wrong");
    tds_session_receive(session, sent.text, sent.length);
    assert_true(output_has(session, "\x18\x48\x00\x00", 4)); /* 18456 */
    assert_true(tds_session_ended(session));
}

/* What must end a session at once, each sent after a good login. */
static const struct {
    const char *name, *bytes;
    size_t length;
} violations[] = {
    {"a second login", "\x10\x01\x00\x08\0\0\1\0", 8},
    {"bulk load", "\x07\x01\x00\x08\0\0\1\0", 8},
    {"transaction manager", "\x0E\x01\x00\x08\0\0\1\0", 8},
    {"a prelogin", "\x12\x01\x00\x09\0\0\1\0\xFF", 9},
    {"a packet of length 0", "\x01\x01\x00\x00\0\0\1\0", 8},
    {"a batch without headers", "\x01\x01\x00\x0A\0\0\1\0a\0", 10},
    {"headers longer than the batch", "\x01\x01\x00\x0C\0\0\1\0\xFF\xFF\xFF\xFF", 12},
    {"headers shorter than their length", "\x01\x01\x00\x0C\0\0\1\0\x03\0\0\0", 12},
    {"a call of nothing", "\x03\x01\x00\x0C\0\0\1\0\x04\0\0\0", 12},
    {"TLS out of place", "\x16\x03\x01\x00\x05\1\0\0\1\0", 10},
};

static void violations_end_the_session(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(violations); i++) {
        AUTO(session) struct tds_session *session = tds_session_new(&server, certificate);
        AUTO(strbuf) struct strbuf sent = STRBUF_INIT;
        put_prelogin(&sent, TDS_ENCRYPT_NOT_SUP);
        put_login(&sent, "right");
        wire_put_bytes(&sent, violations[i].bytes, violations[i].length);
        tds_session_receive(session, sent.text, sent.length);
        bool waits =
            strcmp(violations[i].name, "TLS out of place") == 0; /* a header that promises 256 bytes */
        if (tds_session_ended(session) == waits)
            fail_msg("%s: %s", violations[i].name, waits ? "ended" : "lives on");
    }
}

static void forced_encryption_refuses_clear_logins(void **state)
{
    (void)state;
    struct tds_server strict = server;
    AUTO(strbuf) struct strbuf sent = STRBUF_INIT;

    strict.force_encryption = true;
    AUTO(session) struct tds_session *asked = tds_session_new(&strict, certificate);
    put_prelogin(&sent, TDS_ENCRYPT_NOT_SUP);
    tds_session_receive(asked, sent.text, sent.length);
    assert_true(tds_session_ended(asked));

    AUTO(session) struct tds_session *unasked = tds_session_new(&strict, certificate);
    strbuf_truncate(&sent, 0);
    put_login(&sent, "right");
    tds_session_receive(unasked, sent.text, sent.length);
    assert_true(tds_session_ended(unasked));
}

/* ---- over TLS ---- */

struct peer {
    struct tds_session *session;
    SSL *ssl;
    struct tds_inbox inbox;
};

static struct peer peer_new(enum tds_encryption wish)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    struct peer peer = {tds_session_new(&server, certificate), SSL_new(context), {{0}, {0}, 0, false}};
    AUTO(strbuf) struct strbuf sent = STRBUF_INIT;

    SSL_CTX_free(context);
    SSL_set_bio(peer.ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(peer.ssl);
    put_prelogin(&sent, wish);
    tds_session_receive(peer.session, sent.text, sent.length);
    strbuf_truncate(tds_session_output(peer.session), 0);
    return peer;
}

static void peer_done(struct peer *peer)
{
    SSL_free(peer->ssl);
    tds_session_free(peer->session);
    tds_inbox_done(&peer->inbox);
}
AUTO_DEFINE_DONE(peer, struct peer)

/* What TLS wants sent, as bytes. */
static void peer_take(struct peer *peer, struct strbuf *ret)
{
    char piece[4096];
    size_t length = 0;

    while (BIO_read_ex(SSL_get_wbio(peer->ssl), piece, sizeof piece, &length) == 1)
        strbuf_add_n(ret, piece, length);
}

static bool peer_shake_hands(struct peer *peer)
{
    for (int round = 0; round < 8 && SSL_do_handshake(peer->ssl) != 1; round++) {
        AUTO(strbuf) struct strbuf records = STRBUF_INIT;
        AUTO(strbuf) struct strbuf packets = STRBUF_INIT;
        struct strbuf *output = tds_session_output(peer->session);
        size_t written = 0;
        peer_take(peer, &records);
        client_send(&packets, TDS_PRELOGIN, &records);
        tds_session_receive(peer->session, packets.text, packets.length);
        tds_inbox_add(&peer->inbox, strbuf_text(output), output->length);
        strbuf_truncate(output, 0);
        if (tds_inbox_poll(&peer->inbox) != TDS_INBOX_MESSAGE)
            return false;
        BIO_write_ex(SSL_get_rbio(peer->ssl), peer->inbox.message.text, peer->inbox.message.length, &written);
        tds_inbox_next_message(&peer->inbox);
    }
    return SSL_is_init_finished(peer->ssl);
}

static void peer_send(struct peer *peer, const struct strbuf *clear)
{
    AUTO(strbuf) struct strbuf records = STRBUF_INIT;
    size_t written = 0;

    assert_int_equal(SSL_write_ex(peer->ssl, clear->text, clear->length, &written), 1);
    peer_take(peer, &records);
    tds_session_receive(peer->session, records.text, records.length);
}

static void peer_receive(struct peer *peer, struct strbuf *ret_clear)
{
    struct strbuf *output = tds_session_output(peer->session);
    char piece[4096];
    size_t length = 0;

    BIO_write_ex(SSL_get_rbio(peer->ssl), strbuf_text(output), output->length, &length);
    strbuf_truncate(output, 0);
    while (SSL_read_ex(peer->ssl, piece, sizeof piece, &length) == 1)
        strbuf_add_n(ret_clear, piece, length);
}

static void all_is_encrypted_when_asked(void **state)
{
    (void)state;
    AUTO(peer) struct peer peer = peer_new(TDS_ENCRYPT_ON);
    AUTO(strbuf) struct strbuf sent = STRBUF_INIT;
    AUTO(strbuf) struct strbuf clear = STRBUF_INIT;

    assert_true(peer_shake_hands(&peer));
    put_login(&sent, "right");
    put_batch(&sent, "SELECT 1");
    peer_send(&peer, &sent);
    assert_false(output_has(peer.session, "S\0E\0L\0", 6));
    peer_receive(&peer, &clear);
    assert_non_null(memmem(strbuf_text(&clear), clear.length, "S\0E\0L\0", 6));
}

static void only_the_login_is_encrypted_otherwise(void **state)
{
    (void)state;
    AUTO(peer) struct peer peer = peer_new(TDS_ENCRYPT_OFF);
    AUTO(strbuf) struct strbuf sent = STRBUF_INIT;

    assert_true(peer_shake_hands(&peer));
    put_login(&sent, "right");
    peer_send(&peer, &sent);
    strbuf_truncate(&sent, 0);
    put_batch(&sent, "SELECT 1");
    tds_session_receive(peer.session, sent.text, sent.length);
    assert_true(output_has(peer.session, "S\0E\0L\0", 6));
}

/* ---- hostile bytes ---- */

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

/* A good conversation with a few bytes changed, cut anywhere: whatever happens, nothing is read out of
 * bounds. */
static void mutated_conversations(void **state)
{
    (void)state;
    AUTO(strbuf) struct strbuf good = STRBUF_INIT;
    uint32_t seed = 1;

    put_prelogin(&good, TDS_ENCRYPT_NOT_SUP);
    put_login(&good, "right");
    put_batch(&good, "SELECT 'x'");
    wire_put_bytes(&good, "\x03\x01\x00\x12\0\0\1\0\x04\0\0\0\xFF\xFF\x0A\x00\0\0", 18);
    for (int round = 0; round < 4000; round++) {
        AUTO(session) struct tds_session *session = tds_session_new(&server, certificate);
        AUTO_FREE char *bytes = malloc(good.length);
        memcpy(bytes, good.text, good.length);
        for (int change = 0; change < 1 + round % 4; change++)
            bytes[next_random(&seed) % good.length] = (char)next_random(&seed);
        tds_session_receive(session, bytes, 1 + next_random(&seed) % good.length);
    }
}

static void noise_instead_of_tls(void **state)
{
    (void)state;
    uint32_t seed = 2;

    for (int round = 0; round < 200; round++) {
        AUTO(peer) struct peer peer = peer_new(TDS_ENCRYPT_ON);
        AUTO(strbuf) struct strbuf noise = STRBUF_INIT;
        bool in_session = round % 2 == 1 && peer_shake_hands(&peer);
        wire_put_bytes(&noise, in_session ? "\x17\x03\x03\x00\x10" : "\x16\x03\x03\x00\x10", 5);
        for (int i = 0; i < 64; i++)
            wire_put_le(&noise, next_random(&seed), 1);
        AUTO(strbuf) struct strbuf packet = STRBUF_INIT;
        client_send(&packet, TDS_PRELOGIN, &noise);
        const struct strbuf *sent = in_session ? &noise : &packet;
        tds_session_receive(peer.session, sent->text, sent->length);
        assert_true(tds_session_ended(peer.session));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clear_session_from_start_to_end),
        cmocka_unit_test(a_request_that_waits),
        cmocka_unit_test(a_wrong_password_ends_the_session),
        cmocka_unit_test(violations_end_the_session),
        cmocka_unit_test(forced_encryption_refuses_clear_logins),
        cmocka_unit_test(all_is_encrypted_when_asked),
        cmocka_unit_test(only_the_login_is_encrypted_otherwise),
        cmocka_unit_test(mutated_conversations),
        cmocka_unit_test(noise_instead_of_tls),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
