/* Create, Delete, Command and Signal.  Sources: MS-WSMV 3.1.4.5 to 3.1.4.13; "WinRM remote shell". */
#include "lab/winrm/namespaces.h"
#include "lab/winrm/operation.h"
#include "lab/winrm/period.h"
#include "lab/winrm/xml.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

/* STATUS_CONTROL_C_EXIT, as an exit code. */
enum { EXIT_CONTROL_C = (int32_t)0xC000013A };

static bool lost(const struct operation *operation)
{
    return operation->service->host->windows.winrm.manner == WINRM_LOST_SHELL;
}

struct shell *operation_shell(const struct operation *operation)
{
    const char *id = soap_selector(operation->request, "ShellId");
    struct shell *shell = id ? shell_find(&operation->service->shells, id) : NULL;

    if (!shell || strcasecmp(shell->owner, operation->call->user) != 0)
        return NULL;
    shell->used_ms = operation->call->now_ms;
    return shell;
}

/* ---- Create ---- */

/* "stdout stderr" and the like; absent means both. */
static bool read_streams(struct arena *arena, struct shell *shell, const char *streams)
{
    char *copy = arena_text(arena, streams);
    char *rest = NULL;

    for (char *word = strtok_r(copy, " \t\r\n", &rest); word; word = strtok_r(NULL, " \t\r\n", &rest)) {
        bool is_output = strcasecmp(word, "stdout") == 0;
        if (!is_output && strcasecmp(word, "stderr") != 0)
            return false;
        *(is_output ? &shell->has_output : &shell->has_errors) = true;
    }
    return true;
}

static enum fault_kind read_shell(const struct operation *operation, struct shell *shell)
{
    static const char *const allowed[] = {"IdleTimeOut", "InputStreams", "OutputStreams", "WorkingDirectory",
                                          "Environment", "Lifetime",     "Name",          "CompressionMode"};
    const xmlNode *body = operation->request->body;
    const xmlNode *streams = xml_child(body, NS_SHELL, "OutputStreams");
    const xmlNode *idle = xml_child(body, NS_SHELL, "IdleTimeOut");

    if (!xml_holds_only(body, allowed, COUNT(allowed)))
        return FAULT_BAD_SCHEMA;
    if (!read_streams(operation->request->arena, shell,
                      streams ? soap_text(operation->request, streams) : "stdout stderr"))
        return FAULT_BAD_PARAMETER;
    if (idle && !period_parse(soap_text(operation->request, idle), &shell->idle_limit_ms))
        return FAULT_BAD_SCHEMA;
    return FAULT_NONE;
}

static void put_shell(struct operation *operation, const struct shell *shell)
{
    strbuf_format(operation->out,
                  "<x:ResourceCreated><a:Address>https://%s:5986/wsman</a:Address><a:ReferenceParameters>"
                  "<w:ResourceURI>" RESOURCE_CMD
                  "</w:ResourceURI><w:SelectorSet><w:Selector Name=\"ShellId\">"
                  "%s</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>",
                  operation->service->host->fqdn, shell->id);
    strbuf_format(operation->out,
                  "<rsp:Shell><rsp:ShellId>%s</rsp:ShellId><rsp:ResourceUri>" RESOURCE_CMD
                  "</rsp:ResourceUri><rsp:Owner>",
                  shell->id);
    xml_put(operation->out, shell->owner);
    strbuf_add(operation->out, "</rsp:Owner><rsp:ClientIP>");
    xml_put(operation->out, operation->call->address);
    strbuf_format(operation->out,
                  "</rsp:ClientIP><rsp:IdleTimeOut>PT%" PRId64 ".%03" PRId64
                  "S</rsp:IdleTimeOut><rsp:InputStreams>stdin</rsp:InputStreams><rsp:OutputStreams>%s%s%s"
                  "</rsp:OutputStreams><rsp:ShellRunTime>P0DT0H0M0S</rsp:ShellRunTime>"
                  "<rsp:ShellInactivity>P0DT0H0M0S</rsp:ShellInactivity></rsp:Shell>",
                  shell->idle_limit_ms / 1000, shell->idle_limit_ms % 1000, shell->has_output ? "stdout" : "",
                  shell->has_output && shell->has_errors ? " " : "", shell->has_errors ? "stderr" : "");
}

struct wsman_fault operation_shell_create(struct operation *operation)
{
    struct shell_table *shells = &operation->service->shells;

    if (!xml_is(operation->request->body, NS_SHELL, "Shell"))
        return fault_of(FAULT_BAD_SCHEMA);
    if (operation->service->host->windows.winrm.manner == WINRM_QUOTA)
        return fault_of(FAULT_QUOTA_SHELLS);
    struct shell *shell = shell_add(shells, operation->call->user, operation->call->now_ms);
    if (!shell)
        return fault_of(FAULT_QUOTA_SHELLS);
    shell->may_hop = operation->call->delegated;
    enum fault_kind fault = read_shell(operation, shell);
    if (fault != FAULT_NONE)
        shell_delete(shells, shell);
    else
        put_shell(operation, shell);
    return fault_of(fault);
}

