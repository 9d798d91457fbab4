#include "unit/discover/survey_text.h"

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/utc.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static const int64_t start_utc_ms = INT64_C(1795410000000);

static enum subject_kind kind_of(const char *name)
{
    static const struct {
        const char *prefix;
        enum subject_kind kind;
    } prefixes[] = {{"pc", SUBJECT_CHAT_SERVER}, {"fe", SUBJECT_FRONT_END}, {"mg", SUBJECT_MANAGEMENT}};

    for (size_t i = 0; i < COUNT(prefixes); i++)
        if (strncmp(prefixes[i].prefix, name, 2) == 0)
            return prefixes[i].kind;
    return SUBJECT_SQL;
}

static size_t subject_of(struct survey *into, const char *name)
{
    struct subject *subject;

    for (size_t i = 0; i < into->subject_count; i++)
        if (strcmp(into->subjects[i].name, name) == 0)
            return i;
    subject = arena_push(into->arena, &into->subjects, &into->subject_count, sizeof(*subject));
    *subject = (struct subject){arena_text(into->arena, name), arena_format(into->arena, "%s.example", name),
                                "dub", kind_of(name)};
    return into->subject_count - 1;
}

/* The answer of that line: the last one, if it goes on. */
static struct answer *answer_of(struct survey *into, enum ask_id ask, size_t subject)
{
    struct answer *last = into->answer_count ? &into->answers[into->answer_count - 1] : NULL;

    if (last && last->ask == ask && last->subject == subject)
        return last;
    last = arena_push(into->arena, &into->answers, &into->answer_count, sizeof(*last));
    *last = (struct answer){
        .ask = ask, .subject = subject, .sighting = {SIGHT_SEEN, NULL}, .at_utc_ms = start_utc_ms};
    return last;
}

static const char *cell_of(struct arena *arena, char *text)
{
    char time[UTC_TEXT_BYTES];
    long seconds = 0, minutes = 0;

    if (strcmp(text, "-") == 0)
        return NULL;
    if (sscanf(text, "@%ld+%ld", &seconds, &minutes) < 1)
        return arena_text(arena, text);
    return arena_text(arena, utc_format(start_utc_ms + (seconds + minutes * 60) * 1000, time));
}

static char *trimmed(char *text)
{
    size_t length;

    text += strspn(text, " ");
    length = strlen(text);
    while (length && text[length - 1] == ' ')
        text[--length] = '\0';
    return text;
}

static void add_row(struct survey *into, struct answer *answer, char *cells)
{
    struct answer_row *row = arena_push(into->arena, &answer->rows, &answer->row_count, sizeof(*row));
    char *rest = NULL;
    size_t at = 0;

    for (char *cell = strtok_r(cells, "|", &rest); cell; cell = strtok_r(NULL, "|", &rest)) {
        assert_non_null(asks[answer->ask].columns[at]);
        row->cells[at++] = cell_of(into->arena, trimmed(cell));
    }
}

static void set_sight(struct survey *into, struct answer *answer, char *words)
{
    char *sight = trimmed(words), *blank = strchr(sight, ' ');

    if (blank)
        *blank = '\0';
    assert_true(sight_parse(sight, &answer->sighting.sight));
    answer->sighting.detail = blank ? arena_text(into->arena, blank + 1) : NULL;
}

static void add_line(struct survey *into, char *line)
{
    char ask_name[32], subject[32];
    enum ask_id ask;
    int used = 0;
    struct answer *answer;

    assert_int_equal(sscanf(line, "%31s %31s %n", ask_name, subject, &used), 2);
    assert_true(ask_parse(ask_name, &ask));
    answer = answer_of(into, ask, subject_of(into, subject));
    if (line[used] == '!')
        set_sight(into, answer, line + used + 1);
    else if (line[used] == '|')
        add_row(into, answer, line + used + 1);
}

struct survey *survey_of(const char *text)
{
    struct survey *survey = survey_new();
    AUTO_FREE char *lines = mem_copy_text(text);
    char *rest = NULL;

    survey->pool = "pool.example";
    survey->database = "mgc";
    survey->chat_executable = "ChannelService.exe";
    survey->compliance_executable = "ComplianceService.exe";
    survey->taken_utc_ms = start_utc_ms;
    for (char *line = strtok_r(lines, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        add_line(survey, line);
    return survey;
}

char *judged(judge_function *judge, const char *text)
{
    AUTO(survey) struct survey *survey = survey_of(text);
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    struct findings findings = {.arena = survey->arena};

    judge(survey, &findings);
    for (size_t i = 0; i < findings.count; i++) {
        const struct finding *finding = &findings.items[i];

        strbuf_format(&out, "%s: %s", sureness_words(finding->sureness), finding->text);
        if (finding->section != SECTION_NONE)
            strbuf_format(&out, " [%s=%s]", finding->key, finding->value);
        if (finding->sureness == NOT_KNOWN)
            strbuf_format(&out, " (%s)", finding->evidence);
        strbuf_add_char(&out, '\n');
    }
    return strbuf_take(&out);
}
