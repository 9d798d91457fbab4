#include "lab/tds/logon.h"

#include "lab/tds/token.h"

void tds_logon_done(struct tds_logon *logon)
{
    tds_login7_done(&logon->login);
    acceptor_free(logon->acceptor);
    logon->acceptor = NULL;
}

static enum tds_logon_state refuse(struct tds_reply *reply, int number, const char *text)
{
    tds_reply_message(reply, &(struct tsql_message){number, 14, 1, 1, text, ""});
    return TDS_LOGON_REFUSED;
}

static enum tds_logon_state refuse_windows(struct tds_reply *reply)
{
    return refuse(reply, 18452,
                  "Login failed. The login is from an untrusted domain and cannot be used with Windows "
                  "authentication.");
}

/* A logon that ends with a word for the client has it in the same reply as what follows. */
enum tds_logon_state tds_logon_continue(struct tds_logon *logon, const void *token, size_t length,
                                        struct tds_reply *reply)
{
    AUTO(strbuf) struct strbuf answer = STRBUF_INIT;
    enum acceptor_state state = acceptor_take(logon->acceptor, token, length, &answer);

    if (state == ACCEPTOR_REFUSED)
        return refuse_windows(reply);
    if (answer.length > 0)
        token_put_sspi(&reply->tokens, answer.text, answer.length);
    return state == ACCEPTOR_MORE ? TDS_LOGON_MORE : TDS_LOGON_KNOWN;
}

enum tds_logon_state tds_logon_begin(struct tds_logon *logon, const struct tds_server *server,
                                     struct tds_reply *reply)
{
    static const char *const services[] = {"MSSQLSvc", NULL};
    const struct acceptor_server accepting = {
        .domain = server->domain, .fqdn = server->fqdn, .services = services, .port = server->port};
    const struct tds_login7 *login = &logon->login;

    if (login->federated)
        return refuse(reply, 18456, "Login failed for user '<token-identified principal>'.");
    if (!login->integrated)
        return TDS_LOGON_KNOWN;
    if (!server->domain || !login->sspi)
        return refuse_windows(reply);
    logon->acceptor = acceptor_new(&accepting);
    return tds_logon_continue(logon, login->sspi, login->sspi_bytes, reply);
}

void tds_logon_put(const struct tds_logon *logon, struct tsql_login *login)
{
    const struct acceptor *acceptor = logon->acceptor;

    login->user = acceptor ? acceptor_account(acceptor) : logon->login.user;
    login->password = acceptor ? NULL : logon->login.password;
    login->kind = !acceptor                        ? TSQL_LOGIN_SQL
                  : acceptor_by_kerberos(acceptor) ? TSQL_LOGIN_KERBEROS
                                                   : TSQL_LOGIN_NTLM;
}
