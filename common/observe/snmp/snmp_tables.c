#include "observe/snmp/snmp_tables.h"

#include "base/strbuf.h"
#include "base/utf8.h"

#include <string.h>
#include <strings.h>

/* More than any Windows host has, few enough to be joined row by row. */
enum { MOST_ROWS = 2000 };

/* ---- columns ---- */

enum column { COLUMN_NAME, COLUMN_STATE, COLUMN_PATH, COLUMNS };

struct columns {
    struct snmp_rows rows[COLUMNS];
};

#define SVSVC   1, 3, 6, 1, 4, 1, 77, 1, 2, 3, 1
#define HRSWRUN 1, 3, 6, 1, 2, 1, 25, 4, 2, 1
static const struct object_id service_columns[COLUMNS] = {
    [COLUMN_NAME] = {{SVSVC, 1}, 12}, [COLUMN_STATE] = {{SVSVC, 3}, 12}, /* svSvcOperatingState */
};
static const struct object_id process_columns[COLUMNS] = {
    [COLUMN_NAME] = {{HRSWRUN, 2}, 11},
    [COLUMN_STATE] = {{HRSWRUN, 7}, 11},
    [COLUMN_PATH] = {{HRSWRUN, 4}, 11},
};

static int read_columns(struct snmp_port *port, const struct object_id roots[COLUMNS],
                        struct deadline deadline, struct arena *arena, struct columns *ret_columns,
                        struct snmp_failure *failure)
{
    for (int column = 0; column < COLUMNS; column++)
        if (roots[column].length && port->ops->walk(port, &roots[column], MOST_ROWS, deadline, arena,
                                                    &ret_columns->rows[column], failure) != 0)
            return -1;
    return 0;
}

/* Rows come and go while columns are read: one may be missing. */
static const struct snmp_value *cell(const struct columns *columns, enum column column,
                                     const struct snmp_row *name)
{
    const struct snmp_rows *rows = &columns->rows[column];

    for (size_t i = 0; i < rows->count; i++)
        if (object_id_compare(rows->rows[i].index, rows->rows[i].index_length, name->index,
                              name->index_length) == 0)
            return &rows->rows[i].value;
    return NULL;
}

/* As well-formed text up to the first NUL; NULL where there is none. */
static const char *text_of(const struct snmp_value *value, struct arena *arena)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    if (!value || value->kind != SNMP_KIND_BYTES || !*value->bytes)
        return NULL;
    utf8_add_text(&text, value->bytes);
    return arena_text(arena, strbuf_text(&text));
}

static const char *word_of(const struct snmp_value *value, const char *const *words, size_t count)
{
    if (!value || value->kind != SNMP_KIND_NUMBER || value->number < 0 || value->number >= (int64_t)count)
        return NULL;
    return words[value->number];
}

/* ---- services ---- */

static void read_service(const struct columns *columns, const struct snmp_row *name, struct arena *arena,
                         struct snmp_entry *entry)
{
    static const char *const states[] = {
        [1] = "Running", [2] = "Continue Pending", [3] = "Pause Pending", [4] = "Paused"};

    entry->display_name = text_of(&name->value, arena);
    entry->state = word_of(cell(columns, COLUMN_STATE, name), states, COUNT(states));
}

/* ---- processes ---- */

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/'), *backslash = strrchr(path, '\\');

    if (backslash && (!slash || backslash > slash))
        slash = backslash;
    return slash ? slash + 1 : path;
}

/* Windows tells the folder alone, others the whole path. */
static const char *path_name(const char *path, const char *name, struct arena *arena)
{
    const char *last;

    if (!path || !name)
        return path ? path : name;
    last = file_name(path);
    if (strcasecmp(last, name) == 0)
        return path;
    return arena_format(arena, "%s%s%s", path, *last ? "\\" : "", name);
}

static void read_process(const struct columns *columns, const struct snmp_row *name, struct arena *arena,
                         struct snmp_entry *entry)
{
    /* running, runnable; one that waits (3) or is no more (4) may be either. */
    static const char *const states[] = {[1] = "Running", [2] = "Running"};

    entry->path_name =
        path_name(text_of(cell(columns, COLUMN_PATH, name), arena), text_of(&name->value, arena), arena);
    entry->state = word_of(cell(columns, COLUMN_STATE, name), states, COUNT(states));
    if (name->index_length == 1)
        entry->process_id = (struct fact_num){true, name->index[0]};
}

/* ---- both ---- */

static void read_table(struct snmp_port *port, const struct object_id roots[COLUMNS],
                       void (*read_entry)(const struct columns *columns, const struct snmp_row *name,
                                          struct arena *arena, struct snmp_entry *entry),
                       struct deadline deadline, struct arena *arena, struct snmp_table *ret_table)
{
    struct columns columns = {0};
    const struct snmp_rows *names = &columns.rows[COLUMN_NAME];

    *ret_table = (struct snmp_table){.state = SNMP_TABLE_FAILED};
    if (read_columns(port, roots, deadline, arena, &columns, &ret_table->failure) != 0)
        return;
    for (size_t i = 0; i < names->count; i++)
        read_entry(&columns, &names->rows[i], arena,
                   arena_push(arena, &ret_table->entries, &ret_table->count, sizeof(*ret_table->entries)));
    ret_table->state = names->count ? SNMP_TABLE_WHOLE : SNMP_TABLE_EMPTY;
}

void snmp_read_processes(struct snmp_port *port, struct deadline deadline, struct arena *arena,
                         struct snmp_table *ret_table)
{
    read_table(port, process_columns, read_process, deadline, arena, ret_table);
}

void snmp_read_services(struct snmp_port *port, struct deadline deadline, struct arena *arena,
                        struct snmp_table *ret_table)
{
    read_table(port, service_columns, read_service, deadline, arena, ret_table);
}
