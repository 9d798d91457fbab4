/* A world for a test, and short words for what is done to it. */
#ifndef PCHAT_TESTS_WORLD_FIXTURE_H
#define PCHAT_TESTS_WORLD_FIXTURE_H

#include "lab/world/world.h"
#include "unit/cmocka_unit.h"
#include "unit/lab/world_words.h"

/* The text with which the world refuses. */
const char *fixture_refused_act(struct world *world, const char *act, const char *target, const char *params);
const char *fixture_refused_set(struct world *world, const char *fault, const char *target,
                                const char *params);

struct database *fixture_mgc(struct world *world, const char *instance);
/* The newest run of an agent on an instance: its final status, and its joined error texts. */
enum ls_status fixture_last_status(struct world *world, const char *instance, enum ls_agent_type type);
const char *fixture_last_error(struct world *world, const char *instance, enum ls_agent_type type);
/* Does any history row of the newest run of the agent hold the text? */
bool fixture_last_run_says(struct world *world, const char *instance, enum ls_agent_type type,
                           const char *text);

/* A figure of the truth by path: "shipping.backlog.files". */
double fixture_truth(struct world *world, const char *path);
size_t fixture_writable_count(struct world *world);

#endif
