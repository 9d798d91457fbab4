/*
 * Object identifiers as numbers: "1.3.6.1.2.1.1.3.0".  Names of MIB modules are never looked up.
 * Source: RFC 2578 3.5 (at most 128 parts, each below 2^32), X.690 8.19 (the first two).  Pure, thread-safe.
 */
#ifndef PCHAT_BASE_OBJECT_ID_H
#define PCHAT_BASE_OBJECT_ID_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OBJECT_ID_MAX_PARTS = 128 };

struct object_id {
    uint32_t parts[OBJECT_ID_MAX_PARTS];
    size_t length;
};

/* Plain decimals with dots between them, perhaps one before.  False, leaving *ret alone, for anything else.
 */
bool object_id_parse(const char *text, struct object_id *ret);
/* Does the text spell one?  For checking what people write. */
bool object_id_valid(const char *text);
char *object_id_text(struct arena *arena, const uint32_t *parts, size_t length);
/* Is it this one or one below? */
bool object_id_within(const struct object_id *id, const struct object_id *root);
/* As the agent sorts them: less than, equal to or greater than 0. */
int object_id_compare(const uint32_t *a, size_t a_length, const uint32_t *b, size_t b_length);

#endif
