#include "act/drill/drill_plan.h"

#include "act/judge/ledger_view.h"
#include "assess/copies.h"
#include "assess/log_file.h"
#include "assess/sight.h"
#include "assess/words.h"
#include "base/utc.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- the side database ---- */

int64_t drill_number_of(const char *database)
{
    enum { DIGITS_MOST = 18 };
    const size_t prefix = sizeof(DRILL_PREFIX) - 1;
    size_t digits;

    if (!database || strncmp(database, DRILL_PREFIX, prefix) != 0 || database[prefix] == '0')
        return 0;
    digits = strspn(database + prefix, "0123456789");
    return digits > 0 && digits <= DIGITS_MOST && !database[prefix + digits]
               ? strtoll(database + prefix, NULL, 10)
               : 0;
}

int64_t drill_number_at(int64_t utc_ms)
{
    char text[UTC_TEXT_BYTES];
    int64_t number = 0;

    utc_format(utc_ms - utc_ms % 1000, text);
    for (const char *at = text; *at; at++)
        if (isdigit((unsigned char)*at))
            number = number * 10 + (*at - '0');
    return number;
}

/* In the folder itself, not below it; the path's own text, which the server has made. */
static bool lies_directly_in(const char *path, const char *folder)
{
    size_t length = folder ? strlen(folder) : 0;

    while (length && (folder[length - 1] == '\\' || folder[length - 1] == '/'))
        length--;
    return path && length && strncasecmp(path, folder, length) == 0 && path[length] == '\\' &&
           path[length + 1] && !strpbrk(path + length + 1, "\\/");
}

bool drill_owns(const char *database, const char *const *paths, size_t count, const char *folder)
{
    for (size_t i = 0; i < count; i++)
        if (!lies_directly_in(paths[i], folder))
            return false;
    return count > 0 && drill_number_of(database) > 0;
}

/* ---- names of files ---- */

struct drill_place drill_place_of(struct arena *arena, const char *full_backup)
{
    const char *last = strrchr(full_backup, '\\');

    if (!last || !strpbrk(last, "*?"))
        return (struct drill_place){arena_text(arena, full_backup), "*.bak"};
    return (struct drill_place){arena_text_n(arena, full_backup, (size_t)(last - full_backup)), last + 1};
}

bool drill_matches(const char *pattern, const char *name)
{
    const char *star = NULL, *again = NULL;

    while (*name) {
        if (*pattern == '*') {
            star = ++pattern;
            again = name;
        } else if (*pattern == '?' || tolower((unsigned char)*pattern) == tolower((unsigned char)*name)) {
            pattern++;
            name++;
        } else if (star) {
            pattern = star;
            name = ++again;
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "*")] == '\0';
}

bool drill_took(const char *name, const char *database)
{
    static const char middle[] = "_drill_";
    size_t length = strlen(database), digits;

    if (strncasecmp(name, database, length) != 0 ||
        strncasecmp(name + length, middle, sizeof(middle) - 1) != 0)
        return false;
    name += length + sizeof(middle) - 1;
    digits = strspn(name, "0123456789");
    return digits > 0 && strcasecmp(name + digits, ".bak") == 0;
}

/* ---- the newest full backup ---- */

enum { BACKUP_FULL = 1 };

static bool is_full_of(const struct drill_set *set, const char *database)
{
    return !set->error && set->backup_type == BACKUP_FULL && words_equal(set->database, database) &&
           set->finished_ms.known;
}

static const struct drill_set *newest_of(const struct drill_set *sets, size_t count, const char *database)
{
    const struct drill_set *newest = NULL;

    for (size_t i = 0; i < count; i++)
        if (is_full_of(&sets[i], database) &&
            (!newest || sets[i].finished_ms.value >= newest->finished_ms.value))
            newest = &sets[i];
    return newest;
}

/* Names of backups have their time in them: one that cannot be read and comes behind may be the newest. */
static const struct drill_set *perhaps_newer(const struct drill_set *sets, size_t count,
                                             const struct drill_set *newest)
{
    for (size_t i = 0; i < count; i++)
        if (sets[i].error && (!newest || strcasecmp(sets[i].name, newest->name) > 0))
            return &sets[i];
    return NULL;
}

const struct drill_set *drill_newest_full(const struct drill_set *sets, size_t count, const char *database,
                                          struct arena *arena, const char **ret_why)
{
    const struct drill_set *newest = newest_of(sets, count, database);
    const struct drill_set *unread = perhaps_newer(sets, count, newest);

    *ret_why = NULL;
    if (unread)
        *ret_why = arena_format(arena, "%s may be the newest full backup and cannot be read (%d %s)",
                                unread->path, unread->error, words_clip(arena, unread->detail));
    else if (!newest)
        *ret_why =
            arena_format(arena, "none of the %zu backup sets there is a full backup of %s", count, database);
    else if (newest->is_damaged || !lsn_known(&newest->last_lsn))
        *ret_why = arena_format(arena, "%s, the newest full backup, is damaged", newest->path);
    return *ret_why ? NULL : newest;
}

/* The header has its producer's local time and no zone: no clock is further from UTC. */
struct chain_start drill_chain_start(const struct drill_set *full, const char *instance)
{
    enum { FARTHEST_ZONE_MS = 14 * 3600 * 1000 };
    struct fact_num reached = full->finished_ms;

    reached.value -= FARTHEST_ZONE_MS;
    return (struct chain_start){.database = full->database,
                                .instance = instance,
                                .name = full->name,
                                .from = full->last_lsn,
                                .fork = full->fork,
                                .reached_utc_ms = reached};
}

/* ---- refusals ---- */

const char *drill_refusal(const struct look *look, const struct topology_sql *instance, struct arena *arena)
{
    const enum part part = cast_part(&look->cast, instance->name);
    const struct instance_snapshot *seen = snapshot_find(look->snapshot, instance->name);
    const struct ledger_view ledger = ledger_view_of(look);
    const struct ledger_run_fact *open = ledger_view_open_run(&ledger, 0);

    if (instance->role == SQL_PRINCIPAL || instance->role == SQL_MIRROR)
        return arena_format(arena, "%s is the %s: what serves chat is not drilled on", instance->name,
                            sql_role_name(instance->role));
    if (part == PART_A || part == PART_A_MIRROR)
        return arena_format(arena, "%s is %s now: what serves chat is not drilled on", instance->name,
                            part_name(part));
    if (!instance_seen(seen))
        return arena_format(arena, "%s is not seen: %s", instance->name,
                            seen && seen->reach.detail ? seen->reach.detail : "it was not asked");
    if (copy_is_writable(seen))
        return arena_format(arena, "%s of %s can be written: what may serve chat is not drilled on",
                            look->snapshot->database, instance->name);
    if (open)
        return arena_format(arena, "run %lld is open: it has the servers for itself",
                            (long long)open->run.value);
    return NULL;
}
