/*
 * One way to a writable copy: reads the sources.  Statements that make a copy writable stand in guarded
 * runbooks alone, only sendings that say so are made of these, and one function sends, behind the guard.
 */
#include "act/judge/guard.h"
#include "act/judge/lock_name.h"
#include "act/plan/runbooks.h"
#include "act/plan/step.h"
#include "base/whole_file.h"
#include "unit/act/look_fixture.h"
#include "unit/cmocka_unit.h"

#include <ctype.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>

enum { SOURCE_MOST_BYTES = 1024 * 1024 };

/* ---- a source, taken apart ---- */

/* What of a file is code, with comments and literals left out, and what its literals say. */
struct source {
    struct strbuf code;
    struct strbuf literals; /* each ends with '\1'; those that stand side by side are one */
};
#define SOURCE_INIT                                                                                          \
    {                                                                                                        \
        STRBUF_INIT, STRBUF_INIT                                                                             \
    }

static void source_done(struct source *source)
{
    strbuf_done(&source->code);
    strbuf_done(&source->literals);
}
AUTO_DEFINE_DONE(source, struct source)

static const char *skip_comment(const char *at)
{
    const char *end = at[1] == '/' ? strchr(at, '\n') : strstr(at + 2, "*/");

    return !end ? at + strlen(at) : at[1] == '/' ? end : end + 2;
}

static const char *skip_blank(const char *at)
{
    while (isspace((unsigned char)*at) || (at[0] == '\\' && at[1] == '\n') ||
           (at[0] == '/' && (at[1] == '*' || at[1] == '/')))
        at = *at == '/' ? skip_comment(at) : at + 1;
    return at;
}

/* White space that is written as \n or \t is white space in what is sent. */
static const char *take_char(const char *at, struct strbuf *out)
{
    if (at[0] != '\\' || !at[1]) {
        strbuf_add_char(out, *at);
        return at + 1;
    }
    if (at[1] != '\n')
        strbuf_add_char(out, (char)(strchr("nrtvf", at[1]) ? ' ' : at[1]));
    return at + 2;
}

static const char *take_literal(const char *at, struct strbuf *out)
{
    while (*at == '"') {
        for (at++; *at && *at != '"';)
            at = take_char(at, out);
        at = skip_blank(at + (*at == '"'));
    }
    strbuf_add_char(out, '\1');
    return at;
}

static void take_apart(const char *text, struct source *source)
{
    for (const char *at = text; *at;) {
        if (at[0] == '/' && (at[1] == '*' || at[1] == '/'))
            at = skip_comment(at);
        else if (*at == '"')
            at = take_literal(at, &source->literals);
        else if (at[0] == '\'' && at[1] == '"')
            at += 3;
        else
            strbuf_add_char(&source->code, *at++);
    }
}

/* ---- words that make a copy writable ---- */

static const char *const openings[] = {
    "WITH RECOVERY", ", RECOVERY", "SET PARTNER FAILOVER", "FORCE_SERVICE",
    "SET ONLINE",    "READ_WRITE", "MULTI_USER",           "INVOKE-CSDATABASEFAILOVER",
};
/* The same without what may be put between. */
static const char *const squeezed[] = {"WITHRECOVERY", "PARTNERFAILOVER", "FORCESERVICE",    "SETONLINE",
                                       "MULTIUSER",    "SETREADWRITE",    "DATABASEFAILOVER"};

static void add_upper(struct strbuf *out, const char *text, bool letters_alone)
{
    for (; *text; text++) {
        bool blank = isspace((unsigned char)*text);

        if (letters_alone ? isalnum((unsigned char)*text) : !blank)
            strbuf_add_char(out, (char)toupper((unsigned char)*text));
        else if (!letters_alone && out->length && out->text[out->length - 1] != ' ')
            strbuf_add_char(out, ' ');
    }
}

static const char *find_any(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(text, words[i]))
            return words[i];
    return NULL;
}

/* The word; NULL: none.  pieces: across whatever it is put together from, too. */
static const char *opening_in(const char *text, bool pieces)
{
    AUTO(strbuf) struct strbuf plain = STRBUF_INIT, letters = STRBUF_INIT;
    const char *word;

    add_upper(&plain, text, false);
    add_upper(&letters, text, true);
    word = find_any(strbuf_text(&plain), openings, COUNT(openings));
    if (!word && pieces)
        word = find_any(strbuf_text(&letters), squeezed, COUNT(squeezed));
    return word ? word : guard_is_needed(text) ? "what the guard knows" : NULL;
}

