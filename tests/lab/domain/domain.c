#include "lab/domain/domain.h"

#include "base/mem.h"

#include <gssapi/gssapi.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct domain {
    const struct domain_options *options;
    gss_cred_id_t credentials;
};

/* "1.3.6.1.5.5.2" SPNEGO, "1.2.840.113554.1.2.2" Kerberos, "1.3.6.1.4.1.311.2.2.10" NTLM. */
static gss_OID_desc mechanisms[] = {
    {6, "\x2b\x06\x01\x05\x05\x02"},
    {9, "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"},
    {10, "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"},
};
enum { SPNEGO, KERBEROS, NTLM };

static void set_environment(const struct domain_options *options)
{
    if (options->keytab)
        setenv("KRB5_KTNAME", options->keytab, 1);
    if (options->replays)
        setenv("KRB5RCACHENAME", options->replays, 1);
    if (options->ntlm_users)
        setenv("NTLM_USER_FILE", options->ntlm_users, 1);
    else
        unsetenv("NTLM_USER_FILE");
}

/* Credentials are also had where only some of the mechanisms have any. */
static bool acquire(struct domain *domain, gss_OID_set wanted)
{
    gss_OID_set got = GSS_C_NO_OID_SET;
    OM_uint32 minor;
    bool whole = !GSS_ERROR(gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, wanted, GSS_C_ACCEPT,
                                             &domain->credentials, &got, NULL));

    for (size_t i = 0; whole && i < wanted->count; i++) {
        int there = 0;
        whole = !GSS_ERROR(gss_test_oid_set_member(&minor, &wanted->elements[i], got, &there)) && there;
    }
    gss_release_oid_set(&minor, &got);
    return whole;
}

static int acquire_all(struct domain *domain, struct err *err)
{
    const struct domain_options *options = domain->options;
    gss_OID_desc wanted[COUNT(mechanisms)];
    gss_OID_set_desc set = {0, wanted};

    wanted[set.count++] = mechanisms[SPNEGO];
    if (options->keytab)
        wanted[set.count++] = mechanisms[KERBEROS];
    if (options->ntlm_users)
        wanted[set.count++] = mechanisms[NTLM];
    if (acquire(domain, &set))
        return 0;
    return err_set(err, ERR_CONFIG, "%s: no keys to accept logons with, or a mechanism is not installed",
                   options->keytab ? options->keytab : options->ntlm_users);
}

struct domain *domain_new(const struct domain_options *options, struct err *err)
{
    struct domain *domain = mem_alloc(sizeof *domain);

    domain->options = options;
    domain->credentials = GSS_C_NO_CREDENTIAL;
    set_environment(options);
    if (acquire_all(domain, err) == 0)
        return domain;
    domain_free(domain);
    return NULL;
}

void domain_free(struct domain *domain)
{
    OM_uint32 minor;

    if (!domain)
        return;
    gss_release_cred(&minor, &domain->credentials);
    free(domain);
}

void *domain_credentials(const struct domain *domain)
{
    return domain->credentials;
}

static bool put_account(const char *user, size_t length, char out[DOMAIN_ACCOUNT_BYTES])
{
    int written = snprintf(out, DOMAIN_ACCOUNT_BYTES, DOMAIN_NETBIOS "\\%.*s", (int)length, user);

    return length > 0 && written < DOMAIN_ACCOUNT_BYTES;
}

bool domain_account(const struct domain *domain, const char *name, char out[DOMAIN_ACCOUNT_BYTES])
{
    static const char prefix[] = DOMAIN_NETBIOS "\\";
    const char *realm = strrchr(name, '@');

    if (strncasecmp(name, prefix, sizeof prefix - 1) == 0)
        return put_account(name + sizeof prefix - 1, strlen(name) - (sizeof prefix - 1), out);
    if (!realm || !domain->options->realm || strcmp(realm + 1, domain->options->realm) != 0 ||
        memchr(name, '/', (size_t)(realm - name)))
        return false;
    return put_account(name, (size_t)(realm - name), out);
}

bool domain_may_manage(const char *account)
{
    return strcasecmp(account, DOMAIN_NETBIOS "\\svc-pchatmon") == 0;
}
