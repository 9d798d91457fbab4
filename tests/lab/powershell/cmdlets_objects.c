/* Cmdlets that work on what comes through the pipeline. */
#include "lab/powershell/cmdlet.h"

#include <string.h>
#include <strings.h>

/* Where-Object Name -eq value, the form without a block. */
static int keeps_by_property(struct ps_call *call, struct ps_value item, bool *ret_keeps)
{
    static const char *const comparisons[] = {"eq",   "ne",      "gt",    "ge",       "lt",       "le",
                                              "like", "notlike", "match", "notmatch", "contains", "in"};
    struct ps_value property = ps_null(), result = ps_null();

    if (ps_get_member(call->ps, &item, ps_argument_text(call, "Property"), &property) != 0)
        return -1;
    result = property;
    for (size_t i = 0; i < COUNT(comparisons); i++) {
        const struct ps_value *wanted = ps_argument(call, comparisons[i]);
        const char *name = ps_format(call->ps, "-%s", comparisons[i]).text;

        if (!wanted)
            continue;
        if (ps_apply(call->ps, ps_operator_named(name), &(struct ps_expr){.extent = call->extent}, property,
                     *wanted, &result) != 0)
            return -1;
    }
    *ret_keeps = ps_truth(&result);
    return 0;
}

static int keeps(struct ps_call *call, struct ps_value item, bool *ret_keeps)
{
    const struct ps_value *block = ps_argument(call, "FilterScript");
    struct ps_list *output = ps_list_new(call->ps);
    struct ps_value result;

    if (!block || block->kind != PS_BLOCK)
        return block ? ps_call_fail(call, "System.Management.Automation.ParameterBindingException",
                                    "CannotConvertArgumentNoMessage", "InvalidArgument", ps_null(),
                                    "Cannot bind parameter 'FilterScript'.")
                     : keeps_by_property(call, item, ret_keeps);
    if (ps_with_item(call->ps, block->block, item, output) != 0)
        return -1;
    result = ps_list_collapse(output);
    *ret_keeps = ps_truth(&result);
    return 0;
}

/* Its first argument is a block, or a property's name. */
static int where_object(struct ps_call *call)
{
    if (call->given[0] && call->arguments[0].kind != PS_BLOCK) {
        if (call->given[2])
            return ps_call_fail(call, "System.Management.Automation.ParameterBindingException",
                                "PositionalParameterNotFound", "InvalidArgument", ps_null(),
                                "A positional parameter cannot be found that accepts argument '%s'.",
                                ps_show(call->ps, &call->arguments[2]));
        call->given[1] = true;
        call->arguments[1] = call->arguments[0];
        call->given[0] = false;
    }
    for (size_t i = 0; i < call->input->count; i++) {
        bool keep = false;

        if (ps_step(call->ps) != 0 || keeps(call, call->input->items[i], &keep) != 0)
            return -1;
        if (keep)
            ps_emit(call, call->input->items[i]);
    }
    return 0;
}

static int run_if_given(struct ps_call *call, const char *name)
{
    const struct ps_value *block = ps_argument(call, name);

    return block ? ps_with_item(call->ps, block->block, ps_null(), call->output) : 0;
}

static int for_each_object(struct ps_call *call)
{
    const struct ps_value *process = ps_argument(call, "Process");
    struct ps_value member = ps_null();

    if (run_if_given(call, "Begin") != 0)
        return -1;
    for (size_t i = 0; i < call->input->count; i++) {
        if (ps_step(call->ps) != 0)
            return -1;
        if (process->kind == PS_BLOCK) {
            if (ps_with_item(call->ps, process->block, call->input->items[i], call->output) != 0)
                return -1;
            continue;
        }
        if (ps_get_member(call->ps, &call->input->items[i], ps_show(call->ps, process), &member) != 0)
            return -1;
        ps_list_spread(call->ps, call->output, member);
    }
    return run_if_given(call, "End");
}

static const struct ps_value *table_entry(const struct ps_object *table, const char *first,
                                          const char *second)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcasecmp(table->properties[i].name, first) == 0 ||
            strcasecmp(table->properties[i].name, second) == 0 ||
            (strlen(table->properties[i].name) == 1 && strncasecmp(table->properties[i].name, first, 1) == 0))
            return &table->properties[i].value;
    return NULL;
}

/* @{n='Name'; e={...}} */
static int select_calculated(struct ps_call *call, const struct ps_object *rule, struct ps_value item,
                             struct ps_value into)
{
    const struct ps_value *name = table_entry(rule, "Name", "Label"),
                          *expression = table_entry(rule, "Expression", "e");
    struct ps_list *output = ps_list_new(call->ps);
    struct ps_value value = ps_null();

    if (!name || !expression)
        return ps_call_fail(call, "System.NotSupportedException", "DictionaryKeyUnknown", "InvalidArgument",
                            ps_null(),
                            "The hash table of a calculated property needs the keys Name and Expression.");
    if (expression->kind != PS_BLOCK) {
        if (ps_get_member(call->ps, &item, ps_show(call->ps, expression), &value) != 0)
            return -1;
    } else {
        if (ps_with_item(call->ps, expression->block, item, output) != 0) {
            if (call->ps->unwind != UNWIND_THROW) /* an error in it is a property without value */
                return -1;
            call->ps->unwind = UNWIND_NONE;
        }
        value = ps_list_collapse(output);
    }
    ps_set(call->ps, into, ps_show(call->ps, name), value);
    return 0;
}

