/*
 * What must hold of every snapshot: assessment survives it, never calls the unseen healthy, and hiding a fact
 * never turns trouble into OK.  (Hiding can turn CRITICAL into UNKNOWN: what is not seen cannot be accused.)
 * Snapshots are the known situations with random fields, groups and instances hidden or overwritten; the seed
 * is fixed.
 */
#include "unit/assess/replication_cases.h"
#include "unit/assess/snapshot_builder.h"
#include "unit/cmocka_unit.h"

#include <string.h>

#ifdef PCHAT_SANITIZED
enum { ROUNDS = 6 }; /* ten times as slow; what a sanitizer finds it finds in few */
#else
enum { ROUNDS = 20 };
#endif

static uint64_t random_state = UINT64_C(0x9E3779B97F4A7C15);

/* xorshift64 */
static uint64_t random_below(uint64_t bound)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % bound;
}

/* Green without these would be green without looking. */
static void check_metrics(const struct report *report, const char *name)
{
    static const enum metric_id must[] = {METRIC_exposure_s,    METRIC_backup_age_s,     METRIC_copy_age_s,
                                          METRIC_restore_age_s, METRIC_log_used_percent, METRIC_clock_skew_s};
    size_t known = 0;

    for (size_t i = 0; i < report->metric_count; i++)
        for (size_t j = 0; j < COUNT(must); j++)
            known += report->metrics[i].id == must[j] && report->metrics[i].known;
    if (report->severity == SEVERITY_OK && known != COUNT(must))
        fail_msg("%s is OK, but knows %zu of %zu metrics", name, known, COUNT(must));
}

static enum severity severity_of(const struct snapshot *snapshot, const char *name)
{
    AUTO(report) struct report *report = assess_replication(snapshot, NULL);
    enum severity worst = SEVERITY_OK;

    for (size_t i = 0; i < report->finding_count; i++) {
        const struct finding *finding = &report->findings[i];

        worst = severity_worse(worst, finding->severity);
        assert_non_null(finding->message);
        assert_true(*finding->message != '\0' && *finding->action != '\0' && *finding->object != '\0');
        for (size_t j = 0; j < i; j++)
            if (finding->condition == report->findings[j].condition &&
                strcmp(finding->object, report->findings[j].object) == 0)
                fail_msg("%s: %s twice of %s", name, condition_info(finding->condition)->name,
                         finding->object);
    }
    if (worst != report->severity)
        fail_msg("%s: %s, worst finding %s", name, severity_name(report->severity), severity_name(worst));
    assert_true(*report->summary != '\0');
    check_metrics(report, name);
    return report->severity;
}

/* ---- hiding ---- */

static void hide_group(struct snapshot *snapshot, size_t instance, enum fact_group_id group)
{
    builder_mask(snapshot, snapshot->instances[instance].name, group, SIGHT_TIMED_OUT, NULL);
}

static void no_group_can_be_hidden_into_ok(void **state)
{
    (void)state;
    for (size_t i = 0; i < replication_case_count; i++) {
        AUTO(snapshot) struct snapshot *whole = replication_case_snapshot(&replication_cases[i]);

        for (size_t instance = 0; instance < whole->instance_count; instance++) {
            for (int group = 0; group < FACT_GROUP_COUNT; group++) {
                AUTO(snapshot) struct snapshot *hidden = replication_case_snapshot(&replication_cases[i]);

                hide_group(hidden, instance, (enum fact_group_id)group);
                if (hidden->instances[instance].reach.sight == SIGHT_SEEN &&
                    severity_of(hidden, replication_cases[i].name) == SEVERITY_OK)
                    fail_msg("%s is OK without %s of %s", replication_cases[i].name,
                             fact_group((enum fact_group_id)group)->key, hidden->instances[instance].name);
            }
        }
    }
}

