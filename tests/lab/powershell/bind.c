/* A command line's arguments find their parameters. */
#include "lab/powershell/cmdlet.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>

static void add_bound(struct ps *ps, struct ps_bounds *bounds, struct ps_bound bound)
{
    *(struct ps_bound *)arena_push(ps->arena, &bounds->items, &bounds->count, sizeof(bound)) = bound;
}

static void splat(struct ps *ps, const struct ps_argument *argument, struct ps_bounds *bounds)
{
    struct ps_value table = ps_variable(ps, argument->name);
    struct ps_list elements = ps_elements(&table);

    if (table.kind != PS_TABLE) {
        for (size_t i = 0; i < elements.count; i++)
            add_bound(ps, bounds, (struct ps_bound){NULL, elements.items[i], true, argument->extent});
        return;
    }
    for (size_t i = 0; i < table.object->count; i++)
        add_bound(ps, bounds,
                  (struct ps_bound){table.object->properties[i].name, table.object->properties[i].value, true,
                                    argument->extent});
}

int ps_bind_evaluate(struct ps *ps, const struct ps_stage *stage, struct ps_bounds *ret_bounds)
{
    for (size_t i = 0; i < stage->argument_count; i++) {
        const struct ps_argument *argument = &stage->arguments[i];
        struct ps_bound bound = {.extent = argument->extent};

        if (argument->kind == PS_ARGUMENT_SPLAT) {
            splat(ps, argument, ret_bounds);
            continue;
        }
        if (argument->kind == PS_ARGUMENT_PARAMETER)
            bound.name = argument->name;
        bound.has_value = argument->value != NULL;
        if (argument->value && ps_evaluate(ps, argument->value, &bound.value) != 0)
            return -1;
        add_bound(ps, ret_bounds, bound);
    }
    return 0;
}

enum common {
    COMMON_ERROR_ACTION,
    COMMON_ERROR_VARIABLE,
    COMMON_WARNING_ACTION,
    COMMON_VERBOSE,
    COMMON_CONFIRM,
    COMMON_WHAT_IF
};

static const struct {
    const char *name, *alias;
    enum common what;
    bool takes_value;
} commons[] = {
    {"ErrorAction", "ea", COMMON_ERROR_ACTION, true},
    {"ErrorVariable", "ev", COMMON_ERROR_VARIABLE, true},
    {"WarningAction", "wa", COMMON_WARNING_ACTION, true},
    {"Verbose", "vb", COMMON_VERBOSE, false},
    {"Confirm", "cf", COMMON_CONFIRM, false},
    {"WhatIf", "wi", COMMON_WHAT_IF, false},
};

/* Where a name leads: a parameter (>= 0), a common one (~index), or none. */
enum { LEADS_NOWHERE = 1000, LEADS_ASTRAY };

static bool begins(const char *whole, const char *start)
{
    return strncasecmp(whole, start, strlen(start)) == 0;
}

static bool common_applies(const struct ps_cmdlet *cmdlet, size_t index)
{
    return commons[index].what < COMMON_CONFIRM || (cmdlet->needs & (PS_NEEDS_CONFIRM | PS_CHANGES));
}

static int lead(const struct ps_cmdlet *cmdlet, const char *name)
{
    int found = LEADS_NOWHERE, matches = 0;

    for (size_t i = 0; i < cmdlet->parameter_count; i++) {
        const struct ps_parameter *parameter = &cmdlet->parameters[i];

        if (strcasecmp(parameter->name, name) == 0 ||
            (parameter->alias && strcasecmp(parameter->alias, name) == 0))
            return (int)i;
        if (begins(parameter->name, name)) {
            found = (int)i;
            matches++;
        }
    }
    for (size_t i = 0; i < COUNT(commons); i++) {
        if (!common_applies(cmdlet, i))
            continue;
        if (strcasecmp(commons[i].name, name) == 0 || strcasecmp(commons[i].alias, name) == 0)
            return ~(int)i;
        if (begins(commons[i].name, name)) {
            found = ~(int)i;
            matches++;
        }
    }
    return matches > 1 ? LEADS_ASTRAY : found;
}

