/* The binary operators as one table ("about_Operators", "about_Comparison_Operators"). */
#include "lab/powershell/pattern.h"
#include "lab/powershell/run.h"

#include <math.h>
#include <string.h>
#include <strings.h>

static int both_numbers(struct ps *ps, const struct ps_expr *at, struct ps_value *left,
                        struct ps_value *right)
{
    struct ps_value original[2] = {*left, *right};

    if (!ps_number(&original[0], left))
        return ps_fail(
            ps, at->extent, "MethodNotFound",
            "Method invocation failed because [%s] does not contain a method named 'op_Arithmetic'.",
            ps_type_name(&original[0]));
    return ps_number(&original[1], right) ? 0 : ps_fail_cast(ps, at->extent, &original[1], "System.Int32");
}

static int add_texts(struct ps *ps, struct ps_value left, struct ps_value right, struct ps_value *ret_value)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    strbuf_add(&text, left.text);
    strbuf_add(&text, ps_show(ps, &right));
    if (text.length > PS_TEXT_MAX)
        return ps_overrun(ps, "text");
    *ret_value = ps_text(ps_keep(ps, strbuf_text(&text), text.length));
    return 0;
}

static int add_tables(struct ps *ps, const struct ps_expr *at, struct ps_value left, struct ps_value right,
                      struct ps_value *ret_value)
{
    const struct ps_object *both[] = {left.object, right.object};

    if (right.kind != PS_TABLE)
        return ps_fail(ps, at->extent, "AddHashTableToNonHashTable",
                       "A hash table can only be added to another hash table.");
    *ret_value = ps_table(ps);
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < both[side]->count; i++)
            ps_set(ps, *ret_value, both[side]->properties[i].name, both[side]->properties[i].value);
    return 0;
}

static int add_arrays(struct ps *ps, struct ps_value left, struct ps_value right, struct ps_value *ret_value)
{
    struct ps_list *sum = ps_list_new(ps);

    ps_list_spread(ps, sum, left);
    if (right.kind == PS_NULL)
        ps_list_add(ps, sum, right);
    ps_list_spread(ps, sum, right);
    *ret_value = ps_array(sum);
    return 0;
}

static int plus(struct ps *ps, const struct ps_expr *at, struct ps_value left, struct ps_value right,
                struct ps_value *ret_value)
{
    int64_t sum;

    if (left.kind == PS_TEXT)
        return add_texts(ps, left, right, ret_value);
    if (left.kind == PS_ARRAY)
        return add_arrays(ps, left, right, ret_value);
    if (left.kind == PS_TABLE)
        return add_tables(ps, at, left, right, ret_value);
    if (left.kind == PS_NULL) {
        *ret_value = right;
        return 0;
    }
    if ((left.kind == PS_DATE || left.kind == PS_SPAN) && right.kind == PS_SPAN) {
        *ret_value = left;
        return __builtin_add_overflow(left.ms, right.ms, &ret_value->ms) ? ps_overrun(ps, "date") : 0;
    }
    if (both_numbers(ps, at, &left, &right) != 0)
        return -1;
    if (left.kind == PS_INT && right.kind == PS_INT &&
        !__builtin_add_overflow(left.integer, right.integer, &sum))
        *ret_value = ps_int(sum);
    else
        *ret_value = ps_real(ps_as_real(&left) + ps_as_real(&right));
    return 0;
}

static int minus(struct ps *ps, const struct ps_expr *at, struct ps_value left, struct ps_value right,
                 struct ps_value *ret_value)
{
    int64_t difference;

    if ((left.kind == PS_DATE && (right.kind == PS_DATE || right.kind == PS_SPAN)) ||
        (left.kind == PS_SPAN && right.kind == PS_SPAN)) {
        if (__builtin_sub_overflow(left.ms, right.ms, &difference))
            return ps_overrun(ps, "date");
        *ret_value = right.kind == left.kind ? ps_span(difference) : ps_date(difference, left.is_utc);
        return 0;
    }
    if (both_numbers(ps, at, &left, &right) != 0)
        return -1;
    if (left.kind == PS_INT && right.kind == PS_INT &&
        !__builtin_sub_overflow(left.integer, right.integer, &difference))
        *ret_value = ps_int(difference);
    else
        *ret_value = ps_real(ps_as_real(&left) - ps_as_real(&right));
    return 0;
}

