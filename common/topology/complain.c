#include "topology/complain.h"

#include "base/mem.h"
#include "base/nearest.h"
#include "base/strbuf.h"
#include "topology/read.h"
#include "topology/schema.h"

#include <inttypes.h>

static void add_list_word(struct strbuf *out, int index, int count, const char *word)
{
    if (index > 0)
        strbuf_add(out, index + 1 < count ? ", " : " or ");
    strbuf_add(out, word);
}

static void add_choices(struct strbuf *out, const struct choices *choices)
{
    for (int i = 0; i < choices->count; i++)
        add_list_word(out, i, choices->count, choices->name(i));
}

/* "expected …" of a field, whatever its kind. */
static void add_expected(struct strbuf *out, const struct field *field)
{
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_PATH:
    case FIELD_INCLUDE:
        strbuf_add(out, field->syntax->expected);
        break;
    case FIELD_NUMBER:
        strbuf_format(out, "a number %" PRId64 "..%" PRId64, field->minimum, field->maximum);
        break;
    case FIELD_FLAG:
        strbuf_add(out, "true or false");
        break;
    case FIELD_CHOICE:
        add_choices(out, field->choices);
        break;
    case FIELD_RANGE:
        strbuf_add(out, "a range in quotes, like \"10:20\"");
        break;
    case FIELD_CREDENTIAL:
        strbuf_add(out, "a name that stands under credentials");
        break;
    case FIELD_TEXTS:
    case FIELD_LIST:
        strbuf_format(out, "a list of %s", field->noun);
        break;
    case FIELD_MAPPING:
    case FIELD_OPTIONAL:
    case FIELD_CREDENTIALS:
    case FIELD_LIMITS:
        strbuf_format(out, "a mapping of %s", field->noun);
        break;
    }
}

int complain_expected(struct reader *reader, const struct field *field, const struct node *node,
                      const char *what)
{
    AUTO(strbuf) struct strbuf expected = STRBUF_INIT;

    add_expected(&expected, field);
    return node_fail(node, reader->err, "%s; expected %s", what, strbuf_text(&expected));
}

int complain_value(struct reader *reader, const struct field *field, const struct node *node,
                   const char *noun)
{
    char value[EXCERPT_BYTES];
    AUTO_FREE char *what = NULL;

    what = mem_format("\"%s\" is not %s", excerpt(node->text, value), noun);
    return complain_expected(reader, field, node, what);
}

int complain_missing(struct reader *reader, const struct field *field, const struct node *mapping)
{
    AUTO(strbuf) struct strbuf expected = STRBUF_INIT;

    add_expected(&expected, field);
    return node_fail_missing(mapping, field->key, reader->err, "missing; expected %s",
                             strbuf_text(&expected));
}

int complain_unknown(struct reader *reader, const struct schema *schema, const struct node *node)
{
    struct nearest nearest = NEAREST_INIT(node->key);
    AUTO(strbuf) struct strbuf keys = STRBUF_INIT;

    for (size_t i = 0; i < schema->field_count; i++) {
        add_list_word(&keys, (int)i, (int)schema->field_count, schema->fields[i].key);
        nearest_offer(&nearest, schema->fields[i].key);
    }
    if (nearest.best)
        return node_fail(node, reader->err, "unknown key; did you mean %s?", nearest.best);
    return node_fail(node, reader->err, "unknown key; expected %s", strbuf_text(&keys));
}

int complain_metric(struct reader *reader, const struct node *node)
{
    struct nearest nearest = NEAREST_INIT(node->key);
    AUTO(strbuf) struct strbuf names = STRBUF_INIT;

    for (int id = 0; id < METRIC_COUNT; id++) {
        add_list_word(&names, id, METRIC_COUNT, metric_info((enum metric_id)id)->name);
        nearest_offer(&nearest, metric_info((enum metric_id)id)->name);
    }
    if (nearest.best)
        return node_fail(node, reader->err, "unknown metric; did you mean %s?", nearest.best);
    return node_fail(node, reader->err, "unknown metric; expected %s", strbuf_text(&names));
}
