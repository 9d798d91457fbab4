#include "doctor/examiner.h"

#include "doctor/findings.h"
#include "observe/sql/name_lookup.h"

#include <arpa/inet.h>
#include <string.h>

struct deadline examiner_connect_deadline(const struct examiner *examiner)
{
    return deadline_sooner(examiner->deadline, deadline_left_ms(examiner->deadline) / 2);
}

static const char *address_text(const struct addrinfo *found, struct arena *arena)
{
    char text[INET6_ADDRSTRLEN] = "";

    if (getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof(text), NULL, 0, NI_NUMERICHOST) != 0)
        return "an address";
    return arena_text(arena, text);
}

bool examine_name(const struct examiner *examiner)
{
    AUTO(name_lookup) struct addrinfo *addresses = NULL;
    struct mono_ms since = clock_mono(examiner->deadline.clock);
    struct examination *examination;
    bool good = false;
    int status;

    chart_begin(examiner->chart, LAYER_NAME);
    status = name_lookup_try(endpoint_address(examiner->endpoint), examiner->endpoint->port, &addresses);
    examination = chart_take_up(examiner->chart);
    if (examination)
        good = find_name(examination, status, status == 0 ? address_text(addresses, examiner->arena) : NULL,
                         clock_mono(examiner->deadline.clock).ms - since.ms);
    chart_put_down(examiner->chart);
    return good;
}

bool examine_sql_connection(const struct examiner *examiner, struct sql_failure *ret_failure)
{
    const struct topology_sql *sql = examiner->endpoint->sql;
    struct examination *examination;
    struct tls_probe_seen seen;
    bool good = false;

    *ret_failure = (struct sql_failure){SIGHT_UNRESOLVED, 0, "not connected"};
    if (!examine_name(examiner))
        return false;
    if (sql->instance)
        return true; /* which port it has, FreeTDS asks SQL Server Browser */
    chart_begin(examiner->chart, LAYER_TCP);
    tls_probe_look(sql, examiner_connect_deadline(examiner), examiner->arena, &seen, ret_failure);
    examination = chart_take_up(examiner->chart);
    if (examination)
        good =
            find_sql_connection(examination, sql, &seen, ret_failure, clock_utc_ms(examiner->deadline.clock));
    chart_put_down(examiner->chart);
    return good;
}

struct probe_target examiner_target(const struct examiner *examiner)
{
    const struct topology_host *host = examiner->endpoint->host;
    const struct topology_pool *pool = examiner->pool;
    bool is_sip = examiner->endpoint->way == BY_SIP;

    return (struct probe_target){
        .host = endpoint_address(examiner->endpoint),
        .port = examiner->endpoint->port,
        .name = host->address ? host->fqdn : NULL,
        .ca = examiner->endpoint->way == BY_WINRM ? host->winrm->ca : pool->host_ca,
        .client_certificate = is_sip ? pool->client_certificate : NULL,
        .client_key = is_sip ? pool->client_key : NULL,
    };
}

bool examiner_note_connection(const struct examiner *examiner, const struct probe_result *probe, bool tls,
                              bool pinned)
{
    const struct dialled dialled = {
        .probe = probe,
        .tls = tls,
        .pinned = pinned,
        .has_client_certificate = examiner_target(examiner).client_certificate != NULL,
    };
    struct examination *examination = chart_take_up(examiner->chart);
    bool good = examination && find_connection(examination, &dialled, clock_utc_ms(examiner->deadline.clock));

    chart_put_down(examiner->chart);
    return good;
}
