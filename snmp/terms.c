#include "snmp/terms.h"

#include "base/cleanup.h"

#include <strings.h>

#define TERMS(variable, type, text, ...)                                                                     \
    static const struct term variable##_rows[] = {__VA_ARGS__, {0, NULL, NULL}};                             \
    const struct terms variable = {type, text, variable##_rows};

static const char other[] = "other";

TERMS(serving_terms, "PchatServingTC", "Which copy of the chat database can be written to.",
      {WRITABLE_BY_PRIMARY, "primary", NULL}, {WRITABLE_BY_MIRROR, "mirror", NULL},
      {WRITABLE_BY_BACKUP, "backup", NULL}, {WRITABLE_SEVERAL, "several", NULL},
      {WRITABLE_NOBODY, "nobody", NULL})
TERMS(pool_state_terms, "PchatPoolStateTC", "The state of a pool, as Get-CsPersistentChatState says it.",
      {1, "normal", "Normal"}, {2, "failedOver", "FailedOver"}, {3, other, NULL})
TERMS(database_state_terms, "PchatDatabaseStateTC", "The state of a database, as sys.databases says it.",
      {1, "online", "ONLINE"}, {2, "restoring", "RESTORING"}, {3, "recovering", "RECOVERING"},
      {4, "recoveryPending", "RECOVERY_PENDING"}, {5, "suspect", "SUSPECT"}, {6, "emergency", "EMERGENCY"},
      {7, "offline", "OFFLINE"}, {DATABASE_MISSING, "missing", NULL}, {9, other, NULL})
TERMS(recovery_model_terms, "PchatRecoveryModelTC", "The recovery model of a database.", {1, "full", "FULL"},
      {2, "bulkLogged", "BULK_LOGGED"}, {3, "simple", "SIMPLE"}, {4, other, NULL})
TERMS(mirroring_role_terms, "PchatMirroringRoleTC", "The role of a copy in mirroring.",
      {1, "principal", "PRINCIPAL"}, {2, "mirror", "MIRROR"}, {3, other, NULL})
TERMS(mirroring_state_terms, "PchatMirroringStateTC",
      "The state of mirroring, as sys.database_mirroring says it.", {1, "suspended", "SUSPENDED"},
      {2, "disconnected", "DISCONNECTED"}, {3, "synchronizing", "SYNCHRONIZING"},
      {4, "pendingFailover", "PENDING_FAILOVER"}, {5, "synchronized", "SYNCHRONIZED"}, {6, other, NULL},
      {MIRRORING_NOT_MIRRORED, "notMirrored", NULL})
TERMS(witness_state_terms, "PchatWitnessStateTC", "How the witness stands to a partner.",
      {1, "connected", "CONNECTED"}, {2, "disconnected", "DISCONNECTED"}, {3, "unknown", "UNKNOWN"},
      {4, other, NULL})
TERMS(job_outcome_terms, "PchatJobOutcomeTC", "How the last run of a job ended.", {1, "failed", NULL},
      {2, "succeeded", NULL}, {3, "retry", NULL}, {4, "cancelled", NULL}, {5, other, NULL})
TERMS(service_state_terms, "PchatServiceStateTC", "The state of a Windows service.",
      {1, "running", "Running"}, {2, "stopped", "Stopped"}, {3, "startPending", "Start Pending"},
      {4, "stopPending", "Stop Pending"}, {5, "continuePending", "Continue Pending"},
      {6, "pausePending", "Pause Pending"}, {7, "paused", "Paused"}, {8, other, NULL})
TERMS(start_mode_terms, "PchatStartModeTC", "How a Windows service is started.", {1, "auto", "Auto"},
      {2, "manual", "Manual"}, {3, "disabled", "Disabled"}, {4, other, NULL})
TERMS(
    run_state_terms, "PchatRunStateTC",
    "How far a run is: open (under way, or waiting to be resumed), finished, abandoned (put back) or left as "
    "it was.",
    {1, "open", "open"}, {2, "finished", "finished"}, {3, "abandoned", "abandoned"}, {4, "left", "left"},
    {5, other, NULL})

/* Numbers of these are enums of ours, from 0; the MIB counts from 1, but for severities, which are exit
 * codes. */
TERMS(severity_terms, "PchatSeverityTC",
      "A severity; the numbers are the exit codes of the Monitoring Plugins.", {0, "ok", NULL},
      {1, "warning", NULL}, {2, "critical", NULL}, {3, "unknown", NULL})
TERMS(sight_terms, "PchatSightTC", "Whether something was seen, and if not, why not.", {1, "notAsked", NULL},
      {2, "seen", NULL}, {3, "refused", NULL}, {4, "timedOut", NULL}, {5, "unresolved", NULL},
      {6, "tlsFailed", NULL}, {7, "loginFailed", NULL}, {8, "denied", NULL}, {9, "protocolError", NULL})
TERMS(site_role_terms, "PchatSiteRoleTC", "What a site is for by design.", {1, "primary", NULL},
      {2, "backup", NULL})
TERMS(instance_role_terms, "PchatInstanceRoleTC", "What a SQL instance is for by design.",
      {1, "principal", NULL}, {2, "mirror", NULL}, {3, "secondary", NULL}, {4, "secondaryMirror", NULL},
      {5, "witness", NULL})
TERMS(server_kind_terms, "PchatServerKindTC", "What a host is for.", {1, "chatServer", NULL},
      {2, "frontEnd", NULL}, {3, "management", NULL}, {4, "fileServer", NULL}, {5, "vantage", NULL})
TERMS(port_terms, "PchatPortTC", "What a port is for.", {1, "sip", "sip"}, {2, "wcf", "wcf"},
      {3, "web", "web"}, {4, "webExternal", "web_external"}, {5, "smb", "smb"}, {6, other, NULL})
TERMS(writability_terms, "PchatWritabilityTC",
      "Can a copy be written to?  notWritable is proven; mayBecomeWritable needs no act of anybody.",
      {1, "unseen", NULL}, {2, "writable", NULL}, {3, "notWritable", NULL}, {4, "mayBecomeWritable", NULL})

const struct terms *const all_terms[] = {
    &severity_terms,
    &sight_terms,
    &site_role_terms,
    &instance_role_terms,
    &server_kind_terms,
    &port_terms,
    &writability_terms,
    &serving_terms,
    &pool_state_terms,
    &database_state_terms,
    &recovery_model_terms,
    &mirroring_role_terms,
    &mirroring_state_terms,
    &witness_state_terms,
    &job_outcome_terms,
    &service_state_terms,
    &start_mode_terms,
    &run_state_terms,
    NULL,
};

struct fact_num term_of(const struct terms *terms, const char *fact)
{
    struct fact_num number = {0};

    if (!fact)
        return number;
    for (const struct term *term = terms->rows; term->name; term++) {
        if (term->name == other)
            number = (struct fact_num){true, term->number};
        if (term->fact && strcasecmp(term->fact, fact) == 0)
            return (struct fact_num){true, term->number};
    }
    return number;
}
