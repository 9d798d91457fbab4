#include "observe/winrm/winrm_curl.h"

#include "base/mem.h"
#include "observe/winrm/curl_transport.h"
#include "observe/winrm/winrm_client.h"

#include <string.h>

static bool is_host(const char *text)
{
    return *text && !text[strcspn(text, "/\\@?#% \t\r\n")];
}

static int check(const struct winrm_endpoint *endpoint, struct err *err)
{
    if (!endpoint->host || !is_host(endpoint->host))
        return err_set(err, ERR_CONFIG, "WinRM: \"%s\" is not a host name",
                       endpoint->host ? endpoint->host : "");
    if (endpoint->address && !is_host(endpoint->address))
        return err_set(err, ERR_CONFIG, "WinRM on %s: \"%s\" is not an address", endpoint->host,
                       endpoint->address);
    if (endpoint->auth == WINRM_AUTH_BASIC && (!endpoint->user || !endpoint->password))
        return err_set(err, ERR_CONFIG, "WinRM on %s: Basic needs a user and a password", endpoint->host);
    if (endpoint->auth == WINRM_AUTH_BASIC && strchr(endpoint->user, ':'))
        return err_set(err, ERR_CONFIG, "WinRM on %s: with Basic a user's name cannot hold \":\"",
                       endpoint->host);
    if (endpoint->auth == WINRM_AUTH_CERTIFICATE && (!endpoint->certificate || !endpoint->key))
        return err_set(err, ERR_CONFIG,
                       "WinRM on %s: a login by certificate needs the certificate and its key",
                       endpoint->host);
    return 0;
}

struct winrm_port *winrm_curl_open(const struct winrm_endpoint *endpoint, struct err *err)
{
    AUTO_FREE char *url = NULL;
    bool is_ipv6;

    if (check(endpoint, err) != 0)
        return NULL;
    is_ipv6 = strchr(endpoint->host, ':') != NULL;
    url = mem_format("https://%s%s%s:%d/wsman", is_ipv6 ? "[" : "", endpoint->host, is_ipv6 ? "]" : "",
                     endpoint->port ? endpoint->port : WINRM_HTTPS_PORT);
    return winrm_client_new(curl_transport_new(endpoint, url), url);
}

static struct winrm_port *open_by_curl(void *user, const struct winrm_endpoint *endpoint, struct err *err)
{
    (void)user;
    return winrm_curl_open(endpoint, err);
}

const struct winrm_opener winrm_curl_opener = {open_by_curl, NULL};
