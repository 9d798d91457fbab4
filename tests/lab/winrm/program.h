/*
 * What a command line on a host of the lab does: powershell.exe, and the few words of cmd.exe that clients
 * try first.
 *
 * Strict as Windows: what does not exist is not recognized.  Effects happen at once; the output is given in
 * whole together with the time that it takes.  Sources: "cmd", "about_PowerShell_exe"; KB 830473 (length of a
 * command line).
 */
#ifndef PCHAT_LAB_WINRM_PROGRAM_H
#define PCHAT_LAB_WINRM_PROGRAM_H

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "lab/winrm/wsman_fault.h"

#include <stdbool.h>
#include <stdint.h>

struct world;

struct program_run {
    const char *host, *user;
    int64_t tag;              /* of the process (world/later.h) */
    const char *command_line; /* command and arguments, UTF-8 */
    bool may_hop;             /* the user's credentials reach a second host */
    bool without_cmd;         /* WINRS_SKIP_CMD_SHELL: CreateProcess, no cmd.exe between */
};

struct program_result {
    struct strbuf output, errors; /* bytes of stdout and stderr */
    int32_t exit_code;
    int64_t takes_ms;
};
void program_result_done(struct program_result *result);
AUTO_DEFINE_DONE(program_result, struct program_result)

/* FAULT_NONE, or why nothing was started at all; *ret_result starts zeroed. */
enum fault_kind program_start(struct world *world, const struct program_run *run,
                              struct program_result *ret_result);

#endif
