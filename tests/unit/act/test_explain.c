/* A run told from a journal: what is in it, in its order, and nothing of it that could do harm. */
#include "act/judge/look.h"
#include "act/plan/runbooks.h"
#include "act/tell/explain.h"
#include "act/tell/runbook_print.h"
#include "act/tell/runs_list.h"
#include "act/tell/words_safe.h"
#include "base/utf8.h"
#include "base/whole_file.h"
#include "unit/act/look_fixture.h"
#include "unit/cmocka_unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MANUAL_MOST_BYTES = 1024 * 1024 };
enum { BEGUN_S = 1763874902 }; /* 2025-11-23T05:15:02Z */

/* ---- a journal ---- */

struct bench {
    struct journal *journal;
    struct look *look;
    struct plan *plan;
    struct timeline *timeline;
    char *text, *html;
    char path[64];
};

static void bench_open(struct bench *bench)
{
    struct err err = ERR_INIT;
    struct look *look = fixture_look_for(VERB_FAILOVER, ORIGIN_PERSON);
    const struct plan_request request = {
        .pool = fixture_pool(),
        .topology_sha256 = "00",
        .verb = VERB_FAILOVER,
        .origin = ORIGIN_PERSON,
        .look = look,
        .gates = fixture_question(look, VERB_FAILOVER, ORIGIN_PERSON, PHASE_PREPARE),
    };

    fixture_pool()->settings = settings_default();
    *bench = (struct bench){.look = look, .plan = plan_new(&request, &err)};
    assert_string_equal(err.text, "");
    snprintf(bench->path, sizeof(bench->path), "/tmp/pchat-explain-%ld.db", (long)getpid());
    unlink(bench->path);
    bench->journal = journal_open(bench->path, &err);
    assert_string_equal(err.text, "");
}

static void bench_done(struct bench *bench)
{
    timeline_free(bench->timeline);
    journal_free(bench->journal);
    plan_free(bench->plan);
    look_free(bench->look);
    free(bench->text);
    free(bench->html);
    unlink(bench->path);
    fixture_pool_reset();
}
AUTO_DEFINE_DONE(bench, struct bench)

static void put_plan(struct bench *bench)
{
    AUTO_FREE char *json = plan_to_json(bench->plan);
    struct err err = ERR_INIT;

    assert_int_equal(journal_put_plan(bench->journal, bench->plan->id, json, "", 0, &err), 0);
}

static void put_run(struct bench *bench, int64_t run, const char *state, int64_t ended_s, const char *person)
{
    struct err err = ERR_INIT;
    const struct journal_run row = {
        .run = run,
        .plan = bench->plan->id,
        .verb = "failover",
        .pool = fixture_pool()->fqdn,
        .origin = "person",
        .state = state,
        .person = person,
        .epoch = 4,
        .begun_utc_ms = (ended_s ? ended_s : BEGUN_S) * INT64_C(1000),
        .ended_utc_ms = ended_s * INT64_C(1000),
    };

    assert_int_equal(journal_put_run(bench->journal, &row, &err), 0);
}

struct line {
    int at_s;
    enum entry_kind kind;
    const char *step, *target, *subject, *text, *person;
};

static void put_line(struct bench *bench, int64_t run, const struct line *line)
{
    struct err err = ERR_INIT;
    const struct journal_entry entry = {
        .run = run,
        .plan = bench->plan->id,
        .kind = line->kind,
        .at_utc_ms = (BEGUN_S + line->at_s) * INT64_C(1000),
        .mono_ms = 77000 + line->at_s * INT64_C(1000),
        .step = line->step,
        .target = line->target,
        .subject = line->subject,
        .text = line->text,
        .person = line->person,
    };

    assert_int_equal(journal_write(bench->journal, &entry, &err), 0);
}

static void put_look(struct bench *bench, int at_s, const char *step, const char *target)
{
    AUTO_FREE char *json = look_to_json(bench->look);

    put_line(bench, 31, &(struct line){at_s, ENTRY_LOOK, step, target, "", json, ""});
}

