#include "observe/winrm/windows_call.h"

#include "observe/winrm/fact_value.h"

static enum sight sight_of(const struct windows_call *call, int id)
{
    return fact_group_rows(host_fact_group((enum host_fact_id)id), call->seen).sighting.sight;
}

bool windows_is_open(const struct windows_call *call)
{
    for (int id = 0; id < HOST_FACT_COUNT; id++)
        if (call->groups & 1U << id && sight_of(call, id) != SIGHT_NOT_ASKED)
            return false;
    return true;
}

void windows_settle(const struct windows_call *call, enum host_fact_id id, enum sight sight,
                    const char *detail)
{
    const struct fact_rows facts = {{sight, detail}, NULL, 0};

    fact_group_put(host_fact_group(id), call->seen, &facts);
}

const char *windows_detail(struct arena *arena, const char *text, const char *hint)
{
    return text && hint ? arena_format(arena, "%s -> %s", text, hint) : arena_text(arena, text);
}

/* A host that says no is there. */
static void answered_with(const struct windows_call *call, enum sight sight, const char *detail)
{
    struct sighting *way = &call->seen->ways[WAY_WINRM];

    if (way->sight == SIGHT_NOT_ASKED || (way->sight == SIGHT_DENIED && sight == SIGHT_SEEN))
        *way = (struct sighting){sight, detail};
}

void windows_answered(const struct windows_call *call)
{
    answered_with(call, SIGHT_SEEN, NULL);
}

static void settle_open(const struct windows_call *call, unsigned groups, enum sight sight,
                        const char *detail)
{
    for (int id = 0; id < HOST_FACT_COUNT; id++)
        if (groups & 1U << id && sight_of(call, id) == SIGHT_NOT_ASKED)
            windows_settle(call, (enum host_fact_id)id, sight, detail);
}

static void settle_the_rest(const struct windows_call *call, enum sight sight)
{
    const char *detail =
        sight == SIGHT_TIMED_OUT ? "no time left to ask" : "the connection was lost before this was asked";

    for (size_t i = 0; i < windows_question_count; i++)
        if (windows_questions[i].kinds & 1U << call->scope->kind)
            settle_open(call, windows_questions[i].groups, sight, detail);
}

void windows_fail(const struct windows_call *call, const struct winrm_failure *failure)
{
    const char *detail = windows_detail(call->arena, failure->text, failure->hint);

    settle_open(call, call->groups, failure->sight, detail);
    if (failure->serves) {
        answered_with(call, failure->sight == SIGHT_DENIED ? SIGHT_DENIED : SIGHT_SEEN,
                      failure->sight == SIGHT_DENIED ? detail : NULL);
        return;
    }
    if (call->seen->ways[WAY_WINRM].sight == SIGHT_NOT_ASKED)
        call->seen->ways[WAY_WINRM] = (struct sighting){failure->sight, detail};
    settle_the_rest(call, failure->sight);
}

/* ---- WMI ---- */

/* False with *ret_column where a value is not of its field's kind. */
static bool read_row(const struct windows_call *call, const struct fact_group *group,
                     const char *const *cells, void *record, size_t *ret_column)
{
    for (size_t f = 0; f < group->field_count; f++) {
        if (!cells[f] || fact_value_read(call->arena, group->fields[f].kind, cells[f],
                                         fact_member(record, &group->fields[f])))
            continue;
        *ret_column = f;
        return false;
    }
    return true;
}

/* Columns without a value are left out; a row without any is no answer to what was asked. */
static bool is_empty(const char *const *cells, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (cells[i])
            return false;
    return true;
}

static void put_rows(const struct windows_call *call, enum host_fact_id id, const struct winrm_rows *rows)
{
    const struct fact_group *group = host_fact_group(id);
    struct fact_rows facts = {{SIGHT_SEEN, NULL}, NULL, 0};

    for (size_t i = 0; i < rows->row_count && i < group->most_rows; i++) {
        const char *const *cells = rows->cells + i * rows->column_count;
        void *record = fact_group_push(group, call->arena, &facts);
        size_t column = 0;

        if (is_empty(cells, rows->column_count)) {
            windows_settle(call, id, SIGHT_PROTOCOL_ERROR, "a row without any column that was asked for");
            return;
        }
        if (read_row(call, group, cells, record, &column))
            continue;
        windows_settle(call, id, SIGHT_PROTOCOL_ERROR,
                       fact_value_refusal(call->arena, rows->columns[column], cells[column]));
        return;
    }
    fact_group_put(group, call->seen, &facts);
}

bool windows_query(const struct windows_call *call, enum host_fact_id id, const char *wql,
                   const char *const *columns)
{
    const struct fact_group *group = host_fact_group(id);
    struct winrm_failure failure = {.sight = SIGHT_PROTOCOL_ERROR};
    struct winrm_rows rows = {0};

    if (call->port->ops->wmi_query(call->port, wql, columns, group->field_count, group->most_rows,
                                   call->deadline, call->arena, &rows, &failure) != 0) {
        windows_fail(call, &failure);
        return false;
    }
    windows_answered(call);
    put_rows(call, id, &rows);
    return true;
}
