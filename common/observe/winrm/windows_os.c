/* Which time it is there, and since when the host runs. */
#include "observe/winrm/windows_call.h"

/* The host's clock is read somewhere within the round trip, which for the first question includes the login.
 */
static void set_clock(const struct windows_call *call, int64_t sent_utc_ms, int64_t round_trip_ms)
{
    struct host_snapshot *seen = call->seen;
    const struct fact_num *now = &seen->os.rows[0].now_utc_ms;

    if (!now->known)
        return;
    seen->round_trip_ms = (struct fact_num){true, round_trip_ms};
    seen->clock_offset_ms = (struct fact_num){true, now->value - (sent_utc_ms + round_trip_ms / 2)};
}

void windows_ask_os(struct winrm_port *port, const struct windows_scope *scope, struct deadline deadline,
                    struct arena *arena, struct host_snapshot *seen)
{
    static const char *const columns[] = {"LocalDateTime", "LastBootUpTime"};
    const struct windows_call call = {port, scope, deadline, arena, seen, 1U << HOST_FACT_os};
    int64_t sent_utc_ms = clock_utc_ms(scope->clock), sent_ms = clock_mono(scope->clock).ms;

    if (!windows_is_open(&call) ||
        !windows_query(&call, HOST_FACT_os, "SELECT LocalDateTime,LastBootUpTime FROM Win32_OperatingSystem",
                       columns) ||
        seen->os.sighting.sight != SIGHT_SEEN)
        return;
    if (seen->os.count)
        set_clock(&call, sent_utc_ms, clock_mono(scope->clock).ms - sent_ms);
    else
        windows_settle(&call, HOST_FACT_os, SIGHT_PROTOCOL_ERROR, "Win32_OperatingSystem has no row");
}
