#include "act/judge/guard.h"
#include "unit/act/look_fixture.h"
#include "unit/cmocka_unit.h"

#include <string.h>

/* ---- one copy ---- */

enum how {
    WRITABLE,
    READ_ONLY,
    STANDBY,
    RESTORING,
    RESTORING_HIDDEN, /* whether it is a mirror may not be seen */
    MIRROR,           /* connected */
    MIRROR_WITNESSED, /* alone, but for the witness */
    MIRROR_ALONE,
    NO_QUORUM,
    RECOVERING,
    RECOVERY_PENDING,
    SUSPECT,
    EMERGENCY,
    OFFLINE,
    ABSENT,
    ABSENT_UNPROVEN, /* to a login that may not see all */
    DENIED,          /* the instance answers, the question was not allowed */
    UNSEEN,
    HOW_COUNT
};

static const struct {
    const char *state; /* NULL: no row */
    bool safe, answers;
} hows[HOW_COUNT] = {
    [WRITABLE] = {"ONLINE", false, true},
    [READ_ONLY] = {"ONLINE", true, true},
    [STANDBY] = {"ONLINE", true, true},
    [RESTORING] = {"RESTORING", true, true},
    [RESTORING_HIDDEN] = {"RESTORING", false, true},
    [MIRROR] = {"RESTORING", false, true},
    [MIRROR_WITNESSED] = {"RESTORING", false, true},
    [MIRROR_ALONE] = {"RESTORING", true, true},
    [NO_QUORUM] = {"ONLINE", false, true},
    [RECOVERING] = {"RECOVERING", false, true},
    [RECOVERY_PENDING] = {"RECOVERY_PENDING", false, true},
    [SUSPECT] = {"SUSPECT", false, true},
    [EMERGENCY] = {"EMERGENCY", false, true},
    [OFFLINE] = {"OFFLINE", true, true},
    [ABSENT] = {NULL, true, true},
    [ABSENT_UNPROVEN] = {NULL, false, true},
    [DENIED] = {NULL, false, true},
    [UNSEEN] = {NULL, false, false},
};

static const char *const instances[] = {
    [PART_A] = "sqlpri1", [PART_A_MIRROR] = "sqlmir1", [PART_B] = "sqldr1", [PART_B_MIRROR] = "sqldr2"};

static void mirror_as(struct look *look, const char *name, enum how how)
{
    struct mirroring_fact *row;

    fixture_unmirror(look, name);
    row = fixture_mirroring(look, name);
    if (how != MIRROR && how != MIRROR_WITNESSED && how != MIRROR_ALONE && how != NO_QUORUM)
        return;
    *row = (struct mirroring_fact){.mirroring_guid = "33333333-CCCC-4CCC-8CCC-000000000001",
                                   .role = how == NO_QUORUM ? "PRINCIPAL" : "MIRROR",
                                   .state = how == MIRROR ? "SYNCHRONIZED" : "DISCONNECTED"};
    if (how == MIRROR_WITNESSED || how == NO_QUORUM) {
        row->witness_name = "TCP://sqlwit1.litwareinc.com:5022";
        row->witness_state = how == NO_QUORUM ? "DISCONNECTED" : "CONNECTED";
    }
}

static void make(struct look *look, enum part part, enum how how)
{
    const char *name = instances[part];
    struct instance_snapshot *copy = builder_at(look->snapshot, name);

    copy->reach = (struct sighting){.sight = SIGHT_SEEN};
    if (!copy->server.count)
        *(struct server_fact *)builder_add(look->snapshot, name, FACT_server) =
            builder_at(look->snapshot, "sqldr1")->server.rows[0];
    copy->server.rows[0].server_name = name;
    builder_empty(look->snapshot, name, FACT_database);
    builder_empty(look->snapshot, name, FACT_ls_secondary);
    mirror_as(look, name, how);
    if (hows[how].state) {
        struct database_fact *database = builder_add(look->snapshot, name, FACT_database);

        database->state = hows[how].state;
        database->is_read_only = builder_num(how == READ_ONLY || how == STANDBY);
        database->is_in_standby = builder_num(how == STANDBY);
    }
    if (how == RESTORING_HIDDEN)
        builder_mask(look->snapshot, name, FACT_mirroring, SIGHT_TIMED_OUT, NULL);
    if (how == RESTORING_HIDDEN)
        (void)builder_add(look->snapshot, name, FACT_ls_secondary);
    if (how == ABSENT_UNPROVEN)
        copy->server.rows[0].is_sysadmin = copy->server.rows[0].view_any_database = builder_num(0);
    if (how == DENIED)
        builder_mask(look->snapshot, name, FACT_database, SIGHT_DENIED, NULL);
    if (how == UNSEEN)
        fixture_lose(look, name, false);
}

