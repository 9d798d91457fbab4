#include "doctor/examination.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <string.h>

static const struct {
    const char *name, *words;
} ways[WAY_KIND_COUNT] = {
    [BY_SQL] = {"sql", "SQL Server"}, [BY_WINRM] = {"winrm", "WinRM"}, [BY_SIP] = {"sip", "SIP"},
    [BY_WEB] = {"web", "web"},        [BY_TCP] = {"tcp", "port"},
};

const char *way_words(enum way way)
{
    return ways[way].words;
}

const char *way_name(enum way way)
{
    return ways[way].name;
}

bool way_parse(const char *name, enum way *ret_way)
{
    for (int way = 0; way < WAY_KIND_COUNT; way++)
        if (strcmp(ways[way].name, name) == 0) {
            *ret_way = (enum way)way;
            return true;
        }
    return false;
}

struct examinations *examinations_new(const char *pool)
{
    struct arena *arena = arena_new();
    struct examinations *all = arena_alloc(arena, sizeof(*all));

    all->arena = arena;
    all->pool = arena_text(arena, pool);
    return all;
}

void examinations_free(struct examinations *all)
{
    if (all)
        arena_free(all->arena);
}

/* One line of UTF-8, whatever a server said. */
static const char *line_of(struct arena *arena, const char *text)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    utf8_add_text(&out, text);
    for (size_t i = 0; i < out.length; i++)
        if ((unsigned char)out.text[i] < ' ' || out.text[i] == '\x7F')
            out.text[i] = ' ';
    return arena_text(arena, strbuf_text(&out));
}

static struct step *add_step(struct examination *examination, enum layer layer, const char *text)
{
    struct step *step = arena_push(examination->arena, &examination->steps, &examination->step_count,
                                   sizeof(*examination->steps));

    step->layer = layer;
    step->text = line_of(examination->arena, text);
    return step;
}

void examination_good(struct examination *examination, enum layer layer, const char *format, ...)
{
    va_list args;
    const char *text;

    va_start(args, format);
    text = arena_vformat(examination->arena, format, args);
    va_end(args);
    add_step(examination, layer, text);
}

void examination_bad(struct examination *examination, enum layer layer, enum diagnosis diagnosis,
                     const char *text, const char *remedy)
{
    const struct diagnosis_info *info = diagnosis_info(diagnosis);
    struct step *step = add_step(examination, layer, text ? text : info->words);

    step->diagnosis = diagnosis;
    step->remedy = line_of(examination->arena, remedy ? remedy : info->remedy);
}

const struct step *examination_fault(const struct examination *examination)
{
    for (size_t i = 0; i < examination->step_count; i++)
        if (examination->steps[i].diagnosis)
            return &examination->steps[i];
    return NULL;
}

enum diagnosis examination_verdict(const struct examination *examination)
{
    const struct step *fault = examination_fault(examination);

    return fault ? fault->diagnosis : DIAGNOSIS_NONE;
}

size_t examinations_bad_count(const struct examinations *all)
{
    size_t count = 0;

    for (size_t i = 0; i < all->count; i++)
        count += examination_verdict(&all->list[i]) != DIAGNOSIS_NONE;
    return count;
}
