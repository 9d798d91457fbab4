/* The reader meets what nobody of ours wrote. */
#include "random_snapshot.h"
#include "unit/cmocka_unit.h"

#include "base/strbuf.h"

#include <string.h>

#define HEAD "{\"schema\":1,\"pool\":\"p\","
#define INSTANCE                                                                                             \
    "{\"name\":\"a\",\"site_role\":\"backup\",\"role\":\"secondary\",\"reach\":{\"sight\":\"seen\"}"
#define HOST         "{\"name\":\"a\",\"kind\":\"chat_server\""
#define ONE(members) HEAD "\"instances\":[" INSTANCE "," members "}]}"
#define SEEN         "\"sight\":\"seen\","

static const struct {
    const char *json, *error; /* how the error's text begins */
} refused[] = {
    {"", "line 1, column 0: no valid JSON"},
    {"nonsense", "line 1, column "},
    {"{\"schema\":1", "line 1, column "},
    {"{\"schema\":1,\"schema\":1}", "line 1, column "},
    {"{\"schema\":1,\"pool\":\"\xff\"}", "line 1, column "},
    {"{\"schema\":1,\"pool\":\"\\u0000\"}", "line 1, column "},
    {"{\"schema\":1} x", "line 1, column "},
    {"[]", "expected an object"},
    {"{}", "schema: expected 1"},
    {"{\"schema\":2}", "schema: expected 1"},
    {"{\"schema\":\"1\"}", "schema: expected 1"},
    {"{\"schema\":1.0}", "schema: expected 1"},
    {"{\"schema\":1}", "pool: expected text"},
    {"{\"schema\":1,\"pool\":5}", "pool: expected text"},
    {HEAD "\"share\":[],\"instances\":[]}", "share: expected text"},
    {HEAD "\"taken_utc\":\"yesterday\",\"instances\":[]}", "taken_utc: expected a UTC time"},
    {HEAD "\"x\":0}", "instances: expected an array"},
    {HEAD "\"instances\":{}}", "instances: expected an array"},
    {HEAD "\"instances\":[5]}", "instances[0]: expected an object"},
    {HEAD "\"instances\":[{}]}", "instances[0].name: expected text"},
    {HEAD "\"instances\":[{\"name\":\"a\"}]}", "instances[0].site_role: expected primary or backup"},
    {HEAD "\"instances\":[{\"name\":\"a\",\"site_role\":\"backup\",\"role\":\"secondry\"}]}",
     "instances[0].role: expected principal, mirror"},
    {HEAD "\"instances\":[" INSTANCE "}," INSTANCE "}]}", "instances[1]: expected a name that no other"},
    {ONE("\"clock_offset_ms\":1.5"), "instances[0].clock_offset_ms: expected a whole number"},
    {ONE("\"clock_offset_ms\":99999999999999999999"), "line 1, column "},
    {ONE("\"server\":5"), "instances[0].server: expected an object"},
    {ONE("\"server\":{\"rows\":[]}"), "instances[0].server.sight: expected a sight"},
    {ONE("\"server\":{\"sight\":\"healthy\"}"), "instances[0].server.sight: expected a sight"},
    {ONE("\"server\":{" SEEN "\"rows\":{}}"), "instances[0].server.rows: expected an array"},
    {ONE("\"server\":{" SEEN "\"rows\":[{},{},{},{},{}]}"),
     "instances[0].server.rows: 5 rows, expected at most 4"},
    {ONE("\"backup\":{" SEEN "\"rows\":[{},{\"first_lsn\":5}]}"),
     "instances[0].backup.rows[1].first_lsn: expected up to 25 digits"},
    {ONE("\"backup\":{" SEEN "\"rows\":[{\"first_lsn\":\"1x\"}]}"),
     "instances[0].backup.rows[0].first_lsn: expected up to 25 digits"},
    {ONE("\"backup\":{" SEEN "\"rows\":[{\"finished_utc\":1795410940}]}"),
     "instances[0].backup.rows[0].finished_utc: expected a UTC time"},
    {ONE("\"job\":{" SEEN "\"rows\":[{\"enabled\":true}]}"),
     "instances[0].job.rows[0].enabled: expected a whole number"},
    {ONE("\"job\":{" SEEN "\"rows\":[{\"name\":{}}]}"), "instances[0].job.rows[0].name: expected text"},
    {HEAD "\"instances\":[],\"hosts\":{}}", "hosts: expected an array"},
    {HEAD "\"instances\":[],\"hosts\":[{}]}", "hosts[0].name: expected text"},
    {HEAD "\"instances\":[],\"hosts\":[{\"name\":\"a\"}]}", "hosts[0].kind: expected chat_server"},
    {HEAD "\"instances\":[],\"hosts\":[" HOST "}," HOST "}]}", "hosts[1]: expected a name that no other"},
    {HEAD "\"instances\":[],\"hosts\":[" HOST ",\"ways\":[]}]}", "hosts[0].ways: expected an object"},
    {HEAD "\"instances\":[],\"hosts\":[" HOST ",\"ways\":{\"sip\":{}}}]}",
     "hosts[0].ways.sip.sight: expected a sight"},
    {HEAD "\"instances\":[],\"hosts\":[" HOST ",\"site_role\":\"north\"}]}",
     "hosts[0].site_role: expected primary"},
    {HEAD "\"instances\":[],\"settings\":[]}", "settings: expected an object"},
    {HEAD "\"instances\":[],\"settings\":{\"chat_sip_port\":0}}",
     "settings.chat_sip_port: expected a whole number from 1"},
    {HEAD "\"instances\":[],\"settings\":{\"chat_executable\":5}}",
     "settings.chat_executable: expected text"},
    {HEAD "\"limits\":5,\"instances\":[]}", "limits: expected an object"},
    {HEAD "\"limits\":{\"exposure_s\":\"5\"},\"instances\":[]}", "limits.exposure_s: expected an object"},
    {HEAD "\"limits\":{\"exposure_s\":{\"warning\":5}},\"instances\":[]}",
     "limits.exposure_s.warning: expected a range"},
    {HEAD "\"limits\":{\"exposure_s\":{\"critical\":\"20:10\"}},\"instances\":[]}",
     "limits.exposure_s.critical: expected a range"},
    {HEAD "\"limits\":{\"periods\":{\"copy_s\":-1}},\"instances\":[]}",
     "limits.periods.copy_s: expected seconds"},
};

