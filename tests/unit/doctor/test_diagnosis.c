/* The table of diagnoses: complete, and no two alike. */
#include "doctor/diagnosis.h"

#include "base/arena.h"
#include "base/strbuf.h"

#include <fcntl.h>
#include <string.h>

#include "unit/cmocka_unit.h"

enum { PAGE_MOST_BYTES = 1024 * 1024 };

static void every_diagnosis_has_its_words(void **state)
{
    (void)state;
    assert_true(DIAGNOSIS_COUNT - 1 >= 30);
    for (int id = DIAGNOSIS_NONE + 1; id < DIAGNOSIS_COUNT; id++) {
        const struct diagnosis_info *info = diagnosis_info((enum diagnosis)id);
        enum diagnosis parsed = DIAGNOSIS_NONE;

        assert_true(strlen(info->words) > 8 && strlen(info->remedy) > 8);
        assert_true(diagnosis_parse(info->name, &parsed) && parsed == (enum diagnosis)id);
        for (int other = id + 1; other < DIAGNOSIS_COUNT; other++)
            assert_string_not_equal(info->words, diagnosis_info((enum diagnosis)other)->words);
    }
}

static void the_documentation_lists_all(void **state)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    AUTO_CLOSE int fd = open(DOCTOR_PAGE, O_RDONLY | O_CLOEXEC);
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    assert_int_equal(strbuf_read_fd(&text, fd, PAGE_MOST_BYTES), 0);
    for (int id = DIAGNOSIS_NONE + 1; id < DIAGNOSIS_COUNT; id++) {
        const struct diagnosis_info *info = diagnosis_info((enum diagnosis)id);

        assert_non_null(strstr(text.text, arena_format(arena, "| %s | `%s` | %s |", layer_name(info->layer),
                                                       info->name, info->words)));
    }
}

static void layers_have_names(void **state)
{
    (void)state;
    for (int layer = 0; layer < LAYER_COUNT; layer++) {
        enum layer parsed = LAYER_COUNT;

        assert_true(layer_parse(layer_name((enum layer)layer), &parsed) && parsed == (enum layer)layer);
    }
    assert_false(layer_parse("none", &(enum layer){LAYER_NAME}));
    assert_false(diagnosis_parse("none", &(enum diagnosis){DIAGNOSIS_NONE}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_diagnosis_has_its_words),
        cmocka_unit_test(the_documentation_lists_all),
        cmocka_unit_test(layers_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
