/* Steps: what they would send in each verb's world, and what they see of it. */
#include "act/judge/guard.h"
#include "act/judge/lock_name.h"
#include "act/plan/plan.h"
#include "act/plan/step.h"
#include "base/mem.h"
#include "base/whole_file.h"
#include "observe/winrm/ps_command.h"
#include "unit/act/look_fixture.h"
#include "unit/cmocka_unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- a plan's steps ---- */

struct bench {
    struct look *look;
    struct chain_plan chain;
    struct step_scope scope;
    struct err err;
};

static void bench_open(struct bench *bench, struct look *look, enum verb verb, enum rescue rescue)
{
    struct redo_fact *redo = &builder_at(look->snapshot, "sqldr1")->redo.rows[0];

    *bench = (struct bench){.look = look};
    if (verb == VERB_FAILOVER) /* the newest log backup is to be restored yet */
        redo->redo_start_lsn = redo->redo_start_lsn_max = builder_lsn(0);
    fixture_pool()->settings = settings_default();
    bench->chain = chain_plan_of(look, look->arena);
    bench->scope = (struct step_scope){
        .pool = fixture_pool(),
        .cast = look->cast,
        .verb = verb,
        .look = look,
        .chain = &bench->chain,
        .run = FIXTURE_RUN,
        .epoch = 4,
        .lock = pool_lock_resource(look->arena, fixture_pool()->fqdn),
        .rescue = rescue,
        .arena = look->arena,
        .err = &bench->err,
    };
}

static void bench_done(struct bench *bench)
{
    look_free(bench->look);
    fixture_pool_reset();
}
AUTO_DEFINE_DONE(bench, struct bench)

static struct sending *sendings_of(struct bench *bench, const struct step *step, size_t *ret_count)
{
    struct sending *sendings = NULL;

    *ret_count = 0;
    if (step->make(&bench->scope, &sendings, ret_count) != 0)
        fail_msg("%s: %s", step->id, bench->err.text);
    return sendings;
}

/* ---- goldens ---- */

static void add_sending(struct strbuf *out, const struct bench *bench, const struct step *step,
                        const struct sending *sending)
{
    static const char *const kinds[SENDING_KIND_COUNT] = {[SENDING_NONE] = "wait",
                                                          [SENDING_SQL] = "sql",
                                                          [SENDING_PS] = "ps",
                                                          [SENDING_PROGRAM] = "program",
                                                          [SENDING_LEDGER] = "ledger"};
    const char *why = NULL;
    enum step_state state = step->observe(&bench->scope, sending, &why);

    strbuf_format(out, "== %s: %s %s %s [%s]%s\n", step->id, kinds[sending->kind], sending->target,
                  sending->script, sending->subject, sending->makes_writable ? " GUARD" : "");
    strbuf_format(out, "-- %s: %s\n", step_state_name(state), why ? why : "");
    if (sending->parameters)
        strbuf_format(out, "-- %s\n", sending->parameters);
    if (sending->kind == SENDING_SQL || sending->kind == SENDING_LEDGER)
        strbuf_add(out, sending->text);
}

static char *told(struct bench *bench, enum verb verb)
{
    const struct step_list list = steps_of(verb);
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < list.count; i++) {
        size_t count;
        const struct sending *sendings = sendings_of(bench, list.steps[i], &count);

        for (size_t k = 0; k < count; k++)
            add_sending(&out, bench, list.steps[i], &sendings[k]);
    }
    return strbuf_take(&out);
}

static void assert_golden(const char *name, const char *text)
{
    AUTO_FREE char *path = mem_format(PCHAT_SOURCE_DIR "/tests/unit/act/golden/%s.txt", name);
    AUTO(strbuf) struct strbuf golden = STRBUF_INIT;
    struct err err = ERR_INIT;

    if (getenv("GOLDEN_UPDATE"))
        assert_int_equal(whole_file_write(path, 0644, text, &err), 0);
    if (whole_file_read(path, 1 << 20, &golden, &err) != 0)
        fail_msg("%s", err.text);
    if (strcmp(text, strbuf_text(&golden)) != 0) {
        fputs(text, stderr);
        fail_msg("differs from %s (GOLDEN_UPDATE=1 writes it anew)", path);
    }
}

