/* From answers to findings, question by question. */
#include "base/strbuf.h"
#include "unit/cmocka_unit.h"
#include "unit/discover/survey_text.h"

#include <string.h>

struct judge_case {
    judge_function *judge;
    const char *text, *findings;
};

static void assert_cases(const struct judge_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        AUTO_FREE char *got = judged(cases[i].judge, cases[i].text);

        if (strcmp(got, cases[i].findings) != 0)
            fail_msg("case %zu:\n%s\ngot:\n%s\nwanted:\n%s", i, cases[i].text, got, cases[i].findings);
    }
}

#define CHAT " | RTCCHAT | Lync Server Persistent Chat | Running | \"C:\\PC\\ChannelService.exe\""
#define COMPLIANCE                                                                                           \
    " | RTCCOMP | Lync Server Persistent Chat Compliance | Running | C:\\PC\\ComplianceService.exe -x"

/* A line each for name, executable and display name. */
#define FOUND(sure, role, name, executable, display)                                                         \
    sure ": the " role " service is " name ", \"" display "\"\n" sure ": the " role                          \
         " service runs " executable " [" role "_executable=" executable "]\n" sure ": the " role            \
         " service is shown as \"" display "\" [" role "_display_name=" display "]\n"
#define FOUND_COMPLIANCE                                                                                     \
    FOUND("proven", "compliance", "RTCCOMP", "ComplianceService.exe",                                        \
          "Lync Server Persistent Chat Compliance")

static void services_are_known_by_executable(void **state)
{
    static const struct judge_case cases[] = {
        {judge_services, "services pc1" CHAT "\nservices pc1" COMPLIANCE "\nservices pc2" CHAT,
         FOUND("proven", "chat", "RTCCHAT", "ChannelService.exe", "Lync Server Persistent Chat")
             FOUND_COMPLIANCE},
        /* another executable: known by what people call it */
        {judge_services,
         "services pc1 | X | Skype Persistent Chat | Running | C:\\Chat2.exe\n"
         "services pc1 | Y | Skype Persistent Chat Compliance | Running | C:\\Comp2.exe",
         FOUND("likely", "chat", "X", "Chat2.exe", "Skype Persistent Chat")
             FOUND("likely", "compliance", "Y", "Comp2.exe", "Skype Persistent Chat Compliance")},
        /* two names: both are told, and neither is settled */
        {judge_services,
         "services pc1" CHAT "\nservices pc1" COMPLIANCE
         "\nservices pc2 | OTHER | Chat | Running | C:\\ChannelService.exe",
         "proven: the chat service is RTCCHAT, \"Lync Server Persistent Chat\"\n"
         "proven: the chat service is OTHER, \"Chat\"\n"
         "proven: the chat service runs ChannelService.exe "
         "[chat_executable=ChannelService.exe]\n" FOUND_COMPLIANCE},
        {judge_services, "services pc1 ! timed_out\nservices pc2 ! timed_out\nservices pc3 ! denied no right",
         "not known: what the chat service is called (pc1, pc2: timed out; pc3: not visible to this login "
         "(no "
         "right))\n"
         "not known: what the compliance service is called (pc1, pc2: timed out; pc3: not visible to this "
         "login "
         "(no right))\n"},
        {judge_services, "services pc1",
         "not known: what the chat service is called (Win32_Service on no chat server showed it)\n"
         "not known: what the compliance service is called (Win32_Service on no chat server showed it)\n"},
        {judge_services, "",
         "not known: what the chat service is called (the topology names no chat server to ask)\n"
         "not known: what the compliance service is called (the topology names no chat server to ask)\n"},
        /* a name that topology.yaml would not take */
        {judge_services, "services pc1 | X | Persistent Chat\x01 | Running | C:\\Chat.exe",
         "likely: the chat service is X, \"Persistent Chat \"\n"
         "likely: the chat service runs Chat.exe [chat_executable=Chat.exe]\n"
         "not known: the chat service is shown as \"Persistent Chat \" (\"Persistent Chat \" is nothing that "
         "chat_display_name can be; Win32_Service on pc1, 05:00:00Z)\n"
         "not known: what the compliance service is called (Win32_Service on no chat server showed it)\n"},
    };

    (void)state;
    assert_cases(cases, COUNT(cases));
}

