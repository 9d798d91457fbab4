#include "lab/winrm/xml.h"

#include "base/utf8.h"

#include <libxml/parser.h>
#include <limits.h>
#include <string.h>

static void refuse_document_type(void *user, const xmlChar *name, const xmlChar *external_id,
                                 const xmlChar *system_id)
{
    xmlParserCtxt *context = user;

    (void)name;
    (void)external_id;
    (void)system_id;
    xmlStopParser(context);
    context->wellFormed = 0;
}

xmlDoc *xml_parse(const char *text, size_t length)
{
    xmlParserCtxt *context = xmlNewParserCtxt();

    if (!context || length > INT_MAX) {
        xmlFreeParserCtxt(context);
        return NULL;
    }
    context->sax->internalSubset = refuse_document_type;
    xmlDoc *document = xmlCtxtReadMemory(context, text, (int)length, NULL, NULL,
                                         XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (document && !context->wellFormed) {
        xmlFreeDoc(document);
        document = NULL;
    }
    xmlFreeParserCtxt(context);
    return document;
}

static bool same(const xmlChar *a, const char *b)
{
    return a && strcmp((const char *)a, b) == 0;
}

bool xml_is(const xmlNode *node, const char *namespace_uri, const char *name)
{
    return node && node->type == XML_ELEMENT_NODE && node->ns && same(node->ns->href, namespace_uri) &&
           same(node->name, name);
}

static const xmlNode *element_from(const xmlNode *node)
{
    while (node && node->type != XML_ELEMENT_NODE)
        node = node->next;
    return node;
}

const xmlNode *xml_first(const xmlNode *parent)
{
    return parent ? element_from(parent->children) : NULL;
}

const xmlNode *xml_child(const xmlNode *parent, const char *namespace_uri, const char *name)
{
    const xmlNode *node = xml_first(parent);

    while (node && !xml_is(node, namespace_uri, name))
        node = element_from(node->next);
    return node;
}

const xmlNode *xml_next(const xmlNode *node)
{
    const xmlNode *next = element_from(node->next);

    while (next && !(next->ns && node->ns && xmlStrEqual(next->ns->href, node->ns->href) &&
                     xmlStrEqual(next->name, node->name)))
        next = element_from(next->next);
    return next;
}

static bool is_among(const xmlNode *node, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (same(node->name, names[i]))
            return true;
    return false;
}

bool xml_holds_only(const xmlNode *parent, const char *const *names, size_t count)
{
    for (const xmlNode *node = xml_first(parent); node; node = element_from(node->next))
        if (!is_among(node, names, count))
            return false;
    return true;
}

static void put_trimmed(const xmlChar *text, struct strbuf *out)
{
    const char *from = (const char *)text + strspn((const char *)text, " \t\r\n");
    size_t length = strlen(from);

    while (length > 0 && strchr(" \t\r\n", from[length - 1]))
        length--;
    strbuf_add_n(out, from, length);
}

void xml_text(const xmlNode *node, struct strbuf *out)
{
    xmlChar *text = node ? xmlNodeGetContent(node) : NULL;

    if (text)
        put_trimmed(text, out);
    xmlFree(text);
}

bool xml_attribute(const xmlNode *node, const char *namespace_uri, const char *name, struct strbuf *out)
{
    xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);

    if (!value && namespace_uri)
        value = xmlGetNsProp(node, (const xmlChar *)name, (const xmlChar *)namespace_uri);
    if (!value)
        return false;
    put_trimmed(value, out);
    xmlFree(value);
    return true;
}

static void put_code(struct strbuf *out, uint32_t code)
{
    static const struct {
        uint32_t code;
        const char *text;
    } escapes[] = {{'<', "&lt;"}, {'>', "&gt;"}, {'&', "&amp;"}, {'"', "&quot;"}, {'\r', "&#xD;"}};

    for (size_t i = 0; i < COUNT(escapes); i++) {
        if (escapes[i].code != code)
            continue;
        strbuf_add(out, escapes[i].text);
        return;
    }
    bool allowed = code >= ' ' || code == '\t' || code == '\n';
    utf8_add(out, allowed && code != 0xFFFE && code != 0xFFFF ? code : UTF8_REPLACEMENT);
}

void xml_put(struct strbuf *out, const char *text)
{
    const char *end = text + strlen(text);

    while (text < end)
        put_code(out, utf8_next(&text, end));
}