static void test_goldens(void **state)
{
    static const struct {
        const char *name;
        enum verb verb;
        enum rescue rescue;
    } cases[] = {
        {"failover", VERB_FAILOVER, RESCUE_FORCE},        {"mirror-switch", VERB_MIRROR_SWITCH, RESCUE_NONE},
        {"mirror-force", VERB_MIRROR_FORCE, RESCUE_NONE}, {"fence", VERB_FENCE, RESCUE_NONE},
        {"unfence", VERB_UNFENCE, RESCUE_NONE},           {"switchover", VERB_SWITCHOVER, RESCUE_NONE},
        {"failback", VERB_FAILBACK, RESCUE_NONE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(bench) struct bench bench;
        AUTO_FREE char *text = NULL;

        bench_open(&bench, fixture_look_for(cases[i].verb, ORIGIN_PERSON), cases[i].verb, cases[i].rescue);
        text = told(&bench, cases[i].verb);
        assert_golden(cases[i].name, text);
    }
}

/* Names that would be statements if they were not quoted. */
static void test_hostile(void **state)
{
    struct topology_pool *pool = fixture_pool();
    AUTO(bench) struct bench bench;
    AUTO_FREE char *text = NULL;

    (void)state;
    bench_open(&bench, fixture_look_for(VERB_FAILOVER, ORIGIN_PERSON), VERB_FAILOVER, RESCUE_FORCE);
    builder_at(bench.look->snapshot, "sqldr1")->server.rows[0].server_name = "SQL'; SHUTDOWN --$(lock)";
    fixture_acting()->log_folder = "E:\\it's $(server)`whoami`";
    fixture_acting()->mirror_share = "\\\\fs2\\a\"b'$(x)";
    fixture_acting()->store_task = "pchat'act";
    pool->database = "m]gc'$(server)";
    text = told(&bench, VERB_FAILOVER);
    pool->database = "mgc";
    assert_golden("hostile", text);
}

/* A site's own script is sent behind the proof of the lock, and planned so. */
static void test_override_is_planned_as_it_is_sent(void **state)
{
    static const char own[] =
        "ALTER DATABASE [$(database)] SET PARTNER FAILOVER;\nSELECT N'done' AS outcome;\n";
    char folder[] = "/tmp/pchat-steps-XXXXXX";
    AUTO(bench) struct bench bench;
    AUTO(strbuf) struct strbuf wanted = STRBUF_INIT;
    AUTO_FREE char *verb = NULL, *file = NULL;
    const struct sending *sendings;
    struct err err = ERR_INIT;
    size_t count;

    (void)state;
    assert_non_null(mkdtemp(folder));
    verb = mem_format("%s/mirror-switch", folder);
    file = mem_format("%s/01-switch.sql", verb);
    assert_int_equal(mkdir(verb, 0755), 0);
    assert_int_equal(whole_file_write(file, 0644, own, &err), 0);
    bench_open(&bench, fixture_look_for(VERB_MIRROR_SWITCH, ORIGIN_PERSON), VERB_MIRROR_SWITCH, RESCUE_NONE);
    bench.scope.override_dir = folder;
    sendings = sendings_of(&bench, step_find(VERB_MIRROR_SWITCH, "switch"), &count);
    lock_prove(&wanted, bench.scope.lock,
               builder_at(bench.look->snapshot, "sqlpri1")->server.rows[0].server_name);
    strbuf_add(&wanted, "ALTER DATABASE [mgc] SET PARTNER FAILOVER;\nSELECT N'done' AS outcome;\n");
    assert_int_equal(count, 1);
    assert_true(sendings[0].overridden && sendings[0].makes_writable);
    assert_string_equal(sendings[0].text, strbuf_text(&wanted));
    unlink(file);
    rmdir(verb);
    rmdir(folder);
}

/* What the guard must see goes through it, and nothing else does. */
static void test_guard_words(void **state)
{
    (void)state;
    for (enum verb verb = VERB_NONE + 1; verb < VERB_COUNT; verb++) {
        const struct step_list list = steps_of(verb);
        AUTO(bench) struct bench bench;

        bench_open(&bench, fixture_look_for(verb, ORIGIN_PERSON), verb,
                   verb == VERB_FAILOVER ? RESCUE_FORCE : RESCUE_NONE);
        for (size_t i = 0; i < list.count; i++) {
            size_t count;
            const struct sending *sendings = sendings_of(&bench, list.steps[i], &count);

            for (size_t k = 0; k < count; k++)
                if (sendings[k].text && guard_is_needed(sendings[k].text) != sendings[k].makes_writable)
                    fail_msg("%s: %s the guard", sendings[k].script,
                             sendings[k].makes_writable ? "hides from" : "needlessly needs");
        }
    }
}

/* A script and its parameters must fit into one command line of Windows. */
static void test_command_lines(void **state)
{
    (void)state;
    for (enum verb verb = VERB_NONE + 1; verb < VERB_COUNT; verb++) {
        const struct step_list list = steps_of(verb);
        AUTO(bench) struct bench bench;

        bench_open(&bench, fixture_look_for(verb, ORIGIN_PERSON), verb, RESCUE_NONE);
        for (size_t i = 0; i < list.count; i++) {
            size_t count;
            const struct sending *sendings = sendings_of(&bench, list.steps[i], &count);

            for (size_t k = 0; k < count; k++) {
                AUTO(strbuf) struct strbuf line = STRBUF_INIT;

                if (sendings[k].kind == SENDING_PS &&
                    !ps_command_add_arguments(&line, sendings[k].text, sendings[k].parameters))
                    fail_msg("%s is too long: %zu", sendings[k].script, line.length);
            }
        }
    }
}

/* ---- the shape of a verb ---- */

static void test_shape(void **state)
{
    (void)state;
    assert_int_equal(steps_of(VERB_NONE).count, 0);
    for (enum verb verb = VERB_NONE + 1; verb < VERB_COUNT; verb++) {
        const struct step_list list = steps_of(verb);

        assert_true(list.count > 0);
        for (size_t i = 0; i < list.count; i++) {
            assert_ptr_equal(step_find(verb, list.steps[i]->id), list.steps[i]);
            assert_true(list.steps[i]->timeout_s > 0);
            assert_non_null(list.steps[i]->title);
            assert_non_null(list.steps[i]->effect);
            if (i)
                assert_true(list.steps[i]->phase >= list.steps[i - 1]->phase);
        }
    }
    assert_null(step_find(VERB_FAILOVER, "nosuch"));
    assert_string_equal(step_state_name(STEP_IN_PROGRESS), "in progress");
}

/* ---- what is seen ---- */

static struct database_fact *database_of(struct look *look, const char *instance)
{
    return &builder_at(look->snapshot, instance)->database.rows[0];
}

static void open_copy(struct look *look, const char *instance)
{
    struct database_fact *row = database_of(look, instance);

    row->state = "ONLINE";
    row->is_in_standby = row->is_read_only = builder_num(0);
    row->has_dbaccess = builder_num(1);
}

static void nothing(struct look *look)
{
    (void)look;
}

static void standby_unseen(struct look *look)
{
    fixture_lose(look, "sqldr1", false);
}

static void standby_open(struct look *look)
{
    open_copy(look, "sqldr1");
}

static void standby_closed(struct look *look)
{
    open_copy(look, "sqldr1");
    database_of(look, "sqldr1")->has_dbaccess = builder_num(0);
}

static void standby_for_readers(struct look *look)
{
    open_copy(look, "sqldr1");
    database_of(look, "sqldr1")->is_in_standby = builder_num(1);
}

static void standby_recovering(struct look *look)
{
    fixture_state(look, "sqldr1", "RECOVERING");
}

static void standby_suspect(struct look *look)
{
    fixture_state(look, "sqldr1", "SUSPECT");
}

static void standby_absent(struct look *look)
{
    builder_empty(look->snapshot, "sqldr1", FACT_database);
}

static void request_on_standby(struct look *look, const char *command)
{
    struct request_fact *row = fixture_add(look, "sqldr1", ACT_FACT_request);

    row->command = command;
    row->percent_complete = builder_num(62);
}

static void standby_restores(struct look *look)
{
    request_on_standby(look, "RESTORE LOG");
}

static void standby_starts(struct look *look)
{
    request_on_standby(look, "DB STARTUP");
}

static void shipping_gone(struct look *look)
{
    builder_empty(look->snapshot, "sqldr1", FACT_ls_secondary);
    builder_empty(look->snapshot, "sqldr1", FACT_job);
}

static void jobs_are(struct look *look, int enabled, int running)
{
    struct instance_snapshot *standby = builder_at(look->snapshot, "sqldr1");

    for (size_t i = 0; i < standby->job.count; i++) {
        standby->job.rows[i].enabled = builder_num(enabled);
        standby->job.rows[i].running = builder_num(running);
    }
}

static void jobs_rest(struct look *look)
{
    jobs_are(look, 0, 0);
}

static void jobs_run_disabled(struct look *look)
{
    jobs_are(look, 0, 1);
}

static void jobs_unseen(struct look *look)
{
    builder_mask(look->snapshot, "sqldr1", FACT_job, SIGHT_DENIED, NULL);
}

static struct ledger_note_fact *newest_note(struct look *look)
{
    struct ledger_note_facts *notes = &fixture_facts(look, "sqldr1")->ledger_note;

    return &notes->rows[notes->count - 1];
}

static void export_note(struct look *look, const char *table, const char *text)
{
    fixture_note(look, NOTE_EXPORT, table, text, 0);
    newest_note(look)->run = builder_num(FIXTURE_RUN);
}

static void exported(struct look *look)
{
    export_note(look, "log_shipping_secondary", "[]");
}

static void exported_by_another(struct look *look)
{
    exported(look);
    newest_note(look)->run = builder_num(FIXTURE_RUN - 1);
}

static void ledger_unseen(struct look *look)
{
    fixture_mask(look, "sqldr1", ACT_FACT_ledger_note, SIGHT_DENIED);
}

static void applied(struct look *look)
{
    struct redo_fact *redo = &builder_at(look->snapshot, "sqldr1")->redo.rows[0];

    redo->redo_start_lsn = redo->redo_start_lsn_max = builder_lsn(-1);
}

static void recovered_with_it(struct look *look)
{
    struct restore_fact *row = builder_add(look->snapshot, "sqldr1", FACT_restore);

    standby_open(look);
    row->last_lsn = builder_lsn(-1);
}

static void recovered_without_it(struct look *look)
{
    standby_open(look);
    builder_empty(look->snapshot, "sqldr1", FACT_restore);
    ((struct restore_fact *)builder_add(look->snapshot, "sqldr1", FACT_restore))->last_lsn = builder_lsn(3);
}

static void state_failed_over(struct look *look)
{
    pool_state_is(look->snapshot, "FailedOver");
}

static void store_unread(struct look *look)
{
    for (size_t i = 0; i < look->snapshot->host_count; i++)
        if (look->snapshot->hosts[i].kind == HOST_MANAGEMENT)
            look->snapshot->hosts[i].store.sighting.sight = SIGHT_TIMED_OUT;
}

static void store_unread_replicas_know(struct look *look)
{
    state_failed_over(look);
    store_unread(look);
}

static void list_is_right(struct look *look)
{
    pool_active_are(look->snapshot, "PC6.litwareinc.com, pc5.litwareinc.com");
}

static void list_has_one_more(struct look *look)
{
    pool_active_are(look->snapshot, "pc5.litwareinc.com,pc6.litwareinc.com,pc1.litwareinc.com");
}

static void both_ping(struct look *look)
{
    standby_open(look);
    pool_ping(look->snapshot, "sqldr1", "pc5", true);
    pool_ping(look->snapshot, "sqldr1", "pc6", true);
}

static void a_foreigner_pings(struct look *look)
{
    both_ping(look);
    pool_ping(look->snapshot, "sqldr1", "pc2", true);
}

static void one_pings(struct look *look)
{
    standby_open(look);
    pool_ping(look->snapshot, "sqldr1", "pc6", true);
}

static void nobody_pings(struct look *look)
{
    standby_open(look);
    builder_empty(look->snapshot, "sqldr1", FACT_server_identity);
}

static void nobody_pings_and_they_know(struct look *look)
{
    nobody_pings(look);
    state_failed_over(look);
}

static void heir_open(struct look *look)
{
    open_copy(look, "sqlmir1");
    fixture_mirroring(look, "sqlmir1")->role = "PRINCIPAL";
}

static void heir_unmirrored(struct look *look)
{
    fixture_unmirror(look, "sqlmir1");
}

static void returned_read_only(struct look *look)
{
    database_of(look, "sqlpri1")->is_read_only = builder_num(1);
}

static void returned_unseen(struct look *look)
{
    fixture_lose(look, "sqlpri1", false);
}

static void backed_up(struct look *look, const char *type, const char *device)
{
    struct recovery_fact *recovery;
    struct backup_fact *row;

    standby_open(look);
    builder_empty(look->snapshot, "sqldr1", FACT_recovery);
    recovery = builder_add(look->snapshot, "sqldr1", FACT_recovery);
    recovery->recovery_fork_guid = "33333333-CCCC-4CCC-8CCC-000000000001";
    row = builder_add(look->snapshot, "sqldr1", FACT_backup);
    row->type = type;
    row->last_fork_guid = recovery->recovery_fork_guid;
    row->device = device;
}

static void full_backup(struct look *look)
{
    backed_up(look, "D", "E:\\elsewhere\\mgc.bak");
}

static void log_backup(struct look *look)
{
    backed_up(look, "L", "e:\\LOGS\\mgc_20261123051500.trn");
}

static void log_backup_elsewhere(struct look *look)
{
    backed_up(look, "L", "E:\\other\\mgc_20261123051500.trn");
}

static void off_by_status(struct look *look)
{
    fixture_fence(look, "sqlpri1", FENCE_OFF, 1500);
}

static void on_by_status(struct look *look)
{
    fixture_fence(look, "sqlpri1", FENCE_ON, 1500);
}

static void off_by_word(struct look *look)
{
    fixture_fence(look, "sqlpri1", FENCE_UNKNOWN, 0);
    fixture_note(look, NOTE_FENCE, "sqlpri1", "I pulled its plug", 600);
}

static void no_answer(struct look *look)
{
    fixture_fence(look, "sqlpri1", FENCE_UNKNOWN, 0);
}

static void seen_offline(struct look *look)
{
    on_by_status(look);
    builder_at(look->snapshot, "sqlpri1")->reach.sight = SIGHT_SEEN;
    builder_at(look->snapshot, "sqlpri1")->database.sighting.sight = SIGHT_SEEN;
    builder_empty(look->snapshot, "sqlpri1", FACT_database);
    ((struct database_fact *)builder_add(look->snapshot, "sqlpri1", FACT_database))->state = "OFFLINE";
}

static void test_observed(void **state)
{
    static const struct {
        enum verb verb;
        const char *step;
        void (*change)(struct look *look);
        enum step_state state;
    } cases[] = {
        {VERB_FAILOVER, "export", nothing, STEP_NEEDED},
        {VERB_FAILOVER, "export", exported, STEP_DONE},
        {VERB_FAILOVER, "export", exported_by_another, STEP_NEEDED},
        {VERB_FAILOVER, "export", ledger_unseen, STEP_UNKNOWN},
        {VERB_FAILOVER, "quiesce", nothing, STEP_NEEDED},
        {VERB_FAILOVER, "quiesce", jobs_rest, STEP_DONE},
        {VERB_FAILOVER, "quiesce", jobs_run_disabled, STEP_NEEDED},
        {VERB_FAILOVER, "quiesce", jobs_unseen, STEP_UNKNOWN},
        {VERB_FAILOVER, "quiesce", shipping_gone, STEP_DONE},
        {VERB_FAILOVER, "apply", nothing, STEP_NEEDED},
        {VERB_FAILOVER, "apply", applied, STEP_DONE},
        {VERB_FAILOVER, "apply", standby_restores, STEP_IN_PROGRESS},
        {VERB_FAILOVER, "apply", standby_for_readers, STEP_NEEDED},
        {VERB_FAILOVER, "apply", standby_recovering, STEP_IN_PROGRESS},
        {VERB_FAILOVER, "apply", standby_suspect, STEP_IMPOSSIBLE},
        {VERB_FAILOVER, "apply", standby_absent, STEP_IMPOSSIBLE},
        {VERB_FAILOVER, "apply", standby_unseen, STEP_UNKNOWN},
        {VERB_FAILOVER, "apply", recovered_with_it, STEP_DONE},
        {VERB_FAILOVER, "apply", recovered_without_it, STEP_IMPOSSIBLE},
        {VERB_FAILOVER, "fence-off", off_by_status, STEP_DONE},
        {VERB_FAILOVER, "fence-off", off_by_word, STEP_DONE},
        {VERB_FAILOVER, "fence-off", on_by_status, STEP_NEEDED},
        {VERB_FAILOVER, "fence-off", no_answer, STEP_NEEDED},
        {VERB_FAILOVER, "fence-off", seen_offline, STEP_DONE},
        {VERB_MIRROR_FORCE, "fence-off", on_by_status, STEP_NEEDED},
        {VERB_MIRROR_FORCE, "fence-off", off_by_status, STEP_DONE},
        {VERB_FAILOVER, "before-commit", nothing, STEP_NEEDED},
        {VERB_FAILOVER, "remove", nothing, STEP_NEEDED},
        {VERB_FAILOVER, "remove", shipping_gone, STEP_DONE},
        {VERB_FAILOVER, "remove", standby_unseen, STEP_UNKNOWN},
        {VERB_FAILOVER, "recover", nothing, STEP_NEEDED},
        {VERB_FAILOVER, "recover", standby_for_readers, STEP_NEEDED},
        {VERB_FAILOVER, "recover", standby_open, STEP_DONE},
        {VERB_FAILOVER, "recover", standby_closed, STEP_IN_PROGRESS},
        {VERB_FAILOVER, "recover", standby_recovering, STEP_IN_PROGRESS},
        {VERB_FAILOVER, "recover", standby_starts, STEP_IN_PROGRESS},
        {VERB_FAILOVER, "recover", standby_suspect, STEP_IMPOSSIBLE},
        {VERB_FAILOVER, "recover", standby_absent, STEP_IMPOSSIBLE},
        {VERB_FAILOVER, "recover", standby_unseen, STEP_UNKNOWN},
        {VERB_FAILOVER, "state", nothing, STEP_NEEDED},
        {VERB_FAILOVER, "state", state_failed_over, STEP_DONE},
        {VERB_FAILOVER, "state", store_unread, STEP_NEEDED},
        {VERB_FAILOVER, "state", store_unread_replicas_know, STEP_DONE},
        {VERB_FAILOVER, "active", nothing, STEP_NEEDED},
        {VERB_FAILOVER, "active", list_is_right, STEP_DONE},
        {VERB_FAILOVER, "active", list_has_one_more, STEP_NEEDED},
        {VERB_FAILOVER, "active", store_unread, STEP_NEEDED},
        {VERB_FAILOVER, "start", nothing, STEP_DONE},
        {VERB_FAILOVER, "replicas", nothing, STEP_IN_PROGRESS},
        {VERB_FAILOVER, "replicas", state_failed_over, STEP_DONE},
        {VERB_FAILOVER, "pings", nobody_pings, STEP_IN_PROGRESS},
        {VERB_FAILOVER, "pings", both_ping, STEP_DONE},
        {VERB_FAILOVER, "pings", standby_unseen, STEP_UNKNOWN},
        {VERB_FAILOVER, "restart", both_ping, STEP_DONE},
        {VERB_FAILOVER, "restart", nobody_pings, STEP_IN_PROGRESS},
        {VERB_FAILOVER, "restart", nobody_pings_and_they_know, STEP_NEEDED},
        {VERB_FAILOVER, "restart", standby_unseen, STEP_UNKNOWN},
        {VERB_FAILOVER, "prove", both_ping, STEP_DONE},
        {VERB_FAILOVER, "prove", one_pings, STEP_IN_PROGRESS},
        {VERB_FAILOVER, "prove", a_foreigner_pings, STEP_IN_PROGRESS},
        {VERB_FAILOVER, "prove", standby_unseen, STEP_UNKNOWN},
        {VERB_FAILOVER, "backup", standby_open, STEP_NEEDED},
        {VERB_FAILOVER, "backup", full_backup, STEP_DONE},
        {VERB_FAILOVER, "log-backups", full_backup, STEP_NEEDED},
        {VERB_FAILOVER, "log-backups", log_backup, STEP_DONE},
        {VERB_FAILOVER, "log-backups", log_backup_elsewhere, STEP_NEEDED},
        {VERB_MIRROR_SWITCH, "switch", nothing, STEP_NEEDED},
        {VERB_MIRROR_SWITCH, "switch", heir_open, STEP_DONE},
        {VERB_MIRROR_SWITCH, "switch", heir_unmirrored, STEP_IMPOSSIBLE},
        {VERB_MIRROR_FORCE, "force", nothing, STEP_NEEDED},
        {VERB_MIRROR_FORCE, "force", heir_open, STEP_DONE},
        {VERB_FENCE, "read-only", nothing, STEP_NEEDED},
        {VERB_FENCE, "read-only", returned_read_only, STEP_DONE},
        {VERB_FENCE, "read-only", returned_unseen, STEP_UNKNOWN},
        {VERB_UNFENCE, "read-write", nothing, STEP_NEEDED},
    };
    AUTO(strbuf) struct strbuf wrong = STRBUF_INIT;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct step *step = step_find(cases[i].verb, cases[i].step);
        AUTO(bench) struct bench bench;
        const struct sending *sendings;
        const char *why = NULL;
        enum step_state is;
        size_t count;

        bench_open(&bench, fixture_look_for(cases[i].verb, ORIGIN_PERSON), cases[i].verb, RESCUE_NONE);
        sendings = sendings_of(&bench, step, &count);
        if (!count)
            fail_msg("%s sends nothing (%zu)", cases[i].step, i);
        cases[i].change(bench.look);
        is = step->observe(&bench.scope, &sendings[0], &why);
        if (is != cases[i].state)
            strbuf_format(&wrong, "\n%s (%zu): %s (%s), should be %s", cases[i].step, i, step_state_name(is),
                          why ? why : "", step_state_name(cases[i].state));
    }
    fputs(strbuf_text(&wrong), stderr);
    assert_int_equal(wrong.length, 0);
}

