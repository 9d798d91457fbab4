/* Roles and sights: every word reads back to itself, no other word is read. */
#include "model/roles.h"
#include "model/sight.h"
#include "unit/cmocka_unit.h"

static void roles_read_back(void **state)
{
    enum site_role site_role = SITE_ROLE_COUNT;
    enum sql_role sql_role = SQL_ROLE_COUNT;

    (void)state;
    for (int role = 0; role < SITE_ROLE_COUNT; role++) {
        assert_true(site_role_parse(site_role_name((enum site_role)role), &site_role));
        assert_int_equal(site_role, role);
    }
    for (int role = 0; role < SQL_ROLE_COUNT; role++) {
        assert_true(sql_role_parse(sql_role_name((enum sql_role)role), &sql_role));
        assert_int_equal(sql_role, role);
    }
    assert_false(site_role_parse("Primary", &site_role));
    assert_false(sql_role_parse("secondry", &sql_role));
    assert_false(sql_role_parse("", &sql_role));
}

static void sights_read_back(void **state)
{
    enum sight sight = SIGHT_COUNT;

    (void)state;
    for (int i = 0; i < SIGHT_COUNT; i++) {
        assert_true(sight_parse(sight_name((enum sight)i), &sight));
        assert_int_equal(sight, i);
        assert_true(*sight_words((enum sight)i) != '\0');
    }
    assert_false(sight_parse("SEEN", &sight));
    assert_false(sight_parse("", &sight));
}

/* What nobody set must not look like health. */
static void forgotten_sight_is_not_asked(void **state)
{
    struct sighting sighting = {0};

    (void)state;
    assert_string_equal(sight_name(sighting.sight), "not_asked");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roles_read_back),
        cmocka_unit_test(sights_read_back),
        cmocka_unit_test(forgotten_sight_is_not_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
