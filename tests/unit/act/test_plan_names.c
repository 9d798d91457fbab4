/*
 * Names that would be statements if they were not quoted: whatever a database, server, folder or file is
 * called, each text of each verb, read by the lab's own reader of T-SQL, is the same but for that one name.
 */
#include "act/plan/step.h"
#include "base/strbuf.h"
#include "lab/tsql/token.h"
#include "unit/act/look_fixture.h"
#include "unit/cmocka_unit.h"

#include <jansson.h>
#include <string.h>

/* ---- names ---- */

enum { NAMES = 8 };
static const char *const plain[NAMES] = {"PlainDatabase", "PlainShare",  "PlainLogs",     "PlainMirror",
                                         "PlainTask",     "PlainServer", "PlainFile.trn", "PlainLock"};

/* What stands in the place of each of them, one after the other. */
static const char *const hostile[] = {
    "]",
    "]]",
    "x]; DROP DATABASE [mgc",
    "'",
    "''",
    "x'; SHUTDOWN; --",
    "N'x'; EXEC (N'ALTER DATABASE mgc SET ONLINE')",
    "$(database)",
    "$(lock)$(server)",
    "$($Parameters.pool)",
    "`whoami`",
    "x`\"; Invoke-CsThing",
    "a\nGO\nb",
    "a\r\nRESTORE DATABASE mgc WITH RECOVERY\r\n",
    "a;b;;c",
    "/* a",
    "a */ b",
    "-- a",
    "\"",
    "\"; SELECT \"",
    "%s%n%d",
    "a\\'b",
    "\\\n",
    "{\"a\": [1]}",
    "[1, 2]",
    "\xE2\x80\x99; SELECT 1 --", /* another quote is none */
    "caf\xC3\xA9 \xF0\x9F\x92\xAC",
    " leading and trailing ",
};

struct naming {
    const char *values[NAMES];
};

static void name_all(struct look *look, struct topology_pool *pool, const struct naming *naming)
{
    const char *const *value = naming->values;
    struct act_facts *standby = fixture_facts(look, "sqldr1");

    pool->database = value[0];
    pool->share = value[1];
    fixture_acting()->log_folder = value[2];
    fixture_acting()->mirror_share = value[3];
    fixture_acting()->store_task = value[4];
    for (size_t i = 0; i < look->snapshot->instance_count; i++)
        if (look->snapshot->instances[i].server.count)
            look->snapshot->instances[i].server.rows[0].server_name = value[5];
    for (size_t i = 0; i < standby->log_file.count; i++) {
        standby->log_file.rows[i].name = value[6];
        standby->log_file.rows[i].path = arena_format(look->arena, "E:\\copy\\%s", value[6]);
    }
}

/* ---- all that a verb would send ---- */

struct made {
    struct look *look;
    struct chain_plan chain;
    struct sending *sendings;
    size_t count;
};

static void made_done(struct made *made)
{
    look_free(made->look);
}
AUTO_DEFINE_DONE(made, struct made)

static struct made make_verb(enum verb verb, enum rescue rescue, const struct naming *naming)
{
    struct topology_pool *pool = fixture_pool();
    const char *database = pool->database, *share = pool->share;
    struct made made = {.look = fixture_look_for(verb, ORIGIN_PERSON)};
    struct redo_fact *redo = &builder_at(made.look->snapshot, "sqldr1")->redo.rows[0];
    struct err err = ERR_INIT;
    struct step_scope scope = {.pool = pool,
                               .cast = made.look->cast,
                               .verb = verb,
                               .look = made.look,
                               .run = FIXTURE_RUN,
                               .epoch = 4,
                               .lock = naming->values[7],
                               .rescue = rescue,
                               .arena = made.look->arena,
                               .err = &err};

    pool->settings = settings_default();
    if (verb == VERB_FAILOVER) /* the newest log backup is to be restored yet */
        redo->redo_start_lsn = redo->redo_start_lsn_max = builder_lsn(0);
    made.chain = chain_plan_of(made.look, made.look->arena);
    scope.chain = &made.chain;
    name_all(made.look, pool, naming);
    for (size_t i = 0; i < steps_of(verb).count; i++)
        if (steps_of(verb).steps[i]->make(&scope, &made.sendings, &made.count) != 0)
            fail_msg("%s: %s", steps_of(verb).steps[i]->id, err.text);
    pool->database = database;
    pool->share = share;
    fixture_pool_reset();
    return made;
}

/* ---- what must have become of a text ---- */

