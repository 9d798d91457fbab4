/* What there is to restore: full backups where the topology says, and the shipped logs. */
#include "act/drill/drill_work.h"
#include "act/engine/log_files.h"
#include "assess/sight.h"
#include "base/sql_quote.h"
#include "base/utc.h"
#include "observe/sql/row_reader.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    FILES_MS = 600000,
    ENTRIES_MOST = 16000,
    FILES_MOST = 400,
    SETS_MOST = 500,
    DATABASE_FILES_MOST = 500
};

static int query(struct drill *drill, const char *before, const char *path, const char *after,
                 size_t max_rows, struct sql_rows *ret, struct sql_failure *ret_failure)
{
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
    struct sql_port *session = drill_session(drill);

    *ret_failure =
        (struct sql_failure){SIGHT_PROTOCOL_ERROR, 0, "the session that held the drill's lock is gone"};
    strbuf_add(&batch, before);
    sql_quote_literal(&batch, path);
    strbuf_add(&batch, after);
    return session ? session->ops->query(session, strbuf_text(&batch), max_rows, drill_until(drill, FILES_MS),
                                         drill->arena, ret, ret_failure)
                   : -1;
}

static const char *cell(const struct sql_rows *rows, size_t row, const char *column)
{
    for (size_t i = 0; i < rows->column_count; i++)
        if (strcasecmp(rows->columns[i], column) == 0)
            return rows->cells[row * rows->column_count + i];
    return NULL;
}

static int64_t number(const char *text)
{
    return text ? strtoll(text, NULL, 10) : 0;
}

/* ---- headers ---- */

struct sets {
    struct drill_set *rows;
    size_t count;
};

static struct drill_set *add_set(struct drill *drill, struct sets *sets, const char *path, const char *name)
{
    struct drill_set *set = arena_push(drill->arena, &sets->rows, &sets->count, sizeof(*set));

    set->path = path;
    set->name = name;
    return set;
}

static void take_header(struct drill *drill, struct sets *sets, const char *path, const char *name,
                        const struct sql_rows *rows, size_t row)
{
    struct drill_set *set = add_set(drill, sets, path, name);
    const char *finished = cell(rows, row, "BackupFinishDate"), *lsn = cell(rows, row, "LastLSN");

    set->position = number(cell(rows, row, "Position"));
    set->backup_type = number(cell(rows, row, "BackupType"));
    set->database = row_safe_text(drill->arena, cell(rows, row, "DatabaseName"));
    set->server = row_safe_text(drill->arena, cell(rows, row, "ServerName"));
    set->fork = row_safe_text(drill->arena, cell(rows, row, "RecoveryForkID"));
    set->bytes = number(cell(rows, row, "BackupSize"));
    set->is_damaged = number(cell(rows, row, "IsDamaged")) != 0;
    set->finished_ms.known = finished && utc_parse(finished, &set->finished_ms.value);
    if (lsn)
        (void)lsn_parse(lsn, &set->last_lsn);
}

/* False: the session is gone, or may not. */
static bool read_headers(struct drill *drill, struct sets *sets, const char *path, const char *name)
{
    struct sql_failure failure;
    struct sql_rows rows;
    struct drill_set *set;

    if (query(drill, "RESTORE HEADERONLY FROM DISK = ", path, "", SETS_MOST, &rows, &failure) == 0) {
        for (size_t i = 0; i < rows.row_count; i++)
            take_header(drill, sets, path, name, &rows, i);
        return true;
    }
    if (!failure.message_number || failure.sight == SIGHT_DENIED)
        return drill_fails(drill, "%s: %s", drill->instance->name, failure.text);
    set = add_set(drill, sets, path, name);
    set->error = failure.message_number;
    set->detail = row_safe_text(drill->arena, failure.text);
    return true;
}

/* ---- the folder ---- */

struct names {
    const char **rows;
    size_t count;
};

static bool counts(const struct drill *drill, const struct drill_place *place, const char *name)
{
    return drill_matches(place->pattern, name) && !drill_took(name, drill->asked->pool->database);
}

/* xp_dirtree: subdirectory, depth, file.  It shows a folder that is not there, or may not be read, as an
 * empty one. */
static bool list(struct drill *drill, const struct drill_place *place, struct names *names)
{
    struct sql_failure failure;
    struct sql_rows rows;

    if (query(drill, "EXEC master.sys.xp_dirtree ", place->folder, ", 1, 1", ENTRIES_MOST, &rows, &failure) !=
        0)
        return drill_fails(drill, "%s cannot list %s: %s", drill->instance->name, place->folder,
                           failure.text);
    for (size_t i = 0; rows.column_count >= 3 && i < rows.row_count; i++) {
        const char *const *cells = &rows.cells[i * rows.column_count];

        if (cells[0] && cells[2] && strcmp(cells[2], "0") != 0 && counts(drill, place, cells[0]))
            *(const char **)arena_push(drill->arena, &names->rows, &names->count, sizeof(*names->rows)) =
                row_safe_text(drill->arena, cells[0]);
    }
    if (!names->count)
        return drill_fails(drill, "no file %s is in %s, as %s sees it", place->pattern, place->folder,
                           drill->instance->name);
    if (names->count > FILES_MOST)
        return drill_fails(drill,
                           "%zu files %s are in %s: more than %d are not looked at -> drill.full_backup: "
                           "a narrower pattern",
                           names->count, place->pattern, place->folder, FILES_MOST);
    return true;
}

