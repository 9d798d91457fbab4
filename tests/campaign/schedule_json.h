/* A schedule as JSON, for who plays it elsewhere. */
#ifndef PCHAT_TESTS_CAMPAIGN_SCHEDULE_JSON_H
#define PCHAT_TESTS_CAMPAIGN_SCHEDULE_JSON_H

#include "campaign/schedule.h"

#include <jansson.h>

/* A new reference.  Numbers and words as in struct schedule; with what is asked of it (schedule_...()). */
json_t *schedule_to_json(const struct schedule *schedule);

#endif
