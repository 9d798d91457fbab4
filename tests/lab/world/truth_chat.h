/*
 * The chat side of the ground truth, for world_truth().
 */
#ifndef PCHAT_LAB_WORLD_TRUTH_CHAT_H
#define PCHAT_LAB_WORLD_TRUTH_CHAT_H

#include <jansson.h>
#include <stdint.h>

struct world;

/* A new reference: serving sites, store, and of each chat server whether it runs, is active, and its copy and
 * replica. */
json_t *truth_chat(struct world *world);

/* A new reference: a time as every part of the truth writes it. */
json_t *truth_utc(int64_t utc_ms);

#endif
