/*
 * The WinRM service from the client's side of memory: Identify, headers, shells, WMI, and XML from strangers.
 * powershell is played by a table.
 */
#include "base/base64.h"
#include "base/mem.h"
#include "lab/powershell/powershell.h"
#include "lab/tds/wire.h"
#include "lab/winrm/namespaces.h"
#include "lab/winrm/service.h"
#include "unit/lab/world_fixture.h"

#include <string.h>

/* ---- powershell, played ---- */

/* What a slow script does at its end. */
static int64_t done_late;

static void note_done(struct world *world, void *owner)
{
    (void)owner;
    done_late = world->now_utc_ms;
}

void powershell_run(struct world *world, const struct ps_run *run, struct ps_result *ret_result)
{
    bool slow = strcmp(run->script, "slow") == 0;

    if (slow)
        later_add(world, &(struct later){world->now_utc_ms + 20000, run->tag, note_done, NULL});
    *ret_result = (struct ps_result){
        .output = mem_format("%s\\%s says %s: \xC3\xA9\r\n", run->host, run->user, run->script),
        .error_clixml = strcmp(run->script, "fail") == 0 ? mem_copy_text("#< CLIXML\r\n<Objs/>") : NULL,
        .exit_code = strcmp(run->script, "fail") == 0 ? -2 : 0,
        .takes_ms = slow ? 30000 : 0,
    };
}

void ps_result_done(struct ps_result *result)
{
    free(result->output);
    free(result->error_clixml);
}

/* ---- a host and its client ---- */

struct peer {
    struct world *world;
    struct host *host;
    struct winrm_service *service;
    int64_t now_ms;
    struct winrm_reply reply;
    char shell[64], command[64];
};

static int set_up(void **state)
{
    struct peer *peer = mem_alloc(sizeof *peer);

    peer->world = fixture_world();
    peer->host = world_host(peer->world, "pc1");
    peer->service = winrm_service_new(peer->world, peer->host);
    *state = peer;
    return 0;
}

static int tear_down(void **state)
{
    struct peer *peer = *state;

    strbuf_done(&peer->reply.body);
    winrm_service_free(peer->service);
    world_free(peer->world);
    free(peer);
    return 0;
}

static void send_text_waited(struct peer *peer, const char *user, const char *text, int64_t waited_ms)
{
    const struct winrm_call call = {
        .user = user,
        .address = "127.0.0.1",
        .text = text,
        .length = strlen(text),
        .started_ms = peer->now_ms - waited_ms,
        .now_ms = peer->now_ms,
        .again = waited_ms > 0,
    };

    strbuf_done(&peer->reply.body);
    peer->reply = (struct winrm_reply){0};
    winrm_service_call(peer->service, &call, &peer->reply);
}

static void send_text(struct peer *peer, const char *user, const char *text)
{
    send_text_waited(peer, user, text, 0);
}

#define ENVELOPE                                                                                             \
    "<s:Envelope xmlns:s=\"" NS_SOAP "\" xmlns:a=\"" NS_ADDRESSING "\" xmlns:w=\"" NS_WSMAN                  \
    "\" xmlns:p=\"" NS_WSMAN_MS "\" xmlns:n=\"" NS_ENUMERATION "\" xmlns:x=\"" NS_TRANSFER                   \
    "\" xmlns:rsp=\"" NS_SHELL "\">"
#define ADDRESSES                                                                                            \
    "<a:To>https://pc1:5986/wsman</a:To><a:ReplyTo><a:Address>" ADDRESS_ANONYMOUS "</a:Address></a:ReplyTo>"

static char *envelope(const char *resource, const char *action, const char *headers, const char *body)
{
    return mem_format(ENVELOPE
                      "<s:Header>" ADDRESSES "<a:MessageID>uuid:1234</a:MessageID>"
                      "<w:ResourceURI>%s</w:ResourceURI><a:Action>%s</a:Action>%s</s:Header><s:Body>%s"
                      "</s:Body></s:Envelope>",
                      resource, action, headers, body);
}

