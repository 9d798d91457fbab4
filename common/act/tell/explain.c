#include "act/tell/explain.h"

#include "act/tell/words_safe.h"
#include "base/duration.h"
#include "base/utc.h"

#include <string.h>

/* ---- words ---- */

static const char *took(struct arena *arena, int64_t took_ms)
{
    char text[DURATION_TEXT_BYTES];

    if (took_ms < 10000)
        return arena_format(arena, "%lld.%lld s", (long long)(took_ms / 1000),
                            (long long)(took_ms % 1000 / 100));
    return arena_text(arena, duration_format_exact(took_ms / 1000, text));
}

static const char *time_words(struct arena *arena, int64_t utc_ms)
{
    char text[UTC_TEXT_BYTES];

    return arena_text(arena, utc_format(utc_ms - utc_ms % 1000, text));
}

const char *explain_title(const struct timeline *timeline)
{
    const struct plan *plan = timeline->plan;

    if (plan && strcmp(plan->from_site, plan->to_site) != 0)
        return arena_format(timeline->arena, "%s of %s, %s -> %s", timeline->run.verb, timeline->run.pool,
                            plan->from_site, plan->to_site);
    return arena_format(timeline->arena, "%s of %s", timeline->run.verb, timeline->run.pool);
}

const char *explain_word(enum entry_kind kind)
{
    static const char *const words[ENTRY_KIND_COUNT] = {
        [ENTRY_LOOK] = "looked",  [ENTRY_GATES] = "gates",     [ENTRY_INTENT] = "sends",
        [ENTRY_ACT] = "answered", [ENTRY_VERIFY] = "seen",     [ENTRY_OUTCOME] = "outcome",
        [ENTRY_GUARD] = "guard",  [ENTRY_REFUSAL] = "refused", [ENTRY_PERSON] = "person",
        [ENTRY_NOTE] = "note",
    };

    return words[kind];
}

const char *explain_bar(const struct timeline *timeline, const struct bar *bar)
{
    const char *number = bar->number ? arena_format(timeline->arena, "step %zu  ", bar->number) : "";

    return arena_format(timeline->arena, "%s%s -> %s%s%s", number, bar->title, bar->target,
                        *bar->subject && strcmp(bar->subject, bar->target) != 0 ? ", " : "",
                        strcmp(bar->subject, bar->target) != 0 ? bar->subject : "");
}

const char *explain_outcome(const struct timeline *timeline, const struct bar *bar)
{
    return arena_format(timeline->arena, "%s after %s", bar->outcome ? bar->outcome : "no outcome written",
                        took(timeline->arena, bar->took_ms));
}

const char *explain_sightings(const struct timeline *timeline, int64_t at_utc_ms)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < timeline->dot_count; i++)
        if (timeline->dots[i].at_utc_ms == at_utc_ms)
            strbuf_format(&out, "%s%s %s", out.length ? "; " : "", timeline->dots[i].object,
                          timeline->dots[i].words);
    return arena_text(timeline->arena, strbuf_text(&out));
}

const char *explain_person(const struct timeline *timeline, const struct journal_entry *entry)
{
    return arena_format(timeline->arena, "%s: %s", *entry->person ? entry->person : "nobody listed",
                        entry->text);
}

/* ---- the head ---- */

struct head {
    const struct timeline *timeline;
    struct explain_row *rows;
    size_t count;
};

static void add_row(struct head *head, const char *name, const char *text)
{
    struct explain_row *row = arena_push(head->timeline->arena, &head->rows, &head->count, sizeof(*row));

    *row = (struct explain_row){name, text};
}

static void add_times(struct head *head)
{
    const struct timeline *timeline = head->timeline;
    struct arena *arena = timeline->arena;
    const struct journal_run *run = &timeline->run;
    int64_t took_ms = timeline_end(timeline) - run->begun_utc_ms;

    add_row(head, "state",
            run->ended_utc_ms ? arena_format(arena, "%s at %s, after %s", run->state,
                                             time_words(arena, run->ended_utc_ms), took(arena, took_ms))
                              : arena_format(arena, "%s; last written %s", run->state,
                                             time_words(arena, timeline_end(timeline))));
    add_row(head, "begun",
            arena_format(arena, "%s by %s%s%s; plan %s, epoch %lld", time_words(arena, run->begun_utc_ms),
                         run->origin, *run->person ? ", approved by " : "", run->person, run->plan,
                         (long long)run->epoch));
}

