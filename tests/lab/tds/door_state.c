#include "lab/tds/door_state.h"

bool door_is_dark(const struct world *world, const struct host *host)
{
    return host->down && world->config.dark_hosts_refuse;
}

enum door_state door_state_seen(struct world *world, const struct host *host, int port)
{
    static const enum door_state states[] = {
        [PORT_OPEN] = DOOR_OPEN, [PORT_CLOSED] = DOOR_REFUSING, [PORT_FILTERED] = DOOR_BLACKHOLED};

    if (door_is_dark(world, host))
        return DOOR_REFUSING;
    return states[windows_port(world, world_host(world, "monitor"), host, port)];
}