static int repeat(struct ps *ps, struct ps_value left, int64_t times, struct ps_value *ret_value)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    size_t length = strlen(left.text);

    if (times < 0 || times > PS_TEXT_MAX || length * (size_t)times > PS_TEXT_MAX)
        return ps_overrun(ps, "text");
    for (int64_t i = 0; i < times && length > 0; i++)
        strbuf_add_n(&text, left.text, length);
    *ret_value = ps_text(ps_keep(ps, strbuf_text(&text), text.length));
    return 0;
}

static int times(struct ps *ps, const struct ps_expr *at, struct ps_value left, struct ps_value right,
                 struct ps_value *ret_value)
{
    int64_t product;

    if (left.kind == PS_TEXT)
        return repeat(ps, left, ps_as_integer(&right), ret_value);
    if (both_numbers(ps, at, &left, &right) != 0)
        return -1;
    if (left.kind == PS_INT && right.kind == PS_INT &&
        !__builtin_mul_overflow(left.integer, right.integer, &product))
        *ret_value = ps_int(product);
    else
        *ret_value = ps_real(ps_as_real(&left) * ps_as_real(&right));
    return 0;
}

static int divided(struct ps *ps, const struct ps_expr *at, struct ps_value left, struct ps_value right,
                   struct ps_value *ret_value)
{
    if (both_numbers(ps, at, &left, &right) != 0)
        return -1;
    if (ps_as_real(&right) == 0)
        return ps_fail(ps, at->extent, "RuntimeException", "Attempted to divide by zero.");
    if (left.kind == PS_INT && right.kind == PS_INT && right.integer != -1 &&
        left.integer % right.integer == 0)
        *ret_value = ps_int(left.integer / right.integer);
    else
        *ret_value = ps_real(ps_as_real(&left) / ps_as_real(&right));
    return 0;
}

static int modulo(struct ps *ps, const struct ps_expr *at, struct ps_value left, struct ps_value right,
                  struct ps_value *ret_value)
{
    if (both_numbers(ps, at, &left, &right) != 0)
        return -1;
    if (ps_as_real(&right) == 0)
        return ps_fail(ps, at->extent, "RuntimeException", "Attempted to divide by zero.");
    if (left.kind == PS_INT && right.kind == PS_INT)
        *ret_value = ps_int(right.integer == -1 ? 0 : left.integer % right.integer);
    else
        *ret_value = ps_real(fmod(ps_as_real(&left), ps_as_real(&right)));
    return 0;
}

static int compare_texts(const char *left, const char *right, bool case_sensitive)
{
    return case_sensitive ? strcmp(left, right) : strcasecmp(left, right);
}

int ps_compare(struct ps *ps, const struct ps_value *left, const struct ps_value *right, bool case_sensitive)
{
    struct ps_value a = ps_null(), b = ps_null();

    if ((left->kind == PS_DATE && right->kind == PS_DATE) ||
        (left->kind == PS_SPAN && right->kind == PS_SPAN))
        return left->ms < right->ms ? -1 : left->ms > right->ms;
    if (left->kind != PS_TEXT && left->kind != PS_NULL && ps_number(left, &a) && ps_number(right, &b)) {
        if (a.kind == PS_INT && b.kind == PS_INT)
            return a.integer < b.integer ? -1 : a.integer > b.integer;
        return ps_as_real(&a) < ps_as_real(&b) ? -1 : ps_as_real(&a) > ps_as_real(&b);
    }
    return compare_texts(ps_show(ps, left), ps_show(ps, right), case_sensitive);
}

