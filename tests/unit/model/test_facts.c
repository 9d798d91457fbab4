#include "model/snapshot.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static void tables_describe_the_structs(void **state)
{
    struct backup_fact backup = {.first_lsn = {"7"}, .size_bytes = {true, 5}};
    const struct fact_group *group = fact_group(FACT_backup);

    (void)state;
    assert_string_equal(group->key, "backup");
    assert_int_equal(group->record_bytes, sizeof(backup));
    assert_int_equal(group->most_rows, 200);
    for (size_t i = 0; i < group->field_count; i++) {
        const struct fact_field *field = &group->fields[i];

        if (strcmp(field->key, "first_lsn") == 0)
            assert_string_equal(((struct lsn *)fact_member(&backup, field))->digits, "7");
        if (strcmp(field->key, "size_bytes") == 0)
            assert_int_equal(((struct fact_num *)fact_member(&backup, field))->value, 5);
        if (strcmp(field->key, "finished_utc") == 0)
            assert_int_equal(field->kind, FACT_KIND_UTC);
    }
}

static void check_group(const struct fact_group *group)
{
    assert_true(group->field_count > 0 && group->most_rows > 0);
    for (size_t i = 0; i < group->field_count; i++) {
        assert_true(group->fields[i].offset < group->record_bytes);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(group->fields[i].key, group->fields[k].key);
    }
}

static void every_group_is_well_described(void **state)
{
    (void)state;
    for (int id = 0; id < FACT_GROUP_COUNT; id++)
        check_group(fact_group((enum fact_group_id)id));
    for (int id = 0; id < HOST_FACT_COUNT; id++)
        check_group(host_fact_group((enum host_fact_id)id));
}

static void hosts_have_groups_of_their_own(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    const struct fact_group *group = host_fact_group(HOST_FACT_service);
    struct host_snapshot host = {0};
    struct fact_rows rows = fact_group_rows(group, &host);

    (void)state;
    assert_int_equal(rows.sighting.sight, SIGHT_NOT_ASKED);
    rows.sighting.sight = SIGHT_SEEN;
    ((struct service_fact *)fact_group_push(group, arena, &rows))->state = "Running";
    fact_group_put(group, &host, &rows);
    assert_int_equal(host.service.count, 1);
    assert_string_equal(host.service.rows[0].state, "Running");
    assert_false(host.service.rows[0].exit_code.known);
}

static void rows_are_seen_without_their_type(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct instance_snapshot instance = {0};
    struct fact_rows rows = fact_rows_of(&instance, FACT_job);

    (void)state;
    assert_int_equal(rows.sighting.sight, SIGHT_NOT_ASKED);
    rows.sighting.sight = SIGHT_SEEN;
    for (int i = 0; i < 3; i++)
        ((struct job_fact *)fact_rows_push(arena, &rows, FACT_job))->enabled = (struct fact_num){true, i};
    fact_rows_put(&instance, FACT_job, &rows);
    assert_int_equal(instance.job.sighting.sight, SIGHT_SEEN);
    assert_int_equal(instance.job.count, 3);
    assert_int_equal(instance.job.rows[2].enabled.value, 2);
    assert_false(instance.job.rows[2].running.known);
    assert_null(instance.job.rows[2].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_describe_the_structs),
        cmocka_unit_test(every_group_is_well_described),
        cmocka_unit_test(rows_are_seen_without_their_type),
        cmocka_unit_test(hosts_have_groups_of_their_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
