/*
 * What a vantage point looks at: every SQL instance but the witness, every chat server, and front ends as far
 * as there is room.  In topology order; constant once made.
 */
#ifndef PCHAT_OBSERVE_VANTAGE_OBJECTS_H
#define PCHAT_OBSERVE_VANTAGE_OBJECTS_H

#include "base/strbuf.h"
#include "topology/topology.h"

enum { OBJECTS_MAX = 64 }; /* as many votes as a snapshot keeps */

enum object_kind { OBJECT_SQL, OBJECT_CHAT_SERVER, OBJECT_FRONT_END };

struct vantage_object {
    const char *name; /* as topology.yaml has it */
    enum object_kind kind;
    enum site_role site;
    const char *host;     /* where to connect */
    int port;             /* 0: a named instance, whose port only SQL Server Browser knows */
    const char *instance; /* then its name, else NULL */
    bool ambiguous;       /* two objects have this name: a vote would be about either */
};

struct vantage_objects {
    struct vantage_object items[OBJECTS_MAX];
    size_t count;
};

void objects_of(const struct topology_pool *pool, struct vantage_objects *ret_objects);
/* Its index by name, in any case; objects->count: there is none. */
size_t objects_find(const struct vantage_objects *objects, const char *name, size_t length);
/* A reference is "HOST:PORT" or "[HOST]:PORT", as topology checks: appends HOST, returns the port. */
int reference_split(const char *reference, struct strbuf *host);
/* "sql", "chat_server", "front_end" */
const char *object_kind_name(enum object_kind kind);

#endif
