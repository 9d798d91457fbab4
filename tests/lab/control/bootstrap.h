/*
 * Passwords of the lab, and the monitoring login made on every instance as an administrator would make it: by
 * running contrib/sql/monitor-login.sql.
 */
#ifndef PCHAT_LAB_CONTROL_BOOTSTRAP_H
#define PCHAT_LAB_CONTROL_BOOTSTRAP_H

#include "base/err.h"

#include <stddef.h>

struct world;

/* Fills out with random letters and digits and a NUL. */
int bootstrap_password(char *out, size_t size_bytes, struct err *err);

int bootstrap_monitor_login(struct world *world, const char *sa_password, const char *monitor_password,
                            struct err *err);

#endif
