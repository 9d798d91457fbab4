/* Kind sql: what the facts of an instance prove about others. */
#include "observe/vantage/vantage.h"

#include "unit/assess/snapshot_builder.h"
#include "unit/cmocka_unit.h"
#include "unit/vantage/vantage_pool.h"

#include <string.h>

/* ---- what the instances say ---- */

static struct mirroring_fact *session_of(struct snapshot *s, const char *name)
{
    struct mirroring_facts *mirroring = &builder_at(s, name)->mirroring;

    if (mirroring->sighting.sight != SIGHT_SEEN || !mirroring->count)
        return builder_add(s, name, FACT_mirroring);
    return &mirroring->rows[0];
}

static void session(struct snapshot *s, const char *name, const char *partner, const char *state,
                    const char *witness)
{
    builder_empty(s, name, FACT_mirroring);
    *session_of(s, name) = (struct mirroring_fact){.mirroring_guid = "6F9619FF-8B86-D011-B42D-00C04FC964FF",
                                                   .state = state,
                                                   .role = "MIRROR",
                                                   .partner_instance = partner,
                                                   .witness_state = witness};
}

static void well(struct snapshot *s)
{
    (void)s;
}

static void mirror_disconnected(struct snapshot *s)
{
    session(s, "sqlmir1", "SQLPRI1", "DISCONNECTED", "CONNECTED");
}

static void mirror_alone(struct snapshot *s)
{
    session(s, "sqlmir1", "SQLPRI1", "DISCONNECTED", "DISCONNECTED");
}

static void mirror_without_witness(struct snapshot *s)
{
    session(s, "sqlmir1", "SQLPRI1", "DISCONNECTED", NULL);
}

static void mirror_synchronizing(struct snapshot *s)
{
    session(s, "sqlmir1", "sqlpri1", "SYNCHRONIZING", "UNKNOWN");
}

static void mirror_suspended(struct snapshot *s)
{
    session(s, "sqlmir1", "SQLPRI1", "SUSPENDED", "CONNECTED");
}

static void mirror_of_a_stranger(struct snapshot *s)
{
    session(s, "sqlmir1", "SQLPRI9", "SYNCHRONIZED", "CONNECTED");
}

static void mirror_of_nobody(struct snapshot *s)
{
    session(s, "sqlmir1", NULL, "SYNCHRONIZED", "CONNECTED");
}

/* As a login that is not sysadmin sees it. */
static void mirror_hidden(struct snapshot *s)
{
    builder_mask(s, "sqlmir1", FACT_mirroring, SIGHT_DENIED, "sysadmin");
}

static void mirror_all_null(struct snapshot *s)
{
    builder_empty(s, "sqlmir1", FACT_mirroring);
    (void)builder_add(s, "sqlmir1", FACT_mirroring);
}

static void mirror_without_clock(struct snapshot *s)
{
    session(s, "sqlmir1", "SQLPRI1", "SYNCHRONIZED", "CONNECTED");
    builder_at(s, "sqlmir1")->server.rows[0].now_utc_ms.known = false;
}

static void mirror_unseen(struct snapshot *s)
{
    builder_unsee(s, "sqlmir1", SIGHT_TIMED_OUT, NULL);
}

static void principal_gone(struct snapshot *s)
{
    mirror_disconnected(s);
    builder_unsee(s, "sqlpri1", SIGHT_TIMED_OUT, NULL);
}

static void share_on_principal(struct snapshot *s)
{
    builder_at(s, "sqldr1")->ls_secondary.rows[0].backup_source_directory = "\\\\SQLPRI1\\lsship";
}

static void share_copied(struct snapshot *s)
{
    share_on_principal(s);
    builder_run(s, "sqldr1", 1, 2, NULL);
}

static void share_not_copied(struct snapshot *s)
{
    share_on_principal(s);
    builder_run(s, "sqldr1", 1, 3, "The network path was not found.");
}