bool ps_equal(struct ps *ps, const struct ps_value *left, const struct ps_value *right, bool case_sensitive)
{
    struct ps_value number = ps_null();

    if (left->kind == PS_NULL || right->kind == PS_NULL)
        return left->kind == right->kind;
    if (left->kind == PS_BOOL || right->kind == PS_BOOL)
        return ps_truth(left) == ps_truth(right);
    if (ps_is_number(left) && !ps_number(right, &number))
        return false;
    if (left->kind == PS_ENUM && ps_is_number(right))
        return left->member->number == ps_as_integer(right);
    if (left->kind == PS_ENUM || right->kind == PS_ENUM)
        return strcasecmp(ps_show(ps, left), ps_show(ps, right)) == 0;
    if (left->kind == PS_TABLE || left->kind == PS_OBJECT)
        return right->kind == left->kind
                   ? left->object == right->object
                   : left->object->shown && strcasecmp(left->object->shown, ps_show(ps, right)) == 0;
    return ps_compare(ps, left, right, case_sensitive) == 0;
}

#define COMPARISON(function, condition)                                                                      \
    static int function(struct ps *ps, const struct ps_expr *at, struct ps_value left,                       \
                        struct ps_value right, struct ps_value *ret_value)                                   \
    {                                                                                                        \
        *ret_value = ps_bool(condition);                                                                     \
        return 0;                                                                                            \
    }
COMPARISON(equal, ps_equal(ps, &left, &right, at->case_sensitive))
COMPARISON(not_equal, !ps_equal(ps, &left, &right, at->case_sensitive))
COMPARISON(greater, ps_compare(ps, &left, &right, at->case_sensitive) > 0)
COMPARISON(greater_equal, ps_compare(ps, &left, &right, at->case_sensitive) >= 0)
COMPARISON(less, ps_compare(ps, &left, &right, at->case_sensitive) < 0)
COMPARISON(less_equal, ps_compare(ps, &left, &right, at->case_sensitive) <= 0)
COMPARISON(like, ps_like(ps_show(ps, &left), ps_show(ps, &right), at->case_sensitive))
COMPARISON(not_like, !ps_like(ps_show(ps, &left), ps_show(ps, &right), at->case_sensitive))

static bool holds(struct ps *ps, const struct ps_value *list, const struct ps_value *value,
                  bool case_sensitive)
{
    struct ps_list elements = ps_elements(list);

    for (size_t i = 0; i < elements.count; i++)
        if (ps_equal(ps, &elements.items[i], value, case_sensitive))
            return true;
    return false;
}
COMPARISON(contains, holds(ps, &left, &right, at->case_sensitive))
COMPARISON(not_contains, !holds(ps, &left, &right, at->case_sensitive))
COMPARISON(in, holds(ps, &right, &left, at->case_sensitive))
COMPARISON(not_in, !holds(ps, &right, &left, at->case_sensitive))

static int compile(struct ps *ps, const struct ps_expr *at, const char *pattern, regex_t *ret_regex)
{
    if (ps_regex(pattern, at->case_sensitive, ret_regex) == 0)
        return 0;
    return ps_fail(ps, at->extent, "InvalidRegularExpression",
                   "The regular expression pattern %s is not valid.", pattern);
}

/* $Matches, as the last -match left it. */
static void set_matches(struct ps *ps, const char *text, const regmatch_t *groups)
{
    static const char *const names[PS_GROUPS_MAX] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    struct ps_value matches = ps_table(ps);

    for (size_t i = 0; i < PS_GROUPS_MAX; i++)
        if (groups[i].rm_so >= 0)
            ps_set(ps, matches, names[i],
                   ps_text(ps_keep(ps, text + groups[i].rm_so, (size_t)(groups[i].rm_eo - groups[i].rm_so))));
    ps_assign(ps, "Matches", matches);
}

static int match(struct ps *ps, const struct ps_expr *at, struct ps_value left, struct ps_value right,
                 struct ps_value *ret_value)
{
    const char *text = ps_show(ps, &left);
    regmatch_t groups[PS_GROUPS_MAX];
    regex_t regex;
    bool found;

    if (compile(ps, at, ps_show(ps, &right), &regex) != 0)
        return -1;
    found = strlen(text) <= 65536 && regexec(&regex, text, PS_GROUPS_MAX, groups, 0) == 0;
    regfree(&regex);
    if (found)
        set_matches(ps, text, groups);
    *ret_value = ps_bool(found);
    return 0;
}

