/*
 * domain: the Active Directory domain LITWARE as the lab's servers see it - the keys of their accounts, and
 * which of the domain's accounts a logon stands for.
 *
 * The KDC is somebody else's: any that put the servers' keys into the keytab.  NTLM, where it is wanted,
 * needs a file of users and passwords, since no domain controller is there to be asked.  The process's
 * environment is set for MIT Kerberos and gss-ntlmssp (KRB5_KTNAME, KRB5RCACHENAME, NTLM_USER_FILE), so there
 * is one domain in a process, made before any thread.  Sources: "MIT Kerberos: environment variables",
 * gss-ntlmssp's manual page.
 */
#ifndef PCHAT_LAB_DOMAIN_H
#define PCHAT_LAB_DOMAIN_H

#include "base/cleanup.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { DOMAIN_ACCOUNT_BYTES = 128 };
#define DOMAIN_NETBIOS "LITWARE"

struct domain_options {
    const char *keytab;     /* keys of all hosts and services; NULL: no Kerberos */
    const char *realm;      /* of whose principals the accounts are, "LITWAREINC.COM" */
    const char *ntlm_users; /* lines DOMAIN:user:password; NULL: no NTLM */
    const char *replays;    /* file that remembers which tickets were shown; NULL: MIT's own */
};

struct domain;

/* The options must outlive it.  NULL with *err set: neither a keytab nor users that could be used. */
struct domain *domain_new(const struct domain_options *options, struct err *err);
void domain_free(struct domain *domain);
AUTO_DEFINE_FREE(domain, struct domain)

/* The credentials to accept with: a gss_cred_id_t. */
void *domain_credentials(const struct domain *domain);

/*
 * "svc-pchatmon@LITWAREINC.COM" (Kerberos) or "LITWARE\svc-pchatmon" (NTLM) as LITWARE\svc-pchatmon.  False:
 * of another realm or domain, or a service's principal.
 */
bool domain_account(const struct domain *domain, const char *name, char out[DOMAIN_ACCOUNT_BYTES]);

/* Is the account in the group "Remote Management Users" of the hosts? */
bool domain_may_manage(const char *account);

#endif
