/* What SQL Server says at the login and after it. */
#include "doctor/findings.h"

#include "model/right.h"
#include "observe/sql/fact_query.h"

#include <string.h>
#include <strings.h>

/* ---- login ---- */

/* Sources: "MSSQLSERVER_18456" and the other login errors of the database engine. */
static const struct {
    int number;
    enum diagnosis diagnosis;
} login_errors[] = {
    {18452, DIAGNOSIS_login_not_trusted}, {18470, DIAGNOSIS_login_disabled},
    {18486, DIAGNOSIS_login_locked},      {18487, DIAGNOSIS_password_expired},
    {18488, DIAGNOSIS_password_expired},  {4060, DIAGNOSIS_default_database},
    {4064, DIAGNOSIS_default_database},   {6005, DIAGNOSIS_server_not_ready},
    {17142, DIAGNOSIS_server_not_ready},  {17187, DIAGNOSIS_server_not_ready},
    {17809, DIAGNOSIS_server_not_ready},  {18461, DIAGNOSIS_server_not_ready},
    {17806, DIAGNOSIS_no_ticket},         {17892, DIAGNOSIS_server_not_ready},
};

/* Without the server's words. */
static const struct {
    enum sight sight;
    enum diagnosis diagnosis;
} login_sights[] = {
    {SIGHT_TIMED_OUT, DIAGNOSIS_login_silent},      {SIGHT_TLS_FAILED, DIAGNOSIS_session_not_encrypted},
    {SIGHT_NOT_ASKED, DIAGNOSIS_login_unspeakable}, {SIGHT_PROTOCOL_ERROR, DIAGNOSIS_login_cut},
    {SIGHT_REFUSED, DIAGNOSIS_login_cut},
};

static enum diagnosis login_diagnosis(const struct topology_sql *sql, const struct sql_failure *failure)
{
    for (size_t i = 0; i < COUNT(login_errors); i++)
        if (login_errors[i].number == failure->message_number)
            return login_errors[i].diagnosis;
    if (!failure->message_number && failure->sight == SIGHT_LOGIN_FAILED && !sql->credential->sql_user)
        return DIAGNOSIS_no_ticket;
    for (size_t i = 0; i < COUNT(login_sights) && !failure->message_number; i++)
        if (login_sights[i].sight == failure->sight)
            return login_sights[i].diagnosis;
    return DIAGNOSIS_login_failed;
}

bool find_sql_login_failure(struct examination *examination, const struct topology_sql *sql,
                            const struct sql_failure *failure)
{
    examination_bad(examination, LAYER_LOGIN, login_diagnosis(sql, failure), failure->text, NULL);
    return false;
}

static bool find_login(struct examination *examination, const struct topology_sql *sql,
                       const struct instance_snapshot *seen)
{
    const struct sql_failure failure = {seen->reach.sight, 0, seen->reach.detail};
    const char *login = seen->server.count ? seen->server.rows[0].login : NULL;
    const char *user = sql->credential->sql_user;

    if (seen->reach.sight != SIGHT_SEEN)
        return find_sql_login_failure(examination, sql, &failure);
    if (!login)
        login = user ? user : "login unknown";
    examination_good(examination, LAYER_LOGIN, "%s%s", login,
                     !user                ? " (Kerberos)"
                     : strchr(user, '\\') ? " (NTLM)"
                                          : "");
    return true;
}

/* ---- database ---- */

/* How the chat database may stand on an instance that nothing is wrong with. */
static bool is_open_or_restoring(const char *state)
{
    return strcasecmp(state, "ONLINE") == 0 || strcasecmp(state, "RESTORING") == 0;
}

static bool find_database(struct examination *examination, const struct topology_sql *sql,
                          const struct instance_snapshot *seen, const char *database)
{
    const struct database_facts *facts = &seen->database;
    const char *state = facts->count ? facts->rows[0].state : NULL;

    if (sql->role == SQL_WITNESS || facts->sighting.sight != SIGHT_SEEN)
        return true; /* none is meant to be there; what was not seen is told with rights and questions */
    if (!facts->count && sql->role == SQL_SECONDARY_MIRROR)
        examination_good(examination, LAYER_DATABASE, "no %s, as before a failover", database);
    else if (!facts->count)
        examination_bad(examination, LAYER_DATABASE, DIAGNOSIS_database_absent,
                        arena_format(examination->arena, "there is no %s", database), NULL);
    else if (state && !is_open_or_restoring(state))
        examination_bad(examination, LAYER_DATABASE, DIAGNOSIS_database_not_open,
                        arena_format(examination->arena, "%s is %s", database, state), NULL);
    else
        examination_good(examination, LAYER_DATABASE, "%s %s", database, state ? state : "state unknown");
    return examination_verdict(examination) == DIAGNOSIS_NONE;
}

/* ---- rights ---- */

static const char msdb_script[] = "contrib/sql/monitor-login.sql",
                  chat_script[] = "contrib/sql/monitor-chat.sql";

static enum diagnosis right_diagnosis(const struct missing_right *right)
{
    if (strstr(right->grant, "CREATE USER"))
        return DIAGNOSIS_user_missing;
    return strstr(right->grant, " ON ") ? DIAGNOSIS_right_on_object : DIAGNOSIS_right_on_server;
}

