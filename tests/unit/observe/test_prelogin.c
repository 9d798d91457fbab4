/* PRELOGIN answers, good and bad. */
#include "observe/sql/prelogin.h"

#include "base/cleanup.h"
#include "unit/cmocka_unit.h"

#define BYTES(...)                                                                                           \
    (const unsigned char[])                                                                                  \
    {                                                                                                        \
        __VA_ARGS__                                                                                          \
    }
#define LENGTH(...) sizeof((const unsigned char[]){__VA_ARGS__})
#define CASE(valid, encryption, ...)                                                                         \
    {                                                                                                        \
        BYTES(__VA_ARGS__), LENGTH(__VA_ARGS__), valid, encryption                                           \
    }

static const struct {
    const unsigned char *bytes;
    size_t length;
    bool valid;
    enum prelogin_encryption encryption;
} cases[] = {
    CASE(true, PRELOGIN_ENCRYPT_ON, 0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 12, 0, 0x17, 0x88, 0, 0, 1),
    CASE(true, PRELOGIN_ENCRYPT_NOT_SUP, 1, 0, 6, 0, 1, 0xff, 2),
    CASE(true, PRELOGIN_ENCRYPT_REQ, 1, 0, 6, 0, 1, 0xff, 3),
    CASE(true, PRELOGIN_ENCRYPT_NOT_SUP, 0xff), /* silence about encryption is none */
    CASE(false, 0, 1, 0, 6, 0, 1, 0xff, 9),     /* no such answer */
    CASE(false, 0, 1, 0, 7, 0, 1, 0xff, 1),     /* the value lies outside */
    CASE(false, 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 1),
    CASE(false, 0, 1, 0, 6, 0, 0, 0xff, 1), /* without a value */
    CASE(false, 0, 1, 0, 6, 0),             /* cut */
    CASE(false, 0, 1, 0, 5, 0, 1),          /* never ends */
    CASE(false, 0, 'H', 'T', 'T', 'P', '/', '1', '.', '1'),
};

static void answers_are_read_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct prelogin_answer answer = {0};

        assert_int_equal(prelogin_parse(cases[i].bytes, cases[i].length, &answer), cases[i].valid);
        if (cases[i].valid)
            assert_int_equal(answer.encryption, cases[i].encryption);
    }
    assert_false(prelogin_parse(cases[0].bytes, 0, &(struct prelogin_answer){0}));
}

static void versions_are_told(void **state)
{
    struct prelogin_answer answer = {0};

    (void)state;
    assert_true(prelogin_parse(cases[0].bytes, cases[0].length, &answer));
    assert_int_equal(answer.version_major, 12);
    assert_int_equal(answer.version_build, 6024);
}

static void our_request_is_well_formed(void **state)
{
    unsigned char request[PRELOGIN_REQUEST_BYTES];
    struct prelogin_answer answer = {0};

    (void)state;
    assert_true(prelogin_parse(request, prelogin_request(request), &answer));
    assert_int_equal(answer.encryption, PRELOGIN_ENCRYPT_ON);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_read_or_refused),
        cmocka_unit_test(versions_are_told),
        cmocka_unit_test(our_request_is_well_formed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
