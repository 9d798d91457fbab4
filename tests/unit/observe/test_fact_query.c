/* The table of queries: complete, in a sensible order, and honest about rights. */
#include "observe/sql/fact_query.h"

#include "unit/cmocka_unit.h"

#include <string.h>

static size_t queries_for(enum fact_group_id id)
{
    size_t count = 0;

    for (size_t i = 0; i < fact_query_count; i++)
        count += fact_queries[i].group == id;
    return count;
}

static void every_group_has_one_query(void **state)
{
    (void)state;
    for (int id = 0; id < FACT_GROUP_COUNT; id++)
        assert_int_equal(queries_for((enum fact_group_id)id), 1);
    assert_int_equal(fact_query_count, FACT_GROUP_COUNT);
}

/* As a column: bare, after a table's letter, or as an alias. */
static bool names_column(const char *sql, const char *key)
{
    size_t length = strlen(key);

    for (const char *at = strstr(sql, key); at; at = strstr(at + 1, key))
        if ((at[-1] == '.' || at[-1] == ' ') && strchr(",\n ", at[length]))
            return true;
    return false;
}

static void every_field_is_a_column_of_its_query(void **state)
{
    (void)state;
    for (size_t i = 0; i < fact_query_count; i++) {
        const struct fact_group *group = fact_group(fact_queries[i].group);

        for (size_t f = 0; f < group->field_count; f++) {
            if (!names_column(fact_queries[i].sql, group->fields[f].key))
                fail_msg("%s.sql has no column %s", group->key, group->fields[f].key);
            if (fact_queries[i].fallback_sql &&
                !names_column(fact_queries[i].fallback_sql, group->fields[f].key))
                fail_msg("the fallback of %s.sql has no column %s", group->key, group->fields[f].key);
        }
    }
}

/* What changes nothing and needs no right beyond the monitoring login's. */
static void queries_only_read(void **state)
{
    static const char *const forbidden[] = {"INSERT",  "UPDATE ", "DELETE", "EXEC",
                                            "sp_help", "xp_",     "INTO ",  "ALTER "};

    (void)state;
    for (size_t i = 0; i < fact_query_count; i++)
        for (size_t f = 0; f < COUNT(forbidden); f++)
            assert_null(strstr(fact_queries[i].sql, forbidden[f]));
}

static void server_comes_first(void **state)
{
    (void)state;
    assert_int_equal(fact_queries[0].group, FACT_server);
    for (int role = 0; role < SQL_ROLE_COUNT; role++)
        assert_true(fact_query_is_for(&fact_queries[0], (enum sql_role)role));
}

static void the_witness_is_asked_little(void **state)
{
    (void)state;
    for (size_t i = 0; i < fact_query_count; i++) {
        enum fact_group_id id = fact_queries[i].group;

        assert_int_equal(fact_query_is_for(&fact_queries[i], SQL_WITNESS),
                         id == FACT_server || id == FACT_witness);
        assert_int_equal(fact_query_is_for(&fact_queries[i], SQL_PRINCIPAL), id != FACT_witness);
    }
}

static void batches_name_the_database_safely(void **state)
{
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;

    (void)state;
    fact_query_batch(&batch, "SELECT 1", "m'gc");
    assert_string_equal(strbuf_text(&batch),
                        "DECLARE @database sysname; SET @database = N'm''gc';\nSELECT 1");
    strbuf_truncate(&batch, 0);
    fact_query_batch(&batch, "SELECT 1 FROM $(database).dbo.t, $(database).dbo.u", "m]gc'");
    assert_string_equal(strbuf_text(&batch), "DECLARE @database sysname; SET @database = N'm]gc''';\n"
                                             "SELECT 1 FROM [m]]gc'].dbo.t, [m]]gc'].dbo.u");
}

static void rights_unknown_are_not_missing(void **state)
{
    struct server_fact server = {0};
    struct instance_snapshot instance = {0};

    (void)state;
    assert_null(right_missing(RIGHT_VIEW_SERVER_STATE, &instance));
    instance.server.rows = &server;
    instance.server.count = 1;
    assert_null(right_missing(RIGHT_VIEW_SERVER_STATE, &instance));
    server.view_server_state = (struct fact_num){true, 0};
    assert_string_equal(right_missing(RIGHT_VIEW_SERVER_STATE, &instance), "VIEW SERVER STATE");
    assert_null(right_missing(RIGHT_VIEW_ANY_DEFINITION, &instance));
    assert_null(right_missing(RIGHT_NONE, &instance));
    server.view_server_state.value = 1;
    assert_null(right_missing(RIGHT_VIEW_SERVER_STATE, &instance));
}

