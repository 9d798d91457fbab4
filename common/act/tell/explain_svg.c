/* A run as a drawing: sites as lanes, a row for each server, steps as bars, sightings as dots. */
#include "act/tell/explain.h"

#include "act/tell/words_safe.h"
#include "base/utc.h"

#include <string.h>

enum {
    WIDTH = 1000,
    LEFT = 170,
    RIGHT = 972,
    TOP = 34,
    LANE_HEIGHT = 22,
    ROW_HEIGHT = 30,
    BAR_HEIGHT = 13,
    BAR_LEAST_WIDTH = 4,
    NUMBER_WIDTH = 16,
    TICKS_MOST = 8,
};

struct drawing {
    const struct timeline *timeline;
    struct strbuf *out;
    int64_t begin_utc_ms, span_ms;
    int y;
};

static int x_of(const struct drawing *drawing, int64_t utc_ms)
{
    int64_t at_ms = utc_ms - drawing->begin_utc_ms;

    if (at_ms < 0)
        at_ms = 0;
    if (at_ms > drawing->span_ms)
        at_ms = drawing->span_ms;
    return LEFT + (int)((double)at_ms * (RIGHT - LEFT) / (double)drawing->span_ms);
}

static void add_title(const struct drawing *drawing, int64_t utc_ms, const char *text)
{
    char at[UTC_TEXT_BYTES];

    strbuf_format(drawing->out, "<title>%s ", utc_format_time(utc_ms, at));
    safe_html(drawing->out, text);
    strbuf_add(drawing->out, "</title>");
}

static void add_text(const struct drawing *drawing, int x, int y, const char *class, const char *text)
{
    strbuf_format(drawing->out, "<text x=\"%d\" y=\"%d\" class=\"%s\">", x, y, class);
    safe_html(drawing->out, text);
    strbuf_add(drawing->out, "</text>\n");
}

/* ---- the ruler ---- */

static int64_t tick_ms(int64_t span_ms)
{
    static const int steps_s[] = {1,   2,   5,   10,   15,   30,   60,    120,
                                  300, 600, 900, 1800, 3600, 7200, 14400, 43200};

    for (size_t i = 0; i < COUNT(steps_s); i++)
        if (span_ms / (steps_s[i] * INT64_C(1000)) <= TICKS_MOST)
            return steps_s[i] * INT64_C(1000);
    return span_ms / TICKS_MOST;
}

static void add_ruler(const struct drawing *drawing, int height)
{
    int64_t step_ms = tick_ms(drawing->span_ms);
    int64_t at_ms = (drawing->begin_utc_ms + step_ms - 1) / step_ms * step_ms;

    for (; at_ms <= drawing->begin_utc_ms + drawing->span_ms; at_ms += step_ms) {
        int x = x_of(drawing, at_ms);
        char text[UTC_TEXT_BYTES];

        strbuf_format(drawing->out, "<path d=\"M%d %dV%d\" class=\"tick\"/>\n", x, TOP - 8, height);
        add_text(drawing, x, TOP - 14, "time", utc_format_time(at_ms, text));
    }
}

/* ---- rows ---- */

static const char *bar_class(const struct bar *bar)
{
    static const char *const classes[] = {
        [PHASE_PREPARE] = "prepare", [PHASE_FENCE] = "fence", [PHASE_CUT] = "cut",
        [PHASE_COMMIT] = "commit",   [PHASE_AFTER] = "after", [PHASE_COUNT] = "unknown"};

    return classes[bar->phase];
}

/* Numbers stand over bars as far as they have room; *ret_free_x: where the next one has. */
static void add_bar(const struct drawing *drawing, const struct bar *bar, int *ret_free_x)
{
    int x = x_of(drawing, bar->begun_utc_ms), end = x_of(drawing, bar->ended_utc_ms);
    int width = end - x < BAR_LEAST_WIDTH ? BAR_LEAST_WIDTH : end - x;
    char number[24];

    strbuf_format(drawing->out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\" class=\"%s%s\">",
                  x, drawing->y + 2, width, BAR_HEIGHT, bar_class(bar), bar_is_done(bar) ? "" : " undone");
    add_title(drawing, bar->begun_utc_ms,
              arena_format(drawing->timeline->arena, "%s: %s", explain_bar(drawing->timeline, bar),
                           explain_outcome(drawing->timeline, bar)));
    strbuf_add(drawing->out, "</rect>\n");
    if (!bar->number || x < *ret_free_x)
        return;
    snprintf(number, sizeof(number), "%zu", bar->number);
    add_text(drawing, x + 1, drawing->y + 12, "number", number);
    *ret_free_x = x + NUMBER_WIDTH;
}

