#include "rehearse/shape.h"

#include "base/mem.h"
#include "shape_parts.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define POOL_FQDN "lyncpc.litwareinc.com" /* the world's pool has no other */

enum {
    HOSTS_MOST = 48,  /* of the world */
    SERVERS_MOST = 4, /* of a site: as many as can be active; twice that is all the world's database knows */
    LABEL_BYTES = 40, /* of a machine's name */
    PERIOD_MOST_S = 2 * 3600,
    USUAL_PERIOD_S = 900,
};

/* ---- names ---- */

/* One machine of theirs, in one duty. */
struct shape_name {
    const char *theirs, *ours;
    enum shape_part part;
};

void shape_note(struct shape *shape, const char *text)
{
    const char **note = arena_push(shape->arena, &shape->notes, &shape->note_count, sizeof(*note));

    *note = text;
}

static bool is_taken(const struct shape *shape, const char *name)
{
    for (size_t i = 0; i < shape->host_count; i++)
        if (strcasecmp(shape->hosts[i].name, name) == 0)
            return true;
    return strcasecmp(name, SHAPE_MONITOR) == 0;
}

/* The first label where that says which machine it is; what no host may be called becomes "-". */
static const char *label_of(struct shape *shape, const char *name, bool whole)
{
    char *label = arena_format(shape->arena, "%.*s", LABEL_BYTES, name);

    if (!whole && strchr(label, '.'))
        *strchr(label, '.') = '\0';
    for (char *at = label; *at; at++)
        if (!isalnum((unsigned char)*at))
            *at = '-';
    return strspn(label, "0123456789-") == strlen(label) && !whole ? label_of(shape, name, true) : label;
}

static const char *free_name(struct shape *shape, const char *theirs)
{
    const char *name = label_of(shape, theirs, false);

    if (is_taken(shape, name))
        name = label_of(shape, theirs, true);
    for (int i = 2; is_taken(shape, name); i++)
        name = arena_format(shape->arena, "%s-%d", label_of(shape, theirs, true), i);
    return name;
}

const char *shape_ours(const struct shape *shape, const char *theirs)
{
    for (size_t i = 0; i < shape->name_count; i++)
        if (strcmp(shape->names[i].theirs, theirs) == 0)
            return shape->names[i].ours;
    return NULL;
}

static const char *known_in(const struct shape *shape, const char *theirs, enum shape_part part)
{
    for (size_t i = 0; i < shape->name_count; i++)
        if (shape->names[i].part == part && strcmp(shape->names[i].theirs, theirs) == 0)
            return shape->names[i].ours;
    return NULL;
}

const char *shape_add(struct shape *shape, const char *theirs, enum shape_place place, enum shape_part part)
{
    const char *known = known_in(shape, theirs, part), *other = shape_ours(shape, theirs);
    struct shape_host *host;
    struct shape_name *name;
    const char *ours;

    if (known)
        return known;
    ours = free_name(shape, theirs);
    if (other)
        shape_note(shape,
                   arena_format(shape->arena,
                                "%s has several duties: each is rehearsed on a machine of its own (%s, %s)",
                                theirs, other, ours));
    host = arena_push(shape->arena, &shape->hosts, &shape->host_count, sizeof(*host));
    *host = (struct shape_host){.name = ours, .place = place, .part = part};
    name = arena_push(shape->arena, &shape->names, &shape->name_count, sizeof(*name));
    *name = (struct shape_name){theirs, ours, part};
    return ours;
}

const char *shape_fqdn(struct shape *shape, const char *ours)
{
    return arena_format(shape->arena, "%s.%s", ours, SHAPE_DOMAIN);
}

/* ---- SQL ---- */

static const enum shape_part sql_parts[SQL_ROLE_COUNT] = {
    [SQL_PRINCIPAL] = PART_OF_PRINCIPAL, [SQL_MIRROR] = PART_OF_MIRROR,
    [SQL_SECONDARY] = PART_OF_SECONDARY, [SQL_SECONDARY_MIRROR] = PART_OF_SECONDARY_MIRROR,
    [SQL_WITNESS] = PART_OF_WITNESS,
};
static const struct topology_credential nobodys = {.name = "rehearsal", .sql_user = "rehearsal"};

