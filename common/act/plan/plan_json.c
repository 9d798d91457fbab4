#include "act/plan/plan_parts.h"
#include "model/json_text.h"

#include <string.h>

static void json_auto(json_t **json)
{
    json_decref(*json);
}

/* ---- writing ---- */

static void set_text(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, json_text(text));
}

static void set_number(json_t *object, const char *key, int64_t number)
{
    json_object_set_new(object, key, json_integer(number));
}

static json_t *sending_json(const struct sending *sending)
{
    json_t *object = json_object();

    set_number(object, "kind", sending->kind);
    set_text(object, "target", sending->target);
    set_text(object, "script", sending->script);
    set_text(object, "text", sending->text);
    set_text(object, "parameters", sending->parameters);
    set_text(object, "subject", sending->subject);
    json_object_set_new(object, "makes_writable", json_boolean(sending->makes_writable));
    json_object_set_new(object, "was_done", json_boolean(sending->was_done));
    json_object_set_new(object, "overridden", json_boolean(sending->overridden));
    return object;
}

static json_t *step_json(const struct plan_step *step)
{
    json_t *object = json_object(), *sendings = json_array();

    set_text(object, "id", step->step->id);
    set_text(object, "title", step->step->title);
    set_text(object, "phase", phase_name(step->step->phase));
    set_text(object, "state", step_state_name(step->state));
    set_text(object, "why", step->why);
    set_number(object, "estimate_s", step->estimate_s);
    for (size_t i = 0; i < step->sending_count; i++)
        json_array_append_new(sendings, sending_json(&step->sendings[i]));
    json_object_set_new(object, "sendings", sendings);
    return object;
}

static json_t *gate_json(const struct gate_verdict *verdict)
{
    json_t *object = json_object();

    set_text(object, "gate", gate_name(verdict->gate));
    set_number(object, "state", verdict->state);
    set_text(object, "observed", verdict->observed);
    set_text(object, "source", verdict->source);
    set_number(object, "age_ms", verdict->age_ms);
    set_text(object, "remedy", verdict->remedy);
    json_object_set_new(object, "overridden", json_boolean(verdict->overridden));
    return object;
}

static json_t *copy_json(const struct plan_copy *copy)
{
    json_t *object = json_object();

    set_text(object, "instance", copy->instance);
    set_text(object, "state", copy->state);
    set_text(object, "fork", copy->fork);
    return object;
}

static void set_lists(json_t *root, const struct plan *plan)
{
    json_t *steps = json_array(), *gates = json_array(), *copies = json_array(), *files = json_array();

    for (size_t i = 0; i < plan->step_count; i++)
        json_array_append_new(steps, step_json(&plan->steps[i]));
    for (size_t i = 0; i < plan->gate_count; i++)
        json_array_append_new(gates, gate_json(&plan->gates[i]));
    for (size_t i = 0; i < plan->copy_count; i++)
        json_array_append_new(copies, copy_json(&plan->copies[i]));
    for (size_t i = 0; i < plan->chain.file_count; i++)
        json_array_append_new(files, json_text(plan->chain.files[i]->backup_set_guid));
    json_object_set_new(root, "steps", steps);
    json_object_set_new(root, "gates", gates);
    json_object_set_new(root, "copies", copies);
    json_object_set_new(root, "log_files", files);
}

static void set_head(json_t *root, const struct plan *plan)
{
    set_number(root, "schema", PLAN_SCHEMA);
    set_text(root, "id", plan->id);
    set_text(root, "hash", plan->hash);
    set_text(root, "pool", plan->pool);
    set_text(root, "database", plan->database);
    set_text(root, "verb", verb_name(plan->verb));
    set_text(root, "origin", origin_name(plan->origin));
    set_text(root, "from_site", plan->from_site);
    set_text(root, "to_site", plan->to_site);
    set_number(root, "run", plan->run);
    set_number(root, "epoch", plan->epoch);
    set_number(root, "made_utc_ms", plan->made_utc_ms);
    set_text(root, "topology_sha256", plan->topology_sha256);
}

