/*
 * XML from strangers: parsed without network, DTD or entities of its own; read by namespace and local name.
 * Pure; a document belongs to its caller.
 */
#ifndef PCHAT_LAB_WINRM_XML_H
#define PCHAT_LAB_WINRM_XML_H

#include "base/cleanup.h"
#include "base/strbuf.h"

#include <libxml/tree.h>
#include <stdbool.h>

/* NULL when it is not well-formed or carries a document type. */
xmlDoc *xml_parse(const char *text, size_t length);
static inline void xml_doc_auto(xmlDoc **document)
{
    xmlFreeDoc(*document);
}

bool xml_is(const xmlNode *node, const char *namespace_uri, const char *name);
/* The first child element of that name, and the next sibling of the same name; NULL: none. */
const xmlNode *xml_child(const xmlNode *parent, const char *namespace_uri, const char *name);
const xmlNode *xml_next(const xmlNode *node);
/* The first child element of any name. */
const xmlNode *xml_first(const xmlNode *parent);

/* Whether all child elements bear one of these local names. */
bool xml_holds_only(const xmlNode *parent, const char *const *names, size_t count);

/* Appends the element's text, blanks at both ends left out; NULL appends nothing. */
void xml_text(const xmlNode *node, struct strbuf *out);
/* Whether it has the attribute (without namespace, or in that one); its value is appended. */
bool xml_attribute(const xmlNode *node, const char *namespace_uri, const char *name, struct strbuf *out);

/* Appends text as character data; what XML cannot hold becomes U+FFFD. */
void xml_put(struct strbuf *out, const char *text);

#endif
