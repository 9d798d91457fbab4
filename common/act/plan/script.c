#include "act/plan/script.h"

#include "act/judge/computed_text.h"
#include "act/plan/runbooks.h"
#include "base/sql_quote.h"
#include "base/strbuf.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

enum { SCRIPT_MAX_BYTES = 64 * 1024 };

/* ---- where a script comes from ---- */

static const char *compiled_in(const char *name)
{
    for (size_t i = 0; i < runbook_count; i++)
        if (strcmp(runbooks[i].name, name) == 0)
            return runbooks[i].text;
    return NULL;
}

static enum script_kind kind_of(const char *name)
{
    size_t length = strlen(name);

    return length > 4 && strcmp(name + length - 4, ".ps1") == 0 ? SCRIPT_PS1 : SCRIPT_SQL;
}

/* Whoever may write it decides what is sent with the right of a sysadmin. */
static int check_owner(const char *path, const struct stat *status, struct err *err)
{
    if (!(status->st_mode & (S_IWGRP | S_IWOTH)))
        return 0;
    return err_set(err, ERR_CONFIG, "%s:1: others than its owner may write here: chmod go-w", path);
}

/* Folders of the way, from the name's own up to that of the overrides. */
static int check_folders(const char *override_dir, const char *name, struct arena *arena, struct err *err)
{
    const char *slash = strchr(name, '/');
    const char *folders[] = {
        override_dir,
        arena_format(arena, "%s/%.*s", override_dir, slash ? (int)(slash - name) : 0, name),
    };
    struct stat status;

    for (size_t i = 0; i < COUNT(folders); i++)
        if (stat(folders[i], &status) != 0)
            return err_set_errno(err, ERR_CONFIG, errno, "%s:1", folders[i]);
        else if (check_owner(folders[i], &status, err) != 0)
            return -1;
    return 0;
}

static int read_override(int fd, const char *path, struct arena *arena, const char **ret_text,
                         struct err *err)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    struct stat status;

    if (fstat(fd, &status) != 0)
        return err_set_errno(err, ERR_CONFIG, errno, "%s:1", path);
    if (!S_ISREG(status.st_mode))
        return err_set(err, ERR_CONFIG, "%s:1: is no file", path);
    if (check_owner(path, &status, err) != 0)
        return -1;
    if (strbuf_read_fd(&text, fd, SCRIPT_MAX_BYTES) != 0)
        return err_set_errno(err, ERR_CONFIG, errno, "%s:1", path);
    if (strlen(strbuf_text(&text)) != text.length || !utf8_valid(strbuf_text(&text)))
        return err_set(err, ERR_CONFIG, "%s:1: is no UTF-8 text", path);
    *ret_text = arena_text(arena, strbuf_text(&text));
    return 0;
}

/* The guard judges what is written; what is made only when it runs nobody can judge before. */
static int check_names_are_written(const char *name, const char *path, const char *text, struct err *err)
{
    static const enum text_language languages[] = {[SCRIPT_SQL] = TEXT_SQL, [SCRIPT_PS1] = TEXT_POWERSHELL};
    struct computed computed;

    if (!text_computes(text, languages[kind_of(name)], compiled_in(name), &computed))
        return 0;
    return err_set(
        err, ERR_CONFIG,
        "%s:%d: %s: whether it opens a copy cannot be judged before it runs; expected names that are "
        "written out, and of what is made at run time the built-in script's own lines alone",
        path, computed.line, computed.what);
}

/* *ret_text stays NULL where there is no such file. */
static int find_override(const char *name, const char *override_dir, struct arena *arena,
                         const char **ret_text, struct err *err)
{
    const char *path = arena_format(arena, "%s/%s", override_dir, name);
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return 0;
    if (fd < 0)
        return err_set_errno(err, ERR_CONFIG, errno, "%s:1", path);
    if (check_folders(override_dir, name, arena, err) != 0)
        return -1;
    if (read_override(fd, path, arena, ret_text, err) != 0)
        return -1;
    return check_names_are_written(name, path, *ret_text, err);
}

int script_find(const char *name, const char *override_dir, struct arena *arena, struct script *ret_script,
                struct err *err)
{
    const char *own = NULL, *text = compiled_in(name);

    if (!text)
        return err_set(err, ERR_CONFIG, "%s: there is no such script", name);
    if (override_dir && find_override(name, override_dir, arena, &own, err) != 0)
        return -1;
    *ret_script = (struct script){arena_text(arena, name), kind_of(name), own ? own : text, own != NULL};
    return 0;
}

/* ---- T-SQL ---- */

struct rendering {
    const struct script *script;
    const struct script_value *values;
    size_t count;
    const char *at;
    struct strbuf *out;
    struct err *err;
};

