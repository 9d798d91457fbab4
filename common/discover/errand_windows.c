/* Windows hosts over WS-Management: services by WMI, and scripts whose answers have a part for each ask. */
#include "discover/errand.h"

#include "base/mem.h"
#include "base/strbuf.h"
#include "model/json_text.h"
#include "observe/hosts/winrm_track.h"
#include "observe/winrm/winrm_curl.h"
#include "observe/winrm/wql.h"

#include <jansson.h>
#include <string.h>

enum { ROWS_MOST = 500 };

static void json_auto(json_t **value)
{
    json_decref(*value);
}

static const char *failure_detail(const struct winrm_failure *failure, struct arena *arena)
{
    return failure->hint ? arena_format(arena, "%s -> %s", failure->text, failure->hint) : failure->text;
}

/* ---- services ---- */

static void like(struct strbuf *wql, const char *column, const char *part)
{
    AUTO(strbuf) struct strbuf pattern = STRBUF_INIT;

    strbuf_format(&pattern, "%%%s%%", part);
    strbuf_format(wql, "%s LIKE ", column);
    wql_quote(wql, strbuf_text(&pattern));
}

/* By executable; and by what people call it, for sites where the executable has another name. */
static void service_query(struct strbuf *wql, const struct settings *settings)
{
    strbuf_add(wql, "SELECT Name,DisplayName,State,PathName FROM Win32_Service WHERE ");
    like(wql, "PathName", settings->chat_executable);
    strbuf_add(wql, " OR ");
    like(wql, "PathName", settings->compliance_executable);
    strbuf_add(wql, " OR ");
    like(wql, "DisplayName", "Persistent Chat");
}

/* False when nothing more need be asked. */
static bool ask_services(struct errand *errand, struct winrm_port *port, struct arena *arena)
{
    AUTO(strbuf) struct strbuf wql = STRBUF_INIT;
    AUTO_FREE struct answer_row *taken = mem_alloc(ROWS_MOST * sizeof(*taken));
    struct winrm_failure failure = {0};
    struct winrm_rows rows = {0};
    size_t columns = 0;

    service_query(&wql, &errand->request->pool->settings);
    while (asks[ASK_SERVICES].columns[columns])
        columns++;
    if (port->ops->wmi_query(port, strbuf_text(&wql), asks[ASK_SERVICES].columns, columns, ROWS_MOST,
                             errand_deadline(errand), arena, &rows, &failure) != 0) {
        errand_fail(errand, ASK_SERVICES, failure.sight, failure_detail(&failure, arena));
        return failure.serves;
    }
    for (size_t i = 0; i < rows.row_count && i < ROWS_MOST; i++)
        memcpy(taken[i].cells, &rows.cells[i * columns], columns * sizeof(*rows.cells));
    errand_put(errand, ASK_SERVICES, (struct sighting){SIGHT_SEEN, NULL}, taken, rows.row_count);
    return true;
}

/* ---- scripts ---- */

