#include "observe/sql/fact_query.h"

#include "base/sql_quote.h"

#include <string.h>
#include <strings.h>

#define QUERY(name) extern const char embedded_##name##_sql[];
QUERY(server)
QUERY(server_unprivileged)
QUERY(database)
QUERY(recovery)
QUERY(redo)
QUERY(mirroring)
QUERY(witness)
QUERY(counter)
QUERY(agent)
QUERY(agent_sessions)
QUERY(ls_primary)
QUERY(ls_secondary)
QUERY(ls_run)
QUERY(job)
QUERY(backup)
QUERY(restore)
QUERY(session)
QUERY(server_identity)
QUERY(active_peer)
QUERY(system_revision)
QUERY(compliance)
#undef QUERY

#define BIT(role) (1U << (role))
enum {
    WITNESS = BIT(SQL_WITNESS),
    COPIES = BIT(SQL_PRINCIPAL) | BIT(SQL_MIRROR) | BIT(SQL_SECONDARY) | BIT(SQL_SECONDARY_MIRROR),
    ALL = COPIES | WITNESS
};

static const char *state_of(const struct instance_snapshot *instance)
{
    const struct database_facts *database = &instance->database;

    return database->sighting.sight == SIGHT_SEEN && database->count ? database->rows[0].state : NULL;
}

static bool database_is_online(const struct instance_snapshot *instance)
{
    const char *state = state_of(instance);

    return state && strcasecmp(state, "ONLINE") == 0;
}

static bool database_is_absent(const struct instance_snapshot *instance)
{
    return instance->database.sighting.sight == SIGHT_SEEN && !instance->database.count;
}

/* A roll forward starts somewhere only where the database is not open. */
static bool database_may_be_rolling_forward(const struct instance_snapshot *instance)
{
    return !database_is_absent(instance) && !database_is_online(instance);
}

/* Nobody can be in a database that is being restored (error 927); STANDBY is ONLINE. */
static bool database_may_have_sessions(const struct instance_snapshot *instance)
{
    const char *state = state_of(instance);

    return !database_is_absent(instance) && !(state && strcasecmp(state, "RESTORING") == 0);
}

static bool has_identities(const struct instance_snapshot *instance)
{
    return instance->server_identity.sighting.sight == SIGHT_SEEN && instance->server_identity.count;
}

static bool compliance_is_online(const struct instance_snapshot *instance)
{
    const struct compliance_database_facts *database = &instance->compliance_database;

    return database->sighting.sight == SIGHT_SEEN && database->count && database->rows[0].state &&
           strcasecmp(database->rows[0].state, "ONLINE") == 0;
}

#define SQL(name)  .group = FACT_##name, .sql = embedded_##name##_sql
#define POOL(name) SQL(name), .sets = FACT_SET_POOL
const struct fact_query fact_queries[] = {
    {SQL(server), .roles = ALL, .fallback_sql = embedded_server_unprivileged_sql,
     .fallback_errors = {229, 297, 300}},
    {SQL(database), .roles = COPIES, .empty_right = RIGHT_VIEW_ANY_DATABASE},
    {SQL(ls_secondary), .roles = COPIES},
    {SQL(ls_primary), .roles = COPIES},
    {SQL(mirroring), .roles = COPIES, .empty_right = RIGHT_VIEW_ANY_DATABASE},
    {SQL(witness), .roles = WITNESS, .empty_right = RIGHT_VIEW_ANY_DEFINITION},
    {SQL(redo), .roles = COPIES, .empty_right = RIGHT_VIEW_ANY_DEFINITION,
     .makes_sense = database_may_be_rolling_forward},
    {SQL(recovery), .roles = COPIES, .empty_right = RIGHT_VIEW_ANY_DATABASE,
     .makes_sense = database_is_online},
    {SQL(restore), .roles = COPIES},
    {SQL(backup), .roles = COPIES},
    {SQL(ls_run), .roles = COPIES},
    {SQL(job), .roles = COPIES},
    {SQL(agent), .roles = COPIES, .fallback_sql = embedded_agent_sessions_sql, .fallback_errors = {208},
     .right = RIGHT_VIEW_SERVER_STATE},
    {SQL(counter), .roles = COPIES, .right = RIGHT_VIEW_SERVER_STATE},
    {SQL(session), .roles = COPIES, .right = RIGHT_VIEW_SERVER_STATE,
     .makes_sense = database_may_have_sessions},
    {POOL(server_identity), .roles = COPIES, .makes_sense = database_is_online},
    {POOL(active_peer), .roles = COPIES, .makes_sense = database_is_online},
    {POOL(system_revision), .roles = COPIES, .makes_sense = database_is_online},
    {.group = FACT_compliance_database,
     .sql = embedded_database_sql,
     .sets = FACT_SET_POOL,
     .roles = COPIES,
     .empty_right = RIGHT_VIEW_ANY_DATABASE,
     .of_compliance = true},
    {POOL(compliance), .roles = COPIES, .makes_sense = compliance_is_online, .of_compliance = true},
    {.group = FACT_server_identity_later,
     .sql = embedded_server_identity_sql,
     .sets = FACT_SET_POOL,
     .roles = COPIES,
     .makes_sense = has_identities,
     .second_sample_of = FACT_server_identity},
};
const size_t fact_query_count = COUNT(fact_queries);

