#include "topology/yaml_file.h"

#include "base/mem.h"
#include "topology/repeat.h"
#include "topology/yaml_text.h"

#include <string.h>
#include <yaml.h>

/* The tree while it grows, event by event. */
struct builder {
    struct arena *arena;
    const struct yaml_file *file;
    struct err *err;
    struct node *root;
    struct node *open; /* the innermost mapping or list that has not ended; NULL at the top */
    int depth;
    const char *key; /* the key that waits for its value in `open` */
    int key_line;
    int documents;
};

static int line_of(yaml_mark_t mark)
{
    return (int)mark.line + 1;
}

static int fail_at(const struct builder *builder, int line, const char *text)
{
    return err_set(builder->err, ERR_CONFIG, "%s:%d: %s", builder->file->path, line, text);
}

/* ---- what libyaml calls an error, in our words ---- */

static const struct {
    const char *problem, *text;
    bool at_context; /* the mistake is where the thing began, not where it was noticed */
} problems[] = {
    {"found character that cannot start any token",
     "a character that begins no value; expected the value in quotes", false},
    {"mapping values are not allowed in this context",
     "a \":\" out of place; expected each key on a line of its own, and a value that holds \":\" in quotes",
     false},
    {"could not find expected ':'", "no \":\" after the key; expected key: value", true},
    {"did not find expected key", "wrong indentation or a missing \":\"; expected a key like those above",
     false},
    {"did not find expected '-' indicator", "wrong indentation; expected \"- \" like the items above", false},
    {"block sequence entries are not allowed in this context",
     "a \"-\" out of place; expected lists on lines of their own", false},
    {"did not find expected ',' or ']'", "a list in brackets does not end; expected \",\" or \"]\"", false},
    {"did not find expected ',' or '}'", "a mapping in braces does not end; expected \",\" or \"}\"", false},
    {"found unexpected end of stream",
     "a quote that does not end; expected the closing quote on the same line", true},
    {"found unknown escape character", "a backslash in double quotes; expected single quotes around it",
     false},
    {"did not find expected <document start>", "text after the end of the document; expected one document",
     false},
};

static int fail_yaml(const struct builder *builder, const yaml_parser_t *parser)
{
    const char *problem = parser->problem ? parser->problem : "unreadable";

    for (size_t i = 0; i < COUNT(problems); i++)
        if (strcmp(problems[i].problem, problem) == 0)
            return fail_at(builder,
                           line_of(problems[i].at_context ? parser->context_mark : parser->problem_mark),
                           problems[i].text);
    return err_set(builder->err, ERR_CONFIG, "%s:%d: %s; expected YAML", builder->file->path,
                   line_of(parser->problem_mark), problem);
}

/* ---- events ---- */

static int refuse_extras(const struct builder *builder, const yaml_event_t *event, const void *anchor,
                         const void *tag)
{
    int line = line_of(event->start_mark);

    if (anchor)
        return fail_at(builder, line, "an anchor (&name); expected the value written out, or include: FILE");
    if (tag)
        return fail_at(builder, line, "a tag (!name); expected the plain value");
    return 0;
}

static int set_key(struct builder *builder, const struct node *node)
{
    if (node->kind != NODE_TEXT)
        return fail_at(builder, node->line, "a list or mapping as a key; expected a name");
    if (strcmp(node->text, "<<") == 0 && node->plain)
        return fail_at(builder, node->line,
                       "a merge key (<<); expected the keys written out, or include: FILE");
    if (*node->text == '\0')
        return fail_at(builder, node->line, "a value without a key; expected key: value");
    builder->key = node->text;
    builder->key_line = node->line;
    return 0;
}

static int add_node(struct builder *builder, struct node *node)
{
    if (!builder->open) {
        builder->root = node;
        return 0;
    }
    if (builder->open->kind == NODE_MAPPING && !builder->key)
        return set_key(builder, node);
    node->key = builder->key;
    if (builder->key && (node->kind != NODE_TEXT || node_is_empty(node)))
        node->line = builder->key_line;
    builder->key = NULL;
    node_add(builder->arena, builder->open, node);
    return 0;
}

static struct node *new_node(const struct builder *builder, enum node_kind kind, const yaml_event_t *event)
{
    struct node *node = arena_alloc(builder->arena, sizeof(*node));

    node->kind = kind;
    node->file = builder->file;
    node->line = line_of(event->start_mark);
    return node;
}

static int on_scalar(struct builder *builder, const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;
    struct node *node = new_node(builder, NODE_TEXT, event);

    if (refuse_extras(builder, event, event->data.scalar.anchor, event->data.scalar.tag) != 0)
        return -1;
    if (!yaml_is_one_line(text, event->data.scalar.length))
        return fail_at(builder, node->line, "text with a line break or control character; expected one line");
    node->text = arena_text_n(builder->arena, text, event->data.scalar.length);
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    return add_node(builder, node);
}

