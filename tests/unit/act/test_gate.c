/*
 * Every gate in every cell of the matrix that binds it: once it alone refuses, once it alone is satisfied.
 */
#include "unit/act/look_fixture.h"
#include "unit/cmocka_unit.h"

#include <string.h>

/* ---- one way to break each gate ---- */

static struct chain_plan gap = {.state = CHAIN_HAS_GAP, .why = "nothing leads from LSN 1 to LSN 2"};

static struct topology_acting *before(void)
{
    fixture_pool_reset();
    return fixture_acting();
}

/* Of a failback sites are exchanged. */
static const char *target_of(const struct gate_question *question)
{
    return question->verb == VERB_FAILBACK ? "sqlpri1" : "sqldr1";
}

static const char *server_of(const struct gate_question *question)
{
    return question->verb == VERB_FAILBACK ? "pc2" : "pc6";
}

static void break_monitor(struct look *look, struct gate_question *question)
{
    (void)question;
    look->probe_delay_ms = 2001;
}

/* Nobody vouches, and what was fenced is so by a word alone. */
static void break_evidence(struct look *look, struct gate_question *question)
{
    static const char *const objects[] = {"sqlpri1", "pc1", "pc2", "pc3"};
    struct host_snapshot *oob = pool_host(look->snapshot, HOST_VANTAGE, "oob");

    if (question->phase ==
        PHASE_FENCE) /* a person has approved to close the partition: only by itself it is none */
        question->automatic = true;
    for (size_t i = 0; i < oob->vote.count; i++)
        oob->vote.rows[i].failure_domain = "red";
    for (size_t i = 0; i < look->fence_count; i++)
        look->fences[i].status = FENCE_UNKNOWN;
    for (size_t i = 0; i < COUNT(objects); i++)
        fixture_note(look, NOTE_FENCE, objects[i], "I pulled its plug", 600);
}

static void break_sighting(struct look *look, struct gate_question *question)
{
    if (question->verb == VERB_MIRROR_FORCE || question->verb == VERB_FAILOVER)
        ((struct database_fact *)builder_add(look->snapshot, "sqldr2", FACT_database))->state = "RECOVERING";
    else if (question->verb == VERB_MIRROR_SWITCH) {
        fixture_state(look, "sqlpri1", "SUSPECT");
        fixture_mirroring(look, "sqlpri1")->role = "MIRROR";
    } else if (question->verb == VERB_FAILBACK) {
        fixture_state(look, "sqlpri1", "ONLINE");
        builder_at(look->snapshot, "sqlpri1")->database.rows[0].is_read_only = builder_num(0);
        fixture_state(look, "sqldr1", "ONLINE"); /* beside a closed one it were what is left of a failback */
    } else {
        fixture_lose(look, "sqlpri1", false);
        fixture_lose(look, "sqlmir1", false);
    }
}

static void break_condition(struct look *look, struct gate_question *question)
{
    if (question->verb == VERB_MIRROR_SWITCH)
        fixture_state(look, "sqlpri1", "ONLINE");
    else if (question->verb == VERB_MIRROR_FORCE)
        fixture_mirroring(look, "sqlmir1")->state = "SUSPENDED";
    else if (question->verb == VERB_FAILOVER) {
        fixture_state(look, "sqlmir1", "OFFLINE");
        fixture_unmirror(look, "sqlmir1");
    } else
        fixture_state(look, "sqlpri1", "OFFLINE");
}

static void break_state_type(struct look *look, struct gate_question *question)
{
    (void)look;
    question->hard = false;
}

static void break_downtime(struct look *look, struct gate_question *question)
{
    (void)look;
    question->downtime = true;
}

static void break_pause(struct look *look, struct gate_question *question)
{
    (void)look;
    question->paused = true;
}

static void break_anti_flap(struct look *look, struct gate_question *question)
{
    (void)look;
    question->since_last_run_s = 1799;
}

static void break_lock(struct look *look, struct gate_question *question)
{
    struct lock_fact *lock = fixture_add(look, "sqldr1", ACT_FACT_lock);

    (void)question;
    lock->session_id = builder_num(61);
    lock->host = "runner2";
}

static void break_ledger(struct look *look, struct gate_question *question)
{
    (void)question;
    fixture_run(look, 30, 6, "failover", RUN_STATE_OPEN);
}

static void break_identity(struct look *look, struct gate_question *question)
{
    (void)question;
    builder_at(look->snapshot, "sqldr2")->server.rows[0].server_name = "SQLDR1";
}

static void break_mirror(struct look *look, struct gate_question *question)
{
    (void)question;
    fixture_mirroring(look, "sqlpri1")->state = "SYNCHRONIZING";
}

static void break_fence(struct look *look, struct gate_question *question)
{
    fixture_fence(look, question->verb == VERB_FAILOVER ? "pc2" : "sqlpri1", FENCE_ON, 0);
}

static void break_chain(struct look *look, struct gate_question *question)
{
    (void)look;
    question->chain = &gap;
}

static void break_loss(struct look *look, struct gate_question *question)
{
    (void)look;
    question->loss = (struct loss){.known = true, .bound_ms = 901000, .words = "at most 15 min 01 s of chat"};
}

static void break_tail(struct look *look, struct gate_question *question)
{
    struct redo_fact *redo = builder_at(look->snapshot, target_of(question))->redo.rows;

    redo->redo_start_lsn = redo->redo_start_lsn_max = builder_lsn(0);
}

/* One that is older than what it would be given. */
static void break_versions(struct look *look, struct gate_question *question)
{
    builder_at(look->snapshot, target_of(question))->server.rows[0].version = "11.0.7001.0";
}

