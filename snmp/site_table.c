#include "assess/copies.h"
#include "assess/sight.h"
#include "snmp/look.h"

#define ROW_COLUMNS(TEXT, NUM)                                                                               \
    TEXT(4, pchatSiteName, name)                                                                             \
    NUM(5, pchatSiteRole, ENUM, role)                                                                        \
    NUM(6, pchatSiteServes, TRUTH, serves)                                                                   \
    NUM(7, pchatSiteInstances, GAUGE, instances)                                                             \
    NUM(8, pchatSiteInstancesSeen, GAUGE, instances_seen)                                                    \
    NUM(9, pchatSiteServers, GAUGE, servers)                                                                 \
    NUM(10, pchatSiteServersSeen, GAUGE, servers_seen)                                                       \
    NUM(11, pchatSiteAge, AGE, seen)

ROW_STRUCT(site_row, ROW_COLUMNS);
#define ROW struct site_row

static void count_instances(const struct look *look, enum site_role site, struct site_row *row)
{
    size_t writable = 0, unseen = 0;

    row->instances = row->instances_seen = known(0);
    for (size_t i = 0; i < look->snapshot->instance_count; i++) {
        const struct instance_snapshot *instance = &look->snapshot->instances[i];
        enum copy_writability writability = copy_writability(instance);

        if (instance->site != site)
            continue;
        row->name = instance->site_name;
        row->instances.value++;
        row->instances_seen.value += instance_seen(instance);
        if (instance->role == SQL_WITNESS)
            continue;
        writable += writability == COPY_WRITABLE;
        unseen += writability == COPY_UNSEEN;
    }
    if (writable || !unseen)
        row->serves = known(writable > 0);
}

static void count_servers(const struct look *look, enum site_role site, struct site_row *row)
{
    if (look->snapshot->host_count)
        row->servers = row->servers_seen = known(0);
    for (size_t i = 0; i < look->snapshot->host_count; i++) {
        const struct host_snapshot *host = &look->snapshot->hosts[i];

        if (host->site != site || host->kind == HOST_VANTAGE)
            continue;
        row->name = row->name ? row->name : host->site_name;
        row->servers.value++;
        row->servers_seen.value += host_is_seen(host);
    }
}

static void fill(const struct look *look, struct rows *rows)
{
    for (int site = 0; look->snapshot && site < SITE_ROLE_COUNT; site++) {
        struct site_row *row = rows_push(rows, look->pool, (uint32_t)site + 1, 0);

        count_instances(look, (enum site_role)site, row);
        count_servers(look, (enum site_role)site, row);
        row->role = counted((int64_t)site);
        row->seen = look_seen(look);
    }
}

TABLE(pchatSiteTable, 3, PART_PASS, 2, ROW_COLUMNS, fill)
