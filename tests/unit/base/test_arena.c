#include "base/arena.h"
#include "unit/cmocka_unit.h"

#include <stdalign.h>
#include <string.h>

static void objects_are_zeroed_and_aligned(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    static const unsigned char zero[20000];

    (void)state;
    for (size_t size = 1; size < sizeof(zero); size = size * 2 + 1) {
        void *object = arena_alloc(arena, size);

        assert_int_equal((uintptr_t)object % alignof(max_align_t), 0);
        assert_memory_equal(object, zero, size);
        memset(object, 0xA5, size);
    }
}

static void texts_are_copies(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    char source[] = "sqlpri1";
    const char *copy = arena_text(arena, source);

    (void)state;
    source[0] = 'X';
    assert_string_equal(copy, "sqlpri1");
    assert_null(arena_text(arena, NULL));
    assert_string_equal(arena_text_n(arena, "mgc.mdf", 3), "mgc");
    assert_string_equal(arena_text_n(arena, NULL, 0), "");
    assert_string_equal(arena_format(arena, "%s:%d", "sqlpri1", 1433), "sqlpri1:1433");
}

static void arrays_grow_and_keep_their_elements(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    int *numbers = NULL;
    size_t count = 0;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        int *added = arena_push(arena, &numbers, &count, sizeof(*numbers));

        assert_int_equal(*added, 0);
        *added = i;
    }
    assert_int_equal(count, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(numbers[i], i);
}

static void adopted_arenas_live_as_long(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct arena *first = arena_new(), *second = arena_new();
    const char *text = arena_text(first, "kept");

    (void)state;
    arena_adopt(arena, first);
    arena_adopt(arena, second);
    arena_adopt(arena, NULL);
    assert_string_equal(text, "kept");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_are_zeroed_and_aligned),
        cmocka_unit_test(texts_are_copies),
        cmocka_unit_test(arrays_grow_and_keep_their_elements),
        cmocka_unit_test(adopted_arenas_live_as_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
