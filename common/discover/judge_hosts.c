/* Questions 1, 7, 9 and 11: what chat servers and front ends show of themselves. */
#include "discover/judge.h"

#include "base/strbuf.h"

#include <string.h>
#include <strings.h>

struct groups judge_group(const struct survey *survey, struct arena *arena, enum ask_id ask,
                          const char *column)
{
    struct groups groups = {.arena = arena};
    const struct answer *answer;
    size_t at = 0;

    while ((answer = survey_next(survey, ask, &at)))
        for (size_t row = 0; row < answer->row_count; row++)
            if (answer_cell(answer, row, column))
                groups_add(&groups, answer_cell(answer, row, column), answer_subject(survey, answer)->name,
                           answer->at_utc_ms);
    return groups;
}

/* ---- 1: services ---- */

/* One of the two services that a chat server runs. */
struct role {
    const char *words, *executable_key, *display_key, *executable;
    bool is_compliance;
};

static bool is_by_executable(const struct role *role, const struct answer *answer, size_t row)
{
    const char *path = answer_cell(answer, row, "PathName");

    return path && strcasestr(path, role->executable);
}

/* By what people call it, where the executable has another name. */
static bool is_by_name(const struct role *role, const struct answer *answer, size_t row)
{
    const char *name = answer_cell(answer, row, "DisplayName");

    return name && strcasestr(name, "Persistent Chat") &&
           (strcasestr(name, "Compliance") != NULL) == role->is_compliance;
}

/* What all servers say of one service. */
struct service_view {
    struct groups services, displays, executables;
};

static void take_service(const struct survey *survey, const struct answer *answer, size_t row,
                         struct service_view *view)
{
    struct arena *arena = view->services.arena;
    const char *name = answer_cell(answer, row, "Name"), *display = answer_cell(answer, row, "DisplayName"),
               *path = answer_cell(answer, row, "PathName"), *server = answer_subject(survey, answer)->name;
    const char *slash = path ? strrchr(path, '\\') : NULL, *base = slash ? slash + 1 : path;

    if (!name || !display || !path)
        return;
    groups_add(&view->services, arena_format(arena, "%s, \"%s\"", name, display), server, answer->at_utc_ms);
    groups_add(&view->displays, display, server, answer->at_utc_ms);
    groups_add(&view->executables, arena_text_n(arena, base, strcspn(base, "\" ")), server,
               answer->at_utc_ms);
}

static struct service_view
view_services(const struct survey *survey, struct arena *arena, const struct role *role,
              bool (*is_it)(const struct role *role, const struct answer *answer, size_t row))
{
    struct service_view view = {{.arena = arena}, {.arena = arena}, {.arena = arena}};
    const struct answer *answer;
    size_t at = 0;

    while ((answer = survey_next(survey, ASK_SERVICES, &at)))
        for (size_t row = 0; row < answer->row_count; row++)
            if (is_it(role, answer, row))
                take_service(survey, answer, row, &view);
    return view;
}

static void add_services(const struct role *role, const struct service_view *view, enum sureness sureness,
                         struct findings *findings)
{
    const struct group *executable = &view->executables.items[0], *display = &view->displays.items[0];

    for (size_t i = 0; i < view->services.count; i++)
        findings_add(findings, sureness, evidence_of(findings->arena, ASK_SERVICES, &view->services.items[i]),
                     "the %s service is %s", role->words, view->services.items[i].value);
    if (view->executables.count == 1)
        finding_settles_text(findings,
                             findings_add(findings, sureness,
                                          evidence_of(findings->arena, ASK_SERVICES, executable),
                                          "the %s service runs %s", role->words, executable->value),
                             SECTION_SETTINGS, role->executable_key, executable->value);
    if (view->displays.count == 1)
        finding_settles_text(findings,
                             findings_add(findings, sureness,
                                          evidence_of(findings->arena, ASK_SERVICES, display),
                                          "the %s service is shown as \"%s\"", role->words, display->value),
                             SECTION_SETTINGS, role->display_key, display->value);
}

static void judge_role(const struct survey *survey, const struct role *role, struct findings *findings)
{
    struct service_view view = view_services(survey, findings->arena, role, is_by_executable);
    enum sureness sureness = PROVEN;

    if (!view.services.count) {
        sureness = LIKELY;
        view = view_services(survey, findings->arena, role, is_by_name);
    }
    if (view.services.count)
        add_services(role, &view, sureness, findings);
    else
        findings_add(findings, NOT_KNOWN, evidence_silence(survey, findings->arena, ASK_SERVICES),
                     "what the %s service is called", role->words);
}

