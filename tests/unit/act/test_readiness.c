/* Readiness: every gate has its place, a ready pool is green, and each thing that is wrong is found under its
 * name, as bad as it is, with what to do. */
#include "act/readiness/readiness.h"
#include "unit/act/look_fixture.h"
#include "unit/cmocka_unit.h"

#include <string.h>

#define POOL "lyncpc.litwareinc.com"

/* ---- gates ---- */

/* What of the gates that bind a person's failover before the point of no return is not asked, and why. */
static const enum gate unasked[] = {GATE_downtime, GATE_state_type, GATE_anti_flap, GATE_loss};

static bool is_unasked(enum gate gate)
{
    for (size_t i = 0; i < COUNT(unasked); i++)
        if (unasked[i] == gate)
            return true;
    return false;
}

static bool binds(enum gate gate)
{
    for (enum phase phase = PHASE_PREPARE; phase <= PHASE_COMMIT; phase++)
        if (gate_binds(gate, VERB_FAILOVER, ORIGIN_PERSON, phase))
            return true;
    return false;
}

static void every_gate_has_its_place(void **state)
{
    (void)state;
    for (enum gate gate = 0; gate < GATE_COUNT; gate++)
        if (binds(gate) && (ready_world_of(gate) == READY_NOT_ASKED) != is_unasked(gate))
            fail_msg("%s binds a failover, and readiness %s", gate_name(gate),
                     is_unasked(gate) ? "asks it" : "does not ask it");
}

/* ---- a ready pool ---- */

static void answer_fences(struct look *look)
{
    static const char *const objects[] = {"sqlpri1", "sqlmir1", "pc1", "pc2", "pc3",
                                          "sqldr1",  "sqldr2",  "pc5", "pc6"};

    for (size_t i = 0; i < COUNT(objects); i++) {
        struct fence *fence = arena_push(look->arena, &look->fences, &look->fence_count, sizeof(*fence));

        *fence = (struct fence){.object = objects[i], .status = FENCE_ON, .asked = look->ended};
    }
}

static struct look *ready_look(void)
{
    struct look *look;

    fixture_pool_reset();
    fixture_pool()->settings = settings_default();
    look = fixture_look(NULL);
    answer_fences(look);
    pool_vote(look->snapshot, "third", "seen", 5);
    fixture_note(look, NOTE_DRILL_PROVEN, "sqldr2", "{\"drill\": 1, \"at\": \"2026-11-23T05:00:00Z\"}", 0);
    return look;
}

static struct report *judge_with(struct look *look, const char *paused)
{
    return readiness_report(&(struct readiness_question){
        .pool = fixture_pool(), .look = look, .paused = paused, .topology_sha256 = ""});
}

static void print(const struct report *report)
{
    for (size_t i = 0; i < report->finding_count; i++)
        print_message("%s %s %s: %s -> %s\n", severity_name(report->findings[i].severity),
                      condition_info(report->findings[i].condition)->name, report->findings[i].object,
                      report->findings[i].message, report->findings[i].action);
}

static const struct metric *metric_of(const struct report *report, enum metric_id id)
{
    for (size_t i = 0; i < report->metric_count; i++)
        if (report->metrics[i].id == id)
            return &report->metrics[i];
    return NULL;
}

static void a_ready_pool_is_green(void **state)
{
    AUTO(look) struct look *look = ready_look();
    AUTO(report) struct report *report = judge_with(look, NULL);

    (void)state;
    if (report->severity != SEVERITY_OK)
        print(report);
    assert_int_equal(report->severity, SEVERITY_OK);
    assert_int_equal(report->finding_count, 0);
    assert_non_null(strstr(report->summary, "ready to fail over to sqldr1: RPO about "));
    assert_non_null(strstr(report->summary, "last drill 15 min ago; write paths proven 10 min ago"));
    assert_true(metric_of(report, METRIC_rpo_s)->known);
    assert_true(metric_of(report, METRIC_rto_s)->value > 0);
}

