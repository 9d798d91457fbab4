/* SELECT: "SELECT (Transact-SQL)", "FROM", "WITH common_table_expression". */
#include "lab/tsql/parser.h"

#include "base/arena.h"

#include <strings.h>

static struct source *parse_sources(struct parser *parser);

bool at_query(const struct parser *parser)
{
    return at_word(parser, "SELECT");
}

static int parse_top(struct parser *parser, struct select *select)
{
    if (!take_word(parser, "TOP"))
        return 0;
    if (take_mark(parser, "(")) {
        select->top = parse_value(parser);
        return select->top ? need_mark(parser, ")") : -1;
    }
    if (parser->at->kind != TOKEN_INTEGER)
        return parse_error(parser);
    select->top = parse_value(parser);
    return select->top ? 0 : -1;
}

/* `*` or `alias.*`, when it stands here. */
static bool take_star(struct parser *parser, struct item *item)
{
    const struct token *start = parser->at;

    item->qualifier.line = start->line;
    while (at_identifier(parser) && token_is_mark(parser->at + 1, ".") &&
           item->qualifier.count < NAME_PARTS_MAX) {
        item->qualifier.part[item->qualifier.count++] = parser->at->text;
        parser->at += 2;
    }
    item->star = take_mark(parser, "*");
    if (!item->star) {
        parser->at = start;
        item->qualifier.count = 0;
    }
    return item->star;
}

/* AS x, or x alone; 'x' as a name is allowed too. */
static int parse_alias(struct parser *parser, const char **ret_alias)
{
    bool as = take_word(parser, "AS");
    bool quoted = parser->at->kind == TOKEN_STRING || parser->at->kind == TOKEN_NATIONAL_STRING;

    if (!at_identifier(parser) && !quoted)
        return as ? parse_error(parser) : 0;
    *ret_alias = parser->at++->text;
    return 0;
}

static int parse_item(struct parser *parser, struct select *select)
{
    struct item *item = arena_push(parser->arena, &select->items, &select->item_count, sizeof(*item));

    if (take_star(parser, item))
        return 0;
    if (parser->at->kind == TOKEN_VARIABLE && token_is_mark(parser->at + 1, "=")) {
        item->variable = parser->at->text;
        parser->at += 2;
    }
    item->expr = parse_value(parser);
    return item->expr ? parse_alias(parser, &item->alias) : -1;
}

/* Most have no effect, since one batch runs at a time. */
static const struct hint {
    const char *word;
    bool locks;
} hints[] = {{"NOLOCK", false},   {"READPAST", false}, {"READUNCOMMITTED", false}, {"READCOMMITTED", false},
             {"HOLDLOCK", false}, {"UPDLOCK", true},   {"ROWLOCK", false},         {"TABLOCK", false},
             {"TABLOCKX", true},  {"XLOCK", true},     {"SERIALIZABLE", false},    {"NOWAIT", false},
             {"FORCESEEK", false}};

static bool take_hint(struct parser *parser, bool *ret_locks)
{
    for (size_t i = 0; i < COUNT(hints); i++)
        if (take_word(parser, hints[i].word)) {
            *ret_locks = *ret_locks || hints[i].locks;
            return true;
        }
    return false;
}

/* WITH (NOLOCK), (NOLOCK) */
int parse_hints(struct parser *parser, bool *ret_locks)
{
    if (!take_word(parser, "WITH") && !(at_mark(parser, "(") && token_is_word(parser->at + 1, "NOLOCK")))
        return 0;
    if (need_mark(parser, "(") != 0)
        return -1;
    do {
        if (!take_hint(parser, ret_locks))
            return parse_error(parser);
    } while (take_mark(parser, ","));
    return need_mark(parser, ")");
}

static struct source *new_source(struct parser *parser, enum source_kind kind)
{
    struct source *source = arena_alloc(parser->arena, sizeof(*source));

    source->kind = kind;
    source->line = parser->at->line;
    return source;
}

static struct source *parse_derived(struct parser *parser)
{
    struct source *source = new_source(parser, SOURCE_DERIVED);

    source->query = parse_query(parser);
    if (!source->query || need_mark(parser, ")") != 0)
        return NULL;
    take_word(parser, "AS");
    source->alias = need_identifier(parser);
    return source->alias ? source : NULL;
}

static struct source *parse_table(struct parser *parser)
{
    struct source *source = new_source(parser, SOURCE_NAMED);
    bool as;

    if (need_name(parser, &source->name) != 0)
        return NULL;
    as = take_word(parser, "AS");
    if (as || at_identifier(parser)) {
        source->alias = need_identifier(parser);
        if (!source->alias)
            return NULL;
    }
    return parse_hints(parser, &source->locks) == 0 ? source : NULL;
}

static struct source *parse_source(struct parser *parser)
{
    struct source *source;

    if (!take_mark(parser, "("))
        return parse_table(parser);
    if (at_query(parser))
        return parse_derived(parser);
    source = parse_sources(parser);
    return source && need_mark(parser, ")") == 0 ? source : NULL;
}

/* The words of a join, when they stand here. */
static bool take_join(struct parser *parser, enum join_kind *ret)
{
    static const struct {
        const char *words[3];
        enum join_kind kind;
    } joins[] = {
        {{"JOIN", NULL, NULL}, JOIN_INNER},    {{"INNER", "JOIN", NULL}, JOIN_INNER},
        {{"LEFT", "JOIN", NULL}, JOIN_LEFT},   {{"LEFT", "OUTER", "JOIN"}, JOIN_LEFT},
        {{"CROSS", "JOIN", NULL}, JOIN_CROSS},
    };

    for (size_t i = 0; i < COUNT(joins); i++) {
        size_t count = 0;

        while (count < 3 && joins[i].words[count] && token_is_word(parser->at + count, joins[i].words[count]))
            count++;
        if (count < 3 && joins[i].words[count])
            continue;
        parser->at += count;
        *ret = joins[i].kind;
        return true;
    }
    return false;
}

