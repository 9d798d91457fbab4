#include "observe/sip/sip_status.h"

#include "base/cleanup.h"

#include <stddef.h>

static const struct {
    int status;
    enum sip_class class;
} statuses[] = {
    {200, SIP_CLASS_HEALTHY},    {401, SIP_CLASS_CHALLENGED}, {403, SIP_CLASS_REFUSED},
    {404, SIP_CLASS_REFUSED},    {405, SIP_CLASS_REFUSED},    {406, SIP_CLASS_REFUSED},
    {407, SIP_CLASS_CHALLENGED}, {408, SIP_CLASS_DEGRADED},   {480, SIP_CLASS_DEGRADED},
    {481, SIP_CLASS_REFUSED},    {488, SIP_CLASS_REFUSED},    {500, SIP_CLASS_DEGRADED},
    {501, SIP_CLASS_REFUSED},    {503, SIP_CLASS_OVERLOADED}, {504, SIP_CLASS_NEXT_HOP},
};

enum sip_class sip_class_of(int status)
{
    for (size_t i = 0; i < COUNT(statuses); i++)
        if (statuses[i].status == status)
            return statuses[i].class;
    return SIP_CLASS_UNLISTED;
}

const char *sip_class_words(enum sip_class class)
{
    static const char *const words[SIP_CLASS_COUNT] = {
        [SIP_CLASS_NONE] = "no answer",
        [SIP_CLASS_HEALTHY] = "healthy",
        [SIP_CLASS_CHALLENGED] = "healthy, wants credentials",
        [SIP_CLASS_REFUSED] = "healthy, refuses the request",
        [SIP_CLASS_DEGRADED] = "answers, but degraded",
        [SIP_CLASS_OVERLOADED] = "overloaded or throttling",
        [SIP_CLASS_NEXT_HOP] = "cannot reach the server behind it",
        [SIP_CLASS_UNLISTED] = "answers with a code of no known meaning here",
    };

    return words[class];
}
