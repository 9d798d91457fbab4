#include "observe/vantage/objects.h"

#include "base/number.h"

#include <string.h>
#include <strings.h>

const char *object_kind_name(enum object_kind kind)
{
    static const char *const names[] = {
        [OBJECT_SQL] = "sql", [OBJECT_CHAT_SERVER] = "chat_server", [OBJECT_FRONT_END] = "front_end"};

    return names[kind];
}

int reference_split(const char *reference, struct strbuf *host)
{
    const char *colon = strrchr(reference, ':');
    bool bracketed = *reference == '[';
    int64_t port = 0;

    strbuf_add_n(host, reference + bracketed, (size_t)(colon - reference) - 2 * (size_t)bracketed);
    number_parse(colon + 1, &port);
    return (int)port;
}

size_t objects_find(const struct vantage_objects *objects, const char *name, size_t length)
{
    for (size_t i = 0; i < objects->count; i++)
        if (strlen(objects->items[i].name) == length &&
            strncasecmp(objects->items[i].name, name, length) == 0)
            return i;
    return objects->count;
}

/* Votes know objects by name alone.  A front end that shares its name with a chat server is the same machine.
 */
static void add(struct vantage_objects *objects, const struct vantage_object *object)
{
    size_t taken = objects_find(objects, object->name, strlen(object->name));

    if (taken < objects->count)
        objects->items[taken].ambiguous |= object->kind != OBJECT_FRONT_END;
    else if (objects->count < OBJECTS_MAX)
        objects->items[objects->count++] = *object;
}

static void add_instances(struct vantage_objects *objects, const struct topology_site *site)
{
    for (size_t i = 0; i < site->sql_count; i++) {
        const struct topology_sql *sql = &site->sql[i];

        if (sql->role != SQL_WITNESS)
            add(objects, &(struct vantage_object){.name = sql->name,
                                                  .kind = OBJECT_SQL,
                                                  .site = site->role,
                                                  .host = sql->host,
                                                  .port = sql->port,
                                                  .instance = sql->instance});
    }
}

static void add_hosts(struct vantage_objects *objects, enum object_kind kind, enum site_role site,
                      const struct topology_host *hosts, size_t count, int64_t default_port)
{
    for (size_t i = 0; i < count; i++)
        add(objects, &(struct vantage_object){.name = hosts[i].name,
                                              .kind = kind,
                                              .site = site,
                                              .host = hosts[i].address ? hosts[i].address : hosts[i].fqdn,
                                              .port = hosts[i].ports[PORT_SIP] ? hosts[i].ports[PORT_SIP]
                                                                               : (int)default_port});
}

/* What a site loss is decided by comes first: there it must not lack for room. */
void objects_of(const struct topology_pool *pool, struct vantage_objects *ret_objects)
{
    const struct settings *settings = &pool->settings;

    ret_objects->count = 0;
    for (size_t i = 0; i < pool->site_count; i++)
        add_instances(ret_objects, &pool->sites[i]);
    for (size_t i = 0; i < pool->site_count; i++)
        add_hosts(ret_objects, OBJECT_CHAT_SERVER, pool->sites[i].role, pool->sites[i].chat_servers,
                  pool->sites[i].chat_server_count, settings->chat_sip_port);
    for (size_t i = 0; i < pool->site_count; i++)
        add_hosts(ret_objects, OBJECT_FRONT_END, pool->sites[i].role, pool->sites[i].front_ends,
                  pool->sites[i].front_end_count, settings->next_hop_sip_port);
}