static struct source *parse_joins(struct parser *parser)
{
    struct source *left = parse_source(parser);
    enum join_kind kind;

    while (left && take_join(parser, &kind)) {
        struct source *join = new_source(parser, SOURCE_JOIN);

        join->join = kind;
        join->left = left;
        join->right = parse_source(parser);
        if (!join->right || (kind != JOIN_CROSS && need_word(parser, "ON") != 0))
            return NULL;
        join->on = kind == JOIN_CROSS ? NULL : parse_condition(parser);
        if (kind != JOIN_CROSS && !join->on)
            return NULL;
        left = join;
    }
    return left;
}

/* A comma is a cross join. */
static struct source *parse_sources(struct parser *parser)
{
    struct source *left = parse_enter(parser) ? parse_joins(parser) : NULL;

    if (!left)
        return NULL;
    while (left && take_mark(parser, ",")) {
        struct source *join = new_source(parser, SOURCE_JOIN);

        join->join = JOIN_CROSS;
        join->left = left;
        join->right = parse_joins(parser);
        left = join->right ? join : NULL;
    }
    parse_leave(parser);
    return left;
}

static int parse_groups(struct parser *parser, struct select *select)
{
    if (!at_words(parser, "GROUP", "BY"))
        return 0;
    parser->at += 2;
    do {
        struct expr **slot =
            arena_push(parser->arena, &select->groups, &select->group_count, sizeof(struct expr *));

        *slot = parse_value(parser);
        if (!*slot)
            return -1;
    } while (take_mark(parser, ","));
    return 0;
}

static int parse_clauses(struct parser *parser, struct select *select)
{
    if (take_word(parser, "FROM") && !(select->from = parse_sources(parser)))
        return -1;
    if (take_word(parser, "WHERE") && !(select->where = parse_condition(parser)))
        return -1;
    if (parse_groups(parser, select) != 0)
        return -1;
    if (take_word(parser, "HAVING") && !(select->having = parse_condition(parser)))
        return -1;
    return 0;
}

static struct select *parse_select(struct parser *parser)
{
    struct select *select = arena_alloc(parser->arena, sizeof(*select));

    select->line = parser->at->line;
    if (need_word(parser, "SELECT") != 0)
        return NULL;
    select->distinct = take_word(parser, "DISTINCT");
    if (!select->distinct)
        take_word(parser, "ALL");
    if (parse_top(parser, select) != 0)
        return NULL;
    do {
        if (parse_item(parser, select) != 0)
            return NULL;
    } while (take_mark(parser, ","));
    return parse_clauses(parser, select) == 0 ? select : NULL;
}

int parse_orders(struct parser *parser, struct order **ret_orders, size_t *ret_count)
{
    parser->at += 2;
    do {
        struct order *order = arena_push(parser->arena, ret_orders, ret_count, sizeof(*order));

        order->expr = parse_value(parser);
        if (!order->expr)
            return -1;
        order->descending = take_word(parser, "DESC");
        if (!order->descending)
            take_word(parser, "ASC");
    } while (take_mark(parser, ","));
    return 0;
}

static int parse_cte_columns(struct parser *parser, struct cte *cte)
{
    if (!take_mark(parser, "("))
        return 0;
    do {
        const char **column =
            arena_push(parser->arena, &cte->columns, &cte->column_count, sizeof(const char *));

        *column = need_identifier(parser);
        if (!*column)
            return -1;
    } while (take_mark(parser, ","));
    return need_mark(parser, ")");
}

static int parse_ctes(struct parser *parser, struct query *query)
{
    if (!take_word(parser, "WITH"))
        return 0;
    do {
        struct cte *cte = arena_push(parser->arena, &query->ctes, &query->cte_count, sizeof(*cte));

        cte->name = need_identifier(parser);
        if (!cte->name || parse_cte_columns(parser, cte) != 0 || need_word(parser, "AS") != 0 ||
            need_mark(parser, "(") != 0)
            return -1;
        cte->query = at_query(parser) ? parse_query(parser) : NULL;
        if (!cte->query && !parser->problems->count)
            return parse_error(parser);
        if (!cte->query || need_mark(parser, ")") != 0)
            return -1;
    } while (take_mark(parser, ","));
    return 0;
}

static int parse_selects(struct parser *parser, struct query *query)
{
    bool all = false;

    do {
        struct select **slot =
            arena_push(parser->arena, &query->selects, &query->select_count, sizeof(struct select *));

        *slot = parse_select(parser);
        if (!*slot)
            return -1;
        (*slot)->union_all = all;
        if (!take_word(parser, "UNION"))
            return 0;
        all = take_word(parser, "ALL");
    } while (true);
}

static struct query *parse_query_here(struct parser *parser)
{
    struct query *query = arena_alloc(parser->arena, sizeof(*query));

    query->line = parser->at->line;
    if (parse_ctes(parser, query) != 0 || parse_selects(parser, query) != 0)
        return NULL;
    if (at_words(parser, "ORDER", "BY") && parse_orders(parser, &query->orders, &query->order_count) != 0)
        return NULL;
    return query;
}

struct query *parse_query(struct parser *parser)
{
    struct query *query = parse_enter(parser) ? parse_query_here(parser) : NULL;

    if (query)
        parse_leave(parser);
    return query;
}
