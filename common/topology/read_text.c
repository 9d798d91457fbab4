#include "topology/read_text.h"

#include "base/cleanup.h"
#include "base/nearest.h"
#include "base/number.h"
#include "topology/complain.h"
#include "topology/read.h"
#include "topology/schema.h"

#include <string.h>

static int check_syntax(struct reader *reader, const struct field *field, const struct node *node)
{
    const struct syntax *syntax = field->syntax;
    const char *mistake = syntax->mistake ? syntax->mistake(node->text) : NULL;
    char value[EXCERPT_BYTES];

    if (strlen(node->text) > syntax->max_bytes)
        return node_fail(node, reader->err, "\"%s\" is %zu bytes long; expected at most %zu",
                         excerpt(node->text, value), strlen(node->text), syntax->max_bytes);
    if (syntax->fits(node->text))
        return 0;
    if (mistake)
        return node_fail(node, reader->err, "\"%s\" %s", excerpt(node->text, value), mistake);
    return complain_value(reader, field, node, syntax->noun);
}

int read_text(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    if (check_syntax(reader, field, node) != 0)
        return -1;
    *(const char **)field_member(field, object) = arena_text(reader->topology->arena, node->text);
    return 0;
}

int read_path(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    if (check_syntax(reader, field, node) != 0)
        return -1;
    *(const char **)field_member(field, object) = node_path_text(reader->topology->arena, node);
    return 0;
}

int read_number(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    int64_t number;

    if (!node->plain)
        return complain_value(reader, field, node, "a number but text, since it stands in quotes");
    if (!number_parse(node->text, &number))
        return complain_value(reader, field, node, "a number");
    if (number < field->minimum || number > field->maximum)
        return complain_value(reader, field, node, "in range");
    if (field->bytes == sizeof(int))
        *(int *)field_member(field, object) = (int)number;
    else
        *(int64_t *)field_member(field, object) = number;
    return 0;
}

int read_flag(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    bool is_true = strcmp(node->text, "true") == 0;

    if (!node->plain || (!is_true && strcmp(node->text, "false") != 0))
        return complain_value(reader, field, node, "a truth value");
    *(bool *)field_member(field, object) = is_true;
    return 0;
}

int read_choice(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    _Static_assert(sizeof(enum sql_role) == sizeof(int) && sizeof(enum tls_mode) == sizeof(int),
                   "choices are stored as int");

    const char *mistake = field->choices->mistake ? field->choices->mistake(node->text) : NULL;
    char value[EXCERPT_BYTES];

    for (int i = 0; i < field->choices->count; i++) {
        if (strcmp(field->choices->name(i), node->text) == 0) {
            memcpy(field_member(field, object), &i, sizeof(i));
            return 0;
        }
    }
    if (mistake)
        return node_fail(node, reader->err, "\"%s\" %s", excerpt(node->text, value), mistake);
    return complain_value(reader, field, node, field->noun);
}

int read_range(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    struct range *range = field_member(field, object);
    struct err err = ERR_INIT;

    if (*node->text == '\0') {
        *range = (struct range){0};
        return 0;
    }
    if (strlen(node->text) >= RANGE_TEXT_BYTES)
        return complain_value(reader, field, node, "a range");
    return range_parse(node->text, range, &err) == 0 ? 0 : node_fail(node, reader->err, "%s", err.text);
}

static int by_credential_name(const void *key, const void *element)
{
    return strcmp(key, ((const struct topology_credential *)element)->name);
}

static void note_use(const struct reader *reader, struct credential_use *use)
{
    *(reader->in_acting ? &use->acts : &use->watches) = true;
}

int read_credential(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    struct topology *topology = reader->topology;
    const struct topology_credential *credential = NULL;
    struct nearest nearest = NEAREST_INIT(node->text);
    char name[EXCERPT_BYTES], near_name[EXCERPT_BYTES];

    if (topology->credential_count > 0)
        credential = bsearch(node->text, topology->credentials, topology->credential_count,
                             sizeof(*credential), by_credential_name);
    if (credential) {
        note_use(reader, &reader->credential_uses[credential - topology->credentials]);
        *(const struct topology_credential **)field_member(field, object) = credential;
        return 0;
    }
    for (size_t i = 0; i < topology->credential_count; i++)
        nearest_offer(&nearest, topology->credentials[i].name);
    if (nearest.best)
        return node_fail(node, reader->err, "\"%s\" is not one of the credentials; did you mean %s?",
                         excerpt(node->text, name), excerpt(nearest.best, near_name));
    return complain_value(reader, field, node, "one of the credentials");
}

/* Taken before, by load_includes. */
int skip_include(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    (void)reader, (void)field, (void)node, (void)object;
    return 0;
}
