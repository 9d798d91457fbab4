/* CREATE and DROP DATABASE, CREATE TABLE, DROP TABLE: plain tables with a primary key, defaults, one
 * identity. */
#include "lab/tsql/statement.h"

#include "base/arena.h"
#include "base/strbuf.h"
#include "lab/tsql/catalog.h"
#include "lab/tsql/rights.h"
#include "lab/world/statements.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
    bool in_key, is_identity;
    const char *default_text; /* NULL = none */
};

struct table_definition {
    struct name name;
    struct column_definition *columns;
    size_t count;
    const char *key_name; /* NULL = the server makes one */
    int64_t seed, step;   /* of the identity */
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

/* One token as it could have been written. */
static const char *token_source(struct arena *arena, const struct token *token)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    if (token->kind != TOKEN_STRING && token->kind != TOKEN_NATIONAL_STRING)
        return token->kind == TOKEN_HEX ? arena_format(arena, "0x%s", token->text) : token->text;
    strbuf_add(&text, token->kind == TOKEN_STRING ? "'" : "N'");
    for (const char *c = token->text; *c; c++) {
        strbuf_add_char(&text, *c);
        if (*c == '\'')
            strbuf_add_char(&text, '\'');
    }
    strbuf_add_char(&text, '\'');
    return arena_text(arena, strbuf_text(&text));
}

/* DEFAULT value: kept as text, which each INSERT evaluates. */
static int parse_default(struct parser *parser, struct column_definition *column)
{
    const struct token *from = parser->at;
    const char *text = "";

    if (!parse_value(parser))
        return -1;
    for (const struct token *token = from; token < parser->at; token++)
        text = arena_format(parser->arena, "%s %s", text, token_source(parser->arena, token));
    if (strlen(text) >= WORLD_NAME_BYTES)
        return parse_error(parser);
    column->default_text = text;
    return 0;
}

static int parse_whole(struct parser *parser, int64_t *ret)
{
    bool negative = take_mark(parser, "-");

    if (parser->at->kind != TOKEN_INTEGER)
        return parse_error(parser);
    *ret = strtoll(parser->at++->text, NULL, 10) * (negative ? -1 : 1);
    return 0;
}

/* IDENTITY [(seed, step)] */
static int parse_identity(struct parser *parser, struct table_definition *table,
                          struct column_definition *column)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->columns[i].is_identity)
            return PROBLEM(parser->problems, parser->at->line, 2744, name_object(&table->name));
    column->is_identity = true;
    column->type.nullable = false;
    table->seed = table->step = 1;
    if (!take_mark(parser, "("))
        return 0;
    if (parse_whole(parser, &table->seed) != 0 || need_mark(parser, ",") != 0 ||
        parse_whole(parser, &table->step) != 0)
        return -1;
    return need_mark(parser, ")");
}

/* [CONSTRAINT x] DEFAULT value | [CONSTRAINT x] PRIMARY KEY */
static int parse_column_constraint(struct parser *parser, struct table_definition *table,
                                   struct column_definition *column)
{
    const char *name = NULL;

    if (take_word(parser, "CONSTRAINT") && !(name = need_identifier(parser)))
        return -1;
    if (take_word(parser, "DEFAULT"))
        return parse_default(parser, column);
    set_key(column);
    table->key_name = name ? name : table->key_name;
    return parse_key(parser);
}

/* One thing that stands behind the type; *ret_more: there may be another. */
static int parse_column_option(struct parser *parser, struct table_definition *table,
                               struct column_definition *column, bool *ret_more)
{
    *ret_more = true;
    if (take_word(parser, "NULL"))
        return 0;
    if (take_word(parser, "NOT")) {
        column->type.nullable = false;
        return need_word(parser, "NULL");
    }
    if (take_word(parser, "IDENTITY"))
        return parse_identity(parser, table, column);
    if (at_word(parser, "CONSTRAINT") || at_word(parser, "DEFAULT") || at_word(parser, "PRIMARY"))
        return parse_column_constraint(parser, table, column);
    *ret_more = false;
    return 0;
}

/* name type [NULL | NOT NULL | IDENTITY | DEFAULT value | PRIMARY KEY] ... */
static int parse_column(struct parser *parser, struct table_definition *table)
{
    const char *name = need_identifier(parser);
    struct column_definition *column;
    bool more = true;

    if (!name)
        return -1;
    if (column_named(table, name))
        return PROBLEM(parser->problems, parser->at->line, 1505, name);
    column = arena_push(parser->arena, &table->columns, &table->count, sizeof(*column));
    column->name = name;
    if (need_type(parser, &column->type) != 0)
        return -1;
    column->type.nullable = true;
    while (more)
        if (parse_column_option(parser, table, column, &more) != 0)
            return -1;
    return 0;
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
                                       .in_key = table->columns[i].in_key,
                                       .is_identity = table->columns[i].is_identity};
        snprintf(column->name, sizeof(column->name), "%s", table->columns[i].name);
        snprintf(column->default_text, sizeof(column->default_text), "%s",
                 table->columns[i].default_text ? table->columns[i].default_text : "");
    }
    user->next_identity = table->seed;
    user->identity_step = table->step;
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