static void ask(struct peer *peer, const char *resource, const char *action, const char *headers,
                const char *body)
{
    AUTO_FREE char *text = envelope(resource, action, headers, body);

    send_text(peer, "monitor", text);
}

static const char *body_of(const struct peer *peer)
{
    return strbuf_text(&peer->reply.body);
}

static void answers(const struct peer *peer, const char *part)
{
    if (peer->reply.status != 200 || !strstr(body_of(peer), part) ||
        !strstr(body_of(peer), "<a:RelatesTo>uuid:1234</a:RelatesTo>"))
        fail_msg("wanted %s, got %u %s", part, peer->reply.status, body_of(peer));
}

static void faults(const struct peer *peer, const char *subcode, const char *code)
{
    if (peer->reply.status != 500 || !strstr(body_of(peer), subcode) || !strstr(body_of(peer), code))
        fail_msg("wanted %s %s, got %u %s", subcode, code, peer->reply.status, body_of(peer));
}

/* Text between two marks of the answer. */
static char *between(const struct peer *peer, const char *from, const char *to)
{
    const char *start = strstr(body_of(peer), from);

    if (!start)
        return mem_copy_text("");
    start += strlen(from);
    const char *end = strstr(start, to);
    assert_non_null(end);
    return mem_format("%.*s", (int)(end - start), start);
}

static char *selector(const char *shell)
{
    return mem_format("<w:SelectorSet><w:Selector Name=\"ShellId\">%s</w:Selector></w:SelectorSet>"
                      "<w:OptionSet><w:Option Name=\"WINRS_SKIP_CMD_SHELL\">FALSE</w:Option></w:OptionSet>",
                      shell);
}

#define SHELL_BODY "<rsp:Shell><rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>"

static void create_shell(struct peer *peer)
{
    ask(peer, RESOURCE_CMD, NS_TRANSFER "/Create", "", SHELL_BODY);
    answers(peer, "<w:Selector Name=\"ShellId\">");
    AUTO_FREE char *id = between(peer, "<rsp:ShellId>", "</rsp:ShellId>");
    snprintf(peer->shell, sizeof peer->shell, "%s", id);
}

static void to_shell(struct peer *peer, const char *action, const char *body)
{
    AUTO_FREE char *headers = selector(peer->shell);

    ask(peer, RESOURCE_CMD, action, headers, body);
}

static void command(struct peer *peer, const char *line)
{
    AUTO_FREE char *body =
        mem_format("<rsp:CommandLine><rsp:Command>%s</rsp:Command></rsp:CommandLine>", line);

    to_shell(peer, NS_SHELL "/Command", body);
    answers(peer, "<rsp:CommandId>");
    AUTO_FREE char *id = between(peer, "<rsp:CommandId>", "</rsp:CommandId>");
    snprintf(peer->command, sizeof peer->command, "%s", id);
}

static void script(struct peer *peer, const char *text)
{
    AUTO(strbuf) struct strbuf utf16 = STRBUF_INIT, line = STRBUF_INIT;

    wire_utf16_from_utf8(&utf16, text, strlen(text));
    strbuf_add(&line, "powershell.exe -NoProfile -NonInteractive -EncodedCommand ");
    base64_add(&line, strbuf_text(&utf16), utf16.length);
    command(peer, strbuf_text(&line));
}

static void receive_waited(struct peer *peer, int64_t waited_ms)
{
    AUTO_FREE char *headers = selector(peer->shell);
    AUTO_FREE char *with_timeout = mem_format("%s<w:OperationTimeout>PT5S</w:OperationTimeout>", headers);
    AUTO_FREE char *body = mem_format("<rsp:Receive><rsp:DesiredStream CommandId=\"%s\">stdout stderr"
                                      "</rsp:DesiredStream></rsp:Receive>",
                                      peer->command);
    AUTO_FREE char *text = envelope(RESOURCE_CMD, NS_SHELL "/Receive", with_timeout, body);

    send_text_waited(peer, "monitor", text, waited_ms);
}