static struct guard_question question_of(const struct look *look, enum verb verb, enum part target)
{
    return (struct guard_question){.entry = GUARD_MAIN,
                                   .target = target,
                                   .gates = fixture_question(look, verb, ORIGIN_PERSON, PHASE_COMMIT)};
}

static bool is_safe(const struct look *look, enum part part, const struct guard_question *question)
{
    AUTO(arena) struct arena *arena = arena_new();
    const char *why = NULL;
    bool safe = guard_copy_is_safe(look, part, question, arena, &why);

    assert_non_null(why);
    return safe;
}

static void each_state_of_each_copy(void **state)
{
    (void)state;
    for (int how = 0; how < HOW_COUNT; how++)
        for (int part = PART_A; part <= PART_B_MIRROR; part++) {
            AUTO(look) struct look *look = fixture_look(NULL);
            struct guard_question question;
            bool wanted = hows[how].safe;

            /* B mirrors to somebody, so that B' is nothing special. */
            if (part == PART_B_MIRROR)
                make(look, PART_B, MIRROR);
            make(look, (enum part)part, (enum how)how);
            question = question_of(look, VERB_FAILOVER, PART_B);
            if (is_safe(look, (enum part)part, &question) != wanted)
                fail_msg("copy %s as %d", part_name((enum part)part), how);
        }
}

/* A fence covers what does not answer; what answers is judged by what it says. */
static void a_fence_covers_what_does_not_answer(void **state)
{
    (void)state;
    for (int how = 0; how < HOW_COUNT; how++) {
        AUTO(look) struct look *look = fixture_look(NULL);
        struct guard_question question;

        make(look, PART_A, (enum how)how);
        fixture_fence(look, "sqlpri1", FENCE_OFF, 1000);
        question = question_of(look, VERB_FAILOVER, PART_B);
        if (is_safe(look, PART_A, &question) != (hows[how].safe || !hows[how].answers))
            fail_msg("fenced copy as %d", how);
    }
}

static const struct {
    enum fence_status status;
    int64_t age_ms;
    int64_t word_s; /* 0: none; <0: expired */
    bool released, automatic, safe;
} fences[] = {
    {FENCE_OFF, 0, 0, false, false, true},
    {FENCE_OFF, 59999, 0, false, true, true},
    {FENCE_OFF, 60000, 0, false, false, false},
    {FENCE_OFF, -1, 0, false, false, false}, /* asked in the future: no clock of ours says so */
    {FENCE_ON, 0, 0, false, false, false},
    {FENCE_UNKNOWN, 0, 0, false, false, false},
    {FENCE_UNKNOWN, 0, 60, false, false, true},
    {FENCE_UNKNOWN, 0, 60, false, true, false},
    {FENCE_UNKNOWN, 0, -1, false, false, false},
    {FENCE_UNKNOWN, 0, 60, true, false, false},
    {FENCE_OFF, 60000, 60, false, false, true},
    {FENCE_ON, 0, 60, false, false, false}, /* the program knows better */
    {FENCE_ON, 60000, 60, false, false, true},
};

static void statuses_age_and_words_expire(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(fences); i++) {
        AUTO(look) struct look *look = fixture_look(NULL);
        struct guard_question question;

        make(look, PART_A, UNSEEN);
        fixture_fence(look, "sqlpri1", fences[i].status, fences[i].age_ms);
        if (fences[i].word_s)
            fixture_note(look, NOTE_FENCE, "sqlpri1", "its plug is in my hand", fences[i].word_s);
        if (fences[i].released)
            fixture_note(look, NOTE_RELEASE, "sqlpri1", "", 0);
        question = question_of(look, VERB_FAILOVER, PART_B);
        question.gates.automatic = fences[i].automatic;
        if (is_safe(look, PART_A, &question) != fences[i].safe)
            fail_msg("fence case %zu", i);
    }
}