static bool is_named_before(const struct timeline *timeline, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(timeline->told[i].entry.person, timeline->told[at].entry.person) == 0)
            return true;
    return false;
}

static void add_people(struct head *head)
{
    const struct timeline *timeline = head->timeline;
    AUTO(strbuf) struct strbuf names = STRBUF_INIT;

    for (size_t i = 0; i < timeline->told_count; i++)
        if (*timeline->told[i].entry.person && !is_named_before(timeline, i))
            strbuf_format(&names, "%s%s", names.length ? ", " : "", timeline->told[i].entry.person);
    if (names.length)
        add_row(head, "persons", arena_text(timeline->arena, strbuf_text(&names)));
}

static void add_plan(struct head *head)
{
    const struct plan *plan = head->timeline->plan;

    if (!plan) {
        add_row(head, "plan", "its plan is not in this journal: scripts are those that were sent");
        return;
    }
    if (plan->why && *plan->why)
        add_row(head, "because", plan->why);
    if (plan->loss.words && *plan->loss.words)
        add_row(head, "loss", plan->loss.words);
    if (plan->unproven)
        add_row(head, "scripts", "UNPROVEN: a script is the site's own");
}

static void add_sightings(struct head *head)
{
    const struct timeline *timeline = head->timeline;
    struct arena *arena = timeline->arena;
    const struct dot *bad = timeline_first_bad(timeline);

    if (bad)
        add_row(head, "first bad",
                arena_format(arena, "%s  %s %s", time_words(arena, bad->at_utc_ms), bad->object, bad->words));
    if (timeline->dot_count) {
        int64_t last_utc_ms = timeline->dots[timeline->dot_count - 1].at_utc_ms;

        add_row(head, "last look",
                arena_format(arena, "%s  %s", time_words(arena, last_utc_ms),
                             explain_sightings(timeline, last_utc_ms)));
    }
}

/* What a step that would protect the copy came to. */
static void add_protection(struct head *head, const char *step, const char *what)
{
    const struct bar *bar = timeline_last_of(head->timeline, step);
    struct arena *arena = head->timeline->arena;

    add_row(head, "",
            bar && bar_is_done(bar)
                ? arena_format(arena, "%s since %s", what, time_words(arena, bar->ended_utc_ms))
                : arena_format(arena, "%s: not by this run%s%s", what, bar ? " - " : "",
                               bar ? bar->outcome : ""));
}

static void add_unprotected(struct head *head)
{
    const struct timeline *timeline = head->timeline;
    const struct bar *recovered = timeline_last_of(timeline, "recover");

    if (strcmp(timeline->run.verb, "failover") != 0 || !recovered || !bar_is_done(recovered))
        return;
    add_row(head, "unguarded",
            arena_format(timeline->arena, "since %s chat is in one site alone, until a failback",
                         time_words(timeline->arena, recovered->ended_utc_ms)));
    add_protection(head, "backup", "full backup");
    add_protection(head, "log-backups", "log backups of its own");
    add_protection(head, "mirror", "mirror");
}

struct explain_row *explain_head(const struct timeline *timeline, size_t *ret_count)
{
    struct head head = {.timeline = timeline};

    add_times(&head);
    add_people(&head);
    add_plan(&head);
    add_sightings(&head);
    add_unprotected(&head);
    *ret_count = head.count;
    return head.rows;
}

/* ---- as text ---- */

enum { TEXT_COLUMN = 20 };

static void text_head(struct strbuf *out, const struct timeline *timeline)
{
    enum { HEAD_COLUMN = 10 };
    size_t count;
    const struct explain_row *rows = explain_head(timeline, &count);

    strbuf_format(out, "run %lld  ", (long long)timeline->run.run);
    safe_wrapped(out, HEAD_COLUMN, explain_title(timeline));
    for (size_t i = 0; i < count; i++) {
        strbuf_format(out, "%-*s", HEAD_COLUMN, rows[i].name);
        safe_wrapped(out, HEAD_COLUMN, rows[i].text);
    }
}

