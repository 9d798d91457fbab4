/*
 * Faults that last until cleared, and acts that happen once; both are tables, printable with their
 * parameters.
 */
#ifndef PCHAT_LAB_WORLD_FAULTS_H
#define PCHAT_LAB_WORLD_FAULTS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;

/* One K=V of the command line or scenario. */
struct world_param {
    const char *key, *value;
};

/* TARGET_LINK: "FROM->TO", each the name of a host or of a site. */
enum fault_target { TARGET_NONE, TARGET_INSTANCE, TARGET_HOST, TARGET_SITE, TARGET_LINK };

struct fault_info {
    const char *name;
    enum fault_target target;
    const char *default_target; /* used when none is given; NULL = must be given */
    const char *params;         /* "from=HOST to=HOST", "" for none */
    const char *help;           /* one line */
};

/* The tables' public part; index 0 .. until NULL. */
const struct fault_info *world_fault_info(size_t index);
const struct fault_info *world_act_info(size_t index);

/* 0, or -1 with ERR_INPUT: unknown name, target, parameter, or the world's state refuses it. */
int world_fault_set(struct world *world, const char *name, const char *target,
                    const struct world_param *params, size_t param_count, struct err *err);
int world_fault_clear(struct world *world, const char *name, const char *target, struct err *err);
int world_act(struct world *world, const char *name, const char *target, const struct world_param *params,
              size_t param_count, struct err *err);

/* Faults set now, in the order of setting. */
size_t world_fault_count(const struct world *world);
const char *world_fault_name(const struct world *world, size_t index, const char **ret_target);

#endif
