#include "lab/tsql/statement.h"

#include "base/arena.h"

static const struct statement_family *const families[] = {
    &statements_try,      &statements_select, &statements_control,  &statements_set,
    &statements_security, &statements_exec,   &statements_database, &statements_backup,
    &statements_kill,     &statements_table,  &statements_change,   &statements_dbcc};

static bool starts_here(const struct parser *parser, const struct statement_kind *kind)
{
    return at_word(parser, kind->first) && (!kind->second || token_is_word(parser->at + 1, kind->second));
}

static const struct statement_kind *find_kind(const struct parser *parser)
{
    for (size_t f = 0; f < COUNT(families); f++)
        for (size_t i = 0; i < families[f]->count; i++)
            if (starts_here(parser, &families[f]->kinds[i]))
                return &families[f]->kinds[i];
    return NULL;
}

static int parse_kind(struct parser *parser, struct statement *ret, const struct statement_kind *kind)
{
    int result;

    ret->kind = kind;
    if (!kind->keeps_words)
        parser->at += kind->second ? 2 : 1;
    if (!parse_enter(parser))
        return -1;
    result = kind->parse(parser, ret);
    parse_leave(parser);
    return result;
}

int parse_statement(struct parser *parser, struct statement *ret, bool first_of_batch)
{
    const struct statement_kind *kind = find_kind(parser);

    ret->line = parser->at->line;
    if (!kind && first_of_batch && at_identifier(parser))
        return parse_kind(parser, ret, &statement_implicit_exec);
    return kind ? parse_kind(parser, ret, kind) : parse_error(parser);
}

static bool at_end(const struct parser *parser)
{
    return parser->at->kind == TOKEN_END || at_word(parser, "END") || at_word(parser, "ELSE");
}

static int add_statement(struct parser *parser, struct statements *list, bool first_of_batch)
{
    struct statement *statement = arena_push(parser->arena, &list->items, &list->count, sizeof(*statement));

    if (parse_statement(parser, statement, first_of_batch) != 0)
        return -1;
    while (take_mark(parser, ";")) {
    }
    return 0;
}

int parse_until_end(struct parser *parser, struct statements *ret)
{
    *ret = (struct statements){NULL, 0};
    while (take_mark(parser, ";")) {
    }
    while (!at_end(parser))
        if (add_statement(parser, ret, false) != 0)
            return -1;
    return 0;
}

/* BEGIN of something else than a block. */
static bool begins_other(const struct token *token)
{
    return token_is_word(token, "TRAN") || token_is_word(token, "TRANSACTION") || token_is_word(token, "TRY");
}

int parse_body(struct parser *parser, struct statements *ret)
{
    *ret = (struct statements){NULL, 0};
    if (!at_word(parser, "BEGIN") || begins_other(parser->at + 1))
        return add_statement(parser, ret, false);
    parser->at++;
    do {
        if (add_statement(parser, ret, false) != 0)
            return -1;
    } while (!at_end(parser));
    return need_word(parser, "END");
}

int parse_batch(struct parser *parser, struct statements *ret)
{
    *ret = (struct statements){NULL, 0};
    while (take_mark(parser, ";")) {
    }
    while (parser->at->kind != TOKEN_END)
        if (add_statement(parser, ret, ret->count == 0) != 0)
            return -1;
    return 0;
}
