#include "lab/tsql/change.h"

#include "base/arena.h"
#include "lab/tsql/catalog.h"
#include "lab/tsql/statement.h"

static int parse_columns(struct parser *parser, struct change *change)
{
    if (!take_mark(parser, "("))
        return 0;
    do {
        const char *name = need_identifier(parser);

        if (!name)
            return -1;
        *(const char **)arena_push(parser->arena, &change->columns, &change->column_count,
                                   sizeof(const char *)) = name;
    } while (take_mark(parser, ","));
    return need_mark(parser, ")");
}

static int parse_value_row(struct parser *parser, struct change *change)
{
    struct value_row *row = arena_push(parser->arena, &change->rows, &change->row_count, sizeof(*row));

    if (need_mark(parser, "(") != 0)
        return -1;
    do {
        struct expr *value = parse_value(parser);

        if (!value)
            return -1;
        *(struct expr **)arena_push(parser->arena, &row->values, &row->count, sizeof(struct expr *)) = value;
    } while (take_mark(parser, ","));
    return need_mark(parser, ")");
}

/* INSERT [INTO] t [(columns)] VALUES (...), ... | SELECT ... */
int parse_insert(struct parser *parser, struct statement *statement)
{
    struct change *change = DETAIL(parser, statement, struct change);
    bool locks = false;

    change->verb = "INSERT";
    take_word(parser, "INTO");
    if (need_name(parser, &change->table) != 0 || parse_hints(parser, &locks) != 0 ||
        parse_columns(parser, change) != 0)
        return -1;
    if (at_query(parser)) {
        change->source = parse_query(parser);
        return change->source ? 0 : -1;
    }
    if (need_word(parser, "VALUES") != 0)
        return -1;
    do {
        if (parse_value_row(parser, change) != 0)
            return -1;
    } while (take_mark(parser, ","));
    return 0;
}

static struct expr *row_column(struct parser *parser)
{
    struct expr *expr = expr_new(parser, EXPR_COLUMN, parser->at->line);

    expr->name = (struct name){.part = {CATALOG_ROW_COLUMN}, .count = 1, .line = expr->line};
    return expr;
}

static void add_item(struct parser *parser, struct select *select, struct expr *expr)
{
    struct item *item = arena_push(parser->arena, &select->items, &select->item_count, sizeof(*item));

    item->expr = expr;
}

/* SELECT row, values FROM the table [WHERE ...]: the rows that are to be changed. */
static int parse_rows(struct parser *parser, struct change *change)
{
    struct query *query = arena_alloc(parser->arena, sizeof(*query));
    struct select *select = arena_alloc(parser->arena, sizeof(*select));
    struct source *source = arena_alloc(parser->arena, sizeof(*source));

    source->kind = SOURCE_NAMED;
    source->name = change->table;
    source->line = select->line = query->line = change->table.line;
    select->from = source;
    add_item(parser, select, row_column(parser));
    for (size_t i = 0; i < change->assignment_count; i++)
        add_item(parser, select, change->assignments[i].value);
    if (take_word(parser, "WHERE") && !(select->where = parse_condition(parser)))
        return -1;
    *(struct select **)arena_push(parser->arena, &query->selects, &query->select_count,
                                  sizeof(struct select *)) = select;
    change->source = query;
    return 0;
}

/* UPDATE t SET c = value, ... [WHERE ...] */
int parse_update(struct parser *parser, struct statement *statement)
{
    struct change *change = DETAIL(parser, statement, struct change);
    bool locks = false;

    change->verb = "UPDATE"; /* which locks the table anyway */
    if (need_name(parser, &change->table) != 0 || parse_hints(parser, &locks) != 0 ||
        need_word(parser, "SET") != 0)
        return -1;
    do {
        struct assignment *assignment =
            arena_push(parser->arena, &change->assignments, &change->assignment_count, sizeof(*assignment));

        assignment->column = need_identifier(parser);
        if (!assignment->column || need_mark(parser, "=") != 0)
            return -1;
        assignment->value = parse_value(parser);
        if (!assignment->value)
            return -1;
    } while (take_mark(parser, ","));
    return parse_rows(parser, change);
}

/* DELETE [FROM] t [WHERE ...] */
int parse_delete(struct parser *parser, struct statement *statement)
{
    struct change *change = DETAIL(parser, statement, struct change);
    bool locks = false;

    change->verb = "DELETE";
    take_word(parser, "FROM");
    if (need_name(parser, &change->table) != 0 || parse_hints(parser, &locks) != 0)
        return -1;
    return parse_rows(parser, change);
}
