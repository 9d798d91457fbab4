/*
 * The view's columns about the chat servers: who is active, whether the active ones run, listen and write.
 */
#include "assess/pool.h"
#include "assess/sight.h"
#include "assess/windows_service.h"
#include "assess/words.h"

#include <string.h>

enum { MOST_ACTIVE = 4 }; /* "Capacity planning for Persistent Chat Server": four active servers */

/* ---- pings ---- */

static void take_ping(struct pool *pool, enum site_role site, const struct server_identity_fact *row,
                      enum ping ping)
{
    const char *start = row->server_address ? strstr(row->server_address, "://") : NULL;

    start = start ? start + 3 : row->server_address;
    for (size_t i = 0; start && i < pool->server_count; i++) {
        struct chat_server *server = &pool->servers[i];

        if (host_is_called(server->host, start, strcspn(start, ":/")) && ping > server->pings[site])
            server->pings[site] = ping;
    }
}

/* Does any ping move in the open copy of that site? */
static enum answer pings_move(struct pool *pool, enum site_role site)
{
    const struct instance_snapshot *copy = pool->open[site];
    enum answer answer = ANSWER_NO;

    if (!copy)
        return pool->view.value[site == SITE_PRIMARY ? COLUMN_p : COLUMN_b] ? ANSWER_NO : ANSWER_UNKNOWN;
    if (copy->server_identity.sighting.sight != SIGHT_SEEN)
        return ANSWER_UNKNOWN;
    for (size_t i = 0; i < copy->server_identity.count; i++) {
        enum ping ping = ping_of(pool, copy, i);

        take_ping(pool, site, &copy->server_identity.rows[i], ping);
        if (ping == PING_ALIVE)
            answer = ANSWER_YES;
        else if (ping == PING_UNKNOWN && answer == ANSWER_NO)
            answer = ANSWER_UNKNOWN;
    }
    return answer;
}

static void see_pings(struct pool *pool)
{
    enum answer p = pings_move(pool, SITE_PRIMARY), b = pings_move(pool, SITE_BACKUP);

    if (p == ANSWER_YES && b == ANSWER_YES)
        POOL_SET(&pool->view, pings, both);
    else if (p == ANSWER_YES)
        POOL_SET(&pool->view, pings, at_p);
    else if (b == ANSWER_YES)
        POOL_SET(&pool->view, pings, at_b);
    else if (p == ANSWER_NO && b == ANSWER_NO)
        POOL_SET(&pool->view, pings, none);
    if (POOL_IS(&pool->view, pings, none))
        pool_note(pool, COLUMN_pings, "no row of tblServerIdentity moves");
}

/* ---- the pool state, by its effect ---- */

/* Was anybody asked for the pool state, with whatever success? */
static bool state_was_asked(const struct pool *pool)
{
    for (size_t i = 0; i < pool->snapshot->host_count; i++)
        if (pool->snapshot->hosts[i].store.sighting.sight != SIGHT_NOT_ASKED ||
            pool->snapshot->hosts[i].replica.sighting.sight != SIGHT_NOT_ASKED)
            return true;
    return false;
}

/*
 * Servers use the copy that their pool state names.  Where WS-Management may not be used nobody tells that
 * state, but pings that move in one copy alone show which one is obeyed.  Whoever acts must ask the store all
 * the same.
 */
static void see_intent_by_effect(struct pool *pool)
{
    if (!POOL_IS(&pool->view, intent, unknown) || state_was_asked(pool))
        return;
    if (POOL_IS(&pool->view, pings, at_p))
        POOL_SET(&pool->view, intent, normal);
    else if (POOL_IS(&pool->view, pings, at_b))
        POOL_SET(&pool->view, intent, failed_over);
    if (!POOL_IS(&pool->view, intent, unknown))
        pool_note(pool, COLUMN_intent, "by its effect: nobody could be asked");
}

/* ---- the active list ---- */

struct list_count {
    size_t names, foreign;
};

