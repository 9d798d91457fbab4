#include "act/judge/lock_name.h"

#include <ctype.h>

const char *pool_lock_resource(struct arena *arena, const char *pool)
{
    char *name = arena_format(arena, "pchat:%s", pool);

    for (char *at = name; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    return name;
}
