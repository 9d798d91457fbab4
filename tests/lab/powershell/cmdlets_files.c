/*
 * Files as a script sees them: Get-ChildItem, Test-Path, Copy-Item, Move-Item.
 *
 * A path on another host is a second hop: without delegation nobody gets in.  One folder at a time, no
 * folders are copied, and nothing is ever deleted.
 */
#include "lab/powershell/objects.h"

#include "lab/powershell/pattern.h"
#include "lab/world/file_tree.h"

#include <string.h>
#include <strings.h>

static struct host *own_host(const struct ps *ps)
{
    return world_host(ps->world, ps->host->name);
}

/* Where a path leads for this script. */
static enum os_error look(struct ps *ps, const char *path, struct file_place *ret)
{
    enum os_error error = files_resolve(ps->world, own_host(ps), path, ret);

    return error == OS_OK && ret->host != ps->host && !ps->may_hop ? OS_ACCESS_DENIED : error;
}

static bool is_root(const char *path)
{
    size_t length = strlen(path);

    return (length == 2 || length == 3) && path[1] == ':';
}

static void note_entry(void *user, const struct tree_entry *entry)
{
    (void)entry;
    *(bool *)user = true;
}

static bool is_folder(struct ps *ps, const char *path)
{
    bool found = false;

    return file_tree(ps->world, own_host(ps), path, 1, note_entry, &found) == OS_OK &&
           (found || is_root(path));
}

static const struct stored_file *file_at(struct ps *ps, const char *path)
{
    enum os_error error;

    return files_find(ps->world, own_host(ps), path, &error);
}

static bool exists(struct ps *ps, const char *path)
{
    return file_at(ps, path) || windows_read_file(ps->host, path, ps_utc_ms(ps)) || is_folder(ps, path);
}

static int not_found(struct ps_call *call, const char *path)
{
    return ps_call_error(call, "System.Management.Automation.ItemNotFoundException", "PathNotFound",
                         "ObjectNotFound", ps_text(path), "Cannot find path '%s' because it does not exist.",
                         path);
}

static int denied(struct ps_call *call, const char *id, const char *path)
{
    return ps_call_error(call, "System.UnauthorizedAccessException", id, "PermissionDenied", ps_text(path),
                         "Access to the path '%s' is denied.", path);
}

/* --- looking --- */

static int test_path(struct ps_call *call)
{
    const char *path = ps_argument_text(call, "Path");
    struct file_place place;
    enum os_error error = look(call->ps, path, &place);

    ps_emit(call, ps_bool(error == OS_OK && exists(call->ps, path)));
    return error == OS_ACCESS_DENIED ? denied(call, "ItemExistsUnauthorizedAccessError", path) : 0;
}

struct child_search {
    struct ps_call *call;
    const char *folder, *pattern;
};

static struct ps_value item(struct ps_call *call, const char *folder, const char *name,
                            const struct stored_file *file)
{
    struct ps_value object = ps_object(call->ps, file ? "System.IO.FileInfo" : "System.IO.DirectoryInfo");
    bool has_slash = *folder && folder[strlen(folder) - 1] == '\\';

    object.object->shown = ps_text_copy(call->ps, name).text;
    ps_set(call->ps, object, "Name", ps_text_copy(call->ps, name));
    ps_set(call->ps, object, "FullName",
           ps_format(call->ps, "%s%s%s", folder, has_slash || !*folder ? "" : "\\", name));
    ps_set(call->ps, object, "PSIsContainer", ps_bool(!file));
    if (!file)
        return object;
    ps_set(call->ps, object, "Length", ps_int(file->size_bytes));
    ps_set(call->ps, object, "LastWriteTime", ps_date(file->modified_utc_ms, false));
    ps_set(call->ps, object, "LastWriteTimeUtc", ps_date(file->modified_utc_ms, true));
    return object;
}

static void emit_child(void *user, const struct tree_entry *entry)
{
    const struct child_search *search = user;
    const struct ps_call *call = search->call;

    if ((entry->file && ps_switch(call, "Directory")) || (!entry->file && ps_switch(call, "File")) ||
        !ps_like(entry->name, search->pattern, false))
        return;
    ps_emit(search->call, item(search->call, search->folder, entry->name, entry->file));
}

static const char *folder_of(struct ps *ps, const char *path)
{
    const char *name = files_base_name(path);

    return ps_keep(ps, path, name == path ? 0 : (size_t)(name - path - 1));
}

/* The folder before a last part with wildcards; the whole path without such. */
static const char *split_pattern(struct ps *ps, const char *path, const char **ret_pattern)
{
    const char *name = files_base_name(path);
    bool has_pattern = strpbrk(name, "*?[") != NULL;

    *ret_pattern = has_pattern ? name : "*";
    return has_pattern ? folder_of(ps, path) : path;
}

