/*
 * An order to the world, as it comes from the command line or a scenario: set or clear a fault, or act.
 */
#ifndef PCHAT_LAB_CONTROL_ORDER_H
#define PCHAT_LAB_CONTROL_ORDER_H

#include "lab/world/world.h"

enum order_verb { ORDER_FAULT, ORDER_ACT, ORDER_CLEAR };

enum { ORDER_PARAMS_MAX = 16 };

/* Texts belong to whoever made the order. */
struct order {
    enum order_verb verb;
    const char *name;   /* ORDER_CLEAR: NULL or "all" clears every fault */
    const char *target; /* NULL: the default one, or (clear) every target */
    struct world_param params[ORDER_PARAMS_MAX];
    size_t param_count;
};

int order_apply(struct world *world, const struct order *order, struct err *err);

#endif
