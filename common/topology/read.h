/*
 * Walks the tree of a topology file by the schema and fills the structs.  One thread.
 */
#ifndef PCHAT_TOPOLOGY_READ_H
#define PCHAT_TOPOLOGY_READ_H

#include "topology/include.h"
#include "topology/node.h"
#include "topology/topology.h"

#include <stddef.h>

/* A file that the topology names and that must be there once all else is right. */
struct file_use {
    const struct node *node;
    const char *path;
};

/* Per credential, side by side with topology.credentials. */
struct credential_use {
    const struct node *node;
    bool watches; /* a SQL instance, or a way to ask hosts, refers to it */
    bool acts;    /* `acting` does */
};

struct reader {
    struct load load;
    struct topology *topology;
    struct err *err;
    bool for_acting; /* what `acting` alone refers to is looked at too */
    bool in_acting;  /* below `acting` just now */
    struct file_use *ca_files;
    size_t ca_file_count;
    struct credential_use *credential_uses;
    size_t credential_use_count;
};

/* 0, or -1 with reader->err set.  Nothing but included files is opened. */
int read_topology(struct reader *reader, struct node *root);

#endif
