#include "unit/act/look_fixture.h"
#include "unit/cmocka_unit.h"

#include <string.h>

/* ---- every situation there is ---- */

static struct situation nth(size_t n)
{
    struct situation situation = {0};

    situation.principal = (enum seen_principal)(n % SEEN_PRINCIPAL_COUNT);
    n /= SEEN_PRINCIPAL_COUNT;
    situation.mirror = (enum seen_mirror)(n % SEEN_MIRROR_COUNT);
    n /= SEEN_MIRROR_COUNT;
    situation.share = (enum seen_share)(n % SEEN_SHARE_COUNT);
    n /= SEEN_SHARE_COUNT;
    situation.standby = (enum seen_standby)(n % SEEN_STANDBY_COUNT);
    n /= SEEN_STANDBY_COUNT;
    situation.failed_over = n & 1;
    situation.moved = n & 2;
    situation.witness_may_act = n & 4;
    situation.connected = n & 8;
    situation.no_servers = n & 16;
    return situation;
}

enum { SITUATIONS = SEEN_PRINCIPAL_COUNT * SEEN_MIRROR_COUNT * SEEN_SHARE_COUNT * SEEN_STANDBY_COUNT * 32 };

static bool somebody_serves(const struct situation *s)
{
    return s->principal == PRINCIPAL_WRITABLE || s->mirror == MIRROR_IS_PRINCIPAL;
}

static void every_row_is_right_for_something(void **state)
{
    size_t *used = test_calloc(verb_row_count, sizeof(*used));

    (void)state;
    for (size_t n = 0; n < SITUATIONS; n++) {
        struct situation situation = nth(n);

        used[verb_table(&situation) - verb_rows]++;
    }
    for (size_t i = 0; i < verb_row_count; i++)
        if (!used[i])
            fail_msg("no situation leads to row %zu: %s", i, verb_rows[i].why);
    test_free(used);
}

static void every_row_says_why_and_never_just_no(void **state)
{
    (void)state;
    for (size_t i = 0; i < verb_row_count; i++) {
        assert_true(verb_rows[i].why && *verb_rows[i].why);
        assert_int_equal(verb_rows[i].verb == VERB_NONE, verb_rows[i].advice != NULL);
        assert_true(verb_rows[i].rescue == RESCUE_NONE || verb_rows[i].verb == VERB_FAILOVER);
        assert_non_null(expected_loss_words(verb_rows[i].loss));
        assert_non_null(rescue_name(verb_rows[i].rescue));
    }
}

/* What must hold in every situation, whatever the order of the rows. */
static void no_row_makes_a_second_copy_or_wastes_the_first(void **state)
{
    (void)state;
    for (size_t n = 0; n < SITUATIONS; n++) {
        struct situation s = nth(n);
        const struct verb_row *row = verb_table(&s);
        bool moves =
            row->verb == VERB_MIRROR_SWITCH || row->verb == VERB_MIRROR_FORCE || row->verb == VERB_FAILOVER;

        assert_true(verb_row_fits(row, &s));
        /* Nothing moves away from a copy that serves. */
        assert_false(somebody_serves(&s) && moves);
        /* A fence needs two copies, and a failover that says which is right. */
        if (row->verb == VERB_FENCE)
            assert_true(somebody_serves(&s) && s.standby == STANDBY_RECOVERED && (s.moved || s.failed_over));
        /* Nobody fails over to what cannot be restored, nor to the copy that was left at a failover. */
        if (row->verb == VERB_FAILOVER)
            assert_true(s.standby == STANDBY_RESTORABLE ||
                        (s.standby == STANDBY_RECOVERED && (!s.moved || s.failed_over)));
        if (row->verb == VERB_MIRROR_SWITCH || row->verb == VERB_MIRROR_FORCE)
            assert_true(s.mirror == MIRROR_SYNCHRONIZED || s.mirror == MIRROR_BEHIND);
        /* A principal to which the mirror is connected lives. */
        if (s.connected && s.principal == PRINCIPAL_UNSEEN)
            assert_false(row->verb == VERB_MIRROR_FORCE && s.standby != STANDBY_RECOVERED);
        if (row->rescue == RESCUE_TAIL)
            assert_int_equal(s.principal, PRINCIPAL_BROKEN);
    }
}

/* ---- row by row ---- */