/* Each plain name in it as the other is called. */
static const char *renamed(const char *text, const struct naming *naming, struct arena *arena)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    for (const char *at = text; *at;) {
        size_t i = 0;

        while (i < NAMES && strncmp(at, plain[i], strlen(plain[i])) != 0)
            i++;
        if (i < NAMES)
            strbuf_add(&out, naming->values[i]);
        else
            strbuf_add_char(&out, *at);
        at += i < NAMES ? strlen(plain[i]) : 1;
    }
    return arena_text(arena, strbuf_text(&out));
}

static struct tokens read_text(const char *text, struct arena *arena)
{
    struct problems problems = {.arena = arena};
    struct tokens tokens;

    if (tokens_read(text, true, &tokens, &problems) != 0)
        fail_msg("cannot be read: %s", text);
    return tokens;
}

static void assert_same_statements(const struct sending *was, const struct sending *is,
                                   const struct naming *naming, bool *ret_named)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct tokens before = read_text(was->text, arena), after = read_text(is->text, arena);

    if (before.count != after.count)
        fail_msg("%s: %zu words became %zu:\n%s", is->script, before.count, after.count, is->text);
    for (size_t i = 0; i < before.count; i++) {
        const char *text = before.items[i].text ? before.items[i].text : "";
        const char *wanted = renamed(text, naming, arena);

        if (before.items[i].kind != after.items[i].kind ||
            strcmp(wanted, after.items[i].text ? after.items[i].text : "") != 0)
            fail_msg("%s: %s became %s, expected %s", is->script, text, after.items[i].text, wanted);
        if (strcmp(wanted, text) == 0)
            continue;
        *ret_named = true;
        if (after.items[i].kind != TOKEN_QUOTED && after.items[i].kind != TOKEN_NATIONAL_STRING)
            fail_msg("%s: a name stands bare: %s", is->script, text);
    }
}

static void assert_same_value(const json_t *was, const json_t *is, const struct naming *naming)
{
    AUTO(arena) struct arena *arena = arena_new();
    const char *key;
    json_t *value;

    assert_int_equal(json_typeof(was), json_typeof(is));
    if (json_is_string(was))
        assert_string_equal(json_string_value(is), renamed(json_string_value(was), naming, arena));
    for (size_t i = 0; i < json_array_size(was); i++)
        assert_same_value(json_array_get(was, i), json_array_get(is, i), naming);
    assert_int_equal(json_array_size(was), json_array_size(is));
    assert_int_equal(json_object_size(was), json_object_size(is));
    json_object_foreach((json_t *)was, key, value) /* a macro: it writes to no member */
    {
        assert_same_value(value, json_object_get(is, key), naming);
    }
}

/* A script is the same to the byte: names are in its parameters alone. */
static void assert_same_script(const struct sending *was, const struct sending *is,
                               const struct naming *naming)
{
    json_t *before = json_loads(was->parameters, JSON_REJECT_DUPLICATES, NULL);
    json_t *after = json_loads(is->parameters, JSON_REJECT_DUPLICATES, NULL);

    assert_string_equal(was->text, is->text);
    assert_non_null(before);
    assert_non_null(after);
    assert_same_value(before, after, naming);
    json_decref(before);
    json_decref(after);
}

static void compare(enum verb verb, enum rescue rescue, const struct naming *naming, bool *ret_named)
{
    const struct naming by_design = {
        {plain[0], plain[1], plain[2], plain[3], plain[4], plain[5], plain[6], plain[7]}};
    AUTO(made) struct made was = make_verb(verb, rescue, &by_design);
    AUTO(made) struct made is = make_verb(verb, rescue, naming);

    assert_int_equal(was.count, is.count);
    for (size_t i = 0; i < was.count; i++) {
        assert_string_equal(was.sendings[i].script, is.sendings[i].script);
        assert_int_equal(was.sendings[i].kind, is.sendings[i].kind);
        if (is.sendings[i].kind == SENDING_SQL || is.sendings[i].kind == SENDING_LEDGER)
            assert_same_statements(&was.sendings[i], &is.sendings[i], naming, ret_named);
        else if (is.sendings[i].kind == SENDING_PS)
            assert_same_script(&was.sendings[i], &is.sendings[i], naming);
    }
}

/* All names at once, and each in each place among others that are tame. */
static void a_name_is_one_name_in_every_text(void **state)
{
    bool named = false;

    (void)state;
    for (size_t h = 0; h < COUNT(hostile); h++)
        for (enum verb verb = VERB_NONE + 1; verb < VERB_COUNT; verb++)
            for (enum rescue rescue = 0; rescue < (verb == VERB_FAILOVER ? RESCUE_COUNT : 1); rescue++) {
                struct naming naming;

                for (size_t i = 0; i < NAMES; i++)
                    naming.values[i] = hostile[(h + i * 7) % COUNT(hostile)];
                compare(verb, rescue, &naming, &named);
            }
    assert_true(named);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_one_name_in_every_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