static void a_word_needs_a_ledger_that_is_seen(void **state)
{
    AUTO(look) struct look *look = fixture_look(NULL);
    struct guard_question question;

    (void)state;
    make(look, PART_A, UNSEEN);
    fixture_note(look, NOTE_FENCE, "sqlpri1", "off", 60);
    question = question_of(look, VERB_FAILOVER, PART_B);
    assert_true(is_safe(look, PART_A, &question));
    builder_at(look->snapshot, "sqldr1")->server.rows[0].now_utc_ms = (struct fact_num){0};
    assert_false(is_safe(look, PART_A, &question)); /* whose clock says nothing */
    fixture_mask(look, "sqldr1", ACT_FACT_ledger_note, SIGHT_DENIED);
    assert_false(is_safe(look, PART_A, &question));
}

/* ---- copies that may be unseen ---- */

static void b_mirror_passes_unseen_where_it_never_was_one(void **state)
{
    AUTO(look) struct look *look = fixture_look(NULL);
    struct guard_question question = question_of(look, VERB_FAILOVER, PART_B);

    (void)state;
    make(look, PART_B_MIRROR, UNSEEN);
    assert_true(is_safe(look, PART_B_MIRROR, &question));
    make(look, PART_B, MIRROR);
    assert_false(is_safe(look, PART_B_MIRROR, &question));
    make(look, PART_B, RESTORING);
    assert_true(is_safe(look, PART_B_MIRROR, &question));
    fixture_note(look, NOTE_WRITABLE, "sqlpri1", "", 0);
    assert_true(is_safe(look, PART_B_MIRROR, &question));
    fixture_mask(look, "sqldr1", ACT_FACT_ledger_note, SIGHT_TIMED_OUT);
    assert_false(is_safe(look, PART_B_MIRROR, &question));
}

/* Made writable by us, or left behind writable. */
static void b_mirror_that_once_was_one_does_not(void **state)
{
    static const char *const noted[] = {NOTE_WRITABLE, NOTE_FORK};

    (void)state;
    for (size_t i = 0; i < COUNT(noted); i++) {
        AUTO(look) struct look *look = fixture_look(NULL);
        struct guard_question question = question_of(look, VERB_FAILOVER, PART_B);

        make(look, PART_B_MIRROR, UNSEEN);
        fixture_note(look, noted[i], "sqldr2", "", 0);
        assert_false(is_safe(look, PART_B_MIRROR, &question));
    }
}

static void b_passes_unseen_for_mirror_verbs_by_their_flag(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_MIRROR_FORCE, ORIGIN_PERSON);
    struct guard_question question = question_of(look, VERB_MIRROR_FORCE, PART_A_MIRROR);

    (void)state;
    make(look, PART_B, UNSEEN);
    make(look, PART_B_MIRROR, UNSEEN);
    assert_false(is_safe(look, PART_B, &question));
    question.gates.without_secondary = true;
    assert_false(is_safe(look, PART_B, &question));
    question.gates.secondary_never_recovered = true;
    assert_true(is_safe(look, PART_B, &question));
    assert_true(is_safe(look, PART_B_MIRROR, &question));
    question.gates.verb = VERB_FAILOVER;
    assert_false(is_safe(look, PART_B, &question));
    question.gates.verb = VERB_MIRROR_FORCE;
    /* The copy of the ledger on the target says otherwise. */
    ((struct ledger_run_fact *)fixture_add(look, "sqlmir1", ACT_FACT_ledger_run))->state = RUN_STATE_OPEN;
    fixture_facts(look, "sqlmir1")->ledger_run.rows[0].run = builder_num(30);
    assert_false(is_safe(look, PART_B, &question));
}

static void a_copy_that_the_topology_lacks_is_safe(void **state)
{
    AUTO(look) struct look *look = fixture_look(NULL);
    struct guard_question question = question_of(look, VERB_FAILOVER, PART_B);

    (void)state;
    make(look, PART_B_MIRROR, WRITABLE);
    assert_false(is_safe(look, PART_B_MIRROR, &question));
    look->cast.parts[PART_B_MIRROR] = NULL;
    assert_true(is_safe(look, PART_B_MIRROR, &question));
    /* But one that a look left out is not seen. */
    look->snapshot->instance_count = 0;
    assert_false(is_safe(look, PART_A, &question));
}

/* ---- the whole ---- */

