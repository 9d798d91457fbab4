/* Snapshots filled at random, over all groups and fields, unknown values and hostile texts included. */
#ifndef PCHAT_TESTS_MODEL_RANDOM_SNAPSHOT_H
#define PCHAT_TESTS_MODEL_RANDOM_SNAPSHOT_H

#include "model/snapshot.h"

/* The same seed makes the same snapshot. */
struct snapshot *random_snapshot(unsigned seed);

#endif