static void shape_sql(struct shape *shape, const struct topology_sql *theirs, enum shape_place place,
                      struct topology_sql *ours)
{
    const char *name = shape_add(shape, theirs->name, place, sql_parts[theirs->role]);

    *ours = (struct topology_sql){.name = name,
                                  .host = shape_fqdn(shape, name),
                                  .fqdn = shape_fqdn(shape, name),
                                  .port = 1433,
                                  .role = theirs->role,
                                  .tls = TLS_REQUIRE,
                                  .ca = "ca.pem",
                                  .credential = &nobodys};
    shape->copies[theirs->role] = ours;
    if (theirs->instance)
        shape_note(shape, arena_format(shape->arena,
                                       "%s is a named instance: rehearsed as the default one of its machine",
                                       theirs->name));
}

/* ---- hosts ---- */

static const struct topology_winrm by_winrm = {.port = 5986, .auth = HOST_AUTH_NEGOTIATE};

/* Who is asked by nobody stays so. */
static const struct topology_winrm *winrm_of(struct shape *shape, const struct topology_host *theirs)
{
    if (!theirs->winrm && theirs->snmp && !shape->is_told_of_snmp) {
        shape->is_told_of_snmp = true;
        shape_note(shape, "hosts that are asked by SNMP are rehearsed by WinRM");
    }
    return theirs->winrm || theirs->snmp ? &by_winrm : NULL;
}

static struct topology_host shape_host_of(struct shape *shape, const struct topology_host *theirs,
                                          enum shape_place place, enum shape_part part)
{
    const char *name = shape_add(shape, theirs->name, place, part);

    return (struct topology_host){
        .name = name, .fqdn = shape_fqdn(shape, name), .winrm = winrm_of(shape, theirs)};
}

static struct topology_host *shape_hosts(struct shape *shape, const struct topology_host *theirs,
                                         size_t count, enum shape_place place, enum shape_part part)
{
    struct topology_host *ours = arena_alloc(shape->arena, (count + 1) * sizeof(*ours));

    for (size_t i = 0; i < count; i++)
        ours[i] = shape_host_of(shape, &theirs[i], place, part);
    return ours;
}

static bool is_activated(const struct topology_site *site, const char *server)
{
    for (size_t i = 0; i < site->activate_count; i++)
        if (strcmp(site->activate[i], server) == 0)
            return true;
    return site->activate_count == 0;
}

/* Those that are to be active come first, as many as can be. */
static size_t choose_servers(const struct topology_site *theirs,
                             const struct topology_host *chosen[SERVERS_MOST])
{
    size_t count = 0;

    for (int active = 1; active >= 0; active--)
        for (size_t i = 0; i < theirs->chat_server_count && count < SERVERS_MOST; i++)
            if (is_activated(theirs, theirs->chat_servers[i].name) == active)
                chosen[count++] = &theirs->chat_servers[i];
    return count;
}

static void shape_servers(struct shape *shape, const struct topology_site *theirs, enum shape_place place,
                          struct topology_site *ours)
{
    const struct topology_host *chosen[SERVERS_MOST];
    const size_t count = choose_servers(theirs, chosen);

    ours->chat_servers = arena_alloc(shape->arena, SERVERS_MOST * sizeof(*ours->chat_servers));
    for (size_t i = 0; i < count; i++) {
        const bool active = is_activated(theirs, chosen[i]->name);

        ours->chat_servers[i] = shape_host_of(shape, chosen[i], place, PART_OF_CHAT_SERVER);
        shape->hosts[shape->host_count - 1].stands_by = !active;
        if (active && theirs->activate_count)
            *(const char **)arena_push(shape->arena, &ours->activate, &ours->activate_count,
                                       sizeof(*ours->activate)) = ours->chat_servers[i].name;
    }
    ours->chat_server_count = count;
    if (count < theirs->chat_server_count)
        shape_note(shape, arena_format(shape->arena, "rehearsed with %zu chat servers in %s, yours has %zu",
                                       count, theirs->name, theirs->chat_server_count));
}

/* ---- a site ---- */

