#include "topology/read.h"

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/number.h"
#include "base/strbuf.h"
#include "topology/schema.h"

#include <inttypes.h>
#include <string.h>

static int read_mapping(struct reader *reader, const struct schema *schema, struct node *mapping,
                        void *object);

static void *member_of(void *object, size_t offset)
{
    return (unsigned char *)object + offset;
}

/* ---- what was expected
 * ------------------------------------------------------------------------------------- */

static void add_list_word(struct strbuf *out, int index, int count, const char *word)
{
    if (index > 0)
        strbuf_add(out, index + 1 < count ? ", " : " or ");
    strbuf_add(out, word);
}

static void add_choices(struct strbuf *out, const struct choices *choices)
{
    for (int i = 0; i < choices->count; i++)
        add_list_word(out, i, choices->count, choices->name(i));
}

/* "expected …" of a field, whatever its kind. */
static void add_expected(struct strbuf *out, const struct field *field)
{
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_PATH:
    case FIELD_INCLUDE:
        strbuf_add(out, field->syntax->expected);
        break;
    case FIELD_NUMBER:
        strbuf_format(out, "a number %" PRId64 "..%" PRId64, field->minimum, field->maximum);
        break;
    case FIELD_FLAG:
        strbuf_add(out, "true or false");
        break;
    case FIELD_CHOICE:
        add_choices(out, field->choices);
        break;
    case FIELD_RANGE:
        strbuf_add(out, "a range in quotes, like \"10:20\"");
        break;
    case FIELD_CREDENTIAL:
        strbuf_add(out, "a name that stands under credentials");
        break;
    case FIELD_LIST:
        strbuf_format(out, "a list of %s", field->noun);
        break;
    case FIELD_MAPPING:
    case FIELD_OPTIONAL:
    case FIELD_CREDENTIALS:
    case FIELD_LIMITS:
        strbuf_format(out, "a mapping of %s", field->noun);
        break;
    }
}

/* "is a list; expected true or false" */
static int fail_expected(struct reader *reader, const struct field *field, const struct node *node,
                         const char *what)
{
    AUTO(strbuf) struct strbuf expected = STRBUF_INIT;

    add_expected(&expected, field);
    return node_fail(node, reader->err, "%s; expected %s", what, strbuf_text(&expected));
}

/* "\"dubb\" is not a role; expected primary or backup" */
static int fail_value(struct reader *reader, const struct field *field, const struct node *node,
                      const char *noun)
{
    char value[EXCERPT_BYTES];
    AUTO_FREE char *what = NULL;

    what = mem_format("\"%s\" is not %s", excerpt(node->text, value), noun);
    return fail_expected(reader, field, node, what);
}

/* ---- texts
 * --------------------------------------------------------------------------------------------------- */

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
    return fail_value(reader, field, node, syntax->noun);
}

static int read_text(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    if (check_syntax(reader, field, node) != 0)
        return -1;
    *(const char **)member_of(object, field->offset) = arena_text(reader->topology->arena, node->text);
    return 0;
}

static int read_path(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    if (check_syntax(reader, field, node) != 0)
        return -1;
    *(const char **)member_of(object, field->offset) = node_path_text(reader->topology->arena, node);
    return 0;
}

static int read_number(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    int64_t number;

    if (!node->plain)
        return fail_value(reader, field, node, "a number but text, since it stands in quotes");
    if (!number_parse(node->text, &number))
        return fail_value(reader, field, node, "a number");
    if (number < field->minimum || number > field->maximum)
        return fail_value(reader, field, node, "in range");
    if (field->bytes == sizeof(int))
        *(int *)member_of(object, field->offset) = (int)number;
    else
        *(int64_t *)member_of(object, field->offset) = number;
    return 0;
}

static int read_flag(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    bool is_true = strcmp(node->text, "true") == 0;

    if (!node->plain || (!is_true && strcmp(node->text, "false") != 0))
        return fail_value(reader, field, node, "a truth value");
    *(bool *)member_of(object, field->offset) = is_true;
    return 0;
}

static int read_choice(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    _Static_assert(sizeof(enum sql_role) == sizeof(int) && sizeof(enum tls_mode) == sizeof(int),
                   "choices are stored as int");

    for (int i = 0; i < field->choices->count; i++) {
        if (strcmp(field->choices->name(i), node->text) == 0) {
            memcpy(member_of(object, field->offset), &i, sizeof(i));
            return 0;
        }
    }
    return fail_value(reader, field, node, field->noun);
}

