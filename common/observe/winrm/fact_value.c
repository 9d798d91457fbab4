#include "observe/winrm/fact_value.h"

#include "base/number.h"
#include "base/utf8.h"
#include "observe/winrm/cim_datetime.h"
#include "observe/winrm/one_line.h"

#include <string.h>

enum { SHOWN_BYTES = 60 };

static bool read_text(struct arena *arena, const char *text, void *member)
{
    *(const char **)member = one_line(arena, text);
    return true;
}

static bool read_num(struct arena *arena, const char *text, void *member)
{
    struct fact_num *num = member;

    (void)arena;
    num->known = number_parse(text, &num->value);
    return num->known;
}

/* No Windows host has any. */
static bool read_lsn(struct arena *arena, const char *text, void *member)
{
    (void)arena;
    (void)text;
    (void)member;
    return false;
}

static bool read_utc(struct arena *arena, const char *text, void *member)
{
    struct fact_num *utc_ms = member;

    (void)arena;
    utc_ms->known = cim_datetime_parse(text, &utc_ms->value);
    return utc_ms->known;
}

bool fact_value_read(struct arena *arena, enum fact_kind kind, const char *text, void *member)
{
    static bool (*const readers[])(struct arena * arena, const char *text, void *member) = {
        [FACT_KIND_TEXT] = read_text,
        [FACT_KIND_NUM] = read_num,
        [FACT_KIND_LSN] = read_lsn,
        [FACT_KIND_UTC] = read_utc,
    };

    return readers[kind](arena, text, member);
}

const char *fact_value_refusal(struct arena *arena, const char *name, const char *text)
{
    const char *line = one_line(arena, text);
    size_t length = strlen(line), kept = length > SHOWN_BYTES ? utf8_cut(line, length, SHOWN_BYTES) : length;

    return arena_format(arena, "%s: \"%.*s%s\" is not of its kind", name, (int)kept, line,
                        kept < length ? "…" : "");
}
