#include "observe/winrm/shell.h"

#include "base/base64.h"
#include "observe/winrm/wsman_fault.h"

#include <string.h>
#include <strings.h>

enum {
    POLL_PAUSE_MS = 100, /* a host that answers "nothing yet" at once is not asked more often than this */
    POLL_LEAST_MS =
        1000 /* hosts know no OperationTimeout below 500 ms: with less time left none would answer */
};

struct run {
    struct wsman_client *client;
    struct deadline work, end;
    struct arena *arena;
    struct envelope_values values;
    struct ps_streams *streams;
    bool done;
    struct winrm_failure failure;
};

static enum wsman_outcome ask(struct run *run, enum wsman_operation operation, xmlDoc **ret_document)
{
    return wsman_exchange(run->client, operation, run->values, run->work, run->arena, ret_document,
                          &run->failure);
}

static int fail(struct run *run, enum sight sight, const char *text)
{
    return winrm_fail(&run->failure, sight, text, NULL);
}

/* From Command on, an answer that did not come leaves open what happened on the host, and the reader must
 * know. */
static int fail_unknown_fate(struct run *run)
{
    run->failure.text =
        arena_format(run->arena, "%s; whether the script ran on the host is unknown", run->failure.text);
    return -1;
}

static const char *text_of(struct run *run, xmlNode *node)
{
    const char *text = node_text(run->arena, node);

    return text && *text ? text : NULL;
}

static const char *selected_shell(struct run *run, const xmlDoc *document)
{
    xmlNode *selectors = node_find(wsman_answer(document, "ResourceCreated"), "SelectorSet");

    for (xmlNode *node = selectors ? selectors->children : NULL; node; node = node->next) {
        const char *name = node_attribute(run->arena, node->type == XML_ELEMENT_NODE ? node : NULL, "Name");

        if (name && strcmp(name, "ShellId") == 0)
            return text_of(run, node);
    }
    return text_of(run, node_child(wsman_answer(document, "Shell"), "ShellId"));
}

static int create(struct run *run)
{
    AUTO(xml_document) xmlDoc *document = NULL;

    if (ask(run, WSMAN_CREATE_SHELL, &document) != WSMAN_ANSWERED)
        return -1;
    run->values.shell = selected_shell(run, document);
    return run->values.shell ? 0 : fail(run, SIGHT_PROTOCOL_ERROR, "the host made a shell without a name");
}

static int command(struct run *run)
{
    AUTO(xml_document) xmlDoc *document = NULL;
    enum wsman_outcome outcome = ask(run, WSMAN_COMMAND, &document);

    if (outcome == WSMAN_DECLINED)
        return -1;
    if (outcome == WSMAN_LOST)
        return fail_unknown_fate(run);
    run->values.command = text_of(run, node_child(wsman_answer(document, "CommandResponse"), "CommandId"));
    if (run->values.command)
        return 0;
    fail(run, SIGHT_PROTOCOL_ERROR, "the host started a command without a name");
    return fail_unknown_fate(run);
}

/* A shell has one command, but a late answer may belong to none of ours. */
static bool is_ours(struct run *run, const xmlNode *node)
{
    const char *id = node_attribute(run->arena, node, "CommandId");

    return !id || strcasecmp(id, run->values.command) == 0;
}

static int read_stream(struct run *run, xmlNode *node)
{
    const char *name = node_attribute(run->arena, node, "Name");
    bool is_error = name && strcmp(name, "stderr") == 0;
    struct strbuf *stream = is_error ? &run->streams->errors : &run->streams->output;

    if (!name || !is_ours(run, node))
        return 0;
    if (!base64_add_decoded(stream, node_text(run->arena, node)))
        return fail(run, SIGHT_PROTOCOL_ERROR, "a piece of the script's output is no Base64");
    if (run->streams->output.length + run->streams->errors.length > SHELL_OUTPUT_MAX_BYTES)
        return fail(run, SIGHT_PROTOCOL_ERROR, "the script prints more than any of ours does");
    return 0;
}

/* Exit codes are 32 bits: -1 and 4294967295 are the same one. */
static int read_exit_code(struct run *run, const xmlNode *state)
{
    const char *text = text_of(run, node_child(state, "ExitCode"));
    char *end = NULL;
    long long code = text ? strtoll(text, &end, 10) : 0;

    if (!text || *end || code < INT32_MIN || code > UINT32_MAX)
        return fail(run, SIGHT_PROTOCOL_ERROR, "the script ended without an exit code");
    run->streams->exit_code = (int32_t)(uint32_t)code;
    return 0;
}

