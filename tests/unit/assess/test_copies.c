#include "assess/copies.h"
#include "unit/assess/snapshot_builder.h"
#include "unit/cmocka_unit.h"

/* How the mirroring row reads: to a sysadmin, or with nothing in it. */
enum row { HIDDEN, EMPTY, EMPTY_TO_SYSADMIN, PRINCIPAL, PRINCIPAL_ALONE, MIRROR };

static const struct {
    const char *state; /* NULL: no row in sys.databases */
    int read_only, standby;
    enum row row;
    bool receives; /* a log-shipping secondary */
    enum copy_writability wanted;
    const char *words;
} cases[] = {
    {"ONLINE", 0, 0, EMPTY, false, COPY_WRITABLE, "online"},
    {"ONLINE", 0, 0, PRINCIPAL, false, COPY_WRITABLE, "online"},
    {"ONLINE", 0, 0, EMPTY, true, COPY_WRITABLE, "online"},
    {"ONLINE", 1, 0, EMPTY, false, COPY_NOT_WRITABLE, "online, read-only"},
    {"ONLINE", 1, 1, EMPTY, true, COPY_NOT_WRITABLE, "online, standby"},
    {"ONLINE", -1, 0, EMPTY, false, COPY_UNSEEN, "online"},
    {"ONLINE", 0, 0, PRINCIPAL_ALONE, false, COPY_MAY_BECOME_WRITABLE, "online"},
    {"RESTORING", 0, 0, HIDDEN, true, COPY_NOT_WRITABLE, "restoring"},
    {"RESTORING", 0, 0, HIDDEN, false, COPY_MAY_BECOME_WRITABLE, "restoring"},
    {"RESTORING", 0, 0, EMPTY, false, COPY_MAY_BECOME_WRITABLE, "restoring"},
    {"RESTORING", 0, 0, EMPTY_TO_SYSADMIN, false, COPY_NOT_WRITABLE, "restoring"},
    {"RESTORING", 0, 0, MIRROR, false, COPY_MAY_BECOME_WRITABLE, "restoring"},
    {"RESTORING", 0, 0, MIRROR, true, COPY_MAY_BECOME_WRITABLE, "restoring"},
    {"RECOVERING", 0, 0, HIDDEN, true, COPY_MAY_BECOME_WRITABLE, "recovering"},
    {"RECOVERY_PENDING", 0, 0, PRINCIPAL_ALONE, false, COPY_MAY_BECOME_WRITABLE, "recovery-pending"},
    {"SUSPECT", 0, 0, EMPTY, false, COPY_MAY_BECOME_WRITABLE, "suspect"},
    {"EMERGENCY", 0, 0, EMPTY, false, COPY_MAY_BECOME_WRITABLE, "emergency"},
    {"OFFLINE", 0, 0, EMPTY, false, COPY_NOT_WRITABLE, "offline"},
    {"something new", 0, 0, EMPTY, false, COPY_MAY_BECOME_WRITABLE, "something new"},
    {NULL, 0, 0, EMPTY, false, COPY_NOT_WRITABLE, "absent"},
};

static void write_row(struct snapshot *snapshot, enum row how)
{
    struct mirroring_fact *row;

    if (how == HIDDEN) {
        builder_mask(snapshot, "sqlpri1", FACT_mirroring, SIGHT_DENIED, NULL);
        return;
    }
    row = &builder_at(snapshot, "sqlpri1")->mirroring.rows[0];
    if (how == EMPTY || how == EMPTY_TO_SYSADMIN)
        *row = (struct mirroring_fact){0};
    if (how == MIRROR)
        row->role = "MIRROR";
    if (how == PRINCIPAL_ALONE)
        row->state = row->witness_state = "DISCONNECTED";
    builder_at(snapshot, "sqlpri1")->server.rows[0].is_sysadmin.value = how == EMPTY_TO_SYSADMIN;
}

static struct fact_num flag(int value)
{
    return value < 0 ? (struct fact_num){0} : builder_num(value);
}

static void a_copy_is_judged_by_its_state(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(snapshot) struct snapshot *snapshot = builder_healthy();
        struct instance_snapshot *instance = builder_at(snapshot, "sqlpri1");

        instance->database.rows[0].state = cases[i].state;
        instance->database.rows[0].is_read_only = flag(cases[i].read_only);
        instance->database.rows[0].is_in_standby = flag(cases[i].standby);
        if (!cases[i].state)
            builder_empty(snapshot, "sqlpri1", FACT_database);
        if (cases[i].receives)
            (void)builder_add(snapshot, "sqlpri1", FACT_ls_secondary);
        write_row(snapshot, cases[i].row);
        if (copy_writability(instance) != cases[i].wanted)
            fail_msg("case %zu, %s: %d", i, cases[i].words, copy_writability(instance));
        assert_string_equal(copy_words(snapshot->arena, instance), cases[i].words);
    }
}

static void what_is_not_seen_is_unseen(void **state)
{
    AUTO(snapshot) struct snapshot *snapshot = builder_healthy();
    struct instance_snapshot *instance = builder_at(snapshot, "sqlpri1");

    (void)state;
    assert_int_equal(copy_writability(NULL), COPY_UNSEEN);
    instance->database.rows[0].state = NULL;
    assert_int_equal(copy_writability(instance), COPY_UNSEEN);
    /* Who may not see all databases does not know that there is none. */
    builder_empty(snapshot, "sqlpri1", FACT_database);
    instance->server.rows[0].view_any_database = builder_num(0);
    assert_int_equal(copy_writability(instance), COPY_UNSEEN);
    builder_mask(snapshot, "sqlpri1", FACT_database, SIGHT_TIMED_OUT, NULL);
    assert_int_equal(copy_writability(instance), COPY_UNSEEN);
    assert_string_equal(copy_words(snapshot->arena, instance), "not seen (timed out)");
    builder_unsee(snapshot, "sqlpri1", SIGHT_REFUSED, NULL);
    assert_int_equal(copy_writability(instance), COPY_UNSEEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_is_judged_by_its_state),
        cmocka_unit_test(what_is_not_seen_is_unseen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
