/*
 * Why a host answered 401, as far as it can be known here, and what usually cures it.  Thread-safe.
 */
#ifndef PCHAT_OBSERVE_WINRM_REFUSED_LOGIN_H
#define PCHAT_OBSERVE_WINRM_REFUSED_LOGIN_H

#include "observe/winrm/winrm_curl.h"
#include "observe/winrm/wsman_transport.h"

struct refused_login {
    enum winrm_auth auth;
    const char *service;      /* as GSS knows it: "HTTP@pc1.example.com" */
    const char *offered;      /* schemes of WWW-Authenticate: "Negotiate, Kerberos"; "" for none */
    const char *gss_trouble;  /* why GSS made no token; "" where it made one, or was not asked */
    struct deadline deadline; /* past it nobody asks for a ticket any more */
};

/* Sets login_words and login_hint. */
void refused_login_explain(const struct refused_login *login, struct arena *arena, struct wsman_reply *reply);

#endif
