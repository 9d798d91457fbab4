#include "lab/powershell/cmdlet.h"
#include "lab/powershell/programs.h"
#include "lab/powershell/run.h"

#include <string.h>
#include <strings.h>

int ps_with_item(struct ps *ps, const struct ps_block *block, struct ps_value item, struct ps_list *output)
{
    struct ps_value before = ps_variable(ps, "_");
    int rc;

    ps_assign(ps, "_", item);
    rc = ps_execute(ps, &block->body, output);
    ps_assign(ps, "_", before);
    if (rc != 0 && ps->unwind == UNWIND_RETURN) { /* the next item's turn */
        ps->unwind = UNWIND_NONE;
        rc = 0;
    }
    return rc;
}

static const struct ps_function *find_function(const struct ps *ps, const char *name)
{
    for (size_t i = 0; i < ps->function_count; i++)
        if (strcasecmp(ps->functions[i].name, name) == 0)
            return &ps->functions[i];
    return NULL;
}

static struct ps_parameter_decl *find_parameter(const struct ps_block *block, const char *name)
{
    /* A block without parameters has no array either. */
    for (size_t i = 0; block->parameters && i < block->parameter_count; i++)
        if (strcasecmp(block->parameters[i].name, name) == 0)
            return &block->parameters[i];
    return NULL;
}

/* A function's own parameters; what is left over is $args. */
static int bind_block(struct ps *ps, const struct ps_block *block, const struct ps_bounds *bounds,
                      struct ps_extent extent)
{
    struct ps_list *rest = ps_list_new(ps);
    size_t position = 0;

    for (size_t i = 0; i < bounds->count; i++) {
        const struct ps_bound *bound = &bounds->items[i];
        const struct ps_parameter_decl *parameter = bound->name ? find_parameter(block, bound->name) : NULL;
        struct ps_value value = bound->value;

        if (bound->name && !parameter) {
            struct ps_error error = {.exception = "System.Management.Automation.ParameterBindingException",
                                     .id = "NamedParameterNotFound",
                                     .category = "InvalidArgument",
                                     .activity = "",
                                     .extent = extent};

            return ps_throw(ps, &error, "A parameter cannot be found that matches parameter name '%s'.",
                            bound->name);
        }
        if (!bound->name && position < block->parameter_count)
            parameter = &block->parameters[position++];
        if (!parameter) {
            ps_list_add(ps, rest, value);
            continue;
        }
        if (parameter->is_switch)
            value = ps_bool(!bound->has_value || ps_truth(&value));
        else if (parameter->type &&
                 ps_cast(ps, &(struct ps_expr){.extent = extent}, parameter->type, value, &value) != 0)
            return -1;
        ps_assign(ps, parameter->name, value);
    }
    ps_assign(ps, "args", ps_array(rest));
    return 0;
}

static int set_initials(struct ps *ps, const struct ps_block *block)
{
    for (size_t i = 0; i < block->parameter_count; i++) {
        const struct ps_parameter_decl *parameter = &block->parameters[i];
        struct ps_value initial = parameter->is_switch ? ps_bool(false) : ps_null();

        if (parameter->initial && ps_evaluate(ps, parameter->initial, &initial) != 0)
            return -1;
        ps_assign(ps, parameter->name, initial);
    }
    return 0;
}

static int run_block(struct ps *ps, const struct ps_block *block, const struct ps_bounds *bounds,
                     struct ps_extent extent, const struct ps_list *input, struct ps_list *output)
{
    struct ps_scope scope = {.parent = ps->scope};
    int rc;

    ps->scope = &scope;
    rc = set_initials(ps, block) == 0 && bind_block(ps, block, bounds, extent) == 0 ? 0 : -1;
    if (rc == 0) {
        ps_assign(ps, "input", ps_array((struct ps_list *)input));
        rc = ps_execute(ps, &block->body, output);
    }
    ps->scope = scope.parent;
    if (rc != 0 && ps->unwind == UNWIND_RETURN) {
        ps->unwind = UNWIND_NONE;
        rc = 0;
    }
    return rc;
}

