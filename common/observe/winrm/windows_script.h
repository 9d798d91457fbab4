/*
 * The questions that scripts answer: what a chat server's replica says, and what the management store says.
 * Inside winrm; the readers are here so that they can be fed without a host.
 */
#ifndef PCHAT_OBSERVE_WINRM_WINDOWS_SCRIPT_H
#define PCHAT_OBSERVE_WINRM_WINDOWS_SCRIPT_H

#include "observe/winrm/windows_call.h"

/* From the one line of JSON that the script left; any text is survived. */
void windows_read_replica(const struct windows_call *call, const char *json);
void windows_read_store(const struct windows_call *call, const char *json);

#endif
