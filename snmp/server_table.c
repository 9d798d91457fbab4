#include "snmp/look.h"

#include "snmp/server_index.h"
#include "snmp/terms.h"

#include <string.h>
#include <strings.h>

#define ROW_COLUMNS(TEXT, NUM)                                                                               \
    TEXT(4, pchatServerName, name)                                                                           \
    TEXT(5, pchatServerFqdn, fqdn)                                                                           \
    NUM(6, pchatServerKind, ENUM, kind)                                                                      \
    NUM(7, pchatServerSite, ENUM, site)                                                                      \
    TEXT(8, pchatServerAddress, address)                                                                     \
    NUM(9, pchatServerSightByWinRM, ENUM, winrm)                                                             \
    NUM(10, pchatServerSightBySip, ENUM, sip)                                                                \
    NUM(11, pchatServerSightByTls, ENUM, tls)                                                                \
    NUM(12, pchatServerSightByWeb, ENUM, web)                                                                \
    NUM(13, pchatServerSightByTcp, ENUM, tcp)                                                                \
    NUM(14, pchatServerSightBySnmp, ENUM, snmp)                                                              \
    NUM(15, pchatServerActive, TRUTH, active)                                                                \
    NUM(16, pchatServerPoolState, ENUM, pool_state)                                                          \
    NUM(17, pchatServerLastBoot, TIME, last_boot)                                                            \
    NUM(18, pchatServerClockOffset, INTEGER, clock_offset_ms)                                                \
    NUM(19, pchatServerSipStatus, GAUGE, sip_status)                                                         \
    NUM(20, pchatServerSipTime, GAUGE, sip_ms)                                                               \
    NUM(21, pchatServerSeverity, ENUM, severity)                                                             \
    NUM(22, pchatServerAge, AGE, seen)

ROW_STRUCT(server_row, ROW_COLUMNS);
#define ROW struct server_row

static const char *active_list(const struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->host_count; i++) {
        const struct host_snapshot *host = &snapshot->hosts[i];

        if (host->store.count && host->store.rows[0].active_servers)
            return host->store.rows[0].active_servers;
    }
    for (size_t i = 0; i < snapshot->host_count; i++) {
        const struct host_snapshot *host = &snapshot->hosts[i];

        if (host->replica.count && host->replica.rows[0].active_servers)
            return host->replica.rows[0].active_servers;
    }
    return NULL;
}

/* FQDNs with commas between. */
static bool lists(const char *list, const char *fqdn)
{
    for (size_t length; *list; list += length + strspn(list + length, ", ")) {
        length = strcspn(list, ", ");
        if (length == strlen(fqdn) && strncasecmp(list, fqdn, length) == 0)
            return true;
    }
    return false;
}

static void fill_ways(const struct host_snapshot *host, struct server_row *row)
{
    struct fact_num *const ways[HOST_WAY_COUNT] = {
        [WAY_WINRM] = &row->winrm, [WAY_SIP] = &row->sip, [WAY_TLS] = &row->tls,
        [WAY_WEB] = &row->web,     [WAY_TCP] = &row->tcp, [WAY_SNMP] = &row->snmp,
    };

    for (size_t way = 0; way < HOST_WAY_COUNT; way++)
        *ways[way] = counted((int64_t)host->ways[way].sight);
}

static void fill_seen(const struct host_snapshot *host, struct server_row *row)
{
    if (host->os.count)
        row->last_boot = host->os.rows[0].last_boot_utc_ms;
    if (host->replica.count)
        row->pool_state = term_of(&pool_state_terms, host->replica.rows[0].pool_state);
    if (host->sip.count) {
        row->sip_status = host->sip.rows[0].status_code;
        row->sip_ms = host->sip.rows[0].milliseconds;
    }
    row->clock_offset_ms = host->clock_offset_ms;
}

static void fill(const struct look *look, struct rows *rows)
{
    const char *list = look->snapshot ? active_list(look->snapshot) : NULL;

    for (size_t i = 0; look->snapshot && i < look->snapshot->host_count; i++) {
        const struct host_snapshot *host = &look->snapshot->hosts[i];
        struct server_row *row = rows_push(rows, look->pool, server_index(look, host), 0);

        row->name = host->name;
        row->fqdn = host->fqdn;
        row->kind = counted((int64_t)host->kind);
        if (host->site != SITE_NONE)
            row->site = counted((int64_t)host->site);
        row->address = host->address;
        fill_ways(host, row);
        fill_seen(host, row);
        if (host->kind == HOST_CHAT_SERVER && list && host->fqdn)
            row->active = known(lists(list, host->fqdn));
        row->severity = known(look_severity_of(look, host->name));
        row->seen = look_seen(look);
    }
}

TABLE(pchatServerTable, 7, PART_PASS, 2, ROW_COLUMNS, fill)
