/* pchatctl plan, apply, approve, ...: what is asked of the runner over its socket. */
#include "pchatctl.h"

#include "act/runner/wire.h"
#include "base/strbuf.h"
#include "base/unix_socket.h"

#include <errno.h>
#include <string.h>

struct options {
    const char *socket, *plan, *by, *reason, *until, *accept_loss;
    struct opt_list overrides;
    bool without_secondary, leave_as_is, scripts, yes, release;
};

#define OPTION(name, kind, member, ...)                                                                      \
    {                                                                                                        \
        0, name, kind, offsetof(struct options, member), __VA_ARGS__                                         \
    }
#define OPT_SOCKET                                                                                           \
    OPTION("socket", OPT_TEXT, socket, "PATH", "the runner's socket (default " RUNNER_SOCKET_PATH ")", 0, 0, \
           NULL)
#define OPT_BY                                                                                               \
    OPTION("by", OPT_TEXT, by, "NAME", "who you are; must be whom the topology lists with your uid", 0, 0,   \
           NULL)
#define OPT_REASON OPTION("reason", OPT_TEXT, reason, "TEXT", "why, for the record", 0, 0, NULL)

static const struct opt_spec of_status[] = {OPT_SOCKET};
static const struct opt_spec of_plan[] = {
    OPT_SOCKET,
    OPTION("scripts", OPT_FLAG, scripts, NULL, "also print every byte that would be sent", 0, 0, NULL)};
static const struct opt_spec of_apply[] = {
    OPT_SOCKET,
    OPT_BY,
    OPTION("plan", OPT_TEXT, plan, "ID", "which plan", 0, 0, NULL),
    OPTION("accept-loss", OPT_TEXT, accept_loss, "MINUTES", "chat that may be lost: minutes, or \"unknown\"",
           0, 0, NULL),
    OPTION("override", OPT_LIST, overrides, "GATE", "pass a gate that a person may pass; may be repeated", 0,
           0, NULL),
    OPTION("without-secondary", OPT_FLAG, without_secondary, NULL,
           "mirror verbs: though the backup site is not seen", 0, 0, NULL),
};
static const struct opt_spec of_person[] = {OPT_SOCKET, OPT_BY, OPT_REASON};
static const struct opt_spec of_stranded[] = {OPT_SOCKET, OPT_BY};
static const struct opt_spec of_fence_word[] = {
    OPT_SOCKET, OPT_BY, OPT_REASON,
    OPTION("release", OPT_FLAG, release, NULL, "the objects need not be off any more", 0, 0, NULL)};
static const struct opt_spec of_takeover[] = {
    OPT_SOCKET, OPT_BY,
    OPTION("yes", OPT_FLAG, yes, NULL, "end the holder's session; without it only tells who that is", 0, 0,
           NULL)};
static const struct opt_spec of_abandon[] = {
    OPT_SOCKET, OPT_BY,
    OPTION("leave-as-is", OPT_FLAG, leave_as_is, NULL,
           "end the run though its copy is recovered; stays CRITICAL until protected again", 0, 0, NULL)};
static const struct opt_spec of_pause[] = {OPT_SOCKET, OPT_BY, OPT_REASON,
                                           OPTION("until", OPT_TEXT, until, "UTC",
                                                  "when it should end, for the alarm: 2026-11-23T06:00:00Z",
                                                  0, 0, NULL)};

/* What a subcommand takes beside its options, and must have. */
enum operand { OPERAND_NONE, OPERAND_VERB, OPERAND_PLAN, OPERAND_RUN, OPERAND_OBJECTS };

struct asking {
    const char *name, *usage;
    enum wire_command command;
    const struct opt_spec *options;
    size_t option_count;
    enum operand operand;
    bool needs_reason, needs_until, needs_plan;
};

