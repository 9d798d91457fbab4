/*
 * A world for a test, and short words for what is done to it, for tests that look at it from outside alone:
 * the lab's own headers and those of the product do not meet in one file.
 */
#ifndef PCHAT_TESTS_WORLD_WORDS_H
#define PCHAT_TESTS_WORLD_WORDS_H

#include <stdint.h>

struct world;

/* A small, quick world: two hours of history. */
struct world *fixture_world(void);
struct world *fixture_world_without_witness(void);

/* params as "key=value key=value"; the test fails unless the world accepts. */
void fixture_set(struct world *world, const char *fault, const char *target, const char *params);
void fixture_clear(struct world *world, const char *fault, const char *target);
void fixture_act(struct world *world, const char *act, const char *target, const char *params);
void fixture_pass_s(struct world *world, int64_t seconds);
/* Steps between semicolons: "NAME [TARGET] [K=V ...]" sets a fault, !NAME clears one, .NAME acts, +N lets N
 * minutes pass. */
void fixture_do(struct world *world, const char *steps);
void fixture_free(struct world *world);

#endif