static struct chat_server *find_server(struct pool *pool, const char *name, size_t length)
{
    for (size_t i = 0; i < pool->server_count; i++)
        if (host_is_called(pool->servers[i].host, name, length))
            return &pool->servers[i];
    return NULL;
}

static struct list_count mark_listed(struct pool *pool, const char *list)
{
    static const char separators[] = ",; \t\r\n";
    struct list_count count = {0};

    for (const char *at = list + strspn(list, separators); *at; at += strspn(at, separators)) {
        size_t length = strcspn(at, separators);
        struct chat_server *server = find_server(pool, at, length);

        count.names++;
        if (server)
            server->is_active = true;
        else if (++count.foreign)
            pool_note(pool, COLUMN_list, "%.*s is no server of the pool", (int)(length < 80 ? length : 80),
                      at);
        at += length;
    }
    return count;
}

/* Nobody tells the list: whose ping moves is active. */
static struct list_count mark_alive(struct pool *pool)
{
    struct list_count count = {0};

    for (size_t i = 0; i < pool->server_count; i++) {
        struct chat_server *server = &pool->servers[i];

        server->is_active =
            server->pings[SITE_PRIMARY] == PING_ALIVE || server->pings[SITE_BACKUP] == PING_ALIVE;
        count.names += server->is_active;
    }
    return count;
}

static void see_list(struct pool *pool, struct list_count count)
{
    if (count.names > MOST_ACTIVE) {
        POOL_SET(&pool->view, list, too_many);
        pool_note(pool, COLUMN_list, "%zu servers are active, at most %d may be", count.names, MOST_ACTIVE);
    } else if (count.foreign)
        POOL_SET(&pool->view, list, foreign);
    else if (count.names)
        POOL_SET(&pool->view, list, valid);
}

static void see_active(struct pool *pool)
{
    const char *list = pool_active_list(pool);
    struct list_count count = list ? mark_listed(pool, list) : mark_alive(pool);
    bool at[SITE_ROLE_COUNT] = {false};

    see_list(pool, count);
    for (size_t i = 0; i < pool->server_count; i++) {
        const struct chat_server *server = &pool->servers[i];

        if (!server->is_active || server->host->site >= SITE_ROLE_COUNT)
            continue;
        at[server->host->site] = true;
        pool_note(pool, COLUMN_active, "%s", server->host->name);
    }
    if (list && !count.names)
        POOL_SET(&pool->view, active, none);
    else if (at[SITE_PRIMARY] && at[SITE_BACKUP])
        POOL_SET(&pool->view, active, mixed);
    else if (at[SITE_PRIMARY])
        POOL_SET(&pool->view, active, primary);
    else if (at[SITE_BACKUP])
        POOL_SET(&pool->view, active, backup);
}

static void see_reach(struct pool *pool)
{
    bool far_apart = pool->snapshot->settings.distant_sites != 0;
    bool serves_p = !POOL_IS(&pool->view, intent, failed_over) && pool->open[SITE_PRIMARY];
    bool far;

    if (POOL_IS(&pool->view, active, unknown) || POOL_IS(&pool->view, active, none))
        return;
    far = POOL_IS(&pool->view, active, mixed)
              ? far_apart
              : POOL_IS(&pool->view, active, backup) == serves_p && (serves_p || pool->open[SITE_BACKUP]);
    if (far)
        POOL_SET(&pool->view, reach, far);
    else
        POOL_SET(&pool->view, reach, near);
}

/* ---- do they run, do they listen? ---- */

/* One that answers in no way and no longer pings is not merely unseen. */
static bool is_gone(const struct pool *pool, const struct chat_server *server)
{
    return host_answers(server->host) == ANSWER_NO && !POOL_IS(&pool->view, pings, unknown) &&
           server->pings[SITE_PRIMARY] != PING_ALIVE && server->pings[SITE_BACKUP] != PING_ALIVE;
}

static enum answer runs(struct pool *pool, const struct chat_server *server)
{
    const struct service_facts *services = &server->host->service;
    const char *executable = pool->snapshot->settings.chat_executable;

