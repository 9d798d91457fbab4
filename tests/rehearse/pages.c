#include "rehearse/pages.h"

#include "act/tell/explain.h"
#include "act/tell/words_safe.h"
#include "base/duration.h"
#include "base/utc.h"
#include "base/whole_file.h"

#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PAGE_MODE = 0600, NAME_COLUMNS = 20, WORD_COLUMNS = 8, RUNS_MOST = 32 };

/* Nothing is fetched and nothing runs. */
static const char head_begin[] = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                                 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                                 "style-src 'unsafe-inline'\">\n"
                                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                                 "<title>";
static const char head_end[] =
    "</title>\n<style>\n"
    "body{font:15px/1.45 system-ui,sans-serif;color:#1f2328;background:#fff;margin:1.5rem auto;"
    "max-width:66rem;padding:0 1rem}\n"
    "h1{font-size:1.4rem;margin:0 0 .6rem}h2{font-size:1.1rem;margin:1.6rem 0 .5rem}\n"
    "table{border-collapse:collapse}td,th{text-align:left;vertical-align:top;padding:.2rem .9rem .2rem 0;"
    "overflow-wrap:anywhere}th{font-weight:600;white-space:nowrap}td.short{white-space:nowrap}\n"
    "pre{background:#f6f8fa;border:1px solid #d0d7de;padding:.5rem;overflow-x:auto;margin:.3rem 0;"
    "font:12.5px/1.4 ui-monospace,monospace}\n"
    "code{font:13px ui-monospace,monospace}summary{cursor:pointer}time{color:#57606a}\n"
    ".done,.itself{color:#1a7f37}.refused,.waits,.stopped{color:#cf222e}.world{color:#9a6700}.hands{color:#"
    "8250df}\n"
    "@media print{pre{white-space:pre-wrap}}\n"
    "</style>\n</head>\n<body>\n";
static const char page_end[] = "</body>\n</html>\n";

/* ---- elements ---- */

static void add_element(struct strbuf *out, const char *name, const char *class, const char *text)
{
    strbuf_format(out, "<%s%s%s%s>", name, class ? " class=\"" : "", class ? class : "", class ? "\"" : "");
    safe_html(out, text);
    strbuf_format(out, "</%s>", name);
}

static void add_row(struct strbuf *out, const char *name, const char *text)
{
    strbuf_add(out, "<tr>");
    add_element(out, "th", NULL, name);
    add_element(out, "td", NULL, text);
    strbuf_add(out, "</tr>\n");
}

static void add_link(struct strbuf *out, const char *file, const char *text)
{
    strbuf_add(out, "<a href=\"");
    safe_html(out, file);
    strbuf_add(out, "\">");
    safe_html(out, text);
    strbuf_add(out, "</a>");
}

static int write_file(const struct pages *pages, struct play *play, const char *name, const char *text,
                      struct err *err)
{
    return whole_file_write(play_text(play, "%s/%s", pages->folder, name), PAGE_MODE, text, err);
}

/* ---- in words ---- */

/* How long it goes on is the patience of whoever rehearses. */
static const char *outage_words(struct play *play)
{
    char text[DURATION_TEXT_BYTES];

    if (play->is_out)
        return "nobody can write";
    if (!play->outage_ms)
        return "chat never stopped";
    return play_text(play, "nobody could write for %s", duration_format_exact(play->outage_ms / 1000, text));
}

static const char *lost_words(struct play *play)
{
    char text[DURATION_TEXT_BYTES];

    if (play->lost < 0)
        return play->is_out ? "the loss is not decided" : "two copies are open";
    if (play->lost == 0)
        return "no message lost";
    duration_format_exact(play->lost * PLAY_WRITE_MS / 1000, text);
    return play_text(play, "%lld message%s lost (%s of chat)", (long long)play->lost,
                     play->lost == 1 ? "" : "s", text);
}