/* ---- programs of the site ---- */

static const char *programs_of(struct bench *bench, const char *step)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    size_t count;
    const struct sending *sendings = sendings_of(bench, step_find(bench->scope.verb, step), &count);

    for (size_t i = 0; i < count; i++)
        strbuf_format(&text, "%s%s %s", i ? "; " : "", sendings[i].text, sendings[i].parameters);
    return arena_text(bench->look->arena, strbuf_text(&text));
}

static void unproven_mirror(struct look *look)
{
    fixture_mirroring(look, "sqlmir1")->witness_name =
        "TCP://sqlwit1:5022"; /* may become principal by itself */
}

/* As it stands when the run of a mirror verb goes on behind its point of no return. */
static void heir_open_as_noted(struct look *look)
{
    heir_open(look);
    fixture_note(look, NOTE_HEIR, "sqlmir1", NULL, 0);
    newest_note(look)->run = builder_num(FIXTURE_RUN);
    if (builder_at(look->snapshot, "sqlpri1")->mirroring.count)
        fixture_mirroring(look, "sqlpri1")->role = "MIRROR";
}

/* The mirror is the other one by then: roles must not be changed back. */
static void test_heir(void **state)
{
    static const struct {
        enum verb verb;
        const char *step, *target;
    } cases[] = {{VERB_MIRROR_SWITCH, "switch", "sqlpri1"},
                 {VERB_MIRROR_SWITCH, "shipping", "sqlmir1"},
                 {VERB_MIRROR_FORCE, "force", "sqlmir1"},
                 {VERB_MIRROR_FORCE, "shipping", "sqlmir1"}};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct step *step = step_find(cases[i].verb, cases[i].step);
        AUTO(bench) struct bench bench;
        struct sending *sendings;
        const char *why;
        size_t count;

        bench_open(&bench, fixture_look_for(cases[i].verb, ORIGIN_PERSON), cases[i].verb, RESCUE_NONE);
        heir_open_as_noted(bench.look);
        sendings = sendings_of(&bench, step, &count);
        assert_int_equal(count, 1);
        assert_string_equal(sendings[0].target, cases[i].target);
        if (step->phase == PHASE_COMMIT)
            assert_int_equal(step->observe(&bench.scope, &sendings[0], &why), STEP_DONE);
    }
}

