/* The state table over the view alone: every combination has a state, and none that is dangerous is called
 * well. */
#include "assess/pool_state.h"
#include "base/cleanup.h"
#include "base/strbuf.h"
#include "unit/cmocka_unit.h"

#include <fcntl.h>
#include <string.h>

enum { MANUAL_MOST_BYTES = 100000 };

/* The columns that are walked through; the others stay as in a healthy pool. */
static const enum pool_column walked[] = {COLUMN_intent,  COLUMN_p,          COLUMN_b,
                                          COLUMN_active,  COLUMN_p_sessions, COLUMN_b_sessions,
                                          COLUMN_running, COLUMN_pings,      COLUMN_site};
enum { NAMED = 4 /* of these, those that a combination is called by */ };

static struct pool_view healthy_view(void)
{
    struct pool_view view = {{0}};

    POOL_SET(&view, store, answers);
    POOL_SET(&view, ha, synchronized);
    POOL_SET(&view, dr, current);
    POOL_SET(&view, list, valid);
    POOL_SET(&view, reach, near);
    POOL_SET(&view, ports, open);
    POOL_SET(&view, next_hop, up);
    POOL_SET(&view, replicas, fresh);
    return view;
}

/* The next combination, the last column first; false after the last one. */
static bool next_combination(struct pool_view *view)
{
    for (size_t i = COUNT(walked); i-- > 0;) {
        if (++view->value[walked[i]] < pool_column_values(walked[i]))
            return true;
        view->value[walked[i]] = 0;
    }
    return false;
}

static bool is_dangerous(const struct pool_view *view)
{
    bool p_open = POOL_IS(view, p, on) || POOL_IS(view, p, mirror), b_open = POOL_IS(view, b, on);

    return p_open == b_open || POOL_IS(view, running, none) || POOL_IS(view, active, none) ||
           POOL_IS(view, pings, none) || POOL_IS(view, site, lost);
}

static void check_combination(const struct pool_view *view)
{
    const struct pool_row *state = pool_state(view);
    size_t unknown = 0;

    assert_true(state >= pool_rows && state < pool_rows + pool_row_count);
    if (state->severity == SEVERITY_OK && is_dangerous(view))
        fail_msg("a dangerous view is called %s", state->name);
    for (size_t i = 0; i < COUNT(walked); i++)
        unknown +=
            view->value[walked[i]] == 0 && walked[i] != COLUMN_p_sessions && walked[i] != COLUMN_b_sessions;
    if (state->severity == SEVERITY_OK && unknown)
        fail_msg("a view with unknown columns is called %s", state->name);
}

static void print_named(const struct pool_view *view, size_t count)
{
    print_message("inconsistent:");
    for (size_t i = 0; i < NAMED; i++)
        print_message(" %s=%s", pool_column_name(walked[i]),
                      pool_value_name(walked[i], view->value[walked[i]]));
    print_message(" (%zu combinations)\n", count);
}

static bool is_named_alike(const struct pool_view *a, const struct pool_view *b)
{
    for (size_t i = 0; i < NAMED; i++)
        if (a->value[walked[i]] != b->value[walked[i]])
            return false;
    return true;
}

static void every_combination_has_one_state(void **state)
{
    struct pool_view view = healthy_view(), named = view;
    size_t total = 0, inconsistent = 0, alike = 0;
    bool more = true;

    (void)state;
    while (more) {
        check_combination(&view);
        total++;
        alike += pool_state(&view)->condition == CONDITION_inconsistent;
        more = next_combination(&view);
        if (more && is_named_alike(&view, &named))
            continue;
        if (alike)
            print_named(&named, alike);
        inconsistent += alike;
        alike = 0;
        named = view;
    }
    print_message("%zu combinations, %zu inconsistent\n", total, inconsistent);
}

static void a_view_of_nothing_is_not_well(void **state)
{
    struct pool_view view = {{0}};

    (void)state;
    assert_int_not_equal(pool_state(&view)->severity, SEVERITY_OK);
}

static void rows_are_sound(void **state)
{
    (void)state;
    for (size_t i = 0; i < pool_row_count; i++) {
        for (int column = 0; column < COLUMN_COUNT; column++)
            assert_true(pool_column_values((enum pool_column)column) < 8 * sizeof(pool_rows[i].when[0]));
        if (pool_rows[i].condition)
            assert_string_equal(condition_info(pool_rows[i].condition)->name, pool_rows[i].name);
    }
    assert_int_equal(pool_rows[pool_row_count - 1].condition, CONDITION_inconsistent);
    assert_int_equal(pool_rows[pool_row_count - 3].severity, SEVERITY_OK);
}

/* The manual has the rows, in the order in which they are tried. */
static void the_manual_has_the_rows(void **state)
{
    AUTO(strbuf) struct strbuf manual = STRBUF_INIT;
    AUTO_CLOSE int fd = open(MANUAL, O_RDONLY | O_CLOEXEC);
    const char *at;

    (void)state;
    assert_int_equal(strbuf_read_fd(&manual, fd, MANUAL_MOST_BYTES), 0);
    at = strbuf_text(&manual);
    for (size_t i = 0; i < pool_row_count; i++) {
        const struct pool_row *row = &pool_rows[i], *before = i ? row - 1 : row;
        char line[128];

        /* Rows that differ in what is seen alone are one line. */
        if (!row->condition ||
            (i && row->condition == before->condition && row->severity == before->severity))
            continue;
        snprintf(line, sizeof(line), "| %d | `%s` | %s |", row->number, condition_info(row->condition)->name,
                 severity_name(row->severity));
        if (!strstr(at, line))
            fail_msg("not in the manual, or not in this order: %s", line);
        at = strstr(at, line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_combination_has_one_state),
        cmocka_unit_test(a_view_of_nothing_is_not_well),
        cmocka_unit_test(rows_are_sound),
        cmocka_unit_test(the_manual_has_the_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