/* What a check does not need costs it nothing. */
static void sets_are_asked_when_wanted(void **state)
{
    (void)state;
    for (size_t i = 0; i < fact_query_count; i++) {
        bool of_pool = fact_queries[i].group >= FACT_server_identity;

        assert_int_equal(fact_query_is_wanted(&fact_queries[i], 0), !of_pool);
        assert_true(fact_query_is_wanted(&fact_queries[i], FACT_SET_POOL));
    }
}

static void a_second_sample_comes_after_the_first(void **state)
{
    size_t samples = 0;

    (void)state;
    for (size_t i = 0; i < fact_query_count; i++) {
        bool first_is_before = false;

        if (!fact_queries[i].second_sample_of)
            continue;
        samples++;
        for (size_t k = 0; k < i; k++)
            first_is_before |= fact_queries[k].group == fact_queries[i].second_sample_of;
        assert_true(first_is_before);
    }
    assert_int_equal(samples, 1);
}

static bool asked_at(enum fact_group_id id, const struct instance_snapshot *instance)
{
    const struct fact_query *query = fact_queries;

    while (query->group != id)
        query++;
    return query->makes_sense(instance);
}

static const struct {
    const char *what, *state;
    enum sight sight;
    size_t count;
    bool recovery, redo, session;
} senses[] = {
    {"unknown", NULL, SIGHT_TIMED_OUT, 0, false, true, true},
    {"absent", NULL, SIGHT_SEEN, 0, false, false, false},
    {"a state withheld", NULL, SIGHT_SEEN, 1, false, true, true},
    {"open", "ONLINE", SIGHT_SEEN, 1, true, false, true},
    {"restoring", "RESTORING", SIGHT_SEEN, 1, false, true, false},
    {"waiting", "RECOVERY_PENDING", SIGHT_SEEN, 1, false, true, true},
};

static void questions_are_asked_where_they_make_sense(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(senses); i++) {
        struct database_fact database = {.state = senses[i].state};
        struct instance_snapshot instance = {
            .database = {{senses[i].sight, NULL}, senses[i].count ? &database : NULL, senses[i].count}};

        if (asked_at(FACT_recovery, &instance) != senses[i].recovery ||
            asked_at(FACT_redo, &instance) != senses[i].redo ||
            asked_at(FACT_session, &instance) != senses[i].session)
            fail_msg("%s", senses[i].what);
    }
}

static const struct {
    const char *what;
    bool sysadmin, guid, secondary;
    const char *state;
    bool hidden;
} mirrors[] = {
    {"a mirror, as a login without rights sees it", false, false, false, "RESTORING", true},
    {"the same as sysadmin: it is not mirrored", true, false, false, "RESTORING", false},
    {"a mirror with its values", false, true, false, "RESTORING", false},
    {"open and not mirrored", false, false, false, "ONLINE", false},
    {"log shipping restores into it", false, false, true, "RESTORING", false},
    {"nobody knows its state", false, false, false, NULL, true},
};

static void hidden_mirrors_are_recognised(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(mirrors); i++) {
        struct server_fact server = {.is_sysadmin = {true, mirrors[i].sysadmin}};
        struct database_fact database = {.state = mirrors[i].state};
        struct mirroring_fact mirroring = {.mirroring_guid = mirrors[i].guid ? "6F9619FF" : NULL};
        struct ls_secondary_fact secondary = {.primary_server = "SQLPRI1"};
        struct instance_snapshot instance = {
            .server = {{SIGHT_SEEN, NULL}, &server, 1},
            .database = {{SIGHT_SEEN, NULL}, &database, 1},
            .mirroring = {{SIGHT_SEEN, NULL}, &mirroring, 1},
            .ls_secondary = {{SIGHT_SEEN, NULL}, &secondary, mirrors[i].secondary},
        };

        if (fact_mirroring_is_hidden(&instance) != mirrors[i].hidden)
            fail_msg("%s", mirrors[i].what);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_group_has_one_query),
        cmocka_unit_test(every_field_is_a_column_of_its_query),
        cmocka_unit_test(queries_only_read),
        cmocka_unit_test(server_comes_first),
        cmocka_unit_test(the_witness_is_asked_little),
        cmocka_unit_test(batches_name_the_database_safely),
        cmocka_unit_test(rights_unknown_are_not_missing),
        cmocka_unit_test(questions_are_asked_where_they_make_sense),
        cmocka_unit_test(hidden_mirrors_are_recognised),
        cmocka_unit_test(sets_are_asked_when_wanted),
        cmocka_unit_test(a_second_sample_comes_after_the_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
