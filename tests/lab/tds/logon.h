/*
 * How a LOGIN7 becomes known to be somebody: a password at once, Windows authentication by rounds of SSPI.
 *
 * Windows authentication is Kerberos for the SPN MSSQLSvc/HOST or MSSQLSvc/HOST:PORT of the instance, NTLM,
 * or SPNEGO between them; a server without a domain refuses it.  Sources: [MS-TDS] 3.3.5.2 "Login Ready
 * State", 2.2.7.22 "SSPI"; "Register a Service Principal Name for Kerberos Connections".
 */
#ifndef PCHAT_LAB_TDS_LOGON_H
#define PCHAT_LAB_TDS_LOGON_H

#include "lab/domain/acceptor.h"
#include "lab/tds/login7.h"
#include "lab/tds/reply.h"
#include "lab/tds/session.h"
#include "lab/tsql/tsql.h"

struct tds_logon {
    struct tds_login7 login;
    struct acceptor *acceptor; /* with Windows authentication */
};
void tds_logon_done(struct tds_logon *logon);

enum tds_logon_state {
    TDS_LOGON_MORE,   /* the reply holds a token; the client sends its next */
    TDS_LOGON_KNOWN,  /* who it is, or for a SQL login who it says it is; whether that one may come in is
                         tsql's */
    TDS_LOGON_REFUSED /* the reply says why */
};

/* What logon->login asks for. */
enum tds_logon_state tds_logon_begin(struct tds_logon *logon, const struct tds_server *server,
                                     struct tds_reply *reply);
/* After TDS_LOGON_MORE: the client's next token. */
enum tds_logon_state tds_logon_continue(struct tds_logon *logon, const void *token, size_t length,
                                        struct tds_reply *reply);

/* After TDS_LOGON_KNOWN: user and kind of login, good as long as the logon. */
void tds_logon_put(const struct tds_logon *logon, struct tsql_login *login);

#endif