static void read_back(struct bench *bench)
{
    struct err err = ERR_INIT;

    bench->timeline = timeline_read(bench->journal, 31, &err);
    assert_string_equal(err.text, "");
    assert_non_null(bench->timeline);
    bench->text = explain_text(bench->timeline);
    bench->html = explain_html(bench->timeline);
}

#define RECOVER "recover", "sqldr1", ""
static const struct line story[] = {
    {0, ENTRY_NOTE, "", "", "", "begun", ""},
    {1, ENTRY_GATES, "quiesce", "sqldr1", "", "lock ok: held\nledger ok: epoch 4\n", "oncall-dba"},
    {1, ENTRY_INTENT, "quiesce", "sqldr1", "", "EXEC sp_update_job", "oncall-dba"},
    {2, ENTRY_ACT, "quiesce", "sqldr1", "", "done", "oncall-dba"},
    {4, ENTRY_VERIFY, "quiesce", "sqldr1", "", "both jobs are disabled", "oncall-dba"},
    {4, ENTRY_OUTCOME, "quiesce", "sqldr1", "", "done", "oncall-dba"},
    {20, ENTRY_INTENT, RECOVER, "USE master;\nRESTORE DATABASE [mgc] WITH RECOVERY;", "oncall-dba"},
    {21, ENTRY_GUARD, RECOVER, "lets pass", "oncall-dba"},
    {50, ENTRY_ACT, RECOVER, "Msg 3101: exclusive access could not be obtained", "oncall-dba"},
    {83, ENTRY_OUTCOME, RECOVER, "done", "oncall-dba"},
    {90, ENTRY_OUTCOME, "mirror", "adm2", "", "not done: the share does not answer", "oncall-dba"},
    {95, ENTRY_NOTE, "", "", "", "done: done", ""},
};

static void put_story(struct bench *bench)
{
    put_plan(bench);
    put_line(bench, 0,
             &(struct line){-30, ENTRY_PERSON, "", "", "", "{\"command\":\"approve\"}", "oncall-dba"});
    put_look(bench, 0, "", "");
    for (size_t i = 0; i < COUNT(story); i++)
        put_line(bench, 31, &story[i]);
    put_look(bench, 96, "", "");
    put_run(bench, 31, "finished", BEGUN_S + 95, "oncall-dba");
}

/* ---- it tells everything, in its order ---- */

/* Each of them after the one before. */
static void expect_in_order(const char *text, const char *const *words, size_t count)
{
    const char *at = text;

    for (size_t i = 0; i < count; i++) {
        const char *found = strstr(at, words[i]);

        if (found)
            at = found + strlen(words[i]);
        else
            fail_msg("\"%s\" is missing, or in the wrong place, in:\n%s", words[i], text);
    }
}

static void text_tells_the_story(void **state)
{
    static const char *const words[] = {
        "run 31  failover of ",
        "dub -> red",
        "finished at 2025-11-23T05:16:37Z, after 1 min 36 s",
        "2025-11-23T05:15:02Z by person, approved by oncall-dba",
        "persons   oncall-dba\n",
        "first bad 2025-11-23T05:15:02Z sqlpri1 not seen",
        "last look 2025-11-23T05:16:38Z",
        "unguarded since 2025-11-23T05:16:25Z",
        "mirror: not by this run - not done: the share does",
        "gates     ",
        "05:14:32Z",
        "oncall-dba: {\"command\":\"approve\"}",
        "05:15:03Z  step ",
        "stop LSCopy and LSRestore -> sqldr1",
        "gates    lock ok: held",
        "ledger ok: epoch 4",
        "sends    failover/03-quiesce.sql",
        "| EXEC sp_update_job",
        "answered done",
        "seen     both jobs are disabled",
        "outcome  done after 3.0 s",
        "bring the chat database online -> sqldr1",
        "| RESTORE DATABASE [mgc] WITH RECOVERY;",
        "guard    lets pass",
        "answered Msg 3101: exclusive access",
        "outcome  done after 1 min 03 s",
    };
    AUTO(bench) struct bench bench = {0};

    (void)state;
    bench_open(&bench);
    put_story(&bench);
    read_back(&bench);
    expect_in_order(bench.text, words, COUNT(words));
}

