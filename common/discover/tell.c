#include "discover/tell.h"

#include "base/mem.h"
#include "base/utc.h"
#include "base/utf8.h"
#include "model/json_text.h"

#include <string.h>

const char *const tell_format_names[TELL_FORMAT_COUNT + 1] = {"text", "json", "yaml", NULL};

static void json_auto(json_t **value)
{
    json_decref(*value);
}

/* ---- text ---- */

enum { INDENT_COLUMNS = 11, LINE_COLUMNS = 80 };

/* Lines of words that fit; a word that does not is not cut. */
static void add_words(struct strbuf *out, const char *lead, const char *text)
{
    size_t column = INDENT_COLUMNS;

    strbuf_format(out, "%-*s", INDENT_COLUMNS, lead);
    for (size_t length; *text; text += length + strspn(text + length, " ")) {
        size_t columns;
        AUTO_FREE char *word = NULL;

        length = strcspn(text, " ");
        word = mem_format("%.*s", (int)length, text);
        columns = utf8_columns(word);
        if (column > INDENT_COLUMNS && column + 1 + columns > LINE_COLUMNS) {
            strbuf_format(out, "\n%*s", INDENT_COLUMNS, "");
            column = INDENT_COLUMNS;
        }
        strbuf_format(out, "%s%s", column > INDENT_COLUMNS ? " " : "", word);
        column += columns + (column > INDENT_COLUMNS);
    }
    strbuf_add_char(out, '\n');
}

static void tell_finding(const struct finding *finding, struct strbuf *out)
{
    add_words(out, sureness_words(finding->sureness), finding->text);
    if (*finding->evidence)
        add_words(out, "", finding->evidence);
    if (finding->section != SECTION_NONE)
        strbuf_format(out, "%-*s-> %s.%s: %s\n", INDENT_COLUMNS, "", section_key(finding->section),
                      finding->key, finding->value);
}

static void tell_text(const struct survey *survey, const struct findings *findings, struct strbuf *out)
{
    char taken[UTC_TEXT_BYTES];
    size_t counts[SURENESS_COUNT] = {0};

    strbuf_format(out, "%s, surveyed %s\n", survey->pool, utc_format(survey->taken_utc_ms, taken));
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];

        if (i == 0 || finding->question != finding[-1].question)
            strbuf_format(out, "\n%s\n", questions[finding->question].what);
        tell_finding(finding, out);
        counts[finding->sureness]++;
    }
    strbuf_format(out, "\n%zu proven, %zu likely, %zu not known\n", counts[PROVEN], counts[LIKELY],
                  counts[NOT_KNOWN]);
}

/* ---- JSON ---- */

static json_t *write_finding(const struct finding *finding)
{
    static const char *const names[SURENESS_COUNT] = {
        [NOT_KNOWN] = "not_known", [LIKELY] = "likely", [PROVEN] = "proven"};
    json_t *object = json_object();

    json_object_set_new(object, "question", json_string(questions[finding->question].what));
    json_object_set_new(object, "sureness", json_string(names[finding->sureness]));
    json_object_set_new(object, "text", json_text(finding->text));
    json_object_set_new(object, "evidence", json_text(finding->evidence));
    json_object_set_new(object, "section",
                        finding->section ? json_string(section_key(finding->section)) : json_null());
    json_object_set_new(object, "key", json_text(finding->key));
    json_object_set_new(object, "value", json_text(finding->value));
    return object;
}

static void tell_json(const struct survey *survey, const struct findings *findings, struct strbuf *out)
{
    AUTO(json) json_t *root = json_object();
    json_t *list = json_array();
    char taken[UTC_TEXT_BYTES];

    json_object_set_new(root, "schema", json_integer(1));
    json_object_set_new(root, "pool", json_text(survey->pool));
    json_object_set_new(root, "taken_utc", json_string(utc_format(survey->taken_utc_ms, taken)));
    for (size_t i = 0; i < findings->count; i++)
        json_array_append_new(list, write_finding(&findings->items[i]));
    json_object_set_new(root, "findings", list);
    json_print(root, out);
}

