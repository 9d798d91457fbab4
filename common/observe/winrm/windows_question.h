/*
 * What a Windows host is asked over WinRM, and how its answers become facts of its snapshot: a table of
 * questions, asked in this order of every host of the kinds that they are for.
 *
 * One host_snapshot serves all questions of a host in one pass, zeroed before the first: later ones use what
 * earlier ones found (the host's clock), and a failure of the connection settles all that was not asked yet,
 * so that nothing more is sent.  What a question leaves is a sighting of each of its groups, and their rows.
 *
 * Beside the groups: ways[WAY_WINRM] - SIGHT_SEEN: something was answered; SIGHT_DENIED: answered, but only
 * that this account may not; otherwise the first layer that failed - and, with os, clock_offset_ms and
 * round_trip_ms.  A detail is one line, where a cure is known with " -> cure" behind it.  Nothing of a host's
 * words is trusted: sizes, rows and types are checked, and what does not fit is a protocol error or unknown.
 *
 * Sources: Win32_OperatingSystem, Win32_Service, Win32_NTLogEvent (WMI reference); help of
 * Get-CsPersistentChatState, Get-CsService, Get-CsManagementStoreReplicationStatus.
 */
#ifndef PCHAT_OBSERVE_WINRM_WINDOWS_QUESTION_H
#define PCHAT_OBSERVE_WINRM_WINDOWS_QUESTION_H

#include "model/snapshot.h"
#include "observe/winrm/winrm_port.h"

struct windows_scope {
    enum host_kind kind;
    const char *pool; /* FQDN */
    const struct settings *settings;
    struct clock *clock;
};

struct windows_question {
    unsigned groups; /* bits 1 << enum host_fact_id that it settles */
    unsigned kinds;  /* bits 1 << enum host_kind it is asked of */
    /* Settles its groups in *seen by the deadline, or leaves them as an earlier failure settled them; memory
     * in the arena. */
    void (*ask)(struct winrm_port *port, const struct windows_scope *scope, struct deadline deadline,
                struct arena *arena, struct host_snapshot *seen);
};

/* Constant data; os comes first. */
extern const struct windows_question windows_questions[];
extern const size_t windows_question_count;

#endif
