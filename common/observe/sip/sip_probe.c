#include "observe/sip/sip_probe.h"

#include "observe/sip/dial.h"
#include "observe/sip/sip_message.h"
#include "observe/sip/sip_request.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

enum {
    STREAM_MAX_BYTES = 4 * SIP_MESSAGE_MAX_BYTES, /* of all messages that are not for us */
    MAX_FORWARDS = 70,
    TOO_MANY_HOPS = 483
};

struct exchange {
    struct dial *dial;
    struct sip_request request;
    struct sip_dialog dialog;
    const char *call_id;
    struct strbuf inbox;
    size_t received_bytes;
    struct mono_ms sent_at;
    struct sip_result *result;
};

static bool fail(struct exchange *exchange, enum sight sight, const char *detail)
{
    exchange->result->probe.sighting = (struct sighting){sight, detail};
    return false;
}

static bool send_request(struct exchange *exchange)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    sip_request_text(&text, &exchange->request, &exchange->dialog);
    exchange->sent_at = clock_mono(exchange->dial->deadline.clock);
    return dial_send(exchange->dial, strbuf_text(&text), text.length, &exchange->result->probe);
}

static void drop(struct strbuf *inbox, size_t used)
{
    if (!used)
        return;
    memmove(inbox->text, inbox->text + used, inbox->length - used);
    strbuf_truncate(inbox, inbox->length - used);
}

static bool fill_inbox(struct exchange *exchange)
{
    struct probe_result *result = &exchange->result->probe;
    size_t before = exchange->inbox.length;
    enum dial_received received = dial_receive(exchange->dial, &exchange->inbox, result);

    if (received != DIAL_BYTES) {
        exchange->result->closed = received == DIAL_CLOSED && !exchange->received_bytes;
        return false;
    }
    if (result->phases.first_byte_ms == PHASE_NOT_REACHED)
        result->phases.first_byte_ms = clock_mono(exchange->dial->deadline.clock).ms - exchange->sent_at.ms;
    exchange->received_bytes += exchange->inbox.length - before;
    return exchange->received_bytes <= STREAM_MAX_BYTES ||
           fail(exchange, SIGHT_PROTOCOL_ERROR, "not SIP: no answer among too many bytes");
}

/* The next message of the stream, if it has come whole. */
static enum sip_read read_message(struct exchange *exchange, struct arena *arena,
                                  struct sip_message *ret_message)
{
    const char *problem;
    size_t used;
    enum sip_read read = sip_message_read(strbuf_text(&exchange->inbox), exchange->inbox.length, arena,
                                          ret_message, &used, &problem);

    drop(&exchange->inbox, used);
    if (read == SIP_READ_BROKEN)
        fail(exchange, SIGHT_PROTOCOL_ERROR, arena_format(exchange->dial->arena, "not SIP: %s", problem));
    return read;
}

static bool is_answer(const struct exchange *exchange, const struct sip_message *message)
{
    return sip_message_match(message, exchange->call_id, exchange->request.sequence, "OPTIONS") ==
           SIP_MATCH_FINAL;
}

/* Of messages that are not for us, or have not come whole - byte by byte, perhaps - nothing is kept. */
static bool final_response(struct exchange *exchange, struct sip_message *ret_message)
{
    for (;;) {
        AUTO(arena) struct arena *arena = arena_new();
        enum sip_read read = read_message(exchange, arena, ret_message);

        if (read == SIP_READ_BROKEN || (read == SIP_READ_MORE && !fill_inbox(exchange)))
            return false;
        if (read == SIP_READ_MESSAGE && is_answer(exchange, ret_message)) {
            arena_adopt(exchange->dial->arena, arena);
            arena = NULL;
            return true;
        }
    }
}

static void take(struct sip_result *result, const struct sip_message *message, struct arena *arena)
{
    result->status = message->status;
    result->class = sip_class_of(message->status);
    result->reason = message->reason;
    result->server = sip_message_header(message, "Server");
    result->diagnostics = sip_message_header(message, "ms-diagnostics");
    result->challenges = sip_message_challenges(message, arena);
    result->probe.evidence = EVIDENCE_SIP;
    result->probe.sighting = (struct sighting){.sight = SIGHT_SEEN};
}

static bool ask(struct exchange *exchange, struct sip_message *ret_message)
{
    return send_request(exchange) && final_response(exchange, ret_message);
}

static void ask_again_if_too_many_hops(struct exchange *exchange, struct sip_message *message)
{
    struct sip_message second;

    if (message->status != TOO_MANY_HOPS || exchange->request.max_forwards)
        return;
    exchange->request.max_forwards = MAX_FORWARDS;
    exchange->request.sequence++;
    if (ask(exchange, &second))
        *message = second;
}

/* This machine, as the others may know it. */
static const char *own_name(struct arena *arena)
{
    char name[HOST_NAME_MAX + 1] = "";

    if (gethostname(name, sizeof(name) - 1) != 0 || !probe_name_valid(name))
        return "localhost";
    return arena_text(arena, name);
}

static const char *domain_of(const char *host)
{
    const char *dot = strchr(host, '.');

    return dot && dot[1] ? dot + 1 : host;
}

static struct sip_request request_of(const struct probe_target *target, const struct sip_question *question,
                                     struct arena *arena)
{
    const char *host = question->host ? question->host : probe_target_name(target);

    return (struct sip_request){
        .user = question->user,
        .host = host,
        .port = target->port,
        .domain = question->domain ? question->domain : domain_of(host),
        .from_host = own_name(arena),
        .max_forwards = question->first_hop_only ? 0 : MAX_FORWARDS,
        .sequence = 1,
    };
}

static bool names_valid(const struct sip_request *request)
{
    return (!request->user || probe_name_valid(request->user)) && probe_name_valid(request->host) &&
           probe_name_valid(request->domain);
}

static void converse(struct exchange *exchange)
{
    AUTO(strbuf) struct strbuf call_id = STRBUF_INIT;
    struct sip_message message;

    if (!sip_dialog_new(&exchange->dialog)) {
        fail(exchange, SIGHT_NOT_ASKED, "this machine has no random numbers");
        return;
    }
    sip_call_id(&call_id, &exchange->request, &exchange->dialog);
    exchange->call_id = strbuf_text(&call_id);
    if (!ask(exchange, &message))
        return;
    ask_again_if_too_many_hops(exchange, &message);
    take(exchange->result, &message, exchange->dial->arena);
}

void sip_probe(const struct probe_target *target, const struct sip_question *question,
               struct deadline deadline, struct arena *arena, struct sip_result *ret_result)
{
    AUTO(dial) struct dial dial;
    struct exchange exchange = {
        .dial = &dial, .request = request_of(target, question, arena), .result = ret_result};

    *ret_result = (struct sip_result){.reason = ""};
    dial_init(&dial, target, DIAL_TLS, deadline, arena);
    if (!names_valid(&exchange.request))
        fail(&exchange, SIGHT_NOT_ASKED, "a name that cannot stand in a SIP request");
    else if (dial_perform(&dial, &ret_result->probe))
        converse(&exchange);
    strbuf_done(&exchange.inbox);
}
