/*
 * What the lab tells those who come to look at it: topology.yaml as the product reads it, and ports.json for
 * tests.
 */
#ifndef PCHAT_LAB_CONTROL_TOPOLOGY_FILE_H
#define PCHAT_LAB_CONTROL_TOPOLOGY_FILE_H

#include "base/strbuf.h"
#include "lab/world/world.h"

/* ports[i] is where world->instances[i] listens. */
void topology_file_put(struct strbuf *out, struct world *world, const uint16_t *ports);
void ports_file_put(struct strbuf *out, const struct world *world, const uint16_t *ports);

#endif
