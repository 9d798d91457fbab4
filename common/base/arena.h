/*
 * An arena: many small objects with one life.  A snapshot, a topology, a report each own one; freeing the
 * arena frees all of it.  Not thread-safe: one thread builds, then the value is immutable and may be read by
 * many.
 */
#ifndef PCHAT_BASE_ARENA_H
#define PCHAT_BASE_ARENA_H

#include "base/cleanup.h"

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);
AUTO_DEFINE_FREE(arena, struct arena)

void *arena_alloc(struct arena *arena, size_t size_bytes); /* zeroed, aligned for any type */
char *arena_text(struct arena *arena, const char *text);   /* copy; NULL stays NULL */
char *arena_text_n(struct arena *arena, const char *bytes, size_t length);
char *arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vformat(struct arena *arena, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/*
 * Grows an array inside the arena by one zeroed element and returns that element.  *array and *count are
 * updated; older copies of the array stay valid but are no longer part of it.
 */
void *arena_push(struct arena *arena, void *array_pointer, size_t *count, size_t element_bytes);

/* Lets `from` be freed together with `arena`. */
void arena_adopt(struct arena *arena, struct arena *from);

#endif