static void no_instance_can_be_hidden_into_ok(void **state)
{
    (void)state;
    for (size_t i = 0; i < replication_case_count; i++) {
        AUTO(snapshot) struct snapshot *whole = replication_case_snapshot(&replication_cases[i]);

        for (size_t instance = 0; instance < whole->instance_count; instance++) {
            for (int sight = 0; sight < SIGHT_COUNT; sight++) {
                AUTO(snapshot) struct snapshot *hidden = replication_case_snapshot(&replication_cases[i]);

                if (sight == SIGHT_SEEN)
                    continue;
                builder_unsee(hidden, hidden->instances[instance].name, (enum sight)sight, NULL);
                if (severity_of(hidden, replication_cases[i].name) == SEVERITY_OK)
                    fail_msg("%s is OK without %s", replication_cases[i].name,
                             hidden->instances[instance].name);
            }
        }
    }
}

static void hide_member(void *record, const struct fact_field *field)
{
    void *member = fact_member(record, field);

    switch (field->kind) {
    case FACT_KIND_TEXT:
        *(const char **)member = NULL;
        break;
    case FACT_KIND_LSN:
        *(struct lsn *)member = (struct lsn){""};
        break;
    default:
        *(struct fact_num *)member = (struct fact_num){0};
    }
}

/* Fields whose NULL says something by itself, and is no hiding. */
static bool null_has_meaning(const struct fact_group *group, const struct fact_field *field)
{
    static const struct {
        enum fact_group_id group;
        const char *key;
    } meaningful[] = {
        {FACT_job, "last_outcome"},          /* no history: it never ran, or its history was purged */
        {FACT_mirroring, "mirroring_guid"},  /* not mirrored */
        {FACT_mirroring, "witness_name"},    /* no witness */
        {FACT_ls_secondary, "restore_mode"}, /* not prescribed: the state of the copy counts */
        {FACT_ls_secondary, "restore_delay_min"},
        {FACT_database, "is_in_standby"}, /* is_read_only tells as much */
    };

    for (size_t i = 0; i < COUNT(meaningful); i++)
        if (group == fact_group(meaningful[i].group) && strcmp(field->key, meaningful[i].key) == 0)
            return true;
    return false;
}

static void hide_everywhere(struct instance_snapshot *instance, enum fact_group_id id, size_t at)
{
    const struct fact_group *group = fact_group(id);
    struct fact_rows rows = fact_rows_of(instance, id);

    for (size_t row = 0; row < rows.count; row++)
        hide_member((unsigned char *)rows.rows + row * group->record_bytes, &group->fields[at]);
}

static bool stays_in_trouble(const struct replication_case *row, size_t instance, enum fact_group_id id,
                             size_t at)
{
    AUTO(snapshot) struct snapshot *hidden = replication_case_snapshot(row);

    hide_everywhere(&hidden->instances[instance], id, at);
    return severity_of(hidden, row->name) != SEVERITY_OK;
}

static void check_fields(const struct replication_case *row, size_t instance, enum fact_group_id id)
{
    const struct fact_group *group = fact_group(id);

    for (size_t at = 0; at < group->field_count; at++)
        if (!null_has_meaning(group, &group->fields[at]) && !stays_in_trouble(row, instance, id, at))
            fail_msg("%s is OK without %s.%s of instance %zu", row->name, group->key, group->fields[at].key,
                     instance);
}

static void no_field_can_be_hidden_into_ok(void **state)
{
    (void)state;
    for (size_t i = 0; i < replication_case_count; i++) {
        AUTO(snapshot) struct snapshot *whole = replication_case_snapshot(&replication_cases[i]);

        if (severity_of(whole, replication_cases[i].name) == SEVERITY_OK)
            continue;
        for (size_t instance = 0; instance < whole->instance_count; instance++)
            for (int id = 0; id < FACT_GROUP_COUNT; id++)
                check_fields(&replication_cases[i], instance, (enum fact_group_id)id);
    }
}

/* ---- noise ---- */

