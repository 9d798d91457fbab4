#include "lab/powershell/run.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

typedef int evaluator(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value);

static int evaluate_literal(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    (void)ps;
    *ret_value = expr->literal;
    return 0;
}

static int evaluate_text(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < expr->parts.count; i++) {
        struct ps_value part = ps_null();

        if (ps_evaluate(ps, expr->parts.items[i], &part) != 0)
            return -1;
        strbuf_add(&text, ps_show(ps, &part));
        if (text.length > PS_TEXT_MAX)
            return ps_overrun(ps, "text");
    }
    *ret_value = ps_text(ps_keep(ps, strbuf_text(&text), text.length));
    return 0;
}

static int evaluate_variable(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    *ret_value = ps_variable(ps, expr->name);
    return 0;
}

static int evaluate_not(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    struct ps_value operand = ps_null();

    if (ps_evaluate(ps, expr->left, &operand) != 0)
        return -1;
    *ret_value = ps_bool(!ps_truth(&operand));
    return 0;
}

static int evaluate_negate(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    struct ps_value operand = ps_null();

    if (ps_evaluate(ps, expr->left, &operand) != 0)
        return -1;
    return ps_apply(ps, ps_operator_named("-"), expr, ps_int(0), operand, ret_value);
}

static int evaluate_unary_join(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    struct ps_value operand = ps_null();

    if (ps_evaluate(ps, expr->left, &operand) != 0)
        return -1;
    return ps_apply(ps, ps_operator_named("-join"), expr, operand, ps_text(""), ret_value);
}

static int evaluate_unary_split(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    struct ps_value operand = ps_null();

    if (ps_evaluate(ps, expr->left, &operand) != 0)
        return -1;
    return ps_apply(ps, ps_operator_named("-split"), expr, operand, ps_text("[ \t\r\n]+"), ret_value);
}

static int evaluate_binary(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    struct ps_value left = ps_null(), right = ps_null();

    if (ps_evaluate(ps, expr->left, &left) != 0 || ps_evaluate(ps, expr->right, &right) != 0)
        return -1;
    return ps_apply(ps, expr->operation, expr, left, right, ret_value);
}

static int evaluate_logical(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    struct ps_value operand = ps_null();
    bool decides = expr->kind == PS_EXPR_OR; /* the left value that needs no right one */

    if (ps_evaluate(ps, expr->left, &operand) != 0)
        return -1;
    if (ps_truth(&operand) != decides && ps_evaluate(ps, expr->right, &operand) != 0)
        return -1;
    *ret_value = ps_bool(ps_truth(&operand));
    return 0;
}

static int evaluate_list(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    struct ps_list *list = ps_list_new(ps);

    for (size_t i = 0; i < expr->parts.count; i++) {
        struct ps_value element = ps_null();

        if (ps_evaluate(ps, expr->parts.items[i], &element) != 0)
            return -1;
        ps_list_add(ps, list, element);
    }
    *ret_value = ps_array(list);
    return 0;
}

/* An assignment in parentheses is worth what it assigned. */
static int evaluate_paren(struct ps *ps, const struct ps_statement *statement, struct ps_value *ret_value)
{
    if (ps_value_of(ps, statement, ret_value) != 0)
        return -1;
    return statement->kind == PS_ASSIGN ? ps_evaluate(ps, statement->target, ret_value) : 0;
}

/* (statement), $(statements), @(statements) */
static int evaluate_body(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    struct ps_list *output = ps_list_new(ps);
    int rc;

    if (expr->kind == PS_EXPR_PAREN)
        return evaluate_paren(ps, expr->body.items[0], ret_value);
    rc = ps_execute(ps, &expr->body, output);
    *ret_value = expr->kind == PS_EXPR_ARRAY ? ps_array(output) : ps_list_collapse(output);
    return rc;
}

static int evaluate_table(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    *ret_value = ps_table(ps);
    for (size_t i = 0; i < expr->parts.count; i++) {
        struct ps_value key = ps_null(), value = ps_null();
        const char *name;

        if (ps_evaluate(ps, expr->parts.items[i], &key) != 0 ||
            ps_value_of(ps, expr->body.items[i], &value) != 0)
            return -1;
        name = ps_show(ps, &key);
        if (ps_get(ret_value->object, name))
            return ps_fail(ps, expr->extent, "DuplicateKeyInHashLiteral",
                           "Duplicate keys '%s' are not allowed in hash literals.", name);
        ps_set(ps, *ret_value, name, value);
    }
    return 0;
}

