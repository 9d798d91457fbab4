/*
 * `include: FILE` and all that comes from disk as YAML: a mapping takes the keys that it does not have itself
 * from another file, whose name is relative to the file that includes it.  One thread.
 */
#ifndef PCHAT_TOPOLOGY_INCLUDE_H
#define PCHAT_TOPOLOGY_INCLUDE_H

#include "topology/node.h"

#include <stddef.h>

struct schema;

enum {
    INCLUDE_MAX_DEPTH = 8,
    INCLUDE_MAX_KEYS = 64,               /* of an included file: more keys no mapping here has */
    INCLUDE_MAX_BYTES = 16 * 1024 * 1024 /* of all files of one topology together */
};

/* What is loaded so far, for the bound on all files together. */
struct load {
    struct arena *arena; /* of nodes and files */
    size_t bytes;
    struct err *err;
};

/* The file as a tree, or NULL with the error set.  from: the `include` that names it; NULL for the topology
 * itself. */
struct node *load_file(struct load *load, const char *path, const struct node *from);
/*
 * Gives the mapping what its `include` names, if it has one.  Under keys that merge by the schema, what
 * stands in the file joins what stands beside the include; where both say the same key, the nearer one holds.
 * 0, or -1 with the error set.
 */
int load_includes(struct load *load, const struct schema *schema, struct node *mapping);

#endif
