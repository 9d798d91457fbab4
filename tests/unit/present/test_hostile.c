/* Names that were meant to break something, and random bytes, through every format. */
#include "base/utf8.h"
#include "perfdata_grammar.h"
#include "samples.h"
#include "unit/cmocka_unit.h"

#include <jansson.h>
#include <string.h>

static const char *const hostile[] = {
    "'; DROP TABLE mgc; --",
    "a|b=9999;0;0",
    "x | exposure_s=0;1;2",
    "line\nPCHAT REPLICATION OK - forged | a=1\n",
    "tab\tcarriage\rbell\a",
    "quote'quote''quote\"",
    "back\\slash\\",
    "\x1b]0;title\a\x1b[2J",
    "\xf0\x9f\x92\xa9 \xf0\x9d\x95\x8f",
    "\xff\xfe\x80 \xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80",
    "\xe2\x80\xae txet desrever",
    "%s%n%d",
    "=",
    "'",
    " ",
    "",
    "${jndi:ldap://x}",
    "LITWARE\\svc$",
};

static void check_nagios(const struct report *report, unsigned verbosity)
{
    AUTO_FREE char *output = printed(report, PRESENT_NAGIOS, verbosity);
    struct complaint complaint = {0, ""};

    if (!plugin_output_is_valid(output, strlen(output), &complaint))
        fail_msg("byte %zu: %s in\n%s", complaint.offset, complaint.reason, output);
}

static void check_json(const struct report *report, const char *name)
{
    AUTO_FREE char *output = printed(report, PRESENT_JSON, 0);
    AUTO(strbuf) struct strbuf valid = STRBUF_INIT;
    json_t *root = json_loads(output, JSON_REJECT_DUPLICATES, NULL);

    assert_non_null(root);
    utf8_add_text(&valid, name);
    assert_string_equal(json_string_value(json_object_get(root, "pool")), strbuf_text(&valid));
    json_decref(root);
}

/* Every line is a comment or a sample whose quotes close and whose value is a number. */
static void check_prometheus(const struct report *report)
{
    AUTO_FREE char *output = printed(report, PRESENT_PROMETHEUS, 0);
    char *line, *rest = output;

    assert_true(utf8_valid(output));
    while ((line = strsep(&rest, "\n")) && *line) {
        size_t quotes = 0;

        if (*line == '#')
            continue;
        assert_int_equal(strncmp(line, "pchat_", 6), 0);
        for (const char *at = line; *at; at++) {
            if (*at == '\\' && strchr("\\\"n", at[1]))
                at++;
            else if (*at == '"')
                quotes++;
        }
        assert_int_equal(quotes % 2, 0);
        assert_true(strspn(strrchr(line, ' ') + 1, "0123456789.") > 0);
    }
}

static void check_all(const char *name)
{
    AUTO(report) struct report *report = sample_named(name);

    for (unsigned verbosity = 0; verbosity < 3; verbosity++)
        check_nagios(report, verbosity);
    check_json(report, name);
    check_prometheus(report);
}

static void hostile_names_stay_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(hostile); i++)
        check_all(hostile[i]);
}

static void random_bytes_stay_names(void **state)
{
    unsigned seed = 20261123;
    char name[64];

    (void)state;
    for (int round = 0; round < 3000; round++) {
        size_t length = (size_t)(rand_r(&seed) % (int)sizeof(name));

        for (size_t i = 0; i < length; i++)
            name[i] = (char)(1 + rand_r(&seed) % 255);
        name[length] = '\0';
        check_all(name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_names_stay_names),
        cmocka_unit_test(random_bytes_stay_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