/* What is left behind, but for what the tail is rescued from, which comes after that. */
static void test_fence_off(void **state)
{
    static const struct {
        enum verb verb;
        enum rescue rescue;
        void (*change)(struct look *look);
        const char *off, *source;
    } cases[] = {
#define OFF(object) "/usr/local/bin/fence-off [\"" object "\"]"
#define SERVERS     OFF("pc1") "; " OFF("pc2") "; " OFF("pc3")
        {VERB_FAILOVER, RESCUE_NONE, nothing, OFF("sqlpri1") "; " SERVERS, ""},
        {VERB_FAILOVER, RESCUE_NONE, unproven_mirror, OFF("sqlpri1") "; " OFF("sqlmir1") "; " SERVERS, ""},
        {VERB_FAILOVER, RESCUE_FORCE, unproven_mirror, OFF("sqlpri1") "; " SERVERS, OFF("sqlmir1")},
        {VERB_FAILOVER, RESCUE_TAIL, unproven_mirror, OFF("sqlmir1") "; " SERVERS, OFF("sqlpri1")},
        /* behind the point of no return nothing of the kind is asked any more */
        {VERB_FAILOVER, RESCUE_FORCE, standby_open, "", ""},
        {VERB_FAILOVER, RESCUE_NONE, standby_recovering, "", ""},
        {VERB_MIRROR_FORCE, RESCUE_NONE, nothing, OFF("sqlpri1"), NULL},
        {VERB_MIRROR_FORCE, RESCUE_NONE, heir_open_as_noted, "", NULL},
#undef OFF
#undef SERVERS
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(bench) struct bench bench;

        bench_open(&bench, fixture_look_for(cases[i].verb, ORIGIN_PERSON), cases[i].verb, cases[i].rescue);
        cases[i].change(bench.look);
        assert_string_equal(programs_of(&bench, "fence-off"), cases[i].off);
        if (cases[i].source)
            assert_string_equal(programs_of(&bench, "fence-source"), cases[i].source);
    }
}

