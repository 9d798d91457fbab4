#include "act/engine/host_send.h"

#include "observe/winrm/winrm_topology.h"

#include <string.h>

static const struct topology_host *find_host(const struct topology_pool *pool, const char *name)
{
    for (size_t s = 0; s < pool->site_count; s++) {
        const struct topology_site *site = &pool->sites[s];

        if (site->management && strcmp(site->management->name, name) == 0)
            return site->management;
        for (size_t i = 0; i < site->chat_server_count; i++)
            if (strcmp(site->chat_servers[i].name, name) == 0)
                return &site->chat_servers[i];
        for (size_t i = 0; i < site->front_end_count; i++)
            if (strcmp(site->front_ends[i].name, name) == 0)
                return &site->front_ends[i];
    }
    return NULL;
}

static struct winrm_port *open_host(const struct engine_ports *ports, const struct topology_pool *pool,
                                    const char *target, struct err *err)
{
    const struct topology_host *host = find_host(pool, target);
    struct winrm_endpoint endpoint;

    if (!host || !host->winrm) {
        err_set(err, ERR_CONFIG, "the topology does not say how %s is told to do something", target);
        return NULL;
    }
    endpoint = winrm_topology_endpoint(host->fqdn, host->address, host->winrm);
    return ports->winrm->open(ports->winrm->user, &endpoint, err);
}

static const char *failure_words(const struct winrm_failure *failure, struct arena *arena)
{
    return arena_format(arena, "%s%s%s", failure->text ? failure->text : "", failure->hint ? " -> " : "",
                        failure->hint ? failure->hint : "");
}

enum sent host_send(const struct engine_ports *ports, const struct topology_pool *pool,
                    const struct sending *sending, struct deadline deadline, struct arena *arena,
                    const char **ret_words)
{
    struct err err = ERR_INIT;
    struct winrm_port *port = open_host(ports, pool, sending->target, &err);
    struct winrm_failure failure = {0};
    struct winrm_output output;
    enum sent sent = SENT_DONE;

    if (!port) {
        *ret_words = arena_text(arena, err.text);
        return SENT_FAILED;
    }
    if (port->ops->run_ps(port, sending->text, sending->parameters, deadline, arena, &output, &failure) ==
        0) {
        *ret_words = output.json;
    } else {
        *ret_words = failure_words(&failure, arena);
        sent = failure.serves ? SENT_FAILED : SENT_LOST;
    }
    port->ops->close(port);
    return sent;
}
