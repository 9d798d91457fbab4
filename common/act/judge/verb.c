#include "act/judge/verb.h"

#include "base/cleanup.h"

#include <string.h>

static const struct {
    const char *name;
    bool moves_site, switches_partners, may_be_automatic;
} verbs[VERB_COUNT] = {
    [VERB_NONE] = {"none", false, false, false},
    [VERB_MIRROR_SWITCH] = {"mirror-switch", false, true, true},
    [VERB_MIRROR_FORCE] = {"mirror-force", false, true, false},
    [VERB_FAILOVER] = {"failover", true, false, true},
    [VERB_FENCE] = {"fence", false, false, true},
    [VERB_UNFENCE] = {"unfence", false, false, false},
};

static const char *const origins[ORIGIN_COUNT] = {
    [ORIGIN_HANDLER] = "handler",
    [ORIGIN_PERSON] = "person",
};

static const char *const phases[PHASE_COUNT] = {
    [PHASE_PREPARE] = "prepare", [PHASE_FENCE] = "fence", [PHASE_CUT] = "cut",
    [PHASE_COMMIT] = "commit",   [PHASE_AFTER] = "after",
};

const char *verb_name(enum verb verb)
{
    return verbs[verb].name;
}

bool verb_parse(const char *name, enum verb *ret_verb)
{
    for (size_t i = 0; i < COUNT(verbs); i++)
        if (strcmp(verbs[i].name, name) == 0) {
            *ret_verb = (enum verb)i;
            return true;
        }
    return false;
}

const char *origin_name(enum origin origin)
{
    return origins[origin];
}

const char *phase_name(enum phase phase)
{
    return phases[phase];
}

bool phase_parse(const char *name, enum phase *ret_phase)
{
    for (size_t i = 0; i < COUNT(phases); i++)
        if (strcmp(phases[i], name) == 0) {
            *ret_phase = (enum phase)i;
            return true;
        }
    return false;
}

bool verb_moves_site(enum verb verb)
{
    return verbs[verb].moves_site;
}

bool verb_switches_partners(enum verb verb)
{
    return verbs[verb].switches_partners;
}

bool verb_may_be_automatic(enum verb verb)
{
    return verbs[verb].may_be_automatic;
}
