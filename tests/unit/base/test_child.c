/* Whatever a child does, the parent has its answer or a reason, in time. */
#include "base/child.h"

#include "unit/cmocka_unit.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { MEMORY_BYTES = 64 * 1024 * 1024, PATIENCE_MS = 10000, IMPATIENCE_MS = 200, LONG_BYTES = 300000 };

static void answers(void *argument, struct child_answer *answer)
{
    strbuf_format(&answer->text, "%s", (const char *)argument);
    answer->code = 2;
}

static void answers_in_haste(void *argument, struct child_answer *answer)
{
    answers(argument, answer);
    answer->in_haste = true;
}

static void says_much(void *argument, struct child_answer *answer)
{
    (void)argument;
    for (int i = 0; i < LONG_BYTES; i++)
        strbuf_add_char(&answer->text, 'x');
    answer->code = 0;
}

static void says_nothing(void *argument, struct child_answer *answer)
{
    (void)argument;
    answer->code = 0;
}

static void exits(void *argument, struct child_answer *answer)
{
    (void)argument;
    strbuf_add(&answer->text, "never seen");
    exit(0);
}

static void dies(void *argument, struct child_answer *answer)
{
    int number = SIGSEGV;

    (void)argument;
    strbuf_add(&answer->text, "never seen");
    (void)signal(number, SIG_DFL); /* a sanitizer would make an exit of it */
    raise(number);
}

static void dies_after_its_answer(void *argument, struct child_answer *answer)
{
    (void)argument, (void)answer;
    (void)!write(STDOUT_FILENO, "not to be trusted", 17);
    raise(SIGKILL);
}

static void hangs(void *argument, struct child_answer *answer)
{
    (void)argument, (void)answer;
    for (;;)
        pause();
}

static void writes_to_stdout(void *argument, struct child_answer *answer)
{
    (void)argument;
    (void)!write(STDOUT_FILENO, "UNKNOWN", 7);
    answer->code = 3;
}

/* All of its answer is there, and it is not gone. */
static void hangs_on_its_way_out(void *argument, struct child_answer *answer)
{
    (void)!write(STDOUT_FILENO, "an answer", 9);
    close(STDOUT_FILENO);
    hangs(argument, answer);
}

static const struct {
    void (*work)(void *argument, struct child_answer *answer);
    const char *text;
    struct child_result result;
} cases[] = {
    {answers, "an answer", {CHILD_ANSWERED, 2, 0}}, {answers_in_haste, "an answer", {CHILD_ANSWERED, 2, 0}},
    {says_nothing, "", {CHILD_FAILED, 0, 0}},       {exits, "", {CHILD_FAILED, 0, 0}},
    {dies, "", {CHILD_CRASHED, 0, SIGSEGV}},        {dies_after_its_answer, "", {CHILD_CRASHED, 0, SIGKILL}},
    {hangs, "", {CHILD_TIMED_OUT, 0, 0}},           {writes_to_stdout, "UNKNOWN", {CHILD_ANSWERED, 3, 0}},
};

static struct child_result run(void (*work)(void *argument, struct child_answer *answer), int64_t patience_ms,
                               struct strbuf *text)
{
    static char argument[] = "an answer";

    return child_run(work, argument, MEMORY_BYTES, deadline_in_ms(clock_system(), patience_ms), text);
}

static void every_end_has_its_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf text = STRBUF_INIT;
        bool is_late = cases[i].result.end == CHILD_TIMED_OUT;
        struct child_result result = run(cases[i].work, is_late ? IMPATIENCE_MS : PATIENCE_MS, &text);

        assert_string_equal(strbuf_text(&text), cases[i].text);
        assert_int_equal(result.end, cases[i].result.end);
        assert_int_equal(result.code, cases[i].result.code);
        assert_int_equal(result.signal, cases[i].result.signal);
    }
}

static void a_long_answer_comes_whole(void **state)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    (void)state;
    assert_int_equal(run(says_much, PATIENCE_MS, &text).end, CHILD_ANSWERED);
    assert_int_equal(text.length, LONG_BYTES);
}

static void an_ignored_sigchld_takes_no_status(void **state)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    (void)state;
    (void)signal(SIGCHLD, SIG_IGN);
    assert_int_equal(run(answers, PATIENCE_MS, &text).code, 2);
}

/* Nothing of it waits: the ends are asked for again and again. */
static void a_child_beside_other_work_costs_no_waiting(void **state)
{
    (void)state;
    for (size_t i = 0; i <= COUNT(cases); i++) {
        bool hangs_late = i == COUNT(cases);
        bool is_late = hangs_late || cases[i].result.end == CHILD_TIMED_OUT;
        static char argument[] = "an answer";
        AUTO(strbuf) struct strbuf text = STRBUF_INIT;
        struct child child = CHILD_INIT;
        struct child_result result;

        assert_int_equal(child_start(&child, hangs_late ? hangs_on_its_way_out : cases[i].work, argument,
                                     MEMORY_BYTES,
                                     deadline_in_ms(clock_system(), is_late ? IMPATIENCE_MS : PATIENCE_MS)),
                         0);
        while (child_hear(&child) || !child_end(&child, false, &result, &text))
            clock_sleep_ms(clock_system(), 1);
        assert_int_equal(result.end, is_late ? CHILD_TIMED_OUT : cases[i].result.end);
        assert_string_equal(strbuf_text(&text), is_late ? "" : cases[i].text);
        assert_int_equal(child.pid, 0);
        assert_int_equal(child.fd, -1);
    }
}

/* Returns whether that much can be had. */
static void allocates(void *argument, struct child_answer *answer)
{
    void *memory =
        mmap(NULL, *(size_t *)argument, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    strbuf_add(&answer->text, memory == MAP_FAILED ? "refused" : "given");
}

static void memory_is_bounded(void **state)
{
    static const struct {
        size_t bytes;
        const char *text;
    } sizes[] = {{MEMORY_BYTES / 4, "given"}, {(size_t)2 * MEMORY_BYTES, "refused"}};

    (void)state;
#ifdef PCHAT_SANITIZED
    skip();
#endif
    for (size_t i = 0; i < COUNT(sizes); i++) {
        AUTO(strbuf) struct strbuf text = STRBUF_INIT;
        size_t bytes = sizes[i].bytes;

        child_run(allocates, &bytes, MEMORY_BYTES, deadline_in_ms(clock_system(), PATIENCE_MS), &text);
        assert_string_equal(strbuf_text(&text), sizes[i].text);
    }
}

/* The end of a pipe that only the grandchild holds. */
static void holds_open(void *argument, struct child_answer *answer)
{
    (void)!write(*(int *)argument, "!", 1);
    hangs(NULL, answer);
}

static void a_child_dies_with_its_parent(void **state)
{
    int ends[2];
    char byte;
    pid_t parent;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    parent = fork();
    if (parent == 0) {
        AUTO(strbuf) struct strbuf text = STRBUF_INIT;

        close(ends[0]);
        child_run(holds_open, &ends[1], MEMORY_BYTES, deadline_in_ms(clock_system(), PATIENCE_MS), &text);
        _exit(0);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    kill(parent, SIGKILL);
    assert_int_equal(waitpid(parent, NULL, 0), parent);
    assert_int_equal(read(ends[0], &byte, 1), 0);
    close(ends[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_end_has_its_name),
        cmocka_unit_test(a_long_answer_comes_whole),
        cmocka_unit_test(an_ignored_sigchld_takes_no_status),
        cmocka_unit_test(a_child_beside_other_work_costs_no_waiting),
        cmocka_unit_test(memory_is_bounded),
        cmocka_unit_test(a_child_dies_with_its_parent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
