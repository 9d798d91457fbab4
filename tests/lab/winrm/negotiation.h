/*
 * A logon by Negotiate or Kerberos, which is one of the connection: rounds of tokens in HTTP headers, and
 * then whoever it is may ask on this connection without saying so again.
 *
 * A request may be looked at several times; its token counts once.  Sources: RFC 4559; "Authentication for
 * Remote Connections" (WinRM).
 */
#ifndef PCHAT_LAB_WINRM_NEGOTIATION_H
#define PCHAT_LAB_WINRM_NEGOTIATION_H

#include "lab/domain/acceptor.h"
#include "lab/winrm/http_rules.h"

#include <stdint.h>

struct negotiation {
    struct acceptor *acceptor; /* NULL: no logon was begun */
    bool known;                /* whose logon has succeeded */
    uint64_t request;          /* whose token was taken last, ... */
    enum http_verdict verdict; /* ... what became of it, ... */
    struct strbuf answer;      /* ... and "Negotiate BASE64" for its client; empty: nothing */
};

struct negotiation *negotiation_new(void);
void negotiation_free(struct negotiation *negotiation);

/* HTTP_PASS, HTTP_CONTINUE or HTTP_LOGON_FAILED.  A token after a logon begins a new one. */
enum http_verdict negotiation_take(struct negotiation *negotiation, const struct acceptor_server *server,
                                   uint64_t request, const char *scheme, const char *encoded);

/* Who has logged on; NULL: nobody.  Good until the next token. */
const char *negotiation_account(const struct negotiation *negotiation);

#endif
