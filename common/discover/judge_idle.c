/* Question 2: what an idle chat server - its service runs, its ping does not move - looks like. */
#include "discover/judge.h"

#include "base/utc.h"
#include "discover/pings.h"

#include <string.h>
#include <strings.h>

/* What is seen of the idle servers. */
struct idle {
    size_t count, with_row, without_row, listening, closed;
    struct groups names; /* one group: all of them */
};

static bool runs(const struct survey *survey, const struct answer *answer)
{
    for (size_t row = 0; row < answer->row_count; row++) {
        const char *path = answer_cell(answer, row, "PathName"), *state = answer_cell(answer, row, "State");

        if (path && state && strcasestr(path, survey->chat_executable) && strcasecmp(state, "Running") == 0)
            return true;
    }
    return false;
}

/* "open", "closed" or NULL. */
static const char *sip_port_of(const struct survey *survey, size_t subject)
{
    const struct answer *answer;
    size_t at = 0;

    while ((answer = survey_next(survey, ASK_PORTS, &at)))
        for (size_t row = 0; answer->subject == subject && row < answer->row_count; row++) {
            const char *purpose = answer_cell(answer, row, "purpose");

            if (purpose && strcmp(purpose, "sip") == 0)
                return answer_cell(answer, row, "answer");
        }
    return NULL;
}

static void count_one(const struct survey *survey, const struct answer *services, struct idle *idle)
{
    const struct subject *server = answer_subject(survey, services);
    enum ping_view pings = pings_view(survey, server);
    const char *port = sip_port_of(survey, services->subject);

    if (!runs(survey, services) || (pings != PINGS_STILL && pings != PINGS_NO_ROW))
        return;
    idle->count++;
    idle->with_row += pings == PINGS_STILL;
    idle->without_row += pings == PINGS_NO_ROW;
    idle->listening += port && strcmp(port, "open") == 0;
    idle->closed += port && strcmp(port, "closed") == 0;
    groups_add(&idle->names, "", server->name, services->at_utc_ms);
}

static struct idle count_idle(const struct survey *survey, struct arena *arena)
{
    struct idle idle = {.names = {.arena = arena}};
    const struct answer *answer;
    size_t at = 0;

    /* Without pings that are known to move, nobody is known to be idle. */
    if (pings_period(survey).period_ms == 0)
        return idle;
    while ((answer = survey_next(survey, ASK_SERVICES, &at)))
        count_one(survey, answer, &idle);
    return idle;
}

static enum sureness sure(size_t seen)
{
    return seen > 1 ? PROVEN : LIKELY;
}

static const char *names_of(const struct idle *idle, struct arena *arena)
{
    char time[UTC_TEXT_BYTES];

    return arena_format(arena, "the service runs, no ping moves: %s, %s",
                        evidence_names(arena, &idle->names.items[0]),
                        utc_format_time(idle->names.items[0].at_utc_ms, time));
}

static void judge_rows(const struct idle *idle, struct findings *findings, const char *evidence)
{
    if (idle->with_row && idle->without_row)
        findings_add(findings, PROVEN, evidence,
                     "of %zu idle servers %zu keep a row in tblServerIdentity, with a ping that stands still",
                     idle->count, idle->with_row);
    else if (idle->with_row)
        findings_add(findings, sure(idle->with_row), evidence,
                     "idle servers keep their row in tblServerIdentity, with a ping that stands still");
    else
        findings_add(findings, sure(idle->without_row), evidence,
                     "idle servers have no row in tblServerIdentity");
}

static void judge_listening(const struct survey *survey, const struct idle *idle, struct findings *findings,
                            const char *evidence)
{
    size_t seen = idle->listening + idle->closed;
    struct finding *finding;

    if (!seen) {
        findings_add(findings, NOT_KNOWN, evidence_silence(survey, findings->arena, ASK_PORTS),
                     "whether idle servers listen on their SIP port");
        return;
    }
    if (idle->listening && idle->closed) {
        findings_add(findings, NOT_KNOWN, evidence,
                     "whether idle servers listen on their SIP port: %zu of %zu do", idle->listening, seen);
        return;
    }
    finding = findings_add(findings, sure(seen), evidence, "idle servers %s on their SIP port",
                           idle->listening ? "listen" : "do not listen");
    finding_settles_number(findings, finding, SECTION_SETTINGS, "idle_listens", idle->listening != 0);
}

/* Why nobody is known to be idle. */
static const char *why_none(const struct survey *survey, struct arena *arena)
{
    const struct answer *answer;
    size_t at = 0;

    if (pings_period(survey).period_ms == 0)
        return arena_format(arena, "no ping was seen to move, so that nobody is known to be idle; %s",
                            evidence_silence(survey, arena, ASK_PINGS));
    while ((answer = survey_next(survey, ASK_SERVICES, &at)))
        if (answer->sighting.sight == SIGHT_SEEN)
            return "no server runs the chat service without being active, or none was watched for long "
                   "enough";
    return evidence_silence(survey, arena, ASK_SERVICES);
}

void judge_idle(const struct survey *survey, struct findings *findings)
{
    const struct idle idle = count_idle(survey, findings->arena);
    const char *evidence;

    if (!idle.count) {
        findings_add(findings, NOT_KNOWN, why_none(survey, findings->arena),
                     "whether idle servers keep a row in tblServerIdentity and listen");
        return;
    }
    evidence = names_of(&idle, findings->arena);
    judge_rows(&idle, findings, evidence);
    judge_listening(survey, &idle, findings, evidence);
}