static void share_on_itself(struct snapshot *s)
{
    builder_at(s, "sqldr1")->ls_secondary.rows[0].backup_source_directory = "\\\\SQLDR1\\lsship";
    builder_run(s, "sqldr1", 1, 2, NULL);
}

static void copied_in_the_future(struct snapshot *s)
{
    share_copied(s);
    for (size_t i = 0; i < builder_at(s, "sqldr1")->ls_run.count; i++)
        builder_at(s, "sqldr1")->ls_run.rows[i].logged_utc_ms.value += 3600000;
}

/* Every clock of sqldr1 is off alike: the age is not. */
static void copied_by_another_clock(struct snapshot *s)
{
    share_copied(s);
    builder_skew(s, "sqldr1", 7200000);
}

/* ---- the table ---- */

#define NOTHING(first, second, third)                                                                        \
    "sqlpri1 " first ", sqlmir1 " second ", sqldr1 " third ", sqldr2 unknown ?"
#define SILENT NOTHING("unknown ?", "unknown ?", "unknown ?")

static const struct {
    const char *name, *instance;
    void (*change)(struct snapshot *snapshot);
    const char *expected;
} cases[] = {
    {"the principal sees its mirror", "sqlpri1", well, NOTHING("unknown ?", "seen 0", "unknown ?")},
    {"a mirror that shows nothing to this login", "sqlmir1", well, SILENT},
    {"principal gone, witness there", "sqlmir1", mirror_disconnected,
     NOTHING("not_seen 0", "unknown ?", "unknown ?")},
    {"principal not even seen by us", "sqlmir1", principal_gone,
     NOTHING("not_seen 0", "unknown ?", "unknown ?")},
    {"principal gone, witness too", "sqlmir1", mirror_alone, NOTHING("unknown 0", "unknown ?", "unknown ?")},
    {"principal gone, no witness", "sqlmir1", mirror_without_witness,
     NOTHING("unknown 0", "unknown ?", "unknown ?")},
    {"synchronizing is a connection", "sqlmir1", mirror_synchronizing,
     NOTHING("seen 0", "unknown ?", "unknown ?")},
    {"suspended proves nothing", "sqlmir1", mirror_suspended, NOTHING("unknown 0", "unknown ?", "unknown ?")},
    {"a partner that is not of this pool", "sqlmir1", mirror_of_a_stranger, SILENT},
    {"a partner without a name", "sqlmir1", mirror_of_nobody, SILENT},
    {"denied", "sqlmir1", mirror_hidden, SILENT},
    {"all NULL", "sqlmir1", mirror_all_null, SILENT},
    {"no clock", "sqlmir1", mirror_without_clock,
     SILENT " (it does not say what its clock shows: nothing that it says has an age)"},
    {"not seen itself", "sqlmir1", mirror_unseen, "timed_out: sqlmir1 is not seen itself"},
    {"the witness has no opinion with a date", "sqlwit1", well, SILENT},
    {"the share is on another host", "sqldr1", well, SILENT},
    {"the share is on the principal, and was copied from", "sqldr1", share_copied,
     NOTHING("seen 120", "unknown ?", "unknown ?")},
    {"the copy fails", "sqldr1", share_not_copied, SILENT},
    {"the share is its own", "sqldr1", share_on_itself, SILENT},
    {"copied in its future", "sqldr1", copied_in_the_future, SILENT},
    {"copied, with a clock that is ahead", "sqldr1", copied_by_another_clock,
     NOTHING("seen 120", "unknown ?", "unknown ?")},
};

static void each_fact_gives_its_vote(void **state)
{
    const struct topology_vantage vantage = {.name = "oob", .failure_domain = "third", .kind = VANTAGE_SQL};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(snapshot) struct snapshot *snapshot = builder_healthy();
        struct topology_vantage one = vantage;
        struct host_snapshot seen = {0};

        one.instance = cases[i].instance;
        cases[i].change(snapshot);
        vantage_from_instance(snapshot, &one, &seen);
        assert_votes(cases[i].name, &seen, cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fact_gives_its_vote),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
