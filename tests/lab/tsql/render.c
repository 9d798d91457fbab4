#include "lab/tsql/render.h"

#include "base/arena.h"
#include "lab/tsql/catalog.h"
#include "lab/tsql/decimal.h"
#include "lab/tsql/function.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void render_expr(struct rendering *out, const struct expr *expr);

void rendering_done(struct rendering *rendering)
{
    strbuf_done(&rendering->sql);
}

static void put(struct rendering *out, const char *text)
{
    strbuf_add(&out->sql, text);
}

static void put_quoted(struct rendering *out, const char *text)
{
    strbuf_add_char(&out->sql, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            strbuf_add_char(&out->sql, '\'');
        strbuf_add_char(&out->sql, *text);
    }
    strbuf_add_char(&out->sql, '\'');
}

static size_t add_operation(struct rendering *out, struct operation operation)
{
    struct operation *added =
        arena_push(out->run->arena, &out->run->operations, &out->run->operation_count, sizeof(*added));

    *added = operation;
    return out->run->operation_count - 1;
}

/* How values of the type compare. */
static const char *collation(struct type type)
{
    switch (type_family(type)) {
    case FAMILY_TEXT:
    case FAMILY_GUID:
        return " COLLATE TSQL";
    case FAMILY_NUMERIC:
        return " COLLATE TSQLNUM";
    default:
        return "";
    }
}

static void render_collated(struct rendering *out, const struct expr *expr)
{
    render_expr(out, expr);
    put(out, collation(expr->type));
}

static void render_exact_literal(struct rendering *out, const char *text)
{
    struct decimal decimal = {0, 0};
    char canonical[DECIMAL_TEXT_BYTES];

    decimal_parse(text, &decimal);
    put_quoted(out, decimal_format(decimal, canonical));
}

static void render_literal(struct rendering *out, const struct expr *expr)
{
    switch (expr->literal) {
    case TOKEN_STRING:
    case TOKEN_NATIONAL_STRING:
        put_quoted(out, expr->text);
        break;
    case TOKEN_INTEGER:
    case TOKEN_DECIMAL:
        if (expr->type.base == TSQL_NUMERIC)
            render_exact_literal(out, expr->text);
        else
            strbuf_format(&out->sql, "%ld", strtol(expr->text, NULL, 10));
        break;
    case TOKEN_FLOAT:
        strbuf_format(&out->sql, "%.17e", strtod(expr->text, NULL));
        break;
    case TOKEN_HEX:
        strbuf_format(&out->sql, "X'%s%s'", strlen(expr->text) % 2 ? "0" : "", expr->text);
        break;
    default:
        put(out, "NULL");
    }
}

static void render_variable(struct rendering *out, const struct expr *expr)
{
    const char **slot =
        arena_push(out->run->arena, &out->variables, &out->variable_count, sizeof(const char *));

    *slot = expr->text;
    strbuf_format(&out->sql, "?%zu", out->variable_count);
}

static void render_column(struct rendering *out, const struct expr *expr)
{
    strbuf_format(&out->sql, "s%d.c%zu", expr->source->id, expr->column);
}

static void render_list(struct rendering *out, struct expr *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put(out, i ? "," : "");
        render_collated(out, list[i]);
    }
}

static void render_window(struct rendering *out, const struct window *window)
{
    put(out, " OVER (");
    if (window->partition_count) {
        put(out, "PARTITION BY ");
        render_list(out, window->partitions, window->partition_count);
    }
    for (size_t i = 0; i < window->order_count; i++) {
        put(out, i ? "," : " ORDER BY ");
        render_collated(out, window->orders[i].expr);
        put(out, window->orders[i].descending ? " DESC" : "");
    }
    put(out, ")");
}

/* SUM and AVG of exact numbers are ours: SQLite's would be floating or overflow late. */
static bool is_exact_total(const struct expr *call)
{
    const char *native = call->function->native;

    return native && (strcmp(native, "sum") == 0 || strcmp(native, "avg") == 0) &&
           type_family(call->type) != FAMILY_FLOAT;
}

static void render_call(struct rendering *out, const struct expr *call)
{
    char name[64];

    if (is_exact_total(call)) {
        size_t operation =
            add_operation(out, (struct operation){.mark = *call->function->native == 'a' ? "A" : "S",
                                                  .from = call->args[0]->type,
                                                  .to = call->type,
                                                  .line = call->line});
        strbuf_format(&out->sql, "ts_total(%zu,", operation);
    } else {
        strbuf_format(&out->sql, "%s(", function_sqlite_name(call->function, name));
    }
    put(out, call->star ? "*" : call->distinct ? "DISTINCT " : "");
    render_list(out, call->args, call->arg_count);
    put(out, ")");
    if (call->window)
        render_window(out, call->window);
}

static void render_cast(struct rendering *out, const struct expr *expr)
{
    size_t operation =
        add_operation(out, (struct operation){.from = expr->args[0]->type,
                                              .to = expr->type,
                                              .line = expr->line,
                                              .tries = strncasecmp(expr->text, "TRY_", 4) == 0});

    strbuf_format(&out->sql, "ts_cast(%zu,", operation);
    render_list(out, expr->args, expr->arg_count);
    put(out, ")");
}