static struct guard_verdict judge(const struct guard_question *question, struct arena *arena)
{
    struct guard_verdict verdict = guard_judge(question, arena);

    assert_true(verdict.allows || (verdict.reason && verdict.remedy));
    return verdict;
}

static const struct {
    enum verb verb;
    enum part target;
    bool unforced;
} rights[] = {
    {VERB_MIRROR_SWITCH, PART_A_MIRROR, true},
    {VERB_MIRROR_FORCE, PART_A_MIRROR, false},
    {VERB_FAILOVER, PART_B, false},
};

static void it_allows_what_is_right_and_nothing_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rights); i++)
        for (int target = 0; target < PART_COUNT; target++)
            for (int unforced = 0; unforced < 2; unforced++) {
                AUTO(look) struct look *look = fixture_look_for(rights[i].verb, ORIGIN_PERSON);
                AUTO(arena) struct arena *arena = arena_new();
                struct guard_question question = question_of(look, rights[i].verb, (enum part)target);

                question.unforced_failover = unforced;
                if (judge(&question, arena).allows !=
                    (target == (int)rights[i].target && unforced == rights[i].unforced))
                    fail_msg("%s of %s", verb_name(rights[i].verb), part_name((enum part)target));
            }
}

static void every_copy_can_refuse(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rights); i++)
        for (int part = PART_A; part <= PART_B_MIRROR; part++) {
            AUTO(look) struct look *look = fixture_look_for(rights[i].verb, ORIGIN_PERSON);
            AUTO(arena) struct arena *arena = arena_new();
            struct guard_question question = question_of(look, rights[i].verb, rights[i].target);
            struct guard_verdict verdict;

            question.unforced_failover = rights[i].unforced;
            if (part == (int)rights[i].target || (rights[i].unforced && part == PART_A))
                continue;
            make(look, (enum part)part, RECOVERY_PENDING);
            verdict = judge(&question, arena);
            assert_false(verdict.allows);
            assert_non_null(verdict.reason);
            assert_non_null(strstr(verdict.reason, instances[part]));
            assert_non_null(strstr(verdict.reason, "may become writable by itself"));
        }
}

static void an_old_look_refuses(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_FAILOVER, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct guard_question question = question_of(look, VERB_FAILOVER, PART_B);

    (void)state;
    question.gates.now.ms = FIXTURE_BEGAN_MS + GUARD_LOOK_MOST_AGE_MS - 1;
    assert_true(judge(&question, arena).allows);
    question.gates.now.ms++;
    assert_false(judge(&question, arena).allows);
    question.gates.now.ms = FIXTURE_BEGAN_MS - 1;
    assert_false(judge(&question, arena).allows);
}

static void each_gate_of_commit_is_asked_again(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_FAILOVER, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct guard_question question = question_of(look, VERB_FAILOVER, PART_B);

    (void)state;
    question.gates.phase = PHASE_PREPARE; /* the guard knows which phase it is */
    question.gates.approved = false;
    assert_string_equal(judge(&question, arena).remedy, "pchatctl approve 8f3a91c04e2d");
    question.gates.approved = true;
    question.gates.paused = true;
    assert_false(judge(&question, arena).allows);
    question.gates.overridden = 1ull << GATE_pause;
    assert_true(judge(&question, arena).allows);
}

static void what_can_be_restored_is_restored_first(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_FAILOVER, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct guard_question question = question_of(look, VERB_FAILOVER, PART_B);
    struct chain_plan chain = {.state = CHAIN_COMPLETE, .file_count = 1};
    const struct log_file_fact *file = fixture_file(look, FIXTURE_COPY_FOLDER, -1);

    (void)state;
    chain.files = &file;
    question.gates.chain = &chain;
    assert_false(judge(&question, arena).allows);
    /* Also where a person goes on from the last good LSN. */
    chain.state = CHAIN_HAS_GAP;
    chain.why = "a gap";
    question.gates.overridden = 1ull << GATE_chain;
    assert_false(judge(&question, arena).allows);
    chain.file_count = 0;
    assert_true(judge(&question, arena).allows);
}

static void a_target_that_is_not_seen_is_not_opened(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_MIRROR_FORCE, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct guard_question question = question_of(look, VERB_MIRROR_FORCE, PART_A_MIRROR);

    (void)state;
    make(look, PART_A_MIRROR, UNSEEN);
    assert_false(judge(&question, arena).allows);
}