static int read_range(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    struct range *range = member_of(object, field->offset);
    struct err err = ERR_INIT;

    if (*node->text == '\0') {
        *range = (struct range){0};
        return 0;
    }
    if (strlen(node->text) >= RANGE_TEXT_BYTES)
        return fail_value(reader, field, node, "a range");
    return range_parse(node->text, range, &err) == 0 ? 0 : node_fail(node, reader->err, "%s", err.text);
}

static int by_credential_name(const void *key, const void *element)
{
    return strcmp(key, ((const struct topology_credential *)element)->name);
}

static int read_credential(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    struct topology *topology = reader->topology;
    const struct topology_credential *credential = NULL;
    struct nearest nearest = NEAREST_INIT(node->text);
    char name[EXCERPT_BYTES], near_name[EXCERPT_BYTES];

    if (topology->credential_count > 0)
        credential = bsearch(node->text, topology->credentials, topology->credential_count,
                             sizeof(*credential), by_credential_name);
    if (credential) {
        reader->credential_uses[credential - topology->credentials].used = true;
        *(const struct topology_credential **)member_of(object, field->offset) = credential;
        return 0;
    }
    for (size_t i = 0; i < topology->credential_count; i++)
        nearest_offer(&nearest, topology->credentials[i].name);
    if (nearest.best)
        return node_fail(node, reader->err, "\"%s\" is not one of the credentials; did you mean %s?",
                         excerpt(node->text, name), excerpt(nearest.best, near_name));
    return fail_value(reader, field, node, "one of the credentials");
}

/* Taken before, by load_includes. */
static int skip_include(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    (void)reader, (void)field, (void)node, (void)object;
    return 0;
}

/* ---- mappings and lists
 * -------------------------------------------------------------------------------------- */

static int read_in_place(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    return read_mapping(reader, field->items, node, member_of(object, field->offset));
}

static int read_optional(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    void *item = arena_alloc(reader->topology->arena, field->items->bytes);

    *(void **)member_of(object, field->offset) = item;
    return read_mapping(reader, field->items, node, item);
}

static void *push_item(struct reader *reader, const struct field *field, void *object)
{
    return arena_push(reader->topology->arena, member_of(object, field->offset),
                      member_of(object, field->count_offset), field->items->bytes);
}

static int read_list(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    for (size_t i = 0; i < node->item_count; i++)
        if (read_mapping(reader, field->items, node->items[i], push_item(reader, field, object)) != 0)
            return -1;
    return 0;
}

static int by_key(const void *left, const void *right)
{
    return strcmp((*(struct node *const *)left)->key, (*(struct node *const *)right)->key);
}

/* Sorted by name, as read_credential looks them up. */
static int read_credentials(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    static const struct field name_field = {.key = "", .kind = FIELD_TEXT, .syntax = &syntax_name};

    if (node->item_count > 0)
        qsort(node->items, node->item_count, sizeof(*node->items), by_key);
    for (size_t i = 0; i < node->item_count; i++) {
        struct node *item = node->items[i];
        struct topology_credential *credential = push_item(reader, field, object);
        struct credential_use *use = arena_push(reader->load.arena, &reader->credential_uses,
                                                &reader->credential_use_count, sizeof(*use));

        if (!syntax_name.fits(item->key) || strlen(item->key) > syntax_name.max_bytes)
            return fail_expected(reader, &name_field, item, "is not a name");
        use->node = item;
        credential->name = arena_text(reader->topology->arena, item->key);
        if (read_mapping(reader, field->items, item, credential) != 0)
            return -1;
    }
    return 0;
}

static int fail_metric(struct reader *reader, const struct node *node)
{
    struct nearest nearest = NEAREST_INIT(node->key);
    AUTO(strbuf) struct strbuf names = STRBUF_INIT;

    for (int id = 0; id < METRIC_COUNT; id++) {
        add_list_word(&names, id, METRIC_COUNT, metric_info((enum metric_id)id)->name);
        nearest_offer(&nearest, metric_info((enum metric_id)id)->name);
    }
    if (nearest.best)
        return node_fail(node, reader->err, "unknown metric; did you mean %s?", nearest.best);
    return node_fail(node, reader->err, "unknown metric; expected %s", strbuf_text(&names));
}

static int read_limits(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    struct limits *limits = member_of(object, field->offset);

    for (size_t i = 0; i < node->item_count; i++) {
        enum metric_id id = metric_find(node->items[i]->key);

        if (id == METRIC_COUNT)
            return fail_metric(reader, node->items[i]);
        if (read_mapping(reader, field->items, node->items[i], &limits->warning[id]) != 0)
            return -1;
    }
    return 0;
}

