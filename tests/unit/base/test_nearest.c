#include "base/cleanup.h"
#include "base/nearest.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static const char *const known[] = {"principal", "mirror", "secondary", "secondary_mirror",
                                    "witness",   "ca",     "port"};

static const struct {
    const char *given, *best;
} cases[] = {
    {"secondry", "secondary"},
    {"Principal", "principal"},
    {"pirncipal", "principal"},
    {"prot", "port"},
    {"mirrors", "mirror"},
    {"banana", NULL},
    {"", NULL},
    {"witnes", "witness"},
    {"cs", "ca"},
    {"xy", NULL},
    {"secondarymirror", "secondary_mirror"},
};

static void the_nearest_name_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct nearest nearest = NEAREST_INIT(cases[i].given);

        for (size_t j = 0; j < COUNT(known); j++)
            nearest_offer(&nearest, known[j]);
        if (cases[i].best)
            assert_string_equal(nearest.best ? nearest.best : "(none)", cases[i].best);
        else
            assert_null(nearest.best);
    }
}

static void nobody_mistypes_a_paragraph(void **state)
{
    char text[1000];
    struct nearest nearest = NEAREST_INIT(text);

    (void)state;
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    nearest_offer(&nearest, text);
    assert_null(nearest.best);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_name_is_found),
        cmocka_unit_test(nobody_mistypes_a_paragraph),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