static const struct {
    const char *name;
    struct situation situation;
    enum verb verb;
    enum rescue rescue;
    enum expected_loss loss;
} rows[] = {
    {"the old primary returned",
     {PRINCIPAL_WRITABLE, MIRROR_DEAD, SHARE_READABLE, .standby = STANDBY_RECOVERED, .moved = true},
     VERB_FENCE,
     RESCUE_NONE,
     LOSS_NONE},
    {"it returned, and the mirror serves",
     {PRINCIPAL_DEAD, MIRROR_IS_PRINCIPAL, SHARE_READABLE, .standby = STANDBY_RECOVERED, .moved = true},
     VERB_FENCE,
     RESCUE_NONE,
     LOSS_NONE},
    {"it returned during the failover",
     {PRINCIPAL_WRITABLE, MIRROR_DEAD, SHARE_READABLE, .standby = STANDBY_RECOVERED, .failed_over = true},
     VERB_FENCE,
     RESCUE_NONE,
     LOSS_NONE},
    {"its mirror did",
     {PRINCIPAL_UNSEEN, MIRROR_IS_PRINCIPAL, SHARE_READABLE, .standby = STANDBY_RECOVERED,
      .failed_over = true},
     VERB_FENCE,
     RESCUE_NONE,
     LOSS_NONE},
    {"recovered by accident",
     {PRINCIPAL_WRITABLE, MIRROR_SYNCHRONIZED, SHARE_READABLE, .standby = STANDBY_RECOVERED},
     VERB_NONE,
     RESCUE_NONE,
     LOSS_NONE},
    {"recovered by accident, on the mirror",
     {PRINCIPAL_DEAD, MIRROR_IS_PRINCIPAL, SHARE_READABLE, .standby = STANDBY_RECOVERED},
     VERB_NONE,
     RESCUE_NONE,
     LOSS_NONE},
    {"state ahead of the database",
     {PRINCIPAL_WRITABLE, MIRROR_SYNCHRONIZED, SHARE_READABLE, .standby = STANDBY_RESTORABLE,
      .failed_over = true},
     VERB_NONE,
     RESCUE_NONE,
     LOSS_NONE},
    {"all is well",
     {PRINCIPAL_WRITABLE, MIRROR_SYNCHRONIZED, SHARE_READABLE, .standby = STANDBY_RESTORABLE},
     VERB_NONE,
     RESCUE_NONE,
     LOSS_NONE},
    {"the mirror took over",
     {PRINCIPAL_UNSEEN, MIRROR_IS_PRINCIPAL, SHARE_READABLE, .standby = STANDBY_RESTORABLE},
     VERB_NONE,
     RESCUE_NONE,
     LOSS_NONE},
    {"the serving site is down, the old copy is open",
     {PRINCIPAL_UNSEEN, MIRROR_DEAD, SHARE_READABLE, .standby = STANDBY_RECOVERED, .moved = true},
     VERB_NONE,
     RESCUE_NONE,
     LOSS_UNKNOWN},
    {"recovered by hand, the rest is left",
     {PRINCIPAL_DEAD, MIRROR_DEAD, SHARE_NOT_READABLE, .standby = STANDBY_RECOVERED, .failed_over = true},
     VERB_FAILOVER,
     RESCUE_NONE,
     LOSS_NONE},
    {"it is our path",
     {PRINCIPAL_UNSEEN, MIRROR_SYNCHRONIZED, SHARE_READABLE, .standby = STANDBY_RESTORABLE,
      .connected = true},
     VERB_NONE,
     RESCUE_NONE,
     LOSS_NONE},
    {"switch",
     {PRINCIPAL_BROKEN, MIRROR_SYNCHRONIZED, SHARE_READABLE, .standby = STANDBY_RESTORABLE,
      .connected = true},
     VERB_MIRROR_SWITCH,
     RESCUE_NONE,
     LOSS_NONE},
    {"await the witness",
     {PRINCIPAL_UNSEEN, MIRROR_SYNCHRONIZED, SHARE_READABLE, .standby = STANDBY_RESTORABLE,
      .witness_may_act = true},
     VERB_NONE,
     RESCUE_NONE,
     LOSS_NONE},
    {"its log has more than the mirror",
     {PRINCIPAL_BROKEN, MIRROR_BEHIND, SHARE_READABLE, .standby = STANDBY_RESTORABLE},
     VERB_FAILOVER,
     RESCUE_TAIL,
     LOSS_NONE},
    {"force without loss",
     {PRINCIPAL_DEAD, MIRROR_SYNCHRONIZED, SHARE_READABLE, .standby = STANDBY_RESTORABLE},
     VERB_MIRROR_FORCE,
     RESCUE_NONE,
     LOSS_NONE},
    {"force, after a fence",
     {PRINCIPAL_UNSEEN, MIRROR_SYNCHRONIZED, SHARE_READABLE, .standby = STANDBY_RESTORABLE},
     VERB_MIRROR_FORCE,
     RESCUE_NONE,
     LOSS_UNKNOWN},
    {"force with loss",
     {PRINCIPAL_DEAD, MIRROR_BEHIND, SHARE_READABLE, .standby = STANDBY_UNSEEN},
     VERB_MIRROR_FORCE,
     RESCUE_NONE,
     LOSS_UNKNOWN},
    {"broken, rescue the tail",
     {PRINCIPAL_BROKEN, MIRROR_DEAD, SHARE_READABLE, .standby = STANDBY_RESTORABLE},
     VERB_FAILOVER,
     RESCUE_TAIL,
     LOSS_NONE},
    {"broken, and the share too",
     {PRINCIPAL_BROKEN, MIRROR_DEAD, SHARE_NOT_READABLE, .standby = STANDBY_RESTORABLE},
     VERB_FAILOVER,
     RESCUE_TAIL,
     LOSS_UNCOPIED},
    {"only the mirror answers",
     {PRINCIPAL_DEAD, MIRROR_SYNCHRONIZED, SHARE_READABLE, .standby = STANDBY_RESTORABLE, .no_servers = true},
     VERB_FAILOVER,
     RESCUE_FORCE,
     LOSS_UNSHIPPED},
    {"only the mirror answers, no share",
     {PRINCIPAL_UNSEEN, MIRROR_BEHIND, SHARE_NOT_READABLE, .standby = STANDBY_RESTORABLE, .no_servers = true},
     VERB_FAILOVER,
     RESCUE_FORCE,
     LOSS_UNCOPIED},
    {"begun, the mirror answers",
     {PRINCIPAL_DEAD, MIRROR_SYNCHRONIZED, SHARE_READABLE, .standby = STANDBY_RESTORABLE,
      .failed_over = true},
     VERB_FAILOVER,
     RESCUE_FORCE,
     LOSS_UNSHIPPED},
    {"the site is lost",
     {PRINCIPAL_UNSEEN, MIRROR_DEAD, SHARE_READABLE, .standby = STANDBY_RESTORABLE, .no_servers = true},
     VERB_FAILOVER,
     RESCUE_NONE,
     LOSS_UNSHIPPED},
    {"and its share",
     {PRINCIPAL_DEAD, MIRROR_DEAD, SHARE_NOT_READABLE, .standby = STANDBY_RESTORABLE},
     VERB_FAILOVER,
     RESCUE_NONE,
     LOSS_UNCOPIED},
    {"the mirror is all there is",
     {PRINCIPAL_DEAD, MIRROR_SYNCHRONIZED, SHARE_READABLE, .standby = STANDBY_UNSEEN, .no_servers = true},
     VERB_MIRROR_FORCE,
     RESCUE_NONE,
     LOSS_UNKNOWN},
    {"nothing answers",
     {PRINCIPAL_UNSEEN, MIRROR_DEAD, SHARE_NOT_READABLE, .standby = STANDBY_UNSEEN},
     VERB_NONE,
     RESCUE_NONE,
     LOSS_UNKNOWN},
    {"a broken principal alone",
     {PRINCIPAL_BROKEN, MIRROR_DEAD, SHARE_READABLE, .standby = STANDBY_NOT_RESTORABLE},
     VERB_NONE,
     RESCUE_NONE,
     LOSS_UNKNOWN},
    {"nothing is left",
     {PRINCIPAL_DEAD, MIRROR_DEAD, SHARE_READABLE, .standby = STANDBY_NOT_RESTORABLE},
     VERB_NONE,
     RESCUE_NONE,
     LOSS_UNKNOWN},
};

