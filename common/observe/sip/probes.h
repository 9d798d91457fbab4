/*
 * The looks at a host from outside, as a small table of functions.  libcurl and our own bytes over it are one
 * way to fill it; the lab's world in the same process is another.  Each ends by the deadline, fills
 * *ret_result whatever happens, and may be called by several threads at once; memory in the arena.
 */
#ifndef PCHAT_OBSERVE_SIP_PROBES_H
#define PCHAT_OBSERVE_SIP_PROBES_H

#include "observe/sip/sip_probe.h"
#include "observe/sip/tcp_probe.h"
#include "observe/sip/web_probe.h"

struct probes {
    void (*tcp)(void *user, const struct probe_target *target, struct deadline deadline, struct arena *arena,
                struct probe_result *ret_result);
    void (*sip)(void *user, const struct probe_target *target, const struct sip_question *question,
                struct deadline deadline, struct arena *arena, struct sip_result *ret_result);
    void (*web)(void *user, const struct probe_target *target, const char *path, struct deadline deadline,
                struct arena *arena, struct web_result *ret_result);
    void *user;
};

/* tcp_probe(), sip_probe() and web_probe(). */
extern const struct probes probes_by_wire;

#endif
