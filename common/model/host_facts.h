/*
 * Facts of a Windows host, or of a vantage point: the second kind of subject, in the form of facts.h - one
 * record type per question, its fields declared once.
 *
 * Who fills them: WinRM (os, service, event, replica, store, replication), SNMP (os, service), SIP and TLS
 * (sip, certificate), HTTP (web), TCP (port), vantage points (vote).  A group says by its sighting whether
 * and why not it was seen; the host's `ways` say the same of each way of seeing.
 *
 * Sources: Win32_OperatingSystem, Win32_Service, Win32_NTLogEvent (WMI reference); the help of
 * Get-CsPersistentChatState, Get-CsManagementStoreReplicationStatus; RFC 3261 for SIP.
 */
#ifndef PCHAT_MODEL_HOST_FACTS_H
#define PCHAT_MODEL_HOST_FACTS_H

#include "model/facts.h"

/* Win32_OperatingSystem: one row. */
#define OS_FACTS(TEXT, NUM, LSN, UTC)                                                                        \
    UTC(now)                                                                                                 \
    UTC(last_boot)

/* Win32_Service: the chat services, known by their executables, and what carries them.  SNMP knows fewer
 * columns and lists running services alone: observe/snmp/snmp_services.h. */
#define SERVICE_FACTS(TEXT, NUM, LSN, UTC)                                                                   \
    TEXT(name)                                                                                               \
    TEXT(display_name)                                                                                       \
    TEXT(state)      /* "Running", "Stopped", "Start Pending", ... */                                        \
    TEXT(start_mode) /* "Auto", "Manual", "Disabled" */                                                      \
    TEXT(path_name)  /* holds the executable */                                                              \
    NUM(process_id)                                                                                          \
    NUM(exit_code)

/* Win32_NTLogEvent, counted by code within the time that was asked for. */
#define EVENT_FACTS(TEXT, NUM, LSN, UTC)                                                                     \
    NUM(event_code)                                                                                          \
    NUM(count)                                                                                               \
    UTC(newest)

/* One TCP port, seen from this monitor. */
#define PORT_FACTS(TEXT, NUM, LSN, UTC)                                                                      \
    TEXT(purpose) /* host_port_name() */                                                                     \
    NUM(port)                                                                                                \
    TEXT(evidence) /* "closed", "listening", "tls_ok", "sip_ok"; NULL: unknown, a time-out too */            \
    TEXT(detail)

/* The certificate that a port showed, also when it did not verify. */
#define CERTIFICATE_FACTS(TEXT, NUM, LSN, UTC)                                                               \
    TEXT(purpose) /* of the port: host_port_name() */                                                        \
    NUM(port)                                                                                                \
    TEXT(subject)                                                                                            \
    TEXT(names) /* subject alternative names, comma separated */                                             \
    TEXT(issuer)                                                                                             \
    UTC(not_before)                                                                                          \
    UTC(not_after)                                                                                           \
    NUM(trusted)                                                                                             \
    NUM(name_matches)

/* The answer to one OPTIONS. */
#define SIP_FACTS(TEXT, NUM, LSN, UTC)                                                                       \
    NUM(port)                                                                                                \
    NUM(status_code)                                                                                         \
    TEXT(reason)                                                                                             \
    TEXT(server)                                                                                             \
    NUM(milliseconds)

/* The answer to one GET without credentials. */
#define WEB_FACTS(TEXT, NUM, LSN, UTC)                                                                       \
    TEXT(path)                                                                                               \
    NUM(http_status)

/* Get-CsPersistentChatState -LocalStore and what else this host's own replica says: one row. */
#define REPLICA_FACTS(TEXT, NUM, LSN, UTC)                                                                   \
    TEXT(pool_state)     /* "Normal", "FailedOver" */                                                        \
    TEXT(active_servers) /* FQDNs, comma separated; "": none; NULL: not known */                             \
    TEXT(version)

/* The same from the Central Management Store, asked on a management host: one row. */
#define STORE_FACTS(TEXT, NUM, LSN, UTC)                                                                     \
    TEXT(pool_state)                                                                                         \
    TEXT(active_master) /* FQDN */                                                                           \
    NUM(masters)        /* how many call themselves active master */                                         \
    TEXT(active_servers)

/* Get-CsManagementStoreReplicationStatus, asked on a management host: one row for each replica. */
#define REPLICATION_FACTS(TEXT, NUM, LSN, UTC)                                                               \
    TEXT(replica_fqdn)                                                                                       \
    NUM(up_to_date)                                                                                          \
    UTC(last_update)                                                                                         \
    UTC(last_status)

/* What a vantage point says of one object of the pool. */
#define VOTE_FACTS(TEXT, NUM, LSN, UTC)                                                                      \
    TEXT(object) /* as topology.yaml names it */                                                             \
    TEXT(vote)   /* "seen", "not_seen"; whatever else, and NULL, is no vote */                               \
    TEXT(source)                                                                                             \
    TEXT(failure_domain)                                                                                     \
    UTC(at)    /* by the vantage point's clock */                                                            \
    NUM(age_s) /* when it was taken; not known: no vote */

/* Every group of facts of a host: GROUP(member and JSON key, FIELDS, most rows kept). */
#define HOST_FACT_GROUPS(GROUP)                                                                              \
    GROUP(os, OS_FACTS, 1)                                                                                   \
    GROUP(service, SERVICE_FACTS, 40)                                                                        \
    GROUP(event, EVENT_FACTS, 20)                                                                            \
    GROUP(port, PORT_FACTS, 20)                                                                              \
    GROUP(certificate, CERTIFICATE_FACTS, 8)                                                                 \
    GROUP(sip, SIP_FACTS, 8)                                                                                 \
    GROUP(web, WEB_FACTS, 20)                                                                                \
    GROUP(replica, REPLICA_FACTS, 1)                                                                         \
    GROUP(store, STORE_FACTS, 1)                                                                             \
    GROUP(replication, REPLICATION_FACTS, 100)                                                               \
    GROUP(vote, VOTE_FACTS, 64)
HOST_FACT_GROUPS(FACT_STRUCTS)

enum host_fact_id {
#define HOST_FACT_ID(group, FIELDS, most) HOST_FACT_##group,
    HOST_FACT_GROUPS(HOST_FACT_ID)
#undef HOST_FACT_ID
        HOST_FACT_COUNT
};

const struct fact_group *host_fact_group(enum host_fact_id id);

#endif
