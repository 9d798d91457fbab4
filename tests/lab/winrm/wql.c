#include "lab/winrm/wql.h"

#include "base/cleanup.h"
#include "base/number.h"
#include "base/strbuf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* ---- words ---- */

enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_TEXT, TOKEN_NUMBER, TOKEN_SIGN, TOKEN_BROKEN };

struct token {
    enum token_kind kind;
    const char *text; /* TEXT: without quotes and escapes */
};

struct parser {
    struct arena *arena;
    const char *at;
    struct token token; /* the one not yet taken */
    int depth, comparisons;
};

static struct token span(struct parser *parser, enum token_kind kind, size_t length)
{
    struct token token = {kind, arena_text_n(parser->arena, parser->at, length)};

    parser->at += length;
    return token;
}

/* 'it\'s' or "it's"; the backslash escapes itself and both quotes. */
static struct token read_text(struct parser *parser)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    char quote = *parser->at++;

    for (; *parser->at && *parser->at != quote; parser->at++) {
        if (*parser->at == '\\' && strchr("\\'\"", parser->at[1]) && parser->at[1])
            parser->at++;
        strbuf_add_char(&text, *parser->at);
    }
    if (*parser->at != quote)
        return (struct token){TOKEN_BROKEN, ""};
    parser->at++;
    return (struct token){TOKEN_TEXT, arena_text(parser->arena, strbuf_text(&text))};
}

