/*
 * Whatever an agent's tables hold - any index, type, bytes and order -, only facts come of it.
 *
 * Input: one row after the other, each a column, an index, a type and a length with as many bytes.
 */
#include "base/utf8.h"
#include "observe/snmp/snmp_object.h"
#include "observe/snmp/snmp_services.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *at, *end;
};

static uint8_t next_byte(struct input *input)
{
    return input->at < input->end ? *input->at++ : 0;
}

/* Kinds of bytes have bytes, as a port promises. */
static struct snmp_value next_value(struct input *input, struct arena *arena)
{
    struct snmp_value value = {.kind = (enum snmp_kind)(next_byte(input) % (SNMP_KIND_NULL + 1))};
    size_t length = next_byte(input), left = (size_t)(input->end - input->at);

    length = length < left ? length : left;
    if (value.kind == SNMP_KIND_NUMBER || value.kind == SNMP_KIND_TICKS)
        value.number = (int64_t)length - 5;
    if (value.kind == SNMP_KIND_BYTES || value.kind == SNMP_KIND_NAME) {
        value.bytes = arena_text_n(arena, (const char *)input->at, length);
        value.length = length;
        input->at += length;
    }
    return value;
}

struct fuzzed_agent {
    struct snmp_port port; /* first */
    const uint8_t *data;
    size_t size;
};

static int fail(struct snmp_failure *failure)
{
    return snmp_fail(failure, SIGHT_TIMED_OUT, "it hangs", "wait");
}

static int get(struct snmp_port *port, const struct object_id *ids, size_t count, struct deadline deadline,
               struct arena *arena, struct snmp_value *ret_values, struct snmp_failure *ret_failure)
{
    const struct fuzzed_agent *agent = (const struct fuzzed_agent *)port;
    struct input input = {agent->data, agent->data + agent->size};

    (void)ids, (void)deadline;
    if (next_byte(&input) % 8 == 7)
        return fail(ret_failure);
    for (size_t i = 0; i < count; i++)
        ret_values[i] = next_value(&input, arena);
    return 0;
}

static void add_row(struct snmp_rows *rows, struct input *input, struct arena *arena)
{
    struct snmp_row *row = arena_push(arena, &rows->rows, &rows->count, sizeof(*row));
    size_t length = next_byte(input) % 4;
    uint32_t *index = arena_alloc(arena, 4 * sizeof(*index));

    for (size_t i = 0; i < length; i++)
        index[i] = next_byte(input);
    *row = (struct snmp_row){index, length, next_value(input, arena)};
}

static int walk(struct snmp_port *port, const struct object_id *root, size_t max_rows,
                struct deadline deadline, struct arena *arena, struct snmp_rows *ret_rows,
                struct snmp_failure *ret_failure)
{
    const struct fuzzed_agent *agent = (const struct fuzzed_agent *)port;
    struct input input = {agent->data, agent->data + agent->size};
    uint8_t column = (uint8_t)(root->parts[root->length - 1] + 8 * (root->length % 2));

    (void)deadline;
    *ret_rows = (struct snmp_rows){NULL, 0};
    while (input.at < input.end && ret_rows->count < max_rows) {
        uint8_t of = next_byte(&input);
        struct snmp_rows skipped = {NULL, 0};

        if (of == 0xFF)
            return fail(ret_failure);
        add_row(of % 16 == column ? ret_rows : &skipped, &input, arena);
    }
    return 0;
}

static void demand(bool kept)
{
    if (!kept)
        abort();
}

static void check_services(const struct service_facts *services)
{
    demand(services->count <= 20);
    demand(services->count == 0 || services->sighting.sight == SIGHT_SEEN);
    for (size_t i = 0; i < services->count; i++) {
        const struct service_fact *row = &services->rows[i];

        demand(row->display_name || row->path_name);
        demand(!row->display_name || utf8_valid(row->display_name));
        demand(!row->path_name || utf8_valid(row->path_name));
        demand(!row->name && !row->start_mode && !row->exit_code.known);
    }
}

static void check_object(struct snmp_port *port, struct arena *arena)
{
    struct snmp_object object;
    struct snmp_failure failure;

    if (snmp_get_object(port, "1.3.6.1", deadline_in_ms(clock_system(), 1000), arena, &object, &failure) != 0)
        return;
    demand(utf8_valid(snmp_object_text(&object, arena)));
    demand(snmp_object_vote(&object, snmp_object_text(&object, arena), NULL) != SNMP_VOTE_UNKNOWN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct snmp_port_ops ops = {get, walk, NULL};
    static const enum host_kind kinds[] = {HOST_CHAT_SERVER, HOST_FRONT_END, HOST_FILE_SERVER};
    struct fuzzed_agent agent = {{&ops}, data, size};
    const struct settings settings = settings_default();

    for (size_t i = 0; i < COUNT(kinds); i++) {
        AUTO(arena) struct arena *arena = arena_new();
        const struct snmp_scope scope = {kinds[i], &settings};
        struct host_snapshot host = {.kind = kinds[i]};

        snmp_ask_services(&agent.port, &scope, deadline_in_ms(clock_system(), 1000), arena, &host);
        demand(host.ways[WAY_SNMP].sight != SIGHT_NOT_ASKED);
        demand(host.os.count <= 1);
        check_services(&host.service);
        check_object(&agent.port, arena);
    }
    return 0;
}