/* ---- the profile ---- */

/* In single quotes nothing but a quote means anything. */
static void add_quoted(struct strbuf *out, const char *text)
{
    strbuf_add_char(out, '\'');
    for (; *text; text++)
        strbuf_add(out, *text == '\'' ? "''" : (char[]){*text, '\0'});
    strbuf_add_char(out, '\'');
}

static void tell_key(const struct finding *finding, struct strbuf *out)
{
    strbuf_format(out, "  # %s: %s\n  #   %s\n  %s: ", sureness_words(finding->sureness), finding->text,
                  finding->evidence, finding->key);
    if (finding->value_is_text)
        add_quoted(out, finding->value);
    else
        strbuf_add(out, finding->value);
    strbuf_add_char(out, '\n');
}

/* The first that settles a key is the one that counts. */
static bool is_settled_before(const struct findings *findings, size_t index)
{
    const struct finding *finding = &findings->items[index];

    for (size_t i = 0; i < index; i++)
        if (findings->items[i].section == finding->section && finding->key && findings->items[i].key &&
            strcmp(findings->items[i].key, finding->key) == 0)
            return true;
    return false;
}

static void tell_section(enum section section, const struct findings *findings, struct strbuf *out)
{
    bool begun = false;

    for (size_t i = 0; i < findings->count; i++) {
        if (findings->items[i].section != section || is_settled_before(findings, i))
            continue;
        if (!begun)
            strbuf_format(out, "%s:\n", section_key(section));
        begun = true;
        tell_key(&findings->items[i], out);
    }
}

/* What settles nothing is worth knowing too. */
static void tell_rest(const struct findings *findings, struct strbuf *out)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];

        if (finding->section == SECTION_NONE)
            strbuf_format(out, "# %s: %s\n#   %s\n", sureness_words(finding->sureness), finding->text,
                          finding->evidence);
    }
}

static void tell_yaml(const struct survey *survey, const struct findings *findings, struct strbuf *out)
{
    char taken[UTC_TEXT_BYTES];

    strbuf_format(
        out,
        "# Site profile of %s, by pchatctl discover, %s.\n"
        "# The pool in topology.yaml takes it by `include: FILE`; what stands there itself goes before "
        "this.\n",
        survey->pool, utc_format(survey->taken_utc_ms, taken));
    if (profile_key_count(findings) == 0)
        strbuf_add(out, "settings: {}\n");
    for (int section = SECTION_NONE + 1; section < SECTION_COUNT; section++)
        tell_section((enum section)section, findings, out);
    tell_rest(findings, out);
}

size_t profile_key_count(const struct findings *findings)
{
    size_t count = 0;

    for (size_t i = 0; i < findings->count; i++)
        count += findings->items[i].section != SECTION_NONE && !is_settled_before(findings, i);
    return count;
}

void tell(enum tell_format format, const struct survey *survey, const struct findings *findings,
          struct strbuf *out)
{
    static void (*const formats[])(const struct survey *survey, const struct findings *findings,
                                   struct strbuf *out) = {
        [TELL_TEXT] = tell_text, [TELL_JSON] = tell_json, [TELL_YAML] = tell_yaml};

    formats[format](survey, findings, out);
}

/* The next line that is no comment, its length in *ret_length; NULL at the end. */
static const char *next_line(const char **at, size_t *ret_length)
{
    while (**at) {
        const char *line = *at;
        size_t length = strcspn(line, "\n");

        *at += length + (line[length] == '\n');
        if (line[strspn(line, " ")] == '#' || length == 0)
            continue;
        *ret_length = length;
        return line;
    }
    return NULL;
}

bool profile_same(const char *left, const char *right)
{
    for (;;) {
        size_t left_length = 0, right_length = 0;
        const char *a = next_line(&left, &left_length), *b = next_line(&right, &right_length);

        if (!a || !b)
            return !a && !b;
        if (left_length != right_length || memcmp(a, b, left_length) != 0)
            return false;
    }
}
