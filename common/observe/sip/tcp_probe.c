#include "observe/sip/tcp_probe.h"

#include "observe/sip/dial.h"

void tcp_probe(const struct probe_target *target, struct deadline deadline, struct arena *arena,
               struct probe_result *ret_result)
{
    AUTO(dial) struct dial dial;

    dial_init(&dial, target, DIAL_TCP, deadline, arena);
    dial_perform(&dial, ret_result);
}
