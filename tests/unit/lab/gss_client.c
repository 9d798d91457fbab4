#include "gss_client.h"

#include "base/mem.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <string.h>
#include <unistd.h>

static gss_OID_desc spnego = {6, "\x2b\x06\x01\x05\x05\x02"};
static gss_OID_desc ntlm = {10, "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"};

struct gss_client {
    gss_cred_id_t credentials;
    gss_ctx_id_t context;
    gss_name_t server;
    bool wrapped;
    const char *binding;
};

static gss_name_t import(const char *text, gss_OID type)
{
    gss_buffer_desc buffer = {strlen(text), (void *)text};
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 minor;

    gss_import_name(&minor, &buffer, type, &name);
    return name;
}

struct gss_client *gss_client_new(const char *account, const char *password, bool wrapped,
                                  const char *binding)
{
    struct gss_client *client = mem_alloc(sizeof *client);
    gss_buffer_desc secret = {strlen(password), (void *)password};
    gss_name_t name = import(account, GSS_C_NT_USER_NAME);
    gss_OID_set_desc mechanisms = {1, wrapped ? &spnego : &ntlm}, inner = {1, &ntlm};
    OM_uint32 minor;

    client->server = import("HTTP@pc1.litwareinc.com", GSS_C_NT_HOSTBASED_SERVICE);
    client->wrapped = wrapped;
    client->binding = binding;
    gss_acquire_cred_with_password(&minor, name, &secret, GSS_C_INDEFINITE, &mechanisms, GSS_C_INITIATE,
                                   &client->credentials, NULL, NULL);
    if (wrapped)
        gss_set_neg_mechs(&minor, client->credentials, &inner);
    gss_release_name(&minor, &name);
    return client;
}

void gss_client_free(struct gss_client *client)
{
    OM_uint32 minor;

    if (!client)
        return;
    gss_delete_sec_context(&minor, &client->context, GSS_C_NO_BUFFER);
    gss_release_cred(&minor, &client->credentials);
    gss_release_name(&minor, &client->server);
    free(client);
}

bool gss_client_step(struct gss_client *client, struct strbuf *token)
{
    gss_buffer_desc in = {token->length, token->text}, out = GSS_C_EMPTY_BUFFER;
    struct gss_channel_bindings_struct bindings = {
        .application_data = {client->binding ? strlen(client->binding) : 0, (void *)client->binding}};
    OM_uint32 minor;
    OM_uint32 major = gss_init_sec_context(&minor, client->credentials, &client->context, client->server,
                                           client->wrapped ? &spnego : &ntlm, 0, GSS_C_INDEFINITE,
                                           client->binding ? &bindings : GSS_C_NO_CHANNEL_BINDINGS, &in, NULL,
                                           &out, NULL, NULL);

    strbuf_truncate(token, 0);
    if (out.length > 0)
        strbuf_add_n(token, out.value, out.length);
    gss_release_buffer(&minor, &out);
    return !GSS_ERROR(major);
}

static char users_path[] = "/tmp/pchat-users-XXXXXX", conf_path[] = "/tmp/pchat-krb5-XXXXXX";

static bool make_file(char *path, const char *text)
{
    int fd = mkstemp(path);
    bool whole = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

    if (fd >= 0)
        close(fd);
    return whole;
}

const char *gss_client_set_up(void)
{
    if (!make_file(users_path, "LITWARE:svc-pchatmon:right\nOTHER:guest:right\n") ||
        !make_file(conf_path, "[libdefaults]\n dns_canonicalize_hostname = false\n dns_lookup_kdc = false\n"
                              " dns_lookup_realm = false\n"))
        return NULL;
    setenv("KRB5_CONFIG", conf_path, 1);
    return users_path;
}

void gss_client_tear_down(void)
{
    unlink(users_path);
    unlink(conf_path);
}