/* The look is the caller's still: what is imagined is imagined of a copy. */
static void the_look_is_left_alone(void **state)
{
    AUTO(look) struct look *look = ready_look();
    char *before = look_to_json(look), *after;
    AUTO(report) struct report *report = judge_with(look, NULL);

    (void)state;
    after = look_to_json(look);
    assert_string_equal(before, after);
    assert_non_null(report);
    free(before);
    free(after);
}

/* ---- what is wrong ---- */

static void fence_silent(struct look *look)
{
    look->fences[0].status = FENCE_UNKNOWN;
}

static void no_vantage(struct look *look)
{
    pool_host(look->snapshot, HOST_VANTAGE, "oob")->vote.count = 0;
}

static void lock_held(struct look *look)
{
    struct lock_fact *lock = fixture_add(look, "sqldr1", ACT_FACT_lock);

    lock->session_id = builder_num(71);
}

static void lock_unseen(struct look *look)
{
    fixture_mask(look, "sqldr1", ACT_FACT_lock, SIGHT_DENIED);
}

static void run_open(struct look *look)
{
    fixture_run(look, 31, 31, "failover", "open");
}

static void ledger_absent(struct look *look)
{
    fixture_mask(look, "sqldr1", ACT_FACT_ledger_run, SIGHT_NOT_ASKED);
}

static void ledger_denied(struct look *look)
{
    fixture_mask(look, "sqldr1", ACT_FACT_ledger_run, SIGHT_DENIED);
}

static void same_name(struct look *look)
{
    builder_at(look->snapshot, "sqldr2")->server.rows[0].server_name =
        builder_at(look->snapshot, "sqldr1")->server.rows[0].server_name;
}

static void orphan(struct look *look)
{
    struct orphan_fact *row = fixture_add(look, "sqldr1", ACT_FACT_orphan);

    row->name = "LITWARE\\RTCComponentUniversalServices";
}

static void orphans_unseen(struct look *look)
{
    fixture_mask(look, "sqldr1", ACT_FACT_orphan, SIGHT_DENIED);
}

static void no_owner(struct look *look)
{
    struct job_owner_fact *row = fixture_add(look, "sqldr1", ACT_FACT_job_owner);

    row->name = "LSCopy_sqlpri1_mgc";
}

static void service_disabled(struct look *look)
{
    pool_service(look->snapshot, "pc5")->start_mode = "Disabled";
}

static void services_unseen(struct look *look)
{
    pool_host(look->snapshot, HOST_CHAT_SERVER, "pc5")->service.sighting.sight = SIGHT_DENIED;
}

static void replica_old(struct look *look)
{
    struct host_snapshot *host = pool_host(look->snapshot, HOST_MANAGEMENT, "adm2");

    host->replication.rows[1].up_to_date = builder_num(0);
}

static void newer(struct look *look)
{
    builder_at(look->snapshot, "sqldr1")->server.rows[0].version = "15.0.4188.0";
}

static void older(struct look *look)
{
    builder_at(look->snapshot, "sqldr1")->server.rows[0].version = "10.50.4000.0";
}

static void patched(struct look *look)
{
    builder_at(look->snapshot, "sqldr1")->server.rows[0].version = "12.0.6433.0";
}

static void lower_edition(struct look *look)
{
    builder_at(look->snapshot, "sqlpri1")->server.rows[0].engine_edition = builder_num(3);
    builder_at(look->snapshot, "sqldr1")->server.rows[0].engine_edition = builder_num(2);
}

static void drill_old(struct look *look)
{
    fixture_note(look, NOTE_DRILL_PROVEN, "sqldr2", "{\"drill\": 2, \"at\": \"2026-11-10T05:00:00Z\"}", 0);
}

static void drill_failed(struct look *look)
{
    fixture_note(look, NOTE_DRILL_FAILED, "sqldr2",
                 "{\"drill\": 2, \"at\": \"2026-11-23T05:05:00Z\", \"why\": \"no room\"}", 0);
}

