/* INSERT, UPDATE, DELETE of tables that somebody created. */
#include "lab/tsql/statement.h"

#include "base/arena.h"
#include "base/mem.h"
#include "lab/tsql/catalog.h"
#include "lab/tsql/change.h"
#include "lab/tsql/query.h"
#include "lab/tsql/table_lock.h"
#include "lab/tsql/text.h"
#include "lab/tsql/value.h"

#include <string.h>
#include <strings.h>

/* --- the change while it is made --- */

struct changing {
    struct run *run;
    const struct change *change;
    struct user_table *table;
    size_t *targets; /* column of the table for each value */
    size_t target_count;
    struct user_rows rows; /* what the table will hold */
    const struct query *query;
    bool *gone; /* DELETE: by index of row */
};

static void changing_done(struct changing *changing)
{
    if (changing->table)
        user_rows_done(changing->table, &changing->rows);
}
AUTO_DEFINE_DONE(changing, struct changing)

/* Numbers of an identity are the server's to give. */
static int check_target(struct changing *changing, const struct user_column *column)
{
    struct problems *problems = &changing->run->problems;

    if (!column->is_identity)
        return 0;
    if (changing->change->assignment_count)
        return PROBLEM(problems, changing->run->line, 8102, column->name);
    return PROBLEM(problems, changing->run->line, 544, changing->table->name);
}

static int add_target(struct changing *changing, const char *name)
{
    for (size_t i = 0; i < changing->table->columns.count; i++) {
        if (strcasecmp(changing->table->columns.rows[i].name, name) != 0)
            continue;
        *(size_t *)arena_push(changing->run->arena, &changing->targets, &changing->target_count,
                              sizeof(size_t)) = i;
        return check_target(changing, &changing->table->columns.rows[i]);
    }
    return PROBLEM(&changing->run->problems, changing->run->line, 207, name);
}

static int find_targets(struct changing *changing)
{
    const struct change *change = changing->change;
    size_t count = change->assignment_count ? change->assignment_count : change->column_count;

    for (size_t i = 0; i < count; i++)
        if (add_target(changing,
                       change->assignment_count ? change->assignments[i].column : change->columns[i]) != 0)
            return -1;
    for (size_t i = 0; i < changing->table->columns.count && count == 0; i++)
        if (!changing->table->columns.rows[i].is_identity &&
            add_target(changing, changing->table->columns.rows[i].name) != 0)
            return -1;
    return 0;
}

static bool is_kept_as_text(struct type type)
{
    enum type_family family = type_family(type);

    return family == FAMILY_TEXT || family == FAMILY_NUMERIC || family == FAMILY_GUID;
}

/* Longer than the column: 8152 instead of a silent cut. */
static bool fits(struct type type, const struct tsql_value *value)
{
    if (value->is_null || type.length == 0)
        return true;
    if (type_family(type) == FAMILY_BINARY)
        return value->length_bytes <= type.length;
    return type_family(type) != FAMILY_TEXT || text_utf16_bytes(value->text) / 2 <= type.length;
}

static int put_cell(struct changing *changing, struct user_cell *cell, const struct user_column *column,
                    struct type from, const struct tsql_value *in)
{
    struct run *run = changing->run;
    struct operation operation = {.from = from, .to = user_column_type(column), .line = run->line};
    struct tsql_value value;

    if (!type_converts(from, operation.to, true))
        return PROBLEM(&run->problems, run->line, 206, type_name(from), type_name(operation.to));
    if ((from.base == operation.to.base || type_family(from) == type_family(operation.to)) &&
        !fits(operation.to, in))
        return PROBLEM0(&run->problems, run->line, 8152);
    if (value_convert(run, &operation, in, 0, &value) != 0)
        return -1;
    user_cell_done(cell);
    *cell = (struct user_cell){
        .is_null = value.is_null,
        .integer = value.integer,
        .real = value.real,
        .text = is_kept_as_text(operation.to) && !value.is_null ? mem_copy_text(value.text) : NULL,
        .length_bytes = value.is_null ? 0 : value.length_bytes};
    if (cell->length_bytes) {
        cell->bytes = mem_alloc(cell->length_bytes);
        memcpy(cell->bytes, value.bytes, cell->length_bytes);
    }
    return 0;
}

static bool is_target(const struct changing *changing, size_t column)
{
    for (size_t i = 0; i < changing->target_count; i++)
        if (changing->targets[i] == column)
            return true;
    return false;
}

static int put_identity(struct changing *changing, struct user_cell *cell, const struct user_column *column)
{
    int64_t number = changing->table->next_identity;
    struct tsql_value value = value_integer(number);

    changing->table->next_identity += changing->table->identity_step;
    changing->run->session->last_identity = number;
    changing->run->session->has_identity = true;
    return put_cell(changing, cell, column, type_of(TSQL_BIGINT), &value);
}

