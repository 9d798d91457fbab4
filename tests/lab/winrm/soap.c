#include "lab/winrm/soap.h"

#include "base/number.h"
#include "lab/winrm/namespaces.h"
#include "lab/winrm/period.h"
#include "lab/winrm/xml.h"

#include <string.h>
#include <strings.h>

/* ---- values ---- */

const char *soap_text(const struct soap_request *request, const xmlNode *node)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    xml_text(node, &text);
    return arena_text(request->arena, strbuf_text(&text));
}

static const char *find(const struct soap_pair *pairs, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(pairs[i].name, name) == 0)
            return pairs[i].value;
    return NULL;
}

const char *soap_selector(const struct soap_request *request, const char *name)
{
    return find(request->selectors, request->selector_count, name);
}

const char *soap_option(const struct soap_request *request, const char *name)
{
    return find(request->options, request->option_count, name);
}

/* w:SelectorSet/w:Selector[@Name] and w:OptionSet/w:Option[@Name] have one form. */
static enum fault_kind read_pairs(const struct soap_request *request, const xmlNode *set, const char *element,
                                  const struct soap_pair **ret_pairs, size_t *ret_count)
{
    struct soap_pair *pairs = NULL;
    size_t count = 0;

    for (const xmlNode *node = xml_child(set, NS_WSMAN, element); node; node = xml_next(node)) {
        AUTO(strbuf) struct strbuf name = STRBUF_INIT;
        if (!xml_attribute(node, NULL, "Name", &name))
            return FAULT_BAD_SCHEMA;
        struct soap_pair *pair = arena_push(request->arena, &pairs, &count, sizeof *pair);
        pair->name = arena_text(request->arena, strbuf_text(&name));
        pair->value = soap_text(request, node);
    }
    *ret_pairs = pairs;
    *ret_count = count;
    return FAULT_NONE;
}

/* ---- headers, each with the function that reads it ---- */

static enum fault_kind read_action(struct soap_request *request, const xmlNode *node)
{
    request->action = soap_text(request, node);
    return FAULT_NONE;
}

static enum fault_kind read_message_id(struct soap_request *request, const xmlNode *node)
{
    request->message_id = soap_text(request, node);
    return *request->message_id ? FAULT_NONE : FAULT_BAD_HEADER;
}

static enum fault_kind read_resource(struct soap_request *request, const xmlNode *node)
{
    request->resource = soap_text(request, node);
    return FAULT_NONE;
}

static enum fault_kind read_envelope_size(struct soap_request *request, const xmlNode *node)
{
    if (!number_parse(soap_text(request, node), &request->envelope_bytes) ||
        request->envelope_bytes < ENVELOPE_MIN_BYTES)
        return FAULT_BAD_HEADER;
    if (request->envelope_bytes > ENVELOPE_MAX_BYTES)
        request->envelope_bytes = ENVELOPE_MAX_BYTES;
    return FAULT_NONE;
}

static enum fault_kind read_timeout(struct soap_request *request, const xmlNode *node)
{
    return period_parse(soap_text(request, node), &request->timeout_ms) ? FAULT_NONE : FAULT_BAD_HEADER;
}

static enum fault_kind read_reply_to(struct soap_request *request, const xmlNode *node)
{
    const char *address = soap_text(request, xml_child(node, NS_ADDRESSING, "Address"));

    return strcmp(address, ADDRESS_ANONYMOUS) == 0 ? FAULT_NONE : FAULT_BAD_HEADER;
}

static enum fault_kind read_selectors(struct soap_request *request, const xmlNode *node)
{
    return read_pairs(request, node, "Selector", &request->selectors, &request->selector_count);
}

static enum fault_kind read_options(struct soap_request *request, const xmlNode *node)
{
    return read_pairs(request, node, "Option", &request->options, &request->option_count);
}

/* Known, and of no consequence here: the host's name is not compared, texts are English always. */
static enum fault_kind accept(struct soap_request *request, const xmlNode *node)
{
    (void)request;
    (void)node;
    return FAULT_NONE;
}

