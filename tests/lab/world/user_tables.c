#include "lab/world/user_tables.h"

#include "base/mem.h"
#include "lab/world/instance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void user_cell_done(struct user_cell *cell)
{
    free(cell->text);
    free(cell->bytes);
    *cell = (struct user_cell){.is_null = true};
}

static void row_done(const struct user_table *table, struct user_row *row)
{
    for (size_t i = 0; i < table->columns.count; i++)
        user_cell_done(&row->cells[i]);
    free(row->cells);
}

void user_rows_done(const struct user_table *table, struct user_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        row_done(table, &rows->rows[i]);
    free(rows->rows);
    *rows = (struct user_rows){0};
}

static struct user_cell copy_cell(const struct user_cell *cell)
{
    struct user_cell copy = *cell;

    if (cell->text)
        copy.text = mem_copy_text(cell->text);
    if (cell->bytes) {
        copy.bytes = mem_alloc(cell->length_bytes + 1);
        memcpy(copy.bytes, cell->bytes, cell->length_bytes);
    }
    return copy;
}

void user_rows_add(struct user_rows *rows, struct user_cell *cells)
{
    LIST_ADD(rows)->cells = cells;
}

void user_rows_remove(const struct user_table *table, struct user_rows *rows, size_t index)
{
    row_done(table, &rows->rows[index]);
    LIST_REMOVE(rows, index);
}

struct user_rows user_rows_copy(const struct user_table *table, const struct user_rows *rows)
{
    struct user_rows copy = {0};

    for (size_t i = 0; i < rows->count; i++) {
        struct user_cell *cells = mem_alloc((table->columns.count + 1) * sizeof *cells);
        for (size_t c = 0; c < table->columns.count; c++)
            cells[c] = copy_cell(&rows->rows[i].cells[c]);
        user_rows_add(&copy, cells);
    }
    return copy;
}

struct user_table *user_table_find(struct instance *instance, const char *database, const char *name)
{
    for (size_t i = 0; i < instance->user_tables.count; i++) {
        struct user_table *table = instance->user_tables.rows[i].table;
        if (strcasecmp(table->database, database) == 0 && strcasecmp(table->name, name) == 0)
            return table;
    }
    return NULL;
}

struct user_table *user_table_add(struct instance *instance, const char *database, const char *name)
{
    enum { FIRST_OBJECT_ID = 245575913 };
    struct user_table *table = mem_alloc(sizeof *table);

    table->object_id = FIRST_OBJECT_ID + instance->next_user_table++;
    snprintf(table->database, sizeof table->database, "%s", database);
    snprintf(table->name, sizeof table->name, "%s", name);
    LIST_ADD(&instance->user_tables)->table = table;
    return table;
}

static void table_free(struct user_table *table)
{
    user_rows_done(table, &table->rows);
    user_rows_done(table, &table->pending);
    free(table->columns.rows);
    free(table);
}

void user_table_drop(struct instance *instance, struct user_table *table)
{
    for (size_t i = 0; i < instance->user_tables.count; i++)
        if (instance->user_tables.rows[i].table == table) {
            LIST_REMOVE(&instance->user_tables, i);
            table_free(table);
            return;
        }
}

void user_tables_drop_in(struct instance *instance, const char *database)
{
    for (size_t i = instance->user_tables.count; i-- > 0;)
        if (strcasecmp(instance->user_tables.rows[i].table->database, database) == 0)
            user_table_drop(instance, instance->user_tables.rows[i].table);
}

const struct user_rows *user_table_rows(const struct user_table *table, int session_id)
{
    return table->pending_session == session_id && session_id != 0 ? &table->pending : &table->rows;
}

void user_table_put(struct user_table *table, int session_id, bool in_transaction, struct user_rows *rows)
{
    struct user_rows *place = in_transaction ? &table->pending : &table->rows;

    user_rows_done(table, place);
    *place = *rows;
    *rows = (struct user_rows){0};
    if (in_transaction)
        table->pending_session = session_id;
}

void user_table_hold(struct user_table *table, int session_id)
{
    if (table->pending_session == session_id)
        return;
    table->pending = user_rows_copy(table, &table->rows);
    table->pending_session = session_id;
}

void user_tables_commit(struct instance *instance, int session_id)
{
    for (size_t i = 0; i < instance->user_tables.count; i++) {
        struct user_table *table = instance->user_tables.rows[i].table;
        if (table->pending_session != session_id)
            continue;
        table->pending_session = 0;
        user_table_put(table, session_id, false, &table->pending);
    }
}

void user_tables_roll_back(struct instance *instance, int session_id)
{
    for (size_t i = 0; i < instance->user_tables.count; i++) {
        struct user_table *table = instance->user_tables.rows[i].table;
        if (table->pending_session != session_id)
            continue;
        table->pending_session = 0;
        user_rows_done(table, &table->pending);
    }
}

void user_tables_done(struct instance *instance)
{
    for (size_t i = 0; i < instance->user_tables.count; i++)
        table_free(instance->user_tables.rows[i].table);
    free(instance->user_tables.rows);
}
