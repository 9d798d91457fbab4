/* CREATE and DROP DATABASE, CREATE TABLE, DROP TABLE: plain tables with a primary key. */
#include "lab/tsql/statement.h"

#include "base/arena.h"
#include "lab/tsql/catalog.h"
#include "lab/tsql/rights.h"
#include "lab/world/statements.h"

#include <stdio.h>
#include <strings.h>

static int parse_database_name(struct parser *parser, struct statement *statement)
{
    statement->detail = (void *)need_identifier(parser);
    return statement->detail ? 0 : -1;
}

static int run_create_database(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    struct world_result result = {0};

    (void)ret_flow;
    if (run->session->transaction_count > 0)
        return PROBLEM(&run->problems, statement->line, 226, "CREATE DATABASE");
    if (!may_create_database(run->session))
        return PROBLEM(&run->problems, statement->line, 262, "CREATE DATABASE", "master");
    world_create_database(run->session->world, run->session->instance, statement->detail, run->session->login,
                          &result);
    return run_world_result(run, statement->line, &result);
}

static int run_drop_database(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct database *database = database_find(run->session->instance, statement->detail);
    struct world_result result = {0};

    (void)ret_flow;
    if (run->session->transaction_count > 0)
        return PROBLEM(&run->problems, statement->line, 226, "DROP DATABASE");
    if (!database || !may_alter_database(run->session, database))
        return PROBLEM(&run->problems, statement->line, 3701, "database", statement->detail);
    world_drop_database(run->session->instance, statement->detail, &result);
    return run_world_result(run, statement->line, &result);
}

struct column_definition {
    const char *name;
    struct type type;
    bool in_key;
};

struct table_definition {
    struct name name;
    struct column_definition *columns;
    size_t count;
    const char *key_name; /* NULL = the server makes one */
};

static struct column_definition *column_named(const struct table_definition *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcasecmp(table->columns[i].name, name) == 0)
            return &table->columns[i];
    return NULL;
}

/* PRIMARY KEY [CLUSTERED | NONCLUSTERED] */
static int parse_key(struct parser *parser)
{
    if (need_word(parser, "PRIMARY") != 0 || need_word(parser, "KEY") != 0)
        return -1;
    if (!take_word(parser, "CLUSTERED"))
        take_word(parser, "NONCLUSTERED");
    return 0;
}

/* CONSTRAINT name, if it is there. */
static int parse_constraint_name(struct parser *parser, struct table_definition *table)
{
    if (!take_word(parser, "CONSTRAINT"))
        return 0;
    table->key_name = need_identifier(parser);
    return table->key_name ? 0 : -1;
}

static void set_key(struct column_definition *column)
{
    column->in_key = true;
    column->type.nullable = false;
}

/* (column, ...) of a key */
static int parse_key_columns(struct parser *parser, struct table_definition *table)
{
    if (need_mark(parser, "(") != 0)
        return -1;
    do {
        const char *name = need_identifier(parser);
        struct column_definition *column = name ? column_named(table, name) : NULL;

        if (name && !column)
            return PROBLEM(parser->problems, parser->at->line, 207, name);
        if (!column)
            return -1;
        set_key(column);
        if (!take_word(parser, "ASC"))
            take_word(parser, "DESC");
    } while (take_mark(parser, ","));
    return need_mark(parser, ")");
}

/* name type [NULL | NOT NULL] [[CONSTRAINT x] PRIMARY KEY] */
static int parse_column(struct parser *parser, struct table_definition *table)
{
    const char *name = need_identifier(parser);
    struct column_definition *column;

    if (!name)
        return -1;
    if (column_named(table, name))
        return PROBLEM(parser->problems, parser->at->line, 1505, name);
    column = arena_push(parser->arena, &table->columns, &table->count, sizeof(*column));
    column->name = name;
    if (need_type(parser, &column->type) != 0)
        return -1;
    column->type.nullable = true;
    if (take_word(parser, "NOT"))
        column->type.nullable = need_word(parser, "NULL") != 0;
    else
        take_word(parser, "NULL");
    if (parser->problems->count)
        return -1;
    if (!at_word(parser, "PRIMARY") && !at_word(parser, "CONSTRAINT"))
        return 0;
    set_key(column);
    return parse_constraint_name(parser, table) == 0 ? parse_key(parser) : -1;
}