static int put_default(struct changing *changing, struct user_cell *cell, const struct user_column *column)
{
    struct run *run = changing->run;
    struct parser parser = {.arena = run->arena, .problems = &run->problems};
    struct tsql_value value;
    struct tokens tokens;
    struct expr *expr;
    struct type type;

    if (tokens_read(column->default_text, true, &tokens, &run->problems) != 0)
        return -1;
    parser.first = parser.at = tokens.items;
    expr = parse_value(&parser);
    if (!expr || query_value(run, expr, NULL, &value, &type) != 0)
        return -1;
    return put_cell(changing, cell, column, type, &value);
}

/* With what the columns that nobody names get: an identity, a default, NULL.  NULL after a problem. */
static struct user_cell *new_row(struct changing *changing)
{
    size_t count = changing->table->columns.count;
    struct user_cell *cells = mem_alloc((count + 1) * sizeof(*cells));

    for (size_t i = 0; i < count; i++)
        cells[i] = (struct user_cell){.is_null = true};
    user_rows_add(&changing->rows, cells);
    for (size_t i = 0; i < count; i++) {
        const struct user_column *column = &changing->table->columns.rows[i];

        if (column->is_identity && put_identity(changing, &cells[i], column) != 0)
            return NULL;
        if (*column->default_text && !is_target(changing, i) && put_default(changing, &cells[i], column) != 0)
            return NULL;
    }
    return cells;
}

/* --- INSERT --- */

static int insert_values(struct changing *changing, const struct value_row *row)
{
    struct user_cell *cells;

    if (row->count != changing->target_count)
        return PROBLEM0(&changing->run->problems, changing->run->line, 213);
    cells = new_row(changing);
    for (size_t i = 0; i < row->count && cells; i++) {
        struct tsql_value value;
        struct type type;

        if (query_value(changing->run, row->values[i], NULL, &value, &type) != 0 ||
            put_cell(changing, &cells[changing->targets[i]],
                     &changing->table->columns.rows[changing->targets[i]], type, &value) != 0)
            return -1;
    }
    return cells ? 0 : -1;
}

static bool insert_row(void *user, const struct tsql_value *values, size_t count)
{
    struct changing *changing = user;
    struct user_cell *cells;

    if (count != changing->target_count)
        return PROBLEM0(&changing->run->problems, changing->run->line, 213) == 0;
    cells = new_row(changing);
    for (size_t i = 0; i < count && cells; i++)
        if (put_cell(changing, &cells[changing->targets[i]],
                     &changing->table->columns.rows[changing->targets[i]], changing->query->outputs[i].type,
                     &values[i]) != 0)
            return false;
    return cells != NULL;
}

static int insert_all(struct changing *changing)
{
    const struct change *change = changing->change;
    uint64_t rows = change->row_count;

    for (size_t i = 0; i < change->row_count; i++)
        if (insert_values(changing, &change->rows[i]) != 0)
            return -1;
    if (change->source && query_run(changing->run, change->source,
                                    &(struct query_reader){changing, NULL, insert_row}, &rows) != 0)
        return -1;
    changing->run->row_count = rows;
    return changing->run->problems.count ? -1 : 0;
}

/* --- UPDATE, DELETE --- */

static bool change_row(void *user, const struct tsql_value *values, size_t count)
{
    struct changing *changing = user;
    size_t index = (size_t)values[0].integer;

    if (changing->gone)
        changing->gone[index] = true;
    for (size_t i = 1; i < count; i++)
        if (put_cell(changing, &changing->rows.rows[index].cells[changing->targets[i - 1]],
                     &changing->table->columns.rows[changing->targets[i - 1]],
                     changing->query->outputs[i].type, &values[i]) != 0)
            return false;
    return true;
}

static int change_all(struct changing *changing)
{
    const struct change *change = changing->change;

    if (change->assignment_count == 0)
        changing->gone =
            arena_alloc(changing->run->arena, (changing->rows.count + 1) * sizeof(*changing->gone));
    if (query_run(changing->run, change->source, &(struct query_reader){changing, NULL, change_row},
                  &changing->run->row_count) != 0 ||
        changing->run->problems.count)
        return -1;
    for (size_t i = changing->rows.count; changing->gone && i-- > 0;)
        if (changing->gone[i])
            user_rows_remove(changing->table, &changing->rows, i);
    return 0;
}

/* --- what must be true of the result --- */

static bool same_cell(const struct user_column *column, const struct user_cell *a, const struct user_cell *b)
{
    if (type_family(user_column_type(column)) == FAMILY_BINARY)
        return a->length_bytes == b->length_bytes && memcmp(a->bytes, b->bytes, a->length_bytes) == 0;
    if (a->text || b->text)
        return a->text && b->text && strcasecmp(a->text, b->text) == 0;
    return a->integer == b->integer && a->real >= b->real && a->real <= b->real;
}

