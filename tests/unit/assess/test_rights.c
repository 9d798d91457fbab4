/* Missing rights are named exactly, each once, with the statements that grant them. */
#include "unit/assess/replication_cases.h"
#include "unit/assess/snapshot_builder.h"
#include "unit/cmocka_unit.h"

#include <string.h>

#define LACKS "sqldr1: LITWARE\\svc-pchatmon lacks "
#define TABLE(name)                                                                                          \
    "SELECT on msdb.dbo." name " -> USE [msdb]; GRANT SELECT ON [dbo].[" name "] TO "                        \
    "[LITWARE\\svc-pchatmon];"
#define GRANT_TABLE(name) "USE [msdb]; GRANT SELECT ON [dbo].[" name "] TO [LITWARE\\svc-pchatmon]; "
#define GRANT_STATE       "USE master; GRANT VIEW SERVER STATE TO [LITWARE\\svc-pchatmon]; "
#define SCRIPT            "run contrib/sql/monitor-login.sql on sqldr1"

enum { MOST_DENIED = 3 };

static const struct {
    const char *name;
    bool has_no_state; /* the server says that VIEW SERVER STATE is missing */
    struct {
        enum fact_group_id group;
        const char *detail;
    } denied[MOST_DENIED];
    size_t denied_count;
    const char *message, *action;
} cases[] = {
    {"one",
     false,
     {{FACT_backup, TABLE("backupset")}},
     1,
     LACKS "SELECT on msdb.dbo.backupset",
     GRANT_TABLE("backupset") "(or " SCRIPT ")"},
    {"two groups lack the same",
     false,
     {{FACT_backup, TABLE("backupset")}, {FACT_restore, TABLE("backupset")}},
     2,
     LACKS "SELECT on msdb.dbo.backupset",
     GRANT_TABLE("backupset") "(or " SCRIPT ")"},
    {"one name begins with the other",
     false,
     {{FACT_ls_secondary, TABLE("log_shipping_secondary_databases")},
      {FACT_job, TABLE("log_shipping_secondary")}},
     2,
     LACKS "SELECT on msdb.dbo.log_shipping_secondary_databases, SELECT on msdb.dbo.log_shipping_secondary",
     GRANT_TABLE("log_shipping_secondary_databases") GRANT_TABLE("log_shipping_secondary") "(or " SCRIPT ")"},
    {"the server says so itself",
     true,
     {{FACT_backup, NULL}},
     0,
     LACKS "VIEW SERVER STATE",
     GRANT_STATE "(or " SCRIPT ")"},
    {"the server and a group",
     true,
     {{FACT_agent, "VIEW SERVER STATE -> USE master; GRANT VIEW SERVER STATE TO [LITWARE\\svc-pchatmon];"},
      {FACT_backup, TABLE("backupset")}},
     2,
     LACKS "VIEW SERVER STATE, SELECT on msdb.dbo.backupset",
     GRANT_STATE GRANT_TABLE("backupset") "(or " SCRIPT ")"},
    {"of no known form",
     false,
     {{FACT_job, "15247: no permission"}},
     1,
     LACKS "the right to see job (15247: no permission)",
     SCRIPT},
    {"without a word", false, {{FACT_job, NULL}}, 1, LACKS "the right to see job", SCRIPT},
    {"hidden by design", false, {{FACT_mirroring, "sysadmin only"}}, 1, NULL, NULL},
};

static const struct finding *missing(const struct report *report)
{
    for (size_t i = 0; i < report->finding_count; i++)
        if (report->findings[i].condition == CONDITION_right_missing)
            return &report->findings[i];
    return NULL;
}

static const struct finding *judge_case(size_t index, struct snapshot *snapshot, struct report **ret_report)
{
    if (cases[index].has_no_state)
        builder_at(snapshot, "sqldr1")->server.rows[0].view_server_state = builder_num(0);
    for (size_t i = 0; i < cases[index].denied_count; i++)
        builder_mask(snapshot, "sqldr1", cases[index].denied[i].group, SIGHT_DENIED,
                     cases[index].denied[i].detail);
    *ret_report = assess_replication(snapshot, NULL);
    return missing(*ret_report);
}

static void missing_rights_are_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(snapshot) struct snapshot *snapshot = replication_case_snapshot(&replication_cases[0]);
        AUTO(report) struct report *report = NULL;
        const struct finding *finding = judge_case(i, snapshot, &report);

        if (!cases[i].message != !finding)
            fail_msg("%s: %s", cases[i].name, finding ? finding->message : "no finding");
        if (!finding)
            continue;
        assert_string_equal(finding->message, cases[i].message);
        assert_string_equal(finding->action, cases[i].action);
    }
}

/* Of a sysadmin, who has every right, nothing is missing. */
static void a_sysadmin_lacks_nothing(void **state)
{
    AUTO(snapshot) struct snapshot *snapshot = replication_case_snapshot(&replication_cases[0]);
    AUTO(report) struct report *report = NULL;

    (void)state;
    builder_at(snapshot, "sqldr1")->server.rows[0].is_sysadmin = builder_num(1);
    builder_at(snapshot, "sqldr1")->server.rows[0].view_any_definition = builder_num(0);
    report = assess_replication(snapshot, NULL);
    assert_null(missing(report));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_rights_are_named),
        cmocka_unit_test(a_sysadmin_lacks_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