static void break_stranded(struct look *look, struct gate_question *question)
{
    fixture_note(look, NOTE_STRANDED, target_of(question), "12 messages of 3 rooms by 4 authors", 0);
}

static void break_management(struct look *look, struct gate_question *question)
{
    (void)question;
    pool_host(look->snapshot, HOST_MANAGEMENT, "adm2")->store.rows[0].masters = builder_num(2);
}

static void break_next_hop(struct look *look, struct gate_question *question)
{
    pool_host(look->snapshot, HOST_FRONT_END, question->verb == VERB_FAILBACK ? "fe1" : "fe2")
        ->sip.rows[0]
        .status_code = builder_num(504);
}

static void break_services(struct look *look, struct gate_question *question)
{
    pool_service(look->snapshot, server_of(question))->start_mode = NULL;
}

static void break_replicas(struct look *look, struct gate_question *question)
{
    struct replication_fact *row = pool_host_add(
        look->snapshot, pool_host(look->snapshot, HOST_MANAGEMENT, "adm2"), HOST_FACT_replication);

    row->replica_fqdn = arena_format(look->arena, "%s.litwareinc.com", server_of(question));
    row->up_to_date = builder_num(0);
}

static void break_certificates(struct look *look, struct gate_question *question)
{
    pool_host(look->snapshot, HOST_CHAT_SERVER, server_of(question))->certificate.rows[0].not_after_utc_ms =
        builder_ago(1);
}

static void break_logins(struct look *look, struct gate_question *question)
{
    struct orphan_fact *orphan = fixture_add(look, target_of(question), ACT_FACT_orphan);

    orphan->name = "LITWARE\\svc]chat";
}

static void break_compliance(struct look *look, struct gate_question *question)
{
    builder_at(look->snapshot, target_of(question))->compliance_database.rows[0].state = "OFFLINE";
}

static void break_scripts(struct look *look, struct gate_question *question)
{
    (void)look;
    question->automatic = question->scripts_overridden = true;
}

static void break_write_paths(struct look *look, struct gate_question *question)
{
    question->automatic = true;
    fixture_note(look, NOTE_WRITES, FIXTURE_HOLDER, "2 of 17 failed", 600);
}

static void break_approval(struct look *look, struct gate_question *question)
{
    (void)look;
    question->approved = false;
}

static void break_one_copy(struct look *look, struct gate_question *question)
{
    (void)question;
    ((struct database_fact *)builder_add(look->snapshot, "sqldr2", FACT_database))->state = "ONLINE";
    builder_at(look->snapshot, "sqldr2")->database.rows[0].is_read_only = builder_num(0);
}

#define HURTS(gate) (1ull << GATE_##gate)

static void (*const breaks[GATE_COUNT])(struct look *look, struct gate_question *question) = {
#define GATE(name, title) [GATE_##name] = break_##name,
#include "act/judge/gates.def"
#undef GATE
};

/* What one break does to others, where it cannot be helped. */
static unsigned long long hurts(enum gate gate, enum verb verb, enum phase phase)
{
    switch (gate) {
    case GATE_evidence: /* words do not satisfy what goes by itself */
        return phase == PHASE_FENCE ? HURTS(approval) | HURTS(condition) : HURTS(fence);
    case GATE_sighting:
        return verb_is_planned(verb)                        ? HURTS(tail) | HURTS(versions)
               : verb == VERB_FENCE || verb == VERB_UNFENCE ? HURTS(condition) | HURTS(one_copy)
                                                            : HURTS(mirror) | HURTS(condition);
    case GATE_condition:
        return verb == VERB_MIRROR_SWITCH ? HURTS(sighting) : HURTS(fence) | HURTS(sighting);
    case GATE_scripts:
    case GATE_write_paths: /* by itself: no person's approval is asked, nor his word taken */
        return HURTS(approval) | HURTS(fence) | HURTS(condition);
    default:
        return 0;
    }
}

/* ---- the cells ---- */

struct cell {
    enum verb verb;
    enum origin origin;
    enum phase phase;
};

static struct look *look_for(const struct cell *cell)
{
    struct look *look;

    before();
    if (cell->phase == PHASE_AFTER)
        return fixture_look_after(cell->verb);
    look = fixture_look_for(cell->verb, cell->origin);
    if (cell->phase == PHASE_COMMIT && verb_is_planned(cell->verb))
        fixture_close_source(look, cell->verb);
    return look;
}

static const char *where(const struct cell *cell, enum gate gate, char out[128])
{
    snprintf(out, 128, "%s in %s by %s, %s", gate_name(gate), verb_name(cell->verb),
             origin_name(cell->origin), phase_name(cell->phase));
    return out;
}

static void expect(const struct cell *cell, enum gate gate, const struct gate_verdict *verdict, bool ok)
{
    char place[128];

    if ((verdict->state == GATE_OK) != ok)
        fail_msg("%s: %s, observed \"%s\"", where(cell, gate, place), gate_state_name(verdict->state),
                 verdict->observed);
    if (!verdict->observed || !*verdict->observed || (!ok && (!verdict->remedy || !*verdict->remedy)) ||
        (ok && verdict->remedy))
        fail_msg("%s: a verdict without words or remedy", where(cell, gate, place));
}

static void all_are_satisfied(const struct cell *cell)
{
    AUTO(look) struct look *look = look_for(cell);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, cell->verb, cell->origin, cell->phase);
    struct gate_verdict *verdicts;
    size_t count;
    bool all = gates_judge(&question, arena, &verdicts, &count);

    for (size_t i = 0; i < count; i++)
        expect(cell, verdicts[i].gate, &verdicts[i], true);
    assert_true(all);
    assert_true(count > 0);
}

