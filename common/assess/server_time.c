#include "assess/server_time.h"

#include "assess/sight.h"

/* A century. */
#define MOST_OFFSET_MS INT64_C(3200000000000)

struct fact_num server_clock_offset_ms(const struct instance_snapshot *instance)
{
    return fact_within(instance->clock_offset_ms, -MOST_OFFSET_MS, MOST_OFFSET_MS);
}

struct fact_num server_now(const struct instance_snapshot *instance)
{
    const struct server_fact *server = FACT(instance, server);

    return server ? server->now_utc_ms : (struct fact_num){0};
}

bool server_time_is_future(const struct instance_snapshot *instance, struct fact_num utc_ms)
{
    struct fact_num now = server_now(instance);

    return now.known && utc_ms.known && utc_ms.value - now.value > SERVER_TIME_TOLERANCE_S * INT64_C(1000);
}

struct fact_num server_age_s(const struct instance_snapshot *instance, struct fact_num utc_ms)
{
    struct fact_num now = server_now(instance);
    int64_t age_ms;

    if (!now.known || !utc_ms.known || server_time_is_future(instance, utc_ms))
        return (struct fact_num){0};
    age_ms = now.value - utc_ms.value;
    return (struct fact_num){true, age_ms > 0 ? age_ms / 1000 : 0};
}

int64_t server_time_on(const struct instance_snapshot *to, const struct instance_snapshot *from,
                       int64_t utc_ms)
{
    struct fact_num here, there;

    if (!to || !from || to == from)
        return utc_ms;
    here = server_clock_offset_ms(to);
    there = server_clock_offset_ms(from);
    return here.known && there.known ? utc_ms - there.value + here.value : utc_ms;
}
