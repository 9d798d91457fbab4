#include "assess/sight.h"
#include "snmp/look.h"
#include "snmp/terms.h"

#define ROW_COLUMNS(TEXT, NUM)                                                                               \
    TEXT(4, pchatInstanceName, name)                                                                         \
    NUM(5, pchatInstanceSite, ENUM, site)                                                                    \
    NUM(6, pchatInstanceRole, ENUM, role)                                                                    \
    TEXT(7, pchatInstanceAddress, address)                                                                   \
    NUM(8, pchatInstanceSight, ENUM, sight)                                                                  \
    TEXT(9, pchatInstanceSightDetail, detail)                                                                \
    TEXT(10, pchatInstanceVersion, version)                                                                  \
    TEXT(11, pchatInstanceEdition, edition)                                                                  \
    NUM(12, pchatInstanceClockOffset, INTEGER, clock_offset_ms)                                              \
    NUM(13, pchatInstanceRoundTrip, GAUGE, round_trip_ms)                                                    \
    NUM(14, pchatInstanceAgentService, ENUM, agent)                                                          \
    NUM(15, pchatInstanceSeverity, ENUM, severity)                                                           \
    NUM(16, pchatInstanceAge, AGE, seen)

ROW_STRUCT(instance_row, ROW_COLUMNS);
#define ROW struct instance_row

static void fill_seen(const struct instance_snapshot *instance, struct instance_row *row)
{
    const struct server_fact *server = FACT(instance, server);
    const struct agent_fact *agent = FACT(instance, agent);

    if (server) {
        row->version = server->version;
        row->edition = server->edition;
    }
    if (agent)
        row->agent = term_of(&service_state_terms, agent->service_status);
    row->clock_offset_ms = instance->clock_offset_ms;
    row->round_trip_ms = instance->round_trip_ms;
}

static void fill(const struct look *look, struct rows *rows)
{
    for (size_t i = 0; look->snapshot && i < look->snapshot->instance_count; i++) {
        const struct instance_snapshot *instance = &look->snapshot->instances[i];
        uint32_t number = index_of(look->indexes, look->pool, INDEX_INSTANCE, instance->name);
        struct instance_row *row = rows_push(rows, look->pool, number, 0);

        row->name = instance->name;
        row->site = counted((int64_t)instance->site);
        row->role = counted((int64_t)instance->role);
        row->address = instance->address;
        row->sight = counted((int64_t)instance->reach.sight);
        row->detail = instance->reach.detail;
        row->severity = known(look_severity_of(look, instance->name));
        row->seen = look_seen(look);
        fill_seen(instance, row);
    }
}

TABLE(pchatInstanceTable, 4, PART_PASS, 2, ROW_COLUMNS, fill)
