/* The questions to hosts of the lab's world, in one process: the facts are the lab's truth. */
#include "observe/winrm/scripts.h"
#include "observe/winrm/windows_question.h"

#include "unit/cmocka_unit.h"
#include "unit/lab/world_words.h"
#include "unit/winrm/facts_text.h"
#include "unit/winrm/lab_host.h"

#include <stdio.h>
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
static struct look look_at(struct world *world, const char *name, enum host_kind kind, const char *task)
{
    struct settings settings = settings_default();
    struct look look = {.arena = arena_new(), .seen = {.kind = kind}};
    AUTO(lab_host) struct lab_host host;
    struct windows_scope scope;

    if (task)
        settings.store_task = task;
    lab_host_init(&host, world, name);
    scope = (struct windows_scope){kind, "lyncpc.litwareinc.com", &settings, &host.clock};
    for (size_t i = 0; i < windows_question_count; i++)
        if (windows_questions[i].kinds & 1U << kind)
            windows_questions[i].ask(host.port, &scope, deadline_in_ms(&host.clock, TIMEOUT_MS), look.arena,
                                     &look.seen);
    look.posts = host.posts;
    return look;
}

/* What is done to the world, and what a look at a host of it must hold, line by line. */
struct lab_case {
    const char *name;
    struct {
        const char *fault, *target, *params;
    } faults[2];
    const char *host;
    enum host_kind kind;
    const char *lines[6];
    const char *task; /* store_task; NULL: the default */
};

#define STATE(text) "replica pool_state=" text " "
#define ACTIVE      "active_servers=pc1.litwareinc.com,pc2.litwareinc.com,pc3.litwareinc.com,pc4.litwareinc.com"
#define HOP                                                                                                  \
    {                                                                                                        \
        "winrm", "fe-red1", "how=answer hop=yes"                                                             \
    }
#define SKYPE " version=SkypeForBusiness 6.0.0.0\n"
#define CHAT_IS(words)                                                                                       \
    "service name=RTCCHAT display_name=Skype for Business Server Persistent Chat state=" words

static const struct lab_case cases[] = {
#include "unit/winrm/windows_lab_cases.def"
};

static bool holds(const char *text, const char *line)
{
    return strstr(text, line) != NULL;
}

static bool run_case(const struct lab_case *c)
{
    struct world *world = fixture_world();
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    struct look look;
    bool good = true;

    for (size_t i = 0; i < COUNT(c->faults) && c->faults[i].fault; i++)
        fixture_set(world, c->faults[i].fault, c->faults[i].target, c->faults[i].params);
    fixture_pass_s(world, 20);
    look = look_at(world, c->host, c->kind, c->task);
    facts_text_add(&text, &look.seen);
    for (size_t i = 0; i < COUNT(c->lines) && c->lines[i]; i++) {
        if (holds(strbuf_text(&text), c->lines[i]))
            continue;
        fprintf(stderr, "%s\n--- expected\n%s\n--- got\n%s", c->name, c->lines[i], strbuf_text(&text));
        good = false;
    }
    look_done(&look);
    fixture_free(world);
    return good;
}

static void facts_are_the_truth(void **state)
{
    size_t bad = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        bad += !run_case(&cases[i]);
    assert_int_equal(bad, 0);
}

/* What the task runs is what the remote shell would run. */
static void the_tasks_script_is_ours(void **state)
{
    extern const char embedded_pchat_store_ps1[];

    (void)state;
    assert_non_null(strstr(embedded_pchat_store_ps1, embedded_product_ps1));
    assert_non_null(strstr(embedded_pchat_store_ps1, embedded_store_ps1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_the_truth),
        cmocka_unit_test(the_tasks_script_is_ours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
