#include "lab/powershell/cmdlet.h"

#include "lab/powershell/clixml.h"
#include "lab/powershell/late.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>

static const struct ps_cmdlet_family *const families[] = {
    &ps_cmdlets_objects, &ps_cmdlets_output,       &ps_cmdlets_system, &ps_cmdlets_windows,
    &ps_cmdlets_chat,    &ps_cmdlets_services,     &ps_cmdlets_store,  &ps_cmdlets_store_move,
    &ps_cmdlets_mirror,  &ps_cmdlets_mirror_setup, &ps_cmdlets_setup,  &ps_cmdlets_files,
    &ps_cmdlets_control, &ps_cmdlets_pool};

static const char *const aliases[][2] = {
    {"?", "Where-Object"},         {"where", "Where-Object"},   {"%", "ForEach-Object"},
    {"foreach", "ForEach-Object"}, {"select", "Select-Object"}, {"sort", "Sort-Object"},
    {"measure", "Measure-Object"}, {"echo", "Write-Output"},    {"write", "Write-Output"},
    {"ft", "Format-Table"},        {"fl", "Format-List"},       {"sleep", "Start-Sleep"},
    {"ipmo", "Import-Module"},     {"gcm", "Get-Command"},      {"gsv", "Get-Service"},
    {"gwmi", "Get-WmiObject"},     {"gcim", "Get-CimInstance"}, {"gm", "Get-Member"},
};

bool ps_has_product(const struct ps *ps)
{
    return ps->host->replica.exists;
}

bool ps_cmdlet_is_of_product(const struct ps_cmdlet *cmdlet)
{
    for (size_t i = 0; i < COUNT(families); i++)
        if (cmdlet >= families[i]->cmdlets && cmdlet < families[i]->cmdlets + families[i]->count)
            return families[i]->of_product;
    return false;
}

void ps_cmdlet_each(struct ps *ps, void (*visit)(void *user, const struct ps_cmdlet *cmdlet), void *user)
{
    for (size_t i = 0; i < COUNT(families); i++)
        for (size_t j = 0; j < families[i]->count; j++)
            if (!families[i]->of_product || ps_has_product(ps))
                visit(user, &families[i]->cmdlets[j]);
}

struct search {
    const char *name;
    const struct ps_cmdlet *found;
};

static void compare_name(void *user, const struct ps_cmdlet *cmdlet)
{
    struct search *search = user;

    if (strcasecmp(cmdlet->name, search->name) == 0)
        search->found = cmdlet;
}

const struct ps_cmdlet *ps_cmdlet_find(struct ps *ps, const char *name)
{
    struct search search = {name, NULL};

    for (size_t i = 0; i < COUNT(aliases); i++)
        if (strcasecmp(aliases[i][0], name) == 0)
            search.name = aliases[i][1];
    ps_cmdlet_each(ps, compare_name, &search);
    return search.found;
}

static int parameter_index(const struct ps_call *call, const char *name)
{
    for (size_t i = 0; i < call->cmdlet->parameter_count; i++)
        if (strcmp(call->cmdlet->parameters[i].name, name) == 0)
            return (int)i;
    return -1;
}

const struct ps_value *ps_argument(const struct ps_call *call, const char *name)
{
    int index = parameter_index(call, name);

    return index >= 0 && call->given[index] ? &call->arguments[index] : NULL;
}

bool ps_switch(const struct ps_call *call, const char *name)
{
    const struct ps_value *value = ps_argument(call, name);

    return value && ps_truth(value);
}

const char *ps_argument_text(const struct ps_call *call, const char *name)
{
    const struct ps_value *value = ps_argument(call, name);

    return value ? ps_show(call->ps, value) : NULL;
}

int64_t ps_argument_number(const struct ps_call *call, const char *name, int64_t otherwise)
{
    const struct ps_value *value = ps_argument(call, name);

    return value ? ps_as_integer(value) : otherwise;
}

