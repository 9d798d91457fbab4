/*
 * What stands below a folder, to some depth.  A folder is there as long as a file lies in it or below it; an
 * empty one is not known.
 */
#ifndef PCHAT_LAB_WORLD_FILE_TREE_H
#define PCHAT_LAB_WORLD_FILE_TREE_H

#include "lab/world/files.h"

struct tree_entry {
    char name[WORLD_PATH_BYTES];    /* without its folder */
    int depth;                      /* 1 = directly in the folder */
    const struct stored_file *file; /* NULL = a folder */
};

/* Calls visit for each entry, folders before what is in them, in order of name; levels 0 = all the way down.
 */
enum os_error file_tree(struct world *world, struct host *from, const char *folder, int levels,
                        void (*visit)(void *user, const struct tree_entry *entry), void *user);

#endif
