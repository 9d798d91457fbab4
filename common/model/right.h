/*
 * A missing right, as the detail of a denied sighting tells it: "SELECT on msdb.dbo.backupset -> USE [msdb];
 * GRANT SELECT ON [dbo].[backupset] TO [LITWARE\svc-pchatmon];".  Before the arrow stands what is missing,
 * after it what an administrator runs.  Observation writes it from the server's own message, assessment reads
 * it.  Source: "GRANT" (Transact-SQL reference).  Pure, thread-safe.
 */
#ifndef PCHAT_MODEL_RIGHT_H
#define PCHAT_MODEL_RIGHT_H

#include "base/arena.h"
#include "base/strbuf.h"

#include <stdbool.h>

#define RIGHT_ARROW " -> "

struct missing_right {
    const char *name;
    const char *grant;
};

/* false for a detail without a cure, e.g. a message of an unknown form. */
bool right_read(struct arena *arena, const char *detail, struct missing_right *ret_right);
/* The detail for a server-wide right ("VIEW SERVER STATE").  login may be NULL: not known. */
void right_add_server(struct strbuf *out, const char *right, const char *login);
/* The login in brackets, or [the monitoring login] where it is not known. */
void right_add_login(struct strbuf *out, const char *login);

#endif
