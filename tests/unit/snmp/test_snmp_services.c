/* What the tables of a Windows host become: rows that say no more than the tables do. */
#include "base/strbuf.h"
#include "observe/snmp/snmp_services.h"
#include "unit/cmocka_unit.h"
#include "unit/snmp/scripted_agent.h"

#include <inttypes.h>
#include <string.h>

#define SVSVC   "1.3.6.1.4.1.77.1.2.3.1"
#define HRSWRUN "1.3.6.1.2.1.25.4.2.1"

/* Indexes are display names; here a number will do. */
#define SERVICE_NAME(index, name)                                                                            \
    {                                                                                                        \
        SVSVC ".1.1." #index, SCRIPTED_TEXT(name)                                                            \
    }
#define SERVICE_STATE(index, state)                                                                          \
    {                                                                                                        \
        SVSVC ".3.1." #index, SCRIPTED_NUMBER(state)                                                         \
    }
#define PROCESS_NAME(index, name)                                                                            \
    {                                                                                                        \
        HRSWRUN ".2." #index, SCRIPTED_TEXT(name)                                                            \
    }
#define PROCESS_PATH(index, path)                                                                            \
    {                                                                                                        \
        HRSWRUN ".4." #index, SCRIPTED_TEXT(path)                                                            \
    }
#define PROCESS_STATUS(index, status)                                                                        \
    {                                                                                                        \
        HRSWRUN ".7." #index, SCRIPTED_NUMBER(status)                                                        \
    }
#define END                                                                                                  \
    {                                                                                                        \
        NULL,                                                                                                \
        {                                                                                                    \
            0                                                                                                \
        }                                                                                                    \
    }

static const struct scripted_object nothing[] = {END};
static const struct scripted_object chat_runs[] = {
    SERVICE_NAME(1, "Spooler"),
    SERVICE_NAME(2, "Skype for Business Server Persistent Chat"),
    SERVICE_NAME(3, "Skype for Business Server Persistent Chat Compliance"),
    SERVICE_STATE(1, 1),
    SERVICE_STATE(2, 1),
    SERVICE_STATE(3, 4),
    PROCESS_NAME(4, "System"),
    PROCESS_NAME(1200, "ChannelService.exe"),
    PROCESS_PATH(4, ""),
    PROCESS_PATH(1200, "C:\\Chat\\"),
    PROCESS_STATUS(4, 1),
    PROCESS_STATUS(1200, 1),
    END,
};
static const struct scripted_object processes_alone[] = {
    PROCESS_NAME(4, "System"),
    PROCESS_NAME(1200, "channelservice.EXE"),
    PROCESS_PATH(4, ""),
    PROCESS_PATH(1200, ""),
    PROCESS_STATUS(4, 1),
    PROCESS_STATUS(1200, 2),
    END,
};
static const struct scripted_object services_alone[] = {
    SERVICE_NAME(1, "Spooler"), SERVICE_NAME(2, "Lync Server Persistent Chat"), SERVICE_STATE(2, 3), END};
static const struct scripted_object chat_is_gone[] = {SERVICE_NAME(1, "Spooler"), SERVICE_STATE(1, 1),
                                                      PROCESS_NAME(4, "System"), END};
static const struct scripted_object nearly_chat[] = {
    SERVICE_NAME(1, "Persistent Chatter"), PROCESS_NAME(4, "NotChannelService.exe"), PROCESS_NAME(5, "x.exe"),
    PROCESS_PATH(5, "C:\\ChannelService.exe\\"), END};
static const struct scripted_object two_processes[] = {SERVICE_NAME(2, "Lync Server Persistent Chat"),
                                                       SERVICE_STATE(2, 1),
                                                       PROCESS_NAME(7, "ChannelService.exe"),
                                                       PROCESS_NAME(8, "ChannelService.exe"),
                                                       PROCESS_STATUS(7, 1),
                                                       PROCESS_STATUS(8, 4),
                                                       END};
static const struct scripted_object odd_values[] = {
    {SVSVC ".1.1.2", SCRIPTED_TEXT("Caf\xE9 Persistent Chat")},
    {SVSVC ".1.1.3", SCRIPTED_NUMBER(5)},
    SERVICE_STATE(2, 9),
    PROCESS_NAME(7, "ChannelService.exe\0.txt"),
    {HRSWRUN ".7.7", SCRIPTED_TEXT("1")},
    END};
static const struct scripted_object front_end[] = {SERVICE_NAME(1, "Lync Server Front-End"),
                                                   SERVICE_STATE(1, 1),
                                                   PROCESS_NAME(9, "RTCSrv.exe"),
                                                   PROCESS_PATH(9, "C:\\Program Files\\Server\\RTCSrv.exe"),
                                                   PROCESS_STATUS(9, 1),
                                                   END};