static int evaluate_block(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    (void)ps;
    *ret_value = (struct ps_value){.kind = PS_BLOCK, .block = expr->block};
    return 0;
}

static int evaluate_type(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    if (!ps_type_known(expr->name))
        return ps_fail(ps, expr->extent, "TypeNotFound", "Unable to find type [%s].", expr->name);
    *ret_value = (struct ps_value){.kind = PS_TYPE, .text = expr->name};
    return 0;
}

static int evaluate_cast(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    struct ps_value operand = ps_null();

    if (ps_evaluate(ps, expr->left, &operand) != 0)
        return -1;
    return ps_cast(ps, expr, expr->name, operand, ret_value);
}

static int evaluate_name(struct ps *ps, const struct ps_expr *expr, const char **ret_name)
{
    struct ps_value name = ps_null();

    if (ps_evaluate(ps, expr, &name) != 0)
        return -1;
    *ret_name = ps_show(ps, &name);
    return 0;
}

static int evaluate_member(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    struct ps_value object = ps_null();
    const char *name = NULL;

    if (ps_evaluate(ps, expr->left, &object) != 0 || evaluate_name(ps, expr->right, &name) != 0)
        return -1;
    return ps_get_member(ps, &object, name, ret_value);
}

static int evaluate_static(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    const char *name = NULL;

    if (evaluate_name(ps, expr->right, &name) != 0)
        return -1;
    return ps_static(ps, expr, expr->left->name, name, NULL, ret_value);
}

static int evaluate_call(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    const struct ps_expr *member = expr->left;
    struct ps_value object = ps_null(), arguments = ps_null();
    const char *name = NULL;

    if (member->kind == PS_EXPR_MEMBER && ps_evaluate(ps, member->left, &object) != 0)
        return -1;
    if (evaluate_name(ps, member->right, &name) != 0 || evaluate_list(ps, expr, &arguments) != 0)
        return -1;
    if (member->kind == PS_EXPR_STATIC)
        return ps_static(ps, expr, member->left->name, name, arguments.array, ret_value);
    return ps_call_method(ps, expr, &object, name, arguments.array, ret_value);
}

static struct ps_value element_at(struct ps *ps, const struct ps_value *object, const struct ps_value *index)
{
    struct ps_list elements = ps_elements(object);
    int64_t at = ps_as_integer(index);

    if (object->kind == PS_TABLE) {
        const struct ps_value *found = ps_get(object->object, ps_show(ps, index));

        return found ? *found : ps_null();
    }
    if (object->kind == PS_TEXT) {
        int64_t length = (int64_t)strlen(object->text);

        at = at < 0 ? at + length : at;
        return at >= 0 && at < length ? ps_text(ps_keep(ps, object->text + at, 1)) : ps_null();
    }
    at = at < 0 ? at + (int64_t)elements.count : at;
    return at >= 0 && at < (int64_t)elements.count ? elements.items[at] : ps_null();
}

static int evaluate_index(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    struct ps_value object = ps_null(), index = ps_null();
    struct ps_list *found;

    if (ps_evaluate(ps, expr->left, &object) != 0 || ps_evaluate(ps, expr->right, &index) != 0)
        return -1;
    if (object.kind == PS_NULL)
        return ps_fail(ps, expr->extent, "NullArray", "Cannot index into a null array.");
    if (index.kind != PS_ARRAY) {
        *ret_value = element_at(ps, &object, &index);
        return 0;
    }
    found = ps_list_new(ps);
    for (size_t i = 0; i < index.array->count; i++)
        ps_list_add(ps, found, element_at(ps, &object, &index.array->items[i]));
    *ret_value = ps_array(found);
    return 0;
}

/* $i++ gives the old value; as a statement nobody sees it. */
static int evaluate_step(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    struct ps_value after = ps_null();

    *ret_value = ps_variable(ps, expr->left->name);
    if (ps_apply(ps, ps_operator_named("+"), expr, ret_value->kind == PS_NULL ? ps_int(0) : *ret_value,
                 ps_int(expr->step), &after) != 0)
        return -1;
    ps_assign(ps, expr->left->name, after);
    return 0;
}

