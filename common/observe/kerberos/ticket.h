/*
 * A ticket for a service, asked for as a login asks: FreeTDS says nothing but "failed" where there is none,
 * and SPNEGO names the last of the mechanisms that it tried.
 *
 * The ticket comes from where MIT krb5 finds it: the cache of KRB5CCNAME, filled by the keytab of
 * KRB5_CLIENT_KTNAME or by kinit.  What is got stays in the cache, where the login finds it.  Asking may wait
 * for KDCs that are silent, without a deadline (libkrb5 has none): callers keep a thread that others do not
 * wait for. Thread-safe.  Sources: RFC 4121; "MIT Kerberos: environment variables"; krb5.h (error codes).
 *
 * libkrb5 lets every thread that finds the cache empty log in by the keytab, and who then fills the cache
 * empties it first, under the eyes of all that already have their ticket in it.  So the first thread logs in
 * for the process; who comes meanwhile waits for that answer of the KDC instead of one of his own.  Where
 * there is none, everybody asks for himself, and learns why.
 */
#ifndef PCHAT_OBSERVE_KERBEROS_TICKET_H
#define PCHAT_OBSERVE_KERBEROS_TICKET_H

#include "base/arena.h"

#include <stdbool.h>

struct ticket_trouble {
    const char *words; /* one line: for which service, and Kerberos's own words; in the arena */
    const char *hint;  /* what usually cures it; NULL: nothing better than the words */
};

/* service: a principal "MSSQLSvc/sqlpri1.example.com:1433", with "@REALM" or in the default one, or
 * host-based "HTTP@pc1.example.com".  True: there is a ticket; false, with *ret_trouble filled. */
bool ticket_get(const char *service, struct arena *arena, struct ticket_trouble *ret_trouble);

/* Fills the cache, if it can be.  Before a library asks GSS for a ticket that ticket_get was not asked for;
 * waits as ticket_get does. */
void ticket_prepare(void);

#endif
