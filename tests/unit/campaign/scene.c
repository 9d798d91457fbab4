#include "unit/campaign/scene.h"

#include "base/mem.h"
#include "base/strbuf.h"
#include "unit/cmocka_unit.h"

#include <stdlib.h>
#include <string.h>

/* ---- what servers received ---- */

/* Of the runner alone; a person's acts come in by no session. */
static void keep(void *user, const struct received *received)
{
    struct scene *scene = user;
    const bool is_sql = strcmp(received->way, "sql") == 0;

    if (strcmp(is_sql ? received->program : received->who, is_sql ? "runner1" : "LITWARE\\admin") == 0)
        *(struct kept *)arena_push(scene->arena, &scene->kept, &scene->kept_count, sizeof(struct kept)) =
            (struct kept){arena_text(scene->arena, received->where),
                          arena_text(scene->arena, received->text)};
}

size_t scene_times_received(const struct scene *scene, const char *words)
{
    size_t times = 0;

    for (size_t i = 0; i < scene->kept_count; i++)
        times += strstr(scene->kept[i].text, words) != NULL;
    return times;
}

/* ---- the runner ---- */

struct sql_rows scene_type(struct scene *scene, const char *sql)
{
    struct seat *dba =
        seat_new(scene->campaign, &(struct seat_config){.sql_user = "pchat_admin", .program = "SSMS"});
    const struct topology_sql *standby = &scene->campaign->pool->sites[1].sql[0];
    struct deadline deadline = deadline_in_ms(&dba->clock.clock, SCENE_MINUTE_MS);
    const char *_Atomic doing = NULL;
    struct sql_failure failure = {0};
    struct sql_rows rows = {0};
    struct sql_port *port =
        dba->sql_opener.open(dba->sql_opener.user, standby, deadline, scene->arena, &doing, &failure);

    if (!port || port->ops->query(port, sql, 100, deadline, scene->arena, &rows, &failure) != 0)
        fail_msg("%s: %s", failure.text ? failure.text : "no answer", sql);
    sql_port_close(port);
    return rows;
}

static void act_at_step(void *user, const struct plan_step *step, const struct sending *sending,
                        const char *why)
{
    struct scene *scene = user;
    struct err err = ERR_INIT;

    (void)sending;
    (void)why;
    if (!scene->at_step || strcmp(step->step->id, scene->at_step) != 0 || scene->has_acted)
        return;
    scene->has_acted = true;
    if (scene->act)
        scene->act(scene);
    else if (scene->later_ms)
        campaign_plan(scene->campaign, campaign_now_ms(scene->campaign) + scene->later_ms, scene->words);
    else if (strncmp(scene->words, "EXEC ", 5) == 0)
        scene_type(scene, scene->words);
    else if (campaign_world_do(scene->campaign->world, scene->words, &err) != 0)
        fail_msg("%s: %s", scene->words, err.text);
}

static bool is_told_to_stop(void *user)
{
    return ((const struct scene *)user)->stops;
}

static int set_up(void **state, const struct campaign_config *config)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    struct err err = ERR_INIT;

    scene->campaign = campaign_new(config, &err);
    assert_non_null(scene->campaign);
    scene->arena = arena_new();
    scene->switchboard = (struct switchboard){.campaign = scene->campaign, .is_off = true};
    scene->runner = runner_seat_new(scene->campaign, "runner1", ":memory:", &scene->switchboard, &err);
    assert_non_null(scene->runner);
    scene->runner->shop.ports.progress = act_at_step;
    scene->runner->shop.ports.stop = is_told_to_stop;
    scene->runner->shop.ports.user = scene;
    campaign_world_listen(scene->campaign->world, &(struct receiver){keep, scene});
    *state = scene;
    return 0;
}

int scene_set_up(void **state)
{
    return set_up(state, &(struct campaign_config){.history_s = 1800});
}

int scene_set_up_mirrored(void **state)
{
    return set_up(state, &(struct campaign_config){.history_s = 1800, .names_mirror_share = true});
}

int scene_tear_down(void **state)
{
    struct scene *scene = *state;

    runner_seat_free(scene->runner);
    campaign_free(scene->campaign);
    arena_free(scene->arena);
    free(scene);
    return 0;
}

void scene_say(struct scene *scene, const char *const *words)
{
    for (size_t i = 0; i < SCENE_WORDS_MOST && words[i]; i++) {
        struct err err = ERR_INIT;

        if (campaign_world_do(scene->campaign->world, words[i], &err) != 0)
            fail_msg("%s: %s", words[i], err.text);
        campaign_advance(scene->campaign, 10LL * SCENE_SECOND_MS);
    }
    campaign_advance(scene->campaign, SCENE_MINUTE_MS);
}

static struct job_request request_of(const struct scene *scene)
{
    return request_of_dba(scene->verb ? scene->verb : VERB_FAILOVER);
}