static void writes_fail(struct look *look)
{
    fixture_note(look, NOTE_WRITES, FIXTURE_HOLDER, "2 of 33 failed", 600);
}

static void writes_over(struct look *look)
{
    fixture_note(look, NOTE_WRITES, FIXTURE_HOLDER, WRITES_PROVEN, -60);
}

static void nobody_approves(struct look *look)
{
    static struct topology_person trainee = {.name = "trainee", .uid = 1002};

    (void)look;
    fixture_acting()->people = &trainee;
    fixture_acting()->person_count = 1;
}

static void no_room(struct look *look)
{
    builder_run(look->snapshot, "sqldr1", 1, 3, "There is not enough space on the disk. (112)");
}

static void next_mirror_unseen(struct look *look)
{
    builder_unsee(look->snapshot, "sqldr2", SIGHT_REFUSED, NULL);
}

static void front_end_silent(struct look *look)
{
    pool_host_unsee(pool_host(look->snapshot, HOST_FRONT_END, "fe2"));
}

static void other_copy_open(struct look *look)
{
    *(struct database_fact *)builder_add(look->snapshot, "sqldr2", FACT_database) =
        builder_at(look->snapshot, "sqlpri1")->database.rows[0];
}

static void store_refused(struct look *look)
{
    struct host_snapshot *host = pool_host(look->snapshot, HOST_MANAGEMENT, "adm2");

    host->store.sighting.sight = SIGHT_REFUSED;
    host->store.count = 0;
}

static void recovered(struct look *look)
{
    pool_open_copy(look->snapshot, "sqldr1");
}

static const struct {
    const char *name;
    void (*make)(struct look *look);
    enum condition condition;
    enum severity severity;
    const char *object;
} cases[] = {
    {"a fence that says nothing", fence_silent, CONDITION_fence_unproven, SEVERITY_WARNING, POOL},
    {"no vantage point", no_vantage, CONDITION_evidence_lacking, SEVERITY_WARNING, POOL},
    {"the lock is held", lock_held, CONDITION_pool_lock_held, SEVERITY_CRITICAL, "sqldr1"},
    {"the lock was not seen", lock_unseen, CONDITION_pool_lock_held, SEVERITY_UNKNOWN, "sqldr1"},
    {"a run is open", run_open, CONDITION_run_unfinished, SEVERITY_CRITICAL, "sqldr1"},
    {"no ledger", ledger_absent, CONDITION_ledger_missing, SEVERITY_CRITICAL, "sqldr1"},
    {"a ledger that may not be read", ledger_denied, CONDITION_ledger_missing, SEVERITY_UNKNOWN, "sqldr1"},
    {"two names, one server", same_name, CONDITION_identity_unclear, SEVERITY_CRITICAL, POOL},
    {"a login is missing", orphan, CONDITION_login_missing, SEVERITY_CRITICAL, "sqldr1"},
    {"logins were not seen", orphans_unseen, CONDITION_login_missing, SEVERITY_UNKNOWN, "sqldr1"},
    {"a job of nobody", no_owner, CONDITION_job_owner_gone, SEVERITY_CRITICAL, "sqldr1"},
    {"a service is disabled", service_disabled, CONDITION_standby_service_unready, SEVERITY_WARNING, "pc5"},
    {"services were not seen", services_unseen, CONDITION_standby_service_unready, SEVERITY_UNKNOWN, "pc5"},
    {"a replica is old", replica_old, CONDITION_standby_replica_stale, SEVERITY_WARNING, "pc6"},
    {"the standby is newer", newer, CONDITION_version_no_way_back, SEVERITY_WARNING, "sqldr1"},
    {"the standby is older", older, CONDITION_version_too_old, SEVERITY_CRITICAL, "sqldr1"},
    {"the standby is patched", patched, 0, SEVERITY_OK, ""},
    {"a lower edition", lower_edition, CONDITION_edition_lower, SEVERITY_WARNING, "sqldr1"},
    {"an old drill", drill_old, CONDITION_drill_stale, SEVERITY_WARNING, POOL},
    {"a drill that failed", drill_failed, CONDITION_drill_failed, SEVERITY_WARNING, POOL},
    {"a way to write that fails", writes_fail, CONDITION_write_paths_fail, SEVERITY_CRITICAL, POOL},
    {"a proof that is over", writes_over, CONDITION_write_paths_stale, SEVERITY_WARNING, POOL},
    {"nobody approves", nobody_approves, CONDITION_nobody_approves, SEVERITY_CRITICAL, POOL},
    {"no room for copies", no_room, CONDITION_room_lacking, SEVERITY_CRITICAL, "sqldr1"},
    {"the next mirror is not seen", next_mirror_unseen, CONDITION_second_copy_unready, SEVERITY_WARNING,
     "sqldr2"},
    {"no front end answers", front_end_silent, CONDITION_next_hop_unready, SEVERITY_UNKNOWN, POOL},
    {"another copy is open", other_copy_open, CONDITION_contrary_copy, SEVERITY_CRITICAL, POOL},
    {"the store is refused where it is needed", store_refused, CONDITION_management_in_lost_site,
     SEVERITY_CRITICAL, "adm2"},
    {"the standby was recovered", recovered, CONDITION_two_online_copies, SEVERITY_CRITICAL, POOL},
};