static void stream_is(const struct peer *peer, const char *name, const char *want)
{
    AUTO_FREE char *mark = mem_format("<rsp:Stream Name=\"%s\" CommandId=\"%s\">", name, peer->command);
    AUTO_FREE char *encoded = between(peer, mark, "</rsp:Stream>");
    AUTO(strbuf) struct strbuf bytes = STRBUF_INIT;

    assert_true(base64_add_decoded(&bytes, encoded));
    assert_string_equal(strbuf_text(&bytes), want);
}

static void signal_command(struct peer *peer, const char *code)
{
    AUTO_FREE char *body =
        mem_format("<rsp:Signal CommandId=\"%s\"><rsp:Code>" NS_SHELL "/signal/%s</rsp:Code>"
                   "</rsp:Signal>",
                   peer->command, code);

    to_shell(peer, NS_SHELL "/Signal", body);
}

/* ---- Identify and headers ---- */

static const char identify[] =
    "<s:Envelope xmlns:s=\"" NS_SOAP "\"><s:Header/><s:Body><i:Identify xmlns:i=\"" NS_IDENTIFY
    "\"/></s:Body></s:Envelope>";

static void identify_tells_more_to_who_logged_on(void **state)
{
    struct peer *peer = *state;

    send_text(peer, NULL, identify);
    assert_int_equal(peer->reply.status, 200);
    assert_non_null(strstr(body_of(peer), "OS: 0.0.0 SP: 0.0 Stack: 3.0"));
    assert_null(strstr(body_of(peer), "SecurityProfiles"));
    send_text(peer, "monitor", identify);
    assert_non_null(strstr(body_of(peer), "OS: 6.3.9600"));
    assert_non_null(strstr(body_of(peer), "secprofile/https/basic"));
}

static void nothing_else_goes_without_logon(void **state)
{
    struct peer *peer = *state;
    AUTO_FREE char *text = envelope(RESOURCE_CMD, NS_TRANSFER "/Create", "", SHELL_BODY);

    send_text(peer, NULL, text);
    assert_int_equal(peer->reply.status, 401);
    assert_int_equal(peer->reply.body.length, 0);
}

static void headers_are_checked(void **state)
{
    static const struct {
        const char *resource, *action, *headers, *body, *subcode, *code;
    } cases[] = {
        {RESOURCE_CMD, NS_TRANSFER "/Create", "<w:OperationTimeout>-PT5S</w:OperationTimeout>", SHELL_BODY,
         "a:InvalidMessageInformationHeader", "Code=\"2150858767\""},
        {RESOURCE_CMD, NS_TRANSFER "/Create", "<w:MaxEnvelopeSize>100</w:MaxEnvelopeSize>", SHELL_BODY,
         "a:InvalidMessageInformationHeader", "2150858767"},
        {RESOURCE_CMD, NS_TRANSFER "/Create", "<w:ResourceURI>x</w:ResourceURI>", SHELL_BODY,
         "a:InvalidMessageInformationHeader", "2150858767"},
        {RESOURCE_CMD, NS_TRANSFER "/Create", "<w:Fantasy s:mustUnderstand=\"true\"/>", SHELL_BODY,
         "s:MustUnderstand", "2150858768"},
        {RESOURCE_CMD, NS_TRANSFER "/Put", "", SHELL_BODY, "a:ActionNotSupported", "2150858771"},
        {"http://example.com/x", NS_TRANSFER "/Create", "", SHELL_BODY, "a:DestinationUnreachable",
         "2150858754"},
        {RESOURCE_CMD, NS_TRANSFER "/Create", "", "", "w:SchemaValidationError", "2150858817"},
        {RESOURCE_CMD, NS_TRANSFER "/Create", "", "<rsp:Shell><rsp:Fantasy/></rsp:Shell>",
         "w:SchemaValidationError", "2150858817"},
        {RESOURCE_CMD, NS_TRANSFER "/Delete", "", "", "w:InvalidSelectors", "2150858843"},
        {RESOURCE_CIMV2 "Win32_Service", NS_ENUMERATION "/Pull", "",
         "<n:Pull><n:EnumerationContext>x</n:EnumerationContext></n:Pull>", "n:InvalidEnumerationContext",
         "2150858779"},
    };
    struct peer *peer = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        ask(peer, cases[i].resource, cases[i].action, cases[i].headers, cases[i].body);
        faults(peer, cases[i].subcode, cases[i].code);
        assert_non_null(strstr(body_of(peer), "<a:RelatesTo>uuid:1234</a:RelatesTo>"));
    }
    ask(peer, RESOURCE_CMD, NS_TRANSFER "/Create", "<w:Fantasy s:mustUnderstand=\"false\"/>", SHELL_BODY);
    answers(peer, "ShellId");
}