static void disturb_member(void *record, const struct fact_field *field)
{
    static const char *const texts[] = {NULL,        "",  "ONLINE",   "RESTORING",
                                        "PRINCIPAL", "L", "\xFF|'\n", "mgc_20261123051240.trn"};
    static const int64_t numbers[] = {INT64_MIN, -1, 0, 1, 3, BUILDER_NOW_UTC_MS, INT64_MAX};
    void *member = fact_member(record, field);

    switch (field->kind) {
    case FACT_KIND_TEXT:
        *(const char **)member = texts[random_below(COUNT(texts))];
        break;
    case FACT_KIND_LSN:
        *(struct lsn *)member = random_below(2) ? builder_lsn((int)random_below(40)) : (struct lsn){""};
        break;
    case FACT_KIND_UTC:
        *(struct fact_num *)member = builder_ago((int64_t)random_below(20000) - 5000);
        break;
    default:
        *(struct fact_num *)member =
            (struct fact_num){random_below(4) > 0, numbers[random_below(COUNT(numbers))]};
    }
}

static void disturb_group(struct snapshot *snapshot, struct instance_snapshot *instance,
                          enum fact_group_id id)
{
    const struct fact_group *group = fact_group(id);
    struct fact_rows rows = fact_rows_of(instance, id);

    if (random_below(8) == 0)
        builder_mask(snapshot, instance->name, id, (enum sight)random_below(SIGHT_COUNT), NULL);
    for (size_t row = 0; row < rows.count; row++)
        if (random_below(4) == 0)
            disturb_member((unsigned char *)rows.rows + row * group->record_bytes,
                           &group->fields[random_below(group->field_count)]);
}

static void disturb(struct snapshot *snapshot)
{
    static const struct fact_field clock_field = {"clock", FACT_KIND_NUM, 0};

    for (size_t i = 0; i < snapshot->instance_count; i++) {
        if (random_below(10) == 0)
            builder_unsee(snapshot, snapshot->instances[i].name, (enum sight)random_below(SIGHT_COUNT), NULL);
        if (random_below(10) == 0)
            disturb_member(&snapshot->instances[i].clock_offset_ms, &clock_field);
        if (random_below(10) == 0)
            disturb_member(&snapshot->instances[i].round_trip_ms, &clock_field);
        for (int id = 0; id < FACT_GROUP_COUNT; id++)
            if (random_below(6) == 0)
                disturb_group(snapshot, &snapshot->instances[i], (enum fact_group_id)id);
    }
}

static bool all_seen(const struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->instance_count; i++)
        if (snapshot->instances[i].reach.sight != SIGHT_SEEN)
            return false;
    return true;
}

static void noise_is_survived(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < replication_case_count; i++) {
            AUTO(snapshot) struct snapshot *snapshot = replication_case_snapshot(&replication_cases[i]);

            disturb(snapshot);
            if (severity_of(snapshot, replication_cases[i].name) == SEVERITY_OK)
                assert_true(all_seen(snapshot));
        }
    }
}

static void the_snapshot_file_says_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < replication_case_count; i++) {
        AUTO(snapshot) struct snapshot *snapshot = replication_case_snapshot(&replication_cases[i]);
        AUTO_FREE char *json = snapshot_to_json(snapshot);
        struct err err = ERR_INIT;
        AUTO(snapshot) struct snapshot *again = snapshot_from_json(json, strlen(json), &err);

        if (!again)
            fail_msg("%s: %s", replication_cases[i].name, err.text);
        assert_int_equal(severity_of(again, replication_cases[i].name), severity_of(snapshot, ""));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_group_can_be_hidden_into_ok),
        cmocka_unit_test(no_instance_can_be_hidden_into_ok),
        cmocka_unit_test(no_field_can_be_hidden_into_ok),
        cmocka_unit_test(noise_is_survived),
        cmocka_unit_test(the_snapshot_file_says_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
