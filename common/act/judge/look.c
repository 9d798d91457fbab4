#include "act/judge/look.h"

#include "assess/mirror_view.h"
#include "assess/words.h"

#include <string.h>

static const char *const status_names[FENCE_STATUS_COUNT] = {
    [FENCE_UNKNOWN] = "unknown",
    [FENCE_OFF] = "off",
    [FENCE_ON] = "on",
};

const char *fence_status_name(enum fence_status status)
{
    return status_names[status];
}

bool fence_status_parse(const char *name, enum fence_status *ret_status)
{
    for (size_t i = 0; i < COUNT(status_names); i++)
        if (strcmp(status_names[i], name) == 0) {
            *ret_status = (enum fence_status)i;
            return true;
        }
    return false;
}

struct look *look_new(void)
{
    struct arena *arena = arena_new();
    struct look *look = arena_alloc(arena, sizeof(*look));

    look->arena = arena;
    return look;
}

void look_free(struct look *look)
{
    if (!look)
        return;
    snapshot_free(look->snapshot);
    arena_free(look->arena);
}

const struct act_facts *look_facts(const struct look *look, const struct topology_sql *instance)
{
    const struct instance_snapshot *found = instance ? snapshot_find(look->snapshot, instance->name) : NULL;

    return found && look->facts ? &look->facts[found - look->snapshot->instances] : NULL;
}

struct fence look_fence(const struct look *look, const char *object)
{
    struct fence newest = {.object = object};

    for (size_t i = 0; i < look->fence_count; i++)
        if (strcmp(look->fences[i].object, object) == 0 && look->fences[i].asked.ms >= newest.asked.ms)
            newest = look->fences[i];
    return newest;
}

static bool is_mirror(const struct instance_snapshot *instance)
{
    const struct mirroring_fact *row = mirror_row(instance);

    return row && words_equal(row->role, "MIRROR");
}

/* A principal that died keeps the role in its own metadata: the higher role sequence is the newer truth.
 * Whose partner is a mirror, and who says nothing else, is the principal. */
static bool mirror_outranks(const struct instance_snapshot *a, const struct instance_snapshot *mirror)
{
    const struct mirroring_fact *left = mirror_row(a), *right = mirror_row(mirror);

    if (!mirror_claims_principal(mirror))
        return is_mirror(a) && !is_mirror(mirror);
    if (!mirror_claims_principal(a))
        return true;
    return left->role_sequence.known && right->role_sequence.known &&
           right->role_sequence.value > left->role_sequence.value;
}

enum part look_principal(const struct look *look)
{
    return mirror_outranks(cast_instance(&look->cast, PART_A, look->snapshot),
                           cast_instance(&look->cast, PART_A_MIRROR, look->snapshot))
               ? PART_A_MIRROR
               : PART_A;
}

enum part look_mirror(const struct look *look)
{
    return look_principal(look) == PART_A ? PART_A_MIRROR : PART_A;
}

enum part look_target(const struct look *look, enum verb verb)
{
    if (verb_switches_partners(verb))
        return look_mirror(look);
    return verb_moves_site(verb) ? PART_B : PART_COUNT;
}
