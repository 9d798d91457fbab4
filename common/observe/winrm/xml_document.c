#include "observe/winrm/xml_document.h"

#include "base/strbuf.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>

static void parser_context_auto(xmlParserCtxt **context)
{
    xmlFreeParserCtxt(*context);
}

/* What a context has met so far: its _private. */
struct watch {
    size_t element_count;
    const char *problem; /* why it was stopped; NULL: it was not */
};

static void stop(xmlParserCtxt *context, const char *problem)
{
    ((struct watch *)context->_private)->problem = problem;
    xmlStopParser(context);
}

/* The first step towards entities, of any kind: no answer of a host has one. */
static void refuse_dtd(void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    stop(context, "the answer has a DTD");
}

/* A node takes thirty times the memory of its four bytes of text, and many hosts may answer at once. */
static void start_element(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                          int namespace_count, const xmlChar **namespaces, int attribute_count,
                          int defaulted_count, const xmlChar **attributes)
{
    struct watch *watch = ((xmlParserCtxt *)context)->_private;

    if (++watch->element_count > XML_MAX_ELEMENTS)
        stop(context, "the answer has too many elements");
    else
        xmlSAX2StartElementNs(context, name, prefix, uri, namespace_count, namespaces, attribute_count,
                              defaulted_count, attributes);
}

static bool too_deep(const xmlDoc *document)
{
    xmlNode *top = xmlDocGetRootElement(document);

    for (xmlNode *node = top; node; node = node_next(top, node)) {
        int depth = 0;

        for (const xmlNode *up = node; up != top; up = up->parent)
            if (++depth == XML_MAX_DEPTH)
                return true;
    }
    return false;
}

static void initialise(void)
{
    xmlInitParser();
}

static xmlParserCtxt *new_context(struct watch *watch)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    xmlParserCtxt *context;

    pthread_once(&once, initialise);
    context = xmlNewParserCtxt();
    if (!context)
        abort();
    context->_private = watch;
    context->sax->internalSubset = refuse_dtd;
    context->sax->startElementNs = start_element;
    context->sax->comment = NULL;
    context->sax->processingInstruction = NULL;
    return context;
}

xmlDoc *xml_document_parse(const char *bytes, size_t length, const char **ret_problem)
{
    enum { OPTIONS = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA };
    struct watch watch = {0};
    CLEANUP(parser_context_auto) xmlParserCtxt *context = new_context(&watch);
    AUTO(xml_document) xmlDoc *document = NULL;
    xmlDoc *good;

    *ret_problem = "the answer is too large";
    if (length > INT_MAX)
        return NULL;
    document = xmlCtxtReadMemory(context, bytes, (int)length, NULL, "UTF-8", OPTIONS);
    *ret_problem = watch.problem ? watch.problem : "the answer is no XML";
    if (!document || !xmlDocGetRootElement(document) || watch.problem)
        return NULL;
    *ret_problem = "the answer is nested too deeply";
    if (too_deep(document))
        return NULL;
    good = document;
    document = NULL;
    return good;
}

void xml_document_free(xmlDoc *document)
{
    if (document)
        xmlFreeDoc(document);
}

xmlNode *node_next(const xmlNode *top, xmlNode *node)
{
    if (node->type == XML_ELEMENT_NODE && node->children)
        return node->children;
    while (node != top && !node->next)
        node = node->parent;
    return node == top ? NULL : node->next;
}

bool node_is(const xmlNode *node, const char *local_name)
{
    return node->type == XML_ELEMENT_NODE && strcasecmp((const char *)node->name, local_name) == 0;
}

xmlNode *node_child(const xmlNode *parent, const char *local_name)
{
    for (xmlNode *node = parent ? parent->children : NULL; node; node = node->next)
        if (node_is(node, local_name))
            return node;
    return NULL;
}

xmlNode *node_find(xmlNode *top, const char *local_name)
{
    for (xmlNode *node = top; node; node = node_next(top, node))
        if (node != top && node_is(node, local_name))
            return node;
    return NULL;
}

static char *trimmed(struct arena *arena, const char *text)
{
    static const char blanks[] = " \t\r\n";
    size_t length;

    text += strspn(text, blanks);
    length = strlen(text);
    while (length && strchr(blanks, text[length - 1]))
        length--;
    return arena_text_n(arena, text, length);
}

char *node_text(struct arena *arena, xmlNode *node)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    if (!node)
        return NULL;
    for (xmlNode *part = node; part; part = node_next(node, part))
        if (part->type == XML_TEXT_NODE || part->type == XML_CDATA_SECTION_NODE)
            strbuf_add(&text, (const char *)part->content);
    return trimmed(arena, strbuf_text(&text));
}

char *node_attribute(struct arena *arena, const xmlNode *node, const char *local_name)
{
    for (const xmlAttr *attribute = node ? node->properties : NULL; attribute; attribute = attribute->next)
        if (strcmp((const char *)attribute->name, local_name) == 0)
            return trimmed(arena, attribute->children && attribute->children->content
                                      ? (const char *)attribute->children->content
                                      : "");
    return NULL;
}
