/* Findings for readers: the profile is one that topology.yaml takes, whatever servers said. */
#include "base/mem.h"
#include "discover/tell.h"
#include "topology/topology.h"
#include "unit/cmocka_unit.h"
#include "unit/discover/survey_text.h"

#include <string.h>

static char *told(enum tell_format format, const char *text)
{
    AUTO(survey) struct survey *survey = survey_of(text);
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    const struct findings findings = questions_judge(survey, survey->arena);

    tell(format, survey, &findings, &out);
    return strbuf_take(&out);
}

/* The profile's keys as the keys of a pool. */
static struct topology *load(const char *profile, struct err *err)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    AUTO_FREE char *lines = mem_copy_text(profile);
    char *rest = NULL;

    strbuf_add(&text, "credentials: {m: {kerberos: true}}\n"
                      "pools:\n"
                      "  - fqdn: pool.example\n"
                      "    sites: [{name: dub, role: primary, sql: [{name: a, role: principal, host: a, tls: "
                      "'off', credential: m}]}]\n");
    for (char *line = strtok_r(lines, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        strbuf_format(&text, "    %s\n", line);
    return topology_parse(strbuf_text(&text), text.length, "topology.yaml", NULL, err);
}

static void the_profile_is_taken(void **state)
{
    AUTO_FREE char *profile =
        told(TELL_YAML, "services pc1 | R | It's \"C\": #1 | Running | C:\\Other\\ChannelService.exe\n"
                        "schedule sql1 | backup | B | 4 | 1 | 4 | 2\n"
                        "compliance mg1 | Global | 00:01:00\n");
    struct err err = ERR_INIT;
    AUTO(topology) struct topology *topology = load(profile, &err);

    (void)state;
    assert_string_equal(err.text, "");
    assert_string_equal(topology->pools[0].settings.chat_executable, "ChannelService.exe");
    assert_string_equal(topology->pools[0].settings.chat_display_name, "It's \"C\": #1");
    assert_int_equal(topology->pools[0].settings.compliance_interval_s, 60);
    assert_int_equal(topology->pools[0].limits.backup_period_s, 120);
}

/* Names that want to be YAML, lines, or the end of the world. */
static void hostile_names_stay_comments(void **state)
{
    static const char *const names[] = {
        "x' : y", "a\tb\x01", "\xE2\x80\xA8pools: []", "\xFF\xFE", "\xE2\x80\xAEtxt", "# # #", "%s%n", "---",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        AUTO(strbuf) struct strbuf text = STRBUF_INIT;
        AUTO_FREE char *profile = NULL;
        struct err err = ERR_INIT;

        strbuf_format(
            &text,
            "services pc1 | %s | Persistent Chat | Running | C:\\%s\nidentity mg1 | pool.example%s\n"
            "properties mg1 | pool.example | Active%s | pc1.example\ncounters pc1 | %s\n",
            names[i], names[i], names[i], names[i], names[i]);
        profile = told(TELL_YAML, strbuf_text(&text));
        AUTO(topology) struct topology *topology = load(profile, &err);
        if (!topology)
            fail_msg("%s\n%s", err.text, profile);
    }
}

static void nothing_known_is_still_a_profile(void **state)
{
    AUTO_FREE char *profile = told(TELL_YAML, "");
    struct err err = ERR_INIT;
    AUTO(topology) struct topology *topology = load(profile, &err);

    (void)state;
    assert_non_null(topology);
}

static void profiles_compare_without_comments(void **state)
{
    static const struct {
        const char *left, *right;
        bool same;
    } cases[] = {
        {"", "", true},
        {"# a\nsettings:\n  # b\n  x: 1\n", "settings:\n  x: 1\n# c\n", true},
        {"settings:\n  x: 1\n", "settings:\n  x: 2\n", false},
        {"settings:\n  x: 1\n", "settings:\n  x: 1\n  y: 1\n", false},
        {"settings:\n  x: 1\n  y: 1\n", "settings:\n  x: 1\n", false},
        {"settings:\n  x: 1", "settings:\n  x: 1\n\n", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(profile_same(cases[i].left, cases[i].right), cases[i].same);
}

static void a_survey_survives_its_json(void **state)
{
    AUTO(survey)
    struct survey *survey =
        survey_of("services pc1 | R | - | Running | C:\\x\nservices pc2 ! denied no right\nidentity mg1");
    AUTO_FREE char *json = survey_to_json(survey);
    struct err err = ERR_INIT;
    AUTO(survey) struct survey *read = survey_from_json(json, strlen(json), &err);
    AUTO_FREE char *again = NULL;

    (void)state;
    assert_string_equal(err.text, "");
    again = survey_to_json(read);
    assert_string_equal(json, again);
}

static void what_is_no_survey_is_refused(void **state)
{
#define HEAD                                                                                                 \
    "{\"schema\": 1, \"pool\": \"p\", \"database\": \"d\", \"chat_executable\": \"c\", "                     \
    "\"compliance_executable\": \"c\", \"taken_utc\": \"2026-11-23T05:00:00Z\", "
#define SUBJECT                                                                                              \
    "\"subjects\": [{\"name\": \"pc1\", \"fqdn\": \"pc1.x\", \"site\": \"s\", \"kind\": \"chat_server\"}], "
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"", "not a survey: line 1: "},
        {"[]", "not a survey: its schema is not 1"},
        {"{\"schema\": 1}", "not a survey: \"pool\" is missing or no text"},
        {HEAD "\"subjects\": 1}", "not a survey: subjects or answers are missing, or too many"},
        {HEAD "\"subjects\": [{}], \"answers\": []}", "not a survey: a subject of no known kind"},
        {HEAD SUBJECT "\"answers\": [{}]}", "not a survey: an answer to no known question"},
        {HEAD SUBJECT "\"answers\": [{\"ask\": \"services\"}]}", "not a survey: an answer of no known sight"},
        {HEAD SUBJECT "\"answers\": [{\"ask\": \"services\", \"sight\": \"seen\"}]}",
         "not a survey: an answer of nobody"},
        {HEAD SUBJECT
         "\"answers\": [{\"ask\": \"services\", \"sight\": \"seen\", \"subject\": \"pc2\", \"kind\": "
         "\"chat_server\"}]}",
         "not a survey: an answer of somebody who is no subject"},
        {HEAD SUBJECT
         "\"answers\": [{\"ask\": \"pings\", \"sight\": \"seen\", \"subject\": \"pc1\", \"kind\": "
         "\"chat_server\", \"at_utc\": \"2026-11-23T05:00:00Z\"}]}",
         "not a survey: an answer of somebody who is not asked that"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err err = ERR_INIT;

        assert_null(survey_from_json(cases[i].text, strlen(cases[i].text), &err));
        assert_int_equal(err.kind, ERR_INPUT);
        if (strncmp(err.text, cases[i].error, strlen(cases[i].error)) != 0)
            fail_msg("%s: %s", cases[i].text, err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_profile_is_taken),
        cmocka_unit_test(hostile_names_stay_comments),
        cmocka_unit_test(nothing_known_is_still_a_profile),
        cmocka_unit_test(profiles_compare_without_comments),
        cmocka_unit_test(a_survey_survives_its_json),
        cmocka_unit_test(what_is_no_survey_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
