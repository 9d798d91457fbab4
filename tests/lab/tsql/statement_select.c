/* SELECT, and SELECT @v = ... */
#include "lab/tsql/statement.h"

#include "base/arena.h"
#include "lab/tsql/bind.h"
#include "lab/tsql/query.h"
#include "lab/tsql/table_lock.h"
#include "lab/tsql/value.h"

static int parse_select(struct parser *parser, struct statement *statement)
{
    statement->detail = parse_query(parser);
    return statement->detail ? 0 : -1;
}

static size_t count_assignments(const struct query *query)
{
    size_t count = 0;

    for (size_t s = 0; s < query->select_count; s++)
        for (size_t i = 0; i < query->selects[s]->item_count; i++)
            count += query->selects[s]->items[i].variable != NULL;
    return count;
}

struct assignment {
    struct run *run;
    const struct query *query;
};

static bool assign_row(void *user, const struct tsql_value *values, size_t count)
{
    const struct assignment *assignment = user;
    struct run *run = assignment->run;

    for (size_t i = 0; i < count; i++) {
        struct variable *variable = run_variable(run, assignment->query->selects[0]->items[i].variable);
        struct operation operation = {
            .from = assignment->query->outputs[i].type, .to = variable->type, .line = run->line};
        struct tsql_value value;

        if (value_convert(run, &operation, &values[i], 0, &value) != 0)
            return false;
        variable->value = value_keep(run, &value);
    }
    return true;
}

/* Every row assigns; the last one stays. */
static int run_assignments(struct run *run, struct query *query)
{
    struct assignment assignment = {run, query};
    const struct select *select = query->selects[0];

    if (query->select_count > 1 || count_assignments(query) != select->item_count)
        return PROBLEM0(&run->problems, query->line, 141);
    for (size_t i = 0; i < select->item_count; i++)
        if (!run_variable(run, select->items[i].variable))
            return PROBLEM(&run->problems, query->line, 137, select->items[i].variable);
    return query_run(run, query, &(struct query_reader){&assignment, NULL, assign_row}, &run->row_count);
}

static int run_select(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    struct query *query = statement->detail;

    (void)ret_flow;
    if (table_lock_sources(run, query) != 0)
        return run->progress.waits ? 0 : -1;
    if (count_assignments(query))
        return run_assignments(run, query);
    run->has_count = true;
    return query_send(run, query, &run->row_count);
}

static const struct statement_kind kinds[] = {
    {.first = "SELECT", .parse = parse_select, .run = run_select, .keeps_words = true},
    {.first = "WITH", .parse = parse_select, .run = run_select, .keeps_words = true},
};
const struct statement_family statements_select = {kinds, COUNT(kinds)};
