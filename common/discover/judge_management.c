/* Identity, roles, compliance adapter, versions: what the pool's management says. */
#include "discover/judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- 5: identity ---- */

void judge_identity(const struct survey *survey, struct findings *findings)
{
    const struct groups spellings = judge_group(survey, findings->arena, ASK_IDENTITY, "identity");
    bool found = false;

    for (size_t i = 0; i < spellings.count; i++) {
        if (!strcasestr(spellings.items[i].value, survey->pool))
            continue;
        found = true;
        findings_add(findings, PROVEN, evidence_of(findings->arena, ASK_IDENTITY, &spellings.items[i]),
                     "the pool's identity is spelled %s", spellings.items[i].value);
    }
    if (!found)
        findings_add(findings, NOT_KNOWN, evidence_silence(survey, findings->arena, ASK_IDENTITY),
                     "how the pool's identity is spelled");
}

/* ---- 10: roles ---- */

static struct groups roles_with(const struct survey *survey, struct arena *arena, const char *cmdlet)
{
    struct groups roles = {.arena = arena};
    const struct answer *answer;
    size_t at = 0;

    while ((answer = survey_next(survey, ASK_ROLES, &at)))
        for (size_t row = 0; row < answer->row_count; row++) {
            const char *role = answer_cell(answer, row, "role"), *name = answer_cell(answer, row, "cmdlet");

            if (role && name && strcasecmp(name, cmdlet) == 0)
                groups_add(&roles, role, answer_subject(survey, answer)->name, answer->at_utc_ms);
        }
    return roles;
}

static bool was_answered(const struct survey *survey, enum ask_id ask)
{
    const struct answer *answer;
    size_t at = 0;

    while ((answer = survey_next(survey, ask, &at)))
        if (answer->sighting.sight == SIGHT_SEEN)
            return true;
    return false;
}

static void judge_cmdlet(const struct survey *survey, const char *cmdlet, struct findings *findings)
{
    const struct groups roles = roles_with(survey, findings->arena, cmdlet);

    for (size_t i = 0; i < roles.count; i++)
        findings_add(findings, PROVEN, evidence_of(findings->arena, ASK_ROLES, &roles.items[i]),
                     "the role %s has %s", roles.items[i].value, cmdlet);
    if (roles.count)
        return;
    if (was_answered(survey, ASK_ROLES))
        findings_add(findings, PROVEN, asks[ASK_ROLES].words, "no role has %s", cmdlet);
    else
        findings_add(findings, NOT_KNOWN, evidence_silence(survey, findings->arena, ASK_ROLES),
                     "which roles have %s", cmdlet);
}

void judge_roles(const struct survey *survey, struct findings *findings)
{
    judge_cmdlet(survey, "Set-CsPersistentChatState", findings);
    judge_cmdlet(survey, "Set-CsPersistentChatActiveServer", findings);
}

/* ---- compliance ---- */

/* A .NET TimeSpan: [d.]hh:mm:ss; -1 for anything else. */
static int64_t time_span_s(const char *text)
{
    int days = 0, hours, minutes, seconds, used = 0;

    if (!text || text[strspn(text, "0123456789:.")] || strlen(text) > sizeof("99999.23:59:59.9999999"))
        return -1;
    if (strchr(text, '.') && strchr(text, '.') < strchr(text, ':') &&
        sscanf(text, "%5d.%n", &days, &used) != 1) /* NOLINT(cert-err34-c): digits and bounds are checked */
        return -1;
    /* NOLINTNEXTLINE(cert-err34-c): likewise */
    if (sscanf(text + used, "%2d:%2d:%2d", &hours, &minutes, &seconds) != 3)
        return -1;
    return ((days * INT64_C(24) + hours) * 60 + minutes) * 60 + seconds;
}

void judge_compliance(const struct survey *survey, struct findings *findings)
{
    const struct groups intervals = judge_group(survey, findings->arena, ASK_COMPLIANCE, "run_interval");
    int64_t interval_s = intervals.count == 1 ? time_span_s(intervals.items[0].value) : -1;

    if (interval_s > 0)
        finding_settles_number(findings,
                               findings_add(findings, PROVEN,
                                            evidence_of(findings->arena, ASK_COMPLIANCE, &intervals.items[0]),
                                            "the compliance adapter runs every %" PRId64 " s", interval_s),
                               SECTION_SETTINGS, "compliance_interval_s", interval_s);
    else if (intervals.count > 1)
        findings_add(findings, NOT_KNOWN, "several configurations or replicas say different things",
                     "how often the compliance adapter runs");
    else
        findings_add(findings, NOT_KNOWN,
                     intervals.count ? intervals.items[0].value
                                     : evidence_silence(survey, findings->arena, ASK_COMPLIANCE),
                     "how often the compliance adapter runs");
}

/* ---- versions ---- */

void judge_versions(const struct survey *survey, struct findings *findings)
{
    const struct groups chat = judge_group(survey, findings->arena, ASK_VERSIONS, "version");
    const struct groups sql = judge_group(survey, findings->arena, ASK_INSTANCE, "version");

    for (size_t i = 0; i < chat.count; i++)
        findings_add(findings, PROVEN, evidence_of(findings->arena, ASK_VERSIONS, &chat.items[i]),
                     "replicas are of product version %s", chat.items[i].value);
    if (!chat.count)
        findings_add(findings, NOT_KNOWN, evidence_silence(survey, findings->arena, ASK_VERSIONS),
                     "which version of the product this is");
    for (size_t i = 0; i < sql.count; i++)
        findings_add(findings, PROVEN, evidence_of(findings->arena, ASK_INSTANCE, &sql.items[i]),
                     "SQL Server is of version %s", sql.items[i].value);
    if (!sql.count)
        findings_add(findings, NOT_KNOWN, evidence_silence(survey, findings->arena, ASK_INSTANCE),
                     "which version of SQL Server this is");
}