static int open_node(struct builder *builder, enum node_kind kind, const yaml_event_t *event)
{
    struct node *node = new_node(builder, kind, event);

    if (++builder->depth > YAML_MAX_DEPTH)
        return fail_at(builder, node->line, "nested too deep; expected the keys of a topology");
    if (add_node(builder, node) != 0)
        return -1;
    builder->open = node;
    return 0;
}

static int on_list(struct builder *builder, const yaml_event_t *event)
{
    if (refuse_extras(builder, event, event->data.sequence_start.anchor, event->data.sequence_start.tag) != 0)
        return -1;
    return open_node(builder, NODE_LIST, event);
}

static int on_mapping(struct builder *builder, const yaml_event_t *event)
{
    if (refuse_extras(builder, event, event->data.mapping_start.anchor, event->data.mapping_start.tag) != 0)
        return -1;
    return open_node(builder, NODE_MAPPING, event);
}

static int refuse_repeated_keys(const struct builder *builder, const struct node *mapping)
{
    AUTO_FREE struct named *keys = mem_resize(NULL, mapping->item_count, sizeof(*keys));
    struct repeat repeat;

    for (size_t i = 0; i < mapping->item_count; i++)
        keys[i] = (struct named){mapping->items[i]->key, mapping->items[i]};
    if (find_repeat(keys, mapping->item_count, false, &repeat))
        return node_fail(repeat.again, builder->err, "given twice, first in line %d; expected once",
                         repeat.first->line);
    return 0;
}

static int on_end(struct builder *builder, const yaml_event_t *event)
{
    struct node *ended = builder->open;

    (void)event;
    builder->depth--;
    builder->open = ended->parent;
    return ended->kind == NODE_MAPPING ? refuse_repeated_keys(builder, ended) : 0;
}

static int on_alias(struct builder *builder, const yaml_event_t *event)
{
    return fail_at(builder, line_of(event->start_mark),
                   "an alias (*name); expected the value written out, or include: FILE");
}

static int on_document(struct builder *builder, const yaml_event_t *event)
{
    bool has_directive =
        event->data.document_start.version_directive ||
        event->data.document_start.tag_directives.start != event->data.document_start.tag_directives.end;

    if (has_directive)
        return fail_at(builder, line_of(event->start_mark), "a directive (%NAME); expected none");
    if (++builder->documents > 1)
        return fail_at(builder, line_of(event->start_mark), "a second document; expected one");
    return 0;
}

static int (*const on_event[])(struct builder *, const yaml_event_t *) = {
    [YAML_DOCUMENT_START_EVENT] = on_document, [YAML_ALIAS_EVENT] = on_alias,
    [YAML_SCALAR_EVENT] = on_scalar,           [YAML_SEQUENCE_START_EVENT] = on_list,
    [YAML_SEQUENCE_END_EVENT] = on_end,        [YAML_MAPPING_START_EVENT] = on_mapping,
    [YAML_MAPPING_END_EVENT] = on_end,
};

/* One event; *ret_ended is set by the last. */
static int take_event(struct builder *builder, yaml_parser_t *parser, bool *ret_ended)
{
    yaml_event_t event;
    int result = 0;

    if (!yaml_parser_parse(parser, &event))
        return fail_yaml(builder, parser);
    *ret_ended = event.type == YAML_STREAM_END_EVENT;
    if (event.type < COUNT(on_event) && on_event[event.type])
        result = on_event[event.type](builder, &event);
    yaml_event_delete(&event);
    return result;
}

static int build(struct builder *builder, const char *text, size_t length)
{
    CLEANUP(yaml_parser_delete) yaml_parser_t parser;
    bool ended = false;

    if (!yaml_parser_initialize(&parser))
        return err_set(builder->err, ERR_INTERNAL, "%s:1: libyaml does not start", builder->file->path);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    while (!ended)
        if (take_event(builder, &parser, &ended) != 0)
            return -1;
    return 0;
}

struct node *yaml_parse(struct arena *arena, const struct yaml_file *file, const char *text, size_t length,
                        struct err *err)
{
    struct builder builder = {.arena = arena, .file = file, .err = err};

    if (yaml_check_text(file, text, length, err) != 0 || build(&builder, text, length) != 0)
        return NULL;
    if (!builder.root || node_is_empty(builder.root)) {
        err_set(err, ERR_CONFIG, "%s:1: empty; expected a mapping", file->path);
        return NULL;
    }
    return builder.root;
}