static bool same_key(const struct user_table *table, const struct user_row *a, const struct user_row *b)
{
    bool has_key = false;

    for (size_t i = 0; i < table->columns.count; i++) {
        if (!table->columns.rows[i].in_key)
            continue;
        has_key = true;
        if (!same_cell(&table->columns.rows[i], &a->cells[i], &b->cells[i]))
            return false;
    }
    return has_key;
}

/* "7, abc" */
static const char *key_text(struct run *run, const struct user_table *table, const struct user_row *row)
{
    const char *text = "";

    for (size_t i = 0; i < table->columns.count; i++) {
        const struct user_cell *cell = &row->cells[i];
        const char *gap = *text ? ", " : "";

        if (!table->columns.rows[i].in_key)
            continue;
        text = cell->text ? arena_format(run->arena, "%s%s%s", text, gap, cell->text)
                          : arena_format(run->arena, "%s%s%lld", text, gap, (long long)cell->integer);
    }
    return text;
}

static int check_nulls(struct changing *changing)
{
    const struct user_table *table = changing->table;

    for (size_t r = 0; r < changing->rows.count; r++)
        for (size_t i = 0; i < table->columns.count; i++)
            if (changing->rows.rows[r].cells[i].is_null && !table->columns.rows[i].nullable)
                return PROBLEM(&changing->run->problems, changing->run->line, 515,
                               table->columns.rows[i].name,
                               arena_format(changing->run->arena, "%s.dbo.%s", table->database, table->name),
                               changing->change->verb);
    return 0;
}

static int check_keys(struct changing *changing)
{
    const struct user_table *table = changing->table;

    for (size_t r = 0; r < changing->rows.count; r++)
        for (size_t other = 0; other < r; other++)
            if (same_key(table, &changing->rows.rows[r], &changing->rows.rows[other]))
                return PROBLEM(&changing->run->problems, changing->run->line, 2627, table->key_name,
                               table->name, key_text(changing->run, table, &changing->rows.rows[r]));
    return 0;
}

/* --- running --- */

/* The table, or NULL after 208, 916, 229, 3906 ... */
static struct user_table *open_table(struct run *run, const struct change *change)
{
    const char *database, *object;
    const struct catalog_table *table = catalog_lookup(run->session, &change->table, &database);

    if (!table || !table->user) {
        PROBLEM(&run->problems, run->line, table ? 259 : 208, name_text(run->arena, &change->table));
        return NULL;
    }
    if (session_may_enter(run->session, database, run->line, &run->problems) != 0)
        return NULL;
    object = arena_format(run->arena, "dbo.%s", table->name);
    if (!security_may_object(run->session->instance, session_login(run->session), change->verb, database,
                             object)) {
        PROBLEM(&run->problems, run->line, 229, change->verb, table->name, database, "dbo");
        return NULL;
    }
    if (!database_is_writable(database_find(run->session->instance, database))) {
        PROBLEM(&run->problems, run->line, 3906, database);
        return NULL;
    }
    return table->user;
}

static int make_change(struct changing *changing)
{
    struct run *run = changing->run;
    bool insert = changing->change->assignment_count == 0 && strcmp(changing->change->verb, "INSERT") == 0;

    if (find_targets(changing) != 0 || (insert ? insert_all : change_all)(changing) != 0)
        return -1;
    if (check_nulls(changing) != 0 || check_keys(changing) != 0) {
        PROBLEM0(&run->problems, run->line, 3621);
        return -1;
    }
    user_table_put(changing->table, run->session->session_id, run->session->transaction_count > 0,
                   &changing->rows);
    run->has_count = true;
    return 0;
}

static int run_change(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct change *change = statement->detail;
    struct user_table *table = open_table(run, change);
    AUTO(changing) struct changing changing = {.run = run, .change = change, .query = change->source};

    (void)ret_flow;
    if (!table || table_must_wait(run, table))
        return run->progress.waits ? 0 : -1;
    changing.table = table;
    changing.rows = user_rows_copy(table, user_table_rows(table, run->session->session_id));
    return make_change(&changing);
}

static const struct statement_kind kinds[] = {
    {.first = "INSERT", .parse = parse_insert, .run = run_change, .survives = true, .mutates = true},
    {.first = "UPDATE", .parse = parse_update, .run = run_change, .survives = true, .mutates = true},
    {.first = "DELETE", .parse = parse_delete, .run = run_change, .survives = true, .mutates = true},
};
const struct statement_family statements_change = {kinds, COUNT(kinds)};
