/*
 * The users: one chat server after the other writes the next numbered message, wherever it finds a writable
 * mgc.
 */
#ifndef PCHAT_LAB_WORLD_USERS_H
#define PCHAT_LAB_WORLD_USERS_H

#include <stdbool.h>

struct world;
struct instance;
struct host;

void users_write(struct world *world);
/* Is this host a chat server (pcN)? */
bool users_is_chat_server(const struct host *host);

#endif
