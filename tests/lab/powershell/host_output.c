#include "lab/powershell/host_output.h"

#include "lab/powershell/run.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

enum { CONSOLE_COLUMNS = 80, TABLE_COLUMNS_MAX = 10, LIST_FROM = 5 };

static bool has_properties(const struct ps_value *value)
{
    return (value->kind == PS_OBJECT &&
            !(value->object->shown && !value->object->view && value->object->error)) &&
           value->object->count > 0;
}

/* A cell: an array as {a, b}, everything else as its text. */
static const char *cell(struct ps *ps, const struct ps_value *value)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    if (value->kind != PS_ARRAY)
        return ps_show(ps, value);
    strbuf_add_char(&text, '{');
    for (size_t i = 0; i < value->array->count && i < 4; i++)
        strbuf_format(&text, "%s%s", i ? ", " : "", ps_show(ps, &value->array->items[i]));
    strbuf_add(&text, value->array->count > 4 ? "...}" : "}");
    return ps_keep(ps, strbuf_text(&text), text.length);
}

static void add_padded(struct strbuf *text, const char *value, size_t width, bool cut)
{
    size_t columns = utf8_columns(value), length = strlen(value);

    if (cut && columns > width) {
        length = utf8_cut(value, length, width > 3 ? width - 3 : width);
        strbuf_add_n(text, value, length);
        strbuf_add(text, width > 3 ? "..." : "");
        return;
    }
    strbuf_add(text, value);
    for (; columns < width; columns++)
        strbuf_add_char(text, ' ');
}

/* Without the blanks that the last column left. */
static void end_line(struct strbuf *text)
{
    while (text->length > 0 && text->text[text->length - 1] == ' ')
        strbuf_truncate(text, text->length - 1);
    strbuf_add(text, "\r\n");
}

struct table {
    const char *names[TABLE_COLUMNS_MAX];
    size_t widths[TABLE_COLUMNS_MAX];
    size_t count;
};

static size_t name_width(const char *name)
{
    return utf8_columns(name);
}

/* Wide enough for what the columns hold, as long as all of them together fit; else all the same. */
static struct table table_of(struct ps *ps, const struct ps_list *objects, size_t from, size_t to)
{
    const struct ps_object *first = objects->items[from].object;
    struct table table = {.count = 0};
    size_t total = 0;

    if (first->view)
        for (; first->view[table.count] && table.count < TABLE_COLUMNS_MAX; table.count++)
            table.names[table.count] = first->view[table.count];
    else
        for (; table.count < first->count && table.count < TABLE_COLUMNS_MAX; table.count++)
            table.names[table.count] = first->properties[table.count].name;
    for (size_t i = 0; i < table.count; i++) {
        table.widths[i] = name_width(table.names[i]);
        for (size_t row = from; row < to; row++) {
            const struct ps_value *value = ps_get(objects->items[row].object, table.names[i]);
            size_t width = value ? utf8_columns(cell(ps, value)) : 0;

            if (width > table.widths[i])
                table.widths[i] = width;
        }
        total += table.widths[i] + 1;
    }
    for (size_t i = 0; i < table.count && total > CONSOLE_COLUMNS; i++)
        table.widths[i] = (CONSOLE_COLUMNS - table.count) / table.count;
    return table;
}

static void add_rule(const struct table *table, struct strbuf *text)
{
    for (size_t i = 0; i < table->count; i++) {
        size_t width = name_width(table->names[i]);
        AUTO(strbuf) struct strbuf dashes = STRBUF_INIT;

        for (size_t j = 0; j < width && j < table->widths[i]; j++)
            strbuf_add_char(&dashes, '-');
        add_padded(text, strbuf_text(&dashes), table->widths[i], true);
        strbuf_add(text, i + 1 < table->count ? " " : "");
    }
    end_line(text);
}

static void format_table(struct ps *ps, const struct ps_list *objects, size_t from, size_t to,
                         struct strbuf *text)
{
    struct table table = table_of(ps, objects, from, to);

