#include "unit/lab/powershell_transcript.h"

#include "base/strbuf.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static void add_lines(struct strbuf *out, const char *text)
{
    for (; *text; text++)
        if (*text != '\r')
            strbuf_add_char(out, *text);
}

/* The text of one <S S="Error">, its escapes undone. */
static void add_error(struct strbuf *out, const char *at, const char *end)
{
    strbuf_add(out, "! ");
    while (at < end) {
        if (strncmp(at, "_x000D__x000A_", 14) == 0)
            break;
        if (strncmp(at, "&lt;", 4) == 0 || strncmp(at, "&gt;", 4) == 0) {
            strbuf_add_char(out, at[1] == 'l' ? '<' : '>');
            at += 4;
            continue;
        }
        strbuf_add_char(out, *at++);
    }
    strbuf_add(out, "\n");
}

static void add_errors(struct strbuf *out, const char *clixml)
{
    static const char opening[] = "<S S=\"Error\">";

    for (const char *at = clixml; (at = strstr(at, opening));) {
        const char *end;

        at += strlen(opening);
        end = strstr(at, "</S>");
        assert_non_null(end);
        add_error(out, at, end);
    }
}

char *powershell_transcript(struct world *world, const struct ps_run *run)
{
    AUTO(ps_result) struct ps_result result = {.output = NULL};
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    powershell_run(world, run, &result);
    assert_non_null(result.output);
    add_lines(&out, result.output);
    if (result.error_clixml)
        add_errors(&out, result.error_clixml);
    if (result.exit_code != 0)
        strbuf_format(&out, "= %d\n", (int)result.exit_code);
    strbuf_add(&out, "");
    return strbuf_take(&out);
}

void assert_scripts(struct world *world, const char *host, bool may_hop, const struct script_case *cases,
                    size_t count)
{
    bool failed = false;

    for (size_t i = 0; i < count; i++) {
        struct ps_run run = {
            .host = host, .user = "LITWARE\\monitor", .script = cases[i].script, .may_hop = may_hop};
        AUTO_FREE char *answer = powershell_transcript(world, &run);
        const char *got = answer ? answer : "";

        if (strcmp(got, cases[i].answer) == 0)
            continue;
        failed = true;
        print_error("%s\n--- expected\n%s--- got\n%s", cases[i].script, cases[i].answer, got);
    }
    assert_false(failed);
}
