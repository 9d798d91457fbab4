/*
 * winrm_ask WHAT HOST PORT [KEY=VALUE...]: asks a Windows host and prints its answer, or why there is none,
 * as lines.
 *
 * WHAT: identify, services, script; facts: all that the checks ask of a host of that kind, as
 * unit/winrm/facts_text.h has it.
 * KEY: ca, pin, address, service, user, password (a file; with a user the login is Basic, else Negotiate),
 * delegate (anything: credentials go along), script (its text), timeout_ms; of facts: kind (chat_server,
 * front_end, management), pool, task (store_task). Exit: 0 answered, 1 not.
 */
#include "observe/winrm/scripts.h"
#include "observe/winrm/windows_question.h"
#include "observe/winrm/winrm_curl.h"
#include "unit/winrm/facts_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct question {
    struct winrm_endpoint endpoint;
    const char *password, *script, *timeout_ms, *kind, *pool, *task, *delegate;
    struct arena *arena;
    struct winrm_failure failure;
};

static bool take_option(struct question *question, const char *argument)
{
    const struct {
        const char *key;
        const char **value;
    } keys[] = {
        {"ca=", &question->endpoint.ca},
        {"pin=", &question->endpoint.pinned_key},
        {"address=", &question->endpoint.address},
        {"user=", &question->endpoint.user},
        {"password=", &question->password},
        {"script=", &question->script},
        {"timeout_ms=", &question->timeout_ms},
        {"kind=", &question->kind},
        {"pool=", &question->pool},
        {"task=", &question->task},
        {"delegate=", &question->delegate},
        {"service=", &question->endpoint.service},
    };

    for (size_t i = 0; i < COUNT(keys); i++)
        if (strncmp(argument, keys[i].key, strlen(keys[i].key)) == 0) {
            *keys[i].value = argument + strlen(keys[i].key);
            return true;
        }
    return false;
}

static struct deadline deadline_of(const struct question *question)
{
    return deadline_in_ms(clock_system(), question->timeout_ms ? atol(question->timeout_ms) : 10000);
}

static int identify(struct winrm_port *port, struct question *question)
{
    struct winrm_identity identity;

    if (port->ops->identify(port, deadline_of(question), question->arena, &identity, &question->failure) != 0)
        return -1;
    printf("%s: %s\n", identity.vendor, identity.version);
    return 0;
}

static int services(struct winrm_port *port, struct question *question)
{
    static const char *const columns[] = {"Name", "State", "StartMode"};
    struct winrm_rows rows;

    if (port->ops->wmi_query(port, "SELECT Name,State,StartMode FROM Win32_Service", columns, COUNT(columns),
                             500, deadline_of(question), question->arena, &rows, &question->failure) != 0)
        return -1;
    for (size_t i = 0; i < rows.row_count; i++)
        printf("%s %s %s\n", rows.cells[3 * i], rows.cells[3 * i + 1], rows.cells[3 * i + 2]);
    return 0;
}

static int script(struct winrm_port *port, struct question *question)
{
    struct winrm_output output;

    if (port->ops->run_ps(port, question->script ? question->script : embedded_probe_ps1,
                          "{\"echo\":\"\xC3\xA9\"}", deadline_of(question), question->arena, &output,
                          &question->failure) != 0)
        return -1;
    printf("%s exit %" PRId32 "\n", output.json, output.exit_code);
    return 0;
}

/* Always an answer: what was not seen is a fact too. */
static int facts(struct winrm_port *port, struct question *question)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    struct settings settings = settings_default();
    struct host_snapshot seen = {.kind = HOST_CHAT_SERVER};
    struct deadline deadline = deadline_of(question);

    if (question->kind && !host_kind_parse(question->kind, &seen.kind))
        return -1;
    if (question->task)
        settings.store_task = question->task;
    const struct windows_scope scope = {seen.kind, question->pool ? question->pool : "lyncpc.litwareinc.com",
                                        &settings, clock_system()};
    for (size_t i = 0; i < windows_question_count; i++)
        if (windows_questions[i].kinds & 1U << seen.kind)
            windows_questions[i].ask(port, &scope, deadline, question->arena, &seen);
    facts_text_add(&text, &seen);
    printf("%s", strbuf_text(&text));
    return 0;
}

static int ask(const char *what, struct question *question)
{
    static const struct {
        const char *what;
        int (*ask)(struct winrm_port *port, struct question *question);
    } asks[] = {{"identify", identify}, {"services", services}, {"script", script}, {"facts", facts}};
    struct err err = ERR_INIT;
    struct winrm_port *port = winrm_curl_open(&question->endpoint, &err);
    int status = -1;

    if (!port) {
        fprintf(stderr, "winrm_ask: %s\n", err.text);
        return 3;
    }
    for (size_t i = 0; i < COUNT(asks); i++)
        if (strcmp(asks[i].what, what) == 0)
            status = asks[i].ask(port, question);
    port->ops->close(port);
    if (status == 0)
        return 0;
    printf("%s: %s (%s)\n", sight_name(question->failure.sight), question->failure.text,
           question->failure.hint ? question->failure.hint : "no hint");
    return 1;
}

int main(int argc, char **argv)
{
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(secret) struct secret *password = NULL;
    struct question question = {.arena = arena, .failure = {.text = "not asked"}};
    struct err err = ERR_INIT;

    for (int i = 4; i < argc; i++)
        if (!take_option(&question, argv[i]))
            argc = 0;
    if (argc < 4) {
        fprintf(stderr, "usage: winrm_ask WHAT HOST PORT [KEY=VALUE...]\n");
        return 3;
    }
    if (question.password && !(password = secret_read_file(question.password, (gid_t)-1, &err))) {
        fprintf(stderr, "winrm_ask: %s\n", err.text);
        return 3;
    }
    question.endpoint.host = argv[2];
    question.endpoint.port = atoi(argv[3]);
    question.endpoint.password = password;
    question.endpoint.delegate = question.delegate != NULL;
    question.endpoint.auth = question.endpoint.user ? WINRM_AUTH_BASIC : WINRM_AUTH_NEGOTIATE;
    return ask(argv[1], &question);
}