static int fail(struct ps_call *call, struct ps_extent extent, const char *id, const char *text)
{
    struct ps_error error = {.exception = "System.Management.Automation.ParameterBindingException",
                             .category = "InvalidArgument",
                             .activity = call->cmdlet->name,
                             .extent = extent};

    error.id = ps_format(call->ps, "%s,%s", id, call->cmdlet->class_name).text;
    return ps_throw(call->ps, &error, "%s", text);
}

static int set_common(struct ps_call *call, int index, const struct ps_bound *bound)
{
    const char *text = bound->has_value ? ps_show(call->ps, &bound->value) : "";
    bool on = !bound->has_value || ps_truth(&bound->value);

    if (commons[index].takes_value && !bound->has_value)
        return fail(call, bound->extent, "MissingArgument",
                    ps_format(call->ps,
                              "Missing an argument for parameter '%s'. Specify a parameter and try again.",
                              commons[index].name)
                        .text);
    switch (commons[index].what) {
    case COMMON_ERROR_ACTION:
        call->error_action = text;
        break;
    case COMMON_ERROR_VARIABLE:
        call->error_variable = text;
        break;
    case COMMON_WARNING_ACTION:
        break;
    case COMMON_VERBOSE:
        call->verbose = on;
        break;
    case COMMON_CONFIRM:
        call->confirm_given = true;
        call->confirm = on;
        break;
    case COMMON_WHAT_IF:
        call->what_if = on;
        break;
    }
    return 0;
}

static int bad_choice(struct ps_call *call, const struct ps_parameter *parameter,
                      const struct ps_bound *bound)
{
    AUTO(strbuf) struct strbuf names = STRBUF_INIT;

    for (size_t i = 0; parameter->choices[i]; i++)
        strbuf_format(&names, "%s%s", i ? ", " : "", parameter->choices[i]);
    return fail(
        call, bound->extent, "CannotConvertArgumentNoMessage",
        ps_format(
            call->ps,
            "Cannot bind parameter '%s'. Cannot convert value \"%s\" to the enumeration due to enumeration "
            "values that are not valid. The possible enumeration values are \"%s\".",
            parameter->name, ps_show(call->ps, &bound->value), strbuf_text(&names))
            .text);
}

static bool is_choice(struct ps_call *call, const struct ps_parameter *parameter,
                      const struct ps_value *value)
{
    for (size_t i = 0; parameter->choices[i]; i++)
        if (strcasecmp(parameter->choices[i], ps_show(call->ps, value)) == 0)
            return true;
    return false;
}

static int set_value(struct ps_call *call, size_t index, const struct ps_bound *bound)
{
    const struct ps_parameter *parameter = &call->cmdlet->parameters[index];
    struct ps_value number = ps_null();

    if (call->given[index])
        return fail(call, bound->extent, "ParameterAlreadyBound",
                    ps_format(call->ps,
                              "Cannot bind parameter because parameter '%s' is specified more than once.",
                              parameter->name)
                        .text);
    if (parameter->choices && !is_choice(call, parameter, &bound->value))
        return bad_choice(call, parameter, bound);
    if (parameter->kind == PS_NUMBER_PARAMETER && !ps_number(&bound->value, &number))
        return fail(
            call, bound->extent, "CannotConvertArgumentNoMessage",
            ps_format(call->ps,
                      "Cannot bind parameter '%s'. Cannot convert value \"%s\" to type \"System.Int32\".",
                      parameter->name, ps_show(call->ps, &bound->value))
                .text);
    if (parameter->kind == PS_BLOCK_PARAMETER && bound->value.kind != PS_BLOCK)
        return fail(call, bound->extent, "CannotConvertArgumentNoMessage",
                    ps_format(call->ps,
                              "Cannot bind parameter '%s'. Cannot convert the \"%s\" value to type "
                              "\"System.Management.Automation.ScriptBlock\".",
                              parameter->name, ps_show(call->ps, &bound->value))
                        .text);
    call->arguments[index] = number.kind == PS_NULL ? bound->value : number;
    call->given[index] = true;
    return 0;
}

