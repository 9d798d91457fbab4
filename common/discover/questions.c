#include "discover/questions.h"

/* clang-format off */
const struct question questions[] = {
    {"names of the chat and compliance services", "WMI", judge_services,
     "chat_executable chat_display_name compliance_executable compliance_display_name"},
    {"what idle chat servers look like", "SQL, WMI, from outside", judge_idle, "idle_listens"},
    {"period of the pings", "SQL", judge_ping_period, "ping_fresh_s ping_gap_s"},
    {"clock of the pings", "SQL", judge_ping_clock, "ping_clock"},
    {"property with the active list", "PowerShell", judge_active_list, "active_list_property"},
    {"property with the active master", "PowerShell", judge_master, "master_property"},
    {"spelling of the pool's identity", "PowerShell", judge_identity, ""},
    {"answers of the web pages", "from outside", judge_pages, ""},
    {"what listens on the WCF ports", "from outside", judge_ports, ""},
    {"roles that may set pool state and active list", "PowerShell", judge_roles, ""},
    {"performance counters of chat", "PowerShell", judge_counters, ""},
    {"form of serverAddress", "SQL", judge_addresses, "chat_wcf_port"},
    {"interval of the compliance adapter", "PowerShell", judge_compliance, "compliance_interval_s"},
    {"periods of log shipping", "SQL", judge_periods, "backup_s copy_s restore_s"},
    {"ports of database mirroring", "SQL", judge_endpoints, ""},
    {"versions", "SQL, PowerShell", judge_versions, ""},
};
/* clang-format on */
const size_t question_count = COUNT(questions);

struct findings questions_judge(const struct survey *survey, struct arena *arena)
{
    struct findings findings = {.arena = arena};

    for (size_t i = 0; i < question_count; i++) {
        findings.question = (int)i;
        questions[i].judge(survey, &findings);
    }
    return findings;
}
