/*
 * Scripts and what PowerShell makes of them, one text for all: stdout with LF line ends, then "! text" for
 * each line of the error stream, then "= N" for an exit code other than 0.
 */
#ifndef PCHAT_TESTS_POWERSHELL_TRANSCRIPT_H
#define PCHAT_TESTS_POWERSHELL_TRANSCRIPT_H

#include "lab/powershell/powershell.h"
#include "lab/world/world.h"

struct script_case {
    const char *script, *answer;
};

/* Caller frees. */
char *powershell_transcript(struct world *world, const struct ps_run *run);
/* Each of them on that host; fails with the difference. */
void assert_scripts(struct world *world, const char *host, bool may_hop, const struct script_case *cases,
                    size_t count);

#endif
