/*
 * Texts whose verbs are made only when they run.  Nobody can say beforehand what such a text calls, so the
 * guard cannot judge it: a site's own script that is one is refused when it is read.  Pure, thread-safe.
 *
 * Of T-SQL: EXEC of a string or of a procedure in a variable, sp_executesql and its like, the text of a job
 * step.  Of PowerShell: & and . with anything but a bare word, Invoke-Expression and its like, script blocks
 * made from text, aliases, methods by a computed name, other programs that read commands, letters spelled
 * with backticks.  In doubt it is one.
 */
#ifndef PCHAT_ACT_JUDGE_COMPUTED_TEXT_H
#define PCHAT_ACT_JUDGE_COMPUTED_TEXT_H

#include <stdbool.h>

enum text_language { TEXT_SQL, TEXT_POWERSHELL, TEXT_LANGUAGE_COUNT };

struct computed {
    int line;
    const char *what; /* "EXEC of a string" */
};

/*
 * The first such place, in *ret_computed.  own: the built-in script that the text stands for, whose lines of
 * this kind may stand in it as they are (KILL takes no variable); NULL: none.
 */
bool text_computes(const char *text, enum text_language language, const char *own,
                   struct computed *ret_computed);

#endif
