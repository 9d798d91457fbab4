#include "lab/powershell/pattern.h"
#include "lab/powershell/run.h"

#include <string.h>
#include <strings.h>

typedef int executor(struct ps *ps, const struct ps_statement *statement, struct ps_list *output);

int ps_value_of(struct ps *ps, const struct ps_statement *statement, struct ps_value *ret_value)
{
    struct ps_list *output = ps_list_new(ps);
    const struct ps_stage *only =
        statement->kind == PS_PIPELINE && statement->stage_count == 1 ? statement->stages : NULL;
    int rc;

    /* One expression keeps its value as it is: @() stays an array. */
    if (only && !only->is_command) {
        if (ps_evaluate(ps, only->expr, ret_value) != 0)
            return -1;
        ps->succeeded = true;
        return 0;
    }
    rc = ps_execute_one(ps, statement, output);
    *ret_value = ps_list_collapse(output);
    return rc;
}

static int execute_assign(struct ps *ps, const struct ps_statement *statement, struct ps_list *output)
{
    struct ps_value value = ps_null(), before = ps_null();

    (void)output;
    if (ps_value_of(ps, statement->value, &value) != 0)
        return -1;
    if (statement->operation &&
        (ps_evaluate(ps, statement->target, &before) != 0 ||
         ps_apply(ps, statement->operation, statement->target, before, value, &value) != 0))
        return -1;
    return ps_assign_to(ps, statement->target, value);
}

static int execute_if(struct ps *ps, const struct ps_statement *statement, struct ps_list *output)
{
    for (size_t i = 0; i < statement->branch_count; i++) {
        const struct ps_branch *branch = &statement->branches[i];
        struct ps_value condition = ps_bool(true);

        if (branch->condition && ps_value_of(ps, branch->condition, &condition) != 0)
            return -1;
        if (ps_truth(&condition))
            return ps_execute(ps, &branch->body, output);
    }
    return 0;
}

/* One turn of a loop: 1 to go on, 0 after break, -1. */
static int turn(struct ps *ps, const struct ps_statements *body, struct ps_list *output)
{
    if (ps_step(ps) != 0)
        return -1;
    if (ps_execute(ps, body, output) == 0)
        return 1;
    if (ps->unwind == UNWIND_CONTINUE || ps->unwind == UNWIND_BREAK) {
        int goes_on = ps->unwind == UNWIND_CONTINUE;

        ps->unwind = UNWIND_NONE;
        return goes_on;
    }
    return -1;
}

static int execute_foreach(struct ps *ps, const struct ps_statement *statement, struct ps_list *output)
{
    struct ps_value value = ps_null();
    struct ps_list elements;
    int rc = 1;

    if (ps_value_of(ps, statement->value, &value) != 0)
        return -1;
    elements = ps_elements(&value);
    for (size_t i = 0; i < elements.count && rc == 1; i++) {
        ps_assign(ps, statement->target->name, elements.items[i]);
        rc = turn(ps, &statement->body, output);
    }
    return rc < 0 ? -1 : 0;
}

static int execute_while(struct ps *ps, const struct ps_statement *statement, struct ps_list *output)
{
    int rc = 1;

    while (rc == 1) {
        struct ps_value condition = ps_bool(true);

        if (statement->value && ps_value_of(ps, statement->value, &condition) != 0)
            return -1;
        if (!ps_truth(&condition))
            return 0;
        rc = turn(ps, &statement->body, output);
        if (rc == 1 && statement->next && ps_execute_one(ps, statement->next, output) != 0)
            return -1;
    }
    return rc;
}

static int execute_for(struct ps *ps, const struct ps_statement *statement, struct ps_list *output)
{
    if (statement->initial && ps_execute_one(ps, statement->initial, output) != 0)
        return -1;
    return execute_while(ps, statement, output);
}

static const struct ps_catch *find_catch(const struct ps_statement *statement, const struct ps_error *error)
{
    for (size_t i = 0; i < statement->catch_count; i++) {
        const struct ps_catch *clause = &statement->catches[i];

        if (clause->type_count == 0)
            return clause;
        for (size_t j = 0; j < clause->type_count; j++)
            if (ps_error_is(error, clause->types[j]))
                return clause;
    }
    return NULL;
}

static int run_catch(struct ps *ps, const struct ps_catch *clause, struct ps_list *output)
{
    struct ps_value before = ps_variable(ps, "_");
    struct ps_error *error = ps->thrown;
    int rc;

    ps->unwind = UNWIND_NONE;
    ps->thrown = NULL;
    ps_error_remember(ps, error);
    ps_assign(ps, "_", ps_error_record(ps, error));
    rc = ps_execute(ps, &clause->body, output);
    ps_assign(ps, "_", before);
    return rc;
}

/* finally runs whatever happened; what happened goes on afterwards, unless finally did something of its own.
 */
static int run_finally(struct ps *ps, const struct ps_statements *finally, struct ps_list *output, int rc)
{
    enum ps_unwind unwind = ps->unwind;
    struct ps_error *thrown = ps->thrown;

    if (finally->count == 0 || unwind == UNWIND_OVERRUN)
        return rc;
    ps->unwind = UNWIND_NONE;
    if (ps_execute(ps, finally, output) != 0)
        return -1;
    ps->unwind = unwind;
    ps->thrown = thrown;
    return rc;
}

