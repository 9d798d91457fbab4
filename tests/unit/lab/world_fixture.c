#include "unit/lab/world_fixture.h"

#include "base/strbuf.h"

#include <stdio.h>
#include <string.h>

static struct world_config small_config(void)
{
    struct world_config config = world_config_default();

    config.history_s = 2LL * 3600;
    return config;
}

struct world *fixture_world(void)
{
    struct world_config config = small_config();

    return world_new(&config);
}

struct world *fixture_world_without_witness(void)
{
    struct world_config config = small_config();

    config.without_witness = true;
    return world_new(&config);
}

void fixture_free(struct world *world)
{
    world_free(world);
}

/* --- faults and acts --- */

enum { PARAMS_MAX = 6 };

struct params {
    char text[256];
    struct world_param list[PARAMS_MAX];
    size_t count;
};

static void split(const char *text, struct params *params)
{
    char *rest = params->text, *word;

    params->count = 0;
    snprintf(params->text, sizeof params->text, "%s", text ? text : "");
    while ((word = strsep(&rest, " ")) != NULL) {
        char *value = strchr(word, '=');
        if (!value)
            continue;
        *value = '\0';
        params->list[params->count++] = (struct world_param){word, value + 1};
    }
}

void fixture_set(struct world *world, const char *fault, const char *target, const char *params)
{
    struct params split_params;
    struct err err = ERR_INIT;

    split(params, &split_params);
    if (world_fault_set(world, fault, target, split_params.list, split_params.count, &err) != 0)
        fail_msg("fault %s: %s", fault, err.text);
}

void fixture_clear(struct world *world, const char *fault, const char *target)
{
    struct err err = ERR_INIT;

    if (world_fault_clear(world, fault, target, &err) != 0)
        fail_msg("clear %s: %s", fault, err.text);
}

void fixture_act(struct world *world, const char *act, const char *target, const char *params)
{
    struct params split_params;
    struct err err = ERR_INIT;

    split(params, &split_params);
    if (world_act(world, act, target, split_params.list, split_params.count, &err) != 0)
        fail_msg("act %s: %s", act, err.text);
}

const char *fixture_refused_act(struct world *world, const char *act, const char *target, const char *params)
{
    static struct err err;
    struct params split_params;

    split(params, &split_params);
    assert_int_equal(world_act(world, act, target, split_params.list, split_params.count, &err), -1);
    return err.text;
}

const char *fixture_refused_set(struct world *world, const char *fault, const char *target,
                                const char *params)
{
    static struct err err;
    struct params split_params;

    split(params, &split_params);
    assert_int_equal(world_fault_set(world, fault, target, split_params.list, split_params.count, &err), -1);
    return err.text;
}

void fixture_pass_s(struct world *world, int64_t seconds)
{
    world_advance(world, seconds * 1000);
}

static void do_word(struct world *world, char *step)
{
    char *name = strsep(&step, " "), *target = NULL;

    if (step && !strchr(step, '='))
        target = step, step = NULL;
    else if (step && strchr(step, ' ') && strchr(step, ' ') < strchr(step, '='))
        target = strsep(&step, " ");
    if (*name == '+')
        fixture_pass_s(world, strtoll(name + 1, NULL, 10) * 60);
    else if (*name == '!')
        fixture_clear(world, name + 1, target);
    else if (*name == '.')
        fixture_act(world, name + 1, target, step);
    else
        fixture_set(world, name, target, step);
}

void fixture_do(struct world *world, const char *steps)
{
    char text[1024], *rest = text, *step;

    snprintf(text, sizeof text, "%s", steps);
    while ((step = strsep(&rest, ";")) != NULL) {
        step += strspn(step, " ");
        if (*step)
            do_word(world, step);
    }
}

/* --- looking --- */

struct database *fixture_mgc(struct world *world, const char *instance)
{
    return database_find(world_instance(world, instance), "mgc");
}

static int last_session(const struct shipping *shipping, enum ls_agent_type type)
{
    int newest = 0;

    for (size_t i = 0; i < shipping->history_details.count; i++)
        if (shipping->history_details.rows[i].agent_type == type &&
            shipping->history_details.rows[i].session_id > newest)
            newest = shipping->history_details.rows[i].session_id;
    return newest;
}

enum ls_status fixture_last_status(struct world *world, const char *instance, enum ls_agent_type type)
{
    const struct shipping *shipping = &world_instance(world, instance)->shipping;
    int session = last_session(shipping, type);
    enum ls_status status = LS_STARTING;

    for (size_t i = 0; i < shipping->history_details.count; i++)
        if (shipping->history_details.rows[i].session_id == session)
            status = shipping->history_details.rows[i].session_status;
    return status;
}

const char *fixture_last_error(struct world *world, const char *instance, enum ls_agent_type type)
{
    static char text[8192];
    const struct shipping *shipping = &world_instance(world, instance)->shipping;
    int session = last_session(shipping, type);

    text[0] = '\0';
    for (size_t i = 0; i < shipping->error_details.count; i++)
        if (shipping->error_details.rows[i].session_id == session)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s\n",
                     shipping->error_details.rows[i].message);
    return text;
}

bool fixture_last_run_says(struct world *world, const char *instance, enum ls_agent_type type,
                           const char *text)
{
    const struct shipping *shipping = &world_instance(world, instance)->shipping;
    int session = last_session(shipping, type);

    for (size_t i = 0; i < shipping->history_details.count; i++)
        if (shipping->history_details.rows[i].session_id == session &&
            strstr(shipping->history_details.rows[i].message, text))
            return true;
    return false;
}

double fixture_truth(struct world *world, const char *path)
{
    json_t *truth = world_truth(world);
    const json_t *at = truth;
    char parts[128], *rest = parts, *part;
    double value;

    snprintf(parts, sizeof parts, "%s", path);
    while ((part = strsep(&rest, ".")) != NULL)
        at = json_object_get(at, part);
    if (!json_is_number(at))
        fail_msg("the truth has no number %s", path);
    value = json_number_value(at);
    json_decref(truth);
    return value;
}

size_t fixture_writable_count(struct world *world)
{
    json_t *truth = world_truth(world);
    size_t count = json_array_size(json_object_get(truth, "writable"));

    json_decref(truth);
    return count;
}
