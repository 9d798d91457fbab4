/*
 * Runbook scripts: contrib/runbooks/VERB/NN-step.{sql,ps1}, compiled in, overridable per site.
 *
 * A .sql file reads under sqlcmd as it is.  Its variables are written as sqlcmd has them and stand in one of
 * three places, which decide how the value is put in: [$(name)] as an identifier (sql_quote_name), N'$(name)'
 * as a literal (sql_quote_literal), and bare $(name) as a decimal number - anything else is refused.  Values
 * are never read again for variables.
 *
 * A .ps1 file gets its values in $Parameters, from JSON (winrm_port.h), and never as script text.
 *
 * An override is a file of the same name under the site's folder of runbooks; a plan that uses one is
 * UNPROVEN.  One that calls what it computes is refused (act/judge/computed_text.h): nobody could tell what
 * it does.
 */
#ifndef PCHAT_ACT_PLAN_SCRIPT_H
#define PCHAT_ACT_PLAN_SCRIPT_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

enum script_kind { SCRIPT_SQL, SCRIPT_PS1 };

struct script {
    const char *name; /* "failover/07-recover.sql" */
    enum script_kind kind;
    const char *text;
    bool overridden;
};

struct script_value {
    const char *name, *value;
    bool is_json; /* a list or an object; a name that looks like one is a text all the same */
};
#define SCRIPT_TEXT(of, is)                                                                                  \
    {                                                                                                        \
        .name = (of), .value = (is)                                                                          \
    }
#define SCRIPT_JSON(of, is)                                                                                  \
    {                                                                                                        \
        .name = (of), .value = (is), .is_json = true                                                         \
    }

/* From the folder of overrides (NULL: none), else compiled in.  ERR_CONFIG where there is none, or where an
 * override may be written by others than root and its owner. */
int script_find(const char *name, const char *override_dir, struct arena *arena, struct script *ret_script,
                struct err *err);
/* The batch, in the arena; NULL with ERR_INTERNAL or ERR_CONFIG (file:line) for a variable without value or
 * in a wrong place. */
const char *script_render_sql(const struct script *script, const struct script_value *values, size_t count,
                              struct arena *arena, struct err *err);
/* The parameters of a .ps1: {"name": "value", ...}. */
const char *script_parameters(const struct script_value *values, size_t count, struct arena *arena);

#endif
