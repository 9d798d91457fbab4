#include "lab/tsql/bind.h"

#include "base/arena.h"
#include "lab/tsql/catalog.h"
#include "lab/tsql/function.h"
#include "lab/tsql/value.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct expr *one(struct arena *arena)
{
    struct expr *expr = arena_alloc(arena, sizeof(*expr));

    *expr = (struct expr){.kind = EXPR_LITERAL, .depth = 1, .text = "1", .literal = TOKEN_INTEGER};
    return expr;
}

/* The CTE that a bare name means here. */
static const struct cte *find_cte(const struct scope *scope, const struct name *name)
{
    for (; scope && name->count == 1; scope = scope->outer)
        for (size_t i = 0; scope->query && i < scope->cte_count; i++)
            if (strcasecmp(scope->query->ctes[i].name, name->part[0]) == 0)
                return &scope->query->ctes[i];
    return NULL;
}

static void take_outputs(struct run *run, struct source *source, const struct query *query)
{
    source->outputs = arena_alloc(run->arena, (query->output_count + 1) * sizeof(*source->outputs));
    source->output_count = query->output_count;
    if (query->output_count)
        memcpy(source->outputs, query->outputs, query->output_count * sizeof(*source->outputs));
}

/* Columns that this version does not have keep their place but lose their name. */
static void take_columns(struct run *run, struct source *source, const struct catalog_table *table)
{
    source->outputs = arena_alloc(run->arena, table->column_count * sizeof(*source->outputs));
    source->output_count = table->column_count;
    for (size_t i = 0; i < table->column_count; i++) {
        bool exists = catalog_column_exists(run->session, &table->columns[i]);

        source->outputs[i] = (struct output){exists ? table->columns[i].name : "", table->columns[i].type};
    }
}

static int bind_named(const struct scope *scope, struct source *source)
{
    const struct cte *cte = find_cte(scope, &source->name);

    if (cte) {
        source->cte = cte;
        take_outputs(scope->run, source, cte->query);
        for (size_t i = 0; i < cte->column_count && i < source->output_count; i++)
            source->outputs[i].name = cte->columns[i];
        return 0;
    }
    source->table = catalog_open(scope->run, &source->name, &source->database);
    if (!source->table)
        return -1;
    take_columns(scope->run, source, source->table);
    return 0;
}

/* Every column of a derived table needs a name of its own. */
static int check_outputs(const struct scope *scope, const struct source *source, const char *name, int line)
{
    for (size_t i = 0; i < source->output_count; i++) {
        if (!*source->outputs[i].name)
            return PROBLEM(&scope->run->problems, line, 8155, arena_format(scope->run->arena, "%zu", i + 1),
                           name);
        for (size_t j = 0; j < i; j++)
            if (strcasecmp(source->outputs[i].name, source->outputs[j].name) == 0)
                return PROBLEM(&scope->run->problems, line, 8156, source->outputs[i].name, name);
    }
    return 0;
}

/* A derived table does not see its neighbours, but what is around the SELECT. */
static int bind_derived(const struct scope *scope, struct source *source)
{
    struct scope around = *scope;

    around.from = NULL;
    if (bind_subquery(&around, source->query, false) != 0)
        return -1;
    take_outputs(scope->run, source, source->query);
    return check_outputs(scope, source, source->alias, source->line);
}

static void make_nullable(struct source *source)
{
    if (source->kind == SOURCE_JOIN) {
        make_nullable(source->left);
        make_nullable(source->right);
    }
    for (size_t i = 0; i < source->output_count; i++)
        source->outputs[i].type.nullable = true;
}

static int bind_source(const struct scope *scope, struct source *source);

static int bind_join(const struct scope *scope, struct source *source)
{
    struct scope inner = *scope;

    if (bind_source(scope, source->left) != 0 || bind_source(scope, source->right) != 0)
        return -1;
    if (source->join == JOIN_LEFT)
        make_nullable(source->right);
    inner.from = source;
    inner.no_aggregate = "ON";
    return source->on ? bind_expr(&inner, source->on) : 0;
}

static int bind_source(const struct scope *scope, struct source *source)
{
    if (source->kind == SOURCE_JOIN)
        return bind_join(scope, source);
    source->id = ++scope->run->source_count;
    return source->kind == SOURCE_DERIVED ? bind_derived(scope, source) : bind_named(scope, source);
}

static const char *exposed_name(const struct source *source)
{
    return source->alias ? source->alias : name_object(&source->name);
}

