/*
 * JSON of a script, read strictly into the records of a group: an array of objects whose keys are the
 * fields'.
 *
 * A key that is absent or null leaves its field unknown, other keys are passed over.  Texts are strings, or
 * for lists of hosts arrays of DNS names, which become one text with commas; numbers are whole numbers; times
 * are ISO 8601 with a zone.  Anything else is refused, never guessed at.  Thread-safe.
 */
#ifndef PCHAT_OBSERVE_WINRM_JSON_FACTS_H
#define PCHAT_OBSERVE_WINRM_JSON_FACTS_H

#include "model/facts.h"

#include <jansson.h>

enum { JSON_FACTS_MAX_NAMES = 64, JSON_FACTS_NAME_MAX_BYTES = 255 };

/*
 * Fills *ret_facts, memory in the arena: SIGHT_SEEN with at most group->most_rows rows, and a detail where
 * there were more or a list of hosts was none; SIGHT_PROTOCOL_ERROR without rows for what does not fit.
 */
void json_facts_read(const json_t *rows, const struct fact_group *group, struct arena *arena,
                     struct fact_rows *ret_facts);

#endif
