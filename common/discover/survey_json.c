/* The JSON form of a survey: what --record writes and --replay reads. */
#include "discover/survey.h"

#include "base/utc.h"
#include "model/json_text.h"

#include <string.h>

enum { SCHEMA = 1, SUBJECTS_MAX = 1000, ANSWERS_MAX = 20000, ROWS_MAX = 2000 };

static void json_auto(json_t **value)
{
    json_decref(*value);
}

/* ---- out ---- */

static json_t *utc(int64_t utc_ms)
{
    char text[UTC_TEXT_BYTES];

    return json_string(utc_format(utc_ms, text));
}

static json_t *write_subject(const struct subject *subject)
{
    json_t *object = json_object();

    json_object_set_new(object, "name", json_text(subject->name));
    json_object_set_new(object, "fqdn", json_text(subject->fqdn));
    json_object_set_new(object, "site", json_text(subject->site));
    json_object_set_new(object, "kind", json_string(subject_kind_name(subject->kind)));
    return object;
}

static json_t *write_rows(const struct answer *answer)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < answer->row_count; i++) {
        json_t *row = json_object();

        for (size_t j = 0; asks[answer->ask].columns[j]; j++)
            json_object_set_new(row, asks[answer->ask].columns[j], json_text(answer->rows[i].cells[j]));
        json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *write_answer(const struct survey *survey, const struct answer *answer)
{
    json_t *object = json_object();

    json_object_set_new(object, "ask", json_string(asks[answer->ask].name));
    json_object_set_new(object, "subject", json_text(answer_subject(survey, answer)->name));
    json_object_set_new(object, "kind", json_string(subject_kind_name(answer_subject(survey, answer)->kind)));
    json_object_set_new(object, "at_utc", utc(answer->at_utc_ms));
    json_object_set_new(object, "sight", json_string(sight_name(answer->sighting.sight)));
    json_object_set_new(object, "detail", json_text(answer->sighting.detail));
    json_object_set_new(object, "rows", write_rows(answer));
    return object;
}

char *survey_to_json(const struct survey *survey)
{
    AUTO(json) json_t *root = json_object();
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    json_t *subjects = json_array(), *answers = json_array();

    json_object_set_new(root, "schema", json_integer(SCHEMA));
    json_object_set_new(root, "pool", json_text(survey->pool));
    json_object_set_new(root, "database", json_text(survey->database));
    json_object_set_new(root, "chat_executable", json_text(survey->chat_executable));
    json_object_set_new(root, "compliance_executable", json_text(survey->compliance_executable));
    json_object_set_new(root, "taken_utc", utc(survey->taken_utc_ms));
    for (size_t i = 0; i < survey->subject_count; i++)
        json_array_append_new(subjects, write_subject(&survey->subjects[i]));
    json_object_set_new(root, "subjects", subjects);
    for (size_t i = 0; i < survey->answer_count; i++)
        json_array_append_new(answers, write_answer(survey, &survey->answers[i]));
    json_object_set_new(root, "answers", answers);
    json_print(root, &text);
    return strbuf_take(&text);
}

/* ---- in ---- */

static int fail(struct err *err, const char *what)
{
    return err_set(err, ERR_INPUT, "not a survey: %s", what);
}

static int read_text(struct arena *arena, const json_t *object, const char *key, const char **ret_text,
                     struct err *err)
{
    const char *text = json_string_value(json_object_get(object, key));

    if (!text)
        return err_set(err, ERR_INPUT, "not a survey: \"%s\" is missing or no text", key);
    *ret_text = arena_text(arena, text);
    return 0;
}

static int read_utc(const json_t *object, const char *key, int64_t *ret_utc_ms, struct err *err)
{
    const char *text = json_string_value(json_object_get(object, key));

    if (!text || !utc_parse(text, ret_utc_ms))
        return err_set(err, ERR_INPUT, "not a survey: \"%s\" is missing or no time", key);
    return 0;
}

static int read_subject(struct survey *into, const json_t *object, struct err *err)
{
    struct subject *subject =
        arena_push(into->arena, &into->subjects, &into->subject_count, sizeof(*subject));
    const char *kind = json_string_value(json_object_get(object, "kind"));

    if (!kind || !subject_kind_parse(kind, &subject->kind))
        return fail(err, "a subject of no known kind");
    if (read_text(into->arena, object, "name", &subject->name, err) != 0 ||
        read_text(into->arena, object, "fqdn", &subject->fqdn, err) != 0)
        return -1;
    return read_text(into->arena, object, "site", &subject->site, err);
}

static int find_subject(const struct survey *survey, const json_t *object, size_t *ret_index, struct err *err)
{
    const char *name = json_string_value(json_object_get(object, "subject"));
    const char *kind_name = json_string_value(json_object_get(object, "kind"));
    enum subject_kind kind;

    if (!name || !kind_name || !subject_kind_parse(kind_name, &kind))
        return fail(err, "an answer of nobody");
    for (size_t i = 0; i < survey->subject_count; i++)
        if (survey->subjects[i].kind == kind && strcmp(survey->subjects[i].name, name) == 0) {
            *ret_index = i;
            return 0;
        }
    return fail(err, "an answer of somebody who is no subject");
}

static int read_row(struct arena *arena, struct answer *answer, const json_t *object, struct err *err)
{
    struct answer_row *row = arena_push(arena, &answer->rows, &answer->row_count, sizeof(*row));

    if (!json_is_object(object))
        return fail(err, "a row that is no object");
    for (size_t i = 0; asks[answer->ask].columns[i]; i++)
        row->cells[i] =
            arena_text(arena, json_string_value(json_object_get(object, asks[answer->ask].columns[i])));
    return 0;
}

static int read_answer(struct survey *into, const json_t *object, struct err *err)
{
    struct answer *answer = arena_push(into->arena, &into->answers, &into->answer_count, sizeof(*answer));
    const json_t *rows = json_object_get(object, "rows");
    const char *ask = json_string_value(json_object_get(object, "ask"));
    const char *sight = json_string_value(json_object_get(object, "sight"));

    if (!ask || !ask_parse(ask, &answer->ask))
        return fail(err, "an answer to no known question");
    if (!sight || !sight_parse(sight, &answer->sighting.sight))
        return fail(err, "an answer of no known sight");
    if (find_subject(into, object, &answer->subject, err) != 0 ||
        read_utc(object, "at_utc", &answer->at_utc_ms, err) != 0)
        return -1;
    if (into->subjects[answer->subject].kind != asks[answer->ask].whom)
        return fail(err, "an answer of somebody who is not asked that");
    answer->sighting.detail = arena_text(into->arena, json_string_value(json_object_get(object, "detail")));
    if (json_array_size(rows) > ROWS_MAX)
        return fail(err, "too many rows");
    for (size_t i = 0; i < json_array_size(rows); i++)
        if (read_row(into->arena, answer, json_array_get(rows, i), err) != 0)
            return -1;
    return 0;
}

static int read_list(struct survey *into, const json_t *list, size_t most,
                     int (*read)(struct survey *into, const json_t *object, struct err *err), struct err *err)
{
    if (!json_is_array(list) || json_array_size(list) > most)
        return fail(err, "subjects or answers are missing, or too many");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (read(into, json_array_get(list, i), err) != 0)
            return -1;
    return 0;
}

static int read_root(struct survey *into, const json_t *root, struct err *err)
{
    if (json_integer_value(json_object_get(root, "schema")) != SCHEMA)
        return fail(err, "its schema is not 1");
    if (read_text(into->arena, root, "pool", &into->pool, err) != 0 ||
        read_text(into->arena, root, "database", &into->database, err) != 0 ||
        read_text(into->arena, root, "chat_executable", &into->chat_executable, err) != 0 ||
        read_text(into->arena, root, "compliance_executable", &into->compliance_executable, err) != 0 ||
        read_utc(root, "taken_utc", &into->taken_utc_ms, err) != 0 ||
        read_list(into, json_object_get(root, "subjects"), SUBJECTS_MAX, read_subject, err) != 0)
        return -1;
    return read_list(into, json_object_get(root, "answers"), ANSWERS_MAX, read_answer, err);
}

struct survey *survey_from_json(const char *text, size_t length, struct err *err)
{
    AUTO(survey) struct survey *read = survey_new();
    AUTO(json) json_t *root = NULL;
    struct survey *result = NULL;
    json_error_t error;

    root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        err_set(err, ERR_INPUT, "not a survey: line %d: %s", error.line, error.text);
        return NULL;
    }
    if (read_root(read, root, err) != 0)
        return NULL;
    result = read;
    read = NULL;
    return result;
}
