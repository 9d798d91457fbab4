/*
 * How one endpoint is examined, layer by layer: sends, waits, and writes what the findings make of it on the
 * chart.  In a thread of its own; names are resolved by getaddrinfo, which knows no deadline.
 */
#ifndef PCHAT_DOCTOR_EXAMINER_H
#define PCHAT_DOCTOR_EXAMINER_H

#include "base/clock.h"
#include "doctor/chart.h"
#include "doctor/endpoint.h"
#include "observe/sql/sql_port.h"

struct examiner {
    const struct topology_pool *pool;
    const struct endpoint *endpoint;
    struct chart *chart;
    struct deadline deadline;
    struct arena *arena; /* for what is needed meanwhile */
};

/* Each returns whether all is good so far. */
bool examine_name(const struct examiner *examiner);
/* Up to TLS; a failure also for who opens a sql_port. */
bool examine_sql_connection(const struct examiner *examiner, struct sql_failure *ret_failure);

/* All of it, but for BY_SQL. */
void examine_winrm(const struct examiner *examiner);
void examine_sip(const struct examiner *examiner);
void examine_web(const struct examiner *examiner);
void examine_tcp(const struct examiner *examiner);

/* For connections: what is left for the layers above is at least half. */
struct deadline examiner_connect_deadline(const struct examiner *examiner);
/* Connect there, and whom TLS must prove. */
struct probe_target;
struct probe_target examiner_target(const struct examiner *examiner);
/* What a probe saw up to TLS goes on the chart. */
struct probe_result;
bool examiner_note_connection(const struct examiner *examiner, const struct probe_result *probe, bool tls,
                              bool pinned);

#endif
