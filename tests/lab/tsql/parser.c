#include "lab/tsql/parser.h"

#include "base/arena.h"
#include "base/strbuf.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct token *parse_place(const struct parser *parser)
{
    return parser->at->kind == TOKEN_END && parser->at > parser->first ? parser->at - 1 : parser->at;
}

int parse_error(struct parser *parser)
{
    const struct token *token = parse_place(parser);

    if (token->is_reserved)
        return PROBLEM(parser->problems, token->line, 156, token->text);
    return PROBLEM(parser->problems, token->line, 102, token->text);
}

bool parse_enter(struct parser *parser)
{
    if (++parser->depth <= PARSE_DEPTH_MAX)
        return true;
    parser->depth--;
    PROBLEM0(parser->problems, parser->at->line, 191);
    return false;
}

void parse_leave(struct parser *parser)
{
    parser->depth--;
}

bool at_word(const struct parser *parser, const char *word)
{
    return token_is_word(parser->at, word);
}

bool at_words(const struct parser *parser, const char *first, const char *second)
{
    return at_word(parser, first) && token_is_word(parser->at + 1, second);
}

bool at_mark(const struct parser *parser, const char *mark)
{
    return token_is_mark(parser->at, mark);
}

bool at_identifier(const struct parser *parser)
{
    return parser->at->kind == TOKEN_QUOTED || (parser->at->kind == TOKEN_WORD && !parser->at->is_reserved);
}

bool take_word(struct parser *parser, const char *word)
{
    if (!at_word(parser, word))
        return false;
    parser->at++;
    return true;
}

bool take_mark(struct parser *parser, const char *mark)
{
    if (!at_mark(parser, mark))
        return false;
    parser->at++;
    return true;
}

int need_word(struct parser *parser, const char *word)
{
    return take_word(parser, word) ? 0 : parse_error(parser);
}

int need_mark(struct parser *parser, const char *mark)
{
    return take_mark(parser, mark) ? 0 : parse_error(parser);
}

const char *need_identifier(struct parser *parser)
{
    if (at_identifier(parser))
        return parser->at++->text;
    parse_error(parser);
    return NULL;
}

const char *need_string(struct parser *parser)
{
    if (parser->at->kind == TOKEN_STRING || parser->at->kind == TOKEN_NATIONAL_STRING)
        return parser->at++->text;
    parse_error(parser);
    return NULL;
}

int need_name(struct parser *parser, struct name *ret)
{
    *ret = (struct name){.line = parser->at->line};
    for (;;) {
        bool omitted = ret->count && at_mark(parser, ".");
        const char *part = omitted ? "" : need_identifier(parser);

        if (!part)
            return -1;
        if (ret->count == NAME_PARTS_MAX)
            return parse_error(parser);
        ret->part[ret->count++] = part;
        if (!take_mark(parser, "."))
            return 0;
    }
}

const char *name_text(struct arena *arena, const struct name *name)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < name->count; i++)
        strbuf_format(&text, "%s%s", i ? "." : "", name->part[i]);
    return arena_text(arena, strbuf_text(&text));
}

const char *name_object(const struct name *name)
{
    return name->part[name->count - 1];
}

static int need_type_arguments(struct parser *parser, int *arguments, size_t max, size_t *ret_count)
{
    *ret_count = 0;
    if (!take_mark(parser, "("))
        return 0;
    do {
        if (*ret_count == max || (parser->at->kind != TOKEN_INTEGER && !at_word(parser, "max")))
            return parse_error(parser);
        arguments[(*ret_count)++] = at_word(parser, "max") ? -1 : (int)strtol(parser->at->text, NULL, 10);
        parser->at++;
    } while (take_mark(parser, ","));
    return need_mark(parser, ")");
}

int need_type(struct parser *parser, struct type *ret)
{
    int arguments[2] = {0, 0}, line = parser->at->line;
    size_t count = 0;
    const char *name = need_identifier(parser);

    if (name && strcasecmp(name, "sys") == 0 && take_mark(parser, "."))
        name = need_identifier(parser);
    if (!name || need_type_arguments(parser, arguments, COUNT(arguments), &count) != 0)
        return -1;
    if (type_from_name(name, arguments, count, ret))
        return 0;
    return PROBLEM(parser->problems, line, type_from_name(name, NULL, 0, ret) ? 291 : 243, name);
}
