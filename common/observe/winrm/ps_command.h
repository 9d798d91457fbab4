/*
 * A script as one command line of powershell.exe.
 *
 * The script stands inside scripts/wrapper.ps1, which decodes the parameters into $Parameters, prints $Answer
 * as the one line of JSON, and turns an uncaught error into exit code 2. Sources: "about_PowerShell_exe"
 * (-EncodedCommand: Base64 of UTF-16LE); "CreateProcess" (32,767 characters with the final NUL). Pure,
 * thread-safe.
 */
#ifndef PCHAT_OBSERVE_WINRM_PS_COMMAND_H
#define PCHAT_OBSERVE_WINRM_PS_COMMAND_H

#include "base/strbuf.h"

#include <stdbool.h>

#define PS_PROGRAM "powershell.exe"
enum { PS_COMMAND_LINE_MAX_CHARACTERS = 32766 };

/* Appends the arguments; false when the command line would be longer than Windows takes. */
bool ps_command_add_arguments(struct strbuf *out, const char *script, const char *parameters_json);

#endif
