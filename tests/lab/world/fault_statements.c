/* Statements that take their time. */
#include "lab/world/fault.h"

static int set_media_slow(struct fault_call *call)
{
    int64_t seconds;

    if (fault_number(call, "seconds", 60, &seconds) != 0)
        return -1;
    call->instance->media_slow_ms = seconds * 1000;
    return 0;
}

static void clear_media_slow(struct fault_call *call)
{
    call->instance->media_slow_ms = 0;
}

static int set_rollback_slow(struct fault_call *call)
{
    int64_t seconds;

    if (fault_number(call, "seconds", 60, &seconds) != 0)
        return -1;
    call->instance->rollback_slow_ms = seconds * 1000;
    return 0;
}

static void clear_rollback_slow(struct fault_call *call)
{
    call->instance->rollback_slow_ms = 0;
}

static const struct fault rows[] = {
    {{"media_slow", TARGET_INSTANCE, "sqldr1", "seconds=60",
      "each BACKUP and RESTORE that a client sends takes so long"},
     set_media_slow,
     clear_media_slow},
    {{"rollback_slow", TARGET_INSTANCE, "sqldr1", "seconds=60",
      "what KILL ends is undone for so long, its locks held"},
     set_rollback_slow,
     clear_rollback_slow},
};

const struct fault_table fault_table_statements = {rows, COUNT(rows)};
