#include "act/runner/wire.h"

#include "model/json_text.h"

#include <string.h>

static const char *const command_names[WIRE_COMMAND_COUNT] = {
    [WIRE_STATUS] = "status",         [WIRE_PLAN] = "plan",
    [WIRE_APPLY] = "apply",           [WIRE_APPROVE] = "approve",
    [WIRE_FENCE_WORD] = "fence-word", [WIRE_RESUME] = "resume",
    [WIRE_TAKEOVER] = "takeover",     [WIRE_ABANDON] = "abandon",
    [WIRE_PAUSE] = "pause",           [WIRE_RESUME_WATCHING] = "resume-watching",
    [WIRE_DOCTOR_ACT] = "doctor-act", [WIRE_DRILL] = "drill",
    [WIRE_STRANDED] = "stranded",
};

/* The members of a request by their keys: what is written is what is read. */
#define TEXT_MEMBERS(X) X(pool) X(verb) X(plan) X(by) X(reason) X(until) X(accept_loss) X(instance)
#define FLAG_MEMBERS(X)                                                                                      \
    X(without_secondary) X(leave_as_is) X(scripts) X(confirmed) X(release) X(copy_only) X(checkdb)

static void json_auto(json_t **json)
{
    json_decref(*json);
}

static void put_line(const json_t *object, struct strbuf *out)
{
    json_print_compact(object, out);
    strbuf_add_char(out, '\n');
}

static void set_list(json_t *object, const char *key, const char *const *items, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_text(items[i]));
    json_object_set_new(object, key, list);
}

void wire_put_request(const struct wire_request *request, struct strbuf *out)
{
    CLEANUP(json_auto) json_t *object = json_object();

    json_object_set_new(object, "command", json_text(command_names[request->command]));
#define SET_TEXT(member) json_object_set_new(object, #member, json_text(request->member));
#define SET_FLAG(member) json_object_set_new(object, #member, json_boolean(request->member));
    TEXT_MEMBERS(SET_TEXT)
    FLAG_MEMBERS(SET_FLAG)
#undef SET_TEXT
#undef SET_FLAG
    set_list(object, "objects", request->objects, request->object_count);
    set_list(object, "overrides", request->overrides, request->override_count);
    json_object_set_new(object, "run", json_integer(request->run));
    put_line(object, out);
}

static int get_command(const json_t *object, enum wire_command *ret_command, struct err *err)
{
    const char *name = json_string_value(json_object_get(object, "command"));

    for (enum wire_command command = 0; name && command < WIRE_COMMAND_COUNT; command++)
        if (strcmp(command_names[command], name) == 0) {
            *ret_command = command;
            return 0;
        }
    return err_set(err, ERR_INPUT, "the request names no command that this runner knows");
}

static size_t get_list(const json_t *list, struct arena *arena, const char **items)
{
    const json_t *item;
    size_t i, count = 0;

    json_array_foreach(list, i, item) if (count < WIRE_LIST_MAX && json_is_string(item)) items[count++] =
        arena_text(arena, json_string_value(item));
    return count;
}

/* NULL with *err where the line is no JSON object. */
static json_t *load(const char *line, size_t length, struct err *err)
{
    json_error_t error;
    json_t *object = length <= WIRE_LINE_MAX ? json_loadb(line, length, 0, &error) : NULL;

    if (json_is_object(object))
        return object;
    json_decref(object);
    err_set(err, ERR_INPUT, "what came over the socket is no JSON object");
    return NULL;
}

int wire_get_request(const char *line, size_t length, struct arena *arena, struct wire_request *ret_request,
                     struct err *err)
{
    CLEANUP(json_auto) json_t *object = load(line, length, err);
    struct wire_request request = {0};

    if (!object || get_command(object, &request.command, err) != 0)
        return -1;
#define GET_TEXT(member)                                                                                     \
    request.member = arena_text(arena, json_string_value(json_object_get(object, #member)));
#define GET_FLAG(member) request.member = json_is_true(json_object_get(object, #member));
    TEXT_MEMBERS(GET_TEXT)
    FLAG_MEMBERS(GET_FLAG)
#undef GET_TEXT
#undef GET_FLAG
    request.object_count = get_list(json_object_get(object, "objects"), arena, request.objects);
    request.override_count = get_list(json_object_get(object, "overrides"), arena, request.overrides);
    request.run = json_integer_value(json_object_get(object, "run"));
    *ret_request = request;
    return 0;
}

void wire_put_progress(const char *text, struct strbuf *out)
{
    CLEANUP(json_auto) json_t *object = json_object();

    json_object_set_new(object, "progress", json_text(text));
    put_line(object, out);
}

void wire_put_answer(int exit_code, const char *text, struct strbuf *out)
{
    CLEANUP(json_auto) json_t *object = json_object();

    json_object_set_new(object, "exit", json_integer(exit_code));
    json_object_set_new(object, "text", json_text(text));
    put_line(object, out);
}

int wire_get_answer(const char *line, size_t length, struct arena *arena, int *ret_exit,
                    const char **ret_text, struct err *err)
{
    CLEANUP(json_auto) json_t *object = load(line, length, err);
    const json_t *code;
    const char *text;

    if (!object)
        return -1;
    code = json_object_get(object, "exit");
    text = json_string_value(json_object_get(object, json_is_integer(code) ? "text" : "progress"));
    if (!text)
        return err_set(err, ERR_INPUT, "what came over the socket is no answer of a runner");
    *ret_exit = json_is_integer(code) ? (int)json_integer_value(code) : -1;
    *ret_text = arena_text(arena, text);
    return 0;
}
