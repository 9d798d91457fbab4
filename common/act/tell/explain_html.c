#include "act/tell/explain.h"

#include "act/tell/words_safe.h"
#include "base/utc.h"

#include <string.h>

/* Nothing is fetched and nothing runs: the page's own style is all that it may use. */
static const char begin[] = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                            "style-src 'unsafe-inline'\">\n"
                            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";

static const char style[] =
    "<style>\n"
    "body{font:15px/1.45 system-ui,sans-serif;color:#1f2328;background:#fff;margin:1.5rem auto;"
    "max-width:66rem;padding:0 1rem}\n"
    "h1{font-size:1.4rem;margin:0 0 .6rem}h2{font-size:1.1rem;margin:1.6rem 0 .5rem}\n"
    "table{border-collapse:collapse}td,th{text-align:left;vertical-align:top;padding:.12rem .9rem .12rem 0;"
    "overflow-wrap:anywhere}td:not(:last-child){white-space:nowrap;overflow-wrap:normal}"
    "th{font-weight:600;white-space:nowrap}\n"
    "pre{background:#f6f8fa;border:1px solid #d0d7de;padding:.5rem;overflow-x:auto;margin:.3rem 0;"
    "font:12.5px/1.4 ui-monospace,monospace}\n"
    "section{border-left:4px solid #d0d7de;padding:.1rem 0 .1rem .8rem;margin:.9rem 0}\n"
    "section.prepare{border-color:#6cb0f5}section.fence{border-color:#8250df}section.cut{border-color:#"
    "d4a72c}section.commit{border-color:"
    "#cf222e}section.after{border-color:#4ac26b}\n"
    "h3{font-size:1rem;margin:0 0 .2rem}summary{cursor:pointer}time{color:#57606a;font-variant-numeric:"
    "tabular-nums}\n"
    "svg{width:100%;height:auto;border:1px solid #d0d7de}svg text{font:12px system-ui,sans-serif;fill:"
    "#1f2328}\n"
    "svg .time{text-anchor:middle;fill:#57606a;font-size:11px}svg .site{font-weight:600}svg .number{"
    "font-size:10px}\n"
    ".tick{stroke:#eaeef2}.line{stroke:#d8dee4}.lane{fill:#eef1f4}\n"
    ".prepare{fill:#9ecbff}.fence{fill:#d2a8ff}.cut{fill:#f2cc60}.commit{fill:#ff8182}.after{fill:#8ddb8c}."
    "unknown{fill:#d0d7de}"
    "\n"
    "svg rect{stroke:#fff;stroke-width:.7}\n"
    "svg rect.undone{stroke:#cf222e;stroke-dasharray:3 2}\n"
    ".writable{fill:#1a7f37}.may{fill:#bf8700}.not{fill:#6e7781}.unseen{fill:#fff;stroke:#cf222e;"
    "stroke-width:1.5}\n"
    ".key span{margin-right:1.1rem;white-space:nowrap}.key svg{width:14px;height:14px;border:0;"
    "vertical-align:-2px;margin-right:.3rem}\n"
    "@media print{pre{white-space:pre-wrap}}\n"
    "</style>\n";

static void add_element(struct strbuf *out, const char *name, const char *text)
{
    strbuf_format(out, "<%s>", name);
    safe_html(out, text);
    strbuf_format(out, "</%s>", name);
}

static void add_time(struct strbuf *out, int64_t utc_ms)
{
    char text[UTC_TEXT_BYTES];

    add_element(out, "time", utc_format_time(utc_ms, text));
}

/* ---- head ---- */

static void add_head(struct strbuf *out, const struct timeline *timeline)
{
    const char *title =
        arena_format(timeline->arena, "run %lld: %s", (long long)timeline->run.run, explain_title(timeline));
    size_t count;
    const struct explain_row *rows = explain_head(timeline, &count);

    strbuf_add(out, begin);
    add_element(out, "title", title);
    strbuf_add(out, style);
    strbuf_add(out, "</head>\n<body>\n");
    add_element(out, "h1", title);
    strbuf_add(out, "\n<table>\n");
    for (size_t i = 0; i < count; i++) {
        strbuf_add(out, "<tr>");
        add_element(out, "th", rows[i].name);
        add_element(out, "td", rows[i].text);
        strbuf_add(out, "</tr>\n");
    }
    strbuf_add(out, "</table>\n");
}

static void add_key(struct strbuf *out)
{
    static const struct {
        const char *class, *words;
        bool is_dot;
    } keys[] = {
        {"prepare", "prepare", false},
        {"fence", "fence", false},
        {"cut", "cut", false},
        {"commit", "commit: no way back", false},
        {"after", "after", false},
        {"unknown undone", "not done", false},
        {"writable", "copy writable", true},
        {"not", "provably not writable", true},
        {"may", "may become writable by itself", true},
        {"unseen", "not seen", true},
    };

    strbuf_add(out, "<p class=\"key\">");
    for (size_t i = 0; i < COUNT(keys); i++)
        strbuf_format(out, "<span><svg viewBox=\"0 0 14 14\">%s class=\"%s\"/></svg>%s</span>\n",
                      keys[i].is_dot ? "<circle cx=\"7\" cy=\"7\" r=\"4.5\""
                                     : "<rect x=\"1\" y=\"2\" width=\"12\" height=\"10\"",
                      keys[i].class, keys[i].words);
    strbuf_add(out, "</p>\n");
}

