/* A script's way through a remote shell, told by a host that follows a script of its own. */
#include "base/base64.h"
#include "base/strbuf.h"
#include "observe/winrm/winrm_client.h"

#include "unit/cmocka_unit.h"
#include "unit/winrm/scripted_host.h"

#include <string.h>

enum { TIMEOUT_MS = 40000 };

#define CREATED                                                                                              \
    LINE("<x:ResourceCreated><a:ReferenceParameters><w:SelectorSet><w:Selector Name=\"ShellId\">S-1"         \
         "</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>")
#define STARTED              LINE("<rsp:CommandResponse><rsp:CommandId>C-1</rsp:CommandId></rsp:CommandResponse>")
#define RECEIVED(in)         LINE("<rsp:ReceiveResponse>" in "</rsp:ReceiveResponse>")
#define STREAM(name, base64) "<rsp:Stream Name=\"" name "\" CommandId=\"C-1\">" base64 "</rsp:Stream>"
#define DONE(code)                                                                                           \
    "<rsp:CommandState CommandId=\"c-1\""                                                                    \
    " State=\"http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Done\">"                  \
    "<rsp:ExitCode>" code "</rsp:ExitCode></rsp:CommandState>"
#define RUNNING                                                                                              \
    "<rsp:CommandState CommandId=\"C-1\""                                                                    \
    " State=\"http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Running\"/>"
#define FAULT_BODY(code, subcode)                                                                            \
    "<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:" subcode                           \
    "</s:Value></s:Subcode></s:Code><s:Reason><s:Text>it says no</s:Text></s:Reason>"                        \
    "<s:Detail><f:WSManFault Code=\"" code "\"/></s:Detail></s:Fault>"
#define NOTHING_YET FAULT(FAULT_BODY("2150858793", "TimedOut"))
#define SIGNALLED   LINE("<rsp:SignalResponse/>")
#define DELETED                                                                                              \
    {                                                                                                        \
        200, "<s:nothing/>", 0                                                                               \
    }

/* PCHAT-JSON:{"a":1} */
#define ANSWER "UENIQVQtSlNPTjp7ImEiOjF9DQo="

struct run_case {
    const char *name;
    struct scripted_line lines[8]; /* behind the last one the connection is lost */
    const char *posts;
    enum sight sight; /* SIGHT_SEEN: it succeeds */
    const char *json_or_text;
    int32_t exit_code;
};

#define ALL          "Create Command Receive Signal Delete"
#define UNKNOWN_FATE "whether the script ran on the host is unknown"

