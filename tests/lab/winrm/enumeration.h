/*
 * Enumerations that a client has begun: what is left to pull.  The rows are those of the moment of Enumerate.
 */
#ifndef PCHAT_LAB_WINRM_ENUMERATION_H
#define PCHAT_LAB_WINRM_ENUMERATION_H

#include "lab/world/kinds.h"

/* EnumerationTimeoutms; contexts of one host at a time. */
enum { ENUMERATION_LIFE_MS = 240000, ENUMERATIONS_MAX = 64 };

struct enumeration {
    char context[GUID_TEXT_BYTES];
    LIST(char *) items; /* XML, owned */
    size_t next;
    int64_t used_ms;
};

struct enumeration_table {
    struct enumeration *rows[ENUMERATIONS_MAX];
    size_t count;
};

void enumeration_table_expire(struct enumeration_table *table, int64_t now_ms);
void enumeration_table_done(struct enumeration_table *table);

#endif