static const char *toil_words(struct play *play)
{
    const char *words =
        play->approvals ? play_text(play, "%u approval%s", play->approvals, play->approvals == 1 ? "" : "s")
                        : "nobody approves";

    if (play->words)
        words =
            play_text(play, "%s, your word for %u object%s", words, play->words, play->words == 1 ? "" : "s");
    if (play->hands)
        words = play_text(play, "%s, %u thing%s by hand", words, play->hands, play->hands == 1 ? "" : "s");
    return words;
}

static bool is_well(const struct play *play)
{
    return play->ending == ENDING_DONE || play->ending == ENDING_ITSELF;
}

static const char *in_a_line(struct play *play)
{
    if (is_well(play))
        return play_text(play, "%s: %s; %s; %s", play->done ? play->done : play->why, outage_words(play),
                         lost_words(play), toil_words(play));
    return play_text(play, "%s%s%s; %s; %s", play->done ? play->done : "", play->done ? ", then: " : "",
                     play->why, outage_words(play), lost_words(play));
}

/* ---- on stdout ---- */

static void print_line(const struct scenario *scenario, struct play *play)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    const size_t column = NAME_COLUMNS + 1 + WORD_COLUMNS + 1;

    strbuf_format(&out, "%-*s %-*s ", NAME_COLUMNS, scenario->name, WORD_COLUMNS, ending_name(play->ending));
    safe_wrapped(&out, column, in_a_line(play));
    if (!is_well(play) && play->remedy) {
        strbuf_format(&out, "%*s-> ", (int)column, "");
        safe_wrapped(&out, column + 3, play->remedy);
    }
    fputs(strbuf_text(&out), stdout);
}

void pages_begin(struct pages *pages)
{
    const struct shape *shape = pages->shape;

    printf("rehearsal of %s, seed %lld: nothing is asked of any server\n", pages->pool,
           (long long)pages->seed);
    for (size_t i = 0; i < shape->note_count; i++) {
        AUTO(strbuf) struct strbuf out = STRBUF_INIT;

        strbuf_add(&out, "note: ");
        safe_wrapped(&out, 6, shape->notes[i]);
        fputs(strbuf_text(&out), stdout);
    }
}

/* ---- what an earlier rehearsal left of the same scenario ---- */

static bool is_of(struct play *play, const char *file, const struct scenario *scenario)
{
    return fnmatch(play_text(play, "%s-plan-*.txt", scenario->name), file, 0) == 0 ||
           fnmatch(play_text(play, "%s-run[0-9]*.html", scenario->name), file, 0) == 0;
}

static void remove_old(const struct pages *pages, const struct scenario *scenario, struct play *play)
{
    DIR *folder = opendir(pages->folder);

    for (const struct dirent *entry; folder && (entry = readdir(folder));)
        if (is_of(play, entry->d_name, scenario))
            unlink(play_text(play, "%s/%s", pages->folder, entry->d_name));
    if (folder)
        closedir(folder);
}

/* ---- plans and runs, in files of their own ---- */

struct links {
    struct pages *pages;
    const struct scenario *scenario;
    struct play *play;
    struct strbuf html;
    int64_t runs[RUNS_MOST];
    size_t run_count;
};

static void take_run(void *user, const struct journal_run *run)
{
    struct links *links = user;

    if (links->run_count < RUNS_MOST)
        links->runs[links->run_count++] = run->run;
}

static int write_run(struct links *links, size_t runner, int64_t run, struct err *err)
{
    struct play *play = links->play;
    AUTO(timeline) struct timeline *timeline = timeline_read(play->runners[runner]->journal, run, err);
    AUTO_FREE char *page = timeline ? explain_html(timeline) : NULL;
    const char *file =
        play_text(play, "%s-run%lld%s.html", links->scenario->name, (long long)run, runner ? "-host2" : "");

    if (!page || write_file(links->pages, play, file, page, err) != 0)
        return -1;
    strbuf_add(&links->html, "<li>");
    add_link(&links->html, file,
             play_text(play, "run %lld: %s%s", (long long)run, explain_title(timeline),
                       runner ? ", as the other host knows it" : ""));
    strbuf_add(&links->html, ", explained as <code>pchatctl explain</code> does</li>\n");
    return 0;
}

