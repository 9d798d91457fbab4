#include "observe/snmp/snmp_netsnmp.h"

#include "base/mem.h"
#include "observe/snmp/netsnmp_exchange.h"
#include "observe/snmp/netsnmp_failure.h"
#include "observe/snmp/netsnmp_user.h"
#include "observe/snmp/snmp_address.h"

#include <string.h>

/* As many rows at once as fit into a datagram that no router cuts. */
enum { ROWS_AT_ONCE = 12 };

struct netsnmp_port {
    struct snmp_port port; /* first: the ops are given this */
    struct snmp_endpoint endpoint;
    struct agent agent;
};

/* ---- connecting ---- */

static int connect_agent(struct netsnmp_port *self, struct deadline deadline, struct arena *arena,
                         struct snmp_failure *failure)
{
    char target[SNMP_TARGET_BYTES];

    if (snmp_address(self->endpoint.host, self->endpoint.port ? self->endpoint.port : SNMP_DEFAULT_PORT,
                     deadline, arena, target, failure) != 0 ||
        agent_open(&self->agent, target, failure) != 0)
        return -1;
    return self->endpoint.version == SNMP_BY_USER ? user_discover(&self->agent, deadline, arena, failure) : 0;
}

/* Sends the question that is made for it.  After a failure the next question begins anew, with a new socket:
 * no late answer can be taken for one of its own. */
static int ask(struct netsnmp_port *self, struct exchange *exchange, netsnmp_pdu *(*make)(const void *what),
               const void *what, struct snmp_failure *failure)
{
    int status = self->agent.handle ? 0 : connect_agent(self, exchange->deadline, exchange->arena, failure);

    if (status == 0)
        status = exchange_run(exchange, &self->agent, make(what), failure);
    if (status != 0)
        agent_close(&self->agent);
    return status;
}

static void add_null(netsnmp_pdu *pdu, const struct object_id *id)
{
    oid parts[OBJECT_ID_MAX_PARTS];

    for (size_t i = 0; i < id->length; i++)
        parts[i] = id->parts[i];
    snmp_add_null_var(pdu, parts, id->length);
}

/* ---- get ---- */

struct wanted {
    const struct object_id *ids;
    size_t count;
};

static netsnmp_pdu *make_get(const void *what)
{
    const struct wanted *wanted = what;
    netsnmp_pdu *pdu = netsnmp_question(SNMP_MSG_GET);

    for (size_t i = 0; i < wanted->count; i++)
        add_null(pdu, &wanted->ids[i]);
    return pdu;
}

static bool are_equal(const struct object_id *a, const struct object_id *b)
{
    return object_id_compare(a->parts, a->length, b->parts, b->length) == 0;
}

static bool answers(const struct answer *answer, const struct wanted *wanted)
{
    if (answer->error || answer->is_excessive || answer->count != wanted->count)
        return false;
    for (size_t i = 0; i < wanted->count; i++)
        if (!are_equal(&answer->bindings[i].id, &wanted->ids[i]))
            return false;
    return true;
}

static int netsnmp_port_get(struct snmp_port *port, const struct object_id *ids, size_t count,
                            struct deadline deadline, struct arena *arena, struct snmp_value *ret_values,
                            struct snmp_failure *ret_failure)
{
    struct netsnmp_port *self = (struct netsnmp_port *)port;
    struct exchange exchange = {.deadline = deadline, .arena = arena, .most = count};
    const struct wanted wanted = {ids, count};

    if (ask(self, &exchange, make_get, &wanted, ret_failure) != 0)
        return -1;
    if (!answers(&exchange.answer, &wanted))
        return fail_answered(&exchange.answer, arena, ret_failure);
    for (size_t i = 0; i < count; i++)
        ret_values[i] = exchange.answer.bindings[i].value;
    return 0;
}

/* ---- walk ---- */

struct walk {
    const struct object_id *root;
    size_t max_rows;
    struct object_id at; /* the last row, first the root */
    long at_once;
    bool is_over;
    size_t bytes;
    struct arena *arena;
    struct snmp_rows *rows;
    struct snmp_failure *failure;
};

static netsnmp_pdu *make_walk(const void *what)
{
    const struct walk *walk = what;
    netsnmp_pdu *pdu = netsnmp_question(SNMP_MSG_GETBULK);

    pdu->non_repeaters = 0;
    pdu->max_repetitions = walk->at_once;
    add_null(pdu, &walk->at);
    return pdu;
}

static void keep_row(struct walk *walk, const struct binding *binding)
{
    struct snmp_row *row = arena_push(walk->arena, &walk->rows->rows, &walk->rows->count, sizeof(*row));
    size_t bytes = (binding->id.length - walk->root->length) * sizeof(uint32_t);
    uint32_t *index = arena_alloc(walk->arena, bytes + 1);

    memcpy(index, binding->id.parts + walk->root->length, bytes);
    *row = (struct snmp_row){index, binding->id.length - walk->root->length, binding->value};
    walk->bytes += bytes + binding->value.length;
}

