/* Questions 2, 3 and 12: what tblServerIdentity tells of active and idle servers. */
#include "discover/judge.h"

#include "base/duration.h"
#include "base/number.h"
#include "base/strbuf.h"
#include "discover/pings.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    MEASURED_ENOUGH = 3,
    SPREAD_MOST_MS = 3000,
    MISSED_PINGS = 3, /* so many may fail before a server is taken for dead */
    FRESH_LEAST_S = 10,
    GAP_MOST_S = 5 /* what a check with its usual --timeout can wait */
};

/* The copies of the chat database in which pings were seen to move, for evidence. */
static const char *where(const struct survey *survey, struct arena *arena)
{
    struct groups seen = {.arena = arena};
    const struct answer *answer;
    size_t at = 0;

    while ((answer = survey_next(survey, ASK_PINGS, &at)))
        if (answer->sighting.sight == SIGHT_SEEN)
            groups_add(&seen, "", answer_subject(survey, answer)->name, answer->at_utc_ms);
    return seen.count ? evidence_of(arena, ASK_PINGS, &seen.items[0])
                      : evidence_silence(survey, arena, ASK_PINGS);
}

static int64_t whole_seconds(int64_t ms)
{
    return (ms + 500) / 1000;
}

/* ---- 3: period ---- */

static void no_period(const struct ping_period *period, struct findings *findings, const char *evidence)
{
    char watched[DURATION_TEXT_BYTES];

    duration_format(period->watched_ms / 1000, watched);
    if (period->unreliable)
        evidence = arena_format(findings->arena, "pings moved %zu times in %s, too fast to be told apart; %s",
                                period->unreliable, watched, evidence);
    else if (period->watched_ms)
        evidence = arena_format(findings->arena, "no ping moved twice in %s of watching (--watch); %s",
                                watched, evidence);
    findings_add(findings, NOT_KNOWN, evidence, "how often a chat server writes its ping");
}

/* What a check must wait, and what age of a ping is no alarm. */
static void settle_waits(const struct ping_period *period, enum sureness sureness, struct findings *findings)
{
    int64_t period_s = whole_seconds(period->period_ms);
    int64_t fresh_s = period_s * MISSED_PINGS > FRESH_LEAST_S ? period_s * MISSED_PINGS : FRESH_LEAST_S;
    struct finding *fresh =
        findings_add(findings, sureness, "three periods of the pings",
                     "a ping of up to %" PRId64 " s is fresh: %d may be missed", fresh_s, MISSED_PINGS - 1);

    finding_settles_number(findings, fresh, SECTION_SETTINGS, "ping_fresh_s", fresh_s);
    if (period_s + 1 > GAP_MOST_S)
        return;
    finding_settles_number(findings,
                           findings_add(findings, sureness, "one period of the pings and a second",
                                        "two samples %" PRId64 " s apart show a ping that moves",
                                        period_s + 1),
                           SECTION_SETTINGS, "ping_gap_s", period_s + 1);
}

void judge_ping_period(const struct survey *survey, struct findings *findings)
{
    const struct ping_period period = pings_period(survey);
    const char *evidence = where(survey, findings->arena);
    bool is_sure = period.is_sure && period.measured >= MEASURED_ENOUGH && period.spread_ms <= SPREAD_MOST_MS;

    if (!period.measured) {
        no_period(&period, findings, evidence);
        return;
    }
    evidence = arena_format(findings->arena, "%s: %zu measured, %" PRId64 " ms between shortest and longest",
                            evidence, period.measured, period.spread_ms);
    findings_add(findings, is_sure ? PROVEN : LIKELY, evidence,
                 "a chat server writes its ping every %" PRId64 " s", whole_seconds(period.period_ms));
    settle_waits(&period, is_sure ? PROVEN : LIKELY, findings);
}

/* ---- 3: clock ---- */