static bool is_done(struct run *run, const xmlNode *state)
{
    static const char ending[] = "/Done";
    const char *text = node_attribute(run->arena, state, "State");
    size_t length = text ? strlen(text) : 0;

    return length >= strlen(ending) && strcmp(text + length - strlen(ending), ending) == 0;
}

static int read_receipt(struct run *run, const xmlNode *answer)
{
    for (xmlNode *node = answer->children; node; node = node->next)
        if (node_is(node, "Stream") && read_stream(run, node) != 0)
            return -1;
    for (xmlNode *node = answer->children; node; node = node->next) {
        if (!node_is(node, "CommandState") || !is_ours(run, node) || !is_done(run, node))
            continue;
        run->done = true;
        return read_exit_code(run, node);
    }
    return 0;
}

static int receive(struct run *run)
{
    AUTO(xml_document) xmlDoc *document = NULL;
    enum wsman_outcome outcome = ask(run, WSMAN_RECEIVE, &document);
    const xmlNode *answer;

    if (outcome == WSMAN_DECLINED && run->failure.fault_code == WSMAN_FAULT_TIMED_OUT)
        return 0;
    if (outcome != WSMAN_ANSWERED)
        return fail_unknown_fate(run);
    answer = wsman_answer(document, "ReceiveResponse");
    return answer ? read_receipt(run, answer) : fail(run, SIGHT_PROTOCOL_ERROR, "the answer holds no output");
}

static void pause_poll(struct run *run, size_t bytes_before, struct mono_ms since)
{
    struct clock *clock = run->work.clock;
    int64_t left_ms = deadline_left_ms(run->work);
    bool came = run->streams->output.length + run->streams->errors.length > bytes_before;

    if (!run->done && !came && clock_mono(clock).ms - since.ms < POLL_PAUSE_MS)
        clock_sleep_ms(clock, left_ms < POLL_PAUSE_MS ? left_ms : POLL_PAUSE_MS);
}

/* The host answers; it is the script that takes its time. */
static int fail_in_time(struct run *run)
{
    fail(run, SIGHT_TIMED_OUT, "the script was still running and has been ended");
    run->failure.serves = true;
    return -1;
}

static int receive_all(struct run *run)
{
    for (bool first = true; !run->done; first = false) {
        struct mono_ms since = clock_mono(run->work.clock);
        size_t bytes_before = run->streams->output.length + run->streams->errors.length;

        if (!first && deadline_left_ms(run->work) < POLL_LEAST_MS)
            return fail_in_time(run);
        if (receive(run) != 0)
            return -1;
        pause_poll(run, bytes_before, since);
    }
    return 0;
}

/* Tried once each, a hung Signal leaving time for Delete; whether they work changes nothing of the answer. */
static void clean_up(struct run *run)
{
    static const enum wsman_operation steps[] = {WSMAN_SIGNAL, WSMAN_DELETE_SHELL};

    for (size_t i = 0; i < COUNT(steps); i++) {
        AUTO(xml_document) xmlDoc *document = NULL;
        int64_t left_ms = deadline_left_ms(run->end);

        if (!run->values.shell || (steps[i] == WSMAN_SIGNAL && !run->values.command))
            continue;
        run->work = deadline_sooner(run->end, steps[i] == WSMAN_SIGNAL ? left_ms / 2 : left_ms);
        run->client->bytes_left = WSMAN_REQUEST_MAX_BYTES;
        ask(run, steps[i], &document);
    }
}

int shell_run(struct wsman_client *client, const char *program, const char *arguments,
              struct deadline deadline, struct arena *arena, struct ps_streams *streams,
              struct winrm_failure *ret_failure)
{
    struct run run = {.client = client,
                      .work = winrm_work_deadline(deadline),
                      .end = deadline,
                      .arena = arena,
                      .values = {.program = program, .arguments = arguments},
                      .streams = streams};
    int status = create(&run);

    if (status == 0)
        status = command(&run);
    if (status == 0)
        status = receive_all(&run);
    *ret_failure = run.failure;
    clean_up(&run);
    return status;
}
