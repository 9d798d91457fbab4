#include "observe/sip/probes.h"

#include <stddef.h>

static void by_tcp(void *user, const struct probe_target *target, struct deadline deadline,
                   struct arena *arena, struct probe_result *ret_result)
{
    (void)user;
    tcp_probe(target, deadline, arena, ret_result);
}

static void by_sip(void *user, const struct probe_target *target, const struct sip_question *question,
                   struct deadline deadline, struct arena *arena, struct sip_result *ret_result)
{
    (void)user;
    sip_probe(target, question, deadline, arena, ret_result);
}

static void by_web(void *user, const struct probe_target *target, const char *path, struct deadline deadline,
                   struct arena *arena, struct web_result *ret_result)
{
    (void)user;
    web_probe(target, path, deadline, arena, ret_result);
}

const struct probes probes_by_wire = {by_tcp, by_sip, by_web, NULL};
