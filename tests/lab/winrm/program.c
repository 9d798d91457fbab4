#include "lab/winrm/program.h"

#include "base/base64.h"
#include "base/mem.h"
#include "base/number.h"
#include "lab/powershell/powershell.h"
#include "lab/tds/wire.h"
#include "lab/world/world.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Of cmd.exe, and of CreateProcess, in characters. */
enum { CMD_LINE_MAX = 8191, PROCESS_LINE_MAX = 32767 };
enum {
    EXIT_FAILURE_OF_CMD = 1,
    EXIT_BAD_COMMAND_LINE = -196608
}; /* 0xFFFD0000: powershell.exe itself gave up */

struct program_call {
    struct world *world;
    const struct program_run *run;
    const char *rest; /* of the command line, behind the program's name */
    struct program_result *result;
};

void program_result_done(struct program_result *result)
{
    strbuf_done(&result->output);
    strbuf_done(&result->errors);
}

/* ---- words of a command line ---- */

/* The next word, unquoted, in *ret; false at the end. */
static bool next_word(const char **at, struct strbuf *ret)
{
    bool quoted = false;

    strbuf_truncate(ret, 0);
    *at += strspn(*at, " \t");
    if (!**at)
        return false;
    while (**at && (quoted || !strchr(" \t", **at))) {
        size_t plain = strcspn(*at, quoted ? "\"" : " \t\"");

        strbuf_add_n(ret, *at, plain);
        *at += plain;
        if (**at != '"')
            continue;
        quoted = !quoted;
        (*at)++;
    }
    return true;
}

/* "C:\...\PowerShell.EXE" is "powershell". */
static char *program_name(const char *word)
{
    const char *slash = strrchr(word, '\\');
    char *name = mem_copy_text(slash ? slash + 1 : word);
    size_t length = strlen(name);

    if (length > 4 && strcasecmp(name + length - 4, ".exe") == 0)
        name[length - 4] = '\0';
    return name;
}

/* ---- powershell.exe ---- */

struct powershell_line {
    struct strbuf script;
    bool has_script, is_broken;
};

static void take_encoded(struct powershell_line *line, const char *word)
{
    AUTO(strbuf) struct strbuf bytes = STRBUF_INIT;

    line->is_broken = !base64_add_decoded(&bytes, word) || bytes.length % 2 != 0;
    if (!line->is_broken)
        wire_utf8_from_utf16(&line->script, (const uint8_t *)strbuf_text(&bytes), bytes.length);
    line->has_script = true;
}

static void take_rest(struct powershell_line *line, const char *word, const char **at)
{
    strbuf_add(&line->script, word);
    strbuf_add(&line->script, *at);
    *at += strlen(*at);
    line->has_script = true;
}

enum parameter_kind { PARAMETER_SWITCH, PARAMETER_VALUE, PARAMETER_ENCODED, PARAMETER_COMMAND };
static const struct parameter {
    const char *name;
    size_t shortest; /* how much of the name is enough */
    enum parameter_kind kind;
} parameters[] = {
    {"encodedcommand", 1, PARAMETER_ENCODED}, {"ec", 2, PARAMETER_ENCODED},
    {"executionpolicy", 2, PARAMETER_VALUE},  {"ep", 2, PARAMETER_VALUE},
    {"noprofile", 3, PARAMETER_SWITCH},       {"noninteractive", 4, PARAMETER_SWITCH},
    {"nologo", 3, PARAMETER_SWITCH},          {"outputformat", 1, PARAMETER_VALUE},
    {"inputformat", 1, PARAMETER_VALUE},      {"windowstyle", 1, PARAMETER_VALUE},
    {"version", 1, PARAMETER_VALUE},          {"command", 1, PARAMETER_COMMAND},
};

/* -Name or /Name; NULL: no parameter of powershell.exe. */
static const struct parameter *find_parameter(const char *word)
{
    size_t length = strlen(word);

    for (size_t i = 0; length > 1 && i < COUNT(parameters); i++)
        if ((word[0] == '-' || word[0] == '/') && length - 1 >= parameters[i].shortest &&
            strncasecmp(word + 1, parameters[i].name, length - 1) == 0)
            return &parameters[i];
    return NULL;
}

static void take_parameter(struct powershell_line *line, const struct parameter *parameter, const char **at)
{
    AUTO(strbuf) struct strbuf value = STRBUF_INIT;

    if (parameter->kind == PARAMETER_SWITCH)
        return;
    if (parameter->kind == PARAMETER_COMMAND) {
        *at += strspn(*at, " \t");
        take_rest(line, "", at);
        return;
    }
    line->is_broken = !next_word(at, &value);
    if (parameter->kind == PARAMETER_ENCODED && !line->is_broken)
        take_encoded(line, strbuf_text(&value));
}