static void refuses_and_names_the_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct err err = ERR_INIT;
        AUTO(snapshot)
        struct snapshot *snapshot = snapshot_from_json(refused[i].json, strlen(refused[i].json), &err);

        assert_null(snapshot);
        assert_int_equal(err.kind, ERR_INPUT);
        if (strncmp(err.text, refused[i].error, strlen(refused[i].error)) != 0)
            fail_msg("%s\nsays: %s", refused[i].json, err.text);
    }
}

/* An older or newer program's record: keys of tomorrow, keys missing. */
static void reads_what_it_can(void **state)
{
    static const char json[] =
        HEAD "\"tomorrow\":{\"x\":[1]},\"limits\":{\"exposure_s\":{\"warning\":null}},"
             "\"instances\":[" INSTANCE ",\"job\":{\"sight\":\"seen\",\"rows\":[{\"mood\":7}]}}]}";
    AUTO(snapshot) struct snapshot *snapshot = snapshot_from_json(json, strlen(json), NULL);

    (void)state;
    assert_non_null(snapshot);
    assert_false(snapshot->limits.warning[METRIC_exposure_s].set);
    assert_true(snapshot->limits.critical[METRIC_exposure_s].set);
    assert_true(snapshot->limits.warning[METRIC_copy_age_s].set);
    assert_int_equal(snapshot->instances[0].job.count, 1);
    assert_false(snapshot->instances[0].job.rows[0].enabled.known);
    assert_int_equal(snapshot->instances[0].backup.sighting.sight, SIGHT_NOT_ASKED);
    assert_false(snapshot->instances[0].clock_offset_ms.known);
}

static void refuses_what_is_too_large(void **state)
{
    struct err err = ERR_INIT;

    (void)state;
    assert_null(snapshot_from_json("", (size_t)SNAPSHOT_MAX_BYTES + 1, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

static void survives_deep_nesting(void **state)
{
    AUTO(strbuf) struct strbuf deep = STRBUF_INIT;

    (void)state;
    strbuf_add(&deep, HEAD "\"x\":");
    for (int i = 0; i < 1000000; i++)
        strbuf_add_char(&deep, '[');
    assert_null(snapshot_from_json(deep.text, deep.length, NULL));
}

/* Every prefix, and every byte once changed, of a real record: refused or read, never more. */
static void survives_damage(void **state)
{
    AUTO(snapshot) struct snapshot *snapshot = random_snapshot(5);
    AUTO_FREE char *json = snapshot_to_json(snapshot);
    size_t length = strlen(json), step = length / 1500 + 1;

    (void)state;
    for (size_t i = 0; i < length; i += step) {
        char kept = json[i];

        snapshot_free(snapshot_from_json(json, i, NULL));
        json[i] = (char)(kept ^ (1 << i % 8));
        snapshot_free(snapshot_from_json(json, length, NULL));
        json[i] = kept;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_and_names_the_place),
        cmocka_unit_test(reads_what_it_can),
        cmocka_unit_test(refuses_what_is_too_large),
        cmocka_unit_test(survives_deep_nesting),
        cmocka_unit_test(survives_damage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
