/*
 * The users: one active chat server after the other writes the next numbered message, into the copy of mgc
 * that it is connected to.
 */
#ifndef PCHAT_LAB_WORLD_USERS_H
#define PCHAT_LAB_WORLD_USERS_H

struct world;

void users_write(struct world *world);

#endif