void judge_services(const struct survey *survey, struct findings *findings)
{
    const struct role roles[] = {
        {"chat", "chat_executable", "chat_display_name", survey->chat_executable, false},
        {"compliance", "compliance_executable", "compliance_display_name", survey->compliance_executable,
         true},
    };

    for (size_t i = 0; i < COUNT(roles); i++)
        judge_role(survey, &roles[i], findings);
}

/* ---- 11: counters ---- */

void judge_counters(const struct survey *survey, struct findings *findings)
{
    const struct groups sets = judge_group(survey, findings->arena, ASK_COUNTERS, "name");

    for (size_t i = 0; i < sets.count; i++)
        findings_add(findings, PROVEN, evidence_of(findings->arena, ASK_COUNTERS, &sets.items[i]),
                     "counters of chat are in the set \"%s\"", sets.items[i].value);
    if (!sets.count)
        findings_add(findings, NOT_KNOWN, evidence_silence(survey, findings->arena, ASK_COUNTERS),
                     "which performance counters chat has");
}

/* ---- 9: ports ---- */

#define NO_ANSWER "nothing answers"

static struct groups answers_of_port(const struct survey *survey, struct arena *arena, const char *purpose)
{
    struct groups groups = {.arena = arena};
    const struct answer *answer;
    size_t at = 0;

    while ((answer = survey_next(survey, ASK_PORTS, &at)))
        for (size_t row = 0; row < answer->row_count; row++) {
            const char *cell = answer_cell(answer, row, "purpose");

            if (!cell || strcmp(cell, purpose) != 0)
                continue;
            cell = answer_cell(answer, row, "answer");
            groups_add(&groups, cell ? cell : NO_ANSWER,
                       arena_format(arena, "%s:%s", answer_subject(survey, answer)->name,
                                    answer_cell(answer, row, "port")),
                       answer->at_utc_ms);
        }
    return groups;
}

void judge_ports(const struct survey *survey, struct findings *findings)
{
    static const struct {
        const char *purpose, *words;
    } ports[] = {{"wcf", "WCF port of the topology"},
                 {"wcf_of_port_table", "WCF port of Microsoft's port tables"}};

    for (size_t i = 0; i < COUNT(ports); i++) {
        const struct groups groups = answers_of_port(survey, findings->arena, ports[i].purpose);

        for (size_t j = 0; j < groups.count; j++)
            findings_add(findings, strcmp(groups.items[j].value, NO_ANSWER) == 0 ? NOT_KNOWN : PROVEN,
                         evidence_of(findings->arena, ASK_PORTS, &groups.items[j]), "%s: %s", ports[i].words,
                         groups.items[j].value);
        if (!groups.count)
            findings_add(findings, NOT_KNOWN, evidence_silence(survey, findings->arena, ASK_PORTS),
                         "what listens on the %s", ports[i].words);
    }
}

/* ---- 7: web pages ---- */

static const char *page_words(struct arena *arena, const struct answer *answer, size_t row)
{
    const char *location = answer_cell(answer, row, "location");

    return arena_format(arena, "%s on the %s site answers %s%s%s", answer_cell(answer, row, "path"),
                        answer_cell(answer, row, "site"), answer_cell(answer, row, "status"),
                        location ? ", to " : "", location ? location : "");
}

void judge_pages(const struct survey *survey, struct findings *findings)
{
    struct groups pages = {.arena = findings->arena};
    const struct answer *answer;
    size_t at = 0;

    while ((answer = survey_next(survey, ASK_PAGES, &at)))
        for (size_t row = 0; row < answer->row_count; row++)
            if (answer_cell(answer, row, "status"))
                groups_add(&pages, page_words(findings->arena, answer, row),
                           answer_subject(survey, answer)->name, answer->at_utc_ms);
    for (size_t i = 0; i < pages.count; i++)
        findings_add(findings, PROVEN, evidence_of(findings->arena, ASK_PAGES, &pages.items[i]), "%s",
                     pages.items[i].value);
    if (!pages.count)
        findings_add(findings, NOT_KNOWN, evidence_silence(survey, findings->arena, ASK_PAGES),
                     "what the web pages of chat answer without credentials");
}