static enum shape_place place_of_role(enum site_role role)
{
    return role == SITE_PRIMARY ? PLACED_IN_PRIMARY : PLACED_IN_BACKUP;
}

/* The store needs a front end, whether the topology names one or not. */
static void shape_store(struct shape *shape, const struct topology_site *theirs, enum shape_place place,
                        struct topology_site *ours)
{
    const char **store = &shape->stores[theirs->role];

    if (theirs->management) {
        ours->management = arena_alloc(shape->arena, sizeof(*ours->management));
        *ours->management = shape_host_of(shape, theirs->management, place, PART_OF_FRONT_END);
        *store = ours->management->name;
    } else if (theirs->front_end_count) {
        *store = shape_add(shape, theirs->front_ends[0].name, place, PART_OF_FRONT_END);
    } else {
        *store = shape_add(shape, arena_format(shape->arena, "front-end-of-%s", theirs->name), place,
                           PART_OF_FRONT_END);
    }
}

static void shape_files(struct shape *shape, const struct topology_site *theirs, enum shape_place place,
                        struct topology_site *ours)
{
    ours->file_servers =
        arena_alloc(shape->arena, (theirs->file_server_count + 1) * sizeof(*ours->file_servers));
    ours->file_server_count = theirs->file_server_count;
    for (size_t i = 0; i < theirs->file_server_count; i++)
        ours->file_servers[i] =
            shape_host_of(shape, &theirs->file_servers[i], place,
                          place == PLACED_IN_PRIMARY && i == 0 ? PART_OF_FILE_STORE : PART_OF_FILE_SERVER);
    if (place == PLACED_IN_PRIMARY && !theirs->file_server_count)
        shape_add(shape, "file-store", place, PART_OF_FILE_STORE);
}

static struct topology_site shape_one_site(struct shape *shape, const struct topology_site *theirs)
{
    const enum shape_place place = place_of_role(theirs->role);
    struct topology_site ours = {.name = theirs->name, .role = theirs->role, .sql_count = theirs->sql_count};

    ours.sql = arena_alloc(shape->arena, theirs->sql_count * sizeof(*ours.sql));
    for (size_t i = 0; i < theirs->sql_count; i++)
        shape_sql(shape, &theirs->sql[i], place, &ours.sql[i]);
    shape_servers(shape, theirs, place, &ours);
    shape_store(shape, theirs, place, &ours);
    ours.front_ends =
        shape_hosts(shape, theirs->front_ends, theirs->front_end_count, place, PART_OF_FRONT_END);
    ours.front_end_count = theirs->front_end_count;
    shape_files(shape, theirs, place, &ours);
    return ours;
}

/* ---- the log-shipping share ---- */

/* The server of "\\\\SERVER\\SHARE" is that host, with its domain or without. */
static bool is_on(const char *unc, const char *host)
{
    const char *server = unc + strspn(unc, "\\");
    const size_t length = strcspn(server, "\\"), label = strcspn(host, ".");

    return strncasecmp(server, host, length) == 0 && (host[length] == '\0' || length == label);
}

static bool is_in_site(const char *unc, const struct topology_site *site)
{
    const struct {
        const struct topology_host *hosts;
        size_t count;
    } lists[] = {{site->chat_servers, site->chat_server_count},
                 {site->front_ends, site->front_end_count},
                 {site->file_servers, site->file_server_count},
                 {site->management, site->management != NULL}};

    for (size_t i = 0; i < site->sql_count; i++)
        if (is_on(unc, site->sql[i].host))
            return true;
    for (size_t i = 0; i < COUNT(lists); i++)
        for (size_t k = 0; k < lists[i].count; k++)
            if (is_on(unc, lists[i].hosts[k].fqdn))
                return true;
    return false;
}

/* PLACED_ELSEWHERE: in neither site, as far as the topology knows. */
static enum shape_place place_of_share(const struct topology_pool *theirs, const char *unc)
{
    for (size_t i = 0; unc && i < theirs->site_count; i++)
        if (is_in_site(unc, &theirs->sites[i]))
            return place_of_role(theirs->sites[i].role);
    return PLACED_ELSEWHERE;
}

