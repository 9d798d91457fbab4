/*
 * A program's whole option table, the built-in options included: what parser and help share.  Constant data,
 * thread-safe.
 */
#ifndef PCHAT_BASE_OPTS_TABLE_H
#define PCHAT_BASE_OPTS_TABLE_H

#include "base/opts.h"
#include "base/strbuf.h"

/* The program's own options, then --help and --version. */
size_t opts_count(const struct opt_program *program);
const struct opt_spec *opts_at(const struct opt_program *program, size_t index);
bool opts_is_built_in(const struct opt_spec *option);
bool opts_takes_value(const struct opt_spec *option);
/* Appends the choices with `between` between them, and `last` before the last. */
void opts_add_choices(struct strbuf *text, const char *const *choices, const char *between, const char *last);
/* One option a line: letter, name, value, help, with tabs between; what the man page is made from. */
void opts_print_table(const struct opt_program *program, FILE *out);

#endif
