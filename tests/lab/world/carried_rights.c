#include "lab/world/carried_rights.h"

#include "lab/world/fault.h"
#include "lab/world/mirroring.h"
#include "lab/world/world.h"

#include <string.h>
#include <strings.h>

/* The rows of one database in one list become those of the other server. */
#define FOLLOW(from, to, name)                                                                               \
    do {                                                                                                     \
        for (size_t i = (to).count; i-- > 0;)                                                                \
            if (strcasecmp((to).rows[i].database, (name)) == 0)                                              \
                LIST_REMOVE(&(to), i);                                                                       \
        for (size_t i = 0; i < (from).count; i++)                                                            \
            if (strcasecmp((from).rows[i].database, (name)) == 0)                                            \
                *LIST_ADD(&(to)) = (from).rows[i];                                                           \
    } while (0)

static void follow(const struct instance *from, struct instance *to, struct database *database)
{
    const struct security *theirs = &from->security;
    struct security *ours = &to->security;

    if (database->rights_from == from->index && database->rights_changes == theirs->changes)
        return;
    FOLLOW(theirs->users, ours->users, database->name);
    FOLLOW(theirs->grants, ours->grants, database->name);
    FOLLOW(theirs->members, ours->members, database->name);
    FOLLOW(theirs->roles, ours->roles, database->name);
    database->rights_from = from->index;
    database->rights_changes = theirs->changes;
    ours->changes++;
}

/* The mirror's partner; for the log-shipping secondary, the principal. */
static struct instance *source_of(struct world *world, const struct instance *instance,
                                  const struct database *database)
{
    struct instance *source = NULL;

    if (database->mirror.configured)
        mirroring_partner(world, database, &source);
    else if (instance->design == DESIGN_SECONDARY && database->has_lineage)
        source = fault_principal(world);
    return source && source != instance && !source->down ? source : NULL;
}

void carried_rights_follow(struct world *world)
{
    static const char *const carried[] = {"mgc", "mgccomp"};

    for (size_t i = 0; i < world->instance_count; i++)
        for (size_t d = 0; d < COUNT(carried); d++) {
            struct instance *to = &world->instances[i];
            struct database *database = database_find(to, carried[d]);
            const struct instance *from = database ? source_of(world, to, database) : NULL;
            if (from && database->state == DATABASE_RESTORING)
                follow(from, to, database);
        }
}