/* ---- by the table
 * -------------------------------------------------------------------------------------------- */

static const struct {
    enum node_kind takes;
    int (*read)(struct reader *reader, const struct field *field, struct node *node, void *object);
} kinds[] = {
    [FIELD_TEXT] = {NODE_TEXT, read_text},
    [FIELD_PATH] = {NODE_TEXT, read_path},
    [FIELD_NUMBER] = {NODE_TEXT, read_number},
    [FIELD_FLAG] = {NODE_TEXT, read_flag},
    [FIELD_CHOICE] = {NODE_TEXT, read_choice},
    [FIELD_RANGE] = {NODE_TEXT, read_range},
    [FIELD_CREDENTIAL] = {NODE_TEXT, read_credential},
    [FIELD_MAPPING] = {NODE_MAPPING, read_in_place},
    [FIELD_OPTIONAL] = {NODE_MAPPING, read_optional},
    [FIELD_LIST] = {NODE_LIST, read_list},
    [FIELD_CREDENTIALS] = {NODE_MAPPING, read_credentials},
    [FIELD_LIMITS] = {NODE_MAPPING, read_limits},
    [FIELD_INCLUDE] = {NODE_TEXT, skip_include},
};

static int read_field(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    AUTO_FREE char *what = NULL;

    if (node->kind != kinds[field->kind].takes || node_is_empty(node)) {
        what = mem_format("is %s", node_kind_name(node));
        return fail_expected(reader, field, node, what);
    }
    return kinds[field->kind].read(reader, field, node, object);
}

static const struct field *find_field(const struct schema *schema, const char *key)
{
    for (size_t i = 0; i < schema->field_count; i++)
        if (strcmp(schema->fields[i].key, key) == 0)
            return &schema->fields[i];
    return NULL;
}

static int fail_unknown(struct reader *reader, const struct schema *schema, const struct node *node)
{
    struct nearest nearest = NEAREST_INIT(node->key);
    AUTO(strbuf) struct strbuf keys = STRBUF_INIT;

    for (size_t i = 0; i < schema->field_count; i++) {
        add_list_word(&keys, (int)i, (int)schema->field_count, schema->fields[i].key);
        nearest_offer(&nearest, schema->fields[i].key);
    }
    if (nearest.best)
        return node_fail(node, reader->err, "unknown key; did you mean %s?", nearest.best);
    return node_fail(node, reader->err, "unknown key; expected %s", strbuf_text(&keys));
}

static int refuse_unknown_keys(struct reader *reader, const struct schema *schema, const struct node *mapping)
{
    for (size_t i = 0; i < mapping->item_count; i++)
        if (!find_field(schema, mapping->items[i]->key))
            return fail_unknown(reader, schema, mapping->items[i]);
    return 0;
}

static int fail_missing(struct reader *reader, const struct field *field, const struct node *mapping)
{
    AUTO(strbuf) struct strbuf expected = STRBUF_INIT;

    add_expected(&expected, field);
    return node_fail_missing(mapping, field->key, reader->err, "missing; expected %s",
                             strbuf_text(&expected));
}

static int read_fields(struct reader *reader, const struct schema *schema, struct node *mapping, void *object)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        struct node *node = node_get(mapping, field->key);

        if (!node && field->required)
            return fail_missing(reader, field, mapping);
        if (node && read_field(reader, field, node, object) != 0)
            return -1;
    }
    return 0;
}

static int read_mapping(struct reader *reader, const struct schema *schema, struct node *mapping,
                        void *object)
{
    if (mapping->kind != NODE_MAPPING)
        return node_fail(mapping, reader->err, "is %s; expected a mapping", node_kind_name(mapping));
    if (find_field(schema, "include") && load_includes(&reader->load, mapping) != 0)
        return -1;
    if (schema->start)
        schema->start(object);
    if (schema->line_offset != NO_LINE)
        *(int *)member_of(object, schema->line_offset) = mapping->line;
    if (refuse_unknown_keys(reader, schema, mapping) != 0 ||
        read_fields(reader, schema, mapping, object) != 0)
        return -1;
    return schema->check ? schema->check(reader, mapping, object) : 0;
}

int read_topology(struct reader *reader, struct node *root)
{
    return read_mapping(reader, &schema_topology, root, reader->topology);
}
