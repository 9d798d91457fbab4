/* Object identifiers: what is one, what only looks like one, and their order. */
#include "base/object_id.h"
#include "base/strbuf.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static const struct {
    const char *text, *read; /* NULL: refused */
} cases[] = {
    {"1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.3.0"},
    {".1.3.6.1", "1.3.6.1"},
    {"0.0", "0.0"},
    {"2.999.4294967295", "2.999.4294967295"},
    {"1.39", "1.39"},
    {"1.40", NULL},
    {"3.1", NULL},
    {"1", NULL},
    {"", NULL},
    {".", NULL},
    {"..1.3", NULL},
    {"1..3", NULL},
    {"1.3.", NULL},
    {"1.3 ", NULL},
    {" 1.3", NULL},
    {"1.03", NULL},
    {"1.+3", NULL},
    {"1.-3", NULL},
    {"1.3.4294967296", NULL},
    {"1.3.99999999999999999999999", NULL},
    {"SNMPv2-MIB::sysUpTime.0", NULL},
    {"1.3.0x10", NULL},
};

static void numbers_alone_are_read(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct object_id id = {.length = 0};

        assert_int_equal(object_id_valid(cases[i].text), cases[i].read != NULL);
        if (object_id_parse(cases[i].text, &id))
            assert_string_equal(object_id_text(arena, id.parts, id.length), cases[i].read);
        else
            assert_int_equal(id.length, 0);
    }
}

static void length_has_an_end(void **state)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    (void)state;
    strbuf_add(&text, "1.3");
    for (int i = 2; i < OBJECT_ID_MAX_PARTS; i++)
        strbuf_add(&text, ".1");
    assert_true(object_id_valid(strbuf_text(&text)));
    strbuf_add(&text, ".1");
    assert_false(object_id_valid(strbuf_text(&text)));
}

static void order_is_the_agents(void **state)
{
    struct object_id root = {.length = 0}, below = root, beside = root;

    (void)state;
    assert_true(object_id_parse("1.3.6", &root) && object_id_parse("1.3.6.10", &below) &&
                object_id_parse("1.3.60", &beside));
    assert_true(object_id_within(&below, &root) && object_id_within(&root, &root));
    assert_false(object_id_within(&beside, &root) || object_id_within(&root, &below));
    assert_true(object_id_compare(root.parts, root.length, below.parts, below.length) < 0);
    assert_true(object_id_compare(beside.parts, beside.length, below.parts, below.length) > 0);
    assert_int_equal(object_id_compare(root.parts, root.length, root.parts, root.length), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_alone_are_read),
        cmocka_unit_test(length_has_an_end),
        cmocka_unit_test(order_is_the_agents),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
