/*
 * Which row of tblServerIdentity belongs to a living server?  One whose value moves between two samples.
 *
 * Where it stands still - a server may ping more rarely than we look twice - its age by the SQL Server's own
 * clock tells, if the base of that clock is known: from the settings, or from a row of the same table that
 * moved.  Where both bases agree - the server keeps UTC, or the row is old - no base is needed.  With
 * neither, a session of that very host in this copy is proof.  What is left is unknown.
 */
#include "assess/copies.h"
#include "assess/pool.h"
#include "assess/sight.h"
#include "assess/words.h"

#include <string.h>

enum { CLOCK_TOLERANCE_S = 60 };

enum ping_clock { PING_CLOCK_UNKNOWN, PING_CLOCK_UTC, PING_CLOCK_LOCAL };

static bool is_fresh(struct fact_num age_s, int64_t most_s)
{
    return age_s.known && age_s.value >= -CLOCK_TOLERANCE_S && age_s.value <= most_s;
}

static const struct server_identity_later_fact *second_sample(const struct instance_snapshot *instance,
                                                              struct fact_num server_id)
{
    for (size_t i = 0; FACT(instance, server_identity_later) && i < instance->server_identity_later.count;
         i++)
        if (server_id.known && fact_is(instance->server_identity_later.rows[i].server_id, server_id.value))
            return &instance->server_identity_later.rows[i];
    return NULL;
}

static bool has_moved(const struct instance_snapshot *instance, const struct server_identity_fact *row)
{
    const struct server_identity_later_fact *later = second_sample(instance, row->server_id);

    return later && later->ping && row->ping && strcmp(later->ping, row->ping) != 0;
}

/* Where server and UTC share the hour, both bases fit, and both are right. */
static enum ping_clock clock_of_row(const struct server_identity_fact *row, int64_t fresh_s)
{
    if (is_fresh(row->age_if_utc_s, fresh_s))
        return PING_CLOCK_UTC;
    return is_fresh(row->age_if_local_s, fresh_s) ? PING_CLOCK_LOCAL : PING_CLOCK_UNKNOWN;
}

static enum ping_clock find_clock(const struct pool *pool, const struct instance_snapshot *instance)
{
    const struct settings *settings = &pool->snapshot->settings;

    if (words_equal(settings->ping_clock, "utc"))
        return PING_CLOCK_UTC;
    if (words_equal(settings->ping_clock, "local"))
        return PING_CLOCK_LOCAL;
    for (size_t i = 0; i < instance->server_identity.count; i++)
        if (has_moved(instance, &instance->server_identity.rows[i]))
            return clock_of_row(&instance->server_identity.rows[i], settings->ping_fresh_s);
    return PING_CLOCK_UNKNOWN;
}

/* "net.tcp://pc1.litwareinc.com:8011/..." -> the name in it. */
static const char *address_host(const char *address, size_t *ret_length)
{
    const char *start = strstr(address, "://");

    start = start ? start + 3 : address;
    *ret_length = strcspn(start, ":/");
    return start;
}

static const struct host_snapshot *server_of_row(const struct pool *pool,
                                                 const struct server_identity_fact *row)
{
    size_t length;
    const char *name = row->server_address ? address_host(row->server_address, &length) : NULL;

    for (size_t i = 0; name && i < pool->server_count; i++)
        if (host_is_called(pool->servers[i].host, name, length))
            return pool->servers[i].host;
    return NULL;
}

static bool has_session_here(const struct pool *pool, const struct instance_snapshot *instance,
                             const struct server_identity_fact *row)
{
    const struct host_snapshot *host = server_of_row(pool, row);

    for (size_t i = 0; host && FACT(instance, session) && i < instance->session.count; i++) {
        const struct session_fact *session = &instance->session.rows[i];

        if (session->host && !session_is_administration(session->program) &&
            host_is_called(host, session->host, strlen(session->host)))
            return true;
    }
    return false;
}

enum ping ping_of(const struct pool *pool, const struct instance_snapshot *instance, size_t index)
{
    const struct server_identity_fact *row = &instance->server_identity.rows[index];
    int64_t fresh_s = pool->snapshot->settings.ping_fresh_s;
    enum ping_clock clock = find_clock(pool, instance);

    if (has_moved(instance, row))
        return PING_ALIVE;
    if (!row->age_if_utc_s.known || !row->age_if_local_s.known)
        return PING_UNKNOWN;
    if (clock != PING_CLOCK_UNKNOWN)
        return is_fresh(clock == PING_CLOCK_UTC ? row->age_if_utc_s : row->age_if_local_s, fresh_s)
                   ? PING_ALIVE
                   : PING_FROZEN;
    if (is_fresh(row->age_if_utc_s, fresh_s) == is_fresh(row->age_if_local_s, fresh_s))
        return is_fresh(row->age_if_utc_s, fresh_s) ? PING_ALIVE : PING_FROZEN;
    return has_session_here(pool, instance, row) ? PING_ALIVE : PING_UNKNOWN;
}