static void it_alone_refuses(const struct cell *cell, enum gate gate)
{
    AUTO(look) struct look *look = look_for(cell);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, cell->verb, cell->origin, cell->phase);
    unsigned long long also = hurts(gate, cell->verb, cell->phase);
    struct gate_verdict *verdicts;
    size_t count;

    char place[128];

    breaks[gate](look, &question);
    if (gates_judge(&question, arena, &verdicts, &count))
        fail_msg("%s: broken, and lets pass", where(cell, gate, place));
    for (size_t i = 0; i < count; i++)
        if (verdicts[i].gate == gate || !(also >> verdicts[i].gate & 1))
            expect(cell, verdicts[i].gate, &verdicts[i], verdicts[i].gate != gate);
}

static void it_alone_is_satisfied(const struct cell *cell, enum gate gate)
{
    AUTO(look) struct look *look = look_for(cell);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, cell->verb, cell->origin, cell->phase);
    struct gate_verdict verdict;

    for (int other = 0; other < GATE_COUNT; other++)
        if (other != (int)gate && gate_binds((enum gate)other, cell->verb, cell->origin, cell->phase) &&
            !(hurts((enum gate)other, cell->verb, cell->phase) >> gate & 1))
            breaks[other](look, &question);
    verdict = gate_judge(gate, &question, arena);
    expect(cell, gate, &verdict, true);
}

static void every_gate_alone_in_every_cell(void **state)
{
    size_t exercised[GATE_COUNT] = {0};

    (void)state;
    for (int verb = VERB_NONE + 1; verb < VERB_COUNT; verb++)
        for (int origin = 0; origin < ORIGIN_COUNT; origin++)
            for (int phase = 0; phase < PHASE_COUNT; phase++) {
                const struct cell cell = {(enum verb)verb, (enum origin)origin, (enum phase)phase};

                if (verb == VERB_FENCE && phase == PHASE_COMMIT)
                    continue; /* it makes nothing writable */
                all_are_satisfied(&cell);
                for (int gate = 0; gate < GATE_COUNT; gate++) {
                    if (!gate_binds((enum gate)gate, cell.verb, cell.origin, cell.phase))
                        continue;
                    it_alone_refuses(&cell, (enum gate)gate);
                    it_alone_is_satisfied(&cell, (enum gate)gate);
                    exercised[gate]++;
                }
            }
    for (int gate = 0; gate < GATE_COUNT; gate++)
        if (gate != GATE_tail && !exercised[gate]) /* which has a test of its own */
            fail_msg("no cell binds %s", gate_name((enum gate)gate));
}

/* ---- what the matrix says ---- */

static void the_matrix_reads_like_its_text(void **state)
{
    (void)state;
    /* Prepare may run while fence, approval and management store are being obtained. */
    for (int verb = 0; verb < VERB_COUNT; verb++)
        for (int origin = 0; origin < ORIGIN_COUNT; origin++) {
            assert_false(gate_binds(GATE_fence, (enum verb)verb, (enum origin)origin, PHASE_PREPARE));
            assert_false(gate_binds(GATE_approval, (enum verb)verb, (enum origin)origin, PHASE_PREPARE));
            assert_false(gate_binds(GATE_management, (enum verb)verb, (enum origin)origin, PHASE_PREPARE));
            /* After: chain and loss are moot. */
            assert_false(gate_binds(GATE_chain, (enum verb)verb, (enum origin)origin, PHASE_AFTER));
            assert_false(gate_binds(GATE_loss, (enum verb)verb, (enum origin)origin, PHASE_AFTER));
        }
    for (int gate = 0; gate < GATE_COUNT; gate++)
        assert_false(gate_binds((enum gate)gate, VERB_NONE, ORIGIN_PERSON, PHASE_COMMIT));
    /* To switch off needs all that a cut needs, but that it is off. */
    for (int gate = 0; gate < GATE_COUNT; gate++)
        assert_int_equal(gate_binds((enum gate)gate, VERB_FAILOVER, ORIGIN_PERSON, PHASE_FENCE),
                         gate != GATE_fence &&
                             gate_binds((enum gate)gate, VERB_FAILOVER, ORIGIN_PERSON, PHASE_CUT));
    assert_true(gate_binds(GATE_lock, VERB_FENCE, ORIGIN_HANDLER, PHASE_AFTER));
    assert_false(gate_binds(GATE_condition, VERB_FAILOVER, ORIGIN_PERSON, PHASE_COMMIT));
    assert_false(gate_binds(GATE_fence, VERB_MIRROR_SWITCH, ORIGIN_PERSON, PHASE_COMMIT));
}

/* The matrix of the specification, cell by cell: verbs by s(witch), m(irror force), f(ailover), x (fence),
 * u(nfence), w (switchover), b (failback); phases by p(repare), f(ence), c(ut), C(ommit), a(fter). */