void ps_emit(struct ps_call *call, struct ps_value value)
{
    ps_list_add(call->ps, call->output, value);
}

struct ps_list ps_call_input(const struct ps_call *call, const char *name)
{
    const struct ps_value *value = ps_argument(call, name);

    return call->has_input ? *call->input : value ? ps_elements(value) : (struct ps_list){NULL, 0};
}

__attribute__((format(printf, 6, 0))) static struct ps_error *
error_of(struct ps_call *call, const char *exception, const char *id, const char *category,
         struct ps_value target, const char *format, va_list args)
{
    struct ps_error *error = ps_alloc(call->ps, sizeof(*error));

    *error = (struct ps_error){.message = arena_vformat(call->ps->arena, format, args),
                               .exception = exception,
                               .id = ps_format(call->ps, "%s,%s", id, call->cmdlet->class_name).text,
                               .category = category,
                               .activity = call->cmdlet->name,
                               .target = target,
                               .extent = call->extent};
    return error;
}

int ps_call_fail(struct ps_call *call, const char *exception, const char *id, const char *category,
                 struct ps_value target, const char *format, ...)
{
    va_list args;
    struct ps_error *error;

    va_start(args, format);
    error = error_of(call, exception, id, category, target, format, args);
    va_end(args);
    return ps_throw_again(call->ps, error);
}

static const char *error_action(const struct ps_call *call)
{
    struct ps_value preference = ps_variable(call->ps, "ErrorActionPreference");

    return call->error_action ? call->error_action : ps_show(call->ps, &preference);
}

int ps_call_error(struct ps_call *call, const char *exception, const char *id, const char *category,
                  struct ps_value target, const char *format, ...)
{
    const char *action = error_action(call);
    va_list args;
    struct ps_error *error;

    va_start(args, format);
    error = error_of(call, exception, id, category, target, format, args);
    va_end(args);
    call->ps->succeeded = false;
    if (call->error_variable) {
        struct ps_value seen = ps_variable(call->ps, call->error_variable);

        ps_apply(call->ps, ps_operator_named("+"), &(struct ps_expr){.extent = call->extent},
                 seen.kind == PS_ARRAY ? seen : ps_array(ps_list_new(call->ps)),
                 ps_error_record(call->ps, error), &seen);
        ps_assign(call->ps, call->error_variable, seen);
    }
    if (strcasecmp(action, "Stop") == 0) {
        error->stops_script = true;
        return ps_throw_again(call->ps, error);
    }
    if (strcasecmp(action, "Ignore") == 0)
        return 0;
    ps_error_remember(call->ps, error);
    if (strcasecmp(action, "SilentlyContinue") != 0)
        ps_error_write(call->ps, error);
    return 0;
}

static void say_what_if(struct ps_call *call, const char *operation, const char *target)
{
    ps_host_print(call->ps,
                  ps_format(call->ps, "What if: Performing the operation \"%s\" on target \"%s\".\r\n",
                            operation, target)
                      .text);
}

/* A prompt where nobody can answer ends the command ("about_Preference_Variables", $ConfirmPreference). */
static int refuse_prompt(struct ps_call *call)
{
    return ps_call_fail(
        call, "System.Management.Automation.PSInvalidOperationException", "InvalidOperation",
        "InvalidOperation", ps_null(),
        "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.");
}

static int ask(struct ps_call *call, const char *operation, const char *target, bool prompts,
               bool *ret_proceed)
{
    *ret_proceed = !call->what_if && !prompts;
    if (call->what_if)
        say_what_if(call, operation, target);
    return call->what_if || !prompts ? 0 : refuse_prompt(call);
}

int ps_should_process(struct ps_call *call, const char *target, bool *ret_proceed)
{
    return ask(call, call->cmdlet->name, target, !call->confirm_given || call->confirm, ret_proceed);
}

int ps_may_change(struct ps_call *call, const char *operation, const char *target, bool *ret_proceed)
{
    return ask(call, operation, target, call->confirm_given && call->confirm, ret_proceed);
}