/* ---- what may hold them ---- */

/* Said to people, or compared with: sent to nobody.  Each must be there. */
static const struct {
    const char *file, *literal;
} allowed[] = {
    {"common/model/conditions.def", "apply the remaining log backups, then RESTORE WITH RECOVERY"},
    {"common/doctor/diagnoses.def", "SQL Server's error log says why; ALTER DATABASE [...] SET ONLINE;"},
};

/* The guard's own list of words.  It includes nothing that could send. */
static const char *const knows_words[] = {"common/act/judge/guard_text.c"};

static bool is_allowed(const char *file, const char *literal, bool *ret_used)
{
    for (size_t i = 0; i < COUNT(allowed); i++)
        if (strcmp(allowed[i].file, file) == 0 && strcmp(allowed[i].literal, literal) == 0) {
            ret_used[i] = true;
            return true;
        }
    return false;
}

struct search {
    struct strbuf found; /* "file: word: literal" lines */
    bool used[COUNT(allowed)];
    size_t files, literals;
};

static void note(struct search *search, const char *file, const char *word, const char *where)
{
    strbuf_format(&search->found, "%s: %s: %.80s\n", file, word, where);
}

/* Literals one by one; then all that are not allowed together, as they may be put together. */
static void search_c(struct search *search, const char *file, const char *text)
{
    AUTO(source) struct source source = SOURCE_INIT;
    AUTO(strbuf) struct strbuf together = STRBUF_INIT;
    const char *word;

    take_apart(text, &source);
    for (char *rest = source.literals.text, *literal; rest && (literal = strsep(&rest, "\1"));) {
        search->literals++;
        if (is_allowed(file, literal, search->used))
            continue;
        word = opening_in(literal, false);
        if (word)
            note(search, file, word, literal);
        strbuf_add(&together, literal);
        strbuf_add(&together, " ");
    }
    AUTO(strbuf) struct strbuf letters = STRBUF_INIT;
    add_upper(&letters, strbuf_text(&together), true);
    word = find_any(strbuf_text(&letters), squeezed, COUNT(squeezed));
    if (word)
        note(search, file, word, "put together");
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);

    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static void search_file(struct search *search, const char *file, const char *text)
{
    const char *word;

    for (size_t i = 0; i < COUNT(knows_words); i++)
        if (strcmp(file, knows_words[i]) == 0)
            return;
    search->files++;
    if (ends_with(file, ".c") || ends_with(file, ".h") || ends_with(file, ".def")) {
        search_c(search, file, text);
        return;
    }
    word = opening_in(text, ends_with(file, ".ps1"));
    if (word)
        note(search, file, word, "a script");
}

/* ---- the sources ---- */

static struct search *walking; /* nftw has no place for it */

static int visit(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    struct err err = ERR_INIT;
    static const char *const ends[] = {".c", ".h", ".def", ".sql", ".ps1"};

    (void)status;
    (void)place;
    for (size_t i = 0; kind == FTW_F && i < COUNT(ends); i++)
        if (ends_with(path, ends[i])) {
            assert_int_equal(whole_file_read(path, SOURCE_MOST_BYTES, &text, &err), 0);
            search_file(walking, path + strlen(PCHAT_SOURCE_DIR) + 1, strbuf_text(&text));
        }
    return 0;
}

static void no_source_holds_such_a_statement(void **state)
{
    struct search search = {.found = STRBUF_INIT};

    (void)state;
    walking = &search;
    assert_int_equal(nftw(PCHAT_SOURCE_DIR "/common", visit, 16, FTW_PHYS), 0);
    assert_int_equal(nftw(PCHAT_SOURCE_DIR "/plugins", visit, 16, FTW_PHYS), 0);
    if (search.found.length)
        fail_msg("beside the guarded runbooks:\n%s", strbuf_text(&search.found));
    for (size_t i = 0; i < COUNT(allowed); i++)
        if (!search.used[i])
            fail_msg("%s does not say any more: %s", allowed[i].file, allowed[i].literal);
    assert_true(search.files > 400);
    assert_true(search.literals > 5000);
    strbuf_done(&search.found);
}

static void read_source(const char *name, struct strbuf *out)
{
    AUTO(strbuf) struct strbuf path = STRBUF_INIT;
    struct err err = ERR_INIT;

    strbuf_format(&path, "%s/%s", PCHAT_SOURCE_DIR, name);
    assert_int_equal(whole_file_read(strbuf_text(&path), SOURCE_MOST_BYTES, out, &err), 0);
}