static const struct wanted {
    enum gate gate;
    const char *verbs;
    bool handler_alone;
    const char *phases;
} specified[] = {
    {GATE_monitor, "smfwbxu", false, "pfcC"},  {GATE_evidence, "mf", false, "fcC"},
    {GATE_sighting, "smfwbxu", false, "pfcC"}, {GATE_condition, "smfx", true, "pfcC"},
    {GATE_state_type, "smf", false, "p"},      {GATE_downtime, "smf", false, "pfcC"},
    {GATE_pause, "smfwbx", false, "pfcC"},     {GATE_anti_flap, "smf", false, "p"},
    {GATE_lock, "smfwbxu", false, "pfcCa"},    {GATE_ledger, "smfwbxu", false, "pfcCa"},
    {GATE_identity, "smfwbxu", false, "pfcC"}, {GATE_mirror, "s", false, "pfcC"},
    {GATE_fence, "mf", false, "cC"},           {GATE_chain, "fw", false, "fcC"},
    {GATE_loss, "mf", false, "fcC"},           {GATE_tail, "wb", false, "C"},
    {GATE_versions, "wb", false, "pfcC"},      {GATE_stranded, "b", false, "fc"},
    {GATE_management, "fwb", false, "fcC"},    {GATE_next_hop, "fwb", false, "fcC"},
    {GATE_services, "fwb", false, "fcC"},      {GATE_replicas, "fwb", false, "fcC"},
    {GATE_certificates, "fwb", false, "fcC"},  {GATE_logins, "fwb", false, "fcC"},
    {GATE_compliance, "fwb", false, "fcC"},    {GATE_scripts, "smfx", true, "pfcC"},
    {GATE_write_paths, "smf", true, "pfcC"},   {GATE_approval, "smfwbxu", false, "fcC"},
    {GATE_one_copy, "smfwbu", false, "a"},
};

static bool is_wanted(const struct wanted *row, const struct cell *cell)
{
    static const char verbs[VERB_COUNT] = {
        [VERB_NONE] = '-',       [VERB_MIRROR_SWITCH] = 's', [VERB_MIRROR_FORCE] = 'm', [VERB_FAILOVER] = 'f',
        [VERB_SWITCHOVER] = 'w', [VERB_FAILBACK] = 'b',      [VERB_FENCE] = 'x',        [VERB_UNFENCE] = 'u'};
    static const char phases[PHASE_COUNT] = {[PHASE_PREPARE] = 'p',
                                             [PHASE_FENCE] = 'f',
                                             [PHASE_CUT] = 'c',
                                             [PHASE_COMMIT] = 'C',
                                             [PHASE_AFTER] = 'a'};

    return strchr(row->verbs, verbs[cell->verb]) && strchr(row->phases, phases[cell->phase]) &&
           (cell->origin == ORIGIN_HANDLER || !row->handler_alone);
}

/* A copy that is seeded anew has a chain by the commit, and none before. */
static bool is_seeded_chain(enum gate gate, const struct cell *cell)
{
    return gate == GATE_chain && cell->verb == VERB_FAILBACK && cell->phase == PHASE_COMMIT;
}

static void expect_row(const struct wanted *row)
{
    for (int verb = 0; verb < VERB_COUNT; verb++)
        for (int origin = 0; origin < ORIGIN_COUNT; origin++)
            for (int phase = 0; phase < PHASE_COUNT; phase++) {
                const struct cell cell = {(enum verb)verb, (enum origin)origin, (enum phase)phase};
                char place[128];

                if (gate_binds(row->gate, cell.verb, cell.origin, cell.phase) !=
                    (is_wanted(row, &cell) || is_seeded_chain(row->gate, &cell)))
                    fail_msg("%s: binds against the specification", where(&cell, row->gate, place));
            }
}

/* A gate that is new has no row here, and fails until somebody has said where it binds. */
static void the_matrix_is_that_of_the_specification(void **state)
{
    (void)state;
    assert_int_equal(COUNT(specified), GATE_COUNT);
    for (int gate = 0; gate < GATE_COUNT; gate++) {
        assert_int_equal(specified[gate].gate, gate);
        expect_row(&specified[gate]);
    }
}

static void gates_have_names_that_parse(void **state)
{
    enum gate gate;

    (void)state;
    for (int i = 0; i < GATE_COUNT; i++) {
        assert_true(gate_parse(gate_name((enum gate)i), &gate));
        assert_int_equal(gate, i);
        assert_true(strlen(gate_title((enum gate)i)) > 0);
    }
    assert_false(gate_parse("no_such_gate", &gate));
}

/* ---- overriding ---- */

static void a_person_overrides_by_name_what_no_copy_hangs_on(void **state)
{
    static const enum gate never[] = {GATE_monitor,  GATE_evidence, GATE_sighting,   GATE_lock,
                                      GATE_ledger,   GATE_identity, GATE_mirror,     GATE_fence,
                                      GATE_approval, GATE_one_copy, GATE_tail,       GATE_management,
                                      GATE_loss,     GATE_scripts,  GATE_write_paths};
    AUTO(look) struct look *look = fixture_look_for(VERB_FAILOVER, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, VERB_FAILOVER, ORIGIN_PERSON, PHASE_PREPARE);
    struct gate_verdict *verdicts;
    size_t count;

    (void)state;
    for (size_t i = 0; i < COUNT(never); i++)
        assert_false(gate_may_be_overridden(never[i]));
    question.hard = false;
    question.overridden = ~0ull;
    assert_true(gates_judge(&question, arena, &verdicts, &count));
    question.automatic = true;
    assert_false(gates_judge(&question, arena, &verdicts, &count));
    question.automatic = false;
    look->clock_jumped = true;
    assert_false(gates_judge(&question, arena, &verdicts, &count));
}

/* ---- single gates, where one break is not enough ---- */

static const char *judged(enum gate gate, const struct gate_question *question, struct arena *arena,
                          enum gate_state wanted)
{
    struct gate_verdict verdict = gate_judge(gate, question, arena);

    if (verdict.state != wanted)
        fail_msg("%s is %s: %s", gate_name(gate), gate_state_name(verdict.state), verdict.observed);
    return wanted == GATE_OK ? verdict.observed : verdict.remedy;
}

static void the_monitor_that_sees_nothing_only_observes(void **state)
{
    AUTO(look) struct look *look = fixture_look(NULL);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, VERB_FAILOVER, ORIGIN_PERSON, PHASE_PREPARE);

    (void)state;
    look->probe_delay_ms = 2000;
    judged(GATE_monitor, &question, arena, GATE_OK);
    pool_lose_site(look->snapshot, SITE_PRIMARY);
    judged(GATE_monitor, &question, arena, GATE_OK);
    pool_lose_site(look->snapshot, SITE_BACKUP);
    judged(GATE_monitor, &question, arena, GATE_OPEN);
}

