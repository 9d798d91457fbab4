#include "act/engine/log_files.h"

#include "assess/log_file.h"
#include "base/mem.h"
#include "base/sql_quote.h"
#include "base/utc.h"
#include "observe/sql/row_reader.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    ENTRIES_MOST = 16000,      /* of a folder; log shipping keeps some hundred */
    MALFORMED = 3241,          /* SQL Server's own number for a header that makes no sense */
    CLOCKS_APART_MS = 21600000 /* names are by the producers' clocks, which differ after a mirror failover */
};

/* ---- names ---- */

static bool has_suffix(const char *text, const char *suffix)
{
    size_t length = strlen(text), wanted = strlen(suffix);

    return length >= wanted && strcasecmp(text + length - wanted, suffix) == 0;
}

/* "mgc_tail_….trn", "mgc_rescue_….trn", "mgc_rehearsal_….trn": what we took. */
static bool is_ours(const char *name, const char *database)
{
    static const char *const kinds[] = {"_tail_", "_rescue_", "_rehearsal_"};
    size_t length = strlen(database);

    if (strncasecmp(name, database, length) != 0 || !has_suffix(name, ".trn"))
        return false;
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (strncasecmp(name + length, kinds[i], strlen(kinds[i])) == 0)
            return true;
    return false;
}

bool log_file_is_wanted(const char *name, const char *database)
{
    int64_t utc_ms;

    return log_file_stamp(name, database, &utc_ms) || is_ours(name, database);
}

/* The last 14 digits in a row. */
static bool stamp_of(const char *name, int64_t *ret_utc_ms)
{
    enum { STAMP_DIGITS = 14 };
    bool found = false;

    for (const char *at = name; *at;) {
        size_t digits = strspn(at, "0123456789");
        char stamp[STAMP_DIGITS + 1] = "";

        if (digits == STAMP_DIGITS) {
            memcpy(stamp, at, STAMP_DIGITS);
            found = utc_parse_stamp(stamp, ret_utc_ms) || found;
        }
        at += digits ? digits : 1;
    }
    return found;
}

bool log_file_finished_utc(const char *name, const char *started, const char *finished, int64_t *ret_utc_ms)
{
    enum { QUARTER_MS = 900000, FARTHEST_MS = 14 * 4 * QUARTER_MS, SLACK_MS = 300000 };
    int64_t named_ms, started_ms, finished_ms, apart_ms, zone_ms;

    if (!started || !finished || !stamp_of(name, &named_ms) || !utc_parse(started, &started_ms) ||
        !utc_parse(finished, &finished_ms))
        return false;
    apart_ms = started_ms - named_ms;
    if (llabs(apart_ms) > FARTHEST_MS + SLACK_MS)
        return false;
    zone_ms = (apart_ms + FARTHEST_MS + QUARTER_MS + QUARTER_MS / 2) / QUARTER_MS * QUARTER_MS - FARTHEST_MS -
              QUARTER_MS;
    if (llabs(apart_ms - zone_ms) > SLACK_MS)
        return false;
    *ret_utc_ms = finished_ms - zone_ms;
    return true;
}

/* ---- where they are ---- */

struct folder_list {
    struct log_folders folders;
    bool shared_alone;
    struct arena *arena;
};

static bool is_shared(const char *path)
{
    return strncmp(path, "\\\\", 2) == 0;
}

static void add_folder(struct folder_list *list, const char *path)
{
    if (!path || !*path || (list->shared_alone && !is_shared(path)))
        return;
    for (size_t i = 0; i < list->folders.count; i++)
        if (strcasecmp(list->folders.paths[i], path) == 0)
            return;
    *(const char **)arena_push(list->arena, &list->folders.paths, &list->folders.count, sizeof(path)) = path;
}

struct log_folders log_folders_of(const struct topology_pool *pool, const struct instance_snapshot *secondary,
                                  bool shared_alone, struct arena *arena)
{
    const struct topology_acting *acting = pool->acting;
    const struct ls_secondary_fact *shipping =
        secondary && secondary->ls_secondary.count ? secondary->ls_secondary.rows : NULL;
    struct folder_list list = {.shared_alone = shared_alone, .arena = arena};

    add_folder(&list, shipping ? shipping->backup_destination_directory : NULL);
    add_folder(&list, acting ? acting->copy_folder : NULL);
    add_folder(&list, shipping ? shipping->backup_source_directory : NULL);
    add_folder(&list, pool->share);
    for (size_t i = 0; acting && i < acting->folder_count; i++)
        add_folder(&list, acting->folders[i]);
    if (acting && acting->log_folder && is_shared(acting->log_folder))
        add_folder(&list, acting->log_folder);
    return list.folders;
}

/* ---- what lies there ---- */

struct candidate {
    const char *path, *name;
    int64_t stamp_ms; /* INT64_MAX: ours */
    bool newest;      /* of its folder */
};

struct candidates {
    struct candidate *rows;
    size_t count;
};

struct reading {
    struct sql_port *port;
    const struct inquiry *inquiry;
    const struct log_folders *folders;
    struct arena *arena;
    struct sql_failure failure;
};