static void unknown_clock(const struct survey *survey, const struct ping_clock *clock,
                          struct findings *findings)
{
    const char *why, *evidence = where(survey, findings->arena);

    if (clock->utc || clock->local)
        why = "some pings are stamped in UTC, others in local time";
    else if (clock->both)
        why = "local time is UTC there now, so that both fit; ask again when it is not";
    else if (clock->neither)
        why = arena_format(findings->arena,
                           "the stamps are %" PRId64 " min from UTC, local time is %" PRId64 " min from it",
                           clock->astray_ms / 60000, clock->offset_ms / 60000);
    else
        why = "no ping moved while it was watched";
    findings_add(findings, NOT_KNOWN, arena_format(findings->arena, "%s; %s", why, evidence),
                 "whether pings are stamped in UTC or in local time");
}

void judge_ping_clock(const struct survey *survey, struct findings *findings)
{
    const struct ping_clock clock = pings_clock(survey);
    size_t fitting = clock.utc + clock.local;
    const char *base = clock.utc ? "utc" : "local";
    struct finding *finding;

    if (!fitting || (clock.utc && clock.local)) {
        unknown_clock(survey, &clock, findings);
        return;
    }
    finding = findings_add(
        findings, fitting > 1 ? PROVEN : LIKELY,
        arena_format(findings->arena, "%s: %zu pings watched, local time there is %+" PRId64 " min from UTC",
                     where(survey, findings->arena), fitting, clock.offset_ms / 60000),
        "pings are stamped in %s", clock.utc ? "UTC" : "the server's local time");
    finding_settles_name(findings, finding, SECTION_SETTINGS, "ping_clock", base);
}

/* ---- 12: addresses ---- */

/* "net.tcp://<fqdn>:8011/...": the name of the server taken out.  *ret_port: its port, 0 without one. */
static const char *pattern_of(const struct survey *survey, struct arena *arena, const char *address,
                              int64_t *ret_port)
{
    size_t length;
    const char *host = ping_address_host(address, &length);
    const struct subject *server = host ? survey_find(survey, SUBJECT_CHAT_SERVER, host, length) : NULL;

    *ret_port = 0;
    if (!server)
        return address;
    if (host[length] == ':')
        *ret_port = strtol(host + length + 1, NULL, 10);
    return arena_format(arena, "%.*s<%s>%s", (int)(host - address), address,
                        length == strlen(server->fqdn) ? "fqdn" : "name", host + length);
}

/* Each server's pattern once, and the port that all have; -1 where they differ. */
static struct groups group_addresses(const struct survey *survey, struct arena *arena, int64_t *ret_port)
{
    struct groups patterns = {.arena = arena};
    const struct answer *answer;
    size_t at = 0;

    *ret_port = 0;
    while ((answer = survey_next(survey, ASK_PINGS, &at)))
        for (size_t row = 0; row < answer->row_count; row++) {
            const char *address = answer_cell(answer, row, "server_address");
            int64_t port;

            if (!address)
                continue;
            groups_add(&patterns, pattern_of(survey, arena, address, &port),
                       answer_subject(survey, answer)->name, answer->at_utc_ms);
            *ret_port = *ret_port == 0 || *ret_port == port ? port : -1;
        }
    return patterns;
}

void judge_addresses(const struct survey *survey, struct findings *findings)
{
    int64_t port;
    const struct groups patterns = group_addresses(survey, findings->arena, &port);

    for (size_t i = 0; i < patterns.count; i++) {
        struct finding *finding =
            findings_add(findings, PROVEN, evidence_of(findings->arena, ASK_PINGS, &patterns.items[i]),
                         "serverAddress is %s", patterns.items[i].value);

        if (i == 0 && port > 0)
            finding_settles_number(findings, finding, SECTION_SETTINGS, "chat_wcf_port", port);
    }
    if (!patterns.count)
        findings_add(findings, NOT_KNOWN, evidence_silence(survey, findings->arena, ASK_PINGS),
                     "how serverAddress is written");
}