static int parse_table_part(struct parser *parser, struct table_definition *table)
{
    if (!at_word(parser, "CONSTRAINT") && !at_word(parser, "PRIMARY"))
        return parse_column(parser, table);
    if (parse_constraint_name(parser, table) != 0 || parse_key(parser) != 0)
        return -1;
    return parse_key_columns(parser, table);
}

static int parse_create_table(struct parser *parser, struct statement *statement)
{
    struct table_definition *table = DETAIL(parser, statement, struct table_definition);

    if (need_name(parser, &table->name) != 0 || need_mark(parser, "(") != 0)
        return -1;
    do {
        if (parse_table_part(parser, table) != 0)
            return -1;
    } while (take_mark(parser, ","));
    return need_mark(parser, ")");
}

static const char *database_of(struct run *run, const struct name *name)
{
    return name->count > 2 && *name->part[name->count - 3] ? name->part[name->count - 3]
                                                           : session_database(run->session);
}

static bool may_define(struct run *run, const char *database)
{
    const struct login *login = session_login(run->session);

    return security_in_role(run->session->instance, login, database, "db_owner") ||
           security_in_role(run->session->instance, login, database, "db_ddladmin");
}

static void add_columns(struct user_table *user, const struct table_definition *table)
{
    for (size_t i = 0; i < table->count; i++) {
        struct user_column *column = LIST_ADD(&user->columns);
        struct type type = table->columns[i].type;

        *column = (struct user_column){.base = (int)type.base,
                                       .length = type.length,
                                       .precision = type.precision,
                                       .scale = type.scale,
                                       .nullable = type.nullable,
                                       .padded = type.padded,
                                       .in_key = table->columns[i].in_key};
        snprintf(column->name, sizeof(column->name), "%s", table->columns[i].name);
    }
    if (table->key_name)
        snprintf(user->key_name, sizeof(user->key_name), "%s", table->key_name);
    else
        snprintf(user->key_name, sizeof(user->key_name), "PK__%.200s__%08X", user->name,
                 (unsigned)user->object_id);
}

static int run_create_table(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct table_definition *table = statement->detail;
    const char *database = database_of(run, &table->name), *ignored;

    (void)ret_flow;
    if (session_may_enter(run->session, database, statement->line, &run->problems) != 0)
        return -1;
    if (!may_define(run, database))
        return PROBLEM(&run->problems, statement->line, 262, "CREATE TABLE", database);
    if (catalog_lookup(run->session, &table->name, &ignored))
        return PROBLEM(&run->problems, statement->line, 2714, name_object(&table->name));
    add_columns(user_table_add(run->session->instance, database, name_object(&table->name)), table);
    return 0;
}

static int parse_drop_table(struct parser *parser, struct statement *statement)
{
    return need_name(parser, DETAIL(parser, statement, struct name));
}

static int run_drop_table(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct name *name = statement->detail;
    const char *database = database_of(run, name);
    struct user_table *user = user_table_find(run->session->instance, database, name_object(name));

    (void)ret_flow;
    if (session_may_enter(run->session, database, statement->line, &run->problems) != 0)
        return -1;
    if (!user || !may_define(run, database))
        return PROBLEM(&run->problems, statement->line, 3701, "table", name_object(name));
    user_table_drop(run->session->instance, user);
    return 0;
}

static const struct statement_kind kinds[] = {
    {.first = "CREATE",
     .second = "DATABASE",
     .parse = parse_database_name,
     .run = run_create_database,
     .survives = true,
     .mutates = true},
    {.first = "DROP",
     .second = "DATABASE",
     .parse = parse_database_name,
     .run = run_drop_database,
     .survives = true,
     .mutates = true},
    {.first = "CREATE",
     .second = "TABLE",
     .parse = parse_create_table,
     .run = run_create_table,
     .mutates = true},
    {.first = "DROP",
     .second = "TABLE",
     .parse = parse_drop_table,
     .run = run_drop_table,
     .survives = true,
     .mutates = true},
};
const struct statement_family statements_table = {kinds, COUNT(kinds)};