static void required_headers_are_required(void **state)
{
    static const char *const required[] = {"a:MessageID", "a:Action", "a:To", "a:ReplyTo", "w:ResourceURI"};
    struct peer *peer = *state;

    for (size_t i = 0; i < COUNT(required); i++) {
        AUTO_FREE char *text = envelope(RESOURCE_CMD, NS_TRANSFER "/Create", "", SHELL_BODY);
        AUTO_FREE char *open = mem_format("<%s>", required[i]);
        AUTO_FREE char *close = mem_format("</%s>", required[i]);
        strstr(text, open)[3] = 'Z'; /* another name */
        strstr(text, close)[4] = 'Z';
        send_text(peer, "monitor", text);
        faults(peer, "a:MessageInformationHeaderRequired", "2150858769");
    }
}

/* ---- shells ---- */

static void a_script_runs_from_create_to_delete(void **state)
{
    struct peer *peer = *state;

    create_shell(peer);
    script(peer, "fail");
    receive_waited(peer, 0);
    answers(peer, "/CommandState/Done\"><rsp:ExitCode>4294967294</rsp:ExitCode>");
    stream_is(peer, "stdout", "pc1\\monitor says fail: \xC3\xA9\r\n");
    stream_is(peer, "stderr", "#< CLIXML\r\n<Objs/>");
    assert_non_null(strstr(body_of(peer), "End=\"true\""));
    signal_command(peer, "Terminate");
    answers(peer, "<rsp:SignalResponse/>");
    to_shell(peer, NS_TRANSFER "/Delete", "");
    answers(peer, "<s:Body></s:Body>");
    to_shell(peer, NS_TRANSFER "/Delete", "");
    faults(peer, "w:InvalidSelectors", "2150858843");
}

static void output_that_is_late_times_out_and_comes(void **state)
{
    struct peer *peer = *state;

    create_shell(peer);
    script(peer, "slow");
    receive_waited(peer, 0);
    assert_true(peer->reply.pending);
    peer->now_ms += 5000;
    receive_waited(peer, 5000);
    assert_false(peer->reply.pending);
    faults(peer, "w:TimedOut", "2150858793");
    fixture_pass_s(peer->world, 30);
    receive_waited(peer, 0);
    answers(peer, "<rsp:ExitCode>0</rsp:ExitCode>");
}

static void signals_end_what_runs(void **state)
{
    struct peer *peer = *state;

    create_shell(peer);
    script(peer, "slow");
    signal_command(peer, "ctrl_c");
    answers(peer, "<rsp:SignalResponse/>");
    receive_waited(peer, 0);
    answers(peer, "<rsp:ExitCode>3221225786</rsp:ExitCode>");
    script(peer, "slow");
    signal_command(peer, "terminate");
    receive_waited(peer, 100);
    faults(peer, "w:InternalError", "Code=\"995\"");
    script(peer, "slow");
    signal_command(peer, "fantasy");
    faults(peer, "w:InvalidParameter", "Code=\"87\"");
}

/* Its end does not depend on its caller, unless that ends it. */
static void what_runs_goes_on_until_it_is_ended(void **state)
{
    struct peer *peer = *state;

    done_late = 0;
    create_shell(peer);
    script(peer, "slow");
    fixture_pass_s(peer->world, 25);
    assert_true(done_late > 0);
    done_late = 0;
    script(peer, "slow");
    signal_command(peer, "ctrl_c");
    script(peer, "slow");
    signal_command(peer, "terminate");
    script(peer, "slow");
    to_shell(peer, NS_TRANSFER "/Delete", "");
    answers(peer, "<s:Body></s:Body>");
    fixture_pass_s(peer->world, 25);
    assert_true(done_late == 0);
}