static bool has_fault(const struct examination *examination, const char *text)
{
    for (size_t i = 0; i < examination->step_count; i++)
        if (examination->steps[i].diagnosis && strcmp(examination->steps[i].text, text) == 0)
            return true;
    return false;
}

static void add_right(struct examination *examination, const struct missing_right *right, const char *script)
{
    if (!has_fault(examination, right->name))
        examination_bad(examination, LAYER_RIGHT, right_diagnosis(right), right->name,
                        arena_format(examination->arena, "%s (or run %s on %s)", right->grant, script,
                                     examination->name));
}

/* Not a fault: on every copy but the principal the mirroring row is hidden from all but sysadmins; the denial
 * then names no cure. */
static bool hidden_by_design(const struct examination *examination, enum fact_group_id id,
                             const struct sighting *sighting)
{
    struct missing_right right;

    return id == FACT_mirroring && !right_read(examination->arena, sighting->detail, &right);
}

static void find_denial(struct examination *examination, const struct fact_query *query,
                        const struct sighting *sighting)
{
    const char *script = query->sets & FACT_SET_POOL ? chat_script : msdb_script;
    struct missing_right right;

    if (right_read(examination->arena, sighting->detail, &right))
        add_right(examination, &right, script);
    else
        examination_bad(examination, LAYER_RIGHT, DIAGNOSIS_right_unclear,
                        arena_format(examination->arena, "%s: %s", fact_group(query->group)->key,
                                     sighting->detail ? sighting->detail : "denied"),
                        arena_format(examination->arena, "run %s on %s", script, examination->name));
}

static void find_server_rights(struct examination *examination, const struct instance_snapshot *seen)
{
    static const enum right wanted[] = {RIGHT_VIEW_SERVER_STATE, RIGHT_VIEW_ANY_DEFINITION,
                                        RIGHT_VIEW_ANY_DATABASE};
    const char *login = seen->server.count ? seen->server.rows[0].login : NULL;

    for (size_t i = 0; i < COUNT(wanted); i++) {
        const char *name = right_missing(wanted[i], seen);
        AUTO(strbuf) struct strbuf detail = STRBUF_INIT;
        struct missing_right right;

        if (!name)
            continue;
        right_add_server(&detail, name, login);
        if (right_read(examination->arena, strbuf_text(&detail), &right))
            add_right(examination, &right, msdb_script);
    }
}

static bool find_rights(struct examination *examination, const struct topology_sql *sql,
                        const struct instance_snapshot *seen)
{
    find_server_rights(examination, seen);
    for (size_t i = 0; i < fact_query_count; i++) {
        const struct sighting sighting = fact_rows_of(seen, fact_queries[i].group).sighting;

        if (fact_query_is_for(&fact_queries[i], sql->role) && sighting.sight == SIGHT_DENIED &&
            !hidden_by_design(examination, fact_queries[i].group, &sighting))
            find_denial(examination, &fact_queries[i], &sighting);
    }
    if (examination_verdict(examination) != DIAGNOSIS_NONE)
        return false;
    examination_good(examination, LAYER_RIGHT, "every right that is needed");
    return true;
}

/* ---- questions ---- */

static enum diagnosis query_diagnosis(const struct sighting *sighting)
{
    const char *detail = sighting->detail ? sighting->detail : "";

    if (sighting->sight != SIGHT_TIMED_OUT)
        return strstr(detail, "(Msg ") ? DIAGNOSIS_query_failed : DIAGNOSIS_session_cut;
    return strstr(detail, "(Msg 1222)") ? DIAGNOSIS_tables_locked : DIAGNOSIS_query_silent;
}

/* The first that brought nothing; others mostly fail alike. */
static bool find_queries(struct examination *examination, const struct topology_sql *sql,
                         const struct instance_snapshot *seen)
{
    size_t answered = 0;

    for (size_t i = 0; i < fact_query_count; i++) {
        const struct sighting sighting = fact_rows_of(seen, fact_queries[i].group).sighting;

        if (!fact_query_is_for(&fact_queries[i], sql->role) || sighting.sight == SIGHT_NOT_ASKED ||
            sighting.sight == SIGHT_DENIED)
            continue;
        if (sighting.sight == SIGHT_SEEN) {
            answered++;
            continue;
        }
        examination_bad(examination, LAYER_QUERY, query_diagnosis(&sighting),
                        arena_format(examination->arena, "%s: %s", fact_group(fact_queries[i].group)->key,
                                     sighting.detail ? sighting.detail : sight_words(sighting.sight)),
                        NULL);
        return false;
    }
    examination_good(examination, LAYER_QUERY, "%zu questions answered", answered);
    return true;
}

void find_sql_facts(struct examination *examination, const struct topology_sql *sql,
                    const struct instance_snapshot *seen, const char *database)
{
    if (find_login(examination, sql, seen) && find_database(examination, sql, seen, database) &&
        find_rights(examination, sql, seen) && find_queries(examination, sql, seen) &&
        seen->clock_offset_ms.known)
        find_clock(examination, seen->clock_offset_ms.value, seen->round_trip_ms.value / 2 + 1);
}
