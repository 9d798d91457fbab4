/* What the caller chooses: the severity of the unseen, and one instance alone. */
#include "unit/assess/replication_cases.h"
#include "unit/assess/snapshot_builder.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static const struct replication_case *find_case(const char *name)
{
    for (size_t i = 0; i < replication_case_count; i++)
        if (strcmp(replication_cases[i].name, name) == 0)
            return &replication_cases[i];
    fail_msg("no case %s", name);
    return NULL;
}

static const struct {
    const char *name;
    enum severity unreachable, wanted;
} unseen[] = {
    {"healthy", SEVERITY_CRITICAL, SEVERITY_OK},
    {"mirror_unseen", SEVERITY_UNKNOWN, SEVERITY_UNKNOWN},
    {"mirror_unseen", SEVERITY_WARNING, SEVERITY_WARNING},
    {"mirror_unseen", SEVERITY_CRITICAL, SEVERITY_CRITICAL},
    {"mirror_unseen", SEVERITY_OK, SEVERITY_OK},
    {"primary_site_lost", SEVERITY_CRITICAL, SEVERITY_CRITICAL},
    {"principal_down_no_witness", SEVERITY_CRITICAL, SEVERITY_CRITICAL},
    /* A site is more than one endpoint: that nobody sees it is never well. */
    {"primary_site_lost", SEVERITY_OK, SEVERITY_UNKNOWN},
    /* A monitor that sees nothing accuses nobody, and a wrong password is no outage. */
    {"nothing_seen", SEVERITY_CRITICAL, SEVERITY_UNKNOWN},
    {"certificate_expired", SEVERITY_CRITICAL, SEVERITY_UNKNOWN},
    /* Seen down stays down. */
    {"principal_offline", SEVERITY_OK, SEVERITY_CRITICAL},
    {"principal_down_mirror_tells", SEVERITY_OK, SEVERITY_CRITICAL},
};

static void the_caller_weighs_the_unseen(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(unseen); i++) {
        AUTO(snapshot) struct snapshot *snapshot = replication_case_snapshot(find_case(unseen[i].name));
        struct assess_options options = {.unreachable = unseen[i].unreachable};
        AUTO(report) struct report *report = assess_replication(snapshot, &options);

        if (report->severity != unseen[i].wanted)
            fail_msg("%s: %s", unseen[i].name, severity_name(report->severity));
    }
}

static const struct {
    const char *name, *instance;
    enum severity wanted;
} alone[] = {
    {"healthy", "sqlpri1", SEVERITY_OK},
    {"healthy", "sqlmir1", SEVERITY_OK},
    {"healthy", "sqlwit1", SEVERITY_OK},
    {"healthy", "sqldr1", SEVERITY_OK},
    {"healthy", "sqldr2", SEVERITY_OK},
    {"restore_blocked_by_users", "sqldr1", SEVERITY_CRITICAL},
    {"restore_blocked_by_users", "sqlpri1", SEVERITY_OK},
    {"backup_over_critical_limit", "sqlpri1", SEVERITY_CRITICAL},
    {"suspended", "sqlpri1", SEVERITY_WARNING},
    {"mirror_unseen", "sqlmir1", SEVERITY_UNKNOWN},
    {"mirror_unseen", "sqlpri1", SEVERITY_OK},
    {"right_revoked", "sqlpri1", SEVERITY_UNKNOWN},
    {"healthy", "sqlxyz", SEVERITY_UNKNOWN},
};

static void check_alone(const struct snapshot *snapshot, size_t at)
{
    struct assess_options options = {.unreachable = SEVERITY_UNKNOWN, .only_instance = alone[at].instance};
    AUTO(report) struct report *report = assess_replication(snapshot, &options);

    if (report->severity != alone[at].wanted)
        fail_msg("%s alone in %s: %s", alone[at].instance, alone[at].name, severity_name(report->severity));
    assert_true(*report->summary != '\0');
    for (size_t i = 0; i < report->finding_count; i++)
        assert_string_equal(report->findings[i].object, alone[at].instance);
    if (strcmp(alone[at].instance, "sqldr1") == 0)
        assert_int_equal(report->metrics[0].id, METRIC_exposure_s);
    for (size_t i = 0; i < report->line_count; i++)
        assert_string_equal(report->lines[i].object, alone[at].instance);
}

/* Who asked one alone does not know that nothing of the pool is seen. */
static void one_instance_alone_is_weighed_as_the_caller_wants(void **state)
{
    struct assess_options options = {.unreachable = SEVERITY_CRITICAL, .only_instance = "sqlmir1"};
    AUTO(snapshot) struct snapshot *snapshot = builder_healthy();
    AUTO(report) struct report *report = NULL;

    (void)state;
    for (size_t i = 0; i < snapshot->instance_count; i++)
        builder_unsee(snapshot, snapshot->instances[i].name, SIGHT_NOT_ASKED, NULL);
    builder_unsee(snapshot, "sqlmir1", SIGHT_REFUSED, NULL);
    report = assess_replication(snapshot, &options);
    assert_int_equal(report->severity, SEVERITY_CRITICAL);
}

/* As a replay of a whole pass, and as a pass that asked that instance alone. */
static void one_instance_alone_is_spoken_of(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(alone); i++) {
        AUTO(snapshot) struct snapshot *snapshot = replication_case_snapshot(find_case(alone[i].name));

        check_alone(snapshot, i);
        for (size_t other = 0; other < snapshot->instance_count; other++)
            if (strcmp(snapshot->instances[other].name, alone[i].instance) != 0)
                builder_unsee(snapshot, snapshot->instances[other].name, SIGHT_NOT_ASKED, NULL);
        check_alone(snapshot, i);
    }
}

static void an_empty_snapshot_is_unknown(void **state)
{
    AUTO(snapshot) struct snapshot *snapshot = snapshot_new();
    AUTO(report) struct report *report = NULL;

    (void)state;
    report = assess_replication(snapshot, NULL);
    assert_int_equal(report->severity, SEVERITY_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_caller_weighs_the_unseen),
        cmocka_unit_test(one_instance_alone_is_spoken_of),
        cmocka_unit_test(one_instance_alone_is_weighed_as_the_caller_wants),
        cmocka_unit_test(an_empty_snapshot_is_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