static int get_child_item(struct ps_call *call)
{
    const char *path = ps_argument_text(call, "Path"), *filter = ps_argument_text(call, "Filter");
    struct child_search search = {.call = call};
    const struct stored_file *file;
    struct file_place place;

    search.folder = split_pattern(call->ps, path, &search.pattern);
    search.pattern = filter ? filter : search.pattern;
    if (look(call->ps, search.folder, &place) == OS_ACCESS_DENIED)
        return denied(call, "DirUnauthorizedAccessError", path);
    file = file_at(call->ps, search.folder);
    if (file) {
        ps_emit(call, item(call, folder_of(call->ps, path), files_base_name(path), file));
        return 0;
    }
    if (!is_folder(call->ps, search.folder))
        return not_found(call, search.folder);
    file_tree(call->ps->world, own_host(call->ps), search.folder, 1, emit_child, &search);
    return 0;
}

/* --- copying and moving --- */

struct transfer {
    const char *operation, *error_id, *denied_id;
    enum os_error (*run)(struct world *world, struct host *from, const char *source, const char *target);
};
static const struct transfer copying = {"Copy File", "CopyFileInfoItemIOError",
                                        "CopyFileInfoItemUnauthorizedAccessError", files_copy};
static const struct transfer moving = {"Move File", "MoveFileInfoItemIOError",
                                       "MoveFileInfoItemUnauthorizedAccessError", files_rename};

/* Into a folder, under the same name. */
static const char *target_of(struct ps *ps, const char *source, const char *target)
{
    size_t length = strlen(target);
    bool has_slash = length > 0 && target[length - 1] == '\\';

    if (!has_slash && !is_folder(ps, target))
        return target;
    return ps_format(ps, "%s%s%s", target, has_slash ? "" : "\\", files_base_name(source)).text;
}

static int fail_transfer(struct ps_call *call, const struct transfer *transfer, enum os_error error,
                         const char *path)
{
    if (error == OS_ACCESS_DENIED)
        return denied(call, transfer->denied_id, path);
    return ps_call_error(call, "System.IO.IOException", transfer->error_id, "WriteError", ps_text(path), "%s",
                         os_error_text(error));
}

static int run_transfer(struct ps_call *call, const struct transfer *transfer, const char *source,
                        const char *target)
{
    enum os_error error;
    bool proceed = false;

    if (ps_may_change(call, transfer->operation,
                      ps_format(call->ps, "Item: %s Destination: %s", source, target).text, &proceed) != 0)
        return -1;
    if (!proceed)
        return 0;
    error = transfer->run(call->ps->world, own_host(call->ps), source, target);
    return error == OS_OK ? 0 : fail_transfer(call, transfer, error, target);
}

static int transfer_item(struct ps_call *call, const struct transfer *transfer)
{
    const char *source = ps_argument_text(call, "Path"), *target = ps_argument_text(call, "Destination");
    struct file_place place;

    if (look(call->ps, source, &place) == OS_ACCESS_DENIED)
        return denied(call, transfer->denied_id, source);
    if (!file_at(call->ps, source))
        return not_found(call, source);
    target = target_of(call->ps, source, target);
    if (look(call->ps, target, &place) == OS_ACCESS_DENIED)
        return denied(call, transfer->denied_id, target);
    return run_transfer(call, transfer, source, target);
}

static int copy_item(struct ps_call *call)
{
    return transfer_item(call, &copying);
}

static int move_item(struct ps_call *call)
{
    return transfer_item(call, &moving);
}

static const struct ps_parameter child_parameters[] = {
    {"Path", PS_TEXT_PARAMETER, 1, true, "LiteralPath", NULL},
    {"Filter", PS_TEXT_PARAMETER, 2, false, NULL, NULL},
    {"File", PS_SWITCH, 0, false, NULL, NULL},
    {"Directory", PS_SWITCH, 0, false, NULL, NULL},
    {"Force", PS_SWITCH, 0, false, NULL, NULL},
};
static const struct ps_parameter path_parameters[] = {
    {"Path", PS_TEXT_PARAMETER, 1, true, "LiteralPath", NULL},
};
static const struct ps_parameter transfer_parameters[] = {
    {"Path", PS_TEXT_PARAMETER, 1, true, "LiteralPath", NULL},
    {"Destination", PS_TEXT_PARAMETER, 2, true, NULL, NULL},
    {"Force", PS_SWITCH, 0, false, NULL, NULL},
};

#define CMDLET(name, parameters, needs, body)                                                                \
    {                                                                                                        \
        name, parameters, COUNT(parameters), needs, NULL, body                                               \
    }
static const struct ps_cmdlet cmdlets[] = {
    CMDLET("Get-ChildItem", child_parameters, 0, get_child_item),
    CMDLET("Test-Path", path_parameters, 0, test_path),
    CMDLET("Copy-Item", transfer_parameters, PS_CHANGES, copy_item),
    CMDLET("Move-Item", transfer_parameters, PS_CHANGES, move_item),
};
const struct ps_cmdlet_family ps_cmdlets_files = {cmdlets, COUNT(cmdlets), false};