static int write_runs(struct links *links, struct err *err)
{
    for (size_t i = 0; i < links->play->runner_count; i++) {
        links->run_count = 0;
        if (journal_runs(links->play->runners[i]->journal, take_run, links, err) != 0)
            return -1;
        for (size_t k = 0; k < links->run_count; k++)
            if (write_run(links, i, links->runs[k], err) != 0)
                return -1;
    }
    return 0;
}

static int write_plans(struct links *links, struct err *err)
{
    struct play *play = links->play;

    for (size_t i = 0; i < play->plan_count; i++) {
        const struct shown_plan *plan = &play->plans[i];
        const char *file = play_text(play, "%s-plan-%s.txt", links->scenario->name, plan->id);

        if (write_file(links->pages, play, file, plan->text, err) != 0)
            return -1;
        strbuf_add(&links->html, "<li>");
        add_link(&links->html, file, play_text(play, "plan %s: %s", plan->id, plan->title));
        strbuf_add(&links->html, ", with every byte that would be sent</li>\n");
    }
    return 0;
}

/* ---- the page of a scenario ---- */

static void add_notes(struct strbuf *out, const struct shape *shape)
{
    if (!shape->note_count)
        return;
    strbuf_add(out, "<h2>Rehearsed otherwise than yours</h2>\n<ul>\n");
    for (size_t i = 0; i < shape->note_count; i++) {
        strbuf_add(out, "<li>");
        safe_html(out, shape->notes[i]);
        strbuf_add(out, "</li>\n");
    }
    strbuf_add(out, "</ul>\n");
}

static void add_line(struct strbuf *out, const struct story_line *line)
{
    static const char *const tellers[TELLER_COUNT] = {[TELLER_WORLD] = "happens",
                                                      [TELLER_RUNNER] = "runner",
                                                      [TELLER_PERSON] = "you type",
                                                      [TELLER_HANDS] = "you do"};
    static const char *const classes[TELLER_COUNT] = {[TELLER_WORLD] = "world short",
                                                      [TELLER_RUNNER] = "short",
                                                      [TELLER_PERSON] = "hands short",
                                                      [TELLER_HANDS] = "hands short"};
    char time[UTC_TEXT_BYTES];

    strbuf_add(out, "<tr><td class=\"short\">");
    add_element(out, "time", NULL, utc_format_time(line->at_utc_ms, time));
    strbuf_add(out, "</td>");
    add_element(out, "td", classes[line->teller], tellers[line->teller]);
    strbuf_add(out, "<td>");
    add_element(out, line->teller == TELLER_PERSON ? "code" : "span", NULL, line->words);
    if (line->block) {
        strbuf_add(out, "<details><summary>as it is printed</summary>");
        add_element(out, "pre", NULL, line->block);
        strbuf_add(out, "</details>");
    }
    strbuf_add(out, "</td></tr>\n");
}

static void add_story(struct strbuf *out, const struct play *play)
{
    strbuf_add(out, "<h2>What happens, what you see, what you type</h2>\n<table>\n");
    for (size_t i = 0; i < play->line_count; i++)
        add_line(out, &play->story[i]);
    strbuf_add(out, "</table>\n");
}

static void add_figures(struct strbuf *out, struct play *play)
{
    char text[DURATION_TEXT_BYTES];

    strbuf_add(out, "<table>\n");
    add_row(out, "ends",
            play_text(play, "%s: %s", ending_name(play->ending), play->done ? play->done : play->why));
    if (!is_well(play))
        add_row(out, "because", play->why);
    if (!is_well(play) && play->remedy)
        add_row(out, "remedy", play->remedy);
    if (!is_well(play) && play->more)
        add_row(out, "besides", play->more);
    add_row(out, "outage", outage_words(play));
    if (play->estimate_s)
        add_row(out, "plans said",
                play_text(play, "about %s for what was carried out",
                          duration_format_exact(play->estimate_s, text)));
    add_row(out, "loss", play_text(play, "%s, counted message by message", lost_words(play)));
    add_row(out, "people", toil_words(play));
    add_row(out, "two copies",
            play->overlap_s > 0 ? play_text(play, "users wrote into two copies for %.0f s", play->overlap_s)
                                : "users never wrote into two copies");
    strbuf_add(out, "</table>\n");
}