static void words_of_cmd_are_few(void **state)
{
    static const struct {
        const char *line, *output, *errors, *exit_code;
    } cases[] = {
        {"hostname", "pc1\r\n", "", ">0<"},
        {"C:\\Windows\\System32\\HOSTNAME.EXE", "pc1\r\n", "", ">0<"},
        {"echo a b", "a b\r\n", "", ">0<"},
        {"exit /b 300", "", "", ">300<"},
        {"exit -1", "", "", ">4294967295<"},
        {"powershell -Command hello you", "pc1\\monitor says hello you: \xC3\xA9\r\n", "", ">0<"},
        {"powershell -fantasy", "",
         "Cannot process the command because of a wrong parameter or a value that is missing or is not "
         "properly encoded.\r\n",
         ">4294770688<"},
        {"fantasy x", "",
         "'fantasy' is not recognized as an internal or external command,\r\noperable program or batch "
         "file.\r\n",
         ">1<"},
    };
    struct peer *peer = *state;

    create_shell(peer);
    for (size_t i = 0; i < COUNT(cases); i++) {
        command(peer, cases[i].line);
        receive_waited(peer, 0);
        answers(peer, cases[i].exit_code);
        stream_is(peer, "stdout", cases[i].output);
        stream_is(peer, "stderr", cases[i].errors);
    }
}

static void shells_have_a_quota_and_an_owner(void **state)
{
    struct peer *peer = *state;

    for (int i = 0; i < 25; i++)
        create_shell(peer);
    ask(peer, RESOURCE_CMD, NS_TRANSFER "/Create", "", SHELL_BODY);
    faults(peer, "w:QuotaLimit", "maximum number of concurrent shells");
    AUTO_FREE char *headers = selector(peer->shell);
    AUTO_FREE char *text = envelope(RESOURCE_CMD, NS_TRANSFER "/Delete", headers, "");
    send_text(peer, "other", text);
    faults(peer, "w:InvalidSelectors", "2150858843");
    to_shell(peer, NS_TRANSFER "/Delete", "");
    create_shell(peer);
    peer->now_ms += INT64_C(7200001); /* nobody came back */
    create_shell(peer);
}

static void what_the_host_suffers_shows(void **state)
{
    struct peer *peer = *state;
    struct winrm_policy *policy = &peer->host->windows.winrm;

    policy->manner = WINRM_ACCESS_DENIED;
    ask(peer, RESOURCE_CMD, NS_TRANSFER "/Create", "", SHELL_BODY);
    faults(peer, "w:AccessDenied", "Code=\"5\"");
    policy->manner = WINRM_QUOTA;
    ask(peer, RESOURCE_CMD, NS_TRANSFER "/Create", "", SHELL_BODY);
    faults(peer, "w:QuotaLimit", "2150859173");
    policy->manner = WINRM_LOST_SHELL;
    create_shell(peer);
    script(peer, "x");
    receive_waited(peer, 0);
    faults(peer, "w:InvalidSelectors", "2150858843");
    policy->manner = WINRM_ANSWERS;
    policy->cut_in_character = true;
    policy->has_exit_code = true;
    policy->exit_code = -1;
    script(peer, "x");
    receive_waited(peer, 0);
    answers(peer, "/CommandState/Running");
    stream_is(peer, "stdout", "pc1\\monitor says x: \xC3");
    receive_waited(peer, 0);
    answers(peer, "<rsp:ExitCode>4294967295</rsp:ExitCode>");
    stream_is(peer, "stdout", "\xA9\r\n");
}

/* ---- WMI ---- */

static void enumerate(struct peer *peer, const char *options, const char *wql)
{
    AUTO_FREE char *body = mem_format(
        "<n:Enumerate>%s<w:Filter Dialect=\"" DIALECT_WQL "\">%s</w:Filter></n:Enumerate>", options, wql);

    ask(peer, RESOURCE_CIMV2 "*", NS_ENUMERATION "/Enumerate", "", body);
}

