/*
 * Programs that a script may start, as a table: each is its command line, what it prints, and an exit code in
 * $LASTEXITCODE ("about_Automatic_Variables").
 */
#include "lab/powershell/programs.h"

#include "base/cleanup.h"
#include "lab/powershell/powershell.h"
#include "lab/world/world.h"

#include <string.h>
#include <strings.h>

struct program_call {
    struct ps *ps;
    const struct ps_bounds *arguments;
    struct ps_list *output, *errors; /* lines */
};

static const char *argument(const struct program_call *call, size_t index)
{
    return index < call->arguments->count ? ps_show(call->ps, &call->arguments->items[index].value) : "";
}

static int32_t complain(struct program_call *call, const char *line)
{
    ps_list_add(call->ps, call->errors, ps_text(line));
    return 1;
}

void ps_run_task(struct ps *ps, const struct windows_task *task)
{
    const struct ps_run run = {.host = ps->host->name,
                               .user = task->run_as,
                               .script = task->script,
                               .may_hop = true,
                               .starts_ms = ps->takes_ms};
    AUTO(ps_result) struct ps_result result = {.output = NULL};

    if (task->manner == TASK_RUNS)
        powershell_run(ps->world, &run, &result);
}

/* schtasks /run /tn NAME: starts the task and does not wait for it. */
static int32_t schtasks(struct program_call *call)
{
    struct windows_task *task;

    if (strcasecmp(argument(call, 0), "/run") != 0 || strcasecmp(argument(call, 1), "/tn") != 0 ||
        call->arguments->count != 3)
        return complain(call, "ERROR: Invalid syntax.");
    task = windows_task(world_host(call->ps->world, call->ps->host->name), argument(call, 2));
    if (!task || task->manner == TASK_MISSING)
        return complain(call, "ERROR: The system cannot find the file specified.");
    if (task->manner == TASK_DENIED)
        return complain(call, "ERROR: Access is denied.");
    ps_run_task(call->ps, task);
    ps_list_add(
        call->ps, call->output,
        ps_format(call->ps, "SUCCESS: Attempted to run the scheduled task \"%s\".", argument(call, 2)));
    return 0;
}

static const struct ps_program {
    const char *name;
    int32_t (*run)(struct program_call *call);
} programs[] = {{"schtasks", schtasks}};

const struct ps_program *ps_program_find(const char *name)
{
    size_t length = strlen(name);

    if (length > 4 && strcasecmp(name + length - 4, ".exe") == 0)
        length -= 4;
    for (size_t i = 0; i < COUNT(programs); i++)
        if (strlen(programs[i].name) == length && strncasecmp(programs[i].name, name, length) == 0)
            return &programs[i];
    return NULL;
}

/* With 2>&1 each line of stderr is an ErrorRecord in the output; else it passes the script by. */
static void put_errors(struct ps *ps, const struct ps_stage *stage, const struct ps_list *errors,
                       struct ps_list *output)
{
    for (size_t i = 0; i < errors->count; i++)
        if (stage->merges_errors)
            ps_list_add(ps, output, errors->items[i]);
        else if (!stage->silences_errors)
            strbuf_format(&ps->error_text, "%s\r\n", ps_show(ps, &errors->items[i]));
}

/* A merged line ends the script where errors stop it. */
static int stop_at_errors(struct ps *ps, const struct ps_stage *stage, const struct ps_list *errors)
{
    struct ps_value preference = ps_variable(ps, "ErrorActionPreference");
    struct ps_error error = {.exception = "System.Management.Automation.RemoteException",
                             .id = "NativeCommandError",
                             .category = "NotSpecified",
                             .activity = "",
                             .extent = stage->extent,
                             .stops_script = true};

    if (!errors->count || !stage->merges_errors || strcasecmp(ps_show(ps, &preference), "Stop") != 0)
        return 0;
    return ps_throw(ps, &error, "%s", ps_show(ps, &errors->items[0]));
}

int ps_run_program(struct ps *ps, const struct ps_program *program, const struct ps_stage *stage,
                   struct ps_list *output)
{
    struct ps_bounds arguments = {NULL, 0};
    struct program_call call = {ps, &arguments, output, ps_list_new(ps)};
    int32_t exit_code;

    if (ps_bind_evaluate(ps, stage, &arguments) != 0)
        return -1;
    exit_code = program->run(&call);
    ps_assign(ps, "global:LASTEXITCODE", ps_int(exit_code));
    ps->succeeded = exit_code == 0;
    if (stop_at_errors(ps, stage, call.errors) != 0)
        return -1;
    put_errors(ps, stage, call.errors, output);
    return 0;
}