static int execute_try(struct ps *ps, const struct ps_statement *statement, struct ps_list *output)
{
    bool catches = statement->catch_count > 0;
    int rc;

    ps->try_depth += catches;
    rc = ps_execute(ps, &statement->body, output);
    ps->try_depth -= catches;
    if (rc != 0 && ps->unwind == UNWIND_THROW) {
        const struct ps_catch *clause = find_catch(statement, ps->thrown);

        if (clause)
            rc = run_catch(ps, clause, output);
    }
    return run_finally(ps, &statement->finally, output, rc);
}

/* throw alone, in a catch block, throws again what was caught; an error record keeps what it says. */
static int execute_throw(struct ps *ps, const struct ps_statement *statement, struct ps_list *output)
{
    struct ps_value value = statement->value ? ps_null() : ps_variable(ps, "_");
    struct ps_error error = {.exception = "System.Management.Automation.RuntimeException",
                             .category = "OperationStopped",
                             .activity = "",
                             .extent = statement->extent,
                             .stops_script = true};

    (void)output;
    if (statement->value && ps_value_of(ps, statement->value, &value) != 0)
        return -1;
    if (value.kind == PS_OBJECT && value.object->error) {
        struct ps_error *again = ps_alloc(ps, sizeof(*again));

        *again = *value.object->error;
        again->stops_script = true;
        return ps_throw_again(ps, again);
    }
    error.target = value;
    if (value.kind == PS_OBJECT && ps_get(value.object, "Message")) {
        error.exception = value.object->type;
        value = *ps_get(value.object, "Message");
    }
    error.id = value.kind == PS_NULL ? "ScriptHalted" : ps_show(ps, &value);
    return ps_throw(ps, &error, "%s", error.id);
}

static int execute_return(struct ps *ps, const struct ps_statement *statement, struct ps_list *output)
{
    if (statement->value && ps_execute_one(ps, statement->value, output) != 0)
        return -1;
    ps->unwind = UNWIND_RETURN;
    return -1;
}

static int execute_exit(struct ps *ps, const struct ps_statement *statement, struct ps_list *output)
{
    struct ps_value code = ps_int(0);

    (void)output;
    if (statement->value && ps_value_of(ps, statement->value, &code) != 0)
        return -1;
    ps->exit_code = (int32_t)(uint32_t)ps_as_integer(&code);
    ps->unwind = UNWIND_EXIT;
    return -1;
}

static int execute_break(struct ps *ps, const struct ps_statement *statement, struct ps_list *output)
{
    (void)output;
    ps->unwind = statement->kind == PS_BREAK ? UNWIND_BREAK : UNWIND_CONTINUE;
    return -1;
}

static int execute_function(struct ps *ps, const struct ps_statement *statement, struct ps_list *output)
{
    struct ps_function *function = NULL;

    (void)output;
    for (size_t i = 0; i < ps->function_count; i++)
        if (strcasecmp(ps->functions[i].name, statement->name) == 0)
            function = &ps->functions[i];
    if (!function)
        function = arena_push(ps->arena, &ps->functions, &ps->function_count, sizeof(*function));
    *function = (struct ps_function){statement->name, statement->block};
    return 0;
}

static executor *const executors[PS_STATEMENT_KIND_COUNT] = {
    [PS_PIPELINE] = ps_run_pipeline,  [PS_ASSIGN] = execute_assign, [PS_IF] = execute_if,
    [PS_FOREACH] = execute_foreach,   [PS_FOR] = execute_for,       [PS_WHILE] = execute_while,
    [PS_TRY] = execute_try,           [PS_THROW] = execute_throw,   [PS_RETURN] = execute_return,
    [PS_EXIT] = execute_exit,         [PS_BREAK] = execute_break,   [PS_CONTINUE] = execute_break,
    [PS_FUNCTION] = execute_function,
};

int ps_execute_one(struct ps *ps, const struct ps_statement *statement, struct ps_list *output)
{
    int rc;

    if (ps_step(ps) != 0)
        return -1;
    if (++ps->depth > PS_DEPTH_MAX) {
        ps->depth--;
        return ps_fail(ps, statement->extent, "CallDepthOverflow",
                       "The script failed due to call depth overflow.");
    }
    rc = executors[statement->kind](ps, statement, output);
    ps->depth--;
    return rc;
}

/* An error that ends its statement only: it is reported, and the next statement runs. */
static bool ends_statement_only(struct ps *ps)
{
    struct ps_value preference;

    if (ps->unwind != UNWIND_THROW || ps->thrown->stops_script || ps->try_depth > 0)
        return false;
    preference = ps_variable(ps, "ErrorActionPreference");
    return strcasecmp(ps_show(ps, &preference), "Stop") != 0;
}

static void report_and_go_on(struct ps *ps)
{
    struct ps_value preference = ps_variable(ps, "ErrorActionPreference");
    bool silent = ps->thrown->silent || ps_like(ps_show(ps, &preference), "SilentlyContinue", false);

    ps->unwind = UNWIND_NONE;
    ps->succeeded = false;
    ps_error_remember(ps, ps->thrown);
    if (!silent)
        ps_error_write(ps, ps->thrown);
    ps->thrown = NULL;
}

int ps_execute(struct ps *ps, const struct ps_statements *statements, struct ps_list *output)
{
    for (size_t i = 0; i < statements->count; i++) {
        if (ps_execute_one(ps, statements->items[i], output) == 0)
            continue;
        if (!ends_statement_only(ps))
            return -1;
        report_and_go_on(ps);
    }
    return 0;
}