static void page_tells_the_story(void **state)
{
    static const char *const words[] = {
        "<title>run 31: failover of ",
        "<svg ",
        ">dub</text>",
        ">sqlpri1</text>",
        "class=\"unseen\"",
        ">red</text>",
        ">sqldr1</text>",
        "class=\"commit\">",
        "</svg>",
        "<h2>What was done</h2>",
        "<summary>failover/03-quiesce.sql</summary><pre>EXEC sp_update_job</pre>",
        "RESTORE DATABASE [mgc] WITH RECOVERY;",
        "done after 1 min 03 s",
        "</html>",
    };
    AUTO(bench) struct bench bench = {0};

    (void)state;
    bench_open(&bench);
    put_story(&bench);
    read_back(&bench);
    expect_in_order(bench.html, words, COUNT(words));
}

/* Nothing is fetched, nothing runs. */
static void page_stands_alone(void **state)
{
    static const char *const never[] = {"http:", "https:", "src=",    "href=",  "<script", "<img",
                                        "<link", "url(",   "@import", "onload", "<object", "<iframe"};
    AUTO(bench) struct bench bench = {0};

    (void)state;
    bench_open(&bench);
    put_story(&bench);
    read_back(&bench);
    for (size_t i = 0; i < COUNT(never); i++)
        if (strstr(bench.html, never[i]))
            fail_msg("the page holds \"%s\"", never[i]);
}

static void prose_fits_80_columns(void **state)
{
    AUTO(bench) struct bench bench = {0};
    char *rest, *line;

    (void)state;
    bench_open(&bench);
    put_story(&bench);
    read_back(&bench);
    rest = bench.text;
    while ((line = strsep(&rest, "\n")))
        if (utf8_columns(line) > TELL_COLUMNS && !strstr(line, "| "))
            fail_msg("%zu columns: %s", utf8_columns(line), line);
}

/* ---- hostile texts ---- */

static const char *const hostile[] = {
    "<script>alert(1)</script>",
    "</pre></details><img src=x onerror=alert(1)>",
    "\"' onmouseover=\"alert(1)",
    "\x1b[2J\x1b]0;owned\x07",
    "a\xC3(\xFF\xC0\xAF z",
    "\xE2\x80\xAEtxt.exe",
    "&lt;b&gt; &amp;",
    "line\r\nline\x00ignored",
    "-->]]><svg onload=alert(1)>",
};

/* In every place that comes from elsewhere. */
static void put_hostile(struct bench *bench, const char *text)
{
    const struct line lines[] = {
        {1, ENTRY_INTENT, text, text, text, text, text}, {2, ENTRY_ACT, text, text, text, text, text},
        {3, ENTRY_GATES, text, text, text, text, text},  {4, ENTRY_GUARD, text, text, text, text, text},
        {5, ENTRY_VERIFY, text, text, text, text, text}, {6, ENTRY_OUTCOME, text, text, text, text, text},
        {7, ENTRY_PERSON, "", "", "", text, text},       {8, ENTRY_NOTE, "", "", "", text, text},
        {9, ENTRY_REFUSAL, "", "", "", text, text},      {9, ENTRY_LOOK, "", "", "", text, text},
    };

    for (size_t i = 0; i < COUNT(lines); i++)
        put_line(bench, 31, &lines[i]);
    put_run(bench, 31, text, BEGUN_S + 10, text);
}

static void expect_no_controls(const char *text)
{
    assert_true(utf8_valid(text));
    for (const char *at = text; *at; at++)
        if ((unsigned char)*at < 0x20 && *at != '\n' && *at != '\t')
            fail_msg("control character %d: %s", *at, at);
    assert_null(strstr(text, "\xE2\x80\xAE"));
    assert_null(strstr(text, "\x7F"));
}

