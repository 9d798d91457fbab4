#include "lab/control/topology_file.h"

#include "lab/world/build.h"

#include <inttypes.h>

static const char *const role_names[] = {
    [DESIGN_PRINCIPAL] = "principal",
    [DESIGN_MIRROR] = "mirror",
    [DESIGN_WITNESS] = "witness",
    [DESIGN_SECONDARY] = "secondary",
    [DESIGN_SECONDARY_MIRROR] = "secondary_mirror",
};

static const struct {
    enum site site;
    const char *name, *role;
} sites[] = {{SITE_PRIMARY, "dub", "primary"}, {SITE_BACKUP, "red", "backup"}};

static void put_instance(struct strbuf *out, struct world *world, const struct instance *instance,
                         const struct lab_ports *ports)
{
    strbuf_format(out,
                  "          - name: %s\n"
                  "            role: %s\n"
                  "            host: %s\n"
                  "            fqdn: %s\n"
                  "            port: %d\n"
                  "            tls: require\n"
                  "            ca: ca.pem\n"
                  "            credential: monitor\n",
                  instance->name, role_names[instance->design],
                  ports ? "127.0.0.1" : world_host_of(world, instance)->fqdn,
                  world_host_of(world, instance)->fqdn,
                  ports ? ports->instances[instance->index] : instance->port);
}

/* ---- hosts ---- */

static bool is_chat_server(struct world *world, const struct host *host)
{
    (void)world;
    return host->role == HOST_CHAT;
}

static bool is_front_end(struct world *world, const struct host *host)
{
    (void)world;
    return host->role == HOST_FRONT_END;
}

static bool is_file_server(struct world *world, const struct host *host)
{
    return host == build_file_server(world);
}

static const struct host_list {
    const char *key;
    bool (*has)(struct world *world, const struct host *host);
} lists[] = {
    {"chat_servers", is_chat_server}, {"front_ends", is_front_end}, {"file_servers", is_file_server}};

/* WinRM is told elsewhere: it wants a credential too. */
static void put_ports(struct strbuf *out, const uint16_t ports[DOOR_KINDS])
{
    const char *separator = "";

    strbuf_add(out, "ports: {");
    for (size_t kind = DOOR_WINRM + 1; kind < DOOR_KINDS; kind++) {
        if (!ports[kind])
            continue;
        strbuf_format(out, "%s%s: %u", separator, door_kind_name((enum door_kind)kind), ports[kind]);
        separator = ", ";
    }
    strbuf_add(out, "}");
}

static void put_host(struct strbuf *out, const struct host *host, const struct host_ports *ports)
{
    if (!ports) {
        strbuf_format(out, "{name: %s, fqdn: %s}\n", host->name, host->fqdn);
        return;
    }
    strbuf_format(out, "{name: %s, fqdn: %s, address: 127.0.0.1,\n             ", host->name, host->fqdn);
    put_ports(out, ports->ports[host->index]);
    strbuf_format(out, ",\n             winrm: {port: %u, auth: basic, credential: winrm, ca: ca.pem}}\n",
                  ports->ports[host->index][DOOR_WINRM]);
}

static void put_list(struct strbuf *out, struct world *world, enum site site, const struct host_list *list,
                     const struct host_ports *ports)
{
    const char *key = list->key;

    for (size_t i = 0; i < world->host_count; i++) {
        const struct host *host = &world->hosts[i];

        if (host->site != site || !list->has(world, host))
            continue;
        if (key)
            strbuf_format(out, "        %s:\n", key);
        key = NULL;
        strbuf_add(out, "          - ");
        put_host(out, host, ports);
    }
}

/* The site's front end: with the active master of the store, or ready to become it. */
static void put_management(struct strbuf *out, struct world *world, enum site site,
                           const struct host_ports *ports)
{
    for (size_t i = 0; i < world->host_count; i++) {
        if (world->hosts[i].site != site || !is_front_end(world, &world->hosts[i]))
            continue;
        strbuf_add(out, "        management:\n            ");
        put_host(out, &world->hosts[i], ports);
        return;
    }
}

