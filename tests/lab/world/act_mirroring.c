/*
 * The documented steps at mirrored databases, each by itself: within the primary site, at the backup site,
 * and what belongs to failover and failback (persistent-chat reference, "In-site mirror failover", "Failover
 * DC1 to DC2" 6, "Failback DC2 to DC1" 2).
 */
#include "lab/world/act_steps.h"
#include "lab/world/build.h"
#include "lab/world/fault.h"
#include "lab/world/mirroring.h"
#include "lab/world/result.h"

/* One of the pair is enough: the statements that come may be given on either. */
static int need_one_up(const struct fault_call *call, const struct instance *a, const struct instance *b)
{
    return a->down && b->down ? err_set(call->err, ERR_INPUT, "%s and %s are down", a->name, b->name) : 0;
}

static int refuse(struct fault_call *call, int number, const char *database)
{
    struct world_result result = {0};

    result_error(&result, number, database, NULL, NULL);
    return fault_sql(call, &result);
}

/* Step 6: the mirror of the design, whatever it held; a copy that is mirrored already has to be asked first.
 */
static int mirror_anew(struct fault_call *call, enum instance_role first, enum instance_role second,
                       struct instance *witness)
{
    enum { ALREADY_MIRRORED = 1405 };
    struct instance *principal = step_designed(call, first), *mirror = step_designed(call, second);

    if (step_need_up(call, principal) != 0 || step_need_up(call, mirror) != 0)
        return -1;
    if (!database_is_writable(database_find(principal, "mgc")))
        return err_set(call->err, ERR_INPUT, "mgc on %s is not online", principal->name);
    if (database_find(principal, "mgc")->mirror.configured)
        return refuse(call, ALREADY_MIRRORED, "mgc");
    if (!database_find(mirror, "mgc"))
        database_add(mirror, "mgc");
    mirroring_reseed(call->world, principal, mirror, witness, "mgc");
    return 0;
}

int step_mirror_backup(struct fault_call *call)
{
    return mirror_anew(call, DESIGN_SECONDARY, DESIGN_SECONDARY_MIRROR, NULL);
}

static int step_mirror_primary(struct fault_call *call)
{
    struct instance *witness =
        call->world->config.without_witness ? NULL : step_designed(call, DESIGN_WITNESS);

    return mirror_anew(call, DESIGN_PRINCIPAL, DESIGN_MIRROR, witness);
}

void step_unmirror(struct fault_call *call, struct instance *instance, const char *name)
{
    struct world_result ignored; /* 1416: it was not mirrored */

    if (!instance->down && database_find(instance, name))
        world_set_partner(call->world, instance, name, PARTNER_OFF, &ignored);
}

static int step_unmirror_backup(struct fault_call *call)
{
    struct instance *b = step_designed(call, DESIGN_SECONDARY);

    if (step_need_up(call, b) != 0)
        return -1;
    step_unmirror(call, b, "mgc");
    step_unmirror(call, b, "mgccomp");
    return 0;
}

static int step_unmirror_primary(struct fault_call *call)
{
    struct instance *a = step_designed(call, DESIGN_PRINCIPAL), *mirror = step_designed(call, DESIGN_MIRROR);

    if (need_one_up(call, a, mirror) != 0)
        return -1;
    step_unmirror(call, a, "mgc");
    step_unmirror(call, mirror, "mgc");
    return 0;
}

/* The firmer fence: READ_ONLY is refused while the database is mirrored. */
static int step_fence_primary(struct fault_call *call)
{
    static const enum instance_role pair[] = {DESIGN_PRINCIPAL, DESIGN_MIRROR};
    struct world_result result = {0};

    if (step_unmirror_primary(call) != 0)
        return -1;
    for (size_t i = 0; i < COUNT(pair) && result.number == 0; i++) {
        struct instance *instance = step_designed(call, pair[i]);
        const struct database *mgc = database_find(instance, "mgc");
        if (!instance->down && mgc && mgc->state == DATABASE_ONLINE)
            world_set_option(call->world, instance, "mgc", OPTION_READ_ONLY, true, 0, &result);
    }
    return fault_sql(call, &result);
}

/* --- failover within the site --- */

