/* Result sets become records; what does not fit is named. */
#include "observe/sql/row_reader.h"

#include "model/snapshot.h"
#include "unit/cmocka_unit.h"

#include <string.h>

#define ROWS(columns, cells)                                                                                 \
    {                                                                                                        \
        columns, COUNT(columns), cells, COUNT(cells) / COUNT(columns)                                        \
    }

static const char *const witness_columns[] = {
    "principal_server", "MIRROR_SERVER", "role_sequence", "extra", "is_suspended", "partner_sync_state"};

static struct witness_facts read_witness(struct arena *arena, const struct sql_rows *rows)
{
    struct instance_snapshot instance = {0};
    struct fact_rows facts;

    row_read_facts(rows, FACT_witness, arena, &facts);
    fact_rows_put(&instance, FACT_witness, &facts);
    return instance.witness;
}

static void columns_are_found_by_name(void **state)
{
    const char *const cells[] = {"SQLPRI1", "SQLMIR1", "7", "whatever", "0", NULL};
    const struct sql_rows rows = ROWS(witness_columns, cells);
    AUTO(arena) struct arena *arena = arena_new();
    const struct witness_facts facts = read_witness(arena, &rows);

    (void)state;
    assert_int_equal(facts.sighting.sight, SIGHT_SEEN);
    assert_null(facts.sighting.detail);
    assert_int_equal(facts.count, 1);
    assert_string_equal(facts.rows[0].principal_server, "SQLPRI1");
    assert_string_equal(facts.rows[0].mirror_server, "SQLMIR1");
    assert_true(facts.rows[0].role_sequence.known);
    assert_int_equal(facts.rows[0].role_sequence.value, 7);
    assert_true(facts.rows[0].is_suspended.known);
    assert_int_equal(facts.rows[0].is_suspended.value, 0);
    assert_null(facts.rows[0].partner_sync_state);
}

static void no_row_is_seen_too(void **state)
{
    const struct sql_rows rows = {witness_columns, COUNT(witness_columns), NULL, 0};
    AUTO(arena) struct arena *arena = arena_new();
    const struct witness_facts facts = read_witness(arena, &rows);

    (void)state;
    assert_int_equal(facts.sighting.sight, SIGHT_SEEN);
    assert_int_equal(facts.count, 0);
}

static void rows_beyond_the_most_are_dropped(void **state)
{
    const char *const cells[] = {"A", "B", "1", NULL, "0", "x", "C", "D", "2", NULL, "0", "x"};
    const struct sql_rows rows = ROWS(witness_columns, cells);
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    assert_int_equal(read_witness(arena, &rows).count, 1);
}

static void null_is_unknown(void **state)
{
    const char *const cells[] = {NULL, NULL, NULL, NULL, NULL, NULL};
    const struct sql_rows rows = ROWS(witness_columns, cells);
    AUTO(arena) struct arena *arena = arena_new();
    const struct witness_facts facts = read_witness(arena, &rows);

    (void)state;
    assert_int_equal(facts.count, 1);
    assert_null(facts.rows[0].principal_server);
    assert_false(facts.rows[0].role_sequence.known);
}

/* One column of one group holding one value. */
static const struct {
    enum fact_group_id group;
    const char *column, *value;
    const char *detail; /* NULL: it is fine */
} values[] = {
    {FACT_redo, "redo_start_lsn", "45000000012300001", NULL},
    {FACT_redo, "redo_start_lsn", "1234567890123456789012345", NULL},
    {FACT_redo, "redo_start_lsn", "12345678901234567890123456",
     "redo.sql: column redo_start_lsn holds \"12345678901234567890123456\", expected a log sequence number"},
    {FACT_redo, "redo_start_lsn", "-1",
     "redo.sql: column redo_start_lsn holds \"-1\", expected a log sequence number"},
    {FACT_server, "now_utc", "2026-11-23T05:15:40.123", NULL},
    {FACT_server, "now_utc", "2026-11-23T05:15:40", NULL},
    {FACT_server, "now_utc", "Nov 23 2026  5:15AM",
     "server.sql: column now_utc holds \"Nov 23 2026  5:15AM\", expected a time"},
    {FACT_server, "is_sysadmin", "1", NULL},
    {FACT_server, "is_sysadmin", "9223372036854775808",
     "server.sql: column is_sysadmin holds \"9223372036854775808\", expected a whole number"},
    {FACT_server, "is_sysadmin", "", "server.sql: column is_sysadmin holds \"\", expected a whole number"},
    {FACT_ls_secondary, "last_restored_latency_min", "-3", NULL},
    {FACT_counter, "send_queue_kb", "1.5",
     "counter.sql: column send_queue_kb holds \"1.5\", expected a whole number"},
    {FACT_counter, "send_queue_kb", "\xff",
     "counter.sql: column send_queue_kb holds \"\xef\xbf\xbd\", expected a whole number"},
    {FACT_server, "login", "\xed\xa0\x80'; DROP", NULL},
};

