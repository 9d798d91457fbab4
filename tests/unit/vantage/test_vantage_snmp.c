/* Kind snmp, without an agent: what its objects' values say of the pool's. */
#include "observe/vantage/kinds.h"

#include "unit/cmocka_unit.h"
#include "unit/vantage/vantage_pool.h"

#include <string.h>

/* ---- an agent from a table ---- */

struct object {
    uint32_t last; /* of its identifier */
    struct snmp_value value;
    struct snmp_failure failure;
};

struct agent {
    struct snmp_port port;
    const struct object *objects;
    size_t count, asked;
    bool lives; /* sysUpTime is there */
};

static int get(struct snmp_port *port, const struct object_id *ids, size_t count, struct deadline deadline,
               struct arena *arena, struct snmp_value *ret_values, struct snmp_failure *ret_failure)
{
    struct agent *agent = (struct agent *)port;

    (void)deadline, (void)arena;
    assert_int_equal(count, 2);
    agent->asked++;
    ret_values[0] = (struct snmp_value){.kind = SNMP_KIND_NO_OBJECT};
    ret_values[1] = (struct snmp_value){.kind = agent->lives ? SNMP_KIND_TICKS : SNMP_KIND_NO_OBJECT};
    for (size_t i = 0; i < agent->count; i++) {
        if (agent->objects[i].last != ids[0].parts[ids[0].length - 1])
            continue;
        if (agent->objects[i].failure.text) {
            *ret_failure = agent->objects[i].failure;
            return -1;
        }
        ret_values[0] = agent->objects[i].value;
    }
    return 0;
}

static const struct snmp_port_ops ops = {.get = get};

#define NUMBER(last, number_of_it)                                                                           \
    {                                                                                                        \
        last, {.kind = SNMP_KIND_NUMBER, .number = (number_of_it)},                                          \
        {                                                                                                    \
            0                                                                                                \
        }                                                                                                    \
    }
#define TEXT(last, text)                                                                                     \
    {                                                                                                        \
        last, {.kind = SNMP_KIND_BYTES, .bytes = (text), .length = sizeof(text) - 1},                        \
        {                                                                                                    \
            0                                                                                                \
        }                                                                                                    \
    }
#define FAILS(last, sight_of_it, words)                                                                      \
    {                                                                                                        \
        last, {0},                                                                                           \
        {                                                                                                    \
            .sight = (sight_of_it), .text = (words)                                                          \
        }                                                                                                    \
    }

/* ---- the table ---- */

#define KEYS                                                                                                 \
    "kind: snmp, host: ups1, snmp: {credential: community}, objects: ["                                      \
    "{object: sqlpri1, oid: 1.3.6.1.4.1.318.1, seen: 1, not_seen: '2,3'},"                                   \
    "{object: pc1, oid: 1.3.6.1.4.1.318.2, seen: 'on', not_seen: 'off'}]"
#define VOTES(sqlpri1, pc1)                                                                                  \
    "sqlpri1 " sqlpri1 ", sqlmir1 unknown ?, sqldr1 unknown ?, sqldr2 unknown ?, pc1 " pc1                   \
    ", pc2 unknown ?, pc5 unknown ?, fe-dub1 unknown ?, fe-red1 unknown ?"

static const struct {
    const char *name;
    struct object objects[2];
    bool dead;
    size_t asked;
    const char *expected;
} cases[] = {
    {"both are there", {NUMBER(1, 1), TEXT(2, "on")}, false, 2, VOTES("seen 0", "seen 0")},
    {"both are gone", {NUMBER(1, 3), TEXT(2, "OFF")}, false, 2, VOTES("not_seen 0", "not_seen 0")},
    {"a value of neither list", {NUMBER(1, 7), TEXT(2, "")}, false, 2, VOTES("unknown 0", "unknown 0")},
    {"an agent that does not say how long it runs",
     {NUMBER(1, 1), TEXT(2, "off")},
     true,
     2,
     VOTES("unknown ?", "unknown ?")},
    {"one object is not there",
     {NUMBER(1, 2)},
     false,
     2,
     VOTES("not_seen 0", "unknown ?") " (the agent has no 1.3.6.1.4.1.318.2 (noSuchObject))"},
    {"none of them is",
     {{0}},
     false,
     2,
     "denied: the agent has no 1.3.6.1.4.1.318.1 (noSuchObject) -> an "
     "instance ends with .0 or its index; or this login may not see it"},
    {"the agent is silent",
     {FAILS(1, SIGHT_TIMED_OUT, "no answer"), TEXT(2, "on")},
     false,
     1,
     "timed_out: no answer"},
    {"it falls silent",
     {NUMBER(1, 1), FAILS(2, SIGHT_TIMED_OUT, "no answer")},
     false,
     2,
     VOTES("seen 0", "unknown ?") " (no answer)"},
};

static void each_value_gives_its_vote(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(topology) struct topology *topology = vantage_pool(KEYS);
        AUTO(arena) struct arena *arena = arena_new();
        const struct topology_pool *pool = &topology->pools[0];
        struct agent agent = {{&ops}, cases[i].objects, COUNT(cases[i].objects), 0, !cases[i].dead};
        struct vantage_objects objects;
        struct host_snapshot seen = {0};

        objects_of(pool, &objects);
        look_over_snmp(&(struct look){pool, &pool->vantages[0], &objects, NULL, clock_system(),
                                      deadline_in_ms(clock_system(), 1000), arena, &seen},
                       &agent.port);
        assert_votes(cases[i].name, &seen, cases[i].expected);
        assert_int_equal(agent.asked, cases[i].asked);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_gives_its_vote),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