static const char *member_text(const json_t *object, const char *key, struct arena *arena)
{
    const json_t *value = json_object_get(object, key);

    if (json_is_integer(value))
        return arena_format(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    return json_string_value(value);
}

static void take_object(const json_t *object, enum ask_id ask, struct arena *arena, struct answer_row *row)
{
    for (size_t i = 0; asks[ask].columns[i]; i++)
        row->cells[i] = member_text(object, asks[ask].columns[i], arena);
}

/* PowerShell may unroll a list of one. */
static size_t take_rows(const json_t *rows, enum ask_id ask, struct arena *arena, struct answer_row *taken)
{
    size_t count = json_is_array(rows) ? json_array_size(rows) : 0;

    if (json_is_object(rows)) {
        take_object(rows, ask, arena, &taken[0]);
        return 1;
    }
    count = count < ROWS_MOST ? count : ROWS_MOST;
    for (size_t i = 0; i < count; i++)
        take_object(json_array_get(rows, i), ask, arena, &taken[i]);
    return count;
}

/* {"rows": [...]} or {"error": "..."} */
static void put_part(struct errand *errand, enum ask_id ask, const json_t *part, struct arena *arena)
{
    AUTO_FREE struct answer_row *taken = mem_alloc(ROWS_MOST * sizeof(*taken));
    const char *error = json_string_value(json_object_get(part, "error"));
    const json_t *rows = json_object_get(part, "rows");

    if (error)
        errand_fail(errand, ask, SIGHT_DENIED, error);
    else if (!rows)
        errand_fail(errand, ask, SIGHT_PROTOCOL_ERROR, "the script's answer has no such part");
    else
        errand_put(errand, ask, (struct sighting){SIGHT_SEEN, NULL}, taken,
                   take_rows(rows, ask, arena, taken));
}

static void put_parts(struct errand *errand, const char *script, const char *answer, struct arena *arena)
{
    AUTO(json) json_t *root = json_loads(answer, JSON_REJECT_DUPLICATES, NULL);

    for (int ask = 0; ask < ASK_COUNT; ask++)
        if (asks[ask].text == script && errand_owes(errand, (enum ask_id)ask))
            put_part(errand, (enum ask_id)ask, json_object_get(root, asks[ask].name), arena);
}

/* {"chat_servers": ["pc1.litwareinc.com", ...]} */
static char *parameters_of(const struct topology_pool *pool)
{
    AUTO(json) json_t *root = json_object();
    json_t *servers = json_array();

    for (size_t i = 0; i < pool->site_count; i++)
        for (size_t j = 0; j < pool->sites[i].chat_server_count; j++)
            json_array_append_new(servers, json_text(pool->sites[i].chat_servers[j].fqdn));
    json_object_set_new(root, "chat_servers", servers);
    return json_dumps(root, JSON_COMPACT);
}

static bool run_script(struct errand *errand, struct winrm_port *port, const char *script,
                       struct arena *arena)
{
    AUTO_FREE char *parameters = parameters_of(errand->request->pool);
    struct winrm_failure failure = {0};
    struct winrm_output output = {0};

    if (port->ops->run_ps(port, script, parameters, errand_deadline(errand), arena, &output, &failure) == 0) {
        put_parts(errand, script, output.json, arena);
        return true;
    }
    for (int ask = 0; ask < ASK_COUNT; ask++)
        if (asks[ask].text == script && errand_owes(errand, (enum ask_id)ask))
            errand_fail(errand, (enum ask_id)ask, failure.sight, failure_detail(&failure, arena));
    return failure.serves;
}

static bool ask(struct errand *errand, enum ask_id id, struct winrm_port *port, struct arena *arena)
{
    return asks[id].way == ASK_WMI ? ask_services(errand, port, arena)
                                   : run_script(errand, port, asks[id].text, arena);
}

/* ---- all ---- */

static void ask_all(struct errand *errand, struct winrm_port *port, struct arena *arena)
{
    for (int id = 0; id < ASK_COUNT; id++) {
        if (!errand_owes(errand, (enum ask_id)id) || ask(errand, (enum ask_id)id, port, arena))
            continue;
        /* The connection is of no more use: what comes behind would fail alike. */
        errand_fail_rest(errand, errand->last.sight, errand->last.detail);
        return;
    }
}

void errand_windows(struct errand *errand)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct err err = ERR_INIT;
    struct winrm_port *port;

    if (!errand->host.host->winrm) {
        errand_fail_rest(errand, SIGHT_NOT_ASKED, "the topology does not say how to ask it (winrm)");
        return;
    }
    port = winrm_track_open(&winrm_curl_opener, errand->host.host, &err);
    if (!port) {
        errand_fail_rest(errand, SIGHT_NOT_ASKED, err.text);
        return;
    }
    ask_all(errand, port, arena);
    port->ops->close(port);
}