/* The group's columns with NULLs, but for the one. */
static struct fact_rows read_value(struct arena *arena, enum fact_group_id id, const char *column,
                                   const char *value)
{
    const struct fact_group *group = fact_group(id);
    const char **columns = arena_alloc(arena, group->field_count * sizeof(*columns));
    const char **cells = arena_alloc(arena, group->field_count * sizeof(*cells));
    struct sql_rows rows = {columns, group->field_count, cells, 1};
    struct fact_rows facts;

    for (size_t f = 0; f < group->field_count; f++) {
        columns[f] = group->fields[f].key;
        cells[f] = strcmp(columns[f], column) == 0 ? value : NULL;
    }
    row_read_facts(&rows, id, arena, &facts);
    return facts;
}

static void values_must_be_of_their_kind(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(values); i++) {
        struct fact_rows facts = read_value(arena, values[i].group, values[i].column, values[i].value);

        assert_int_equal(facts.sighting.sight, values[i].detail ? SIGHT_PROTOCOL_ERROR : SIGHT_SEEN);
        assert_int_equal(facts.count, values[i].detail ? 0 : 1);
        if (values[i].detail)
            assert_string_equal(facts.sighting.detail, values[i].detail);
    }
}

static void missing_columns_are_named(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (int id = 0; id < FACT_GROUP_COUNT; id++) {
        const struct fact_group *group = fact_group((enum fact_group_id)id);
        const char *const columns[] = {"unwanted"};
        const char *const cells[] = {"x"};
        const struct sql_rows rows = ROWS(columns, cells);
        struct fact_rows facts;

        row_read_facts(&rows, (enum fact_group_id)id, arena, &facts);
        assert_int_equal(facts.sighting.sight, SIGHT_PROTOCOL_ERROR);
        assert_non_null(strstr(facts.sighting.detail, group->key));
        assert_non_null(strstr(facts.sighting.detail, group->fields[0].key));
    }
}

static void texts_are_bounded_and_well_formed(void **state)
{
    static char endless[3 * ROW_TEXT_MAX_BYTES];
    AUTO(arena) struct arena *arena = arena_new();
    const char *text;

    (void)state;
    memset(endless, 'x', sizeof(endless) - 1);
    assert_int_equal(strlen(row_safe_text(arena, endless)), ROW_TEXT_MAX_BYTES);
    endless[ROW_TEXT_MAX_BYTES - 1] = '\xc3'; /* the cut falls into a character */
    endless[ROW_TEXT_MAX_BYTES] = '\xa9';
    text = row_safe_text(arena, endless);
    assert_int_equal(strlen(text), ROW_TEXT_MAX_BYTES - 1);
    memset(endless, '\xff', sizeof(endless) - 1);
    assert_in_range(strlen(row_safe_text(arena, endless)), ROW_TEXT_MAX_BYTES - 3, ROW_TEXT_MAX_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_found_by_name),         cmocka_unit_test(no_row_is_seen_too),
        cmocka_unit_test(rows_beyond_the_most_are_dropped),  cmocka_unit_test(null_is_unknown),
        cmocka_unit_test(values_must_be_of_their_kind),      cmocka_unit_test(missing_columns_are_named),
        cmocka_unit_test(texts_are_bounded_and_well_formed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