static const char *path_of(struct arena *arena, const char *folder, const char *name)
{
    size_t length = strlen(folder);
    bool closed = length && (folder[length - 1] == '\\' || folder[length - 1] == '/');

    return arena_format(arena, "%s%s%s", folder, closed ? "" : "\\", name);
}

static void add_candidate(struct reading *reading, const char *folder, const char *name,
                          struct candidates *candidates)
{
    struct candidate *candidate;

    if (!log_file_is_wanted(name, reading->inquiry->database))
        return;
    candidate = arena_push(reading->arena, &candidates->rows, &candidates->count, sizeof(*candidate));
    candidate->name = row_safe_text(reading->arena, name);
    candidate->path = path_of(reading->arena, folder, candidate->name);
    if (!log_file_stamp(name, reading->inquiry->database, &candidate->stamp_ms))
        candidate->stamp_ms = INT64_MAX;
}

static void mark_newest(struct candidates *candidates, size_t first)
{
    struct candidate *newest = NULL;

    for (size_t i = first; i < candidates->count; i++)
        if (candidates->rows[i].stamp_ms != INT64_MAX &&
            (!newest || candidates->rows[i].stamp_ms > newest->stamp_ms))
            newest = &candidates->rows[i];
    if (newest)
        newest->newest = true;
}

static int fail(struct reading *reading, const char *text)
{
    reading->failure = (struct sql_failure){SIGHT_PROTOCOL_ERROR, 0, text};
    return -1;
}

/* Columns: subdirectory, depth, file. */
static int list_folder(struct reading *reading, const char *folder, struct candidates *candidates)
{
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
    AUTO(arena) struct arena *scratch = arena_new();
    size_t first = candidates->count;
    struct sql_rows rows;

    strbuf_add(&batch, "EXEC master.sys.xp_dirtree ");
    sql_quote_literal(&batch, folder);
    strbuf_add(&batch, ", 1, 1");
    if (reading->port->ops->query(reading->port, strbuf_text(&batch), ENTRIES_MOST,
                                  reading->inquiry->deadline, scratch, &rows, &reading->failure) != 0) {
        reading->failure.text = arena_text(reading->arena, reading->failure.text);
        return -1;
    }
    if (rows.column_count < 3)
        return fail(reading, "xp_dirtree: the answer has no column that tells files from folders");
    if (rows.row_count == ENTRIES_MOST)
        return fail(reading, arena_format(reading->arena, "%s holds too many files to look at", folder));
    for (size_t i = 0; i < rows.row_count; i++) {
        const char *const *cells = &rows.cells[i * rows.column_count];

        if (cells[0] && cells[2] && strcmp(cells[2], "0") != 0)
            add_candidate(reading, folder, cells[0], candidates);
    }
    mark_newest(candidates, first);
    return 0;
}

/* ---- which of them matter ---- */

/* Before this moment everything is restored here; INT64_MIN: not known. */
static int64_t restored_until(const struct instance_snapshot *seen, const char *database)
{
    int64_t until = INT64_MIN;

    if (seen->ls_secondary.count &&
        log_file_stamp(seen->ls_secondary.rows[0].last_restored_file, database, &until))
        return until;
    if (seen->restore.count && seen->restore.rows[0].finished_utc_ms.known)
        return seen->restore.rows[0].finished_utc_ms.value;
    return INT64_MIN;
}

static int newer_first(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;

    if (left->stamp_ms != right->stamp_ms)
        return left->stamp_ms < right->stamp_ms ? 1 : -1;
    return strcmp(left->path, right->path);
}

static void drop_old(struct candidates *candidates, int64_t until)
{
    size_t kept = 0;

    if (until == INT64_MIN)
        return;
    for (size_t i = 0; i < candidates->count; i++)
        if (candidates->rows[i].newest || candidates->rows[i].stamp_ms >= until - CLOCKS_APART_MS)
            candidates->rows[kept++] = candidates->rows[i];
    candidates->count = kept;
}

/* ---- headers ---- */

/* The facts by the columns of RESTORE HEADERONLY, which are many, and more with each version. */
static const struct {
    const char *key, *column;
} header_columns[] = {
    {"backup_type", "BackupType"},
    {"position", "Position"},
    {"backup_set_guid", "BackupSetGUID"},
    {"database_name", "DatabaseName"},
    {"server_name", "ServerName"},
    {"first_lsn", "FirstLSN"},
    {"last_lsn", "LastLSN"},
    {"first_fork_guid", "FirstRecoveryForkID"},
    {"last_fork_guid", "RecoveryForkID"},
    {"family_guid", "FamilyGUID"},
    {"is_copy_only", "IsCopyOnly"},
    {"is_damaged", "IsDamaged"},
};

/* Of the first set; NULL: there is no such column, or no value. */
static const char *header_cell(const struct sql_rows *rows, const char *column)
{
    for (size_t i = 0; rows->row_count && i < rows->column_count; i++)
        if (strcasecmp(rows->columns[i], column) == 0)
            return rows->cells[i];
    return NULL;
}

