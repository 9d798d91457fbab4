#include "act/engine/inquire.h"

#include "base/sql_quote.h"
#include "observe/sql/fact_query.h"
#include "observe/sql/row_reader.h"

#include <string.h>
#include <strings.h>

#define QUERY(name) extern const char embedded_##name##_sql[];
QUERY(request)
QUERY(lock)
QUERY(user)
QUERY(ledger_run)
QUERY(ledger_note)
QUERY(job_owner)
QUERY(database_user)
#undef QUERY

enum { USERS_MOST = 500, INVALID_OBJECT = 208 };

/* What an inquiry is at: once the session is gone, the rest is as unseen as what it was lost with. */
struct asking {
    struct sql_port *port;
    const struct inquiry *inquiry;
    struct arena *arena;
    struct sighting lost; /* SIGHT_SEEN: not yet */
};

static const struct act_query {
    enum act_fact_id group;
    const char *sql;
    const char *absent; /* what it means where the table is not there; NULL: that cannot be */
} queries[] = {
#define SQL(name) .group = ACT_FACT_##name, .sql = embedded_##name##_sql
    {SQL(ledger_run), "there is no ledger here: run contrib/sql/ledger.sql"},
    {SQL(ledger_note), "there is no ledger here: run contrib/sql/ledger.sql"},
    {SQL(lock), NULL},
    {SQL(request), NULL},
    {SQL(user), NULL},
#undef SQL
};

static struct sighting sighting_of(const struct sql_failure *failure, struct arena *arena)
{
    return (struct sighting){failure->sight, failure->text ? row_safe_text(arena, failure->text) : NULL};
}

static void put(struct act_facts *facts, enum act_fact_id group, struct sighting sighting)
{
    const struct fact_rows rows = {sighting, NULL, 0};

    fact_group_put(act_fact_group(group), facts, &rows);
}

static void add_batch(struct strbuf *batch, const struct inquiry *inquiry, const char *sql)
{
    strbuf_add(batch, "DECLARE @lock nvarchar(255); SET @lock = ");
    sql_quote_literal(batch, inquiry->lock);
    strbuf_add(batch, ";\n");
    fact_query_batch(batch, sql, inquiry->database);
}

/* 0, or -1 with the reason; a session that is gone is noted. */
static int send(struct asking *asking, const char *batch, size_t max_rows, struct arena *scratch,
                struct sql_rows *ret_rows, struct sql_failure *ret_failure)
{
    *ret_failure = (struct sql_failure){asking->lost.sight, 0, asking->lost.detail};
    if (asking->lost.sight != SIGHT_SEEN)
        return -1;
    if (asking->port->ops->query(asking->port, batch, max_rows, asking->inquiry->deadline, scratch, ret_rows,
                                 ret_failure) == 0)
        return 0;
    if (!ret_failure->message_number)
        asking->lost = sighting_of(ret_failure, asking->arena);
    return -1;
}

static void take_group(struct asking *asking, const struct act_query *query, const char *batch,
                       struct act_facts *facts)
{
    AUTO(arena) struct arena *scratch = arena_new();
    const struct fact_group *group = act_fact_group(query->group);
    struct sql_failure failure;
    struct fact_rows rows;
    struct sql_rows answer;

    if (send(asking, batch, group->most_rows, scratch, &answer, &failure) == 0) {
        row_read_group(&answer, group, asking->arena, &rows);
        fact_group_put(group, facts, &rows);
    } else if (query->absent && failure.message_number == INVALID_OBJECT) {
        put(facts, query->group, (struct sighting){SIGHT_NOT_ASKED, query->absent});
    } else {
        put(facts, query->group, sighting_of(&failure, asking->arena));
    }
}

static void ask(struct asking *asking, const struct act_query *query, struct act_facts *facts)
{
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;

    add_batch(&batch, asking->inquiry, query->sql);
    take_group(asking, query, strbuf_text(&batch), facts);
}

