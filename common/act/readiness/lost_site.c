/*
 * The look as it would be if the serving site were lost now: nothing of it answers, whoever looks from
 * elsewhere and sees it would see it no more, and the standby has the log backups that came there.
 */
#include "act/readiness/readiness_work.h"

#include "assess/log_file.h"
#include "assess/server_time.h"
#include "assess/shipped.h"
#include "assess/sight.h"
#include "assess/site_view.h"
#include "assess/words.h"

#include <stdlib.h>
#include <string.h>

static const struct fact_rows nothing = {{SIGHT_TIMED_OUT, "lost with its site"}, NULL, 0};

/* ---- what does not answer ---- */

static void lose_instance(struct look *look, size_t at)
{
    struct instance_snapshot *instance = &look->snapshot->instances[at];

    instance->reach = nothing.sighting;
    for (int id = 0; id < FACT_GROUP_COUNT; id++)
        fact_rows_put(instance, (enum fact_group_id)id, &nothing);
    for (int id = 0; id < ACT_FACT_COUNT; id++)
        fact_group_put(act_fact_group((enum act_fact_id)id), &look->facts[at], &nothing);
}

static void lose_host(struct host_snapshot *host)
{
    for (int way = 0; way < HOST_WAY_COUNT; way++)
        if (host->ways[way].sight != SIGHT_NOT_ASKED)
            host->ways[way] = nothing.sighting;
    for (int id = 0; id < HOST_FACT_COUNT; id++)
        fact_group_put(host_fact_group((enum host_fact_id)id), host, &nothing);
}

static void lose_site(struct look *look, enum site_role site)
{
    for (size_t i = 0; i < look->snapshot->instance_count; i++)
        if (look->snapshot->instances[i].site == site)
            lose_instance(look, i);
    for (size_t i = 0; i < look->snapshot->host_count; i++)
        if (look->snapshot->hosts[i].site == site && look->snapshot->hosts[i].kind != HOST_VANTAGE)
            lose_host(&look->snapshot->hosts[i]);
}

/* ---- who looks from elsewhere ---- */

static bool is_of_site(const struct snapshot *snapshot, enum site_role site, const char *object)
{
    const struct instance_snapshot *instance = object ? snapshot_find(snapshot, object) : NULL;

    if (instance)
        return instance->site == site;
    for (size_t i = 0; object && i < snapshot->host_count; i++)
        if (words_equal(snapshot->hosts[i].name, object))
            return snapshot->hosts[i].site == site;
    return false;
}

static void turn_votes(struct look *look, enum site_role site)
{
    for (size_t i = 0; i < look->snapshot->host_count; i++) {
        struct host_snapshot *host = &look->snapshot->hosts[i];

        for (size_t k = 0; host->vote.sighting.sight == SIGHT_SEEN && k < host->vote.count; k++) {
            struct vote_fact *vote = &host->vote.rows[k];

            if (words_equal(vote->vote, "seen") && vote_is_fresh(look->snapshot, vote) &&
                is_of_site(look->snapshot, site, vote->object))
                vote->vote = "not_seen";
        }
    }
}

/* ---- fences ---- */

static void turn_fences(struct look *look, bool fenced)
{
    for (size_t i = 0; i < look->fence_count; i++) {
        struct fence *fence = &look->fences[i];

        if (fence->status == FENCE_UNKNOWN ||
            !is_of_site(look->snapshot, look->cast.serving->role, fence->object))
            continue;
        fence->status = fenced ? FENCE_OFF : FENCE_UNKNOWN;
        fence->asked = look->ended;
    }
}

/* ---- log backups ---- */

struct arrival {
    const struct look *from; /* as it is */
    struct look *to;
    struct roles roles;
    struct shipped shipped;
    const char *folder;
};

static bool has_arrived(const struct arrival *arrival, const struct instance_snapshot *producer,
                        const struct backup_fact *set)
{
    const struct log_point *copied = &arrival->shipped.copied;

    if (!copied->known)
        return false;
    if (lsn_known(&copied->last_lsn))
        return lsn_compare(&set->last_lsn, &copied->last_lsn) <= 0;
    return set->finished_utc_ms.known &&
           server_time_on(copied->producer, producer, set->finished_utc_ms.value) <=
               copied->finished_utc_ms + SERVER_TIME_TOLERANCE_S * INT64_C(1000);
}