static void test_without_programs(void **state)
{
    AUTO(bench) struct bench bench;

    (void)state;
    bench_open(&bench, fixture_look_for(VERB_FAILOVER, ORIGIN_PERSON), VERB_FAILOVER, RESCUE_NONE);
    fixture_acting()->fence_off = fixture_acting()->before_commit = NULL;
    assert_string_equal(programs_of(&bench, "fence-off"), "");
    assert_string_equal(programs_of(&bench, "before-commit"), "");
}

/* Each verb that makes a copy writable asks. */
static void test_before_commit(void **state)
{
    static const enum verb verbs[] = {VERB_MIRROR_SWITCH, VERB_MIRROR_FORCE, VERB_FAILOVER, VERB_UNFENCE};

    (void)state;
    for (size_t i = 0; i < COUNT(verbs); i++) {
        AUTO(bench) struct bench bench;
        const char *wanted;

        bench_open(&bench, fixture_look_for(verbs[i], ORIGIN_PERSON), verbs[i], RESCUE_NONE);
        wanted = arena_format(bench.look->arena, "/usr/local/bin/ask [\"lyncpc.litwareinc.com\",\"%s\"]",
                              verb_name(verbs[i]));
        assert_string_equal(programs_of(&bench, "before-commit"), wanted);
    }
}

