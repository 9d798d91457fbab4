#include "lab/control/tcp_doors.h"

/* port 0: none. */
static const struct {
    int port;
    enum door_kind kind;
} plans[] = {
    [HOST_SQL] = {PORT_SMB, DOOR_SMB}, [HOST_FILE] = {PORT_SMB, DOOR_SMB}, [HOST_CHAT] = {PORT_WCF, DOOR_WCF},
    [HOST_MONITOR] = {0, DOOR_KINDS},  [HOST_FRONT_END] = {0, DOOR_KINDS}, [HOST_PLAIN] = {0, DOOR_KINDS},
};

int tcp_doors_open(struct tcp_doors *doors, struct event_base *base, struct world *world, struct err *err)
{
    for (size_t i = 0; i < world->host_count; i++) {
        int port = plans[world->hosts[i].role].port;

        if (!port)
            continue;
        doors->listeners[i] = tcp_listener_new(base, world, &world->hosts[i], port, err);
        if (!doors->listeners[i])
            return -1;
    }
    return 0;
}

int tcp_doors_refresh(struct tcp_doors *doors, struct err *err)
{
    for (size_t i = 0; i < WORLD_HOSTS_MAX; i++)
        if (doors->listeners[i] && tcp_listener_refresh(doors->listeners[i], err) != 0)
            return -1;
    return 0;
}

void tcp_doors_done(struct tcp_doors *doors)
{
    for (size_t i = 0; i < WORLD_HOSTS_MAX; i++)
        tcp_listener_free(doors->listeners[i]);
}

void tcp_doors_tell(const struct tcp_doors *doors, const struct world *world, struct host_ports *ports)
{
    for (size_t i = 0; i < world->host_count; i++)
        if (doors->listeners[i])
            ports->ports[i][plans[world->hosts[i].role].kind] = tcp_listener_port(doors->listeners[i]);
}
