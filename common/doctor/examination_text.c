/*
 * For people: one line that says it all, then a block for each endpoint, those with a fault first.  Good
 * layers stand in two columns, the connection to the left and what it carries to the right; what is wrong
 * stands below them over the whole width, with the remedy, so that a GRANT can be copied.
 */
#include "doctor/examination.h"

#include "base/utf8.h"
#include "present/escape.h"

#include <string.h>

enum {
    WIDTH = 80,
    TEXT_COLUMN = 17, /* "  prelogin  ok   " */
    RIGHT_COLUMN = 46,
    REMEDY_COLUMN = 12, /* where "-> " begins */
    NAMED_MOST = 4,     /* endpoints in the first line */
    LAYERS_MOST = LAYER_COUNT
};

struct column {
    const struct step *steps[LAYERS_MOST * 2];
    size_t count;
};

static void add_spaces(struct strbuf *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        strbuf_add_char(out, ' ');
}

/* ---- words that do not fit in a line ---- */

/* The words from `column` on, where the cursor stands; further lines begin there too. */
static void add_wrapped(struct strbuf *out, const char *text, size_t column)
{
    AUTO(strbuf) struct strbuf clean = STRBUF_INIT;
    size_t at = column;

    escape_line(&clean, text);
    for (const char *word = strbuf_text(&clean); *word;) {
        size_t length = strcspn(word, " ");
        AUTO(strbuf) struct strbuf one = STRBUF_INIT;
        size_t columns;

        strbuf_add_n(&one, word, length);
        columns = utf8_columns(strbuf_text(&one));
        if (at > column && at + 1 + columns > WIDTH) {
            strbuf_add_char(out, '\n');
            add_spaces(out, column);
            at = column;
        } else if (at > column) {
            strbuf_add_char(out, ' ');
            at++;
        }
        strbuf_add(out, strbuf_text(&one));
        at += columns;
        word += length + strspn(word + length, " ");
    }
    strbuf_add_char(out, '\n');
}

/* ---- one endpoint ---- */

static void split(const struct examination *examination, struct column *path, struct column *rest)
{
    *path = *rest = (struct column){0};
    for (size_t i = 0; i < examination->step_count; i++) {
        const struct step *step = &examination->steps[i];
        struct column *column = layer_is_of_path(step->layer) ? path : rest;

        if (!step->diagnosis && column->count < COUNT(column->steps))
            column->steps[column->count++] = step;
    }
}

/* Facts that are too long for the left column are cut: JSON has all of them. */
static void add_cell(struct strbuf *out, const struct step *step, bool is_left)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    const size_t most = RIGHT_COLUMN - TEXT_COLUMN - 2;
    size_t columns;

    escape_line(&text, step->text);
    columns = utf8_columns(strbuf_text(&text));
    strbuf_format(out, "%-9s ok   ", layer_name(step->layer));
    if (!is_left || columns <= most) {
        strbuf_add(out, strbuf_text(&text));
    } else {
        const char *at = text.text, *end = text.text + text.length;

        for (columns = 0; columns < most - 1; columns++)
            utf8_add(out, utf8_next(&at, end));
        strbuf_add(out, "…");
        columns++;
    }
    if (is_left)
        add_spaces(out, most - columns);
}

static void add_good(struct strbuf *out, const struct column *path, const struct column *rest)
{
    for (size_t i = 0; i < path->count || i < rest->count; i++) {
        size_t start = out->length;

        add_spaces(out, 2);
        if (i < path->count)
            add_cell(out, path->steps[i], true);
        else
            add_spaces(out, RIGHT_COLUMN - 4);
        add_spaces(out, 2);
        if (i < rest->count)
            add_cell(out, rest->steps[i], false);
        while (out->length > start && out->text[out->length - 1] == ' ')
            strbuf_truncate(out, out->length - 1);
        strbuf_add_char(out, '\n');
    }
}

/* A statement stands on one line, to be copied; what else may be done stands below it. */
static void add_statement(struct strbuf *out, const char *remedy)
{
    AUTO(strbuf) struct strbuf clean = STRBUF_INIT;
    const char *aside;

    escape_line(&clean, remedy);
    aside = strstr(strbuf_text(&clean), " (or ");
    if (!aside) {
        strbuf_format(out, "%s\n", strbuf_text(&clean));
        return;
    }
    strbuf_format(out, "%.*s\n%*s%s\n", (int)(aside - clean.text), clean.text, REMEDY_COLUMN + 3, "",
                  aside + 1);
}

static void add_fault(struct strbuf *out, const struct step *step)
{
    strbuf_format(out, "  %-9s FAIL ", layer_name(step->layer));
    add_wrapped(out, step->text, TEXT_COLUMN);
    add_spaces(out, REMEDY_COLUMN);
    strbuf_add(out, "-> ");
    if (step->layer == LAYER_RIGHT)
        add_statement(out, step->remedy);
    else
        add_wrapped(out, step->remedy, REMEDY_COLUMN + 3);
}

static void add_block(struct strbuf *out, const struct examination *examination)
{
    struct column path, rest;

    strbuf_format(out, "\n%s  %s of %s, %s\n", examination->address, way_words(examination->way),
                  examination->name, examination->site);
    split(examination, &path, &rest);
    add_good(out, &path, &rest);
    for (size_t i = 0; i < examination->step_count; i++)
        if (examination->steps[i].diagnosis)
            add_fault(out, &examination->steps[i]);
}

/* ---- all ---- */

/* "sqldr1 SQL Server (right), pc2 WinRM (tls) and 3 more" */
static void add_names(struct strbuf *out, const struct examinations *all, size_t bad_count)
{
    size_t named = 0;

    for (size_t i = 0; i < all->count && named < NAMED_MOST; i++) {
        const struct step *fault = examination_fault(&all->list[i]);

        if (!fault)
            continue;
        strbuf_format(out, "%s%s %s (%s)", named ? ", " : ": ", all->list[i].name,
                      way_words(all->list[i].way), layer_name(fault->layer));
        named++;
    }
    if (bad_count > named)
        strbuf_format(out, " and %zu more", bad_count - named);
}

void examinations_text(const struct examinations *all, struct strbuf *out)
{
    size_t bad_count = examinations_bad_count(all);

    if (bad_count)
        strbuf_format(out, "DOCTOR FAIL - %zu of %zu endpoints", bad_count, all->count);
    else
        strbuf_format(out, "DOCTOR OK - %zu endpoints of %s, every layer", all->count, all->pool);
    add_names(out, all, bad_count);
    strbuf_add_char(out, '\n');
    for (int good = 0; good < 2; good++)
        for (size_t i = 0; i < all->count; i++)
            if ((examination_verdict(&all->list[i]) == DIAGNOSIS_NONE) == good)
                add_block(out, &all->list[i]);
}
