#include "lab/domain/acceptor.h"

#include "base/mem.h"
#include "lab/domain/ntlm_leniency.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct acceptor {
    struct acceptor_server server;
    gss_ctx_id_t context;
    enum acceptor_state state;
    bool by_kerberos, delegated;
    char account[DOMAIN_ACCOUNT_BYTES];
};

struct acceptor *acceptor_new(const struct acceptor_server *server)
{
    struct acceptor *acceptor = mem_alloc(sizeof *acceptor);

    acceptor->server = *server;
    acceptor->context = GSS_C_NO_CONTEXT;
    acceptor->state = ACCEPTOR_MORE;
    return acceptor;
}

static void forget_context(struct acceptor *acceptor)
{
    OM_uint32 minor;

    gss_delete_sec_context(&minor, &acceptor->context, GSS_C_NO_BUFFER);
}

void acceptor_free(struct acceptor *acceptor)
{
    if (!acceptor)
        return;
    forget_context(acceptor);
    free(acceptor);
}

/* ---- who, and to whom ---- */

/* Malloc'ed; NULL: no name. */
static char *name_text(gss_name_t name)
{
    gss_buffer_desc buffer = GSS_C_EMPTY_BUFFER;
    char *text = NULL;
    OM_uint32 minor;

    if (name != GSS_C_NO_NAME && !GSS_ERROR(gss_display_name(&minor, name, &buffer, NULL)))
        text = mem_format("%.*s", (int)buffer.length, (const char *)buffer.value);
    gss_release_buffer(&minor, &buffer);
    return text;
}

static bool is_service(const struct acceptor_server *server, const char *service, size_t length)
{
    for (const char *const *known = server->services; *known; known++)
        if (strlen(*known) == length && strncasecmp(*known, service, length) == 0)
            return true;
    return false;
}

/* "HTTP/pc1.litwareinc.com@REALM", "MSSQLSvc/sqlpri1.litwareinc.com:1433@REALM". */
static bool is_own_spn(const struct acceptor_server *server, const char *spn)
{
    const char *slash = strchr(spn, '/'), *host = slash ? slash + 1 : "";
    size_t length = strcspn(host, ":@");
    char port[16];

    if (!slash || !is_service(server, spn, (size_t)(slash - spn)) || strlen(server->fqdn) != length ||
        strncasecmp(server->fqdn, host, length) != 0)
        return false;
    snprintf(port, sizeof port, ":%d", server->port);
    return host[length] != ':' ||
           (strncmp(host + length, port, strlen(port)) == 0 && strchr("@", host[length + strlen(port)]));
}

static bool is_kerberos(gss_OID mechanism)
{
    return mechanism && mechanism->length == gss_mech_krb5->length &&
           memcmp(mechanism->elements, gss_mech_krb5->elements, mechanism->length) == 0;
}

/* Not of NTLM: it has no such name, and gss-ntlmssp 1.2.0 takes the question amiss. */
static bool came_to_us(const struct acceptor *acceptor)
{
    gss_name_t target = GSS_C_NO_NAME;
    OM_uint32 minor;

    if (GSS_ERROR(
            gss_inquire_context(&minor, acceptor->context, NULL, &target, NULL, NULL, NULL, NULL, NULL)))
        return false;
    AUTO_FREE char *spn = name_text(target);
    gss_release_name(&minor, &target);
    return spn && is_own_spn(&acceptor->server, spn);
}

static bool know_client(struct acceptor *acceptor, gss_name_t source)
{
    AUTO_FREE char *client = name_text(source);

    return client && domain_account(acceptor->server.domain, client, acceptor->account);
}

/* ---- tokens ---- */

struct outcome {
    OM_uint32 flags;
    gss_name_t source;
    gss_OID mechanism;
};

static enum acceptor_state finish(struct acceptor *acceptor, const struct outcome *outcome)
{
    acceptor->by_kerberos = is_kerberos(outcome->mechanism);
    acceptor->delegated = (outcome->flags & GSS_C_DELEG_FLAG) != 0;
    if ((acceptor->server.binding_required && !(outcome->flags & GSS_C_CHANNEL_BOUND_FLAG)) ||
        (acceptor->by_kerberos && !came_to_us(acceptor)) || !know_client(acceptor, outcome->source))
        return ACCEPTOR_REFUSED;
    return ACCEPTOR_DONE;
}

static enum acceptor_state take(struct acceptor *acceptor, gss_buffer_t in, gss_buffer_t out)
{
    const struct acceptor_server *server = &acceptor->server;
    struct gss_channel_bindings_struct bindings = {
        .application_data = {server->binding_bytes, (void *)server->binding}};
    struct outcome outcome = {0, GSS_C_NO_NAME, GSS_C_NO_OID};
    gss_cred_id_t delegated = GSS_C_NO_CREDENTIAL;
    enum acceptor_state state = ACCEPTOR_REFUSED;
    OM_uint32 minor, ignored;
    OM_uint32 major =
        gss_accept_sec_context(&minor, &acceptor->context, domain_credentials(server->domain), in,
                               server->binding ? &bindings : GSS_C_NO_CHANNEL_BINDINGS, &outcome.source,
                               &outcome.mechanism, out, &outcome.flags, NULL, &delegated);

    if (!GSS_ERROR(major))
        state = major & GSS_S_CONTINUE_NEEDED ? ACCEPTOR_MORE : finish(acceptor, &outcome);
    gss_release_name(&ignored, &outcome.source);
    gss_release_cred(&ignored, &delegated);
    return state;
}

enum acceptor_state acceptor_take(struct acceptor *acceptor, const void *token, size_t length,
                                  struct strbuf *answer)
{
    AUTO(strbuf) struct strbuf copy = STRBUF_INIT;
    gss_buffer_desc in, out = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;

    if (acceptor->state != ACCEPTOR_MORE || length == 0)
        return ACCEPTOR_REFUSED;
    strbuf_add_n(&copy, token, length);
    ntlm_leniency(&copy);
    in = (gss_buffer_desc){copy.length, copy.text};
    acceptor->state = take(acceptor, &in, &out);
    if (out.length > 0)
        strbuf_add_n(answer, out.value, out.length);
    gss_release_buffer(&minor, &out);
    if (acceptor->state != ACCEPTOR_MORE)
        forget_context(acceptor);
    return acceptor->state;
}

const char *acceptor_account(const struct acceptor *acceptor)
{
    return acceptor->account;
}

bool acceptor_by_kerberos(const struct acceptor *acceptor)
{
    return acceptor->by_kerberos;
}

bool acceptor_delegated(const struct acceptor *acceptor)
{
    return acceptor->delegated;
}
