#include "observe/sip/certificate_probe.h"

#include "observe/sip/dial.h"

void certificate_probe(const struct probe_target *target, struct deadline deadline, struct arena *arena,
                       struct probe_result *ret_result)
{
    AUTO(dial) struct dial dial;

    dial_init(&dial, target, DIAL_TLS, deadline, arena);
    if (dial_perform(&dial, ret_result))
        return;
    if (ret_result->client_certificate_wanted && ret_result->certificate && !ret_result->certificate->problem)
        ret_result->sighting.sight = SIGHT_SEEN;
}
