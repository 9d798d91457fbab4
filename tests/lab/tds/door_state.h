/*
 * The door that a port of a Windows host has on the wire, by what a client on host "monitor" sees of it.
 */
#ifndef PCHAT_LAB_TDS_DOOR_STATE_H
#define PCHAT_LAB_TDS_DOOR_STATE_H

#include "lab/tds/door.h"
#include "lab/world/world.h"

/* Its host has no power, and whoever routes there says so. */
bool door_is_dark(const struct world *world, const struct host *host);
enum door_state door_state_seen(struct world *world, const struct host *host, int port);

#endif
