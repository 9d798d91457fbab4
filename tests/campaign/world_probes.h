/*
 * What a host of the world sees of the ports of others from outside: probes (observe/sip/probes.h) answered
 * by the world, without a wire.
 *
 * A server that wants mutual TLS is content with whatever certificate the topology names.  Certificates of
 * the world are valid from a day before it began.
 */
#ifndef PCHAT_TESTS_CAMPAIGN_WORLD_PROBES_H
#define PCHAT_TESTS_CAMPAIGN_WORLD_PROBES_H

#include "campaign/world_clock.h"
#include "observe/sip/probes.h"

/* Stays where it is as long as the probes. */
struct world_probes {
    struct world_clock *clock; /* whose host looks */
    int64_t half_trip_ms;      /* of one message */
};

struct probes world_probes_by(struct world_probes *probes);

#endif