static void set_price(json_t *root, const struct plan *plan)
{
    json_object_set_new(root, "loss_known", json_boolean(plan->loss.known));
    set_number(root, "loss_bound_ms", plan->loss.bound_ms);
    set_text(root, "loss_words", plan->loss.words);
    set_number(root, "rescue", plan->rescue);
    set_text(root, "why", plan->why);
    set_text(root, "pool_state", plan->pool_state);
    set_text(root, "active_list", plan->active_list);
    json_object_set_new(root, "unproven", json_boolean(plan->unproven));
    set_number(root, "estimate_s", plan->estimate_s);
}

char *plan_to_json(const struct plan *plan)
{
    CLEANUP(json_auto) json_t *root = json_object();
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    set_head(root, plan);
    set_price(root, plan);
    set_lists(root, plan);
    json_print(root, &out);
    return strbuf_take(&out);
}

/* ---- reading ---- */

/* One document being read; the first thing that is wrong is said. */
struct reading {
    struct plan *plan;
    struct err *err;
    bool bad;
};

static void complain(struct reading *reading, const char *key)
{
    if (!reading->bad)
        err_set(reading->err, ERR_INPUT, "this is no plan: \"%s\" is missing or not what it should be", key);
    reading->bad = true;
}

/* NULL where it is null, or not there. */
static const char *get_text(struct reading *reading, const json_t *object, const char *key)
{
    return arena_text(reading->plan->arena, json_string_value(json_object_get(object, key)));
}

static const char *need_text(struct reading *reading, const json_t *object, const char *key)
{
    const char *text = get_text(reading, object, key);

    if (!text)
        complain(reading, key);
    return text ? text : "";
}

static int64_t need_number(struct reading *reading, const json_t *object, const char *key, int64_t least,
                           int64_t most)
{
    const json_t *number = json_object_get(object, key);
    int64_t value = json_integer_value(number);

    if (!json_is_integer(number) || value < least || value > most) {
        complain(reading, key);
        return least;
    }
    return value;
}

