/*
 * The steps, by name, and what several of them share.  Inside act/plan only.
 */
#ifndef PCHAT_ACT_PLAN_STEPS_PARTS_H
#define PCHAT_ACT_PLAN_STEPS_PARTS_H

#include "act/plan/seen.h"
#include "act/plan/sendings.h"

/* Up to the guard (steps_failover.c, steps_chain.c). */
extern const struct step step_rescue, step_export, step_quiesce, step_copy, step_apply, step_force, step_tail,
    step_remove, step_recover;
/* What programs of the site do before it (steps_site.c). */
extern const struct step step_fence_off, step_fence_source, step_before_commit;
/* From there on (steps_serve.c, steps_protect.c). */
extern const struct step step_state, step_active, step_start, step_replicas, step_pings, step_restart,
    step_prove, step_backup, step_log_backups, step_mirror;
/* Mirror verbs (steps_mirror.c). */
extern const struct step step_switch, step_mirror_export, step_witness, step_mirror_force, step_shipping,
    step_connected;
/* Whom a mirror verb makes principal, and its partner (steps_mirror.c). */
enum part heir_part(const struct step_scope *scope);
enum part heir_partner(const struct step_scope *scope);
/* Fence and unfence (steps_fence.c). */
extern const struct step step_fence_jobs, step_fence_partner, step_fence_read_only, step_fence_services,
    step_read_write, step_unfence_jobs, step_unfence_services;

/* Which log backups lie where (steps_chain.c): by the name behind the last backslash. */
const struct log_file_fact *seen_log_file(const struct step_scope *scope, const char *name);

/* The servers that the plan activates: those that answered when it was made; all where none did. */
size_t servers_to_activate(const struct step_scope *scope, const struct topology_host *const **ret_servers);

/* The newest export of that table in the ledger of the standby; NULL: none (put_back.c). */
const char *seen_export(const struct step_scope *scope, const char *table);
/* Log shipping to the standby as it was exported, where it is gone (put_back.c). */
int put_back_shipping(const struct step_scope *scope, struct sending **sendings, size_t *count);
/* LSCopy and LSRestore enabled as they were exported (put_back.c). */
int put_back_jobs(const struct step_scope *scope, struct sending **sendings, size_t *count);

/* An export is done when the run's note is in the ledger (steps_failover.c). */
enum step_state observe_export(const struct step_scope *scope, const struct sending *sending,
                               const char **ret_why);

#endif
