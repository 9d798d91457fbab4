/* What holds between the keys of a vantage point, and between it and the pool. */
#include "topology/check.h"

#include "base/cleanup.h"
#include "topology/names.h"
#include "topology/read.h"

#include <string.h>

/* Each costs a thread of every pass; an object more is a row that no snapshot keeps. */
enum { VANTAGES_MAX = 32, OBJECTS_MAX = 64 };

#define BIT(kind) (1U << (kind))
enum {
    WINRM = BIT(VANTAGE_WINRM),
    COMMAND = BIT(VANTAGE_COMMAND),
    SNMP = BIT(VANTAGE_SNMP),
    SQL = BIT(VANTAGE_SQL)
};

/* Which kinds may have a key; those that may must, where `expected` says what. */
static const struct {
    const char *key;
    unsigned kinds;
    const char *kind_names, *expected;
} kind_keys[] = {
    {"host", WINRM | SNMP, "winrm or snmp", "a DNS name or an IP address"},
    {"address", WINRM | SNMP, "winrm or snmp", NULL},
    {"winrm", WINRM, "winrm", NULL},
    {"snmp", SNMP, "snmp", NULL},
    {"command", COMMAND, "command", "the full path of a program"},
    {"args", COMMAND, "command", NULL},
    {"instance", SQL, "sql", "a SQL instance of this pool"},
    {"objects", SNMP, "snmp", "a list of objects"},
    {"reference", WINRM | COMMAND, "winrm or command", NULL},
};

int check_vantage(struct reader *reader, const struct node *mapping, void *object)
{
    const struct topology_vantage *vantage = object;

    for (size_t i = 0; i < COUNT(kind_keys); i++) {
        const struct node *node = node_get(mapping, kind_keys[i].key);

        if (node && !(kind_keys[i].kinds & BIT(vantage->kind)))
            return node_fail(node, reader->err, "given with kind %s; expected it with kind %s alone",
                             vantage_kind_name(vantage->kind), kind_keys[i].kind_names);
    }
    for (size_t i = 0; i < COUNT(kind_keys); i++)
        if (kind_keys[i].expected && (kind_keys[i].kinds & BIT(vantage->kind)) &&
            !node_get(mapping, kind_keys[i].key))
            return node_fail_missing(mapping, kind_keys[i].key, reader->err, "missing; expected %s",
                                     kind_keys[i].expected);
    return 0;
}

int check_vantage_object(struct reader *reader, const struct node *mapping, void *object)
{
    const struct topology_vantage_object *entry = object;

    if (strcmp(entry->seen, entry->not_seen) == 0)
        return node_fail(node_get(mapping, "not_seen"), reader->err,
                         "is the value of seen too; expected another");
    return 0;
}

/* ---- against the pool ---- */

static void add_hosts(struct reader *reader, struct names *names, const struct topology_host *hosts,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        names_add(names, reader->load.arena, hosts[i].name);
}

static struct names instance_names(struct reader *reader, const struct topology_pool *pool)
{
    struct names names = {NULL, 0};

    for (size_t s = 0; s < pool->site_count; s++)
        for (size_t i = 0; i < pool->sites[s].sql_count; i++)
            names_add(&names, reader->load.arena, pool->sites[s].sql[i].name);
    return names;
}

static struct names object_names(struct reader *reader, const struct topology_pool *pool)
{
    struct names names = instance_names(reader, pool);

    for (size_t s = 0; s < pool->site_count; s++) {
        const struct topology_site *site = &pool->sites[s];

        add_hosts(reader, &names, site->chat_servers, site->chat_server_count);
        add_hosts(reader, &names, site->front_ends, site->front_end_count);
    }
    return names;
}

static int check_objects(struct reader *reader, const struct node *list, struct names names)
{
    if (list && list->item_count > OBJECTS_MAX)
        return node_fail(list, reader->err, "holds %zu objects; expected at most %d", list->item_count,
                         OBJECTS_MAX);
    for (size_t i = 0; list && i < list->item_count; i++) {
        const struct node *node = node_get(list->items[i], "object");

        if (names_check(&names, node, "SQL instance, chat server or front end of this pool", reader->err) !=
            0)
            return -1;
        for (size_t k = 0; k < i; k++)
            if (strcmp(node_get(list->items[k], "object")->text, node->text) == 0)
                return node_fail(node, reader->err,
                                 "\"%s\" is told of twice; expected one entry for an object", node->text);
    }
    return 0;
}

/* Its own way to ask, or the pool's. */
static int check_way(struct reader *reader, const struct node *mapping, const struct topology_pool *pool,
                     struct topology_vantage *vantage)
{
    static const char *const expected =
        "missing; expected how to ask it, as the pool does not say that either";

    if (vantage->kind == VANTAGE_WINRM && !vantage->winrm)
        vantage->winrm = pool->winrm;
    if (vantage->kind == VANTAGE_SNMP && !vantage->snmp)
        vantage->snmp = pool->snmp;
    if (vantage->kind == VANTAGE_WINRM && !vantage->winrm)
        return node_fail_missing(mapping, "winrm", reader->err, "%s", expected);
    if (vantage->kind == VANTAGE_SNMP && !vantage->snmp)
        return node_fail_missing(mapping, "snmp", reader->err, "%s", expected);
    return 0;
}

static int check_one(struct reader *reader, const struct node *mapping, const struct topology_pool *pool,
                     struct topology_vantage *vantage)
{
    struct names instances = instance_names(reader, pool);

    if (vantage->instance &&
        names_check(&instances, node_get(mapping, "instance"), "SQL instance of this pool", reader->err) != 0)
        return -1;
    if (check_objects(reader, node_get(mapping, "objects"), object_names(reader, pool)) != 0)
        return -1;
    return check_way(reader, mapping, pool, vantage);
}

int check_vantages(struct reader *reader, const struct node *mapping, struct topology_pool *pool)
{
    const struct node *list = node_get(mapping, "vantage_points");

    if (pool->vantage_count > VANTAGES_MAX)
        return node_fail(list, reader->err, "holds %zu vantage points; expected at most %d",
                         pool->vantage_count, VANTAGES_MAX);
    for (size_t i = 0; i < pool->vantage_count; i++)
        if (check_one(reader, list->items[i], pool, &pool->vantages[i]) != 0)
            return -1;
    return 0;
}
