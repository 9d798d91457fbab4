#include "lab/powershell/late.h"

#include "base/mem.h"
#include "base/strbuf.h"
#include "lab/powershell/powershell.h"
#include "lab/world/later.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

bool ps_call_changes(const struct ps_call *call)
{
    if (call->what_if || !(call->cmdlet->needs & (PS_NEEDS_CONFIRM | PS_CHANGES)))
        return false;
    return !(call->cmdlet->needs & PS_NEEDS_CONFIRM) || (call->confirm_given && !call->confirm);
}

/* --- the call as a script of its own --- */

static void add_quoted(struct strbuf *script, const char *text)
{
    strbuf_add_char(script, '\'');
    for (; *text; text++) {
        strbuf_add_char(script, *text);
        if (*text == '\'')
            strbuf_add_char(script, '\'');
    }
    strbuf_add_char(script, '\'');
}

static void add_value(struct ps *ps, struct strbuf *script, const struct ps_value *value);

static void add_array(struct ps *ps, struct strbuf *script, const struct ps_list *list)
{
    strbuf_add(script, "@(");
    for (size_t i = 0; i < list->count; i++) {
        strbuf_add(script, i > 0 ? ", " : "");
        add_value(ps, script, &list->items[i]);
    }
    strbuf_add_char(script, ')');
}

static void add_table(struct ps *ps, struct strbuf *script, const struct ps_object *table)
{
    strbuf_add(script, "@{");
    for (size_t i = 0; i < table->count; i++) {
        add_quoted(script, table->properties[i].name);
        strbuf_add(script, " = ");
        add_value(ps, script, &table->properties[i].value);
        strbuf_add(script, "; ");
    }
    strbuf_add_char(script, '}');
}

/* What no cmdlet that changes something is given becomes its text. */
static void add_value(struct ps *ps, struct strbuf *script, const struct ps_value *value)
{
    if (value->kind == PS_NULL)
        strbuf_add(script, "$null");
    else if (value->kind == PS_BOOL)
        strbuf_add(script, value->boolean ? "$true" : "$false");
    else if (value->kind == PS_INT)
        strbuf_format(script, "%lld", (long long)value->integer);
    else if (value->kind == PS_ARRAY)
        add_array(ps, script, value->array);
    else if (value->kind == PS_TABLE)
        add_table(ps, script, value->object);
    else
        add_quoted(script, ps_show(ps, value));
}

static void add_call(const struct ps_call *call, const struct ps_bounds *bounds, struct strbuf *script)
{
    strbuf_add(script, call->cmdlet->name);
    for (size_t i = 0; i < bounds->count; i++) {
        const struct ps_bound *bound = &bounds->items[i];

        if (bound->name)
            strbuf_format(script, " -%s%s", bound->name, bound->has_value ? ":" : "");
        else
            strbuf_add_char(script, ' ');
        if (bound->has_value)
            add_value(call->ps, script, &bound->value);
    }
}

/* --- later --- */

struct late_call {
    char host[WORLD_NAME_BYTES], user[WORLD_NAME_BYTES];
    bool may_hop;
    char script[]; /* NUL-terminated */
};

/* A machine without power does nothing. */
static void run_late(struct world *world, void *owner)
{
    const struct late_call *late = owner;
    const struct ps_run run = {.host = late->host,
                               .user = late->user,
                               .script = late->script,
                               .may_hop = late->may_hop,
                               .at_once = true};
    AUTO(ps_result) struct ps_result result = {.output = NULL};

    if (!world_host(world, late->host)->down)
        powershell_run(world, &run, &result);
}

static bool is_slow(const struct ps_call *call)
{
    const struct winrm_policy *policy = &call->ps->host->windows.winrm;

    return policy->cmdlet_slow_ms > 0 && !call->ps->at_once && !call->has_input &&
           (!*policy->cmdlet_slow || strcasecmp(policy->cmdlet_slow, call->cmdlet->name) == 0);
}

bool ps_postpone(struct ps_call *call, const struct ps_bounds *bounds)
{
    AUTO(strbuf) struct strbuf script = STRBUF_INIT;
    struct ps *ps = call->ps;
    const struct winrm_policy *policy = &ps->host->windows.winrm;
    struct late_call *late;

    if (!is_slow(call))
        return false;
    add_call(call, bounds, &script);
    late = mem_alloc(sizeof(*late) + script.length + 1);
    snprintf(late->host, sizeof(late->host), "%s", ps->host->name);
    snprintf(late->user, sizeof(late->user), "%s", ps->user);
    late->may_hop = ps->may_hop;
    memcpy(late->script, strbuf_text(&script), script.length + 1);
    ps->takes_ms += policy->cmdlet_slow_ms;
    later_add(ps->world, &(struct later){ps->world->now_utc_ms + ps->takes_ms,
                                         policy->cmdlet_outlives_shell ? 0 : ps->tag, run_late, late});
    return true;
}
