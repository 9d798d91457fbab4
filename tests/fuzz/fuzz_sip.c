/*
 * The reader of SIP streams meets any bytes.  The first one says where the stream is cut: what can be read
 * whole must not be refused while it is still in pieces.
 */
#include "observe/sip/sip_message.h"

#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool kept)
{
    if (!kept)
        abort();
}

static void check_message(const struct sip_message *message, struct arena *arena)
{
    const char *challenges = sip_message_challenges(message, arena);

    demand(message->status == 0 || (message->status >= 100 && message->status <= 699));
    demand(utf8_valid(message->reason));
    demand(message->header_count <= SIP_MAX_HEADERS);
    for (size_t i = 0; i < message->header_count; i++)
        demand(utf8_valid(message->headers[i].value) && !strpbrk(message->headers[i].value, "\r\n"));
    demand(!challenges || utf8_valid(challenges));
    demand(message->status || sip_message_match(message, "a", 1, "OPTIONS") == SIP_MATCH_FOREIGN);
}

static void check_pieces(const char *bytes, size_t length, size_t whole, struct arena *arena)
{
    struct sip_message message;
    const char *problem;
    size_t used;
    enum sip_read read = sip_message_read(bytes, length, arena, &message, &used, &problem);

    if (length < whole)
        demand(read == SIP_READ_MORE && used <= length);
    else
        demand(read == SIP_READ_MESSAGE && used == whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena) struct arena *arena = arena_new();
    const char *at = (const char *)data + 1;
    size_t left = size - 1;

    if (!size)
        return 0;
    for (;;) {
        struct sip_message message;
        const char *problem;
        size_t used;

        if (sip_message_read(at, left, arena, &message, &used, &problem) != SIP_READ_MESSAGE)
            return 0;
        demand(used > 0 && used <= left);
        check_message(&message, arena);
        check_pieces(at, left * data[0] / UINT8_MAX, used, arena);
        at += used;
        left -= used;
    }
}