/* ---- rescue ---- */

static void a_rescue_forces_the_mirror_with_the_rest_fenced(void **state)
{
    static struct chain_plan gap = {.state = CHAIN_HAS_GAP, .why = "a gap"};
    AUTO(look) struct look *look = fixture_look_for(VERB_FAILOVER, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct guard_question question = question_of(look, VERB_FAILOVER, PART_A_MIRROR);

    (void)state;
    question.entry = GUARD_RESCUE;
    assert_false(judge(&question, arena).allows); /* the plan names no rescue */
    question.gates.rescue_forces = true;
    assert_true(judge(&question, arena).allows);
    /* Chain, loss and management store are not asked. */
    question.gates.chain = &gap;
    question.gates.loss = (struct loss){.words = "unknown"};
    pool_host(look->snapshot, HOST_MANAGEMENT, "adm2")->store.rows[0].masters = builder_num(0);
    assert_true(judge(&question, arena).allows);
    question.target = PART_B;
    assert_false(judge(&question, arena).allows);
    question.target = PART_A_MIRROR;
    fixture_fence(look, "pc2", FENCE_ON, 0);
    assert_false(judge(&question, arena).allows);
    fixture_fence(look, "pc2", FENCE_OFF, 0);
    assert_true(judge(&question, arena).allows);
    fixture_fence(look, "sqlpri1", FENCE_UNKNOWN, 0);
    assert_false(judge(&question, arena).allows);
}

/* ---- unfence ---- */

static void what_was_fenced_opens_only_where_nothing_else_is_open(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_UNFENCE, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct guard_question question =
        question_of(look, VERB_UNFENCE, PART_B); /* sqlpri1, after the failover */

    (void)state;
    assert_false(judge(&question, arena).allows);
    make(look, PART_B, RESTORING); /* sqldr1 */
    assert_true(judge(&question, arena).allows);
}

/* ---- side database ---- */

static const struct {
    const char *name;
    int64_t run;
    bool absent, moved, ours, allows;
} sides[] = {
    {"pchat_drill_31", 31, true, true, true, true},   {"pchat_drill_31", 32, true, true, true, false},
    {"pchat_drill_31", 31, false, true, true, false}, {"pchat_drill_31", 31, true, false, true, false},
    {"pchat_drill_31", 31, true, true, false, false}, {"mgc", 31, true, true, true, false},
    {"mgccomp", 31, true, true, true, false},         {"pchat_drill_", 0, true, true, true, false},
    {"pchat_drill_0", 0, true, true, true, false},    {"pchat_drill_31x", 31, true, true, true, false},
    {"pchat_drill_-1", -1, true, true, true, false},  {NULL, 31, true, true, true, false},
};

static void a_drill_has_a_database_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sides); i++) {
        AUTO(look) struct look *look = fixture_look(NULL);
        AUTO(arena) struct arena *arena = arena_new();
        struct guard_question question = question_of(look, VERB_NONE, PART_COUNT);

        question.entry = GUARD_SIDE_DATABASE;
        question.side_database = sides[i].name;
        question.gates.run = sides[i].run;
        question.side_was_absent = sides[i].absent;
        question.side_files_moved = sides[i].moved;
        question.side_made_by_run = sides[i].ours;
        if (judge(&question, arena).allows != sides[i].allows)
            fail_msg("side database case %zu", i);
    }
}

/* ---- texts ---- */

