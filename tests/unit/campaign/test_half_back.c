/*
 * A failback starts from where people have left the pool: from each row of the state table that a failback
 * passes, from what is half done by hand, from what is in its way.  What is in its way is said while
 * everybody is served, with the remedy, and once that was followed chat goes home.
 */
#include "act/stranded/stranded.h"
#include "unit/campaign/scene.h"
#include "unit/cmocka_unit.h"

#include <stdlib.h>
#include <string.h>

enum { HINDRANCES_MOST = 4 };

/* What stands in the way, what is said then, and what is done about it: words to the world, a verb, or that
 * it is told what one copy alone holds. */
struct hindrance {
    const char *words[2], *says;
    const char *cures[2];
    enum verb verb; /* that the DBA carries out instead */
    bool tells;
};

#define BACKED_UP ".step_clear_active_list", ".step_unmirror_backup", ".step_back_up_backup"
#define RESTORED  BACKED_UP, ".step_restore_primary"
#define SERVED                                                                                               \
    ".start_service pc1 enable=yes", ".start_service pc2 enable=yes", ".step_activate_primary servers=pc1,pc2"

#define CLOSE_STANDBY "SQL ALTER DATABASE [mgc] SET READ_ONLY WITH ROLLBACK IMMEDIATE; SELECT 1 AS done"

static const struct start {
    const char *name;
    const char *words[SCENE_WORDS_MOST];
    struct hindrance hindrances[HINDRANCES_MOST];
    bool left_over; /* the primary site serves already: no seed is sent */
} starts[] = {
    {"22, 23: a mirror in the backup site, and what may be in the way",
     {".step_mirror_backup"},
     {{{"product sqldr1 version=13.0.5026"},
       "versions - sqldr1 is SQL Server 13.0.5026.0, sqlpri1 is 12.0.6024.0",
       {"!product sqldr1"},
       VERB_NONE,
       false},
      {{"instance_down sqlmir1"},
       "the recover guard would not pass sqlmir1: not seen",
       {"!instance_down sqlmir1"},
       VERB_NONE,
       false},
      {{"database_closed sqlpri1 state=offline"},
       "what sqlpri1 alone holds cannot be read: its copy is offline",
       {"!database_closed sqlpri1"},
       VERB_NONE,
       false},
      {{"share_full"}, "sqlpri1 answers: Msg 3202", {"!share_full"}, VERB_NONE, false}},
     false},
    {"26: the list is empty, mirroring off, a backup taken",
     {BACKED_UP},
     {{{NULL}, NULL, {NULL}, VERB_NONE, false}},
     false},
    {"26: the primary was rebuilt, and is empty",
     {".step_rebuild_primary", ".step_clear_active_list"},
     {{{NULL}, "sqlpri1 is open, too -> pchatctl plan fence", {NULL}, VERB_FENCE, false}},
     false},
    {"27: restored by hand",
     {RESTORED},
     {{{NULL}, "sqlpri1 is open, too -> pchatctl plan fence", {NULL}, VERB_FENCE, false}},
     false},
    {"28: the primary's servers are active, the pool is failed over",
     {RESTORED, SERVED},
     {{{NULL}, "sqlpri1 is open, too -> pchatctl plan fence", {NULL}, VERB_FENCE, false}},
     false},
    {"29: normal and active, the backup site's copy is open still",
     {RESTORED, ".step_set_normal", SERVED},
     {{{NULL},
       "sqlpri1 is open, too, and is what chat writes into -> if it was brought home by hand: close sqldr1",
       {CLOSE_STANDBY},
       VERB_NONE,
       false},
      {{NULL}, "what sqldr1 alone holds was not told", {NULL}, VERB_NONE, true}},
     true},
    {"30: the servers know what the store does not",
     {RESTORED, SERVED, "pool_state_mismatch dub"},
     {{{NULL},
       "sqlpri1 is open, too, and is what chat writes into -> if it was brought home by hand: close sqldr1",
       {CLOSE_STANDBY, "!pool_state_mismatch dub"},
       VERB_NONE,
       false},
      {{NULL}, "what sqldr1 alone holds was not told", {NULL}, VERB_NONE, true}},
     true},
    {"all is done by hand but the ledger's word",
     {".failback_by_hand"},
     {{{NULL}, NULL, {NULL}, VERB_NONE, false}},
     true},
};

static void say(struct scene *scene, const char *words)
{
    const char *const one[] = {words, NULL};

    if (strncmp(words, "SQL ", 4) == 0)
        scene_type(scene, words + 4);
    else
        scene_say(scene, one);
}

static double truth_number(const struct scene *scene, const char *key)
{
    json_t *truth = campaign_world_truth(scene->campaign->world);
    double number = json_number_value(json_object_get(truth, key));

    json_decref(truth);
    return number;
}

/* Goes on with what is open.  Who passes nothing is told what there is to pass. */
static struct engine_result ask(struct scene *scene, bool is_open, bool passes)
{
    const struct workshop *shop = &scene->runner->shop;
    struct job_request request = request_of_dba(VERB_FAILBACK);
    struct err err = ERR_INIT;
    AUTO(plan) struct plan *plan = NULL;

