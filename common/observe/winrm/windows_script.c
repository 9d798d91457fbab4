#include "observe/winrm/windows_script.h"

#include "base/strbuf.h"
#include "observe/winrm/json_facts.h"
#include "observe/winrm/one_line.h"
#include "observe/winrm/scripts.h"

#include <string.h>
#include <strings.h>

#define HINT_HOP                                                                                             \
    "a remote shell has no credentials for a second host: let the registered task of "                       \
    "docs/monitoring-windows.md read the store (store_task), or allow resource-based constrained delegation"
#define HINT_RIGHTS                                                                                          \
    "give the account the rights of docs/monitoring-windows.md, or let the registered task read the store "  \
    "(store_task)"
#define HINT_SLOW                                                                                            \
    "the product's module alone takes seconds to load: give the check more time (--timeout), or look what "  \
    "the host is busy with"

static void json_auto(json_t **json)
{
    json_decref(*json);
}

/* ---- errors ---- */

/* What the words of SQL Server's client, of Windows and of our own scripts mean.  The first that fits. */
static const struct error_meaning {
    const char *words;
    enum sight sight;
    const char *hint;
} error_meanings[] = {
    {"cannot be started: ERROR: Access", SIGHT_DENIED, "let the account start the task"},
    {"cannot be started", SIGHT_PROTOCOL_ERROR,
     "register it, with contrib/windows/pchat-store.ps1, on this host"},
    {"did not finish in time", SIGHT_TIMED_OUT,
     "the task's history on the host says why; or give the check more time (--timeout)"},
    {"ANONYMOUS", SIGHT_DENIED, HINT_HOP}, /* the caller arrived there as nobody */
    {"Login failed", SIGHT_DENIED, HINT_RIGHTS},
    {"permission was denied", SIGHT_DENIED, HINT_RIGHTS},
    {"Access is denied", SIGHT_DENIED, HINT_RIGHTS},
    {"unauthorized", SIGHT_DENIED, HINT_RIGHTS},
    {"Timeout expired", SIGHT_TIMED_OUT, "is the SQL Server of the management store well?"},
    {"network-related", SIGHT_REFUSED, "is the SQL Server of the management store up?"},
    {"annot connect", SIGHT_REFUSED, "is the SQL Server of the management store up?"},
};

static const struct error_meaning *meaning_of(const char *words)
{
    for (size_t i = 0; i < COUNT(error_meanings); i++)
        if (strcasestr(words, error_meanings[i].words))
            return &error_meanings[i];
    return NULL;
}

/* What the script says went wrong with one of its parts; false: nothing. */
static bool read_error(const struct windows_call *call, const json_t *answer, const char *part,
                       struct sighting *ret_sighting)
{
    const json_t *error = json_object_get(json_object_get(answer, "errors"), part);
    const char *message = json_string_value(json_object_get(error, "message"));
    const char *cause = json_string_value(json_object_get(error, "cause"));
    const char *words;
    const struct error_meaning *meaning;

    if (!json_is_object(error))
        return false;
    message = message ? message : "an error without words";
    words =
        cause && strcmp(cause, message) != 0 ? arena_format(call->arena, "%s: %s", message, cause) : message;
    words = one_line(call->arena, words);
    meaning = meaning_of(words);
    *ret_sighting = (struct sighting){meaning ? meaning->sight : SIGHT_PROTOCOL_ERROR,
                                      windows_detail(call->arena, words, meaning ? meaning->hint : NULL)};
    return true;
}

/* ---- answers ---- */

/* NULL after settling the question's groups. */
static json_t *parse(const struct windows_call *call, const char *json)
{
    static const struct winrm_failure no_object = {
        .sight = SIGHT_PROTOCOL_ERROR, .text = "the script's answer is no object", .serves = true};
    json_t *answer = json_loads(json, JSON_REJECT_DUPLICATES, NULL);

    if (json_is_object(answer))
        return answer;
    json_decref(answer);
    windows_fail(call, &no_object);
    return NULL;
}

/* The one row of a pool; a place that does not know the pool says nothing of it. */
static void put_pool(const struct windows_call *call, enum host_fact_id id, const json_t *answer,
                     const char *where)
{
    const struct fact_group *group = host_fact_group(id);
    struct fact_rows facts;

    json_facts_read(json_object_get(answer, group->key), group, call->arena, &facts);
    if (facts.sighting.sight == SIGHT_SEEN && !facts.count)
        facts.sighting = (struct sighting){
            SIGHT_PROTOCOL_ERROR, arena_format(call->arena, "%s knows no pool %s", where, call->scope->pool)};
    fact_group_put(group, call->seen, &facts);
}

/* What the row leaves unknown, and why. */
static void add_note(const struct windows_call *call, enum host_fact_id id, const json_t *answer,
                     const char *part, const char *what)
{
    const struct fact_group *group = host_fact_group(id);
    struct fact_rows facts = fact_group_rows(group, call->seen);
    struct sighting error;

    if (facts.sighting.sight != SIGHT_SEEN || facts.sighting.detail ||
        !read_error(call, answer, part, &error))
        return;
    facts.sighting.detail = arena_format(call->arena, "%s not known: %s", what, error.detail);
    fact_group_put(group, call->seen, &facts);
}

void windows_read_replica(const struct windows_call *call, const char *json)
{
    CLEANUP(json_auto) json_t *answer = parse(call, json);

    if (!answer)
        return;
    put_pool(call, HOST_FACT_replica, answer, "the local replica");
    add_note(call, HOST_FACT_replica, answer, "active_servers", "active servers");
}

