#include "lab/sip/session.h"

#include "base/mem.h"
#include "lab/sip/answer.h"
#include "lab/tds/tls.h"

#include <openssl/rand.h>
#include <string.h>

enum { TAG_BYTES = 5 };

struct sip_session {
    struct tls *tls;
    struct sip_policy policy;
    const char *fqdn;
    char tag[2 * TAG_BYTES + 1];
    enum tls_state handshake;
    enum sip_session_state state;
    struct strbuf inbox, output;
};

static void make_tag(char out[2 * TAG_BYTES + 1])
{
    unsigned char bytes[TAG_BYTES] = {0};

    RAND_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(out + 2 * i, 3, "%02X", bytes[i]);
}

struct sip_session *sip_session_new(SSL_CTX *context, const struct sip_policy *policy, const char *fqdn)
{
    struct tls *tls = tls_new(context);
    struct sip_session *session;

    if (!tls)
        return NULL;
    session = mem_alloc(sizeof *session);
    session->tls = tls;
    session->policy = *policy;
    session->fqdn = fqdn;
    make_tag(session->tag);
    return session;
}

void sip_session_free(struct sip_session *session)
{
    if (!session)
        return;
    tls_free(session->tls);
    strbuf_done(&session->inbox);
    strbuf_done(&session->output);
    free(session);
}

static void shake_hands(struct sip_session *session)
{
    session->handshake = tls_handshake(session->tls);
    if (session->handshake == TLS_BROKEN ||
        (session->handshake == TLS_READY && session->policy.manner == SIP_CLOSES))
        session->state = SIP_SESSION_ENDED;
}

void sip_session_receive(struct sip_session *session, const void *bytes, size_t length)
{
    if (session->state != SIP_SESSION_OPEN)
        return;
    tls_receive(session->tls, bytes, length);
    if (session->handshake == TLS_SHAKING_HANDS)
        shake_hands(session);
    if (session->state == SIP_SESSION_OPEN && session->handshake == TLS_READY &&
        !tls_decrypt(session->tls, &session->inbox))
        session->state = SIP_SESSION_ENDED;
    tls_take_output(session->tls, &session->output);
}

static void drop(struct strbuf *inbox, size_t used)
{
    memmove(inbox->text, inbox->text + used, inbox->length - used);
    strbuf_truncate(inbox, inbox->length - used);
}

bool sip_session_asked(const struct sip_session *session)
{
    return session->state == SIP_SESSION_OPEN &&
           memmem(strbuf_text(&session->inbox), session->inbox.length, "\r\n\r\n", 4) != NULL;
}

/* One request's answer, by the manner of the server. */
static void put_answer(struct sip_session *session, const struct sip_incoming *request, struct strbuf *out)
{
    switch (session->policy.manner) {
    case SIP_ANSWERS:
        sip_answer_put(out, request, session->policy.code, session->fqdn);
        break;
    case SIP_GARBAGE:
        sip_garbage_put(out);
        break;
    case SIP_HALF_CLOSED:
        session->state = SIP_SESSION_HALF_CLOSED;
        break;
    case SIP_SILENT:
    case SIP_CLOSES:
        break;
    }
}

void sip_session_answer(struct sip_session *session)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    while (session->state == SIP_SESSION_OPEN) {
        AUTO(sip_incoming) struct sip_incoming request = {0};
        size_t used = 0;
        enum sip_incoming_read read = sip_incoming_read(strbuf_text(&session->inbox), session->inbox.length,
                                                        session->tag, &request, &used);

        if (read == SIP_INCOMING_BROKEN)
            session->state = SIP_SESSION_ENDED;
        if (read != SIP_INCOMING_WHOLE)
            break;
        put_answer(session, &request, &out);
        drop(&session->inbox, used);
    }
    if (out.length && !tls_encrypt(session->tls, out.text, out.length))
        session->state = SIP_SESSION_ENDED;
    tls_take_output(session->tls, &session->output);
}

struct strbuf *sip_session_output(struct sip_session *session)
{
    return &session->output;
}

enum sip_session_state sip_session_state(const struct sip_session *session)
{
    return session->state;
}
