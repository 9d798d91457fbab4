/*
 * What a script leaves on its streams, in any bytes: up to the first NUL its errors, then its output.  Either
 * there is one answer, which is JSON, or a reason in one line of UTF-8.
 */
#include "observe/winrm/ps_answer.h"

#include "base/utf8.h"

#include <jansson.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool kept)
{
    if (!kept)
        abort();
}

static void check_answer(const struct winrm_output *output)
{
    json_t *json = json_loads(output->json, 0, NULL);

    demand(json != NULL);
    json_decref(json);
}

static void check_failure(const struct winrm_failure *failure)
{
    demand(failure->sight != SIGHT_SEEN && failure->text && utf8_valid(failure->text) &&
           !strchr(failure->text, '\n'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena) struct arena *arena = arena_new();
    const uint8_t *nul = size ? memchr(data, '\0', size) : NULL;
    size_t error_length = nul ? (size_t)(nul - data) : 0;
    struct ps_streams streams = {STRBUF_INIT, STRBUF_INIT, 0};
    struct winrm_failure failure = {0};
    struct winrm_output output;

    strbuf_add_n(&streams.errors, (const char *)data, error_length);
    strbuf_add_n(&streams.output, (const char *)data + error_length, size - error_length);
    if (ps_answer_read(&streams, arena, &output, &failure) == 0)
        check_answer(&output);
    else
        check_failure(&failure);
    demand(utf8_valid(output.errors));
    strbuf_done(&streams.output);
    strbuf_done(&streams.errors);
    return 0;
}
