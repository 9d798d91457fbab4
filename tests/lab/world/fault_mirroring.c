/* The mirroring session between A and A', and its witness. */
#include "lab/world/build.h"
#include "lab/world/fault.h"
#include "lab/world/mirroring.h"

static int verb(struct fault_call *call, struct instance *instance, enum partner_verb partner_verb)
{
    struct world_result result;

    world_set_partner(call->world, instance, "mgc", partner_verb, &result);
    return fault_sql(call, &result);
}

static int set_mirror_suspended(struct fault_call *call)
{
    return verb(call, fault_principal(call->world), PARTNER_SUSPEND);
}

static void clear_mirror_suspended(struct fault_call *call)
{
    (void)verb(call, fault_principal(call->world), PARTNER_RESUME);
}

/* Both directions between two instances' hosts. */
static void cut(struct world *world, enum instance_role a, enum instance_role b, int by)
{
    int one = build_designed(world, a)->host, other = build_designed(world, b)->host;

    world->link_cuts[one][other] += by;
    world->link_cuts[other][one] += by;
}

static int set_mirror_disconnected(struct fault_call *call)
{
    cut(call->world, DESIGN_PRINCIPAL, DESIGN_MIRROR, +1);
    return 0;
}

static void clear_mirror_disconnected(struct fault_call *call)
{
    cut(call->world, DESIGN_PRINCIPAL, DESIGN_MIRROR, -1);
}

/* A removed session is set up anew from a fresh copy, with the witness it had. */
static int set_mirror_removed(struct fault_call *call)
{
    struct instance *principal = fault_principal(call->world);
    const struct database *database = database_find(principal, "mgc");

    call->record->saved[0] = principal->index;
    call->record->saved[1] = database && database->mirror.configured ? database->mirror.partner : -1;
    call->record->saved[2] = database && database->mirror.configured ? database->mirror.witness : -1;
    return verb(call, principal, PARTNER_OFF);
}

static void clear_mirror_removed(struct fault_call *call)
{
    struct instance *principal = &call->world->instances[call->record->saved[0]];
    struct instance *mirror = &call->world->instances[call->record->saved[1]];
    struct instance *witness =
        call->record->saved[2] < 0 ? NULL : &call->world->instances[call->record->saved[2]];
    const struct database *database = database_find(principal, "mgc");

    if (database && database_is_writable(database) && !database->mirror.configured)
        mirroring_reseed(call->world, principal, mirror, witness, "mgc");
}

static int set_witness_lost(struct fault_call *call)
{
    instance_stop(call->world, build_designed(call->world, DESIGN_WITNESS));
    return 0;
}

static void clear_witness_lost(struct fault_call *call)
{
    struct instance *witness = build_designed(call->world, DESIGN_WITNESS);

    if (!fault_is_set(call->world, "instance_down", witness->name) &&
        !world_host_of(call->world, witness)->down)
        instance_start(call->world, witness);
}

/* A sees neither A' nor W.  With takeover=no the two do not see each other either, so nobody may serve. */
static void cut_quorum(struct world *world, bool takeover, int by)
{
    cut(world, DESIGN_PRINCIPAL, DESIGN_MIRROR, by);
    cut(world, DESIGN_PRINCIPAL, DESIGN_WITNESS, by);
    if (!takeover)
        cut(world, DESIGN_MIRROR, DESIGN_WITNESS, by);
}

static int set_quorum_lost(struct fault_call *call)
{
    static const char *const words[] = {"yes", "no", NULL};
    int no;

    if (fault_word(call, "takeover", words, &no) != 0)
        return -1;
    call->record->saved[0] = no;
    cut_quorum(call->world, no == 0, +1);
    return 0;
}

static void clear_quorum_lost(struct fault_call *call)
{
    cut_quorum(call->world, call->record->saved[0] == 0, -1);
}

/* Refused with 1468 as long as the database is mirrored. */
static int set_recovery_simple(struct fault_call *call)
{
    struct world_result result;

    world_set_option(call->world, call->instance, "mgc", OPTION_RECOVERY_SIMPLE, false, 0, &result);
    return fault_sql(call, &result);
}

static void clear_recovery_simple(struct fault_call *call)
{
    struct world_result result;

    world_set_option(call->world, call->instance, "mgc", OPTION_RECOVERY_FULL, false, 0, &result);
}

static const struct fault rows[] = {
    {{"mirror_suspended", TARGET_NONE, NULL, "", "SET PARTNER SUSPEND; clear resumes"},
     set_mirror_suspended,
     clear_mirror_suspended},
    {{"mirror_disconnected", TARGET_NONE, NULL, "", "A and A' do not see each other; both see the witness"},
     set_mirror_disconnected,
     clear_mirror_disconnected},
    {{"mirror_removed", TARGET_NONE, NULL, "", "SET PARTNER OFF; clear sets mirroring up anew"},
     set_mirror_removed,
     clear_mirror_removed},
    {{"witness_lost", TARGET_NONE, NULL, "", "the witness's service is stopped"},
     set_witness_lost,
     clear_witness_lost},
    {{"quorum_lost", TARGET_NONE, NULL, "takeover=yes|no", "A is cut off from A' and W"},
     set_quorum_lost,
     clear_quorum_lost},
    {{"recovery_simple", TARGET_INSTANCE, "sqlpri1", "",
      "mgc in recovery model SIMPLE; needs mirroring removed"},
     set_recovery_simple,
     clear_recovery_simple},
};

const struct fault_table fault_table_mirroring = {rows, COUNT(rows)};
