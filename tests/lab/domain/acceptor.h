/*
 * acceptor: a server's side of one logon by GSSAPI - Kerberos, NTLM, or SPNEGO that chooses between them.
 *
 * Tokens go in as the client sent them, answers come out, until it is known who that is.  A ticket is good
 * only for a name that the server has: all servers of the lab share one keytab, those of a domain do not.
 * Channel bindings as Windows checks them: wrong ones are refused, missing ones accepted unless required. Not
 * thread-safe per object.  Sources: RFC 2743; RFC 5929 (tls-server-end-point); MS-SPNG.
 */
#ifndef PCHAT_LAB_ACCEPTOR_H
#define PCHAT_LAB_ACCEPTOR_H

#include "base/strbuf.h"
#include "lab/domain/domain.h"

#include <stddef.h>

/* Whose logon it is; all of it must outlive the acceptor. */
struct acceptor_server {
    const struct domain *domain;
    const char *fqdn;
    const char *const *services; /* first parts of its SPNs, NULL-terminated: HTTP, MSSQLSvc */
    int port;                    /* that an SPN may name; 0: none */
    const void *binding;         /* of the channel, "tls-server-end-point:..."; NULL: none */
    size_t binding_bytes;
    bool binding_required;
};

enum acceptor_state { ACCEPTOR_MORE, ACCEPTOR_DONE, ACCEPTOR_REFUSED };

struct acceptor;

struct acceptor *acceptor_new(const struct acceptor_server *server);
void acceptor_free(struct acceptor *acceptor);
AUTO_DEFINE_FREE(acceptor, struct acceptor)

/* The next token; what the client is to get is appended to the answer, also when refused.  After anything but
 * ACCEPTOR_MORE all further tokens are refused. */
enum acceptor_state acceptor_take(struct acceptor *acceptor, const void *token, size_t length,
                                  struct strbuf *answer);

/* After ACCEPTOR_DONE: "LITWARE\svc-pchatmon"; by Kerberos or else NTLM; with credentials for a second hop.
 */
const char *acceptor_account(const struct acceptor *acceptor);
bool acceptor_by_kerberos(const struct acceptor *acceptor);
bool acceptor_delegated(const struct acceptor *acceptor);

#endif
