#include "present/object_table.h"

#include "base/utc.h"
#include "base/utf8.h"
#include "present/escape.h"

#include <string.h>

enum {
    GAP = 2,                /* blanks between columns */
    TEXT_COLUMNS_MOST = 46, /* a longer text pushes its aside out alone, not everybody's */
    LINE_BYTES_MOST = 1024
};

/* One object with all its columns, ready to print. */
struct row {
    const char *object;           /* as findings name it */
    const struct finding *spoken; /* the finding that is its text, where no object line gives one */
    const char *site, *label, *text, *aside;
    enum severity severity;
};

struct table {
    const struct report *report;
    struct arena *arena;
    struct row *rows;
    size_t row_count;
    size_t site_columns, label_columns, text_columns;
    struct text_lines lines;
};

static const char *harmless(struct arena *arena, const char *text)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    escape_line(&out, text ? text : "");
    return arena_text(arena, strbuf_text(&out));
}

/* ---- rows ---- */

static bool is_pool(const struct report *report, const char *object)
{
    return *object == '\0' || (report->pool && strcmp(object, report->pool) == 0);
}

static bool has_row(const struct table *table, const char *object)
{
    for (size_t i = 0; i < table->row_count; i++)
        if (strcmp(table->rows[i].object, object) == 0)
            return true;
    return false;
}

static bool has_line(const struct report *report, const char *object)
{
    for (size_t i = 0; i < report->line_count; i++)
        if (strcmp(report->lines[i].object, object) == 0)
            return true;
    return false;
}

static struct row *add_row(struct table *table)
{
    return arena_push(table->arena, &table->rows, &table->row_count, sizeof(struct row));
}

static void add_line_row(struct table *table, const struct object_line *line)
{
    *add_row(table) = (struct row){
        .object = line->object,
        .site = harmless(table->arena, line->site),
        .label = harmless(table->arena, line->object),
        .text = harmless(table->arena, line->text),
        .aside = harmless(table->arena, line->aside),
        .severity = line->severity,
    };
}

static void add_finding_row(struct table *table, const struct finding *finding)
{
    bool pool = is_pool(table->report, finding->object);
    const char *name = condition_info(finding->condition)->name;

    *add_row(table) = (struct row){
        .object = finding->object,
        .spoken = finding,
        .site = pool ? "pool" : "",
        .label = pool ? "" : harmless(table->arena, finding->object),
        .text = harmless(table->arena, arena_format(table->arena, "%s: %s", name, finding->message)),
        .aside = "",
        .severity = finding->severity,
    };
}

/* Findings and lines come worst first; within one severity what concerns more than one object leads. */
static void collect_rows(struct table *table, enum severity severity)
{
    const struct report *report = table->report;

    for (size_t i = 0; i < report->finding_count; i++) {
        const struct finding *finding = &report->findings[i];

        if (finding->severity == severity && !has_line(report, finding->object) &&
            !has_row(table, finding->object))
            add_finding_row(table, finding);
    }
    for (size_t i = 0; i < report->line_count; i++)
        if (report->lines[i].severity == severity)
            add_line_row(table, &report->lines[i]);
}

static void collect_all_rows(struct table *table)
{
    static const enum severity worst_first[] = {SEVERITY_CRITICAL, SEVERITY_WARNING, SEVERITY_UNKNOWN,
                                                SEVERITY_OK};

    for (size_t i = 0; i < COUNT(worst_first); i++)
        collect_rows(table, worst_first[i]);
}

/* ---- columns ---- */

static void widen(size_t *columns, const char *text)
{
    size_t wanted = utf8_columns(text);

    if (wanted > *columns)
        *columns = wanted;
}

static void measure(struct table *table)
{
    for (size_t i = 0; i < table->row_count; i++) {
        const struct row *row = &table->rows[i];

        widen(&table->site_columns, row->site);
        widen(&table->label_columns, row->label);
        if (*row->aside && utf8_columns(row->text) <= TEXT_COLUMNS_MOST)
            widen(&table->text_columns, row->text);
    }
}

static void add_blanks(struct strbuf *out, size_t count)
{
    while (count-- > 0)
        strbuf_add_char(out, ' ');
}

static void add_cell(struct strbuf *out, const char *text, size_t columns)
{
    size_t used = utf8_columns(text);

    strbuf_add(out, text);
    add_blanks(out, GAP + (used < columns ? columns - used : 0));
}

static void trim(struct strbuf *out)
{
    size_t length = out->length;

    while (length > 0 && out->text[length - 1] == ' ')
        length--;
    strbuf_truncate(out, length);
}

/* ---- lines ---- */

static void add_text_line(struct table *table, struct strbuf *line)
{
    const char **item =
        arena_push(table->arena, &table->lines.items, &table->lines.count, sizeof(*table->lines.items));

    trim(line);
    if (line->length > LINE_BYTES_MOST) {
        strbuf_truncate(line, utf8_cut(line->text, line->length, LINE_BYTES_MOST));
        strbuf_add(line, "…");
    }
    *item = arena_text_n(table->arena, strbuf_text(line), line->length);
}

/* A line under a row, starting at the text column. */
static void add_below(struct table *table, const char *lead, const char *text)
{
    AUTO(strbuf) struct strbuf line = STRBUF_INIT;

    add_blanks(&line, table->site_columns + table->label_columns + (size_t)2 * GAP);
    strbuf_add(&line, lead);
    escape_line(&line, text);
    add_text_line(table, &line);
}

static void add_row_line(struct table *table, const struct row *row)
{
    AUTO(strbuf) struct strbuf line = STRBUF_INIT;

    add_cell(&line, row->site, table->site_columns);
    add_cell(&line, row->label, table->label_columns);
    if (*row->aside)
        add_cell(&line, row->text, table->text_columns);
    else
        strbuf_add(&line, row->text);
    strbuf_add(&line, row->aside);
    add_text_line(table, &line);
}

static void add_background(struct table *table, const struct finding *finding)
{
    const struct condition_info *info = condition_info(finding->condition);
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    char since[UTC_TEXT_BYTES];

    strbuf_format(&text, "%s %s: %s", severity_name(finding->severity), info->name, info->meaning);
    if (finding->since_utc_ms.known)
        strbuf_format(&text, ", since %s", utc_format(finding->since_utc_ms.value, since));
    add_below(table, "   ", strbuf_text(&text));
}

static void add_finding(struct table *table, const struct finding *finding, bool is_said, unsigned verbosity)
{
    AUTO(strbuf) struct strbuf message = STRBUF_INIT;

    strbuf_format(&message, "%s: %s", condition_info(finding->condition)->name, finding->message);
    if (!is_said)
        add_below(table, "", strbuf_text(&message));
    if (finding->action && *finding->action)
        add_below(table, "-> ", finding->action);
    if (verbosity >= 2)
        add_background(table, finding);
}

static void add_findings(struct table *table, const struct row *row, size_t said, unsigned verbosity)
{
    for (size_t i = 0; i < table->report->finding_count; i++) {
        const struct finding *finding = &table->report->findings[i];

        if (strcmp(finding->object, row->object) == 0)
            add_finding(table, finding, row->spoken ? finding == row->spoken : i < said, verbosity);
    }
}

struct text_lines object_table(const struct report *report, size_t said, unsigned verbosity,
                               struct arena *arena)
{
    struct table table = {.report = report, .arena = arena};

    collect_all_rows(&table);
    measure(&table);
    for (size_t i = 0; i < table.row_count; i++) {
        add_row_line(&table, &table.rows[i]);
        add_findings(&table, &table.rows[i], said, verbosity);
    }
    return table.lines;
}
