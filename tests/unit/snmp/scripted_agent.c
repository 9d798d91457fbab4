#include "unit/snmp/scripted_agent.h"

#include <stdlib.h>
#include <string.h>

static struct object_id read_id(const char *oid)
{
    struct object_id id = {.length = 0};

    if (!object_id_parse(oid, &id))
        abort();
    return id;
}

static bool fails(const struct scripted_agent *agent, const struct object_id *id)
{
    struct object_id root;

    if (!agent->failing_root)
        return false;
    root = read_id(agent->failing_root);
    return object_id_within(id, &root);
}

static int get(struct snmp_port *port, const struct object_id *ids, size_t count, struct deadline deadline,
               struct arena *arena, struct snmp_value *ret_values, struct snmp_failure *ret_failure)
{
    const struct scripted_agent *agent = (const struct scripted_agent *)port;

    (void)deadline, (void)arena;
    for (size_t i = 0; i < count; i++) {
        if (fails(agent, &ids[i])) {
            *ret_failure = agent->failure;
            return -1;
        }
        ret_values[i] = (struct snmp_value){.kind = SNMP_KIND_NO_OBJECT};
        for (const struct scripted_object *at = agent->objects; at->oid; at++) {
            struct object_id id = read_id(at->oid);

            if (object_id_compare(id.parts, id.length, ids[i].parts, ids[i].length) == 0)
                ret_values[i] = at->value;
        }
    }
    return 0;
}

static void add_row(const struct scripted_object *object, const struct object_id *id, size_t root_length,
                    struct arena *arena, struct snmp_rows *rows)
{
    struct snmp_row *row = arena_push(arena, &rows->rows, &rows->count, sizeof(*row));
    size_t length = id->length - root_length;
    uint32_t *index = arena_alloc(arena, (length + 1) * sizeof(*index));

    memcpy(index, id->parts + root_length, length * sizeof(*index));
    *row = (struct snmp_row){index, length, object->value};
}

static int walk(struct snmp_port *port, const struct object_id *root, size_t max_rows,
                struct deadline deadline, struct arena *arena, struct snmp_rows *ret_rows,
                struct snmp_failure *ret_failure)
{
    const struct scripted_agent *agent = (const struct scripted_agent *)port;

    (void)deadline, (void)max_rows;
    *ret_rows = (struct snmp_rows){NULL, 0};
    if (fails(agent, root)) {
        *ret_failure = agent->failure;
        return -1;
    }
    for (const struct scripted_object *at = agent->objects; at->oid; at++) {
        struct object_id id = read_id(at->oid);

        if (object_id_within(&id, root))
            add_row(at, &id, root->length, arena, ret_rows);
    }
    return 0;
}

static void close_agent(struct snmp_port *port)
{
    (void)port;
}

void scripted_agent_init(struct scripted_agent *agent, const struct scripted_object *objects)
{
    static const struct snmp_port_ops ops = {get, walk, close_agent};

    *agent = (struct scripted_agent){.port = {&ops}, .objects = objects};
}
