/* Which doors of a pool are examined. */
#include "doctor/endpoint.h"

#include <string.h>

#include "unit/cmocka_unit.h"

static const char text[] =
    "pools:\n"
    "  - fqdn: p.litwareinc.com\n"
    "    winrm: {auth: negotiate}\n"
    "    settings: {chat_sip_port: 5099}\n"
    "    sites:\n"
    "      - name: dub\n"
    "        role: primary\n"
    "        sql:\n"
    "          - {name: sqlpri1, role: principal, host: sqlpri1.litwareinc.com, tls: off, credential: m}\n"
    "        chat_servers: [{name: pc1, fqdn: pc1.litwareinc.com, ports: {wcf: 8099}}]\n"
    "        front_ends: [{name: fe1, fqdn: fe1.litwareinc.com}]\n"
    "        file_servers: [{name: fs1, fqdn: fs1.litwareinc.com}]\n"
    "        management: {name: fe1, fqdn: fe1.litwareinc.com, address: 10.0.0.7}\n"
    "credentials:\n"
    "  m: {kerberos: true}\n";

static struct topology *load(void)
{
    struct err err = ERR_INIT;
    struct topology *topology = topology_parse(text, strlen(text), "t.yaml", NULL, &err);

    if (!topology)
        print_error("%s\n", err.text);
    return topology;
}

static void every_door_once(void **state)
{
    static const char *const expected[] = {
        "sql sqlpri1 sqlpri1.litwareinc.com:1433", "winrm fe1 fe1.litwareinc.com:5986",
        "winrm pc1 pc1.litwareinc.com:5986",       "sip pc1 pc1.litwareinc.com:5099",
        "tcp pc1 pc1.litwareinc.com:8099",         "sip fe1 fe1.litwareinc.com:5061",
        "web fe1 fe1.litwareinc.com:443",          "web fe1 fe1.litwareinc.com:4443",
        "winrm fs1 fs1.litwareinc.com:5986",       "tcp fs1 fs1.litwareinc.com:445",
    };
    AUTO(topology) struct topology *topology = load();
    AUTO(arena) struct arena *arena = arena_new();
    struct endpoints endpoints;

    (void)state;
    assert_non_null(topology);
    assert_int_equal(endpoints_of(&topology->pools[0], NULL, 0, arena, &endpoints, NULL), 0);
    assert_int_equal(endpoints.count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++)
        assert_string_equal(arena_format(arena, "%s %s %s", way_name(endpoints.list[i].way),
                                         endpoint_name(&endpoints.list[i]),
                                         endpoint_text(&endpoints.list[i], arena)),
                            expected[i]);
    assert_string_equal(endpoint_address(&endpoints.list[1]), "10.0.0.7");
    assert_string_equal(endpoint_address(&endpoints.list[2]), "pc1.litwareinc.com");
}

static void names_choose(void **state)
{
    char *const names[] = {"PC1", "sqlpri1"}, *const wrong[] = {"sqlpri2"};
    AUTO(topology) struct topology *topology = load();
    AUTO(arena) struct arena *arena = arena_new();
    struct endpoints endpoints;
    struct err err = ERR_INIT;

    (void)state;
    assert_non_null(topology);
    assert_int_equal(endpoints_of(&topology->pools[0], names, COUNT(names), arena, &endpoints, &err), 0);
    assert_int_equal(endpoints.count, 4);
    assert_int_equal(endpoints_of(&topology->pools[0], wrong, COUNT(wrong), arena, &endpoints, &err), -1);
    assert_int_equal(err.kind, ERR_USAGE);
    assert_non_null(strstr(err.text, "did you mean sqlpri1?"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_door_once),
        cmocka_unit_test(names_choose),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