static void read_powershell_line(struct powershell_line *line, const char *at)
{
    AUTO(strbuf) struct strbuf word = STRBUF_INIT;

    while (!line->is_broken && next_word(&at, &word)) {
        const struct parameter *parameter = find_parameter(strbuf_text(&word));
        if (parameter)
            take_parameter(line, parameter, &at);
        else if (strbuf_text(&word)[0] == '-')
            line->is_broken = true;
        else
            take_rest(line, strbuf_text(&word), &at);
    }
}

static void run_script(struct program_call *call, const char *script)
{
    const struct ps_run run = {
        .host = call->run->host,
        .user = call->run->user,
        .script = script,
        .tag = call->run->tag,
        .may_hop = call->run->may_hop || world_host(call->world, call->run->host)->windows.winrm.may_hop,
    };
    AUTO(ps_result) struct ps_result result = {0};

    powershell_run(call->world, &run, &result);
    strbuf_add(&call->result->output, result.output);
    strbuf_add(&call->result->errors, result.error_clixml ? result.error_clixml : "");
    call->result->exit_code = result.exit_code;
    call->result->takes_ms = result.takes_ms;
}

static void run_powershell(struct program_call *call)
{
    struct powershell_line line = {.script = STRBUF_INIT};

    read_powershell_line(&line, call->rest);
    if (line.is_broken) {
        strbuf_add(&call->result->errors,
                   "Cannot process the command because of a wrong parameter or a value that "
                   "is missing or is not properly encoded.\r\n");
        call->result->exit_code = EXIT_BAD_COMMAND_LINE;
    } else if (line.has_script) {
        run_script(call, strbuf_text(&line.script));
    }
    strbuf_done(&line.script);
}

/* ---- cmd.exe ---- */

static void run_hostname(struct program_call *call)
{
    strbuf_format(&call->result->output, "%s\r\n", call->run->host);
}

static void run_whoami(struct program_call *call)
{
    bool of_domain = strchr(call->run->user, '\\') != NULL;

    if (!of_domain)
        strbuf_format(&call->result->output, "%s\\", call->run->host);
    strbuf_format(&call->result->output, "%s\r\n", call->run->user);
}

static void run_version(struct program_call *call)
{
    strbuf_add(&call->result->output, "\r\nMicrosoft Windows [Version 6.3.9600]\r\n");
}

static void run_echo(struct program_call *call)
{
    strbuf_format(&call->result->output, "%s\r\n", call->rest + (*call->rest == ' '));
}

static void run_exit(struct program_call *call)
{
    AUTO(strbuf) struct strbuf word = STRBUF_INIT;
    const char *at = call->rest;
    int64_t code = 0;

    if (next_word(&at, &word) && strcasecmp(strbuf_text(&word), "/b") == 0)
        next_word(&at, &word);
    if (number_parse(strbuf_text(&word), &code))
        call->result->exit_code = (int32_t)code;
}

static const struct program {
    const char *name;
    bool is_builtin; /* of cmd.exe: no file of that name */
    void (*run)(struct program_call *call);
} programs[] = {
    {"powershell", false, run_powershell},
    {"hostname", false, run_hostname},
    {"whoami", false, run_whoami},
    {"ver", true, run_version},
    {"echo", true, run_echo},
    {"exit", true, run_exit},
};

static const struct program *find_program(const char *word, bool without_cmd)
{
    AUTO_FREE char *name = program_name(word);

    for (size_t i = 0; i < COUNT(programs); i++)
        if (strcasecmp(programs[i].name, name) == 0 && !(programs[i].is_builtin && without_cmd))
            return &programs[i];
    return NULL;
}

static void complain(struct program_result *result, const char *word, const char *complaint)
{
    if (*word)
        strbuf_format(&result->errors, "'%s'", word);
    strbuf_add(&result->errors, complaint);
    result->exit_code = EXIT_FAILURE_OF_CMD;
}

enum fault_kind program_start(struct world *world, const struct program_run *run,
                              struct program_result *ret_result)
{
    AUTO(strbuf) struct strbuf word = STRBUF_INIT;
    struct program_call call = {world, run, run->command_line, ret_result};
    size_t length = strlen(run->command_line);

    if (!next_word(&call.rest, &word))
        return FAULT_BAD_PARAMETER;
    const struct program *program = find_program(strbuf_text(&word), run->without_cmd);
    if (run->without_cmd && (!program || length > PROCESS_LINE_MAX))
        return program ? FAULT_BAD_PARAMETER : FAULT_FILE_NOT_FOUND;
    if (!run->without_cmd && length > CMD_LINE_MAX)
        complain(ret_result, "", "The command line is too long.\r\n");
    else if (program)
        program->run(&call);
    else
        complain(
            ret_result, strbuf_text(&word),
            " is not recognized as an internal or external command,\r\noperable program or batch file.\r\n");
    return FAULT_NONE;
}
