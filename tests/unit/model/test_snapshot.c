#include "random_snapshot.h"
#include "unit/cmocka_unit.h"

#include "base/utf8.h"

#include <string.h>

enum { ROUNDS = 500 };

static struct snapshot *read_back(const char *json)
{
    struct err err = ERR_INIT;
    struct snapshot *snapshot = snapshot_from_json(json, strlen(json), &err);

    if (!snapshot)
        fail_msg("%s", err.text);
    return snapshot;
}

/* What is written reads back to what writes the same. */
static void random_snapshots_survive_json(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= ROUNDS; seed++) {
        AUTO(snapshot) struct snapshot *first = random_snapshot(seed);
        AUTO_FREE char *json = snapshot_to_json(first);
        AUTO(snapshot) struct snapshot *second = read_back(json);
        AUTO_FREE char *again = snapshot_to_json(second);

        assert_true(utf8_valid(json));
        assert_string_equal(json, again);
    }
}

static void values_keep_their_meaning(void **state)
{
    AUTO(snapshot) struct snapshot *snapshot = snapshot_new(), *copy = NULL;
    struct instance_snapshot *instance =
        arena_push(snapshot->arena, &snapshot->instances, &snapshot->instance_count, sizeof(*instance));
    struct backup_fact backup = {.device = "\\\\fs\\share\\mgc_20261123051500.trn",
                                 .finished_utc_ms = {true, INT64_C(1795410940123)},
                                 .size_bytes = {true, INT64_MAX}};
    AUTO_FREE char *json = NULL;

    (void)state;
    lsn_parse("35000000012300001", &backup.first_lsn);
    snapshot->pool = "lyncpc.litwareinc.com";
    snapshot->taken_utc_ms = INT64_C(1795410940123);
    snapshot->limits.critical[METRIC_backlog_files].set = false;
    instance->name = "sqldr1";
    instance->site = SITE_BACKUP;
    instance->role = SQL_SECONDARY;
    instance->reach.sight = SIGHT_SEEN;
    instance->backup.sighting = (struct sighting){SIGHT_DENIED, "SELECT on backupset"};
    instance->backup.rows = &backup;
    instance->backup.count = 1;
    json = snapshot_to_json(snapshot);
    assert_non_null(strstr(json, "\"finished_utc\": \"2026-11-23T05:15:40.123Z\""));
    assert_non_null(strstr(json, "\"first_lsn\": \"35000000012300001\""));
    assert_non_null(strstr(json, "\"last_lsn\": null"));
    copy = read_back(json);
    assert_int_equal(copy->taken_utc_ms, snapshot->taken_utc_ms);
    assert_null(snapshot_find(copy, "sqlpri1"));
    instance = (struct instance_snapshot *)snapshot_find(copy, "sqldr1");
    assert_int_equal(instance->role, SQL_SECONDARY);
    assert_int_equal(instance->backup.sighting.sight, SIGHT_DENIED);
    assert_string_equal(instance->backup.sighting.detail, "SELECT on backupset");
    assert_string_equal(instance->backup.rows[0].device, backup.device);
    assert_int_equal(lsn_compare(&instance->backup.rows[0].first_lsn, &backup.first_lsn), 0);
    assert_true(instance->backup.rows[0].size_bytes.value == INT64_MAX);
    assert_false(instance->backup.rows[0].is_copy_only.known);
    assert_int_equal(instance->job.sighting.sight, SIGHT_NOT_ASKED);
}

static void times_without_iso_form_are_unknown(void **state)
{
    AUTO(snapshot) struct snapshot *snapshot = snapshot_new();
    AUTO_FREE char *json = NULL;

    (void)state;
    snapshot->taken_utc_ms = INT64_MAX;
    json = snapshot_to_json(snapshot);
    assert_non_null(strstr(json, "\"taken_utc\": null"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_snapshots_survive_json),
        cmocka_unit_test(values_keep_their_meaning),
        cmocka_unit_test(times_without_iso_form_are_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