static void add_file(const struct arrival *arrival, size_t at, const struct backup_fact *set)
{
    const struct fact_group *group = act_fact_group(ACT_FACT_log_file);
    struct act_facts *facts = &arrival->to->facts[at];
    struct fact_rows rows = fact_group_rows(group, facts);
    struct arena *arena = arrival->to->arena;
    struct log_file_fact *file = fact_group_push(group, arena, &rows);
    const char *name = arena_text(arena, log_file_name(set->device));

    *file = (struct log_file_fact){
        .path = arena_format(arena, "%s\\%s", arrival->folder, name),
        .name = name,
        .backup_type = {true, 2},
        .position = {true, 1},
        .backup_set_guid = arena_text(arena, set->backup_set_guid),
        .database_name = arrival->to->snapshot->database,
        .server_name = arena_text(arena, set->server_name),
        .first_lsn = set->first_lsn,
        .last_lsn = set->last_lsn,
        .first_fork_guid = arena_text(arena, set->first_fork_guid),
        .last_fork_guid = arena_text(arena, set->last_fork_guid),
        .finished_utc_ms = set->finished_utc_ms,
        .is_copy_only = set->is_copy_only,
        .is_damaged = {true, 0},
    };
    fact_group_put(group, facts, &rows);
}

static void add_files_of(const struct arrival *arrival, size_t at, const struct instance_snapshot *producer)
{
    for (size_t i = 0; FACT(producer, backup) && i < producer->backup.count; i++) {
        const struct backup_fact *set = &producer->backup.rows[i];

        if (words_equal(set->type, "L") && set->device && lsn_known(&set->last_lsn) &&
            log_is_shipped(arrival->from->snapshot, &arrival->roles, set->device) &&
            has_arrived(arrival, producer, set))
            add_file(arrival, at, set);
    }
}

static bool history_is_seen(const struct arrival *arrival)
{
    for (int i = 0; i < PARTNERS; i++)
        if (arrival->roles.partners[i] && (!instance_seen(arrival->roles.partners[i]) ||
                                           arrival->roles.partners[i]->backup.sighting.sight != SIGHT_SEEN))
            return false;
    return arrival->shipped.copied.known;
}

/* Only the histories of the partners tell which backups there are: unseen, the chain is, too. */
static void bring_files(const struct look *from, struct look *to)
{
    const struct instance_snapshot *standby = cast_instance(&from->cast, PART_B, from->snapshot);
    const struct ls_secondary_fact *secondary = FACT(standby, ls_secondary);
    const struct topology_acting *acting = from->cast.pool->acting;
    struct arrival arrival = {.from = from, .to = to, .roles = roles_find(from->snapshot)};
    struct fact_rows rows = {
        {SIGHT_NOT_ASKED, "the backup histories of the partners were not seen"}, NULL, 0};
    size_t at;

    if (!standby)
        return;
    at = (size_t)(standby - from->snapshot->instances);
    arrival.shipped = shipped_find(from->snapshot, &arrival.roles);
    arrival.folder = secondary && secondary->backup_destination_directory
                         ? secondary->backup_destination_directory
                     : acting && acting->copy_folder ? acting->copy_folder
                                                     : "";
    if (history_is_seen(&arrival))
        rows.sighting = (struct sighting){SIGHT_SEEN, NULL};
    fact_group_put(act_fact_group(ACT_FACT_log_file), &to->facts[at], &rows);
    for (int i = 0; rows.sighting.sight == SIGHT_SEEN && i < PARTNERS; i++)
        if (arrival.roles.partners[i])
            add_files_of(&arrival, at, arrival.roles.partners[i]);
}

struct look *lost_site(const struct look *look, bool fenced, struct err *err)
{
    AUTO_FREE char *json = look_to_json(look);
    struct look *lost = look_from_json(json, strlen(json), look->cast.pool, err);

    if (!lost)
        return NULL;
    turn_votes(lost, look->cast.serving->role);
    turn_fences(lost, fenced);
    lose_site(lost, look->cast.serving->role);
    bring_files(look, lost);
    return lost;
}