static void render_unary(struct rendering *out, const struct expr *expr)
{
    if (*expr->text == '-')
        strbuf_format(
            &out->sql, "ts_compute(%zu,'0',",
            add_operation(out, (struct operation){.mark = "-", .to = expr->type, .line = expr->line}));
    else
        put(out, *expr->text == '~' ? "(~" : "(");
    render_expr(out, expr->args[0]);
    put(out, ")");
}

static void render_arithmetic(struct rendering *out, const struct expr *expr)
{
    bool texts = type_family(expr->type) == FAMILY_TEXT;

    if (expr->arg_count == 1) {
        render_unary(out, expr);
        return;
    }
    if (texts)
        put(out, "(");
    else
        strbuf_format(
            &out->sql, "ts_compute(%zu,",
            add_operation(out, (struct operation){.mark = expr->text, .to = expr->type, .line = expr->line}));
    render_expr(out, expr->args[0]);
    put(out, texts ? "||" : ",");
    render_expr(out, expr->args[1]);
    put(out, ")");
}

static void render_case(struct rendering *out, const struct expr *expr)
{
    put(out, "CASE");
    for (size_t i = 0; i + 1 < expr->arg_count; i += 2) {
        put(out, " WHEN ");
        render_expr(out, expr->args[i]);
        put(out, " THEN ");
        render_expr(out, expr->args[i + 1]);
    }
    if (expr->has_else) {
        put(out, " ELSE ");
        render_expr(out, expr->args[expr->arg_count - 1]);
    }
    put(out, " END");
}

/* Can it give more than one row? */
static bool gives_one_row(const struct query *query)
{
    const struct select *select = query->selects[0];
    bool top_one = select->top && select->top->kind == EXPR_LITERAL && strcmp(select->top->text, "1") == 0;

    if (query->select_count > 1)
        return false;
    return top_one || !select->from || (select->aggregates && select->group_count == 0);
}

static void render_subquery(struct rendering *out, const struct expr *expr)
{
    bool one = gives_one_row(expr->query);

    if (!one)
        strbuf_format(&out->sql, "(SELECT ts_single(%d,count(*) OVER (),c0) FROM ", expr->line);
    put(out, "(");
    render_query(out, expr->query);
    put(out, one ? ")" : "))");
}

static void render_compare(struct rendering *out, const struct expr *expr)
{
    static const struct {
        const char *theirs, *ours;
    } marks[] = {{"!=", "<>"}, {"!<", ">="}, {"!>", "<="}};
    const char *mark = expr->text;

    for (size_t i = 0; i < COUNT(marks); i++)
        if (strcmp(marks[i].theirs, expr->text) == 0)
            mark = marks[i].ours;
    render_collated(out, expr->args[0]);
    put(out, mark);
    render_expr(out, expr->args[1]);
}

static void render_connective(struct rendering *out, const struct expr *expr)
{
    render_expr(out, expr->args[0]);
    put(out, expr->kind == EXPR_AND ? " AND " : " OR ");
    render_expr(out, expr->args[1]);
}

static void render_not(struct rendering *out, const struct expr *expr)
{
    put(out, "NOT ");
    render_expr(out, expr->args[0]);
}

static void render_in(struct rendering *out, const struct expr *expr)
{
    render_collated(out, expr->args[0]);
    put(out, " IN (");
    if (expr->query)
        render_query(out, expr->query);
    else
        render_list(out, expr->args + 1, expr->arg_count - 1);
    put(out, ")");
}

static void render_between(struct rendering *out, const struct expr *expr)
{
    render_collated(out, expr->args[0]);
    put(out, " BETWEEN ");
    render_expr(out, expr->args[1]);
    put(out, " AND ");
    render_expr(out, expr->args[2]);
}

static void render_like(struct rendering *out, const struct expr *expr)
{
    put(out, "ts_like(");
    render_list(out, expr->args, expr->arg_count);
    put(out, ")");
}

static void render_is_null(struct rendering *out, const struct expr *expr)
{
    render_expr(out, expr->args[0]);
    put(out, " IS NULL");
}

static void render_exists(struct rendering *out, const struct expr *expr)
{
    put(out, "EXISTS (");
    render_query(out, expr->query);
    put(out, ")");
}

static void render_expr(struct rendering *out, const struct expr *expr)
{
    static void (*const renderers[])(struct rendering * out, const struct expr *expr) = {
        [EXPR_LITERAL] = render_literal, [EXPR_VARIABLE] = render_variable,
        [EXPR_COLUMN] = render_column,   [EXPR_CALL] = render_call,
        [EXPR_CAST] = render_cast,       [EXPR_ARITHMETIC] = render_arithmetic,
        [EXPR_CASE] = render_case,       [EXPR_SUBQUERY] = render_subquery,
        [EXPR_COMPARE] = render_compare, [EXPR_AND] = render_connective,
        [EXPR_OR] = render_connective,   [EXPR_NOT] = render_not,
        [EXPR_IN] = render_in,           [EXPR_BETWEEN] = render_between,
        [EXPR_LIKE] = render_like,       [EXPR_IS_NULL] = render_is_null,
        [EXPR_EXISTS] = render_exists,
    };

    if (expr_is_condition(expr))
        put(out, expr->negated ? "(NOT (" : "((");
    renderers[expr->kind](out, expr);
    if (expr_is_condition(expr))
        put(out, "))");
}

