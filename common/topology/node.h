/*
 * What a YAML file says, as a tree: mappings, lists and texts, each knowing its file, its line and its place
 * in the tree, so that every complaint about it reads FILE:LINE: path.to.key: what; expected what. Lives in
 * an arena.  One thread.
 */
#ifndef PCHAT_TOPOLOGY_NODE_H
#define PCHAT_TOPOLOGY_NODE_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* A file that was read; names inside it are relative to `directory`. */
struct yaml_file {
    const char *path;
    const char *directory; /* absolute; NULL: nothing on disk may be touched (text from memory) */
};

enum node_kind { NODE_TEXT, NODE_LIST, NODE_MAPPING };

struct node {
    enum node_kind kind;
    const struct yaml_file *file;
    int line;            /* of the value's beginning; of the key where the value is a mapping's */
    struct node *parent; /* NULL: the root */
    const char *key;     /* in a mapping */
    size_t index;        /* in a list */
    const char *text;    /* NODE_TEXT */
    bool plain;          /* NODE_TEXT: written without quotes */
    struct node **items; /* NODE_LIST, NODE_MAPPING: in the order of the file */
    size_t item_count;
};

/* The value of that key in a mapping; NULL where there is none (or node is no mapping). */
struct node *node_get(const struct node *node, const char *key);
void node_add(struct arena *arena, struct node *parent, struct node *item);
/* Nothing stands there: "key:", "key: ~" or "key: null". */
bool node_is_empty(const struct node *node);
/* "a mapping", "a list", "text" or "empty". */
const char *node_kind_name(const struct node *node);

/* A text that is a path, made absolute: relative ones start from the directory of the file that says so, if
 * there is one. */
const char *node_path_text(struct arena *arena, const struct node *node);

/* Copies a text for a message, cut at a length that leaves the line readable. */
enum { EXCERPT_BYTES = 72 };
const char *excerpt(const char *text, char out[EXCERPT_BYTES]);

/* Each sets *err to one line and returns -1.  ERR_CONFIG. */
int node_fail(const struct node *node, struct err *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same about a key that the mapping does not have. */
int node_fail_missing(const struct node *mapping, const char *key, struct err *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same with a kind of one's own. */
int node_fail_as(const struct node *node, enum err_kind kind, struct err *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
