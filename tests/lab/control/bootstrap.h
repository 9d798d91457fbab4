/*
 * Passwords of the lab, and the monitoring logins made on every instance as an administrator would make them:
 * by running contrib/sql/monitor-login.sql and monitor-chat.sql.
 */
#ifndef PCHAT_LAB_CONTROL_BOOTSTRAP_H
#define PCHAT_LAB_CONTROL_BOOTSTRAP_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct world;

/* Fills out with random letters and digits and a NUL. */
int bootstrap_password(char *out, size_t size_bytes, struct err *err);

/* The login pchat_monitor, and of a domain also LITWARE\svc-pchatmon. */
int bootstrap_monitor_logins(struct world *world, const char *sa_password, const char *monitor_password,
                             bool of_domain, struct err *err);

/* The database pchat_ops on every instance, by contrib/sql/ledger.sql; after the logins. */
int bootstrap_ledger(struct world *world, const char *sa_password, struct err *err);

#endif
