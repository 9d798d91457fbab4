#include "lab/world/statements.h"

#include "lab/world/result.h"
#include "lab/world/world.h"

static void set_recovery_model(struct database *database, enum recovery_model model)
{
    if (model == RECOVERY_SIMPLE || database->recovery_model == RECOVERY_SIMPLE)
        database->last_log_backup_lsn = 0; /* the chain ends; only a full backup begins another */
    database->recovery_model = model;
    database_account_log(database);
}

static void apply(struct database *database, enum database_option option)
{
    static const enum user_access access[] = {
        [OPTION_MULTI_USER] = ACCESS_MULTI_USER,
        [OPTION_SINGLE_USER] = ACCESS_SINGLE_USER,
        [OPTION_RESTRICTED_USER] = ACCESS_RESTRICTED_USER,
    };
    static const enum recovery_model models[] = {
        [OPTION_RECOVERY_FULL] = RECOVERY_FULL,
        [OPTION_RECOVERY_BULK_LOGGED] = RECOVERY_BULK_LOGGED,
        [OPTION_RECOVERY_SIMPLE] = RECOVERY_SIMPLE,
    };

    switch (option) {
    case OPTION_ONLINE:
    case OPTION_OFFLINE:
        database->state = option == OPTION_ONLINE ? DATABASE_ONLINE : DATABASE_OFFLINE;
        break;
    case OPTION_READ_ONLY:
    case OPTION_READ_WRITE:
        database->is_read_only = option == OPTION_READ_ONLY;
        break;
    case OPTION_MULTI_USER:
    case OPTION_SINGLE_USER:
    case OPTION_RESTRICTED_USER:
        database->user_access = access[option];
        break;
    case OPTION_RECOVERY_FULL:
    case OPTION_RECOVERY_BULK_LOGGED:
    case OPTION_RECOVERY_SIMPLE:
        set_recovery_model(database, models[option]);
        break;
    }
}

/* Options that need the database for themselves. */
static bool is_exclusive(enum database_option option)
{
    return option == OPTION_OFFLINE || option == OPTION_READ_ONLY || option == OPTION_READ_WRITE ||
           option == OPTION_SINGLE_USER;
}

static int refusal_of(const struct database *database, enum database_option option)
{
    if (database->state == DATABASE_RESTORING || database->state == DATABASE_RECOVERING)
        return 5052;
    if (database->is_in_standby)
        return 5063;
    if (database->mirror.configured && option != OPTION_MULTI_USER && option != OPTION_RECOVERY_FULL)
        return 1468;
    if (database->state == DATABASE_OFFLINE && option != OPTION_ONLINE)
        return 942;
    return 0;
}

void world_set_option(struct world *world, struct instance *instance, const char *database,
                      enum database_option option, bool rollback_immediate, int own_session_id,
                      struct world_result *result)
{
    struct database *own = database_find(instance, database);
    int refusal = own ? refusal_of(own, option) : 911;

    (void)world;
    result_clear(result);
    if (refusal == 0 && is_exclusive(option)) {
        if (rollback_immediate)
            sessions_end_in(instance, own->name, own_session_id);
        else if (sessions_in_beside(instance, own->name, own_session_id) > 0)
            refusal = own->user_access == ACCESS_SINGLE_USER ? 5064 : 5061;
    }
    if (refusal == 0) {
        apply(own, option);
        return;
    }
    result_error(result, refusal, refusal == 5052 ? database_state_desc(own->state) : database, NULL, NULL);
    if (own)
        result_error(result, 5069, NULL, NULL, NULL);
}