static void mirror_forced(struct look *look)
{
    struct ledger_run_fact *run = fixture_add(look, "sqldr1", ACT_FACT_ledger_run);

    *run = (struct ledger_run_fact){
        .run = builder_num(FIXTURE_RUN), .epoch = builder_num(3), .verb = "failover", .state = "open"};
    fixture_note(look, NOTE_HEIR, "sqlmir1", NULL, 0);
    newest_note(look)->run = builder_num(FIXTURE_RUN);
    heir_open(look);
}

static void mirror_forced_and_standby_open(struct look *look)
{
    mirror_forced(look);
    standby_open(look);
}

/* Whoever asks by name gives up no tail that can be had, and a run that has begun to rescue one goes on. */
static void test_rescue_of_plan(void **state)
{
    static const struct {
        void (*change)(struct look *look);
        enum verb world;
        enum rescue rescue;
    } cases[] = {
        {nothing, VERB_FAILOVER, RESCUE_FORCE},
        {nothing, VERB_MIRROR_FORCE, RESCUE_FORCE},
        {mirror_forced, VERB_FAILOVER, RESCUE_FORCE},
        {mirror_forced_and_standby_open, VERB_FAILOVER, RESCUE_NONE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(look) struct look *look = fixture_look_for(cases[i].world, ORIGIN_PERSON);
        struct err err = ERR_INIT;
        const struct plan_request request = {
            .pool = fixture_pool(),
            .topology_sha256 = "00",
            .verb = VERB_FAILOVER,
            .origin = ORIGIN_PERSON,
            .look = look,
            .gates = fixture_question(look, VERB_FAILOVER, ORIGIN_PERSON, PHASE_PREPARE),
        };
        struct plan *plan;

        cases[i].change(look);
        fixture_pool()->settings = settings_default();
        plan = plan_new(&request, &err);
        assert_string_equal(err.text, "");
        assert_int_equal(plan->rescue, cases[i].rescue);
        plan_free(plan);
        fixture_pool_reset();
    }
}

/* LSCopy is asked for what it takes: the newest log backup, and not the tail that a run has rescued. */
static void test_copied(void **state)
{
    static const struct {
        const char *name;
        size_t sendings;
    } cases[] = {{"mgc_20261123050000.trn", 1}, {"mgc_rescue_run7.trn", 0}};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(bench) struct bench bench;
        struct log_file_fact *file;
        size_t count;

        bench_open(&bench, fixture_look_for(VERB_FAILOVER, ORIGIN_PERSON), VERB_FAILOVER, RESCUE_NONE);
        file = fixture_file(bench.look, BUILDER_SHARE, -1);
        file->name = cases[i].name;
        (void)sendings_of(&bench, step_find(VERB_FAILOVER, "copy"), &count);
        assert_int_equal(count, cases[i].sendings);
    }
}

