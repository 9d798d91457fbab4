/* Tables that somebody created, as the catalogue and the queries see them. */
#include "lab/tsql/catalog.h"

#include "base/arena.h"
#include "lab/tsql/value.h"

struct type user_column_type(const struct user_column *column)
{
    return (struct type){.base = (enum tsql_type)column->base,
                         .length = column->length,
                         .precision = column->precision,
                         .scale = column->scale,
                         .nullable = column->nullable,
                         .padded = column->padded};
}

static void fill_user_table(struct rows *rows)
{
    const struct user_table *user = rows_table(rows)->user;
    const struct user_rows *present = user_table_rows(user, rows_session(rows)->session_id);

    for (size_t i = 0; i < present->count; i++) {
        row_begin(rows);
        for (size_t c = 0; c < user->columns.count; c++) {
            const struct user_cell *cell = &present->rows[i].cells[c];

            row_value(rows, c,
                      &(struct tsql_value){.is_null = cell->is_null,
                                           .integer = cell->integer,
                                           .real = cell->real,
                                           .text = cell->text,
                                           .bytes = cell->bytes,
                                           .length_bytes = cell->length_bytes});
        }
        row_integer(rows, CATALOG_ROW_COLUMN, (int64_t)i);
        row_end(rows);
    }
}

const struct catalog_table *catalog_user_table(struct tsql_session *session, const char *database,
                                               const char *name)
{
    struct user_table *user = user_table_find(session->instance, database, name);
    struct catalog_column *columns;
    struct catalog_table *table;

    if (!user || !session->run)
        return NULL;
    columns = arena_alloc(session->run->arena, (user->columns.count + 1) * sizeof(*columns));
    table = arena_alloc(session->run->arena, sizeof(*table));
    for (size_t i = 0; i < user->columns.count; i++)
        columns[i] =
            (struct catalog_column){user->columns.rows[i].name, user_column_type(&user->columns.rows[i]), 0};
    columns[user->columns.count] = (struct catalog_column){CATALOG_ROW_COLUMN, {INT}, 0};
    *table = (struct catalog_table){.name = user->name,
                                    .place = PLACE_USER,
                                    .right = RIGHT_SELECT,
                                    .columns = columns,
                                    .column_count = user->columns.count + 1,
                                    .fill = fill_user_table,
                                    .user = user};
    return table;
}
