#include "base/arena.h"

#include "base/mem.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { BLOCK_BYTES = 8192 };

struct block {
    struct block *next;
    size_t used_bytes, size_bytes;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block *blocks; /* newest first; only the newest takes small objects */
    struct arena *adopted, *next;
};

struct arena *arena_new(void)
{
    return mem_alloc(sizeof(struct arena));
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    for (struct block *block = arena->blocks, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    for (struct arena *child = arena->adopted, *next; child; child = next) {
        next = child->next;
        arena_free(child);
    }
    free(arena);
}

static struct block *block_with_room(struct arena *arena, size_t size_bytes)
{
    struct block *block = arena->blocks;
    size_t wanted = size_bytes > BLOCK_BYTES ? size_bytes : BLOCK_BYTES;

    if (block && block->size_bytes - block->used_bytes >= size_bytes)
        return block;
    block = mem_alloc(sizeof(*block) + wanted);
    block->size_bytes = wanted;
    block->next = arena->blocks;
    arena->blocks = block;
    return block;
}

void *arena_alloc(struct arena *arena, size_t size_bytes)
{
    const size_t align = alignof(max_align_t);
    struct block *block;
    void *memory;

    size_bytes = (size_bytes + align - 1) / align * align;
    block = block_with_room(arena, size_bytes);
    memory = block->bytes + block->used_bytes;
    block->used_bytes += size_bytes;
    return memory;
}

char *arena_text_n(struct arena *arena, const char *bytes, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);

    if (length)
        memcpy(copy, bytes, length);
    return copy;
}

char *arena_text(struct arena *arena, const char *text)
{
    return text ? arena_text_n(arena, text, strlen(text)) : NULL;
}

char *arena_vformat(struct arena *arena, const char *format, va_list args)
{
    va_list again;
    char *text;
    int length;

    va_copy(again, args);
    length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    text = arena_alloc(arena, (size_t)(length < 0 ? 0 : length) + 1);
    vsnprintf(text, (size_t)(length < 0 ? 0 : length) + 1, format, args);
    return text;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list args;
    char *text;

    va_start(args, format);
    text = arena_vformat(arena, format, args);
    va_end(args);
    return text;
}

void *arena_push(struct arena *arena, void *array_pointer, size_t *count, size_t element_bytes)
{
    void **array = array_pointer;
    bool full = (*count & (*count - 1)) == 0; /* capacity is the next power of two */

    if (full) {
        void *bigger = arena_alloc(arena, (*count ? *count * 2 : 1) * element_bytes);

        if (*count)
            memcpy(bigger, *array, *count * element_bytes);
        *array = bigger;
    }
    return (unsigned char *)*array + (*count)++ * element_bytes;
}

void arena_adopt(struct arena *arena, struct arena *from)
{
    if (!from)
        return;
    from->next = arena->adopted;
    arena->adopted = from;
}
