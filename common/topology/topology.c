#include "topology/topology.h"

#include "base/strbuf.h"
#include "topology/include.h"
#include "topology/named_files.h"
#include "topology/read.h"
#include "topology/yaml_file.h"

#include <string.h>

static const char *const tls_mode_names[TLS_MODE_COUNT] = {
    [TLS_REQUIRE] = "require",
    [TLS_REQUEST] = "request",
    [TLS_OFF] = "off",
};

static const char *const vantage_kind_names[VANTAGE_KIND_COUNT] = {
    [VANTAGE_WINRM] = "winrm",
    [VANTAGE_COMMAND] = "command",
    [VANTAGE_SNMP] = "snmp",
    [VANTAGE_SQL] = "sql",
};

static const char *const host_auth_names[HOST_AUTH_COUNT] = {
    [HOST_AUTH_NEGOTIATE] = "negotiate",
    [HOST_AUTH_BASIC] = "basic",
    [HOST_AUTH_CERTIFICATE] = "certificate",
};

const char *host_auth_name(enum host_auth auth)
{
    return host_auth_names[auth];
}

const char *tls_mode_name(enum tls_mode mode)
{
    return tls_mode_names[mode];
}

const char *vantage_kind_name(enum vantage_kind kind)
{
    return vantage_kind_names[kind];
}

static struct topology *topology_new(const char *path)
{
    struct arena *arena = arena_new();
    struct topology *topology = arena_alloc(arena, sizeof(*topology));

    topology->arena = arena;
    topology->path = arena_text(arena, path);
    return topology;
}

static void forget(const struct topology_credential *credential)
{
    secret_free((struct secret *)credential->password);
    secret_free((struct secret *)credential->community);
    secret_free((struct secret *)credential->auth_passphrase);
    secret_free((struct secret *)credential->privacy_passphrase);
}

void topology_free(struct topology *topology)
{
    if (!topology)
        return;
    for (size_t i = 0; i < topology->credential_count; i++)
        forget(&topology->credentials[i]);
    arena_free(topology->arena);
}

/* Which of the files that it names are opened. */
enum opening { OPENS_NONE, OPENS_FOR_WATCHING, OPENS_FOR_ACTING };

/* root: the tree of the file, in load's arena; NULL where load->err says why not. */
static struct topology *from_tree(const struct load *load, struct node *root, const char *path,
                                  enum opening opening)
{
    AUTO(topology) struct topology *topology = topology_new(path);
    struct reader reader = {
        .load = *load, .topology = topology, .err = load->err, .for_acting = opening == OPENS_FOR_ACTING};
    struct topology *finished = topology;

    if (!root || read_topology(&reader, root) != 0 ||
        (opening != OPENS_NONE && check_named_files(&reader) != 0))
        return NULL;
    topology = NULL;
    return finished;
}

static struct topology *from_file(const char *path, enum opening opening, struct err *err)
{
    AUTO(arena) struct arena *nodes = arena_new();
    struct load load = {.arena = nodes, .err = err};
    struct node *root = load_file(&load, path, NULL);

    return from_tree(&load, root, path, opening);
}

struct topology *topology_load(const char *path, struct err *err)
{
    return from_file(path, OPENS_FOR_WATCHING, err);
}

struct topology *topology_load_for_acting(const char *path, struct err *err)
{
    return from_file(path, OPENS_FOR_ACTING, err);
}

struct topology *topology_load_alone(const char *path, struct err *err)
{
    return from_file(path, OPENS_NONE, err);
}

struct topology *topology_parse(const char *text, size_t length, const char *path, const char *dir,
                                struct err *err)
{
    AUTO(arena) struct arena *nodes = arena_new();
    struct load load = {.arena = nodes, .bytes = length, .err = err};
    struct yaml_file file = {.path = path, .directory = dir};

    return from_tree(&load, yaml_parse(nodes, &file, text, length, err), path,
                     dir ? OPENS_FOR_WATCHING : OPENS_NONE);
}

static int fail_pool(const struct topology *topology, const char *fqdn, struct err *err)
{
    AUTO(strbuf) struct strbuf names = STRBUF_INIT;

    for (size_t i = 0; i < topology->pool_count; i++)
        strbuf_format(&names, "%s%s", i == 0 ? "" : (i + 1 < topology->pool_count ? ", " : " or "),
                      topology->pools[i].fqdn);
    if (!fqdn)
        return err_set(err, ERR_USAGE, "%s: has %zu pools; expected one to be named: %s", topology->path,
                       topology->pool_count, strbuf_text(&names));
    return err_set(err, ERR_USAGE, "%s: has no pool \"%s\"; expected %s", topology->path, fqdn,
                   strbuf_text(&names));
}

const struct topology_pool *topology_find_pool(const struct topology *topology, const char *fqdn,
                                               struct err *err)
{
    if (!fqdn && topology->pool_count == 1)
        return &topology->pools[0];
    for (size_t i = 0; fqdn && i < topology->pool_count; i++)
        if (strcasecmp(topology->pools[i].fqdn, fqdn) == 0)
            return &topology->pools[i];
    fail_pool(topology, fqdn, err);
    return NULL;
}