#define OPTIONS(table) (table), COUNT(table)
static const struct asking askings[] = {
    {"status", "[options]", WIRE_STATUS, OPTIONS(of_status), OPERAND_NONE, false, false, false},
    {"plan", "[VERB | ID] [options]", WIRE_PLAN, OPTIONS(of_plan), OPERAND_VERB, false, false, false},
    {"apply", "--plan ID [options]", WIRE_APPLY, OPTIONS(of_apply), OPERAND_NONE, false, false, true},
    {"approve", "ID [options]", WIRE_APPROVE, OPTIONS(of_person), OPERAND_PLAN, false, false, true},
    {"fence-word", "OBJECT ... --reason TEXT [options]", WIRE_FENCE_WORD, OPTIONS(of_fence_word),
     OPERAND_OBJECTS, true, false, false},
    {"resume", "[RUN] [options]", WIRE_RESUME, OPTIONS(of_person), OPERAND_RUN, false, false, false},
    {"takeover", "[RUN] [--yes] [options]", WIRE_TAKEOVER, OPTIONS(of_takeover), OPERAND_RUN, false, false,
     false},
    {"abandon", "[RUN] [--leave-as-is] [options]", WIRE_ABANDON, OPTIONS(of_abandon), OPERAND_RUN, false,
     false, false},
    {"pause", "--until UTC --reason TEXT [options]", WIRE_PAUSE, OPTIONS(of_pause), OPERAND_NONE, true, true,
     false},
    {"resume-watching", "[options]", WIRE_RESUME_WATCHING, OPTIONS(of_person), OPERAND_NONE, false, false,
     false},
    {"stranded", "[options]", WIRE_STRANDED, OPTIONS(of_stranded), OPERAND_NONE, false, false, false},
};

/* ---- the request ---- */

static int take_run(const char *text, int64_t *ret_run, struct err *err)
{
    char *end;
    long long run = strtoll(text, &end, 10);

    if (end == text || *end || run < 1)
        return err_set(err, ERR_USAGE, "\"%s\" is no run, expected its number", text);
    *ret_run = run;
    return 0;
}

static int take_operands(const struct asking *asking, char **operands, int count,
                         struct wire_request *request, struct err *err)
{
    int most = asking->operand == OPERAND_OBJECTS ? WIRE_LIST_MAX : asking->operand != OPERAND_NONE;

    if (count > most)
        return err_set(err, ERR_USAGE, "\"%s\" is too much", operands[most]);
    for (int i = 0; i < count; i++)
        switch (asking->operand) {
        case OPERAND_VERB:
            request->verb = operands[i];
            break;
        case OPERAND_PLAN:
            request->plan = operands[i];
            break;
        case OPERAND_OBJECTS:
            request->objects[request->object_count++] = operands[i];
            break;
        default:
            if (take_run(operands[i], &request->run, err) != 0)
                return -1;
        }
    return asking->operand == OPERAND_OBJECTS && !count ? err_set(err, ERR_USAGE, "no object is named") : 0;
}

static int check_needs(const struct asking *asking, const struct wire_request *request, struct err *err)
{
    if (asking->needs_plan && !request->plan)
        return err_set(err, ERR_USAGE, "no plan is named; expected its id of 12 digits");
    if (asking->needs_reason && (!request->reason || !*request->reason))
        return err_set(err, ERR_USAGE, "--reason is needed");
    if (asking->needs_until && !request->until)
        return err_set(err, ERR_USAGE, "--until is needed");
    return 0;
}

static int make_request(const struct ctl *ctl, const struct asking *asking, const struct options *options,
                        char **operands, int count, struct wire_request *request, struct err *err)
{
    *request = (struct wire_request){
        .command = asking->command,
        .pool = ctl->pool,
        .plan = options->plan,
        .by = options->by,
        .reason = options->reason,
        .until = options->until,
        .accept_loss = options->accept_loss,
        .without_secondary = options->without_secondary,
        .leave_as_is = options->leave_as_is,
        .scripts = options->scripts,
        .confirmed = options->yes,
        .release = options->release,
    };
    for (size_t i = 0; i < options->overrides.count && i < WIRE_LIST_MAX; i++)
        request->overrides[request->override_count++] = options->overrides.items[i];
    return take_operands(asking, operands, count, request, err) == 0 ? check_needs(asking, request, err) : -1;
}

/* ---- the socket ---- */

static int connect_to(const char *path, struct err *err)
{
    int fd = unix_socket_connect(path, 0);

    return fd >= 0 ? fd : err_set_errno(err, ERR_IO, errno, "no runner answers at %s", path);
}