static void shape_share(struct shape *shape, const struct topology_pool *theirs)
{
    enum shape_place place = place_of_share(theirs, theirs->share);

    if (place == PLACED_ELSEWHERE) {
        place = PLACED_IN_PRIMARY;
        shape_note(shape,
                   "the log-shipping share is on no machine of the topology: rehearsed in the primary site");
    }
    shape->share_host = shape_add(shape, "log-share", place, PART_OF_LOG_SHARE);
    shape->pool.share = arena_format(shape->arena, "\\\\%s\\pchatls", shape_fqdn(shape, shape->share_host));
}

const char *shape_mirror_share(struct shape *shape, const struct topology_pool *theirs)
{
    enum shape_place place = place_of_share(theirs, theirs->acting->mirror_share);
    const char *host;

    if (!theirs->acting->mirror_share)
        return NULL;
    place = place == PLACED_ELSEWHERE ? PLACED_IN_BACKUP : place;
    host = shape_add(shape, "mirror-share", place, PART_OF_MIRROR_SHARE);
    return arena_format(shape->arena, "\\\\%s\\mirror", shape_fqdn(shape, host));
}

/* ---- vantage points ---- */

static enum shape_place place_of_domain(const struct topology_pool *theirs, const char *domain)
{
    for (size_t i = 0; i < theirs->site_count; i++)
        if (strcasecmp(theirs->sites[i].name, domain) == 0)
            return place_of_role(theirs->sites[i].role);
    return PLACED_ELSEWHERE;
}

static struct topology_vantage shape_vantage(struct shape *shape, const struct topology_pool *theirs,
                                             const struct topology_vantage *vantage)
{
    struct topology_vantage ours = {
        .name = vantage->name, .failure_domain = vantage->failure_domain, .kind = vantage->kind};

    if (vantage->kind == VANTAGE_SQL) {
        ours.instance = shape_ours(shape, vantage->instance);
        return ours;
    }
    if (vantage->kind != VANTAGE_WINRM)
        shape_note(
            shape,
            arena_format(shape->arena,
                         "%s is a vantage point by %s: rehearsed as a Windows host that sees what is true",
                         vantage->name, vantage_kind_name(vantage->kind)));
    ours.kind = VANTAGE_WINRM;
    ours.host =
        shape_fqdn(shape, shape_add(shape, vantage->name, place_of_domain(theirs, vantage->failure_domain),
                                    PART_OF_NOTHING));
    ours.winrm = &by_winrm;
    return ours;
}

static void shape_vantages(struct shape *shape, const struct topology_pool *theirs)
{
    struct topology_pool *ours = &shape->pool;

    ours->vantages = arena_alloc(shape->arena, (theirs->vantage_count + 1) * sizeof(*ours->vantages));
    ours->vantage_count = theirs->vantage_count;
    for (size_t i = 0; i < theirs->vantage_count; i++)
        ours->vantages[i] = shape_vantage(shape, theirs, &theirs->vantages[i]);
}

/* ---- limits and settings ---- */

static void shape_period(struct shape *shape, int64_t *period_s, const char *key)
{
    if (*period_s == 0) {
        *period_s = USUAL_PERIOD_S;
        shape_note(shape, arena_format(shape->arena, "periods.%s is not given: rehearsed with %d s", key,
                                       USUAL_PERIOD_S));
    } else if (*period_s > PERIOD_MOST_S) {
        shape_note(shape, arena_format(shape->arena, "rehearsed with periods.%s: %d, yours is %lld", key,
                                       PERIOD_MOST_S, (long long)*period_s));
        *period_s = PERIOD_MOST_S;
    }
}

/* What servers are called and where they listen is the world's; how we judge is theirs. */
static void shape_settings(struct shape *shape, const struct topology_pool *theirs)
{
    struct topology_pool *ours = &shape->pool;

    ours->limits = theirs->limits;
    shape_period(shape, &ours->limits.backup_period_s, "backup_s");
    shape_period(shape, &ours->limits.copy_period_s, "copy_s");
    shape_period(shape, &ours->limits.restore_period_s, "restore_s");
    ours->settings = settings_default();
    ours->settings.ping_fresh_s = theirs->settings.ping_fresh_s;
    ours->settings.vote_age_s = theirs->settings.vote_age_s;
    ours->settings.monitor_domain = theirs->settings.monitor_domain;
    ours->settings.distant_sites = theirs->settings.distant_sites;
    ours->settings.certificate_warning_days = theirs->settings.certificate_warning_days;
    ours->settings.certificate_critical_days = theirs->settings.certificate_critical_days;
}