bool fact_query_is_for(const struct fact_query *query, enum sql_role role)
{
    return (query->roles & BIT(role)) != 0;
}

bool fact_query_is_wanted(const struct fact_query *query, unsigned sets)
{
    return !query->sets || (query->sets & sets) != 0;
}

void fact_query_batch(struct strbuf *out, const char *sql, const char *database)
{
    static const char place[] = "$(database)";
    const char *at;

    strbuf_add(out, "DECLARE @database sysname; SET @database = ");
    sql_quote_literal(out, database);
    strbuf_add(out, ";\n");
    while ((at = strstr(sql, place))) {
        strbuf_add_n(out, sql, (size_t)(at - sql));
        sql_quote_name(out, database);
        sql = at + sizeof(place) - 1;
    }
    strbuf_add(out, sql);
}

bool fact_query_has_fallback(const struct fact_query *query, int error)
{
    for (size_t i = 0; i < COUNT(query->fallback_errors) && query->fallback_errors[i]; i++)
        if (query->fallback_errors[i] == error)
            return true;
    return false;
}

static const struct {
    const char *name;
    size_t offset; /* of the fact that says whether this login has it */
} rights[] = {
    [RIGHT_VIEW_SERVER_STATE] = {"VIEW SERVER STATE", offsetof(struct server_fact, view_server_state)},
    [RIGHT_VIEW_ANY_DEFINITION] = {"VIEW ANY DEFINITION", offsetof(struct server_fact, view_any_definition)},
    [RIGHT_VIEW_ANY_DATABASE] = {"VIEW ANY DATABASE", offsetof(struct server_fact, view_any_database)},
};

const char *right_missing(enum right right, const struct instance_snapshot *instance)
{
    struct fact_num has;

    if (right == RIGHT_NONE || !instance->server.count)
        return NULL;
    memcpy(&has, (const unsigned char *)&instance->server.rows[0] + rights[right].offset, sizeof(has));
    return has.known && has.value == 0 ? rights[right].name : NULL;
}

bool fact_mirroring_is_hidden(const struct instance_snapshot *instance)
{
    const struct mirroring_facts *mirroring = &instance->mirroring;
    const struct server_facts *server = &instance->server;

    if (mirroring->sighting.sight != SIGHT_SEEN || !mirroring->count || mirroring->rows[0].mirroring_guid)
        return false;
    if (server->count && server->rows[0].is_sysadmin.known && server->rows[0].is_sysadmin.value == 1)
        return false;
    if (instance->ls_secondary.sighting.sight == SIGHT_SEEN && instance->ls_secondary.count)
        return false;
    return !database_is_online(instance);
}
