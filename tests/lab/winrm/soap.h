/*
 * One WS-Management request, read and checked as the WinRM service does before it looks at the operation.
 * Sources: MS-WSMV 3.1.4.1 "Common headers"; DSP0226 clause 6.  Not thread-safe per object.
 */
#ifndef PCHAT_LAB_WINRM_SOAP_H
#define PCHAT_LAB_WINRM_SOAP_H

#include "base/arena.h"
#include "lab/winrm/wsman_fault.h"

#include <libxml/tree.h>
#include <stdint.h>

/* MaxEnvelopeSizekb of the service, and the least that it accepts. */
enum { ENVELOPE_MAX_BYTES = 500 * 1024, ENVELOPE_MIN_BYTES = 8 * 1024 };
/* What OperationTimeout is when the header is absent: MaxTimeoutms. */
enum { OPERATION_TIMEOUT_MS = 60000 };

struct soap_pair {
    const char *name, *value;
};

struct soap_request {
    struct arena *arena;
    xmlDoc *document;
    const xmlNode *body;    /* the first element inside s:Body, or NULL */
    const char *message_id; /* "" until known */
    const char *action, *resource;
    int64_t envelope_bytes, timeout_ms;
    const struct soap_pair *selectors, *options;
    size_t selector_count, option_count;
};

/*
 * FAULT_NONE, or why it is refused; message_id is filled as far as it could be read.  Identify has no
 * headers: it passes with an empty action.
 */
enum fault_kind soap_read(const char *text, size_t length, struct soap_request *ret);
void soap_request_done(struct soap_request *request);
AUTO_DEFINE_DONE(soap_request, struct soap_request)

/* Values by name (without regard to case); NULL: not given. */
const char *soap_selector(const struct soap_request *request, const char *name);
const char *soap_option(const struct soap_request *request, const char *name);
/* Text of a node in the request's arena. */
const char *soap_text(const struct soap_request *request, const xmlNode *node);

#endif