static void each_row_by_its_situation(void **state)
{
    unsigned char *tested = test_calloc(verb_row_count, 1);

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct verb_row *row = verb_table(&rows[i].situation);

        if (row->verb != rows[i].verb || row->rescue != rows[i].rescue || row->loss != rows[i].loss)
            fail_msg("%s: %s, \"%s\"", rows[i].name, verb_name(row->verb), row->why);
        tested[row - verb_rows] = 1;
    }
    for (size_t i = 0; i < verb_row_count; i++)
        if (!tested[i])
            fail_msg("no case for: %s", verb_rows[i].why);
    test_free(tested);
}

/* ---- from looks ---- */

static void a_look_becomes_a_situation(void **state)
{
    static const struct {
        enum verb world, verb;
    } looks[] = {
        {VERB_MIRROR_FORCE, VERB_MIRROR_FORCE}, {VERB_FAILOVER, VERB_FAILOVER}, {VERB_FENCE, VERB_FENCE}};
    AUTO(look) struct look *healthy = fixture_look(NULL);
    struct situation situation = situation_of(healthy);

    (void)state;
    assert_int_equal(situation.principal, PRINCIPAL_WRITABLE);
    assert_int_equal(situation.mirror, MIRROR_SYNCHRONIZED);
    assert_int_equal(situation.standby, STANDBY_RESTORABLE);
    assert_true(situation.connected);
    assert_false(situation.failed_over || situation.moved || situation.no_servers);
    assert_int_equal(verb_table(&situation)->verb, VERB_NONE);
    for (size_t i = 0; i < COUNT(looks); i++) {
        AUTO(look) struct look *look = fixture_look_for(looks[i].world, ORIGIN_PERSON);

        situation = situation_of(look);
        if (verb_table(&situation)->verb != looks[i].verb)
            fail_msg("%s leads to: %s", verb_name(looks[i].world), verb_table(&situation)->why);
    }
}

