/*
 * Kind winrm: the compiled-in script on the lab's Windows hosts, as it is.  oob1 stands in a third place; it
 * looks through the world's network at what the faults made of the pool.
 */
#include "observe/vantage/kinds.h"
#include "unit/cmocka_unit.h"
#include "unit/lab/world_words.h"
#include "unit/vantage/vantage_pool.h"
#include "unit/winrm/lab_host.h"

#include <string.h>

enum { TIMEOUT_MS = 12000 };

struct lab_case {
    const char *name, *vantage, *host;
    struct {
        const char *fault, *target, *params;
    } faults[4];
    const char *expected; /* ages are of the looking itself */
};

#define ON_OOB1 "kind: winrm, host: oob1"
#define WELL                                                                                                 \
    "sqlpri1 seen 1, sqlmir1 seen 1, sqldr1 seen 1, sqldr2 unknown 1, pc1 seen 1, pc2 seen 1, pc5 seen 1, "  \
    "fe-dub1 seen 1, fe-red1 seen 1"

static const struct lab_case cases[] = {
    {"all is well", ON_OOB1, "oob1", {{0}}, WELL},
    {"one server off",
     ON_OOB1,
     "oob1",
     {{"host_down", "pc2", ""}},
     "sqlpri1 seen 3, sqlmir1 seen 3, sqldr1 seen 3, sqldr2 unknown 3, pc1 seen 3, pc2 not_seen 3, pc5 seen "
     "3, fe-dub1 seen 3, fe-red1 seen 3"},
    {"a service that refuses",
     ON_OOB1,
     "oob1",
     {{"instance_down", "sqlmir1", ""}, {"service", "pc1", "service=RTCCHAT how=stopped"}},
     "sqlpri1 seen 1, sqlmir1 not_seen 1, sqldr1 seen 1, sqldr2 unknown 1, pc1 not_seen 1, pc2 seen 1, pc5 "
     "seen 1, fe-dub1 seen 1, fe-red1 seen 1"},
    {"the primary site is lost",
     ON_OOB1,
     "oob1",
     {{"site_down", "dub", ""}},
     "sqlpri1 not_seen 3, sqlmir1 not_seen 3, sqldr1 seen 3, sqldr2 unknown 3, pc1 not_seen 3, pc2 not_seen "
     "3, pc5 seen 3, fe-dub1 not_seen 3, fe-red1 seen 3"},
    {"packets vanish on the way",
     ON_OOB1,
     "oob1",
     {{"link_cut", "oob1->dub", ""}},
     "sqlpri1 not_seen 3, sqlmir1 not_seen 3, sqldr1 seen 3, sqldr2 unknown 3, pc1 not_seen 3, pc2 not_seen "
     "3, pc5 seen 3, fe-dub1 not_seen 3, fe-red1 seen 3"},
    {"both sites are gone, or it is cut off itself",
     ON_OOB1,
     "oob1",
     {{"link_cut", "oob1->dub", ""}, {"link_cut", "oob1->red", ""}},
     "sqlpri1 unknown 3, sqlmir1 unknown 3, sqldr1 unknown 3, sqldr2 unknown 3, pc1 unknown 3, pc2 unknown "
     "3, pc5 unknown 3, fe-dub1 unknown 3, fe-red1 unknown 3 (it sees nothing of the pool: it may be cut off "
     "itself, and has no vote)"},
    {"it accepts and says nothing",
     ON_OOB1,
     "oob1",
     {{"instance_hung", "sqlpri1", ""}},
     "sqlpri1 unknown 4, sqlmir1 seen 4, sqldr1 seen 4, sqldr2 unknown 4, pc1 seen 4, pc2 seen 4, pc5 seen "
     "4, fe-dub1 seen 4, fe-red1 seen 4"},
    {"it says half a word and closes",
     ON_OOB1,
     "oob1",
     {{"cut_after", "sqlpri1", "bytes=0"}},
     "sqlpri1 unknown 1, sqlmir1 seen 1, sqldr1 seen 1, sqldr2 unknown 1, pc1 seen 1, pc2 seen 1, pc5 seen "
     "1, fe-dub1 seen 1, fe-red1 seen 1"},
    {"it answers late", ON_OOB1, "oob1", {{"slow", "sqlpri1", "ms=700"}}, WELL},
    {"a black hole",
     ON_OOB1,
     "oob1",
     {{"blackholed", "sqlpri1", ""}},
     "sqlpri1 not_seen 3, sqlmir1 seen 3, sqldr1 seen 3, sqldr2 unknown 3, pc1 seen 3, pc2 seen 3, pc5 seen "
     "3, fe-dub1 seen 3, fe-red1 seen 3"},
    {"its clock is an hour ahead", ON_OOB1, "oob1", {{"clock_skew", "oob1", "seconds=3600"}}, WELL},
    {"its zone is not UTC", ON_OOB1, "oob1", {{"time_zone", "oob1", "minutes=600"}}, WELL},
    {"a reference that it sees",
     ON_OOB1 ", reference: 'fe-red1:443'",
     "oob1",
     {{"site_down", "dub", ""}},
     "sqlpri1 not_seen 3, sqlmir1 not_seen 3, sqldr1 seen 3, sqldr2 unknown 3, pc1 not_seen 3, pc2 not_seen "
     "3, pc5 seen 3, fe-dub1 not_seen 3, fe-red1 seen 3"},
    {"its reference is lost with the site",
     ON_OOB1 ", reference: 'fs1:445'",
     "oob1",
     {{"site_down", "dub", ""}},
     "sqlpri1 unknown 3, sqlmir1 unknown 3, sqldr1 seen 3, sqldr2 unknown 3, pc1 unknown 3, pc2 unknown 3, "
     "pc5 seen 3, fe-dub1 unknown 3, fe-red1 seen 3 (it does not see its reference: what else it does not "
     "see is no vote)"},
    {"a reference that it sees, and nothing beyond",
     ON_OOB1 ", reference: 'oob1:445'",
     "oob1",
     {{"link_cut", "oob1->dub", ""}, {"link_cut", "oob1->red", ""}},
     "sqlpri1 unknown 3, sqlmir1 unknown 3, sqldr1 unknown 3, sqldr2 unknown 3, pc1 unknown 3, pc2 unknown "
     "3, pc5 unknown 3, fe-dub1 unknown 3, fe-red1 unknown 3 (it sees nothing of the pool: it may be cut off "
     "itself, and has no vote)"},
    {"a reference that it does not see",
     ON_OOB1 ", reference: 'nobody.example.net:53'",
     "oob1",
     {{"host_down", "pc2", ""}},
     "sqlpri1 seen 3, sqlmir1 seen 3, sqldr1 seen 3, sqldr2 unknown 3, pc1 seen 3, pc2 unknown 3, pc5 seen "
     "3, fe-dub1 seen 3, fe-red1 seen 3 (it does not see its reference: what else it does not see is no "
     "vote)"},
    {"no account there",
     ON_OOB1,
     "oob1",
     {{"winrm", "oob1", "how=access_denied"}},
     "denied: access denied: Access is denied. (fault 5, 0x00000005) -> the account needs Remote Management "
     "Users on the host and, for WMI, Remote Enable on root/cimv2"},
    {"a host of the lost site",
     ON_OOB1,
     "pc1",
     {{"link_cut", "dub->red", ""}},
     "sqlpri1 seen 3, sqlmir1 seen 3, sqldr1 not_seen 3, sqldr2 unknown 3, pc1 seen 3, pc2 seen 3, pc5 "
     "not_seen 3, fe-dub1 seen 3, fe-red1 not_seen 3"},
};

static void look_in(struct world *world, const struct lab_case *one)
{
    AUTO(topology) struct topology *topology = vantage_pool(one->vantage);
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(lab_host) struct lab_host host;
    struct vantage_objects objects;
    struct host_snapshot seen = {0};
    const struct topology_pool *pool = &topology->pools[0];

    lab_host_init(&host, world, one->host);
    for (size_t i = 0; i < COUNT(one->faults) && one->faults[i].fault; i++)
        fixture_set(world, one->faults[i].fault, one->faults[i].target, one->faults[i].params);
    objects_of(pool, &objects);
    look_over_port(&(struct look){pool, &pool->vantages[0], &objects, NULL, &host.clock,
                                  deadline_in_ms(&host.clock, TIMEOUT_MS), arena, &seen},
                   host.port);
    assert_votes(one->name, &seen, one->expected);
}

static void each_fault_gives_its_votes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world *world = fixture_world();

        look_in(world, &cases[i]);
        fixture_free(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_gives_its_votes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
