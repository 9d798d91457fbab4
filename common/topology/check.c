#include "topology/check.h"

#include "base/cleanup.h"
#include "base/mem.h"
#include "topology/read.h"
#include "topology/repeat.h"

#include <string.h>

enum { DEFAULT_SQL_PORT = 1433 };

static int fail_missing(struct reader *reader, const struct node *mapping, const char *key,
                        const char *expected)
{
    return node_fail_missing(mapping, key, reader->err, "missing; expected %s", expected);
}

/* ---- one mapping ---- */

/* Whether the file is there is looked at when all has been read. */
static void use_ca(struct reader *reader, const struct node *mapping, const char *key, const char *path)
{
    struct file_use *use;

    if (!path || (reader->in_acting && !reader->for_acting))
        return;
    use = arena_push(reader->load.arena, &reader->ca_files, &reader->ca_file_count, sizeof(*use));
    *use = (struct file_use){node_get(mapping, key), path};
}

int check_sql(struct reader *reader, const struct node *mapping, void *object)
{
    struct topology_sql *sql = object;

    if (sql->port && sql->instance)
        return node_fail(node_get(mapping, "instance"), reader->err,
                         "given beside port; expected one of the two");
    if (!sql->port && !sql->instance)
        sql->port = DEFAULT_SQL_PORT;
    if (!sql->ca && sql->tls == TLS_REQUIRE)
        return fail_missing(reader, mapping, "ca",
                            "the file of certificates that prove the server, as tls is require");
    use_ca(reader, mapping, "ca", sql->ca);
    return check_no_snmp_credential(reader, mapping, sql->credential);
}

/* What each way of authentication needs, and nothing else may be given. */
static const struct {
    const char *key, *expected;
    enum host_auth auth;
} auth_needs[] = {
    {"credential", "one of the credentials, as auth is basic", HOST_AUTH_BASIC},
    {"certificate", "the path of a file, as auth is certificate", HOST_AUTH_CERTIFICATE},
    {"key", "the path of a file, as auth is certificate", HOST_AUTH_CERTIFICATE},
};

int check_winrm(struct reader *reader, const struct node *mapping, void *object)
{
    const struct topology_winrm *winrm = object;

    for (size_t i = 0; i < COUNT(auth_needs); i++) {
        const struct node *node = node_get(mapping, auth_needs[i].key);

        if (!node && auth_needs[i].auth == winrm->auth)
            return fail_missing(reader, mapping, auth_needs[i].key, auth_needs[i].expected);
        if (node && auth_needs[i].auth != winrm->auth)
            return node_fail(node, reader->err, "given with auth %s; expected it with auth %s alone",
                             host_auth_name(winrm->auth), host_auth_name(auth_needs[i].auth));
    }
    if (winrm->credential && winrm->credential->kerberos)
        return node_fail(node_get(mapping, "credential"), reader->err,
                         "is a Kerberos credential; expected one with a password, or auth: negotiate");
    use_ca(reader, mapping, "ca", winrm->ca);
    return winrm->credential ? check_no_snmp_credential(reader, mapping, winrm->credential) : 0;
}

/* ---- one site: how many of each role ---- */

struct role_rule {
    size_t least, most;
};

static const struct role_rule role_rules[SITE_ROLE_COUNT][SQL_ROLE_COUNT] = {
    [SITE_PRIMARY] = {[SQL_PRINCIPAL] = {1, 1}, [SQL_MIRROR] = {0, 1}, [SQL_WITNESS] = {0, 1}},
    [SITE_BACKUP] = {[SQL_SECONDARY] = {1, 1}, [SQL_SECONDARY_MIRROR] = {0, 1}, [SQL_WITNESS] = {0, 1}},
};

static const char *const roles_expected[SITE_ROLE_COUNT] = {
    [SITE_PRIMARY] = "principal, mirror or witness",
    [SITE_BACKUP] = "secondary, secondary_mirror or witness",
};

static int check_site_role(struct reader *reader, const struct node *list, const struct topology_site *site,
                           enum sql_role role)
{
    const struct role_rule *rule = &role_rules[site->role][role];
    const char *site_name = site_role_name(site->role), *role_name = sql_role_name(role);
    size_t count = 0;

