/*
 * The lexer: PowerShell's tokens depend on where they stand (an expression, or the arguments of a command),
 * so the parser asks for what may stand next.
 */
#ifndef PCHAT_LAB_POWERSHELL_READER_H
#define PCHAT_LAB_POWERSHELL_READER_H

#include "lab/powershell/ast.h"

/* What is wrong with a script: a ParserError. */
struct ps_parse_problem {
    const char *id; /* "MissingEndCurlyBrace"; NULL: nothing */
    const char *text;
    struct ps_extent extent;
};

struct ps_reader {
    struct ps *ps;
    const char *start, *at;
    int depth;
    struct ps_parse_problem problem; /* the first */
};

/* Records the first problem; always -1. */
int ps_reader_fail(struct ps_reader *reader, const char *id, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
size_t ps_reader_offset(const struct ps_reader *reader);

void ps_skip_blanks(struct ps_reader *reader); /* within a line; also comments and ` before a line's end */
void ps_skip_lines(struct ps_reader *reader);  /* blanks and ends of lines */
void ps_skip_ends(struct ps_reader *reader);   /* that, and ; */

/* Takes the mark if it stands here, without skipping anything before it. */
bool ps_take(struct ps_reader *reader, const char *mark);
/* Takes the word, in any case, if it stands here and ends here. */
bool ps_take_word(struct ps_reader *reader, const char *word);
bool ps_at_word(const struct ps_reader *reader, const char *word);
/* A name of letters, digits and _; NULL when none stands here. */
const char *ps_read_name(struct ps_reader *reader);
/* A variable's name behind its $, with its scope ("env:Path"); NULL when none stands here. */
const char *ps_read_variable(struct ps_reader *reader);
/* A type's name between [ and ], which it takes; "[]" at its end is kept.  NULL: no type stands here. */
const char *ps_read_type(struct ps_reader *reader);
bool ps_at_number(const struct ps_reader *reader);
/* With KB, MB, GB, and hexadecimal; 0, or -1. */
int ps_read_number(struct ps_reader *reader, struct ps_value *ret_value);
/* '...', or the here-string @'...'@. */
int ps_read_verbatim(struct ps_reader *reader, const char **ret_text);
/* The character that an escape, whose ` was taken, stands for; appended. */
void ps_read_escape(struct ps_reader *reader, struct strbuf *text);
bool ps_is_name_char(char c);

#endif
