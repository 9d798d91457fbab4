/* Commands: a name, and arguments as they stand on a command line ("about_Parsing", argument mode). */
#include "lab/powershell/parse.h"

#include "lab/powershell/run.h"

#include <ctype.h>
#include <string.h>

static bool ends_stage(const struct ps_reader *reader)
{
    return !*reader->at || strchr("\n;|)}", *reader->at);
}

static bool starts_value(const struct ps_reader *reader)
{
    return *reader->at == '$' || *reader->at == '"' || *reader->at == '\'' || *reader->at == '(' ||
           *reader->at == '{' || (*reader->at == '@' && reader->at[1] && strchr("({\"'", reader->at[1]));
}

static struct ps_expr *parse_one(struct ps_reader *reader)
{
    return starts_value(reader) ? ps_parse_postfix(reader) : ps_parse_bare_word(reader);
}

/* One argument: a value, or several with commas between. */
static struct ps_expr *parse_value(struct ps_reader *reader)
{
    struct ps_expr *first = parse_one(reader), *list;

    if (!first)
        return NULL;
    ps_skip_blanks(reader);
    if (*reader->at != ',')
        return first;
    list = ps_expr_new(reader, PS_EXPR_LIST, first->extent.at);
    for (struct ps_expr *item = first; item; item = parse_one(reader)) {
        ps_exprs_add(reader, &list->parts, item);
        ps_skip_blanks(reader);
        if (!ps_take(reader, ","))
            return ps_expr_end(reader, list);
        ps_skip_lines(reader);
    }
    return NULL;
}

static const char *read_dashed_name(struct ps_reader *reader)
{
    const char *start = reader->at;

    while (ps_is_name_char(*reader->at) || *reader->at == '-')
        reader->at++;
    return ps_keep(reader->ps, start, (size_t)(reader->at - start));
}

static int parse_parameter(struct ps_reader *reader, struct ps_argument *argument)
{
    reader->at++;
    argument->kind = PS_ARGUMENT_PARAMETER;
    argument->name = read_dashed_name(reader);
    if (!ps_take(reader, ":"))
        return 0;
    ps_skip_blanks(reader);
    argument->value = parse_value(reader);
    return argument->value ? 0 : -1;
}

static int parse_argument(struct ps_reader *reader, struct ps_argument *argument)
{
    if (reader->at[0] == '-' && (isalpha((unsigned char)reader->at[1]) || reader->at[1] == '?'))
        return parse_parameter(reader, argument);
    if (reader->at[0] == '@' && ps_is_name_char(reader->at[1])) {
        reader->at++;
        argument->kind = PS_ARGUMENT_SPLAT;
        argument->name = ps_read_name(reader);
        return 0;
    }
    argument->value = parse_value(reader);
    return argument->value ? 0 : -1;
}

/* 2>$null, >$null and 2>&1; no other redirection is known here. */
static bool take_redirection(struct ps_reader *reader, struct ps_stage *stage)
{
    bool errors = strncmp(reader->at, "2>", 2) == 0;

    if (!errors && *reader->at != '>')
        return false;
    reader->at += errors ? 2 : 1;
    if (errors && ps_take(reader, "&1")) {
        stage->merges_errors = true;
        return true;
    }
    ps_skip_blanks(reader);
    if (!ps_take_word(reader, "$null")) {
        ps_reader_fail(reader, "RedirectionNotSupported", "The lab redirects to $null only.");
        return true;
    }
    stage->silences_errors |= errors;
    stage->silences_output |= !errors;
    return true;
}

static int parse_arguments(struct ps_reader *reader, struct ps_stage *stage)
{
    for (;;) {
        struct ps_argument *argument;
        size_t at;

        ps_skip_blanks(reader);
        if (reader->problem.id)
            return -1;
        if (ends_stage(reader))
            return 0;
        if (take_redirection(reader, stage))
            continue;
        at = ps_reader_offset(reader);
        argument =
            arena_push(reader->ps->arena, &stage->arguments, &stage->argument_count, sizeof(*argument));
        argument->extent.at = at;
        if (parse_argument(reader, argument) != 0)
            return -1;
        argument->extent.length = ps_reader_offset(reader) - at;
    }
}

static int parse_name(struct ps_reader *reader, struct ps_stage *stage)
{
    const char *start = reader->at;

    if (ps_take(reader, "&")) {
        ps_skip_blanks(reader);
        stage->expr = parse_one(reader);
        return stage->expr ? 0 : -1;
    }
    while (*reader->at && !strchr(" \t\r\n;|(){},&<>\"'$", *reader->at))
        reader->at++;
    if (reader->at == start) {
        ps_parse_unexpected(reader);
        return -1;
    }
    stage->name = ps_keep(reader->ps, start, (size_t)(reader->at - start));
    return 0;
}

int ps_parse_command(struct ps_reader *reader, struct ps_stage *ret_stage)
{
    ret_stage->is_command = true;
    ret_stage->extent.at = ps_reader_offset(reader);
    if (parse_name(reader, ret_stage) != 0 || parse_arguments(reader, ret_stage) != 0)
        return -1;
    ret_stage->extent.length = ps_reader_offset(reader) - ret_stage->extent.at;
    while (ret_stage->extent.length > 0 &&
           strchr(" \t\r\n", reader->start[ret_stage->extent.at + ret_stage->extent.length - 1]))
        ret_stage->extent.length--;
    return 0;
}