    for (size_t i = 0; i < site->sql_count; i++) {
        const struct node *node = node_get(list->items[i], "role");

        if (site->sql[i].role != role)
            continue;
        if (rule->most == 0)
            return node_fail(node, reader->err, "a %s in a %s site; expected %s", role_name, site_name,
                             roles_expected[site->role]);
        if (++count > rule->most)
            return node_fail(node, reader->err, "a second %s; expected one in a site", role_name);
    }
    if (count < rule->least)
        return node_fail(list, reader->err, "no %s; expected one in a %s site", role_name, site_name);
    return 0;
}

int check_site(struct reader *reader, const struct node *mapping, void *object)
{
    /* What does not belong here is said before what is missing, as the one often is the other. */
    static const enum sql_role order[SITE_ROLE_COUNT][SQL_ROLE_COUNT] = {
        [SITE_PRIMARY] = {SQL_SECONDARY, SQL_SECONDARY_MIRROR, SQL_WITNESS, SQL_PRINCIPAL, SQL_MIRROR},
        [SITE_BACKUP] = {SQL_PRINCIPAL, SQL_MIRROR, SQL_WITNESS, SQL_SECONDARY, SQL_SECONDARY_MIRROR},
    };
    const struct topology_site *site = object;

    for (size_t i = 0; i < SQL_ROLE_COUNT; i++)
        if (check_site_role(reader, node_get(mapping, "sql"), site, order[site->role][i]) != 0)
            return -1;
    return check_activate(reader, mapping, site);
}

/* ---- one pool: what must differ ---- */

/* The texts found by following the keys from a mapping; through every item of a list. */
struct texts {
    struct named *items;
    size_t count, capacity;
};

static void texts_done(struct texts *texts)
{
    free(texts->items);
}
AUTO_DEFINE_DONE(texts, struct texts)

static void add_text(struct texts *texts, const char *text, const struct node *node)
{
    if (texts->count == texts->capacity) {
        texts->capacity = texts->capacity ? texts->capacity * 2 : 16;
        texts->items = mem_resize(texts->items, texts->capacity, sizeof(*texts->items));
    }
    texts->items[texts->count++] = (struct named){text, node};
}

static void collect(struct texts *texts, const struct node *node, const char *const *keys)
{
    if (!node)
        return;
    if (node->kind == NODE_LIST)
        for (size_t i = 0; i < node->item_count; i++)
            collect(texts, node->items[i], keys);
    else if (*keys)
        collect(texts, node_get(node, keys[0]), keys + 1);
    else
        add_text(texts, node->text, node);
}

static int fail_taken(struct reader *reader, const struct repeat *repeat, const char *expected)
{
    char text[EXCERPT_BYTES];

    return node_fail(repeat->again, reader->err, "\"%s\" is taken in %s:%d; expected %s",
                     excerpt(repeat->again->text, text), repeat->first->file->path, repeat->first->line,
                     expected);
}

static int check_unique(struct reader *reader, const struct node *mapping, const char *const *keys,
                        const char *expected)
{
    AUTO(texts) struct texts texts = {0};
    struct repeat repeat;

    collect(&texts, mapping, keys);
    if (find_repeat(texts.items, texts.count, true, &repeat))
        return fail_taken(reader, &repeat, expected);
    return 0;
}

#define A_NAME "a name of its own in the pool"

/* Names that SQL Server, DNS and people compare without regard to case. */
static const struct {
    const char *keys[4], *expected;
} unique_in_pool[] = {
    {{"sites", "name"}, A_NAME},
    {{"sites", "sql", "name"}, A_NAME},
    {{"sites", "chat_servers", "name"}, A_NAME},
    {{"sites", "chat_servers", "fqdn"}, A_NAME},
    {{"sites", "front_ends", "name"}, A_NAME},
    {{"sites", "front_ends", "fqdn"}, A_NAME},
    {{"sites", "file_servers", "name"}, A_NAME},
    {{"sites", "file_servers", "fqdn"}, A_NAME},
    {{"vantage_points", "name"}, A_NAME},
    {{"acting", "people", "name"}, A_NAME},
    {{"acting", "people", "uid"}, "a user ID of one person, by which acts can be told apart"},
};

