/* The questions to a Windows host against recorded answers: good ones, failures of every kind, and bad ones.
 */
#include "observe/winrm/windows_question.h"

#include "unit/cmocka_unit.h"
#include "unit/winrm/facts_text.h"
#include "unit/winrm/recorded_port.h"

#include <string.h>

enum { TIMEOUT_MS = 30000, MAX_ANSWERS = 8 };

#define NOW      "2026-11-23T05:15:00Z"
#define OS       ANSWER(NOW "|2026-11-01T00:00:00Z")
#define SEEN     "os: seen\nos now_utc=" NOW " last_boot_utc=2026-11-01T00:00:00Z\n"
#define SERVICES ANSWER("WinRM|-|Running|Auto|-|9|0")
#define SERVICES_SEEN                                                                                        \
    "service: seen\nservice name=WinRM state=Running start_mode=Auto process_id=9 exit_code=0\n"
#define STORE        ANSWER("{\"store\":[{\"pool_state\":\"Normal\"}],\"replication\":[]}")
#define STORE_SEEN   "store: seen\nstore pool_state=Normal\nreplication: seen\n"
#define REPLICA      ANSWER("{\"replica\":[{\"pool_state\":\"Normal\"}]}")
#define REPLICA_SEEN "replica: seen\nreplica pool_state=Normal\n"
#define NO_EVENT     ANSWER("")
#define EVENT_SEEN   "event: seen\nevent event_code=53530 count=0\n"
#define LOST         "the connection was lost before this was asked"

struct question_case {
    const char *name;
    enum host_kind kind;
    struct recorded_answer answers[MAX_ANSWERS]; /* up to one without text and sight */
    const char *facts;
    size_t asked; /* how many questions were sent */
};

static const struct question_case cases[] = {
#include "unit/winrm/windows_question_cases.def"
};

static size_t answer_count(const struct question_case *c)
{
    size_t count = 0;

    while (count < MAX_ANSWERS && (c->answers[count].text || c->answers[count].failure.sight))
        count++;
    return count;
}

static size_t line_count(const struct strbuf *text)
{
    size_t count = 0;

    for (size_t i = 0; i < text->length; i++)
        count += text->text[i] == '\n';
    return count;
}

static void ask_all(struct recorded_port *port, enum host_kind kind, const struct settings *settings,
                    struct arena *arena, struct host_snapshot *seen)
{
    const struct windows_scope scope = {kind, "lyncpc.litwareinc.com", settings, &port->clock};

    for (size_t i = 0; i < windows_question_count; i++)
        if (windows_questions[i].kinds & 1U << kind)
            windows_questions[i].ask(&port->port, &scope, deadline_in_ms(&port->clock, TIMEOUT_MS), arena,
                                     seen);
}

static bool run_case(const struct question_case *c)
{
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(recorded_port) struct recorded_port port = {.asked = STRBUF_INIT};
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    struct settings settings = settings_default();
    struct host_snapshot seen = {.kind = c->kind};

    recorded_port_init(&port, c->answers, answer_count(c));
    ask_all(&port, c->kind, &settings, arena, &seen);
    facts_text_add(&text, &seen);
    if (strcmp(strbuf_text(&text), c->facts) == 0 && line_count(&port.asked) == c->asked)
        return true;
    print_error("%s\n--- expected\n%s--- got\n%s--- asked\n%s", c->name, c->facts, strbuf_text(&text),
                strbuf_text(&port.asked));
    return false;
}

static void answers_become_facts(void **state)
{
    size_t bad = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        bad += !run_case(&cases[i]);
    assert_int_equal(bad, 0);
}

/* What the settings name finds its way into WQL as a word, whatever it holds. */
static void questions_are_quoted(void **state)
{
    static const struct recorded_answer answers[] = {OS, SERVICES, NO_EVENT, REPLICA};
    static const char *const wanted[] = {
        " WHERE PathName LIKE '%a\\'b\\\\c[_][%][[].exe%' OR Name='MSMQ' OR ",
        "WHERE Logfile='Lync Server' AND (EventCode=53530) AND TimeGenerated>='20261123051000.000000+000'\n",
        "ps {\"pool\":\"lyncpc.litwareinc.com\",\"active_list_property\":\"a'b\\\"\\u00FC\",",
    };
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(recorded_port) struct recorded_port port = {.asked = STRBUF_INIT};
    struct settings settings = settings_default();
    struct host_snapshot seen = {.kind = HOST_CHAT_SERVER};

    (void)state;
    settings.chat_executable = "a'b\\c_%[.exe";
    settings.compliance_executable = "";
    settings.active_list_property = "a'b\"\xC3\xBC";
    settings.event_window_s = 300;
    recorded_port_init(&port, answers, COUNT(answers));
    ask_all(&port, HOST_CHAT_SERVER, &settings, arena, &seen);
    for (size_t i = 0; i < COUNT(wanted); i++)
        if (!strstr(strbuf_text(&port.asked), wanted[i]))
            fail_msg("%s\nis not in\n%s", wanted[i], strbuf_text(&port.asked));
}

/* The offset is taken in the middle of the round trip. */
static void the_clock_is_compared(void **state)
{
    static const struct recorded_answer answers[] = {
        {.text = "1970-01-01T00:20:00Z|-", .takes_ms = 4000}, SERVICES, STORE};
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(recorded_port) struct recorded_port port = {.asked = STRBUF_INIT};
    struct settings settings = settings_default();
    struct host_snapshot seen = {.kind = HOST_MANAGEMENT};

    (void)state;
    recorded_port_init(&port, answers, COUNT(answers));
    ask_all(&port, HOST_MANAGEMENT, &settings, arena, &seen);
    assert_true(seen.round_trip_ms.known && seen.clock_offset_ms.known);
    assert_int_equal(seen.round_trip_ms.value, 4000);
    assert_int_equal(seen.clock_offset_ms.value, 20 * 60000 - (RECORDED_START_UTC_MS + 2000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_become_facts),
        cmocka_unit_test(questions_are_quoted),
        cmocka_unit_test(the_clock_is_compared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
