/*
 * What the event log holds of the time just past, counted by code.  By the host's own clock, which os gave:
 * nobody else's would name the same minutes.
 */
#include "observe/winrm/windows_call.h"

#include "base/strbuf.h"
#include "observe/winrm/cim_datetime.h"
#include "observe/winrm/fact_value.h"

#include <inttypes.h>

/* More of one kind than this in a few minutes say nothing new; logs are large, and reading them is slow. */
enum { MOST_EVENTS = 1000 };

/* The product's own log.  Sources: "The Persistent Chat database connection was lost" (53530); KB 3140472 and
 * msxfaq.de, "Self Monitoring" (30254, 12299, 32263). */
static const struct watched_event {
    unsigned kinds;
    int64_t code;
} watched_events[] = {
    {1U << HOST_CHAT_SERVER, 53530}, /* the database connection was lost */
    {1U << HOST_FRONT_END, 30254},   /* a critical application does not run */
    {1U << HOST_FRONT_END, 12299},   /* shutting down on an internal error */
    {1U << HOST_FRONT_END, 32263},   /* proxy error between front ends */
};

static bool is_watched(const struct windows_call *call, const struct watched_event *event)
{
    return (event->kinds & 1U << call->scope->kind) != 0;
}

static void add_wql(struct strbuf *wql, const struct windows_call *call)
{
    int64_t since_utc_ms =
        call->seen->os.rows[0].now_utc_ms.value - call->scope->settings->event_window_s * 1000;
    char since[CIM_DATETIME_BYTES];
    const char *word = "(";

    strbuf_add(wql, "SELECT EventCode,TimeGenerated FROM Win32_NTLogEvent WHERE Logfile='Lync Server' AND ");
    for (size_t i = 0; i < COUNT(watched_events); i++) {
        if (!is_watched(call, &watched_events[i]))
            continue;
        strbuf_format(wql, "%sEventCode=%" PRId64, word, watched_events[i].code);
        word = " OR ";
    }
    strbuf_format(wql, ") AND TimeGenerated>='%s'", cim_datetime_format(since_utc_ms, since));
}

/* A row for each code that was looked for, also where there was none. */
static struct event_fact *push_counts(const struct windows_call *call, struct fact_rows *facts)
{
    const struct fact_group *group = host_fact_group(HOST_FACT_event);

    for (size_t i = 0; i < COUNT(watched_events); i++)
        if (is_watched(call, &watched_events[i])) {
            struct event_fact *row = fact_group_push(group, call->arena, facts);

            row->event_code = (struct fact_num){true, watched_events[i].code};
            row->count = (struct fact_num){true, 0};
        }
    return facts->rows;
}

static void count_event(struct event_fact *counts, size_t kinds, const struct event_fact *event)
{
    for (size_t i = 0; i < kinds; i++) {
        struct fact_num *newest = &counts[i].newest_utc_ms;

        if (!event->event_code.known || counts[i].event_code.value != event->event_code.value)
            continue;
        counts[i].count.value++;
        if (event->newest_utc_ms.known && (!newest->known || event->newest_utc_ms.value > newest->value))
            *newest = event->newest_utc_ms;
    }
}

/* False: a value is not of its kind, and the group is settled. */
static bool read_event(const struct windows_call *call, const struct winrm_rows *rows, size_t row,
                       struct event_fact *ret_event)
{
    static const enum fact_kind kinds[] = {FACT_KIND_NUM, FACT_KIND_UTC};
    struct fact_num *members[] = {&ret_event->event_code, &ret_event->newest_utc_ms};

    for (size_t i = 0; i < COUNT(kinds); i++) {
        const char *cell = rows->cells[row * rows->column_count + i];

        if (!cell || fact_value_read(call->arena, kinds[i], cell, members[i]))
            continue;
        windows_settle(call, HOST_FACT_event, SIGHT_PROTOCOL_ERROR,
                       fact_value_refusal(call->arena, rows->columns[i], cell));
        return false;
    }
    return true;
}

static void count_events(const struct windows_call *call, const struct winrm_rows *rows)
{
    struct fact_rows facts = {{SIGHT_SEEN, NULL}, NULL, 0};
    struct event_fact *counts = push_counts(call, &facts);

    for (size_t i = 0; i < rows->row_count; i++) {
        struct event_fact event = {0};

        if (!read_event(call, rows, i, &event))
            return;
        count_event(counts, facts.count, &event);
    }
    if (rows->row_count >= MOST_EVENTS)
        facts.sighting.detail = "there are more than were counted";
    fact_group_put(host_fact_group(HOST_FACT_event), call->seen, &facts);
}

/* A third of what is left: a large log must not take the time of the questions behind it. */
static void ask(const struct windows_call *call)
{
    static const char *const columns[] = {"EventCode", "TimeGenerated"};
    struct winrm_failure failure = {.sight = SIGHT_PROTOCOL_ERROR};
    AUTO(strbuf) struct strbuf wql = STRBUF_INIT;
    struct winrm_rows rows = {0};
    struct deadline deadline = deadline_sooner(call->deadline, deadline_left_ms(call->deadline) / 3);

    add_wql(&wql, call);
    if (call->port->ops->wmi_query(call->port, strbuf_text(&wql), columns, COUNT(columns), MOST_EVENTS,
                                   deadline, call->arena, &rows, &failure) != 0) {
        windows_fail(call, &failure);
        return;
    }
    windows_answered(call);
    count_events(call, &rows);
}

void windows_ask_event(struct winrm_port *port, const struct windows_scope *scope, struct deadline deadline,
                       struct arena *arena, struct host_snapshot *seen)
{
    const struct windows_call call = {port, scope, deadline, arena, seen, 1U << HOST_FACT_event};
    bool has_clock =
        seen->os.sighting.sight == SIGHT_SEEN && seen->os.count && seen->os.rows[0].now_utc_ms.known;

    if (!windows_is_open(&call))
        return;
    if (has_clock)
        ask(&call);
    else
        windows_settle(&call, HOST_FACT_event,
                       seen->os.sighting.sight > SIGHT_SEEN ? seen->os.sighting.sight : SIGHT_PROTOCOL_ERROR,
                       "not asked: the host's clock is not known");
}
