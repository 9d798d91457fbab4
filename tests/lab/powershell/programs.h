/*
 * Native programs that scripts start.  What is in no table is no command.
 */
#ifndef PCHAT_LAB_POWERSHELL_PROGRAMS_H
#define PCHAT_LAB_POWERSHELL_PROGRAMS_H

#include "lab/powershell/cmdlet.h"

struct ps_program;

/* Under the task's own account: what it prints goes nowhere, and it reaches other hosts. */
void ps_run_task(struct ps *ps, const struct windows_task *task);
/* With or without ".exe"; NULL: no such program. */
const struct ps_program *ps_program_find(const char *name);
int ps_run_program(struct ps *ps, const struct ps_program *program, const struct ps_stage *stage,
                   struct ps_list *output);

#endif
