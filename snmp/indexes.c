#include "snmp/indexes.h"

#include "base/mem.h"
#include "base/number.h"
#include "base/strbuf.h"
#include "base/whole_file.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum { FILE_MAX_BYTES = 64 * 1024 * 1024, FILE_MODE = 0600 };
static const char heading[] =
    "# Numbers that pchat-agentx has given: pool, kind, number, name.  Do not edit.";

static const char *const kind_names[INDEX_KIND_COUNT] = {
    [INDEX_POOL] = "pool",       [INDEX_INSTANCE] = "instance", [INDEX_SERVER] = "server",
    [INDEX_SERVICE] = "service", [INDEX_OBJECT] = "object",
};

struct numbered {
    char *name;
    uint32_t number;
};

/* The names of one kind in one pool. */
struct scope {
    struct numbered *names; /* by name */
    size_t count, room;
    uint32_t last; /* the highest number given */
};

struct pool_scopes {
    struct scope kinds[INDEX_KIND_COUNT];
};

struct indexes {
    char *path;
    struct pool_scopes *pools; /* by number; [0].kinds[INDEX_POOL] holds the pools */
    size_t pool_count;
    bool changed;
};

/* ---- in memory ---- */

static struct scope *scope_of(struct indexes *indexes, uint32_t pool, enum index_kind kind)
{
    if (pool >= indexes->pool_count) {
        size_t wanted = pool + (size_t)1;

        indexes->pools = mem_resize(indexes->pools, wanted, sizeof(indexes->pools[0]));
        memset(indexes->pools + indexes->pool_count, 0,
               (wanted - indexes->pool_count) * sizeof(indexes->pools[0]));
        indexes->pool_count = wanted;
    }
    return &indexes->pools[pool].kinds[kind];
}