static void services_are_queried(void **state)
{
    struct peer *peer = *state;

    enumerate(peer, "<w:OptimizeEnumeration/><w:MaxElements>50</w:MaxElements>",
              "SELECT Name,State,ExitCode FROM Win32_Service WHERE PathName LIKE '%ChannelService.exe%'");
    answers(peer, "<n:EnumerationContext></n:EnumerationContext><w:Items><w:XmlFragment><Name>");
    assert_non_null(strstr(body_of(peer), "<State>Running</State><ExitCode>0</ExitCode></w:XmlFragment>"
                                          "</w:Items><w:EndOfSequence/>"));
    enumerate(peer, "<w:OptimizeEnumeration/>", "SELECT LocalDateTime FROM Win32_OperatingSystem");
    answers(peer, ":Datetime xmlns:cim=");
    ask(peer, RESOURCE_CIMV2 "Win32_LogicalDisk", NS_ENUMERATION "/Enumerate", "",
        "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>9</w:MaxElements></n:Enumerate>");
    answers(peer, "<c:DeviceID>C:</c:DeviceID>");
}

static void rows_are_pulled_one_by_one(void **state)
{
    struct peer *peer = *state;
    size_t rows = 0;

    enumerate(peer, "", "SELECT Name FROM Win32_Service");
    AUTO_FREE char *context = between(peer, "<n:EnumerationContext>", "</n:EnumerationContext>");
    AUTO_FREE char *pull =
        mem_format("<n:Pull><n:EnumerationContext>%s</n:EnumerationContext></n:Pull>", context);
    AUTO_FREE char *release =
        mem_format("<n:Release><n:EnumerationContext>%s</n:EnumerationContext></n:Release>", context);
    for (bool over = false; !over; rows++) {
        ask(peer, RESOURCE_CIMV2 "*", NS_ENUMERATION "/Pull", "", pull);
        answers(peer, "<n:Items><w:XmlFragment>");
        over = strstr(body_of(peer), "<n:EndOfSequence/>") != NULL;
    }
    assert_int_equal(rows, peer->host->windows.services.count);
    ask(peer, RESOURCE_CIMV2 "*", NS_ENUMERATION "/Release", "", release);
    faults(peer, "n:InvalidEnumerationContext", "2150858779");
}

static void get(struct peer *peer, const char *class_name, const char *selector_name, const char *value)
{
    AUTO_FREE char *resource = mem_format(RESOURCE_CIMV2 "%s", class_name);
    AUTO_FREE char *headers = mem_format(
        "<w:SelectorSet><w:Selector Name=\"%s\">%s</w:Selector></w:SelectorSet>", selector_name, value);

    ask(peer, resource, NS_TRANSFER "/Get", headers, "");
}

static void one_instance_is_got(void **state)
{
    struct peer *peer = *state;

    get(peer, "Win32_Service", "Name", "rtcchat");
    answers(peer, "<c:State>Running</c:State>");
    get(peer, "Win32_LogicalDisk", "DeviceID", "C:");
    answers(peer, "<c:DriveType>3</c:DriveType>");
    get(peer, "Win32_Service", "Name", "fantasy");
    faults(peer, "a:DestinationUnreachable", "2150858752");
    get(peer, "Win32_Service", "State", "Running"); /* many */
    faults(peer, "a:DestinationUnreachable", "2150858752");
    get(peer, "Win32_Service", "Nome", "RTCCHAT");
    faults(peer, "w:InvalidSelectors", "2150858843");
    get(peer, "Win32_Fantasy", "Name", "x");
    faults(peer, "w:InternalError", "2147749904");
}