static const struct run_case cases[] = {
    {"at once",
     {CREATED, STARTED, RECEIVED(STREAM("stdout", ANSWER) DONE("0")), SIGNALLED, DELETED},
     ALL,
     SIGHT_SEEN,
     "{\"a\":1}",
     0},
    {"nothing yet, then running, then done",
     {CREATED, STARTED, NOTHING_YET, RECEIVED(RUNNING), RECEIVED(STREAM("stdout", ANSWER) RUNNING),
      RECEIVED(DONE("0")), SIGNALLED},
     "Create Command Receive Receive Receive Receive Signal Delete",
     SIGHT_SEEN,
     "{\"a\":1}",
     0},
    {"a negative exit code",
     {CREATED, STARTED, RECEIVED(STREAM("stdout", ANSWER) DONE("-1")), SIGNALLED},
     ALL,
     SIGHT_SEEN,
     "{\"a\":1}",
     -1},
    {"an exit code of 32 bits",
     {CREATED, STARTED, RECEIVED(STREAM("stdout", ANSWER) DONE("4294967295")), SIGNALLED},
     ALL,
     SIGHT_SEEN,
     "{\"a\":1}",
     -1},
    {"a character cut in two",
     {CREATED, STARTED, RECEIVED(STREAM("stdout", "UENIQVQtSlNPTjp7ImEiOiLD")),
      RECEIVED(STREAM("stdout", "vCJ9") STREAM("stdout", "") DONE("0")), SIGNALLED},
     "Create Command Receive Receive Signal Delete",
     SIGHT_SEEN,
     "{\"a\":\"ü\"}",
     0},
    {"another command's stream",
     {CREATED, STARTED,
      RECEIVED("<rsp:Stream Name=\"stdout\" CommandId=\"X\">eHg=</rsp:Stream>" STREAM("stdout", ANSWER)
                   DONE("0"))},
     ALL,
     SIGHT_SEEN,
     "{\"a\":1}",
     0},
    {"clean-up is lost",
     {CREATED, STARTED, RECEIVED(STREAM("stdout", ANSWER) DONE("0")), LOST_LINE},
     ALL,
     SIGHT_SEEN,
     "{\"a\":1}",
     0},

    {"Create lost", {LOST_LINE}, "Create", SIGHT_PROTOCOL_ERROR, "the connection was cut", 0},
    {"Create denied", {FAULT(FAULT_BODY("5", "AccessDenied"))}, "Create", SIGHT_DENIED, "access denied", 0},
    {"quota",
     {FAULT(FAULT_BODY("2150859173", "QuotaLimit"))},
     "Create",
     SIGHT_DENIED,
     "quota of remote shells",
     0},
    {"login", {STATUS(401)}, "Create", SIGHT_LOGIN_FAILED, "HTTP 401", 0},
    {"a shell without a name",
     {LINE("<x:ResourceCreated/>")},
     "Create",
     SIGHT_PROTOCOL_ERROR,
     "without a name",
     0},
    {"Command lost",
     {CREATED, LOST_LINE, DELETED},
     "Create Command Delete",
     SIGHT_PROTOCOL_ERROR,
     UNKNOWN_FATE,
     0},
    {"Command lost, and Delete",
     {CREATED, LOST_LINE, LOST_LINE},
     "Create Command Delete",
     SIGHT_PROTOCOL_ERROR,
     UNKNOWN_FATE,
     0},
    {"Command refused",
     {CREATED, FAULT(FAULT_BODY("2150858843", "InvalidSelectors")), DELETED},
     "Create Command Delete",
     SIGHT_PROTOCOL_ERROR,
     "shell or command is gone",
     0},
    {"Command answered with garbage",
     {CREATED, {200, "garbage", 0}, DELETED},
     "Create Command Delete",
     SIGHT_PROTOCOL_ERROR,
     UNKNOWN_FATE,
     0},
    {"a command without a name",
     {CREATED, LINE("<rsp:CommandResponse/>"), DELETED},
     "Create Command Delete",
     SIGHT_PROTOCOL_ERROR,
     UNKNOWN_FATE,
     0},
    {"Command 401",
     {CREATED, STATUS(401), DELETED},
     "Create Command Delete",
     SIGHT_LOGIN_FAILED,
     "HTTP 401",
     0},
    {"Receive lost",
     {CREATED, STARTED, LOST_LINE, SIGNALLED, DELETED},
     ALL,
     SIGHT_PROTOCOL_ERROR,
     UNKNOWN_FATE,
     0},
    {"Receive 500 without body",
     {CREATED, STARTED, STATUS(500), SIGNALLED, DELETED},
     ALL,
     SIGHT_PROTOCOL_ERROR,
     UNKNOWN_FATE,
     0},
    {"shell lost while it runs",
     {CREATED, STARTED, FAULT(FAULT_BODY("2150858843", "InvalidSelectors")), SIGNALLED, DELETED},
     ALL,
     SIGHT_PROTOCOL_ERROR,
     UNKNOWN_FATE,
     0},
    {"lost in the middle of output",
     {CREATED, STARTED, RECEIVED(STREAM("stdout", "UEND")), LOST_LINE},
     "Create Command Receive Receive Signal Delete",
     SIGHT_PROTOCOL_ERROR,
     UNKNOWN_FATE,
     0},
    {"output that is no Base64",
     {CREATED, STARTED, RECEIVED(STREAM("stdout", "!!")), SIGNALLED, DELETED},
     ALL,
     SIGHT_PROTOCOL_ERROR,
     "no Base64",
     0},
    {"no exit code",
     {CREATED, STARTED, RECEIVED(DONE("")), SIGNALLED, DELETED},
     ALL,
     SIGHT_PROTOCOL_ERROR,
     "without an exit code",
     0},
    {"an exit code that is none",
     {CREATED, STARTED, RECEIVED(DONE("99999999999")), SIGNALLED, DELETED},
     ALL,
     SIGHT_PROTOCOL_ERROR,
     "without an exit code",
     0},
    {"done without output",
     {CREATED, STARTED, RECEIVED(DONE("1")), SIGNALLED, DELETED},
     ALL,
     SIGHT_PROTOCOL_ERROR,
     "no answer (exit code 1)",
     0},
    /* "boom\r\n" on stderr */
    {"an error",
     {CREATED, STARTED, RECEIVED(STREAM("stderr", "Ym9vbQ0K") DONE("2")), SIGNALLED, DELETED},
     ALL,
     SIGHT_PROTOCOL_ERROR,
     "the script left no answer (exit code 2): boom",
     0},
    {"no output at all in the answer",
     {CREATED, STARTED, LINE("<rsp:Other/>"), SIGNALLED, DELETED},
     ALL,
     SIGHT_PROTOCOL_ERROR,
     "holds no output",
     0},
};

static void check_failure(const struct run_case *c, const struct winrm_failure *failure)
{
    if (failure->sight != c->sight || !failure->text || !strstr(failure->text, c->json_or_text))
        fail_msg("%s: %s, \"%s\"", c->name, sight_name(failure->sight), failure->text);
}