static const struct {
    const char *name;
    const struct scripted_object *objects;
    const char *failing_root;
    enum host_kind kind;
    enum sight sight;
    const char *detail, *rows; /* display name|path|state|process; NULL in them is "-" */
} cases[] = {
    {"all well", chat_runs, NULL, HOST_CHAT_SERVER, SIGHT_SEEN, NULL,
     "Skype for Business Server Persistent Chat|C:\\Chat\\ChannelService.exe|Running|1200\n"
     "Skype for Business Server Persistent Chat Compliance|-|Paused|-\n"},
    {"processes alone", processes_alone, NULL, HOST_CHAT_SERVER, SIGHT_SEEN, NULL,
     "-|channelservice.EXE|Running|1200\n"},
    {"services alone", services_alone, NULL, HOST_CHAT_SERVER, SIGHT_SEEN, NULL,
     "Lync Server Persistent Chat|-|Pause Pending|-\n"},
    {"chat is in neither", chat_is_gone, NULL, HOST_CHAT_SERVER, SIGHT_SEEN,
     "SNMP lists running services alone", ""},
    {"what is named alike", nearly_chat, NULL, HOST_CHAT_SERVER, SIGHT_SEEN,
     "SNMP lists running services alone", ""},
    {"two processes", two_processes, NULL, HOST_CHAT_SERVER, SIGHT_SEEN, NULL,
     "Lync Server Persistent Chat|-|Running|-\n-|ChannelService.exe|Running|7\n-|ChannelService.exe|-|8\n"},
    {"values that are none", odd_values, NULL, HOST_CHAT_SERVER, SIGHT_SEEN, NULL,
     "Caf\xEF\xBF\xBD Persistent Chat|ChannelService.exe|-|7\n"},
    {"no tables", nothing, NULL, HOST_CHAT_SERVER, SIGHT_DENIED,
     "the agent lists neither services nor processes", ""},
    {"chat is seen, processes hang", chat_runs, HRSWRUN, HOST_CHAT_SERVER, SIGHT_SEEN, "in part: it hangs",
     "Skype for Business Server Persistent Chat|-|Running|-\n"
     "Skype for Business Server Persistent Chat Compliance|-|Paused|-\n"},
    {"chat is seen, services hang", chat_runs, SVSVC, HOST_CHAT_SERVER, SIGHT_SEEN, "in part: it hangs",
     "-|C:\\Chat\\ChannelService.exe|Running|1200\n"},
    {"chat is not seen, processes hang", chat_is_gone, HRSWRUN, HOST_CHAT_SERVER, SIGHT_TIMED_OUT,
     "it hangs; wait", ""},
    {"chat is not seen, services hang", chat_is_gone, SVSVC, HOST_CHAT_SERVER, SIGHT_TIMED_OUT,
     "it hangs; wait", ""},
    {"a column hangs", chat_is_gone, HRSWRUN ".7", HOST_CHAT_SERVER, SIGHT_TIMED_OUT, "it hangs; wait", ""},
    {"the agent hangs", chat_runs, "1.3", HOST_CHAT_SERVER, SIGHT_TIMED_OUT, "it hangs; wait", ""},
    {"a front end", front_end, NULL, HOST_FRONT_END, SIGHT_SEEN, NULL,
     "Lync Server Front-End|C:\\Program Files\\Server\\RTCSrv.exe|Running|9\n"},
    {"a front end without", chat_runs, NULL, HOST_FRONT_END, SIGHT_DENIED,
     "SNMP lists running services alone, and RTCSrv.exe is not among them", ""},
    {"a host of another kind", chat_runs, NULL, HOST_FILE_SERVER, SIGHT_NOT_ASKED, NULL, ""},
};

static const char *or_dash(const char *text)
{
    return text ? text : "-";
}

static void add_rows(struct strbuf *out, const struct service_facts *facts)
{
    for (size_t i = 0; i < facts->count; i++) {
        const struct service_fact *row = &facts->rows[i];

        strbuf_format(out, "%s|%s|%s|", or_dash(row->display_name), or_dash(row->path_name),
                      or_dash(row->state));
        if (row->process_id.known)
            strbuf_format(out, "%" PRId64 "\n", row->process_id.value);
        else
            strbuf_add(out, "-\n");
        assert_null(row->name);
        assert_null(row->start_mode);
        assert_false(row->exit_code.known);
    }
}