static int select_named(struct ps_call *call, const char *pattern, struct ps_value item, struct ps_value into)
{
    struct ps_value value = ps_null();

    if (strpbrk(pattern, "*?")) {
        for (size_t i = 0; item.kind == PS_OBJECT && i < item.object->count; i++)
            if (strcmp(pattern, "*") == 0)
                ps_set(call->ps, into, item.object->properties[i].name, item.object->properties[i].value);
        return 0;
    }
    if (ps_get_member(call->ps, &item, pattern, &value) != 0)
        return -1;
    ps_set(call->ps, into, pattern, value);
    return 0;
}

static int select_properties(struct ps_call *call, const struct ps_value *properties, struct ps_value item,
                             struct ps_value *ret_value)
{
    struct ps_list rules = ps_elements(properties);

    *ret_value = ps_custom_object(call->ps);
    for (size_t i = 0; i < rules.count; i++) {
        struct ps_value *rule = &rules.items[i];
        int rc = rule->kind == PS_TABLE ? select_calculated(call, rule->object, item, *ret_value)
                                        : select_named(call, ps_show(call->ps, rule), item, *ret_value);

        if (rc != 0)
            return -1;
    }
    return 0;
}

static int expand(struct ps_call *call, const char *name, struct ps_value item)
{
    struct ps_value value = ps_null();

    if (item.kind == PS_OBJECT && !ps_get(item.object, name))
        return ps_call_error(call, "System.Management.Automation.PSArgumentException",
                             "ExpandPropertyNotFound", "InvalidArgument", item,
                             "Property \"%s\" cannot be found.", name);
    if (ps_get_member(call->ps, &item, name, &value) != 0)
        return -1;
    ps_list_spread(call->ps, call->output, value);
    return 0;
}

static int select_one(struct ps_call *call, struct ps_value item)
{
    const struct ps_value *properties = ps_argument(call, "Property");
    const char *expanded = ps_argument_text(call, "ExpandProperty");
    struct ps_value selected = item;

    if (ps_step(call->ps) != 0)
        return -1;
    if (expanded)
        return expand(call, expanded, item);
    if (properties && select_properties(call, properties, item, &selected) != 0)
        return -1;
    ps_emit(call, selected);
    return 0;
}

static void keep_unique(struct ps_call *call)
{
    size_t kept = 0;

    for (size_t i = 0; i < call->output->count && ps_step(call->ps) == 0; i++) {
        bool seen = false;

        for (size_t j = 0; j < kept && !seen && ps_step(call->ps) == 0; j++)
            seen = strcmp(ps_show(call->ps, &call->output->items[i]),
                          ps_show(call->ps, &call->output->items[j])) == 0;
        if (!seen)
            call->output->items[kept++] = call->output->items[i];
    }
    call->output->count = kept;
}

static int select_object(struct ps_call *call)
{
    struct ps_list input = ps_call_input(call, "InputObject");
    size_t first = (size_t)ps_argument_number(call, "First", INT64_MAX),
           from = (size_t)ps_argument_number(call, "Skip", 0);
    size_t last = (size_t)ps_argument_number(call, "Last", INT64_MAX);
    struct ps_list *output = call->output, *selected = ps_list_new(call->ps);

    if (last < input.count)
        from = input.count - last;
    call->output = selected;
    for (size_t i = from; i < input.count && i - from < first; i++)
        if (select_one(call, input.items[i]) != 0)
            return -1;
    if (ps_switch(call, "Unique"))
        keep_unique(call);
    for (size_t i = 0; i < selected->count; i++)
        ps_list_add(call->ps, output, selected->items[i]);
    return call->ps->unwind == UNWIND_NONE ? 0 : -1;
}

static int sort_key(struct ps_call *call, struct ps_value item, struct ps_value *ret_key)
{
    const struct ps_value *property = ps_argument(call, "Property");
    struct ps_list *output;

    *ret_key = item;
    if (!property)
        return 0;
    if (property->kind != PS_BLOCK)
        return ps_get_member(call->ps, &item, ps_show(call->ps, property), ret_key);
    output = ps_list_new(call->ps);
    if (ps_with_item(call->ps, property->block, item, output) != 0)
        return -1;
    *ret_key = ps_list_collapse(output);
    return 0;
}

