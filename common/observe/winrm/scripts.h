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
/* Put before those below: loads the product's module, and functions that they use. */
extern const char embedded_product_ps1[];
/* {"pool", "active_list_property"} -> {"replica": [row of that group], "errors": {part: error}} */
extern const char embedded_replica_ps1[];
/*
 * {"pool", "active_list_property", "master_property"} -> {"store": [row], "replication": [rows],
 * "properties": [names], "errors": {part: error}}; an error is {"message", "cause", "id"}.
 */
extern const char embedded_store_ps1[];
/*
 * Without product.ps1: {"task", "file", "wait_ms"} -> what contrib/windows/pchat-store.ps1 left there, which
 * is the answer of store.ps1.
 */
extern const char embedded_task_ps1[];
/*
 * Without product.ps1: {"limit_ms", "objects": ["HOST PORT tcp|tds", ...]} -> {"start_utc", "now_utc",
 * "votes"}: looks at each port from there, within that time; votes holds "seen", "not_seen" or "unknown" for
 * each, in order, blanks between.
 */
extern const char embedded_vantage_ps1[];

#endif
