/* Hosts without PowerShell, for a lab that is built without that room. */
#include "base/mem.h"
#include "lab/powershell/powershell.h"

void powershell_run(struct world *world, const struct ps_run *run, struct ps_result *ret_result)
{
    (void)world;
    (void)run;
    *ret_result = (struct ps_result){
        .output = mem_copy_text(""),
        .error_clixml =
            mem_copy_text("'powershell' is not recognized as an internal or external command,\r\n"),
        .exit_code = 1,
    };
}

void ps_result_done(struct ps_result *result)
{
    free(result->output);
    free(result->error_clixml);
    *result = (struct ps_result){0};
}
