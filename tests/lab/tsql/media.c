#include "lab/tsql/media.h"

#include "base/arena.h"
#include "lab/tsql/query.h"

#include <stdlib.h>
#include <strings.h>

static int parse_operand(struct parser *parser, struct operand *ret, bool variable, const char *text)
{
    ret->text = text;
    if (!variable)
        return text ? 0 : -1;
    ret->variable = parse_value(parser);
    return ret->variable ? 0 : -1;
}

int parse_database_operand(struct parser *parser, struct operand *ret)
{
    bool variable = parser->at->kind == TOKEN_VARIABLE;

    return parse_operand(parser, ret, variable, variable ? NULL : need_identifier(parser));
}

int parse_disk(struct parser *parser, struct operand *ret)
{
    bool variable;

    if (need_word(parser, "DISK") != 0 || need_mark(parser, "=") != 0)
        return -1;
    variable = parser->at->kind == TOKEN_VARIABLE;
    return parse_operand(parser, ret, variable, variable ? NULL : need_string(parser));
}

int operand_text(struct run *run, const struct operand *operand, const char **ret)
{
    struct type type = type_text(TSQL_NVARCHAR, TEXT_LENGTH_MAX);
    struct tsql_value value;

    *ret = operand->text;
    if (!operand->variable)
        return 0;
    if (query_value(run, operand->variable, &type, &value, NULL) != 0)
        return -1;
    *ret = value.is_null ? "" : value.text;
    return 0;
}

/* --- options --- */

enum option_form { FORM_FLAG, FORM_NUMBER, FORM_PERHAPS_NUMBER, FORM_TEXT, FORM_NAME, FORM_FILE, FORM_MOVE };

static const struct media_option {
    const char *word;
    enum option_form form;
    unsigned flag;
    unsigned where; /* enum media_statement */
} media_options[] = {
    {"BLOCKSIZE", FORM_NUMBER, MEDIA_OTHER, IN_BACKUP_DATABASE | IN_BACKUP_LOG | IN_RESTORE},
    {"BUFFERCOUNT", FORM_NUMBER, MEDIA_OTHER, IN_BACKUP_DATABASE | IN_BACKUP_LOG | IN_RESTORE},
    {"CHECKSUM", FORM_FLAG, MEDIA_CHECKSUM, IN_BACKUP_DATABASE | IN_BACKUP_LOG | IN_RESTORE | IN_LOOK},
    {"COMPRESSION", FORM_FLAG, MEDIA_COMPRESSION, IN_BACKUP_DATABASE | IN_BACKUP_LOG},
    {"COPY_ONLY", FORM_FLAG, MEDIA_COPY_ONLY, IN_BACKUP_DATABASE | IN_BACKUP_LOG},
    {"DESCRIPTION", FORM_TEXT, MEDIA_OTHER, IN_BACKUP_DATABASE | IN_BACKUP_LOG},
    {"FILE", FORM_FILE, MEDIA_OTHER, IN_RESTORE | IN_LOOK},
    {"FORMAT", FORM_FLAG, MEDIA_INIT, IN_BACKUP_DATABASE | IN_BACKUP_LOG},
    {"INIT", FORM_FLAG, MEDIA_INIT, IN_BACKUP_DATABASE | IN_BACKUP_LOG},
    {"MAXTRANSFERSIZE", FORM_NUMBER, MEDIA_OTHER, IN_BACKUP_DATABASE | IN_BACKUP_LOG | IN_RESTORE},
    {"MEDIADESCRIPTION", FORM_TEXT, MEDIA_OTHER, IN_BACKUP_DATABASE | IN_BACKUP_LOG},
    {"MEDIANAME", FORM_TEXT, MEDIA_OTHER, IN_BACKUP_DATABASE | IN_BACKUP_LOG},
    {"MOVE", FORM_MOVE, MEDIA_OTHER, IN_RESTORE},
    {"NAME", FORM_NAME, MEDIA_OTHER, IN_BACKUP_DATABASE | IN_BACKUP_LOG},
    {"NO_CHECKSUM", FORM_FLAG, MEDIA_OTHER, IN_BACKUP_DATABASE | IN_BACKUP_LOG | IN_RESTORE | IN_LOOK},
    {"NO_COMPRESSION", FORM_FLAG, MEDIA_OTHER, IN_BACKUP_DATABASE | IN_BACKUP_LOG},
    {"NO_TRUNCATE", FORM_FLAG, MEDIA_NO_TRUNCATE, IN_BACKUP_LOG},
    {"NOFORMAT", FORM_FLAG, MEDIA_OTHER, IN_BACKUP_DATABASE | IN_BACKUP_LOG},
    {"NOINIT", FORM_FLAG, MEDIA_OTHER, IN_BACKUP_DATABASE | IN_BACKUP_LOG},
    {"NORECOVERY", FORM_FLAG, MEDIA_NORECOVERY, IN_BACKUP_LOG | IN_RESTORE},
    {"NOREWIND", FORM_FLAG, MEDIA_OTHER, IN_BACKUP_DATABASE | IN_BACKUP_LOG | IN_RESTORE},
    {"NOSKIP", FORM_FLAG, MEDIA_OTHER, IN_BACKUP_DATABASE | IN_BACKUP_LOG},
    {"NOUNLOAD", FORM_FLAG, MEDIA_OTHER, IN_BACKUP_DATABASE | IN_BACKUP_LOG | IN_RESTORE | IN_LOOK},
    {"RECOVERY", FORM_FLAG, MEDIA_RECOVERY, IN_RESTORE},
    {"REPLACE", FORM_FLAG, MEDIA_REPLACE, IN_RESTORE},
    {"REWIND", FORM_FLAG, MEDIA_OTHER, IN_BACKUP_DATABASE | IN_BACKUP_LOG | IN_RESTORE},
    {"SKIP", FORM_FLAG, MEDIA_OTHER, IN_BACKUP_DATABASE | IN_BACKUP_LOG},
    {"STANDBY", FORM_TEXT, MEDIA_STANDBY, IN_RESTORE},
    {"STATS", FORM_PERHAPS_NUMBER, MEDIA_STATS, IN_BACKUP_DATABASE | IN_BACKUP_LOG | IN_RESTORE | IN_LOOK},
    {"STOP_ON_ERROR", FORM_FLAG, MEDIA_OTHER, IN_BACKUP_DATABASE | IN_BACKUP_LOG | IN_RESTORE | IN_LOOK},
};

