/* WQL queries and Identify against a host that follows a script. */
#include "observe/winrm/winrm_client.h"

#include "unit/cmocka_unit.h"
#include "unit/winrm/scripted_host.h"

#include <string.h>

enum { TIMEOUT_MS = 10000, MAX_ROWS = 4 };

#define ROW(name, state) "<w:XmlFragment><Name>" name "</Name><State>" state "</State></w:XmlFragment>"
#define CONTEXT(id)      "<n:EnumerationContext>" id "</n:EnumerationContext>"
#define END              "<n:EndOfSequence/>"
#define ENUMERATED(in)   LINE("<n:EnumerateResponse>" in "</n:EnumerateResponse>")
#define PULLED(in)       LINE("<n:PullResponse>" in "</n:PullResponse>")
#define ITEMS(in)        "<w:Items>" in "</w:Items>"

struct query_case {
    const char *name;
    struct scripted_line lines[6]; /* behind the last one the connection is lost */
    const char *posts;
    enum sight sight;          /* SIGHT_SEEN: it succeeds */
    const char *rows_or_words; /* "Name=State" with blanks between; NULL is "-" */
};

static const struct query_case cases[] = {
    {"all at once",
     {ENUMERATED(CONTEXT("1") ITEMS(ROW("a", "Running") ROW("b", "Stopped")) END)},
     "Enumerate",
     SIGHT_SEEN,
     "a=Running b=Stopped"},
    {"no row", {ENUMERATED("<n:EnumerationContext/>" ITEMS("") END)}, "Enumerate", SIGHT_SEEN, ""},
    {"an empty context is an end",
     {ENUMERATED("<n:EnumerationContext/>" ITEMS(ROW("a", "b")))},
     "Enumerate",
     SIGHT_SEEN,
     "a=b"},
    {"class elements, nil, arrays, case, datetimes",
     {ENUMERATED(
         ITEMS("<p:Win32_Service xmlns:p='urn:p' xsi:type='p:Win32_Service_Type'><p:NAME>a</p:NAME>"
               "<p:State xsi:nil='true'/></p:Win32_Service>"
               "<p:C xmlns:p='urn:p'><p:Name>x</p:Name><p:Name>y</p:Name>"
               "<p:State><cim:Datetime xmlns:cim='urn:c'>2026-11-23T05:00:00Z</cim:Datetime></p:State></p:C>"
               "<p:C xmlns:p='urn:p'><p:Name/></p:C>") END)},
     "Enumerate",
     SIGHT_SEEN,
     "a=- x, y=2026-11-23T05:00:00Z =-"},
    {"pulled",
     {ENUMERATED(CONTEXT("1")), PULLED(CONTEXT("2") ITEMS(ROW("a", "b"))), PULLED(ITEMS(ROW("c", "d")) END)},
     "Enumerate Pull Pull",
     SIGHT_SEEN,
     "a=b c=d"},
    {"more than wanted",
     {ENUMERATED(CONTEXT("1") ITEMS(ROW("a", "1") ROW("b", "2") ROW("c", "3") ROW("d", "4") ROW("e", "5"))),
      LINE("<n:ReleaseResponse/>")},
     "Enumerate Release",
     SIGHT_SEEN,
     "a=1 b=2 c=3 d=4"},
    {"neither rows nor end",
     {ENUMERATED(CONTEXT("1")), PULLED(CONTEXT("1")), LINE("<n:ReleaseResponse/>")},
     "Enumerate Pull Release",
     SIGHT_PROTOCOL_ERROR,
     "neither sends rows nor ends"},
    {"Enumerate lost", {LOST_LINE}, "Enumerate", SIGHT_PROTOCOL_ERROR, "cut"},
    {"Pull lost",
     {ENUMERATED(CONTEXT("1")), LOST_LINE},
     "Enumerate Pull Release",
     SIGHT_PROTOCOL_ERROR,
     "cut"},
    {"not an answer", {LINE("<n:Other/>")}, "Enumerate", SIGHT_PROTOCOL_ERROR, "none to a WMI query"},
    {"no rights",
     {FAULT("<s:Fault><s:Code><s:Subcode><s:Value>w:AccessDenied</s:Value></s:Subcode></s:Code></s:Fault>")},
     "Enumerate",
     SIGHT_DENIED,
     "access denied"},
    {"no envelope",
     {{200, "<?xml version='1.0'?><html/>", 0}},
     "Enumerate",
     SIGHT_PROTOCOL_ERROR,
     "no SOAP envelope"},
    {"a DTD", {{200, "<!DOCTYPE s [<!ENTITY e 'x'>]><s/>", 0}}, "Enumerate", SIGHT_PROTOCOL_ERROR, "DTD"},
    {"another's answer",
     {{200, "<?xml version='1.0'?><Envelope><Header><RelatesTo>uuid:0</RelatesTo></Header></Envelope>", 0}},
     "Enumerate",
     SIGHT_PROTOCOL_ERROR,
     "another request"},
    {"empty", {{200, NULL, 0}}, "Enumerate", SIGHT_PROTOCOL_ERROR, "no XML"},
    {"500 without words", {STATUS(500)}, "Enumerate", SIGHT_PROTOCOL_ERROR, "HTTP 500 without a fault"},
    {"500 without a fault",
     {FAULT("<n:Other/>")},
     "Enumerate",
     SIGHT_PROTOCOL_ERROR,
     "HTTP 500 without a fault"},
    {"401", {STATUS(401)}, "Enumerate", SIGHT_LOGIN_FAILED, "401"},
    {"403", {STATUS(403)}, "Enumerate", SIGHT_DENIED, "403"},
    {"404", {STATUS(404)}, "Enumerate", SIGHT_PROTOCOL_ERROR, "404"},
    {"405", {STATUS(405)}, "Enumerate", SIGHT_PROTOCOL_ERROR, "405"},
    {"415", {STATUS(415)}, "Enumerate", SIGHT_PROTOCOL_ERROR, "415"},
    {"503", {STATUS(503)}, "Enumerate", SIGHT_REFUSED, "503"},
    {"418", {STATUS(418)}, "Enumerate", SIGHT_PROTOCOL_ERROR, "HTTP 418"},
    {"302", {STATUS(302)}, "Enumerate", SIGHT_PROTOCOL_ERROR, "HTTP 302"},
};

