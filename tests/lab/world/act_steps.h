/*
 * Single steps of the documented failover and failback, for those that do several of them, and what the files
 * of steps share.
 */
#ifndef PCHAT_LAB_WORLD_ACT_STEPS_H
#define PCHAT_LAB_WORLD_ACT_STEPS_H

#include "lab/world/instance.h"

struct fault_call;

/* Persistent-chat reference, "Failover DC1 to DC2", steps 1 to 4 and 6, on the secondary; 0, or -1 with
 * *call->err. */
int step_remove_log_shipping(struct fault_call *call);
int step_copy_logs(struct fault_call *call);
int step_apply_logs(struct fault_call *call);
int act_recover(struct fault_call *call);
int step_mirror_backup(struct fault_call *call);

/* The instance with that part in the design, and whether its service runs: 0, or -1 with *call->err. */
struct instance *step_designed(const struct fault_call *call, enum instance_role design);
int step_need_up(const struct fault_call *call, const struct instance *instance);
/* SET PARTNER OFF; nothing when the instance is down or the database is not mirrored. */
void step_unmirror(struct fault_call *call, struct instance *instance, const char *name);

#endif
