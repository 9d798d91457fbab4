/*
 * XML that comes from a host: read without DTD, entities of its own, network or files, and looked through by
 * local names, because what prefixes and wrappers hosts use differs.
 *
 * Each document is used by one thread; different ones by as many as there are.
 * Source: libxml2's parser and tree interfaces.
 */
#ifndef PCHAT_OBSERVE_WINRM_XML_DOCUMENT_H
#define PCHAT_OBSERVE_WINRM_XML_DOCUMENT_H

#include "base/arena.h"
#include "base/cleanup.h"

#include <libxml/tree.h>
#include <stdbool.h>

/* Deeper nesting, and more elements, than any true answer has. */
enum { XML_MAX_DEPTH = 64, XML_MAX_ELEMENTS = 20000 };

/* NULL with what is wrong, as static text. */
xmlDoc *xml_document_parse(const char *bytes, size_t length, const char **ret_problem);
void xml_document_free(xmlDoc *document);
AUTO_DEFINE_FREE(xml_document, xmlDoc)

/* The next node after `node` within `top`, parents before children; NULL at the end.  Starts with top itself.
 */
xmlNode *node_next(const xmlNode *top, xmlNode *node);
/* Is this an element of that local name?  Letter case does not count: WMI's property names have none. */
bool node_is(const xmlNode *node, const char *local_name);
/* The first such child; NULL where there is none, or no parent. */
xmlNode *node_child(const xmlNode *parent, const char *local_name);
/* The first such element below top, at any depth. */
xmlNode *node_find(xmlNode *top, const char *local_name);

/* All character data below the node, outer blanks removed; NULL for NULL. */
char *node_text(struct arena *arena, xmlNode *node);
/* An attribute's value by its local name, or NULL. */
char *node_attribute(struct arena *arena, const xmlNode *node, const char *local_name);

#endif