/* The first use of a module's cmdlet loads it: "Preparing modules for first use." */
static void load_module(struct ps *ps, const struct ps_cmdlet *cmdlet)
{
    struct ps_value progress = ps_variable(ps, "ProgressPreference");

    if (!ps->progress_shown && strcasecmp(ps_show(ps, &progress), "SilentlyContinue") != 0)
        ps_clixml_progress(&ps->error_stream);
    ps->progress_shown = true;
    if (!ps_cmdlet_is_of_product(cmdlet) || ps->module_loaded)
        return;
    ps->module_loaded = true;
    ps->takes_ms += ps->host->windows.winrm.module_import_ms;
}

int ps_log_on_to_store(struct ps_call *call, const struct host *host)
{
    if (call->ps->may_hop || host == call->ps->host)
        return 0;
    return ps_call_fail(
        call, "System.Data.SqlClient.SqlException", "SqlFailure", "AuthenticationError", ps_null(),
        "Cannot open database \"xds\" requested by the login. The login failed. Login failed for user "
        "'NT AUTHORITY\\ANONYMOUS LOGON'.");
}

int ps_open_store(struct ps_call *call)
{
    struct err err = ERR_INIT;

    if (store_open(call->ps->world, call->ps->host, &err) != 0)
        return ps_call_fail(call, "Microsoft.Rtc.Management.Xds.XdsException", "XdsFailure",
                            "ResourceUnavailable", ps_null(), "%s", err.text);
    return ps_log_on_to_store(call, store_master(call->ps->world));
}

static int check_store(struct ps_call *call)
{
    bool needed = call->cmdlet->needs & PS_NEEDS_STORE;

    return needed && !ps_switch(call, "LocalStore") ? ps_open_store(call) : 0;
}

static const char *class_of(struct ps *ps, const struct ps_cmdlet *cmdlet)
{
    AUTO(strbuf) struct strbuf name = STRBUF_INIT;

    if (cmdlet->class_name)
        return cmdlet->class_name;
    strbuf_add(&name, ps_cmdlet_is_of_product(cmdlet) ? "Microsoft.Rtc.Management."
                                                      : "Microsoft.PowerShell.Commands.");
    for (const char *at = cmdlet->name; *at; at++)
        if (*at != '-')
            strbuf_add_char(&name, *at);
    strbuf_add(&name, ps_cmdlet_is_of_product(cmdlet) ? "Cmdlet" : "Command");
    return ps_keep(ps, strbuf_text(&name), name.length);
}

/* What changes something is counted by its host. */
static int run_call(struct ps_call *call, const struct ps_bounds *bounds)
{
    bool changes = ps_call_changes(call);

    if (changes && !call->ps->at_once)
        windows_count_change(world_host(call->ps->world, call->ps->host->name), call->cmdlet->name);
    return changes && ps_postpone(call, bounds) ? 0 : call->cmdlet->run(call);
}

int ps_run_cmdlet(struct ps *ps, const struct ps_cmdlet *cmdlet, const struct ps_stage *stage,
                  const struct ps_list *input, bool has_input, struct ps_list *output)
{
    struct ps_cmdlet named = *cmdlet;
    struct ps_call call = {.ps = ps,
                           .cmdlet = &named,
                           .extent = stage->extent,
                           .input = input,
                           .has_input = has_input,
                           .output = output};
    struct ps_bounds bounds = {NULL, 0};

    named.class_name = class_of(ps, cmdlet);
    load_module(ps, cmdlet);
    if (ps_bind_evaluate(ps, stage, &bounds) != 0 || ps_bind(&call, &bounds) != 0)
        return -1;
    if (check_store(&call) == 0 && run_call(&call, &bounds) == 0)
        return 0;
    if (ps->unwind == UNWIND_THROW && ps->thrown->activity == named.name &&
        strcasecmp(error_action(&call), "Stop") == 0)
        ps->thrown->stops_script = true;
    return -1;
}
