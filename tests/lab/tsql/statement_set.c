/* SET: variables and session options ("SET Statements (Transact-SQL)"). */
#include "lab/tsql/statement.h"

#include "base/arena.h"
#include "lab/tsql/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct setting {
    const char *variable; /* SET @x = value */
    struct expr *value;
    const struct option *option;
    const char *word; /* ON, us_english, 4096 */
};

struct setting_list {
    struct setting *items;
    size_t count;
};

enum option_value { VALUE_ON_OFF, VALUE_NUMBER, VALUE_WORD };

struct option {
    const char *name;
    enum option_value value;
    int (*apply)(struct run *run, const struct setting *setting, int line); /* NULL: has no effect here */
};

static bool is_on(const struct setting *setting)
{
    return strcasecmp(setting->word, "ON") == 0;
}

static int set_nocount(struct run *run, const struct setting *setting, int line)
{
    (void)line;
    run->session->settings.nocount = is_on(setting);
    return 0;
}

static int set_xact_abort(struct run *run, const struct setting *setting, int line)
{
    (void)line;
    run->session->settings.xact_abort = is_on(setting);
    return 0;
}

static int set_fmtonly(struct run *run, const struct setting *setting, int line)
{
    (void)line;
    run->session->settings.fmtonly = is_on(setting);
    return 0;
}

static int set_quoted_identifier(struct run *run, const struct setting *setting, int line)
{
    (void)line;
    run->session->settings.quoted_identifier = is_on(setting);
    return 0;
}

/* 0 is the default, -1 and 2147483647 are without end. */
static int set_textsize(struct run *run, const struct setting *setting, int line)
{
    long size = strtol(setting->word, NULL, 10);

    (void)line;
    run->session->settings.text_size_bytes = size == 0 ? 4096 : size >= INT32_MAX ? -1 : size;
    return 0;
}

static int set_rowcount(struct run *run, const struct setting *setting, int line)
{
    long count = strtol(setting->word, NULL, 10);

    (void)line;
    run->session->settings.row_count = count > 0 ? count : 0;
    return 0;
}

static int set_lock_timeout(struct run *run, const struct setting *setting, int line)
{
    (void)line;
    run->session->settings.lock_timeout_ms = (int)strtol(setting->word, NULL, 10);
    return 0;
}

static int set_language(struct run *run, const struct setting *setting, int line)
{
    static const char *const known[][2] = {{"us_english", "us_english"}, {"English", "us_english"}};

    for (size_t i = 0; i < COUNT(known); i++) {
        if (strcasecmp(known[i][0], setting->word) != 0)
            continue;
        snprintf(run->session->settings.language, sizeof(run->session->settings.language), "%s", known[i][1]);
        PROBLEM(&run->problems, line, 5703, known[i][1]);
        return 0;
    }
    return PROBLEM(&run->problems, line, 2740, setting->word);
}

static int set_dateformat(struct run *run, const struct setting *setting, int line)
{
    static const char *const known[] = {"mdy", "dmy", "ymd", "ydm", "myd", "dym"};

    for (size_t i = 0; i < COUNT(known); i++)
        if (strcasecmp(known[i], setting->word) == 0)
            return 0;
    return PROBLEM(&run->problems, line, 2741, setting->word);
}

static const struct option options[] = {
    {"ANSI_DEFAULTS", VALUE_ON_OFF, set_quoted_identifier},
    {"ANSI_NULL_DFLT_OFF", VALUE_ON_OFF, NULL},
    {"ANSI_NULL_DFLT_ON", VALUE_ON_OFF, NULL},
    {"ANSI_NULLS", VALUE_ON_OFF, NULL},
    {"ANSI_PADDING", VALUE_ON_OFF, NULL},
    {"ANSI_WARNINGS", VALUE_ON_OFF, NULL},
    {"ARITHABORT", VALUE_ON_OFF, NULL},
    {"ARITHIGNORE", VALUE_ON_OFF, NULL},
    {"CONCAT_NULL_YIELDS_NULL", VALUE_ON_OFF, NULL},
    {"CURSOR_CLOSE_ON_COMMIT", VALUE_ON_OFF, NULL},
    {"DATEFIRST", VALUE_NUMBER, NULL},
    {"DATEFORMAT", VALUE_WORD, set_dateformat},
    {"DEADLOCK_PRIORITY", VALUE_WORD, NULL},
    {"FMTONLY", VALUE_ON_OFF, set_fmtonly},
    {"FORCEPLAN", VALUE_ON_OFF, NULL},
    {"IMPLICIT_TRANSACTIONS", VALUE_ON_OFF, NULL},
    {"LANGUAGE", VALUE_WORD, set_language},
    {"LOCK_TIMEOUT", VALUE_NUMBER, set_lock_timeout},
    {"NOCOUNT", VALUE_ON_OFF, set_nocount},
    {"NOEXEC", VALUE_ON_OFF, NULL},
    {"NUMERIC_ROUNDABORT", VALUE_ON_OFF, NULL},
    {"PARSEONLY", VALUE_ON_OFF, NULL},
    {"QUOTED_IDENTIFIER", VALUE_ON_OFF, set_quoted_identifier},
    {"REMOTE_PROC_TRANSACTIONS", VALUE_ON_OFF, NULL},
    {"ROWCOUNT", VALUE_NUMBER, set_rowcount},
    {"TEXTSIZE", VALUE_NUMBER, set_textsize},
    {"XACT_ABORT", VALUE_ON_OFF, set_xact_abort},
};

