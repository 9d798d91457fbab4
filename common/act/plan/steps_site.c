/*
 * What programs of the site are asked for before a copy is made writable: to switch off what is left behind,
 * and whether they have anything against it.
 */
#include "act/judge/fenced.h"
#include "act/plan/steps_parts.h"

#include <string.h>

/* ---- is a copy to be made writable yet? ---- */

static bool is_yet_to_come(const struct step_scope *scope, const struct step *step)
{
    struct sending *sendings = NULL;
    size_t count = 0;

    if (step->make(scope, &sendings, &count) != 0)
        return true; /* it says so itself */
    for (size_t i = 0; i < count; i++) {
        const char *why;
        const enum step_state state = step->observe(scope, &sendings[i], &why);

        if (state != STEP_DONE && state != STEP_IN_PROGRESS)
            return true;
    }
    return false;
}

/* Afterwards there is nothing to be asked any more. */
static bool commit_is_ahead(const struct step_scope *scope)
{
    const struct step_list list = steps_of(scope->verb);

    for (size_t i = 0; i < list.count; i++)
        if (list.steps[i]->phase == PHASE_COMMIT && is_yet_to_come(scope, list.steps[i]))
            return true;
    return false;
}

/* ---- fence off ---- */

static enum part part_called(const struct step_scope *scope, const char *name)
{
    for (enum part part = PART_A; part < PART_WITNESS; part++)
        if (scope->cast.parts[part] && strcmp(scope->cast.parts[part]->name, name) == 0)
            return part;
    return PART_COUNT;
}

static bool server_is_proven(const struct step_scope *scope, const char *name)
{
    const struct host_snapshot *host = seen_host(scope, HOST_CHAT_SERVER, name);

    return host && chat_server_is_proven(scope->look->snapshot, host);
}

/* Is it seen that the object cannot write, whether fenced or not? */
static bool is_proven(const struct step_scope *scope, const char *object, const char **ret_why)
{
    const enum part part = part_called(scope, object);

    if (part != PART_COUNT)
        return copy_is_proven(scope->look, part, scope->arena, ret_why);
    *ret_why = "its chat service is stopped and disabled";
    return server_is_proven(scope, object);
}

static enum step_state observe_fence_off(const struct step_scope *scope, const struct sending *sending,
                                         const char **ret_why)
{
    const char *why;

    if (is_proven(scope, sending->target, &why))
        return say(scope, ret_why, STEP_DONE, "%s cannot write: %s", sending->target, why);
    if (fence_cover_of(scope->look, sending->target, scope->look->ended, scope->arena, &why) !=
        FENCE_COVERS_NOT)
        return say(scope, ret_why, STEP_DONE, "%s: %s", sending->target, why);
    return say(scope, ret_why, STEP_NEEDED, "%s: %s", sending->target, why);
}

/* Whether it is off already does not count: a plan is the same with it. */
static void switch_off(const struct making *making, const char *object)
{
    const struct topology_acting *acting = making->scope->pool->acting;
    const char *why;

    if (acting && acting->fence_off && !is_proven(making->scope, object, &why))
        sending_program(making, acting->fence_off, object, &object, 1);
}

/* What the tail is rescued from must run until it is. */
static enum part rescued_from(const struct step_scope *scope)
{
    switch (scope->rescue) {
    case RESCUE_FORCE:
        return heir_part(scope);
    case RESCUE_TAIL:
        return look_principal(scope->look);
    default:
        return PART_COUNT;
    }
}

static void switch_off_part(const struct making *making, enum part part)
{
    if (making->scope->cast.parts[part])
        switch_off(making, making->scope->cast.parts[part]->name);
}

static void switch_off_site(const struct making *making)
{
    const struct topology_site *site = making->scope->cast.serving;

    for (enum part part = PART_A; part <= PART_A_MIRROR; part++)
        if (part != rescued_from(making->scope))
            switch_off_part(making, part);
    for (size_t i = 0; site && i < site->chat_server_count; i++)
        switch_off(making, site->chat_servers[i].name);
}

static int make_fence_off(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const struct making making = {scope, sendings, count};

    if (!commit_is_ahead(scope))
        return 0;
    if (scope->verb == VERB_MIRROR_FORCE)
        switch_off_part(&making, heir_partner(scope));
    else
        switch_off_site(&making);
    return 0;
}

/* Where it does not come about the gates say what is missing, and a person's word or hand helps. */
const struct step step_fence_off = {
    .id = "fence-off",
    .title = "switch off what is left behind",
    .effect = "whoever is still connected there is cut off; it stays off until people lift the fence",
    .phase = PHASE_FENCE,
    .timeout_s = 60,
    .usual_s = 5,
    .best_effort = true,
    .together = true,
    .make = make_fence_off,
    .observe = observe_fence_off,
};

static int make_fence_source(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const enum part part = rescued_from(scope);

    if (part != PART_COUNT && commit_is_ahead(scope))
        switch_off_part(&(struct making){scope, sendings, count}, part);
    return 0;
}

const struct step step_fence_source = {
    .id = "fence-source",
    .title = "switch off what the tail was rescued from",
    .effect = "nobody is served there any more; it stays off until people lift the fence",
    .phase = PHASE_CUT,
    .timeout_s = 60,
    .usual_s = 5,
    .best_effort = true,
    .make = make_fence_source,
    .observe = observe_fence_off,
};

/* ---- before commit ---- */

static int make_before_commit(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    const struct topology_acting *acting = scope->pool->acting;
    const char *const args[] = {scope->pool->fqdn, verb_name(scope->verb)};

    if (acting && acting->before_commit && commit_is_ahead(scope))
        sending_program(&(struct making){scope, sendings, count}, acting->before_commit, scope->pool->fqdn,
                        args, COUNT(args));
    return 0;
}

/* What it said once is not what it says now. */
static enum step_state observe_before_commit(const struct step_scope *scope, const struct sending *sending,
                                             const char **ret_why)
{
    return say(scope, ret_why, STEP_NEEDED, "%s is asked when the time has come", sending->text);
}

const struct step step_before_commit = {
    .id = "before-commit",
    .title = "ask the site's own program",
    .effect = "nothing changes for users; it may say no",
    .phase = PHASE_CUT,
    .timeout_s = 60,
    .usual_s = 5,
    .asserted = true,
    .sends_most = 1,
    .make = make_before_commit,
    .observe = observe_before_commit,
};