/* Where the name is, or would be. */
static size_t name_at(const struct scope *scope, const char *name)
{
    size_t low = 0, high = scope->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (strcmp(scope->names[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool has_name(const struct scope *scope, size_t at, const char *name)
{
    return at < scope->count && strcmp(scope->names[at].name, name) == 0;
}

static void insert(struct scope *scope, size_t at, const char *name, uint32_t number)
{
    if (scope->count == scope->room) {
        scope->room = scope->room ? scope->room * 2 : 4;
        scope->names = mem_resize(scope->names, scope->room, sizeof(scope->names[0]));
    }
    memmove(scope->names + at + 1, scope->names + at, (scope->count++ - at) * sizeof(scope->names[0]));
    scope->names[at] = (struct numbered){mem_copy_text(name), number};
    if (number > scope->last)
        scope->last = number;
}

uint32_t index_of(struct indexes *indexes, uint32_t pool, enum index_kind kind, const char *name)
{
    struct scope *scope = scope_of(indexes, pool, kind);
    size_t at = name_at(scope, name);

    if (!has_name(scope, at, name)) {
        insert(scope, at, name, scope->last + 1);
        indexes->changed = true;
    }
    return scope->names[at].number;
}

const char *index_pool_name(const struct indexes *indexes, uint32_t pool)
{
    const struct scope *scope = indexes->pool_count ? &indexes->pools[0].kinds[INDEX_POOL] : NULL;

    for (size_t i = 0; scope && i < scope->count; i++)
        if (scope->names[i].number == pool)
            return scope->names[i].name;
    return NULL;
}

bool indexes_changed(const struct indexes *indexes)
{
    return indexes->changed;
}

static void free_scope(struct scope *scope)
{
    for (size_t i = 0; i < scope->count; i++)
        free(scope->names[i].name);
    free(scope->names);
}

void indexes_free(struct indexes *indexes)
{
    if (!indexes)
        return;
    for (size_t i = 0; i < indexes->pool_count; i++)
        for (size_t kind = 0; kind < INDEX_KIND_COUNT; kind++)
            free_scope(&indexes->pools[i].kinds[kind]);
    free(indexes->pools);
    free(indexes->path);
    free(indexes);
}

/* ---- the file ---- */

/* Names may hold anything: a line end, a tab and the backslash itself are written as \n, \t, \\. */
static const char plain[] = "\n\t\\", escaped[] = "nt\\";

static void add_escaped(struct strbuf *out, const char *name)
{
    for (; *name; name++) {
        const char *special = strchr(plain, *name);

        if (special) {
            strbuf_add_char(out, '\\');
            strbuf_add_char(out, escaped[special - plain]);
        } else {
            strbuf_add_char(out, *name);
        }
    }
}

static void unescape(char *name)
{
    char *to = name;

    for (const char *from = name; *from; from++) {
        const char *special = *from == '\\' && from[1] ? strchr(escaped, *++from) : NULL;

        *to = *from;
        if (special)
            *to = plain[special - escaped];
        to++;
    }
    *to = '\0';
}

int indexes_save(struct indexes *indexes, struct err *err)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    strbuf_format(&text, "%s\n", heading);
    for (size_t pool = 0; pool < indexes->pool_count; pool++) {
        for (size_t kind = 0; kind < INDEX_KIND_COUNT; kind++) {
            const struct scope *scope = &indexes->pools[pool].kinds[kind];

            for (size_t i = 0; i < scope->count; i++) {
                strbuf_format(&text, "%zu\t%s\t%" PRIu32 "\t", pool, kind_names[kind],
                              scope->names[i].number);
                add_escaped(&text, scope->names[i].name);
                strbuf_add_char(&text, '\n');
            }
        }
    }
    if (whole_file_write(indexes->path, FILE_MODE, strbuf_text(&text), err) != 0)
        return -1;
    indexes->changed = false;
    return 0;
}

static bool read_number(const char *text, int64_t least, uint32_t *ret)
{
    int64_t number;

    if (!text || !number_parse(text, &number) || number < least || number > INT32_MAX)
        return false;
    *ret = (uint32_t)number;
    return true;
}

static bool read_kind(const char *text, enum index_kind *ret)
{
    for (size_t kind = 0; text && kind < INDEX_KIND_COUNT; kind++) {
        if (strcmp(text, kind_names[kind]) == 0) {
            *ret = (enum index_kind)kind;
            return true;
        }
    }
    return false;
}

static bool number_is_given(const struct scope *scope, uint32_t number)
{
    for (size_t i = 0; i < scope->count && number <= scope->last; i++)
        if (scope->names[i].number == number)
            return true;
    return false;
}

/* Pools are numbered without gaps and come first: a number beyond them would be no pool's. */
static bool read_line(struct indexes *indexes, char *line)
{
    char *save = NULL, *pool_text = strtok_r(line, "\t", &save), *kind_text = strtok_r(NULL, "\t", &save);
    char *number_text = strtok_r(NULL, "\t", &save), *name = strtok_r(NULL, "\t", &save);
    uint32_t pool, number;
    enum index_kind kind;
    struct scope *scope;
    size_t at;

    if (!read_number(pool_text, 0, &pool) || !read_kind(kind_text, &kind) ||
        !read_number(number_text, 1, &number) || !name)
        return false;
    if ((pool == 0) != (kind == INDEX_POOL) || (pool && pool > scope_of(indexes, 0, INDEX_POOL)->last))
        return false;
    unescape(name);
    scope = scope_of(indexes, pool, kind);
    at = name_at(scope, name);
    if (has_name(scope, at, name) || number_is_given(scope, number))
        return false;
    insert(scope, at, name, number);
    return true;
}

static int read_text(struct indexes *indexes, char *text, struct err *err)
{
    char *save = NULL, *line = strtok_r(text, "\n", &save);
    size_t number = 1;

    if (!line || strcmp(line, heading) != 0)
        return err_set(err, ERR_INPUT, "%s:1: this is no file of indexes; move it away to number anew",
                       indexes->path);
    while ((line = strtok_r(NULL, "\n", &save))) {
        number++;
        if (!read_line(indexes, line))
            return err_set(
                err, ERR_INPUT,
                "%s:%zu: expected pool, kind, a number not given yet and a name; move the file away to "
                "number anew",
                indexes->path, number);
    }
    return 0;
}

struct indexes *indexes_read(const char *path, struct err *err)
{
    AUTO(indexes) struct indexes *indexes = mem_alloc(sizeof(*indexes));
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    AUTO_FREE char *copy = NULL;
    struct indexes *ready = indexes;

    indexes->path = mem_copy_text(path);
    if (access(path, F_OK) == 0 || errno != ENOENT) {
        if (whole_file_read(path, FILE_MAX_BYTES, &text, err) != 0)
            return NULL;
        copy = strbuf_take(&text);
        if (read_text(indexes, copy, err) != 0)
            return NULL;
    }
    indexes = NULL;
    return ready;
}
