/* Texts that hold variables and statements: "$name $($_.State)", here-strings, bare words of a command line.
 */
#include "lab/powershell/parse.h"

#include "lab/powershell/run.h"

#include <ctype.h>
#include <string.h>

struct text_parts {
    struct ps_expr *expr;
    struct strbuf pending; /* literal text not yet a part */
};

static void add_part(struct ps_reader *reader, struct text_parts *parts, struct ps_expr *part)
{
    if (part)
        ps_exprs_add(reader, &parts->expr->parts, part);
}

static void end_literal(struct ps_reader *reader, struct text_parts *parts)
{
    struct ps_expr *literal;

    if (parts->pending.length == 0)
        return;
    literal = ps_expr_new(reader, PS_EXPR_LITERAL, ps_reader_offset(reader));
    literal->literal = ps_text(ps_keep(reader->ps, parts->pending.text, parts->pending.length));
    add_part(reader, parts, literal);
    strbuf_truncate(&parts->pending, 0);
}

/* $name or $(...) inside a text; false: the $ stands for itself. */
static bool parse_embedded(struct ps_reader *reader, struct text_parts *parts)
{
    char next = reader->at[1];
    struct ps_expr *part;

    if (!ps_is_name_char(next) && (!next || !strchr("({?", next)))
        return false;
    end_literal(reader, parts);
    if (next == '(') {
        part = ps_expr_new(reader, PS_EXPR_SUB, ps_reader_offset(reader));
        reader->at += 2;
        ps_parse_statements(reader, ")", &part->body);
    } else {
        part = ps_expr_new(reader, PS_EXPR_VARIABLE, ps_reader_offset(reader));
        reader->at++;
        part->name = ps_read_variable(reader);
        if (!part->name)
            ps_reader_fail(reader, "InvalidVariableReference", "Variable reference is not valid.");
    }
    add_part(reader, parts, ps_expr_end(reader, part));
    return true;
}

static void parse_piece(struct ps_reader *reader, struct text_parts *parts)
{
    if (*reader->at == '$' && parse_embedded(reader, parts))
        return;
    if (ps_take(reader, "`"))
        ps_read_escape(reader, &parts->pending);
    else
        strbuf_add_char(&parts->pending, *reader->at++);
}

static struct ps_expr *end_text(struct ps_reader *reader, struct text_parts *parts)
{
    end_literal(reader, parts);
    strbuf_done(&parts->pending);
    return ps_expr_end(reader, parts->expr);
}

static void parse_quoted(struct ps_reader *reader, struct text_parts *parts)
{
    while (*reader->at && !reader->problem.id) {
        if (strncmp(reader->at, "\"\"", 2) == 0) {
            strbuf_add_char(&parts->pending, '"');
            reader->at += 2;
        } else if (*reader->at == '"') {
            break;
        } else {
            parse_piece(reader, parts);
        }
    }
    if (!reader->problem.id && !ps_take(reader, "\""))
        ps_reader_fail(reader, "TerminatorExpectedAtEndOfString",
                       "The string is missing the terminator: \".");
}

static void parse_here(struct ps_reader *reader, struct text_parts *parts)
{
    size_t heading = strcspn(reader->at, "\n");

    reader->at += heading + (reader->at[heading] == '\n');
    while (*reader->at && !reader->problem.id && strncmp(reader->at, "\n\"@", 3) != 0 &&
           strncmp(reader->at, "\r\n\"@", 4) != 0)
        parse_piece(reader, parts);
    ps_take(reader, "\r");
    if (!reader->problem.id && !ps_take(reader, "\n\"@"))
        ps_reader_fail(reader, "TerminatorExpectedAtEndOfString",
                       "The string is missing the terminator: \"@.");
}

struct ps_expr *ps_parse_text(struct ps_reader *reader)
{
    struct text_parts parts = {ps_expr_new(reader, PS_EXPR_TEXT, ps_reader_offset(reader)), STRBUF_INIT};

    if (ps_parse_enter(reader) != 0)
        return NULL;
    if (ps_take(reader, "@\"")) {
        parse_here(reader, &parts);
    } else {
        reader->at++;
        parse_quoted(reader, &parts);
    }
    reader->depth--;
    return end_text(reader, &parts);
}

static bool ends_word(char c)
{
    return !c || strchr(" \t\r\n;|(){},&<>", c);
}

/* A whole number or decimal, standing alone, is a number. */
static bool is_number_word(const char *at)
{
    size_t sign = *at == '-', digits = strspn(at + sign, "0123456789");

    if (digits == 0 || digits > 18)
        return false;
    if (at[sign + digits] == '.')
        digits += 1 + strspn(at + sign + digits + 1, "0123456789");
    return ends_word(at[sign + digits]);
}

static struct ps_expr *parse_number_word(struct ps_reader *reader)
{
    struct ps_expr *expr = ps_expr_new(reader, PS_EXPR_LITERAL, ps_reader_offset(reader));
    bool negative = ps_take(reader, "-");
    struct ps_value value = ps_null();

    if (ps_read_number(reader, &value) != 0)
        return NULL;
    if (negative)
        value = value.kind == PS_INT ? ps_int(-value.integer) : ps_real(-value.real);
    expr->literal = value;
    return ps_expr_end(reader, expr);
}

struct ps_expr *ps_parse_bare_word(struct ps_reader *reader)
{
    struct text_parts parts;

    if (is_number_word(reader->at))
        return parse_number_word(reader);
    parts = (struct text_parts){ps_expr_new(reader, PS_EXPR_TEXT, ps_reader_offset(reader)), STRBUF_INIT};
    while (!ends_word(*reader->at) && !reader->problem.id)
        parse_piece(reader, &parts);
    if (ps_reader_offset(reader) == parts.expr->extent.at)
        ps_parse_unexpected(reader);
    return end_text(reader, &parts);
}