static void who_knows_the_words_cannot_send(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(knows_words); i++) {
        AUTO(strbuf) struct strbuf text = STRBUF_INIT;

        read_source(knows_words[i], &text);
        assert_non_null(strstr(strbuf_text(&text), "FORCE_SERVICE_ALLOW_DATA_LOSS"));
        for (const char *at = strbuf_text(&text); (at = strstr(at, "#include \"")); at++)
            if (strncmp(at, "#include \"act/judge/guard.h\"", 28) != 0 &&
                strncmp(at, "#include \"base/strbuf.h\"", 24) != 0)
                fail_msg("%s includes more: %.50s", knows_words[i], at);
    }
}

/* ---- the search finds what is planted ---- */

static const struct planted {
    const char *file, *text;
    bool is_found;
} planted[] = {
    {"common/x.c", "send(port, \"RESTORE DATABASE [mgc] WITH RECOVERY\");", true},
    {"common/x.c", "send(port, \"RESTORE DATABASE [mgc]\");", true},
    {"common/x.c", "send(port, \"restore log mgc from disk = 'x' with\\n    recovery\");", true},
    {"common/x.c", "send(port, \"RESTORE DATABASE [mgc] WITH REPLACE, RECOVERY\");", true},
    {"common/x.c", "send(port, \"ALTER DATABASE [mgc] SET \"\n  /* so */ \"PARTNER FAILOVER\");", true},
    {"common/x.c", "add(out, \"ALTER DATABASE [mgc] SET \"); add(out, name); add(out, \"ONLINE\");", true},
    {"common/x.c", "add(out, \"ALTER DATABASE %s SET MULTI\"); add(out, \"_USER\");", true},
    {"common/x.c", "const char *how = \"FORCE_SERVICE_ALLOW_DATA_LOSS\";", true},
    {"common/x.h", "#define OPEN \"SET READ_WRITE\"", true},
    {"common/x.c", "run_ps(port, \"Invoke-CsDatabaseFailover -PoolFqdn x\");", true},
    {"common/x.c", "run_ps(port, \"& ('Invoke-Cs' + 'DatabaseFailover')\");", true},
    {"common/x.def", "ROW(a, \"ALTER DATABASE mgc SET ONLINE\")", true},
    {"common/queries/x.sql", "SELECT 1;\nALTER DATABASE [mgc] SET\tPARTNER\n FAILOVER;", true},
    {"common/queries/x.sql", "/* harmless */ RESTORE DATABASE [$(database)];", true},
    {"common/scripts/x.ps1", "$x = 'Invoke-Cs'\n& ($x + 'DatabaseFailover')", true},
    {"plugins/x.c", "puts(\"apply the remaining log backups, then RESTORE WITH RECOVERY\");", true},
    {"common/model/conditions.def", "X(\"apply the remaining log backups, then RESTORE WITH RECOVERY\")",
     false},
    {"common/x.c", "/* RESTORE DATABASE [mgc] WITH RECOVERY */ // SET ONLINE\nint x;", false},
    {"common/x.c", "send(port, \"RESTORE LOG [mgc] FROM DISK = N'x' WITH NORECOVERY\");", false},
    {"common/x.c", "char c = '\"'; /* \" */ say(\"the copy is online\");", false},
    {"common/x.c", "say(\"read-write\");", false},
    {"common/queries/x.sql", "SELECT state_desc FROM sys.databases;", false},
};

static void planted_statements_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(planted); i++) {
        struct search search = {.found = STRBUF_INIT};

        search_file(&search, planted[i].file, planted[i].text);
        if ((search.found.length > 0) != planted[i].is_found)
            fail_msg("%s: %s: found %s", planted[i].file, planted[i].text, strbuf_text(&search.found));
        strbuf_done(&search.found);
    }
}

/* ---- runbooks ---- */

static const char *const guarded[] = {
    "failover/01-rescue-force.sql", "failover/07-recover.sql",   "mirror-force/03-force.sql",
    "mirror-switch/01-switch.sql",  "unfence/01-read-write.sql",
};

/* Open a side database, and are in no plan. */
static const char *const of_drills[] = {"drill/04-recover.sql"};

static bool is_of_drills(const char *script)
{
    for (size_t i = 0; i < COUNT(of_drills); i++)
        if (strcmp(of_drills[i], script) == 0)
            return true;
    return false;
}