static int take_row(struct walk *walk, const struct binding *binding)
{
    if (binding->is_end) {
        walk->is_over = true;
        return 0;
    }
    if (object_id_compare(binding->id.parts, binding->id.length, walk->at.parts, walk->at.length) <= 0)
        return snmp_fail(walk->failure, SIGHT_PROTOCOL_ERROR,
                         arena_format(walk->arena, "the walk does not get on: %s comes after %s",
                                      object_id_text(walk->arena, binding->id.parts, binding->id.length),
                                      object_id_text(walk->arena, walk->at.parts, walk->at.length)),
                         "the agent is broken there; a newer one may not be");
    if (!object_id_within(&binding->id, walk->root)) {
        walk->is_over = true;
        return 0;
    }
    if (walk->rows->count == walk->max_rows || walk->bytes > SNMP_WALK_MAX_BYTES)
        return snmp_fail(walk->failure, SIGHT_PROTOCOL_ERROR,
                         arena_format(walk->arena, "more than %zu rows, or %d bytes of them",
                                      walk->rows->count, SNMP_WALK_MAX_BYTES),
                         NULL);
    keep_row(walk, binding);
    walk->at = binding->id;
    return 0;
}

/* tooBig: fewer rows may fit. */
static bool can_ask_for_less(struct walk *walk, const struct answer *answer)
{
    if (answer->error != SNMP_ERR_TOOBIG || walk->at_once == 1)
        return false;
    walk->at_once /= 2;
    return true;
}

static int take_rows(struct walk *walk, const struct answer *answer)
{
    if (can_ask_for_less(walk, answer))
        return 0;
    if (answer->error || answer->is_excessive || !answer->count)
        return fail_answered(answer, walk->arena, walk->failure);
    for (size_t i = 0; i < answer->count && !walk->is_over; i++)
        if (take_row(walk, &answer->bindings[i]) != 0)
            return -1;
    return 0;
}

static int netsnmp_port_walk(struct snmp_port *port, const struct object_id *root, size_t max_rows,
                             struct deadline deadline, struct arena *arena, struct snmp_rows *ret_rows,
                             struct snmp_failure *ret_failure)
{
    struct netsnmp_port *self = (struct netsnmp_port *)port;
    struct walk walk = {.root = root,
                        .max_rows = max_rows,
                        .at = *root,
                        .at_once = ROWS_AT_ONCE,
                        .arena = arena,
                        .rows = ret_rows,
                        .failure = ret_failure};

    *ret_rows = (struct snmp_rows){NULL, 0};
    while (!walk.is_over) {
        struct exchange exchange = {.deadline = deadline, .arena = arena, .most = ROWS_AT_ONCE};

        if (ask(self, &exchange, make_walk, &walk, ret_failure) != 0 ||
            take_rows(&walk, &exchange.answer) != 0)
            return -1;
    }
    return 0;
}

/* ---- the port ---- */

static void netsnmp_port_close(struct snmp_port *port)
{
    struct netsnmp_port *self = (struct netsnmp_port *)port;

    agent_close(&self->agent);
    free(self);
}

static bool is_host(const char *host)
{
    return host && *host && !host[strcspn(host, "[]/\\@?#% \t\r\n")];
}

static bool is_passphrase(const struct secret *secret)
{
    return secret && strlen(secret_text(secret)) >= SNMP_MIN_PASSPHRASE_BYTES;
}

static int check(const struct snmp_endpoint *endpoint, struct err *err)
{
    if (!is_host(endpoint->host))
        return err_set(err, ERR_CONFIG, "SNMP: \"%s\" is not a host name",
                       endpoint->host ? endpoint->host : "");
    if (endpoint->version == SNMP_BY_COMMUNITY)
        return endpoint->community
                   ? 0
                   : err_set(err, ERR_CONFIG, "SNMP on %s: version 2c needs a community", endpoint->host);
    if (!endpoint->user || !*endpoint->user)
        return err_set(err, ERR_CONFIG, "SNMP on %s: version 3 needs a user", endpoint->host);
    if (!is_passphrase(endpoint->auth_passphrase) ||
        (endpoint->cipher != SNMP_CLEAR && !is_passphrase(endpoint->privacy_passphrase)))
        return err_set(err, ERR_CONFIG, "SNMP on %s: a passphrase of user %s is missing or shorter than %d",
                       endpoint->host, endpoint->user, SNMP_MIN_PASSPHRASE_BYTES);
    return 0;
}

struct snmp_port *snmp_netsnmp_open(const struct snmp_endpoint *endpoint, struct err *err)
{
    static const struct snmp_port_ops ops = {netsnmp_port_get, netsnmp_port_walk, netsnmp_port_close};
    struct netsnmp_port *self;

    if (check(endpoint, err) != 0)
        return NULL;
    self = mem_alloc(sizeof(*self));
    self->port.ops = &ops;
    self->endpoint = *endpoint;
    self->agent = (struct agent){.endpoint = &self->endpoint, .fd = -1};
    return &self->port;
}
