#include "discover/survey.h"

#include "base/mem.h"

#include <string.h>
#include <strings.h>

struct survey *survey_new(void)
{
    struct survey *survey = mem_alloc(sizeof(*survey));

    survey->arena = arena_new();
    return survey;
}

void survey_free(struct survey *survey)
{
    if (!survey)
        return;
    arena_free(survey->arena);
    free(survey);
}

const struct answer *survey_next(const struct survey *survey, enum ask_id ask, size_t *at)
{
    while (*at < survey->answer_count) {
        const struct answer *answer = &survey->answers[(*at)++];

        if (answer->ask == ask)
            return answer;
    }
    return NULL;
}

const char *answer_cell(const struct answer *answer, size_t row, const char *column)
{
    return answer->rows[row].cells[ask_column(&asks[answer->ask], column)];
}

const struct subject *answer_subject(const struct survey *survey, const struct answer *answer)
{
    return &survey->subjects[answer->subject];
}

static bool is_called(const struct subject *subject, const char *name, size_t length)
{
    size_t full = strlen(subject->fqdn), first = strcspn(subject->fqdn, ".");

    return (length == full || length == first) && strncasecmp(subject->fqdn, name, length) == 0;
}

const struct subject *survey_find(const struct survey *survey, enum subject_kind kind, const char *name,
                                  size_t length)
{
    for (size_t i = 0; length && i < survey->subject_count; i++)
        if (survey->subjects[i].kind == kind && is_called(&survey->subjects[i], name, length))
            return &survey->subjects[i];
    return NULL;
}
