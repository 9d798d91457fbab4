#include "lab/tsql/query.h"

#include "base/arena.h"
#include "lab/tsql/bind.h"
#include "lab/tsql/catalog.h"
#include "lab/tsql/engine.h"
#include "lab/tsql/function.h"
#include "lab/tsql/render.h"
#include "lab/tsql/text.h"
#include "lab/tsql/value.h"

#include <string.h>

enum {
    PROGRESS_STEPS = 1000000,
    PROGRESS_MAX = 300
}; /* a few seconds: a join without end shall not stop the lab */

struct execution {
    struct run *run, *outer; /* outer: whose query this one is inside of */
    const struct query *query;
    sqlite3_stmt *statement;
    struct tsql_value *values;
    int progress; /* in units of PROGRESS_STEPS of SQLite's machine */
};

static int on_progress(void *user)
{
    struct execution *execution = user;

    return ++execution->progress > PROGRESS_MAX;
}

static void execution_done(struct execution *execution)
{
    struct engine *engine = execution->run->session->engine;

    sqlite3_progress_handler(engine_sqlite(engine), 0, NULL, NULL);
    engine_give_back(engine, execution->statement);
    engine_enter(engine, execution->outer);
}
AUTO_DEFINE_DONE(execution, struct execution)

static int out_of_resources(struct run *run, int line)
{
    return PROBLEM(&run->problems, line, 8623, sqlite3_errmsg(engine_sqlite(run->session->engine)));
}

static void bind_variable(sqlite3_stmt *statement, int index, const struct variable *variable)
{
    const struct tsql_value *value = &variable->value;

    if (value->is_null) {
        sqlite3_bind_null(statement, index);
        return;
    }
    switch (type_family(variable->type)) {
    case FAMILY_INTEGER:
    case FAMILY_DATETIME:
        sqlite3_bind_int64(statement, index, value->integer);
        break;
    case FAMILY_FLOAT:
        sqlite3_bind_double(statement, index, value->real);
        break;
    case FAMILY_BINARY:
        sqlite3_bind_blob(statement, index, value->length_bytes ? (const void *)value->bytes : "",
                          (int)value->length_bytes, SQLITE_TRANSIENT);
        break;
    default:
        sqlite3_bind_text(statement, index, value->text, -1, SQLITE_TRANSIENT);
    }
}

static int prepare(struct execution *execution, struct rendering *rendering)
{
    struct run *run = execution->run;

    for (size_t i = 0; i < rendering->table_count; i++)
        if (catalog_fill(run, rendering->tables[i].table, rendering->tables[i].database) != 0)
            return out_of_resources(run, execution->query->line);
    execution->statement = engine_take(run->session->engine, strbuf_text(&rendering->sql));
    if (!execution->statement)
        return out_of_resources(run, execution->query->line);
    for (size_t i = 0; i < rendering->variable_count; i++)
        bind_variable(execution->statement, (int)i + 1, run_variable(run, rendering->variables[i]));
    return 0;
}

/* nvarchar(max) and its kind end where TEXTSIZE says. */
static const char *cut_text(const struct execution *execution, struct type type, const char *text)
{
    int64_t limit = execution->run->session->settings.text_size_bytes;
    size_t bytes;

    if (type.length || limit < 0)
        return text;
    bytes = type.base == TSQL_VARCHAR ? (size_t)limit : text_prefix_utf16(text, (size_t)limit);
    return strlen(text) <= bytes ? text : arena_text_n(execution->run->arena, text, bytes);
}

static struct tsql_value read_value(const struct execution *execution, int index)
{
    struct type type = execution->query->outputs[index].type;
    struct tsql_value value = {.is_null = sqlite3_column_type(execution->statement, index) == SQLITE_NULL};
    const char *text;

    if (value.is_null)
        return value;
    switch (type_family(type)) {
    case FAMILY_INTEGER:
    case FAMILY_DATETIME:
        value.integer = sqlite3_column_int64(execution->statement, index);
        break;
    case FAMILY_FLOAT:
        value.real = sqlite3_column_double(execution->statement, index);
        break;
    case FAMILY_BINARY:
        value.bytes = sqlite3_column_blob(execution->statement, index);
        value.length_bytes = (size_t)sqlite3_column_bytes(execution->statement, index);
        break;
    default:
        text = (const char *)sqlite3_column_text(execution->statement, index);
        value.text = type_family(type) == FAMILY_TEXT ? cut_text(execution, type, text ? text : "") : text;
    }
    return value;
}

static bool rows_left(const struct execution *execution, uint64_t rows)
{
    int64_t limit = execution->run->session->settings.row_count;

    return limit == 0 || rows < (uint64_t)limit;
}