static const char *rows_text(const struct winrm_rows *rows, struct arena *arena)
{
    const char *text = "";

    for (size_t i = 0; i < rows->row_count; i++) {
        const char *const *cells = rows->cells + i * rows->column_count;

        text = arena_format(arena, "%s%s%s=%s", text, i ? " " : "", cells[0] ? cells[0] : "-",
                            cells[1] ? cells[1] : "-");
    }
    return text;
}

static void check_case(const struct query_case *c)
{
    static const char *const columns[] = {"Name", "State"};
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(scripted_host) struct scripted_host host;
    struct winrm_failure failure;
    struct winrm_rows rows;
    struct winrm_port *port;
    int status;

    scripted_host_init(&host, c->lines, COUNT(c->lines));
    port = winrm_client_new(&host.transport, "https://h:5986/wsman");
    status = port->ops->wmi_query(port, "SELECT Name,State FROM Win32_Service", columns, COUNT(columns),
                                  MAX_ROWS, deadline_in_ms(&host.clock, TIMEOUT_MS), arena, &rows, &failure);
    if (strcmp(scripted_posts(&host, arena), c->posts) != 0)
        fail_msg("%s: sent %s", c->name, scripted_posts(&host, arena));
    if ((status == 0) != (c->sight == SIGHT_SEEN))
        fail_msg("%s: returned %d, \"%s\"", c->name, status, failure.text);
    if (status == 0)
        assert_string_equal(rows_text(&rows, arena), c->rows_or_words);
    else if (failure.sight != c->sight || !strstr(failure.text, c->rows_or_words))
        fail_msg("%s: %s, \"%s\"", c->name, sight_name(failure.sight), failure.text);
    port->ops->close(port);
}

static void queries_are_read_to_their_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        check_case(&cases[i]);
}

static void hosts_say_who_they_are(void **state)
{
    static const struct scripted_line lines[] = {
        LINE("<wsmid:IdentifyResponse xmlns:wsmid='urn:i'><wsmid:ProductVendor>Microsoft Corporation"
             "</wsmid:ProductVendor><wsmid:ProductVersion>OS: 6.3.9600\nSP: 0.0 Stack: "
             "3.0</wsmid:ProductVersion>"
             "</wsmid:IdentifyResponse>"),
        LINE("<w:Other/>"),
    };
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(scripted_host) struct scripted_host host;
    struct winrm_identity identity;
    struct winrm_failure failure;
    struct winrm_port *port;
    struct deadline deadline;

    (void)state;
    scripted_host_init(&host, lines, COUNT(lines));
    deadline = deadline_in_ms(&host.clock, TIMEOUT_MS);
    port = winrm_client_new(&host.transport, "https://h:5986/wsman");
    assert_int_equal(port->ops->identify(port, deadline, arena, &identity, &failure), 0);
    assert_string_equal(identity.vendor, "Microsoft Corporation");
    assert_string_equal(identity.version, "OS: 6.3.9600 SP: 0.0 Stack: 3.0");
    assert_int_equal(port->ops->identify(port, deadline, arena, &identity, &failure), -1);
    assert_int_equal(failure.sight, SIGHT_PROTOCOL_ERROR);
    port->ops->close(port);
}

/* Nothing is sent when there is no time for an answer. */
static void no_time_no_question(void **state)
{
    static const struct scripted_line lines[] = {LOST_LINE};
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(scripted_host) struct scripted_host host;
    struct winrm_identity identity;
    struct winrm_failure failure;
    struct winrm_port *port;

    (void)state;
    scripted_host_init(&host, lines, COUNT(lines));
    port = winrm_client_new(&host.transport, "https://h:5986/wsman");
    assert_int_equal(port->ops->identify(port, deadline_in_ms(&host.clock, 0), arena, &identity, &failure),
                     -1);
    assert_int_equal(failure.sight, SIGHT_TIMED_OUT);
    assert_int_equal(host.post_count, 0);
    port->ops->close(port);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_are_read_to_their_end),
        cmocka_unit_test(hosts_say_who_they_are),
        cmocka_unit_test(no_time_no_question),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
