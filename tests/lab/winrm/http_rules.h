/*
 * What HTTP.sys and WinRM check before they look at a message: path, method, logon, content type, in that
 * order. Source: MS-WSMV 2.2.9 "HTTP"; answers of WinRM to curl.  Pure, thread-safe.
 */
#ifndef PCHAT_LAB_WINRM_HTTP_RULES_H
#define PCHAT_LAB_WINRM_HTTP_RULES_H

#include "lab/http/http_request.h"
#include "lab/world/windows.h"

#include <stdbool.h>

/* One that may log on with Basic: a local account. */
struct winrm_account {
    const char *name, *password;
};

enum http_verdict {
    HTTP_PASS,         /* to the service, as `user`; without one only Identify */
    HTTP_CHALLENGE,    /* 401, the ways to log on are listed */
    HTTP_CONTINUE,     /* 401 with a token: the client sends its next */
    HTTP_LOGON_FAILED, /* 401 and the connection is closed */
    HTTP_NOT_FOUND,
    HTTP_NOT_ALLOWED, /* 405, Allow: POST */
    HTTP_UNSUPPORTED, /* 415 */
    HTTP_EMPTY_ERROR, /* 500 without a body */
    HTTP_UNAVAILABLE  /* 503 */
};

/* Who may log on, and how. */
struct http_logons {
    struct winrm_account account;
    /* Takes what stands behind "Negotiate " or "Kerberos ": HTTP_PASS with the account, HTTP_CONTINUE or
     * HTTP_LOGON_FAILED.  NULL: nobody logs on that way. */
    enum http_verdict (*negotiate)(void *user, const char *scheme, const char *encoded,
                                   const char **ret_account);
    void *user;
    const char *known; /* who has logged on by Negotiate to this connection; NULL: nobody */
};

/* *ret_user is the account's name, or NULL. */
enum http_verdict http_judge(const struct http_request *request, const struct http_logons *logons,
                             enum winrm_manner manner, const char **ret_user);

#endif
