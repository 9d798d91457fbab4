#include "base/opts.h"
#include "base/opts_table.h"

#include <string.h>

enum { HELP_WIDTH = 80, HELP_INDENT = 2, HELP_TEXT_COLUMN = 30 };

/* The longest beginning of text, ended between words, that fits in width; returns where the next line
 * begins.
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

static void add_value_name(struct strbuf *text, const struct opt_spec *option)
{
    if (option->value)
        strbuf_add(text, option->value);
    else if (option->kind == OPT_CHOICE)
        opts_add_choices(text, option->choices, "|", "|");
    else if (opts_takes_value(option))
        strbuf_add(text, "VALUE");
}

static void print_option(const struct opt_spec *option, FILE *out)
{
    AUTO(strbuf) struct strbuf left = STRBUF_INIT;

    strbuf_format(&left, option->letter ? "%*s-%c, --%s" : "%*s %c  --%s", HELP_INDENT, "",
                  option->letter ? option->letter : ' ', option->name);
    if (opts_takes_value(option)) {
        strbuf_add(&left, option->kind == OPT_TEXT_MAYBE ? "[=" : " ");
        add_value_name(&left, option);
        strbuf_add(&left, option->kind == OPT_TEXT_MAYBE ? "]" : "");
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
    for (size_t i = 0; i < opts_count(program); i++)
        print_option(opts_at(program, i), out);
    if (program->epilogue)
        fprintf(out, "\n%s\n", program->epilogue);
}

void opts_print_table(const struct opt_program *program, FILE *out)
{
    for (size_t i = 0; i < opts_count(program); i++) {
        const struct opt_spec *option = opts_at(program, i);
        AUTO(strbuf) struct strbuf value = STRBUF_INIT;

        add_value_name(&value, option);
        fprintf(out, "%.1s\t%s\t%s\t%s\n", option->letter ? &option->letter : "", option->name,
                strbuf_text(&value), option->help);
    }
}
