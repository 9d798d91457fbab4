#include "lab/world/sessions.h"

#include "lab/world/result.h"
#include "lab/world/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { FIRST_USER_SESSION = 51 };

struct session *session_find(struct instance *instance, int session_id)
{
    for (size_t i = 0; i < instance->sessions.count; i++)
        if (instance->sessions.rows[i].session_id == session_id)
            return &instance->sessions.rows[i];
    return NULL;
}

/* The lowest free number, as the server hands them out. */
static int free_id(struct instance *instance)
{
    int id = FIRST_USER_SESSION;

    while (session_find(instance, id))
        id++;
    return id;
}

struct session *session_open(struct world *world, struct instance *instance, const char *login,
                             const char *host, const char *program, const char *database, bool encrypted)
{
    int id = free_id(instance);
    struct session *session = LIST_ADD(&instance->sessions);

    session->session_id = id;
    session->login_time = world_getdate(world, instance);
    session->status = "sleeping";
    session->encrypted = encrypted;
    snprintf(session->login, sizeof session->login, "%s", login);
    snprintf(session->host, sizeof session->host, "%s", host);
    snprintf(session->program, sizeof session->program, "%s", program);
    snprintf(session->database, sizeof session->database, "%s", database);
    return session;
}

/* Its locks go, and what it has not committed. */
static void let_go(struct instance *instance, int session_id)
{
    applocks_end(instance, session_id);
    user_tables_roll_back(instance, session_id);
}

static void remove_at(struct instance *instance, size_t index)
{
    let_go(instance, instance->sessions.rows[index].session_id);
    LIST_REMOVE(&instance->sessions, index);
}

/* One that is being undone outlives its client. */
void session_close(struct instance *instance, int session_id)
{
    for (size_t i = 0; i < instance->sessions.count; i++) {
        struct session *session = &instance->sessions.rows[i];
        if (session->session_id != session_id)
            continue;
        if (session->rolled_back_utc_ms != 0)
            session->synthetic = true;
        else
            remove_at(instance, i);
        return;
    }
}

void session_request_begins(struct session *session, const char *command, int64_t from_utc_ms,
                            int64_t to_utc_ms)
{
    session->command = command;
    session->status = "running";
    session->request_from_utc_ms = from_utc_ms;
    session->request_to_utc_ms = to_utc_ms;
}

void session_request_ends(struct session *session)
{
    session->command = session->wait_type = NULL;
    session->status = "sleeping";
    session->request_from_utc_ms = session->request_to_utc_ms = 0;
    session->blocked_by = 0;
}

bool session_rolls_back(const struct world *world, const struct session *session)
{
    return session->rolled_back_utc_ms > world->now_utc_ms;
}

static void end_undone(struct world *world, struct instance *instance)
{
    for (size_t i = instance->sessions.count; i-- > 0;) {
        struct session *session = &instance->sessions.rows[i];
        if (session->rolled_back_utc_ms == 0 || session_rolls_back(world, session))
            continue;
        session->rolled_back_utc_ms = 0;
        let_go(instance, session->session_id);
        if (session->synthetic)
            remove_at(instance, i);
    }
}

/* --- sessions without a client --- */

static bool is_half_open(const struct instance *instance, const struct session *session)
{
    return instance->half_open_ms > 0 && session && !session->killed && !instance->down &&
           (!*instance->half_open_login || strcasecmp(instance->half_open_login, session->login) == 0);
}

bool session_orphan(struct world *world, struct instance *instance, int session_id, void *owner,
                    const struct orphan_care *care)
{
    if (!is_half_open(instance, session_find(instance, session_id)))
        return false;
    *LIST_ADD(&world->orphans) =
        (struct orphan){instance->index, session_id, world->now_utc_ms + instance->half_open_ms, owner, care};
    return true;
}

static void end_orphan(struct world *world, size_t index)
{
    struct orphan orphan = world->orphans.rows[index];

    LIST_REMOVE(&world->orphans, index);
    orphan.care->end(orphan.owner);
}

/* Keepalive finds out that nobody is there; KILL and a stop of the service end it sooner. */
static void tick_orphans(struct world *world)
{
    for (size_t i = world->orphans.count; i-- > 0;) {
        const struct orphan *orphan = &world->orphans.rows[i];
        struct instance *instance = &world->instances[orphan->instance];
        const struct session *session = session_find(instance, orphan->session_id);

        if (session && !session->killed && !instance->down && world->now_utc_ms < orphan->until_utc_ms)
            orphan->care->go_on(orphan->owner);
        else
            end_orphan(world, i);
    }
}

void orphans_end_all(struct world *world)
{
    while (world->orphans.count > 0)
        end_orphan(world, world->orphans.count - 1);
    free(world->orphans.rows);
}

void sessions_tick(struct world *world)
{
    tick_orphans(world);
    for (size_t i = 0; i < world->instance_count; i++)
        end_undone(world, &world->instances[i]);
}

size_t sessions_in_beside(const struct instance *instance, const char *database, int own_session_id)
{
    size_t count = 0;

    for (size_t i = 0; i < instance->sessions.count; i++)
        count += !instance->sessions.rows[i].killed &&
                 instance->sessions.rows[i].session_id != own_session_id &&
                 strcasecmp(instance->sessions.rows[i].database, database) == 0;
    return count;
}

size_t sessions_in(const struct instance *instance, const char *database)
{
    return sessions_in_beside(instance, database, 0);
}

/* A synthetic session just ends; a real one is the tsql room's to end. */
static void end_at(struct instance *instance, size_t index)
{
    struct session *session = &instance->sessions.rows[index];

    if (session->synthetic) {
        remove_at(instance, index);
        return;
    }
    session->killed = true;
    if (session->rolled_back_utc_ms == 0)
        let_go(instance, session->session_id);
}

void sessions_end_in(struct instance *instance, const char *database, int keep)
{
    for (size_t i = instance->sessions.count; i-- > 0;)
        if (instance->sessions.rows[i].session_id != keep &&
            strcasecmp(instance->sessions.rows[i].database, database) == 0)
            end_at(instance, i);
}

void sessions_end_all(struct instance *instance)
{
    for (size_t i = instance->sessions.count; i-- > 0;)
        end_at(instance, i);
}

/* What runs, or holds a lock, takes its time to be undone when the fault says so. */
static void begin_rollback(const struct world *world, const struct instance *instance,
                           struct session *session)
{
    if (instance->rollback_slow_ms == 0 || session->synthetic)
        return;
    session->rolled_back_utc_ms = world->now_utc_ms + instance->rollback_slow_ms;
    session_request_begins(session, "KILLED/ROLLBACK", world->now_utc_ms, session->rolled_back_utc_ms);
}

void session_kill(struct world *world, struct instance *instance, int session_id, int own_session_id,
                  struct world_result *result)
{
    char number[16];

    result_clear(result);
    snprintf(number, sizeof number, "%d", session_id);
    if (session_id == own_session_id) {
        result_error(result, 6104, NULL, NULL, NULL);
        return;
    }
    if (session_id < FIRST_USER_SESSION) {
        result_error(result, 6107, NULL, NULL, NULL);
        return;
    }
    for (size_t i = 0; i < instance->sessions.count; i++)
        if (instance->sessions.rows[i].session_id == session_id && !instance->sessions.rows[i].killed) {
            begin_rollback(world, instance, &instance->sessions.rows[i]);
            end_at(instance, i);
            return;
        }
    result_error(result, 6106, number, NULL, NULL);
}
