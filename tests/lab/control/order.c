#include "lab/control/order.h"

#include <string.h>
#include <strings.h>

static bool clear_all_means(const struct order *order)
{
    return !order->name || strcmp(order->name, "all") == 0;
}

static int clear_all(struct world *world, struct err *err)
{
    while (world_fault_count(world) > 0) {
        const char *target = NULL;
        const char *name = world_fault_name(world, world_fault_count(world) - 1, &target);
        size_t before = world_fault_count(world);
        if (world_fault_clear(world, name, target, err) != 0)
            return -1;
        if (world_fault_count(world) == before)
            return err_set(err, ERR_INTERNAL, "fault %s of %s does not clear", name, target);
    }
    return 0;
}

static bool is_set(const struct world *world, const struct order *order)
{
    for (size_t i = 0; order->target && i < world_fault_count(world); i++) {
        const char *target = NULL;
        if (strcmp(world_fault_name(world, i, &target), order->name) == 0 &&
            strcasecmp(target, order->target) == 0)
            return true;
    }
    return false;
}

/* One that is set already is set anew: only its parameters can differ. */
static int set_fault(struct world *world, const struct order *order, struct err *err)
{
    if (is_set(world, order) && world_fault_clear(world, order->name, order->target, err) != 0)
        return -1;
    return world_fault_set(world, order->name, order->target, order->params, order->param_count, err);
}

int order_apply(struct world *world, const struct order *order, struct err *err)
{
    switch (order->verb) {
    case ORDER_FAULT:
        return set_fault(world, order, err);
    case ORDER_ACT:
        return world_act(world, order->name, order->target, order->params, order->param_count, err);
    case ORDER_CLEAR:
        break;
    }
    return clear_all_means(order) ? clear_all(world, err)
                                  : world_fault_clear(world, order->name, order->target, err);
}
