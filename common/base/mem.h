/*
 * Allocation that does not fail: out of memory ends the process with one line and exit 3.  Sizes that come
 * from outside are bounded before they get here.  Thread-safe.
 */
#ifndef PCHAT_BASE_MEM_H
#define PCHAT_BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size_bytes); /* zeroed */
void *mem_resize(void *old, size_t count,
                 size_t size_bytes);   /* checks count * size; new bytes are not zeroed */
char *mem_copy_text(const char *text); /* strdup; NULL stays NULL */
char *mem_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
