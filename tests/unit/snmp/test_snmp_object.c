/* One object of a device: its text, its vote, its age, and what is no answer. */
#include "observe/snmp/snmp_object.h"
#include "unit/cmocka_unit.h"
#include "unit/snmp/scripted_agent.h"

#define UP_TIME "1.3.6.1.2.1.1.3.0"
#define STATUS  "1.3.6.1.2.1.2.2.1.8.3"

static const struct {
    const char *name;
    struct snmp_value value;
    const char *seen, *not_seen;
    const char *text;
    enum snmp_vote vote;
} votes[] = {
    {"its number", SCRIPTED_NUMBER(1), "1", NULL, "1", SNMP_VOTE_SEEN},
    {"one of its numbers", SCRIPTED_NUMBER(7), "1, 7 ,9", NULL, "7", SNMP_VOTE_SEEN},
    {"another number", SCRIPTED_NUMBER(2), "1", NULL, "2", SNMP_VOTE_NOT_SEEN},
    {"part of a number", SCRIPTED_NUMBER(1), "12,21", NULL, "1", SNMP_VOTE_NOT_SEEN},
    {"the number for not seen", SCRIPTED_NUMBER(2), "1", "2", "2", SNMP_VOTE_NOT_SEEN},
    {"a number for nothing", SCRIPTED_NUMBER(7), "1", "2", "7", SNMP_VOTE_UNKNOWN},
    {"only what is not seen is told", SCRIPTED_NUMBER(2), NULL, "2", "2", SNMP_VOTE_NOT_SEEN},
    {"nothing is told", SCRIPTED_NUMBER(2), NULL, NULL, "2", SNMP_VOTE_UNKNOWN},
    {"a negative number", SCRIPTED_NUMBER(-3), "-3", NULL, "-3", SNMP_VOTE_SEEN},
    {"ticks", SCRIPTED_TICKS(1234), "1234", NULL, "1234", SNMP_VOTE_SEEN},
    {"a text in another case", SCRIPTED_TEXT("OnLine"), "online", "on battery", "OnLine", SNMP_VOTE_SEEN},
    {"a text with blanks", SCRIPTED_TEXT("on battery"), "online", "on battery", "on battery",
     SNMP_VOTE_NOT_SEEN},
    {"bytes", SCRIPTED_TEXT("\x01\xFF"), "01ff", NULL, "01FF", SNMP_VOTE_SEEN},
    {"bytes that are no UTF-8", SCRIPTED_TEXT("on\xE9"), "on", NULL, "6F6EE9", SNMP_VOTE_NOT_SEEN},
    {"a text with a line break", SCRIPTED_TEXT("a\nb"), "a", NULL, "610A62", SNMP_VOTE_NOT_SEEN},
    {"no text", SCRIPTED_TEXT(""), "1", NULL, "", SNMP_VOTE_NOT_SEEN},
};

static int get(struct scripted_agent *agent, const char *oid, struct arena *arena, struct snmp_object *object,
               struct snmp_failure *failure)
{
    return snmp_get_object(&agent->port, oid, deadline_in_ms(clock_system(), 1000), arena, object, failure);
}

static void values_vote(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(votes); i++) {
        const struct scripted_object objects[] = {
            {UP_TIME, SCRIPTED_TICKS(100)}, {STATUS, votes[i].value}, {NULL, {0}}};
        struct scripted_agent agent;
        struct snmp_object object;
        struct snmp_failure failure;

        scripted_agent_init(&agent, objects);
        assert_int_equal(get(&agent, STATUS, arena, &object, &failure), 0);
        assert_string_equal(snmp_object_text(&object, arena), votes[i].text);
        if (snmp_object_vote(&object, votes[i].seen, votes[i].not_seen) != votes[i].vote)
            fail_msg("%s", votes[i].name);
        assert_true(object.age_s.known && object.age_s.value == 0 && object.up_time_ms.value == 1000);
    }
}

static void without_a_clock_the_age_is_unknown(void **state)
{
    AUTO(arena) struct arena *arena = arena_new();
    static const struct scripted_object objects[] = {{STATUS, SCRIPTED_NUMBER(1)}, {NULL, {0}}};
    struct scripted_agent agent;
    struct snmp_object object;
    struct snmp_failure failure;

    (void)state;
    scripted_agent_init(&agent, objects);
    assert_int_equal(get(&agent, STATUS, arena, &object, &failure), 0);
    assert_false(object.age_s.known || object.up_time_ms.known);
}

static void what_is_not_there_is_no_answer(void **state)
{
    static const struct {
        struct snmp_value value;
        const char *oid, *text;
        enum sight sight;
    } rows[] = {
        {{.kind = SNMP_KIND_NO_OBJECT}, STATUS, "the agent has no " STATUS " (noSuchObject)", SIGHT_DENIED},
        {{.kind = SNMP_KIND_NO_INSTANCE},
         STATUS,
         "the agent has no " STATUS " (noSuchInstance)",
         SIGHT_DENIED},
        {{.kind = SNMP_KIND_NULL}, STATUS, "the agent has no " STATUS " (null)", SIGHT_DENIED},
        {SCRIPTED_NUMBER(1), "ifOperStatus.3", "\"ifOperStatus.3\" is no object identifier in numbers",
         SIGHT_NOT_ASKED},
    };
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct scripted_object objects[] = {{STATUS, rows[i].value}, {NULL, {0}}};
        struct scripted_agent agent;
        struct snmp_object object;
        struct snmp_failure failure;

        scripted_agent_init(&agent, objects);
        assert_int_equal(get(&agent, rows[i].oid, arena, &object, &failure), -1);
        assert_int_equal(failure.sight, rows[i].sight);
        assert_string_equal(failure.text, rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_vote),
        cmocka_unit_test(without_a_clock_the_age_is_unknown),
        cmocka_unit_test(what_is_not_there_is_no_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
