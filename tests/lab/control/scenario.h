/*
 * A scenario: orders with the virtual second at which each is given.
 *
 *     - {at: 120, fault: restore_stopped, target: sqldr1}
 *     - {at: 900, clear: restore_stopped}
 *     - {at: 960, act: mirror_failover}
 *
 * Keys beside at, fault, act, clear and target are the order's parameters.
 */
#ifndef PCHAT_LAB_CONTROL_SCENARIO_H
#define PCHAT_LAB_CONTROL_SCENARIO_H

#include "base/arena.h"
#include "lab/control/order.h"

struct scenario_step {
    int64_t at_ms; /* virtual time since the start of the lab */
    int line;
    struct order order;
};

struct scenario {
    const char *file;
    struct scenario_step *steps; /* by at_ms; equal times in the file's order */
    size_t count, next;          /* next: the first step not yet taken */
};

/* The steps live in the arena.  ERR_CONFIG with FILE:LINE. */
int scenario_read(const char *file, struct arena *arena, struct scenario *ret_scenario, struct err *err);

#endif
