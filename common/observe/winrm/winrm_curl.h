/*
 * winrm_port by libcurl: WS-Management over HTTPS.
 *
 * HTTP/1.1 without ALPN, proxies, redirects or plain text; one connection per port, kept, because Negotiate
 * authenticates the connection.  An envelope that may have reached the host is never sent again: libcurl
 * would do so on a connection that it had kept.  Waits end by the deadline, also those for the resolver; GSS
 * alone may wait longer for a KDC that is silent, so callers keep a thread per host and stop waiting.
 *
 * Environment: Kerberos takes its tickets from where MIT krb5 finds them (KRB5CCNAME, KRB5_CLIENT_KTNAME);
 * NTLM inside Negotiate needs gss-ntlmssp.  libcurl's own NTLM is of no use: WinRM offers none outside
 * Negotiate. Sources: "curl_easy_setopt"; MS-WSMV 2.1 (transport); "Authentication for Remote Connections"
 * (WinRM).
 */
#ifndef PCHAT_OBSERVE_WINRM_WINRM_CURL_H
#define PCHAT_OBSERVE_WINRM_WINRM_CURL_H

#include "base/err.h"
#include "base/secret.h"
#include "observe/winrm/winrm_port.h"

#include <stdbool.h>

enum winrm_auth {
    WINRM_AUTH_NEGOTIATE,  /* Kerberos, or NTLM by gss-ntlmssp: whoever the process is */
    WINRM_AUTH_BASIC,      /* user and password of an account local to the host */
    WINRM_AUTH_CERTIFICATE /* a client certificate mapped to an account local to the host */
};

enum { WINRM_HTTPS_PORT = 5986 };

/* Texts and secret are needed only during winrm_curl_open. */
struct winrm_endpoint {
    const char *host;    /* DNS name, for Kerberos the FQDN, or an address */
    const char *address; /* name or address to connect to; the host stays what its certificate and its SPN
                            say; NULL: host */
    int port;            /* 0: WINRM_HTTPS_PORT */
    enum winrm_auth auth;
    const char *user;              /* BASIC */
    const struct secret *password; /* BASIC */
    const char *ca;                /* PEM file that alone is trusted; NULL: the system's */
    const char *pinned_key; /* "sha256//BASE64"; without a ca it takes the place of the chain; NULL: none */
    const char *certificate, *key; /* PEM files; CERTIFICATE, else NULL */
    const char *service;           /* first part of the Kerberos SPN; NULL: HTTP */
    bool delegate; /* NEGOTIATE: the host may act as us elsewhere.  It could then be us wherever we may log
                      in: for scripts that need a second host alone, never for what -LocalStore answers */
};

/* Does not connect yet.  NULL with ERR_CONFIG where the endpoint is not complete.  May be called by several
 * threads. */
struct winrm_port *winrm_curl_open(const struct winrm_endpoint *endpoint, struct err *err);

/* The same, for those who are told how to open. */
extern const struct winrm_opener winrm_curl_opener;

#endif
