#include "act/judge/verb.h"

#include "base/cleanup.h"

#include <string.h>

static const struct {
    const char *name;
    bool moves_site, is_planned, switches_partners, may_be_automatic;
} verbs[VERB_COUNT] = {
    [VERB_NONE] = {"none", .moves_site = false},
    [VERB_MIRROR_SWITCH] = {"mirror-switch", .switches_partners = true, .may_be_automatic = true},
    [VERB_MIRROR_FORCE] = {"mirror-force", .switches_partners = true},
    [VERB_FAILOVER] = {"failover", .moves_site = true, .may_be_automatic = true},
    [VERB_SWITCHOVER] = {"switchover", .moves_site = true, .is_planned = true},
    [VERB_FAILBACK] = {"failback", .moves_site = true, .is_planned = true},
    [VERB_FENCE] = {"fence", .may_be_automatic = true},
    [VERB_UNFENCE] = {"unfence", .moves_site = false},
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

void verb_spellings(struct strbuf *out)
{
    for (size_t i = VERB_NONE + 1; i < COUNT(verbs); i++)
        strbuf_format(out, "%s%s", i == VERB_NONE + 1 ? "" : ", ", verbs[i].name);
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

bool verb_is_planned(enum verb verb)
{
    return verbs[verb].is_planned;
}

bool verb_switches_partners(enum verb verb)
{
    return verbs[verb].switches_partners;
}

bool verb_may_be_automatic(enum verb verb)
{
    return verbs[verb].may_be_automatic;
}