static bool same_exposed_name(const struct source *a, const struct source *b)
{
    if (strcasecmp(exposed_name(a), exposed_name(b)) != 0)
        return false;
    return (a->alias != NULL) == (b->alias != NULL) && (a->alias || a->name.count == b->name.count);
}

static const struct source *find_twin(const struct source *in, const struct source *of)
{
    const struct source *twin = NULL;

    if (in->kind != SOURCE_JOIN)
        return in != of && same_exposed_name(in, of) ? in : NULL;
    twin = find_twin(in->left, of);
    return twin ? twin : find_twin(in->right, of);
}

static int check_twins(const struct scope *scope, const struct source *source)
{
    if (source->kind == SOURCE_JOIN)
        return check_twins(scope, source->left) != 0 ? -1 : check_twins(scope, source->right);
    if (!find_twin(scope->from, source))
        return 0;
    return PROBLEM(&scope->run->problems, source->line, 1013, exposed_name(source), exposed_name(source));
}

static struct expr *column_expr(struct run *run, const struct source *source, size_t column, int line)
{
    struct expr *expr = arena_alloc(run->arena, sizeof(*expr));

    *expr = (struct expr){.kind = EXPR_COLUMN,
                          .line = line,
                          .depth = 1,
                          .text = source->outputs[column].name,
                          .bound = true,
                          .source = source,
                          .column = column,
                          .type = source->outputs[column].type};
    expr->name = (struct name){.part = {expr->text}, .count = 1, .line = line};
    return expr;
}

struct expansion {
    struct item *items;
    size_t count;
};

static void expand_source(struct run *run, struct expansion *out, const struct source *source,
                          const struct item *star)
{
    if (source->kind == SOURCE_JOIN) {
        expand_source(run, out, source->left, star);
        expand_source(run, out, source->right, star);
        return;
    }
    if (star->qualifier.count && strcasecmp(name_object(&star->qualifier), exposed_name(source)) != 0)
        return;
    for (size_t i = 0; i < source->output_count; i++) {
        struct item *item;

        if (!*source->outputs[i].name || strcmp(source->outputs[i].name, CATALOG_ROW_COLUMN) == 0)
            continue;
        item = arena_push(run->arena, &out->items, &out->count, sizeof(*item));
        item->expr = column_expr(run, source, i, star->qualifier.line);
    }
}

/* `*` becomes the columns that it stands for. */
static int expand_stars(const struct scope *scope, struct select *select)
{
    struct expansion out = {NULL, 0};

    for (size_t i = 0; i < select->item_count; i++) {
        const struct item *item = &select->items[i];
        size_t before = out.count;

        if (!item->star) {
            *(struct item *)arena_push(scope->run->arena, &out.items, &out.count, sizeof(*item)) = *item;
            continue;
        }
        if (select->from)
            expand_source(scope->run, &out, select->from, item);
        if (out.count == before && item->qualifier.count)
            return PROBLEM(&scope->run->problems, item->qualifier.line, 4104,
                           arena_format(scope->run->arena, "%s.*", name_object(&item->qualifier)));
        if (out.count == before)
            return PROBLEM(&scope->run->problems, item->qualifier.line, 102, "*");
    }
    select->items = out.items;
    select->item_count = out.count;
    return 0;
}

static bool is_constant(const struct expr *expr)
{
    if (expr->kind == EXPR_COLUMN || expr->kind == EXPR_CALL || expr->kind == EXPR_VARIABLE || expr->query)
        return false;
    for (size_t i = 0; i < expr->arg_count; i++)
        if (!is_constant(expr->args[i]))
            return false;
    return true;
}

static int bind_groups(const struct scope *scope, const struct select *select)
{
    for (size_t i = 0; i < select->group_count; i++) {
        if (bind_expr(scope, select->groups[i]) != 0)
            return -1;
        if (is_constant(select->groups[i]))
            return PROBLEM0(&scope->run->problems, select->groups[i]->line, 164);
    }
    return 0;
}

static bool is_grouped(const struct select *select, const struct expr *expr)
{
    for (size_t i = 0; i < select->group_count; i++)
        if (expr_same(select->groups[i], expr))
            return true;
    return false;
}

static bool belongs_to(const struct source *from, const struct source *source)
{
    if (from && from->kind == SOURCE_JOIN)
        return belongs_to(from->left, source) || belongs_to(from->right, source);
    return from == source;
}

