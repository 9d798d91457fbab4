#include "act/judge/lock_name.h"

#include "base/sql_quote.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

enum { HASH_TEXT_BYTES = 9 /* "~" and eight hexadecimal digits */ };

/* FNV-1a: keeps names apart that begin alike, no more. */
static uint32_t hash(const char *text)
{
    uint32_t value = 2166136261U;

    for (; *text; text++)
        value = (value ^ (unsigned char)*text) * 16777619U;
    return value;
}

const char *pool_lock_resource(struct arena *arena, const char *pool)
{
    char *name = arena_format(arena, "pchat:%s", pool);

    for (char *at = name; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    if (strlen(name) <= LOCK_RESOURCE_MOST_BYTES)
        return name;
    return arena_format(arena, "%.*s~%08x", LOCK_RESOURCE_MOST_BYTES - HASH_TEXT_BYTES, name, hash(name));
}

void lock_prove(struct strbuf *out, const char *resource, const char *server_name)
{
    strbuf_add(out, "USE master;\nIF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', ");
    sql_quote_literal(out, resource);
    strbuf_add(out, ", N'Session') = N'Exclusive' AND @@SERVERNAME = ");
    sql_quote_literal(out, server_name);
    strbuf_add(out, ")\nBEGIN\n    SELECT N'" LOCK_NOT_OURS "' AS outcome;\n    RETURN;\nEND;\n");
}
