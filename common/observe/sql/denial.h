/*
 * What is missing, from the server's own message, in the form of model/right.h.  Sources: the texts of errors
 * 229, 230, 262, 297, 300, 916.  Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_SQL_DENIAL_H
#define PCHAT_OBSERVE_SQL_DENIAL_H

#include "base/arena.h"

/* From the server's own message.  login may be NULL (unknown); without a known form, the message itself is
 * returned. */
const char *denial_from_message(struct arena *arena, int number, const char *message, const char *login);
/* For a server-wide right that is known to be missing: "VIEW SERVER STATE". */
const char *denial_of_server_right(struct arena *arena, const char *right, const char *login);

#endif
