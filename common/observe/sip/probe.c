#include "observe/sip/probe.h"

#include <string.h>

enum { NAME_MAX_BYTES = 253 };

bool probe_name_valid(const char *name)
{
    size_t length = strlen(name);

    return length && length <= NAME_MAX_BYTES &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:") == length;
}