static void need_table(struct rendering *out, const struct source *source)
{
    struct rendered_table *table;

    for (size_t i = 0; i < out->table_count; i++)
        if (out->tables[i].table == source->table &&
            strcasecmp(out->tables[i].database, source->database) == 0)
            return;
    table = arena_push(out->run->arena, &out->tables, &out->table_count, sizeof(*table));
    *table = (struct rendered_table){source->table, source->database};
}

static void render_source(struct rendering *out, const struct source *source);

static void render_join(struct rendering *out, const struct source *source)
{
    static const char *const words[] = {" JOIN ", " LEFT JOIN ", " CROSS JOIN "};
    bool nested = source->right->kind == SOURCE_JOIN;

    render_source(out, source->left);
    put(out, words[source->join]);
    put(out, nested ? "(" : "");
    render_source(out, source->right);
    put(out, nested ? ")" : "");
    if (source->on) {
        put(out, " ON ");
        render_expr(out, source->on);
    }
}

static void render_source(struct rendering *out, const struct source *source)
{
    char engine_name[32];

    if (source->kind == SOURCE_JOIN) {
        render_join(out, source);
        return;
    }
    if (source->kind == SOURCE_DERIVED) {
        put(out, "(");
        render_query(out, source->query);
        put(out, ")");
    } else if (source->cte) {
        strbuf_format(&out->sql, "w%d", source->cte->id);
    } else {
        need_table(out, source);
        put(out, catalog_engine_name(out->run, source->table, source->database, engine_name));
    }
    strbuf_format(&out->sql, " AS s%d", source->id);
}

static void render_items(struct rendering *out, const struct select *select)
{
    for (size_t i = 0; i < select->item_count; i++) {
        put(out, i ? "," : "");
        render_collated(out, select->items[i].expr);
        strbuf_format(&out->sql, " AS c%zu", i);
    }
}

static void render_select(struct rendering *out, const struct select *select)
{
    put(out, select->distinct ? "SELECT DISTINCT " : "SELECT ");
    render_items(out, select);
    if (select->from) {
        put(out, " FROM ");
        render_source(out, select->from);
    }
    if (select->where) {
        put(out, " WHERE ");
        render_expr(out, select->where);
    }
    if (select->group_count) {
        put(out, " GROUP BY ");
        render_list(out, select->groups, select->group_count);
    }
    if (select->having) {
        put(out, " HAVING ");
        render_expr(out, select->having);
    }
}

static void render_limit(struct rendering *out, const struct select *select)
{
    if (!select->top)
        return;
    put(out, " LIMIT max(0,");
    render_expr(out, select->top);
    put(out, ")");
}

static void render_orders(struct rendering *out, const struct query *query)
{
    for (size_t i = 0; i < query->order_count; i++) {
        const struct order *order = &query->orders[i];

        put(out, i ? "," : " ORDER BY ");
        if (order->position)
            strbuf_format(&out->sql, "%zu%s", order->position,
                          collation(query->outputs[order->position - 1].type));
        else
            render_collated(out, order->expr);
        put(out, order->descending ? " DESC" : "");
    }
}

/* A branch with a TOP of its own is wrapped, for a LIMIT belongs to the whole UNION. */
static void render_branch(struct rendering *out, const struct select *select)
{
    if (!select->top) {
        render_select(out, select);
        return;
    }
    put(out, "SELECT * FROM (");
    render_select(out, select);
    render_limit(out, select);
    put(out, ")");
}

static void render_ctes(struct rendering *out, const struct query *query)
{
    for (size_t i = 0; i < query->cte_count; i++) {
        const struct cte *cte = &query->ctes[i];

        strbuf_format(&out->sql, "%s w%d", i ? "," : "WITH", cte->id);
        for (size_t c = 0; c < cte->query->output_count; c++)
            strbuf_format(&out->sql, "%cc%zu", c ? ',' : '(', c);
        put(out, ") AS (");
        render_query(out, cte->query);
        put(out, ")");
    }
    put(out, query->cte_count ? " " : "");
}

void render_query(struct rendering *out, const struct query *query)
{
    bool single = query->select_count == 1;

    render_ctes(out, query);
    for (size_t i = 0; i < query->select_count; i++) {
        if (i)
            put(out, query->selects[i]->union_all ? " UNION ALL " : " UNION ");
        if (single)
            render_select(out, query->selects[i]);
        else
            render_branch(out, query->selects[i]);
    }
    render_orders(out, query);
    if (single)
        render_limit(out, query->selects[0]);
}
