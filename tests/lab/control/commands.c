#include "lab/control/commands.h"

#include "lab/control/lab.h"
#include "lab/control/order.h"

#include <string.h>

static const json_int_t advance_max_ms = 30LL * 86400 * 1000;

static const char *text_of(const json_t *request, const char *key)
{
    return json_string_value(json_object_get(request, key));
}

/* The result, or NULL with *err set. */
typedef json_t *(*command_function)(struct lab *lab, const json_t *request, struct err *err);

static json_t *do_state(struct lab *lab, const json_t *request, struct err *err)
{
    (void)request;
    (void)err;
    json_t *truth = world_truth(lab->world);
    json_object_set_new(truth, "lab",
                        json_pack("{s:I, s:I}", "virtual_ms", (json_int_t)lab->reached_ms, "speed",
                                  (json_int_t)lab->clock.speed));
    return truth;
}

static int read_params(const json_t *request, struct order *order, struct err *err)
{
    const char *key;
    json_t *value;

    json_object_foreach(json_object_get(request, "params"), key, value)
    {
        if (order->param_count == ORDER_PARAMS_MAX || !json_is_string(value))
            return err_set(err, ERR_INPUT, "param %s: expected text, and no more than %d of them", key,
                           ORDER_PARAMS_MAX);
        order->params[order->param_count++] = (struct world_param){key, json_string_value(value)};
    }
    return 0;
}

static json_t *give(struct lab *lab, const json_t *request, enum order_verb verb, struct err *err)
{
    struct order order = {
        .verb = verb, .name = text_of(request, "name"), .target = text_of(request, "target")};

    if (!order.name && verb != ORDER_CLEAR) {
        err_set(err, ERR_INPUT, "expected a name");
        return NULL;
    }
    if (read_params(request, &order, err) != 0 || order_apply(lab->world, &order, err) != 0)
        return NULL;
    return json_null();
}

static json_t *do_fault_set(struct lab *lab, const json_t *request, struct err *err)
{
    return give(lab, request, ORDER_FAULT, err);
}

static json_t *do_fault_clear(struct lab *lab, const json_t *request, struct err *err)
{
    return give(lab, request, ORDER_CLEAR, err);
}

static json_t *do_act(struct lab *lab, const json_t *request, struct err *err)
{
    return give(lab, request, ORDER_ACT, err);
}

static json_t *faults_set(const struct world *world)
{
    json_t *set = json_array();

    for (size_t i = 0; i < world_fault_count(world); i++) {
        const char *target = NULL;
        const char *name = world_fault_name(world, i, &target);
        json_array_append_new(set, json_pack("{s:s, s:s?}", "name", name, "target", target));
    }
    return set;
}

static json_t *catalogue(const struct fault_info *(*info_at)(size_t index))
{
    json_t *known = json_array();
    const struct fault_info *info;

    for (size_t i = 0; (info = info_at(i)) != NULL; i++)
        json_array_append_new(known,
                              json_pack("{s:s, s:s?, s:s, s:s}", "name", info->name, "default_target",
                                        info->default_target, "params", info->params, "help", info->help));
    return known;
}

static json_t *do_fault_list(struct lab *lab, const json_t *request, struct err *err)
{
    (void)request;
    (void)err;
    return json_pack("{s:o, s:o, s:o}", "set", faults_set(lab->world), "faults", catalogue(world_fault_info),
                     "acts", catalogue(world_act_info));
}

/* A whole number in minimum..maximum. */
static int read_number(const json_t *request, const char *key, json_int_t maximum, json_int_t *ret,
                       struct err *err)
{
    const json_t *value = json_object_get(request, key);

    if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > maximum)
        return err_set(err, ERR_INPUT, "%s: expected a whole number from 0 to %lld", key, (long long)maximum);
    *ret = json_integer_value(value);
    return 0;
}

static json_t *do_clock_advance(struct lab *lab, const json_t *request, struct err *err)
{
    json_int_t ms = 0;

    if (read_number(request, "ms", advance_max_ms, &ms, err) != 0)
        return NULL;
    virtual_clock_skip(&lab->clock, ms);
    lab_advance(lab);
    return json_null();
}

static json_t *do_clock_speed(struct lab *lab, const json_t *request, struct err *err)
{
    json_int_t speed = 0;

    if (read_number(request, "speed", VIRTUAL_SPEED_MAX, &speed, err) != 0)
        return NULL;
    virtual_clock_set_speed(&lab->clock, speed);
    return json_null();
}

static json_t *do_stop(struct lab *lab, const json_t *request, struct err *err)
{
    (void)request;
    (void)err;
    lab_stop(lab);
    return json_null();
}

static const struct {
    const char *name;
    command_function function;
} commands[] = {
    {"state", do_state},
    {"fault.set", do_fault_set},
    {"fault.clear", do_fault_clear},
    {"fault.list", do_fault_list},
    {"act", do_act},
    {"clock.advance", do_clock_advance},
    {"clock.speed", do_clock_speed},
    {"stop", do_stop},
};

static json_t *run(struct lab *lab, const json_t *request, struct err *err)
{
    const char *name = text_of(request, "command");

    for (size_t i = 0; name && i < COUNT(commands); i++)
        if (strcmp(name, commands[i].name) == 0)
            return commands[i].function(lab, request, err);
    err_set(err, ERR_INPUT, "%s: no such command", name ? name : "(none)");
    return NULL;
}

json_t *commands_answer(struct lab *lab, const json_t *request)
{
    struct err err = ERR_INIT;

    lab_advance(lab);
    json_t *result = run(lab, request, &err);
    lab_refresh(lab); /* who has the answer finds the wire as ordered */
    if (!result)
        return json_pack("{s:b, s:s}", "ok", 0, "error", err.text);
    return json_pack("{s:b, s:o}", "ok", 1, "result", result);
}
