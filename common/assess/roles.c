#include "assess/roles.h"

#include "assess/copies.h"
#include "assess/mirror_view.h"
#include "assess/server_name.h"
#include "assess/sight.h"

static void find_by_design(const struct snapshot *snapshot, struct roles *roles)
{
    for (size_t i = snapshot->instance_count; i > 0; i--)
        roles->by_design[snapshot->instances[i - 1].role] = &snapshot->instances[i - 1];
}

static bool either_writable(const struct instance_snapshot *a, const struct instance_snapshot *b)
{
    return copy_is_writable(a) || copy_is_writable(b);
}

static bool is_candidate(const struct instance_snapshot *instance)
{
    return copy_is_writable(instance) || mirror_claims_principal(instance);
}

/* A principal that died keeps the role in its own metadata: the higher role sequence is the newer truth. */
static bool outranks(const struct instance_snapshot *a, const struct instance_snapshot *b)
{
    const struct mirroring_fact *left = mirror_row(a), *right = mirror_row(b);

    if (left && right && left->role_sequence.known && right->role_sequence.known &&
        left->role_sequence.value != right->role_sequence.value)
        return left->role_sequence.value > right->role_sequence.value;
    return copy_is_writable(a) || !copy_is_writable(b);
}

static const struct instance_snapshot *find_principal(const struct roles *roles)
{
    const struct instance_snapshot *first = roles->partners[0], *second = roles->partners[1];

    if (!is_candidate(first))
        return is_candidate(second) ? second : NULL;
    return !is_candidate(second) || outranks(first, second) ? first : second;
}

static const struct instance_snapshot *find_standby(const struct roles *roles)
{
    const struct instance_snapshot *a = roles->by_design[SQL_PRINCIPAL], *b = roles->by_design[SQL_MIRROR];

    if (!roles->exchanged)
        return roles->by_design[SQL_SECONDARY];
    if (receives_logs(a))
        return a;
    return receives_logs(b) ? b : NULL;
}

struct roles roles_find(const struct snapshot *snapshot)
{
    struct roles roles = {0};
    const struct instance_snapshot *const *designed = roles.by_design;

    find_by_design(snapshot, &roles);
    roles.exchanged = !either_writable(designed[SQL_PRINCIPAL], designed[SQL_MIRROR]) &&
                      either_writable(designed[SQL_SECONDARY], designed[SQL_SECONDARY_MIRROR]);
    roles.partners[0] = designed[roles.exchanged ? SQL_SECONDARY : SQL_PRINCIPAL];
    roles.partners[1] = designed[roles.exchanged ? SQL_SECONDARY_MIRROR : SQL_MIRROR];
    roles.principal = find_principal(&roles);
    if (roles.exchanged && mirror_sight(roles.principal) == MIRROR_ABSENT) {
        roles.partners[0] = roles.principal;
        roles.partners[1] = NULL;
    }
    roles.standby = find_standby(&roles);
    return roles;
}

const struct instance_snapshot *roles_partner_of(const struct roles *roles,
                                                 const struct instance_snapshot *instance)
{
    if (instance && instance == roles->partners[0])
        return roles->partners[1];
    return instance && instance == roles->partners[1] ? roles->partners[0] : NULL;
}

const struct instance_snapshot *roles_partner_named(const struct roles *roles, const char *server_name)
{
    for (int i = 0; i < PARTNERS; i++)
        if (server_name_is(server_name, roles->partners[i]))
            return roles->partners[i];
    return NULL;
}