void inquire_jobs(struct sql_port *port, const struct inquiry *inquiry, const struct instance_snapshot *seen,
                  struct arena *arena, struct act_facts *facts)
{
    static const struct act_query query = {.group = ACT_FACT_job_owner, .sql = embedded_job_owner_sql};
    struct asking asking = {port, inquiry, arena, {SIGHT_SEEN, NULL}};

    if (seen->role != SQL_WITNESS)
        ask(&asking, &query, facts);
}

/* ---- logins that the recovered copy will need ---- */

bool database_user_sid_is_one(const char *text)
{
    return text && strncmp(text, "0x", 2) == 0 && text[2] &&
           strspn(text + 2, "0123456789abcdefABCDEF") == strlen(text + 2);
}

static void add_users(struct strbuf *batch, const struct database_users *users)
{
    for (size_t i = 0; i < users->count; i++) {
        strbuf_add(batch, i ? "\n    UNION ALL SELECT " : "SELECT ");
        sql_quote_literal(batch, users->rows[i].name);
        strbuf_format(batch, " AS name, %s AS sid", users->rows[i].sid);
    }
}

void inquire_orphans(struct sql_port *port, const struct inquiry *inquiry, const struct database_users *users,
                     struct arena *arena, struct act_facts *facts)
{
    static const struct act_query query = {.group = ACT_FACT_orphan};
    struct asking asking = {port, inquiry, arena, {SIGHT_SEEN, NULL}};
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;

    if (users->sighting.sight != SIGHT_SEEN || !users->count) {
        put(facts, ACT_FACT_orphan, users->sighting);
        return;
    }
    strbuf_add(&batch, "SELECT u.name FROM (");
    add_users(&batch, users);
    strbuf_add(&batch,
               ") AS u\nWHERE NOT EXISTS (SELECT 1 FROM sys.server_principals AS p WHERE p.sid = u.sid)\n"
               "ORDER BY u.name\n");
    take_group(&asking, &query, strbuf_text(&batch), facts);
}

static bool read_user(const char *const *cells, struct arena *arena, struct database_users *users)
{
    struct database_user *user;

    if (!cells[0] || !database_user_sid_is_one(cells[1]))
        return false;
    user = arena_push(arena, &users->rows, &users->count, sizeof(*user));
    *user = (struct database_user){row_safe_text(arena, cells[0]), arena_text(arena, cells[1])};
    return true;
}

static void read_users(const struct sql_rows *rows, struct arena *arena, struct database_users *users)
{
    users->sighting.sight = SIGHT_SEEN;
    for (size_t i = 0; i < rows->row_count; i++)
        if (rows->column_count != 2 || !read_user(&rows->cells[2 * i], arena, users)) {
            *users = (struct database_users){
                .sighting = {SIGHT_PROTOCOL_ERROR, "database_user.sql: no list of names and SIDs"}};
            return;
        }
}

void inquire_users(struct sql_port *port, const struct inquiry *inquiry, struct arena *arena,
                   struct database_users *ret_users)
{
    AUTO(arena) struct arena *scratch = arena_new();
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
    struct sql_failure failure = {0};
    struct sql_rows rows;

    *ret_users = (struct database_users){0};
    add_batch(&batch, inquiry, embedded_database_user_sql);
    if (port->ops->query(port, strbuf_text(&batch), USERS_MOST, inquiry->deadline, scratch, &rows,
                         &failure) == 0)
        read_users(&rows, arena, ret_users);
    else
        ret_users->sighting = sighting_of(&failure, arena);
}

/* ---- all of it ---- */

void inquire(struct sql_port *port, const struct inquiry *inquiry, const struct instance_snapshot *seen,
             struct arena *arena, struct act_facts *ret_facts)
{
    struct asking asking = {port, inquiry, arena, {SIGHT_SEEN, NULL}};

    *ret_facts = (struct act_facts){0};
    for (size_t i = 0; seen->role != SQL_WITNESS && i < COUNT(queries); i++)
        ask(&asking, &queries[i], ret_facts);
}
