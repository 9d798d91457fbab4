#include "lab/control/chat_options.h"

#include "base/number.h"

#include <stddef.h>
#include <string.h>

enum option_kind { OPTION_TEXT, OPTION_NUMBER, OPTION_FLAG };
enum { NUMBER_MAX = 1000000 };

/* clang-format off */
static const struct option {
    const char *key;
    enum option_kind kind;
    size_t offset;
    const char *off, *on; /* of a flag: its two words */
    const char *meaning;
} options[] = {
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

static int bad(const struct option *option, const char *value, struct err *err)
{
    if (option->kind == OPTION_FLAG)
        return err_set(err, ERR_USAGE, "--chat %s=%s: expected %s or %s", option->key, value, option->off,
                       option->on);
    return err_set(err, ERR_USAGE, "--chat %s=%s: expected %s", option->key, value,
                   option->kind == OPTION_NUMBER ? "1..1000000" : "a text");
}

static int take(struct chat_config *config, const struct option *option, const char *value, struct err *err)
{
    void *member = (char *)config + option->offset;
    int64_t number = 0;

    switch (option->kind) {
    case OPTION_TEXT:
        if (!*value)
            return bad(option, value, err);
        *(const char **)member = value;
        return 0;
    case OPTION_NUMBER:
        if (!number_parse(value, &number) || number < 1 || number > NUMBER_MAX)
            return bad(option, value, err);
        *(int64_t *)member = number;
        return 0;
    case OPTION_FLAG:
        if (strcmp(value, option->on) != 0 && strcmp(value, option->off) != 0)
            return bad(option, value, err);
        *(bool *)member = strcmp(value, option->on) == 0;
        return 0;
    }
    return bad(option, value, err);
}

int chat_options_take(struct chat_config *config, const char *text, struct err *err)
{
    size_t length = strcspn(text, "=");

    for (size_t i = 0; text[length] == '=' && i < COUNT(options); i++)
        if (strncmp(options[i].key, text, length) == 0 && options[i].key[length] == '\0')
            return take(config, &options[i], text + length + 1, err);
    return err_set(err, ERR_USAGE, "--chat %s: expected KEY=VALUE with a KEY that --help lists", text);
}

void chat_options_list(struct strbuf *out)
{
    for (size_t i = 0; i < COUNT(options); i++) {
        const struct option *option = &options[i];

        strbuf_format(out, "    %-26s %s", option->key, option->meaning);
        if (option->kind == OPTION_FLAG)
            strbuf_format(out, ": %s or %s", option->off, option->on);
        strbuf_add_char(out, '\n');
    }
}
