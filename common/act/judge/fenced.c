#include "act/judge/fenced.h"

#include "act/judge/ledger_view.h"
#include "assess/copies.h"
#include "assess/mirror_view.h"
#include "assess/sight.h"
#include "assess/windows_service.h"
#include "assess/words.h"

/* ---- fences ---- */

static bool is_fresh(const struct fence *fence, struct mono_ms now)
{
    return now.ms >= fence->asked.ms && now.ms - fence->asked.ms < FENCE_MOST_AGE_MS;
}

static const char *status_words(struct arena *arena, const struct fence *fence, struct mono_ms now)
{
    const char *detail = words_clip(arena, fence->detail);

    if (fence->status == FENCE_UNKNOWN)
        return arena_format(arena, "fence status unknown%s%s", *detail ? ": " : "", detail);
    return arena_format(arena, "fence status %s, asked %lld s ago", fence_status_name(fence->status),
                        (long long)(now.ms - fence->asked.ms) / 1000);
}

/* A program that says "on" just now is believed before a person who said otherwise earlier. */
enum fence_cover fence_cover_of(const struct look *look, const char *object, struct mono_ms now,
                                struct arena *arena, const char **ret_why)
{
    struct fence fence = look_fence(look, object);
    struct ledger_view ledger = ledger_view_of(look);
    const struct ledger_note_fact *word = ledger_view_fence_word(&ledger, object);
    bool fresh = is_fresh(&fence, now);

    *ret_why = status_words(arena, &fence, now);
    if (fence.status == FENCE_OFF && fresh)
        return FENCE_BY_STATUS;
    if (!word || (fence.status == FENCE_ON && fresh))
        return FENCE_COVERS_NOT;
    *ret_why = arena_format(arena, "fenced by the word of %s", word->person ? word->person : "somebody");
    return FENCE_BY_WORD;
}

bool fenced_by_anything(const struct look *look, const char *object)
{
    AUTO(arena) struct arena *arena = arena_new();
    const char *why;

    return fence_cover_of(look, object, look->ended, arena, &why) != FENCE_COVERS_NOT;
}

/* ---- proof ---- */

static const char *danger_words(struct arena *arena, const struct instance_snapshot *copy)
{
    const struct mirroring_fact *row = mirror_row(copy);

    if (!row)
        return arena_format(arena, "may become writable by itself (%s)", copy_words(arena, copy));
    if (words_equal(row->role, "MIRROR"))
        return arena_format(arena, "may become writable by itself (mirror, %s%s)",
                            words_lower(arena, row->state),
                            mirror_has_witness(row) ? ", with a witness" : ", without witness");
    return arena_format(arena, "may become writable by itself (principal, %s)", copy_words(arena, copy));
}

/* RESTORING is proof only together with what it is not: a mirror. */
static bool hides_mirroring(const struct instance_snapshot *copy)
{
    const struct database_fact *database = FACT(copy, database);

    return database && words_equal(database->state, "RESTORING") && mirror_sight(copy) != MIRROR_ABSENT &&
           mirror_sight(copy) != MIRROR_SEEN;
}

bool copy_is_proven(const struct look *look, enum part part, struct arena *arena, const char **ret_why)
{
    const struct topology_sql *instance = look->cast.parts[part];
    const struct instance_snapshot *copy = cast_instance(&look->cast, part, look->snapshot);

    *ret_why = instance ? "not seen (not asked)" : "the pool has none";
    if (!copy)
        return !instance;
    *ret_why = copy_words(arena, copy);
    switch (copy_writability(copy)) {
    case COPY_WRITABLE:
        *ret_why = arena_format(arena, "writable (%s)", copy_words(arena, copy));
        return false;
    case COPY_MAY_BECOME_WRITABLE:
        *ret_why = danger_words(arena, copy);
        return false;
    case COPY_NOT_WRITABLE:
        if (!hides_mirroring(copy))
            return true;
        *ret_why = "restoring, but whether it is a mirror this login may not see";
        return false;
    default:
        return false;
    }
}

/* ---- chat servers ---- */

const struct service_fact *chat_service_of(const struct snapshot *snapshot, const struct host_snapshot *host)
{
    for (size_t i = 0; host->service.sighting.sight == SIGHT_SEEN && i < host->service.count; i++)
        if (service_is(&host->service.rows[i], snapshot->settings.chat_executable,
                       snapshot->settings.chat_display_name))
            return &host->service.rows[i];
    return NULL;
}

bool chat_server_is_proven(const struct snapshot *snapshot, const struct host_snapshot *host)
{
    const struct service_fact *service = chat_service_of(snapshot, host);

    /* SNMP lists running services alone and knows no start mode: nothing can be proven by what it lacks. */
    if (host->service.sighting.sight != SIGHT_SEEN || host->ways[WAY_WINRM].sight != SIGHT_SEEN)
        return false;
    return !service ||
           (words_equal(service->state, "Stopped") && words_equal(service->start_mode, "Disabled"));
}