static const struct {
    bool needed;
    const char *text;
} texts[] = {
    {true, "RESTORE DATABASE [mgc] WITH RECOVERY"},
    {true, "restore database mgc with recovery;"},
    {true, "RESTORE\n\tDATABASE\r\n[mgc]\nWITH\n\tRECOVERY"},
    {true, "RESTORE/**/DATABASE/* a /* nested */ one */[mgc] WITH/**/RECOVERY"},
    {true, "RESTORE -- who sees me\nDATABASE mgc WITH -- NORECOVERY\nRECOVERY"},
    {true, "RESTORE DATABASE mgc"}, /* recovers by default */
    {true, "RESTORE DATABASE mgc FROM DISK = N'x.bak'"},
    {true, "RESTORE LOG mgc FROM DISK = N'x.trn' WITH FILE = 1, STATS = 5"},
    {true, "RESTORE LOG mgc FROM DISK = N'C:\\WITH NORECOVERY\\x.trn'"},
    {true, "RESTORE LOG [NORECOVERY] FROM DISK = N'x.trn'"},
    {true, "RESTORE DATABASE mgc /* WITH NORECOVERY */"},
    {true, "RESTORE DATABASE mgc -- WITH NORECOVERY"},
    {true, "RESTORE DATABASE mgc NORECOVERY: SELECT 1"}, /* a label */
    {true, "RESTORE DATABASE mgc; RESTORE LOG mgc FROM DISK = N'x' WITH NORECOVERY"},
    {true, "RESTORE LOG mgc FROM DISK = N'x' WITH NORECOVERY, RECOVERY"},
    {true, "RESTORE DATABASE mgc BACKUP LOG x TO DISK = N'y' WITH NORECOVERY"},
    {true, "LOAD DATABASE mgc"},
    {true, "RESTORE TRANSACTION mgc FROM DISK = N'x'"},
    {true, "ALTER DATABASE [mgc] SET PARTNER FAILOVER"},
    {true, "alter database mgc set partner\nfailover"},
    {true, "ALTER DATABASE mgc SET PARTNER /* -- */ FAILOVER"},
    {true, "ALTER DATABASE mgc SET PARTNER FORCE_SERVICE_ALLOW_DATA_LOSS"},
    {true, "ALTER DATABASE mgc SET ONLINE"},
    {true, "ALTER DATABASE [SELECT] SET Online WITH ROLLBACK IMMEDIATE"},
    {true, "ALTER DATABASE mgc SET READ_WRITE WITH NO_WAIT"},
    {true, "ALTER DATABASE mgc SET RECOVERY FULL, Multi_User"},
    {true, "ALTER DATABASE mgc MODIFY FILEGROUP [PRIMARY] READWRITE"},
    {true, "CREATE DATABASE mgc ON (FILENAME = N'x.mdf') FOR ATTACH"},
    {true, "EXEC sp_attach_db N'mgc', N'x.mdf'"},
    {true, "EXEC [sp_dboption] N'mgc', N'offline', N'false'"},
    {true, "EXEC (N'ALTER DATABASE mgc SET ONLINE')"},
    {true, "EXEC sp_executesql N'RESTORE DATABASE mgc WITH RECOVERY'"},
    {true, "EXEC [sp_executesql] N'ALTER DATABASE [mgc] SET ' + N'MULTI_USER'"},
    {true, "DECLARE @t nvarchar(99) = N'RESTORE DATABASE mgc WITH REC' + N'OVERY'; EXEC (@t)"},
    {true, "DECLARE @t nvarchar(99) = N'ALTER DATABASE mgc SET READ' + CHAR(95) + N'WRITE'; EXECUTE(@t)"},
    {true,
     "DECLARE @t varbinary(99) = 0x52004500; DECLARE @u nvarchar(99) = CAST(@t AS nvarchar(99)); EXEC(@u)"},
    {true, "EXEC (REPLACE(N'ALTER DATABASE mgc SET READ!WRITE', N'!', N'_'))"},
    {true, "EXEC (N'EXEC (N''EXEC (N''''ALTER DATABASE mgc SET ONLINE'''')'')')"},
    {true, "PRINT N'it''s' ALTER DATABASE mgc SET ONLINE"},
    {true, "PRINT '/*' ALTER DATABASE mgc SET ONLINE PRINT '*/'"},
    {true, "PRINT '--' ALTER DATABASE mgc SET ONLINE"},
    {true, "EXEC (N'ALTER DATABASE mgc SET MULTI\\\n_USER')"},
    {true, "EXEC (\"ALTER DATABASE mgc SET ONLINE\")"},
    {true, "EXEC (N'ALTER DATABASE mgc SET ONLINE') AT [sqldr1]"},
    {true, "Invoke-CsDatabaseFailover -PoolFqdn x -DatabaseType PersistentChat -NewPrincipal mirror"},
    {true, "invoke-csdatabasefailover"},
    {true, "& ('Invoke-' + 'CsDatabase' + 'Failover') -PoolFqdn x"},
    {true, "Invoke-Cs`DatabaseFailover"},
    {true, "Invoke-Sqlcmd -Query $Parameters.query"},
    {true, "$c = New-Object System.Data.SqlClient.SqlConnection"},

    {false, ""},
    {false, "RESTORE LOG [mgc] FROM DISK = N'x.trn' WITH FILE = 1, NORECOVERY, STATS = 5"},
    {false, "restore log mgc from disk = N'x.trn' with norecovery"},
    {false, "RESTORE DATABASE mgc FROM DISK = N'x' WITH STANDBY = N'mgc.tuf'"},
    {false, "RESTORE DATABASE mgc FROM DISK = N'WITH RECOVERY.bak' WITH NORECOVERY"},
    {false, "RESTORE HEADERONLY FROM DISK = N'x.trn'"},
    {false, "RESTORE VERIFYONLY FROM DISK = N'x.trn'"},
    {false, "BACKUP LOG mgc TO DISK = N'x.trn' WITH NORECOVERY, NO_TRUNCATE"},
    {false, "/* recovery: RESTORE DATABASE mgc WITH RECOVERY is another step */ SELECT 1"},
    {false, "-- SET MULTI_USER undoes it\nALTER DATABASE mgc SET READ_ONLY WITH ROLLBACK IMMEDIATE"},
    {false, "ALTER DATABASE mgc SET RECOVERY FULL"},
    {false, "ALTER DATABASE mgc SET PARTNER OFF"},
    {false, "ALTER DATABASE mgc SET WITNESS OFF"},
    {false, "IF EXISTS (SELECT 1 FROM sys.databases WHERE state_desc = N'ONLINE' AND user_access_desc = "
            "N'MULTI_USER') SELECT N'done'"},
    {false, "DECLARE @end nvarchar(max); SET @end = N'KILL ' + CONVERT(nchar(5), 61); EXEC (@end)"},
    {false, "EXEC @rc = sp_getapplock @Resource = N'pchat:x', @LockMode = N'Exclusive'"},
    {false, "EXEC master.dbo.sp_delete_log_shipping_secondary_database N'mgc'"},
    {false, "SELECT [RECOVERY], [ONLINE] FROM dbo.words"},
    {false, "Set-CsPersistentChatState -Identity x -PoolState FailedOver -Confirm:$false"},
};