static const struct header {
    const char *namespace_uri, *name;
    bool required;
    enum fault_kind (*read)(struct soap_request *request, const xmlNode *node);
} headers[] = {
    {NS_ADDRESSING, "MessageID", true, read_message_id},
    {NS_ADDRESSING, "Action", true, read_action},
    {NS_ADDRESSING, "To", true, accept},
    {NS_ADDRESSING, "ReplyTo", true, read_reply_to},
    {NS_ADDRESSING, "From", false, accept},
    {NS_ADDRESSING, "FaultTo", false, accept},
    {NS_WSMAN, "ResourceURI", true, read_resource},
    {NS_WSMAN, "MaxEnvelopeSize", false, read_envelope_size},
    {NS_WSMAN, "OperationTimeout", false, read_timeout},
    {NS_WSMAN, "SelectorSet", false, read_selectors},
    {NS_WSMAN, "OptionSet", false, read_options},
    {NS_WSMAN, "Locale", false, accept},
    {NS_WSMAN_MS, "DataLocale", false, accept},
    {NS_WSMAN_MS, "SessionId", false, accept},
    {NS_WSMAN_MS, "OperationID", false, accept},
    {NS_WSMAN_MS, "SequenceId", false, accept},
    {NS_WSMAN_MS, "ActivityId", false, accept},
};

static bool must_be_understood(const xmlNode *node)
{
    xmlChar *text = xmlGetNsProp(node, (const xmlChar *)"mustUnderstand", (const xmlChar *)NS_SOAP);
    bool must =
        text && (xmlStrEqual(text, (const xmlChar *)"true") || xmlStrEqual(text, (const xmlChar *)"1"));

    xmlFree(text);
    return must;
}

static bool is_known(const xmlNode *node)
{
    for (size_t i = 0; i < COUNT(headers); i++)
        if (xml_is(node, headers[i].namespace_uri, headers[i].name))
            return true;
    return false;
}

static enum fault_kind check_understood(const xmlNode *header)
{
    for (const xmlNode *node = xml_first(header); node; node = node->next)
        if (node->type == XML_ELEMENT_NODE && !is_known(node) && must_be_understood(node))
            return FAULT_NOT_UNDERSTOOD;
    return FAULT_NONE;
}

static enum fault_kind read_header(struct soap_request *request, const xmlNode *parent,
                                   const struct header *header)
{
    const xmlNode *node = xml_child(parent, header->namespace_uri, header->name);

    if (!node)
        return header->required ? FAULT_MISSING_HEADER : FAULT_NONE;
    return xml_next(node) ? FAULT_BAD_HEADER : header->read(request, node);
}

/* MessageID comes first, so that every later fault can say what it relates to. */
static enum fault_kind read_headers(struct soap_request *request, const xmlNode *parent)
{
    for (size_t i = 0; i < COUNT(headers); i++) {
        enum fault_kind fault = read_header(request, parent, &headers[i]);
        if (fault != FAULT_NONE)
            return fault;
    }
    return check_understood(parent);
}

enum fault_kind soap_read(const char *text, size_t length, struct soap_request *ret)
{
    *ret = (struct soap_request){
        .arena = arena_new(),
        .document = xml_parse(text, length),
        .message_id = "",
        .action = "",
        .resource = "",
        .envelope_bytes = ENVELOPE_MAX_BYTES,
        .timeout_ms = OPERATION_TIMEOUT_MS,
    };
    const xmlNode *envelope = ret->document ? xmlDocGetRootElement(ret->document) : NULL;
    if (!xml_is(envelope, NS_SOAP, "Envelope"))
        return FAULT_BAD_SCHEMA;
    const xmlNode *body = xml_child(envelope, NS_SOAP, "Body");
    if (!body)
        return FAULT_BAD_SCHEMA;
    ret->body = xml_first(body);
    if (xml_is(ret->body, NS_IDENTIFY, "Identify"))
        return FAULT_NONE;
    return read_headers(ret, xml_child(envelope, NS_SOAP, "Header"));
}

void soap_request_done(struct soap_request *request)
{
    xmlFreeDoc(request->document);
    arena_free(request->arena);
    *request = (struct soap_request){0};
}
