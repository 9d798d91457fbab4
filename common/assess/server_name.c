#include "assess/server_name.h"

#include "assess/sight.h"

#include <string.h>
#include <strings.h>

struct piece {
    const char *text;
    size_t length;
};

struct server_name {
    struct piece host, instance;
};

static const char *without_scheme(const char *name)
{
    return strncasecmp(name, "TCP://", 6) == 0 ? name + 6 : name;
}

/* The first label; all of it where it is an address. */
static size_t host_label(const char *host, size_t length)
{
    size_t label = strcspn(host, ".");

    if (strspn(host, "0123456789.:[]") >= length || label > length)
        return length;
    return label;
}

static struct server_name split(const char *name)
{
    const char *host = without_scheme(name);
    size_t host_length = strcspn(host, "\\:,");
    const char *behind = host + host_length;
    struct server_name parts = {{host, host_label(host, host_length)}, {"", 0}};

    if (*behind == '\\')
        parts.instance = (struct piece){behind + 1, strcspn(behind + 1, ":,")};
    /* The default instance under its service's name. */
    if (parts.instance.length == 11 && strncasecmp(parts.instance.text, "MSSQLSERVER", 11) == 0)
        parts.instance.length = 0;
    return parts;
}

static bool piece_equal(struct piece a, struct piece b)
{
    return a.length == b.length && strncasecmp(a.text, b.text, a.length) == 0;
}

bool server_name_equal(const char *a, const char *b)
{
    struct server_name left, right;

    if (!a || !b || !*a || !*b)
        return false;
    left = split(a);
    right = split(b);
    return left.host.length > 0 && piece_equal(left.host, right.host) &&
           piece_equal(left.instance, right.instance);
}

bool server_name_is(const char *name, const struct instance_snapshot *instance)
{
    const struct server_fact *server = FACT(instance, server);

    if (server && server->server_name)
        return server_name_equal(name, server->server_name);
    return instance &&
           (server_name_equal(name, instance->name) || server_name_equal(name, instance->address));
}

static bool host_equal(const char *path, const char *name)
{
    const char *host = path + strspn(path, "\\/");
    size_t length = strcspn(host, "\\/");
    struct piece piece = {host, host_label(host, length)};

    return name && length > 0 && piece_equal(piece, split(name).host);
}

bool server_name_host_is(const char *path, const struct instance_snapshot *instance)
{
    const struct server_fact *server = FACT(instance, server);

    if (!path || !instance || !(path[0] == '\\' || path[0] == '/'))
        return false;
    if (server && host_equal(path, server->server_name))
        return true;
    return instance->address && host_equal(path, instance->address);
}
