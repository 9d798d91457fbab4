/*
 * A snapshot as a JSON value, for documents that hold one.
 */
#ifndef PCHAT_MODEL_SNAPSHOT_JSON_H
#define PCHAT_MODEL_SNAPSHOT_JSON_H

#include "model/snapshot.h"

#include <jansson.h>

/* What snapshot_to_json prints; the caller's. */
json_t *json_snapshot(const struct snapshot *snapshot);
/* NULL with ERR_INPUT, whose place counts from this value. */
struct snapshot *snapshot_of_json(const json_t *value, struct err *err);

#endif
