/* Receive: what a command has printed, piece by piece.  Source: MS-WSMV 3.1.4.14 "Receive". */
#include "base/base64.h"
#include "lab/winrm/namespaces.h"
#include "lab/winrm/operation.h"
#include "lab/winrm/xml.h"

#include <inttypes.h>

/* Of one stream in one answer: both in base64 fit into the smallest envelope that clients ask for. */
enum { PIECE_BYTES = 8 * 1024, PIECE_OF_SMALL_ENVELOPE = 2 * 1024, SMALL_ENVELOPE_BYTES = 32 * 1024 };

struct stream {
    const char *name;
    const struct strbuf *bytes;
    size_t *sent;
};

static bool has_ended(const struct operation *operation, const struct command *command)
{
    return operation->service->world->now_utc_ms >= command->ends_utc_ms ||
           operation->call->now_ms >= command->ends_ms;
}

/* One byte into the first character of several bytes, or 0. */
static size_t inside_character(const char *bytes, size_t length)
{
    for (size_t i = 0; i + 1 < length; i++)
        if ((unsigned char)bytes[i] >= 0xC0)
            return i + 1;
    return 0;
}

static size_t piece_bytes(const struct operation *operation, const struct stream *stream)
{
    const char *from = strbuf_text(stream->bytes) + *stream->sent;
    size_t left = stream->bytes->length - *stream->sent;
    size_t most =
        operation->request->envelope_bytes < SMALL_ENVELOPE_BYTES ? PIECE_OF_SMALL_ENVELOPE : PIECE_BYTES;
    size_t piece = left < most ? left : most;
    size_t inside =
        operation->service->host->windows.winrm.cut_in_character ? inside_character(from, piece) : 0;

    return inside > 0 ? inside : piece;
}

static void put_piece(struct operation *operation, const struct command *command, const struct stream *stream)
{
    size_t piece = piece_bytes(operation, stream);

    if (piece == 0)
        return;
    strbuf_format(operation->out, "<rsp:Stream Name=\"%s\" CommandId=\"%s\">", stream->name, command->id);
    base64_add(operation->out, strbuf_text(stream->bytes) + *stream->sent, piece);
    strbuf_add(operation->out, "</rsp:Stream>");
    *stream->sent += piece;
}

static void put_end(struct operation *operation, const struct command *command, const struct stream *stream)
{
    strbuf_format(operation->out, "<rsp:Stream Name=\"%s\" CommandId=\"%s\" End=\"true\"></rsp:Stream>",
                  stream->name, command->id);
}

static void put_state(struct operation *operation, const struct command *command, bool done)
{
    strbuf_format(operation->out,
                  "<rsp:CommandState CommandId=\"%s\" State=\"" NS_SHELL "/CommandState/%s\">", command->id,
                  done ? "Done" : "Running");
    if (done)
        strbuf_format(operation->out, "<rsp:ExitCode>%" PRIu32 "</rsp:ExitCode>",
                      (uint32_t)command->result.exit_code);
    strbuf_add(operation->out, "</rsp:CommandState>");
}

static void put_output(struct operation *operation, const struct shell *shell, struct command *command)
{
    const struct stream streams[] = {{"stdout", &command->result.output, &command->output_sent},
                                     {"stderr", &command->result.errors, &command->errors_sent}};
    const bool wanted[] = {shell->has_output, shell->has_errors};
    bool done = true;

    strbuf_add(operation->out, "<rsp:ReceiveResponse>");
    for (size_t i = 0; i < COUNT(streams); i++) {
        if (!wanted[i])
            continue;
        put_piece(operation, command, &streams[i]);
        done = done && *streams[i].sent == streams[i].bytes->length;
    }
    for (size_t i = 0; done && i < COUNT(streams); i++)
        if (wanted[i])
            put_end(operation, command, &streams[i]);
    put_state(operation, command, done);
    strbuf_add(operation->out, "</rsp:ReceiveResponse>");
    command->done_sent = done;
}

/* A command that ended while this Receive waited for it aborts the Receive. */
static enum fault_kind missing(const struct operation *operation)
{
    return operation->call->again ? FAULT_OPERATION_ABORTED : FAULT_UNKNOWN_SHELL;
}

struct wsman_fault operation_receive(struct operation *operation)
{
    const xmlNode *wanted = xml_child(operation->request->body, NS_SHELL, "DesiredStream");
    AUTO(strbuf) struct strbuf id = STRBUF_INIT;
    struct shell *shell = operation_shell(operation);

    if (!xml_is(operation->request->body, NS_SHELL, "Receive") || !wanted)
        return fault_of(FAULT_BAD_SCHEMA);
    if (!xml_attribute(wanted, NULL, "CommandId", &id))
        return fault_of(FAULT_BAD_PARAMETER);
    if (operation->service->host->windows.winrm.manner == WINRM_LOST_SHELL)
        return fault_of(FAULT_UNKNOWN_SHELL);
    struct command *command = shell ? command_find(shell, strbuf_text(&id)) : NULL;
    if (!command || command->done_sent)
        return fault_of(missing(operation));
    if (has_ended(operation, command)) {
        put_output(operation, shell, command);
        return fault_of(FAULT_NONE);
    }
    operation->pending =
        operation->call->now_ms - operation->call->started_ms < operation->request->timeout_ms;
    return fault_of(operation->pending ? FAULT_NONE : FAULT_TIMED_OUT);
}
