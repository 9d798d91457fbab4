#include "unit/winrm/recorded_port.h"

#include <string.h>

static struct recorded_port *port_of_clock(struct clock *clock)
{
    return (struct recorded_port *)(void *)((char *)clock - offsetof(struct recorded_port, clock));
}

static struct mono_ms recorded_mono(struct clock *clock)
{
    return (struct mono_ms){port_of_clock(clock)->now_ms};
}

static int64_t recorded_utc(struct clock *clock)
{
    return RECORDED_START_UTC_MS + port_of_clock(clock)->now_ms;
}

static void recorded_sleep(struct clock *clock, int64_t ms)
{
    port_of_clock(clock)->now_ms += ms;
}

/* NULL with *ret_failure when the host fails. */
static const char *next_answer(struct recorded_port *port, struct winrm_failure *ret_failure)
{
    const struct recorded_answer *answer = &port->answers[port->next];

    if (port->next + 1 < port->answer_count)
        port->next++;
    port->now_ms += answer->takes_ms;
    *ret_failure = answer->failure;
    return answer->text;
}

static void add_cells(struct arena *arena, const char *line, size_t length, const char ***cells,
                      size_t *count)
{
    const char *end = line + length;

    for (;;) {
        const char *bar = memchr(line, '|', (size_t)(end - line));
        const char *stop = bar ? bar : end;
        const char **cell = arena_push(arena, cells, count, sizeof(*cell));

        *cell = stop == line + 1 && *line == '-' ? NULL : arena_text_n(arena, line, (size_t)(stop - line));
        if (!bar)
            return;
        line = bar + 1;
    }
}

static int recorded_query(struct winrm_port *base, const char *wql, const char *const *columns,
                          size_t column_count, size_t max_rows, struct deadline deadline, struct arena *arena,
                          struct winrm_rows *ret_rows, struct winrm_failure *ret_failure)
{
    struct recorded_port *port = (struct recorded_port *)base;
    const char *text, **cells = NULL;
    size_t count = 0;

    (void)deadline;
    strbuf_format(&port->asked, "wmi %s\n", wql);
    text = next_answer(port, ret_failure);
    *ret_rows = (struct winrm_rows){.columns = columns, .column_count = column_count};
    for (; text && *text && ret_rows->row_count < max_rows; ret_rows->row_count++) {
        size_t length = strcspn(text, "\n");

        add_cells(arena, text, length, &cells, &count);
        text += length + (text[length] == '\n');
    }
    ret_rows->cells = cells;
    return text ? 0 : -1;
}

static int recorded_script(struct winrm_port *base, const char *script, const char *parameters_json,
                           struct deadline deadline, struct arena *arena, struct winrm_output *ret_output,
                           struct winrm_failure *ret_failure)
{
    struct recorded_port *port = (struct recorded_port *)base;

    (void)script;
    (void)deadline;
    strbuf_format(&port->asked, "ps %s\n", parameters_json);
    *ret_output =
        (struct winrm_output){.json = arena_text(arena, next_answer(port, ret_failure)), .errors = ""};
    return ret_output->json ? 0 : -1;
}

void recorded_port_init(struct recorded_port *port, const struct recorded_answer *answers,
                        size_t answer_count)
{
    static const struct winrm_port_ops ops = {.wmi_query = recorded_query, .run_ps = recorded_script};

    *port = (struct recorded_port){
        .port.ops = &ops,
        .clock = {.mono = recorded_mono, .utc_ms = recorded_utc, .sleep_ms = recorded_sleep},
        .answers = answers,
        .answer_count = answer_count,
        .asked = STRBUF_INIT};
}

void recorded_port_done(struct recorded_port *port)
{
    strbuf_done(&port->asked);
}
