/*
 * A script on one host of the pool, by Windows remote management.  Inside act/engine only.
 */
#ifndef PCHAT_ACT_ENGINE_HOST_SEND_H
#define PCHAT_ACT_ENGINE_HOST_SEND_H

#include "act/engine/engine.h"
#include "act/engine/sent.h"

/* sending: of kind SENDING_PS.  *ret_words: its answer, or why there is none; in the arena. */
enum sent host_send(const struct engine_ports *ports, const struct topology_pool *pool,
                    const struct sending *sending, struct deadline deadline, struct arena *arena,
                    const char **ret_words);

#endif
