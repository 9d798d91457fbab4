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
extern const struct step step_state, step_active, step_enable, step_start, step_replicas, step_pings,
    step_restart, step_prove, step_backup, step_log_backups, step_mirror, step_mirror_log;
/* Mirror verbs (steps_mirror.c). */
extern const struct step step_switch, step_mirror_export, step_witness, step_mirror_force, step_shipping,
    step_connected;
/* Whom a mirror verb makes principal, and its partner (steps_mirror.c). */
enum part heir_part(const struct step_scope *scope);
enum part heir_partner(const struct step_scope *scope);
/* Fence and unfence (steps_fence.c). */
extern const struct step step_fence_jobs, step_fence_partner, step_fence_read_only, step_fence_services,
    step_read_write, step_unfence_jobs, step_unfence_services;

/* A planned move: up to the guard (steps_planned.c), and the way that logs go afterwards (steps_reverse.c).
 */
extern const struct step step_planned_export, step_ship_off, step_rehearsal, step_rehearse, step_empty,
    step_stop, step_quiet, step_partner_off, step_close, step_close_apply;
extern const struct step step_idle, step_unship, step_ship, step_ship_mirror, step_receive, step_shipped;

/* Does the run set up the mirror of the site that serves then (steps_protect.c)? */
bool is_to_be_mirrored(const struct step_scope *scope);

/* Of a failback, before that (steps_seed.c). */
extern const struct step step_keep, step_own_log_off, step_seed_backup, step_seed_restore, step_own_log_end;

/* Which log backups lie where (steps_chain.c): by the name behind the last backslash. */
const struct log_file_fact *seen_log_file(const struct step_scope *scope, const char *name);

/*
 * A log backup of ours in the log-shipping share, "mgc_tail_run7.trn"; NULL: the pool has no share.  The
 * run's number and no time: a plan that is made again must be the same (steps_chain.c).
 */
const char *share_file(const struct step_scope *scope, const char *what);
/* The same for a full backup, "mgc_seed_run7.bak". */
const char *share_backup(const struct step_scope *scope, const char *what);
/* Does the instance know that it has written that file (steps_chain.c)? */
bool was_backed_up(const struct instance_snapshot *instance, const char *file);
/* That file is restored on the standby WITH NORECOVERY.  Where it ends is known only once it is there:
 * `without` is the state while it is not (steps_chain.c). */
int make_apply_file(const struct step_scope *scope, const char *file, struct sending **sendings,
                    size_t *count);
enum step_state observe_apply_file(const struct step_scope *scope, const struct sending *sending,
                                   enum step_state without, const char **ret_why);

/* One log backup, that ends there, is restored on that part (steps_chain.c). */
int make_apply_log(const struct making *making, enum part part, const char *path, const struct lsn *last_lsn);
enum step_state observe_apply(const struct step_scope *scope, const struct sending *sending,
                              const char **ret_why);
/* The farthest log record that a restore has brought there; "" where that is not known (steps_chain.c). */
struct lsn restored_to(const struct instance_snapshot *instance);

/* That copy has no mirror any more (steps_fence.c). */
enum step_state observe_partner_off(const struct step_scope *scope, const struct sending *sending,
                                    const char **ret_why);
/* Of chat and compliance service there, the first that is not in that state and start mode; either NULL:
 * whichever.  NULL: both are so.  *ret_seen: they were seen (steps_fence.c). */
const struct service_fact *seen_service_unlike(const struct step_scope *scope, const char *server,
                                               const char *state, const char *start_mode, bool *ret_seen);
/* What a management host says of the pool; NULL: none was seen to say it (steps_serve.c). */
const struct store_fact *seen_store(const struct step_scope *scope);
/* The servers of that site become the active ones, as its owner wants them (steps_serve.c). */
int send_active(const struct step_scope *scope, const struct topology_site *site, struct sending **sendings,
                size_t *count);
/* A script to each chat server of the serving site that answers (steps_serve.c). */
int each_left_server(const struct step_scope *scope, const char *script, int64_t limit_s,
                     struct sending **sendings, size_t *count);
enum step_state observe_service_runs(const struct step_scope *scope, const struct sending *sending,
                                     const char **ret_why);

/* The servers that the plan activates: those that answered when it was made; all where none did. */
size_t servers_to_activate(const struct step_scope *scope, const struct topology_host *const **ret_servers);

/* This run's export of that table in the ledger of that part: a cell of its first row; NULL: none
 * (put_back.c). */
const char *seen_exported(const struct step_scope *scope, enum part part, const char *table,
                          const char *column);
/* Log shipping to the standby as it was exported, where it is gone (put_back.c). */
int put_back_shipping(const struct step_scope *scope, struct sending **sendings, size_t *count);
/* LSCopy and LSRestore enabled as they were exported (put_back.c). */
int put_back_jobs(const struct step_scope *scope, struct sending **sendings, size_t *count);

/* An export is done when the run's note is in the ledger (steps_failover.c). */
enum step_state observe_export(const struct step_scope *scope, const struct sending *sending,
                               const char **ret_why);

#endif
