/*
 * New identifiers for shells, commands, messages and enumerations: random GUIDs in upper case, as Windows
 * writes them.
 */
#ifndef PCHAT_LAB_WINRM_GUID_TEXT_H
#define PCHAT_LAB_WINRM_GUID_TEXT_H

#include "lab/world/kinds.h"

/* They name things of one run and never reach the world, so they need not be reproducible. */
void guid_text_new(char out[GUID_TEXT_BYTES]);

#endif
