/*
 * Which property, or element of the topology document, holds the list of active servers, and which property
 * says who is active master: known by what they hold.
 */
#include "discover/judge.h"

#include "base/strbuf.h"
#include "discover/pings.h"

#include <string.h>
#include <strings.h>

/* ---- a list of servers ---- */

/* Next word of a list of blanks; its length, 0 at the end. */
static size_t next_word(const char **at)
{
    *at += strspn(*at, " ");
    return strcspn(*at, " ");
}

/* How many names of chat servers stand there, and nothing else; 0 otherwise. */
static size_t count_servers(const struct survey *survey, const char *values)
{
    size_t count = 0, length;

    for (const char *at = values; (length = next_word(&at)) > 0; at += length, count++)
        if (!survey_find(survey, SUBJECT_CHAT_SERVER, at, length))
            return 0;
    return count;
}

static bool names(const char *values, const struct subject *server)
{
    size_t length, full = strlen(server->fqdn);

    for (const char *at = values; (length = next_word(&at)) > 0; at += length)
        if (length == full && strncasecmp(at, server->fqdn, length) == 0)
            return true;
    return false;
}

/* Are the servers in the list those whose pings move, all of them and no others? */
static bool is_those_that_ping(const struct survey *survey, const char *values)
{
    size_t moving = 0;

    for (size_t i = 0; i < survey->subject_count; i++) {
        const struct subject *subject = &survey->subjects[i];
        bool moves;

        if (subject->kind != SUBJECT_CHAT_SERVER)
            continue;
        moves = pings_view(survey, subject) == PINGS_MOVE;
        moving += moves;
        if (moves != names(values, subject))
            return false;
    }
    return moving > 0;
}

static bool has_active_in_name(const char *property)
{
    return strcasestr(property, "active") && !strcasestr(property, "inactive");
}

/* How well a property would do, 0: not at all. */
enum fit { FIT_NONE, FIT_NAME, FIT_SERVERS, FIT_SERVERS_AND_NAME, FIT_PINGS };

static enum fit fit_of(const struct survey *survey, const char *property, const char *values)
{
    if (!*values)
        return has_active_in_name(property) ? FIT_NAME : FIT_NONE;
    if (!count_servers(survey, values))
        return FIT_NONE;
    if (is_those_that_ping(survey, values))
        return FIT_PINGS;
    return has_active_in_name(property) ? FIT_SERVERS_AND_NAME : FIT_SERVERS;
}

/* A property or an element that may hold the list. */
struct candidate {
    const char *name, *values;
    const struct answer *answer;
    size_t rivals; /* others that do as well */
    enum fit fit;
};

/* Of nested ones with the same list the innermost, which comes last, is meant. */
static void consider(const struct survey *survey, const struct answer *answer, const char *name,
                     const char *values, struct candidate *best)
{
    const struct candidate candidate = {name, values, answer, 0, fit_of(survey, name, values)};

    if (candidate.fit == FIT_NONE || candidate.fit < best->fit)
        return;
    if (candidate.fit > best->fit || (answer->ask == ASK_ELEMENTS && strcmp(values, best->values) == 0))
        *best = candidate;
    else if (strcmp(name, best->name) != 0)
        best->rivals++;
}

static const char *fit_words(enum fit fit)
{
    static const char *const words[] = {
        [FIT_NONE] = "",
        [FIT_NAME] = "it is empty; known by its name alone",
        [FIT_SERVERS] = "it names servers of the pool",
        [FIT_SERVERS_AND_NAME] = "it names servers of the pool",
        [FIT_PINGS] = "it names exactly the servers whose pings move",
    };

    return words[fit];
}

/* ---- properties ---- */

static bool is_of_pool(const struct survey *survey, const struct answer *answer, size_t row)
{
    const char *pool = answer_cell(answer, row, "pool");

    return pool && strcasecmp(pool, survey->pool) == 0 && answer_cell(answer, row, "property") &&
           answer_cell(answer, row, "values");
}

static struct candidate best_property(const struct survey *survey)
{
    struct candidate best = {0};
    const struct answer *answer;
    size_t at = 0;

    while ((answer = survey_next(survey, ASK_PROPERTIES, &at)))
        for (size_t row = 0; row < answer->row_count; row++)
            if (is_of_pool(survey, answer, row))
                consider(survey, answer, answer_cell(answer, row, "property"),
                         answer_cell(answer, row, "values"), &best);
    return best;
}

/* ---- elements ---- */

static bool is_same_element(const struct answer *answer, size_t row, size_t other)
{
    const char *a = answer_cell(answer, row, "serial"), *b = answer_cell(answer, other, "serial");

    return a && b && strcmp(a, b) == 0;
}

/* A name that several elements have tells nothing. */
static bool is_only_one(const struct answer *answer, size_t row)
{
    const char *name = answer_cell(answer, row, "element");

    for (size_t i = 0; name && i < answer->row_count; i++) {
        const char *other = answer_cell(answer, i, "element");

        if (other && strcmp(other, name) == 0 && !is_same_element(answer, i, row))
            return false;
    }
    return name != NULL;
}

