#include "lab/tds/session.h"

#include "base/mem.h"
#include "lab/tds/logon.h"
#include "lab/tds/packet.h"
#include "lab/tds/reply.h"
#include "lab/tds/rpc.h"
#include "lab/tds/tls.h"
#include "lab/tds/wire.h"
#include "lab/tsql/tsql.h"

#include <string.h>

enum phase { PHASE_PRELOGIN, PHASE_TLS, PHASE_LOGIN, PHASE_SSPI, PHASE_REQUESTS, PHASE_ENDED };

struct tds_session {
    const struct tds_server *server;
    SSL_CTX *certificate;
    enum phase phase;
    enum tds_coverage coverage;
    enum tds_version version;
    size_t packet_bytes;
    struct tls *tls; /* while it covers what is sent */
    struct tds_inbox inbox;
    struct strbuf output;
    struct tds_logon logon; /* while it is not known who that is */
    struct tsql_session *tsql;
    struct tds_reply reply; /* to the request that runs or waits */
    bool waits, by_procedure;
};

struct tds_session *tds_session_new(const struct tds_server *server, SSL_CTX *certificate)
{
    struct tds_session *session = mem_alloc(sizeof *session);

    session->server = server;
    session->certificate = certificate;
    SSL_CTX_up_ref(certificate);
    session->version = TDS_7_4;
    session->packet_bytes = TDS_PACKET_DEFAULT_BYTES;
    return session;
}

static void end(struct tds_session *session)
{
    if (session->tsql)
        tsql_logout(session->tsql);
    session->tsql = NULL;
    if (session->waits)
        tds_reply_done(&session->reply);
    session->waits = false;
    tds_logon_done(&session->logon);
    session->phase = PHASE_ENDED;
}

void tds_session_free(struct tds_session *session)
{
    if (!session)
        return;
    end(session);
    tls_free(session->tls);
    SSL_CTX_free(session->certificate);
    tds_inbox_done(&session->inbox);
    strbuf_done(&session->output);
    free(session);
}

struct strbuf *tds_session_output(struct tds_session *session)
{
    return &session->output;
}

bool tds_session_ended(const struct tds_session *session)
{
    return session->phase == PHASE_ENDED || (session->tsql && !tsql_session_alive(session->tsql));
}

size_t tds_session_packet_bytes(const struct tds_session *session)
{
    return session->packet_bytes;
}

static uint16_t session_id(const struct tds_session *session)
{
    return session->tsql ? (uint16_t)tsql_session_id(session->tsql) : 0;
}

static void send_message(struct tds_session *session, const struct strbuf *message)
{
    AUTO(strbuf) struct strbuf packets = STRBUF_INIT;
    bool covered = session->tls && session->phase != PHASE_TLS;

    tds_packets_put(covered ? &packets : &session->output, TDS_REPLY, strbuf_text(message), message->length,
                    session->packet_bytes, session_id(session));
    if (covered && packets.length && !tls_encrypt(session->tls, packets.text, packets.length))
        end(session);
    if (covered)
        tls_take_output(session->tls, &session->output);
}

static void send_reply(struct tds_session *session, struct tds_reply *reply)
{
    send_message(session, &reply->tokens);
    tds_reply_done(reply);
}

static struct tds_reply new_reply(const struct tds_session *session)
{
    return tds_reply_new(session->version, session->server->server_name);
}

/* ---- PRELOGIN and TLS ---- */

static void on_prelogin(struct tds_session *session)
{
    const struct tds_server *server = session->server;
    AUTO(strbuf) struct strbuf answer = STRBUF_INIT;
    struct tds_prelogin prelogin;

    if (!tds_prelogin_parse(session->inbox.message.text, session->inbox.message.length, &prelogin)) {
        end(session);
        return;
    }
    tds_prelogin_put(&answer, server->version,
                     tds_prelogin_answer(prelogin.encryption, server->force_encryption));
    send_message(session, &answer);
    session->coverage = tds_prelogin_coverage(prelogin.encryption, server->force_encryption);
    session->phase = PHASE_LOGIN;
    if (session->coverage == TDS_NO_AGREEMENT)
        end(session);
    if (session->coverage == TDS_LOGIN_ENCRYPTED || session->coverage == TDS_ALL_ENCRYPTED) {
        session->phase = PHASE_TLS;
        session->tls = tls_new(session->certificate);
        if (!session->tls)
            end(session);
    }
}

