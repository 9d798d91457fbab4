#include "observe/sip/web_status.h"

#include "base/cleanup.h"

#include <stddef.h>

static const struct {
    int status;
    enum web_class class;
} statuses[] = {
    {200, WEB_CLASS_ALIVE},        {301, WEB_CLASS_ALIVE},         {302, WEB_CLASS_ALIVE},
    {307, WEB_CLASS_ALIVE},        {308, WEB_CLASS_ALIVE},         {401, WEB_CLASS_ALIVE},
    {403, WEB_CLASS_REFUSED},      {404, WEB_CLASS_NOT_INSTALLED}, {405, WEB_CLASS_REFUSED},
    {500, WEB_CLASS_FAILING},      {502, WEB_CLASS_BEHIND_PROXY},  {503, WEB_CLASS_STOPPED},
    {504, WEB_CLASS_BEHIND_PROXY},
};

enum web_class web_class_of(int status)
{
    for (size_t i = 0; i < COUNT(statuses); i++)
        if (statuses[i].status == status)
            return statuses[i].class;
    return WEB_CLASS_UNLISTED;
}

const char *web_class_words(enum web_class class)
{
    static const char *const words[WEB_CLASS_COUNT] = {
        [WEB_CLASS_NONE] = "no answer",
        [WEB_CLASS_ALIVE] = "alive",
        [WEB_CLASS_REFUSED] = "alive, refuses the request",
        [WEB_CLASS_NOT_INSTALLED] = "not installed there",
        [WEB_CLASS_FAILING] = "fails",
        [WEB_CLASS_STOPPED] = "stopped (application pool)",
        [WEB_CLASS_BEHIND_PROXY] = "not reached by the proxy before it",
        [WEB_CLASS_UNLISTED] = "answers with a code of no known meaning here",
    };

    return words[class];
}