static int complain(const struct rendering *rendering, const char *at, const char *what)
{
    int line = 1;

    for (const char *c = rendering->script->text; c < at; c++)
        line += *c == '\n';
    return err_set(rendering->err, rendering->script->overridden ? ERR_CONFIG : ERR_INTERNAL, "%s:%d: %s",
                   rendering->script->name, line, what);
}

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static const char *value_of(const struct rendering *rendering, const char *name, size_t length)
{
    for (size_t i = 0; i < rendering->count; i++)
        if (strlen(rendering->values[i].name) == length &&
            strncmp(rendering->values[i].name, name, length) == 0)
            return rendering->values[i].value;
    return NULL;
}

static bool is_number(const char *text)
{
    size_t digits = strspn(text, "0123456789");

    return digits > 0 && digits <= 25 && !text[digits];
}

static void put_number(struct strbuf *out, const char *value)
{
    strbuf_add(out, value);
}

/* The three places in which a variable may stand. */
static const struct place {
    const char *before, *after;
    void (*put)(struct strbuf *out, const char *value);
} places[] = {
    {"[$(", ")]", sql_quote_name},
    {"N'$(", ")'", sql_quote_literal},
    {"$(", ")", put_number},
};

static const struct place *place_here(const char *at)
{
    for (size_t i = 0; i < COUNT(places); i++)
        if (starts(at, places[i].before))
            return &places[i];
    return NULL;
}

static int put_variable(struct rendering *rendering, const struct place *place)
{
    const char *name = rendering->at + strlen(place->before);
    size_t length = strcspn(name, ")\n");
    const char *value = value_of(rendering, name, length);

    if (!starts(name + length, place->after))
        return complain(rendering, rendering->at,
                        "a variable must stand alone in its quotes: [$(name)], N'$(name)' or a bare number");
    if (!value)
        return complain(rendering, rendering->at, "a variable without a value");
    if (place->put == put_number && !is_number(value))
        return complain(rendering, rendering->at, "a bare variable must be a number");
    place->put(rendering->out, value);
    rendering->at = name + length + strlen(place->after);
    return 0;
}

/* What must not be looked into for statements, and where a variable has no business: texts, names, comments.
 */
static const struct quoted {
    const char *begins, *ends;
} quoteds[] = {{"'", "'"}, {"[", "]"}, {"\"", "\""}, {"--", "\n"}, {"/*", "*/"}};

static const struct quoted *quoted_here(const char *at)
{
    for (size_t i = 0; i < COUNT(quoteds); i++)
        if (starts(at, quoteds[i].begins))
            return &quoteds[i];
    return NULL;
}

static int put_quoted(struct rendering *rendering, const struct quoted *quoted)
{
    const char *inside = rendering->at + strlen(quoted->begins);
    const char *end = strstr(inside, quoted->ends), *variable = strstr(inside, "$(");

    end = end ? end + strlen(quoted->ends) : inside + strlen(inside);
    if (variable && variable < end)
        return complain(rendering, variable, "a variable inside a text, a name or a comment");
    strbuf_add_n(rendering->out, rendering->at, (size_t)(end - rendering->at));
    rendering->at = end;
    return 0;
}

static int put_next(struct rendering *rendering)
{
    const struct place *place = place_here(rendering->at);
    const struct quoted *quoted = place ? NULL : quoted_here(rendering->at);

    if (place)
        return put_variable(rendering, place);
    if (quoted)
        return put_quoted(rendering, quoted);
    strbuf_add_char(rendering->out, *rendering->at++);
    return 0;
}

const char *script_render_sql(const struct script *script, const struct script_value *values, size_t count,
                              struct arena *arena, struct err *err)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    struct rendering rendering = {script, values, count, script->text, &out, err};

    while (*rendering.at)
        if (put_next(&rendering) != 0)
            return NULL;
    return arena_text(arena, strbuf_text(&out));
}

/* ---- parameters ---- */

static json_t *parameter(const struct script_value *value)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    if (value->is_json)
        return json_loads(value->value, JSON_REJECT_DUPLICATES, NULL);
    utf8_add_text(&text, value->value);
    return json_string(strbuf_text(&text));
}

static void json_auto(json_t **json)
{
    json_decref(*json);
}

const char *script_parameters(const struct script_value *values, size_t count, struct arena *arena)
{
    CLEANUP(json_auto) json_t *object = json_object();
    AUTO_FREE char *text = NULL;

    for (size_t i = 0; i < count; i++)
        json_object_set_new(object, values[i].name, parameter(&values[i]));
    text = json_dumps(object, JSON_COMPACT | JSON_ENSURE_ASCII);
    return arena_text(arena, text);
}
