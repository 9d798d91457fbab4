#include "observe/core/track.h"

#include "base/mem.h"
#include "observe/core/hosts.h"

#include <string.h>

/* ---- in its thread ---- */

/* A copy in the arena: the draft's own memory may be gone before the snapshot is. */
static struct fact_rows copy_rows(const struct fact_group *group, struct arena *arena,
                                  const struct fact_rows *from)
{
    struct fact_rows rows = {{from->sighting.sight, arena_text(arena, from->sighting.detail)}, NULL, 0};

    for (size_t i = 0; i < from->count && i < group->most_rows; i++) {
        unsigned char *record = fact_group_push(group, arena, &rows);

        memcpy(record, (const unsigned char *)from->rows + i * group->record_bytes, group->record_bytes);
        for (size_t k = 0; k < group->field_count; k++) {
            const char **text = fact_member(record, &group->fields[k]);

            if (group->fields[k].kind == FACT_KIND_TEXT)
                *text = arena_text(arena, *text);
        }
    }
    return rows;
}

static void publish_ways(struct track *track, const struct host_snapshot *draft)
{
    for (int way = 0; way < HOST_WAY_COUNT; way++)
        if (draft->ways[way].sight != SIGHT_NOT_ASKED || draft->ways[way].detail)
            track->seen.ways[way] =
                (struct sighting){draft->ways[way].sight, arena_text(track->arena, draft->ways[way].detail)};
    track->seen.clock_offset_ms = draft->clock_offset_ms;
    track->seen.round_trip_ms = draft->round_trip_ms;
}

void track_publish(struct track *track, const struct host_snapshot *draft, unsigned groups)
{
    pthread_mutex_lock(&track->job.crew->lock);
    for (int id = 0; track->arena && id < HOST_FACT_COUNT; id++) {
        const struct fact_group *group = host_fact_group((enum host_fact_id)id);
        struct fact_rows rows;

        if (!(groups & 1U << id))
            continue;
        rows = fact_group_rows(group, draft);
        rows = copy_rows(group, track->arena, &rows);
        fact_group_put(group, &track->seen, &rows);
    }
    if (track->arena)
        publish_ways(track, draft);
    track->settled |= groups;
    pthread_mutex_unlock(&track->job.crew->lock);
}

static void work(struct crew_job *job)
{
    struct track *track = (struct track *)job;
    AUTO(arena) struct arena *arena = arena_new();
    struct host_snapshot draft = {0};

    draft.kind = track->subject.kind;
    track->kind->run(track, &draft, arena);
}

/* ---- before and after ---- */

static bool is_for(const struct track_kind *kind, const struct track_subject *subject)
{
    return (kind->kinds & 1U << subject->kind) && (!kind->is_set_up || kind->is_set_up(subject));
}

struct track *tracks_make(const struct track_table *table, const struct topology_pool *pool,
                          struct clock *clock, size_t *ret_count)
{
    size_t hosts, count = 0;
    AUTO_FREE struct track_subject *subjects = hosts_of(pool, &hosts);
    struct track *tracks = mem_alloc((hosts * table->count + 1) * sizeof(*tracks));

    for (size_t i = 0; i < hosts; i++)
        for (size_t k = 0; k < table->count; k++)
            if (is_for(&table->kinds[k], &subjects[i]))
                tracks[count++] = (struct track){.kind = &table->kinds[k],
                                                 .subject = subjects[i],
                                                 .host = i,
                                                 .clock = clock,
                                                 .means = table->means,
                                                 .arena = arena_new()};
    *ret_count = count;
    return tracks;
}

void track_start(struct crew *crew, struct track *track)
{
    int status = crew_start(crew, &track->job, work);
    struct sighting none;
    char reason[128];

    if (status == 0)
        return;
    none.sight = SIGHT_NOT_ASKED;
    none.detail =
        arena_format(track->arena, "no thread for it: %s", strerror_r(status, reason, sizeof(reason)));
    for (int way = 0; way < HOST_WAY_COUNT; way++)
        if (track->kind->ways & 1U << way)
            track->seen.ways[way] = none;
}

/* Under the lock: what it owes when time is up. */
static void settle_unfinished(struct track *track)
{
    const struct fact_rows late = {{SIGHT_TIMED_OUT, "no answer before the deadline"}, NULL, 0};
    const struct sighting silent = {
        SIGHT_TIMED_OUT, arena_format(track->arena, "%s: still waiting at the deadline", track->kind->name)};

    if (!track->job.started || track->job.finished)
        return;
    for (int way = 0; way < HOST_WAY_COUNT; way++)
        if (track->kind->ways & 1U << way && track->seen.ways[way].sight == SIGHT_NOT_ASKED)
            track->seen.ways[way] = silent;
    for (int id = 0; id < HOST_FACT_COUNT; id++)
        if (track->kind->groups & ~track->settled & 1U << id)
            fact_group_put(host_fact_group((enum host_fact_id)id), &track->seen, &late);
}

/* Several tracks may tell of one group, each of its own port: one that saw something wins over one that did
 * not. */
static void merge_group(const struct fact_group *group, struct arena *arena, struct host_snapshot *host,
                        const struct host_snapshot *seen)
{
    struct fact_rows rows = fact_group_rows(group, host), more = fact_group_rows(group, seen);

    if (more.sighting.sight == SIGHT_NOT_ASKED && !more.sighting.detail)
        return;
    if (rows.sighting.sight != SIGHT_SEEN && (more.sighting.sight == SIGHT_SEEN || !rows.sighting.sight))
        rows.sighting = more.sighting;
    for (size_t i = 0; i < more.count && rows.count < group->most_rows; i++)
        memcpy(fact_group_push(group, arena, &rows),
               (const unsigned char *)more.rows + i * group->record_bytes, group->record_bytes);
    fact_group_put(group, host, &rows);
}

static void merge_ways(struct host_snapshot *host, const struct host_snapshot *seen)
{
    for (int way = 0; way < HOST_WAY_COUNT; way++)
        if (host->ways[way].sight != SIGHT_SEEN &&
            (seen->ways[way].sight == SIGHT_SEEN || host->ways[way].sight == SIGHT_NOT_ASKED))
            host->ways[way] = seen->ways[way];
}

void track_take(struct track *track, struct arena *arena, struct host_snapshot *host)
{
    pthread_mutex_lock(&track->job.crew->lock);
    settle_unfinished(track);
    merge_ways(host, &track->seen);
    for (int id = 0; id < HOST_FACT_COUNT; id++)
        if (track->kind->groups & 1U << id)
            merge_group(host_fact_group((enum host_fact_id)id), arena, host, &track->seen);
    if (track->seen.clock_offset_ms.known) {
        host->clock_offset_ms = track->seen.clock_offset_ms;
        host->round_trip_ms = track->seen.round_trip_ms;
    }
    arena_adopt(arena, track->arena);
    track->arena = NULL;
    pthread_mutex_unlock(&track->job.crew->lock);
}