/* Prints lines as they come; the exit code of the last one, or -1 with *err. */
static int hear_answer(FILE *stream, struct err *err)
{
    AUTO_FREE char *line = NULL;
    size_t room = 0;
    ssize_t length;

    while ((length = getline(&line, &room, stream)) > 0) {
        AUTO(arena) struct arena *arena = arena_new();
        const char *text;
        int code;

        if (wire_get_answer(line, (size_t)length, arena, &code, &text, err) != 0)
            return -1;
        printf(code < 0 ? "%s\n" : "%s", text);
        fflush(stdout);
        if (code >= 0)
            return code;
    }
    return err_set(err, ERR_IO, "the runner ended without an answer; what it has begun can be resumed");
}

static int ask(const char *path, const struct wire_request *request, struct err *err)
{
    AUTO(strbuf) struct strbuf line = STRBUF_INIT;
    AUTO_FCLOSE FILE *stream = NULL;
    int fd = connect_to(path, err);

    if (fd < 0)
        return -1;
    stream = fdopen(fd, "r");
    wire_put_request(request, &line);
    if (!stream || strbuf_write_fd(&line, fd) != 0)
        return err_set_errno(err, ERR_IO, errno, "the runner at %s does not listen", path);
    return hear_answer(stream, err);
}

/* ---- the subcommands ---- */

int ctl_ask(const struct wire_request *request, const char *socket_path, struct err *err)
{
    return ask(socket_path ? socket_path : RUNNER_SOCKET_PATH, request, err);
}

int ctl_ask_to_prove(const struct ctl *ctl, const char *socket_path, const char *by, struct err *err)
{
    const struct wire_request request = {.command = WIRE_DOCTOR_ACT, .pool = ctl->pool, .by = by};

    return ask(socket_path ? socket_path : RUNNER_SOCKET_PATH, &request, err);
}

static int run_asking(const struct ctl *ctl, const struct asking *asking, int argc, char **argv)
{
    struct options options = {.socket = RUNNER_SOCKET_PATH};
    AUTO(strbuf) struct strbuf name = STRBUF_INIT;
    struct opt_program program = {
        .usage = asking->usage,
        .summary = "Asks the runner.",
        .epilogue = "Exit codes: 0 done, 1 refused by a gate, 2 stopped but resumable, 3 wrong "
                    "usage or configuration, 4 waiting for approval.",
        .options = asking->options,
        .option_count = asking->option_count};
    struct wire_request request;
    struct err err = ERR_INIT;
    char **operands;
    int count, code;

    strbuf_format(&name, "pchatctl %s", asking->name);
    program.name = strbuf_text(&name);
    switch (opts_parse(&program, argc, argv, &options, stdout, &operands, &count, &err)) {
    case OPT_DONE:
        return CTL_DONE;
    case OPT_BAD:
        return ctl_complain(program.name, &err);
    case OPT_RUN:
        break;
    }
    if (make_request(ctl, asking, &options, operands, count, &request, &err) != 0)
        return ctl_complain(program.name, &err);
    code = ask(options.socket, &request, &err);
    return code >= 0 ? code : ctl_complain(program.name, &err);
}

#define SUBCOMMAND(variable, index, words, text)                                                             \
    static int run_##variable(const struct ctl *ctl, int argc, char **argv)                                  \
    {                                                                                                        \
        return run_asking(ctl, &askings[index], argc, argv);                                                 \
    }                                                                                                        \
    const struct ctl_command ctl_##variable = {words, text, run_##variable};
SUBCOMMAND(status, 0, "status", "tells what is open: episode, run, plan, pause, fence")
SUBCOMMAND(plan, 1, "plan", "makes a plan, or prints one by its id; nothing is changed")
SUBCOMMAND(apply, 2, "apply", "carries a plan out, or goes on with its run")
SUBCOMMAND(approve, 3, "approve", "approves a plan by its id")
SUBCOMMAND(fence_word, 4, "fence-word", "gives your word that an object cannot act, or releases it")
SUBCOMMAND(resume, 5, "resume", "goes on with the open run")
SUBCOMMAND(takeover, 6, "takeover", "takes an open run over from whoever holds it")
SUBCOMMAND(abandon, 7, "abandon", "puts a run back, or leaves it as it is")
SUBCOMMAND(pause, 8, "pause", "lets nothing be begun by itself")
SUBCOMMAND(resume_watching, 9, "resume-watching", "ends a pause")
SUBCOMMAND(stranded, 10, "stranded", "tells which messages an old copy alone holds")
