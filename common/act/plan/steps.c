#include "act/plan/steps_parts.h"

#include <string.h>

/*
 * The order differs from Microsoft's where that loses what is needed later: export and quiesce come first,
 * log shipping is removed after its last file is restored, chat is served before the mirror is rebuilt.
 */
static const struct step *const failover[] = {
    /* prepare */
    &step_rescue,
    &step_export,
    &step_quiesce,
    &step_copy,
    &step_apply,
    /* fence */
    &step_fence_off,
    /* cut: what the tail was rescued from is fenced once it is */
    &step_force,
    &step_tail,
    &step_fence_source,
    &step_before_commit,
    &step_remove,
    /* commit */
    &step_recover,
    /* after: a server that does not come keeps nobody from the others, and backups do not wait for it */
    &step_state,
    &step_active,
    &step_start,
    &step_replicas,
    &step_pings,
    &step_restart,
    &step_backup,
    &step_log_backups,
    &step_prove,
    &step_mirror,
};

/*
 * Not published by Microsoft: the way of the tail is tried before anybody is put off, and nothing opens
 * before what served is closed.
 */
static const struct step *const switchover[] = {
    /* prepare */
    &step_export,
    &step_planned_export,
    &step_quiesce,
    &step_copy,
    &step_apply,
    /* cut */
    &step_before_commit,
    &step_ship_off,
    &step_rehearsal,
    &step_rehearse,
    &step_empty,
    &step_stop,
    &step_quiet,
    &step_partner_off,
    &step_close,
    &step_close_apply,
    &step_remove,
    /* commit */
    &step_recover,
    /* after */
    &step_state,
    &step_active,
    &step_start,
    &step_replicas,
    &step_pings,
    &step_restart,
    &step_prove,
    &step_idle,
    &step_unship,
    &step_mirror,
    &step_mirror_log,
    &step_ship,
    &step_ship_mirror,
    &step_receive,
    &step_shipped,
};

/* The same with a seed before it, and without what only log shipping brings. */
static const struct step *const failback[] = {
    /* prepare */
    &step_keep,
    /* cut */
    &step_before_commit,
    &step_own_log_off,
    &step_seed_backup,
    &step_seed_restore,
    &step_rehearsal,
    &step_rehearse,
    &step_empty,
    &step_stop,
    &step_quiet,
    &step_partner_off,
    &step_close,
    &step_close_apply,
    /* commit */
    &step_recover,
    /* after */
    &step_state,
    &step_active,
    &step_enable,
    &step_start,
    &step_replicas,
    &step_pings,
    &step_restart,
    &step_prove,
    &step_idle,
    &step_own_log_end,
    &step_unship,
    &step_mirror,
    &step_mirror_log,
    &step_ship,
    &step_ship_mirror,
    &step_receive,
    &step_shipped,
};

static const struct step *const mirror_switch[] = {&step_before_commit, &step_switch, &step_shipping,
                                                   &step_connected};
static const struct step *const mirror_force[] = {&step_mirror_export, &step_fence_off,    &step_witness,
                                                  &step_before_commit, &step_mirror_force, &step_shipping,
                                                  &step_connected};
static const struct step *const fence[] = {&step_fence_jobs, &step_fence_partner, &step_fence_read_only,
                                           &step_fence_services};
static const struct step *const unfence[] = {&step_before_commit, &step_read_write, &step_unfence_jobs,
                                             &step_unfence_services};

#define LIST(steps)                                                                                          \
    {                                                                                                        \
        steps, COUNT(steps)                                                                                  \
    }
static const struct step_list lists[VERB_COUNT] = {
    [VERB_MIRROR_SWITCH] = LIST(mirror_switch),
    [VERB_MIRROR_FORCE] = LIST(mirror_force),
    [VERB_FAILOVER] = LIST(failover),
    [VERB_SWITCHOVER] = LIST(switchover),
    [VERB_FAILBACK] = LIST(failback),
    [VERB_FENCE] = LIST(fence),
    [VERB_UNFENCE] = LIST(unfence),
};

struct step_list steps_of(enum verb verb)
{
    return lists[verb];
}

const struct step *step_find(enum verb verb, const char *id)
{
    for (size_t i = 0; i < lists[verb].count; i++)
        if (strcmp(lists[verb].steps[i]->id, id) == 0)
            return lists[verb].steps[i];
    return NULL;
}

const char *step_state_name(enum step_state state)
{
    static const char *const names[STEP_STATE_COUNT] = {
        [STEP_UNKNOWN] = "unknown", [STEP_NEEDED] = "needed",         [STEP_IN_PROGRESS] = "in progress",
        [STEP_DONE] = "done",       [STEP_IMPOSSIBLE] = "impossible", [STEP_OUTDATED] = "outdated",
    };

    return names[state];
}