/* All servers in the element of that row; NULL for a row whose element came before. */
static const char *servers_in(struct arena *arena, const struct answer *answer, size_t row)
{
    AUTO(strbuf) struct strbuf servers = STRBUF_INIT;

    for (size_t i = 0; i < row; i++)
        if (is_same_element(answer, i, row))
            return NULL;
    for (size_t i = row; i < answer->row_count; i++)
        if (is_same_element(answer, i, row) && answer_cell(answer, i, "fqdn"))
            strbuf_format(&servers, "%s ", answer_cell(answer, i, "fqdn"));
    return arena_text(arena, strbuf_text(&servers));
}

static struct candidate best_element(const struct survey *survey, struct arena *arena)
{
    struct candidate best = {0};
    const struct answer *answer;
    size_t at = 0;

    while ((answer = survey_next(survey, ASK_ELEMENTS, &at)))
        for (size_t row = 0; row < answer->row_count; row++) {
            const char *servers = servers_in(arena, answer, row);

            if (servers && is_only_one(answer, row))
                consider(survey, answer, answer_cell(answer, row, "element"), servers, &best);
        }
    return best;
}

/* ---- the list ---- */

#define PROPERTY_OF "Get-CsService -PersistentChatServer"
#define ELEMENT_OF  "the topology document"

static void add_candidate(const struct survey *survey, const struct candidate *best, const char *what,
                          const char *of, const char *key, struct findings *findings)
{
    const char *name = answer_subject(survey, best->answer)->name;
    const struct group place = {NULL, &name, 1, best->answer->at_utc_ms};
    struct finding *finding = findings_add(
        findings, best->fit == FIT_PINGS ? PROVEN : LIKELY,
        arena_format(findings->arena, "%s: %s", evidence_of(findings->arena, best->answer->ask, &place),
                     fit_words(best->fit)),
        "the active list is the %s %s of %s", what, best->name, of);

    if (key)
        finding_settles_name(findings, finding, SECTION_SETTINGS, key, best->name);
}

static void add_unknown(const struct survey *survey, const struct candidate *best, enum ask_id ask,
                        const char *what, const char *of, struct findings *findings)
{
    findings_add(findings, NOT_KNOWN,
                 best->rivals ? "several would do as well" : evidence_silence(survey, findings->arena, ask),
                 "which %s of %s holds the active list", what, of);
}

/* One setting names both: where they differ, the property counts. */
void judge_active_list(const struct survey *survey, struct findings *findings)
{
    const struct candidate property = best_property(survey);
    const struct candidate element = best_element(survey, findings->arena);
    bool has_property = property.answer && !property.rivals, has_element = element.answer && !element.rivals;

    if (has_property)
        add_candidate(survey, &property, "property", PROPERTY_OF, "active_list_property", findings);
    else
        add_unknown(survey, &property, ASK_PROPERTIES, "property", PROPERTY_OF, findings);
    if (has_element)
        add_candidate(survey, &element, "element", ELEMENT_OF, has_property ? NULL : "active_list_property",
                      findings);
    else
        add_unknown(survey, &element, ASK_ELEMENTS, "element", ELEMENT_OF, findings);
}

/* ---- the master ---- */

/* Does the property say True of the active master, and False of all others? */
struct claim {
    size_t right, others;
    bool wrong;
};

static struct claim claim_of(const struct answer *answer, const char *property)
{
    struct claim claim = {0};

    for (size_t row = 0; row < answer->row_count; row++) {
        const char *name = answer_cell(answer, row, "property"), *value = answer_cell(answer, row, "value");
        const char *fqdn = answer_cell(answer, row, "fqdn"),
                   *master = answer_cell(answer, row, "active_master");
        bool is_master;

        if (!name || !value || !fqdn || !master || strcmp(name, property) != 0)
            continue;
        is_master = strcasecmp(fqdn, master) == 0;
        claim.right += is_master;
        claim.others += !is_master;
        claim.wrong |= strcasecmp(value, is_master ? "True" : "False") != 0;
    }
    return claim;
}

void judge_master(const struct survey *survey, struct findings *findings)
{
    const struct groups names = judge_group(survey, findings->arena, ASK_MASTERS, "property");
    size_t found = 0;
    const struct answer *answer;
    size_t at = 0;

    while ((answer = survey_next(survey, ASK_MASTERS, &at)) && !found)
        for (size_t i = 0; i < names.count; i++) {
            const struct claim claim = claim_of(answer, names.items[i].value);

            if (claim.wrong || claim.right != 1 || found++)
                continue;
            finding_settles_name(
                findings,
                findings_add(
                    findings, claim.others ? PROVEN : LIKELY,
                    arena_format(findings->arena,
                                 "%s: True for the active master, False for all others (%zu)",
                                 evidence_of(findings->arena, ASK_MASTERS, &names.items[i]), claim.others),
                    "the active master is told by the property %s of Get-CsService -CentralManagement",
                    names.items[i].value),
                SECTION_SETTINGS, "master_property", names.items[i].value);
        }
    if (!found)
        findings_add(findings, NOT_KNOWN, evidence_silence(survey, findings->arena, ASK_MASTERS),
                     "which property of Get-CsService -CentralManagement says who is active master");
}