static const struct {
    const char *domain;
    int64_t age_s;
    const char *vote;
    bool fenced, automatic;
    enum gate_state wanted;
} evidence_cases[] = {
    {"third", 20, "not_seen", false, false, GATE_OK},
    {"third", 20, "not_seen", false, true, GATE_OK},
    {"third", 121, "not_seen", false, false, GATE_OPEN},
    {"third", 20, "perhaps", false, false, GATE_OPEN},
    {"third", 20, "seen", false, false, GATE_OPEN},
    {"red", 20, "not_seen", false, false, GATE_OPEN},     /* of the site that would take over */
    {"monitor", 20, "not_seen", false, false, GATE_OPEN}, /* ours */
    {NULL, 20, "not_seen", false, false, GATE_OPEN},
    {"red", 20, "not_seen", true, false, GATE_OK},
    {"red", 20, "not_seen", true, true, GATE_REFUSES}, /* a mistake of configuration */
    {"third", 20, "seen", true, false, GATE_OK},
};

static void absence_counts_from_two_failure_domains(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(evidence_cases); i++) {
        AUTO(look) struct look *look = fixture_look_for(VERB_MIRROR_FORCE, ORIGIN_PERSON);
        AUTO(arena) struct arena *arena = arena_new();
        struct gate_question question =
            fixture_question(look, VERB_MIRROR_FORCE, ORIGIN_PERSON, PHASE_COMMIT);
        struct vote_fact *vote = &pool_host(look->snapshot, HOST_VANTAGE, "oob")->vote.rows[0];

        vote->failure_domain = evidence_cases[i].domain;
        vote->age_s = builder_num(evidence_cases[i].age_s);
        vote->vote = evidence_cases[i].vote;
        question.automatic = evidence_cases[i].automatic;
        look->fences[0].status = evidence_cases[i].fenced ? FENCE_OFF : FENCE_UNKNOWN;
        judged(GATE_evidence, &question, arena, evidence_cases[i].wanted);
    }
}

static void a_rescue_source_is_no_contrary_sighting_before_the_guard(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_FAILOVER, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, VERB_FAILOVER, ORIGIN_PERSON, PHASE_CUT);

    (void)state;
    fixture_state(look, "sqlmir1", "ONLINE"); /* forced by the rescue */
    judged(GATE_sighting, &question, arena, GATE_REFUSES);
    question.rescue_forces = true;
    judged(GATE_sighting, &question, arena, GATE_OK);
    judged(GATE_fence, &question, arena, GATE_OK);
    question.phase = PHASE_COMMIT;
    judged(GATE_sighting, &question, arena, GATE_REFUSES);
    judged(GATE_fence, &question, arena, GATE_OPEN);
}

/* By then roles have changed: who was the mirror is in the ledger. */
static void a_rescue_source_is_who_was_the_mirror(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_FAILOVER, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, VERB_FAILOVER, ORIGIN_PERSON, PHASE_CUT);

    (void)state;
    question.rescue_forces = true;
    question.run = FIXTURE_RUN;
    fixture_state(look, "sqlmir1", "ONLINE");
    fixture_mirroring(look, "sqlmir1")->role = "PRINCIPAL";
    judged(GATE_sighting, &question, arena, GATE_REFUSES);
    fixture_note(look, NOTE_HEIR, "sqlmir1", NULL, 0);
    fixture_facts(look, "sqldr1")
        ->ledger_note.rows[fixture_facts(look, "sqldr1")->ledger_note.count - 1]
        .run = builder_num(FIXTURE_RUN);
    judged(GATE_sighting, &question, arena, GATE_OK);
}

static void a_tail_is_taken_before_its_source_is_fenced(void **state)
{
    AUTO(look) struct look *look = fixture_look(NULL);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, VERB_FAILOVER, ORIGIN_PERSON, PHASE_CUT);

    (void)state;
    fixture_state(look, "sqlpri1", "SUSPECT");
    fixture_lose(look, "sqlmir1", true);
    judged(GATE_sighting, &question, arena, GATE_REFUSES);
    question.rescue_takes_tail = true;
    judged(GATE_sighting, &question, arena, GATE_OK);
}

static void what_nobody_else_holds_is_told_before_it_is_overwritten(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_FAILBACK, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, VERB_FAILBACK, ORIGIN_PERSON, PHASE_CUT);
    struct act_facts *keeper = fixture_facts(look, "sqldr1");

    (void)state;
    judged(GATE_stranded, &question, arena, GATE_OK);
    fixture_run(look, 30, 6, "fence", "finished"); /* it was open since */
    keeper->ledger_run.rows[keeper->ledger_run.count - 1].begun_utc_ms = builder_ago(60);
    judged(GATE_stranded, &question, arena, GATE_OPEN);
    keeper->ledger_run.count--;
    fixture_note(look, NOTE_STRANDED, "sqlpri1", "1 message of 1 room by 1 author", 0);
    judged(GATE_stranded, &question, arena, GATE_OPEN);
    assert_true(gate_may_be_overridden(GATE_stranded));
    fixture_state(look, "sqlpri1", "RESTORING");
    judged(GATE_stranded, &question, arena, GATE_OK);
    fixture_state(look, "sqlpri1", "SUSPECT"); /* it holds something that cannot be read, nor be kept */
    judged(GATE_stranded, &question, arena, GATE_OPEN);
    fixture_lose(look, "sqlpri1", false);
    judged(GATE_stranded, &question, arena, GATE_OPEN);
}

