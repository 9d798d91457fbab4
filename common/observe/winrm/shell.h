/*
 * One command in one remote shell: Create, Command, Receive until done, Signal, Delete.
 *
 * Command is sent at most once.  Whatever happens after Create, Signal and Delete are tried; a shell that is
 * left behind would cost quota until its IdleTimeOut. Sources: MS-WSMV 3.1.4.1.31 and following (shell
 * operations); "Quota Management for Remote Shells".
 */
#ifndef PCHAT_OBSERVE_WINRM_SHELL_H
#define PCHAT_OBSERVE_WINRM_SHELL_H

#include "observe/winrm/ps_answer.h"
#include "observe/winrm/wsman_client.h"

/* More than any script of ours prints, on both streams together. */
enum { SHELL_OUTPUT_MAX_BYTES = 4 * 1024 * 1024 };

/* arguments: as Windows takes them after the program's name.  *streams is filled, and the caller's, also on
 * failure. */
int shell_run(struct wsman_client *client, const char *program, const char *arguments,
              struct deadline deadline, struct arena *arena, struct ps_streams *streams,
              struct winrm_failure *ret_failure);

#endif
