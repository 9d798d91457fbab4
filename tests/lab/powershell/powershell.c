#include "lab/powershell/powershell.h"

#include "base/mem.h"
#include "lab/powershell/clixml.h"
#include "lab/powershell/reader.h"
#include "lab/powershell/run.h"

#include <string.h>
#include <strings.h>

int ps_overrun(struct ps *ps, const char *what)
{
    if (ps->unwind != UNWIND_OVERRUN)
        ps_clixml_text(&ps->error_stream, "Error",
                       arena_format(ps->arena, "The lab's bound for one run is reached: %s.\r\n", what));
    ps->unwind = UNWIND_OVERRUN;
    ps->thrown = NULL;
    ps->succeeded = false;
    return -1;
}

int ps_step(struct ps *ps)
{
    if (ps->unwind == UNWIND_OVERRUN)
        return -1;
    if (++ps->steps > PS_STEPS_MAX)
        return ps_overrun(ps, "steps");
    return ps->bytes > PS_BYTES_MAX ? ps_overrun(ps, "memory") : 0;
}

void *ps_alloc(struct ps *ps, size_t bytes)
{
    ps->bytes += bytes + 16;
    return arena_alloc(ps->arena, bytes);
}

const char *ps_keep(struct ps *ps, const char *text, size_t length)
{
    ps->bytes += length + 16;
    return arena_text_n(ps->arena, text, length);
}

int64_t ps_utc_ms(const struct ps *ps)
{
    return host_utc_ms(ps->host, ps->world->now_utc_ms) + ps->takes_ms;
}

static struct ps_value environment(struct ps *ps, const char *name)
{
    if (strcasecmp(name, "COMPUTERNAME") == 0) {
        char *upper = arena_text(ps->arena, ps->host->name);

        for (char *at = upper; *at; at++)
            *at = (char)(*at >= 'a' && *at <= 'z' ? *at - 32 : *at);
        return ps_text(upper);
    }
    if (strcasecmp(name, "USERNAME") == 0)
        return ps_text(strrchr(ps->user, '\\') ? strrchr(ps->user, '\\') + 1 : ps->user);
    return ps_null();
}

static struct ps_value *find_variable(struct ps_scope *scope, const char *name)
{
    for (size_t i = 0; i < scope->count; i++)
        if (strcasecmp(scope->variables[i].name, name) == 0)
            return &scope->variables[i].value;
    return NULL;
}

/* The name behind its scope's name; *ret_scope where it is looked for first. */
static const char *strip_scope(struct ps *ps, const char *name, struct ps_scope **ret_scope)
{
    static const char *const globals[] = {"script:", "global:"};

    *ret_scope = ps->scope;
    for (size_t i = 0; i < COUNT(globals); i++)
        if (strncasecmp(name, globals[i], strlen(globals[i])) == 0) {
            *ret_scope = ps->global;
            return name + strlen(globals[i]);
        }
    return strncasecmp(name, "local:", 6) == 0 ? name + 6 : name;
}

/* $Error, newest first. */
static struct ps_value errors_seen(struct ps *ps)
{
    struct ps_list *newest = ps_list_new(ps);

    for (size_t i = ps->errors->count; i-- > 0;)
        ps_list_add(ps, newest, ps->errors->items[i]);
    return ps_array(newest);
}

struct ps_value ps_variable(struct ps *ps, const char *name)
{
    struct ps_scope *scope;

    if (strncasecmp(name, "env:", 4) == 0)
        return environment(ps, name + 4);
    name = strip_scope(ps, name, &scope);
    if (strcmp(name, "?") == 0)
        return ps_bool(ps->succeeded);
    if (strcasecmp(name, "true") == 0 || strcasecmp(name, "false") == 0)
        return ps_bool(strcasecmp(name, "true") == 0);
    if (strcasecmp(name, "Error") == 0)
        return errors_seen(ps);
    for (; scope; scope = scope->parent) {
        struct ps_value *found = find_variable(scope, name);

        if (found)
            return *found;
    }
    return ps_null();
}

