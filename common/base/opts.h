/*
 * One option table per program: it drives the parser, --help and (through `--help=table`, read by the
 * documentation's build) the man page, so that the three cannot differ.
 *
 * Long options are GNU style (--name VALUE, --name=VALUE), short ones may be bundled; "--" ends options.
 * -h/--help and -V/--version are in every table by themselves.  Every value is checked whole: "10x" is an
 * error, not 10.
 */
#ifndef PCHAT_BASE_OPTS_H
#define PCHAT_BASE_OPTS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum opt_kind {
    OPT_FLAG,       /* bool: set true */
    OPT_COUNT,      /* unsigned: one more each time (-vvv) */
    OPT_TEXT,       /* const char *: points into argv */
    OPT_TEXT_MAYBE, /* the same, as --name=VALUE alone; --name by itself is "" */
    OPT_NUMBER,     /* int64_t within minimum..maximum */
    OPT_CHOICE,     /* int: index into choices */
    OPT_LIST        /* struct opt_list: every occurrence, in order */
};

struct opt_list {
    const char *items[64]; /* point into argv */
    size_t count;
};

struct opt_spec {
    char letter;      /* 0: none */
    const char *name; /* long name */
    enum opt_kind kind;
    size_t offset;              /* of the member in the program's config struct */
    const char *value;          /* what --help calls the value: "FILE", "SECONDS" */
    const char *help;           /* one sentence, with the default */
    int64_t minimum, maximum;   /* OPT_NUMBER */
    const char *const *choices; /* OPT_CHOICE: NULL-terminated */
};

struct opt_program {
    const char *name;     /* "check_pchat_replication" */
    const char *summary;  /* one sentence */
    const char *usage;    /* what follows the name in the usage line, e.g. "--topology FILE [options]" */
    const char *epilogue; /* shown under the options: exit codes, metrics, examples; may be NULL */
    const struct opt_spec *options;
    size_t option_count;
    bool stop_at_operand; /* subcommands: what follows the first operand is theirs */
};

enum opt_outcome {
    OPT_RUN,  /* parsed: go on */
    OPT_DONE, /* --help or --version was printed to `out`: exit with the help code of the program (checks: 3
                 by the guidelines) */
    OPT_BAD   /* *err is set (ERR_USAGE) */
};

/*
 * Parses argv into *config (already filled with the defaults).  Operands (what is no option) are an error
 * unless ret_operands is given; they then stand together at *ret_operands (inside argv, which is rearranged),
 * *ret_operand_count of them. An error is one line that begins with the option as it was typed: `--timeout:
 * "10x" is not a number, expected 1..3600`.
 */
enum opt_outcome opts_parse(const struct opt_program *program, int argc, char **argv, void *config, FILE *out,
                            char ***ret_operands, int *ret_operand_count, struct err *err);

void opts_print_help(const struct opt_program *program, FILE *out);

#endif
