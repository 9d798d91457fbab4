#include "observe/sql/denial.h"

#include "base/sql_quote.h"
#include "model/right.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { NAME_BYTES = 400 /* sysname in UTF-8: 128 characters of up to 3 bytes */ };

/* The name in quotes after `before`; false when the message has no such place, or a name that could pass for
 * the cure. */
static bool quoted_after(const char *message, const char *before, char quote, char name[NAME_BYTES])
{
    const char *start = strstr(message, before);
    const char *end;

    if (!start || *(start += strlen(before)) != quote)
        return false;
    end = strchr(++start, quote);
    if (!end || end == start || end - start >= NAME_BYTES)
        return false;
    memcpy(name, start, (size_t)(end - start));
    name[end - start] = '\0';
    return strstr(name, RIGHT_ARROW) == NULL;
}

/* A permission is upper-case words; anything else in its place is no permission, and would be SQL of the
 * server's making. */
static bool permission_between(const char *message, const char *before, const char *after,
                               char name[NAME_BYTES])
{
    const char *start = strstr(message, before);
    const char *end = start ? strstr(start, after) : NULL;

    if (!end || (start += strlen(before)) >= end || end - start >= NAME_BYTES)
        return false;
    for (const char *c = start; c < end; c++)
        if (!isupper((unsigned char)*c) && *c != ' ')
            return false;
    memcpy(name, start, (size_t)(end - start));
    name[end - start] = '\0';
    return true;
}

/* The cure's beginning and, for a grant, its end. */
static void add_use(struct strbuf *out, const char *database)
{
    strbuf_add(out, RIGHT_ARROW "USE ");
    sql_quote_name(out, database);
    strbuf_add(out, "; ");
}

static void add_grantee(struct strbuf *out, const char *login)
{
    strbuf_add(out, " TO ");
    right_add_login(out, login);
    strbuf_add(out, ";");
}

/* "The SELECT permission was denied on the object 'backupset', database 'msdb', schema 'dbo'." */
static bool object_denied(struct strbuf *out, const char *message, const char *login)
{
    char right[NAME_BYTES], object[NAME_BYTES], database[NAME_BYTES], schema[NAME_BYTES];

    if (!permission_between(message, "The ", " permission was denied on", right) ||
        !quoted_after(message, "object ", '\'', object) ||
        !quoted_after(message, "database ", '\'', database) ||
        !quoted_after(message, "schema ", '\'', schema))
        return false;
    strbuf_format(out, "%s on %s.%s.%s", right, database, schema, object);
    add_use(out, database);
    strbuf_format(out, "GRANT %s ON ", right);
    sql_quote_name(out, schema);
    strbuf_add(out, ".");
    sql_quote_name(out, object);
    add_grantee(out, login);
    return true;
}

/* "VIEW SERVER STATE permission was denied on object 'server', database 'master'." */
static bool server_right_denied(struct strbuf *out, const char *message, const char *login)
{
    char right[NAME_BYTES];

    if (!permission_between(message, "", " permission was denied", right))
        return false;
    right_add_server(out, right, login);
    return true;
}

/* "VIEW DATABASE STATE permission denied in database 'msdb'." */
static bool database_right_denied(struct strbuf *out, const char *message, const char *login)
{
    char right[NAME_BYTES], database[NAME_BYTES];

    if (!permission_between(message, "", " permission denied in", right) ||
        !quoted_after(message, "database ", '\'', database))
        return false;
    strbuf_format(out, "%s in %s", right, database);
    add_use(out, database);
    strbuf_format(out, "GRANT %s", right);
    add_grantee(out, login);
    return true;
}

/* 'The server principal "x" is not able to access the database "msdb" under the current security context.' */
static bool no_user(struct strbuf *out, const char *message, const char *login)
{
    char database[NAME_BYTES];

    if (!quoted_after(message, "access the database ", '"', database))
        return false;
    strbuf_format(out, "a user in %s", database);
    add_use(out, database);
    strbuf_add(out, "CREATE USER ");
    right_add_login(out, login);
    strbuf_add(out, " FOR LOGIN ");
    right_add_login(out, login);
    strbuf_add(out, ";");
    return true;
}

/* "The user does not have permission to perform this action.": names nothing; of our queries, only the
 * server's dynamic views answer so. */
static bool action_denied(struct strbuf *out, const char *message, const char *login)
{
    (void)message;
    right_add_server(out, "VIEW SERVER STATE", login);
    return true;
}

static const struct {
    int number;
    bool (*describe)(struct strbuf *out, const char *message, const char *login);
} forms[] = {
    {229, object_denied}, {230, object_denied},       {262, database_right_denied},
    {297, action_denied}, {300, server_right_denied}, {916, no_user},
};

const char *denial_from_message(struct arena *arena, int number, const char *message, const char *login)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < COUNT(forms); i++)
        if (forms[i].number == number && forms[i].describe(&out, message, login))
            return arena_text(arena, strbuf_text(&out));
    return arena_text(arena, strstr(message, RIGHT_ARROW) ? "permission denied" : message);
}

const char *denial_of_server_right(struct arena *arena, const char *right, const char *login)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    right_add_server(&out, right, login);
    return arena_text(arena, strbuf_text(&out));
}