static const struct finding *find(const struct report *report, enum condition condition, const char *object)
{
    for (size_t i = 0; i < report->finding_count; i++)
        if (report->findings[i].condition == condition && strcmp(report->findings[i].object, object) == 0)
            return &report->findings[i];
    return NULL;
}

static void judge_case(size_t i)
{
    AUTO(look) struct look *look = ready_look();
    AUTO(report) struct report *report = NULL;
    const struct finding *finding;

    cases[i].make(look);
    report = judge_with(look, NULL);
    finding = cases[i].condition ? find(report, cases[i].condition, cases[i].object) : NULL;
    if (cases[i].condition ? !finding || finding->severity != cases[i].severity : report->finding_count > 0) {
        print(report);
        fail_msg("%s: want %s %s", cases[i].name, severity_name(cases[i].severity),
                 cases[i].condition ? condition_info(cases[i].condition)->name : "nothing");
    }
    if (finding && (!finding->action || !*finding->action))
        fail_msg("%s: nothing to do is named", cases[i].name);
    fixture_pool_reset();
}

static void what_is_wrong_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        judge_case(i);
}

static void a_pause_is_told_with_who(void **state)
{
    AUTO(look) struct look *look = ready_look();
    AUTO(report) struct report *report = judge_with(look, "until noon by dba: works");
    const struct finding *finding = find(report, CONDITION_paused, POOL);

    (void)state;
    assert_non_null(finding);
    assert_string_equal(finding->message, "paused until noon by dba: works");
}

/* Nobody acts: what a runner would need is not missed. */
static void by_hand(void **state)
{
    AUTO(look) struct look *look = ready_look();
    struct topology_pool pool = *fixture_pool();
    AUTO(report) struct report *report = NULL;

    (void)state;
    pool.acting = NULL;
    look->cast = cast_of(look->arena, &pool, NULL);
    ledger_absent(look);
    report = readiness_report(&(struct readiness_question){.pool = &pool, .look = look});
    assert_non_null(find(report, CONDITION_acting_missing, POOL));
    assert_null(find(report, CONDITION_ledger_missing, "sqldr1"));
    assert_null(find(report, CONDITION_write_paths_unproven, POOL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_gate_has_its_place), cmocka_unit_test(a_ready_pool_is_green),
        cmocka_unit_test(the_look_is_left_alone),   cmocka_unit_test(what_is_wrong_is_found),
        cmocka_unit_test(a_pause_is_told_with_who), cmocka_unit_test(by_hand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