/* ---- life ---- */

static const struct topology_site *site_of(const struct topology_pool *pool, enum site_role role)
{
    for (size_t i = 0; i < pool->site_count; i++)
        if (pool->sites[i].role == role)
            return &pool->sites[i];
    return NULL;
}

static bool has_sql(const struct topology_site *site, enum sql_role role)
{
    for (size_t i = 0; site && i < site->sql_count; i++)
        if (site->sql[i].role == role)
            return true;
    return false;
}

static int check_shape(const struct topology *topology, const struct topology_pool *pool, struct err *err)
{
    if (!has_sql(site_of(pool, SITE_BACKUP), SQL_SECONDARY))
        return err_set(err, ERR_CONFIG,
                       "%s:%d: %s has no backup site with a secondary; expected one, as every rehearsal is "
                       "about the two",
                       topology->path, pool->line, pool->fqdn);
    for (size_t i = 0; i < pool->site_count; i++)
        if (!pool->sites[i].chat_server_count)
            return err_set(err, ERR_CONFIG,
                           "%s:%d: site %s names no chat_servers; expected one at least, as nobody would "
                           "write in a rehearsal",
                           topology->path, pool->sites[i].line, pool->sites[i].name);
    return 0;
}

static void shape_all(struct shape *shape, const struct topology_pool *theirs)
{
    struct topology_pool *ours = &shape->pool;

    *ours = (struct topology_pool){.fqdn = POOL_FQDN, .database = "mgc", .site_count = theirs->site_count};
    ours->sites = arena_alloc(shape->arena, theirs->site_count * sizeof(*ours->sites));
    for (size_t i = 0; i < theirs->site_count; i++)
        ours->sites[i] = shape_one_site(shape, &theirs->sites[i]);
    shape_share(shape, theirs);
    shape_vantages(shape, theirs);
    shape_settings(shape, theirs);
    shape_acting(shape, theirs);
    *(struct shape_host *)arena_push(shape->arena, &shape->hosts, &shape->host_count, sizeof(*shape->hosts)) =
        (struct shape_host){.name = SHAPE_MONITOR,
                            .place = place_of_domain(theirs, theirs->settings.monitor_domain),
                            .part = PART_OF_MONITOR};
    if (strcmp(theirs->database, "mgc") != 0)
        shape_note(shape,
                   arena_format(shape->arena, "the chat database is called mgc in a rehearsal, yours %s",
                                theirs->database));
}

struct shape *shape_of_pool(const struct topology *topology, const struct topology_pool *pool,
                            struct err *err)
{
    AUTO(shape) struct shape *shape = mem_alloc(sizeof(*shape));
    struct shape *made = shape;

    shape->arena = arena_new();
    if (check_shape(topology, pool, err) != 0)
        return NULL;
    shape_all(shape, pool);
    if (shape->host_count > HOSTS_MOST) {
        err_set(err, ERR_CONFIG, "%s:%d: %s has %zu machines; expected at most %d for a rehearsal",
                topology->path, pool->line, pool->fqdn, shape->host_count, HOSTS_MOST);
        return NULL;
    }
    shape->world = (struct world_shape){SHAPE_DOMAIN, shape->hosts, shape->host_count};
    shape = NULL;
    return made;
}

void shape_free(struct shape *shape)
{
    if (!shape)
        return;
    arena_free(shape->arena);
    free(shape);
}

const struct topology_site *shape_site(const struct shape *shape, enum site_role role)
{
    return site_of(&shape->pool, role);
}

enum shape_place shape_place_of(const struct shape *shape, const char *name)
{
    for (size_t i = 0; i < shape->host_count; i++)
        if (strcmp(shape->hosts[i].name, name) == 0)
            return shape->hosts[i].place;
    return PLACED_ELSEWHERE;
}
