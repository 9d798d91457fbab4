#include "lab/tds/door_state.h"

enum door_state door_state_seen(struct world *world, const struct host *host, int port)
{
    static const enum door_state states[] = {
        [PORT_OPEN] = DOOR_OPEN, [PORT_CLOSED] = DOOR_REFUSING, [PORT_FILTERED] = DOOR_BLACKHOLED};

    return states[windows_port(world, world_host(world, "monitor"), host, port)];
}