/* Outside aggregates only what is grouped may be named: 8120. */
static int check_grouped(const struct scope *scope, const struct expr *expr)
{
    const struct select *select = scope->select;
    bool aggregate = expr->kind == EXPR_CALL && expr->function &&
                     expr->function->kind == FUNCTION_AGGREGATE && !expr->window;

    if (aggregate || is_grouped(select, expr))
        return 0;
    if (expr->kind == EXPR_COLUMN && belongs_to(select->from, expr->source)) {
        const char *table =
            expr->source->alias ? expr->source->alias : name_text(scope->run->arena, &expr->source->name);

        return PROBLEM(&scope->run->problems, expr->line, 8120,
                       arena_format(scope->run->arena, "%s.%s", table, name_object(&expr->name)));
    }
    for (size_t i = 0; i < expr->arg_count; i++)
        if (check_grouped(scope, expr->args[i]) != 0)
            return -1;
    return 0;
}

static int check_groups(const struct scope *scope)
{
    struct select *select = scope->select;

    select->aggregates = select->aggregates || select->group_count || select->having;
    for (size_t i = 0; select->aggregates && i < select->item_count; i++)
        if (check_grouped(scope, select->items[i].expr) != 0)
            return -1;
    return select->having ? check_grouped(scope, select->having) : 0;
}

static int bind_top(struct scope *scope, struct select *select)
{
    if (!select->top)
        return 0;
    if (bind_expr(scope, select->top) != 0)
        return -1;
    if (type_family(select->top->type) != FAMILY_INTEGER)
        return PROBLEM0(&scope->run->problems, select->line, 1060);
    return 0;
}

static int bind_clauses(struct scope *scope, struct select *select)
{
    scope->no_aggregate = "WHERE";
    if (bind_top(scope, select) != 0 || (select->where && bind_expr(scope, select->where) != 0))
        return -1;
    scope->no_aggregate = "GROUP BY";
    if (bind_groups(scope, select) != 0)
        return -1;
    scope->no_aggregate = NULL;
    for (size_t i = 0; i < select->item_count; i++)
        if (bind_expr(scope, select->items[i].expr) != 0)
            return -1;
    return select->having ? bind_expr(scope, select->having) : 0;
}

static int bind_select(struct scope *scope, struct select *select)
{
    scope->select = select;
    scope->from = NULL;
    if (select->from && bind_source(scope, select->from) != 0)
        return -1;
    scope->from = select->from;
    if (scope->from && check_twins(scope, scope->from) != 0)
        return -1;
    if (expand_stars(scope, select) != 0 || bind_clauses(scope, select) != 0)
        return -1;
    return check_groups(scope);
}

static const char *item_name(const struct item *item)
{
    if (item->alias)
        return item->alias;
    return item->expr->kind == EXPR_COLUMN ? item->expr->text : "";
}

static void take_items(struct run *run, struct query *query)
{
    const struct select *first = query->selects[0];

    query->output_count = first->item_count;
    query->outputs = arena_alloc(run->arena, (first->item_count + 1) * sizeof(*query->outputs));
    for (size_t i = 0; i < first->item_count; i++)
        query->outputs[i] = (struct output){item_name(&first->items[i]), first->items[i].expr->type};
}

/* The branches of a UNION agree on the type of every column. */
static int unite(struct run *run, struct query *query)
{
    for (size_t s = 1; s < query->select_count; s++) {
        struct select *select = query->selects[s];

        if (select->item_count != query->output_count)
            return PROBLEM0(&run->problems, select->line, 205);
        for (size_t i = 0; i < query->output_count; i++)
            query->outputs[i].type = type_common(query->outputs[i].type, select->items[i].expr->type);
    }
    for (size_t s = 0; s < query->select_count && query->select_count > 1; s++)
        for (size_t i = 0; i < query->output_count; i++)
            if (bind_convert(run, &query->selects[s]->items[i].expr, query->outputs[i].type) != 0)
                return -1;
    return 0;
}

/* A bare name in ORDER BY is first of all the name of an output. */
static size_t output_named(const struct query *query, const struct expr *expr)
{
    for (size_t i = 0; expr->kind == EXPR_COLUMN && expr->name.count == 1 && i < query->output_count; i++)
        if (strcasecmp(query->outputs[i].name, expr->text) == 0)
            return i + 1;
    return 0;
}

static size_t output_same(const struct query *query, const struct expr *expr)
{
    for (size_t i = 0; i < query->output_count; i++)
        if (expr_same(query->selects[0]->items[i].expr, expr))
            return i + 1;
    return 0;
}

static int bind_position(const struct scope *scope, struct query *query, struct order *order)
{
    long position = strtol(order->expr->text, NULL, 10);

    if (position < 1 || (size_t)position > query->output_count)
        return PROBLEM(&scope->run->problems, order->expr->line, 108, order->expr->text);
    order->position = (size_t)position;
    return 0;
}