static void a_text_needs_the_guard_however_it_is_spelled(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        if (guard_is_needed(texts[i].text) != texts[i].needed)
            fail_msg("%s: %s", texts[i].needed ? "needs the guard" : "needs none", texts[i].text);
}

static void broken_texts_are_survived(void **state)
{
    static const char *const broken[] = {
        "'",  "[",  "\"", "/*",    "/* /* */", "--",     "'''",     "N'a''",
        "]]", "';", "\\", "'\\\n", "\xFF\xFE", "EXEC (", "RESTORE", "RESTORE DATABASE"};

    (void)state;
    for (size_t i = 0; i < COUNT(broken); i++)
        (void)guard_is_needed(broken[i]);
    assert_true(guard_is_needed("RESTORE DATABASE mgc 'never closed"));
    assert_true(guard_is_needed("SELECT '' ALTER DATABASE mgc SET ONLINE /*"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_state_of_each_copy),
        cmocka_unit_test(a_fence_covers_what_does_not_answer),
        cmocka_unit_test(statuses_age_and_words_expire),
        cmocka_unit_test(a_word_needs_a_ledger_that_is_seen),
        cmocka_unit_test(b_mirror_passes_unseen_where_it_never_was_one),
        cmocka_unit_test(b_mirror_that_once_was_one_does_not),
        cmocka_unit_test(b_passes_unseen_for_mirror_verbs_by_their_flag),
        cmocka_unit_test(a_copy_that_the_topology_lacks_is_safe),
        cmocka_unit_test(it_allows_what_is_right_and_nothing_else),
        cmocka_unit_test(every_copy_can_refuse),
        cmocka_unit_test(an_old_look_refuses),
        cmocka_unit_test(each_gate_of_commit_is_asked_again),
        cmocka_unit_test(what_can_be_restored_is_restored_first),
        cmocka_unit_test(a_target_that_is_not_seen_is_not_opened),
        cmocka_unit_test(a_rescue_forces_the_mirror_with_the_rest_fenced),
        cmocka_unit_test(what_was_fenced_opens_only_where_nothing_else_is_open),
        cmocka_unit_test(a_drill_has_a_database_of_its_own),
        cmocka_unit_test(a_text_needs_the_guard_however_it_is_spelled),
        cmocka_unit_test(broken_texts_are_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