/* Insertion keeps equal ones in order; the inputs are small. */
static int sort_object(struct ps_call *call)
{
    struct ps_list *keys = ps_list_new(call->ps), *sorted = ps_list_new(call->ps);
    bool descending = ps_switch(call, "Descending");
    int direction = descending ? -1 : 1;

    for (size_t i = 0; i < call->input->count; i++) {
        struct ps_value key = ps_null();
        size_t at = keys->count;

        if (sort_key(call, call->input->items[i], &key) != 0)
            return -1;
        ps_list_add(call->ps, keys, key);
        ps_list_add(call->ps, sorted, call->input->items[i]);
        for (; at > 0 && ps_compare(call->ps, &keys->items[at - 1], &key, false) * direction > 0; at--) {
            keys->items[at] = keys->items[at - 1];
            sorted->items[at] = sorted->items[at - 1];
            if (ps_step(call->ps) != 0)
                return -1;
        }
        keys->items[at] = key;
        sorted->items[at] = call->input->items[i];
    }
    for (size_t i = 0; i < sorted->count; i++) {
        if (ps_switch(call, "Unique") && i > 0 &&
            ps_compare(call->ps, &keys->items[i], &keys->items[i - 1], false) == 0)
            continue;
        ps_emit(call, sorted->items[i]);
    }
    return 0;
}

static int measure_object(struct ps_call *call)
{
    const char *property = ps_argument_text(call, "Property");
    struct ps_value measure = ps_object(call->ps, "Microsoft.PowerShell.Commands.GenericMeasureInfo");
    struct ps_value sum = ps_int(0), least = ps_null(), most = ps_null();

    for (size_t i = 0; i < call->input->count; i++) {
        struct ps_value value = call->input->items[i], number = ps_null();

        if (property && ps_get_member(call->ps, &value, property, &value) != 0)
            return -1;
        if (!ps_number(&value, &number))
            continue;
        sum = ps_real(ps_as_real(&sum) + ps_as_real(&number));
        if (least.kind == PS_NULL || ps_compare(call->ps, &number, &least, false) < 0)
            least = number;
        if (most.kind == PS_NULL || ps_compare(call->ps, &number, &most, false) > 0)
            most = number;
    }
    ps_set(call->ps, measure, "Count", ps_int((int64_t)call->input->count));
    ps_set(call->ps, measure, "Sum", ps_switch(call, "Sum") ? sum : ps_null());
    ps_set(call->ps, measure, "Maximum", ps_switch(call, "Maximum") ? most : ps_null());
    ps_set(call->ps, measure, "Minimum", ps_switch(call, "Minimum") ? least : ps_null());
    ps_set(call->ps, measure, "Property", ps_text(property));
    ps_emit(call, measure);
    return 0;
}

static const struct ps_parameter where_parameters[] = {
    {"FilterScript", PS_ANY_PARAMETER, 1, true, NULL, NULL},
    {"Property", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"Value", PS_ANY_PARAMETER, 2, false, NULL, NULL},
    {"eq", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"ne", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"gt", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"ge", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"lt", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"le", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"like", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"notlike", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"match", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"notmatch", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"contains", PS_ANY_PARAMETER, 0, false, NULL, NULL},
    {"in", PS_ANY_PARAMETER, 0, false, NULL, NULL},
};
static const struct ps_parameter for_each_parameters[] = {
    {"Process", PS_ANY_PARAMETER, 1, true, NULL, NULL},
    {"Begin", PS_BLOCK_PARAMETER, 0, false, NULL, NULL},
    {"End", PS_BLOCK_PARAMETER, 0, false, NULL, NULL},
};
static const struct ps_parameter select_parameters[] = {
    {"Property", PS_ANY_PARAMETER, 1, false, NULL, NULL},
    {"ExpandProperty", PS_TEXT_PARAMETER, 0, false, NULL, NULL},
    {"First", PS_NUMBER_PARAMETER, 0, false, NULL, NULL},
    {"Last", PS_NUMBER_PARAMETER, 0, false, NULL, NULL},
    {"Skip", PS_NUMBER_PARAMETER, 0, false, NULL, NULL},
    {"Unique", PS_SWITCH, 0, false, NULL, NULL},
    {"InputObject", PS_ANY_PARAMETER, 0, false, NULL, NULL},
};
static const struct ps_parameter sort_parameters[] = {
    {"Property", PS_ANY_PARAMETER, 1, false, NULL, NULL},
    {"Descending", PS_SWITCH, 0, false, NULL, NULL},
    {"Unique", PS_SWITCH, 0, false, NULL, NULL},
};
static const struct ps_parameter measure_parameters[] = {
    {"Property", PS_TEXT_PARAMETER, 1, false, NULL, NULL},
    {"Sum", PS_SWITCH, 0, false, NULL, NULL},
    {"Maximum", PS_SWITCH, 0, false, NULL, NULL},
    {"Minimum", PS_SWITCH, 0, false, NULL, NULL},
};

static const struct ps_cmdlet cmdlets[] = {
    {"Where-Object", where_parameters, COUNT(where_parameters), 0, NULL, where_object},
    {"ForEach-Object", for_each_parameters, COUNT(for_each_parameters), 0, NULL, for_each_object},
    {"Select-Object", select_parameters, COUNT(select_parameters), 0, NULL, select_object},
    {"Sort-Object", sort_parameters, COUNT(sort_parameters), 0, NULL, sort_object},
    {"Measure-Object", measure_parameters, COUNT(measure_parameters), 0, NULL, measure_object},
};
const struct ps_cmdlet_family ps_cmdlets_objects = {cmdlets, COUNT(cmdlets), false};