/* server_id, server_address, ping, before, server_utc, server_local */
#define PING(id, ping, before, utc, local)                                                                   \
    "pings sql1 | " id " | net.tcp://pc" id ".example:8011/x | " ping " | " before " | " utc " | " local "\n"
/* pc1 pings every 15 s, in UTC, an hour behind local time; pc2 stands still. */
#define WATCHED                                                                                              \
    PING("1", "@0", "-", "@5", "@5+60")                                                                      \
    PING("2", "@-500", "-", "@5", "@5+60")                                                                   \
    PING("1", "@15", "@14", "@16", "@16+60")                                                                 \
    PING("1", "@30", "@30", "@32", "@32+60")                                                                 \
    PING("1", "@45", "@44", "@46", "@46+60")                                                                 \
    PING("1", "@60", "@59", "@61", "@61+60")                                                                 \
    PING("1", "@60", "@59", "@63", "@63+60") PING("2", "@-500", "@59", "@63", "@63+60")

static void pings_tell_period_and_clock(void **state)
{
    static const struct judge_case cases[] = {
        {judge_ping_period, WATCHED,
         "proven: a chat server writes its ping every 15 s\n"
         "proven: a ping of up to 45 s is fresh: 2 may be missed [ping_fresh_s=45]\n"},
        {judge_ping_clock, WATCHED, "proven: pings are stamped in UTC [ping_clock=utc]\n"},
        /* one step, between two pings that were seen to come */
        {judge_ping_period,
         PING("1", "@0", "-", "@1", "@1") PING("1", "@3", "@2", "@3", "@3") PING("1", "@6", "@5", "@6", "@6"),
         "likely: a chat server writes its ping every 3 s\n"
         "likely: a ping of up to 10 s is fresh: 2 may be missed [ping_fresh_s=10]\n"
         "likely: two samples 4 s apart show a ping that moves [ping_gap_s=4]\n"},
        /* a step from a ping that stood there before is better than nothing */
        {judge_ping_period, PING("1", "@0", "-", "@5", "@5") PING("1", "@20", "@19", "@20", "@20"),
         "likely: a chat server writes its ping every 20 s\n"
         "likely: a ping of up to 60 s is fresh: 2 may be missed [ping_fresh_s=60]\n"},
        /* samples so far apart that a ping may have been missed */
        {judge_ping_period,
         PING("1", "@0", "-", "@5", "@5") PING("1", "@20", "@8", "@21", "@21")
             PING("1", "@40", "@29", "@41", "@41"),
         "not known: how often a chat server writes its ping (pings moved 2 times in 36 s, too fast to be "
         "told "
         "apart; tblServerIdentity on sql1, 05:00:00Z)\n"},
        {judge_ping_period, PING("1", "@0", "-", "@5", "@5") PING("1", "@0", "@44", "@45", "@45"),
         "not known: how often a chat server writes its ping (no ping moved twice in 40 s of watching "
         "(--watch); tblServerIdentity on sql1, 05:00:00Z)\n"},
        {judge_ping_period, "pings sql1 ! denied SELECT on tblServerIdentity",
         "not known: how often a chat server writes its ping (sql1: not visible to this login (SELECT on "
         "tblServerIdentity))\n"},
        /* local time */
        {judge_ping_clock, PING("1", "@0+60", "-", "@5", "@5+60") PING("1", "@15+60", "@14", "@16", "@16+60"),
         "likely: pings are stamped in the server's local time [ping_clock=local]\n"},
        /* a server whose local time is UTC: nobody can tell */
        {judge_ping_clock, PING("1", "@0", "-", "@5", "@5") PING("1", "@15", "@14", "@16", "@16"),
         "not known: whether pings are stamped in UTC or in local time (local time is UTC there now, so that "
         "both fit; ask again when it is not; tblServerIdentity on sql1, 05:00:00Z)\n"},
        /* a zone that is neither */
        {judge_ping_clock,
         PING("1", "@0+120", "-", "@5", "@5+60") PING("1", "@15+120", "@14", "@16", "@16+60"),
         "not known: whether pings are stamped in UTC or in local time (the stamps are 119 min from UTC, "
         "local "
         "time is 60 min from it; tblServerIdentity on sql1, 05:00:00Z)\n"},
        {judge_ping_clock, PING("1", "@0", "-", "@5", "@5"),
         "not known: whether pings are stamped in UTC or in local time (no ping moved while it was watched; "
         "tblServerIdentity on sql1, 05:00:00Z)\n"},
        /* some so, some so */
        {judge_ping_clock,
         PING("1", "@0", "-", "@5", "@5+60") PING("2", "@0+60", "-", "@5", "@5+60")
             PING("1", "@15", "@14", "@16", "@16+60") PING("2", "@15+60", "@14", "@16", "@16+60"),
         "not known: whether pings are stamped in UTC or in local time (some pings are stamped in UTC, "
         "others in "
         "local time; tblServerIdentity on sql1, 05:00:00Z)\n"},
    };

    (void)state;
    assert_cases(cases, COUNT(cases));
}