static int not_match(struct ps *ps, const struct ps_expr *at, struct ps_value left, struct ps_value right,
                     struct ps_value *ret_value)
{
    int rc = match(ps, at, left, right, ret_value);

    ret_value->boolean = rc == 0 && !ret_value->boolean;
    return rc;
}

/* $1 and ${1} in a replacement. */
static void add_replacement(struct strbuf *out, const char *replacement, const char *text,
                            const regmatch_t *groups)
{
    for (const char *at = replacement; *at; at++) {
        const char *digit = at[0] == '$' ? at + 1 + (at[1] == '{') : NULL;

        if (digit && *digit >= '0' && *digit <= '9') {
            const regmatch_t *group = &groups[*digit - '0'];

            if (group->rm_so >= 0)
                strbuf_add_n(out, text + group->rm_so, (size_t)(group->rm_eo - group->rm_so));
            at = digit + (at[1] == '{' && digit[1] == '}');
        } else {
            strbuf_add_char(out, *at);
        }
    }
}

static int replace_all(struct ps *ps, const regex_t *regex, const char *text, const char *replacement,
                       struct ps_value *ret_value)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    regmatch_t groups[PS_GROUPS_MAX];
    int flags = 0;

    while (*text && regexec(regex, text, PS_GROUPS_MAX, groups, flags) == 0 && out.length <= PS_TEXT_MAX) {
        strbuf_add_n(&out, text, (size_t)groups[0].rm_so);
        add_replacement(&out, replacement, text, groups);
        if (groups[0].rm_eo == groups[0].rm_so) { /* an empty match: one character on */
            if (text[groups[0].rm_eo])
                strbuf_add_char(&out, text[groups[0].rm_eo++]);
        }
        text += groups[0].rm_eo;
        flags = REG_NOTBOL;
        if (ps_step(ps) != 0)
            return -1;
    }
    strbuf_add(&out, text);
    if (out.length > PS_TEXT_MAX)
        return ps_overrun(ps, "text");
    *ret_value = ps_text(ps_keep(ps, strbuf_text(&out), out.length));
    return 0;
}

static int replace(struct ps *ps, const struct ps_expr *at, struct ps_value left, struct ps_value right,
                   struct ps_value *ret_value)
{
    struct ps_list operands = ps_elements(&right);
    const char *text = ps_show(ps, &left);
    regex_t regex;
    int rc;

    if (operands.count < 1 || operands.count > 2)
        return ps_fail(ps, at->extent, "BadReplaceArgument",
                       "The -ireplace operator allows only two elements to follow it, not %zu.",
                       operands.count);
    if (strlen(text) > 65536)
        return ps_overrun(ps, "text");
    if (compile(ps, at, ps_show(ps, &operands.items[0]), &regex) != 0)
        return -1;
    rc = replace_all(ps, &regex, text, operands.count > 1 ? ps_show(ps, &operands.items[1]) : "", ret_value);
    regfree(&regex);
    return rc;
}

static int split_one(struct ps *ps, const regex_t *regex, const char *text, struct ps_list *parts)
{
    regmatch_t group;
    int flags = 0;

    while (*text && regexec(regex, text, 1, &group, flags) == 0 && group.rm_eo > 0) {
        if (group.rm_eo == group.rm_so)
            group.rm_so = group.rm_eo;
        ps_list_add(ps, parts, ps_text(ps_keep(ps, text, (size_t)group.rm_so)));
        text += group.rm_eo;
        flags = REG_NOTBOL;
        if (ps_step(ps) != 0)
            return -1;
    }
    ps_list_add(ps, parts, ps_text(ps_keep(ps, text, strlen(text))));
    return 0;
}

static int split(struct ps *ps, const struct ps_expr *at, struct ps_value left, struct ps_value right,
                 struct ps_value *ret_value)
{
    struct ps_list texts = ps_elements(&left), operands = ps_elements(&right);
    struct ps_list *parts = ps_list_new(ps);
    regex_t regex;
    int rc = 0;