/* Once nobody is served it would be too late to find out. */
static void whom_the_guard_would_not_pass_is_seen_before(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_FAILBACK, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, VERB_FAILBACK, ORIGIN_PERSON, PHASE_PREPARE);

    (void)state;
    judged(GATE_sighting, &question, arena, GATE_OK);
    fixture_note(look, NOTE_FORK, "sqlmir1", "22222222-BBBB-4BBB-8BBB-000000000001", 0);
    judged(GATE_sighting, &question, arena, GATE_OK);
    fixture_lose(look, "sqlmir1", false);
    judged(GATE_sighting, &question, arena, GATE_OPEN);
    fixture_note(look, NOTE_FENCE, "sqlmir1", "it was scrapped", 600);
    judged(GATE_sighting, &question, arena, GATE_OK);
}

/* Brought home by hand: the rest is ours, once the copy that was left is closed, and what it holds was told.
 */
static void what_is_left_of_a_failback_is_done(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_FAILBACK, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, VERB_FAILBACK, ORIGIN_PERSON, PHASE_PREPARE);

    (void)state;
    builder_at(look->snapshot, "sqlpri1")->database.rows[0].is_read_only = builder_num(0);
    judged(GATE_sighting, &question, arena, GATE_OPEN);
    fixture_state(look, "sqldr1", "RESTORING");
    judged(GATE_sighting, &question, arena, GATE_OK);
    fixture_state(look, "sqldr1", "ONLINE");
    builder_at(look->snapshot, "sqldr1")->database.rows[0].is_read_only = builder_num(1);
    judged(GATE_sighting, &question, arena, GATE_OPEN);
    question.overridden = 1ull << GATE_stranded;
    judged(GATE_sighting, &question, arena, GATE_OK);
    question.overridden = 0;
    fixture_note(look, NOTE_STRANDED, "sqldr1", STRANDED_NONE, 0);
    judged(GATE_sighting, &question, arena, GATE_OK);
}

static void nobody_goes_home_from_there(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_SWITCHOVER, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, VERB_SWITCHOVER, ORIGIN_PERSON, PHASE_PREPARE);

    (void)state;
    judged(GATE_sighting, &question, arena, GATE_OK);
    question.verb = VERB_FAILBACK;
    judged(GATE_sighting, &question, arena, GATE_REFUSES);
}

static const struct {
    const char *source, *target;
    enum gate_state wanted;
} version_cases[] = {
    {"12.0.6024.0", "12.0.5000.0", GATE_OK},
    {"12.0.6024.0", "13.0.1601.5", GATE_OK},
    {"13.0.1601.5", "12.0.6024.0", GATE_REFUSES},
    {"10.50.1600.1", "10.0.1600.22", GATE_REFUSES},
    {"12.0.6024.0", NULL, GATE_OPEN},
    {"twelve", "12.0.6024.0", GATE_OPEN},
};

static void a_newer_server_has_no_way_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(version_cases); i++) {
        AUTO(look) struct look *look = fixture_look_for(VERB_SWITCHOVER, ORIGIN_PERSON);
        AUTO(arena) struct arena *arena = arena_new();
        struct gate_question question = fixture_question(look, VERB_SWITCHOVER, ORIGIN_PERSON, PHASE_PREPARE);

        builder_at(look->snapshot, "sqlpri1")->server.rows[0].version = version_cases[i].source;
        builder_at(look->snapshot, "sqldr1")->server.rows[0].version = version_cases[i].target;
        judged(GATE_versions, &question, arena, version_cases[i].wanted);
    }
}

static void a_run_knows_its_epoch(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_FAILOVER, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, VERB_FAILOVER, ORIGIN_PERSON, PHASE_AFTER);

    (void)state;
    question.run = FIXTURE_RUN;
    question.epoch = 7;
    judged(GATE_ledger, &question, arena, GATE_REFUSES);
    fixture_run(look, FIXTURE_RUN, 7, "failover", RUN_STATE_OPEN);
    judged(GATE_ledger, &question, arena, GATE_OK);
    fixture_run(look, FIXTURE_RUN, 8, "failover", RUN_STATE_OPEN);
    judged(GATE_ledger, &question, arena, GATE_REFUSES);
}

static void a_mirror_verb_may_go_without_the_secondary(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_MIRROR_FORCE, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, VERB_MIRROR_FORCE, ORIGIN_PERSON, PHASE_PREPARE);

    (void)state;
    fixture_lose(look, "sqldr1", false);
    judged(GATE_lock, &question, arena, GATE_OPEN);
    judged(GATE_ledger, &question, arena, GATE_OPEN);
    question.without_secondary = true;
    judged(GATE_lock, &question, arena, GATE_OK);
    judged(GATE_ledger, &question, arena, GATE_OK);
    question.verb = VERB_FAILOVER;
    judged(GATE_ledger, &question, arena, GATE_OPEN);
}

static void a_lock_that_is_ours_hinders_nobody(void **state)
{
    AUTO(look) struct look *look = fixture_look(NULL);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, VERB_FAILOVER, ORIGIN_PERSON, PHASE_AFTER);

    (void)state;
    ((struct lock_fact *)fixture_add(look, "sqlmir1", ACT_FACT_lock))->session_id = builder_num(55);
    judged(GATE_lock, &question, arena, GATE_OPEN);
    question.locked = true;
    judged(GATE_lock, &question, arena, GATE_OK);
}