/* The handshake travels in PRELOGIN packets; what follows it does not. */
static void on_handshake(struct tds_session *session)
{
    AUTO(strbuf) struct strbuf records = STRBUF_INIT;

    tls_receive(session->tls, session->inbox.message.text, session->inbox.message.length);
    enum tls_state state = tls_handshake(session->tls);
    tls_take_output(session->tls, &records);
    if (records.length > 0)
        tds_packets_put(&session->output, TDS_PRELOGIN, records.text, records.length, session->packet_bytes,
                        0);
    if (state == TLS_READY)
        session->phase = PHASE_LOGIN;
    if (state == TLS_BROKEN)
        end(session);
}

/* ---- LOGIN7 and SSPI ---- */

static size_t packet_bytes_agreed(uint32_t wanted)
{
    if (wanted == 0)
        return TDS_PACKET_DEFAULT_BYTES;
    if (wanted < TDS_PACKET_MIN_BYTES)
        return TDS_PACKET_MIN_BYTES;
    return wanted < TDS_PACKET_MAX_BYTES ? wanted : TDS_PACKET_MAX_BYTES;
}

/* Encryption of the login alone ends with the login packet. */
static void uncover(struct tds_session *session)
{
    if (session->coverage != TDS_LOGIN_ENCRYPTED)
        return;
    tls_free(session->tls);
    session->tls = NULL;
}

/* For good: the answer is on its way. */
static void refuse(struct tds_session *session, struct tds_reply *reply)
{
    tds_reply_finish(reply);
    send_reply(session, reply);
    end(session);
}

static void log_in(struct tds_session *session, struct tds_reply *reply)
{
    const struct tds_login7 *login7 = &session->logon.login;
    struct tsql_sink sink = tds_reply_sink(reply);
    struct tsql_login login = {
        .instance = session->server->instance,
        .database = login7->database,
        .host = login7->host,
        .program = login7->program,
        .encrypted = session->coverage == TDS_ALL_ENCRYPTED,
    };

    tds_logon_put(&session->logon, &login);
    session->tsql = tsql_login(session->server->world, &login, &sink);
    if (!session->tsql) {
        refuse(session, reply);
        return;
    }
    size_t before = session->packet_bytes;
    size_t now = packet_bytes_agreed(login7->packet_bytes);
    tds_reply_logged_in(reply, session->server->version, now, before);
    send_reply(session, reply);
    session->packet_bytes = now;
    session->phase = PHASE_REQUESTS;
    tds_logon_done(&session->logon);
}

static void follow_logon(struct tds_session *session, enum tds_logon_state state, struct tds_reply *reply)
{
    switch (state) {
    case TDS_LOGON_MORE:
        send_reply(session, reply);
        session->phase = PHASE_SSPI;
        break;
    case TDS_LOGON_KNOWN:
        log_in(session, reply);
        break;
    case TDS_LOGON_REFUSED:
        refuse(session, reply);
        break;
    }
}

static void on_login(struct tds_session *session)
{
    struct tds_login7 *login = &session->logon.login;
    struct tds_reply reply;

    uncover(session);
    if (tds_login7_parse(session->inbox.message.text, session->inbox.message.length, login) != 0) {
        end(session);
        return;
    }
    session->version = tds_version_agreed(login->version, session->server->version.major);
    reply = new_reply(session);
    follow_logon(session, tds_logon_begin(&session->logon, session->server, &reply), &reply);
}

static void on_sspi(struct tds_session *session)
{
    const struct strbuf *token = &session->inbox.message;
    struct tds_reply reply = new_reply(session);

    follow_logon(session, tds_logon_continue(&session->logon, strbuf_text(token), token->length, &reply),
                 &reply);
}

/* ---- requests ---- */

/* Since TDS 7.2 a request begins with headers: a total length that counts itself. */
static struct wire_reader without_headers(const struct tds_session *session)
{
    const struct strbuf *message = &session->inbox.message;
    struct wire_reader in = wire_reader_of(message->text, message->length);

    if (session->version < TDS_7_2)
        return in;
    size_t headers_bytes = (size_t)wire_get_le(&in, 4);
    if (in.past_end || headers_bytes < 4)
        return wire_slice(message->text, message->length, message->length + 1, 0);
    return wire_slice(message->text, message->length, headers_bytes, message->length - headers_bytes);
}

/* The request is answered as far as it goes now. */
static void reply_or_wait(struct tds_session *session, bool done)
{
    session->waits = !done;
    if (!done)
        return;
    if (session->by_procedure)
        tds_reply_finish_procedure(&session->reply);
    else
        tds_reply_finish(&session->reply);
    send_reply(session, &session->reply);
}

static void run(struct tds_session *session, const char *batch, bool procedure)
{
    session->reply = new_reply(session);
    session->by_procedure = procedure;
    struct tsql_sink sink = tds_reply_sink(&session->reply);
    reply_or_wait(session, tsql_execute(session->tsql, batch, &sink));
}