static int check_names(struct reader *reader, const struct node *mapping)
{
    for (size_t i = 0; i < COUNT(unique_in_pool); i++)
        if (check_unique(reader, mapping, unique_in_pool[i].keys, unique_in_pool[i].expected) != 0)
            return -1;
    return 0;
}

/* Two instances at one address: a principal that is its own mirror would look well. */
static int check_addresses(struct reader *reader, const struct node *sites, const struct topology_pool *pool)
{
    AUTO(texts) struct texts texts = {0};
    struct repeat repeat;

    for (size_t i = 0; i < pool->site_count; i++) {
        const struct node *list = node_get(sites->items[i], "sql");

        for (size_t j = 0; j < pool->sites[i].sql_count; j++) {
            const struct topology_sql *sql = &pool->sites[i].sql[j];

            add_text(&texts,
                     arena_format(reader->load.arena, "%s:%d\\%s", sql->host, sql->port,
                                  sql->instance ? sql->instance : ""),
                     node_get(list->items[j], "host"));
        }
    }
    if (find_repeat(texts.items, texts.count, true, &repeat))
        return fail_taken(reader, &repeat, "another host, port or instance");
    return 0;
}

static int check_site_roles(struct reader *reader, const struct node *sites, const struct topology_pool *pool)
{
    size_t count[SITE_ROLE_COUNT] = {0};

    for (size_t i = 0; i < pool->site_count; i++)
        if (++count[pool->sites[i].role] > 1)
            return node_fail(node_get(sites->items[i], "role"), reader->err,
                             "a second %s site; expected one primary and one backup",
                             site_role_name(pool->sites[i].role));
    if (count[SITE_PRIMARY] == 0)
        return node_fail(sites, reader->err, "no primary site; expected one");
    return 0;
}

/* A host without a way of its own is asked as the pool says. */
static void inherit_ways(const struct topology_pool *pool, struct topology_host *hosts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (hosts[i].winrm || hosts[i].snmp)
            continue;
        hosts[i].winrm = pool->winrm;
        hosts[i].snmp = pool->snmp;
    }
}

static int check_hosts(struct reader *reader, const struct node *mapping, struct topology_pool *pool)
{
    for (size_t i = 0; i < pool->site_count; i++) {
        struct topology_site *site = &pool->sites[i];

        inherit_ways(pool, site->chat_servers, site->chat_server_count);
        inherit_ways(pool, site->front_ends, site->front_end_count);
        inherit_ways(pool, site->file_servers, site->file_server_count);
        if (site->management)
            inherit_ways(pool, site->management, 1);
    }
    use_ca(reader, mapping, "host_ca", pool->host_ca);
    if (pool->client_certificate && !pool->client_key)
        return fail_missing(reader, mapping, "client_key", "the key of client_certificate");
    if (pool->client_key && !pool->client_certificate)
        return fail_missing(reader, mapping, "client_certificate", "the certificate of client_key");
    return 0;
}

static int by_site_role(const void *left, const void *right)
{
    const struct topology_site *a = left, *b = right;

    return (a->role > b->role) - (a->role < b->role);
}

int check_pool(struct reader *reader, const struct node *mapping, void *object)
{
    const struct node *sites = node_get(mapping, "sites");
    struct topology_pool *pool = object;

    if (check_site_roles(reader, sites, pool) != 0 || check_names(reader, mapping) != 0 ||
        check_addresses(reader, sites, pool) != 0 || check_hosts(reader, mapping, pool) != 0 ||
        check_vantages(reader, mapping, pool) != 0 || check_acting_in_pool(reader, mapping, pool) != 0 ||
        check_drill_in_pool(reader, mapping, pool) != 0)
        return -1;
    qsort(pool->sites, pool->site_count, sizeof(*pool->sites), by_site_role);
    return 0;
}

int check_topology(struct reader *reader, const struct node *mapping, void *object)
{
    static const char *const keys[] = {"pools", "fqdn", NULL};

    (void)object;
    if (reader->topology->pool_count == 0)
        return node_fail(node_get(mapping, "pools"), reader->err, "is empty; expected at least one pool");
    return check_unique(reader, mapping, keys, "each pool once");
}
