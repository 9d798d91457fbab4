#include "campaign/world_network.h"

#include "lab/world/world.h"

static const char *problem_of(const struct wire_fault *wire)
{
    if (wire->certificate_expired)
        return "certificate expired";
    return wire->certificate_wrong_name ? "certificate is for decommissioned.invalid" : NULL;
}

struct sql_door sql_door_seen(struct world *world, const struct host *from, const char *name)
{
    const struct instance *instance = world_instance(world, name);
    const struct wire_fault *wire;

    if (!instance)
        return (struct sql_door){.cut_after_bytes = -1};
    wire = &instance->wire;
    return (struct sql_door){
        .exists = true,
        .is_silent =
            wire->blackholed || wire->hung || !world_connects(world, from, world_host_of(world, instance)),
        .refuses = instance->down,
        .slow_ms = wire->slow_ms,
        .cut_after_bytes = wire->cut_after_bytes,
        .certificate_problem = problem_of(wire),
    };
}