static bool get_bool(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

static void read_sending(struct reading *reading, const json_t *object, struct sending *sending)
{
    sending->kind = (enum sending_kind)need_number(reading, object, "kind", 0, SENDING_KIND_COUNT - 1);
    sending->target = need_text(reading, object, "target");
    sending->script = need_text(reading, object, "script");
    sending->text = get_text(reading, object, "text");
    sending->parameters = get_text(reading, object, "parameters");
    sending->subject = need_text(reading, object, "subject");
    sending->makes_writable = get_bool(object, "makes_writable");
    sending->was_done = get_bool(object, "was_done");
    sending->overridden = get_bool(object, "overridden");
}

static enum step_state read_state(struct reading *reading, const json_t *object)
{
    const char *name = need_text(reading, object, "state");

    for (enum step_state state = 0; state < STEP_STATE_COUNT; state++)
        if (strcmp(step_state_name(state), name) == 0)
            return state;
    complain(reading, "state");
    return STEP_UNKNOWN;
}

static void read_step(struct reading *reading, const json_t *object)
{
    struct plan *plan = reading->plan;
    struct plan_step *step = arena_push(plan->arena, &plan->steps, &plan->step_count, sizeof(*step));
    const json_t *item;
    size_t i;

    step->step = step_find(plan->verb, need_text(reading, object, "id"));
    if (!step->step)
        complain(reading, "steps");
    step->state = read_state(reading, object);
    step->why = get_text(reading, object, "why");
    step->estimate_s = need_number(reading, object, "estimate_s", 0, INT32_MAX);
    json_array_foreach(json_object_get(object, "sendings"), i, item)
        read_sending(reading, item,
                     arena_push(plan->arena, &step->sendings, &step->sending_count, sizeof(struct sending)));
}

static void read_gate(struct reading *reading, const json_t *object)
{
    struct plan *plan = reading->plan;
    struct gate_verdict *verdict = arena_push(plan->arena, &plan->gates, &plan->gate_count, sizeof(*verdict));

    if (!gate_parse(need_text(reading, object, "gate"), &verdict->gate))
        complain(reading, "gate");
    verdict->state = (enum gate_state)need_number(reading, object, "state", 0, GATE_STATE_COUNT - 1);
    verdict->observed = get_text(reading, object, "observed");
    verdict->source = get_text(reading, object, "source");
    verdict->age_ms = need_number(reading, object, "age_ms", -1, INT64_MAX);
    verdict->remedy = get_text(reading, object, "remedy");
    verdict->overridden = get_bool(object, "overridden");
}

static void read_copy(struct reading *reading, const json_t *object)
{
    struct plan *plan = reading->plan;
    struct plan_copy *copy = arena_push(plan->arena, &plan->copies, &plan->copy_count, sizeof(*copy));

    copy->instance = need_text(reading, object, "instance");
    copy->state = need_text(reading, object, "state");
    copy->fork = get_text(reading, object, "fork");
}

static void read_file(struct reading *reading, const json_t *guid)
{
    struct plan *plan = reading->plan;
    struct log_file_fact *file = arena_alloc(plan->arena, sizeof(*file));

    file->backup_set_guid = arena_text(plan->arena, json_string_value(guid));
    *(const struct log_file_fact **)arena_push(plan->arena, &plan->chain.files, &plan->chain.file_count,
                                               sizeof(const struct log_file_fact *)) = file;
}

static void read_list(struct reading *reading, const json_t *root, const char *key,
                      void (*read)(struct reading *reading, const json_t *item))
{
    const json_t *list = json_object_get(root, key), *item;
    size_t i;

    if (!json_is_array(list))
        complain(reading, key);
    json_array_foreach(list, i, item) read(reading, item);
}

static void read_identity(struct reading *reading, const json_t *root)
{
    struct plan *plan = reading->plan;

    need_number(reading, root, "schema", PLAN_SCHEMA, PLAN_SCHEMA);
    snprintf(plan->id, sizeof(plan->id), "%s", need_text(reading, root, "id"));
    snprintf(plan->hash, sizeof(plan->hash), "%s", need_text(reading, root, "hash"));
    if (!verb_parse(need_text(reading, root, "verb"), &plan->verb))
        complain(reading, "verb");
    plan->origin = strcmp(need_text(reading, root, "origin"), origin_name(ORIGIN_PERSON)) == 0
                       ? ORIGIN_PERSON
                       : ORIGIN_HANDLER;
    plan->run = need_number(reading, root, "run", 0, INT64_MAX);
    plan->epoch = need_number(reading, root, "epoch", 0, INT64_MAX);
    plan->made_utc_ms = need_number(reading, root, "made_utc_ms", 0, INT64_MAX);
}

static void read_head(struct reading *reading, const json_t *root)
{
    struct plan *plan = reading->plan;

    read_identity(reading, root);
    plan->pool = need_text(reading, root, "pool");
    plan->database = need_text(reading, root, "database");
    plan->from_site = need_text(reading, root, "from_site");
    plan->to_site = need_text(reading, root, "to_site");
    plan->topology_sha256 = get_text(reading, root, "topology_sha256");
    plan->loss.known = get_bool(root, "loss_known");
    plan->loss.bound_ms = need_number(reading, root, "loss_bound_ms", INT64_MIN, INT64_MAX);
    plan->loss.words = get_text(reading, root, "loss_words");
    plan->rescue = (enum rescue)need_number(reading, root, "rescue", 0, RESCUE_COUNT - 1);
    plan->why = get_text(reading, root, "why");
    plan->pool_state = get_text(reading, root, "pool_state");
    plan->active_list = get_text(reading, root, "active_list");
    plan->unproven = get_bool(root, "unproven");
    plan->estimate_s = need_number(reading, root, "estimate_s", 0, INT32_MAX);
}

struct plan *plan_from_json(const char *text, size_t length, struct err *err)
{
    json_error_t error;
    CLEANUP(json_auto) json_t *root = json_loadb(text, length, 0, &error);
    AUTO(plan) struct plan *plan = plan_blank();
    struct reading reading = {.plan = plan, .err = err};
    struct plan *read;

    if (!root) {
        err_set(err, ERR_INPUT, "this is no plan: %s", error.text);
        return NULL;
    }
    read_head(&reading, root);
    read_list(&reading, root, "steps", read_step);
    read_list(&reading, root, "gates", read_gate);
    read_list(&reading, root, "copies", read_copy);
    read_list(&reading, root, "log_files", read_file);
    if (reading.bad)
        return NULL;
    read = plan;
    plan = NULL;
    return read;
}
