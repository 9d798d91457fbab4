/* Statements that take their time, and sessions that outlive their client. */
#include "lab/world/fault.h"

#include <stdio.h>

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

static int set_recovery_slow(struct fault_call *call)
{
    int64_t seconds;

    if (fault_number(call, "seconds", 60, &seconds) != 0)
        return -1;
    call->instance->recovery_slow_ms = seconds * 1000;
    return 0;
}

static void clear_recovery_slow(struct fault_call *call)
{
    call->instance->recovery_slow_ms = 0;
}

static int set_half_open(struct fault_call *call)
{
    int64_t seconds;

    if (fault_number(call, "seconds", 30, &seconds) != 0)
        return -1;
    call->instance->half_open_ms = seconds * 1000;
    snprintf(call->instance->half_open_login, sizeof call->instance->half_open_login, "%s",
             fault_param(call, "login", ""));
    return 0;
}

static void clear_half_open(struct fault_call *call)
{
    call->instance->half_open_ms = 0;
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
    {{"recovery_slow", TARGET_INSTANCE, "sqldr1", "seconds=60",
      "after RESTORE WITH RECOVERY a database is RECOVERING for so long before it is ONLINE"},
     set_recovery_slow,
     clear_recovery_slow},
    {{"half_open", TARGET_INSTANCE, "sqldr1", "seconds=30 login=NAME",
      "a client that leaves is not missed for so long: its session, locks and batch go on"},
     set_half_open,
     clear_half_open},
};

const struct fault_table fault_table_statements = {rows, COUNT(rows)};
