/*
 * Time belongs to the server that owns the fact.  An age is that server's own now minus its own fact; times
 * of two servers are compared over the ruler of their clock offsets.  Pure, thread-safe.
 */
#ifndef PCHAT_ASSESS_SERVER_TIME_H
#define PCHAT_ASSESS_SERVER_TIME_H

#include "model/snapshot.h"

/* A fact may be this much younger than the question: datetime rounds, and statements are not simultaneous. */
enum { SERVER_TIME_TOLERANCE_S = 60 };

/* Of the instance's clock, against the ruler; unknown also where it is beyond reason. */
struct fact_num server_clock_offset_ms(const struct instance_snapshot *instance);
struct fact_num server_now(const struct instance_snapshot *instance);
/* Seconds since a time of that same server; unknown when it lies in its own future beyond the tolerance. */
struct fact_num server_age_s(const struct instance_snapshot *instance, struct fact_num utc_ms);
/* Lies it there? */
bool server_time_is_future(const struct instance_snapshot *instance, struct fact_num utc_ms);
/*
 * A time by the clock of `from`, by the clock of `to`.  Not corrected where an offset is unknown or `from` is
 * NULL: then the difference of the clocks is in the result.
 */
int64_t server_time_on(const struct instance_snapshot *to, const struct instance_snapshot *from,
                       int64_t utc_ms);

#endif
