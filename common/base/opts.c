#include "base/opts.h"

#include "base/nearest.h"
#include "base/number.h"
#include "base/opts_table.h"
#include "base/strbuf.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

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

/* ---- values ---- */

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

static int set_choice(const struct parse *parse, const struct opt_spec *option, const char *value)
{
    AUTO(strbuf) struct strbuf expected = STRBUF_INIT;

    for (int i = 0; option->choices[i]; i++) {
        if (strcmp(option->choices[i], value) == 0) {
            memcpy(parse->config + option->offset, &i, sizeof(i));
            return 0;
        }
    }
    opts_add_choices(&expected, option->choices, ", ", " or ");
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
    [OPT_FLAG] = set_flag,       [OPT_COUNT] = count_one,   [OPT_TEXT] = set_text,
    [OPT_NUMBER] = set_number,   [OPT_CHOICE] = set_choice, [OPT_LIST] = add_item,
    [OPT_TEXT_MAYBE] = set_text,
};

static int serve_built_in(struct parse *parse, const struct opt_spec *option, const char *value)
{
    if (option->letter == 'V')
        fprintf(parse->out, "%s (pchat-plugins) %s\n", parse->program->name, PCHAT_VERSION);
    else if (value)
        opts_print_table(parse->program, parse->out);
    else
        opts_print_help(parse->program, parse->out);
    parse->done = true;
    return 0;
}

/* ---- arguments ---- */

/* attached: what follows "=" or, for short options, the letter; NULL where nothing does. */
static int apply(struct parse *parse, const struct opt_spec *option, const char *attached)
{
    bool wants_table =
        option->letter == 'h' && opts_is_built_in(option) && attached && strcmp(attached, "table") == 0;

    if (!opts_takes_value(option) && attached && !wants_table)
        return err_set(parse->err, ERR_USAGE, "%s: takes no value, expected it without \"=%s\"", parse->typed,
                       attached);
    if (opts_is_built_in(option))
        return serve_built_in(parse, option, attached);
    if (!attached && option->kind == OPT_TEXT_MAYBE)
        attached = "";
    if (opts_takes_value(option) && !attached) {
        if (parse->next == parse->argc)
            return err_set(parse->err, ERR_USAGE, "%s: needs a value", parse->typed);
        attached = parse->argv[parse->next++];
    }
    return set_by_kind[option->kind](parse, option, attached);
}

static int unknown_name(const struct parse *parse, const char *name)
{
    struct nearest nearest = NEAREST_INIT(name);

    for (size_t i = 0; i < opts_count(parse->program); i++)
        nearest_offer(&nearest, opts_at(parse->program, i)->name);
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
    for (size_t i = 0; i < opts_count(parse->program); i++)
        if (strcmp(opts_at(parse->program, i)->name, name) == 0)
            return apply(parse, opts_at(parse->program, i), attached);
    return unknown_name(parse, name);
}

static const struct opt_spec *find_letter(const struct opt_program *program, char letter)
{
    for (size_t i = 0; i < opts_count(program); i++)
        if (opts_at(program, i)->letter == letter)
            return opts_at(program, i);
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
        if (opts_takes_value(option))
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
