/*
 * The users of the chat database that belong to a login, by name and SID: whom a server that recovers a copy
 * must know.  They are asked where the database is open, and kept in the ledger for when it nowhere is.
 * Pure, but for the question.
 */
#ifndef PCHAT_ACT_ENGINE_CHAT_USERS_H
#define PCHAT_ACT_ENGINE_CHAT_USERS_H

#include "act/engine/inquire.h"

/* As NOTE_USERS keeps them, in the arena; NULL with *ret_why: they were not seen. */
const char *chat_users_ask(struct sql_port *port, const char *database, struct deadline deadline,
                           struct arena *arena, const char **ret_why);
/* False: the text is none of these. */
bool chat_users_read(const char *text, struct arena *arena, struct database_users *ret_users);

#endif