    if (operands.count != 1)
        return ps_fail(ps, at->extent, "BadSplitArgument", "The lab's -split takes one pattern.");
    if (compile(ps, at, ps_show(ps, &operands.items[0]), &regex) != 0)
        return -1;
    for (size_t i = 0; i < texts.count && rc == 0; i++) {
        const char *text = ps_show(ps, &texts.items[i]);

        rc = strlen(text) <= 65536 ? split_one(ps, &regex, text, parts) : ps_overrun(ps, "text");
    }
    regfree(&regex);
    *ret_value = ps_array(parts);
    return rc;
}

static int join(struct ps *ps, const struct ps_expr *at, struct ps_value left, struct ps_value right,
                struct ps_value *ret_value)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    struct ps_list elements = ps_elements(&left);
    const char *between = ps_show(ps, &right);

    (void)at;
    for (size_t i = 0; i < elements.count && text.length <= PS_TEXT_MAX; i++) {
        strbuf_add(&text, i ? between : "");
        strbuf_add(&text, ps_show(ps, &elements.items[i]));
    }
    if (text.length > PS_TEXT_MAX)
        return ps_overrun(ps, "text");
    *ret_value = ps_text(ps_keep(ps, strbuf_text(&text), text.length));
    return 0;
}

/* One {index[,width][:format]}; *at is behind its brace and moves behind its end.  -1: not one. */
static int format_item(struct ps *ps, const char **at, const struct ps_list *values, struct strbuf *text)
{
    char *end = NULL;
    long index = strtol(*at, &end, 10), width = 0;
    char format[65] = "";
    const char *shown;
    int pad;

    if (end == *at || index < 0 || index >= (long)values->count)
        return -1;
    if (*end == ',')
        width = strtol(end + 1, &end, 10);
    if (*end == ':') {
        size_t length = strcspn(end + 1, "}");

        memcpy(format, end + 1, length < 64 ? length : 64);
        end += 1 + length;
    }
    if (*end != '}' || width > 200 || width < -200)
        return -1;
    *at = end + 1;
    shown = ps_show_as(ps, &values->items[index], format);
    pad = (int)(width < 0 ? -width : width) - (int)strlen(shown);
    strbuf_format(text, "%*s%s%*s", width > 0 && pad > 0 ? pad : 0, "", shown, width < 0 && pad > 0 ? pad : 0,
                  "");
    return 0;
}

static int format(struct ps *ps, const struct ps_expr *at, struct ps_value left, struct ps_value right,
                  struct ps_value *ret_value)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    struct ps_list values = ps_elements(&right);
    const char *from = ps_show(ps, &left);

    while (*from && text.length <= PS_TEXT_MAX) {
        if ((from[0] == '{' || from[0] == '}') && from[1] == from[0]) {
            strbuf_add_char(&text, *from);
            from += 2;
        } else if (*from == '{') {
            from++;
            if (format_item(ps, &from, &values, &text) != 0)
                return ps_fail(
                    ps, at->extent, "FormatError",
                    "Error formatting a string: Index (zero based) must be greater than or equal to zero and "
                    "less than the size of the argument list..");
        } else {
            strbuf_add_char(&text, *from++);
        }
    }
    *ret_value = ps_text(ps_keep(ps, strbuf_text(&text), text.length));
    return text.length <= PS_TEXT_MAX ? 0 : ps_overrun(ps, "text");
}

static int range(struct ps *ps, const struct ps_expr *at, struct ps_value left, struct ps_value right,
                 struct ps_value *ret_value)
{
    struct ps_list *list = ps_list_new(ps);
    int64_t from, to;

    if (both_numbers(ps, at, &left, &right) != 0)
        return -1;
    from = ps_as_integer(&left);
    to = ps_as_integer(&right);
    if (from < INT32_MIN || to < INT32_MIN || from > INT32_MAX || to > INT32_MAX || llabs(to - from) > 50000)
        return ps_overrun(ps, "range");
    for (int64_t i = from; from <= to ? i <= to : i >= to; i += from <= to ? 1 : -1)
        ps_list_add(ps, list, ps_int(i));
    *ret_value = ps_array(list);
    return 0;
}

