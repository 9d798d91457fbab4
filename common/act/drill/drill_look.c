/* What a drill asks: whose databases there are, and what a copy holds. */
#include "act/drill/drill_work.h"
#include "base/utc.h"
#include "observe/sql/fact_query.h"
#include "observe/sql/row_reader.h"

#include <string.h>

#define QUERY(name) extern const char embedded_##name##_sql[];
QUERY(drill_databases)
QUERY(drill_messages)
QUERY(drill_newest)
QUERY(drill_rows)
QUERY(drill_sizes)
#undef QUERY

enum { ASK_MS = 30000, READ_MS = 3600000, MOST_ROWS = 1000 };

/* ---- asking ---- */

static int ask(struct sql_port *port, const char *sql, const char *database, size_t columns,
               struct deadline deadline, struct arena *arena, struct sql_rows *ret, const char **ret_why)
{
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
    struct sql_failure failure = {0};

    fact_query_batch(&batch, sql, database);
    if (port->ops->query(port, strbuf_text(&batch), MOST_ROWS, deadline, arena, ret, &failure) != 0) {
        *ret_why = row_safe_text(arena, failure.text ? failure.text : "no answer");
        return -1;
    }
    *ret_why = "the answer is not what was asked for";
    return ret->row_count > 0 && ret->column_count == columns ? 0 : -1;
}

static struct fact_num ticks_utc_ms(const char *cell)
{
    int64_t ticks;

    if (!row_number(cell, &ticks))
        return (struct fact_num){0};
    return (struct fact_num){true, utc_ms_of_ticks(ticks)};
}

/* ---- side databases ---- */

static void take_row(struct drill_databases *databases, const char *const *cells, struct arena *arena)
{
    struct drill_database *last = databases->count ? &databases->rows[databases->count - 1] : NULL;

    if (!cells[0])
        return;
    if (!last || strcmp(last->name, cells[0]) != 0) {
        last = arena_push(arena, &databases->rows, &databases->count, sizeof(*last));
        last->name = row_safe_text(arena, cells[0]);
    }
    if (cells[1])
        *(const char **)arena_push(arena, &last->paths, &last->path_count, sizeof(*last->paths)) =
            row_safe_text(arena, cells[1]);
}

int drill_ask_databases(struct sql_port *port, struct deadline deadline, struct arena *arena,
                        struct drill_databases *ret, const char **ret_why)
{
    struct sql_rows rows;

    *ret = (struct drill_databases){0};
    if (ask(port, embedded_drill_databases_sql, "", 3, deadline, arena, &rows, ret_why) != 0)
        return -1;
    if (!rows.cells[2] || !utc_parse(rows.cells[2], &ret->now_utc_ms))
        return -1;
    for (size_t i = 0; i < rows.row_count; i++)
        take_row(ret, &rows.cells[i * rows.column_count], arena);
    return 0;
}

bool drill_files_lie_right(struct drill *drill)
{
    struct drill_databases databases;
    const char *why;

    if (!drill_session(drill) || drill_ask_databases(drill_session(drill), drill_until(drill, ASK_MS),
                                                     drill->arena, &databases, &why) != 0)
        return drill_fails(drill, "where the files of %s lie was not seen", drill->side);
    for (size_t i = 0; i < databases.count; i++)
        if (strcmp(databases.rows[i].name, drill->side) == 0)
            return drill_owns(drill->side, databases.rows[i].paths, databases.rows[i].path_count,
                              drill->asked->pool->drill->folder) ||
                   drill_fails(drill, "a file of %s is not in %s", drill->side,
                               drill->asked->pool->drill->folder);
    return drill_fails(drill, "%s is not there, though it was restored", drill->side);
}

/* ---- what a copy holds ---- */

static bool read_copy(struct drill *drill, struct drill_copy *copy, const char **ret_why)
{
    struct sql_port *session = drill_session(drill);
    struct fact_num newest;
    struct sql_rows rows;

    if (!session)
        return false;
    if (ask(session, embedded_drill_messages_sql, drill->side, 2, drill_until(drill, READ_MS), drill->arena,
            &rows, ret_why) != 0)
        return false;
    newest = ticks_utc_ms(rows.cells[1]);
    *ret_why = "tblChat holds no message";
    if (!row_number(rows.cells[0], &copy->messages) || !newest.known)
        return false;
    copy->newest_utc_ms = newest.value;
    if (ask(session, embedded_drill_rows_sql, drill->side, 2, drill_until(drill, READ_MS), drill->arena,
            &rows, ret_why) != 0)
        return false;
    *ret_why = "tblNode and tblPrincipal were not counted";
    return row_number(rows.cells[0], &copy->rooms) && row_number(rows.cells[1], &copy->people);
}

bool drill_look_at_copy(struct drill *drill)
{
    const char *why = "the session that held the drill's lock is gone";

    drill->copy.known = read_copy(drill, &drill->copy, &why);
    return drill->copy.known || drill_fails(drill, "what was restored cannot be read: %s", why);
}

/* By a session that holds nothing; a principal that is not seen leaves it unknown. */
void drill_ask_principal(struct drill *drill)
{
    const struct topology_sql *principal = drill->look->cast.parts[look_principal(drill->look)];
    const char *_Atomic doing = NULL;
    struct sql_failure failure;
    struct sql_port *port;
    struct sql_rows rows;
    const char *why;

    port = principal ? drill->ports->sql->open(drill->ports->sql->user, principal, drill_until(drill, ASK_MS),
                                               drill->arena, &doing, &failure)
                     : NULL;
    if (port && ask(port, embedded_drill_newest_sql, drill->asked->pool->database, 1,
                    drill_until(drill, ASK_MS), drill->arena, &rows, &why) == 0)
        drill->principal_newest_utc_ms = ticks_utc_ms(rows.cells[0]);
    sql_port_close(port);
}

int64_t drill_log_bytes(struct drill *drill)
{
    struct sql_port *session = drill_session(drill);
    struct sql_rows rows;
    const char *why;
    int64_t bytes = 0;

    if (!session || ask(session, embedded_drill_sizes_sql, drill->side, 1, drill_until(drill, ASK_MS),
                        drill->arena, &rows, &why) != 0)
        return 0;
    return row_number(rows.cells[0], &bytes) ? bytes : 0;
}
