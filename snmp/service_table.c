#include "snmp/look.h"
#include "snmp/server_index.h"
#include "snmp/terms.h"

#define ROW_COLUMNS(TEXT, NUM)                                                                               \
    TEXT(4, pchatServiceName, name)                                                                          \
    TEXT(5, pchatServiceDisplayName, display_name)                                                           \
    NUM(6, pchatServiceState, ENUM, state)                                                                   \
    NUM(7, pchatServiceStartMode, ENUM, start_mode)                                                          \
    NUM(8, pchatServiceProcessId, GAUGE, process_id)                                                         \
    NUM(9, pchatServiceExitCode, GAUGE, exit_code)                                                           \
    NUM(10, pchatServiceAge, AGE, seen)

ROW_STRUCT(service_row, ROW_COLUMNS);
#define ROW struct service_row

/* By SNMP a service has no name of its own, only the one that it displays. */
static const char *name_of(const struct service_fact *service)
{
    return service->name && *service->name ? service->name : service->display_name;
}

static void fill_host(const struct look *look, const struct host_snapshot *host, struct rows *rows)
{
    for (size_t i = 0; i < host->service.count; i++) {
        const struct service_fact *service = &host->service.rows[i];
        struct service_row *row;

        if (!name_of(service))
            continue;
        row = rows_push(rows, look->pool, server_index(look, host),
                        index_of(look->indexes, look->pool, INDEX_SERVICE, name_of(service)));
        row->name = service->name;
        row->display_name = service->display_name;
        row->state = term_of(&service_state_terms, service->state);
        row->start_mode = term_of(&start_mode_terms, service->start_mode);
        row->process_id = service->process_id;
        row->exit_code = service->exit_code;
        row->seen = look_seen(look);
    }
}

static void fill(const struct look *look, struct rows *rows)
{
    for (size_t i = 0; look->snapshot && i < look->snapshot->host_count; i++)
        fill_host(look, &look->snapshot->hosts[i], rows);
}

TABLE(pchatServiceTable, 8, PART_PASS, 3, ROW_COLUMNS, fill)