    if (!passes)
        request.override_count = 0;
    if (is_open)
        return job_resume(shop, &request, scene->arena);
    plan = job_plan(shop, &request, &err);
    if (!plan)
        fail_msg("%s", err.text);
    return job_apply(shop, plan->id, &request, scene->arena);
}

/* As pchatctl stranded does; how many they are. */
static int64_t tell_stranded(struct scene *scene)
{
    const struct engine_ports *ports = &scene->runner->shop.ports;
    AUTO(look) struct look *look = ports->looker.look(ports->looker.user, false);
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    char folder[] = "/tmp/test_half_back.XXXXXX";
    const struct stranding stranding = {look, ports->sql, ports->clock, mkdtemp(folder)};
    const struct stranding_outcome outcome = stranded_find(&stranding, scene->arena, &text);
    const struct ledger_note note = {
        .kind = NOTE_STRANDED, .object = outcome.object, .person = "dba", .text = outcome.note};
    struct err err = ERR_INIT;

    if (!outcome.note || job_say(&scene->runner->shop, &note, &err) != 0)
        fail_msg("nothing is told: %s%s", strbuf_text(&text), err.text);
    assert_int_equal(system(arena_format(scene->arena, "rm -r %s", folder)), 0);
    return strtoll(outcome.note, NULL, 10); /* "none": 0 */
}

static bool is_served(const struct scene *scene)
{
    json_t *truth = campaign_world_truth(scene->campaign->world);
    bool is_open = json_array_size(json_object_get(truth, "writable")) > 0;

    json_decref(truth);
    return is_open;
}

/* How it goes. */
struct course {
    struct scene *scene;
    const struct start *start;
    bool is_open;    /* a run is */
    int64_t missing; /* messages that the copy which serves at the end lacks, as people know by then */
};

/* Said before anybody is put off. */
static void hear(struct course *course, const struct hindrance *hindrance)
{
    const struct engine_result result = ask(course->scene, course->is_open, false);

    if (result.end == ENGINE_DONE || !strstr(result.why, hindrance->says))
        fail_msg("%s: %s at %s: %s; expected %s", course->start->name, engine_end_name(result.end),
                 result.step, result.why, hindrance->says);
    if (!is_served(course->scene) || scene_times_received(course->scene, "-ActiveServers $null"))
        fail_msg("%s: %s: users were put off", course->start->name, hindrance->says);
    course->is_open |= *result.step != '\0';
}

static void meet(struct course *course, const struct hindrance *hindrance)
{
    struct engine_result result;

    for (size_t i = 0; i < COUNT(hindrance->words) && hindrance->words[i]; i++)
        say(course->scene, hindrance->words[i]);
    hear(course, hindrance);
    for (size_t i = 0; i < COUNT(hindrance->cures) && hindrance->cures[i]; i++)
        say(course->scene, hindrance->cures[i]);
    if (hindrance->tells)
        course->missing += tell_stranded(course->scene);
    if (hindrance->verb == VERB_NONE)
        return;
    result = scene_carry_out(course->scene, hindrance->verb);
    scene_assert_ends(course->start->name, &result, ENGINE_DONE);
}

/* The ledger knows it. */
static void assert_at_home(struct scene *scene, const char *name)
{
    const struct job_request nobody = {.origin = ORIGIN_HANDLER};
    const struct watch_outcome outcome = job_watch(&scene->runner->shop, &nobody, false, scene->arena);

    if (!outcome.at_home || outcome.open_run)
        fail_msg("%s: the ledger does not say so: %s", name, outcome.result.why);
}

static void assert_home(const struct course *course, double written_twice_s)
{
    struct scene *scene = course->scene;
    const char *name = course->start->name;

    scene_assert_serves_but(scene, name, "sqlpri1", "normal", "pc1", course->missing);
    if (truth_number(scene, "writer_overlap_s") > written_twice_s)
        fail_msg("%s: two copies were written", name);
    assert_int_equal(scene_times_received(scene, "NORECOVERY, REPLACE") > 0, !course->start->left_over);
    assert_at_home(scene, name);
}

static void go_home_from(const struct start *start)
{
    struct course course = {.start = start};
    struct engine_result result;
    double written_twice_s;

    scene_set_up((void **)&course.scene);
    course.missing = scene_return_fenced(course.scene);
    written_twice_s = truth_number(course.scene, "writer_overlap_s");
    for (size_t i = 0; i < SCENE_WORDS_MOST && start->words[i]; i++)
        say(course.scene, start->words[i]);
    for (size_t i = 0; i < HINDRANCES_MOST && start->hindrances[i].says; i++)
        meet(&course, &start->hindrances[i]);
    course.scene->overlap_s = truth_number(course.scene, "writable_overlap_s"); /* by hand; none is added */
    result = ask(course.scene, course.is_open, true);
    scene_assert_ends(start->name, &result, ENGINE_DONE);
    assert_home(&course, written_twice_s);
    scene_tear_down((void **)&course.scene);
}

static void a_failback_goes_on_from_what_was_done_by_hand(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(starts); i++)
        go_home_from(&starts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failback_goes_on_from_what_was_done_by_hand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