static const char *finished_text(const struct candidate *file, const struct sql_rows *rows,
                                 struct arena *scratch)
{
    char text[UTC_TEXT_BYTES];
    int64_t utc_ms;

    if (!log_file_finished_utc(file->name, header_cell(rows, "BackupStartDate"),
                               header_cell(rows, "BackupFinishDate"), &utc_ms))
        return NULL;
    return arena_text(scratch, utc_format(utc_ms, text));
}

static const char *fact_cell(const char *key, const struct candidate *file, const struct sql_rows *header,
                             struct arena *scratch)
{
    if (strcmp(key, "path") == 0)
        return file->path;
    if (strcmp(key, "name") == 0)
        return file->name;
    if (strcmp(key, "finished_utc") == 0)
        return finished_text(file, header, scratch);
    for (size_t i = 0; i < COUNT(header_columns); i++)
        if (strcmp(key, header_columns[i].key) == 0)
            return header_cell(header, header_columns[i].column);
    return NULL;
}

static void add_unreadable(struct reading *reading, const struct candidate *file, int error,
                           const char *detail, struct fact_rows *files)
{
    struct log_file_fact *fact = fact_group_push(act_fact_group(ACT_FACT_log_file), reading->arena, files);

    fact->path = file->path;
    fact->name = file->name;
    fact->error = (struct fact_num){true, error};
    fact->detail = detail ? row_safe_text(reading->arena, detail) : NULL;
}

/* One record, read as every answer is: values that are not of their kind make of the header no header. */
static void add_header(struct reading *reading, const struct candidate *file, const struct sql_rows *header,
                       struct arena *scratch, struct fact_rows *files)
{
    const struct fact_group *group = act_fact_group(ACT_FACT_log_file);
    const char **columns = arena_alloc(scratch, group->field_count * sizeof(*columns));
    const char **cells = arena_alloc(scratch, group->field_count * sizeof(*cells));
    const struct sql_rows row = {columns, group->field_count, cells, 1};
    struct fact_rows one;

    for (size_t f = 0; f < group->field_count; f++) {
        columns[f] = group->fields[f].key;
        cells[f] = fact_cell(columns[f], file, header, scratch);
    }
    row_read_group(&row, group, reading->arena, &one);
    if (!header->row_count || one.sighting.sight != SIGHT_SEEN)
        add_unreadable(reading, file, MALFORMED,
                       header->row_count ? one.sighting.detail : "it has no backup set", files);
    else
        memcpy(fact_group_push(group, reading->arena, files), one.rows, group->record_bytes);
}

static int read_header(struct reading *reading, const struct candidate *file, struct fact_rows *files)
{
    enum { SETS_MOST = 50 };
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
    AUTO(arena) struct arena *scratch = arena_new();
    struct sql_failure failure = {0};
    struct sql_rows rows;

    strbuf_add(&batch, "RESTORE HEADERONLY FROM DISK = ");
    sql_quote_literal(&batch, file->path);
    if (reading->port->ops->query(reading->port, strbuf_text(&batch), SETS_MOST, reading->inquiry->deadline,
                                  scratch, &rows, &failure) == 0) {
        add_header(reading, file, &rows, scratch, files);
        return 0;
    }
    reading->failure =
        (struct sql_failure){failure.sight, failure.message_number, arena_text(reading->arena, failure.text)};
    if (!failure.message_number || failure.sight == SIGHT_DENIED)
        return -1;
    add_unreadable(reading, file, failure.message_number, failure.text, files);
    return 0;
}

static int read_all(struct reading *reading, const struct instance_snapshot *seen, struct fact_rows *files)
{
    struct candidates candidates = {0};
    size_t most = act_fact_group(ACT_FACT_log_file)->most_rows;

    for (size_t i = 0; i < reading->folders->count; i++)
        if (list_folder(reading, reading->folders->paths[i], &candidates) != 0)
            return -1;
    drop_old(&candidates, restored_until(seen, reading->inquiry->database));
    if (candidates.count)
        qsort(candidates.rows, candidates.count, sizeof(*candidates.rows), newer_first);
    for (size_t i = 0; i < candidates.count && i < most; i++)
        if (read_header(reading, &candidates.rows[i], files) != 0)
            return -1;
    return 0;
}

void log_files_read(struct sql_port *port, const struct inquiry *inquiry, const struct log_folders *folders,
                    const struct instance_snapshot *seen, struct arena *arena,
                    struct log_file_facts *ret_files)
{
    struct reading reading = {.port = port, .inquiry = inquiry, .folders = folders, .arena = arena};
    struct fact_rows files = {{SIGHT_SEEN, NULL}, NULL, 0};

    if (read_all(&reading, seen, &files) != 0)
        files = (struct fact_rows){
            {reading.failure.sight, reading.failure.text ? row_safe_text(arena, reading.failure.text) : NULL},
            NULL,
            0};
    memcpy(ret_files, &files, sizeof(*ret_files));
}
