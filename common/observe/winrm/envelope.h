/*
 * The WS-Man envelopes that we send, one for each operation.
 *
 * Sources: MS-WSMV 2.2.1 (namespaces), 2.2.4 (complex types), 3.1.4 (message processing); "WinRM reference"
 * (quotas). Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_WINRM_ENVELOPE_H
#define PCHAT_OBSERVE_WINRM_ENVELOPE_H

#include "base/strbuf.h"

enum wsman_operation {
    WSMAN_IDENTIFY,
    WSMAN_ENUMERATE,
    WSMAN_PULL,
    WSMAN_RELEASE,
    WSMAN_CREATE_SHELL,
    WSMAN_COMMAND,
    WSMAN_RECEIVE,
    WSMAN_SIGNAL,
    WSMAN_DELETE_SHELL,
    WSMAN_OPERATION_COUNT
};

/* What the envelopes leave open, as plain text; escaping is done here.  Each operation needs to, message and
 * timeout and the ones named beside. */
struct envelope_values {
    const char *to;                  /* the endpoint's URL */
    const char *message;             /* a UUID in lower case, new for each envelope */
    const char *timeout;             /* xs:duration: how long the host may take */
    const char *wql;                 /* ENUMERATE */
    const char *context;             /* PULL, RELEASE */
    const char *shell;               /* COMMAND, RECEIVE, SIGNAL, DELETE_SHELL */
    const char *command;             /* RECEIVE, SIGNAL */
    const char *program, *arguments; /* COMMAND */
};

void envelope_add(struct strbuf *out, enum wsman_operation operation, const struct envelope_values *values);

#endif
