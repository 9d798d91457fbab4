/*
 * Remote shells of one host and the commands in them.
 * Sources: MS-WSMV 3.1.4.5 "Create" to 3.1.4.14 "Receive"; "Quota Management for Remote Shells".
 */
#ifndef PCHAT_LAB_WINRM_SHELL_H
#define PCHAT_LAB_WINRM_SHELL_H

#include "lab/winrm/program.h"
#include "lab/world/kinds.h"

/* MaxShellsPerUser and MaxProcessesPerShell of Windows Server 2012 R2 and later. */
enum { SHELLS_PER_USER_MAX = 25, SHELL_COMMANDS_MAX = 25, SHELLS_MAX = 100 };
/* IdleTimeout of a shell that asks for none. */
enum { SHELL_IDLE_MS = 7200000 };

struct command {
    char id[GUID_TEXT_BYTES];
    struct world *world; /* in which its process does things; NULL: not started */
    int64_t tag;
    struct program_result result;
    /* It ends when either clock says so: the world's, or the caller's in a world that stands still. */
    int64_t ends_utc_ms, ends_ms;
    size_t output_sent, errors_sent;
    bool done_sent;
};

struct shell {
    char id[GUID_TEXT_BYTES];
    char owner[128];
    bool has_output, has_errors; /* the streams it was created with */
    bool may_hop;                /* whoever created it delegated credentials */
    int64_t idle_limit_ms, created_ms, used_ms;
    struct command *commands[SHELL_COMMANDS_MAX];
    size_t command_count;
};

struct shell_table {
    struct shell *rows[SHELLS_MAX];
    size_t count;
};

/* NULL: the owner, or the host, has too many. */
struct shell *shell_add(struct shell_table *table, const char *owner, int64_t now_ms);
/* By id in any case; NULL: none. */
struct shell *shell_find(const struct shell_table *table, const char *id);
void shell_delete(struct shell_table *table, struct shell *shell);
void shell_table_expire(struct shell_table *table, int64_t now_ms);
void shell_table_done(struct shell_table *table);

/* NULL: the shell has too many. */
struct command *command_add(struct shell *shell);
/* Ends its process: what that has not done by now never happens. */
void command_end(struct command *command);
struct command *command_find(const struct shell *shell, const char *id);
void command_delete(struct shell *shell, struct command *command);

#endif
