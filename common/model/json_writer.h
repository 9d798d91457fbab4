/*
 * Facts as JSON, by the tables of facts.h, so that a new field needs no line anywhere; json_reader.h is the
 * other direction.  Unknown is null.  What is returned is the caller's.
 */
#ifndef PCHAT_MODEL_JSON_WRITER_H
#define PCHAT_MODEL_JSON_WRITER_H

#include "model/facts.h"

#include <jansson.h>

/* null for a time that ISO 8601 with four digits of year cannot say. */
json_t *json_utc(int64_t utc_ms);
json_t *json_num(const struct fact_num *num);
json_t *json_sighting(const struct sighting *sighting);
/* object[group->key] = that group of the subject */
void json_set_group(json_t *object, const struct fact_group *group, const void *subject);

#endif
