#include "base/cleanup.h"
#include "model/limits.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static void metrics_def_is_sound(void **state)
{
    static const char *const units[] = {"s", "B", "%", ""};

    (void)state;
    for (int id = 0; id < METRIC_COUNT; id++) {
        const struct metric_info *info = metric_info((enum metric_id)id);
        struct range range;
        size_t unit = 0;

        assert_int_equal(metric_find(info->name), id);
        assert_int_equal(strspn(info->name, "abcdefghijklmnopqrstuvwxyz_"), strlen(info->name));
        while (unit < COUNT(units) && strcmp(units[unit], info->unit) != 0)
            unit++;
        assert_true(unit < COUNT(units));
        assert_true(!*info->warning || range_parse(info->warning, &range, NULL) == 0);
        assert_true(!*info->critical || range_parse(info->critical, &range, NULL) == 0);
        assert_true(*info->meaning != '\0');
    }
    assert_int_equal(metric_find("exposure"), METRIC_COUNT);
    assert_int_equal(metric_find(""), METRIC_COUNT);
}

static void defaults_are_those_of_the_table(void **state)
{
    struct limits limits = limits_default();

    (void)state;
    assert_true(range_alerts(&limits.warning[METRIC_exposure_s], 1201));
    assert_false(range_alerts(&limits.warning[METRIC_exposure_s], 1200));
    assert_true(range_alerts(&limits.critical[METRIC_exposure_s], 2701));
    assert_false(limits.warning[METRIC_backlog_files].set);
    assert_int_equal(limits.backup_period_s, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metrics_def_is_sound),
        cmocka_unit_test(defaults_are_those_of_the_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