static const struct media_option *option_here(const struct parser *parser, enum media_statement where)
{
    for (size_t i = 0; i < COUNT(media_options); i++)
        if (at_word(parser, media_options[i].word) && (media_options[i].where & (unsigned)where))
            return &media_options[i];
    return NULL;
}

static int parse_number(struct parser *parser, int64_t *ret)
{
    if (need_mark(parser, "=") != 0)
        return -1;
    if (parser->at->kind != TOKEN_INTEGER)
        return parse_error(parser);
    *ret = strtoll(parser->at++->text, NULL, 10);
    return 0;
}

static int parse_text(struct parser *parser)
{
    return need_mark(parser, "=") == 0 && need_string(parser) ? 0 : -1;
}

/* A text or a variable. */
static int parse_name(struct parser *parser, struct media_options *options)
{
    bool variable;

    if (need_mark(parser, "=") != 0)
        return -1;
    variable = parser->at->kind == TOKEN_VARIABLE;
    return parse_operand(parser, &options->name, variable, variable ? NULL : need_string(parser));
}

static int parse_stats(struct parser *parser, struct media_options *options)
{
    enum { DEFAULT_PERCENT = 10 };

    options->stats_percent = DEFAULT_PERCENT;
    return at_mark(parser, "=") ? parse_number(parser, &options->stats_percent) : 0;
}

/* MOVE 'logical' TO 'path' */
static int parse_move(struct parser *parser, struct media_options *options)
{
    struct move *move = arena_push(parser->arena, &options->moves, &options->move_count, sizeof(*move));

    move->logical = need_string(parser);
    if (!move->logical || need_word(parser, "TO") != 0)
        return -1;
    move->path = need_string(parser);
    return move->path ? 0 : -1;
}

static int parse_option_value(struct parser *parser, enum option_form form, struct media_options *options)
{
    int64_t ignored;

    switch (form) {
    case FORM_NUMBER:
        return parse_number(parser, &ignored);
    case FORM_PERHAPS_NUMBER:
        return parse_stats(parser, options);
    case FORM_TEXT:
        return parse_text(parser);
    case FORM_NAME:
        return parse_name(parser, options);
    case FORM_FILE:
        return parse_number(parser, &options->file);
    case FORM_MOVE:
        return parse_move(parser, options);
    case FORM_FLAG:
        break;
    }
    return 0;
}

/* At most one of those that say how the database is left. */
static bool contradicts(unsigned flags)
{
    unsigned left = flags & (MEDIA_RECOVERY | MEDIA_NORECOVERY | MEDIA_STANDBY);

    return (left & (left - 1)) != 0;
}

int parse_media_options(struct parser *parser, enum media_statement where, struct media_options *ret)
{
    if (!take_word(parser, "WITH"))
        return 0;
    do {
        const struct media_option *option = option_here(parser, where);

        if (!option)
            return parse_error(parser);
        ret->flags |= option->flag;
        if (contradicts(ret->flags))
            return PROBLEM(parser->problems, parser->at->line, 3031, option->word);
        parser->at++;
        if (parse_option_value(parser, option->form, ret) != 0)
            return -1;
    } while (take_mark(parser, ","));
    return 0;
}