/* A switch of a function takes no value, and the word behind it is the next argument. */
static void settle_switches(const struct ps_block *block, struct ps_bounds *bounds)
{
    size_t kept = 0;

    for (size_t i = 0; i < bounds->count; i++) {
        struct ps_bound bound = bounds->items[i];
        const struct ps_parameter_decl *parameter = bound.name ? find_parameter(block, bound.name) : NULL;

        if (bound.name && !bound.has_value && parameter && !parameter->is_switch && i + 1 < bounds->count &&
            !bounds->items[i + 1].name) {
            bound.value = bounds->items[++i].value;
            bound.has_value = true;
        }
        bounds->items[kept++] = bound;
    }
    bounds->count = kept;
}

static int run_block_stage(struct ps *ps, const struct ps_block *block, const struct ps_stage *stage,
                           const struct ps_list *input, struct ps_list *output)
{
    struct ps_bounds bounds = {NULL, 0};

    if (ps_bind_evaluate(ps, stage, &bounds) != 0)
        return -1;
    settle_switches(block, &bounds);
    return run_block(ps, block, &bounds, stage->extent, input, output);
}

static int not_found(struct ps *ps, const struct ps_stage *stage, const char *name)
{
    struct ps_error error = {.exception = "System.Management.Automation.CommandNotFoundException",
                             .id = "CommandNotFoundException",
                             .category = "ObjectNotFound",
                             .activity = "",
                             .command = name,
                             .target = ps_text(name),
                             .extent = {stage->extent.at, strlen(name)}};

    return ps_throw(
        ps, &error,
        "The term '%s' is not recognized as the name of a cmdlet, function, script file, or operable "
        "program. "
        "Check the spelling of the name, or if a path was included, verify that the path is correct and try "
        "again.",
        name);
}

static int run_command(struct ps *ps, const struct ps_stage *stage, const struct ps_list *input,
                       bool has_input, struct ps_list *output)
{
    const struct ps_function *function;
    const struct ps_cmdlet *cmdlet;
    const struct ps_program *program;
    const char *name = stage->name;

    ps->succeeded = true;
    if (stage->expr) {
        struct ps_value callee = ps_null();

        if (ps_evaluate(ps, stage->expr, &callee) != 0)
            return -1;
        if (callee.kind == PS_BLOCK)
            return run_block_stage(ps, callee.block, stage, input, output);
        name = ps_show(ps, &callee);
    }
    function = find_function(ps, name);
    if (function)
        return run_block_stage(ps, function->block, stage, input, output);
    cmdlet = ps_cmdlet_find(ps, name);
    program = cmdlet ? NULL : ps_program_find(name);
    if (stage->merges_errors && !program)
        return ps_fail(ps, stage->extent, "RedirectionNotSupported",
                       "The lab merges the errors of programs only.");
    if (program)
        return ps_run_program(ps, program, stage, output);
    return cmdlet ? ps_run_cmdlet(ps, cmdlet, stage, input, has_input, output) : not_found(ps, stage, name);
}

static int run_expression(struct ps *ps, const struct ps_stage *stage, struct ps_list *output)
{
    struct ps_value value = ps_null();

    if (ps_evaluate(ps, stage->expr, &value) != 0)
        return -1;
    ps->succeeded = true;
    if (stage->expr->kind != PS_EXPR_STEP) /* $i++ shows nothing */
        ps_list_spread(ps, output, value);
    return 0;
}

static int run_stage(struct ps *ps, const struct ps_stage *stage, const struct ps_list *input, bool has_input,
                     struct ps_list *output)
{
    size_t error_length = ps->error_stream.length;
    int rc = stage->is_command ? run_command(ps, stage, input, has_input, output)
                               : run_expression(ps, stage, output);

    if (stage->silences_errors && ps->error_stream.length > error_length)
        strbuf_truncate(&ps->error_stream, error_length);
    if (stage->silences_errors && rc != 0 && ps->unwind == UNWIND_THROW)
        ps->thrown->silent = true;
    return rc;
}

int ps_run_pipeline(struct ps *ps, const struct ps_statement *statement, struct ps_list *output)
{
    struct ps_list *input = ps_list_new(ps);

    for (size_t i = 0; i < statement->stage_count; i++) {
        bool last = i + 1 == statement->stage_count;
        const struct ps_stage *stage = &statement->stages[i];
        struct ps_list *stage_output = last && !stage->silences_output ? output : ps_list_new(ps);

        if (run_stage(ps, stage, input, i > 0, stage_output) != 0)
            return -1;
        input = stage_output;
    }
    return 0;
}
