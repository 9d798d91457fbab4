#include "topology/include.h"

#include "base/strbuf.h"
#include "topology/schema.h"
#include "topology/topology.h"
#include "topology/yaml_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

/* The files whose including is under way, innermost first. */
struct chain {
    const struct chain *up;
    const char *real_path;
    int depth;
};

static int fail(const struct load *load, const struct node *from, const char *path, const char *what)
{
    if (from)
        return node_fail(from, load->err, "%s: %s", path, what);
    return err_set(load->err, ERR_CONFIG, "%s: %s", path, what);
}

static int read_bytes(struct load *load, const char *path, const struct node *from, struct strbuf *text)
{
    /* O_NONBLOCK: a FIFO must not hold the program up before it is refused. */
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    char reason[128];
    struct stat file;

    if (fd < 0 || fstat(fd, &file) != 0)
        return fail(load, from, path, strerror_r(errno, reason, sizeof(reason)));
    if (!S_ISREG(file.st_mode))
        return fail(load, from, path, "not a regular file; expected a YAML file");
    if (strbuf_read_fd(text, fd, TOPOLOGY_MAX_BYTES) != 0)
        return fail(load, from, path,
                    errno == EFBIG ? "larger than 4 MiB; expected a topology, which is smaller"
                                   : strerror_r(errno, reason, sizeof(reason)));
    load->bytes += text->length;
    if (load->bytes > INCLUDE_MAX_BYTES)
        return fail(load, from, path, "brings the files of this topology to more than 16 MiB; expected less");
    return 0;
}

/* The directory of a path, absolute. */
static const char *directory_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    AUTO_FREE char *real = NULL;

    if (slash)
        real = realpath(arena_text_n(arena, path, slash == path ? 1 : (size_t)(slash - path)), NULL);
    else
        real = realpath(".", NULL);
    return arena_text(arena, real ? real : "/");
}

struct node *load_file(struct load *load, const char *path, const struct node *from)
{
    struct yaml_file *file = arena_alloc(load->arena, sizeof(*file));
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    if (read_bytes(load, path, from, &text) != 0)
        return NULL;
    file->path = arena_text(load->arena, path);
    file->directory = directory_of(load->arena, path);
    return yaml_parse(load->arena, file, strbuf_text(&text), text.length, load->err);
}

static int check_include(const struct load *load, const struct node *include)
{
    if (include->kind != NODE_TEXT || node_is_empty(include) || *include->text == '\0')
        return node_fail(include, load->err, "is %s; expected the path of a file",
                         include->kind == NODE_TEXT ? "empty" : node_kind_name(include));
    if (!include->file->directory)
        return node_fail(include, load->err, "cannot be followed here; expected a topology in a file");
    return 0;
}

static int check_chain(const struct load *load, const struct node *include, const struct chain *chain,
                       const char *real_path)
{
    if (chain->depth >= INCLUDE_MAX_DEPTH)
        return node_fail(include, load->err, "included more than %d files deep; expected fewer",
                         INCLUDE_MAX_DEPTH);
    for (; chain; chain = chain->up)
        if (strcmp(chain->real_path, real_path) == 0)
            return node_fail(include, load->err, "\"%s\" includes itself; expected another file",
                             include->text);
    return 0;
}

static int check_taken(const struct load *load, const struct node *other)
{
    if (other->kind != NODE_MAPPING)
        return node_fail(other, load->err, "is %s; expected a mapping, as the file is included",
                         node_kind_name(other));
    if (other->item_count > INCLUDE_MAX_KEYS)
        return node_fail(other, load->err, "has %zu keys; expected at most %d", other->item_count,
                         INCLUDE_MAX_KEYS);
    return 0;
}

/* schema NULL: no key of it merges. */
static int take_keys(struct load *load, const struct schema *schema, struct node *mapping,
                     const struct node *other)
{
    if (check_taken(load, other) != 0)
        return -1;
    for (size_t i = 0; i < other->item_count; i++) {
        struct node *theirs = other->items[i], *ours = node_get(mapping, theirs->key);
        const struct field *field = schema ? schema_field(schema, theirs->key) : NULL;

        if (!ours)
            node_add(load->arena, mapping, theirs);
        else if (field && field->merges && ours->kind == NODE_MAPPING && theirs->kind == NODE_MAPPING &&
                 take_keys(load, NULL, ours, theirs) != 0)
            return -1;
    }
    return 0;
}

static int include_into(struct load *load, const struct schema *schema, struct node *mapping,
                        const struct chain *chain)
{
    const struct node *include = node_get(mapping, "include");
    AUTO_FREE char *real_path = NULL;
    struct chain link;
    struct node *other;
    const char *path;
    char reason[128];

    if (!include)
        return 0;
    if (check_include(load, include) != 0)
        return -1;
    path = node_path_text(load->arena, include);
    real_path = realpath(path, NULL);
    if (!real_path)
        return fail(load, include, path, strerror_r(errno, reason, sizeof(reason)));
    if (check_chain(load, include, chain, real_path) != 0)
        return -1;
    other = load_file(load, path, include);
    link = (struct chain){chain, real_path, chain->depth + 1};
    if (!other || include_into(load, schema, other, &link) != 0)
        return -1;
    return take_keys(load, schema, mapping, other);
}

int load_includes(struct load *load, const struct schema *schema, struct node *mapping)
{
    AUTO_FREE char *real_path = mapping->file->directory ? realpath(mapping->file->path, NULL) : NULL;
    struct chain start = {NULL, real_path ? real_path : "", 0};

    return include_into(load, schema, mapping, &start);
}