static int is_type(struct ps *ps, const struct ps_expr *at, struct ps_value left, struct ps_value right,
                   struct ps_value *ret_value)
{
    (void)at;
    *ret_value = ps_bool(ps_same_type(ps_type_name(&left), ps_show(ps, &right)));
    return 0;
}

static const struct ps_operator operators[] = {
    {"-and", 1, false, true, NULL},
    {"-or", 1, false, true, NULL},
    {"-eq", 2, true, false, equal},
    {"-ne", 2, true, false, not_equal},
    {"-gt", 2, true, false, greater},
    {"-ge", 2, true, false, greater_equal},
    {"-lt", 2, true, false, less},
    {"-le", 2, true, false, less_equal},
    {"-like", 2, true, false, like},
    {"-notlike", 2, true, false, not_like},
    {"-match", 2, true, false, match},
    {"-notmatch", 2, true, false, not_match},
    {"-contains", 2, false, false, contains},
    {"-notcontains", 2, false, false, not_contains},
    {"-in", 2, false, false, in},
    {"-notin", 2, false, false, not_in},
    {"-replace", 2, false, false, replace},
    {"-split", 2, false, false, split},
    {"-join", 2, false, false, join},
    {"-is", 2, false, false, is_type},
    {"+", 3, false, false, plus},
    {"-", 3, false, false, minus},
    {"*", 4, false, false, times},
    {"/", 4, false, false, divided},
    {"%", 4, false, false, modulo},
    {"-f", 5, false, false, format},
    {"..", 6, false, false, range},
};

const struct ps_operator *ps_operator_named(const char *name)
{
    for (size_t i = 0; i < COUNT(operators); i++)
        if (strcasecmp(operators[i].name, name) == 0)
            return &operators[i];
    return NULL;
}

static const struct ps_operator *word_operator(const char *word, bool *ret_case_sensitive)
{
    const struct ps_operator *operation = ps_operator_named(word);
    char bare[16] = "-";

    if (operation || strlen(word) < 3 || strlen(word) >= sizeof bare || !strchr("cCiI", word[1]))
        return operation;
    memcpy(bare + 1, word + 2, strlen(word + 2) + 1);
    operation = ps_operator_named(bare);
    *ret_case_sensitive = operation && (word[1] == 'c' || word[1] == 'C');
    return operation;
}

const struct ps_operator *ps_operator_at(const char *text, int level, size_t *ret_length,
                                         bool *ret_case_sensitive)
{
    const struct ps_operator *operation = NULL;
    char word[16] = "";
    size_t length = 1;

    if (!*text || !strchr("-+*/%.", *text))
        return NULL;
    if (*text == '-')
        while (length < sizeof word - 1 && ((text[length] | 32) >= 'a' && (text[length] | 32) <= 'z'))
            length++;
    if (strncmp(text, "..", 2) == 0)
        length = 2;
    memcpy(word, text, strnlen(text, length));
    *ret_case_sensitive = false;
    operation = length > 1 ? word_operator(word, ret_case_sensitive) : ps_operator_named(word);
    *ret_length = length;
    /* += and its kind are assignments, ++ and -- are steps. */
    if (length == 1 && operation && (text[1] == '=' || (text[1] == text[0] && strchr("+-", text[0]))))
        return NULL;
    return operation && operation->level == level ? operation : NULL;
}

int ps_apply(struct ps *ps, const struct ps_operator *operation, const struct ps_expr *at,
             struct ps_value left, struct ps_value right, struct ps_value *ret_value)
{
    struct ps_list *kept;

    if (!operation->filters || left.kind != PS_ARRAY)
        return operation->apply(ps, at, left, right, ret_value);
    kept = ps_list_new(ps);
    for (size_t i = 0; i < left.array->count; i++) {
        struct ps_value one = ps_null();

        if (ps_step(ps) != 0 || operation->apply(ps, at, left.array->items[i], right, &one) != 0)
            return -1;
        if (ps_truth(&one))
            ps_list_add(ps, kept, left.array->items[i]);
    }
    *ret_value = ps_array(kept);
    return 0;
}
