#include "assess/log_file.h"

#include "base/utc.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { STAMP_DIGITS = 14 };

static bool is_separator(char c)
{
    return c == '\\' || c == '/';
}

const char *log_file_name(const char *path)
{
    const char *name = path;

    for (const char *at = path; *at; at++)
        if (is_separator(*at))
            name = at + 1;
    return name;
}

bool log_file_stamp(const char *path, const char *database, int64_t *ret_utc_ms)
{
    const char *name = path ? log_file_name(path) : "", *stamp;
    size_t prefix = strlen(database);

    if (strncasecmp(name, database, prefix) != 0 || name[prefix] != '_')
        return false;
    stamp = name + prefix + 1;
    if (strspn(stamp, "0123456789") != STAMP_DIGITS || strcasecmp(stamp + STAMP_DIGITS, ".trn") != 0)
        return false;
    return utc_parse_stamp(stamp, ret_utc_ms);
}

bool log_file_equal(const char *a, const char *b)
{
    return a && b && strcasecmp(log_file_name(a), log_file_name(b)) == 0;
}

bool log_file_in_folder(const char *path, const char *folder)
{
    size_t length = folder ? strlen(folder) : 0;

    while (length > 0 && is_separator(folder[length - 1]))
        length--;
    if (!path || length == 0)
        return false;
    for (size_t i = 0; i < length; i++)
        if (!(is_separator(path[i]) && is_separator(folder[i])) &&
            tolower((unsigned char)path[i]) != tolower((unsigned char)folder[i]))
            return false;
    return is_separator(path[length]);
}
