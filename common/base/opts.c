#include "base/opts.h"

#include "base/cleanup.h"
#include "base/nearest.h"
#include "base/number.h"
#include "base/strbuf.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

enum { HELP_WIDTH = 80, HELP_INDENT = 2, HELP_TEXT_COLUMN = 30 };

/* Not a member of anybody's config: these two are in every table and end the parsing. */
enum { NO_MEMBER = 0 };
static const struct opt_spec built_in[] = {
    {'h', "help", OPT_FLAG, NO_MEMBER, NULL, "show this and exit", 0, 0, NULL},
    {'V', "version", OPT_FLAG, NO_MEMBER, NULL, "show the version and exit", 0, 0, NULL},
};

struct parse {
    const struct opt_program *program;
    int argc, next; /* next: index of the first argument not yet taken */
    char **argv;
    unsigned char *config;
    FILE *out;
    struct err *err;
    const char *typed; /* the option as it was typed, for errors: "--timeout", "-t" */
    char typed_letter[3];
    char typed_name[64];
    bool done; /* --help or --version was served */
};

static size_t table_count(const struct opt_program *program)
{
    return program->option_count + COUNT(built_in);
}

/* The program's options, then the built-in ones. */
static const struct opt_spec *table_at(const struct opt_program *program, size_t index)
{
    return index < program->option_count ? &program->options[index]
                                         : &built_in[index - program->option_count];
}

static bool takes_value(const struct opt_spec *option)
{
    return option->kind != OPT_FLAG && option->kind != OPT_COUNT;
}

/* ---- values ----------------------------------------------------------------------------------------------
 */

static int set_number(const struct parse *parse, const struct opt_spec *option, const char *value)
{
    int64_t number;

    if (!number_parse(value, &number))
        return err_set(parse->err, ERR_USAGE, "%s: \"%s\" is not a number, expected %" PRId64 "..%" PRId64,
                       parse->typed, value, option->minimum, option->maximum);
    if (number < option->minimum || number > option->maximum)
        return err_set(parse->err, ERR_USAGE, "%s: %s is out of range, expected %" PRId64 "..%" PRId64,
                       parse->typed, value, option->minimum, option->maximum);
    memcpy(parse->config + option->offset, &number, sizeof(number));
    return 0;
}

static void add_choices(struct strbuf *text, const char *const *choices, const char *between,
                        const char *last)
{
    for (size_t i = 0; choices[i]; i++) {
        if (i > 0)
            strbuf_add(text, choices[i + 1] ? between : last);
        strbuf_add(text, choices[i]);
    }
}

static int set_choice(const struct parse *parse, const struct opt_spec *option, const char *value)
{
    AUTO(strbuf) struct strbuf expected = STRBUF_INIT;

    for (int i = 0; option->choices[i]; i++) {
        if (strcmp(option->choices[i], value) == 0) {
            memcpy(parse->config + option->offset, &i, sizeof(i));
            return 0;
        }
    }
    add_choices(&expected, option->choices, ", ", " or ");
    return err_set(parse->err, ERR_USAGE, "%s: \"%s\" is not a choice, expected %s", parse->typed, value,
                   strbuf_text(&expected));
}

static int set_text(const struct parse *parse, const struct opt_spec *option, const char *value)
{
    memcpy(parse->config + option->offset, &value, sizeof(value));
    return 0;
}

static int add_item(const struct parse *parse, const struct opt_spec *option, const char *value)
{
    struct opt_list *list = (struct opt_list *)(void *)(parse->config + option->offset);

    if (list->count == COUNT(list->items))
        return err_set(parse->err, ERR_USAGE, "%s: given too often, expected at most %zu times", parse->typed,
                       COUNT(list->items));
    list->items[list->count++] = value;
    return 0;
}

static int set_flag(const struct parse *parse, const struct opt_spec *option, const char *value)
{
    (void)value;
    *(bool *)(parse->config + option->offset) = true;
    return 0;
}

static int count_one(const struct parse *parse, const struct opt_spec *option, const char *value)
{
    (void)value;
    ++*(unsigned *)(void *)(parse->config + option->offset);
    return 0;
}

static int (*const set_by_kind[])(const struct parse *, const struct opt_spec *, const char *) = {
    [OPT_FLAG] = set_flag,     [OPT_COUNT] = count_one,   [OPT_TEXT] = set_text,
    [OPT_NUMBER] = set_number, [OPT_CHOICE] = set_choice, [OPT_LIST] = add_item,
};