static size_t sign_length(const char *at)
{
    static const char *const signs[] = {"<>", "!=", "<=", ">=", "<", ">", "=", "(", ")", ",", "*"};

    for (size_t i = 0; i < COUNT(signs); i++)
        if (strncmp(at, signs[i], strlen(signs[i])) == 0)
            return strlen(signs[i]);
    return 0;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static size_t word_length(const char *at)
{
    size_t length = 0;

    while (is_word(at[length]))
        length++;
    return length;
}

static struct token next_token(struct parser *parser)
{
    parser->at += strspn(parser->at, " \t\r\n");
    char c = *parser->at;
    size_t sign = sign_length(parser->at);

    if (c == '\0')
        return (struct token){TOKEN_END, ""};
    if (c == '\'' || c == '"')
        return read_text(parser);
    if (sign > 0)
        return span(parser, TOKEN_SIGN, sign);
    if (c == '-')
        return span(parser, TOKEN_NUMBER, 1 + word_length(parser->at + 1));
    if (isdigit((unsigned char)c))
        return span(parser, TOKEN_NUMBER, word_length(parser->at));
    if (is_word(c))
        return span(parser, TOKEN_NAME, word_length(parser->at));
    return (struct token){TOKEN_BROKEN, ""};
}

static void advance(struct parser *parser)
{
    parser->token = next_token(parser);
}

static bool is_keyword(const struct parser *parser, const char *keyword)
{
    return parser->token.kind == TOKEN_NAME && strcasecmp(parser->token.text, keyword) == 0;
}

static bool take_keyword(struct parser *parser, const char *keyword)
{
    bool is = is_keyword(parser, keyword);

    if (is)
        advance(parser);
    return is;
}

static bool take_sign(struct parser *parser, const char *sign)
{
    bool is = parser->token.kind == TOKEN_SIGN && strcmp(parser->token.text, sign) == 0;

    if (is)
        advance(parser);
    return is;
}

static bool take_name(struct parser *parser, const char **ret)
{
    static const char *const reserved[] = {"select", "from", "where", "and",  "or",   "not",
                                           "like",   "is",   "null",  "true", "false"};

    if (parser->token.kind != TOKEN_NAME)
        return false;
    for (size_t i = 0; i < COUNT(reserved); i++)
        if (is_keyword(parser, reserved[i]))
            return false;
    *ret = parser->token.text;
    advance(parser);
    return true;
}

/* ---- conditions ---- */

static bool take_literal(struct parser *parser, struct wql_literal *ret)
{
    static const struct {
        const char *keyword;
        struct wql_literal literal;
    } words[] = {
        {"null", {WQL_NULL, "", 0}}, {"true", {WQL_BOOLEAN, "", 1}}, {"false", {WQL_BOOLEAN, "", 0}}};

    for (size_t i = 0; i < COUNT(words); i++) {
        if (!take_keyword(parser, words[i].keyword))
            continue;
        *ret = words[i].literal;
        return true;
    }
    *ret = (struct wql_literal){WQL_TEXT, parser->token.text, 0};
    if (parser->token.kind == TOKEN_NUMBER) {
        ret->kind = WQL_NUMBER;
        if (!number_parse(parser->token.text, &ret->number))
            return false;
    } else if (parser->token.kind != TOKEN_TEXT) {
        return false;
    }
    advance(parser);
    return true;
}

static bool take_operator(struct parser *parser, enum wql_operator *ret)
{
    static const struct {
        const char *sign;
        enum wql_operator operator;
    } signs[] = {
        {"=", WQL_EQUAL},          {"<>", WQL_NOT_EQUAL}, {"!=", WQL_NOT_EQUAL},       {"<", WQL_LESS},
        {"<=", WQL_LESS_OR_EQUAL}, {">", WQL_GREATER},    {">=", WQL_GREATER_OR_EQUAL}};

    for (size_t i = 0; i < COUNT(signs); i++) {
        if (!take_sign(parser, signs[i].sign))
            continue;
        *ret = signs[i].operator;
        return true;
    }
    if (take_keyword(parser, "like")) {
        *ret = WQL_LIKE;
        return true;
    }
    if (!take_keyword(parser, "is"))
        return false;
    *ret = take_keyword(parser, "not") ? WQL_IS_NOT : WQL_IS;
    return true;
}

static enum wql_operator mirrored(enum wql_operator operator)
{
    static const enum wql_operator mirror[] = {
        [WQL_EQUAL] = WQL_EQUAL,  [WQL_NOT_EQUAL] = WQL_NOT_EQUAL,
        [WQL_LESS] = WQL_GREATER, [WQL_LESS_OR_EQUAL] = WQL_GREATER_OR_EQUAL,
        [WQL_GREATER] = WQL_LESS, [WQL_GREATER_OR_EQUAL] = WQL_LESS_OR_EQUAL,
    };

    return mirror[operator];
}

static bool is_sound(const struct wql_condition *compare)
{
    if (compare->operator== WQL_LIKE)
        return compare->literal.kind == WQL_TEXT;
    if (compare->operator== WQL_IS || compare->operator== WQL_IS_NOT)
        return compare->literal.kind == WQL_NULL;
    return true;
}

/* column operator literal, or the other way round */
static const struct wql_condition *parse_compare(struct parser *parser)
{
    struct wql_condition *compare = arena_alloc(parser->arena, sizeof *compare);

    if (++parser->comparisons > WQL_COMPARISONS_MAX)
        return NULL;
    compare->kind = WQL_COMPARE;
    if (take_name(parser, &compare->column))
        return take_operator(parser, &compare->operator) && take_literal(parser, &compare->literal) &&
                       is_sound(compare)
                   ? compare
                   : NULL;
    if (!take_literal(parser, &compare->literal) || !take_operator(parser, &compare->operator) ||
        compare->operator>= WQL_LIKE || !take_name(parser, &compare->column))
        return NULL;
    compare->operator= mirrored(compare->operator);
    return compare;
}

static const struct wql_condition *node(struct parser *parser, enum wql_condition_kind kind,
                                        const struct wql_condition *left, const struct wql_condition *right)
{
    struct wql_condition *condition = arena_alloc(parser->arena, sizeof *condition);

    if (!left || (kind != WQL_NOT && !right))
        return NULL;
    condition->kind = kind;
    condition->left = left;
    condition->right = right;
    return condition;
}

static const struct wql_condition *parse_or(struct parser *parser);

static const struct wql_condition *parse_factor(struct parser *parser)
{
    const struct wql_condition *inner = NULL;

    if (++parser->depth > WQL_DEPTH_MAX)
        return NULL;
    if (take_keyword(parser, "not")) {
        inner = node(parser, WQL_NOT, parse_factor(parser), NULL);
    } else if (take_sign(parser, "(")) {
        inner = parse_or(parser);
        inner = take_sign(parser, ")") ? inner : NULL;
    } else {
        inner = parse_compare(parser);
    }
    parser->depth--;
    return inner;
}

static const struct wql_condition *parse_and(struct parser *parser)
{
    const struct wql_condition *left = parse_factor(parser);

    while (left && take_keyword(parser, "and"))
        left = node(parser, WQL_AND, left, parse_factor(parser));
    return left;
}

static const struct wql_condition *parse_or(struct parser *parser)
{
    const struct wql_condition *left = parse_and(parser);

    while (left && take_keyword(parser, "or"))
        left = node(parser, WQL_OR, left, parse_and(parser));
    return left;
}

/* ---- the query ---- */

static bool parse_columns(struct parser *parser, struct wql_query *query)
{
    const char **columns = NULL;

    if (take_sign(parser, "*"))
        return true;
    do {
        const char **column = arena_push(parser->arena, &columns, &query->column_count, sizeof *column);
        if (!take_name(parser, column))
            return false;
    } while (take_sign(parser, ","));
    query->columns = columns;
    return true;
}

bool wql_parse(struct arena *arena, const char *text, struct wql_query *ret)
{
    struct parser parser = {arena, text, {TOKEN_END, ""}, 0, 0};

    *ret = (struct wql_query){0};
    advance(&parser);
    if (!take_keyword(&parser, "select") || !parse_columns(&parser, ret) || !take_keyword(&parser, "from") ||
        !take_name(&parser, &ret->class_name))
        return false;
    if (take_keyword(&parser, "where")) {
        ret->where = parse_or(&parser);
        if (!ret->where)
            return false;
    }
    return parser.token.kind == TOKEN_END;
}