    strbuf_add(text, "\r\n");
    for (size_t i = 0; i < table.count; i++) {
        add_padded(text, table.names[i], table.widths[i], true);
        strbuf_add(text, i + 1 < table.count ? " " : "");
    }
    end_line(text);
    add_rule(&table, text);
    for (size_t row = from; row < to && text->length < PS_TEXT_MAX; row++) {
        for (size_t i = 0; i < table.count; i++) {
            const struct ps_value *value = ps_get(objects->items[row].object, table.names[i]);

            add_padded(text, value ? cell(ps, value) : "", table.widths[i], true);
            strbuf_add(text, i + 1 < table.count ? " " : "");
        }
        end_line(text);
    }
    strbuf_add(text, "\r\n");
}

static void format_list(struct ps *ps, const struct ps_object *object, struct strbuf *text)
{
    size_t width = 0;

    for (size_t i = 0; i < object->count; i++)
        if (name_width(object->properties[i].name) > width)
            width = name_width(object->properties[i].name);
    strbuf_add(text, "\r\n");
    for (size_t i = 0; i < object->count && text->length < PS_TEXT_MAX; i++) {
        add_padded(text, object->properties[i].name, width, false);
        strbuf_format(text, " : %s", cell(ps, &object->properties[i].value));
        end_line(text);
    }
    strbuf_add(text, "\r\n");
}

/* A hashtable is a table of its own: Name and Value. */
static struct ps_value entries_of(struct ps *ps, const struct ps_object *table)
{
    struct ps_list *entries = ps_list_new(ps);

    for (size_t i = 0; i < table->count; i++) {
        struct ps_value entry = ps_object(ps, "System.Collections.DictionaryEntry");

        ps_set(ps, entry, "Name", ps_text(table->properties[i].name));
        ps_set(ps, entry, "Value", table->properties[i].value);
        ps_list_add(ps, entries, entry);
    }
    return ps_array(entries);
}

static bool same_shape(const struct ps_value *a, const struct ps_value *b)
{
    return has_properties(b) && strcmp(a->object->type, b->object->type) == 0 &&
           a->object->count == b->object->count;
}

static size_t format_group(struct ps *ps, const struct ps_list *objects, size_t from, enum ps_layout layout,
                           struct strbuf *text)
{
    const struct ps_value *first = &objects->items[from];
    size_t to = from + 1;

    while (to < objects->count && same_shape(first, &objects->items[to]))
        to++;
    if (layout == PS_LAYOUT_TABLE ||
        (layout == PS_LAYOUT_DEFAULT && (first->object->view || first->object->count < LIST_FROM)))
        format_table(ps, objects, from, to, text);
    else
        for (size_t i = from; i < to; i++)
            format_list(ps, objects->items[i].object, text);
    return to;
}

void ps_format_objects(struct ps *ps, const struct ps_list *objects, enum ps_layout layout,
                       struct strbuf *text)
{
    for (size_t i = 0; i < objects->count && text->length < PS_TEXT_MAX;) {
        const struct ps_value *object = &objects->items[i];

        if (object->kind == PS_TABLE && object->object->count > 0) {
            struct ps_value entries = entries_of(ps, object->object);

            format_table(ps, entries.array, 0, entries.array->count, text);
            i++;
        } else if (object->kind == PS_ARRAY) { /* an array that came as one object */
            struct ps_list inner = *object->array;

            for (size_t j = 0; j < inner.count; j++)
                strbuf_format(text, "%s\r\n", ps_show(ps, &inner.items[j]));
            i++;
        } else if (has_properties(object)) {
            i = format_group(ps, objects, i, layout, text);
        } else {
            strbuf_format(text, "%s\r\n", ps_show(ps, object));
            i++;
        }
    }
}

void ps_host_flush(struct ps *ps)
{
    struct ps_host_output *output = &ps->output;
    struct ps_list rest = {output->objects->items + output->printed,
                           output->objects->count - output->printed};

    if (rest.count > 0)
        ps_format_objects(ps, &rest, PS_LAYOUT_DEFAULT, &output->text);
    output->printed = output->objects->count;
}

void ps_host_print(struct ps *ps, const char *text)
{
    ps_host_flush(ps);
    if (ps->output.text.length + strlen(text) <= PS_TEXT_MAX)
        strbuf_add(&ps->output.text, text);
    else
        ps_overrun(ps, "output");
}