static void add_dot(const struct drawing *drawing, const struct dot *dot)
{
    static const char *const classes[DOT_KIND_COUNT] = {[DOT_UNSEEN] = "unseen",
                                                        [DOT_WRITABLE] = "writable",
                                                        [DOT_MAY_BECOME_WRITABLE] = "may",
                                                        [DOT_NOT_WRITABLE] = "not"};

    strbuf_format(drawing->out, "<circle cx=\"%d\" cy=\"%d\" r=\"3.5\" class=\"%s\">",
                  x_of(drawing, dot->at_utc_ms), drawing->y + 22, classes[dot->kind]);
    add_title(drawing, dot->at_utc_ms,
              arena_format(drawing->timeline->arena, "%s %s", dot->object, dot->words));
    strbuf_add(drawing->out, "</circle>\n");
}

static void add_row(struct drawing *drawing, const struct actor *actor)
{
    const struct timeline *timeline = drawing->timeline;
    int free_x = 0;

    add_text(drawing, 14, drawing->y + 19, "name", actor->name);
    strbuf_format(drawing->out, "<path d=\"M%d %dH%d\" class=\"line\"/>\n", LEFT, drawing->y + 22, RIGHT);
    for (size_t i = 0; i < timeline->bar_count; i++)
        if (strcmp(timeline->bars[i].target, actor->name) == 0)
            add_bar(drawing, &timeline->bars[i], &free_x);
    for (size_t i = 0; i < timeline->dot_count; i++)
        if (strcmp(timeline->dots[i].object, actor->name) == 0)
            add_dot(drawing, &timeline->dots[i]);
    drawing->y += ROW_HEIGHT;
}

static bool is_first_of_site(const struct timeline *timeline, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(timeline->actors[i].site, timeline->actors[at].site) == 0)
            return false;
    return true;
}

static size_t count_sites(const struct timeline *timeline)
{
    size_t count = 0;

    for (size_t i = 0; i < timeline->actor_count; i++)
        count += is_first_of_site(timeline, i);
    return count;
}

static void add_lane(struct drawing *drawing, const char *site)
{
    const struct timeline *timeline = drawing->timeline;

    strbuf_format(drawing->out, "<rect x=\"0\" y=\"%d\" width=\"%d\" height=\"%d\" class=\"lane\"/>\n",
                  drawing->y, WIDTH, LANE_HEIGHT - 4);
    add_text(drawing, 6, drawing->y + 13, "site", *site ? site : "elsewhere");
    drawing->y += LANE_HEIGHT;
    for (size_t i = 0; i < timeline->actor_count; i++)
        if (strcmp(timeline->actors[i].site, site) == 0)
            add_row(drawing, &timeline->actors[i]);
}

/* The side that was left stands above the side that was gone to. */
static bool is_left_side(const struct timeline *timeline, size_t at)
{
    return timeline->plan && strcmp(timeline->plan->from_site, timeline->actors[at].site) == 0;
}

static void add_lanes(struct drawing *drawing)
{
    const struct timeline *timeline = drawing->timeline;

    for (int left = 1; left >= 0; left--)
        for (size_t i = 0; i < timeline->actor_count; i++)
            if (is_first_of_site(timeline, i) && is_left_side(timeline, i) == (left == 1))
                add_lane(drawing, timeline->actors[i].site);
}

void explain_svg(const struct timeline *timeline, struct strbuf *out)
{
    int64_t begin_utc_ms = timeline_begin(timeline), span_ms = timeline_end(timeline) - begin_utc_ms;
    struct drawing drawing = {timeline, out, begin_utc_ms, span_ms < 1000 ? 1000 : span_ms, TOP};
    int height = TOP + (int)count_sites(timeline) * LANE_HEIGHT + (int)timeline->actor_count * ROW_HEIGHT + 6;

    strbuf_format(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"timeline\">\n", WIDTH, height);
    add_ruler(&drawing, height);
    add_lanes(&drawing);
    strbuf_add(out, "</svg>\n");
}
