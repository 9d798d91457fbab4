/* The opinion of an instance of the pool, from what it said of itself; no login of its own. */
#include "observe/vantage/kinds.h"

#include "assess/server_name.h"

#include <string.h>
#include <strings.h>

/* ---- the objects, as a snapshot has them ---- */

static void add(struct vantage_objects *objects, const char *name, enum object_kind kind, enum site_role site)
{
    if (objects->count < OBJECTS_MAX && site < SITE_ROLE_COUNT &&
        objects_find(objects, name, strlen(name)) == objects->count)
        objects->items[objects->count++] = (struct vantage_object){.name = name, .kind = kind, .site = site};
}

static void objects_in(const struct snapshot *snapshot, struct vantage_objects *objects)
{
    objects->count = 0;
    for (size_t i = 0; i < snapshot->instance_count; i++)
        if (snapshot->instances[i].role != SQL_WITNESS)
            add(objects, snapshot->instances[i].name, OBJECT_SQL, snapshot->instances[i].site);
    for (size_t i = 0; i < snapshot->host_count; i++)
        if (snapshot->hosts[i].kind == HOST_CHAT_SERVER)
            add(objects, snapshot->hosts[i].name, OBJECT_CHAT_SERVER, snapshot->hosts[i].site);
}

/* An instance's index among the objects, where the test holds for one alone; else objects->count. */
static size_t only_instance(const struct snapshot *snapshot, const struct vantage_objects *objects,
                            bool (*is)(const char *name, const struct instance_snapshot *instance),
                            const char *name)
{
    size_t found = objects->count;

    for (size_t i = 0; i < snapshot->instance_count; i++) {
        const struct instance_snapshot *instance = &snapshot->instances[i];
        size_t index = objects_find(objects, instance->name, strlen(instance->name));

        if (index == objects->count || !is(name, instance))
            continue;
        if (found < objects->count)
            return objects->count;
        found = index;
    }
    return found;
}

/* ---- mirroring ---- */

static bool says(const char *text, const char *word)
{
    return text && strcasecmp(text, word) == 0;
}

static enum verdict verdict_of_session(const struct mirroring_fact *session)
{
    if (says(session->state, "SYNCHRONIZED") || says(session->state, "SYNCHRONIZING"))
        return VERDICT_SEEN;
    if (says(session->state, "DISCONNECTED") && says(session->witness_state, "CONNECTED"))
        return VERDICT_NOT_SEEN;
    return VERDICT_UNKNOWN;
}

static void tell_of_partner(const struct snapshot *snapshot, const struct instance_snapshot *instance,
                            struct verdicts *verdicts)
{
    const struct mirroring_facts *mirroring = &instance->mirroring;
    const struct mirroring_fact *session = mirroring->rows;
    size_t partner;

    if (mirroring->sighting.sight != SIGHT_SEEN || !mirroring->count || !session->mirroring_guid)
        return;
    partner = only_instance(snapshot, verdicts->objects, server_name_is, session->partner_instance);
    if (partner == verdicts->objects->count)
        return;
    verdict_tell(&verdicts->of[partner], verdict_of_session(session), verdicts->now_utc_ms);
}

/* ---- the copy job ---- */

enum { AGENT_COPY = 1, SESSION_SUCCESS = 2 };

static const struct ls_run_fact *last_copy(const struct instance_snapshot *instance)
{
    const struct ls_run_facts *runs = &instance->ls_run;

    for (size_t i = 0; runs->sighting.sight == SIGHT_SEEN && i < runs->count; i++)
        if (runs->rows[i].agent_type.known && runs->rows[i].agent_type.value == AGENT_COPY)
            return &runs->rows[i];
    return NULL;
}

/* One that failed may have failed for reasons of its own, whose texts are in the server's language. */
static void tell_of_share(const struct snapshot *snapshot, const struct instance_snapshot *instance,
                          struct verdicts *verdicts)
{
    const struct ls_run_fact *copy = last_copy(instance);
    const struct ls_secondary_facts *shipping = &instance->ls_secondary;
    size_t owner;

    if (!copy || shipping->sighting.sight != SIGHT_SEEN || !shipping->count)
        return;
    owner = only_instance(snapshot, verdicts->objects, server_name_host_is,
                          shipping->rows[0].backup_source_directory);
    if (owner == verdicts->objects->count ||
        says(verdicts->objects->items[owner].name, instance->name) /* its own disk */)
        return;
    if (copy->session_status.known && copy->session_status.value == SESSION_SUCCESS)
        verdict_tell(&verdicts->of[owner], VERDICT_SEEN, copy->logged_utc_ms);
}

/* ---- together ---- */

void vantage_from_instance(const struct snapshot *snapshot, const struct topology_vantage *vantage,
                           struct host_snapshot *seen)
{
    const struct instance_snapshot *instance = snapshot_find(snapshot, vantage->instance);
    struct vantage_objects objects;
    struct verdicts verdicts = {.objects = &objects, .can_look = true};

    if (!instance || instance->reach.sight != SIGHT_SEEN) {
        verdicts_fail(instance ? instance->reach.sight : SIGHT_NOT_ASKED,
                      arena_format(snapshot->arena, "%s is not seen itself", vantage->instance), seen);
        return;
    }
    objects_in(snapshot, &objects);
    if (instance->server.count)
        verdicts.now_utc_ms = instance->server.rows[0].now_utc_ms;
    tell_of_partner(snapshot, instance, &verdicts);
    tell_of_share(snapshot, instance, &verdicts);
    verdicts_put(&verdicts, vantage, snapshot->arena, seen);
}

/* Its facts are not there yet. */
void look_by_sql(const struct look *look)
{
    (void)look;
}