static bool is_principal(struct instance *instance, const char *name)
{
    const struct database *database = database_find(instance, name);

    return !instance->down && database && database->mirror.configured &&
           database->mirror.role == ROLE_PRINCIPAL;
}

/* By force it is the mirror that is told, since the principal is dead. */
static int step_mirror_failover(struct fault_call *call)
{
    static const char *const words[] = {"no", "yes", NULL}, *const databases[] = {"mgc", "mgccomp", NULL};
    struct instance *principal = step_designed(call, DESIGN_PRINCIPAL),
                    *mirror = step_designed(call, DESIGN_MIRROR);
    struct world_result result;
    int force, which;

    if (fault_word(call, "force", words, &force) != 0 || fault_word(call, "database", databases, &which) != 0)
        return -1;
    if (is_principal(mirror, databases[which]) && !is_principal(principal, databases[which]))
        mirror = principal, principal = step_designed(call, DESIGN_MIRROR);
    if (step_need_up(call, force ? mirror : principal) != 0)
        return -1;
    world_set_partner(call->world, force ? mirror : principal, databases[which],
                      force ? PARTNER_FORCE_SERVICE : PARTNER_FAILOVER, &result);
    mirroring_refresh(call->world);
    return fault_sql(call, &result);
}

/* --- the old site returns --- */

/*
 * Power comes back to dub.  Without sqlpri1, mirror and witness find each other, and what was synchronized
 * when the lights went out becomes principal by itself.
 */
static int old_primary_returned(struct fault_call *call)
{
    static const char *const words[] = {"all", "mirror", NULL};
    struct instance *mirror = step_designed(call, DESIGN_MIRROR),
                    *witness = step_designed(call, DESIGN_WITNESS);
    struct database *mgc = database_find(mirror, "mgc");
    int who;

    if (fault_word(call, "who", words, &who) != 0)
        return -1;
    if (!fault_is_set(call->world, "site_down", "dub"))
        return err_set(call->err, ERR_INPUT, "old_primary_returned: dub is not down");
    if (who == 1 && world_fault_set(call->world, "host_down", "sqlpri1", NULL, 0, call->err) != 0)
        return -1;
    if (world_fault_clear(call->world, "site_down", "dub", call->err) != 0)
        return -1;
    if (who == 1 && !mirror->down && !witness->down && mgc && mgc->mirror.configured &&
        mgc->mirror.witness >= 0 && mgc->mirror.role == ROLE_MIRROR && !mgc->mirror.suspended)
        mirroring_switch(call->world, mirror, mgc);
    return 0;
}

static const struct fault rows[] = {
    {{"step_mirror_backup", TARGET_NONE, NULL, "", "failover 6: Install-CsMirrorDatabase, sqldr1 to sqldr2"},
     step_mirror_backup,
     NULL},
    {{"step_unmirror_backup", TARGET_NONE, NULL, "",
      "failback 2: SET PARTNER OFF for mgc and mgccomp on sqldr1"},
     step_unmirror_backup,
     NULL},
    {{"step_mirror_primary", TARGET_NONE, NULL, "", "sqlpri1 is mirrored to sqlmir1 anew"},
     step_mirror_primary,
     NULL},
    {{"step_unmirror_primary", TARGET_NONE, NULL, "", "SET PARTNER OFF for mgc on sqlpri1 and sqlmir1"},
     step_unmirror_primary,
     NULL},
    {{"step_fence_primary", TARGET_NONE, NULL, "",
      "SET PARTNER OFF and SET READ_ONLY on sqlpri1 and sqlmir1"},
     step_fence_primary,
     NULL},
    {{"step_mirror_failover", TARGET_NONE, NULL, "force=no|yes database=mgc|mgccomp",
      "Invoke-CsDatabaseFailover within the site"},
     step_mirror_failover,
     NULL},
    {{"old_primary_returned", TARGET_NONE, NULL, "who=all|mirror",
      "site_down dub ends; mirror: without sqlpri1, and sqlmir1 and sqlwit1 promote themselves"},
     old_primary_returned,
     NULL},
};

const struct fault_table act_table_mirroring = {rows, COUNT(rows)};
