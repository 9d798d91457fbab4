#include "observe/winrm/ps_answer.h"

#include "observe/winrm/clixml.h"
#include "observe/winrm/one_line.h"
#include "observe/winrm/wsman_client.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

static const char answer_prefix[] = "PCHAT-JSON:";
static const char error_prefix[] = "PCHAT-ERROR:";
static const char byte_order_mark[] = "\xEF\xBB\xBF"; /* .NET may write one before its first line */

static bool skip(const char **at, const char *end, const char *what)
{
    size_t length = strlen(what);

    if ((size_t)(end - *at) < length || memcmp(*at, what, length) != 0)
        return false;
    *at += length;
    return true;
}

/* How many lines have the prefix; what follows it in the last one to *ret_line. */
static size_t find_line(const struct strbuf *output, const char *prefix, const char **ret_line,
                        size_t *ret_length)
{
    const char *at = strbuf_text(output), *end = at + output->length;
    size_t count = 0;

    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline ? newline : end;

        skip(&at, stop, byte_order_mark);
        if (skip(&at, stop, prefix)) {
            *ret_line = at;
            *ret_length = (size_t)(stop - at);
            count++;
        }
        at = stop + 1;
    }
    return count;
}

static void json_auto(json_t **json)
{
    json_decref(*json);
}

/* The JSON without what surrounds it, or NULL. */
static const char *checked_json(const char *line, size_t length, struct arena *arena)
{
    json_error_t error;
    CLEANUP(json_auto) json_t *json = NULL;

    while (length && (line[length - 1] == '\r' || line[length - 1] == ' '))
        length--;
    json = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);
    return json ? arena_text_n(arena, line, length) : NULL;
}

/* What PowerShell's own names for an error tell the reader to do. */
static const struct {
    const char *id; /* how FullyQualifiedErrorId begins */
    enum sight sight;
    const char *hint;
} error_meanings[] = {
    {"CommandNotFoundException", SIGHT_PROTOCOL_ERROR,
     "are the Lync Server or Skype for Business administrative tools installed on this host?"},
    {"Modules_ModuleNotFound", SIGHT_PROTOCOL_ERROR,
     "are the Lync Server or Skype for Business administrative tools installed on this host?"},
    {"UnauthorizedAccess", SIGHT_DENIED, "the account may log in here, but not do this"},
};

/* The error that ended the script, as the wrapper reports it. */
static void fail_by_error(const char *line, size_t length, struct arena *arena, struct winrm_failure *failure)
{
    CLEANUP(json_auto) json_t *json = json_loadb(line, length, 0, NULL);
    const char *message = json_string_value(json_object_get(json, "message"));
    const char *id = json_string_value(json_object_get(json, "id"));

    winrm_fail(failure, SIGHT_PROTOCOL_ERROR,
               arena_format(arena, "the script failed: %s",
                            one_line(arena, message ? message : "without words that can be read")),
               NULL);
    for (size_t i = 0; id && i < COUNT(error_meanings); i++) {
        if (strncmp(id, error_meanings[i].id, strlen(error_meanings[i].id)) != 0)
            continue;
        failure->sight = error_meanings[i].sight;
        failure->hint = error_meanings[i].hint;
    }
}

static void fail_without_json(size_t count, const struct winrm_output *output, struct arena *arena,
                              struct winrm_failure *failure)
{
    const char *what = count > 1    ? "the script answered more than once"
                       : count == 1 ? "the script's answer is no JSON"
                                    : "the script left no answer";
    const char *words = one_line(arena, output->errors);

    winrm_fail(failure, SIGHT_PROTOCOL_ERROR,
               arena_format(arena, "%s (exit code %" PRId32 ")%s%s", what, output->exit_code,
                            *words ? ": " : "", words),
               NULL);
}

int ps_answer_read(const struct ps_streams *streams, struct arena *arena, struct winrm_output *ret_output,
                   struct winrm_failure *ret_failure)
{
    AUTO(strbuf) struct strbuf errors = STRBUF_INIT;
    const char *line = NULL;
    size_t length = 0, count = find_line(&streams->output, answer_prefix, &line, &length);

    clixml_add_errors(&errors, strbuf_text(&streams->errors), streams->errors.length);
    *ret_output = (struct winrm_output){.errors = arena_text(arena, strbuf_text(&errors)),
                                        .exit_code = streams->exit_code};
    if (count == 1)
        ret_output->json = checked_json(line, length, arena);
    if (ret_output->json)
        return 0;
    if (!count && find_line(&streams->output, error_prefix, &line, &length) == 1)
        fail_by_error(line, length, arena, ret_failure);
    else
        fail_without_json(count, ret_output, arena, ret_failure);
    ret_failure->serves = true;
    return -1;
}