static void on_batch(struct tds_session *session)
{
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
    struct wire_reader in = without_headers(session);

    if (in.past_end) {
        end(session);
        return;
    }
    wire_utf8_from_utf16(&batch, in.at, in.left);
    run(session, strbuf_text(&batch), false);
}

static void refuse_request(struct tds_session *session, int number, int severity, const char *text)
{
    struct tds_reply reply = new_reply(session);

    tds_reply_message(&reply, &(struct tsql_message){number, severity, 1, 1, text, ""});
    tds_reply_finish(&reply);
    send_reply(session, &reply);
}

static void on_rpc(struct tds_session *session)
{
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
    struct wire_reader in = without_headers(session);

    switch (in.past_end ? RPC_BROKEN : rpc_read(in.at, in.left, session->version, &batch)) {
    case RPC_BATCH:
        run(session, strbuf_text(&batch), true);
        break;
    case RPC_BAD_TYPE:
        refuse_request(
            session, 8009, 16,
            "The incoming tabular data stream (TDS) remote procedure call (RPC) protocol stream is "
            "incorrect. The lab does not read this data type.");
        break;
    case RPC_BROKEN:
        end(session);
        break;
    }
}

/* A request that waits is given up; what it has answered is not sent. */
static void on_attention(struct tds_session *session)
{
    struct tds_reply reply = new_reply(session);

    if (session->waits) {
        tsql_cancel(session->tsql);
        tds_reply_done(&session->reply);
        session->waits = false;
    }
    tds_reply_finish_attention(&reply);
    send_reply(session, &reply);
}

/* The client cancelled its request before it was whole. */
static void on_taken_back(struct tds_session *session)
{
    struct tds_reply reply = new_reply(session);

    tds_reply_finish(&reply);
    send_reply(session, &reply);
}

static void on_request(struct tds_session *session)
{
    if (!tsql_session_alive(session->tsql)) {
        end(session);
        return;
    }
    /* One request at a time: this session is not one of several on a connection. */
    if (session->waits && session->inbox.type != TDS_ATTENTION) {
        end(session);
        return;
    }
    switch (session->inbox.type) {
    case TDS_BATCH:
        on_batch(session);
        break;
    case TDS_RPC:
        on_rpc(session);
        break;
    case TDS_ATTENTION:
        on_attention(session);
        break;
    default: /* bulk load, transaction manager, ... */
        refuse_request(session, 4014, 20,
                       "A fatal error occurred while reading the input stream from the network.");
        end(session);
    }
}

void tds_session_continue(struct tds_session *session)
{
    if (!session->waits || !tsql_session_alive(session->tsql))
        return;
    struct tsql_sink sink = tds_reply_sink(&session->reply);
    reply_or_wait(session, tsql_continue(session->tsql, &sink));
}

/* ---- bytes ---- */

static void on_message(struct tds_session *session)
{
    bool prelogin = session->inbox.type == TDS_PRELOGIN;

    if (session->phase == PHASE_PRELOGIN && prelogin)
        on_prelogin(session);
    else if (session->phase == PHASE_TLS && prelogin)
        on_handshake(session);
    else if (session->phase == PHASE_REQUESTS && session->inbox.ignored)
        on_taken_back(session);
    else if (session->phase == PHASE_REQUESTS)
        on_request(session);
    else if (session->phase == PHASE_SSPI && session->inbox.type == TDS_SSPI)
        on_sspi(session);
    else if (session->inbox.type == TDS_LOGIN &&
             (session->phase == PHASE_LOGIN ||
              (session->phase == PHASE_PRELOGIN && !session->server->force_encryption)))
        on_login(session);
    else
        end(session);
}

static void read_messages(struct tds_session *session)
{
    enum tds_inbox_state state = TDS_INBOX_MORE;

    while (session->phase != PHASE_ENDED && (state = tds_inbox_poll(&session->inbox)) == TDS_INBOX_MESSAGE) {
        on_message(session);
        tds_inbox_next_message(&session->inbox);
    }
    if (state == TDS_INBOX_BROKEN)
        end(session);
}

void tds_session_receive(struct tds_session *session, const void *bytes, size_t length)
{
    AUTO(strbuf) struct strbuf clear = STRBUF_INIT;

    if (session->phase == PHASE_ENDED)
        return;
    if (!session->tls || session->phase == PHASE_TLS) {
        tds_inbox_add(&session->inbox, bytes, length);
        read_messages(session);
        return;
    }
    tls_receive(session->tls, bytes, length);
    bool sound = tls_decrypt(session->tls, &clear);
    tds_inbox_add(&session->inbox, strbuf_text(&clear), clear.length);
    if (clear.text)
        explicit_bzero(clear.text, clear.length);
    read_messages(session);
    if (!sound)
        end(session);
}