void ps_assign(struct ps *ps, const char *name, struct ps_value value)
{
    struct ps_scope *scope;
    struct ps_value *found;

    name = strip_scope(ps, name, &scope);
    found = find_variable(scope, name);
    if (found) {
        *found = value;
        return;
    }
    if (strcasecmp(name, "null") == 0)
        return;
    ps->bytes += sizeof(struct ps_property);
    *(struct ps_property *)arena_push(ps->arena, &scope->variables, &scope->count,
                                      sizeof(struct ps_property)) = (struct ps_property){name, value};
}

static void refuse_script(struct ps *ps, const struct ps_reader *reader)
{
    struct ps_error error = {.message = reader->problem.text,
                             .exception = "System.Management.Automation.ParentContainsErrorRecordException",
                             .id = reader->problem.id,
                             .category = "ParserError",
                             .activity = "",
                             .extent = reader->problem.extent};

    ps_error_write(ps, &error);
    ps->exit_code = 1;
}

/* "exit code is 0 when $? is $true or 1 when $? is $false", about_PowerShell_exe, -Command */
static void finish(struct ps *ps, int rc)
{
    if (rc != 0 && ps->unwind == UNWIND_EXIT)
        return;
    if (rc != 0 && ps->unwind == UNWIND_THROW)
        ps_error_write(ps, ps->thrown);
    ps->exit_code =
        (rc != 0 && (ps->unwind == UNWIND_THROW || ps->unwind == UNWIND_OVERRUN)) || !ps->succeeded;
}

static void run_script(struct ps *ps)
{
    static const struct {
        const char *name, *value;
    } preferences[] = {
        {"ErrorActionPreference", "Continue"}, {"ProgressPreference", "Continue"},
        {"WarningPreference", "Continue"},     {"VerbosePreference", "SilentlyContinue"},
        {"ConfirmPreference", "High"},
    };
    struct ps_reader reader;
    const struct ps_block *block = ps_parse(ps, ps->script, &reader);
    struct ps_value versions = ps_table(ps), version = ps_object(ps, "System.Version");

    if (!block) {
        refuse_script(ps, &reader);
        return;
    }
    for (size_t i = 0; i < COUNT(preferences); i++)
        ps_assign(ps, preferences[i].name, ps_text(preferences[i].value));
    version.object->shown = "5.1.14393.0";
    ps_set(ps, versions, "PSVersion", version);
    ps_assign(ps, "PSVersionTable", versions);
    finish(ps, ps_execute(ps, &block->body, ps->output.objects));
    ps_host_flush(ps);
}

/* Plain text first, CLIXML behind it; NULL when there is neither. */
static char *error_output(struct ps *ps)
{
    AUTO_FREE char *clixml = ps_clixml_document(&ps->error_stream);

    if (clixml)
        strbuf_add(&ps->error_text, clixml);
    return ps->error_text.length > 0 ? strbuf_take(&ps->error_text) : NULL;
}

void powershell_run(struct world *world, const struct ps_run *run, struct ps_result *ret_result)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct ps_scope global = {.parent = NULL};
    struct ps ps = {.world = world,
                    .host = world_host(world, run->host),
                    .user = run->user ? run->user : "",
                    .script = run->script,
                    .arena = arena,
                    .succeeded = true,
                    .may_hop = run->may_hop,
                    .tag = run->tag,
                    .at_once = run->at_once,
                    .takes_ms = run->starts_ms,
                    .scope = &global,
                    .global = &global};

    /* A cmdlet that was slow came in with its script. */
    if (!run->at_once)
        world_receive(world, &(struct received){.way = "powershell",
                                                .where = run->host,
                                                .who = ps.user,
                                                .program = "",
                                                .text = run->script,
                                                .at_utc_ms = world->now_utc_ms});
    ps.errors = ps_list_new(&ps);
    ps.output.objects = ps_list_new(&ps);
    run_script(&ps);
    *ret_result = (struct ps_result){.output = strbuf_take(&ps.output.text),
                                     .error_clixml = error_output(&ps),
                                     .exit_code = ps.exit_code,
                                     .takes_ms = ps.takes_ms};
    if (!ret_result->output)
        ret_result->output = mem_copy_text("");
    strbuf_done(&ps.output.text);
    strbuf_done(&ps.error_stream);
    strbuf_done(&ps.error_text);
}

void ps_result_done(struct ps_result *result)
{
    free(result->output);
    free(result->error_clixml);
    *result = (struct ps_result){.output = NULL};
}