struct wsman_fault operation_shell_delete(struct operation *operation)
{
    struct shell *shell = operation_shell(operation);

    if (!shell)
        return fault_of(FAULT_UNKNOWN_SHELL);
    shell_delete(&operation->service->shells, shell);
    return fault_of(lost(operation) ? FAULT_UNKNOWN_SHELL : FAULT_NONE);
}

/* ---- Command ---- */

static const char *command_line(const struct soap_request *request)
{
    AUTO(strbuf) struct strbuf line = STRBUF_INIT;
    const xmlNode *argument = xml_child(request->body, NS_SHELL, "Arguments");

    xml_text(xml_child(request->body, NS_SHELL, "Command"), &line);
    for (; argument; argument = xml_next(argument)) {
        strbuf_add_char(&line, ' ');
        xml_text(argument, &line);
    }
    return arena_text(request->arena, strbuf_text(&line));
}

static bool is_true(const char *option)
{
    return option && (strcasecmp(option, "TRUE") == 0 || strcmp(option, "1") == 0);
}

/* Runs it; the result waits for its time. */
static enum fault_kind start(const struct operation *operation, const struct shell *shell,
                             struct command *command)
{
    const struct winrm_service *service = operation->service;
    const struct winrm_policy *policy = &service->host->windows.winrm;
    const struct program_run run = {
        .host = service->host->name,
        .tag = command->tag,
        .user = operation->call->user,
        .command_line = command_line(operation->request),
        .may_hop = shell->may_hop,
        .without_cmd = is_true(soap_option(operation->request, "WINRS_SKIP_CMD_SHELL")),
    };
    enum fault_kind fault = program_start(service->world, &run, &command->result);

    command->ends_utc_ms = service->world->now_utc_ms + command->result.takes_ms;
    command->ends_ms = operation->call->now_ms + command->result.takes_ms;
    if (policy->has_exit_code)
        command->result.exit_code = policy->exit_code;
    return fault;
}

struct wsman_fault operation_command(struct operation *operation)
{
    static const char *const allowed[] = {"Command", "Arguments"};
    const xmlNode *body = operation->request->body;
    struct shell *shell = operation_shell(operation);

    if (!xml_is(body, NS_SHELL, "CommandLine") || !xml_child(body, NS_SHELL, "Command") ||
        !xml_holds_only(body, allowed, COUNT(allowed)))
        return fault_of(FAULT_BAD_SCHEMA);
    if (!shell)
        return fault_of(FAULT_UNKNOWN_SHELL);
    struct command *command = command_add(shell);
    if (!command)
        return fault_of(FAULT_QUOTA_OPERATIONS);
    command->world = operation->service->world;
    command->tag = later_new_tag(command->world);
    enum fault_kind fault = start(operation, shell, command);
    if (fault != FAULT_NONE) {
        command_delete(shell, command);
        return fault_of(fault);
    }
    strbuf_format(operation->out,
                  "<rsp:CommandResponse><rsp:CommandId>%s</rsp:CommandId></rsp:CommandResponse>",
                  command->id);
    return fault_of(FAULT_NONE);
}

/* ---- Signal ---- */

static void terminate(struct shell *shell, struct command *command)
{
    command_delete(shell, command);
}

/* What it had printed is still to be had. */
static void interrupt(struct shell *shell, struct command *command)
{
    (void)shell;
    command_end(command);
    command->ends_utc_ms = command->ends_ms = 0;
    command->result.exit_code = EXIT_CONTROL_C;
}

static const struct {
    const char *code;
    void (*act)(struct shell *shell, struct command *command);
} codes[] = {
    {NS_SHELL "/signal/terminate", terminate}, /* clients also write it with a capital T */
    {NS_SHELL "/signal/ctrl_c", interrupt},
    {NS_SHELL "/signal/ctrl_break", interrupt},
};

struct wsman_fault operation_signal(struct operation *operation)
{
    const xmlNode *body = operation->request->body;
    const xmlNode *code = xml_child(body, NS_SHELL, "Code");
    AUTO(strbuf) struct strbuf id = STRBUF_INIT;
    struct shell *shell = operation_shell(operation);

    if (!xml_is(body, NS_SHELL, "Signal") || !code)
        return fault_of(FAULT_BAD_SCHEMA);
    xml_attribute(body, NS_SHELL, "CommandId", &id);
    struct command *command = shell && !lost(operation) ? command_find(shell, strbuf_text(&id)) : NULL;
    if (!command)
        return fault_of(FAULT_UNKNOWN_SHELL);
    for (size_t i = 0; i < COUNT(codes); i++) {
        if (strcasecmp(codes[i].code, soap_text(operation->request, code)) != 0)
            continue;
        codes[i].act(shell, command);
        strbuf_add(operation->out, "<rsp:SignalResponse/>");
        return fault_of(FAULT_NONE);
    }
    return fault_of(FAULT_BAD_PARAMETER);
}
