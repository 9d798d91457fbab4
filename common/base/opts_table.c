#include "base/opts_table.h"

#include "base/cleanup.h"

/* Not a member of anybody's config: these two are in every table and end the parsing. */
enum { NO_MEMBER = 0 };
static const struct opt_spec built_in[] = {
    {'h', "help", OPT_FLAG, NO_MEMBER, NULL, "show this and exit", 0, 0, NULL},
    {'V', "version", OPT_FLAG, NO_MEMBER, NULL, "show the version and exit", 0, 0, NULL},
};

size_t opts_count(const struct opt_program *program)
{
    return program->option_count + COUNT(built_in);
}

/* The program's options, then the built-in ones. */
const struct opt_spec *opts_at(const struct opt_program *program, size_t index)
{
    return index < program->option_count ? &program->options[index]
                                         : &built_in[index - program->option_count];
}

bool opts_takes_value(const struct opt_spec *option)
{
    return option->kind != OPT_FLAG && option->kind != OPT_COUNT;
}

bool opts_is_built_in(const struct opt_spec *option)
{
    return option >= built_in && option < built_in + COUNT(built_in);
}

void opts_add_choices(struct strbuf *text, const char *const *choices, const char *between, const char *last)
{
    for (size_t i = 0; choices[i]; i++) {
        if (i > 0)
            strbuf_add(text, choices[i + 1] ? between : last);
        strbuf_add(text, choices[i]);
    }
}
