#include "lab/control/world_options.h"

#include "base/cleanup.h"
#include "lab/control/key_options.h"

/* clang-format off */
static const struct key_option rows[] = {
#define NUMBER(member, meaning) {#member, OPTION_NUMBER, offsetof(struct world_config, member), NULL, NULL, meaning},
#define FLAG(key, member, off, on, meaning) {key, OPTION_FLAG, offsetof(struct world_config, member), off, on, meaning},
    NUMBER(history_s, "how long it has lived when the lab begins")
    NUMBER(backup_interval_s, "how often LSBackup runs")
    NUMBER(copy_interval_s, "how often LSCopy runs")
    NUMBER(restore_interval_s, "how often LSRestore runs")
    NUMBER(write_interval_ms, "how often users write a chat message")
    FLAG("witness", without_witness, "yes", "no", "of the mirroring")
    FLAG("dark", dark_hosts_refuse, "silent", "refuse", "ports of hosts without power; a router that knows refuses")
#undef NUMBER
#undef FLAG
};
/* clang-format on */

static const struct key_options options = {"--world", rows, COUNT(rows)};

int world_options_take(struct world_config *config, const char *text, struct err *err)
{
    return key_options_take(&options, config, text, err);
}

void world_options_list(struct strbuf *out)
{
    key_options_list(&options, out);
}