static void check_case(const struct run_case *c)
{
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(scripted_host) struct scripted_host host;
    struct winrm_failure failure;
    struct winrm_output output;
    struct winrm_port *port;
    int status;

    scripted_host_init(&host, c->lines, COUNT(c->lines));
    port = winrm_client_new(&host.transport, "https://h:5986/wsman");
    status = port->ops->run_ps(port, "$Answer = 1", NULL, deadline_in_ms(&host.clock, TIMEOUT_MS), arena,
                               &output, &failure);
    if ((status == 0) != (c->sight == SIGHT_SEEN))
        fail_msg("%s: returned %d, \"%s\"", c->name, status, failure.text);
    if (strcmp(scripted_posts(&host, arena), c->posts) != 0)
        fail_msg("%s: sent %s", c->name, scripted_posts(&host, arena));
    if (status != 0) {
        check_failure(c, &failure);
    } else {
        assert_string_equal(output.json, c->json_or_text);
        assert_int_equal(output.exit_code, c->exit_code);
    }
    port->ops->close(port);
}

static void every_way_through_a_shell_cleans_up_and_commands_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        check_case(&cases[i]);
}

/* Runs a script against these lines with little time; how long it took and what was sent. */
static int64_t run_slowly(const struct scripted_line *lines, size_t count, struct arena *arena,
                          struct winrm_failure *ret_failure, const char **ret_posts)
{
    AUTO(scripted_host) struct scripted_host host;
    struct winrm_output output;
    struct winrm_port *port;

    scripted_host_init(&host, lines, count);
    port = winrm_client_new(&host.transport, "https://h:5986/wsman");
    assert_int_equal(
        port->ops->run_ps(port, "1", NULL, deadline_in_ms(&host.clock, 2000), arena, &output, ret_failure),
        -1);
    *ret_posts = scripted_posts(&host, arena);
    port->ops->close(port);
    return host.now_ms;
}

static void a_script_that_does_not_end_is_ended_in_time(void **state)
{
    static const struct scripted_line lines[] = {CREATED, STARTED, NOTHING_YET};
    AUTO(arena) struct arena *arena = arena_new();
    struct winrm_failure failure;
    const char *posts;

    (void)state;
    assert_true(run_slowly(lines, COUNT(lines), arena, &failure, &posts) <= 2000);
    assert_int_equal(failure.sight, SIGHT_TIMED_OUT);
    assert_string_equal(posts + strlen(posts) - strlen(" Receive Signal Delete"), " Receive Signal Delete");
    assert_true(strlen(posts) < strlen("Receive ") * 40); /* and it is not asked in a hurry */
}

static void a_host_that_hangs_does_not_hold_us(void **state)
{
    static const struct scripted_line hanging[][4] = {
        {{200, "", 100000}},
        {CREATED, {200, "", 100000}},
        {CREATED, STARTED, {200, "", 100000}},
        {CREATED, STARTED, RECEIVED(DONE("0")), {200, "", 100000}},
    };
    static const char *const sent[] = {"Create", "Create Command Delete", ALL, ALL};

    (void)state;
    for (size_t i = 0; i < COUNT(hanging); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        struct winrm_failure failure;
        const char *posts;

        assert_true(run_slowly(hanging[i], i + 1, arena, &failure, &posts) <= 2000);
        assert_string_equal(posts, sent[i]);
        assert_int_equal(failure.sight, i == 3 ? SIGHT_PROTOCOL_ERROR : SIGHT_TIMED_OUT);
    }
}

/* A host that prints without end. */
static void endless_output_ends(void **state)
{
    enum { PIECE_BYTES = 300 * 1024 };
    static const char zeros[PIECE_BYTES];
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(strbuf) struct strbuf piece = STRBUF_INIT;
    struct winrm_failure failure;
    const char *posts;

    (void)state;
    strbuf_add(&piece, "<rsp:ReceiveResponse><rsp:Stream Name=\"stdout\">");
    base64_add(&piece, zeros, PIECE_BYTES);
    strbuf_add(&piece, "</rsp:Stream></rsp:ReceiveResponse>");
    run_slowly((const struct scripted_line[]){CREATED, STARTED, LINE(strbuf_text(&piece))}, 3, arena,
               &failure, &posts);
    assert_int_equal(failure.sight, SIGHT_PROTOCOL_ERROR);
    assert_non_null(strstr(failure.text, "more than any of ours"));
    assert_non_null(strstr(posts, "Signal Delete"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_through_a_shell_cleans_up_and_commands_once),
        cmocka_unit_test(a_script_that_does_not_end_is_ended_in_time),
        cmocka_unit_test(a_host_that_hangs_does_not_hold_us),
        cmocka_unit_test(endless_output_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
