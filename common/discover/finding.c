#include "discover/finding.h"

#include "base/strbuf.h"
#include "base/utf8.h"
#include "model/settings.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

enum { LINE_MAX_BYTES = 400, NAME_MAX_BYTES = 64, TEXT_MAX_BYTES = 200, PERIOD_MAX_S = 7 * 24 * 3600 };

const char *sureness_words(enum sureness sureness)
{
    static const char *const words[SURENESS_COUNT] = {
        [NOT_KNOWN] = "not known", [LIKELY] = "likely", [PROVEN] = "proven"};

    return words[sureness];
}

const char *section_key(enum section section)
{
    static const char *const keys[SECTION_COUNT] = {
        [SECTION_NONE] = "", [SECTION_PERIODS] = "periods", [SECTION_SETTINGS] = "settings"};

    return keys[section];
}

/* What a YAML file may hold in a comment; without marks that turn the direction of a line. */
static bool is_plain(uint32_t code)
{
    return code >= 0x20 && (code < 0x7F || code >= 0xA0) && (code < 0x200B || code > 0x200F) &&
           (code < 0x2028 || code > 0x202E) && (code < 0x2066 || code > 0x2069) && code < 0xFEFF;
}

const char *one_line(struct arena *arena, const char *text)
{
    AUTO(strbuf) struct strbuf line = STRBUF_INIT;
    const char *at = text, *end = text + strlen(text);

    while (at < end && line.length < LINE_MAX_BYTES) {
        uint32_t code = utf8_next(&at, end);

        utf8_add(&line, is_plain(code) ? code : ' ');
    }
    if (at < end)
        strbuf_add(&line, " ...");
    return arena_text(arena, strbuf_text(&line));
}

struct finding *findings_add(struct findings *findings, enum sureness sureness, const char *evidence,
                             const char *format, ...)
{
    struct finding *finding =
        arena_push(findings->arena, &findings->items, &findings->count, sizeof(*finding));
    va_list args;

    va_start(args, format);
    finding->text = one_line(findings->arena, arena_vformat(findings->arena, format, args));
    va_end(args);
    finding->question = findings->question;
    finding->sureness = sureness;
    finding->evidence = one_line(findings->arena, evidence ? evidence : "");
    return finding;
}

static void refuse(struct findings *findings, struct finding *finding, const char *key, const char *value)
{
    finding->sureness = NOT_KNOWN;
    finding->evidence =
        one_line(findings->arena, arena_format(findings->arena, "\"%s\" is nothing that %s can be; %s", value,
                                               key, finding->evidence));
}

static const struct setting_info *find_setting(const char *key)
{
    for (const struct setting_info *info = settings_list(); info->name; info++)
        if (strcmp(info->name, key) == 0)
            return info;
    return NULL;
}

static bool number_fits(enum section section, const char *key, int64_t value)
{
    const struct setting_info *info = section == SECTION_SETTINGS ? find_setting(key) : NULL;

    return info ? value >= info->least && value <= info->most : value >= 1 && value <= PERIOD_MAX_S;
}

void finding_settles_number(struct findings *findings, struct finding *finding, enum section section,
                            const char *key, int64_t value)
{
    const char *text = arena_format(findings->arena, "%" PRId64, value);

    if (!number_fits(section, key, value)) {
        refuse(findings, finding, key, text);
        return;
    }
    finding->section = section;
    finding->key = key;
    finding->value = text;
}

static bool is_name(const char *value)
{
    size_t length = strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    return length > 0 && value[length] == '\0' && length <= NAME_MAX_BYTES;
}

static bool is_line(struct arena *arena, const char *value)
{
    size_t length = strlen(value);

    return length > 0 && length <= TEXT_MAX_BYTES && *value != ' ' && value[length - 1] != ' ' &&
           strcmp(one_line(arena, value), value) == 0;
}

static void settle(struct findings *findings, struct finding *finding, enum section section, const char *key,
                   const char *value)
{
    finding->section = section;
    finding->key = key;
    finding->value = arena_text(findings->arena, value);
    finding->value_is_text = true;
}

void finding_settles_name(struct findings *findings, struct finding *finding, enum section section,
                          const char *key, const char *value)
{
    if (is_name(value))
        settle(findings, finding, section, key, value);
    else
        refuse(findings, finding, key, value);
}

void finding_settles_text(struct findings *findings, struct finding *finding, enum section section,
                          const char *key, const char *value)
{
    if (is_line(findings->arena, value))
        settle(findings, finding, section, key, value);
    else
        refuse(findings, finding, key, value);
}
