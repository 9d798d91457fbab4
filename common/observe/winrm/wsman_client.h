/*
 * One exchange with a host: an envelope out, its answer checked, parsed and told apart from a fault.
 *
 * A client belongs to one port and is used by one thread at a time.
 * Sources: MS-WSMV 3.1.4 (message processing); "HTTP/1.1 status codes" as HTTP.sys and WinRM use them.
 */
#ifndef PCHAT_OBSERVE_WINRM_WSMAN_CLIENT_H
#define PCHAT_OBSERVE_WINRM_WSMAN_CLIENT_H

#include "observe/winrm/envelope.h"
#include "observe/winrm/wsman_transport.h"
#include "observe/winrm/xml_document.h"

/* All answers to one request of the port together: what a host that never ends may cost. */
enum { WSMAN_REQUEST_MAX_BYTES = 16 * 1024 * 1024 };

struct wsman_client {
    struct wsman_transport *transport;
    const char *url;   /* for a:To */
    size_t bytes_left; /* of WSMAN_REQUEST_MAX_BYTES; the caller renews it for each request */
};

enum wsman_outcome {
    WSMAN_ANSWERED,
    WSMAN_DECLINED, /* the host said no: a fault, or an HTTP status; nothing was done */
    WSMAN_LOST      /* no answer, or none that can be understood: what was asked may have been done */
};

/* values: to, message and timeout are filled here.  *ret_document is set for WSMAN_ANSWERED alone, and the
 * caller's. */
enum wsman_outcome wsman_exchange(struct wsman_client *client, enum wsman_operation operation,
                                  struct envelope_values values, struct deadline deadline,
                                  struct arena *arena, xmlDoc **ret_document,
                                  struct winrm_failure *ret_failure);

/* The element below the answer's Body of that local name, or NULL. */
xmlNode *wsman_answer(const xmlDoc *document, const char *local_name);

/* Fills *failure, of one after which the connection is of no more use, and returns -1. */
int winrm_fail(struct winrm_failure *failure, enum sight sight, const char *text, const char *hint);

/* When the work must end so that there is time to clean up behind it before the deadline. */
struct deadline winrm_work_deadline(struct deadline deadline);

#endif
