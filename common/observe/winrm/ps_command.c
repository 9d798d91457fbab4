#include "observe/winrm/ps_command.h"

#include "base/base64.h"
#include "base/utf8.h"

#include <string.h>

extern const char embedded_wrapper_ps1[];

static const char options[] =
    "-NoProfile -NonInteractive -ExecutionPolicy Bypass -OutputFormat Text -EncodedCommand ";

/* Parameters travel as Base64, whose characters mean nothing to PowerShell inside '...'. */
static void add_wrapped(struct strbuf *out, const char *script, const char *parameters_json)
{
    static const char parameters_slot[] = "{parameters}", script_slot[] = "{script}";
    const char *parameters_at = strstr(embedded_wrapper_ps1, parameters_slot);
    const char *script_at = strstr(embedded_wrapper_ps1, script_slot);
    const char *between = parameters_at + strlen(parameters_slot);

    strbuf_add_n(out, embedded_wrapper_ps1, (size_t)(parameters_at - embedded_wrapper_ps1));
    base64_add(out, parameters_json, strlen(parameters_json));
    strbuf_add_n(out, between, (size_t)(script_at - between));
    strbuf_add(out, script);
    strbuf_add(out, script_at + strlen(script_slot));
}

static void add_unit(struct strbuf *out, uint32_t unit)
{
    strbuf_add_char(out, (char)(unsigned char)(unit & 0xFF));
    strbuf_add_char(out, (char)(unsigned char)(unit >> 8));
}

static void add_utf16le(struct strbuf *out, const char *text)
{
    const char *end = text + strlen(text);

    while (text < end) {
        uint32_t code = utf8_next(&text, end);

        if (code >= 0x10000) {
            add_unit(out, 0xD800 + ((code - 0x10000) >> 10));
            code = 0xDC00 + ((code - 0x10000) & 0x3FF);
        }
        add_unit(out, code);
    }
}

bool ps_command_add_arguments(struct strbuf *out, const char *script, const char *parameters_json)
{
    AUTO(strbuf) struct strbuf wrapped = STRBUF_INIT;
    AUTO(strbuf) struct strbuf units = STRBUF_INIT;
    size_t start = out->length;

    add_wrapped(&wrapped, script, parameters_json);
    add_utf16le(&units, strbuf_text(&wrapped));
    strbuf_add(out, options);
    base64_add(out, strbuf_text(&units), units.length);
    return strlen(PS_PROGRAM " ") + out->length - start <= PS_COMMAND_LINE_MAX_CHARACTERS;
}
