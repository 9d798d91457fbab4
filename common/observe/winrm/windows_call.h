/*
 * One question to one host, while it is asked: what the questions of windows_question.h share.
 */
#ifndef PCHAT_OBSERVE_WINRM_WINDOWS_CALL_H
#define PCHAT_OBSERVE_WINRM_WINDOWS_CALL_H

#include "observe/winrm/windows_question.h"

struct windows_call {
    struct winrm_port *port;
    const struct windows_scope *scope;
    struct deadline deadline;
    struct arena *arena;
    struct host_snapshot *seen;
    unsigned groups; /* of this question */
};

/* Whether it is still to be asked: false once an earlier failure settled it. */
bool windows_is_open(const struct windows_call *call);

/* One group without rows. */
void windows_settle(const struct windows_call *call, enum host_fact_id id, enum sight sight,
                    const char *detail);
/* All groups of the question, and where the connection is of no more use, those of the questions behind it.
 */
void windows_fail(const struct windows_call *call, const struct winrm_failure *failure);
/* The host answered. */
void windows_answered(const struct windows_call *call);
/* "what went wrong -> what usually cures it"; hint may be NULL. */
const char *windows_detail(struct arena *arena, const char *text, const char *hint);

/*
 * Asks WMI for the columns, each of which is the field of the group at the same place, and puts the rows.
 * False when there is no answer; the question is then settled.
 */
bool windows_query(const struct windows_call *call, enum host_fact_id id, const char *wql,
                   const char *const *columns);

/* The questions; in the form of struct windows_question. */
void windows_ask_os(struct winrm_port *port, const struct windows_scope *scope, struct deadline deadline,
                    struct arena *arena, struct host_snapshot *seen);
void windows_ask_service(struct winrm_port *port, const struct windows_scope *scope, struct deadline deadline,
                         struct arena *arena, struct host_snapshot *seen);
void windows_ask_event(struct winrm_port *port, const struct windows_scope *scope, struct deadline deadline,
                       struct arena *arena, struct host_snapshot *seen);
void windows_ask_replica(struct winrm_port *port, const struct windows_scope *scope, struct deadline deadline,
                         struct arena *arena, struct host_snapshot *seen);
void windows_ask_store(struct winrm_port *port, const struct windows_scope *scope, struct deadline deadline,
                       struct arena *arena, struct host_snapshot *seen);

#endif