static int step_all(struct execution *execution, const struct query_reader *reader, uint64_t *ret_rows)
{
    size_t count = execution->query->output_count;
    int code = SQLITE_DONE;

    sqlite3_progress_handler(engine_sqlite(execution->run->session->engine), PROGRESS_STEPS, on_progress,
                             execution);
    execution->values = arena_alloc(execution->run->arena, (count + 1) * sizeof(*execution->values));
    while (rows_left(execution, *ret_rows) && (code = sqlite3_step(execution->statement)) == SQLITE_ROW) {
        for (size_t i = 0; i < count; i++)
            execution->values[i] = read_value(execution, (int)i);
        ++*ret_rows;
        if (!reader->row(reader->user, execution->values, count))
            return 0;
    }
    if (code == SQLITE_DONE || code == SQLITE_ROW)
        return 0;
    return execution->run->problems.count ? -1 : out_of_resources(execution->run, execution->query->line);
}

int query_run(struct run *run, struct query *query, const struct query_reader *reader, uint64_t *ret_rows)
{
    AUTO(execution)
    struct execution execution = {
        .run = run, .outer = engine_enter(run->session->engine, run), .query = query};
    AUTO(rendering) struct rendering rendering = {.run = run};

    *ret_rows = 0;
    if (bind_query(run, query) != 0)
        return -1;
    render_query(&rendering, query);
    if (prepare(&execution, &rendering) != 0)
        return -1;
    if (reader->columns)
        reader->columns(reader->user, query);
    if (run->session->settings.fmtonly)
        return 0;
    return step_all(&execution, reader, ret_rows);
}

static void send_columns(void *user, const struct query *query)
{
    struct run *run = user;
    struct tsql_column *columns = arena_alloc(run->arena, (query->output_count + 1) * sizeof(*columns));

    for (size_t i = 0; i < query->output_count; i++) {
        struct type type = query->outputs[i].type;

        columns[i] = (struct tsql_column){.name = query->outputs[i].name,
                                          .type = type.base,
                                          .nullable = type.nullable,
                                          .length = type.length,
                                          .precision = type.precision,
                                          .scale = type.scale};
    }
    run->sink->columns(run->sink->user, columns, query->output_count);
}

static bool send_row(void *user, const struct tsql_value *values, size_t count)
{
    const struct run *run = user;

    run->sink->row(run->sink->user, values, count);
    return true;
}

int query_send(struct run *run, struct query *query, uint64_t *ret_rows)
{
    return query_run(run, query, &(struct query_reader){run, send_columns, send_row}, ret_rows);
}

struct tsql_value value_keep(struct run *run, const struct tsql_value *value)
{
    struct tsql_value copy = *value;

    copy.text = arena_text(run->arena, value->text);
    if (value->length_bytes)
        copy.bytes =
            (const unsigned char *)arena_text_n(run->arena, (const char *)value->bytes, value->length_bytes);
    return copy;
}

struct single {
    struct run *run;
    struct tsql_value value;
};

static bool keep_row(void *user, const struct tsql_value *values, size_t count)
{
    struct single *single = user;

    (void)count;
    single->value = value_keep(single->run, &values[0]);
    return false;
}

static int run_single(struct run *run, struct query *query, struct tsql_value *ret)
{
    struct single single = {run, value_null()};
    int64_t row_count = run->session->settings.row_count, text_size = run->session->settings.text_size_bytes;
    bool fmtonly = run->session->settings.fmtonly;
    uint64_t rows;
    int result;

    /* These settings are about answers, not about assignments. */
    run->session->settings.row_count = 0;
    run->session->settings.text_size_bytes = -1;
    run->session->settings.fmtonly = false;
    result = query_run(run, query, &(struct query_reader){&single, NULL, keep_row}, &rows);
    run->session->settings.row_count = row_count;
    run->session->settings.text_size_bytes = text_size;
    run->session->settings.fmtonly = fmtonly;
    *ret = single.value;
    return result;
}

int query_value(struct run *run, struct expr *expr, const struct type *type, struct tsql_value *ret,
                struct type *ret_type)
{
    struct query *query = query_of_value(run->arena, expr);
    struct operation operation = {.line = expr->line};
    struct tsql_value value;

    if (run_single(run, query, &value) != 0)
        return -1;
    operation.from = query->outputs[0].type;
    operation.to = type ? *type : operation.from;
    if (ret_type)
        *ret_type = operation.to;
    if (!type_converts(operation.from, operation.to, true))
        return PROBLEM(&run->problems, expr->line, 206, type_name(operation.from), type_name(operation.to));
    return value_convert(run, &operation, &value, 0, ret);
}

int query_condition(struct run *run, struct expr *condition, bool *ret)
{
    struct tsql_value value;

    if (run_single(run, query_of_condition(run->arena, condition), &value) != 0)
        return -1;
    *ret = !value.is_null;
    return 0;
}
