#include "lab/control/chat_options.h"

#include "base/cleanup.h"
#include "lab/control/key_options.h"

/* clang-format off */
static const struct key_option rows[] = {
#define TEXT(member, meaning) {#member, OPTION_TEXT, offsetof(struct chat_config, member), NULL, NULL, meaning},
#define NUMBER(member, meaning) {#member, OPTION_NUMBER, offsetof(struct chat_config, member), NULL, NULL, meaning},
#define FLAG(key, member, off, on, meaning) {key, OPTION_FLAG, offsetof(struct chat_config, member), off, on, meaning},
    TEXT(chat_service_name, "of the service that runs ChannelService.exe")
    TEXT(compliance_service_name, "of the service that runs ComplianceService.exe")
    TEXT(chat_display_name, "of the same")
    TEXT(compliance_display_name, "of the same")
    TEXT(program_name, "of the chat servers' SQL sessions")
    TEXT(active_list_property, "of Get-CsService -PersistentChatServer, and element of the topology document")
    TEXT(master_property, "of Get-CsService -CentralManagement")
    TEXT(identity_prefix, "in the Identity that Get-CsPersistentChatState gives")
    TEXT(counter_sets, "of chat servers, with commas")
    TEXT(setters_role, "RBAC role that may set pool state and active list")
    NUMBER(ping_interval_s, "how often serverLastPingTime moves")
    NUMBER(compliance_run_interval_s, "RunInterval of the compliance adapter")
    FLAG("ping_clock", ping_local_time, "utc", "local", "of serverLastPingTime")
    FLAG("idle_row", idle_without_row, "frozen", "none", "of idle servers in tblServerIdentity")
    FLAG("idle_ports", idle_ports_closed, "open", "closed", "5041 of idle servers")
#undef TEXT
#undef NUMBER
#undef FLAG
};
/* clang-format on */

static const struct key_options options = {"--chat", rows, COUNT(rows)};

int chat_options_take(struct chat_config *config, const char *text, struct err *err)
{
    return key_options_take(&options, config, text, err);
}

void chat_options_list(struct strbuf *out)
{
    key_options_list(&options, out);
}