static void principals_are_told_apart(void **state)
{
    static const struct {
        const char *state;
        bool read_only;
        enum seen_principal wanted;
    } copies[] = {
        {"ONLINE", false, PRINCIPAL_WRITABLE}, {"ONLINE", true, PRINCIPAL_BROKEN},
        {"SUSPECT", false, PRINCIPAL_BROKEN},  {"RECOVERY_PENDING", false, PRINCIPAL_BROKEN},
        {"OFFLINE", false, PRINCIPAL_DEAD},    {"RESTORING", false, PRINCIPAL_DEAD},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(copies); i++) {
        AUTO(look) struct look *look = fixture_look(NULL);

        fixture_state(look, "sqlpri1", copies[i].state);
        builder_at(look->snapshot, "sqlpri1")->database.rows[0].is_read_only =
            builder_num(copies[i].read_only);
        fixture_unmirror(look, "sqlpri1");
        fixture_unmirror(look, "sqlmir1");
        if (situation_of(look).principal != copies[i].wanted)
            fail_msg("%s", copies[i].state);
    }
}

static void an_unseen_principal_is_dead_when_it_is_fenced(void **state)
{
    AUTO(look) struct look *look = fixture_look(NULL);

    (void)state;
    fixture_lose(look, "sqlpri1", false);
    assert_int_equal(situation_of(look).principal, PRINCIPAL_UNSEEN);
    assert_true(situation_of(look).witness_may_act);
    fixture_fence(look, "sqlpri1", FENCE_OFF, 2000);
    assert_int_equal(situation_of(look).principal, PRINCIPAL_DEAD);
}

static void roles_that_were_exchanged_are_seen_so(void **state)
{
    AUTO(look) struct look *look = fixture_look(NULL);

    (void)state;
    builder_fail_over_mirror(look->snapshot);
    assert_int_equal(look_principal(look), PART_A_MIRROR);
    assert_int_equal(situation_of(look).mirror, MIRROR_IS_PRINCIPAL);
    /* Its principal is lost: the copy on A, still a mirror, says who it was. */
    builder_empty(look->snapshot, "sqlpri1", FACT_mirroring);
    *(struct mirroring_fact *)builder_add(look->snapshot, "sqlpri1", FACT_mirroring) =
        *fixture_mirroring(look, "sqlmir1");
    fixture_mirroring(look, "sqlpri1")->role = "MIRROR";
    fixture_mirroring(look, "sqlpri1")->state = "DISCONNECTED";
    fixture_lose(look, "sqlmir1", false);
    assert_int_equal(look_principal(look), PART_A_MIRROR);
    assert_int_equal(look_mirror(look), PART_A);
    assert_int_equal(situation_of(look).principal, PRINCIPAL_UNSEEN);
    assert_int_equal(situation_of(look).mirror, MIRROR_SYNCHRONIZED); /* the witness says so */
}

