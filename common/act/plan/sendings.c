#include "act/plan/sendings.h"

#include "act/judge/lock_name.h"
#include "act/plan/seen.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "observe/winrm/scripts.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

/* Files on the management host through which the registered task is asked and answers (pchat-act.ps1). */
#define TASK_REQUEST "C:\\ProgramData\\pchat-plugins\\act-request.json"
#define TASK_ANSWER  "C:\\ProgramData\\pchat-plugins\\act-answer.json"

static struct sending *add(const struct making *making)
{
    struct sending *sending =
        arena_push(making->scope->arena, making->sendings, making->count, sizeof(*sending));

    *sending = (struct sending){.target = "", .script = "", .subject = ""};
    return sending;
}

/* ---- values ---- */

struct values {
    struct script_value *list;
    size_t count;
};

static void put(const struct step_scope *scope, struct values *values, const char *name, const char *value)
{
    struct script_value *added = arena_push(scope->arena, &values->list, &values->count, sizeof(*added));

    *added = (struct script_value){.name = name, .value = value};
}

static void put_json(const struct step_scope *scope, struct values *values, const char *name,
                     const char *json)
{
    put(scope, values, name, json);
    values->list[values->count - 1].is_json = true;
}

static void put_number(const struct step_scope *scope, struct values *values, const char *name,
                       int64_t number)
{
    put(scope, values, name, arena_format(scope->arena, "%" PRId64, number));
}

static void put_all(const struct step_scope *scope, struct values *values, const struct script_value *more,
                    size_t count)
{
    for (size_t i = 0; i < count; i++)
        *(struct script_value *)arena_push(scope->arena, &values->list, &values->count, sizeof(*more)) =
            more[i];
}

static void json_auto(json_t **json)
{
    json_decref(*json);
}

const char *json_list(const struct step_scope *scope, const char *const *texts, size_t count)
{
    CLEANUP(json_auto) json_t *list = json_array();
    AUTO_FREE char *text = NULL;

    for (size_t i = 0; i < count; i++) {
        AUTO(strbuf) struct strbuf clean = STRBUF_INIT;

        utf8_add_text(&clean, texts[i]);
        json_array_append_new(list, json_string(strbuf_text(&clean)));
    }
    text = json_dumps(list, JSON_COMPACT | JSON_ENSURE_ASCII);
    return arena_text(scope->arena, text);
}

static const char *expectations(const struct step_scope *scope, const struct script_value *expects,
                                size_t count)
{
    return count ? script_parameters(expects, count, scope->arena) : NULL;
}

/* ---- T-SQL ---- */

/* The name that the server itself must say before anything of the batch is done. */
static const char *server_name(const struct step_scope *scope, enum part part)
{
    const struct instance_snapshot *instance = seen_part(scope, part);

    return FACT(instance, server) ? FACT(instance, server)->server_name : NULL;
}

/* Our own scripts begin with it; what a site's script begins with nobody knows. */
static const char *proof(const struct step_scope *scope, const char *server)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    lock_prove(&text, scope->lock, server);
    return arena_text(scope->arena, strbuf_text(&text));
}

static int render(const struct step_scope *scope, const struct sql_sending *what, const char *server,
                  struct sending *sending)
{
    struct values values = {0};
    struct script script;

    put(scope, &values, "lock", scope->lock);
    put(scope, &values, "server", server);
    put(scope, &values, "database", scope->pool->database);
    put_all(scope, &values, what->values, what->value_count);
    if (script_find(what->script, scope->override_dir, scope->arena, &script, scope->err) != 0)
        return -1;
    sending->overridden = script.overridden;
    sending->text = script_render_sql(&script, values.list, values.count, scope->arena, scope->err);
    if (sending->text && script.overridden)
        sending->text = arena_format(scope->arena, "%s%s", proof(scope, server), sending->text);
    return sending->text ? 0 : -1;
}

