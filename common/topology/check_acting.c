/* What holds between the keys of `acting`, and between it and the pool; and which servers are to be active.
 */
#include "topology/check.h"

#include "base/cleanup.h"
#include "topology/names.h"
#include "topology/read.h"

#include <string.h>

/* ---- one mapping ---- */

static const char *const automatic_keys[] = {"automatic_mirror_switch", "automatic_failover",
                                             "automatic_fence"};

/* Whoever acts unasked must be able to read back that the other side is off: no person gives his word. */
static int check_automatic(struct reader *reader, const struct node *mapping,
                           const struct topology_acting *acting)
{
    const bool automatic[] = {acting->automatic_mirror_switch, acting->automatic_failover,
                              acting->automatic_fence};

    _Static_assert(COUNT(automatic) == COUNT(automatic_keys), "a key for each");
    for (size_t i = 0; i < COUNT(automatic); i++)
        if (automatic[i] && !acting->fence_status)
            return node_fail(node_get(mapping, automatic_keys[i]), reader->err,
                             "is true without fence_status; expected a program that reads fences back, "
                             "or false");
    return 0;
}

/* Without regard to case; a server is the same with its domain and without. */
static bool same_part(const char *a, size_t a_length, const char *b, size_t b_length, bool server)
{
    size_t shorter = a_length < b_length ? a_length : b_length;
    const char *longer = a_length < b_length ? b : a;

    if (strncasecmp(a, b, shorter) != 0)
        return false;
    return a_length == b_length || (server && longer[shorter] == '.' && !memchr(longer, '.', shorter));
}

static size_t next_part(const char **path)
{
    *path += strspn(*path, "\\/");
    return strcspn(*path, "\\/");
}

static bool is_unc(const char *path)
{
    return *path == '\\';
}

static bool lies_in(const char *folder, const char *parent)
{
    bool server = is_unc(folder);
    size_t length, parent_length;

    if (server != is_unc(parent))
        return false;
    for (; (parent_length = next_part(&parent)) > 0; parent += parent_length, folder += length) {
        length = next_part(&folder);
        if (length == 0 || !same_part(folder, length, parent, parent_length, server))
            return false;
        server = false;
    }
    return true;
}

/* Log shipping deletes old log backups wherever it puts its own. */
static int check_log_folder(struct reader *reader, const struct node *mapping,
                            const struct topology_acting *acting, const char *parent, const char *what)
{
    if (!acting->log_folder || !parent || !lies_in(acting->log_folder, parent))
        return 0;
    return node_fail(node_get(mapping, "log_folder"), reader->err,
                     "lies in %s, where log shipping deletes old files; expected a folder of its own", what);
}

int check_acting(struct reader *reader, const struct node *mapping, void *object)
{
    const struct topology_acting *acting = object;

    if (check_no_snmp_credential(reader, mapping, acting->credential) != 0 ||
        check_log_folder(reader, mapping, acting, acting->copy_folder, "copy_folder") != 0)
        return -1;
    return check_automatic(reader, mapping, acting);
}

/* ---- against the pool ---- */

static const struct topology_site *backup_site(const struct topology_pool *pool)
{
    for (size_t i = 0; i < pool->site_count; i++)
        if (pool->sites[i].role == SITE_BACKUP)
            return &pool->sites[i];
    return NULL;
}

/* One that fails neither with this monitor nor with the site that would take over. */
static bool has_third_domain(const struct topology_pool *pool, const struct topology_site *backup)
{
    for (size_t i = 0; i < pool->vantage_count; i++) {
        const char *domain = pool->vantages[i].failure_domain;

        if (strcasecmp(domain, pool->settings.monitor_domain) != 0 && strcasecmp(domain, backup->name) != 0)
            return true;
    }
    return false;
}

/* Without such a vantage point a lost link looks like a lost site. */
static int check_automatic_failover(struct reader *reader, const struct node *mapping,
                                    const struct topology_pool *pool, const struct topology_site *backup)
{
    const struct node *node = node_get(mapping, "automatic_failover");

    if (!pool->acting->automatic_failover)
        return 0;
    if (!backup)
        return node_fail(node, reader->err, "is true without a backup site; expected false");
    if (!has_third_domain(pool, backup))
        return node_fail(node, reader->err,
                         "is true without a vantage point in a failure_domain besides %s (monitor_domain) "
                         "and %s (the backup site); expected one, or false",
                         pool->settings.monitor_domain, backup->name);
    return 0;
}

/* Who acts must know which servers to activate. */
static int check_servers(struct reader *reader, const struct node *sites, const struct topology_pool *pool)
{
    for (size_t i = 0; i < pool->site_count; i++) {
        const struct topology_site *site = &pool->sites[i];

        if (site->chat_server_count > ACTIVE_SERVERS_MAX && site->activate_count == 0)
            return node_fail_missing(sites->items[i], "activate", reader->err,
                                     "missing; expected which of its %zu chat servers are to be active, as "
                                     "the pool has acting",
                                     site->chat_server_count);
    }
    return 0;
}

int check_acting_in_pool(struct reader *reader, const struct node *mapping, const struct topology_pool *pool)
{
    const struct node *node = node_get(mapping, "acting");
    const struct topology_site *backup = backup_site(pool);

    if (!pool->acting)
        return 0;
    if (backup && !pool->acting->log_folder)
        return node_fail_missing(node, "log_folder", reader->err,
                                 "missing; expected where the standby puts its own log backups, as there is "
                                 "a backup site");
    if (check_log_folder(reader, node, pool->acting, pool->share, "the share") != 0 ||
        check_automatic_failover(reader, node, pool, backup) != 0)
        return -1;
    return check_servers(reader, node_get(mapping, "sites"), pool);
}

/* ---- one site ---- */

static int check_once(struct reader *reader, const struct node *list, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(list->items[i]->text, list->items[at]->text) == 0)
            return node_fail(list->items[at], reader->err, "\"%s\" stands twice; expected each name once",
                             list->items[at]->text);
    return 0;
}

int check_activate(struct reader *reader, const struct node *mapping, const struct topology_site *site)
{
    const struct node *list = node_get(mapping, "activate");
    struct names names = {NULL, 0};

    if (!list)
        return 0;
    if (list->item_count == 0 || list->item_count > ACTIVE_SERVERS_MAX)
        return node_fail(list, reader->err, "holds %zu names; expected 1..%d", list->item_count,
                         ACTIVE_SERVERS_MAX);
    for (size_t i = 0; i < site->chat_server_count; i++)
        names_add(&names, reader->load.arena, site->chat_servers[i].name);
    for (size_t i = 0; i < list->item_count; i++)
        if (names_check(&names, list->items[i], "chat server of this site", reader->err) != 0 ||
            check_once(reader, list, i) != 0)
            return -1;
    return 0;
}