static const struct {
    bool known;
    int64_t bound_ms, accepted_s;
    bool unknown;
    enum origin origin;
    enum gate_state wanted;
} loss_cases[] = {
    {true, 0, -1, false, ORIGIN_PERSON, GATE_OK},        {true, 1, -1, false, ORIGIN_PERSON, GATE_OPEN},
    {true, 1, 0, false, ORIGIN_PERSON, GATE_OPEN},       {true, 60000, 60, false, ORIGIN_PERSON, GATE_OK},
    {true, 60001, 60, false, ORIGIN_PERSON, GATE_OPEN},  {true, 60001, -1, true, ORIGIN_PERSON, GATE_OK},
    {false, 0, 100000, false, ORIGIN_PERSON, GATE_OPEN}, {false, 0, -1, true, ORIGIN_PERSON, GATE_OK},
    {true, 900000, -1, false, ORIGIN_HANDLER, GATE_OK},  {true, 900001, -1, false, ORIGIN_HANDLER, GATE_OPEN},
    {false, 0, -1, false, ORIGIN_HANDLER, GATE_OPEN},    {true, 900000, -1, false, ORIGIN_PERSON, GATE_OPEN},
    {true, 900001, 901, false, ORIGIN_HANDLER, GATE_OK},
};

static void loss_is_accepted_in_so_many_words(void **state)
{
    AUTO(look) struct look *look = fixture_look(NULL);
    AUTO(arena) struct arena *arena = arena_new();

    (void)state;
    before();
    for (size_t i = 0; i < COUNT(loss_cases); i++) {
        struct gate_question question =
            fixture_question(look, VERB_FAILOVER, loss_cases[i].origin, PHASE_COMMIT);

        question.loss = (struct loss){.known = loss_cases[i].known, .bound_ms = loss_cases[i].bound_ms};
        question.loss_accepted_s = loss_cases[i].accepted_s;
        question.loss_accepted_unknown = loss_cases[i].unknown;
        judged(GATE_loss, &question, arena, loss_cases[i].wanted);
    }
}

static void the_store_has_one_master_that_is_not_fenced(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_FAILOVER, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, VERB_FAILOVER, ORIGIN_PERSON, PHASE_COMMIT);
    struct store_fact *store = pool_host(look->snapshot, HOST_MANAGEMENT, "adm2")->store.rows;

    (void)state;
    store->active_master = "fe1.litwareinc.com";
    judged(GATE_management, &question, arena, GATE_OPEN);
    for (size_t i = 0; i < look->fence_count; i++)
        look->fences[i].status = FENCE_UNKNOWN;
    judged(GATE_management, &question, arena, GATE_OK); /* not fenced at this moment */
    store->active_master = NULL;
    judged(GATE_management, &question, arena, GATE_OPEN);
    pool_host_unsee(pool_host(look->snapshot, HOST_MANAGEMENT, "adm2"));
    judged(GATE_management, &question, arena, GATE_OPEN);
}

static void an_idle_server_need_not_show_a_certificate(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_FAILOVER, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, VERB_FAILOVER, ORIGIN_PERSON, PHASE_COMMIT);
    struct host_snapshot *pc5 = pool_host(look->snapshot, HOST_CHAT_SERVER, "pc5");

    (void)state;
    pc5->certificate.count = 0;
    judged(GATE_certificates, &question, arena, GATE_OPEN);
    pool_port(look->snapshot, "pc5")->evidence = "closed";
    judged(GATE_certificates, &question, arena, GATE_OK);
    look->snapshot->settings.idle_listens = 1;
    judged(GATE_certificates, &question, arena, GATE_OPEN);
}

static void remedies_are_words_to_type(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_FAILOVER, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, VERB_FAILOVER, ORIGIN_PERSON, PHASE_COMMIT);

    (void)state;
    break_logins(look, &question);
    break_services(look, &question);
    break_replicas(look, &question);
    question.approved = false;
    assert_string_equal(judged(GATE_logins, &question, arena, GATE_OPEN),
                        "on sqldr1: CREATE LOGIN [LITWARE\\svc]]chat] FROM WINDOWS;");
    assert_string_equal(judged(GATE_services, &question, arena, GATE_OPEN),
                        "on pc6: Set-Service -Name RTCCHAT -StartupType Automatic");
    assert_string_equal(judged(GATE_replicas, &question, arena, GATE_OPEN),
                        "Invoke-CsManagementStoreReplication -ReplicaFqdn pc6.litwareinc.com");
    assert_string_equal(judged(GATE_approval, &question, arena, GATE_OPEN), "pchatctl approve 8f3a91c04e2d");
}

static void compliance_that_is_off_asks_for_nothing(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_FAILOVER, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, VERB_FAILOVER, ORIGIN_PERSON, PHASE_COMMIT);
    struct compliance_database_fact *other;

    (void)state;
    builder_empty(look->snapshot, "sqldr1", FACT_compliance_database);
    judged(GATE_compliance, &question, arena, GATE_OK);
    other = builder_add(look->snapshot, "sqlmir1", FACT_compliance_database);
    other->state = "ONLINE";
    judged(GATE_compliance, &question, arena, GATE_OPEN);
    builder_mask(look->snapshot, "sqldr1", FACT_compliance_database, SIGHT_DENIED, NULL);
    judged(GATE_compliance, &question, arena, GATE_OPEN);
}