static void the_share_is_read_by_its_files_or_by_the_copy_job(void **state)
{
    AUTO(look) struct look *look = fixture_look(NULL);

    (void)state;
    assert_int_equal(situation_of(look).share, SHARE_NOT_READABLE);
    (void)fixture_file(look, FIXTURE_COPY_FOLDER, 0);
    assert_int_equal(situation_of(look).share, SHARE_NOT_READABLE);
    (void)fixture_file(look, BUILDER_SHARE, 0);
    assert_int_equal(situation_of(look).share, SHARE_READABLE);
    fixture_mask(look, "sqldr1", ACT_FACT_log_file, SIGHT_NOT_ASKED);
    assert_int_equal(situation_of(look).share, SHARE_READABLE);
    builder_run(look->snapshot, "sqldr1", 1, 3, "The network path was not found.");
    assert_int_equal(situation_of(look).share, SHARE_NOT_READABLE);
}

static void the_fence_goes_to_the_side_that_was_left(void **state)
{
    AUTO(look) struct look *recorded = fixture_look_for(VERB_FENCE, ORIGIN_PERSON);
    AUTO(look) struct look *under_way = fixture_look(NULL);
    enum part parts[2];

    (void)state;
    fence_parts(recorded, parts);
    assert_string_equal(recorded->cast.parts[parts[0]]->name, "sqlpri1");
    /* A copy of the ledger has missed how the failover ended: the one that counts knows. */
    fixture_run(recorded, FIXTURE_RUN, 7, "failover", "finished");
    *(struct ledger_run_fact *)fixture_add(recorded, "sqlpri1", ACT_FACT_ledger_run) =
        (struct ledger_run_fact){.run = builder_num(FIXTURE_RUN),
                                 .epoch = builder_num(6),
                                 .verb = "failover",
                                 .state = RUN_STATE_OPEN};
    fence_parts(recorded, parts);
    assert_string_equal(recorded->cast.parts[parts[0]]->name, "sqlpri1");
    fixture_run(under_way, FIXTURE_RUN, 7, "failover", RUN_STATE_OPEN);
    fence_parts(under_way, parts);
    assert_string_equal(under_way->cast.parts[parts[0]]->name, "sqlpri1");
    assert_true(situation_of(under_way).failed_over);
}

/* Without its principal the mirror that was left takes over by itself, and is a second copy all the same. */
static void a_mirror_that_was_left_and_opens_is_fenced(void **state)
{
    AUTO(look) struct look *look = fixture_look_for(VERB_FENCE, ORIGIN_PERSON);
    struct situation situation;

    (void)state;
    *(struct database_fact *)builder_add(look->snapshot, "sqlmir1", FACT_database) =
        builder_at(look->snapshot, "sqlpri1")->database.rows[0];
    fixture_unmirror(look, "sqlmir1");
    fixture_lose(look, "sqlpri1", false);
    situation = situation_of(look);
    assert_true(situation.moved);
    assert_int_equal(situation.standby, STANDBY_RECOVERED);
    assert_int_equal(verb_table(&situation)->verb, VERB_FENCE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_right_for_something),
        cmocka_unit_test(every_row_says_why_and_never_just_no),
        cmocka_unit_test(no_row_makes_a_second_copy_or_wastes_the_first),
        cmocka_unit_test(each_row_by_its_situation),
        cmocka_unit_test(a_look_becomes_a_situation),
        cmocka_unit_test(principals_are_told_apart),
        cmocka_unit_test(an_unseen_principal_is_dead_when_it_is_fenced),
        cmocka_unit_test(roles_that_were_exchanged_are_seen_so),
        cmocka_unit_test(the_share_is_read_by_its_files_or_by_the_copy_job),
        cmocka_unit_test(the_fence_goes_to_the_side_that_was_left),
        cmocka_unit_test(a_mirror_that_was_left_and_opens_is_fenced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
