#include "observe/vantage/vantage.h"

#include "observe/vantage/kinds.h"

static void (*const by_kind[VANTAGE_KIND_COUNT])(const struct look *look) = {
    [VANTAGE_WINRM] = look_by_winrm,
    [VANTAGE_COMMAND] = look_by_command,
    [VANTAGE_SNMP] = look_by_snmp,
    [VANTAGE_SQL] = look_by_sql,
};

void vantage_ask(const struct topology_pool *pool, const struct topology_vantage *vantage,
                 const struct winrm_opener *winrm, struct clock *clock, struct deadline deadline,
                 struct arena *arena, struct host_snapshot *seen)
{
    struct vantage_objects objects;
    const struct look look = {pool, vantage, &objects, winrm, clock, deadline, arena, seen};

    objects_of(pool, &objects);
    by_kind[vantage->kind](&look);
}