/* ---- undo ---- */

#define SECONDARY                                                                                            \
    "[{\"secondary_id\":\"x\",\"primary_server\":\"SQL'PRI1\",\"primary_database\":\"mgc\","                 \
    "\"backup_source_directory\":\"\\\\\\\\fs1\\\\ls\",\"backup_destination_directory\":\"E:\\\\lscopy\","   \
    "\"file_retention_period\":\"4320\",\"monitor_server\":\"SQLDR1\",\"monitor_server_security_mode\":"     \
    "\"1\"}]"

static void test_put_back(void **state)
{
    AUTO(bench) struct bench bench;
    struct sending *sendings = NULL;
    size_t count = 0;

    (void)state;
    bench_open(&bench, fixture_look_for(VERB_FAILOVER, ORIGIN_PERSON), VERB_FAILOVER, RESCUE_NONE);
    /* still there: nothing is put back */
    assert_int_equal(step_find(VERB_FAILOVER, "remove")->undo(&bench.scope, &sendings, &count), 0);
    assert_int_equal(count, 0);
    shipping_gone(bench.look);
    /* gone before the run, which then exported nothing */
    assert_int_equal(step_find(VERB_FAILOVER, "remove")->undo(&bench.scope, &sendings, &count), 0);
    assert_int_equal(count, 0);
    /* gone, and the export is not whole */
    export_note(bench.look, "jobs", "[]");
    assert_int_equal(step_find(VERB_FAILOVER, "remove")->undo(&bench.scope, &sendings, &count), -1);
    fixture_facts(bench.look, "sqldr1")->ledger_note.count = 0;
    /* gone, and the ledger is not seen */
    ledger_unseen(bench.look);
    assert_int_equal(step_find(VERB_FAILOVER, "remove")->undo(&bench.scope, &sendings, &count), -1);
    fixture_facts(bench.look, "sqldr1")->ledger_note.sighting.sight = SIGHT_SEEN;
    export_note(bench.look, "log_shipping_secondary", SECONDARY);
    export_note(
        bench.look, "log_shipping_secondary_databases",
        "[{\"restore_delay\":\"0\",\"restore_all\":1,\"restore_mode\":\"0\",\"disconnect_users\":\"1\"}]");
    export_note(bench.look, "log_shipping_monitor_secondary", "[]");
    export_note(bench.look, "jobs",
                "[{\"kind\":\"copy\",\"name\":\"LSCopy\",\"enabled\":\"1\"},"
                "{\"kind\":\"restore\",\"name\":\"LSRestore\",\"enabled\":\"0\"}]");
    export_note(bench.look, "schedules",
                "[{\"kind\":\"copy\",\"name\":\"every 15\",\"enabled\":\"1\",\"freq_type\":\"4\","
                "\"freq_interval\":\"1\",\"freq_subday_type\":\"4\",\"freq_subday_interval\":\"15\","
                "\"active_start_date\":\"20200101\"}]");
    count = 0;
    if (step_find(VERB_FAILOVER, "remove")->undo(&bench.scope, &sendings, &count) != 0)
        fail_msg("%s", bench.err.text);
    assert_int_equal(count, 2);
    assert_non_null(strstr(sendings[0].text, "@primary_server = N'SQL''PRI1'"));
    assert_non_null(strstr(sendings[0].text, "@copy_job_name = N'LSCopy'"));
    assert_non_null(strstr(sendings[0].text, "@disconnect_users = 1, @block_size = @block"));
    assert_non_null(strstr(sendings[1].text, "WHERE name = N'LSCopy'"));
    assert_non_null(strstr(sendings[1].text, "@freq_subday_interval = 15"));
    count = 0;
    assert_int_equal(step_find(VERB_FAILOVER, "quiesce")->undo(&bench.scope, &sendings, &count), 0);
    assert_int_equal(count, 1);
    assert_non_null(strstr(sendings[0].text, "IF 1 = 1 AND @copy IS NOT NULL"));
    assert_non_null(strstr(sendings[0].text, "IF 0 = 1 AND @restore IS NOT NULL"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shape),         cmocka_unit_test(test_goldens),
        cmocka_unit_test(test_hostile),       cmocka_unit_test(test_override_is_planned_as_it_is_sent),
        cmocka_unit_test(test_guard_words),   cmocka_unit_test(test_heir),
        cmocka_unit_test(test_fence_off),     cmocka_unit_test(test_without_programs),
        cmocka_unit_test(test_before_commit), cmocka_unit_test(test_command_lines),
        cmocka_unit_test(test_observed),      cmocka_unit_test(test_put_back),
        cmocka_unit_test(test_copied),        cmocka_unit_test(test_rescue_of_plan),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
