#include "lab/powershell/json.h"

#include <jansson.h>
#include <string.h>

struct writer {
    struct ps *ps;
    struct strbuf *json;
    int depth;
    bool compress;
};

static void write_value(struct writer *writer, const struct ps_value *value, int level, size_t indent);

/* JavaScriptSerializer also escapes what HTML might misread. */
static void write_text(struct strbuf *json, const char *text)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";

    strbuf_add_char(json, '"');
    for (; *text; text++) {
        const char *special = strchr(from, *text);

        if (special)
            strbuf_format(json, "\\%c", to[special - from]);
        else if ((unsigned char)*text < 0x20 || strchr("<>&'", *text))
            strbuf_format(json, "\\u%04x", (unsigned char)*text);
        else
            strbuf_add_char(json, *text);
    }
    strbuf_add_char(json, '"');
}

static void new_line(struct writer *writer, size_t indent)
{
    if (writer->compress)
        return;
    strbuf_add(writer->json, "\r\n");
    for (size_t i = 0; i < indent; i++)
        strbuf_add_char(writer->json, ' ');
}

static void write_array(struct writer *writer, const struct ps_list *list, int level, size_t indent)
{
    strbuf_add_char(writer->json, '[');
    for (size_t i = 0; i < list->count && writer->json->length < PS_TEXT_MAX; i++) {
        strbuf_add(writer->json, i ? "," : "");
        new_line(writer, indent + 4);
        write_value(writer, &list->items[i], level + 1, indent + 4);
    }
    new_line(writer, indent);
    strbuf_add_char(writer->json, ']');
}

static void write_object(struct writer *writer, const struct ps_object *object, int level, size_t indent)
{
    strbuf_add_char(writer->json, '{');
    for (size_t i = 0; i < object->count && writer->json->length < PS_TEXT_MAX; i++) {
        size_t name;

        strbuf_add(writer->json, i ? "," : "");
        new_line(writer, indent + 4);
        name = writer->json->length;
        write_text(writer->json, object->properties[i].name);
        strbuf_add(writer->json, writer->compress ? ":" : ":  ");
        write_value(writer, &object->properties[i].value, level + 1,
                    indent + 4 + writer->json->length - name);
    }
    new_line(writer, indent);
    strbuf_add_char(writer->json, '}');
}

static void write_value(struct writer *writer, const struct ps_value *value, int level, size_t indent)
{
    bool nests = value->kind == PS_ARRAY || value->kind == PS_TABLE || value->kind == PS_OBJECT;

    if (nests && (level > writer->depth || indent > 4096)) {
        write_text(writer->json, ps_show(writer->ps, value));
        return;
    }
    switch (value->kind) {
    case PS_NULL:
        strbuf_add(writer->json, "null");
        break;
    case PS_BOOL:
        strbuf_add(writer->json, value->boolean ? "true" : "false");
        break;
    case PS_ENUM:
        strbuf_format(writer->json, "%d", value->member->number);
        break;
    case PS_INT:
    case PS_REAL:
        strbuf_add(writer->json, ps_show(writer->ps, value));
        break;
    case PS_DATE:
        strbuf_format(writer->json, "\"\\/Date(%lld)\\/\"", (long long)value->ms);
        break;
    case PS_ARRAY:
        write_array(writer, value->array, level, indent);
        break;
    case PS_TABLE:
    case PS_OBJECT:
        write_object(writer, value->object, level, indent);
        break;
    case PS_TEXT:
    case PS_SPAN:
    case PS_BLOCK:
    case PS_TYPE:
    case PS_KIND_COUNT:
        write_text(writer->json, ps_show(writer->ps, value));
        break;
    }
}

void ps_json_write(struct ps *ps, const struct ps_value *value, int depth, bool compress, struct strbuf *json)
{
    struct writer writer = {ps, json, depth, compress};

    write_value(&writer, value, 0, 0);
}

static struct ps_value from_json(struct ps *ps, json_t *json)
{
    struct ps_value value = ps_null();
    const char *name;
    json_t *member;

    switch (json_typeof(json)) {
    case JSON_OBJECT:
        value = ps_custom_object(ps);
        json_object_foreach(json, name, member)
            ps_set(ps, value, ps_keep(ps, name, strlen(name)), from_json(ps, member));
        return value;
    case JSON_ARRAY:
        value = ps_array(ps_list_new(ps));
        for (size_t i = 0; i < json_array_size(json); i++)
            ps_list_add(ps, value.array, from_json(ps, json_array_get(json, i)));
        return value;
    case JSON_STRING:
        return ps_text_copy(ps, json_string_value(json));
    case JSON_INTEGER:
        return ps_int(json_integer_value(json));
    case JSON_REAL:
        return ps_real(json_real_value(json));
    case JSON_TRUE:
        return ps_bool(true);
    case JSON_FALSE:
        return ps_bool(false);
    case JSON_NULL:
        break;
    }
    return value;
}

/* Deeper than anything a script of ours sends. */
static bool too_deep(const char *text)
{
    int depth = 0;

    for (; *text; text++) {
        depth += *text == '[' || *text == '{';
        if (depth > 1000)
            return true;
    }
    return false;
}

int ps_json_read(struct ps *ps, const char *text, struct ps_value *ret_value)
{
    json_t *json = too_deep(text) ? NULL : json_loads(text, JSON_DECODE_ANY, NULL);

    if (!json)
        return -1;
    *ret_value = from_json(ps, json);
    json_decref(json);
    return 0;
}