/* ---- help and version ------------------------------------------------------------------------------------
 */

static const char *wrap_line(const char *text, size_t width, size_t *ret_length);

/* Text in words from `column` on; the cursor stands there already. */
static void print_wrapped(FILE *out, const char *text, size_t column)
{
    while (*text) {
        size_t length;
        const char *rest = wrap_line(text, HELP_WIDTH - column, &length);

        fprintf(out, "%.*s\n", (int)length, text);
        text = rest;
        if (*text)
            fprintf(out, "%*s", (int)column, "");
    }
}

/* The longest beginning of text, ended between words, that fits in width; returns where the next line begins.
 */
static const char *wrap_line(const char *text, size_t width, size_t *ret_length)
{
    size_t fits = strlen(text);

    if (fits > width) {
        for (fits = width; fits > 0 && text[fits] != ' ';)
            fits--;
        if (fits == 0)
            fits = strcspn(text, " ");
    }
    *ret_length = fits;
    return text + fits + strspn(text + fits, " ");
}

static void add_value_name(struct strbuf *text, const struct opt_spec *option)
{
    if (option->value)
        strbuf_add(text, option->value);
    else if (option->kind == OPT_CHOICE)
        add_choices(text, option->choices, "|", "|");
    else if (takes_value(option))
        strbuf_add(text, "VALUE");
}

static void print_option(const struct opt_spec *option, FILE *out)
{
    AUTO(strbuf) struct strbuf left = STRBUF_INIT;

    strbuf_format(&left, option->letter ? "%*s-%c, --%s" : "%*s %c  --%s", HELP_INDENT, "",
                  option->letter ? option->letter : ' ', option->name);
    if (takes_value(option)) {
        strbuf_add_char(&left, ' ');
        add_value_name(&left, option);
    }
    if (left.length + 2 > HELP_TEXT_COLUMN)
        fprintf(out, "%s\n%*s", strbuf_text(&left), HELP_TEXT_COLUMN, "");
    else
        fprintf(out, "%-*s", HELP_TEXT_COLUMN, strbuf_text(&left));
    print_wrapped(out, option->help, HELP_TEXT_COLUMN);
}

void opts_print_help(const struct opt_program *program, FILE *out)
{
    fprintf(out, "Usage: %s %s\n", program->name, program->usage);
    print_wrapped(out, program->summary, 0);
    fputs("\nOptions:\n", out);
    for (size_t i = 0; i < table_count(program); i++)
        print_option(table_at(program, i), out);
    if (program->epilogue)
        fprintf(out, "\n%s\n", program->epilogue);
}

/* One option a line: letter, name, value, help, with tabs between; what the man page is made from. */
static void print_table(const struct opt_program *program, FILE *out)
{
    for (size_t i = 0; i < table_count(program); i++) {
        const struct opt_spec *option = table_at(program, i);
        AUTO(strbuf) struct strbuf value = STRBUF_INIT;

        add_value_name(&value, option);
        fprintf(out, "%.1s\t%s\t%s\t%s\n", option->letter ? &option->letter : "", option->name,
                strbuf_text(&value), option->help);
    }
}

static int serve_built_in(struct parse *parse, const struct opt_spec *option, const char *value)
{
    if (option->letter == 'V')
        fprintf(parse->out, "%s (pchat-plugins) %s\n", parse->program->name, PCHAT_VERSION);
    else if (value)
        print_table(parse->program, parse->out);
    else
        opts_print_help(parse->program, parse->out);
    parse->done = true;
    return 0;
}

/* ---- arguments -------------------------------------------------------------------------------------------
 */

static bool is_built_in(const struct opt_spec *option)
{
    return option >= built_in && option < built_in + COUNT(built_in);
}

/* attached: what follows "=" or, for short options, the letter; NULL where nothing does. */
static int apply(struct parse *parse, const struct opt_spec *option, const char *attached)
{
    bool wants_table = option == &built_in[0] && attached && strcmp(attached, "table") == 0;

    if (!takes_value(option) && attached && !wants_table)
        return err_set(parse->err, ERR_USAGE, "%s: takes no value, expected it without \"=%s\"", parse->typed,
                       attached);
    if (is_built_in(option))
        return serve_built_in(parse, option, attached);
    if (takes_value(option) && !attached) {
        if (parse->next == parse->argc)
            return err_set(parse->err, ERR_USAGE, "%s: needs a value", parse->typed);
        attached = parse->argv[parse->next++];
    }
    return set_by_kind[option->kind](parse, option, attached);
}

