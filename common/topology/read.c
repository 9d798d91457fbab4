#include "topology/read.h"

#include "base/mem.h"
#include "topology/complain.h"
#include "topology/read_text.h"
#include "topology/schema.h"

#include <string.h>

static int read_mapping(struct reader *reader, const struct schema *schema, struct node *mapping,
                        void *object);

/* The node is of a kind that the field does not take. */
static int complain_not(struct reader *reader, const struct field *field, const struct node *node)
{
    AUTO_FREE char *what = mem_format("is %s", node_kind_name(node));

    return complain_expected(reader, field, node, what);
}

static void *member_at(void *object, size_t offset)
{
    return (unsigned char *)object + offset;
}

/* ---- mappings and lists ---- */

static int read_in_place(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    return read_mapping(reader, field->items, node, field_member(field, object));
}

static int read_optional(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    void *item = arena_alloc(reader->topology->arena, field->items->bytes);

    *(void **)field_member(field, object) = item;
    return read_mapping(reader, field->items, node, item);
}

static void *push_item(struct reader *reader, const struct field *field, void *object)
{
    return arena_push(reader->topology->arena, field_member(field, object),
                      member_at(object, field->count_offset), field->items->bytes);
}

static int read_list(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    for (size_t i = 0; i < node->item_count; i++)
        if (read_mapping(reader, field->items, node->items[i], push_item(reader, field, object)) != 0)
            return -1;
    return 0;
}

static int read_texts(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    for (size_t i = 0; i < node->item_count; i++) {
        struct node *item = node->items[i];
        const char **text = arena_push(reader->topology->arena, field_member(field, object),
                                       member_at(object, field->count_offset), sizeof(*text));
        struct field one = {.key = "", .kind = FIELD_TEXT, .syntax = field->syntax};

        if (item->kind != NODE_TEXT || node_is_empty(item))
            return complain_not(reader, &one, item);
        if (read_text(reader, &one, item, text) != 0)
            return -1;
    }
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
        qsort(node->items, node->item_count, sizeof(struct node *), by_key);
    for (size_t i = 0; i < node->item_count; i++) {
        struct node *item = node->items[i];
        struct topology_credential *credential = push_item(reader, field, object);
        struct credential_use *use = arena_push(reader->load.arena, &reader->credential_uses,
                                                &reader->credential_use_count, sizeof(*use));

        if (!syntax_name.fits(item->key) || strlen(item->key) > syntax_name.max_bytes)
            return complain_expected(reader, &name_field, item, "is not a name");
        use->node = item;
        credential->name = arena_text(reader->topology->arena, item->key);
        if (read_mapping(reader, field->items, item, credential) != 0)
            return -1;
    }
    return 0;
}

static int read_limits(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    struct limits *limits = field_member(field, object);

    for (size_t i = 0; i < node->item_count; i++) {
        enum metric_id id = metric_find(node->items[i]->key);

        if (id == METRIC_COUNT)
            return complain_metric(reader, node->items[i]);
        if (read_mapping(reader, field->items, node->items[i], &limits->warning[id]) != 0)
            return -1;
    }
    return 0;
}

/* ---- by the table ---- */

static const struct {
    enum node_kind takes;
    int (*read)(struct reader *reader, const struct field *field, struct node *node, void *object);
} kinds[] = {
    [FIELD_TEXT] = {NODE_TEXT, read_text},           [FIELD_TEXTS] = {NODE_LIST, read_texts},
    [FIELD_PATH] = {NODE_TEXT, read_path},           [FIELD_NUMBER] = {NODE_TEXT, read_number},
    [FIELD_FLAG] = {NODE_TEXT, read_flag},           [FIELD_CHOICE] = {NODE_TEXT, read_choice},
    [FIELD_RANGE] = {NODE_TEXT, read_range},         [FIELD_CREDENTIAL] = {NODE_TEXT, read_credential},
    [FIELD_MAPPING] = {NODE_MAPPING, read_in_place}, [FIELD_OPTIONAL] = {NODE_MAPPING, read_optional},
    [FIELD_LIST] = {NODE_LIST, read_list},           [FIELD_CREDENTIALS] = {NODE_MAPPING, read_credentials},
    [FIELD_LIMITS] = {NODE_MAPPING, read_limits},    [FIELD_INCLUDE] = {NODE_TEXT, skip_include},
};

static int read_field(struct reader *reader, const struct field *field, struct node *node, void *object)
{
    bool in_acting = reader->in_acting;
    int outcome;

    if (node->kind != kinds[field->kind].takes || node_is_empty(node))
        return complain_not(reader, field, node);
    reader->in_acting = in_acting || field->acting;
    outcome = kinds[field->kind].read(reader, field, node, object);
    reader->in_acting = in_acting;
    return outcome;
}

static int refuse_unknown_keys(struct reader *reader, const struct schema *schema, const struct node *mapping)
{
    for (size_t i = 0; i < mapping->item_count; i++)
        if (!schema_field(schema, mapping->items[i]->key))
            return complain_unknown(reader, schema, mapping->items[i]);
    return 0;
}

static int read_fields(struct reader *reader, const struct schema *schema, struct node *mapping, void *object)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        struct node *node = node_get(mapping, field->key);

        if (!node && field->required)
            return complain_missing(reader, field, mapping);
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
    if (schema_field(schema, "include") && load_includes(&reader->load, schema, mapping) != 0)
        return -1;
    if (schema->start)
        schema->start(object);
    if (schema->line_offset != NO_LINE)
        *(int *)member_at(object, schema->line_offset) = mapping->line;
    if (refuse_unknown_keys(reader, schema, mapping) != 0 ||
        read_fields(reader, schema, mapping, object) != 0)
        return -1;
    return schema->check ? schema->check(reader, mapping, object) : 0;
}

int read_topology(struct reader *reader, struct node *root)
{
    return read_mapping(reader, &schema_topology, root, reader->topology);
}
