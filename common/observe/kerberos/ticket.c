#include "observe/kerberos/ticket.h"

#include "base/cleanup.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5/krb5.h>
#include <pthread.h>
#include <string.h>

static const struct meaning {
    krb5_error_code code;
    const char *hint;
} meanings[] = {
    {KRB5_FCC_NOFILE, "run k5start, or set KRB5_CLIENT_KTNAME"},
    {KRB5_CC_NOTFOUND, "run k5start, or set KRB5_CLIENT_KTNAME"},
    {KRB5_CC_NOSUPP, "run k5start, or set KRB5_CLIENT_KTNAME"},
    {KRB5_KT_NOTFOUND, "does the keytab of KRB5_CLIENT_KTNAME hold this account?"},
    {KRB5_FCC_PERM, "may this user read the ticket cache?"},
    {KRB5KRB_AP_ERR_TKT_EXPIRED, "let k5start renew it, or set KRB5_CLIENT_KTNAME"},
    {KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, "is this the SPN (setspn -Q), and the host named by its FQDN?"},
    {KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, "does this account exist in the domain?"},
    {KRB5KDC_ERR_PREAUTH_FAILED, "the account's password changed: make the keytab anew"},
    {KRB5KRB_AP_ERR_BAD_INTEGRITY, "the account's password changed: make the keytab anew"},
    {KRB5KDC_ERR_KEY_EXP, "the account's password has expired: set it, and make the keytab anew"},
    {KRB5KDC_ERR_CLIENT_REVOKED, "the account is locked or disabled"},
    {KRB5KRB_AP_ERR_SKEW, "set this host's clock by that of the domain: 5 min are tolerated"},
    {KRB5_KDCREP_SKEW, "set this host's clock by that of the domain: 5 min are tolerated"},
    {KRB5_KDC_UNREACH, "do the domain controllers run, and does a firewall let port 88 pass?"},
    {KRB5_REALM_UNKNOWN, "name the realm's KDCs in krb5.conf, or see to its SRV records in DNS"},
    {KRB5_REALM_CANT_RESOLVE, "name the realm's KDCs in krb5.conf, or see to its SRV records in DNS"},
    {KRB5_CONFIG_NODEFREALM, "set default_realm in krb5.conf"},
    {KRB5KDC_ERR_ETYPE_NOSUPP, "keytab, account and domain have no common encryption type: use AES"},
};

static const char *hint_for(OM_uint32 minor)
{
    for (size_t i = 0; i < COUNT(meanings); i++)
        if (meanings[i].code == (krb5_error_code)minor)
            return meanings[i].hint;
    return NULL;
}

/* One line of it; "" where there is none. */
static const char *status_text(OM_uint32 status, int kind, struct arena *arena)
{
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, more = 0;
    char *line = NULL;

    if (GSS_ERROR(gss_display_status(&minor, status, kind, (gss_OID)gss_mech_krb5, &more, &text)))
        return "";
    line = arena_text_n(arena, text.value, text.length);
    gss_release_buffer(&minor, &text);
    for (char *at = line; *at; at++)
        if ((unsigned char)*at < ' ')
            *at = ' ';
    return line;
}

static void explain(const char *service, OM_uint32 major, OM_uint32 minor, struct arena *arena,
                    struct ticket_trouble *trouble)
{
    const char *words = minor ? status_text(minor, GSS_C_MECH_CODE, arena) : "";

    if (!*words)
        words = status_text(major, GSS_C_GSS_CODE, arena);
    trouble->words = arena_format(arena, "no ticket for %s: %s", service, words);
    trouble->hint = hint_for(minor);
}

static gss_name_t service_name(const char *service, OM_uint32 *ret_major, OM_uint32 *ret_minor)
{
    gss_buffer_desc text = {strlen(service), (void *)service};
    gss_name_t name = GSS_C_NO_NAME;
    gss_OID type = strchr(service, '/') ? (gss_OID)GSS_KRB5_NT_PRINCIPAL_NAME : GSS_C_NT_HOSTBASED_SERVICE;

    *ret_major = gss_import_name(ret_minor, &text, type, &name);
    return name;
}

/* To be asked who we are makes libkrb5 log in, where the cache is empty and there is a client keytab. */
static void log_in(void)
{
    OM_uint32 ignored;

    (void)gss_inquire_cred_by_mech(&ignored, GSS_C_NO_CREDENTIAL, (gss_OID)gss_mech_krb5, NULL, NULL, NULL,
                                   NULL);
}

void ticket_prepare(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, log_in);
}

bool ticket_get(const char *service, struct arena *arena, struct ticket_trouble *ret_trouble)
{
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    OM_uint32 major, minor, ignored;
    gss_name_t name = service_name(service, &major, &minor);

    ticket_prepare();
    if (!GSS_ERROR(major))
        major = gss_init_sec_context(&minor, GSS_C_NO_CREDENTIAL, &context, name, (gss_OID)gss_mech_krb5,
                                     GSS_C_MUTUAL_FLAG, GSS_C_INDEFINITE, GSS_C_NO_CHANNEL_BINDINGS,
                                     GSS_C_NO_BUFFER, NULL, &token, NULL, NULL);
    if (GSS_ERROR(major))
        explain(service, major, minor, arena, ret_trouble);
    gss_release_buffer(&ignored, &token);
    gss_release_name(&ignored, &name);
    gss_delete_sec_context(&ignored, &context, GSS_C_NO_BUFFER);
    return !GSS_ERROR(major);
}