static bool is_guarded(const char *script)
{
    for (size_t i = 0; i < COUNT(guarded); i++)
        if (strcmp(guarded[i], script) == 0)
            return true;
    return false;
}

static bool runbook_opens(const struct runbook *runbook)
{
    AUTO(source) struct source source = SOURCE_INIT;
    AUTO(strbuf) struct strbuf plain = STRBUF_INIT;

    take_apart(runbook->text, &source); /* comments go, what T-SQL has in single quotes stays */
    add_upper(&plain, strbuf_text(&source.code), false);
    return find_any(strbuf_text(&plain), openings, COUNT(openings)) != NULL;
}

static void the_guard_knows_exactly_these_runbooks(void **state)
{
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < runbook_count; i++) {
        bool opens = runbook_opens(&runbooks[i]);

        if (opens != (is_guarded(runbooks[i].name) || is_of_drills(runbooks[i].name)))
            fail_msg("%s: holds such a statement: %d, and is listed here: %d", runbooks[i].name, opens,
                     !opens);
        if (guard_is_needed(runbooks[i].text) != opens)
            fail_msg("%s: the guard is asked for: %d", runbooks[i].name, !opens);
        count += opens;
    }
    assert_int_equal(count, COUNT(guarded) + COUNT(of_drills));
}

/* ---- sendings ---- */

struct made {
    size_t sendings;
    bool seen[COUNT(guarded)];
};

static void expect_marked(const struct sending *sending, struct made *made)
{
    made->sendings++;
    if (strncmp(sending->script, "drill/", 6) == 0)
        fail_msg("a plan sends %s", sending->script);
    if (sending->makes_writable != is_guarded(sending->script))
        fail_msg("%s makes_writable: %d", sending->script, sending->makes_writable);
    if (guard_is_needed(sending->text ? sending->text : "") != sending->makes_writable)
        fail_msg("%s: the guard is asked for as it is sent: %d", sending->script, !sending->makes_writable);
    for (size_t i = 0; i < COUNT(guarded); i++)
        made->seen[i] |= strcmp(guarded[i], sending->script) == 0;
}

static void make_verb(enum verb verb, enum rescue rescue, struct made *made)
{
    AUTO(look) struct look *look = fixture_look_for(verb, ORIGIN_PERSON);
    struct chain_plan chain;
    struct err err = ERR_INIT;
    struct step_scope scope = {.pool = fixture_pool(),
                               .cast = look->cast,
                               .verb = verb,
                               .look = look,
                               .chain = &chain,
                               .run = FIXTURE_RUN,
                               .epoch = 4,
                               .lock = pool_lock_resource(look->arena, fixture_pool()->fqdn),
                               .rescue = rescue,
                               .arena = look->arena,
                               .err = &err};

    fixture_pool()->settings = settings_default();
    chain = chain_plan_of(look, look->arena);
    for (size_t i = 0; i < steps_of(verb).count; i++) {
        struct sending *sendings = NULL;
        size_t count = 0;

        if (steps_of(verb).steps[i]->make(&scope, &sendings, &count) != 0)
            fail_msg("%s: %s", steps_of(verb).steps[i]->id, err.text);
        for (size_t s = 0; s < count; s++)
            expect_marked(&sendings[s], made);
    }
    fixture_pool_reset();
}

static void what_opens_is_marked_and_nothing_else(void **state)
{
    struct made made = {0};

    (void)state;
    for (enum verb verb = VERB_NONE + 1; verb < VERB_COUNT; verb++)
        for (enum rescue rescue = 0; rescue < RESCUE_COUNT; rescue++)
            make_verb(verb, rescue, &made);
    assert_true(made.sendings > 30);
    for (size_t i = 0; i < COUNT(guarded); i++)
        if (!made.seen[i])
            fail_msg("no step sends %s", guarded[i]);
}

/* ---- one function sends ---- */

static size_t count_of(const char *text, const char *what)
{
    size_t count = 0;

    for (; (text = strstr(text, what)); text += strlen(what))
        count++;
    return count;
}

/* In code, not in comments; a longer name is another one. */
static size_t count_name(const char *code, const char *name)
{
    size_t count = 0, length = strlen(name);

    for (const char *at = code; (at = strstr(at, name)); at += length)
        count += !(isalnum((unsigned char)at[length]) || at[length] == '_') &&
                 (at == code || !(isalnum((unsigned char)at[-1]) || at[-1] == '_'));
    return count;
}

