#include "observe/winrm/winrm_client.h"

#include "base/mem.h"
#include "observe/winrm/enumeration.h"
#include "observe/winrm/identify.h"
#include "observe/winrm/ps_command.h"
#include "observe/winrm/shell.h"

struct winrm_client {
    struct winrm_port port;
    struct wsman_client wsman;
    char *url;
};

static struct wsman_client *client_of(struct winrm_port *port)
{
    struct wsman_client *client = &((struct winrm_client *)port)->wsman;

    client->bytes_left = WSMAN_REQUEST_MAX_BYTES;
    return client;
}

static int port_identify(struct winrm_port *port, struct deadline deadline, struct arena *arena,
                         struct winrm_identity *ret_identity, struct winrm_failure *ret_failure)
{
    *ret_failure = (struct winrm_failure){0};
    return identify_ask(client_of(port), deadline, arena, ret_identity, ret_failure);
}

static int port_wmi_query(struct winrm_port *port, const char *wql, const char *const *columns,
                          size_t column_count, size_t max_rows, struct deadline deadline, struct arena *arena,
                          struct winrm_rows *ret_rows, struct winrm_failure *ret_failure)
{
    struct enumeration_query query = {wql, columns, column_count, max_rows};

    *ret_failure = (struct winrm_failure){0};
    return enumeration_run(client_of(port), &query, deadline, arena, ret_rows, ret_failure);
}

static int port_run_ps(struct winrm_port *port, const char *script, const char *parameters_json,
                       struct deadline deadline, struct arena *arena, struct winrm_output *ret_output,
                       struct winrm_failure *ret_failure)
{
    AUTO(strbuf) struct strbuf arguments = STRBUF_INIT;
    struct ps_streams streams = {.output = STRBUF_INIT, .errors = STRBUF_INIT};
    int status = -1;

    *ret_failure = (struct winrm_failure){0};
    *ret_output = (struct winrm_output){0};
    if (!ps_command_add_arguments(&arguments, script, parameters_json ? parameters_json : "{}"))
        return winrm_fail(ret_failure, SIGHT_NOT_ASKED,
                          "the script and its parameters are longer than a command line of Windows", NULL);
    if (shell_run(client_of(port), PS_PROGRAM, strbuf_text(&arguments), deadline, arena, &streams,
                  ret_failure) == 0)
        status = ps_answer_read(&streams, arena, ret_output, ret_failure);
    strbuf_done(&streams.output);
    strbuf_done(&streams.errors);
    return status;
}

static void port_close(struct winrm_port *port)
{
    struct winrm_client *client = (struct winrm_client *)port;

    client->wsman.transport->ops->close(client->wsman.transport);
    free(client->url);
    free(client);
}

struct winrm_port *winrm_client_new(struct wsman_transport *transport, const char *url)
{
    static const struct winrm_port_ops ops = {port_identify, port_wmi_query, port_run_ps, port_close};
    struct winrm_client *client = mem_alloc(sizeof(*client));

    client->port.ops = &ops;
    client->url = mem_copy_text(url);
    client->wsman = (struct wsman_client){.transport = transport, .url = client->url};
    return &client->port;
}
