#include "assess/mirror_view.h"

#include "assess/sight.h"
#include "assess/words.h"

/* All columns NULL: "not mirrored" only where SQL Server would have shown them. */
static enum mirror_sight judge_nulls(const struct instance_snapshot *instance)
{
    const struct server_fact *server = FACT(instance, server);
    const struct database_fact *database = FACT(instance, database);
    bool sysadmin = server && server->is_sysadmin.known && server->is_sysadmin.value;

    if (!database)
        return MIRROR_HIDDEN;
    if (words_equal(database->state, "ONLINE"))
        return MIRROR_ABSENT;
    return sysadmin && words_equal(database->state, "RESTORING") ? MIRROR_ABSENT : MIRROR_HIDDEN;
}

enum mirror_sight mirror_sight(const struct instance_snapshot *instance)
{
    if (!instance_seen(instance))
        return MIRROR_UNSEEN;
    if (instance->mirroring.sighting.sight == SIGHT_DENIED)
        return MIRROR_HIDDEN;
    if (instance->mirroring.sighting.sight != SIGHT_SEEN)
        return MIRROR_UNSEEN;
    if (instance->mirroring.count && instance->mirroring.rows[0].mirroring_guid)
        return MIRROR_SEEN;
    return judge_nulls(instance);
}

const struct mirroring_fact *mirror_row(const struct instance_snapshot *instance)
{
    return mirror_sight(instance) == MIRROR_SEEN ? &instance->mirroring.rows[0] : NULL;
}

bool mirror_claims_principal(const struct instance_snapshot *instance)
{
    const struct mirroring_fact *row = mirror_row(instance);

    return row && words_equal(row->role, "PRINCIPAL");
}

bool mirror_has_witness(const struct mirroring_fact *row)
{
    return row->witness_name && *row->witness_name;
}

bool mirror_is_alone(const struct mirroring_fact *row)
{
    return row && words_equal(row->role, "MIRROR") && words_equal(row->state, "DISCONNECTED") &&
           !mirror_has_witness(row);
}

bool mirror_lacks_quorum(const struct instance_snapshot *instance)
{
    const struct mirroring_fact *row = mirror_row(instance);

    return row && words_equal(row->role, "PRINCIPAL") && words_equal(row->state, "DISCONNECTED") &&
           mirror_has_witness(row) && words_equal(row->witness_state, "DISCONNECTED");
}
