/*
 * The insides of one powershell.exe: what the room's files share while a script runs.
 *
 * Functions that run something return 0, or -1 while the stack unwinds: ps->unwind then says why.
 */
#ifndef PCHAT_LAB_POWERSHELL_RUN_H
#define PCHAT_LAB_POWERSHELL_RUN_H

#include "lab/powershell/ast.h"
#include "lab/powershell/error.h"
#include "lab/powershell/host_output.h"
#include "lab/powershell/powershell.h"
#include "lab/world/windows.h"
#include "lab/world/world.h"

enum ps_unwind {
    UNWIND_NONE,
    UNWIND_THROW,
    UNWIND_BREAK,
    UNWIND_CONTINUE,
    UNWIND_RETURN,
    UNWIND_EXIT,
    UNWIND_OVERRUN /* the lab's own bounds: nothing catches it */
};

/* Bounds of one run: far above what a script of ours needs, far below what hurts. */
enum { PS_STEPS_MAX = 400000, PS_BYTES_MAX = 48 << 20, PS_DEPTH_MAX = 300, PS_TEXT_MAX = 4 << 20 };

struct ps_scope {
    struct ps_scope *parent;
    struct ps_property *variables;
    size_t count;
};

struct ps_function {
    const char *name;
    const struct ps_block *block;
};

struct ps {
    struct world *world;
    const struct host *host;
    const char *user, *script;
    struct arena *arena;
    size_t bytes;
    int64_t steps, takes_ms;
    int depth, try_depth;
    enum ps_unwind unwind;
    struct ps_error *thrown;
    int32_t exit_code;
    struct ps_value returned;
    bool succeeded; /* $? */
    struct ps_scope *scope, *global;
    struct ps_function *functions;
    size_t function_count;
    struct ps_list *errors; /* $Error, oldest first */
    struct ps_host_output output;
    struct strbuf error_text;   /* what went to [Console]::Error */
    struct strbuf error_stream; /* CLIXML elements */
    bool progress_shown, module_loaded;
    int64_t tag;
    bool at_once;
    bool may_hop; /* the caller's credentials reach a second host */
};

/* Counts one step; -1 when the run's bounds are reached. */
int ps_step(struct ps *ps);
/* Memory from the run's arena, counted. */
void *ps_alloc(struct ps *ps, size_t bytes);
const char *ps_keep(struct ps *ps, const char *text, size_t length);
int ps_overrun(struct ps *ps, const char *what);

/* Variables: "env:", "script:", "global:" and "local:" before the name are understood. */
struct ps_value ps_variable(struct ps *ps, const char *name);
void ps_assign(struct ps *ps, const char *name, struct ps_value value);
/* The host's own idea of UTC, and what this run has taken so far on top. */
int64_t ps_utc_ms(const struct ps *ps);

/* parse_*.c: the whole script; NULL after reader->problem was set. */
struct ps_reader;
const struct ps_block *ps_parse(struct ps *ps, const char *script, struct ps_reader *reader);

/* evaluate.c */
int ps_evaluate(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value);
int ps_assign_to(struct ps *ps, const struct ps_expr *target, struct ps_value value);

/* operators.c */
struct ps_operator {
    const char *name; /* "-eq", "+" */
    int level;        /* how strongly it binds */
    bool filters;     /* an array on the left is filtered by it */
    bool logical;     /* -and, -or: the right side may not be evaluated */
    int (*apply)(struct ps *ps, const struct ps_expr *at, struct ps_value left, struct ps_value right,
                 struct ps_value *ret_value);
};
/* The operator that stands at the text, with its length; NULL: none of that level. */
const struct ps_operator *ps_operator_at(const char *text, int level, size_t *ret_length,
                                         bool *ret_case_sensitive);
const struct ps_operator *ps_operator_named(const char *name);
int ps_apply(struct ps *ps, const struct ps_operator *operation, const struct ps_expr *at,
             struct ps_value left, struct ps_value right, struct ps_value *ret_value);
bool ps_equal(struct ps *ps, const struct ps_value *left, const struct ps_value *right, bool case_sensitive);
/* Negative, 0, positive. */
int ps_compare(struct ps *ps, const struct ps_value *left, const struct ps_value *right, bool case_sensitive);

/* members.c */
int ps_get_member(struct ps *ps, const struct ps_value *object, const char *name, struct ps_value *ret_value);
int ps_call_method(struct ps *ps, const struct ps_expr *at, const struct ps_value *object, const char *name,
                   const struct ps_list *arguments, struct ps_value *ret_value);
/* statics.c: arguments NULL for a property. */
int ps_static(struct ps *ps, const struct ps_expr *at, const char *type, const char *name,
              const struct ps_list *arguments, struct ps_value *ret_value);
int ps_set_static(struct ps *ps, const struct ps_expr *at, const char *type, const char *name);
int ps_cast(struct ps *ps, const struct ps_expr *at, const char *type, struct ps_value value,
            struct ps_value *ret_value);
bool ps_type_known(const char *type);

/* execute.c */
int ps_execute(struct ps *ps, const struct ps_statements *statements, struct ps_list *output);
/* What a statement is worth: one expression its value as it is, else what it puts out, collapsed. */
int ps_value_of(struct ps *ps, const struct ps_statement *statement, struct ps_value *ret_value);
int ps_execute_one(struct ps *ps, const struct ps_statement *statement, struct ps_list *output);
/* pipeline.c */
int ps_run_pipeline(struct ps *ps, const struct ps_statement *statement, struct ps_list *output);
/* Runs a block once with $_ set, in the present scope. */
int ps_with_item(struct ps *ps, const struct ps_block *block, struct ps_value item, struct ps_list *output);

#endif
