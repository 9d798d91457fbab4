/*
 * The scripts that are compiled in from the folder scripts, to be given to run_ps.
 *
 * A script finds its parameters in $Parameters (an object made from the JSON) and leaves its answer, a hash
 * table, in $Answer.  An error that it does not catch ends it and becomes the failure's text.  Windows
 * PowerShell 3.0 or newer.
 */
#ifndef PCHAT_OBSERVE_WINRM_SCRIPTS_H
#define PCHAT_OBSERVE_WINRM_SCRIPTS_H

/* {"echo": anything} -> {"computer", "utc", "echo"}: whether scripts run there, and by which clock. */
extern const char embedded_probe_ps1[];

#endif