static evaluator *const evaluators[PS_EXPR_KIND_COUNT] = {
    [PS_EXPR_LITERAL] = evaluate_literal,
    [PS_EXPR_TEXT] = evaluate_text,
    [PS_EXPR_VARIABLE] = evaluate_variable,
    [PS_EXPR_NOT] = evaluate_not,
    [PS_EXPR_NEGATE] = evaluate_negate,
    [PS_EXPR_UNARY_JOIN] = evaluate_unary_join,
    [PS_EXPR_UNARY_SPLIT] = evaluate_unary_split,
    [PS_EXPR_BINARY] = evaluate_binary,
    [PS_EXPR_AND] = evaluate_logical,
    [PS_EXPR_OR] = evaluate_logical,
    [PS_EXPR_LIST] = evaluate_list,
    [PS_EXPR_PAREN] = evaluate_body,
    [PS_EXPR_SUB] = evaluate_body,
    [PS_EXPR_ARRAY] = evaluate_body,
    [PS_EXPR_TABLE] = evaluate_table,
    [PS_EXPR_BLOCK] = evaluate_block,
    [PS_EXPR_TYPE] = evaluate_type,
    [PS_EXPR_CAST] = evaluate_cast,
    [PS_EXPR_MEMBER] = evaluate_member,
    [PS_EXPR_STATIC] = evaluate_static,
    [PS_EXPR_CALL] = evaluate_call,
    [PS_EXPR_INDEX] = evaluate_index,
    [PS_EXPR_STEP] = evaluate_step,
};

int ps_evaluate(struct ps *ps, const struct ps_expr *expr, struct ps_value *ret_value)
{
    int rc;

    if (ps_step(ps) != 0)
        return -1;
    if (++ps->depth > PS_DEPTH_MAX) {
        ps->depth--;
        return ps_fail(ps, expr->extent, "CallDepthOverflow",
                       "The script failed due to call depth overflow.");
    }
    rc = evaluators[expr->kind](ps, expr, ret_value);
    ps->depth--;
    return rc;
}

static int assign_member(struct ps *ps, const struct ps_expr *target, struct ps_value value)
{
    struct ps_value object = ps_null();
    const char *name = NULL;

    if (ps_evaluate(ps, target->left, &object) != 0 || evaluate_name(ps, target->right, &name) != 0)
        return -1;
    if (object.kind != PS_TABLE && (object.kind != PS_OBJECT || !ps_get(object.object, name)))
        return ps_fail(ps, target->extent, "PropertyAssignmentException",
                       "The property '%s' cannot be found on this object. Verify that the property exists "
                       "and can be set.",
                       name);
    ps_set(ps, object, name, value);
    return 0;
}

static int assign_element(struct ps *ps, const struct ps_expr *target, struct ps_value value)
{
    struct ps_value object = ps_null(), index = ps_null();
    int64_t at;

    if (ps_evaluate(ps, target->left, &object) != 0 || ps_evaluate(ps, target->right, &index) != 0)
        return -1;
    if (object.kind == PS_TABLE) {
        ps_set(ps, object, ps_show(ps, &index), value);
        return 0;
    }
    at = ps_as_integer(&index);
    if (object.kind != PS_ARRAY || at < -(int64_t)object.array->count || at >= (int64_t)object.array->count)
        return ps_fail(ps, target->extent, "System.IndexOutOfRangeException",
                       "Index was outside the bounds of the array.");
    object.array->items[at < 0 ? at + (int64_t)object.array->count : at] = value;
    return 0;
}

int ps_assign_to(struct ps *ps, const struct ps_expr *target, struct ps_value value)
{
    const char *name = NULL;

    switch (target->kind) {
    case PS_EXPR_VARIABLE:
        ps_assign(ps, target->name, value);
        return 0;
    case PS_EXPR_CAST:
        if (ps_cast(ps, target, target->name, value, &value) != 0)
            return -1;
        return ps_assign_to(ps, target->left, value);
    case PS_EXPR_INDEX:
        return assign_element(ps, target, value);
    case PS_EXPR_STATIC:
        return evaluate_name(ps, target->right, &name) != 0
                   ? -1
                   : ps_set_static(ps, target, target->left->name, name);
    default:
        return assign_member(ps, target, value);
    }
}