static void addresses_have_a_form(void **state)
{
    static const struct judge_case cases[] = {
        {judge_addresses,
         "pings sql1 | 1 | net.tcp://pc1.example:8012/Chat | @0 | - | @0 | @0\n"
         "pings sql1 | 2 | net.tcp://PC2.example:8012/Chat | @0 | - | @0 | @0\nports pc1\nports pc2",
         "proven: serverAddress is net.tcp://<fqdn>:8012/Chat [chat_wcf_port=8012]\n"},
        {judge_addresses, "pings sql1 | 1 | pc1 | @0 | - | @0 | @0\nports pc1",
         "proven: serverAddress is <name>\n"},
        {judge_addresses,
         "pings sql1 | 1 | net.tcp://pc1.example:1/ | @0 | - | @0 | @0\n"
         "pings sql1 | 2 | net.tcp://pc2.example:2/ | @0 | - | @0 | @0\nports pc1\nports pc2",
         "proven: serverAddress is net.tcp://<fqdn>:1/\nproven: serverAddress is net.tcp://<fqdn>:2/\n"},
        {judge_addresses, "pings sql1 | 1 | net.tcp://stranger:8011/ | @0 | - | @0 | @0",
         "proven: serverAddress is net.tcp://stranger:8011/\n"},
        {judge_addresses, "pings sql1 | 1 | net.tcp://pc1.example:99999/ | @0 | - | @0 | @0\nports pc1",
         "not known: serverAddress is net.tcp://<fqdn>:99999/ (\"99999\" is nothing that chat_wcf_port can "
         "be; "
         "tblServerIdentity on sql1, 05:00:00Z)\n"},
        {judge_addresses, "pings sql1 ! not_asked mgc is RESTORING there",
         "not known: how serverAddress is written (sql1: mgc is RESTORING there)\n"},
    };

    (void)state;
    assert_cases(cases, COUNT(cases));
}

#define RUNS(pc) "services " pc " | R | C | Running | C:\\ChannelService.exe\n"

