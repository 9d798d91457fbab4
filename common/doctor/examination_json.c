#include "doctor/examination.h"

#include "model/json_text.h"

#include <string.h>

static const char title[] = "PCHAT DOCTOR";

static void json_auto(json_t **json)
{
    json_decref(*json);
}

/* ---- writing ---- */

static const char *state_word(bool good)
{
    return good ? "ok" : "fail";
}

static json_t *step_json(const struct step *step)
{
    const bool good = step->diagnosis == DIAGNOSIS_NONE;
    json_t *object = json_object();

    json_object_set_new(object, "layer", json_text(layer_name(step->layer)));
    json_object_set_new(object, "state", json_text(state_word(good)));
    json_object_set_new(object, "text", json_text(step->text));
    json_object_set_new(object, "diagnosis",
                        good ? json_null() : json_text(diagnosis_info(step->diagnosis)->name));
    json_object_set_new(object, "remedy", json_text(step->remedy));
    return object;
}

static json_t *examination_json(const struct examination *examination)
{
    json_t *object = json_object(), *steps = json_array();

    json_object_set_new(object, "site", json_text(examination->site));
    json_object_set_new(object, "name", json_text(examination->name));
    json_object_set_new(object, "way", json_text(way_name(examination->way)));
    json_object_set_new(object, "address", json_text(examination->address));
    json_object_set_new(object, "state",
                        json_text(state_word(examination_verdict(examination) == DIAGNOSIS_NONE)));
    for (size_t i = 0; i < examination->step_count; i++)
        json_array_append_new(steps, step_json(&examination->steps[i]));
    json_object_set_new(object, "steps", steps);
    return object;
}

void examinations_json(const struct examinations *all, struct strbuf *out)
{
    CLEANUP(json_auto) json_t *root = json_object();
    json_t *endpoints = json_array();

    json_object_set_new(root, "schema", json_integer(EXAMINATION_SCHEMA));
    json_object_set_new(root, "title", json_text(title));
    json_object_set_new(root, "pool", json_text(all->pool));
    json_object_set_new(root, "state", json_text(state_word(examinations_bad_count(all) == 0)));
    for (size_t i = 0; i < all->count; i++)
        json_array_append_new(endpoints, examination_json(&all->list[i]));
    json_object_set_new(root, "endpoints", endpoints);
    json_print(root, out);
}

/* ---- reading ---- */

/* Never NULL. */
static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? text : "";
}

static int read_step(struct examination *examination, const json_t *object, struct err *err)
{
    const char *name = json_string_value(json_object_get(object, "diagnosis"));
    enum diagnosis diagnosis;
    enum layer layer;

    if (!layer_parse(text_of(object, "layer"), &layer))
        return err_set(err, ERR_INPUT, "\"%s\" is no layer", text_of(object, "layer"));
    if (!name)
        examination_good(examination, layer, "%s", text_of(object, "text"));
    else if (diagnosis_parse(name, &diagnosis))
        examination_bad(examination, layer, diagnosis, text_of(object, "text"), text_of(object, "remedy"));
    else
        return err_set(err, ERR_INPUT, "\"%s\" is no diagnosis of this version", name);
    return 0;
}

static int read_examination(struct examinations *all, const json_t *object, struct err *err)
{
    struct examination *examination = arena_push(all->arena, &all->list, &all->count, sizeof(*all->list));
    const json_t *steps = json_object_get(object, "steps");

    examination->arena = all->arena;
    examination->site = arena_text(all->arena, text_of(object, "site"));
    examination->name = arena_text(all->arena, text_of(object, "name"));
    examination->address = arena_text(all->arena, text_of(object, "address"));
    if (!way_parse(text_of(object, "way"), &examination->way))
        return err_set(err, ERR_INPUT, "\"%s\" is no way to examine", text_of(object, "way"));
    for (size_t i = 0; i < json_array_size(steps); i++)
        if (read_step(examination, json_array_get(steps, i), err) != 0)
            return -1;
    return 0;
}

struct examinations *examinations_read(const char *text, size_t length, struct err *err)
{
    json_error_t error;
    CLEANUP(json_auto) json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    AUTO(examinations) struct examinations *all = NULL;
    const json_t *endpoints = json_object_get(root, "endpoints");
    struct examinations *made;

    if (!root) {
        err_set(err, ERR_INPUT, "line %d: %s", error.line, error.text);
        return NULL;
    }
    if (json_integer_value(json_object_get(root, "schema")) != EXAMINATION_SCHEMA ||
        strcmp(text_of(root, "title"), title) != 0) {
        err_set(err, ERR_INPUT, "not a record of doctor, schema %d", EXAMINATION_SCHEMA);
        return NULL;
    }
    all = examinations_new(text_of(root, "pool"));
    for (size_t i = 0; i < json_array_size(endpoints); i++)
        if (read_examination(all, json_array_get(endpoints, i), err) != 0)
            return NULL;
    made = all;
    all = NULL;
    return made;
}