/* ---- the pool ---- */

static void put_site(struct strbuf *out, struct world *world, size_t which, const struct lab_ports *ports)
{
    const struct host_ports *hosts = ports ? &ports->hosts : NULL;
    enum site site = sites[which].site;

    strbuf_format(out,
                  "      - name: %s\n"
                  "        role: %s\n"
                  "        sql:\n",
                  sites[which].name, sites[which].role);
    for (size_t i = 0; i < world->instance_count; i++)
        if (world_host_of(world, &world->instances[i])->site == site)
            put_instance(out, world, &world->instances[i], ports);
    for (size_t i = 0; i < COUNT(lists); i++)
        put_list(out, world, site, &lists[i], hosts);
    put_management(out, world, site, hosts);
}

/* A third place, and the backup site's own opinion. */
static void put_vantage_points(struct strbuf *out)
{
    strbuf_add(out, "    vantage_points:\n"
                    "      - {name: oob1, kind: winrm, host: oob1.litwareinc.com, failure_domain: third}\n"
                    "      - {name: copy_job, kind: sql, instance: sqldr1, failure_domain: red}\n");
}

/* For a runner inside; who it is on the servers, its seat says. */
static void put_acting(struct strbuf *out, const struct world_config *config)
{
    strbuf_add(out, "    acting:\n"
                    "      credential: admin\n"
                    "      log_folder: 'D:\\pchatlogs'\n"
                    "      copy_folder: 'E:\\LogCopy'\n"
                    "      fence_off: /bin/false\n"
                    "      fence_status: /bin/false\n"
                    "      automatic_fence: true\n"
                    "      people:\n"
                    "        - {name: dba, uid: 0, approves: true}\n");
    if (config->names_mirror_share)
        strbuf_add(out, "      mirror_share: '\\\\fs3.litwareinc.com\\mirror'\n");
}

void topology_file_put(struct strbuf *out, struct world *world, const struct lab_ports *ports)
{
    const struct world_config *config = &world->config;

    strbuf_add(out, "# Written by pchat-lab.\n"
                    "pools:\n"
                    "  - fqdn: " STORE_POOL_FQDN "\n"
                    "    sites:\n");
    for (size_t i = 0; i < COUNT(sites); i++)
        put_site(out, world, i, ports);
    strbuf_format(out,
                  "    share: %s\n"
                  "    database: mgc\n"
                  "    periods: {backup_s: %" PRId64 ", copy_s: %" PRId64 ", restore_s: %" PRId64 "}\n"
                  "    winrm: {auth: basic, credential: winrm, ca: ca.pem}\n"
                  "    host_ca: ca.pem\n"
                  "    client_certificate: credentials/monitor.pem\n"
                  "    client_key: credentials/monitor.pem\n",
                  build_share(world), config->backup_interval_s, config->copy_interval_s,
                  config->restore_interval_s);
    if (!ports) {
        put_vantage_points(out);
        put_acting(out, config);
    }
    strbuf_add(out, "credentials:\n"
                    "  monitor:\n"
                    "    sql_user: pchat_monitor\n"
                    "    password_file: credentials/monitor.password\n"
                    "  admin:\n"
                    "    sql_user: pchat_admin\n"
                    "    password_file: credentials/pchat_admin.password\n"
                    "  winrm:\n"
                    "    sql_user: pchat_monitor\n"
                    "    password_file: credentials/winrm.password\n");
}

void ports_file_put(struct strbuf *out, const struct world *world, const struct lab_ports *ports)
{
    strbuf_add(out, "{");
    for (size_t i = 0; i < world->instance_count; i++)
        strbuf_format(out, "%s\"%s\": %u", i ? ", " : "", world->instances[i].name, ports->instances[i]);
    strbuf_add(out, "}\n");
}