static void idle_servers_are_told(void **state)
{
    static const struct judge_case cases[] = {
        /* pc1 is active; pc2 and pc3 are idle */
        {judge_idle,
         WATCHED RUNS("pc1") RUNS("pc2") "ports pc2 | sip | 5041 | open\nports pc1 | sip | 5041 | open",
         "likely: idle servers keep their row in tblServerIdentity, with a ping that stands still\n"
         "likely: idle servers listen on their SIP port [idle_listens=1]\n"},
        {judge_idle,
         WATCHED RUNS("pc3") RUNS("pc4") "ports pc3 | sip | 5041 | closed\nports pc4 | sip | 5041 | closed",
         "proven: idle servers have no row in tblServerIdentity\n"
         "proven: idle servers do not listen on their SIP port [idle_listens=0]\n"},
        {judge_idle,
         WATCHED RUNS("pc2") RUNS("pc3") "ports pc2 | sip | 1 | open\nports pc3 | sip | 1 | closed",
         "proven: of 2 idle servers 1 keep a row in tblServerIdentity, with a ping that stands still\n"
         "not known: whether idle servers listen on their SIP port: 1 of 2 do (the service runs, no ping "
         "moves: "
         "pc2, pc3, 05:00:00Z)\n"},
        {judge_idle, WATCHED RUNS("pc3") RUNS("pc4") "ports pc3 | sip | 1 | -\nports pc4 ! timed_out",
         "proven: idle servers have no row in tblServerIdentity\n"
         "not known: whether idle servers listen on their SIP port (pc4: timed out)\n"},
        /* a stopped one is not idle */
        {judge_idle, WATCHED RUNS("pc1") "services pc2 | R | C | Stopped | C:\\ChannelService.exe",
         "not known: whether idle servers keep a row in tblServerIdentity and listen (no server runs the "
         "chat "
         "service without being active, or none was watched for long enough)\n"},
        {judge_idle, WATCHED "services pc2 ! login_failed bad password",
         "not known: whether idle servers keep a row in tblServerIdentity and listen (pc2: login failed (bad "
         "password))\n"},
        {judge_idle, "pings sql1 ! refused\n" RUNS("pc1"),
         "not known: whether idle servers keep a row in tblServerIdentity and listen (no ping was seen to "
         "move, "
         "so that nobody is known to be idle; sql1: connection refused)\n"},
    };

    (void)state;
    assert_cases(cases, COUNT(cases));
}

#define PROPERTY(name, values) "properties mg1 | pool.example | " name " | " values "\n"
#define KNOWN                  "ports pc1\nports pc2\n"

