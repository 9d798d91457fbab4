#include "model/sight.h"

#include "base/cleanup.h"

#include <errno.h>
#include <string.h>

static const struct {
    const char *name, *words;
} sights[SIGHT_COUNT] = {
    [SIGHT_NOT_ASKED] = {"not_asked", "not asked"},
    [SIGHT_SEEN] = {"seen", "seen"},
    [SIGHT_REFUSED] = {"refused", "connection refused"},
    [SIGHT_TIMED_OUT] = {"timed_out", "timed out"},
    [SIGHT_UNRESOLVED] = {"unresolved", "name not resolved"},
    [SIGHT_TLS_FAILED] = {"tls_failed", "TLS failed"},
    [SIGHT_LOGIN_FAILED] = {"login_failed", "login failed"},
    [SIGHT_DENIED] = {"denied", "not visible to this login"},
    [SIGHT_PROTOCOL_ERROR] = {"protocol_error", "answer not understood"},
};

const char *sight_name(enum sight sight)
{
    return sights[sight].name;
}

bool sight_parse(const char *name, enum sight *ret_sight)
{
    for (int i = 0; i < SIGHT_COUNT; i++) {
        if (strcmp(sights[i].name, name) == 0) {
            *ret_sight = (enum sight)i;
            return true;
        }
    }
    return false;
}

const char *sight_words(enum sight sight)
{
    return sights[sight].words;
}

enum sight sight_of_connect(int system_error)
{
    static const int silent[] = {ETIMEDOUT, EINPROGRESS, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN};

    for (size_t i = 0; i < COUNT(silent); i++)
        if (silent[i] == system_error)
            return SIGHT_TIMED_OUT;
    return SIGHT_REFUSED;
}