    if (services->sighting.sight != SIGHT_SEEN) {
        if (!is_gone(pool, server))
            return ANSWER_UNKNOWN;
        pool_note(pool, COLUMN_running, "%s answers nothing", server->host->name);
        return ANSWER_NO;
    }
    for (size_t i = 0; i < services->count; i++) {
        const struct service_fact *service = &services->rows[i];

        if (!service_is(service, executable, pool->snapshot->settings.chat_display_name))
            continue;
        if (words_equal(service->state, "Running"))
            return ANSWER_YES;
        pool_note(pool, COLUMN_running, "%s %s%s", server->host->name,
                  words_lower(pool->report->arena, service->state),
                  words_equal(service->start_mode, "Disabled") ? " (disabled)" : "");
        return service->state ? ANSWER_NO : ANSWER_UNKNOWN;
    }
    pool_note(pool, COLUMN_running, "%s has no service of %s", server->host->name,
              executable ? executable : "chat");
    return ANSWER_NO;
}

static enum answer listens(struct pool *pool, const struct chat_server *server)
{
    enum answer answer = host_port_is_open(server->host, PORT_SIP);

    if (answer == ANSWER_NO)
        pool_note(pool, COLUMN_ports, "%s: its SIP port is closed", server->host->name);
    return answer;
}

/* All, some or none of the active servers: enum pool_running and pool_ports are alike. */
static unsigned char of_active(struct pool *pool,
                               enum answer (*ask)(struct pool *pool, const struct chat_server *server))
{
    size_t counts[] = {[ANSWER_UNKNOWN] = 0, [ANSWER_NO] = 0, [ANSWER_YES] = 0};

    for (size_t i = 0; i < pool->server_count; i++)
        if (pool->servers[i].is_active)
            counts[ask(pool, &pool->servers[i])]++;
    if (counts[ANSWER_NO])
        return counts[ANSWER_YES] || counts[ANSWER_UNKNOWN] ? POOL_running_some : POOL_running_none;
    return counts[ANSWER_YES] && !counts[ANSWER_UNKNOWN] ? POOL_running_all : POOL_running_unknown;
}
_Static_assert((int)POOL_running_all == (int)POOL_ports_open &&
                   (int)POOL_running_some == (int)POOL_ports_some &&
                   (int)POOL_running_none == (int)POOL_ports_closed,
               "of_active serves both");

/* ---- what they say of the database ---- */

static enum answer lost_database(const struct chat_server *server)
{
    const struct event_facts *events = &server->host->event;

    if (events->sighting.sight != SIGHT_SEEN)
        return ANSWER_UNKNOWN;
    for (size_t i = 0; i < events->count; i++)
        if (fact_is(events->rows[i].event_code, POOL_EVENT_DATABASE_LOST) && events->rows[i].count.known &&
            events->rows[i].count.value > 0)
            return ANSWER_YES;
    return ANSWER_NO;
}

/*
 * No copy of the primary site is seen from here.  Where every active server that answers has logged just now
 * that it lost the database, it is not our sight that is missing.
 */
static void see_outage(struct pool *pool)
{
    size_t counts[] = {[ANSWER_UNKNOWN] = 0, [ANSWER_NO] = 0, [ANSWER_YES] = 0};

    if (!POOL_IS(&pool->view, p, unseen) || POOL_IS(&pool->view, intent, failed_over))
        return;
    for (size_t i = 0; i < pool->server_count; i++)
        if (pool->servers[i].is_active)
            counts[lost_database(&pool->servers[i])]++;
    if (!counts[ANSWER_YES] || counts[ANSWER_NO])
        return;
    POOL_SET(&pool->view, p, down);
    pool_note(pool, COLUMN_p, "%zu active servers have lost it (event %d)", counts[ANSWER_YES],
              POOL_EVENT_DATABASE_LOST);
}

void pool_see_servers(struct pool *pool)
{
    see_pings(pool);
    see_intent_by_effect(pool);
    see_active(pool);
    see_reach(pool);
    pool->view.value[COLUMN_running] = of_active(pool, runs);
    pool->view.value[COLUMN_ports] = of_active(pool, listens);
    see_outage(pool);
}