static const char *path_of(struct arena *arena, const char *folder, const char *name)
{
    const size_t length = strlen(folder);

    return arena_format(arena, "%s%s%s", folder, length && folder[length - 1] == '\\' ? "" : "\\", name);
}

static bool pick(struct drill *drill, const struct sets *sets)
{
    const char *why;

    drill->full =
        drill_newest_full(sets->rows, sets->count, drill->asked->pool->database, drill->arena, &why);
    return drill->full || drill_fails(drill, "%s", why);
}

bool drill_find_full(struct drill *drill)
{
    const struct drill_place place = drill_place_of(drill->arena, drill->asked->pool->drill->full_backup);
    struct names names = {0};
    struct sets sets = {0};

    if (drill->own_backup) {
        const char *last = strrchr(drill->own_backup, '\\');

        return read_headers(drill, &sets, drill->own_backup, last ? last + 1 : drill->own_backup) &&
               pick(drill, &sets);
    }
    if (!list(drill, &place, &names))
        return false;
    for (size_t i = 0; i < names.count; i++)
        if (!read_headers(drill, &sets, path_of(drill->arena, place.folder, names.rows[i]), names.rows[i]))
            return false;
    return pick(drill, &sets);
}

/* ---- log backups ---- */

/* Of another instance's folders only what is shared can be read. */
static struct log_folders folders_of(struct drill *drill)
{
    const struct cast *cast = &drill->look->cast;

    return log_folders_of(drill->asked->pool, cast_instance(cast, PART_B, drill->look->snapshot),
                          cast_part(cast, drill->instance->name) != PART_B, drill->arena);
}

/* Nothing is restored yet: only what is older than the full backup is left out. */
static struct log_file_facts read_logs(struct drill *drill, const struct chain_start *start)
{
    const struct log_folders folders = folders_of(drill);
    const struct inquiry inquiry = {drill->asked->pool->database, DRILL_LOCK, drill_until(drill, FILES_MS)};
    struct restore_fact reached = {.finished_utc_ms = start->reached_utc_ms};
    struct instance_snapshot *as_if = arena_alloc(drill->arena, sizeof(*as_if));
    struct log_file_facts files = {{SIGHT_NOT_ASKED, "the session is gone"}, NULL, 0};

    as_if->restore = (struct restore_facts){{SIGHT_SEEN, NULL}, &reached, 1};
    if (drill_session(drill))
        log_files_read(drill_session(drill), &inquiry, &folders, as_if, drill->arena, &files);
    return files;
}

bool drill_find_logs(struct drill *drill)
{
    const struct chain_start start = drill_chain_start(drill->full, drill->instance->name);
    struct log_file_facts *files = arena_alloc(drill->arena, sizeof(*files));

    *files = read_logs(drill, &start); /* the chain points into it */
    drill->chain = chain_plan_after(&start, files, drill->arena);
    return drill->chain.state == CHAIN_COMPLETE ||
           drill_fails(drill, "the log backups after %s: %s", drill->full->name, drill->chain.why);
}

/* ---- the files of the full backup ---- */

/* The kinds of RESTORE FILELISTONLY; what is kept in a folder has no extension. */
static const char *extension_of(const char *type)
{
    return !type || strcmp(type, "D") == 0 ? ".mdf" : strcmp(type, "L") == 0 ? ".ldf" : "";
}

bool drill_ask_files(struct drill *drill, struct drill_file **ret_files, size_t *ret_count)
{
    const char *after = arena_format(drill->arena, " WITH FILE = %lld", (long long)drill->full->position);
    struct sql_failure failure;
    struct sql_rows rows;

    *ret_files = NULL;
    *ret_count = 0;
    if (query(drill, "RESTORE FILELISTONLY FROM DISK = ", drill->full->path, after, DATABASE_FILES_MOST,
              &rows, &failure) != 0)
        return drill_fails(drill, "%s: Msg %d: %s", drill->full->path, failure.message_number, failure.text);
    for (size_t i = 0; i < rows.row_count; i++) {
        const char *logical = cell(&rows, i, "LogicalName");
        struct drill_file *file = arena_push(drill->arena, ret_files, ret_count, sizeof(*file));

        if (!logical)
            return drill_fails(drill, "%s: a file of the database has no name", drill->full->path);
        file->logical = row_safe_text(drill->arena, logical);
        file->path = path_of(
            drill->arena, drill->asked->pool->drill->folder,
            arena_format(drill->arena, "%s_%zu%s", drill->side, i + 1, extension_of(cell(&rows, i, "Type"))));
    }
    return *ret_count > 0 || drill_fails(drill, "%s: it lists no file", drill->full->path);
}
