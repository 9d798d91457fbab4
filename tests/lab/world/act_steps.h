/*
 * Single steps of the documented failover and failback, for those that do several of them.
 */
#ifndef PCHAT_LAB_WORLD_ACT_STEPS_H
#define PCHAT_LAB_WORLD_ACT_STEPS_H

struct fault_call;

/* Persistent-chat reference, "Failover DC1 to DC2", steps 1 to 4 and 6, on the secondary; 0, or -1 with
 * *call->err. */
int step_remove_log_shipping(struct fault_call *call);
int step_copy_logs(struct fault_call *call);
int step_apply_logs(struct fault_call *call);
int step_recover(struct fault_call *call);
int step_mirror_backup(struct fault_call *call);

#endif