static int bind_order(const struct scope *scope, struct query *query, struct order *order, size_t number)
{
    const struct select *first = query->selects[0];

    if (order->expr->kind == EXPR_LITERAL && order->expr->literal == TOKEN_INTEGER)
        return bind_position(scope, query, order);
    order->position = output_named(query, order->expr);
    if (order->position)
        return 0;
    if (query->select_count > 1)
        return PROBLEM0(&scope->run->problems, order->expr->line, 104);
    if (bind_expr(scope, order->expr) != 0 || (first->aggregates && check_grouped(scope, order->expr) != 0))
        return -1;
    if (is_constant(order->expr))
        return PROBLEM(&scope->run->problems, order->expr->line, 408,
                       arena_format(scope->run->arena, "%zu", number));
    order->position = output_same(query, order->expr);
    if (!order->position && first->distinct)
        return PROBLEM0(&scope->run->problems, order->expr->line, 145);
    return 0;
}

static int bind_orders(struct scope *scope, struct query *query)
{
    scope->select = query->selects[0];
    scope->from = query->selects[0]->from;
    scope->no_aggregate = query->selects[0]->aggregates ? NULL : "ORDER BY";
    for (size_t i = 0; i < query->order_count; i++) {
        if (bind_order(scope, query, &query->orders[i], i + 1) != 0)
            return -1;
    }
    return 0;
}

static int bind_ctes(const struct scope *outer, struct query *query)
{
    for (size_t i = 0; i < query->cte_count; i++) {
        struct scope scope = {.run = outer->run, .outer = outer, .query = query, .cte_count = i};
        struct source outputs = {.kind = SOURCE_DERIVED};

        query->ctes[i].id = ++outer->run->source_count;
        if (bind_subquery(&scope, query->ctes[i].query, false) != 0)
            return -1;
        take_outputs(outer->run, &outputs, query->ctes[i].query);
        for (size_t c = 0; c < query->ctes[i].column_count && c < outputs.output_count; c++)
            outputs.outputs[c].name = query->ctes[i].columns[c];
        if (check_outputs(&scope, &outputs, query->ctes[i].name, query->line) != 0)
            return -1;
    }
    return 0;
}

static int check_order_allowed(const struct scope *outer, const struct query *query)
{
    bool nested = outer->outer || outer->select || outer->query;

    if (nested && query->order_count && !query->selects[0]->top)
        return PROBLEM0(&outer->run->problems, query->line, 1033);
    return 0;
}

int bind_subquery(const struct scope *outer, struct query *query, bool exists)
{
    struct scope scope = {.run = outer->run, .outer = outer, .query = query, .cte_count = query->cte_count};

    if (query->bound)
        return 0;
    if (bind_ctes(outer, query) != 0 || check_order_allowed(outer, query) != 0)
        return -1;
    for (size_t i = 0; i < query->select_count; i++) {
        struct select *select = query->selects[i];

        if (exists && select->item_count == 1 && select->items[0].star && select->from)
            select->items[0] = (struct item){.expr = one(outer->run->arena)};
        if (bind_select(&scope, select) != 0)
            return -1;
    }
    take_items(outer->run, query);
    if (unite(outer->run, query) != 0 || bind_orders(&scope, query) != 0)
        return -1;
    query->bound = true;
    return 0;
}

int bind_query(struct run *run, struct query *query)
{
    struct scope outermost = {.run = run};

    return bind_subquery(&outermost, query, false);
}

struct query *query_of_value(struct arena *arena, struct expr *expr)
{
    struct query *query = arena_alloc(arena, sizeof(*query));
    struct select *select = arena_alloc(arena, sizeof(*select));

    select->items = arena_alloc(arena, sizeof(*select->items));
    select->item_count = 1;
    select->items[0].expr = expr;
    select->line = query->line = select->items[0].expr->line;
    query->selects = arena_alloc(arena, sizeof(struct select *));
    query->selects[0] = select;
    query->select_count = 1;
    return query;
}

struct query *query_of_condition(struct arena *arena, struct expr *condition)
{
    struct expr *expr = arena_alloc(arena, sizeof(*expr));

    *expr = (struct expr){.kind = EXPR_CASE, .line = condition->line, .depth = condition->depth + 1};
    *(struct expr **)arena_push(arena, &expr->args, &expr->arg_count, sizeof(struct expr *)) = condition;
    *(struct expr **)arena_push(arena, &expr->args, &expr->arg_count, sizeof(struct expr *)) = one(arena);
    return query_of_value(arena, expr);
}