int sending_sql(const struct making *making, const struct sql_sending *what)
{
    const struct step_scope *scope = making->scope;
    const struct topology_sql *instance = scope->cast.parts[what->part];
    const char *server = server_name(scope, what->part);
    struct sending *sending;

    if (!instance || !server)
        return err_set(
            scope->err, ERR_INPUT,
            "%s: %s does not say what it is called, so nothing can be sent -> bring it back, or ask "
            "for a verb that goes without it",
            what->script, instance ? instance->name : part_name(what->part));
    sending = add(making);
    sending->kind = what->kind;
    sending->target = instance->name;
    sending->script = what->script;
    sending->subject = what->subject ? what->subject : "";
    sending->parameters = expectations(scope, what->expects, what->expect_count);
    sending->makes_writable = what->makes_writable;
    return render(scope, what, server, sending);
}

/* ---- PowerShell ---- */

static int find_text(const struct step_scope *scope, const char *name, struct sending *sending,
                     const char **ret_text)
{
    struct script script;

    if (script_find(name, scope->override_dir, scope->arena, &script, scope->err) != 0)
        return -1;
    sending->overridden |= script.overridden;
    *ret_text = script.text;
    return 0;
}

static void put_own(const struct step_scope *scope, const struct ps_sending *what, struct values *values)
{
    put(scope, values, "pool", scope->pool->fqdn);
    put_number(scope, values, "run", scope->run);
    put_number(scope, values, "epoch", scope->epoch);
    /* The other side gives up before this one does: what is late is not done at all. */
    put_number(scope, values, "limit_ms", what->limit_s * 1000 * 3 / 4);
    if (scope->what_if)
        put(scope, values, "what_if", "true");
    put_all(scope, values, what->values, what->value_count);
}

/* The task is asked in a file; what it may do stands in its own script. */
static int write_for_task(const struct step_scope *scope, const struct ps_sending *what, const char *task,
                          const struct values *own, struct sending *sending)
{
    struct values values = {0};

    put(scope, &values, "task", task);
    put(scope, &values, "request", TASK_REQUEST);
    put(scope, &values, "answer", TASK_ANSWER);
    put(scope, &values, "action", what->action);
    put_number(scope, &values, "wait_ms", what->limit_s * 1000 * 9 / 10);
    put_json(scope, &values, "arguments", script_parameters(own->list, own->count, scope->arena));
    sending->parameters = script_parameters(values.list, values.count, scope->arena);
    return find_text(scope, "through-task.ps1", sending, &sending->text);
}

static int write_for_shell(const struct step_scope *scope, const struct ps_sending *what,
                           const struct values *own, struct sending *sending)
{
    const char *guarded, *text;

    if (find_text(scope, "acting.ps1", sending, &guarded) != 0 ||
        find_text(scope, what->script, sending, &text) != 0)
        return -1;
    sending->parameters = script_parameters(own->list, own->count, scope->arena);
    sending->text = arena_format(scope->arena, "%s%s%s", guarded, embedded_product_ps1, text);
    return 0;
}

int sending_ps(const struct making *making, const struct ps_sending *what)
{
    const struct step_scope *scope = making->scope;
    const char *task = what->action && scope->pool->acting ? scope->pool->acting->store_task : NULL;
    struct sending *sending;
    struct values own = {0};

    if (!what->host)
        return err_set(scope->err, ERR_CONFIG, "%s: the topology names no management host", what->script);
    sending = add(making);
    sending->kind = SENDING_PS;
    sending->target = what->host->name;
    sending->script = what->script;
    sending->subject = what->subject ? what->subject : "";
    put_own(scope, what, &own);
    return task ? write_for_task(scope, what, task, &own, sending)
                : write_for_shell(scope, what, &own, sending);
}

void sending_program(const struct making *making, const char *path, const char *target,
                     const char *const *args, size_t arg_count)
{
    struct sending *sending = add(making);

    sending->kind = SENDING_PROGRAM;
    sending->target = target;
    sending->text = path;
    sending->parameters = json_list(making->scope, args, arg_count);
}

int sending_wait(const struct making *making, const char *target, const char *subject,
                 const struct script_value *expects, size_t expect_count)
{
    struct sending *sending = add(making);

    sending->target = target;
    sending->subject = subject;
    sending->parameters = expectations(making->scope, expects, expect_count);
    return 0;
}
