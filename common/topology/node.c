#include "topology/node.h"

#include "base/strbuf.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <string.h>

struct node *node_get(const struct node *node, const char *key)
{
    for (size_t i = 0; node->kind == NODE_MAPPING && i < node->item_count; i++)
        if (strcmp(node->items[i]->key, key) == 0)
            return node->items[i];
    return NULL;
}

void node_add(struct arena *arena, struct node *parent, struct node *item)
{
    struct node **slot;

    item->parent = parent;
    item->index = parent->item_count;
    slot = arena_push(arena, &parent->items, &parent->item_count, sizeof(struct node *));
    *slot = item;
}

bool node_is_empty(const struct node *node)
{
    return node->kind == NODE_TEXT && node->plain &&
           (*node->text == '\0' || strcmp(node->text, "~") == 0 || strcasecmp(node->text, "null") == 0);
}

const char *node_kind_name(const struct node *node)
{
    static const char *const names[] = {
        [NODE_TEXT] = "text", [NODE_LIST] = "a list", [NODE_MAPPING] = "a mapping"};

    return node_is_empty(node) ? "empty" : names[node->kind];
}

const char *node_path_text(struct arena *arena, const struct node *node)
{
    if (*node->text == '/' || !node->file->directory)
        return arena_text(arena, node->text);
    return arena_format(arena, "%s/%s", node->file->directory, node->text);
}

const char *excerpt(const char *text, char out[EXCERPT_BYTES])
{
    static const char more[] = "\xE2\x80\xA6"; /* … */
    size_t length = strlen(text);
    bool cut = length >= EXCERPT_BYTES;

    if (cut)
        length = utf8_cut(text, length, EXCERPT_BYTES - sizeof(more));
    snprintf(out, EXCERPT_BYTES, "%.*s%s", (int)length, text, cut ? more : "");
    return out;
}

/* "pools[0].sites[1].sql[0].role"; nothing for the root. */
static void add_path(struct strbuf *out, const struct node *node)
{
    char key[EXCERPT_BYTES];

    if (!node->parent)
        return;
    add_path(out, node->parent);
    if (!node->key)
        strbuf_format(out, "[%zu]", node->index);
    else
        strbuf_format(out, "%s%s", out->length ? "." : "", excerpt(node->key, key));
}

/* key: one that the node, a mapping, does not have; NULL to speak of the node itself. */
static int fail(const struct node *node, const char *key, enum err_kind kind, struct err *err,
                const char *format, va_list args) __attribute__((format(printf, 5, 0)));

static int fail(const struct node *node, const char *key, enum err_kind kind, struct err *err,
                const char *format, va_list args)
{
    AUTO(strbuf) struct strbuf path = STRBUF_INIT;
    AUTO_FREE char *what = NULL;

    add_path(&path, node);
    if (key)
        strbuf_format(&path, "%s%s", path.length ? "." : "", key);
    if (vasprintf(&what, format, args) < 0)
        what = NULL;
    return err_set(err, kind, "%s:%d: %s%s%s", node->file->path, node->line, strbuf_text(&path),
                   path.length ? ": " : "", what ? what : format);
}

int node_fail(const struct node *node, struct err *err, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fail(node, NULL, ERR_CONFIG, err, format, args);
    va_end(args);
    return -1;
}

int node_fail_missing(const struct node *mapping, const char *key, struct err *err, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fail(mapping, key, ERR_CONFIG, err, format, args);
    va_end(args);
    return -1;
}

int node_fail_as(const struct node *node, enum err_kind kind, struct err *err, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fail(node, NULL, kind, err, format, args);
    va_end(args);
    return -1;
}
