#include "discover/evidence.h"

#include "base/strbuf.h"
#include "base/utc.h"

#include <string.h>

enum { NAMES_MOST = 8, REASONS_MOST = 3 };

static void add_name(struct groups *groups, struct group *group, const char *name)
{
    for (size_t i = 0; i < group->name_count; i++)
        if (strcmp(group->names[i], name) == 0)
            return;
    *(const char **)arena_push(groups->arena, &group->names, &group->name_count, sizeof(*group->names)) =
        name;
}

static struct group *find_group(struct groups *groups, const char *value)
{
    struct group *group;

    for (size_t i = 0; i < groups->count; i++)
        if (strcmp(groups->items[i].value, value) == 0)
            return &groups->items[i];
    group = arena_push(groups->arena, &groups->items, &groups->count, sizeof(*group));
    group->value = value;
    return group;
}

void groups_add(struct groups *groups, const char *value, const char *name, int64_t at_utc_ms)
{
    struct group *group = find_group(groups, value);

    add_name(groups, group, name);
    if (at_utc_ms > group->at_utc_ms)
        group->at_utc_ms = at_utc_ms;
}

const char *evidence_names(struct arena *arena, const struct group *group)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < group->name_count && i < NAMES_MOST; i++)
        strbuf_format(&text, "%s%s", i ? ", " : "", group->names[i]);
    if (group->name_count > NAMES_MOST)
        strbuf_format(&text, " and %zu more", group->name_count - NAMES_MOST);
    return arena_text(arena, strbuf_text(&text));
}

const char *evidence_of(struct arena *arena, enum ask_id ask, const struct group *group)
{
    char time[UTC_TEXT_BYTES];

    return arena_format(arena, "%s on %s, %s", asks[ask].words, evidence_names(arena, group),
                        utc_format_time(group->at_utc_ms, time));
}

/* A cmdlet's own words say more than that it failed. */
static bool says_it_all(const struct answer *answer)
{
    return answer->sighting.sight == SIGHT_NOT_ASKED ||
           (answer->sighting.sight == SIGHT_DENIED && asks[answer->ask].way == ASK_POWERSHELL);
}

static const char *reason(const struct answer *answer, struct arena *arena)
{
    const char *words = sight_words(answer->sighting.sight), *detail = answer->sighting.detail;

    if (detail && says_it_all(answer))
        return arena_text(arena, detail);
    return detail && !strcasestr(words, detail) ? arena_format(arena, "%s (%s)", words, detail)
                                                : arena_text(arena, words);
}

static const char *nobody(const struct survey *survey, struct arena *arena, enum ask_id ask)
{
    enum subject_kind whom = asks[ask].whom;

    for (size_t i = 0; i < survey->subject_count; i++)
        if (survey->subjects[i].kind == whom)
            return arena_format(arena, "%s on no %s showed it", asks[ask].words, subject_kind_words(whom));
    return arena_format(arena, "the topology names no %s to ask", subject_kind_words(whom));
}

const char *evidence_silence(const struct survey *survey, struct arena *arena, enum ask_id ask)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    struct groups reasons = {.arena = arena};
    const struct answer *answer;
    size_t at = 0;

    while ((answer = survey_next(survey, ask, &at)))
        if (answer->sighting.sight != SIGHT_SEEN)
            groups_add(&reasons, reason(answer, arena), answer_subject(survey, answer)->name,
                       answer->at_utc_ms);
    for (size_t i = 0; i < reasons.count && i < REASONS_MOST; i++)
        strbuf_format(&text, "%s%s: %s", i ? "; " : "", evidence_names(arena, &reasons.items[i]),
                      reasons.items[i].value);
    if (reasons.count > REASONS_MOST)
        strbuf_format(&text, "; and %zu more", reasons.count - REASONS_MOST);
    return reasons.count ? arena_text(arena, strbuf_text(&text)) : nobody(survey, arena, ask);
}
