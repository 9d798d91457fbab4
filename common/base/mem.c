#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *checked(void *memory)
{
    static const char message[] = "UNKNOWN - out of memory\n";

    if (memory)
        return memory;
    (void)!write(STDOUT_FILENO, message, sizeof(message) - 1);
    _exit(3);
}

void *mem_alloc(size_t size_bytes)
{
    return checked(calloc(1, size_bytes ? size_bytes : 1));
}

void *mem_resize(void *old, size_t count, size_t size_bytes)
{
    return checked(reallocarray(old, count ? count : 1, size_bytes));
}

char *mem_copy_text(const char *text)
{
    return text ? checked(strdup(text)) : NULL;
}

char *mem_format(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    int length;

    va_start(args, format);
    length = vasprintf(&text, format, args);
    va_end(args);
    return checked(length < 0 ? NULL : text);
}