static void add_gates(struct strbuf *out, const struct timeline *timeline)
{
    const struct plan *plan = timeline->plan;

    if (!plan || !plan->gate_count)
        return;
    strbuf_add(out, "<h2>Gates, when it was planned</h2>\n<table>\n");
    for (size_t i = 0; i < plan->gate_count; i++) {
        const struct gate_verdict *verdict = &plan->gates[i];

        strbuf_add(out, "<tr>");
        add_element(out, "th", gate_title(verdict->gate));
        add_element(out, "td", verdict->overridden ? "passed by a person" : gate_state_name(verdict->state));
        add_element(out, "td", verdict->observed ? verdict->observed : "");
        strbuf_add(out, "</tr>\n");
    }
    strbuf_add(out, "</table>\n");
}

/* ---- what was done ---- */

static void add_row(struct strbuf *out, const struct journal_entry *entry, const char *text)
{
    strbuf_add(out, "<tr><td>");
    add_time(out, entry->at_utc_ms);
    strbuf_add(out, "</td>");
    add_element(out, "th", explain_word(entry->kind));
    strbuf_add(out, "<td>");
    safe_html(out, text);
    strbuf_add(out, "</td></tr>\n");
}

/* Long texts fold. */
static void add_block(struct strbuf *out, const struct journal_entry *entry, const char *summary)
{
    strbuf_add(out, "<tr><td>");
    add_time(out, entry->at_utc_ms);
    strbuf_add(out, "</td>");
    add_element(out, "th", explain_word(entry->kind));
    strbuf_add(out, "<td><details>");
    add_element(out, "summary", summary);
    add_element(out, "pre", entry->text);
    strbuf_add(out, "</details></td></tr>\n");
}

static void add_sent(struct strbuf *out, const struct bar *bar, const struct journal_entry *entry)
{
    if (!*entry->text)
        add_row(out, entry, "nothing: waits");
    else
        add_block(out, entry, bar && *bar->script ? bar->script : "its text");
}

static void add_told(struct strbuf *out, const struct timeline *timeline, const struct told *told)
{
    const struct journal_entry *entry = &told->entry;
    const struct bar *bar = told->bar == NO_BAR ? NULL : &timeline->bars[told->bar];

    if (entry->kind == ENTRY_INTENT)
        add_sent(out, bar, entry);
    else if (entry->kind == ENTRY_LOOK)
        add_row(out, entry, explain_sightings(timeline, entry->at_utc_ms));
    else if (entry->kind == ENTRY_OUTCOME && bar)
        add_row(out, entry, explain_outcome(timeline, bar));
    else if (entry->kind == ENTRY_PERSON)
        add_row(out, entry, explain_person(timeline, entry));
    else if (strchr(entry->text, '\n'))
        add_block(out, entry, entry->kind == ENTRY_GATES ? "what each gate saw" : "all of it");
    else
        add_row(out, entry, entry->text);
}

static const char *phase_class(const struct bar *bar)
{
    return bar->phase < PHASE_COUNT ? phase_name(bar->phase) : "";
}

static void begin_section(struct strbuf *out, const struct timeline *timeline, const struct told *told)
{
    const struct bar *bar = told->bar == NO_BAR ? NULL : &timeline->bars[told->bar];

    strbuf_format(out, "<section class=\"%s\">", bar ? phase_class(bar) : "");
    add_element(out, "h3", bar ? explain_bar(timeline, bar) : "the run");
    strbuf_add(out, "\n<table>\n");
    if (!bar)
        return;
    strbuf_add(out, "<tr><td></td><th>by</th><td>");
    safe_html(out, timeline->run.origin);
    if (*told->entry.person) {
        strbuf_add(out, ", approved by ");
        safe_html(out, told->entry.person);
    }
    strbuf_add(out, "</td></tr>\n");
}

static void add_all_told(struct strbuf *out, const struct timeline *timeline)
{
    for (size_t i = 0; i < timeline->told_count; i++) {
        const struct told *told = &timeline->told[i];

        if (i == 0 || told->bar != told[-1].bar) {
            strbuf_add(out, i ? "</table></section>\n" : "");
            begin_section(out, timeline, told);
        }
        add_told(out, timeline, told);
    }
    strbuf_add(out, timeline->told_count ? "</table></section>\n" : "");
}

char *explain_html(const struct timeline *timeline)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    add_head(&out, timeline);
    strbuf_add(&out, "<h2>Timeline</h2>\n");
    explain_svg(timeline, &out);
    add_key(&out);
    add_gates(&out, timeline);
    strbuf_add(&out, "<h2>What was done</h2>\n");
    add_all_told(&out, timeline);
    strbuf_add(&out, "</body>\n</html>\n");
    return strbuf_take(&out);
}
