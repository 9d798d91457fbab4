/*
 * What the lab tells those who come to look at it: topology.yaml as the product reads it, and ports.json for
 * tests.
 */
#ifndef PCHAT_LAB_CONTROL_TOPOLOGY_FILE_H
#define PCHAT_LAB_CONTROL_TOPOLOGY_FILE_H

#include "lab/control/host_ports.h"

/* Where everything listens: instances[i] is world->instances[i]. */
struct lab_ports {
    uint16_t instances[WORLD_INSTANCES_MAX];
    struct host_ports hosts;
};

/* ports NULL: as the hosts of the world know each other, by their names and their own ports, seen also from
 * oob1 and by sqldr1. */
void topology_file_put(struct strbuf *out, struct world *world, const struct lab_ports *ports);
void ports_file_put(struct strbuf *out, const struct world *world, const struct lab_ports *ports);

#endif