/* Of tags there are only ours. */
static void expect_own_tags(const char *html)
{
    static const char own[] =
        " html head meta title style body h1 h2 h3 table tr td th p span svg text path rect "
        "circle section time details summary pre ";

    for (const char *at = html; (at = strchr(at, '<'));) {
        char tag[16];

        at += strspn(at, "</");
        snprintf(tag, sizeof(tag), " %.*s ", (int)(strcspn(at, " />") % 12), at);
        if (*at != '!' && !strstr(own, tag))
            fail_msg("a foreign tag: %.60s", at);
    }
}

static size_t count_of(const char *text, const char *what)
{
    size_t count = 0;

    for (; (text = strstr(text, what)); text += strlen(what))
        count++;
    return count;
}

/* Escaping changes no count of quotation marks: those of attributes stand in pairs in every tag. */
static void expect_whole_attributes(const char *html)
{
    for (const char *at = strstr(html, "<body>"); at && (at = strchr(at, '<')); at++) {
        const char *end = strchr(at, '>');
        size_t marks = 0;

        for (const char *c = at; c < end; c++)
            marks += *c == '"';
        if (marks % 2)
            fail_msg("an attribute that does not end: %.80s", at);
    }
}

static void hostile_texts_are_only_shown(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(hostile); i++) {
        AUTO(bench) struct bench bench = {0};

        bench_open(&bench);
        put_hostile(&bench, hostile[i]);
        read_back(&bench);
        expect_no_controls(bench.text);
        expect_no_controls(bench.html);
        expect_own_tags(bench.html);
        expect_whole_attributes(bench.html);
        assert_null(strstr(bench.html, "<script"));
        assert_int_equal(count_of(bench.html, "<svg "), 1 + 10); /* the drawing and its key */
    }
}

static void words_are_made_safe(void **state)
{
    static const struct {
        const char *text, *line, *html;
    } cases[] = {
        {"a\tb\nc", "a b c", "a\tb\nc"},
        {"<a href=\"x\">'&", "<a href=\"x\">'&", "&lt;a href=&quot;x&quot;&gt;&#39;&amp;"},
        {"\x1b[0m", "\xE2\x90\x9B[0m", "\xE2\x90\x9B[0m"},
        {"\x7f", "\xE2\x90\xA1", "\xE2\x90\xA1"},
        {"\xFF", "\xEF\xBF\xBD", "\xEF\xBF\xBD"},
        {"\xC2\x85", "\xEF\xBF\xBD", "\xEF\xBF\xBD"},
        {"\xE2\x80\xAE", "\xEF\xBF\xBD", "\xEF\xBF\xBD"},
        {"\xEF\xBF\xBE", "\xEF\xBF\xBD", "\xEF\xBF\xBD"},
        {"caf\xC3\xA9 \xF0\x9F\x92\xAC", "caf\xC3\xA9 \xF0\x9F\x92\xAC", "caf\xC3\xA9 \xF0\x9F\x92\xAC"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf line = STRBUF_INIT, html = STRBUF_INIT;

        safe_line(&line, cases[i].text);
        safe_html(&html, cases[i].text);
        assert_string_equal(strbuf_text(&line), cases[i].line);
        assert_string_equal(strbuf_text(&html), cases[i].html);
    }
}

static void lines_break_at_blanks(void **state)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    (void)state;
    safe_wrapped(&out, 60, "one two three four five six seven");
    assert_string_equal(strbuf_text(&out), "one two three four\n"
                                           "                                                            "
                                           "five six seven\n");
}

/* ---- what is not there ---- */

static void a_run_without_plan_or_looks_is_told(void **state)
{
    AUTO(bench) struct bench bench = {0};

    (void)state;
    bench_open(&bench);
    put_line(&bench, 31, &story[2]);
    put_run(&bench, 31, "open", 0, "");
    read_back(&bench);
    assert_non_null(strstr(bench.text, "its plan is not in this journal"));
    assert_non_null(strstr(bench.text, "quiesce -> sqldr1"));
    assert_non_null(strstr(bench.text, "| EXEC sp_update_job"));
    assert_non_null(strstr(bench.html, ">elsewhere</text>"));
}