static char *page_of(struct links *links)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    strbuf_add(&out, head_begin);
    safe_html(&out, links->scenario->name);
    strbuf_add(&out, head_end);
    add_element(&out, "h1", NULL,
                play_text(links->play, "%s: %s", links->scenario->name, links->scenario->summary));
    strbuf_add(&out, "\n<p>");
    add_link(&out, "index.html", "all scenarios");
    strbuf_format(&out, " &middot; rehearsal of ");
    safe_html(&out, links->pages->pool);
    strbuf_add(&out, " &middot; no server was asked; times are virtual</p>\n");
    add_figures(&out, links->play);
    if (links->html.length)
        strbuf_format(&out, "<ul>\n%s</ul>\n", strbuf_text(&links->html));
    add_story(&out, links->play);
    add_notes(&out, links->pages->shape);
    strbuf_add(&out, page_end);
    return strbuf_take(&out);
}

static void add_to_index(struct pages *pages, const struct scenario *scenario, struct play *play)
{
    struct strbuf *out = &pages->index;

    strbuf_add(out, "<tr><td class=\"short\">");
    add_link(out, play_text(play, "%s.html", scenario->name), scenario->name);
    strbuf_add(out, "</td>");
    add_element(out, "td", play_text(play, "short %s", ending_name(play->ending)), ending_name(play->ending));
    strbuf_add(out, "<td>");
    safe_html(out, scenario->summary);
    strbuf_add(out, "<br>");
    safe_html(out, in_a_line(play));
    if (!is_well(play) && play->remedy) {
        strbuf_add(out, "<br>&rarr; ");
        safe_html(out, play->remedy);
    }
    strbuf_add(out, "</td></tr>\n");
}

int pages_add(struct pages *pages, const struct scenario *scenario, struct play *play, struct err *err)
{
    struct links links = {.pages = pages, .scenario = scenario, .play = play, .html = STRBUF_INIT};
    int rc;

    remove_old(pages, scenario, play);
    rc = write_plans(&links, err) != 0 || write_runs(&links, err) != 0 ? -1 : 0;
    if (rc == 0) {
        AUTO_FREE char *page = page_of(&links);

        rc = write_file(pages, play, play_text(play, "%s.html", scenario->name), page, err);
    }
    strbuf_done(&links.html);
    if (rc != 0)
        return -1;
    add_to_index(pages, scenario, play);
    print_line(scenario, play);
    return 0;
}

/* ---- all of them ---- */

void pages_done(struct pages *pages)
{
    strbuf_done(&pages->index);
}

int pages_end(struct pages *pages, struct err *err)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT, path = STRBUF_INIT;

    strbuf_add(&out, head_begin);
    safe_html(&out, "rehearsal of ");
    safe_html(&out, pages->pool);
    strbuf_add(&out, head_end);
    strbuf_add(&out, "<h1>Rehearsal of ");
    safe_html(&out, pages->pool);
    strbuf_format(
        &out,
        "</h1>\n<p>Seed %lld. No server was asked; machines have their names, in the domain " SHAPE_DOMAIN
        ".</p>\n<table>\n%s</table>\n",
        (long long)pages->seed, strbuf_text(&pages->index));
    add_notes(&out, pages->shape);
    strbuf_add(&out, page_end);
    strbuf_format(&path, "%s/index.html", pages->folder);
    pages_done(pages);
    if (whole_file_write(strbuf_text(&path), PAGE_MODE, strbuf_text(&out), err) != 0)
        return -1;
    printf("pages    %s\n", strbuf_text(&path));
    return 0;
}