static void text_gate(struct strbuf *out, const struct gate_verdict *verdict, bool first)
{
    AUTO(strbuf) struct strbuf line = STRBUF_INIT;

    strbuf_format(out, "%-10s%-23s", first ? "gates" : "", gate_title(verdict->gate));
    strbuf_format(&line, "%s%s  %s", gate_state_name(verdict->state),
                  verdict->overridden ? ", passed by a person" : "",
                  verdict->observed ? verdict->observed : "");
    safe_wrapped(out, 33, strbuf_text(&line));
}

/* As the plan saw them; what they said before each step stands there. */
static void text_gates(struct strbuf *out, const struct timeline *timeline)
{
    const struct plan *plan = timeline->plan;

    for (size_t i = 0; plan && i < plan->gate_count; i++)
        text_gate(out, &plan->gates[i], i == 0);
}

static void text_time(struct strbuf *out, int64_t utc_ms)
{
    char text[UTC_TEXT_BYTES];

    strbuf_format(out, "%s  ", utc_format_time(utc_ms, text));
}

/* By whose word; handlers have no name. */
static void text_who(struct strbuf *out, const struct timeline *timeline, const struct journal_entry *entry)
{
    AUTO(strbuf) struct strbuf line = STRBUF_INIT;

    strbuf_format(&line, "%s%s%s", timeline->run.origin, *entry->person ? ", approved by " : "",
                  entry->person);
    strbuf_format(out, "%11s%-9s", "", "by");
    safe_wrapped(out, TEXT_COLUMN, strbuf_text(&line));
}

static void text_script(struct strbuf *out, const struct bar *bar, const struct journal_entry *entry)
{
    strbuf_format(out, "%11s%-9s", "", explain_word(entry->kind));
    safe_wrapped(out, TEXT_COLUMN, bar && *bar->script ? bar->script : *entry->text ? "" : "nothing: waits");
    safe_block(out, "           | ", entry->text);
}

static void text_lines(struct strbuf *out, const char *word, const char *text)
{
    bool first = true;

    while (*text || first) {
        size_t length = strcspn(text, "\n");
        AUTO(strbuf) struct strbuf line = STRBUF_INIT;

        strbuf_add_n(&line, text, length);
        strbuf_format(out, "%11s%-9s", "", first ? word : "");
        safe_wrapped(out, TEXT_COLUMN, strbuf_text(&line));
        text += length + (text[length] == '\n');
        first = false;
    }
}

static void text_bar(struct strbuf *out, const struct timeline *timeline, const struct told *told)
{
    text_time(out, told->entry.at_utc_ms);
    safe_wrapped(out, 11, explain_bar(timeline, &timeline->bars[told->bar]));
    text_who(out, timeline, &told->entry);
}

static void text_told(struct strbuf *out, const struct timeline *timeline, const struct told *told)
{
    const struct journal_entry *entry = &told->entry;
    const struct bar *bar = told->bar == NO_BAR ? NULL : &timeline->bars[told->bar];
    const char *word = explain_word(entry->kind);

    if (entry->kind == ENTRY_INTENT)
        text_script(out, bar, entry);
    else if (entry->kind == ENTRY_LOOK)
        text_lines(out, word, explain_sightings(timeline, entry->at_utc_ms));
    else if (entry->kind == ENTRY_OUTCOME && bar)
        text_lines(out, word, explain_outcome(timeline, bar));
    else if (entry->kind == ENTRY_PERSON)
        text_lines(out, word, explain_person(timeline, entry));
    else
        text_lines(out, word, entry->text);
}

char *explain_text(const struct timeline *timeline)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    int64_t bar = NO_BAR;

    text_head(&out, timeline);
    text_gates(&out, timeline);
    strbuf_add(&out, "\n");
    for (size_t i = 0; i < timeline->told_count; i++) {
        const struct told *told = &timeline->told[i];

        if (told->bar != NO_BAR && told->bar != bar)
            text_bar(&out, timeline, told);
        else if (told->bar == NO_BAR) {
            text_time(&out, told->entry.at_utc_ms);
            strbuf_add(&out, "the run\n");
        }
        bar = told->bar;
        text_told(&out, timeline, told);
    }
    return strbuf_take(&out);
}
