/*
 * What steps ask of a look.  Inside act/plan only.  Texts live in the scope's arena.
 */
#ifndef PCHAT_ACT_PLAN_SEEN_H
#define PCHAT_ACT_PLAN_SEEN_H

#include "act/plan/step.h"
#include "assess/sight.h"

/* Says why, and returns the state: return say(scope, ret_why, STEP_DONE, "it is ..."). */
enum step_state say(const struct step_scope *scope, const char **ret_why, enum step_state state,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The instance that a sending goes to, or that has that name; NULL: not in the look. */
const struct instance_snapshot *seen_target(const struct step_scope *scope, const struct sending *sending);
const struct instance_snapshot *seen_part(const struct step_scope *scope, enum part part);
const struct act_facts *seen_acts(const struct step_scope *scope, const struct instance_snapshot *instance);

/* A piece of a sending's parameters: a text, or the pieces of an array. NULL, or none, where it is not there.
 */
const char *sending_says(const struct step_scope *scope, const struct sending *sending, const char *name);
size_t sending_lists(const struct step_scope *scope, const struct sending *sending, const char *name,
                     const char *const **ret_texts);

/* How the chat database stands on an instance, as far as steps must tell it apart. */
enum copy_stand {
    STAND_UNSEEN,
    STAND_ABSENT,
    STAND_RESTORING,
    STAND_STANDBY,
    STAND_MIRROR,   /* of a live session: RESTORING, too */
    STAND_OPENING,  /* RECOVERING */
    STAND_WRITABLE, /* ONLINE, neither standby nor read-only, and this login may enter */
    STAND_CLOSED,   /* the same, but it may not: still opening, or no right */
    STAND_READ_ONLY,
    STAND_BROKEN, /* SUSPECT, RECOVERY_PENDING, EMERGENCY */
    STAND_OFFLINE
};
enum copy_stand seen_stand(const struct instance_snapshot *instance);
/* Why it cannot be told: "sqldr1 is not seen (timed out)". */
const char *seen_not(const struct step_scope *scope, const struct instance_snapshot *instance);

/* A request on the chat database of that kind ("RESTORE", "KILLED/ROLLBACK"); NULL: none, or unknown. */
const struct request_fact *seen_request(const struct step_scope *scope,
                                        const struct instance_snapshot *instance, const char *begins);
/* The log-shipping job of that kind; NULL: none. */
const struct job_fact *seen_job(const struct instance_snapshot *instance, const char *kind);
/* How far the copy is: LSN of the next log record that it needs; "" where that is not known. */
struct lsn seen_redo(const struct instance_snapshot *instance);

const struct host_snapshot *seen_host(const struct step_scope *scope, enum host_kind kind, const char *name);
/* Whether that chat server's ping moves in that copy. */
enum ping_seen { PING_NOT_SEEN, PING_STILL, PING_MOVES };
enum ping_seen seen_ping(const struct step_scope *scope, const struct instance_snapshot *instance,
                         const char *fqdn);

#endif
