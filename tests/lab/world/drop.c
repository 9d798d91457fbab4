#include "lab/world/statements.h"

#include "lab/world/result.h"
#include "lab/world/world.h"

#include <strings.h>

/* The rows of one database in one list go with it. */
#define FORGET(list, name)                                                                                   \
    do {                                                                                                     \
        for (size_t i = (list).count; i-- > 0;)                                                              \
            if (strcasecmp((list).rows[i].database, (name)) == 0)                                            \
                LIST_REMOVE(&(list), i);                                                                     \
    } while (0)

static void forget_rights(struct security *security, const char *name)
{
    FORGET(security->users, name);
    FORGET(security->grants, name);
    FORGET(security->members, name);
    FORGET(security->roles, name);
    security->changes++;
}

static int refusal_of(const struct instance *instance, const struct database *database)
{
    if (!database)
        return 3701;
    if (database->mirror.configured)
        return 3743;
    return sessions_in(instance, database->name) > 0 ? 3702 : 0;
}

void world_drop_database(struct instance *instance, const char *name, struct world_result *result)
{
    struct database *database = database_find(instance, name);
    int refusal = refusal_of(instance, database);

    result_clear(result);
    if (refusal != 0) {
        result_error(result, refusal, name, NULL, NULL);
        return;
    }
    forget_rights(&instance->security, name);
    user_tables_drop_in(instance, name);
    instance->database_count = list_shift(instance->databases, instance->database_count,
                                          (size_t)(database - instance->databases), sizeof *database);
}