static void a_fence_goes_by_itself_only_on_the_copy_that_was_left(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_FENCE, ORIGIN_HANDLER);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, VERB_FENCE, ORIGIN_HANDLER, PHASE_CUT);
    struct instance_snapshot *returned = builder_at(look->snapshot, "sqlpri1");

    (void)state;
    question.automatic = true;
    judged(GATE_condition, &question, arena, GATE_OK);
    returned->recovery.rows[0].recovery_fork_guid = "22222222-BBBB-4BBB-8BBB-000000000009";
    judged(GATE_condition, &question, arena, GATE_OPEN);
    question.automatic = false;
    judged(GATE_condition, &question, arena, GATE_OK);
    question.automatic = true;
    returned->recovery.rows[0].recovery_fork_guid = "22222222-BBBB-4BBB-8BBB-000000000001";
    pool_session(look->snapshot, "sqlpri1", "PC1");
    judged(GATE_condition, &question, arena, GATE_OPEN);
    builder_empty(look->snapshot, "sqlpri1", FACT_session);
    ((struct restore_fact *)builder_add(look->snapshot, "sqlpri1", FACT_restore))->restored_utc_ms =
        builder_ago(60);
    judged(GATE_condition, &question, arena, GATE_OPEN);
}

static void a_fence_shuts_nobody_out_who_serves_alone(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_FENCE, ORIGIN_PERSON);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, VERB_FENCE, ORIGIN_PERSON, PHASE_CUT);

    (void)state;
    judged(GATE_sighting, &question, arena, GATE_OK);
    fixture_state(look, "sqldr1", "RECOVERING");
    judged(GATE_sighting, &question, arena, GATE_OK);
    fixture_state(look, "sqldr1", "RESTORING");
    judged(GATE_sighting, &question, arena, GATE_REFUSES);
    fixture_state(look, "sqlpri1", "RESTORING"); /* services alone are left to be stopped */
    judged(GATE_sighting, &question, arena, GATE_OK);
}

static void a_fence_that_has_begun_is_finished(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_FENCE, ORIGIN_HANDLER);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, VERB_FENCE, ORIGIN_HANDLER, PHASE_CUT);

    (void)state;
    question.automatic = true;
    /* Chat writes to both copies: a person begins it, and it is said why. */
    pool_session(look->snapshot, "sqlpri1", "PC1");
    pool_session(look->snapshot, "sqldr1", "PC5");
    assert_string_equal(judged(GATE_condition, &question, arena, GATE_OPEN),
                        "a person starts it: pchatctl plan fence");
    question.has_acted = true;
    judged(GATE_condition, &question, arena, GATE_OK);
    /* By its own effect there is nothing to see any more, and services are still to be stopped. */
    builder_at(look->snapshot, "sqlpri1")->database.rows[0].is_read_only = builder_num(1);
    judged(GATE_condition, &question, arena, GATE_OK);
    question.has_acted = false;
    judged(GATE_condition, &question, arena, GATE_OPEN);
    question.has_acted = true;
    question.verb = VERB_FAILOVER;
    judged(GATE_condition, &question, arena, GATE_OPEN);
}

static void a_tail_is_seen_on_both_sides(void **state)
{
    AUTO(look) struct look *look = fixture_look(NULL);
    AUTO(arena) struct arena *arena = arena_new();
    struct gate_question question = fixture_question(look, VERB_FAILOVER, ORIGIN_PERSON, PHASE_COMMIT);
    struct redo_fact *redo = &builder_at(look->snapshot, "sqldr1")->redo.rows[0];

    (void)state;
    redo->redo_start_lsn = builder_lsn(-1);
    judged(GATE_tail, &question, arena, GATE_OPEN); /* the source is open */
    fixture_state(look, "sqlpri1", "RESTORING");
    fixture_unmirror(look, "sqlpri1");
    judged(GATE_tail, &question, arena, GATE_OK);
    redo->redo_start_lsn = builder_lsn(0);
    judged(GATE_tail, &question, arena, GATE_OPEN);
    *redo = (struct redo_fact){0};
    builder_empty(look->snapshot, "sqldr1", FACT_restore);
    judged(GATE_tail, &question, arena, GATE_OPEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_gate_alone_in_every_cell),
        cmocka_unit_test(the_matrix_reads_like_its_text),
        cmocka_unit_test(the_matrix_is_that_of_the_specification),
        cmocka_unit_test(gates_have_names_that_parse),
        cmocka_unit_test(a_person_overrides_by_name_what_no_copy_hangs_on),
        cmocka_unit_test(the_monitor_that_sees_nothing_only_observes),
        cmocka_unit_test(absence_counts_from_two_failure_domains),
        cmocka_unit_test(a_rescue_source_is_no_contrary_sighting_before_the_guard),
        cmocka_unit_test(a_rescue_source_is_who_was_the_mirror),
        cmocka_unit_test(a_tail_is_taken_before_its_source_is_fenced),
        cmocka_unit_test(what_nobody_else_holds_is_told_before_it_is_overwritten),
        cmocka_unit_test(whom_the_guard_would_not_pass_is_seen_before),
        cmocka_unit_test(what_is_left_of_a_failback_is_done),
        cmocka_unit_test(nobody_goes_home_from_there),
        cmocka_unit_test(a_newer_server_has_no_way_back),
        cmocka_unit_test(a_run_knows_its_epoch),
        cmocka_unit_test(a_mirror_verb_may_go_without_the_secondary),
        cmocka_unit_test(a_lock_that_is_ours_hinders_nobody),
        cmocka_unit_test(loss_is_accepted_in_so_many_words),
        cmocka_unit_test(the_store_has_one_master_that_is_not_fenced),
        cmocka_unit_test(an_idle_server_need_not_show_a_certificate),
        cmocka_unit_test(remedies_are_words_to_type),
        cmocka_unit_test(compliance_that_is_off_asks_for_nothing),
        cmocka_unit_test(a_fence_goes_by_itself_only_on_the_copy_that_was_left),
        cmocka_unit_test(a_fence_shuts_nobody_out_who_serves_alone),
        cmocka_unit_test(a_fence_that_has_begun_is_finished),
        cmocka_unit_test(a_tail_is_seen_on_both_sides),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