/* The value of a parameter that takes one stands behind it: *next is then beyond that. */
static int bind_named(struct ps_call *call, const struct ps_bounds *bounds, size_t *next)
{
    struct ps_bound bound = bounds->items[(*next)++];
    int index = lead(call->cmdlet, bound.name);
    bool takes_value;

    if (index == LEADS_NOWHERE || index == LEADS_ASTRAY)
        return fail(
            call, bound.extent, index == LEADS_ASTRAY ? "AmbiguousParameter" : "NamedParameterNotFound",
            ps_format(call->ps,
                      index == LEADS_ASTRAY
                          ? "Parameter cannot be processed because the parameter name '%s' is ambiguous."
                          : "A parameter cannot be found that matches parameter name '%s'.",
                      bound.name)
                .text);
    takes_value =
        index >= 0 ? call->cmdlet->parameters[index].kind != PS_SWITCH : commons[~index].takes_value;
    if (takes_value && !bound.has_value && *next < bounds->count && !bounds->items[*next].name) {
        bound.value = bounds->items[(*next)++].value;
        bound.has_value = true;
    }
    if (index < 0)
        return set_common(call, ~index, &bound);
    if (!takes_value)
        bound.value = bound.has_value ? ps_bool(ps_truth(&bound.value)) : ps_bool(true);
    else if (!bound.has_value)
        return fail(call, bound.extent, "MissingArgument",
                    ps_format(call->ps,
                              "Missing an argument for parameter '%s'. Specify a parameter and try again.",
                              call->cmdlet->parameters[index].name)
                        .text);
    return set_value(call, (size_t)index, &bound);
}

/* Positions count among those that were not given by name. */
static int bind_position(struct ps_call *call, const struct ps_bound *bound)
{
    int best = -1;

    for (size_t i = 0; i < call->cmdlet->parameter_count; i++) {
        int position = call->cmdlet->parameters[i].position;

        if (position > 0 && !call->given[i] &&
            (best < 0 || position < call->cmdlet->parameters[best].position))
            best = (int)i;
    }
    if (best >= 0)
        return set_value(call, (size_t)best, bound);
    return fail(call, bound->extent, "PositionalParameterNotFound",
                ps_format(call->ps, "A positional parameter cannot be found that accepts argument '%s'.",
                          ps_show(call->ps, &bound->value))
                    .text);
}

static int check_mandatory(struct ps_call *call)
{
    AUTO(strbuf) struct strbuf missing = STRBUF_INIT;

    for (size_t i = 0; i < call->cmdlet->parameter_count; i++)
        if (call->cmdlet->parameters[i].mandatory && !call->given[i])
            strbuf_format(&missing, "%s%s", missing.length ? " " : "", call->cmdlet->parameters[i].name);
    if (missing.length == 0)
        return 0;
    return fail(call, call->extent, "MissingMandatoryParameter",
                ps_format(call->ps,
                          "Cannot process command because of one or more missing mandatory parameters: %s.",
                          strbuf_text(&missing))
                    .text);
}

int ps_bind(struct ps_call *call, const struct ps_bounds *bounds)
{
    for (size_t i = 0; i < bounds->count;)
        if (bounds->items[i].name ? bind_named(call, bounds, &i) != 0 : (i++, false))
            return -1;
    /* Those by position come after, but a value that a name has taken is no longer there. */
    for (size_t i = 0; i < bounds->count; i++) {
        const struct ps_bound *bound = &bounds->items[i];
        int index;

        if (!bound->name) {
            if (bind_position(call, bound) != 0)
                return -1;
            continue;
        }
        index = lead(call->cmdlet, bound->name);
        i += !bound->has_value && i + 1 < bounds->count && !bounds->items[i + 1].name &&
             (index >= 0 ? call->cmdlet->parameters[index].kind != PS_SWITCH : commons[~index].takes_value);
    }
    return check_mandatory(call);
}