static void an_unknown_run_is_an_error(void **state)
{
    AUTO(bench) struct bench bench = {0};
    struct err err = ERR_INIT;

    (void)state;
    bench_open(&bench);
    assert_null(timeline_read(bench.journal, 31, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_non_null(strstr(err.text, "31 is no run of this journal"));
}

/* Entries of other runs are theirs. */
static void other_runs_are_left_out(void **state)
{
    AUTO(bench) struct bench bench = {0};

    (void)state;
    bench_open(&bench);
    put_story(&bench);
    put_line(&bench, 32, &(struct line){5, ENTRY_NOTE, "", "", "", "of another run", ""});
    read_back(&bench);
    assert_null(strstr(bench.text, "of another run"));
    assert_null(strstr(bench.html, "of another run"));
}

static void runs_are_listed_newest_first(void **state)
{
    static const char *const words[] = {"run 32 ",  "open",     "run 31 ",   "2025-11-23T05:16:37Z",
                                        "finished", "failover", "oncall-dba"};
    AUTO(bench) struct bench bench = {0};
    AUTO_FREE char *list = NULL, *none = NULL;
    struct err err = ERR_INIT;

    (void)state;
    bench_open(&bench);
    put_run(&bench, 31, "finished", BEGUN_S + 95, "oncall-dba");
    put_run(&bench, 32, "open", 0, "\x1b[2J");
    list = runs_list(bench.journal, NULL, &err);
    none = runs_list(bench.journal, "other.example", &err);
    expect_in_order(list, words, COUNT(words));
    expect_no_controls(list);
    assert_string_equal(none, "no run is in this journal\n");
}

/* ---- by hand ---- */

static bool is_printed(const char *script)
{
    for (enum verb verb = VERB_NONE + 1; verb < VERB_COUNT; verb++)
        for (size_t i = 0; i < steps_of(verb).count; i++) {
            const char *printed;

            for (size_t s = 0; (printed = runbook_script(verb, steps_of(verb).steps[i]->id, s)); s++)
                if (strcmp(printed, script) == 0)
                    return true;
        }
    return false;
}

/* Drills are no verb's: docs/drill.md tells how to do one by hand. */
static bool is_of_verb(const char *script)
{
    return strchr(script, '/') && strncmp(script, "drill/", 6) != 0;
}

static void every_script_is_printed_for_a_step(void **state)
{
    (void)state;
    for (size_t i = 0; i < runbook_count; i++)
        if (is_of_verb(runbooks[i].name) && !is_printed(runbooks[i].name))
            fail_msg("%s is printed for no step", runbooks[i].name);
}

/* What a plan sends for a step is printed for it. */
static void plans_send_what_is_printed(void **state)
{
    AUTO(bench) struct bench bench = {0};

    (void)state;
    bench_open(&bench);
    for (size_t i = 0; i < bench.plan->step_count; i++)
        for (size_t s = 0; s < bench.plan->steps[i].sending_count; s++) {
            const char *sent = bench.plan->steps[i].sendings[s].script, *printed;
            bool found = !*sent;

            for (size_t p = 0; (printed = runbook_script(VERB_FAILOVER, bench.plan->steps[i].step->id, p));
                 p++)
                found |= strcmp(printed, sent) == 0;
            if (!found)
                fail_msg("%s sends %s, which is not printed", bench.plan->steps[i].step->id, sent);
        }
}

/* It says where, before the next step begins. */
static void expect_where(const char *step)
{
    const char *next = strstr(step, "\n==== step "), *where = strstr(step, "\n     on ");

    if (!where || (next && where > next))
        fail_msg("a step that does not say where: %.60s", step);
}

/* Every step of the verb, in its order, the scripts whole. */
static void every_step_is_printed(void **state)
{
    (void)state;
    for (enum verb verb = VERB_NONE + 1; verb < VERB_COUNT; verb++) {
        AUTO(strbuf) struct strbuf out = STRBUF_INIT;
        const char *at;

        runbook_print(&out, verb, NULL, NULL);
        at = strbuf_text(&out);
        for (size_t i = 0; i < steps_of(verb).count; i++) {
            at = strstr(at, steps_of(verb).steps[i]->title);
            assert_non_null(at);
            expect_where(at);
        }
    }
}

static void scripts_are_printed_whole(void **state)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    (void)state;
    runbook_print(&out, VERB_NONE, NULL, NULL);
    for (size_t i = 0; i < runbook_count; i++)
        if (is_of_verb(runbooks[i].name))
            assert_non_null(strstr(strbuf_text(&out), runbooks[i].text));
    /* rescue by force, recover, switch, force, read-write; of a switchover and of a failback recover, and the
     * way back of close */
    assert_int_equal(count_of(strbuf_text(&out), "!!!! this makes a copy writable"), 9);
}

static void names_are_filled_in(void **state)
{
    static const char *const words[] = {"  A   ",
                                        "sqlpri1",
                                        "  B   ",
                                        "sqldr1",
                                        ":setvar lock \"pchat:",
                                        ":setvar database \"mgc\"",
                                        ":setvar file \"<file>\""};
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    (void)state;
    fixture_pool()->settings = settings_default();
    runbook_print(&out, VERB_FAILOVER, fixture_pool(), NULL);
    expect_in_order(strbuf_text(&out), words, COUNT(words));
    assert_null(strstr(strbuf_text(&out), "<database>"));
    fixture_pool_reset();
}

/* ---- the manual ---- */

static void expect_in_manual(const char *manual, const char *before, const char *name)
{
    AUTO(strbuf) struct strbuf word = STRBUF_INIT;

    strbuf_format(&word, "%s`%s`", before, name);
    if (!strstr(manual, strbuf_text(&word)))
        fail_msg("docs/failover.md does not tell of %s", strbuf_text(&word));
}

/* A step that has a script, or is waited for, stands in it; a gate with the mark that a person may pass it.
 */
static void the_manual_tells_of_every_step_and_gate(void **state)
{
    AUTO(strbuf) struct strbuf manual = STRBUF_INIT;
    struct err err = ERR_INIT;

    (void)state;
    assert_int_equal(whole_file_read(PCHAT_SOURCE_DIR "/docs/failover.md", MANUAL_MOST_BYTES, &manual, &err),
                     0);
    for (enum verb verb = VERB_NONE + 1; verb < VERB_COUNT; verb++)
        for (size_t i = 0; i < steps_of(verb).count; i++)
            expect_in_manual(strbuf_text(&manual), "", steps_of(verb).steps[i]->id);
    for (enum gate gate = 0; gate < GATE_COUNT; gate++) {
        AUTO(strbuf) struct strbuf mark = STRBUF_INIT;

        expect_in_manual(strbuf_text(&manual), "\n| ", gate_name(gate));
        strbuf_format(&mark, "\n| `%s` \xC2\xB0 |", gate_name(gate));
        if ((strstr(strbuf_text(&manual), strbuf_text(&mark)) != NULL) != gate_may_be_overridden(gate))
            fail_msg("docs/failover.md: may a person pass %s?", gate_name(gate));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_tells_the_story),
        cmocka_unit_test(page_tells_the_story),
        cmocka_unit_test(page_stands_alone),
        cmocka_unit_test(prose_fits_80_columns),
        cmocka_unit_test(hostile_texts_are_only_shown),
        cmocka_unit_test(words_are_made_safe),
        cmocka_unit_test(lines_break_at_blanks),
        cmocka_unit_test(a_run_without_plan_or_looks_is_told),
        cmocka_unit_test(an_unknown_run_is_an_error),
        cmocka_unit_test(other_runs_are_left_out),
        cmocka_unit_test(runs_are_listed_newest_first),
        cmocka_unit_test(every_script_is_printed_for_a_step),
        cmocka_unit_test(plans_send_what_is_printed),
        cmocka_unit_test(every_step_is_printed),
        cmocka_unit_test(scripts_are_printed_whole),
        cmocka_unit_test(names_are_filled_in),
        cmocka_unit_test(the_manual_tells_of_every_step_and_gate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
