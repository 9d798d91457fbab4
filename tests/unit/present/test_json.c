#include "samples.h"
#include "unit/cmocka_unit.h"

#include <jansson.h>
#include <string.h>

static json_t *parsed(const char *text)
{
    json_error_t error;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);

    if (!root)
        fail_msg("%s: %s", error.text, text);
    return root;
}

static const char *string_at(const json_t *array, size_t index, const char *key)
{
    return json_string_value(json_object_get(json_array_get(array, index), key));
}

static void healthy_has_every_key(void **state)
{
    static const char *const keys[] = {"schema",     "title",   "pool",    "state",
                                       "conditions", "metrics", "objects", "snapshot_age_s"};
    AUTO(report) struct report *report = sample_healthy();
    AUTO_FREE char *text = printed(report, PRESENT_JSON, 0);
    json_t *root = parsed(text), *metrics = json_object_get(root, "metrics");

    (void)state;
    assert_int_equal(json_object_size(root), COUNT(keys));
    for (size_t i = 0; i < COUNT(keys); i++)
        assert_non_null(json_object_get(root, keys[i]));
    assert_string_equal(json_string_value(json_object_get(root, "state")), "OK");
    assert_true(json_is_null(json_object_get(root, "snapshot_age_s")));
    assert_int_equal(json_array_size(json_object_get(root, "objects")), 3);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(metrics, 1), "value")), 240);
    assert_string_equal(string_at(metrics, 1, "object"), "sqldr1");
    assert_string_equal(string_at(metrics, 1, "crit"), "2700");
    assert_true(json_is_null(json_object_get(json_array_get(metrics, 2), "warn")));
    assert_true(json_is_null(json_object_get(json_array_get(metrics, 4), "value")));
    assert_int_equal(text[strlen(text) - 1], '\n');
    json_decref(root);
}

static void conditions_carry_what_is_known(void **state)
{
    AUTO(report) struct report *report = sample_trouble();
    AUTO_FREE char *text = NULL;
    json_t *root, *conditions;

    (void)state;
    report->snapshot_age_s = (struct fact_num){true, 12};
    text = printed(report, PRESENT_JSON, 0);
    root = parsed(text);
    conditions = json_object_get(root, "conditions");
    assert_int_equal(json_array_size(conditions), 3);
    assert_string_equal(string_at(conditions, 0, "name"), "instance_unseen");
    assert_string_equal(string_at(conditions, 0, "severity"), "CRITICAL");
    assert_string_equal(string_at(conditions, 0, "object"), "sqldr1");
    assert_string_equal(string_at(conditions, 0, "message"), "sqldr1 is gone for 47 min (limit 30)");
    assert_string_equal(string_at(conditions, 0, "action"), "look at sqldr1");
    assert_string_equal(string_at(conditions, 0, "since"), "2026-11-23T05:15:40.123Z");
    assert_true(json_is_null(json_object_get(json_array_get(conditions, 1), "since")));
    assert_int_equal(json_integer_value(json_object_get(root, "snapshot_age_s")), 12);
    json_decref(root);
}

static void errors_are_documents_too(void **state)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    struct err err = ERR_INIT;
    json_t *root;

    (void)state;
    err_set(&err, ERR_CONFIG, "t.yaml:3: \"\x1b\xff\" is not a role");
    present_error("PCHAT REPLICATION", PRESENT_JSON, &err, &out);
    root = parsed(strbuf_text(&out));
    assert_string_equal(json_string_value(json_object_get(root, "state")), "UNKNOWN");
    assert_true(json_is_null(json_object_get(root, "pool")));
    assert_string_equal(json_string_value(json_object_get(json_object_get(root, "error"), "message")),
                        "t.yaml:3: \"\x1b\xef\xbf\xbd\" is not a role");
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(healthy_has_every_key),
        cmocka_unit_test(conditions_carry_what_is_known),
        cmocka_unit_test(errors_are_documents_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