struct plan *scene_plan(struct scene *scene)
{
    const struct job_request request = request_of(scene);
    struct err err = ERR_INIT;
    struct plan *plan = job_plan(&scene->runner->shop, &request, &err);

    if (!plan)
        fail_msg("%s", err.text);
    return plan;
}

struct engine_result scene_apply(struct scene *scene, const struct plan *plan)
{
    const struct job_request request = request_of(scene);

    return job_apply(&scene->runner->shop, plan->id, &request, scene->arena);
}

struct engine_result scene_resume(struct scene *scene)
{
    const struct job_request request = request_of(scene);

    return job_resume(&scene->runner->shop, &request, scene->arena);
}

void scene_assert_ends(const char *name, const struct engine_result *result, enum engine_end end)
{
    if (result->end != end)
        fail_msg("%s: %s at %s: %s", name, engine_end_name(result->end), result->step,
                 result->why ? result->why : "");
}

struct engine_result scene_put_back(struct scene *scene)
{
    const struct job_request request = request_of(scene);

    return job_put_back(&scene->runner->shop, &request, scene->arena);
}

struct engine_result scene_leave(struct scene *scene)
{
    const struct job_request request = request_of(scene);

    return job_leave(&scene->runner->shop, &request, scene->arena);
}

/* ---- the truth ---- */

static const char *text_of(const json_t *truth, const char *key)
{
    const char *text = json_string_value(json_object_get(truth, key));

    return text ? text : "";
}

static const char *joined(struct arena *arena, const json_t *list)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < json_array_size(list); i++)
        strbuf_format(&out, "%s%s", i ? " " : "", json_string_value(json_array_get(list, i)));
    return arena_text(arena, strbuf_text(&out));
}

int64_t scene_written(struct scene *scene)
{
    json_t *truth = campaign_world_truth(scene->campaign->world);
    int64_t count = json_integer_value(json_object_get(truth, "messages_written"));

    json_decref(truth);
    return count;
}

void scene_assert_serves_but(struct scene *scene, const char *name, const char *copy, const char *state,
                             const char *server, int64_t lost_most)
{
    json_t *truth = campaign_world_truth(scene->campaign->world);
    const json_t *mgc = json_object_get(json_object_get(json_object_get(truth, "instances"), copy), "mgc");
    const json_t *store = json_object_get(json_object_get(truth, "chat"), "store");
    const char *open = joined(scene->arena, json_object_get(truth, "writable")),
               *active = joined(scene->arena, json_object_get(store, "active_servers"));
    const int64_t before = scene_written(scene);

    if (strcmp(open, copy) != 0 || strcmp(text_of(truth, "pool_state"), state) != 0 ||
        !strstr(active, server))
        fail_msg("%s: %s open, %s, active %s", name, open, text_of(truth, "pool_state"), active);
    if (json_number_value(json_object_get(truth, "writable_overlap_s")) > scene->overlap_s)
        fail_msg("%s: two copies were open at the same time", name);
    if (json_integer_value(json_object_get(mgc, "lost_if_survivor")) > lost_most)
        fail_msg("%s: %lld messages are lost", name,
                 (long long)json_integer_value(json_object_get(mgc, "lost_if_survivor")));
    json_decref(truth);
    campaign_advance(scene->campaign, 5LL * SCENE_MINUTE_MS);
    if (scene_written(scene) == before)
        fail_msg("%s: nobody writes", name);
}

void scene_assert_serves(struct scene *scene, const char *name, const char *copy, const char *state,
                         const char *server)
{
    scene_assert_serves_but(scene, name, copy, state, server, 0);
}

/* ---- moves ---- */

struct engine_result scene_carry_out(struct scene *scene, enum verb verb)
{
    AUTO(plan) struct plan *plan = NULL;

    scene->verb = verb;
    plan = scene_plan(scene);
    return scene_apply(scene, plan);
}

int64_t scene_return_fenced(struct scene *scene)
{
    static const char *const lost[] = {"site_down dub", ".step_move_store", NULL},
                             *const back[] = {".old_primary_returned", NULL};
    struct engine_result result;
    json_t *truth;
    int64_t missing;

    scene->switchboard.is_honest = true;
    scene_say(scene, lost);
    result = scene_carry_out(scene, VERB_FAILOVER);
    scene_assert_ends("failover", &result, ENGINE_DONE);
    scene_say(scene, back);
    result = scene_carry_out(scene, VERB_FENCE);
    scene_assert_ends("fence", &result, ENGINE_DONE);
    campaign_advance(scene->campaign, 20LL * SCENE_MINUTE_MS);
    truth = campaign_world_truth(scene->campaign->world);
    scene->overlap_s = json_number_value(json_object_get(truth, "writable_overlap_s"));
    missing = json_integer_value(json_object_get(
        json_object_get(json_object_get(json_object_get(truth, "instances"), "sqldr1"), "mgc"),
        "lost_if_survivor"));
    json_decref(truth);
    return missing;
}
