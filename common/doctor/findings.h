/*
 * From what was seen of a layer to its step: good with a fact or two, or the diagnosis.  Each returns whether
 * the examination goes on.  No I/O; pure but for the examination that it adds to, thread-safe.
 */
#ifndef PCHAT_DOCTOR_FINDINGS_H
#define PCHAT_DOCTOR_FINDINGS_H

#include "doctor/examination.h"
#include "model/snapshot.h"
#include "observe/sip/probe.h"
#include "observe/sip/sip_probe.h"
#include "observe/sip/web_probe.h"
#include "observe/sql/sql_port.h"
#include "observe/sql/tls_probe.h"
#include "observe/winrm/winrm_port.h"
#include "topology/topology.h"

#include <stdint.h>

/* ---- the connection ---- */

/* status of getaddrinfo, 0 with the address; took_ms either way. */
bool find_name(struct examination *examination, int status, const char *address, int64_t took_ms);
/* TCP, and with TLS wanted the certificate.  now_utc_ms is this host's clock. */
struct dialled {
    const struct probe_result *probe;
    bool tls;                    /* it was meant to come so far */
    bool pinned;                 /* a pinned key takes the place of the chain */
    bool has_client_certificate; /* we had one to show */
};
bool find_connection(struct examination *examination, const struct dialled *dialled, int64_t now_utc_ms);
bool find_sql_connection(struct examination *examination, const struct topology_sql *sql,
                         const struct tls_probe_seen *seen, const struct sql_failure *failure,
                         int64_t now_utc_ms);

/* ---- SQL Server ---- */

bool find_sql_login_failure(struct examination *examination, const struct topology_sql *sql,
                            const struct sql_failure *failure);
/* What it says after the login: database, rights, questions, clock.  database is the chat database's name. */
void find_sql_facts(struct examination *examination, const struct topology_sql *sql,
                    const struct instance_snapshot *seen, const char *database);

/* ---- Windows hosts ---- */

/* The stage that failed decides what the failure means where its words do not; layers before it that the
 * failure proves good are added. */
void find_winrm_failure(struct examination *examination, enum layer stage,
                        const struct winrm_failure *failure);
void find_sip(struct examination *examination, const struct sip_result *result);
bool find_web(struct examination *examination, const char *path, const struct web_result *result);

/* ---- any ---- */

/* offset_ms: the endpoint's clock minus this host's, true within that much. */
void find_clock(struct examination *examination, int64_t offset_ms, int64_t within_ms);
/* The layer that was under way when the time ended. */
void find_time_out(struct examination *examination, enum layer layer);

#endif
