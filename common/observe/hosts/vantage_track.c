#include "observe/hosts/vantage_track.h"

#include "observe/hosts/host_means.h"
#include "observe/vantage/vantage.h"

#include <string.h>

void vantage_track_run(struct track *track, struct host_snapshot *draft, struct arena *arena)
{
    const struct topology_vantage *vantage = track->subject.vantage;

    if (vantage->kind != VANTAGE_SQL)
        vantage_ask(track->subject.pool, vantage, host_means_of(track)->winrm, track->clock,
                    track_deadline(track), arena, draft);
    track_publish(track, draft, track->kind->groups);
}

static struct host_snapshot *host_of(struct snapshot *snapshot, const struct topology_vantage *vantage)
{
    for (size_t i = 0; i < snapshot->host_count; i++)
        if (snapshot->hosts[i].kind == HOST_VANTAGE && strcmp(snapshot->hosts[i].name, vantage->name) == 0)
            return &snapshot->hosts[i];
    return NULL;
}

void vantage_conclude(const struct topology_pool *pool, struct snapshot *snapshot)
{
    for (size_t i = 0; i < pool->vantage_count; i++) {
        struct host_snapshot *host = host_of(snapshot, &pool->vantages[i]);

        if (host && pool->vantages[i].kind == VANTAGE_SQL)
            vantage_from_instance(snapshot, &pool->vantages[i], host);
    }
}
