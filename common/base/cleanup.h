/*
 * The one cleanup idiom: a variable that owns something says so where it is declared, and what it owns is
 * released on every way out of the block.
 *
 *     AUTO_FREE char *text = NULL;
 *     AUTO(strbuf) struct strbuf out = STRBUF_INIT;
 *
 * To hand ownership on, move the value and set the variable to NULL (pointers), or use the type's *_take().
 * Destructors accept NULL and half-built objects; X_free() releases the object, X_done() only its contents.
 */
#ifndef PCHAT_BASE_CLEANUP_H
#define PCHAT_BASE_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CLEANUP(function) __attribute__((cleanup(function)))

/* NOLINTBEGIN(bugprone-macro-parentheses): a type in a declaration takes none. */
/* AUTO(x) runs x_auto(&variable); a type that wants it defines x_auto with one of these. */
#define AUTO(name) CLEANUP(name##_auto)
#define AUTO_DEFINE_FREE(name, type)                                                                         \
    static inline void name##_auto(type **object)                                                            \
    {                                                                                                        \
        name##_free(*object);                                                                                \
    }
#define AUTO_DEFINE_DONE(name, type)                                                                         \
    static inline void name##_auto(type *object)                                                             \
    {                                                                                                        \
        name##_done(object);                                                                                 \
    }

/* NOLINTEND(bugprone-macro-parentheses) */

static inline void cleanup_free_pointer(void *pointer)
{
    free(*(void **)pointer);
}

static inline void cleanup_close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static inline void cleanup_close_file(FILE **file)
{
    if (*file)
        fclose(*file);
}

#define AUTO_FREE   CLEANUP(cleanup_free_pointer)
#define AUTO_CLOSE  CLEANUP(cleanup_close_fd)
#define AUTO_FCLOSE CLEANUP(cleanup_close_file)

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
