/* An object's line claims nothing that was not seen. */
#include "unit/assess/snapshot_builder.h"
#include "unit/cmocka_unit.h"

#include "assess/assess.h"

#include <string.h>

static const char *line_of(const struct report *report, const char *object)
{
    for (size_t i = 0; i < report->line_count; i++)
        if (strcmp(report->lines[i].object, object) == 0)
            return report->lines[i].text;
    return NULL;
}

static void expect_line(const struct snapshot *snapshot, const char *object, const char *text)
{
    AUTO(report) struct report *report = assess_replication(snapshot, NULL);

    assert_string_equal(line_of(report, object), text);
}

static void not_mirrored_is_said_only_of_what_was_seen(void **state)
{
    AUTO(snapshot) struct snapshot *unmirrored = builder_healthy();
    AUTO(snapshot) struct snapshot *unseen = builder_healthy();

    (void)state;
    builder_empty(unmirrored, "sqlpri1", FACT_mirroring);
    expect_line(unmirrored, "sqlpri1", "online, not mirrored");
    builder_mask(unseen, "sqlpri1", FACT_mirroring, SIGHT_TIMED_OUT, "lock request time out");
    expect_line(unseen, "sqlpri1", "online, its mirroring not seen");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(not_mirrored_is_said_only_of_what_was_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