static void wrong_queries_are_told(void **state)
{
    static const struct {
        const char *wql, *code;
    } cases[] = {
        {"SELECT Name FROM Win32_Fantasy", "<e:error_Code>2147749904<"},
        {"SELECT Nome FROM Win32_Service", "<e:error_Code>2147749911<"},
        {"SELECT Name FROM", "<e:error_Code>2147749911<"},
    };
    struct peer *peer = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        enumerate(peer, "", cases[i].wql);
        faults(peer, "w:InternalError", cases[i].code);
    }
    ask(peer, RESOURCE_CIMV2 "*", NS_ENUMERATION "/Enumerate", "",
        "<n:Enumerate><w:Filter Dialect=\"x\">SELECT * FROM Win32_Service</w:Filter></n:Enumerate>");
    faults(peer, "n:FilterDialectRequestedUnavailable", "2150858777");
    ask(peer, RESOURCE_CIMV2 "*", NS_ENUMERATION "/Enumerate", "", "<n:Enumerate/>");
    faults(peer, "n:CannotProcessFilter", "2150858778");
}

/* ---- strangers ---- */

static void hostile_xml_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "x",
        "<",
        "<a/>",
        "<s:Envelope xmlns:s=\"" NS_SOAP "\"/>",
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body/></s:Envelope>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
        "<!DOCTYPE s:Envelope [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">"
        "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]><s:Envelope xmlns:s=\"" NS_SOAP
        "\"><s:Body>&c;</s:Body></s:Envelope>",
        "<s:Envelope xmlns:s=\"" NS_SOAP "\"><s:Body>&undefined;</s:Body></s:Envelope>",
        "<s:Envelope xmlns:s=\"" NS_SOAP "\"><s:Body>\xFF\xFE</s:Body></s:Envelope>",
    };
    struct peer *peer = *state;
    AUTO(strbuf) struct strbuf deep = STRBUF_INIT;

    for (size_t i = 0; i < COUNT(texts); i++) {
        send_text(peer, "monitor", texts[i]);
        faults(peer, "w:SchemaValidationError", "2150858817");
    }
    for (int i = 0; i < 100000; i++)
        strbuf_add(&deep, "<a>");
    send_text(peer, "monitor", strbuf_text(&deep));
    faults(peer, "w:SchemaValidationError", "2150858817");
}

static void every_beginning_of_a_request_is_survived(void **state)
{
    struct peer *peer = *state;
    AUTO_FREE char *text =
        envelope(RESOURCE_CMD, NS_TRANSFER "/Create",
                 "<w:OptionSet><w:Option Name=\"x\">y</w:Option></w:OptionSet>", SHELL_BODY);

    for (size_t length = strlen(text); length > 0; length--) {
        text[length - 1] = '\0';
        send_text(peer, "monitor", text);
        assert_int_equal(peer->reply.status, 500);
    }
}

static void every_byte_may_be_another(void **state)
{
    struct peer *peer = *state;
    AUTO_FREE char *text =
        envelope(RESOURCE_CIMV2 "*", NS_ENUMERATION "/Enumerate", "",
                 "<n:Enumerate><w:Filter Dialect=\"" DIALECT_WQL
                 "\">SELECT Name FROM Win32_Service WHERE Name = 'x'</w:Filter></n:Enumerate>");
    static const char others[] = "<>&'\"\x01\xFF";

    for (size_t at = 0; text[at]; at++) {
        char saved = text[at];
        for (size_t i = 0; i < sizeof others - 1; i++) {
            text[at] = others[i];
            send_text(peer, "monitor", text);
            assert_true(peer->reply.status == 200 || peer->reply.status == 500);
        }
        text[at] = saved;
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(identify_tells_more_to_who_logged_on),
        TEST(nothing_else_goes_without_logon),
        TEST(headers_are_checked),
        TEST(required_headers_are_required),
        TEST(a_script_runs_from_create_to_delete),
        TEST(output_that_is_late_times_out_and_comes),
        TEST(signals_end_what_runs),
        TEST(what_runs_goes_on_until_it_is_ended),
        TEST(words_of_cmd_are_few),
        TEST(shells_have_a_quota_and_an_owner),
        TEST(what_the_host_suffers_shows),
        TEST(services_are_queried),
        TEST(rows_are_pulled_one_by_one),
        TEST(one_instance_is_got),
        TEST(wrong_queries_are_told),
        TEST(hostile_xml_is_refused),
        TEST(every_beginning_of_a_request_is_survived),
        TEST(every_byte_may_be_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