/* Who may say these names, how often. */
static const struct {
    const char *name, *file;
    size_t times;
} uses[] = {
    {"guard_judge", "common/act/judge/guard.c", 1}, /* made */
    {"guard_judge", "common/act/judge/guard.h", 1},
    {"guard_judge", "common/act/engine/drive_send.c", 1},
    {"guard_judge", "common/act/drill/drill_send.c", 1},
    {"GUARD_SIDE_DATABASE", "common/act/judge/guard.c", 1},
    {"GUARD_SIDE_DATABASE", "common/act/judge/guard.h", 1},
    {"GUARD_SIDE_DATABASE", "common/act/drill/drill_send.c", 1},
    {"guard_passes", "common/act/drill/drill_send.c", 2}, /* made, and asked */
    {"hand_over", "common/act/drill/drill_send.c", 2},
    {"drill_send", "common/act/drill/drill_send.c", 1},
    {"drill_send", "common/act/drill/drill_work.h", 1},
    {"drill_send", "common/act/drill/drill_steps.c", 1},
    {"drill_send", "common/act/drill/drill_sweep.c", 1},
    {"guard_lets_pass", "common/act/engine/drive_send.c", 2}, /* made, and asked */
    {"send_sql", "common/act/engine/drive_send.c", 2},        /* made, and in the table of ways */
    {"send_ps", "common/act/engine/drive_send.c", 2},
    {"send_program", "common/act/engine/drive_send.c", 2},
    {"export_rows", "common/act/engine/drive_send.c", 2},
    {"drive_send", "common/act/engine/drive_send.c", 1},
    {"drive_send", "common/act/engine/drive.h", 1},
    {"drive_send", "common/act/engine/engine.c", 2}, /* forth, and back */
    {"runbook_count", "common/act/plan/runbooks.h", 1},
    {"runbook_count", "common/act/plan/script.c", 1},        /* read for what is sent */
    {"runbook_count", "common/act/tell/runbook_print.c", 1}, /* printed */
};

static bool is_watched(const char *name)
{
    for (size_t i = 0; i < COUNT(uses); i++)
        if (strcmp(uses[i].name, name) == 0)
            return true;
    return false;
}

static size_t times_of(const char *name, const char *file)
{
    for (size_t i = 0; i < COUNT(uses); i++)
        if (strcmp(uses[i].name, name) == 0 && strcmp(uses[i].file, file) == 0)
            return uses[i].times;
    return 0;
}

static void expect_names(const char *file, const char *code)
{
    for (size_t i = 0; i < COUNT(uses); i++) {
        size_t times = times_of(uses[i].name, file), found = count_name(code, uses[i].name);

        if (found != times)
            fail_msg("%s says %s %zu times, expected %zu", file, uses[i].name, found, times);
    }
}

static bool is_of_act(const char *file)
{
    return strncmp(file, "common/act/", 11) == 0 || strncmp(file, "plugins/", 8) == 0;
}

static bool hands_over(const char *file)
{
    static const char *const files[] = {"common/act/engine/drive_send.c", "common/act/engine/host_send.c",
                                        "common/act/engine/prove.c", "common/act/drill/drill_send.c"};

    for (size_t i = 0; i < COUNT(files); i++)
        if (strcmp(files[i], file) == 0)
            return true;
    return false;
}

static int visit_names(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    const char *file = path + strlen(PCHAT_SOURCE_DIR) + 1;
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    AUTO(source) struct source source = SOURCE_INIT;

    (void)status;
    (void)place;
    if (kind != FTW_F || !(ends_with(path, ".c") || ends_with(path, ".h")) || !is_of_act(file))
        return 0;
    read_source(file, &text);
    take_apart(strbuf_text(&text), &source);
    expect_names(file, strbuf_text(&source.code));
    /* What a plan says is handed to a server, host or program in one place; and to hosts, to try it. */
    if (strncmp(file, "common/act/engine/", 18) == 0 || strncmp(file, "common/act/runner/", 18) == 0 ||
        strncmp(file, "common/act/drill/", 17) == 0)
        assert_true((count_of(strbuf_text(&source.code), "sending->text") > 0) == hands_over(file));
    return 0;
}

static void one_function_sends(void **state)
{
    (void)state;
    assert_true(is_watched("guard_judge"));
    assert_int_equal(nftw(PCHAT_SOURCE_DIR "/common/act", visit_names, 16, FTW_PHYS), 0);
    assert_int_equal(nftw(PCHAT_SOURCE_DIR "/plugins", visit_names, 16, FTW_PHYS), 0);
}

