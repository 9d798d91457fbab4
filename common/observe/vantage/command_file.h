/*
 * Whether a program of the site may be run: an absolute path to a regular file that this process may execute
 * and that, like the folder it is in, only root or this process's user can change.  Linux permissions; access
 * control lists that widen them show in the group's bits.
 */
#ifndef PCHAT_OBSERVE_VANTAGE_COMMAND_FILE_H
#define PCHAT_OBSERVE_VANTAGE_COMMAND_FILE_H

#include "base/err.h"

/* 0, or -1 with ERR_CONFIG and what to change. */
int command_file_check(const char *path, struct err *err);

#endif
