/*
 * Reads one YAML file into a tree of nodes, and no more of YAML than a topology needs: one document in UTF-8,
 * indented with blanks, of mappings, lists and one-line texts.  Anchors, aliases, tags, merge keys and
 * directives are refused: they make two places out of one line, and a reader of the file at three in the
 * morning sees only one of them. One thread.
 */
#ifndef PCHAT_TOPOLOGY_YAML_FILE_H
#define PCHAT_TOPOLOGY_YAML_FILE_H

#include "topology/node.h"

#include <stddef.h>

/* No topology nests deeper than pools, sites, sql and their keys; the rest is an accident or an attack. */
enum { YAML_MAX_DEPTH = 16 };

/* The text as a tree in the arena, or NULL with *err set (ERR_CONFIG, FILE:LINE: what; expected what). */
struct node *yaml_parse(struct arena *arena, const struct yaml_file *file, const char *text, size_t length,
                        struct err *err);

#endif
