#include "lab/control/topology_file.h"

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

static void put_instance(struct strbuf *out, const struct instance *instance, uint16_t port)
{
    strbuf_format(out,
                  "          - name: %s\n"
                  "            role: %s\n"
                  "            host: 127.0.0.1\n"
                  "            port: %u\n"
                  "            tls: require\n"
                  "            ca: ca.pem\n"
                  "            credential: monitor\n",
                  instance->name, role_names[instance->design], port);
}

static void put_site(struct strbuf *out, struct world *world, size_t which, const uint16_t *ports)
{
    strbuf_format(out,
                  "      - name: %s\n"
                  "        role: %s\n"
                  "        sql:\n",
                  sites[which].name, sites[which].role);
    for (size_t i = 0; i < world->instance_count; i++)
        if (world_host_of(world, &world->instances[i])->site == sites[which].site)
            put_instance(out, &world->instances[i], ports[i]);
}

static const char *backup_share(const struct world *world)
{
    for (size_t i = 0; i < world->host_count; i++)
        if (world->hosts[i].share_count > 0)
            return world->hosts[i].shares[0].unc;
    return "";
}

void topology_file_put(struct strbuf *out, struct world *world, const uint16_t *ports)
{
    const struct world_config *config = &world->config;

    strbuf_add(out, "# Written by pchat-lab.\n"
                    "pools:\n"
                    "  - fqdn: lyncpc.litwareinc.com\n"
                    "    sites:\n");
    for (size_t i = 0; i < COUNT(sites); i++)
        put_site(out, world, i, ports);
    strbuf_format(out,
                  "    share: %s\n"
                  "    database: mgc\n"
                  "    periods: {backup_s: %" PRId64 ", copy_s: %" PRId64 ", restore_s: %" PRId64 "}\n",
                  backup_share(world), config->backup_interval_s, config->copy_interval_s,
                  config->restore_interval_s);
    strbuf_add(out, "credentials:\n"
                    "  monitor:\n"
                    "    sql_user: pchat_monitor\n"
                    "    password_file: credentials/monitor.password\n");
}

void ports_file_put(struct strbuf *out, const struct world *world, const uint16_t *ports)
{
    strbuf_add(out, "{");
    for (size_t i = 0; i < world->instance_count; i++)
        strbuf_format(out, "%s\"%s\": %u", i ? ", " : "", world->instances[i].name, ports[i]);
    strbuf_add(out, "}\n");
}