static void put_replication(const struct windows_call *call, const json_t *answer)
{
    const struct fact_group *group = host_fact_group(HOST_FACT_replication);
    struct fact_rows facts = {{SIGHT_PROTOCOL_ERROR, NULL}, NULL, 0};

    if (!read_error(call, answer, "replication", &facts.sighting))
        json_facts_read(json_object_get(answer, group->key), group, call->arena, &facts);
    fact_group_put(group, call->seen, &facts);
}

/* Where the property that is configured is not there, its likely names are worth knowing. */
static void note_properties(const struct windows_call *call, const json_t *answer)
{
    const json_t *properties = json_object_get(answer, "properties");
    struct store_facts *store = &call->seen->store;
    AUTO(strbuf) struct strbuf names = STRBUF_INIT;

    if (store->sighting.sight != SIGHT_SEEN || store->sighting.detail || store->rows[0].active_servers ||
        !json_array_size(properties))
        return;
    for (size_t i = 0; i < json_array_size(properties); i++) {
        const char *name = json_string_value(json_array_get(properties, i));

        if (name)
            strbuf_format(&names, "%s%s", names.length ? ", " : "", name);
    }
    store->sighting.detail = arena_format(
        call->arena,
        "active servers not known: Get-CsService shows no %s -> active_list_property may be one of: %s",
        call->scope->settings->active_list_property, one_line(call->arena, strbuf_text(&names)));
}

void windows_read_store(const struct windows_call *call, const char *json)
{
    CLEANUP(json_auto) json_t *answer = parse(call, json);

    if (!answer)
        return;
    put_pool(call, HOST_FACT_store, answer, "the management store");
    add_note(call, HOST_FACT_store, answer, "active_servers", "active servers");
    add_note(call, HOST_FACT_store, answer, "masters", "the active master");
    note_properties(call, answer);
    put_replication(call, answer);
}

/* ---- questions ---- */

static void fail(const struct windows_call *call, struct winrm_failure *failure)
{
    const struct error_meaning *meaning =
        failure->serves ? meaning_of(failure->text ? failure->text : "") : NULL;

    if (failure->sight == SIGHT_TIMED_OUT && !failure->hint)
        failure->hint = HINT_SLOW;
    else if (meaning && failure->sight == SIGHT_PROTOCOL_ERROR) {
        failure->sight = meaning->sight;
        failure->hint = meaning->hint;
    }
    windows_fail(call, failure);
}

static json_t *pool_parameters(const struct windows_call *call)
{
    return json_pack("{s:s, s:s, s:s}", "pool", call->scope->pool, "active_list_property",
                     call->scope->settings->active_list_property, "master_property",
                     call->scope->settings->master_property);
}

/* The script must have ended, and its answer have arrived, when the time for the work is over. */
static json_t *task_parameters(const struct windows_call *call)
{
    enum { START_AND_END_MS = 2500, LEAST_MS = 1000 };
    int64_t wait_ms = deadline_left_ms(call->deadline) * 3 / 4 - START_AND_END_MS;

    return json_pack("{s:s, s:s, s:I}", "task", call->scope->settings->store_task, "file",
                     call->scope->settings->store_task_file, "wait_ms",
                     (json_int_t)(wait_ms > LEAST_MS ? wait_ms : LEAST_MS));
}

/* What is run: the parts one behind the other, and with which parameters. */
static const struct script {
    const char *parts[2];
    json_t *(*parameters)(const struct windows_call *call);
} replica_script = {{embedded_product_ps1, embedded_replica_ps1}, pool_parameters},
  store_script = {{embedded_product_ps1, embedded_store_ps1}, pool_parameters},
  task_script = {{embedded_task_ps1, ""}, task_parameters};

/* NULL when there is no answer: the question is settled. */
static const char *run(const struct windows_call *call, const struct script *script)
{
    struct winrm_failure failure = {
        .sight = SIGHT_PROTOCOL_ERROR, .text = "a setting cannot be written as JSON", .serves = true};
    CLEANUP(json_auto) json_t *parameters = script->parameters(call);
    AUTO_FREE char *parameters_json = json_dumps(parameters, JSON_COMPACT | JSON_ENSURE_ASCII);
    const char *text = arena_format(call->arena, "%s%s", script->parts[0], script->parts[1]);
    struct winrm_output output;

    if (!parameters_json || call->port->ops->run_ps(call->port, text, parameters_json, call->deadline,
                                                    call->arena, &output, &failure) != 0) {
        fail(call, &failure);
        return NULL;
    }
    windows_answered(call);
    return output.json;
}

void windows_ask_replica(struct winrm_port *port, const struct windows_scope *scope, struct deadline deadline,
                         struct arena *arena, struct host_snapshot *seen)
{
    const struct windows_call call = {port, scope, deadline, arena, seen, 1U << HOST_FACT_replica};
    const char *json = windows_is_open(&call) ? run(&call, &replica_script) : NULL;

    if (json)
        windows_read_replica(&call, json);
}

static bool has_task(const struct settings *settings)
{
    return settings->store_task && *settings->store_task && strcasecmp(settings->store_task, "none") != 0;
}

void windows_ask_store(struct winrm_port *port, const struct windows_scope *scope, struct deadline deadline,
                       struct arena *arena, struct host_snapshot *seen)
{
    const unsigned groups = 1U << HOST_FACT_store | 1U << HOST_FACT_replication;
    const struct windows_call call = {port, scope, deadline, arena, seen, groups};
    const struct script *script = has_task(scope->settings) ? &task_script : &store_script;
    const char *json = windows_is_open(&call) ? run(&call, script) : NULL;

    if (json)
        windows_read_store(&call, json);
}