static void the_active_list_is_known_by_what_it_holds(void **state)
{
    static const char nowhere[] =
        "not known: which element of the topology document holds the active list (mg1: no)\n";
    static const char silent[] = "elements mg1 ! denied no\n";
    static const struct {
        const char *text, *findings;
    } cases[] = {
        {WATCHED KNOWN PROPERTY("Machines", "pc1.example pc2.example") PROPERTY("Chosen", "pc1.example"),
         "proven: the active list is the property Chosen of Get-CsService -PersistentChatServer "
         "[active_list_property=Chosen]\n"},
        /* without pings: of several lists the one with a telling name */
        {KNOWN PROPERTY("Machines", "pc1.example pc2.example")
             PROPERTY("ActiveOnes", "pc1.example pc2.example") PROPERTY("Registrar", "Registrar:fe1.example"),
         "likely: the active list is the property ActiveOnes of Get-CsService -PersistentChatServer "
         "[active_list_property=ActiveOnes]\n"},
        {KNOWN PROPERTY("Machines", "pc1.example") PROPERTY("Others", "pc1.example"),
         "not known: which property of Get-CsService -PersistentChatServer holds the active list (several "
         "would "
         "do as well)\n"},
        {KNOWN PROPERTY("ActiveServers", "") PROPERTY("Machines", "fe1.example") PROPERTY("Notes", ""),
         "likely: the active list is the property ActiveServers of Get-CsService -PersistentChatServer "
         "[active_list_property=ActiveServers]\n"},
        {KNOWN "properties mg1 | other.example | ActiveServers | pc1.example\n",
         "not known: which property of Get-CsService -PersistentChatServer holds the active list "
         "(Get-CsService "
         "-PersistentChatServer | Get-Member on no management host showed it)\n"},
        {KNOWN "properties mg1 ! denied ANONYMOUS LOGON\n",
         "not known: which property of Get-CsService -PersistentChatServer holds the active list (mg1: "
         "ANONYMOUS LOGON)\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf text = STRBUF_INIT, findings = STRBUF_INIT;
        AUTO_FREE char *got = NULL;

        strbuf_format(&text, "%s%s", cases[i].text, silent);
        strbuf_format(&findings, "%s%s", cases[i].findings, nowhere);
        got = judged(judge_active_list, strbuf_text(&text));
        assert_string_equal(got, strbuf_text(&findings));
    }
}

#define ELEMENT(name, serial, fqdn) "elements mg1 | " name " | " serial " | " fqdn "\n"

static void elements_hold_the_list_too(void **state)
{
    static const char denied[] = "properties mg1 ! denied no\n";
    static const char unknown[] =
        "not known: which property of Get-CsService -PersistentChatServer holds the "
        "active list (mg1: no)\n";
    static const struct {
        const char *text, *findings;
    } cases[] = {
        /* the innermost of nested ones, and none whose name others have too */
        {WATCHED KNOWN ELEMENT("Topology", "1", "pc1.example") ELEMENT("Topology", "1", "pc2.example")
             ELEMENT("Service", "2", "pc1.example") ELEMENT("Listed", "3", "pc1.example")
                 ELEMENT("Machine", "4", "pc1.example") ELEMENT("Machine", "5", "pc2.example"),
         "proven: the active list is the element Listed of the topology document "
         "[active_list_property=Listed]\n"},
        {KNOWN "elements mg1 ! denied no\n",
         "not known: which element of the topology document holds the active list (mg1: no)\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf text = STRBUF_INIT, findings = STRBUF_INIT;
        AUTO_FREE char *got = NULL;

        strbuf_format(&text, "%s%s", denied, cases[i].text);
        strbuf_format(&findings, "%s%s", unknown, cases[i].findings);
        got = judged(judge_active_list, strbuf_text(&text));
        assert_string_equal(got, strbuf_text(&findings));
    }
}

static void the_rest_is_told(void **state)
{
    static const struct judge_case cases[] = {
        {judge_master,
         "masters mg1 | fe1.x | Active | True | FE1.x\nmasters mg1 | fe1.x | Role | Cms | FE1.x\n"
         "masters mg1 | fe2.x | Active | False | FE1.x\nmasters mg1 | fe2.x | Role | Cms | FE1.x",
         "proven: the active master is told by the property Active of Get-CsService -CentralManagement "
         "[master_property=Active]\n"},
        {judge_master, "masters mg1 | fe1.x | Up | True | fe1.x\nmasters mg1 | fe2.x | Up | True | fe1.x",
         "not known: which property of Get-CsService -CentralManagement says who is active master "
         "(Get-CsService -CentralManagement | Get-Member on no management host showed it)\n"},
        {judge_identity,
         "identity mg1 | service:pool.example\nidentity mg1 | service:other.example\nidentity mg2 ! refused",
         "proven: the pool's identity is spelled service:pool.example\n"},
        {judge_identity, "identity mg1 ! protocol_error 500",
         "not known: how the pool's identity is spelled (mg1: answer not understood (500))\n"},
        {judge_roles,
         "roles mg1 | Chat Keepers | Set-CsPersistentChatState\n"
         "roles mg1 | CsAdministrator | set-cspersistentchatstate",
         "proven: the role Chat Keepers has Set-CsPersistentChatState\n"
         "proven: the role CsAdministrator has Set-CsPersistentChatState\n"
         "proven: no role has Set-CsPersistentChatActiveServer\n"},
        {judge_compliance, "compliance mg1 | Global | 00:15:00\ncompliance mg2 | Global | 00:15:00",
         "proven: the compliance adapter runs every 900 s [compliance_interval_s=900]\n"},
        {judge_compliance, "compliance mg1 | Global | 1.00:00:30",
         "proven: the compliance adapter runs every 86430 s [compliance_interval_s=86430]\n"},
        {judge_compliance, "compliance mg1 | Global | 00:00:30",
         "not known: the compliance adapter runs every 30 s (\"30\" is nothing that compliance_interval_s "
         "can be; "
         "Get-CsPersistentChatComplianceConfiguration -LocalStore on mg1, 05:00:00Z)\n"},
        {judge_compliance, "compliance mg1 | Global | often",
         "not known: how often the compliance adapter runs (often)\n"},
        {judge_counters, "counters pc1 | LS:Chat\ncounters pc2 | LS:Chat",
         "proven: counters of chat are in the set \"LS:Chat\"\n"},
        {judge_counters, "counters pc1\n",
         "not known: which performance counters chat has (Get-Counter -ListSet on no chat server showed "
         "it)\n"},
        {judge_ports,
         "ports pc1 | wcf | 8011 | open\nports pc1 | wcf_of_port_table | 881 | closed\n"
         "ports pc2 | wcf | 8011 | -\nports pc2 | wcf_of_port_table | 881 | closed",
         "proven: WCF port of the topology: open\n"
         "not known: WCF port of the topology: nothing answers (TCP from here on pc2:8011, 05:00:00Z)\n"
         "proven: WCF port of Microsoft's port tables: closed\n"},
        {judge_pages,
         "pages fe1 | internal | /RM/ | 443 | 200 | -\npages fe2 | internal | /RM/ | 443 | 302 | https://x/",
         "proven: /RM/ on the internal site answers 200\n"
         "proven: /RM/ on the internal site answers 302, to https://x/\n"},
        {judge_endpoints,
         "endpoint sql1 | PARTNER | STARTED | 5023\nendpoint sql2 ! denied VIEW ANY DEFINITION",
         "proven: database mirroring listens on port 5023 (PARTNER, STARTED)\n"},
        {judge_versions,
         "versions mg1 | pc1.example | 6.0.9319.0\ninstance sql1 | 12.0.6024.0 | Std | ONLINE",
         "proven: replicas are of product version 6.0.9319.0\nproven: SQL Server is of version "
         "12.0.6024.0\n"},
    };

    (void)state;
    assert_cases(cases, COUNT(cases));
}

/* kind, job, freq_type, freq_interval, freq_subday_type, freq_subday_interval */
static void schedules_become_periods(void **state)
{
    static const struct judge_case cases[] = {
        {judge_periods,
         "schedule sql1 | backup | B | 4 | 1 | 4 | 5\nschedule sql2 | backup | B | 4 | 1 | 4 | 5\n"
         "schedule sql3 | copy | C | 4 | 1 | 2 | 30\nschedule sql3 | restore | R | 4 | 1 | 8 | 1",
         "proven: the backup job of log shipping runs every 300 s [backup_s=300]\n"
         "proven: the copy job of log shipping runs every 30 s [copy_s=30]\n"
         "proven: the restore job of log shipping runs every 3600 s [restore_s=3600]\n"},
        {judge_periods,
         "schedule sql1 | backup | B | 4 | 2 | 1 | 0\nschedule sql3 | copy | C | 8 | 1 | 4 | 5\n"
         "schedule sql3 | restore | R | 4 | 1 | 4 | 5\nschedule sql3 | restore | R | 4 | 1 | 4 | 6",
         "proven: the backup job of log shipping runs every 172800 s [backup_s=172800]\n"
         "not known: how often the copy job of log shipping runs (several schedules that differ, or one that "
         "is "
         "not \"every so often on every day\")\n"
         "not known: how often the restore job of log shipping runs (several schedules that differ, or one "
         "that "
         "is not \"every so often on every day\")\n"},
        {judge_periods, "schedule sql1 ! denied SELECT",
         "not known: how often the backup job of log shipping runs (sql1: not visible to this login "
         "(SELECT))\n"
         "not known: how often the copy job of log shipping runs (sql1: not visible to this login (SELECT))\n"
         "not known: how often the restore job of log shipping runs (sql1: not visible to this login "
         "(SELECT))\n"},
    };

    (void)state;
    assert_cases(cases, COUNT(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(services_are_known_by_executable),
        cmocka_unit_test(pings_tell_period_and_clock),
        cmocka_unit_test(addresses_have_a_form),
        cmocka_unit_test(idle_servers_are_told),
        cmocka_unit_test(the_active_list_is_known_by_what_it_holds),
        cmocka_unit_test(elements_hold_the_list_too),
        cmocka_unit_test(the_rest_is_told),
        cmocka_unit_test(schedules_become_periods),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
