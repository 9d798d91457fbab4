/*
 * The readers of what scripts leave meet any line.  The first byte chooses between the replica's answer and
 * the store's; the rest is the line.  Whatever it is, each group is settled, and its texts can be shown.
 */
#include "observe/winrm/windows_script.h"

#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_texts(const struct fact_group *group, const struct fact_rows *facts)
{
    for (size_t i = 0; i < facts->count; i++)
        for (size_t f = 0; f < group->field_count; f++) {
            const char *const *text =
                fact_member((unsigned char *)facts->rows + i * group->record_bytes, &group->fields[f]);

            if (group->fields[f].kind == FACT_KIND_TEXT && *text &&
                (!utf8_valid(*text) || strchr(*text, '\n')))
                abort();
        }
}

static void check_group(const struct host_snapshot *seen, enum host_fact_id id)
{
    const struct fact_group *group = host_fact_group(id);
    struct fact_rows facts = fact_group_rows(group, seen);
    const char *detail = facts.sighting.detail;

    if (facts.sighting.sight == SIGHT_NOT_ASKED || facts.count > group->most_rows ||
        (facts.count && facts.sighting.sight != SIGHT_SEEN))
        abort();
    if (detail && (!utf8_valid(detail) || strchr(detail, '\n')))
        abort();
    check_texts(group, &facts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena) struct arena *arena = arena_new();
    const struct settings settings = settings_default();
    const struct windows_scope scope = {HOST_MANAGEMENT, "lyncpc.litwareinc.com", &settings, NULL};
    struct host_snapshot seen = {.kind = HOST_MANAGEMENT};
    struct windows_call call = {.scope = &scope, .arena = arena, .seen = &seen};
    bool of_replica = size && data[0] % 2;

    if (!size)
        return 0;
    call.groups = of_replica ? 1U << HOST_FACT_replica : 1U << HOST_FACT_store | 1U << HOST_FACT_replication;
    (of_replica ? windows_read_replica
                : windows_read_store)(&call, arena_text_n(arena, (const char *)data + 1, size - 1));
    for (int id = 0; id < HOST_FACT_COUNT; id++)
        if (call.groups & 1U << id)
            check_group(&seen, (enum host_fact_id)id);
    return 0;
}
