/*
 * The tree: all instances of PCHAT-MIB, in the order in which SNMP walks them.  It holds one branch for each
 * pool, with the pool's rows of every table; a new look at a pool exchanges that branch and touches no other.
 * GET and GETNEXT are binary searches.
 *
 * Object identifiers here are relative: they begin below the module's base.  A branch is immutable and owns
 * what its values point to; a tree is one thread's.
 */
#ifndef PCHAT_SNMP_TREE_H
#define PCHAT_SNMP_TREE_H

#include "snmp/table.h"

struct branch {
    uint32_t pool;                       /* 0: the subagent's scalars */
    struct arena *arenas[PART_RUNS + 1]; /* of the texts of each part; NULL: nothing is there */
    struct rows rows[TABLE_COUNT];
};

/*
 * Everything there is to say of that look, in the tables of that part; the caller's.  Nothing in it points
 * into the look.
 */
struct branch *branch_new(const struct look *look, enum table_part part);
void branch_free(struct branch *branch);
AUTO_DEFINE_FREE(branch, struct branch)
/* The row of that index; NULL: none. */
const struct row_head *branch_find(const struct branch *branch, const struct table *table,
                                   const uint32_t index[INDEX_MOST]);

struct mib_tree {
    struct branch **branches; /* by pool */
    size_t count;
};

#define TREE_INIT                                                                                            \
    {                                                                                                        \
        NULL, 0                                                                                              \
    }

void tree_done(struct mib_tree *tree);
AUTO_DEFINE_DONE(tree, struct mib_tree)
/* Takes the branch: rows of its part replace those of that part of its pool. */
void tree_put(struct mib_tree *tree, struct branch *branch, enum table_part part);
void tree_remove(struct mib_tree *tree, uint32_t pool);

enum { PLACE_MOST_PARTS = 4 + INDEX_MOST };
struct place {
    uint32_t parts[PLACE_MOST_PARTS];
    size_t length;
};

struct place place_of(const struct table *table, const struct column *column,
                      const uint32_t index[INDEX_MOST]);

/* The value lives as long as its branch.  False: no such instance. */
bool tree_get(const struct mib_tree *tree, const uint32_t *parts, size_t length, struct mono_ms now,
              struct value *ret);
/* The first instance behind that place; false: there is none. */
bool tree_next(const struct mib_tree *tree, const uint32_t *parts, size_t length, struct mono_ms now,
               struct place *ret_place, struct value *ret);

#endif
