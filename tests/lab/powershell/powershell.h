/*
 * powershell: what `powershell.exe` on a Windows host of the lab prints for a script.
 *
 * Knows no wire: winrm decodes -EncodedCommand and calls it, unit tests call it directly.  Strict: a command,
 * parameter or construct that it does not know is an error with PowerShell's own text, never silent success.
 * One thread at a time, like the world.
 */
#ifndef PCHAT_LAB_POWERSHELL_H
#define PCHAT_LAB_POWERSHELL_H

#include "base/cleanup.h"

#include <stdbool.h>
#include <stdint.h>

struct world;

struct ps_run {
    const char *host;   /* where it runs: name of a host of the world */
    const char *user;   /* who runs it: the account that logged on */
    const char *script; /* UTF-8 */
    int64_t starts_ms;  /* of virtual time from the world's now */
    int64_t tag;        /* of the process, for what it does later (world/later.h); 0: nobody ends it */
    bool at_once;       /* a cmdlet that was slow, and is not again */
    bool may_hop; /* its credentials reach a second host: delegated ones, or those of a task's own account */
};

struct ps_result {
    char *output;       /* stdout, UTF-8; malloc'ed, never NULL */
    char *error_clixml; /* stderr: what was written to it as plain text, then the rest from "#< CLIXML" on;
                           malloc'ed, or NULL for none */
    int32_t exit_code;  /* as CreateProcess's caller sees it: may be negative */
    int64_t takes_ms;   /* virtual time until it ends, e.g. while a module is imported */
};

void powershell_run(struct world *world, const struct ps_run *run, struct ps_result *ret_result);
void ps_result_done(struct ps_result *result);
AUTO_DEFINE_DONE(ps_result, struct ps_result)

#endif
