/*
 * The listening socket of an instance, on a free port of 127.0.0.1 that stays the same: open, refusing
 * (nobody listens, but the port stays ours) or blackholed (the queue of unaccepted connections is full, so
 * that Linux drops every further SYN and connect() hangs).
 */
#ifndef PCHAT_LAB_TDS_DOOR_H
#define PCHAT_LAB_TDS_DOOR_H

#include "base/err.h"

#include <event2/event.h>
#include <stdint.h>

enum door_state { DOOR_OPEN, DOOR_REFUSING, DOOR_BLACKHOLED };

struct door;

/* Takes an accepted, non-blocking, close-on-exec socket. */
typedef void (*door_visitor)(void *user, int fd);

/* Open at first; NULL with *err set. */
struct door *door_new(struct event_base *base, door_visitor visitor, void *user, struct err *err);
void door_free(struct door *door);
uint16_t door_port(const struct door *door);
enum door_state door_state(const struct door *door);
int door_set_state(struct door *door, enum door_state state, struct err *err);

#endif