static void expect_order(const char *file, const char *const *words, size_t count, const char *once,
                         size_t times)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    AUTO(source) struct source source = SOURCE_INIT;
    const char *at;

    read_source(file, &text);
    take_apart(strbuf_text(&text), &source);
    at = strbuf_text(&source.code);
    assert_int_equal(count_of(at, once), times);
    for (size_t i = 0; i < count; i++) {
        const char *found = strstr(at, words[i]);

        if (found)
            at = found;
        else
            fail_msg("%s: \"%s\" is missing, or in the wrong place", file, words[i]);
    }
}

/* In that function the guard stands before the one place that sends. */
static void the_guard_stands_before_it(void **state)
{
    static const char *const order[] = {
        "enum sent drive_send(struct drive *drive)", "sending->makes_writable || guard_is_needed(",
        "needs_guard && !guard_lets_pass(drive)", "return SENT_ENDED;", "return ways[sending->kind](drive);"};

    (void)state;
    /* the table, and its use */
    expect_order("common/act/engine/drive_send.c", order, COUNT(order), "ways[", 2);
}

static void the_guard_stands_before_what_drills_send(void **state)
{
    static const char *const order[] = {"enum sent drill_send(struct drill *drill",
                                        "guard_is_needed(sending->text) && !guard_passes(drill, sending)",
                                        "return SENT_ENDED;", "hand_over(drill, sending, ret_words)"};

    (void)state;
    expect_order("common/act/drill/drill_send.c", order, COUNT(order), "hand_over(",
                 2); /* made, and called */
}

/* Who asks a server for a drill beside drill_send() has no words with which anything could be done there. */
static const char *const drill_askers[] = {"common/act/drill/drill_send.c", /* first */
                                           "common/act/drill/drill_look.c",
                                           "common/act/drill/drill_backups.c"};

static bool may_ask(const char *file)
{
    for (size_t i = 0; i < COUNT(drill_askers); i++)
        if (strcmp(drill_askers[i], file) == 0)
            return true;
    return false;
}

static int visit_drill(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    static const char *const acts[] = {"RESTORE DATABASE", "RESTORE LOG", "BACKUP ", "DROP ",
                                       "ALTER ",           "DBCC ",       "KILL "};
    const char *file = path + strlen(PCHAT_SOURCE_DIR) + 1;
    AUTO(strbuf) struct strbuf text = STRBUF_INIT, upper = STRBUF_INIT;
    AUTO(source) struct source source = SOURCE_INIT;
    const char *word;

    (void)status;
    (void)place;
    if (kind != FTW_F || !(ends_with(path, ".c") || ends_with(path, ".sql")))
        return 0;
    read_source(file, &text);
    take_apart(strbuf_text(&text), &source);
    if (ends_with(path, ".c") && strstr(strbuf_text(&source.code), "->query(") && !may_ask(file))
        fail_msg("%s asks a server", file);
    add_upper(&upper, ends_with(path, ".c") ? strbuf_text(&source.literals) : strbuf_text(&source.code),
              false);
    word = find_any(strbuf_text(&upper), acts, COUNT(acts));
    if (word && (ends_with(path, ".sql") || (may_ask(file) && strcmp(file, drill_askers[0]) != 0)))
        fail_msg("%s: %s", file, word);
    return 0;
}

static void beside_it_a_drill_only_reads(void **state)
{
    (void)state;
    assert_int_equal(nftw(PCHAT_SOURCE_DIR "/common/act/drill", visit_drill, 16, FTW_PHYS), 0);
}

/* Nothing that needs the guard is tried. */
static void what_needs_the_guard_is_not_tried(void **state)
{
    static const char *const order[] = {"static void try_script(", "!guard_is_needed(sending->text)",
                                        "host_send("};

    (void)state;
    expect_order("common/act/engine/prove.c", order, COUNT(order), "host_send(", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_statements_are_found),
        cmocka_unit_test(no_source_holds_such_a_statement),
        cmocka_unit_test(who_knows_the_words_cannot_send),
        cmocka_unit_test(the_guard_knows_exactly_these_runbooks),
        cmocka_unit_test(what_opens_is_marked_and_nothing_else),
        cmocka_unit_test(one_function_sends),
        cmocka_unit_test(the_guard_stands_before_it),
        cmocka_unit_test(the_guard_stands_before_what_drills_send),
        cmocka_unit_test(beside_it_a_drill_only_reads),
        cmocka_unit_test(what_needs_the_guard_is_not_tried),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