static const struct option *find_option(const char *name)
{
    for (size_t i = 0; i < COUNT(options); i++)
        if (strcasecmp(options[i].name, name) == 0)
            return &options[i];
    return NULL;
}

static int parse_variable(struct parser *parser, struct setting_list *list)
{
    struct setting *setting = arena_push(parser->arena, &list->items, &list->count, sizeof(*setting));

    setting->variable = parser->at++->text;
    if (need_mark(parser, "=") != 0)
        return -1;
    setting->value = parse_value(parser);
    return setting->value ? 0 : -1;
}

static int parse_isolation(struct parser *parser)
{
    static const char *const levels[][2] = {{"READ", "UNCOMMITTED"},
                                            {"READ", "COMMITTED"},
                                            {"REPEATABLE", "READ"},
                                            {"SERIALIZABLE", NULL},
                                            {"SNAPSHOT", NULL}};

    if (need_word(parser, "ISOLATION") != 0 || need_word(parser, "LEVEL") != 0)
        return -1;
    for (size_t i = 0; i < COUNT(levels); i++) {
        if (!at_word(parser, levels[i][0]) || (levels[i][1] && !token_is_word(parser->at + 1, levels[i][1])))
            continue;
        parser->at += levels[i][1] ? 2 : 1;
        return 0;
    }
    return parse_error(parser);
}

static bool value_fits(const struct token *token, enum option_value value)
{
    switch (value) {
    case VALUE_ON_OFF:
        return token_is_word(token, "ON") || token_is_word(token, "OFF");
    case VALUE_NUMBER:
        return token->kind == TOKEN_INTEGER;
    default:
        return token->kind == TOKEN_WORD || token->kind == TOKEN_QUOTED || token->kind == TOKEN_STRING ||
               token->kind == TOKEN_NATIONAL_STRING || token->kind == TOKEN_INTEGER;
    }
}

static int parse_option_value(struct parser *parser, struct setting_list *list)
{
    enum option_value value = list->items[0].option->value;
    bool negative = value != VALUE_ON_OFF && take_mark(parser, "-");

    if (!value_fits(parser->at, value))
        return parse_error(parser);
    for (size_t i = 0; i < list->count; i++)
        list->items[i].word =
            negative ? arena_format(parser->arena, "-%s", parser->at->text) : parser->at->text;
    parser->at++;
    return 0;
}

/* One value for one option, or ON/OFF for a list of them. */
static int parse_options(struct parser *parser, struct setting_list *list)
{
    do {
        struct setting *setting = arena_push(parser->arena, &list->items, &list->count, sizeof(*setting));

        if (parser->at->kind != TOKEN_WORD)
            return parse_error(parser);
        setting->option = find_option(parser->at->text);
        if (!setting->option)
            return PROBLEM(parser->problems, parser->at->line, 195, parser->at->text, "SET option");
        parser->at++;
        if (setting->option->value != list->items[0].option->value)
            return parse_error(parser);
    } while (take_mark(parser, ","));
    return parse_option_value(parser, list);
}

static int parse_set(struct parser *parser, struct statement *statement)
{
    struct setting_list *list = DETAIL(parser, statement, struct setting_list);

    if (parser->at->kind == TOKEN_VARIABLE)
        return parse_variable(parser, list);
    if (take_word(parser, "TRANSACTION"))
        return parse_isolation(parser);
    return parse_options(parser, list);
}

static int set_variable(struct run *run, const struct setting *setting, int line)
{
    struct variable *variable = run_variable(run, setting->variable);
    struct tsql_value value;

    if (!variable)
        return PROBLEM(&run->problems, line, 137, setting->variable);
    if (query_value(run, setting->value, &variable->type, &value, NULL) != 0)
        return -1;
    run_variable(run, setting->variable)->value = value;
    return 0;
}

static int run_set(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct setting_list *list = statement->detail;

    (void)ret_flow;
    for (size_t i = 0; i < list->count; i++) {
        const struct setting *setting = &list->items[i];

        if (setting->variable
                ? set_variable(run, setting, statement->line) != 0
                : setting->option->apply && setting->option->apply(run, setting, statement->line) != 0)
            return -1;
    }
    return 0;
}

static const struct statement_kind kinds[] = {{.first = "SET", .parse = parse_set, .run = run_set}};
const struct statement_family statements_set = {kinds, COUNT(kinds)};
