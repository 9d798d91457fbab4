#include "observe/winrm/enumeration.h"

#include "base/utf8.h"

#include <string.h>

struct enumeration {
    struct wsman_client *client;
    const struct enumeration_query *query;
    struct deadline work;
    struct arena *arena;
    struct winrm_rows *rows;
    const char **cells;
    size_t cell_count;
    const char *context; /* "" once the host has ended it */
    struct winrm_failure *failure;
};

static bool is_nil(struct arena *arena, const xmlNode *property)
{
    const char *nil = node_attribute(arena, property, "nil");

    return nil && (strcmp(nil, "true") == 0 || strcmp(nil, "1") == 0);
}

/* An array repeats its element; what is longer than any value that we ask for is cut. */
static const char *property_text(struct arena *arena, const xmlNode *item, const char *name)
{
    enum { TEXT_MAX_BYTES = 4096 };
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    bool found = false;

    for (xmlNode *node = item->children; node && text.length <= TEXT_MAX_BYTES; node = node->next) {
        if (!node_is(node, name) || is_nil(arena, node))
            continue;
        strbuf_format(&text, "%s%s", found ? ", " : "", node_text(arena, node));
        found = true;
    }
    if (text.length > TEXT_MAX_BYTES)
        strbuf_truncate(&text, utf8_cut(strbuf_text(&text), text.length, TEXT_MAX_BYTES));
    return found ? arena_text(arena, strbuf_text(&text)) : NULL;
}

static void read_item(struct enumeration *e, const xmlNode *item)
{
    for (size_t i = 0; i < e->query->column_count; i++) {
        const char **cell = arena_push(e->arena, &e->cells, &e->cell_count, sizeof(*cell));

        *cell = property_text(e->arena, item, e->query->columns[i]);
    }
    e->rows->row_count++;
}

static bool is_full(const struct enumeration *e)
{
    return e->rows->row_count >= e->query->max_rows;
}

/* An item is an element of the class, or w:XmlFragment for a projection: either way its children are the
 * columns. */
static size_t read_items(struct enumeration *e, const xmlNode *answer)
{
    const xmlNode *items = node_child(answer, "Items");
    size_t before = e->rows->row_count;

    for (const xmlNode *item = items ? items->children : NULL; item && !is_full(e); item = item->next)
        if (item->type == XML_ELEMENT_NODE)
            read_item(e, item);
    return e->rows->row_count - before;
}

/* A new context replaces the old one; none means that it stays. */
static void read_context(struct enumeration *e, const xmlNode *answer)
{
    const char *context = node_text(e->arena, node_child(answer, "EnumerationContext"));

    if (context)
        e->context = context;
    if (node_child(answer, "EndOfSequence"))
        e->context = "";
}

static int ask(struct enumeration *e, enum wsman_operation operation, const char *answer_name, bool items_due)
{
    struct envelope_values values = {.wql = e->query->wql, .context = e->context};
    AUTO(xml_document) xmlDoc *document = NULL;
    const xmlNode *answer;
    size_t count;

    if (wsman_exchange(e->client, operation, values, e->work, e->arena, &document, e->failure) !=
        WSMAN_ANSWERED)
        return -1;
    answer = wsman_answer(document, answer_name);
    if (!answer)
        return winrm_fail(e->failure, SIGHT_PROTOCOL_ERROR, "the answer is none to a WMI query", NULL);
    read_context(e, answer);
    count = read_items(e, answer);
    if (!count && items_due && *e->context && !is_full(e))
        return winrm_fail(e->failure, SIGHT_PROTOCOL_ERROR, "the host neither sends rows nor ends", NULL);
    return 0;
}

static int pull_all(struct enumeration *e)
{
    if (ask(e, WSMAN_ENUMERATE, "EnumerateResponse", false) != 0)
        return -1;
    while (*e->context && !is_full(e))
        if (ask(e, WSMAN_PULL, "PullResponse", true) != 0)
            return -1;
    return 0;
}

/* What the host keeps for us goes at once; whether that works changes nothing of the answer. */
static void release(struct enumeration *e, struct deadline deadline)
{
    struct envelope_values values = {.context = e->context};
    AUTO(xml_document) xmlDoc *document = NULL;
    struct winrm_failure ignored;

    if (*e->context)
        wsman_exchange(e->client, WSMAN_RELEASE, values, deadline, e->arena, &document, &ignored);
}

int enumeration_run(struct wsman_client *client, const struct enumeration_query *query,
                    struct deadline deadline, struct arena *arena, struct winrm_rows *ret_rows,
                    struct winrm_failure *ret_failure)
{
    struct enumeration e = {.client = client,
                            .query = query,
                            .work = winrm_work_deadline(deadline),
                            .arena = arena,
                            .rows = ret_rows,
                            .context = "",
                            .failure = ret_failure};
    int status;

    *ret_rows = (struct winrm_rows){.columns = query->columns, .column_count = query->column_count};
    status = pull_all(&e);
    release(&e, deadline);
    ret_rows->cells = e.cells;
    return status;
}
