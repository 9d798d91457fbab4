/* The questions to hosts of the lab's world, in one process: the facts are the lab's truth. */
#include "observe/winrm/windows_question.h"

#include "unit/cmocka_unit.h"
#include "unit/lab/world_words.h"
#include "unit/winrm/facts_text.h"
#include "unit/winrm/lab_host.h"

#include <string.h>

enum { TIMEOUT_MS = 20000 };

struct look {
    struct arena *arena;
    struct host_snapshot seen;
    size_t posts;
};

static void look_done(struct look *look)
{
    arena_free(look->arena);
}
AUTO_DEFINE_DONE(look, struct look)

static struct look look_at(struct world *world, const char *name, enum host_kind kind)
{
    struct settings settings = settings_default();
    struct look look = {.arena = arena_new(), .seen = {.kind = kind}};
    AUTO(lab_host) struct lab_host host;
    struct windows_scope scope;

    lab_host_init(&host, world, name);
    scope = (struct windows_scope){kind, "lyncpc.litwareinc.com", &settings, &host.clock};
    for (size_t i = 0; i < windows_question_count; i++)
        if (windows_questions[i].kinds & 1U << kind)
            windows_questions[i].ask(host.port, &scope, deadline_in_ms(&host.clock, TIMEOUT_MS), look.arena,
                                     &look.seen);
    look.posts = host.posts;
    return look;
}

static int set_up(void **state)
{
    *state = fixture_world();
    return 0;
}

static int tear_down(void **state)
{
    fixture_free(*state);
    return 0;
}

static void show(const struct look *look)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    facts_text_add(&text, &look->seen);
    print_message("%s", strbuf_text(&text));
}

static void well(void **state)
{
    AUTO(look) struct look pc = look_at(*state, "pc1", HOST_CHAT_SERVER);
    AUTO(look) struct look fe = look_at(*state, "fe-dub1", HOST_MANAGEMENT);

    show(&pc);
    show(&fe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(well, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