static int unknown_name(const struct parse *parse, const char *name)
{
    struct nearest nearest = NEAREST_INIT(name);

    for (size_t i = 0; i < table_count(parse->program); i++)
        nearest_offer(&nearest, table_at(parse->program, i)->name);
    return err_set(parse->err, ERR_USAGE, "--%s: unknown option%s%s%s", name,
                   nearest.best ? "; did you mean --" : "", nearest.best ? nearest.best : "",
                   nearest.best ? "?" : "");
}

/* body: what follows the two dashes. */
static int take_long(struct parse *parse, const char *body)
{
    size_t length = strcspn(body, "=");
    const char *attached = body[length] ? body + length + 1 : NULL;
    char name[sizeof(parse->typed_name) - 2];

    snprintf(name, sizeof(name), "%.*s", (int)(length < sizeof(name) ? length : sizeof(name) - 1), body);
    snprintf(parse->typed_name, sizeof(parse->typed_name), "--%s", name);
    parse->typed = parse->typed_name;
    for (size_t i = 0; i < table_count(parse->program); i++)
        if (strcmp(table_at(parse->program, i)->name, name) == 0)
            return apply(parse, table_at(parse->program, i), attached);
    return unknown_name(parse, name);
}

static const struct opt_spec *find_letter(const struct opt_program *program, char letter)
{
    for (size_t i = 0; i < table_count(program); i++)
        if (table_at(program, i)->letter == letter)
            return table_at(program, i);
    return NULL;
}

/* letters: what follows the one dash; several flags, the last of which may take the rest as its value. */
static int take_letters(struct parse *parse, const char *letters)
{
    for (; *letters && !parse->done; letters++) {
        const struct opt_spec *option = find_letter(parse->program, *letters);

        snprintf(parse->typed_letter, sizeof(parse->typed_letter), "-%c", *letters);
        parse->typed = parse->typed_letter;
        if (!option)
            return err_set(parse->err, ERR_USAGE, "-%c: unknown option", *letters);
        if (takes_value(option))
            return apply(parse, option, letters[1] ? letters + 1 : NULL);
        if (apply(parse, option, NULL) != 0)
            return -1;
    }
    return 0;
}

/* Moves one operand to the others at the front of argv. */
static int take_operand(struct parse *parse, char *operand, int *count)
{
    if (!count)
        return err_set(parse->err, ERR_USAGE, "\"%s\": unexpected, expected only options", operand);
    parse->argv[1 + (*count)++] = operand;
    return 0;
}

/* Everything not yet taken is an operand. */
static int take_rest(struct parse *parse, int *operand_count)
{
    while (parse->next < parse->argc)
        if (take_operand(parse, parse->argv[parse->next++], operand_count) != 0)
            return -1;
    return 0;
}

static int take_next(struct parse *parse, int *operand_count)
{
    char *argument = parse->argv[parse->next++];

    if (strcmp(argument, "--") == 0)
        return take_rest(parse, operand_count);
    if (argument[0] == '-' && argument[1] == '-')
        return take_long(parse, argument + 2);
    if (argument[0] == '-' && argument[1] != '\0')
        return take_letters(parse, argument + 1);
    if (take_operand(parse, argument, operand_count) != 0)
        return -1;
    return parse->program->stop_at_operand ? take_rest(parse, operand_count) : 0;
}

enum opt_outcome opts_parse(const struct opt_program *program, int argc, char **argv, void *config, FILE *out,
                            char ***ret_operands, int *ret_operand_count, struct err *err)
{
    struct parse parse = {
        .program = program, .argc = argc, .next = 1, .argv = argv, .config = config, .out = out, .err = err};
    int count = 0;

    while (parse.next < argc && !parse.done)
        if (take_next(&parse, ret_operands ? &count : NULL) != 0)
            return OPT_BAD;
    if (ret_operands)
        *ret_operands = argv + (argc > 0);
    if (ret_operand_count)
        *ret_operand_count = count;
    return parse.done ? OPT_DONE : OPT_RUN;
}