static void tables_become_facts(void **state)
{
    const struct settings settings = settings_default();

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        AUTO(strbuf) struct strbuf rows = STRBUF_INIT;
        const struct snmp_scope scope = {cases[i].kind, &settings};
        struct host_snapshot host = {.kind = cases[i].kind};
        struct scripted_agent agent;

        scripted_agent_init(&agent, cases[i].objects);
        agent.failing_root = cases[i].failing_root;
        agent.failure = (struct snmp_failure){SIGHT_TIMED_OUT, "it hangs", "wait"};
        snmp_ask_services(&agent.port, &scope, deadline_in_ms(clock_system(), 1000), arena, &host);
        add_rows(&rows, &host.service);
        if (strcmp(strbuf_text(&rows), cases[i].rows) != 0 || host.service.sighting.sight != cases[i].sight ||
            strcmp(or_dash(host.service.sighting.detail), or_dash(cases[i].detail)) != 0)
            fail_msg("%s: %s, %s\n%s", cases[i].name, sight_name(host.service.sighting.sight),
                     or_dash(host.service.sighting.detail), strbuf_text(&rows));
    }
}

/* 2026-11-23T05:00:00.0+01:00 */
#define DATE SCRIPTED_TEXT("\x07\xEA\x0B\x17\x05\x00\x00\x00+\x01\x00")

static void the_agents_clock_tells_the_last_boot(void **state)
{
    static const struct {
        struct scripted_object objects[3];
        enum sight sight;
        int64_t now_utc_ms, last_boot_utc_ms; /* 0: unknown */
    } rows[] = {
        {{{"1.3.6.1.2.1.25.1.1.0", SCRIPTED_TICKS(360000)}, {"1.3.6.1.2.1.25.1.2.0", DATE}, END},
         SIGHT_SEEN,
         1795406400000,
         1795402800000},
        {{{"1.3.6.1.2.1.25.1.2.0", DATE}, END}, SIGHT_SEEN, 1795406400000, 0},
        {{{"1.3.6.1.2.1.25.1.1.0", SCRIPTED_TICKS(360000)}, END}, SIGHT_DENIED, 0, 0},
        {{END}, SIGHT_DENIED, 0, 0},
    };
    const struct settings settings = settings_default();
    const struct snmp_scope scope = {HOST_FILE_SERVER, &settings};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        struct host_snapshot host = {.kind = HOST_FILE_SERVER};
        struct scripted_agent agent;

        scripted_agent_init(&agent, rows[i].objects);
        snmp_ask_services(&agent.port, &scope, deadline_in_ms(clock_system(), 1000), arena, &host);
        assert_int_equal(host.ways[WAY_SNMP].sight, SIGHT_SEEN);
        assert_int_equal(host.os.sighting.sight, rows[i].sight);
        assert_int_equal(host.os.count, rows[i].now_utc_ms != 0);
        if (host.os.count) {
            assert_int_equal(host.os.rows[0].now_utc_ms.value, rows[i].now_utc_ms);
            assert_int_equal(host.os.rows[0].last_boot_utc_ms.known, rows[i].last_boot_utc_ms != 0);
            assert_int_equal(host.os.rows[0].last_boot_utc_ms.value, rows[i].last_boot_utc_ms);
        }
    }
}

static void an_agent_that_fails_for_the_clock_may_still_list(void **state)
{
    static const struct {
        enum sight failure, way, service;
    } rows[] = {
        {SIGHT_PROTOCOL_ERROR, SIGHT_SEEN, SIGHT_SEEN},
        {SIGHT_DENIED, SIGHT_SEEN, SIGHT_SEEN},
        {SIGHT_LOGIN_FAILED, SIGHT_LOGIN_FAILED, SIGHT_LOGIN_FAILED},
        {SIGHT_REFUSED, SIGHT_REFUSED, SIGHT_REFUSED},
    };
    const struct settings settings = settings_default();
    const struct snmp_scope scope = {HOST_CHAT_SERVER, &settings};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        struct host_snapshot host = {.kind = HOST_CHAT_SERVER};
        struct scripted_agent agent;

        scripted_agent_init(&agent, chat_runs);
        agent.failing_root = "1.3.6.1.2.1.25.1";
        agent.failure = (struct snmp_failure){rows[i].failure, "no", NULL};
        snmp_ask_services(&agent.port, &scope, deadline_in_ms(clock_system(), 1000), arena, &host);
        assert_int_equal(host.os.sighting.sight, rows[i].failure);
        assert_int_equal(host.ways[WAY_SNMP].sight, rows[i].way);
        assert_int_equal(host.service.sighting.sight, rows[i].service);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_become_facts),
        cmocka_unit_test(the_agents_clock_tells_the_last_boot),
        cmocka_unit_test(an_agent_that_fails_for_the_clock_may_still_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
